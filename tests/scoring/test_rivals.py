"""Rivals of the card: each against what it should equal."""

import numpy as np
import pandas as pd
import pytest

from grc_helpers.scoring.classes import ClassMaker
from grc_helpers.scoring.potential import notes, weight_sensitivity, weighted_ranks
from grc_helpers.scoring.rivals import (
    CountOfClues,
    compare_models,
    disqual,
    seed_study,
    steady_clues,
    tell_steady_clues,
)
from grc_helpers.scoring.tables import scoring_table, split


def some_customers(n=1200, seed=0):
    rng = np.random.default_rng(seed)
    X = pd.DataFrame({"tier": rng.choice(["a", "b", "c"], n), "member": rng.integers(0, 2, n) * 1.0})
    X["spend"] = rng.gamma(2, 50, n)
    odds = -2 + 1.4 * (X["tier"] == "c") + 1.0 * X["member"] + 0.01 * (X["spend"] - 100)
    return X, (rng.random(n) < 1 / (1 + np.exp(-odds))).astype(int)


def table_of(n=1200):
    X, y = some_customers(n)
    return scoring_table(X.assign(customer_id=[str(i) for i in range(n)], outcome=y))


def test_counting_clues_by_hand():
    X = pd.DataFrame({"a": ["x"] * 60 + ["y"] * 60, "b": ["u", "v"] * 60})
    y = np.r_[np.ones(40), np.zeros(60), np.ones(20)].astype(int)  # 40 of 60 x say yes, 20 of 60 y
    count = CountOfClues(["a"]).fit(X, y)
    assert count.good_ == {"a": {"x"}} and count.decision_function(X).tolist() == [1] * 60 + [0] * 60


def test_disqual_with_every_axis_is_fisher_on_the_classes():
    """Saporta (1977): on all the axes of the MCA, the discriminant is that of the indicators."""
    from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder

    X, y = some_customers()
    X = X[["tier", "member"]]  # three classes and two: three axes in all
    fisher = make_pipeline(ClassMaker(), OneHotEncoder(drop="first", sparse_output=False), LinearDiscriminantAnalysis())
    ours, theirs = disqual(2).fit(X, y).decision_function(X), fisher.fit(X, y).decision_function(X)
    assert np.corrcoef(ours, theirs)[0, 1] == pytest.approx(1, abs=1e-9)


def test_disqual_bears_a_class_it_never_saw():
    X, y = some_customers(600)
    model = disqual(3).fit(X, y)
    assert np.isfinite(model.decision_function(X.head(2).assign(tier=["nouveau", None]))).all()


def test_models_are_judged_on_the_same_customers():
    table = table_of()
    learn, judge = split(table, judge_share=0.4, seed=1)
    found = compare_models(table, learn=learn, judge=judge, seed=1)
    assert found.loc["Carte de score", ["gap", "gap_low", "gap_high"]].tolist() == [0, 0, 0]
    assert np.allclose(found["auc"] - found.loc["Carte de score", "auc"], found["gap"])
    assert found["auc"].min() > 0.6 and found["brier"].isna().sum() == 1


def test_the_seed_moves_the_auc_and_one_seed_always_gives_the_same():
    table = table_of(600)
    study, again = (seed_study(table, judge_share=0.4, seeds=range(3)) for _ in range(2))
    pd.testing.assert_frame_equal(study, again)
    assert study["card"].nunique() == 3
    assert steady_clues(study).iloc[0] == 1 and steady_clues(study).between(0, 1).all()
    draws = pd.DataFrame({"clues": [["a", "b"], ["a", "c"]]})
    told = tell_steady_clues(draws, {"a": "Âge", "b": "Ville", "c": "Offre"})
    assert told == "Indices de toutes les cartes : Âge ; présents au moins une fois : 3."


def test_notes_and_weights():
    points = pd.DataFrame({"a": [0, 10, 20], "b": [0, 5, 0], "nil": [0, 0, 0]})
    marks = notes(points)
    assert (
        marks["a"].tolist() == [0, 5, 10] and marks["b"].tolist() == [0, 10, 0] and marks["nil"].tolist() == [0, 0, 0]
    )
    assert weighted_ranks(marks, [1, 0, 0], share=1 / 3).tolist() == [False, False, True]
    assert weighted_ranks(marks, [0, 1, 0], share=1 / 3).tolist() == [False, True, False]
    alone = weight_sensitivity(marks[["a"]], [0, 0, 1], share=1 / 3, n_draws=5, seed=1)
    assert (alone["kept"] == 1).all() and (alone["auc"] == 1).all()
    both = weight_sensitivity(marks[["a", "b"]], [0, 0, 1], share=1 / 3, n_draws=50, seed=1)
    assert np.allclose(both[["a", "b"]].sum(axis=1), 1) and 0 < both["kept"].mean() < 1
