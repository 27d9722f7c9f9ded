"""Value concentration: Lorenz curve, Gini, médiale, ABC classes, and their intervals.

Every measure takes the value of each customer and, optionally, how many customers have it (``weights``), so that a
table of classes (568 households by number of bottles) and a list of customers are treated alike.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from statistics import NormalDist

import numpy as np
import pandas as pd

from grc_helpers.errors import GrcError
from grc_helpers.style import NNBSP


def _checked(values, weights) -> tuple[np.ndarray, np.ndarray]:
    """Return values in ascending order with their weights; refuse what has no concentration."""
    values = np.asarray(values, dtype=float)
    weights = np.ones(len(values)) if weights is None else np.asarray(weights, dtype=float)
    bad = ~np.isfinite(values) | (values < 0)
    if bad.any():
        raise GrcError(
            "La concentration n'a de sens que pour des valeurs positives ou nulles.",
            where=f"{bad.sum()} valeur(s) négative(s) ou manquante(s) ; premières positions : "
            f"{', '.join(map(str, np.flatnonzero(bad)[:5]))}",
            todo="mettez ces clients à part et comptez-les, ou mesurez le profit par la courbe de baleine",
        )
    if not len(values) or not (values * weights).sum() > 0:
        raise GrcError("Aucune valeur à répartir : la somme est nulle.", todo="vérifiez la colonne des montants")
    order = np.argsort(values, kind="stable")
    return values[order], weights[order]


def _curve(values: np.ndarray, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return cumulative shares of customers and of value, from (0, 0), for sorted values."""
    people = np.concatenate([[0.0], np.cumsum(weights)])
    value = np.concatenate([[0.0], np.cumsum(weights * values)])
    return people / people[-1], value / value[-1]


def lorenz(values, weights=None) -> pd.DataFrame:
    """Return the Lorenz curve, smallest customers first.

    Parameters
    ----------
    values : array-like, shape (n,)
        Value of each customer (≥ 0, any unit).
    weights : array-like, shape (n,), optional
        How many customers have each value (1 unless told).

    Returns
    -------
    pandas.DataFrame, n + 1 rows
        ``population_share`` and ``value_share``, both from 0 to 1.

    Raises
    ------
    GrcError
        If a value is negative or missing, or if they sum to zero.

    References
    ----------
    Lorenz, M. O. (1905). Methods of measuring the concentration of wealth. *Publ. Am. Stat. Assoc.* 9(70).
    """
    people, value = _curve(*_checked(values, weights))
    return pd.DataFrame({"population_share": people, "value_share": value})


def gini(values, weights=None) -> float:
    """Return Gini's coefficient, 1 − 2 × the area under the Lorenz curve: 0 when all are equal.

    For n customers its maximum is 1 − 1/n (no small-sample correction, as in Gini 1912). Arguments and errors as
    :func:`lorenz`.
    """
    people, value = _curve(*_checked(values, weights))
    return float(1 - np.sum(np.diff(people) * (value[1:] + value[:-1])))


def top_share(values, share: float, weights=None) -> float:
    """Return the share of value that the top ``share`` of customers makes (0.2: the top 20 %).

    Read on the Lorenz curve, so that a fraction of a customer or of a class is taken in proportion. Arguments and
    errors as :func:`lorenz`.
    """
    people, value = _curve(*_checked(values, weights))
    return float(1 - np.interp(1 - share, people, value))


def median_and_mediale(values, weights=None) -> tuple[float, float]:
    """Return the médiane (half of the customers are below) and the médiale (half of the value is made below).

    Both are the value of the first customer, in ascending order, with whom half is reached. Arguments and errors
    as :func:`lorenz`.
    """
    values, weights = _checked(values, weights)
    people, value = _curve(values, weights)
    return tuple(float(values[np.searchsorted(shares[1:], 0.5)]) for shares in (people, value))


def abc_classes(values, cuts: tuple[float, float] = (0.80, 0.95)) -> np.ndarray:
    """Return A, B or C for each customer, by cumulative share of value, largest first.

    A holds the customers with whom the cumulative share first reaches ``cuts[0]``, B those up to ``cuts[1]``, C the
    rest. Ties keep the order given. Errors as :func:`lorenz`.
    """
    values = np.asarray(values, dtype=float)
    _checked(values, None)
    order = np.argsort(-values, kind="stable")
    before = np.cumsum(values[order]) - values[order]
    total = values.sum()
    classes = np.empty(len(values), dtype="<U1")
    # A customer belongs to the class in which the cumulative share stood just before them.
    classes[order] = np.array(["A", "B", "C"])[np.searchsorted(np.asarray(cuts) * total, before, side="right")]
    return classes


def bootstrap_interval(
    values, statistic: Callable, *, weights=None, n_boot: int = 1000, level: float = 0.95, seed: int
) -> tuple:
    """Return an estimate and its percentile bootstrap interval, by drawing customers with replacement.

    Parameters
    ----------
    values, weights : array-like
        As :func:`lorenz`.
    statistic : callable
        ``statistic(values, weights) -> float``, for instance :func:`gini`; or an array of several measures.
    n_boot, level, seed
        Number of draws, level of the interval, seed of the draws.

    Returns
    -------
    (estimate, low, high) : floats, or arrays of what ``statistic`` returns

    Notes
    -----
    Percentile intervals (Efron & Tibshirani 1993, ch. 13) are too narrow when a few huge customers carry the total:
    their real coverage is measured in the notebook on simulated customers.
    """
    values, weights = _checked(values, weights)
    distinct, position = np.unique(values, return_inverse=True)
    weights = np.bincount(position, weights=weights)
    n, rng = round(weights.sum()), np.random.default_rng(seed)
    counts = (rng.multinomial(n, weights / weights.sum()) for _ in range(n_boot))
    draws = [statistic(distinct, count) for count in counts]
    low, high = np.quantile(draws, [(1 - level) / 2, (1 + level) / 2], axis=0)
    return statistic(distinct, weights), low, high


