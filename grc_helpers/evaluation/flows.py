"""Flows of customers between two periods: acquired, back, developed, kept, reduced, lost, and the sales of each."""

from __future__ import annotations

import numpy as np
import pandas as pd

from grc_helpers.loyalty.questions import share_interval

FLOWS = ("Acquis", "Revenus", "Développés", "Maintenus", "Réduits", "Perdus")
KEPT = FLOWS[2:5]
TIERS = {"5 % premiers": 0.05, "15 % suivants": 0.20, "80 % autres": 1.0}


def customer_flows(spend: pd.DataFrame, first_purchase: pd.Series, *, start, step: float = 0.10) -> pd.DataFrame:
    """Put each customer of two periods in a flow.

    Parameters
    ----------
    spend : DataFrame
        customer_id, period (1: before, 2: after; others are ignored), spend.
    first_purchase : Series, by customer
        Day of the first purchase ever seen.
    start : date
        First day of the period after.
    step : float
        Relative change beyond which a customer kept is called developed, or reduced.

    Returns
    -------
    DataFrame, one row a customer who bought in one of the two periods
        ``before``, ``after`` (currency units; 0 without purchase), ``flow_kind``.
    """
    wide = spend[spend["period"].isin([1, 2])].pivot_table(index="customer_id", columns="period", values="spend")
    there = wide.reindex(columns=[1, 2]).notna()
    before, after = (wide.reindex(columns=[1, 2])[k].fillna(0.0) for k in (1, 2))
    new = pd.to_datetime(first_purchase.reindex(wide.index)) >= pd.Timestamp(start)
    flow = np.select(
        [~there[1] & new, ~there[1], ~there[2], after > before * (1 + step), after < before * (1 - step)],
        ["Acquis", "Revenus", "Perdus", "Développés", "Réduits"],
        "Maintenus",
    )
    return pd.DataFrame({"before": before, "after": after, "flow_kind": flow})


def flow_table(customers: pd.DataFrame) -> pd.DataFrame:
    """Return how many customers each flow has, their sales in the two periods, and the change; the total closes it.

    Returns
    -------
    DataFrame indexed by flow_kind
        ``customers``, ``sales_before``, ``sales_after``, ``sales_change``.
    """
    table = customers.groupby("flow_kind").agg(
        customers=("before", "size"), sales_before=("before", "sum"), sales_after=("after", "sum")
    )
    table = table.reindex(FLOWS, fill_value=0)
    table.loc["Total"] = table.sum()
    return table.assign(
        customers=table["customers"].astype(int), sales_change=table["sales_after"] - table["sales_before"]
    )


def change_interval(customers: pd.DataFrame) -> tuple[float, float, float]:
    """Return the change of sales and its 95 % interval: ± 1.96 √Σd², customers (and their number) being drawn."""
    change = (customers["after"] - customers["before"]).to_numpy()
    reach = 1.96 * np.sqrt((change**2).sum())
    return float(change.sum()), float(change.sum() - reach), float(change.sum() + reach)


def flows_by_tier(customers: pd.DataFrame) -> pd.DataFrame:
    """Return what became of the customers of the period before, by tier of what they spent then.

    Returns
    -------
    DataFrame indexed by tier (5 %, 15 %, 80 % of the customers, highest first)
        ``customers``, ``tier_lost`` (share) with ``tier_lost_low`` and ``tier_lost_high`` (Wilson), ``tier_developed``
        (share), ``sales_before``, ``sales_after``.
    """
    known = customers[customers["before"] > 0]
    place = known["before"].rank(method="first", ascending=False) / len(known)
    tier = pd.cut(place, [0, *TIERS.values()], labels=list(TIERS))
    rows = {}
    for name, part in known.groupby(tier, observed=False):
        lost, developed = (int((part["flow_kind"] == flow).sum()) for flow in ("Perdus", "Développés"))
        rows[name] = [len(part), *share_interval(lost, len(part)), developed / max(len(part), 1)]
        rows[name] += [part["before"].sum(), part["after"].sum()]
    names = [
        "customers",
        "tier_lost",
        "tier_lost_low",
        "tier_lost_high",
        "tier_developed",
        "sales_before",
        "sales_after",
    ]
    return pd.DataFrame.from_dict(rows, orient="index", columns=names).rename_axis("value_tier")
