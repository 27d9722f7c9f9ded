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
    seconds = _seconds([contestant.job(path) for contestant in CONTESTANTS])
    medians = [statistics.median(runs) for runs in seconds]
    overhead = medians[CONTESTANTS.index(OURS)] / medians[CONTESTANTS.index(HAND)]
    console = Console(width=110, highlight=False)
    console.print(_table(n_rows, seconds, memory))
    console.print(f"Le cahier met {number(overhead, 2)} fois le temps du même SQL écrit à la main.")
    console.print("Tables égales, colonne par colonne, avant les mesures. Ratio : temps divisé par celui du cahier.")
    console.print("Mémoire : pic d'un processus qui ne fait que cette table, Python et bibliothèques compris.")
    console.print(f"Python {platform.python_version()}, " + ", ".join(f"{name} {version(name)}" for name in PACKAGES))


def _seconds(jobs: list[Callable]) -> list[list[float]]:
    """Time the jobs by turns, after a first run of each, whose tables must agree."""
    import pandas as pd

    reference, first = None, []
    for job in jobs:
        start = time.perf_counter()
        table = job()
        first.append(time.perf_counter() - start)
        reference = table if reference is None else reference
        pd.testing.assert_frame_equal(reference[table.columns], table, check_dtype=False, rtol=1e-12)
    reference = table = None
    seconds = [[once] if once > PATIENCE else [] for once in first]
    for _ in range(RUNS):
        for job, done, once in zip(jobs, seconds, first, strict=True):
            if once <= PATIENCE:
                gc.collect()
                start = time.perf_counter()
                job()
                done.append(time.perf_counter() - start)
    return seconds


def alone(function: Callable, *arguments):
    """Run a function in a process of its own."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(function, arguments)


def peak_megabytes(contestant: Contestant, path: Path) -> float:
    """Make the table once; return the most memory that this process has held, in millions of bytes."""
    contestant.job(path)()
    status = Path("/proc/self/status")
    if status.exists():  # unlike getrusage, it leaves out the process that started this one
        return int(status.read_text().split("VmHWM:")[1].split()[0]) * 1024 / 1e6
    import resource

    unit = 1 if platform.system() == "Darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6


def _table(n_rows: int, seconds: list[list[float]], memory: list[float]):
    from rich.table import Table

    from grc_helpers.style import number

    title = f"Table client : {number(n_rows)} lignes, {number(n_rows // 10)} clients, d'un fichier Parquet à pandas"
    table = Table("outil", title=title)
    for heading in ("colonnes", "passages", "médiane (s)", "min – max", "ratio", "mémoire (Mo)"):
        table.add_column(heading, justify="right")
    ours = statistics.median(seconds[CONTESTANTS.index(OURS)])
    for contestant, runs, peak in zip(CONTESTANTS, seconds, memory, strict=True):
        median = statistics.median(runs)
        spread = f"{number(min(runs), 2)} – {number(max(runs), 2)}"
        ratio = f"× {number(median / ours, 2)}"
        cells = [str(contestant.columns), str(len(runs)), number(median, 2), spread, ratio, number(peak)]
        table.add_row(contestant.label, *cells)
    return table
