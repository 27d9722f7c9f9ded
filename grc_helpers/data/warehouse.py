"""Warehouse: raw transactions in, customer tables out, computed by the engine.

Every function takes and returns Ibis expressions: nothing runs before `collect`. They use no SQL of their own and
nothing that DuckDB alone has, so the same expressions run on Apache Spark.

Conventions
-----------
- Money is int64 cents in the engine; `collect` turns it into float currency units.
- An *order* is an ``order_id``; where the source has none, a customer's day is one order.
- A *purchase period* (day or week) is a period in which the customer has at least one row, whatever its net amount:
  days that net to zero or less (returns, free samples) count, as in ``lifetimes``; `Dataset.counts` says how many.
- Weeks are ISO weeks: they start on Monday.
- What is grouped once stays: the customers of a loaded file are kept beside its rows (`purchases`).
- Rows after ``observation_end`` are excluded first, so nothing ever looks ahead. For weeks ``lifetimes`` keeps the
  whole week that holds the end of observation: they differ when that end is not a Sunday and purchases follow it.
"""

import os
import tempfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from uuid import uuid4

import duckdb
import ibis
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from ibis import _

from grc_helpers.data.purchases import customers_of, start_of, total
from grc_helpers.errors import GrcError
from grc_helpers.style import percent

# Ten million rows pass, by spilling to disk, and the whole process stays under 1 GB.
DEFAULT_MEMORY = "700MB"
DAYS = {"day": 1, "week": 7}


def connect(*, memory: str = DEFAULT_MEMORY, threads: int | None = None):
    """Open an engine with its own limits: one connection a job.

    Parameters
    ----------
    memory : str
        Most memory that the engine may hold, such as ``"2GB"`` or ``"500MB"``. Beyond it, it spills to disk.
    threads : int, optional
        Most threads; when left out, what the variable GRC_THREADS says (several notebooks run at once), else all
        the cores.

    Returns
    -------
    ibis.backends.duckdb.Backend
        An in-memory database whose temporary files live in a folder of their own.
    """
    spill = Path(tempfile.gettempdir()) / f"grc-{os.getpid()}-{uuid4().hex}"
    settings = {"memory_limit": memory, "temp_directory": str(spill), "autoinstall_known_extensions": False}
    allowed = threads if threads is not None else os.environ.get("GRC_THREADS")
    if allowed is not None:
        settings["threads"] = allowed
    try:
        connection = ibis.duckdb.connect(**settings)
    except Exception as error:
        raise GrcError(
            "Les limites demandées au moteur de calcul ne sont pas valables.",
            where=f"memory={memory!r}, threads={threads!r}",
            todo="écrivez la mémoire comme « 2GB » ou « 500MB », et un nombre de fils d'au moins 1",
        ) from error
    # In a notebook DuckDB would write one into the outputs; without ipywidgets it has none, and refuses the setting.
    if connection.raw_sql("SELECT current_setting('enable_progress_bar')").fetchall()[0][0]:
        connection.raw_sql("SET enable_progress_bar = false")
    return connection


def customer_base(
    transactions: ibis.Table, *, observation_end: date, period: str = "day", unit: str = "day"
) -> ibis.Table:
    """Build the customer table: one row a customer.

    Parameters
    ----------
    transactions : ibis.Table
        Canonical transactions: customer_id, date, amount_cents, and order_id if there is one.
    observation_end : date
        Last day of observation, included. Later rows are excluded.
    period : {"day", "week"}
        What purchases are collapsed to before they are counted and averaged.
    unit : {"day", "week"}
        What the durations ``recency`` and ``T`` are expressed in.

    Returns
    -------
    ibis.Table
        customer_id; first_purchase, last_purchase (dates); frequency (number of repeat purchase periods); recency (age
        at the last purchase, `unit`); T (age at the end, `unit`); monetary_value (mean amount of the repeat periods,
        currency units, 0 when there is none); n_orders; total_spend_cents; days_since_last (days).

    Notes
    -----
    Equal to ``lifetimes.utils.summary_data_from_transaction_data``: period day, unit day is its ``freq="D"``; day, week
    its ``freq_multiplier=7``; week, week its ``freq="W"``. The first purchase period enters neither ``frequency`` nor
    ``monetary_value``.
    """
    _check_choice("period", period, DAYS)
    _check_choice("unit", unit, DAYS)
    observed = transactions.filter(_.date <= observation_end)
    customers = customers_of(transactions, observation_end=observation_end, period=period)
    if "order_id" in transactions.columns:
        orders = observed.group_by("customer_id").agg(n_orders=_.order_id.nunique())
        customers = customers.join(orders, "customer_id")
    else:
        customers = customers.mutate(n_orders=_.n_days)
    end = ibis.literal(observation_end)
    cohort, last = start_of(customers.first_purchase, period), start_of(customers.last_purchase, period)
    return customers.select(
        "customer_id",
        "first_purchase",
        "last_purchase",
        frequency=_.n_periods - 1,
        recency=last.delta(cohort, unit="day").cast("float64") / DAYS[unit],
        T=start_of(end, period).delta(cohort, unit="day").cast("float64") / DAYS[unit],
        monetary_value=ibis.ifelse(_.n_periods > 1, _.repeat_cents.cast("float64") / 100 / (_.n_periods - 1), 0.0),
        n_orders=_.n_orders,
        total_spend_cents=_.total_spend_cents,
        days_since_last=end.delta(customers.last_purchase, unit="day"),
    )


