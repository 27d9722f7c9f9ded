"""Is it the same firm whatever the channel? Answers, journeys, prices, assortment, data, and what gaps cost."""

from __future__ import annotations

import numpy as np
import pandas as pd
from statsmodels.stats.proportion import proportion_confint


def repeated_questions(contacts: pd.DataFrame, *, days: int = 30) -> pd.DataFrame:
    """Return the questions asked again by the same customer on the same subject within some days.

    Parameters
    ----------
    contacts : DataFrame
        ``customer_id``, ``date``, ``channel``, ``reason``, ``subject``, ``answer``.

    Returns
    -------
    DataFrame, one row a question asked again
        ``customer_id``, ``date``, ``subject``, ``elsewhere`` (bool: by another channel), ``contradiction`` (bool:
        another answer).
    """
    asked = contacts[contacts["subject"].notna()].sort_values(["customer_id", "subject", "date"], kind="stable")
    groups = asked.groupby(["customer_id", "subject"])
    wait = (asked["date"] - groups["date"].shift()).dt.days
    again = asked[wait <= days].copy()
    before = groups[["channel", "answer"]].shift().loc[again.index]
    again["elsewhere"] = again["channel"] != before["channel"]
    again["contradiction"] = again["answer"] != before["answer"]
    return again[["customer_id", "date", "subject", "elsewhere", "contradiction"]].reset_index(drop=True)


def rates(flags: pd.Series, by: pd.Series) -> pd.DataFrame:
    """Return, by group, the number, the share and its 95 % interval (Wilson)."""
    table = flags.groupby(by).agg(n="size", hits="sum")
    table["share"] = table["hits"] / table["n"]
    table["low"], table["high"] = proportion_confint(table["hits"], table["n"], method="wilson")
    return table


def journey_breaks(journeys: pd.DataFrame) -> pd.DataFrame:
    """Return one row a journey: how many changes of channel, and whether it was abandoned.

    Parameters
    ----------
    journeys : DataFrame
        ``journey_id``, ``step``, ``channel``, ``abandoned``.

    Returns
    -------
    DataFrame indexed by journey
        ``steps``, ``breaks``, ``abandoned``.
    """
    rows = journeys.sort_values(["journey_id", "step"])
    changed = rows["channel"].ne(rows["channel"].shift()) & rows["journey_id"].eq(rows["journey_id"].shift())
    groups = rows.assign(breaks=changed).groupby("journey_id")
    return groups.agg(steps=("step", "size"), breaks=("breaks", "sum"), abandoned=("abandoned", "max"))


def step_abandonment(journeys: pd.DataFrame) -> pd.DataFrame:
    """Return the share of steps at which the journey stops, after a change of channel or not, with 95 % intervals.

    A journey that stops early has had fewer occasions to change: steps are compared, not journeys. First steps, which
    no change can precede, are left out.
    """
    rows = journeys.sort_values(["journey_id", "step"])
    follows = rows["journey_id"].eq(rows["journey_id"].shift())
    changed = rows["channel"].ne(rows["channel"].shift())[follows]
    return rates(rows.loc[follows, "abandoned"], np.where(changed, "canal changé", "même canal")).loc[::-1]


def transitions(journeys: pd.DataFrame) -> pd.DataFrame:
    """Return the graph of journeys: from the channel of a step to that of the next, how many, and how many stop there.

    Returns
    -------
    DataFrame, one row an arrow
        ``previous``, ``channel``, ``n`` (steps), ``hits`` (journeys that stop at that step), ``share``.
    """
    rows = journeys.sort_values(["journey_id", "step"])
    follows = rows["journey_id"].eq(rows["journey_id"].shift())
    steps = rows.assign(previous=rows["channel"].shift())[follows]
    table = steps.groupby(["previous", "channel"], as_index=False).agg(
        n=("abandoned", "size"), hits=("abandoned", "sum")
    )
    return table.assign(share=table["hits"] / table["n"])


