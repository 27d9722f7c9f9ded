"""Usage level: light, medium, heavy; the NBD and its regression to the mean."""

from __future__ import annotations

import numpy as np
import pandas as pd

from grc_helpers.clv.nbd import log_count
from grc_helpers.errors import GrcError

LEVELS = ("non-acheteurs", "petits", "moyens", "gros")
FAR = 400  # counts beyond which the tail is neglected


def fit_nbd(counts, weights=None, *, open_class: int | None = None) -> tuple[float, float]:
    """Fit the NBD to counts of one period by maximum likelihood (Ehrenberg 1959).

    P(X = x) = Γ(r+x)/(Γ(r) x!) · (α/(α+1))^r · (1/(α+1))^x: Poisson purchases, rates gamma(r, α) across customers.

    Parameters
    ----------
    counts : array of int
        Purchases of each customer, or classes.
    weights : array, optional
        Customers that each count stands for.
    open_class : int, optional
        This count means « or more »: its probability is that of the tail.

    Returns
    -------
    r, alpha : float
        Mean r/α; alpha is for a period of one.
    """
    from scipy.optimize import minimize

    x = np.asarray(counts, dtype=int)
    w = np.ones(len(x)) if weights is None else np.asarray(weights, dtype=float)
    mean = (w * x).sum() / w.sum()
    variance = (w * (x - mean) ** 2).sum() / w.sum()
    if mean == 0 or variance <= mean:
        raise GrcError(
            "La loi NBD ne s'ajuste pas : les achats ne varient pas plus que le hasard seul.",
            where=f"moyenne {mean:.2f}, variance {variance:.2f}",
            todo="observez plus longtemps, ou davantage de clients",
        )
    values, place = np.unique(x, return_inverse=True)
    size = np.bincount(place, w)

    def loss(log_params) -> float:
        logs = _log_probabilities(values, *np.exp(log_params), open_class)
        return -float(size @ logs)

    start = np.log([mean**2 / (variance - mean), mean / (variance - mean)])
    return tuple(
        float(v) for v in np.exp(minimize(loss, start, method="Nelder-Mead", options={"xatol": 1e-7, "fatol": 1e-9}).x)
    )


def _log_probabilities(values, r: float, alpha: float, open_class: int | None) -> np.ndarray:
    logs = log_count(values, r, alpha, 1.0)
    if open_class is not None:
        tail = 1 - np.exp(log_count(np.arange(open_class), r, alpha, 1.0)).sum()
        logs = np.where(values == open_class, np.log(max(tail, 1e-300)), logs)
    return logs


def expected_counts(values, r: float, alpha: float, *, total: float, open_class: int | None = None) -> np.ndarray:
    """Return how many customers the NBD expects in each class."""
    return total * np.exp(_log_probabilities(np.asarray(values), r, alpha, open_class))


def next_period(x, r: float, alpha: float):
    """Return E[Y | x] = (r + x)/(α + 1): what a customer who bought x is expected to buy in an equal period."""
    return (r + np.asarray(x, dtype=float)) / (alpha + 1)


def usage_levels(counts: pd.Series, *, cuts: tuple[int, int]) -> pd.Series:
    """Name each count's level: none, up to the first cut, up to the second, above."""
    return pd.Series(
        np.select([counts <= 0, counts <= cuts[0], counts <= cuts[1]], LEVELS[:3], LEVELS[3]), counts.index
    )


def tercile_cuts(counts: pd.Series) -> tuple[int, int]:
    """Return the counts that cut the buyers into three groups of nearly equal size."""
    low, high = np.quantile(counts[counts > 0], [1 / 3, 2 / 3], method="inverted_cdf")
    return int(low), int(max(high, low + 1))


def regression_table(r: float, alpha: float, *, cuts: tuple[int, int]) -> pd.DataFrame:
    """Say, by usage level, what the NBD expects now and in the next equal period, nobody having changed.

    Returns
    -------
    DataFrame indexed by level
        customer_share; now, then: purchases a customer; then_share: share of the next period's purchases.
    """
    x = np.arange(FAR)
    p = np.exp(log_count(x, r, alpha, 1.0))
    frame = pd.DataFrame({"p": p, "now": p * x, "then": p * next_period(x, r, alpha)})
    sums = frame.groupby(usage_levels(pd.Series(x), cuts=cuts)).sum().reindex(LEVELS)
    return pd.DataFrame(
        {
            "customer_share": sums["p"],
            "now": sums["now"] / sums["p"],
            "then": sums["then"] / sums["p"],
            "then_share": sums["then"] / sums["then"].sum(),
        }
    ).rename_axis("level")


def simulate_two_periods(r: float, alpha: float, *, customers: int, seed: int) -> pd.DataFrame:
    """Simulate customers who never change: counts in two equal periods (first, second)."""
    rng = np.random.default_rng(seed)
    rates = rng.gamma(r, 1 / alpha, customers)
    return pd.DataFrame({"first": rng.poisson(rates), "second": rng.poisson(rates)})


def observed_and_expected(first: pd.Series, second: pd.Series, *, cuts: tuple[int, int]) -> pd.DataFrame:
    """Fit the NBD on a first period; compare, by level, the second one with what it forecasts.

    Parameters
    ----------
    first, second : Series indexed by customer
        Orders in two equal periods of the same customers.

    Returns
    -------
    DataFrame indexed by level
        customers, now (mean of the first), then (forecast), seen (mean of the second), low, high (95 % interval of
        ``seen``, normal).
    """
    r, alpha = fit_nbd(first)
    frame = pd.DataFrame({"now": first, "then": next_period(first, r, alpha), "seen": second})
    groups = frame.groupby(usage_levels(first, cuts=cuts))
    table = groups.mean().assign(customers=groups.size()).reindex([name for name in LEVELS if name in groups.groups])
    half = 1.96 * groups["seen"].std() / np.sqrt(groups.size())
    table = table.assign(low=table["seen"] - half, high=table["seen"] + half).rename_axis("level")
    return table[["customers", "now", "then", "seen", "low", "high"]]
