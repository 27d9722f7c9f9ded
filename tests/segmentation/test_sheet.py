"""The sheet: its lights, its measures on a base whose truth is known; decisions, niches, seeds."""

import math

import numpy as np
import pandas as pd
import pytest

from grc_helpers.errors import GrcError
from grc_helpers.segmentation.approaches import prepare
from grc_helpers.segmentation.categories import with_surveys
from grc_helpers.segmentation.decision import (
    Action,
    choices,
    gain_interval,
    niches,
    number_of_segments,
    plan_action,
    smallest_size,
    tell_best_niche,
)
from grc_helpers.segmentation.seeds import seed_sensitivity
from grc_helpers.segmentation.sheet import (
    THRESHOLDS,
    a_priori_choice,
    interests,
    judge,
    judge_all,
    light,
    lights,
    prerequisites,
)
from grc_helpers.segmentation.simulation import CRITERIA, known_numbers, known_segments


@pytest.fixture(scope="module")
def judged(shop_customers):
    action = plan_action(shop_customers.goal, effect=0.1, cost=0, segment_cost=0)
    return judge_all(shop_customers, action, a_priori="sorte", k=3, n_boot=100, seed=1)


def test_every_criterion_and_approach_is_judged_once(judged):
    assert list(judged.index) == [
        "A priori : sorte",
        "Importance des achats",
        "Type de produits",
        "Rentabilité passée",
        "RFM, k-means",
        "Non supervisée : k-means",
        "Supervisée : arbre",
    ]  # too few leave for a segmentation by risk


def test_the_true_criterion_is_relevant_and_the_useless_one_is_not(judged):
    """Companies buy twice as dear, the kind of product is drawn by lot."""
    assert lights(judged).loc["A priori : sorte", "explained_low"] == "vert"
    assert lights(judged).loc["Type de produits", "explained_low"] == "rouge"
    assert judged.loc["A priori : sorte", "gain"] > judged.loc["Type de produits", "gain"]
    assert judged.loc["A priori : sorte", ["retest", "half_year"]].isna().all()
    assert judged.loc["A priori : sorte", "reach"] == 0  # no company consented
    assert judged.loc["Type de produits", "reach"] > 0.3 and (judged["known"] == 1).all()


def test_lights_by_their_thresholds():
    assert [light("stability", value) for value in (0.75, 0.7, 0.59, math.nan)] == [
        "vert",
        "orange",
        "rouge",
        "non mesuré",
    ]
    row = dict.fromkeys(THRESHOLDS, 1.0) | {"gain": 5.0, "gain_low": -1.0, "retest": math.nan}
    sheet = pd.DataFrame([row, row | {"gain": -1.0}, row | {"gain_low": 1.0, "known": 0.1}])
    assert lights(sheet)["gain_low"].tolist() == ["orange", "rouge", "vert"]
    assert prerequisites(sheet)["Valeur pratique"].tolist() == ["orange", "rouge", "vert"]
    assert prerequisites(sheet)["Mesurabilité"].tolist() == ["vert", "vert", "rouge"]


def test_an_attribute_that_nobody_has_is_refused(shop_customers):
    with pytest.raises(GrcError, match="« sexe » ne décrit pas(?s:.*)sorte, age"):
        a_priori_choice(shop_customers, "sexe")
    assert a_priori_choice(shop_customers, "") == "sorte" and a_priori_choice(shop_customers, "age") == "age"


def test_interests_are_known_for_few_and_measured_once(merle):
    surveyed = with_surveys(merle, merle.cuts[1])
    action = plan_action(surveyed.goal, effect=0.1, cost=0, segment_cost=0)
    found = judge(interests(surveyed, k=4, seed=1), surveyed, action, n_boot=50, seed=1, n_pairs=1)
    assert found["known"] < 0.3 and found["explained_low"] < 0.01 and math.isnan(found["retest"])


def test_smallest_size_by_hand():
    action = Action(effect=0.1, cost=5, segment_cost=100)
    # Margins 250, 50, 20: gains 20, 0 and −3; 100 ÷ 20 = 5 customers.
    assert smallest_size(action.gain(np.array([250, 50, 20])), action).tolist() == [5, math.inf, math.inf]
    assert plan_action(pd.Series([10.0, 30.0]), effect=0.1, cost=0, segment_cost=0) == Action(0.1, 2.0, 0.04)


def test_the_best_niche_is_told_even_when_no_size_would_do():
    rich, poor = (
        niches([0, 0, 1, 1] * 20, pd.Series([90.0, 80, 10, 10] * 20), Action(0.1, cost, 10), seed=1) for cost in (4, 99)
    )
    assert "compte 40 clients et devrait en compter au moins 3." in tell_best_niche(rich)  # 10 ÷ (8,5 − 4)
    assert tell_best_niche(poor).endswith("aucune taille n'y suffirait.")


def test_gain_by_hand():
    told = pd.DataFrame({"goal": [10.0, 10, 90, 90], "predicted": [10.0, 10, 90, 90], "segment": ["a", "a", "b", "b"]})
    # Effect .1, cost 4: gains −3, −3, 5, 5; all alike bring 4, by segment 10; the second segment costs 1.
    gain, low, high = gain_interval(told.assign(mean=50.0), Action(0.1, 4, 1), n_boot=200, seed=1)
    assert gain == pytest.approx(10 - 4 - 1) and low <= gain <= high


def test_niches_count_everyone_once():
    rng = np.random.default_rng(1)
    labels, goal = rng.integers(0, 3, 90), pd.Series(rng.gamma(2, 20, 90))
    action = Action(0.1, 4, 10)
    table = niches(labels, goal, action, seed=1)
    assert table["customers"].sum() == 90 and table["goal"].is_monotonic_decreasing
    assert table["net"].sum() == pytest.approx(action.gain(goal).sum() - 3 * 10)


def test_the_decision_finds_four_segments_and_none():
    tables = [known_numbers(seed=seed, effect=0.1).set_index("world") for seed in (1, 2)]
    four, none = (pd.DataFrame([table.loc[name] for table in tables]) for name in ("quatre segments", "aucun segment"))
    assert (four["gain_k"] >= 3).all() and (none["gain_k"] <= 2).all()
    assert four["gain"].min() > 5 * none["gain"].max()
    assert (none[["silhouette_k", "stability_k"]] >= 2).all(axis=None)  # they cannot answer « one »


def test_one_segment_is_the_base_of_comparison():
    world = known_segments(300, seed=1)
    action = plan_action(world["margin"], effect=0.1, cost=0, segment_cost=0)
    table = number_of_segments(prepare(CRITERIA, world).fit_transform(world), world["margin"], action, seed=1, most=3)
    assert table["k"].tolist() == [1, 2, 3] and table.loc[0, "gain"] == 0 and np.isnan(table.loc[0, "stability"])
    assert set(choices(table)) == {"silhouette", "stability", "gain"}


def test_the_first_seed_agrees_with_itself_and_all_do_when_groups_are_far():
    rng = np.random.default_rng(1)
    groups = np.repeat([[0, 0], [9, 0], [0, 9]], 60, axis=0)
    goal = pd.Series(groups[:, 0] + rng.normal(0, 1, 180))
    action = plan_action(goal, effect=0.1, cost=0, segment_cost=0)
    table = seed_sensitivity(groups + rng.normal(0, 0.3, groups.shape), goal, action, k=2, seed=5, n_seeds=2, most=3)
    assert table["seed"].tolist() == [5, 6] and table["agreement"].iloc[0] == 1
    assert table["explained"].min() > 0.4
