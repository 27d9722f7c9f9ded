"""Customer lifetime value: the workbook and lifetimes, same customers, same optimum, same definition."""

import gc
import os
import platform
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
    """Seconds of each step (rows) by the clock and by the processor (columns), and what was found."""

    seconds: np.ndarray
    params: list[float]
    value: np.ndarray


def ours(customers: pd.DataFrame) -> Result:
    """Fit both models and value the customers with the workbook."""
    from grc_helpers.clv import BgNbd, GammaGamma
    from grc_helpers.clv.lifetime_value import value_by_months

    clock = [_now()]
    flow = BgNbd().fit(customers)
    clock.append(_now())
    spend = GammaGamma().fit(customers)
    clock.append(_now())
    value = value_by_months(flow, spend, customers, months=12, monthly_rate=0.01, unit="day")
    clock.append(_now())
    return Result(_steps(clock), [*flow.params_, *spend.params_], value.to_numpy())


def theirs(customers: pd.DataFrame) -> Result:
    """Fit both models and value the customers with lifetimes."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # an archived library on recent ones
        from lifetimes import BetaGeoFitter, GammaGammaFitter

        clock = [_now()]
        history = [customers[name] for name in ("frequency", "recency", "T")]
        flow = BetaGeoFitter().fit(*history)
        clock.append(_now())
        again = customers[customers["frequency"] > 0]
        spend = GammaGammaFitter().fit(again["frequency"], again["monetary_value"])
        clock.append(_now())
        value = spend.customer_lifetime_value(
            flow, *history, customers["monetary_value"], time=12, discount_rate=0.01, freq="D"
        )
        clock.append(_now())
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
    kind = "jours entiers" if whole_days else "temps continu"
    table = _table(f"{number(n)} clients, {kind}, médiane de {runs} ; écart des paramètres et valeurs {gap:.0e}")
    for place, step in enumerate(STEPS):
        _add(table, step, times[ours][:, place], times[theirs][:, place])
    return table


def _from_file(n: int, *, runs: int):
    from grc_helpers.style import number

    path = purchases_file(n)
    times: dict[Callable, list[np.ndarray]] = {ours_from_file: [], theirs_from_file: []}
    values = {who: _timed(who, path)[1] for who in times}  # warms the caches
    pd.testing.assert_series_equal(*values.values(), check_names=False, rtol=1e-4, check_index_type=False)
    values.clear()
    for _ in range(runs):
        for who, found in times.items():
            found.append(_timed(who, path)[0])
    rows = pq.ParquetFile(path).metadata.num_rows
    table = _table(f"De {number(rows)} lignes Parquet à la valeur de {number(n)} clients, médiane de {runs}")
    _add(table, "du fichier à la valeur", *(np.array(found) for found in times.values()))
    return table


def _growth(sizes: list[int]):
    from rich.table import Table

    from grc_helpers.style import number

    table = Table(title="Le cahier, jours entiers, seul dans son processus (table client en mémoire comprise)")
    for heading in (
        "clients",
        "BG/NBD (s)",
        "Gamma-Gamma (s)",
        "valeur (s)",
        "ensemble (s)",
        "processeur, s par million",
        "Mo",
    ):
        table.add_column(heading, justify="right")
    for n in sizes:
        seconds, peak = alone(_alone, n)
        per_million = number(1e6 * seconds[-1, 1] / n, 3)
        table.add_row(number(n), *(number(each, 3) for each in seconds[:, 0]), per_million, number(peak))
    return table


def _alone(n: int) -> tuple[np.ndarray, float]:
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


def _timed(function: Callable, path: Path) -> tuple[np.ndarray, pd.Series]:
    gc.collect()
    start = _now()
    value = function(path)
    return _now() - start, value


def _now() -> np.ndarray:
    """Return the time by the clock, and by all the processors together (less sensitive to a busy machine)."""
    return np.array([time.perf_counter(), time.process_time()])


def _steps(clock: list[np.ndarray]) -> np.ndarray:
    return np.array([*np.diff(clock, axis=0), clock[-1] - clock[0]])


def _table(title: str):
    from rich.table import Table

    table = Table(title=title)
    table.add_column("étape", no_wrap=True)
    for heading in ("cahier (s)", "min – max", "lifetimes (s)", "min – max", "ratio", "ratio, processeur"):
        table.add_column(heading, justify="right")
    return table


def _add(table, step: str, mine: np.ndarray, other: np.ndarray) -> None:
    """Add a row: runs are rows of `mine` and `other`, clock and processor their columns."""
    from grc_helpers.style import number

    ratio, by_processor = np.median(other, axis=0) / np.median(mine, axis=0)
    cells = []
    for seconds, decimals in ((mine[:, 0], 3), (other[:, 0], 1)):
        cells.append(number(np.median(seconds), decimals))
        cells.append(f"{number(seconds.min(), decimals)} – {number(seconds.max(), decimals)}")
    table.add_row(step, *cells, f"× {number(ratio, 1)}", f"× {number(by_processor, 1)}")
