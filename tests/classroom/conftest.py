"""A workbook of small notebooks, and the command line as its users meet it."""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

FIXTURES = Path(__file__).parent / "fixtures"
ROOT = Path(__file__).resolve().parents[2]
SALES = "customer_id,date,amount\nA1,2024-01-05,12.50\nA2,2024-02-10,8.00\nA1,2024-03-01,20.00\n"


@pytest.fixture(scope="session")
def small_home(tmp_path_factory):
    """Return a workbook, in a folder whose name has a space and an accent, whose notebooks test the reports."""
    import jupytext
    import nbformat

    home = tmp_path_factory.mktemp("rapport") / "mon été"
    texts = home / "notebooks" / "textes"
    texts.mkdir(parents=True)
    (home / "datasets").mkdir()
    for text in FIXTURES.glob("9*.md"):
        shutil.copy(text, texts)
        nbformat.write(jupytext.read(text), home / "notebooks" / f"{text.stem}.ipynb")
    (home / "ventes.csv").write_text(SALES, encoding="utf-8")
    return home


def start_grc(home, *arguments, **variables) -> subprocess.Popen:
    """Start a command as a user does, from the workbook's folder, with these environment variables more."""
    command = [sys.executable, "-m", "grc_helpers.classroom.cli", *arguments]
    environment = os.environ | {"GRC_HOME": str(home), "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"} | variables
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True, "encoding": "utf-8"}
    # A shell ignores Ctrl-C in what it runs in the background, and its children would inherit that.
    heed = {} if sys.platform == "win32" else {"preexec_fn": lambda: signal.signal(signal.SIGINT, signal.SIG_DFL)}
    return subprocess.Popen(command, cwd=home, env=environment, start_new_session=True, **pipes, **heed)


@pytest.fixture(scope="session")
def start():
    """Return `start_grc`: start(home, "report", …) gives a process."""
    return start_grc


@pytest.fixture
def grc(monkeypatch, capsys, small_home):
    """Return a function that runs a command here, and gives its status and what it said."""
    from grc_helpers.classroom import cli

    monkeypatch.setenv("GRC_HOME", str(small_home))
    monkeypatch.setattr(signal, "signal", lambda *arguments: None)

    def run(*arguments: str) -> tuple[int, str]:
        status = cli.main(list(arguments))
        said = capsys.readouterr()
        return status, said.out + said.err

    return run
