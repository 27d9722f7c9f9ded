"""The versions that ``grc --version`` prints and that every report shows."""

import platform
from importlib.metadata import version

import grc_helpers

LIBRARIES = ("duckdb", "ibis-framework", "matplotlib", "nbconvert", "numpy", "pandas", "papermill", "scipy")


def versions() -> dict[str, str]:
    """Return the version of the workbook, of Python and of the main libraries, in that order."""
    own = {"Cahier GRC": grc_helpers.__version__, "Python": platform.python_version()}
    return own | {name: version(name) for name in LIBRARIES}
