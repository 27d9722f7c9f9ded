"""Other ways to a score: counting clues, gradient boosting, Disqual; and what they are worth beside a card."""

from __future__ import annotations

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, ClassifierMixin
from threadpoolctl import threadpool_limits

from grc_helpers.scoring.card import Scorecard
from grc_helpers.scoring.classes import ClassMaker
from grc_helpers.style import number


class CountOfClues(ClassifierMixin, BaseEstimator):
    """One point for each clue whose class answers more often than the average: the plainest score.

    Parameters
    ----------
    clues : list of str
        The clues that count.
    """

    def __init__(self, clues: list[str]):
        self.clues = clues

    def fit(self, X: pd.DataFrame, y):
        """Learn which classes answer more than the average."""
        y = np.asarray(y)
        self.classes_ = np.array([0, 1])
        self.maker_ = ClassMaker(max_classes=3).fit(X[self.clues], y)
        classes = self.maker_.transform(X[self.clues])
        means = {name: pd.Series(y).groupby(classes[name].to_numpy(), observed=True).mean() for name in self.clues}
        self.good_ = {name: set(mean.index[mean > y.mean()]) for name, mean in means.items()}
        return self

    def points(self, X: pd.DataFrame) -> pd.DataFrame:
        """Return 0 or 1 for each customer and clue."""
        classes = self.maker_.transform(X[self.clues])
        return pd.DataFrame({name: classes[name].isin(self.good_[name]).astype(int) for name in self.clues})

    def decision_function(self, X: pd.DataFrame) -> np.ndarray:
        """Return the number of favourable clues."""
        return self.points(X).sum(axis=1).to_numpy()


def boosting(*, seed: int):
    """Return a gradient boosting pipeline (scikit-learn's, on all columns; text by rank): the baseline to beat."""
    from sklearn.compose import make_column_selector, make_column_transformer
    from sklearn.ensemble import HistGradientBoostingClassifier
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OrdinalEncoder

    ranks = OrdinalEncoder(
        handle_unknown="use_encoded_value", unknown_value=-1, encoded_missing_value=-2, min_frequency=0.01
    )
    columns = make_column_transformer((ranks, make_column_selector(dtype_exclude="number")), remainder="passthrough")
    trees = HistGradientBoostingClassifier(max_iter=60, learning_rate=0.09, max_leaf_nodes=8, random_state=seed)
    return make_pipeline(columns, trees)


def disqual(n_clues: int):
    """Return the Disqual pipeline (Saporta 1977): classes, multiple correspondence analysis, linear discriminant.

    Parameters
    ----------
    n_clues : int
        How many clues it is given; two axes a clue are kept.
    """
    import prince
    from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
    from sklearn.feature_selection import VarianceThreshold
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder

    indicators = OneHotEncoder(handle_unknown="ignore", sparse_output=False).set_output(transform="pandas")
    axes = prince.MCA(n_components=2 * n_clues, one_hot=False, engine="scipy", random_state=0)
    empty = VarianceThreshold(1e-9)  # axes beyond the rank of the indicators hold rounding errors only
    return make_pipeline(ClassMaker(), indicators, axes, empty, LinearDiscriminantAnalysis())


def compare_models(table, *, learn: pd.Index, judge: pd.Index, seed: int) -> pd.DataFrame:
    """Judge a card and its rivals on the same customers.

    Parameters
    ----------
    table : ScoringTable
    learn, judge : Index
        Who learns, who judges.

    Returns
    -------
    DataFrame indexed by model (the card first)
        auc, auc_low, auc_high, gap, gap_low, gap_high (AUC of the model minus that of the card, same customers),
        brier (NaN where a model gives no probability).
    """
    from grc_helpers.scoring.evaluation import auc_gap, auc_interval, brier

    X, y = table.X.loc[learn], table.y[learn]
    with threadpool_limits(1):
        card = Scorecard().fit(X, y)
        models = {
            "Carte de score": (card, list(X)),
            "Compte d'indices": (CountOfClues(card.clues_).fit(X, y), list(X)),
            "Disqual (ACM + discriminante)": (disqual(len(card.clues_)).fit(X[card.clues_], y), card.clues_),
            "Boosting (toutes les colonnes)": (boosting(seed=seed).fit(X, y), list(X)),
        }
        rows, truth = {}, table.y[judge]
        scores = {name: _scores(model, table.X.loc[judge, columns]) for name, (model, columns) in models.items()}
    for name, (score, announced) in scores.items():
        found = (*auc_interval(truth, score), *auc_gap(truth, score, scores["Carte de score"][0]))
        rows[name] = (*found, brier(truth, announced)[0] if announced is not None else np.nan)
    columns = ["auc", "auc_low", "auc_high", "gap", "gap_low", "gap_high", "brier"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns).rename_axis("Score")


def seed_study(table, *, judge_share: float, seeds: range) -> pd.DataFrame:
    """Draw who learns and who judges again and again: AUC of the card and of the boosting, and clues of the card.

    Returns
    -------
    DataFrame indexed by seed
        card, boosting (AUC on the customers who judge), clues (the card's, joined).
    """
    from sklearn.metrics import roc_auc_score

    from grc_helpers.scoring.tables import split

    rows = {}
    with threadpool_limits(1):
        for seed in seeds:
            learn, judge = split(table, judge_share=judge_share, seed=seed)
            card = Scorecard().fit(table.X.loc[learn], table.y[learn])
            trees = boosting(seed=seed).fit(table.X.loc[learn], table.y[learn])
            scores = (_scores(model, table.X.loc[judge])[0] for model in (card, trees))
            rows[seed] = (*(roc_auc_score(table.y[judge], score) for score in scores), card.clues_)
    return pd.DataFrame.from_dict(rows, orient="index", columns=["card", "boosting", "clues"])


def steady_clues(study: pd.DataFrame) -> pd.Series:
    """Return, for each clue that was on a card, the share of the draws in which it was, most steady first."""
    shares = study["clues"].explode().value_counts() / len(study)
    return shares.sort_index().sort_values(ascending=False, kind="stable").rename("share")


def tell_steady_clues(study: pd.DataFrame, names: dict[str, str]) -> str:
    """Name in French the clues that every card of a `seed_study` kept, and count all."""
    steady = steady_clues(study)
    always = ", ".join(names[clue] for clue in steady[steady == 1].index) or "aucun"
    return f"Indices de toutes les cartes : {always} ; présents au moins une fois : {number(len(steady))}."


def _scores(model, X: pd.DataFrame) -> tuple[np.ndarray, np.ndarray | None]:
    """Return a model's score and, if it gives one, its probability."""
    if not hasattr(model, "predict_proba"):
        return model.decision_function(X), None
    probability = model.predict_proba(X)[:, 1]
    return probability, probability
