"""Executing a notebook where nothing of the place can enter its outputs.

The kernel is the running interpreter's, the working folder is empty and temporary, the package and the workbook
are those that called: a notebook gives the same outputs wherever it is executed.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

from grc_helpers.data.paths import root
from grc_helpers.errors import GrcError

MAX_ADDRESS = 90
# What nbgrader and JupyterLab tell the kernels that they start: a notebook would answer to them.
READERS = ("NBGRADER_EXECUTION", "JPY_SESSION_NAME")
OnStep = Callable[[str, int, int], None]
# Run after the last cell: which files of the package did this notebook use?
PROBE = """import sys
print("\\n".join(module.__file__ for name, module in list(sys.modules.items())
                if name.split(".")[0] == "grc_helpers" and getattr(module, "__file__", None)))"""


def run(
    notebook, *, name: str, time_limit: int, on_step: OnStep | None = None, variables: dict[str, str] | None = None
) -> list[Path]:
    """Execute a notebook in place; return the files of the package that it used.

    Parameters
    ----------
    notebook : nbformat.NotebookNode
        Its outputs and execution counts are written in place.
    name : str
        The notebook's name, for messages.
    time_limit : int
        Seconds that a cell may take.
    on_step : callable, optional
        Called after each cell with the name, the cells done and the cells there are.
    variables : dict of str to str, optional
        Environment variables of the kernel, on top of the usual ones.

    Raises
    ------
    GrcError
        Naming the notebook, the cell and the message, when a cell fails or passes the time limit.
    """
    # On a new machine, makes matplotlib's list of fonts here: a kernel would warn that it is making it.
    import matplotlib.font_manager  # noqa: F401
    from nbclient import NotebookClient
    from nbformat.v4 import new_code_cell
    from traitlets.config import Config

    total = len(notebook.cells)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as temporary:
        folder = Path(temporary)
        (folder / "work").mkdir()
        client = NotebookClient(
            notebook,
            kernel_name="python3",
            timeout=time_limit,
            startup_timeout=120,
            record_timing=False,
            store_widget_state=False,
            coalesce_streams=True,
            config=Config({"KernelManager": transport(folder)}),
        )
        # What C libraries print as the kernel ends is nobody's business; Python's own messages are in the outputs.
        options = {"cwd": str(folder / "work"), "stderr": subprocess.DEVNULL}
        with client.setup_kernel(env=environment(folder) | (variables or {}), **options):
            for index in range(total):
                _execute(client, name, notebook, index)
                if on_step:
                    on_step(name, index + 1, total)
            notebook.cells.append(new_code_cell(PROBE))
            _execute(client, name, notebook, total)
    used = notebook.cells.pop().outputs[0].text
    return sorted(Path(line) for line in used.splitlines() if line)  # an empty line when it used none


def transport(folder: Path) -> dict[str, str]:
    """Return how to speak to a kernel: through files in a folder where the system can, as ports may be taken.

    The address is absolute: Jupyter's own is relative to the working folder, which is not the kernel's. Systems
    take some 100 bytes of it: in a deeper folder, ports it is.
    """
    address = str(folder / "kernel")
    fits = os.name == "posix" and len(os.fsencode(address)) <= MAX_ADDRESS
    return {"transport": "ipc", "ip": address} if fits else {}


def environment(folder: Path) -> dict[str, str]:
    """Return a kernel's environment: this package, this workbook, nobody's start-up files."""
    package = str(Path(__file__).resolve().parents[2])
    kept = {key: value for key, value in os.environ.items() if key not in READERS}
    return kept | {
        "GRC_HOME": str(root()),
        "IPYTHONDIR": str(folder / "ipython"),
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",
        "PYTHONPATH": os.pathsep.join(filter(None, [package, os.environ.get("PYTHONPATH")])),
    }


def _execute(client, name: str, notebook, index: int) -> None:
    """Execute one cell; raise GrcError if it fails."""
    from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

    try:
        client.execute_cell(notebook.cells[index], index)
    except CellTimeoutError:
        fail(name, notebook, index, f"elle dure plus de {client.timeout} s, ce qui est permis à une cellule")
    except DeadKernelError:
        fail(name, notebook, index, "Python s'est arrêté (mémoire épuisée ?)")
    except CellExecutionError as error:
        fail(name, notebook, index, f"{error.ename} : {error.evalue}")


def fail(name: str, notebook, index: int, message: str) -> NoReturn:
    """Raise GrcError naming a code cell by its execution number and its first line."""
    source = notebook.cells[index].source
    number = sum(cell.cell_type == "code" and bool(cell.source.strip()) for cell in notebook.cells[: index + 1])
    first = next((line for line in source.splitlines() if line.strip()), "")
    raise GrcError(
        f"Cahier {name}, cellule de code n° {number} : {message}", where=f"la cellule qui commence par « {first} »"
    ) from None
