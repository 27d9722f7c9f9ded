"""The orders: when (see `process`), through which channel, for how much."""

import numpy as np
import pandas as pd

from grc_helpers.data.simulator.clock import weekday
from grc_helpers.data.simulator.config import START, SimulationConfig
from grc_helpers.data.simulator.draws import as_days, pick
from grc_helpers.data.simulator.process import block_of, draw_process
from grc_helpers.data.simulator.streams import stream

HOURS = {  # share of orders by hour
    "boutique": dict(zip(range(9, 19), (6, 11, 14, 9, 5, 9, 12, 13, 12, 9), strict=True)),
    "web": dict(zip(range(7, 24), (3, 4, 4, 4, 4, 6, 7, 5, 4, 4, 5, 6, 8, 11, 12, 9, 4), strict=True)),
    "téléphone": dict(zip(range(9, 18), (10, 14, 14, 8, 4, 12, 14, 13, 11), strict=True)),
    "commercial": dict(zip(range(8, 18), (7, 13, 15, 13, 5, 4, 13, 14, 10, 6), strict=True)),
}


def make_orders(config: SimulationConfig, population: pd.DataFrame) -> pd.DataFrame:
    """Return the orders of a block, by date.

    Returns
    -------
    pandas.DataFrame
        order_id, customer_id, date, hour (0–23), amount_cents, channel, shop (None outside shops), row (place of the
        customer in ``population``).
    """
    block = block_of(population)
    process = draw_process(config, population)
    row, time = process.row, process.time
    channel = _channels(config, population, row, time, block)
    day = np.floor(time)
    if config.weekly_season:
        day = np.where((weekday(time) == 6) & (channel != "web"), day - 1, day)  # closed: the day before
    uniform = stream(config.seed, "ventes/heure", block).random(len(row))
    hour = np.zeros(len(row), dtype="int8")
    for name, shares in HOURS.items():
        mine = channel == name
        hour[mine] = pick(uniform[mine], shares).astype("int8")
    orders = pd.DataFrame(
        {
            "customer_id": population["customer_id"].to_numpy()[row],
            "date": (np.datetime64(START) + day.astype("timedelta64[D]")).astype("datetime64[s]"),
            "hour": hour,
            "amount_cents": _amounts(config, population, row, block),
            "channel": channel,
            "shop": np.where(channel == "boutique", population["shop"].to_numpy()[row], None),
            "row": row,
        }
    )
    return number_orders(orders, block)


def number_orders(orders: pd.DataFrame, block: int) -> pd.DataFrame:
    """Sort orders by time and give them an ``order_id`` that says nothing of the customer."""
    orders = orders.drop(columns="order_id", errors="ignore")
    orders = orders.sort_values(["date", "hour", "customer_id", "amount_cents"], kind="stable", ignore_index=True)
    numbers = pd.Series(np.arange(1, len(orders) + 1) + block * 1_000_000).astype(str).str.zfill(9)
    orders.insert(0, "order_id", "V" + numbers)
    return orders


def _amounts(config: SimulationConfig, population: pd.DataFrame, row: np.ndarray, block: int) -> np.ndarray:
    """Draw amounts of a Gamma-Gamma model, in cents (at least 50)."""
    gamma = stream(config.seed, "ventes/montant", block).standard_gamma(config.spend_p, len(row))
    euros = gamma * (population["spend_mean"] / population["spend_shape"]).to_numpy()[row]
    return np.maximum(np.round(100 * euros), 50).astype("int64")


def _channels(config, population, row, time, block) -> np.ndarray:
    """Choose the channel of each order; the web exists in a zone from the day it delivers there."""
    rng = stream(config.seed, "ventes/canal", block)
    since = np.nan_to_num(as_days(population["second_channel_from"]), nan=np.inf)
    second = (time >= since[row]) & (rng.random(len(row)) < config.second_channel_share)
    preferred, other = (
        population[name].to_numpy(dtype=object)[row] for name in ("preferred_channel", "second_channel")
    )
    channel = np.where(second, other, preferred)
    closed = (channel == "web") & (time < as_days(population["web_open_from"])[row])
    far = ((population["zone"] == "France") | (population["kind"] == "bureau")).to_numpy()[row]
    return np.where(closed, np.where(far, "téléphone", "boutique"), channel)
