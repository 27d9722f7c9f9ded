"""What RFM announces: response after the scoring date, and profit of a mailing."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pandas as pd

from grc_helpers.rfm import rankings, rfm_scores

Z95 = 1.959963984540054


def wilson(successes, totals) -> tuple[np.ndarray, np.ndarray]:
    """Return Wilson's 95 % interval for proportions, elementwise (Wilson 1927); NaN where there was no trial."""
    k, n = np.asarray(successes, dtype=float), np.asarray(totals, dtype=float)
    with np.errstate(divide="ignore", invalid="ignore"):
        p, z2 = k / n, Z95**2 / n
        middle, half = (p + z2 / 2) / (1 + z2), np.sqrt(p * (1 - p) * z2 + z2**2 / 4) / (1 + z2)
    return np.maximum(middle - half, 0), np.minimum(middle + half, 1)


def bootstrap_mean(values, *, n_boot: int, seed: int) -> tuple[float, float]:
    """Return the 95 % percentile bootstrap interval of a mean (customers drawn with replacement); NaN of nobody."""
    if not len(values):
        return np.nan, np.nan
    values, rng = np.asarray(values, dtype=float), np.random.default_rng(seed)
    draws = [values[rng.integers(len(values), size=len(values))].mean() for _ in range(n_boot)]
    low, high = np.quantile(draws, [0.025, 0.975])
    return float(low), float(high)


def calibration_end(start: date, end: date, share: float) -> date:
    """Return the last day of the first ``share`` of the days of observation (both ends are observed days)."""
    return start + timedelta(days=round(share * ((end - start).days + 1)) - 1)


def past_and_future(data, *, share: float) -> pd.DataFrame:
    """Describe customers as of a date, and say what they bought afterwards.

    Parameters
    ----------
    data : Dataset
        Its ``table`` of canonical transactions and its days of observation.
    share : float
        Share of the days of observation that make the past; 0.5 on CDNOW is 39 weeks, and 39 weeks follow.

    Returns
    -------
    DataFrame, one row a customer known at the end of the past
        The customer table on that day, future_spend (0 when nothing), response (future_spend > 0).
    """
    from grc_helpers.data.warehouse import collect, customer_base, period_spend

    cut = calibration_end(data.observation_start, data.observation_end, share)
    sales = period_spend(data.table, cuts=[day + timedelta(days=1) for day in (cut, data.observation_end)])
    future = collect(sales).set_index("customer_id")["spend"]
    known = collect(customer_base(data.table, observation_end=cut))
    known["future_spend"] = known["customer_id"].map(future).astype(float).fillna(0.0)
    return known.assign(response=known["future_spend"] > 0)


def response_by(groups: pd.Series, customers: pd.DataFrame) -> pd.DataFrame:
    """Return, for each group of customers, its size, its response and Wilson's interval.

    Parameters
    ----------
    groups : Series
        Group of each customer (cell, segment, score), same index as ``customers``.
    customers : DataFrame
        Column response (bool).

    Returns
    -------
    DataFrame indexed by group
        customers, responders, response, low, high.
    """
    table = customers.groupby(groups, observed=True)["response"].agg(customers="size", responders="sum")
    low, high = wilson(table["responders"], table["customers"])
    return table.assign(response=table["responders"] / table["customers"], low=low, high=high)


def mean_by(groups: pd.Series, values: pd.Series, *, n_boot: int, seed: int) -> pd.DataFrame:
    """Return, for each group, the mean of ``values`` and its bootstrap interval: mean, mean_low, mean_high."""
    found = {
        name: (part.mean(), *bootstrap_mean(part, n_boot=n_boot, seed=seed))
        for name, part in values.groupby(groups, observed=True)
    }
    return pd.DataFrame.from_dict(found, orient="index", columns=["mean", "mean_low", "mean_high"])


def segment_results(past: pd.DataFrame, *, n_boot: int, seed: int) -> pd.DataFrame:
    """Return the response and the mean profit of each segment, with their intervals.

    Parameters
    ----------
    past : DataFrame
        segment, response, profit.

    Returns
    -------
    DataFrame indexed by segment
        customers, response, low, high, profit_mean, profit_mean_low, profit_mean_high.
    """
    profits = mean_by(past["segment"], past["profit"], n_boot=n_boot, seed=seed).add_prefix("profit_")
    return response_by(past["segment"], past).drop(columns="responders").join(profits).rename_axis("Segment")


def concordance(score, response, *, n_boot: int, seed: int) -> tuple[float, float, float]:
    """Return how often a customer who buys again was ranked above one who does not, with its bootstrap interval.

    It is the area under the ROC curve: 0.5 when the score says nothing, 1 when it tells all; ties count for half.

    Parameters
    ----------
    score : array-like
        The higher, the more promising.
    response : array-like of bool
    n_boot, seed
        Draws of customers with replacement, and their seed.

    Returns
    -------
    (estimate, low, high) ; NaN when all customers did the same
    """
    levels, position = np.unique(np.asarray(score), return_inverse=True)
    response = np.asarray(response, dtype=bool)
    if response.all() or not response.any():
        return (np.nan,) * 3
    counts = np.stack([np.bincount(position[kept], minlength=len(levels)) for kept in (response, ~response)])
    rng = np.random.default_rng(seed)
    draws = rng.multinomial(counts.sum(), (counts / counts.sum()).ravel(), n_boot).reshape(n_boot, 2, -1)
    low, high = np.nanquantile(_area(draws[:, 0], draws[:, 1]), [0.025, 0.975])
    return float(_area(*counts)), float(low), float(high)


