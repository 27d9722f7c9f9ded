"""Agreement, share explained, stability: published results, by hand, and known truths."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grc_helpers.segmentation.approaches import Clusters, Slices
from grc_helpers.segmentation.judging import (
    agreement,
    agreement_by_hand,
    bootstrap_stability,
    cramer_v,
    eta_squared,
    explained,
    out_of_sample,
    same_place,
    within_between,
)
from grc_helpers.segmentation.simulation import explained_recovery, lottery


def test_yeung_and_ruzzo_2001_worked_example():
    """Ten objects: pairs together in both 7, a Rand index of .711, adjusted .313."""
    first, second = [1, 1, 2, 2, 2, 2, 3, 3, 3, 3], [1, 2, 1, 2, 2, 3, 3, 3, 3, 3]
    counts = agreement_by_hand(first, second)
    assert (counts["pairs"], counts["both"], counts["first"], counts["second"]) == (45, 7, 13, 14)
    rand = (counts["pairs"] + 2 * counts["both"] - counts["first"] - counts["second"]) / counts["pairs"]
    assert rand == pytest.approx(0.711, abs=5e-4)
    assert counts["index"] == pytest.approx(0.313, abs=5e-4)
    assert agreement(first, second) == pytest.approx(counts["index"])


def test_within_and_between_by_hand():
    table = within_between([1, 3, 5, 7], ["a", "a", "b", "b"])
    assert table["squares"].to_dict() == {"between": 16, "within": 4, "total": 20}
    assert eta_squared([1, 3, 5, 7], ["a", "a", "b", "b"]) == pytest.approx(0.8)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.floats(-1e3, 1e3), st.integers(0, 3)), min_size=3, max_size=30))
def test_within_and_between_make_the_whole(rows):
    goal, labels = np.array([row[0] for row in rows]), [row[1] for row in rows]
    total = ((goal - goal.mean()) ** 2).sum()
    assert within_between(goal, labels).loc["total", "squares"] == pytest.approx(total, rel=1e-6, abs=1e-6)


def test_cramer_of_the_same_of_unrelated_and_of_one_class():
    rng = np.random.default_rng(1)
    labels = rng.integers(0, 3, 900)
    assert cramer_v(labels, labels) == pytest.approx(1, abs=0.01)
    assert cramer_v(labels, rng.integers(0, 3, 900)) < 0.06
    assert cramer_v(labels, np.zeros(900)) == 0


def test_kappa_by_hand():
    # Three of four in the same place; by chance .5 × .75 + .5 × .25 = .5; (.75 − .5) ÷ (1 − .5) = .5.
    assert same_place(list("aabb"), list("aaba")) == pytest.approx(0.5)
    assert same_place(["a", "a"], ["a", "a"]) == 1


def test_a_lottery_explains_the_same_customers_and_costs_on_others():
    goal = pd.Series(np.random.default_rng(1).gamma(1, 100, 1000))
    inside, outside = lottery(goal, 200, seed=1)
    assert 0.15 < inside < 0.25 and outside < -0.1  # (k − 1) ÷ (n − 1) = 20 % by chance alone


def test_a_perfect_cut_explains_everything_and_a_new_class_is_told_the_mean():
    table = pd.DataFrame({"c": ["a"] * 50 + ["b"] * 49 + ["alone"]})
    goal = table["c"].map({"a": 1.0, "b": 5.0, "alone": 3.0})
    told = out_of_sample(Slices("c"), table, goal, seed=1)
    assert told["predicted"].iloc[:99].tolist() == goal.iloc[:99].tolist()
    assert told["predicted"].iloc[99] == told["mean"].iloc[99]
    assert explained(told, n_boot=50, seed=1)[0] > 0.99


def test_recovery_of_the_share_explained():
    table = explained_recovery(seed=5, runs=40, n_boot=100)
    one, none = table.iloc[0], table.iloc[1]
    assert one["explained"] == pytest.approx(0.2, abs=0.04) and one["coverage"] >= 0.8
    assert none["eta"] > 0 > none["explained"] > -0.03
    assert table["too_high"].max() <= 0.1


def test_stability_tells_far_groups_from_a_cloud():
    rng = np.random.default_rng(2)
    far = pd.DataFrame(rng.normal(0, 0.3, (150, 2)) + np.repeat([[0, 0], [5, 0], [0, 5]], 50, axis=0))
    cloud = pd.DataFrame(rng.normal(0, 1, (150, 2)))
    assert bootstrap_stability(Clusters("kmeans", 3), far, n_pairs=3, seed=1) == (1, 1)
    assert bootstrap_stability(Clusters("kmeans", 3), cloud, n_pairs=3, seed=1)[0] < 0.8
