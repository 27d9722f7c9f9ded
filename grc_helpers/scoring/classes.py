"""Cutting clues into classes, and weighing each class by the answers seen in it."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
from pandas.api.types import is_numeric_dtype
from sklearn.base import BaseEstimator, TransformerMixin

from grc_helpers.style import number

MISSING, OTHERS = "manquant", "autres"
TOO_GOOD = 3.0  # information value above which a clue probably knows the answer
PRIOR = 10  # average customers added to each class, so that an almost empty one weighs next to nothing


class ClassMaker(TransformerMixin, BaseEstimator):
    """Cut each clue into classes: a small tree for a number, the frequent values for a text.

    A missing value is a class of its own; the rare values of a text make one, « autres ».

    Parameters
    ----------
    max_classes : int
        Most classes of a number (missing apart).
    min_share : float
        Smallest share of the customers in a class.

    Attributes
    ----------
    cuts_ : dict of str to array
        For each number, the increasing bounds: class k holds what is above bound k - 1 and up to bound k.
    kept_ : dict of str to list of str
        For each text, the values that have a class of their own.
    labels_ : dict of str to list of str
        The names of the classes of each clue, in order, « manquant » last.
    """

    def __init__(self, *, max_classes: int = 5, min_share: float = 0.05):
        self.max_classes, self.min_share = max_classes, min_share

    def fit(self, X: pd.DataFrame, y):
        """Learn the classes from customers and their answers."""
        self.feature_names_in_ = np.array(list(X.columns), dtype=object)
        self.cuts_, self.kept_, self.labels_ = {}, {}, {}
        for name in X.columns:
            if is_numeric_dtype(X[name]):
                self.cuts_[name] = self._cuts(X[name], np.asarray(y))
                self.labels_[name] = [*_interval_labels(self.cuts_[name], X[name].dropna()), MISSING]
            else:
                shares = X[name].value_counts().sort_index().sort_values(ascending=False, kind="stable") / len(X)
                self.kept_[name] = [str(value) for value in shares.index[shares >= self.min_share]]
                named = [f"{value} (valeur)" if value in (OTHERS, MISSING) else value for value in self.kept_[name]]
                self.labels_[name] = [*named, OTHERS, MISSING]
        return self

    def _cuts(self, values: pd.Series, y: np.ndarray) -> np.ndarray:
        from sklearn.tree import DecisionTreeClassifier

        known = values.notna().to_numpy()
        least = max(1, math.ceil(self.min_share * len(values)))
        if known.sum() < 2 * least:
            return np.empty(0)
        tree = DecisionTreeClassifier(max_leaf_nodes=self.max_classes, min_samples_leaf=least, random_state=0)
        tree.fit(values[known].to_numpy().reshape(-1, 1), y[known])
        return np.sort(tree.tree_.threshold[tree.tree_.feature >= 0])

    def codes(self, X: pd.DataFrame) -> pd.DataFrame:
        """Return the rank of each value's class in ``labels_``."""
        found = {}
        for name in self.feature_names_in_:
            missing = len(self.labels_[name]) - 1
            if name in self.cuts_:
                rank = np.searchsorted(self.cuts_[name], X[name].to_numpy(dtype=float), side="left")
            else:
                places = {value: place for place, value in enumerate(self.kept_[name])}
                rank = X[name].map(lambda value, places=places: places.get(value, len(places))).to_numpy(dtype=int)
            found[name] = np.where(X[name].isna(), missing, rank)
        return pd.DataFrame(found, index=X.index)

    def transform(self, X: pd.DataFrame) -> pd.DataFrame:
        """Return each clue as the name of its class (categorical)."""
        codes = self.codes(X)
        return pd.DataFrame(
            {name: pd.Categorical.from_codes(codes[name], self.labels_[name]) for name in codes}, index=X.index
        )

    def get_feature_names_out(self, input_features=None):
        """Return the names of the clues."""
        return self.feature_names_in_


