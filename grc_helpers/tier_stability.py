"""Do value tiers last? Tiers of customers, their transitions, and what chance alone would do to them."""

from __future__ import annotations

import math
from datetime import date, timedelta

import numpy as np
import pandas as pd

TIER_NAMES = {1: "Bons", 2: "Standards", 3: "Petits"}
ABSENT = "Absents"


def tiers_of(customers, *, shares: tuple[float, float, float], by: str = "total_spend_cents") -> pd.Series:
    """Return the name of each customer's tier, ranked in the engine by the column ``by``.

    Parameters
    ----------
    customers : ibis.Table or DataFrame
        One row a customer, with ``customer_id`` and ``by``.
    shares : (float, float, float)
        Shares of the customers that make Bons, Standards and Petits.

    Returns
    -------
    Series indexed by customer_id
    """
    import ibis

    from grc_helpers.data.warehouse import collect, value_tiers

    customers = ibis.memtable(customers) if isinstance(customers, pd.DataFrame) else customers
    ranked = value_tiers(customers, by=by, shares=shares).select("customer_id", "tier")
    return collect(ranked).set_index("customer_id")["tier"].map(TIER_NAMES)


def two_half_years(start: date, end: date) -> list[date]:
    """Return the cuts of the last two half-years (26 weeks each), or of two halves when less was observed.

    Parameters
    ----------
    start, end : date
        First and last day of observation.

    Returns
    -------
    list of three dates
        First day of each half, then the day after ``end``.
    """
    half = max(1, min(182, ((end - start).days + 1) // 2))
    return [end + timedelta(days=1 - half * k) for k in (2, 1, 0)]


def half_year_tiers(data, *, shares: tuple[float, float, float]) -> tuple[list[date], pd.Series, pd.Series]:
    """Put the buyers of the last two half-years into tiers, each half on its own.

    Parameters
    ----------
    data : Dataset
        Its ``table`` of canonical transactions and its days of observation.
    shares : (float, float, float)
        As :func:`tiers_of`; of the customers with positive net sales in the half.

    Returns
    -------
    cuts, first, second
        The dates of :func:`two_half_years`; the tiers in each half (:func:`tiers_of`).
    """
    from grc_helpers.data.warehouse import period_spend

    cuts = two_half_years(data.observation_start, data.observation_end)
    halves = period_spend(data.table, cuts=cuts).filter(lambda sales: sales.spend_cents > 0)
    first, second = (tiers_of(halves.filter(halves.period == k), by="spend_cents", shares=shares) for k in (0, 1))
    return cuts, first, second


def tier_transitions(before: pd.Series, after: pd.Series) -> pd.DataFrame:
    """Cross the tiers of the same customers in two periods.

    Parameters
    ----------
    before, after : Series indexed by customer_id
        Tier in each period; a customer absent from the second counts as ``Absents``, one absent from the first does
        not count.

    Returns
    -------
    DataFrame
        Number of customers: tiers before as rows, tiers after (and ``Absents``) as columns, in the order of tiers.
    """
    both = pd.concat({"before": before, "after": after}, axis=1).astype(object).fillna(ABSENT)
    names = list(TIER_NAMES.values())
    return pd.crosstab(both["before"], both["after"]).reindex(index=names, columns=[*names, ABSENT], fill_value=0)


def newcomers(before: pd.Series, after: pd.Series, tier: str) -> pd.Series:
    """Say where those who enter a tier come from: the share of each former tier (or ``Absents``), largest first.

    Parameters
    ----------
    before, after : Series indexed by customer_id
        Tier in each period.
    """
    former = before.reindex(after[after == tier].index).fillna(ABSENT)
    return former[former != tier].value_counts(normalize=True)


def staying_share(transitions: pd.DataFrame, tier) -> tuple[float, float, float]:
    """Return the share of a tier's customers still in it afterwards, with Wilson's 95 % interval (Wilson 1927).

    All three are NaN when nobody was in the tier.
    """
    from scipy.stats import binomtest

    stayed, total = int(transitions.loc[tier, tier]), int(transitions.loc[tier].sum())
    if not total:
        return math.nan, math.nan, math.nan
    proportion = binomtest(stayed, total).proportion_ci(method="wilson")
    return stayed / total, float(proportion.low), float(proportion.high)


def order_amounts(transactions) -> pd.DataFrame:
    """Return the amount of each order, in currency units: one row a customer and order (or day, without order ids).

    Parameters
    ----------
    transactions : ibis.Table
        Canonical transactions.
    """
    from grc_helpers.data.warehouse import collect

    order = "order_id" if "order_id" in transactions.columns else "date"
    grouped = transactions.group_by("customer_id", order)
    return collect(grouped.agg(amount_cents=transactions.amount_cents.sum().cast("int64")))


def basket_spread(amounts: pd.DataFrame) -> tuple[float, float]:
    """Return the variances of the log amount of an order: between customers, and between a customer's orders.

    One-way random-effects analysis of variance, unequal group sizes (Searle, Casella & McCulloch 1992, ch. 3); orders
    of zero or less are left out. The second is 0 when nobody ordered twice, the first when the estimate is negative.

    Parameters
    ----------
    amounts : DataFrame
        One row an order, as :func:`order_amounts` gives them.
    """
    logs = np.log(amounts.loc[amounts["amount"] > 0].set_index("customer_id")["amount"])
    groups = logs.groupby(level=0).agg(["mean", "size"])
    repeats, others = len(logs) - len(groups), len(groups) - 1
    if not repeats or not others:
        return (float(logs.var()) if others else 0.0), 0.0
    within = ((logs - logs.groupby(level=0).transform("mean")) ** 2).sum() / repeats
    size = (len(logs) - (groups["size"] ** 2).sum() / len(logs)) / others
    across = (groups["size"] * (groups["mean"] - logs.mean()) ** 2).sum() / others
    return max(float((across - within) / size), 0.0), float(within)


def simulate_stable_customers(orders: pd.Series, *, between: float, within: float, seed: int) -> pd.DataFrame:
    """Simulate two periods of customers who never change, alike those observed.

    Each customer keeps one rate of orders (gamma across customers, fitted by moments on ``orders``: the NBD model)
    and one level of basket (log-normal across customers), independent of the rate; orders are Poisson in each
    period, and each has its own amount around the customer's level.

    Parameters
    ----------
    orders : Series indexed by customer_id
        Orders of each customer in one period, zeros included.
    between, within : float
        Variances of the log amount, between customers and between a customer's orders: :func:`basket_spread`.

    Returns
    -------
    DataFrame
        customer_id, truth (expected spend a period), first, second (spend in each period), up to one unit.

    References
    ----------
    Ehrenberg, A. S. C. (1959). The pattern of consumer purchases. *Applied Statistics* 8(1).
    """
    rng, n, mean, variance = np.random.default_rng(seed), len(orders), orders.mean(), orders.var(ddof=0)
    # Orders no more dispersed than chance alone: the limit of the NBD where all rates are equal.
    rates = rng.gamma(mean**2 / (variance - mean), (variance - mean) / mean, n) if variance > mean else mean
    rates, level = np.broadcast_to(rates, n), np.exp(rng.normal(0, math.sqrt(between), n))

    def period() -> np.ndarray:
        buyer = np.repeat(np.arange(n), rng.poisson(rates))
        return level * np.bincount(buyer, np.exp(rng.normal(0, math.sqrt(within), len(buyer))), minlength=n)

    return pd.DataFrame({"customer_id": orders.index, "truth": rates * level, "first": period(), "second": period()})


def never_changing(
    data, customers: pd.Series, *, shares: tuple[float, float, float], seed: int
) -> tuple[pd.DataFrame, float]:
    """Say what tiers would do if nobody changed, in a world fitted on the first of the last two half-years.

    Parameters
    ----------
    data : Dataset
        As :func:`half_year_tiers`.
    customers : Series
        The ``customer_id`` of every customer, buyers of that half or not.

    Returns
    -------
    moves : DataFrame
        :func:`tier_transitions` of the simulated world.
    found : float
        Share of the customers of highest expected spend who are in its first tier.
    """
    from grc_helpers.data.warehouse import collect, period_spend

    cuts = two_half_years(data.observation_start, data.observation_end)
    half = collect(period_spend(data.table, cuts=cuts[:2]).filter(lambda sales: sales.spend_cents > 0))
    orders = half.set_index("customer_id")["n_orders"].reindex(customers, fill_value=0)
    between, within = basket_spread(order_amounts(data.table))
    world = simulate_stable_customers(orders, between=between, within=within, seed=seed)
    first, second = (tiers_of(world[world[k] > 0], by=k, shares=shares) for k in ("first", "second"))
    best = first[first == "Bons"].index
    found = world.nlargest(len(best), "truth")["customer_id"].isin(best).mean()
    return tier_transitions(first, second), float(found)
