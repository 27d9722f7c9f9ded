"""The made-up transactions of the benchmarks: ten rows a customer on average, dates in order, amounts to the cent."""

from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

CACHE = Path(__file__).resolve().parents[1] / ".cache" / "benchmarks"
SEED = 2026
START, END, DAYS = date(2022, 1, 1), date(2024, 12, 31), 1096


def transactions_file(n_rows: int) -> Path:
    """Return a Parquet file of customer_id, date, amount, made once and kept in ``.cache``.

    Parameters
    ----------
    n_rows : int
        Number of rows; there are ``n_rows // 10`` customers, each with one row at least. The others fall on customers
        in proportion to a gamma rate (shape 0.8): a few buy much, many buy once.
    """
    path = CACHE / f"transactions_{n_rows}_{SEED}.parquet"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_suffix(".partial")
        pq.write_table(_transactions(n_rows), partial)
        partial.replace(path)
    return path


def _transactions(n_rows: int) -> pa.Table:
    rng = np.random.default_rng(SEED)
    n_customers = n_rows // 10
    rates = rng.gamma(0.8, size=n_customers)
    repeats = rng.multinomial(n_rows - n_customers, rates / rates.sum())
    customers = np.repeat(np.arange(n_customers), repeats + 1)
    rng.shuffle(customers)
    names = pa.array([f"C{i:07d}" for i in range(n_customers)])
    days = np.sort(rng.integers(DAYS, size=n_rows)).astype("int32")
    amounts = np.round(np.exp(rng.normal(3, 1, size=n_rows)), 2)
    return pa.table(
        {
            "customer_id": names.take(pa.array(customers)),
            "date": pa.array(days + np.datetime64(START, "D").astype("int32"), pa.int32()).cast(pa.date32()),
            "amount": amounts,
        }
    )