def concordance_gap(score, rival, response, *, n_boot: int, seed: int) -> tuple[float, float, float]:
    """Return by how much ``score`` beats ``rival`` in concordance, with the bootstrap interval of the difference.

    The same customers are drawn for both, so that the interval is that of the difference, not of two of them.
    Arguments and NaN as :func:`concordance`.
    """
    response = np.asarray(response, dtype=bool)
    if response.all() or not response.any():
        return (np.nan,) * 3
    pairs, position = np.unique(np.column_stack([score, rival]), axis=0, return_inverse=True)
    counts = np.stack([np.bincount(position.ravel()[kept], minlength=len(pairs)) for kept in (response, ~response)])
    orders = [np.unique(column, return_inverse=True)[1] for column in pairs.T]

    def difference(drawn: np.ndarray) -> float:
        areas = (_area(*(np.bincount(order, weights=side) for side in drawn)) for order in orders)
        return float(next(areas) - next(areas))

    rng, shares = np.random.default_rng(seed), (counts / counts.sum()).ravel()
    draws = [difference(rng.multinomial(counts.sum(), shares).reshape(counts.shape)) for _ in range(n_boot)]
    low, high = np.nanquantile(draws, [0.025, 0.975])
    return difference(counts), float(low), float(high)


def _area(buyers: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Return the area under the ROC curve from counts at each level of a score (last axis), lowest level first."""
    below = np.cumsum(others, axis=-1) - others / 2
    pairs = (buyers.sum(axis=-1) * others.sum(axis=-1)).astype(float)
    return np.divide((buyers * below).sum(axis=-1), pairs, out=np.full_like(pairs, np.nan), where=pairs > 0)


def compare_rankings(
    halves: dict[str, pd.DataFrame], *, convention: str, cuts: dict, n_boot: int, seed: int
) -> pd.DataFrame:
    """Return the concordance of RFM, of each measure alone, and by how much RFM beats recency.

    Parameters
    ----------
    halves : dict of str to DataFrame
        Tables of :func:`past_and_future`.
    convention, cuts
        As :func:`grc_helpers.rfm.rfm_scores`.

    Returns
    -------
    DataFrame of (estimate, low, high)
        One row a ranking, one column a table.
    """
    found, drawn = {}, {"n_boot": n_boot, "seed": seed}
    for name, past in halves.items():
        orders = rankings(past, rfm_scores(past, convention=convention, cuts=cuts))
        gap = concordance_gap(orders["R + F + M"], orders["Récence seule"], past["response"], **drawn)
        alone = {label: concordance(order, past["response"], **drawn) for label, order in orders.items()}
        found[name] = alone | {"R + F + M moins la récence": gap}
    return pd.DataFrame(found).rename_axis("Classement")


def learned_mean(values: pd.Series, cells: pd.Series, tested: np.ndarray) -> pd.Series:
    """Give every customer the mean of ``values`` in their cell among those tested (of all tested if none was there)."""
    means = values[tested].groupby(cells[tested], observed=True).mean()
    return cells.map(means).astype(float).fillna(values[tested].mean())


def gain_curve(priority, profit) -> pd.DataFrame:
    """Cumulate profit as customers are contacted, most promising first.

    Customers of equal priority are one straight segment: the mean over every order of ties.

    Parameters
    ----------
    priority, profit : array-like
        What ranks each customer, and what contacting them brings (margin less cost), in currency units.

    Returns
    -------
    DataFrame from (0, 0)
        contacted_share (0 to 1) and profit.
    """
    steps = pd.DataFrame({"priority": priority, "profit": profit}).groupby("priority")["profit"].agg(["size", "sum"])
    steps = steps.iloc[::-1].cumsum()
    shares = {"contacted_share": steps["size"] / len(np.asarray(profit)), "profit": steps["sum"]}
    return pd.DataFrame({name: np.concatenate([[0.0], column]) for name, column in shares.items()})


def gain_curves(rolled: pd.DataFrame, response: pd.Series) -> dict[str, pd.DataFrame]:
    """Return the gain curves of three orders: RFM (the response learned in the test), recency alone, at random.

    Parameters
    ----------
    rolled : DataFrame
        profit and days_since_last of the customers to contact.
    response : Series
        What ranks each of them.
    """
    orders = {
        "RFM, réponse au test": response,
        "récence seule": -rolled["days_since_last"],
        "au hasard": pd.Series(0, index=rolled.index),
    }
    return {name: gain_curve(order, rolled["profit"]) for name, order in orders.items()}


def gains(profit: pd.Series, ways: dict[str, pd.Series], *, n_boot: int, seed: int) -> pd.DataFrame:
    """Compare ways to choose whom to contact with contacting everyone.

    Parameters
    ----------
    profit : Series
        What contacting each customer brings, in currency units.
    ways : dict of str to Series of bool
        Who is contacted.

    Returns
    -------
    DataFrame indexed by way
        contacted_share, gain_per_customer (mean over all customers of the profit less that of contacting everyone),
        gain_low, gain_high (bootstrap).
    """
    rows = {}
    for name, kept in ways.items():
        extra = profit.where(kept, 0.0) - profit
        rows[name] = (kept.mean(), extra.mean(), *bootstrap_mean(extra, n_boot=n_boot, seed=seed))
    columns = ["contacted_share", "gain_per_customer", "gain_low", "gain_high"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns)
