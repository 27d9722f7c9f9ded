"""From prospect to customer who comes back: shares that pass each step, and how long they take."""

from __future__ import annotations

import numpy as np
import pandas as pd
from statsmodels.stats.proportion import proportion_confint

STEPS = {
    "first_contact": "Premier contact",
    "meeting": "Rencontre",
    "offer": "Offre",
    "converted": "Premier achat",
    "repeat": "Réachat",
}


def add_repeat(prospects: pd.DataFrame, sales: pd.DataFrame, *, days: int) -> pd.DataFrame:
    """Add the day of the second purchase, if it comes within some days of the first one.

    Parameters
    ----------
    prospects : DataFrame
        ``prospect_id``, ``first_contact``, ``meeting``, ``offer``, ``converted``, ``customer_id``.
    sales : DataFrame
        ``customer_id``, ``date``.
    """
    buyers = prospects[prospects["converted"].notna()]
    days_bought = sales[["customer_id", "date"]].drop_duplicates()
    later = buyers[["prospect_id", "customer_id", "converted"]].merge(days_bought, on="customer_id")
    wait = (later["date"] - later["converted"]).dt.days
    second = later[(wait > 0) & (wait <= days)].groupby("prospect_id")["date"].min()
    found = prospects[["prospect_id"]].merge(second.rename("repeat").reset_index(), how="left", on="prospect_id")
    return prospects.assign(repeat=found["repeat"].to_numpy())


def funnel(prospects: pd.DataFrame, *, end, patience: int, repeat_days: int) -> pd.DataFrame:
    """Return how many pass each step, the share with its 95 % interval (Wilson), and the delay.

    Prospects met in the last ``patience`` days are left out, for they may still buy; so are, of the last step, the
    customers whose first purchase is younger than ``repeat_days``.

    Returns
    -------
    DataFrame indexed by step
        ``arrivals``, ``rate``, ``low``, ``high`` (of those of the step before; the last one of those seen long enough),
        ``since_start`` (share of all the prospects), ``median_days`` and ``late_days`` (nine in ten are faster).
    """
    end = pd.Timestamp(end)
    seen = prospects[prospects["first_contact"] <= end - pd.Timedelta(days=patience)]
    lines, before, at_risk = [], None, seen
    for column, label in STEPS.items():
        if column == "repeat":
            at_risk = at_risk[at_risk["converted"] <= end - pd.Timedelta(days=repeat_days)]
        passed = at_risk[at_risk[column].notna()]
        line = {"funnel_step": label, "arrivals": len(passed), "rate": np.nan, "low": np.nan, "high": np.nan}
        if before is not None and len(at_risk):
            line["rate"] = len(passed) / len(at_risk)
            line["low"], line["high"] = proportion_confint(len(passed), len(at_risk), method="wilson")
            delays = (passed[column] - passed[before]).dt.days
            line["median_days"], line["late_days"] = delays.median(), delays.quantile(0.9)
        line["at_risk"] = len(at_risk)
        lines.append(line)
        before, at_risk = column, passed
    table = pd.DataFrame(lines).set_index("funnel_step")
    table["since_start"] = table["rate"].fillna(1.0).cumprod()
    return table


def turnover_bridge(sales: pd.DataFrame, *, before: tuple, after: tuple, channel: str) -> pd.DataFrame:
    """Split a change of turnover between two periods by the aims of channels: recruit, keep, multiply the occasions.

    ``Δ = new − gone + kept customers' orders × basket``. Of the customers of both periods, the change of orders is
    priced at the mean of the two baskets, that of the basket at the mean of the two numbers of orders: the sum is
    exact.

    Parameters
    ----------
    sales : DataFrame
        ``customer_id``, ``date``, ``amount``, ``order_id``, ``channel``.
    before, after : (date, date)
        First and last day of each period.
    channel : str
        The one whose sales of the second period are told beside.

    Returns
    -------
    DataFrame indexed by part
        ``customers``, ``change`` and ``channel_sales`` (currency units; what these customers bought through the
        channel in the second period).
    """
    periods = [sales[sales["date"].between(pd.Timestamp(start), pd.Timestamp(end))] for start, end in (before, after)]
    first, second = (
        part.groupby("customer_id").agg(spent=("amount", "sum"), n=("order_id", "nunique")) for part in periods
    )
    both = first.index.intersection(second.index)
    earlier, known = pd.Timestamp(after[0]), sales.groupby("customer_id")["date"].min()
    arrived = second.drop(both)
    new = arrived[known.reindex(arrived.index) >= earlier]
    back, gone = arrived.drop(new.index), first.drop(both)
    (spent_1, orders_1), (spent_2, orders_2) = (part.loc[both].sum() for part in (first, second))
    baskets = spent_1 / max(orders_1, 1), spent_2 / max(orders_2, 1)
    through = periods[1][periods[1]["channel"] == channel].groupby("customer_id")["amount"].sum()
    there = [through.reindex(group).sum() for group in (new.index, back.index, both)]
    lines = {
        "Recruter : nouveaux clients": (len(new), new["spent"].sum(), there[0]),
        "Prolonger : clients revenus": (len(back), back["spent"].sum(), there[1]),
        "Prolonger : clients non revus": (len(gone), -gone["spent"].sum(), np.nan),
        "Multiplier les occasions : commandes": (len(both), (orders_2 - orders_1) * sum(baskets) / 2, there[2]),
        "Panier des clients gardés": (len(both), (baskets[1] - baskets[0]) * (orders_1 + orders_2) / 2, np.nan),
    }
    names = ["customers", "change", "channel_sales"]
    return pd.DataFrame.from_dict(lines, orient="index", columns=names).rename_axis("part")
