"""Customer lifetime value: the workbook and lifetimes, same customers, same optimum, same definition."""

import gc
import os
import platform
import statistics
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq

from benchmarks.bench_warehouse import alone
from benchmarks.buyers import END, customers_table, purchases_file

RUNS = 5
PACKAGES = ("lifetimes", "numpy", "scipy", "pandas", "duckdb", "scikit-learn")
STEPS = ("BG/NBD, ajustement", "Gamma-Gamma, ajustement", "valeur à 12 mois", "les trois ensemble")
SAME = 5e-6  # how close the parameters and the values must be; the gap is printed


@dataclass
class Result:
    """Seconds of each step, and what was found."""

    seconds: list[float]
    params: list[float]
    value: np.ndarray


def ours(customers: pd.DataFrame) -> Result:
    """Fit both models and value the customers with the workbook."""
    from grc_helpers.clv import BgNbd, GammaGamma
    from grc_helpers.clv.lifetime_value import value_by_months

    clock = [time.perf_counter()]
    flow = BgNbd().fit(customers)
    clock.append(time.perf_counter())
    spend = GammaGamma().fit(customers)
    clock.append(time.perf_counter())
    value = value_by_months(flow, spend, customers, months=12, monthly_rate=0.01, unit="day")
    clock.append(time.perf_counter())
    return Result(_steps(clock), [*flow.params_, *spend.params_], value.to_numpy())


def theirs(customers: pd.DataFrame) -> Result:
    """Fit both models and value the customers with lifetimes."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # an archived library on recent ones
        from lifetimes import BetaGeoFitter, GammaGammaFitter

        clock = [time.perf_counter()]
        history = [customers[name] for name in ("frequency", "recency", "T")]
        flow = BetaGeoFitter().fit(*history)
        clock.append(time.perf_counter())
        again = customers[customers["frequency"] > 0]
        spend = GammaGammaFitter().fit(again["frequency"], again["monetary_value"])
        clock.append(time.perf_counter())
        value = spend.customer_lifetime_value(
            flow, *history, customers["monetary_value"], time=12, discount_rate=0.01, freq="D"
        )
        clock.append(time.perf_counter())
    return Result(_steps(clock), [*flow.params_, *spend.params_], value.to_numpy())


def ours_from_file(path: Path) -> pd.Series:
    """Go from the Parquet file to the value of each customer with the workbook."""
    from grc_helpers.data.loading import load
    from grc_helpers.data.warehouse import collect, customer_base

    customers = collect(customer_base(load(path).table, observation_end=END))
    return pd.Series(ours(customers).value, customers["customer_id"]).sort_index()


def theirs_from_file(path: Path) -> pd.Series:
    """Go from the Parquet file to the value of each customer with lifetimes."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from lifetimes.utils import summary_data_from_transaction_data

        rows = pd.read_parquet(path)
        rows["date"] = pd.to_datetime(rows["date"])
        customers = summary_data_from_transaction_data(
            rows, "customer_id", "date", "amount", observation_period_end=pd.Timestamp(END)
        )
    return pd.Series(theirs(customers).value, customers.index).sort_index()


