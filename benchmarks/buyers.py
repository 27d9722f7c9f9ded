"""Made-up customers who buy as BG/NBD says and spend as Gamma-Gamma says: tables, and the purchases themselves."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.transactions import CACHE, SEED

START, END = date(2022, 1, 1), date(2024, 12, 31)
DAYS = (END - START).days
SPEND = (6.25, 3.74, 15.44)  # p, q, γ of CDNOW (Fader & Hardie 2013)


@dataclass(frozen=True)
class World:
    """Who the customers are: BG/NBD parameters in days, and the ages they may have."""

    r: float
    alpha: float
    a: float
    b: float
    youngest: int
    oldest: int


# CDNOW's estimates (Fader, Hardie & Lee 2005), over a year: half of the customers never buy again.
CDNOW = World(0.243, 7 * 4.414, 0.793, 2.426, youngest=28, oldest=392)
# A shop where customers come back: ten purchases each, over three years.
SHOP = World(0.9, 30.0, 0.8, 10.0, youngest=90, oldest=DAYS)


def customers_table(n: int, *, whole_days: bool = True, seed: int = SEED) -> pd.DataFrame:
    """Return the customer table of `n` customers of CDNOW's kind, in days."""
    rng = np.random.default_rng(seed)
    age = _ages(rng, n, CDNOW, whole_days)
    x, last = np.zeros(n, dtype=np.int64), np.zeros(n)
    for who, when in _purchases(rng, age, CDNOW, whole_days):
        x[who] += 1
        last[who] = when
    p, q, gamma = SPEND
    spend, nu = np.zeros(n), rng.gamma(q, 1 / gamma, n)
    again = x > 0
    spend[again] = np.maximum(np.round(rng.gamma(p * x[again]) / nu[again] / x[again], 2), 0.01)
    return pd.DataFrame({"frequency": x, "recency": last, "T": age, "monetary_value": spend})


def purchases_file(n: int) -> Path:
    """Return a Parquet file of the purchases of `n` customers (some ten each), made once and kept in ``.cache``.

    customer_id, date, amount: one row a purchase, in order of date.
    """
    path = CACHE / f"buyers_{n}_{SEED}.parquet"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_suffix(".partial")
        pq.write_table(_purchase_rows(n), partial)
        partial.replace(path)
    return path


def _purchase_rows(n: int) -> pa.Table:
    rng = np.random.default_rng(SEED)
    age = _ages(rng, n, SHOP, True)
    who, when = [np.arange(n)], [np.zeros(n)]
    for some, days in _purchases(rng, age, SHOP, True):
        who.append(some)
        when.append(days)
    who, when = np.concatenate(who), np.concatenate(when)
    date_of = (DAYS - age[who] + when).astype("int32")
    order = np.argsort(date_of, kind="stable")
    who, date_of = who[order], date_of[order]
    p, q, gamma = SPEND
    amount = np.maximum(np.round(rng.gamma(p, size=len(who)) / rng.gamma(q, 1 / gamma, n)[who], 2), 0.01)
    names = pa.array([f"C{i:07d}" for i in range(n)])
    days = pa.array(date_of + np.datetime64(START, "D").astype("int32"), pa.int32()).cast(pa.date32())
    return pa.table({"customer_id": names.take(pa.array(who)), "date": days, "amount": amount})


def _ages(rng: np.random.Generator, n: int, world: World, whole_days: bool) -> np.ndarray:
    if whole_days:
        return rng.integers(world.youngest, world.oldest + 1, n).astype(float)
    return rng.uniform(world.youngest, world.oldest, n)


def _purchases(
    rng: np.random.Generator, age: np.ndarray, world: World, whole_days: bool
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield (customers, age at purchase) of the first repeat purchases, of the second ones, and so on.

    On whole days, several purchases of a day count for one, and those of the first day for none.
    """
    rate, p = rng.gamma(world.r, 1 / world.alpha, len(age)), rng.beta(world.a, world.b, len(age))
    who, clock, day = np.arange(len(age)), np.zeros(len(age)), np.zeros(len(age))
    while len(who):
        clock += rng.exponential(1 / rate[who])
        inside = clock <= age[who]
        who, clock, day = who[inside], clock[inside], day[inside]
        now = np.floor(clock) if whole_days else clock
        new = now > day
        yield who[new], now[new]
        stays = rng.random(len(who)) >= p[who]
        who, clock, day = who[stays], clock[stays], now[stays]
