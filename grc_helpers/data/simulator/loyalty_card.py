"""The Merle card: points earned, used, expired; and the club that opens above a threshold of spending.

The card's own effect on purchases is in `process` (``card_effect``, from ``card_from`` on, chosen by those who buy
often).
"""

import numpy as np
import pandas as pd

from grc_helpers.data.simulator.config import END, START, SimulationConfig
from grc_helpers.data.simulator.events import DAY, in_window, more_orders
from grc_helpers.data.simulator.process import block_of
from grc_helpers.data.simulator.streams import stream

MONTHS = (END.year - START.year) * 12 + END.month - START.month + 1
CLUB_START = pd.Timestamp("2025-01-01")


def make_card(config: SimulationConfig, population: pd.DataFrame, orders: pd.DataFrame) -> dict:
    """Keep the ledger of points: first earned, first used; a point expires on the first of a month.

    A voucher may be used at the first purchase of a month, out of the points earned in the months before.

    Returns
    -------
    dict of pandas.DataFrame
        carte_points (customer_id, date, event: gagnés | utilisés | expirés, points (negative when they go), order_id),
        verite/carte (customer_id, dormant: never uses points).
    """
    holders = np.flatnonzero(population["card_from"].notna())
    rng = stream(config.seed, "carte_points", block_of(population))
    dormant = rng.random(len(holders)) < config.points_dormant
    wants = (rng.random((len(holders), MONTHS)) < config.points_use) & ~dormant[:, None]
    place = np.full(len(population), -1)
    place[holders] = np.arange(len(holders))
    card_from = population["card_from"].to_numpy()[orders["row"]]
    bought = orders[(place[orders["row"]] >= 0) & (orders["date"].to_numpy() >= card_from)]
    bought = bought.sort_values(["date", "hour", "order_id"], kind="stable")
    points = np.floor(bought["amount_cents"] / 100 * config.points_per_euro).astype("int64")
    earned = bought.assign(holder=place[bought["row"]], month=_months(bought["date"]), points=points)
    lots = np.zeros((len(holders), MONTHS), dtype="int64")
    np.add.at(lots, (earned["holder"], earned["month"]), earned["points"])
    used, expired = _follow(config, lots, wants & _any(earned, lots.shape))

    ids = population["customer_id"].to_numpy()[holders]
    first = earned.drop_duplicates(["holder", "month"]).set_index(["holder", "month"])
    who, month = np.nonzero(used)
    visit = first.reindex(pd.MultiIndex.from_arrays([who, month]))
    lost, when = np.nonzero(expired)
    first_days = pd.date_range(START, periods=MONTHS, freq="MS").to_numpy().astype("datetime64[s]")
    parts = [
        pd.DataFrame({"customer_id": ids[earned["holder"]], "date": earned["date"].to_numpy(), "event": "gagnés",
                      "points": earned["points"].to_numpy(), "order_id": earned["order_id"].to_numpy()}),
        pd.DataFrame({"customer_id": ids[who], "date": visit["date"].to_numpy(), "event": "utilisés",
                      "points": -used[who, month], "order_id": visit["order_id"].to_numpy()}),
        pd.DataFrame({"customer_id": ids[lost], "date": first_days[when], "event": "expirés",
                      "points": -expired[lost, when], "order_id": None}),
    ]  # fmt: skip
    ledger = pd.concat(parts).sort_values(["date", "customer_id", "event"], kind="stable", ignore_index=True)
    return {"carte_points": ledger, "verite/carte": pd.DataFrame({"customer_id": ids, "dormant": dormant})}


def _follow(config: SimulationConfig, lots: np.ndarray, wants: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the points used and expired by holder and month, given those earned and when a voucher may be used."""
    left = np.zeros_like(lots)
    used, expired = np.zeros_like(lots), np.zeros_like(lots)
    for month in range(MONTHS):
        old = month - config.points_months
        if old >= 0:
            expired[:, month] = left[:, old]
            left[:, old] = 0
        spends = wants[:, month] & (left.sum(axis=1) >= config.points_threshold)
        used[spends, month] = config.points_threshold
        before = np.cumsum(left, axis=1) - left
        left -= np.clip(used[:, [month]] - before, 0, left)
        left[:, month] = lots[:, month]
    return used, expired


def _months(dates: pd.Series) -> np.ndarray:
    return ((dates.dt.year - START.year) * 12 + dates.dt.month - START.month).to_numpy()


def _any(earned: pd.DataFrame, shape: tuple[int, int]) -> np.ndarray:
    visits = np.zeros(shape, dtype=bool)
    visits[earned["holder"], earned["month"]] = True
    return visits


def make_club(config: SimulationConfig, population: pd.DataFrame, orders: pd.DataFrame) -> dict:
    """Open the club in 2025 to those who spent enough in 2024: a threshold, hence a regression discontinuity.

    Returns
    -------
    dict of pandas.DataFrame
        club (customer_id, since, spent_before_cents), verite/club (customer_id, caused_orders), +ventes.
    """
    if not config.club_effect:
        return {}
    _, spent = in_window(orders, len(population), CLUB_START - 366 * DAY, CLUB_START)
    member = np.flatnonzero(spent >= 100 * config.club_threshold)
    close = pd.Timestamp(END) + DAY
    ended = population["lifetime_end"].fillna(close).to_numpy()[member]
    left = np.minimum(ended, close.to_datetime64()) - CLUB_START.to_datetime64()
    years = np.maximum(left / np.timedelta64(365, "D"), 0)
    count = stream(config.seed, "club", block_of(population)).poisson(config.club_effect * years)
    added = more_orders(
        config, population, orders, origin="club", row=np.repeat(member, count), since=CLUB_START, until=close
    )
    ids = population["customer_id"].to_numpy()[member]
    return {
        "club": pd.DataFrame({"customer_id": ids, "since": CLUB_START, "spent_before_cents": spent[member]}),
        "verite/club": pd.DataFrame({"customer_id": ids, "caused_orders": count}),
        "+ventes": added,
    }
