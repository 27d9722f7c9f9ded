"""The three approaches of the course, as scikit-learn estimators that all predict a segment from the same table."""

from __future__ import annotations

import warnings
from functools import cache

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, ClusterMixin
from sklearn.cluster import AgglomerativeClustering, KMeans
from sklearn.compose import ColumnTransformer
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.exceptions import ConvergenceWarning
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.mixture import GaussianMixture
from sklearn.neighbors import NearestCentroid
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import FunctionTransformer, OneHotEncoder, StandardScaler
from sklearn.tree import DecisionTreeClassifier

from grc_helpers.errors import GrcError

METHODS = {"kmeans": "k-means", "ward": "CAH de Ward", "mixture": "Mélange gaussien"}
LONG_TAILED = ("orders", "spend", "basket", "silence", "distance_km")
GROUPS = ("Premiers", "Milieu", "Absents")
UNKNOWN = "inconnu"


@cache
def _threads():
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()


def one_thread():
    """Return the context in which small tables are computed: several threads would only wait for each other."""
    return _threads().limit(limits=1)


def halve(values):
    """Scale dummies so that two customers of different classes stand one unit apart."""
    return np.asarray(values) / np.sqrt(2)


def prepare(columns: list[str], table: pd.DataFrame) -> ColumnTransformer:
    """Return what puts columns of several types on one scale.

    Amounts and counts: logarithm (their tails are long), then mean 0 and standard deviation 1; other numbers: the same
    without logarithm; classes: one dummy each, rare ones together. Missing numbers take the median; missing classes are
    a class.

    Parameters
    ----------
    columns : list of str
        The criteria to use.
    table : DataFrame
        Where their types are read.

    Raises
    ------
    GrcError
        No column, or a column that is constant or empty.
    """
    _refuse_unfit(columns, table)
    classes = [column for column in columns if not pd.api.types.is_numeric_dtype(table[column])]
    tails = [column for column in columns if column in LONG_TAILED]
    plain = [column for column in columns if column not in classes and column not in tails]
    median = SimpleImputer(strategy="median")
    steps = [
        (
            "tails",
            make_pipeline(median, FunctionTransformer(np.log1p, feature_names_out="one-to-one"), StandardScaler()),
        ),
        ("plain", make_pipeline(median, StandardScaler())),
        (
            "classes",
            make_pipeline(
                SimpleImputer(strategy="constant", fill_value=UNKNOWN),
                OneHotEncoder(min_frequency=0.02, handle_unknown="infrequent_if_exist", sparse_output=False),
                FunctionTransformer(halve, feature_names_out="one-to-one"),
            ),
        ),
    ]
    groups = {"tails": tails, "plain": plain, "classes": classes}
    return ColumnTransformer([(name, step, groups[name]) for name, step in steps if groups[name]])


def _refuse_unfit(columns: list[str], table: pd.DataFrame) -> None:
    if not columns:
        raise GrcError("Aucun critère pour segmenter.", todo="donnez au moins une colonne qui distingue les clients")
    unfit = [column for column in columns if table[column].nunique() < 2]
    if unfit:
        names = ", ".join(f"« {column} »" for column in unfit)
        raise GrcError(
            "Un critère constant ou vide ne distingue personne.",
            where=f"{names}, {len(table)} clients",
            todo="retirez ces colonnes, ou choisissez une période où elles varient",
        )


def usable(columns: list[str], *tables: pd.DataFrame) -> list[str]:
    """Keep the columns that distinguish customers in every table."""
    return [column for column in columns if all(table[column].nunique() > 1 for table in tables)]


class Clusters(ClusterMixin, BaseEstimator):
    """An unsupervised segmentation that can place new customers.

    Parameters
    ----------
    method : {"kmeans", "ward", "mixture"}
    n_clusters : int
    n_init : int
        Starts of k-means, from which the best is kept.
    random_state : int

    Notes
    -----
    Ward's tree only knows the customers that made it: new ones go to the nearest centre of gravity.
    """

    def __init__(self, method="kmeans", n_clusters=4, n_init=5, random_state=0):
        self.method, self.n_clusters, self.n_init, self.random_state = method, n_clusters, n_init, random_state

    def fit(self, X, y=None):
        """Find the segments of the rows of X, an array that has been scaled."""
        k, seed = self.n_clusters, self.random_state
        with one_thread():
            self.model_ = self._model(X, k, seed)
            self.labels_ = self.model_.predict(X)
        return self

    def _model(self, X, k, seed):
        if self.method == "ward":
            labels = AgglomerativeClustering(k, linkage="ward").fit_predict(X)
            return NearestCentroid().fit(X, labels)
        if self.method == "mixture":
            return GaussianMixture(k, covariance_type="diag", reg_covar=0.1, random_state=seed).fit(X)
        with warnings.catch_warnings():  # fewer different customers than segments: some segments stay empty
            warnings.simplefilter("ignore", ConvergenceWarning)
            return KMeans(k, n_init=self.n_init, random_state=seed).fit(X)

    def predict(self, X):
        """Return the segment of each row."""
        with one_thread():
            return self.model_.predict(X)


