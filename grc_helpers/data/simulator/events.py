"""What the marketing modules share: who is active, what was bought in a window, rows of orders and of contacts."""

from datetime import date

import numpy as np
import pandas as pd
from scipy.optimize import brentq
from scipy.special import expit

from grc_helpers.data.simulator.config import SimulationConfig
from grc_helpers.data.simulator.process import block_of
from grc_helpers.data.simulator.streams import stream

DAY = pd.Timedelta(days=1)


def active(population: pd.DataFrame, day: date | pd.Series | np.ndarray) -> np.ndarray:
    """Tell who has already bought and will buy again, as far as the base model says, on a day (one, or one each)."""
    day = pd.Timestamp(day) if isinstance(day, date) else day
    ended = population["lifetime_end"].notna() & (population["lifetime_end"] <= day)
    return ((population["acquired"] <= day) & ~ended).to_numpy()


def known(population: pd.DataFrame, day: date) -> np.ndarray:
    """Tell who has bought before a day: all that the firm knows."""
    return (population["acquired"] < pd.Timestamp(day)).to_numpy()


def standard(values: np.ndarray | pd.Series) -> np.ndarray:
    """Return values with mean 0 and standard deviation 1 in the block."""
    values = np.asarray(values, dtype=float)
    return (values - values.mean()) / max(values.std(), 1e-12)


def rate_score(population: pd.DataFrame) -> np.ndarray:
    """Return the standardised logarithm of the purchase rate."""
    return standard(np.log(population["rate"]))


def satisfaction_score(population: pd.DataFrame) -> np.ndarray:
    """Return the normal score behind satisfaction (see `traits`): mean 0, variance 1 in the model."""
    share = np.clip(population["satisfaction"].to_numpy() / 10, 1e-9, 1 - 1e-9)
    return (np.log(share / (1 - share)) - 1.0) / 0.75


def with_mean(score: np.ndarray, mean: float) -> np.ndarray:
    """Return probabilities ``expit(c + score)`` with the constant that gives them this mean."""
    if len(score) == 0 or not 0 < mean < 1:
        return np.full(len(score), mean)
    return expit(score + brentq(lambda c: expit(c + score).mean() - mean, -60.0, 60.0))


def in_window(orders: pd.DataFrame, size: int, since, until) -> tuple[np.ndarray, np.ndarray]:
    """Return the number of orders and the cents spent by each customer of a block, ``since ≤ date < until``.

    ``since`` and ``until`` are dates, or arrays with one date a customer.
    """
    row, day = orders["row"].to_numpy(), orders["date"].to_numpy()
    low, high = (np.broadcast_to(np.asarray(limit, dtype="datetime64[s]"), size)[row] for limit in (since, until))
    kept = (day >= low) & (day < high)
    spent = np.bincount(row[kept], weights=orders["amount_cents"].to_numpy()[kept], minlength=size)
    return np.bincount(row[kept], minlength=size), spent.astype("int64")


def more_orders(
    config: SimulationConfig,
    population: pd.DataFrame,
    orders: pd.DataFrame,
    *,
    origin: str,
    row: np.ndarray,
    since: np.ndarray | pd.Timestamp,
    until: np.ndarray | pd.Timestamp,
    price: float | None = None,
) -> pd.DataFrame:
    """Return orders that an effect adds: one for each element of ``row``, on a day drawn in ``since ≤ date < until``.

    Hour, channel and shop are those of the customer's latest order; the amount follows the customer's own law, unless
    ``price`` (euros) is given; no day falls after the customer's ``lifetime_end``.
    """
    rng = stream(config.seed, f"ventes/{origin}", block_of(population))
    ended = population["lifetime_end"].to_numpy()[row]
    since, until = (np.broadcast_to(np.asarray(day, dtype="datetime64[s]"), len(row)) for day in (since, until))
    until = np.where(np.isnat(ended), until, np.minimum(until, ended))
    days = np.maximum((until - since) / np.timedelta64(1, "D"), 1)
    day = since + np.floor(rng.random(len(row)) * days).astype("timedelta64[D]")
    shape, mean = (population[name].to_numpy()[row] for name in ("spend_shape", "spend_mean"))
    drawn = np.maximum(np.round(100 * mean / shape * rng.standard_gamma(shape)), 50).astype("int64")
    added = pd.DataFrame(
        {
            "order_id": [f"{origin}/{number}" for number in range(len(row))],
            "customer_id": population["customer_id"].to_numpy()[row],
            "date": day.astype("datetime64[s]"),
            "since": since,
            "amount_cents": drawn if price is None else cents(np.full(len(row), price)),
            "row": row,
            "origin": origin,
        }
    )
    past = orders[["row", "date", "hour", "channel", "shop"]].sort_values("date", kind="stable")
    added = pd.merge_asof(added.sort_values("date", kind="stable"), past, on="date", by="row")
    closed = (added["date"].dt.day_of_week == 6) & (added["channel"] != "web")
    moved = added["date"] + closed * np.where(added["date"] > added["since"], -1, 1) * DAY  # closed on Sundays
    return added.assign(date=moved.astype("datetime64[s]")).drop(columns="since")


def numbered(letter: str, block: int, places: int | np.ndarray) -> list[str]:
    """Return identifiers unique over blocks, a letter and nine digits; ``places`` is a count, or numbers from 0."""
    first = block * 10_000_000 + 1
    return [f"{letter}{first + place:09d}" for place in (range(places) if isinstance(places, int) else places.tolist())]


def cents(euros) -> np.ndarray:
    """Return whole cents."""
    return np.round(100 * np.asarray(euros, dtype=float)).astype("int64")


def contact_rows(ids, day, channel, function: str, reason, *, direction="sortant", cost=0.0, **more) -> pd.DataFrame:
    """Return contacts, with every column of the log; ``cost`` in euros; the last four may be given."""
    columns = {"customer_id": ids, "date": np.asarray(day, dtype="datetime64[s]"), "channel": channel}
    columns |= {"direction": direction, "function": function, "reason": reason, "cost_cents": cents(cost)}
    columns |= {name: more.get(name) for name in ("campaign_id", "subject", "outcome", "answer")}
    return pd.DataFrame({name: np.broadcast_to(np.asarray(values), len(ids)) for name, values in columns.items()})
