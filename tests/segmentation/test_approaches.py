"""The three approaches: known segments found again, mixed types, and what is refused."""

import warnings

import numpy as np
import pandas as pd
import pytest

from grc_helpers.errors import GrcError
from grc_helpers.segmentation.approaches import (
    Clusters,
    RiskSlices,
    Slices,
    prepare,
    supervised,
    unsupervised,
    wanted_groups,
)
from grc_helpers.segmentation.simulation import CRITERIA, known_segments, recovery


def test_fisher_iris_three_means():
    """Three means on Fisher's (1936) irises: sizes 50, 62, 38 and 78.85 within, as every textbook has them."""
    from sklearn.datasets import load_iris

    found = Clusters("kmeans", 3, random_state=1).fit(load_iris().data)
    assert sorted(np.bincount(found.labels_)) == [38, 50, 62]
    assert found.model_.inertia_ == pytest.approx(78.85, abs=0.005)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_known_segments_are_found_again_on_one_scale_only(seed):
    table = recovery(known_segments(seed=seed), seed=seed).set_index("method")["agreement"]
    assert table["k-means, même échelle"] > 0.7 and table["CAH de Ward, même échelle"] > 0.7
    assert table["Mélange gaussien, même échelle"] > 0.5 and table["analyse discriminante"] > 0.75
    assert table["k-means, unités d'origine"] < table["k-means, même échelle"] - 0.2
    assert abs(table["classe d'âge"]) < 0.05


def test_nothing_is_found_where_there_is_nothing():
    world = known_segments(seed=1, separation=0.0)
    found = unsupervised(CRITERIA, world, k=4, seed=1).fit(world).predict(world)
    assert abs(recovery(world, seed=1).set_index("approach").loc["non supervisée", "agreement"]).max() < 0.1
    assert len(set(found)) == 4  # four segments all the same: a method always gives some


def test_mixed_types_stand_on_one_scale():
    table = pd.DataFrame({"spend": [1.0, 10, 100, np.nan] * 25, "zone": ["a", "b", None, "a"] * 25})
    scaled = prepare(["spend", "zone"], table).fit_transform(table)
    assert np.isfinite(scaled).all()
    assert scaled[:, 0].mean() == pytest.approx(0) and scaled[:, 0].std() == pytest.approx(1)
    assert np.linalg.norm(scaled[0, 1:] - scaled[1, 1:]) == pytest.approx(1)  # two classes, one unit apart


def test_rare_and_new_classes_go_together():
    table = pd.DataFrame({"zone": ["a"] * 100 + [f"rare {k}" for k in range(100)]})
    ready = prepare(["zone"], table).fit(table)
    new = ready.transform(pd.DataFrame({"zone": ["rare 3", "never seen"]}))
    assert ready.transform(table).shape[1] == 2 and (new[0] == new[1]).all()


@pytest.mark.parametrize("values", [[3.0] * 40, [np.nan] * 40])
def test_a_constant_or_empty_criterion_is_refused(values):
    table = pd.DataFrame({"spend": range(40), "useless": values})
    with pytest.raises(GrcError, match="constant ou vide(?s:.*)« useless », 40 clients(?s:.*)retirez"):
        unsupervised(["spend", "useless"], table, k=3, seed=1)


def test_no_criterion_is_refused():
    with pytest.raises(GrcError, match="Aucun critère(?s:.*)une colonne"):
        prepare([], pd.DataFrame({"a": [1]}))


def test_fewer_different_customers_than_segments_says_nothing():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert len(set(Clusters("kmeans", 4).fit(np.repeat([[0.0], [1.0]], 20, axis=0)).labels_)) == 2


def test_slices_by_hand():
    table = pd.DataFrame({"n": [1.0, 2, 3, 4, np.nan], "c": ["a", "b", None, "a", "b"]})
    numbers = Slices("n").fit(table)
    assert numbers.predict(table).tolist() == ["0", "1", "2", "3", "inconnu"]
    assert numbers.predict(pd.DataFrame({"n": [-5.0, 99]})).tolist() == ["0", "3"]
    assert Slices("c").fit(table).predict(table).tolist() == ["a", "b", "inconnu", "a", "b"]


def test_wanted_groups_by_hand():
    goal, gone = pd.Series(np.arange(100.0)), pd.Series([True] * 30 + [False] * 70)
    assert wanted_groups(goal, gone).value_counts().to_dict() == {"Milieu": 50, "Absents": 30, "Premiers": 20}
    assert set(wanted_groups(goal, gone)[80:]) == {"Premiers"}
    assert set(wanted_groups(goal, gone, least=31)) == {"Premiers", "Milieu"}


def test_risk_slices_put_who_leaves_last():
    rng = np.random.default_rng(1)
    table = pd.DataFrame({"silence": rng.uniform(0, 180, 400), "orders": rng.integers(1, 9, 400).astype(float)})
    gone = rng.random(400) < table["silence"] / 200
    risk = RiskSlices(["silence", "orders"]).fit(table, gone).predict(table)
    assert gone[risk == 3].mean() > gone[risk == 0].mean() + 0.4


def test_a_tree_keeps_to_its_leaves():
    world = known_segments(seed=1)
    tree = supervised(CRITERIA, world, seed=1).fit(world, world["truth"])
    assert tree[-1].get_n_leaves() <= 6


def test_the_discriminant_told_to_weigh_groups_alike_finds_a_rare_one():
    """One customer in twenty, one unit apart: alike, the bound is half-way; by their sizes hardly anyone is rare."""
    rng = np.random.default_rng(1)
    rare = np.arange(2000) % 20 == 0
    table = pd.DataFrame({"x": rng.normal(0, 1, 2000) + rare, "y": rng.normal(0, 1, 2000)})
    groups = np.where(rare, "rare", "usual")
    by_size, alike = (supervised(["x", "y"], table, seed=1, method="discriminant", n_groups=n) for n in (0, 2))
    found = [(model.fit(table, groups).predict(table)[rare] == "rare").mean() for model in (by_size, alike)]
    assert found[0] < 0.1 and found[1] == pytest.approx(0.69, abs=0.1)  # Φ(½) = .69
