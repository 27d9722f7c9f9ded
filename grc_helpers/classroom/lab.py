"""JupyterLab for the classroom: in French, offline, on the student edition, with this environment's kernel."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

from grc_helpers.data.paths import root
from grc_helpers.errors import GrcError

# Read by JupyterLab as defaults: what a student changes in its settings afterwards is kept.
SETTINGS = {
    "@jupyterlab/translation-extension:plugin": {"locale": "fr_FR"},
    "@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": False},
}
# nbgrader's menus are for instructors, and in English.
PAGE = {"disabledExtensions": {"@jupyter/nbgrader": True}}
NBGRADER = {
    f"nbgrader.server_extensions.{name}": False
    for name in ("assignment_list", "course_list", "formgrader", "validate_assignment")
}
ERRORS_ONLY = {"log_level": 40}
SERVER = {
    "Application": ERRORS_ONLY,
    # Containers, where root is the only user, are a usual place to run this; it listens on this machine only.
    # Without a redirect file: browsers installed as snaps cannot read it.
    "ServerApp": {
        "allow_root": True,
        "answer_yes": True,
        "jpserver_extensions": NBGRADER,
        "use_redirect_file": False,
    },
    "LabApp": {
        **ERRORS_ONLY,
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
    config = folder / "config"
    for path, content in (
        (config / "labconfig" / "default_setting_overrides.json", SETTINGS),
        (config / "labconfig" / "page_config.json", PAGE),
        (config / "jupyter_server_config.json", SERVER),
        (folder / "ipython" / "profile_default" / "ipython_kernel_config.json", {"IPKernelApp": ERRORS_ONLY}),
    ):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(content, indent=2), encoding="utf-8")
    return {
        "JUPYTER_CONFIG_DIR": str(config),
        "JUPYTER_DATA_DIR": str(folder / "data"),
        "IPYTHONDIR": str(folder / "ipython"),
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")]),
    }


def lab_command(folder: Path, port: int | None, browser: bool) -> list[str]:
    """Return the command that starts JupyterLab on a folder."""
    command = [sys.executable, "-m", "jupyterlab", f"--ServerApp.root_dir={folder}"]
    if port is not None:
        command += [f"--ServerApp.port={port}", "--ServerApp.port_retries=0"]
    return command if browser else [*command, "--no-browser"]


def check_port(port: int) -> None:
    """Refuse a port that another program uses, or that may not be used."""
    try:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", port))
    except (OSError, OverflowError):
        raise GrcError(
            f"Le port {port} n'est pas libre, ou n'existe pas.", todo="choisissez-en un autre, ou n'en donnez pas"
        ) from None


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

    Raises
    ------
    GrcError
        When the port is taken, or the student edition cannot be written.
    """
    from rich.console import Console

    from grc_helpers.classroom.edition import write_editions

    if port is not None:
        check_port(port)
    folder = root() / "travail"
    console = Console(stderr=True)
    for written in write_editions(None, out=folder):
        if written.status == "à côté":
            console.print(
                f"Nouvelle version, à côté de votre cahier : « {written.path.name} »", soft_wrap=True, markup=False
            )
    environment = os.environ | write_settings(root() / ".cache" / "jupyter")
    said = f"JupyterLab s'ouvre sur « {folder} ». Pour l'arrêter : Ctrl-C dans cette fenêtre."
    console.print(said, soft_wrap=True, markup=False)
    process = subprocess.Popen(lab_command(folder, port, browser), env=environment)
    while True:
        try:
            return process.wait()
        except KeyboardInterrupt:
            console.print("JupyterLab s'arrête…")
