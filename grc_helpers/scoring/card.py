"""The scorecard: a logistic regression on weights of evidence, written in whole points that add up by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, ClassifierMixin

from grc_helpers.scoring.classes import ClassMaker, WoeEncoder, information_values


class Scorecard(ClassifierMixin, BaseEstimator):
    """Score in points.

    Clues are cut (`ClassMaker`), weighed (`WoeEncoder`), chosen by information value, then a logistic regression gives
    each its coefficient β. The points of a class are ``round(F · β · (WoE - the clue's smallest WoE))``, with ``F =
    points_to_double / ln 2``: the least favourable class of a clue is worth 0 and ``points_to_double`` more points
    double the odds. The probability comes from the whole points: ``1 / (1 + exp(-(c + total / F)))``, where c makes the
    mean probability of the learning customers equal to their response.

    Parameters
    ----------
    max_clues : int
        Most clues on the card.
    max_classes, min_share
        As `ClassMaker`.
    min_iv : float
        Clues whose information value is below are left out (the best one is always kept).
    max_correlation : float
        A clue whose WoE is more correlated than this with that of a better one is its twin: it is left out.
    points_to_double : float

    Attributes
    ----------
    card_ : DataFrame
        One row a class of a chosen clue: clue, class, customers, yes_share, woe, points.
    iv_ : Series
        Information value of every clue, best first.
    clues_ : list of str
        The chosen ones, best first.
    neutral_ : dict of str to int
        For each chosen clue, the points of a class that nobody was in when the card was learnt (WoE 0).
    intercept_ : float
        c above.
    classes_ : array ([0, 1])
    """

    def __init__(
        self,
        *,
        max_clues: int = 8,
        max_classes: int = 5,
        min_share: float = 0.05,
        min_iv: float = 0.02,
        max_correlation: float = 0.6,
        points_to_double: float = 20.0,
    ):
        self.max_clues, self.max_classes, self.min_share = max_clues, max_classes, min_share
        self.min_iv, self.max_correlation, self.points_to_double = min_iv, max_correlation, points_to_double

    def fit(self, X: pd.DataFrame, y):
        """Learn the card from customers and their answers (0 or 1)."""
        y = np.asarray(y, dtype=int)
        self.classes_ = np.array([0, 1])
        classes = ClassMaker(max_classes=self.max_classes, min_share=self.min_share).fit_transform(X, y)
        encoder = WoeEncoder().fit(classes, y)
        tables, weights = encoder.tables_, encoder.transform(classes)
        self.iv_ = information_values(tables)
        chosen = self._chosen(weights)
        chosen, slopes = _positive_slopes(weights, y, chosen)
        self.clues_ = chosen
        self.maker_ = ClassMaker(max_classes=self.max_classes, min_share=self.min_share).fit(X[chosen], y)
        self.card_ = pd.concat([self._points(name, slopes[name], tables[name]) for name in chosen], ignore_index=True)
        self.neutral_ = {name: int(round(-self.factor * slopes[name] * tables[name]["woe"].min())) for name in chosen}
        self._lookup_ = self.card_.set_index(["clue", "class"])["points"]
        self.intercept_ = _anchored(self.totals(X).to_numpy() / self.factor, y)
        return self

    @property
    def factor(self) -> float:
        """Points for one unit of the logarithm of the odds."""
        return self.points_to_double / np.log(2)

    def _chosen(self, weights: pd.DataFrame) -> list[str]:
        """Take clues by information value, leaving out the weak ones and the twins of better ones."""
        chosen: list[str] = []
        for name, value in self.iv_.items():
            if chosen and (value < self.min_iv or len(chosen) == self.max_clues):
                break
            twins = (abs(np.corrcoef(weights[name], weights[other])[0, 1]) for other in chosen)
            if not chosen or (weights[name].std() > 0 and max(twins) <= self.max_correlation):
                chosen.append(name)
        return chosen

    def _points(self, name: str, slope: float, table: pd.DataFrame) -> pd.DataFrame:
        points = (self.factor * slope * (table["woe"] - table["woe"].min())).round().astype(int)
        rows = table.reset_index()[["class", "customers", "yes_share", "woe"]]
        return rows.assign(clue=name, points=points.to_numpy())[
            ["clue", "class", "customers", "yes_share", "woe", "points"]
        ]

    def points(self, X: pd.DataFrame) -> pd.DataFrame:
        """Return the points of each customer for each clue."""
        classes = self.maker_.transform(X[self.clues_])
        return pd.DataFrame(
            {
                name: classes[name].astype(object).map(self._lookup_[name]).fillna(self.neutral_[name]).astype(int)
                for name in self.clues_
            },
            index=X.index,
        )

    def totals(self, X: pd.DataFrame) -> pd.Series:
        """Return each customer's score: the sum of its points."""
        return self.points(X).sum(axis=1).rename("score")

    def decision_function(self, X: pd.DataFrame) -> np.ndarray:
        """Return the logarithm of the odds."""
        return self.intercept_ + self.totals(X).to_numpy() / self.factor

    def predict_proba(self, X: pd.DataFrame) -> np.ndarray:
        """Return the probabilities of 0 and of 1."""
        one = 1 / (1 + np.exp(-self.decision_function(X)))
        return np.column_stack([1 - one, one])

    def predict(self, X: pd.DataFrame) -> np.ndarray:
        """Return 1 where the probability is above one half."""
        return (self.decision_function(X) > 0).astype(int)


def _positive_slopes(weights: pd.DataFrame, y: np.ndarray, chosen: list[str]) -> tuple[list[str], dict[str, float]]:
    """Fit the logistic regression, dropping the clue of most negative slope until none is."""
    from sklearn.linear_model import LogisticRegression

    while True:
        model = LogisticRegression(C=1.0, max_iter=1000).fit(weights[chosen], y)
        slopes = dict(zip(chosen, model.coef_[0], strict=True))
        worst = min(slopes, key=slopes.get)
        if slopes[worst] > 0 or len(chosen) == 1:
            return chosen, slopes
        chosen = [name for name in chosen if name != worst]


def _anchored(odds: np.ndarray, y: np.ndarray) -> float:
    """Return c such that the mean of 1 / (1 + exp(-(c + odds))) is the mean of y."""
    from scipy.optimize import brentq
    from scipy.special import expit

    return float(brentq(lambda c: expit(c + odds).mean() - y.mean(), -60 - odds.max(), 60))
