"""The customer table: ours, the same SQL by hand, plain pandas and lifetimes, side by side."""

import gc
import multiprocessing
import platform
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from benchmarks import customer_tables
from benchmarks.transactions import transactions_file

RUNS, PATIENCE = 5, 60  # runs each; a contestant whose first run takes longer (seconds) has that run only
PACKAGES = ("duckdb", "ibis-framework", "pandas", "pyarrow", "numpy", "lifetimes")


@dataclass
class Contestant:
    """A way to make the customer table; ``prepare`` is what its timing leaves out."""

    label: str
    columns: int
    function: str
    prepare: bool = False

    def job(self, path: Path) -> Callable:
        """Return the function to time."""
        function = getattr(customer_tables, self.function)
        return function(path) if self.prepare else lambda: function(path)


@dataclass
class Timing:
    """One run, in seconds: by the clock, and of all the processors together."""

    wall: float
    processor: float


OURS = Contestant("cahier, table seule", 10, "ours_loaded", prepare=True)
HAND = Contestant("SQL à la main (DuckDB)", 10, "hand_sql")
CONTESTANTS = [
    OURS,
    Contestant("cahier, fichier contrôlé", 10, "ours"),
    HAND,
    Contestant("pandas", 10, "plain_pandas"),
    Contestant("lifetimes", 5, "lifetimes"),
]


def run(n_rows: int) -> None:
    """Measure memory, check that the tables agree, time them by turns, and print one table."""
    from rich.console import Console

    from grc_helpers.style import number

    path = transactions_file(n_rows)
    memory = [alone(peak_megabytes, contestant, path) for contestant in CONTESTANTS]
    timings = _timings([contestant.job(path) for contestant in CONTESTANTS])
    medians = [statistics.median(run.wall for run in runs) for runs in timings]
    overhead = medians[CONTESTANTS.index(OURS)] / medians[CONTESTANTS.index(HAND)]
    console = Console(width=120, highlight=False)
    console.print(_table(n_rows, timings, memory))
    console.print(f"Le cahier met {number(overhead, 2)} fois le temps du même SQL écrit à la main.")
    console.print("Tables égales, colonne par colonne, avant les mesures. Ratio : temps divisé par celui du cahier.")
    console.print("Processeur : médiane du temps de tous les cœurs ensemble, moins sensible à une machine occupée.")
    console.print("Mémoire : pic d'un processus qui ne fait que cette table, Python et bibliothèques compris.")
    console.print(f"Python {platform.python_version()}, " + ", ".join(f"{name} {version(name)}" for name in PACKAGES))


def _timings(jobs: list[Callable]) -> list[list[Timing]]:
    """Time the jobs by turns, after a first run of each, whose tables must agree."""
    import pandas as pd

    reference, first = None, []
    for job in jobs:
        timing, table = _timed(job)
        first.append(timing)
        reference = table if reference is None else reference
        pd.testing.assert_frame_equal(reference[table.columns], table, check_dtype=False, rtol=1e-12)
    reference = table = None
    timings = [[once] if once.wall > PATIENCE else [] for once in first]
    for _ in range(RUNS):
        for job, done, once in zip(jobs, timings, first, strict=True):
            if once.wall <= PATIENCE:
                done.append(_timed(job)[0])
    return timings


def _timed(job: Callable) -> tuple[Timing, Any]:
    gc.collect()
    wall, processor = time.perf_counter(), time.process_time()
    table = job()
    return Timing(time.perf_counter() - wall, time.process_time() - processor), table


def alone(function: Callable, *arguments):
    """Run a function in a process of its own."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(function, arguments)


def peak_megabytes(contestant: Contestant, path: Path) -> float:
    """Make the table once; return the most memory that this process has held, in millions of bytes."""
    contestant.job(path)()
    return peak_of_process()


def peak_of_process() -> float:
    """Return the most memory that this process has held, in millions of bytes."""
    status = Path("/proc/self/status")
    if status.exists():  # unlike getrusage, it leaves out the process that started this one
        return int(status.read_text().split("VmHWM:")[1].split()[0]) * 1024 / 1e6
    import resource

    unit = 1 if platform.system() == "Darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6


def _table(n_rows: int, timings: list[list[Timing]], memory: list[float]):
    from rich.table import Table

    from grc_helpers.style import number

    title = f"Table client : {number(n_rows)} lignes, {number(n_rows // 10)} clients, d'un fichier Parquet à pandas"
    table = Table(title=title)
    table.add_column("outil", no_wrap=True)
    for heading in ("colonnes", "passages", "médiane (s)", "min – max", "ratio", "processeur (s)", "mémoire (Mo)"):
        table.add_column(heading, justify="right")
    medians = [statistics.median(run.wall for run in runs) for runs in timings]
    ours = medians[CONTESTANTS.index(OURS)]
    for contestant, runs, median, peak in zip(CONTESTANTS, timings, medians, memory, strict=True):
        wall = [run.wall for run in runs]
        processor = statistics.median(run.processor for run in runs)
        spread = f"{number(min(wall), 2)} – {number(max(wall), 2)}"
        cells = [number(median, 2), spread, f"× {number(median / ours, 2)}", number(processor, 2), number(peak)]
        table.add_row(contestant.label, str(contestant.columns), str(len(runs)), *cells)
    return table
