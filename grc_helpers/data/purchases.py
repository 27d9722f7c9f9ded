"""From rows to purchase days, from days to customers; the customers of a loaded file are kept beside its rows.

Rows that share a customer's day are found by sorting one number a row, which costs far less than grouping them: where
there are none (or few), a row is a day, and one pass by customer is enough.
"""

from datetime import date
from uuid import uuid4

import ibis
import ibis.expr.datatypes as dt
import numpy as np
import pyarrow as pa
from ibis import _
from ibis.common.exceptions import TableNotFound
from ibis.expr.operations import DatabaseTable

LOADED, KEPT = "user_", "_customers"  # names of a loaded file's table, and of its customers
TOGETHER = 1 << 24  # codes that are sorted together: 128 MB
FEW = 0.1  # share of repeated days from which grouping all the rows costs less


def total(cents: ibis.Value) -> ibis.Value:
    """Sum integers into 64 bits: DuckDB sums into 128, slower, and Ibis leaves a cast to plain int64 out."""
    return cents.sum().cast("!int64")


@ibis.udf.scalar.builtin(name="hash")
def hashed(value) -> dt.uint64:
    """Return a number that spreads values evenly (the engine's own function: Ibis casts its result, slower)."""


@ibis.udf.scalar.builtin(name="hash")
def day_code(customer, day) -> dt.uint64:
    """Return a number that is the same for all the rows of a customer's day (two days may have the same)."""


@ibis.udf.agg.builtin(name="arg_min")
def at_first(cents: dt.int64, day: dt.date) -> dt.int64:
    """Return the cents of the first day (the engine's own function: Ibis sorts each customer's days, slower)."""


def repeated(rows: ibis.Table, code: ibis.Value, *, n: int) -> np.ndarray:
    """Return the codes that several rows have, sorted.

    Parameters
    ----------
    rows : ibis.Table
        Rows in DuckDB, `n` of them.
    code : ibis.Value
        `hashed`, `day_code`.
    """
    codes, parts, found = rows.select(code=code), 1 << (n // TOGETHER).bit_length(), []
    for part in range(parts):
        some = codes if parts == 1 else codes.filter((_.code & (parts - 1)) == part)
        values = some.to_pyarrow()["code"].to_numpy()
        values = values if values.flags.writeable else values.copy()
        values.sort()
        found.append(np.unique(values[1:][values[1:] == values[:-1]]))
    return np.concatenate(found)


def purchase_days(transactions: ibis.Table, shared: np.ndarray | None = None) -> ibis.Table:
    """Collapse transactions to one row a customer and day: its spend and its number of rows.

    Parameters
    ----------
    transactions : ibis.Table
    shared : array, optional
        Codes (`day_code`) of the days that may have several rows, where they are known: each other row is a day.
    """
    days = {"spend_cents": total(_.amount_cents), "n_rows": _.count()}
    alone = {"spend_cents": _.amount_cents, "n_rows": ibis.literal(1, type="int64")}
    if shared is None:
        return transactions.group_by("customer_id", "date").agg(**days)
    if not len(shared):
        return transactions.select("customer_id", "date", **alone)
    coded = transactions.mutate(code=day_code(_.customer_id, _.date))
    known = ibis.memtable(pa.table({"code": shared}))
    several = coded.semi_join(known, "code").group_by("customer_id", "date").agg(**days)
    several = several.cast({"spend_cents": "int64"})  # as Ibis takes the amounts of the others
    return several.union(coded.anti_join(known, "code").select("customer_id", "date", **alone))


def keep_customers(table: ibis.Table, shared: np.ndarray, *, rows: int) -> ibis.Table:
    """Make the customers of a loaded file, once, and keep them beside its rows.

    Parameters
    ----------
    table : ibis.Table
        The loaded transactions.
    shared : array
        Codes of the days that may have several rows.
    rows : int
        Number of transactions.

    Returns
    -------
    ibis.Table
        customer_id, first_purchase, last_purchase, n_days, n_rows, total_spend_cents, first_spend_cents.
    """
    days = purchase_days(table, shared if len(shared) <= FEW * rows else None)
    customers = days.group_by("customer_id").agg(
        first_purchase=_.date.min(),
        last_purchase=_.date.max(),
        n_days=_.count(),
        n_rows=total(_.n_rows) if len(shared) else _.count(),
        total_spend_cents=total(_.spend_cents),
        first_spend_cents=at_first(_.spend_cents, _.date),
    )
    return table.get_backend().create_table(table.op().name + KEPT, customers, temp=True)


def kept_customers(transactions: ibis.Table, *, observation_end: date) -> ibis.Table | None:
    """Return the customers that are kept beside a loaded file's rows, if none of its rows is after the end."""
    operation = transactions.op()
    if not (isinstance(operation, DatabaseTable) and operation.name.startswith(LOADED)):
        return None
    try:
        place = operation.namespace.catalog, operation.namespace.database
        kept = transactions.get_backend().table(operation.name + KEPT, database=place)
    except TableNotFound:
        return None
    last = kept.last_purchase.max().to_pyarrow().as_py()
    return kept if last <= observation_end else None


def customers_of(transactions: ibis.Table, *, observation_end: date, period: str) -> ibis.Table:
    """Collapse transactions to one row a customer; the first period's spend is set apart.

    A loaded file's customers are already there, for days, when it has no row after the end of observation.
    """
    kept = kept_customers(transactions, observation_end=observation_end) if period == "day" else None
    observed = transactions.filter(_.date <= observation_end)
    customers = _collapsed(observed, period) if kept is None else kept.mutate(n_periods=_.n_days)
    return customers.mutate(repeat_cents=_.total_spend_cents - _.first_spend_cents)


def _collapsed(observed: ibis.Table, period: str) -> ibis.Table:
    periods = _purchase_periods(purchase_days(observed), period)
    return periods.group_by("customer_id").agg(
        first_purchase=_.first_day.min(),
        last_purchase=_.last_day.max(),
        n_periods=_.count(),
        n_days=total(_.n_days),
        total_spend_cents=total(_.spend_cents),
        first_spend_cents=_.spend_cents.argmin(_.period),
    )


def _purchase_periods(days: ibis.Table, period: str) -> ibis.Table:
    """Collapse purchase days to one row a customer and purchase period."""
    if period == "day":
        return days.mutate(period=_.date, first_day=_.date, last_day=_.date, n_days=ibis.literal(1, type="int64"))
    return days.group_by("customer_id", period=start_of(days.date, period)).agg(
        first_day=_.date.min(),
        last_day=_.date.max(),
        n_days=_.count(),
        spend_cents=total(_.spend_cents),
    )


def start_of(day: ibis.Value, period: str) -> ibis.Value:
    """Return the first day of the period that holds the day."""
    return day.truncate("W") if period == "week" else day


def loaded_name() -> str:
    """Return a new name for the table of a loaded file."""
    return f"{LOADED}{uuid4().hex}"
