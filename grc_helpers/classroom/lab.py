"""JupyterLab for the classroom: in French, offline, on the student edition, with this environment's kernel."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from grc_helpers.data.paths import root

# Read by JupyterLab as defaults: what a student changes in its settings afterwards is kept.
SETTINGS = {
    "@jupyterlab/translation-extension:plugin": {"locale": "fr_FR"},
    "@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": False},
}
SERVER = {
    "ServerApp": {"log_level": 30, "answer_yes": True},
    "LabApp": {
        "check_for_updates_class": "jupyterlab.NeverCheckForUpdate",
        "news_url": None,
        "extension_manager": "readonly",
    },
    "KernelSpecManager": {"allowed_kernelspecs": ["python3"]},
}


def write_settings(folder: Path) -> dict[str, str]:
    """Write JupyterLab's settings into a private folder.

    Parameters
    ----------
    folder : Path
        Made if needed; the user's own Jupyter folders are neither read nor written.

    Returns
    -------
    dict
        The environment variables that make JupyterLab use this folder, and this interpreter first.
    """
    config, data = folder / "config", folder / "data"
    for path, content in (
        (config / "labconfig" / "default_setting_overrides.json", SETTINGS),
        (config / "jupyter_server_config.json", SERVER),
    ):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(content, indent=2), encoding="utf-8")
    return {
        "JUPYTER_CONFIG_DIR": str(config),
        "JUPYTER_DATA_DIR": str(data),
        "JUPYTER_PREFER_ENV_PATH": "1",
        "JUPYTER_NO_CONFIG": "",
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")]),
    }


def lab_command(folder: Path, port: int | None, browser: bool) -> list[str]:
    """Return the command that starts JupyterLab on a folder."""
    command = [sys.executable, "-m", "jupyterlab", f"--ServerApp.root_dir={folder}"]
    if port is not None:
        command += [f"--ServerApp.port={port}", "--ServerApp.port_retries=0"]
    return command if browser else [*command, "--no-browser"]


def start_lab(port: int | None = None, browser: bool = True) -> int:
    """Write the student edition where it is missing, then run JupyterLab until it is stopped.

    Parameters
    ----------
    port : int, optional
        The port to listen on; by default the first free one from 8888.
    browser : bool
        Whether to open a browser.

    Returns
    -------
    int
        JupyterLab's exit status.
    """
    from rich.console import Console

    from grc_helpers.classroom.edition import write_editions

    folder = root() / "travail"
    write_editions(None, out=folder)
    environment = os.environ | write_settings(root() / ".cache" / "jupyter")
    console = Console(stderr=True)
    console.print(f"JupyterLab s’ouvre sur « {folder} ». Pour l’arrêter : Ctrl-C dans cette fenêtre.", soft_wrap=True)
    process = subprocess.Popen(lab_command(folder, port, browser), env=environment)
    while True:
        try:
            return process.wait()
        except KeyboardInterrupt:
            console.print("JupyterLab s’arrête…")