def run(n: int) -> None:
    """Compare step by step, on whole days and on continuous times; from the file; then ours as customers multiply."""
    from rich.console import Console

    console = Console(width=120, highlight=False)
    console.print(_versus(n, whole_days=True, runs=RUNS))
    console.print(_versus(n, whole_days=False, runs=1))
    console.print(_from_file(n, runs=3))
    console.print(_growth([n // 10, n, 10 * n]))
    load = ", ".join(f"{value:.1f}" for value in os.getloadavg()) if hasattr(os, "getloadavg") else "inconnue"
    console.print(f"Charge de la machine à la fin : {load}. Processeurs : {os.cpu_count()}.")
    console.print(f"Python {platform.python_version()}, " + ", ".join(f"{name} {version(name)}" for name in PACKAGES))


def _versus(n: int, *, whole_days: bool, runs: int):
    from grc_helpers.style import number

    customers = customers_table(n, whole_days=whole_days)
    ours(customers)  # warms the caches and the imports
    found: dict[Callable, list[Result]] = {ours: [], theirs: []}
    for _ in range(runs):
        for contestant, results in found.items():
            gc.collect()
            results.append(contestant(customers))
    gap = gap_between(found[ours][0], found[theirs][0])
    if gap > SAME:
        raise ValueError(f"the two optima differ by {gap:.1e}")
    times = {who: np.array([result.seconds for result in results]) for who, results in found.items()}
    medians = {who: np.median(seconds, axis=0) for who, seconds in times.items()}
    kind = "jours entiers" if whole_days else "temps continu"
    table = _table(f"{number(n)} clients, {kind}, médiane de {runs} ; écart des paramètres et valeurs {gap:.0e}")
    for place, step in enumerate(STEPS):
        spread = f"{number(times[ours][:, place].min(), 3)} – {number(times[ours][:, place].max(), 3)}"
        mine, other = medians[ours][place], medians[theirs][place]
        table.add_row(step, number(mine, 3), spread, number(other, 1), f"× {number(other / mine)}")
    return table


def _from_file(n: int, *, runs: int):
    from grc_helpers.style import number

    path = purchases_file(n)
    seconds: dict[Callable, list[float]] = {ours_from_file: [], theirs_from_file: []}
    values = {who: _timed(who, path)[1] for who in seconds}  # warms the caches
    pd.testing.assert_series_equal(*values.values(), check_names=False, rtol=1e-4, check_index_type=False)
    values.clear()
    for _ in range(runs):
        for who, times in seconds.items():
            times.append(_timed(who, path)[0])
    mine, other = (statistics.median(times) for times in seconds.values())
    rows = pq.ParquetFile(path).metadata.num_rows
    table = _table(f"De {number(rows)} lignes Parquet à la valeur de {number(n)} clients, médiane de {runs}")
    spread = f"{number(min(seconds[ours_from_file]), 2)} – {number(max(seconds[ours_from_file]), 2)}"
    table.add_row("du fichier à la valeur", number(mine, 2), spread, number(other, 1), f"× {number(other / mine, 1)}")
    return table


def _growth(sizes: list[int]):
    from rich.table import Table

    from grc_helpers.style import number

    table = Table(title="Le cahier, jours entiers, seul dans son processus (table client en mémoire comprise)")
    for heading in ("clients", "BG/NBD (s)", "Gamma-Gamma (s)", "valeur (s)", "ensemble (s)", "s par million", "Mo"):
        table.add_column(heading, justify="right")
    for n in sizes:
        seconds, peak = alone(_alone, n)
        per_million = number(1e6 * seconds[-1] / n, 3)
        table.add_row(number(n), *(number(each, 3) for each in seconds), per_million, number(peak))
    return table


def _alone(n: int) -> tuple[list[float], float]:
    """Return the seconds of each step, and the most memory that this process has held since the table was made."""
    customers = customers_table(n)
    gc.collect()
    Path("/proc/self/clear_refs").write_text("5")  # the peak starts again from here
    ours(customers.head(1000))
    seconds = ours(customers).seconds
    status = Path("/proc/self/status").read_text()
    return seconds, int(status.split("VmHWM:")[1].split()[0]) * 1024 / 1e6


def gap_between(mine: Result, other: Result) -> float:
    """Return the largest relative gap between parameters or values."""
    params = np.abs(np.array(mine.params) / np.array(other.params) - 1)
    return float(max(params.max(), np.abs(mine.value / other.value - 1).max()))


def _timed(function: Callable, path: Path) -> tuple[float, pd.Series]:
    gc.collect()
    start = time.perf_counter()
    value = function(path)
    return time.perf_counter() - start, value


def _steps(clock: list[float]) -> list[float]:
    return [after - before for before, after in zip(clock, clock[1:], strict=False)] + [clock[-1] - clock[0]]


def _table(title: str):
    from rich.table import Table

    table = Table(title=title)
    table.add_column("étape", no_wrap=True)
    for heading in ("cahier (s)", "min – max", "lifetimes (s)", "ratio"):
        table.add_column(heading, justify="right")
    return table
