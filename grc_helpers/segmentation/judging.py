"""How much a segmentation explains, out of sample, and how far two segmentations agree."""

from __future__ import annotations

import numpy as np
import pandas as pd
from sklearn.base import clone
from sklearn.metrics import adjusted_rand_score, cohen_kappa_score
from sklearn.model_selection import KFold

FOLDS = 5


def within_between(goal, labels) -> pd.DataFrame:
    """Split the variation of the goal into what lies between segments and what is left within them.

    Sum of squares = Σ nₛ (mean of s − overall mean)² between + Σ (value − mean of its segment)² within.

    Returns
    -------
    DataFrame indexed by ``between``, ``within``, ``total``
        ``squares`` (goal's unit, squared) and ``share`` of the total; the first share is η².
    """
    goal = pd.Series(np.asarray(goal, dtype=float))
    means = goal.groupby(np.asarray(labels)).transform("mean")
    between, within = ((means - goal.mean()) ** 2).sum(), ((goal - means) ** 2).sum()
    squares = pd.Series({"between": between, "within": within, "total": between + within}, name="squares")
    return pd.DataFrame({"squares": squares, "share": squares / squares["total"] if squares["total"] else np.nan})


def eta_squared(goal, labels) -> float:
    """Return the share of the goal's variance that lies between segments, on the customers that made them."""
    return float(within_between(goal, labels).loc["between", "share"])


def cramer_v(first, second) -> float:
    """Return Cramér's V of two classifications, corrected for chance (Bergsma 2013); 0 when there is no link."""
    from scipy.stats import chi2_contingency

    table = pd.crosstab(pd.Series(np.asarray(first)), pd.Series(np.asarray(second))).to_numpy()
    rows, columns = table.shape
    if min(rows, columns) < 2:
        return 0.0
    n, phi = table.sum(), chi2_contingency(table, correction=False).statistic / table.sum()
    phi = max(0.0, phi - (rows - 1) * (columns - 1) / (n - 1))
    side = min(rows - (rows - 1) ** 2 / (n - 1), columns - (columns - 1) ** 2 / (n - 1)) - 1
    return float(np.sqrt(phi / side)) if side > 0 else 0.0


def out_of_sample(segmenter, table: pd.DataFrame, goal: pd.Series, *, seed: int, target=None) -> pd.DataFrame:
    """Predict each customer's goal by the mean of their segment, both learnt on other customers.

    Parameters
    ----------
    segmenter : estimator
        ``fit`` and ``predict`` a segment from ``table``.
    target : Series, optional
        Wanted groups, for a supervised segmentation.

    Returns
    -------
    DataFrame indexed as ``table``
        ``goal``, ``predicted`` (mean of the segment), ``mean`` (of all: prediction without segments), ``segment``.
    """
    values, segments = goal.to_numpy(dtype=float), np.empty(len(table), dtype=object)
    predicted, mean = np.empty(len(table)), np.empty(len(table))
    for train, test in KFold(FOLDS, shuffle=True, random_state=seed).split(table):
        learnt = clone(segmenter).fit(table.iloc[train], None if target is None else target.iloc[train])
        segments[test], mean[test] = learnt.predict(table.iloc[test]), values[train].mean()
        names, places = np.unique(learnt.predict(table.iloc[train]), return_inverse=True)
        means = pd.Series(np.bincount(places, values[train]) / np.bincount(places), index=names)
        predicted[test] = means.reindex(segments[test]).fillna(mean[test[0]])
    return pd.DataFrame({"goal": values, "predicted": predicted, "mean": mean, "segment": segments}, index=table.index)


def explained(predictions: pd.DataFrame, *, n_boot: int, seed: int) -> tuple[float, float, float]:
    """Return 1 − squared errors with segments ÷ squared errors without, and its 95 % bootstrap interval.

    Below 0, the segments predict worse than the overall mean. Customers are drawn again; segments are not learnt again.
    """
    errors = (predictions["goal"] - predictions["predicted"]) ** 2
    alone = (predictions["goal"] - predictions["mean"]) ** 2
    weights = np.random.default_rng(seed).multinomial(len(errors), np.full(len(errors), 1 / len(errors)), n_boot)
    draws = 1 - (weights @ errors.to_numpy()) / (weights @ alone.to_numpy())
    low, high = np.quantile(draws, [0.025, 0.975])
    return float(1 - errors.sum() / alone.sum()), float(low), float(high)


def agreement(first, second) -> float:
    """Return the adjusted Rand index (Hubert & Arabie 1985): 1 same segments, 0 no better than chance."""
    return float(adjusted_rand_score(np.asarray(first).astype(str), np.asarray(second).astype(str)))


def same_place(first, second) -> float:
    """Return Cohen's kappa (1960) of two placements in the same segments: 1 all stay, 0 as by chance."""
    first, second = np.asarray(first).astype(str), np.asarray(second).astype(str)
    return 1.0 if (first == second).all() else float(cohen_kappa_score(first, second))


def agreement_by_hand(first, second) -> dict[str, float]:
    """Count pairs of customers, as one would in a spreadsheet, up to the adjusted Rand index.

    Returns
    -------
    dict
        ``pairs`` of customers; ``first``, ``second``: pairs put together by each segmentation; ``both``: by both;
        ``chance``: expected in both; ``index`` = (both − chance) ÷ (mean of first and second − chance).
    """
    table = pd.crosstab(pd.Series(np.asarray(first)), pd.Series(np.asarray(second))).to_numpy()

    def couples(counts):
        return float((counts * (counts - 1) / 2).sum())

    n = table.sum()
    pairs, both = n * (n - 1) / 2, couples(table)
    rows, columns = couples(table.sum(axis=1)), couples(table.sum(axis=0))
    chance = rows * columns / pairs
    index = (both - chance) / ((rows + columns) / 2 - chance)
    return {"pairs": pairs, "first": rows, "second": columns, "both": both, "chance": chance, "index": index}


def bootstrap_stability(segmenter, table: pd.DataFrame, *, n_pairs: int, seed: int, target=None) -> tuple[float, float]:
    """Return how far two segmentations learnt on two draws of the customers agree on all of them: mean, lowest.

    Two bootstrap samples are drawn, the segmentation learnt on each, all customers placed by both, and the adjusted
    Rand index computed (Fang & Wang 2012; they use another distance).
    """
    rng, found = np.random.default_rng(seed), []
    for _ in range(n_pairs):
        placed = []
        for rows in rng.integers(0, len(table), (2, len(table))):
            learnt = clone(segmenter).fit(table.iloc[rows], None if target is None else target.iloc[rows])
            placed.append(learnt.predict(table))
        found.append(agreement(*placed))
    return float(np.mean(found)), float(np.min(found))
