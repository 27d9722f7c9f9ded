"""Judging a score on customers it has not seen: gains, lift, AUC and Gini, Brier, calibration, stability."""

from __future__ import annotations

import numpy as np
import pandas as pd

Z95 = 1.959963984540054


def auc_interval(y, score) -> tuple[float, float, float]:
    """Return the area under the ROC curve and its 95 % interval (DeLong, DeLong & Clarke-Pearson 1988).

    The area is the share of pairs (a 1, a 0) in which the 1 has the higher score, ties counting for half. Gini = 2·AUC
    − 1. NaN when all customers have the same answer.
    """
    ones, zeros = _placements(y, score)
    if not len(ones) or not len(zeros):
        return (np.nan,) * 3
    auc = float(ones.mean())
    half = Z95 * np.sqrt(_spread(ones) + _spread(zeros))
    return auc, max(auc - half, 0.0), min(auc + half, 1.0)


def auc_gap(y, score, rival) -> tuple[float, float, float]:
    """Return the AUC of ``score`` minus that of ``rival`` on the same customers, with its 95 % interval (DeLong)."""
    (ones, zeros), (rival_ones, rival_zeros) = _placements(y, score), _placements(y, rival)
    if not len(ones) or not len(zeros):
        return (np.nan,) * 3
    gap = float(ones.mean() - rival_ones.mean())
    half = Z95 * np.sqrt(_spread(ones - rival_ones) + _spread(zeros - rival_zeros))
    return gap, gap - half, gap + half


def _placements(y, score) -> tuple[np.ndarray, np.ndarray]:
    """Return, for each 1, the share of 0s that it beats, and for each 0, the share of 1s that beat it."""
    from scipy.stats import rankdata

    y, score = np.asarray(y, dtype=bool), np.asarray(score, dtype=float)
    ranks, n1, n0 = rankdata(score), y.sum(), (~y).sum()
    if not n1 or not n0:
        return np.empty(0), np.empty(0)
    ones = (ranks[y] - rankdata(score[y])) / n0
    zeros = 1 - (ranks[~y] - rankdata(score[~y])) / n1
    return ones, zeros


def _spread(values: np.ndarray) -> float:
    """Return the variance of the mean of values."""
    return float(values.var(ddof=1) / len(values)) if len(values) > 1 else 0.0


def gain_curve(y, score) -> pd.DataFrame:
    """Return how many of the 1s are reached as customers are contacted, best score first.

    Equal scores are contacted together: the curve has one point a distinct score.

    Returns
    -------
    DataFrame
        contacted_share, reached_share (of the 1s), from (0, 0) to (1, 1).
    """
    table = pd.DataFrame({"y": np.asarray(y), "score": np.asarray(score, dtype=float)}).groupby("score")["y"]
    steps = table.agg(n="size", ones="sum").sort_index(ascending=False).cumsum()
    steps = steps / steps.iloc[-1]
    start = pd.DataFrame({"n": [0.0], "ones": [0.0]})
    curve = pd.concat([start, steps], ignore_index=True)
    return curve.rename(columns={"n": "contacted_share", "ones": "reached_share"})


def capture(y, score, *, share: float) -> tuple[float, float, float]:
    """Return the share of the 1s reached by contacting the best ``share`` of customers, with Wilson's 95 % interval.

    Where the limit falls among equal scores, they count in proportion (as if drawn by lot).
    """
    from statsmodels.stats.proportion import proportion_confint

    curve, ones = gain_curve(y, score), int(np.sum(y))
    reached = float(np.interp(share, curve["contacted_share"], curve["reached_share"]))
    low, high = proportion_confint(reached * ones, ones, method="wilson")
    return reached, float(low), float(high)


