"""What several test modules need."""

from pathlib import Path
from shutil import copy

import pytest

# Notebooks made or kept for tests are not notebooks of the course: nbval must not run them.
collect_ignore_glob = ["*.ipynb"]

ESSAI = Path(__file__).parent / "classroom" / "fixtures_build" / "90_essai.md"


def pytest_configure(config):
    """Make matplotlib's font cache once, before any kernel prints that it is making it."""
    if not hasattr(config, "workerinput"):
        import matplotlib.font_manager  # noqa: F401


@pytest.fixture
def workbook(tmp_path, monkeypatch):
    """Return a workbook with no data and one text, in a folder whose name has a space and an accent."""
    home = tmp_path / "mon été"
    (home / "datasets").mkdir(parents=True)
    (home / "notebooks" / "textes").mkdir(parents=True)
    copy(ESSAI, home / "notebooks" / "textes")
    monkeypatch.setenv("GRC_HOME", str(home))
    return home