def price_parity(
    prices: pd.DataFrame, *, reference: str, year: int, tolerance: float
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Compare the prices of each channel with those of one of them.

    Returns
    -------
    summary : DataFrame indexed by channel
        ``products``, ``median_gap``, ``outside`` (products whose price differs from the channel's usual gap by more
        than ``tolerance``), ``dearer`` (products dearer than in the reference channel).
    outliers : DataFrame
        ``product_id``, ``channel``, ``price``, ``reference_price``, ``gap`` (share), farthest from the usual gap first.
    """
    wide = prices[prices["year"] == year].pivot(index="product_id", columns="channel", values="price")
    gaps = wide.drop(columns=reference).div(wide[reference], axis=0) - 1
    usual = gaps.median()
    off = (gaps - usual).abs()
    summary = pd.DataFrame(
        {
            "products": gaps.notna().sum(),
            "median_gap": usual,
            "outside": (off > tolerance).sum(),
            "dearer": (gaps > 0.001).sum(),
        }
    ).rename_axis("channel")
    far = off[off > tolerance].stack().dropna().sort_values(ascending=False).index
    outliers = pd.DataFrame(
        [
            {"product_id": product, "channel": channel, "price": wide.loc[product, channel],
             "reference_price": wide.loc[product, reference], "gap": gaps.loc[product, channel]}
            for product, channel in far
        ],
        columns=["product_id", "channel", "price", "reference_price", "gap"],
    )  # fmt: skip
    return summary, outliers


def assortment(lines: pd.DataFrame, sales: pd.DataFrame, *, year: int) -> pd.Series:
    """Return the share of the products sold in a year that each channel has sold at least once."""
    sold = lines.merge(sales[sales["date"].dt.year == year][["order_id", "channel"]], on="order_id")
    return (sold.groupby("channel")["product_id"].nunique() / sold["product_id"].nunique()).rename("assortment")


def synchronisation(log: pd.DataFrame, *, end) -> pd.DataFrame:
    """Return, by channel of the update, how long the other channels do not see it, and the conflicts.

    Updates not yet seen at the end of the observation count as seen the next day: their delays are minimums.

    Parameters
    ----------
    log : DataFrame
        ``channel``, ``date``, ``visible``, ``conflict``.

    Returns
    -------
    DataFrame indexed by channel
        ``updates``, ``median_days``, ``late_days`` (nine in ten are faster), ``stale_days`` (all of them),
        ``conflicts``, ``share``, ``low``, ``high``.
    """
    rows = log.assign(days=stale_days(log, end=end))
    groups = rows.groupby("channel")
    table = groups["days"].agg(updates="size", median_days="median", stale_days="sum")
    table["late_days"] = groups["days"].quantile(0.9)
    found = rates(log["conflict"], log["channel"])
    return table.join(found[["hits", "share", "low", "high"]].rename(columns={"hits": "conflicts"}))


def stale_days(log: pd.DataFrame, *, end) -> pd.Series:
    """Return, for each update, the days during which the other channels do not see it."""
    return (log["visible"].fillna(pd.Timestamp(end) + pd.Timedelta(days=1)) - log["date"]).dt.days


def stale_contacts(contacts: pd.DataFrame, log: pd.DataFrame, *, fields: dict[str, tuple[str, ...]]) -> pd.DataFrame:
    """Return the outgoing contacts sent while the detail that they use had changed without being seen yet.

    Parameters
    ----------
    contacts : DataFrame
        ``customer_id``, ``date``, ``channel``, ``direction``, ``cost``.
    log : DataFrame
        ``customer_id``, ``field``, ``date``, ``visible``.
    fields : dict of str to tuple of str
        For each channel, the details that it uses.
    """
    sent = contacts[contacts["direction"] == "sortant"].reset_index(drop=True).reset_index(names="sent")
    both = sent.merge(log[["customer_id", "field", "date", "visible"]], on="customer_id", suffixes=("", "_changed"))
    uses = [field in fields.get(channel, ()) for field, channel in zip(both["field"], both["channel"], strict=True)]
    blind = (both["date"] >= both["date_changed"]) & ((both["date"] < both["visible"]) | both["visible"].isna())
    found = both[np.array(uses, bool) & blind].drop_duplicates("sent")  # two changes at once make one blind contact
    return found.drop(columns=["sent", "date_changed", "visible"])


def single_view(*, met: pd.Series, troubled: dict[str, pd.Series]) -> pd.DataFrame:
    """Return the share of customers met by several channels whom the firm has treated as one and the same.

    Parameters
    ----------
    met : Series of customer_id
        Customers that several channels have met.
    troubled : dict of str to Series of customer_id
        For each kind of trouble, whom it befell.

    Returns
    -------
    DataFrame
        One row a kind of trouble (customers met without it) and « Vue unique » (without any): ``customers``, ``share``,
        ``low``, ``high`` (Wilson).
    """
    people = pd.Index(met.unique())
    clean = {f"sans {name}": ~people.isin(who) for name, who in troubled.items()}
    clean["Vue unique : sans aucun de ces incidents"] = np.logical_and.reduce(list(clean.values()))
    table = pd.DataFrame({name: {"customers": len(people), "hits": flags.sum()} for name, flags in clean.items()}).T
    table["share"] = table["hits"] / table["customers"]
    table["low"], table["high"] = proportion_confint(table["hits"], table["customers"], method="wilson")
    return table.drop(columns="hits").rename_axis("measure")