def gains_table(y, score, *, groups: int = 10) -> pd.DataFrame:
    """Return the response of each tenth of customers, best score first.

    Customers are ranked by score, ties by their order; the first group holds the best.

    Returns
    -------
    DataFrame indexed by group (1, 2, …)
        customers, events, yes_share, lift (response / mean response), reached_share (cumulated share of the 1s).
    """
    y, score = np.asarray(y), np.asarray(score, dtype=float)
    order = np.argsort(-score, kind="stable")
    group = np.empty(len(y), dtype=int)
    group[order] = np.arange(len(y)) * groups // len(y) + 1
    table = pd.DataFrame({"y": y}).groupby(group)["y"].agg(customers="size", events="sum")
    response = table["events"] / table["customers"]
    reached = table["events"].cumsum() / max(y.sum(), 1)
    return table.assign(yes_share=response, lift=response / y.mean(), reached_share=reached).rename_axis("group")


def calibration(y, probability, *, groups: int = 10) -> pd.DataFrame:
    """Compare the probability announced with the response observed, in groups of about equal size.

    Returns
    -------
    DataFrame indexed by group, the lowest probability first
        customers, announced (mean probability), response, low, high (Wilson's 95 % interval).
    """
    from statsmodels.stats.proportion import proportion_confint

    frame = pd.DataFrame({"y": np.asarray(y), "p": np.asarray(probability, dtype=float)})
    group = pd.qcut(frame["p"], groups, labels=False, duplicates="drop").fillna(0)
    table = frame.groupby(group).agg(customers=("y", "size"), announced=("p", "mean"), yes_share=("y", "mean"))
    ones = frame.groupby(group)["y"].sum()
    low, high = proportion_confint(ones, table["customers"], method="wilson")
    return table.assign(low=low, high=high).rename_axis("group")


def calibration_error(y, probability) -> float:
    """Return the ratio of the mean probability announced to the share of 1s observed (1: right on average)."""
    return float(np.mean(probability) / np.mean(y))


def brier(y, probability) -> tuple[float, float]:
    """Return the Brier score (mean squared error of the probability) and that of giving everyone the mean."""
    from sklearn.metrics import brier_score_loss

    mean = np.full(len(y), np.mean(y))
    return float(brier_score_loss(y, probability)), float(brier_score_loss(y, mean))


def importance(card, X: pd.DataFrame, y, *, n_repeats: int, seed: int) -> pd.DataFrame:
    """Return what a card's AUC loses when the values of one clue are shuffled among customers (Breiman 2001).

    Parameters
    ----------
    card : Scorecard
    X, y
        Customers who did not learn, and their answers.
    n_repeats : int
        Shuffles of each clue.

    Returns
    -------
    DataFrame indexed by clue, largest loss first
        auc_lost (mean over the shuffles), least, most (over the shuffles).
    """
    from sklearn.inspection import permutation_importance

    options = {"scoring": "roc_auc", "n_repeats": n_repeats, "random_state": seed}
    lost = permutation_importance(card, X[card.clues_], y, **options).importances
    columns = {"auc_lost": lost.mean(axis=1), "least": lost.min(axis=1), "most": lost.max(axis=1)}
    table = pd.DataFrame(columns, index=pd.Index(card.clues_, name="clue"))
    return table.sort_values("auc_lost", ascending=False, kind="stable")


def psi(before: pd.Series, after: pd.Series) -> float:
    """Return the population stability index between two samples of classes.

    PSI = Σ (a − b) ln(a / b) over classes, a and b being the shares after and before (each count increased by one
    half). Usage, not a test: under 0.10 stable, over 0.25 changed (Siddiqi 2006).
    """
    levels = pd.unique(pd.concat([before, after]).astype(object))
    shares = [
        (part.value_counts().reindex(levels, fill_value=0) + 0.5) / (len(part) + 0.5 * len(levels))
        for part in (before.astype(object), after.astype(object))
    ]
    return float(((shares[1] - shares[0]) * np.log(shares[1] / shares[0])).sum())


def score_bands(reference, *, groups: int = 10) -> np.ndarray:
    """Return the bounds of about equal groups of a reference score, to compare later scores by `psi`."""
    return np.unique(np.quantile(np.asarray(reference, dtype=float), np.linspace(0, 1, groups + 1)[1:-1]))


def banded(score, bounds: np.ndarray) -> pd.Series:
    """Return the rank of the band of each score."""
    return pd.Series(np.searchsorted(bounds, np.asarray(score, dtype=float), side="left"))