class WoeEncoder(TransformerMixin, BaseEstimator):
    """Replace each class by its weight of evidence.

    WoE(class) = ln( share of the 1s in the class / share of the 0s in it ), ten average customers added to each class.

    Attributes
    ----------
    tables_ : dict of str to DataFrame
        For each clue, one row a class (see `weigh`).
    """

    def fit(self, X: pd.DataFrame, y):
        """Weigh the classes of each clue."""
        self.feature_names_in_ = np.array(list(X.columns), dtype=object)
        self.tables_ = {name: weigh(X[name], y) for name in X.columns}
        return self

    def transform(self, X: pd.DataFrame) -> pd.DataFrame:
        """Return the weight of evidence of each value; 0 for a class that nobody was in."""
        found = {}
        for name in X:
            worth = self.tables_[name]["woe"].reindex(X[name].cat.categories).fillna(0.0).to_numpy()
            found[name] = worth[X[name].cat.codes]
        return pd.DataFrame(found, index=X.index)

    def get_feature_names_out(self, input_features=None):
        """Return the names of the clues."""
        return self.feature_names_in_


def weigh(classes: pd.Series, y) -> pd.DataFrame:
    """Return the weight of evidence of the classes of one clue.

    Parameters
    ----------
    classes : Series of category
        Class of each customer.
    y : array of 0 and 1

    Returns
    -------
    DataFrame indexed by class (those that someone is in)
        customers, events (the 1s), response (share of 1s), woe, and iv, the class's part of the information value:
        (share of the 1s - share of the 0s) × woe. Good (1950); Siddiqi (2006).
    """
    labels, codes = classes.cat.categories, classes.cat.codes.to_numpy()
    customers = np.bincount(codes, minlength=len(labels))
    ones = np.bincount(codes, weights=np.asarray(y), minlength=len(labels))
    there, mean = customers > 0, np.mean(y)
    customers, ones, zeros = customers[there], ones[there], (customers - ones)[there]
    shares = [part / part.sum() for part in (ones + PRIOR * mean, zeros + PRIOR * (1 - mean))]
    woe = np.log(shares[0] / shares[1])
    columns = {"customers": customers, "events": ones.astype(int), "yes_share": ones / customers, "woe": woe}
    return pd.DataFrame(columns | {"iv": (shares[0] - shares[1]) * woe}, index=pd.Index(labels[there], name="class"))


def warn_of_leaks(values: pd.Series, names: dict[str, str]) -> str:
    """Name in French the clues whose information value is too good to be true (above 3); empty when there is none."""
    told = ", ".join(names[clue] for clue, value in values.items() if value > TOO_GOOD)
    return f" ATTENTION, trop beau pour être vrai, cherchez une fuite (section 7) : {told}." if told else ""


def information_values(tables: dict[str, pd.DataFrame]) -> pd.Series:
    """Return the information value of each clue (sum over its classes), best first."""
    values = pd.Series({name: table["iv"].sum() for name, table in tables.items()}, dtype=float, name="iv")
    return values.sort_values(ascending=False, kind="stable")


def _interval_labels(cuts: np.ndarray, known: pd.Series) -> list[str]:
    """Name the classes between bounds: « 1 à 3 » for whole numbers, « plus de 1,5, jusqu'à 3 » otherwise."""
    if not len(cuts):
        return ["toutes les valeurs"]
    if (known % 1 == 0).all():
        tops = [math.floor(cut) for cut in cuts]
        bounds = zip([None, *tops], [*tops, None], strict=True)
        return [_whole_label(low, high, known) for low, high in bounds]
    decimals = _decimals(cuts)
    written = [number(cut, decimals) for cut in cuts]
    middles = [f"plus de {low}, jusqu'à {high}" for low, high in zip(written, written[1:], strict=False)]
    return [f"{written[0]} ou moins", *middles, f"plus de {written[-1]}"]


def _whole_label(low: int | None, high: int | None, known: pd.Series) -> str:
    """Name the whole numbers above ``low`` and up to ``high`` (None: no bound)."""
    first, last = known.min() if low is None else low + 1, known.max() if high is None else high
    if first == last:
        return number(first)
    if low is None:
        return f"{number(last)} ou moins"
    return f"{number(first)} ou plus" if high is None else f"{number(first)} à {number(last)}"


def _decimals(cuts: np.ndarray) -> int:
    """Return how many decimals tell the bounds apart."""
    return next((n for n in range(1, 8) if len(set(np.round(cuts, n))) == len(cuts)), 8)