def period_spend(transactions: ibis.Table, *, cuts: Sequence[date]) -> ibis.Table:
    """Sum each customer's purchases between dates.

    Parameters
    ----------
    transactions : ibis.Table
        Canonical transactions.
    cuts : list of date
        Increasing. Period 0 goes from the first cut (included) to the second (excluded), and so on: each cut is the
        first day of a period, the last one the first day that is no longer counted.

    Returns
    -------
    ibis.Table
        customer_id, period (0, 1, …), spend_cents, n_orders; a row only where the customer has purchases.
    """
    if len(cuts) < 2 or any(after <= before for before, after in zip(cuts, cuts[1:], strict=False)):
        raise GrcError(
            "Les dates qui découpent les périodes doivent être au moins deux, et croissantes.",
            where=", ".join(str(cut) for cut in cuts) or "aucune date",
            todo="donnez le premier jour de chaque période, puis le premier jour à ne plus compter",
        )
    inside = transactions.filter(_.date >= cuts[0], _.date < cuts[-1])
    orders = inside.order_id if "order_id" in inside.columns else inside.date
    period = sum(((inside.date >= cut).cast("int64") for cut in cuts[1:-1]), ibis.literal(0, type="int64"))
    return inside.group_by("customer_id", period=period).agg(
        spend_cents=total(_.amount_cents), n_orders=orders.nunique()
    )


def value_tiers(
    customers: ibis.Table, *, by: str = "total_spend_cents", shares: Sequence[float] = (0.05, 0.15, 0.80)
) -> ibis.Table:
    """Cut the customers, ranked by value, into tiers of given shares.

    Parameters
    ----------
    customers : ibis.Table
        A customer table with ``customer_id`` and the column `by`.
    by : str
        Column that ranks the customers, highest first; ties are broken by ``customer_id``.
    shares : sequence of float
        Share of the customers in each tier, best tier first; they sum to 1.

    Returns
    -------
    ibis.Table
        The customers with ``rank`` (1 = highest) and ``tier`` (1, 2, …): tier k ends at rank
        round((share 1 + … + share k) × n), halves rounded up.
    """
    _check_choice("by", by, customers.columns)
    if any(share <= 0 for share in shares) or abs(sum(shares) - 1) > 1e-9:
        raise GrcError(
            "Les parts des niveaux de valeur doivent être positives et de somme 1.",
            where=f"{', '.join(percent(share) for share in shares)} ; somme {percent(sum(shares))}",
            todo="donnez par exemple (0.05, 0.15, 0.80)",
        )
    ranked = customers.mutate(
        rank=ibis.row_number().over(order_by=[ibis.desc(by), "customer_id"]) + 1, _n=_.count().over()
    )
    cumulative = [round(sum(shares[:k]), 12) for k in range(1, len(shares))]
    beyond = ((ranked.rank > (ranked._n * share).round()).cast("int64") for share in cumulative)
    return ranked.mutate(tier=sum(beyond, ibis.literal(1, type="int64"))).drop("_n")


def cohorts(transactions: ibis.Table, *, observation_end: date) -> ibis.Table:
    """Follow each month's new customers month after month.

    Parameters
    ----------
    transactions : ibis.Table
        Canonical transactions.
    observation_end : date
        Last day of observation, included. Later rows are excluded.

    Returns
    -------
    ibis.Table
        cohort (first day of the month of the first purchase), age (whole calendar months since), n_active (customers
        with a purchase in that month), spend_cents; a row only where someone was active.
    """
    months = (
        transactions.filter(_.date <= observation_end)
        .group_by("customer_id", month=_.date.truncate("M"))
        .agg(spend_cents=total(_.amount_cents))
    )
    dated = months.mutate(cohort=_.month.min().over(group_by="customer_id"))
    age = (_.month.year() - _.cohort.year()) * 12 + _.month.month() - _.cohort.month()
    return dated.group_by("cohort", age=age.cast("int64")).agg(n_active=_.count(), spend_cents=total(_.spend_cents))


def collect(table: ibis.Table) -> pd.DataFrame:
    """Run the expression and bring its result to pandas.

    Parameters
    ----------
    table : ibis.Table
        Any result small enough for memory.

    Returns
    -------
    pandas.DataFrame
        Rows sorted by the columns, first column first. Each ``…_cents`` column becomes currency units (float) and
        loses the suffix.
    """
    units = {name: table[name].cast("float64") / 100 for name in table.columns if name.endswith("_cents")}
    result = table.mutate(units).rename({name.removesuffix("_cents"): name for name in units})
    try:
        rows = _in_order(result)
    except duckdb.OutOfMemoryException as error:
        raise GrcError(
            "La mémoire accordée au moteur de calcul ne suffit pas pour cette table.",
            where=str(error).splitlines()[0],
            todo='accordez-lui plus de mémoire, par exemple connect(memory="4GB")',
        ) from error
    return rows.to_pandas(date_as_object=False, split_blocks=True, self_destruct=True)


def _in_order(result: ibis.Table) -> pa.Table:
    """Sort by the columns; where the first one (customers, mostly) has no ties, it is enough, and far faster."""
    first = result.columns[0]
    if not result[first].type().is_string():
        return result.order_by(result.columns).to_pyarrow()
    rows = result.order_by(first).to_pyarrow()
    names = rows[first].combine_chunks()
    if names.null_count < 2 and not pc.any(pc.equal(names[1:], names[:-1])).as_py():
        return rows
    return result.get_backend().to_pyarrow(ibis.memtable(rows).order_by(result.columns))


def _check_choice(name: str, value: str, choices) -> None:
    if value not in choices:
        raise GrcError(
            f"« {value} » ne convient pas pour « {name} ».",
            todo="choisissez parmi : " + ", ".join(choices),
        )
