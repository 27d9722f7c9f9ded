"""Run one notebook for a report: only the cells that the report shows, on the interpreter that runs this."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path

from grc_helpers.classroom.kernel import transport
from grc_helpers.errors import GrcError, visible

START_LIMIT = 120  # seconds that a kernel may take to start, on a busy machine
ADVANCED, NOTEBOOK_ONLY = "approfondissement", "hors-rapport"
FURTHER = re.compile(r"Approfondissement\s?:(?:[^.\n]|\n(?!\n))*\.(?: |\n(?!\n))?")  # how much longer it takes
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS", "GRC_THREADS")


class CellFailure(Exception):
    """A cell failed or passed its time limit: which one, and why, in French."""

    def __init__(self, number: int, first_line: str, message: str):
        self.number, self.first_line, self.message = number, first_line, message
        super().__init__(number, first_line, message)

    def __str__(self) -> str:
        return visible(f"cellule de code {self.number} (« {self.first_line} ») : {self.message}")


def limit_threads(count: int) -> None:
    """Let this process and the kernels it starts use ``count`` threads (BLAS, OpenMP, DuckDB)."""
    os.environ.update(dict.fromkeys(THREADS, str(count)))


def is_exercise(cell) -> bool:
    """Tell whether a cell is an answer or its check: reports leave both out, and keep the statement."""
    nbgrader = cell.metadata.get("nbgrader", {})
    tagged = "exercice" in cell.metadata.get("tags", [])
    return bool(nbgrader.get("solution") or (cell.cell_type == "code" and (nbgrader or tagged)))


def select_cells(nb, level: str):
    """Return a copy of a notebook with the cells that a report runs and shows.

    Parameters
    ----------
    nb : NotebookNode
        The notebook as built.
    level : {"complet", "socle"}
        ``socle`` leaves out the sections (up to the next ``## `` heading) and the cells marked as further study, and
        the sentences that begin with « Approfondissement : ».

    Returns
    -------
    NotebookNode
        Without answers and checks, nor what only makes sense in a notebook (tag ``hors-rapport``). Code cells carry
        the number that JupyterLab shows in brackets after a full run.
    """
    from copy import deepcopy

    kept, section, number = [], "", 0
    for cell in deepcopy(nb.cells):
        own = cell.metadata.get("grc", {}).get("level", "")
        if cell.cell_type == "code":
            number += 1
            cell.metadata["grc_number"] = number
        elif re.search(r"^## ", cell.source, re.M):
            section = own
        if cell.cell_type == "markdown" and level == "socle":
            cell.source = FURTHER.sub("", cell.source)
        aside = is_exercise(cell) or NOTEBOOK_ONLY in cell.metadata.get("tags", [])
        if not aside and not (level == "socle" and ADVANCED in (own, section)):
            kept.append(cell)
    chosen = deepcopy(nb)
    chosen.cells = kept
    return chosen


def run_notebook(nb, parameters: dict, *, folder: Path, time_limit: int, on_cell: Callable[[int, int], None]):
    """Execute a notebook and return it with its outputs.

    Parameters
    ----------
    nb : NotebookNode
        What `select_cells` returned.
    parameters : dict
        Validated values for the notebook's parameters cell.
    folder : Path
        An empty one, where it runs and speaks to its kernel.
    time_limit : int
        Seconds that one cell may take.
    on_cell : callable
        Called with (cells done, cells in all) after each cell.

    Raises
    ------
    CellFailure
        When a cell fails, passes its time limit or kills its kernel.
    """
    import papermill
    from nbclient.exceptions import CellTimeoutError, DeadKernelError
    from papermill.engines import papermill_engines
    from papermill.exceptions import PapermillExecutionError
    from traitlets.config import Config

    running: list = []
    papermill_engines.register("grc", _engine(running, on_cell))
    try:
        return papermill.execute_notebook(
            nb,
            None,
            parameters=parameters,
            engine_name="grc",
            kernel_name="python3",
            progress_bar=False,
            cwd=folder,
            execution_timeout=time_limit,
            start_timeout=START_LIMIT,
            shutdown_kernel="immediate",
            kernel_manager_class=_kernel_manager(),
            config=Config({"KernelManager": transport(folder)}),
        )
    except PapermillExecutionError as error:
        message = error.evalue if error.ename == GrcError.__name__ else f"{error.ename} : {error.evalue}"
    except CellTimeoutError:
        message = f"la limite de {time_limit}\u202fs par cellule est dépassée"
    except DeadKernelError:
        message = "le noyau Python s'est arrêté net, sans doute faute de mémoire"
    raise CellFailure(*_place(running[-1] if running else None), message)


def _kernel_manager() -> type:
    """Return a kernel manager that knows one kernel: this interpreter, whatever is installed for the user."""
    from jupyter_client.kernelspec import KernelSpecManager
    from jupyter_client.manager import AsyncKernelManager
    from traitlets import default

    class OwnKernelManager(AsyncKernelManager):
        @default("kernel_spec_manager")
        def _only_this_interpreter(self):
            return KernelSpecManager(kernel_dirs=[])

    return OwnKernelManager


def _engine(running: list, on_cell: Callable[[int, int], None]):
    """Return papermill's engine, telling which cell is running and how many are done."""
    from papermill.engines import NBClientEngine

    class ProgressEngine(NBClientEngine):
        @classmethod
        def execute_managed_notebook(cls, nb_man, kernel_name, **kwargs):
            start, complete = nb_man.cell_start, nb_man.cell_complete

            def cell_start(cell, cell_index=None, **more):
                running.append(cell)
                start(cell, cell_index, **more)

            def cell_complete(cell, cell_index=None, **more):
                complete(cell, cell_index=cell_index, **more)
                on_cell(cell_index + 1, len(nb_man.nb.cells))

            nb_man.cell_start, nb_man.cell_complete = cell_start, cell_complete
            return super().execute_managed_notebook(nb_man, kernel_name, **kwargs)

    return ProgressEngine


def _place(cell) -> tuple[int, str]:
    """Return the number and the first line of code of the cell that was running (0 before the first)."""
    if cell is None:
        return 0, "démarrage"
    lines = [line.strip() for line in cell.source.splitlines()]
    code = [line for line in lines if line and not line.startswith("#")] or lines or [""]
    return cell.metadata.get("grc_number", 0), code[0]