def unsupervised(
    columns: list[str], table: pd.DataFrame, *, k: int, seed: int, method: str = "kmeans", n_init: int = 5
):
    """Return the pipeline that puts columns on one scale, then looks for ``k`` segments."""
    return Pipeline([("prepare", prepare(columns, table)), ("clusters", Clusters(method, k, n_init, seed))])


class RiskSlices(ClusterMixin, BaseEstimator):
    """Segments of equal size by the probability that a customer leaves (logistic regression on ``columns``)."""

    def __init__(self, columns, n_slices=4):
        self.columns, self.n_slices = columns, n_slices

    def fit(self, X, y):
        """Learn who leaves (``y``: bool) and keep the bounds of the probability."""
        with one_thread():
            self.model_ = make_pipeline(prepare(self.columns, X), LogisticRegression(max_iter=500)).fit(X, y)
        risk = self.model_.predict_proba(X)[:, 1]
        self.bounds_ = np.unique(np.quantile(risk, np.arange(1, self.n_slices) / self.n_slices))
        return self

    def predict(self, X):
        """Return the segment of each row: 0 the safest."""
        return np.searchsorted(self.bounds_, self.model_.predict_proba(X)[:, 1])


class Slices(ClusterMixin, BaseEstimator):
    """Segments from one column: its classes, or ``n_slices`` of equal size for a number.

    An a priori segmentation: nothing is looked for, the cut is decided beforehand. Missing values are a segment.
    """

    def __init__(self, column, n_slices=4):
        self.column, self.n_slices = column, n_slices

    def fit(self, X, y=None):
        """Keep the bounds (numbers) or the classes."""
        values = X[self.column]
        self.bounds_ = None
        if pd.api.types.is_numeric_dtype(values):
            self.bounds_ = np.unique(values.quantile(np.arange(1, self.n_slices) / self.n_slices))
        return self

    def predict(self, X):
        """Return the segment of each row, as text."""
        values = X[self.column]
        if self.bounds_ is None:
            return values.where(values.notna(), UNKNOWN).astype(str).to_numpy()
        places = np.searchsorted(self.bounds_, values.to_numpy(), side="left").astype(str)
        return np.where(values.isna(), UNKNOWN, places)


def wanted_groups(goal: pd.Series, gone: pd.Series, *, share: float = 0.2, least: int = 20) -> pd.Series:
    """Say which group each customer turned out to be in: the groups that the manager wants, decided beforehand.

    ``Absents``: bought nothing in the second half-year; ``Premiers``: the ``share`` of customers with the largest
    margin; ``Milieu``: the others. ``Absents`` fewer than ``least`` join ``Milieu``.
    """
    absent = gone & (gone.sum() >= least)
    rank = goal.where(~absent).rank(ascending=False, method="first")
    best = rank <= share * len(goal)
    return pd.Series(np.select([absent, best], [GROUPS[2], GROUPS[0]], GROUPS[1]), index=goal.index, name="group")


def supervised(
    columns: list[str], table: pd.DataFrame, *, seed: int, method: str = "tree", leaves: int = 6, n_groups: int = 0
):
    """Return the pipeline that learns wanted groups: a tree (CART) or a linear discriminant analysis (Fisher 1936).

    The tree reads numbers as they are, so that its rules can be read by a manager. It weighs the groups alike, whatever
    their sizes; so does the discriminant when it is told how many there are (``n_groups``; 0: by their sizes).
    """
    _refuse_unfit(columns, table)
    if method == "discriminant":
        alike = np.full(n_groups, 1 / n_groups) if n_groups else None
        linear = LinearDiscriminantAnalysis(solver="lsqr", shrinkage="auto", priors=alike)
        return make_pipeline(prepare(columns, table), linear)
    numbers = [column for column in columns if pd.api.types.is_numeric_dtype(table[column])]
    classes = [column for column in columns if column not in numbers]
    dummies = make_pipeline(
        SimpleImputer(strategy="constant", fill_value=UNKNOWN),
        OneHotEncoder(min_frequency=0.02, handle_unknown="infrequent_if_exist", sparse_output=False),
    )
    parts = [("numbers", SimpleImputer(strategy="median"), numbers), ("classes", dummies, classes)]
    raw = ColumnTransformer([part for part in parts if part[2]], verbose_feature_names_out=False)
    tree = DecisionTreeClassifier(
        max_leaf_nodes=leaves, min_samples_leaf=20, class_weight="balanced", random_state=seed
    )
    return Pipeline([("raw", raw), ("tree", tree)])