def concentration(bases, *, shares: Sequence[float], n_boot: int, seed: int) -> pd.DataFrame:
    """Set customer bases side by side: Gini, top 20 %, what each tier makes, each with its bootstrap interval.

    Parameters
    ----------
    bases : iterable of Dataset
        Customers whose total is negative are left out.
    shares : (float, float, float)
        Shares of the customers that make Bons, Standards and Petits.
    n_boot, seed
        As :func:`bootstrap_interval`.

    Returns
    -------
    DataFrame of (estimate, low, high)
        One row a measure, one column a base, headed by its name and nature.
    """
    from grc_helpers.data.warehouse import collect, customer_base

    def measures(values, weights):
        best, both = (top_share(values, part, weights) for part in (shares[0], shares[0] + shares[1]))
        return np.array([gini(values, weights), top_share(values, 0.20, weights), best, both - best, 1 - both])

    found = {}
    for data in bases:
        spend = collect(customer_base(data.table, observation_end=data.observation_end))["total_spend"]
        triples = np.array(bootstrap_interval(spend[spend >= 0], measures, n_boot=n_boot, seed=seed)).T
        found[f"{data.name} ({data.nature})"] = list(map(tuple, triples))
    names = [f"Gini (de 0 à 100{NNBSP}%)", f"20{NNBSP}% premiers", "Bons", "Standards", "Petits"]
    return pd.DataFrame(found, index=pd.Index(names, name="Mesure"))


def interval_coverage(*, n: int = 500, runs: int = 100, n_boot: int = 200, seed: int) -> pd.DataFrame:
    """Count how often the bootstrap interval holds the truth, on laws whose concentration is known exactly.

    A log-normal of σ = 1: Gini 2 Φ(σ/√2) − 1 (Aitchison & Brown 1957), top 20 % Φ(σ − Φ⁻¹(0.8)). The Pareto law of
    shape α = ln 5 / ln 4: exactly 80/20, Gini 1 / (2α − 1).

    Parameters
    ----------
    n, runs, n_boot, seed : int
        Customers of a base, bases a law, draws an interval, seed of all.

    Returns
    -------
    DataFrame, one row a law and measure
        law, measure, exact, found (mean estimate), coverage (share of the bases).
    """
    normal, alpha, rows = NormalDist(), math.log(5) / math.log(4), []
    laws = {
        "log-normale": (
            [math.erf(0.5), normal.cdf(1 - normal.inv_cdf(0.8))],
            lambda rng: rng.lognormal(0, 1, n),
        ),
        "Pareto 80/20": ([1 / (2 * alpha - 1), 0.80], lambda rng: 1 + rng.pareto(alpha, n)),
    }

    def both(values, weights):
        return np.array([gini(values, weights), top_share(values, 0.20, weights)])

    for law, (exact, draw) in laws.items():
        rng = np.random.default_rng(seed)
        found = np.array([bootstrap_interval(draw(rng), both, n_boot=n_boot, seed=k) for k in range(runs)])
        held = ((found[:, 1] <= exact) & (exact <= found[:, 2])).mean(axis=0)
        rows += zip([law] * 2, ["Gini", f"20{NNBSP}% premiers"], exact, found[:, 0].mean(axis=0), held, strict=True)
    return pd.DataFrame(rows, columns=["law", "measure", "exact", "found", "coverage"])


def value_by_group(customers: pd.DataFrame, by) -> pd.DataFrame:
    """Say what each group of customers weighs.

    Parameters
    ----------
    customers : DataFrame
        Columns ``total_spend`` (currency units) and ``n_orders``.
    by : str or Series
        The group of each customer.

    Returns
    -------
    DataFrame, one row a group, in the order of sales per customer
        customers, sales, orders, customer_share, sales_share, sales_per_customer, average_basket.
    """
    groups = customers.groupby(by, observed=True).agg(
        customers=("total_spend", "size"), sales=("total_spend", "sum"), orders=("n_orders", "sum")
    )
    groups["customer_share"] = groups["customers"] / groups["customers"].sum()
    groups["sales_share"] = groups["sales"] / groups["sales"].sum()
    groups["sales_per_customer"] = groups["sales"] / groups["customers"]
    groups["average_basket"] = groups["sales"] / groups["orders"]
    return groups.sort_values("sales_per_customer", ascending=False)


def top_share_by_window(transactions, *, start: date, end: date, share: float) -> pd.DataFrame:
    """Return the top share among the buyers of the last 4, 13, 26 and 52 weeks, and of the whole period.

    Parameters
    ----------
    transactions : ibis.Table
        Canonical transactions.
    start, end : date
        First and last day of observation.
    share : float
        As :func:`top_share`.

    Returns
    -------
    DataFrame, one row a window that fits
        customers (with positive spend in the window) and sales_share.
    """
    from grc_helpers.data.warehouse import collect, period_spend

    after, rows = end + timedelta(days=1), {}
    windows = {f"{weeks} dernières semaines": 7 * weeks for weeks in (4, 13, 26, 52)}
    for label, days in (windows | {"toute la période": (after - start).days}).items():
        if days <= (after - start).days:
            spend = collect(period_spend(transactions, cuts=[after - timedelta(days=days), after]))["spend"]
            spend = spend[spend > 0]
            rows[label] = {
                "customers": len(spend),
                "sales_share": top_share(spend, share) if len(spend) else math.nan,
            }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("Durée")
