"""Uplift: the published Qini curve, the truth of the simulated box, and money."""

import numpy as np
import pandas as pd
import pytest

from grc_helpers.campaigns import trials, uplift


def test_qini_curve_of_o16():
    curve = uplift.qini_curve([1, 1, 0, 1, 0, 1, 0, 1, 0, 0], [1, 1, 0, 1, 0, 0, 1, 0, 0, 0])
    assert curve == pytest.approx([0, 1, 2, 2, 3, 3, 3, 5 / 3, 4 / 3, 1.75, 2])


def test_a_random_order_has_no_area_and_a_perfect_one_has_some(rng):
    treated = rng.random(6000) < 0.5
    persuadable = rng.random(6000) < 0.2
    outcome = persuadable & treated
    by_chance = [uplift.qini_coefficient(rng.random(6000), treated, outcome) for _ in range(40)]
    assert abs(np.mean(by_chance)) < 4 * np.std(by_chance) / np.sqrt(40)
    # Perfect: 0.2 reached at depth 0.2, against 0.2 × depth: area 0.2 × (1 − 0.1) − 0.1 = 0.08.
    assert uplift.qini_coefficient(persuadable, treated, outcome) == pytest.approx(0.08, abs=0.01)


def test_the_transformed_outcome_has_the_uplift_as_its_mean(rng):
    treated = rng.random(40_000) < 0.3
    outcome = rng.random(40_000) < 0.2 + 0.1 * treated
    z = uplift.transformed(outcome, treated, 0.3)
    assert z.mean() == pytest.approx(0.1, abs=4 * z.std() / 200)


@pytest.fixture(scope="module")
def box(merle):
    targets = merle("ciblage").query("campaign_id == 'NOEL-2024'")
    treated, bought = targets["group"].eq("traité").to_numpy(), targets["bought"].astype(int).to_numpy()
    ids = targets["customer_id"].to_numpy()
    known = uplift.known_before(merle("clients"), merle("daily"), merle("contrats"), ids=ids, launch="2024-11-18")
    truth = merle("verite/uplift").set_index("customer_id").loc[ids]
    return known, treated, bought, truth


@pytest.mark.parametrize("method", ["deux modèles", "résultat transformé"])
def test_scores_follow_the_true_uplift_and_its_money(box, method):
    known, treated, bought, truth = box
    score = uplift.predict_uplift(known, bought, treated, method=method, seed=1)
    assert np.corrcoef(score, truth["expected_uplift"])[0, 1] > 0.4
    area, low, high = uplift.bootstrap(uplift.qini_coefficient, score, treated, bought, n_boot=200, seed=1)
    assert 0 < low < area < high
    terms = {"depth": 0.3, "margin": 13.5, "cost": 0.95}
    earned = uplift.true_profit(score, truth["expected_uplift"], **terms)
    assert earned > 0.15 > uplift.true_profit(known["spent"], truth["expected_uplift"], **terms)
    assert uplift.targeted_profit(score, treated, bought, share=0.5, **terms) == pytest.approx(earned, abs=0.3)
    kinds = uplift.quadrants(score, truth["uplift_type"])
    assert kinds.sum(axis=1).tolist() == pytest.approx([1] * 4)
    assert kinds["persuadable"].iloc[0] > 2 * kinds["persuadable"].iloc[-1]


def test_what_is_known_is_known_before(box, merle):
    known, *_ = box
    assert known.notna().all(axis=None) and (known["silence"] > 0).all()
    later = merle("daily").assign(amount=lambda d: d["amount"].where(d["date"] < "2024-11-18", 1e6))
    again = uplift.known_before(merle("clients"), later, merle("contrats"), ids=known.index, launch="2024-11-18")
    pd.testing.assert_frame_equal(again, known)


def test_profit_by_hand():
    score, treated, outcome = [4, 3, 2, 1], [1, 0, 1, 0], [1, 0, 1, 1]
    terms = {"margin": 10.0, "cost": 1.0, "share": 0.5}
    assert uplift.targeted_profit(score, treated, outcome, depth=0.5, **terms) == (10 * 2 - 2) / 4
    assert uplift.targeted_profit(score, treated, outcome, depth=1, **terms) == (10 * (2 + 2 - 2) - 4) / 4
    curves = uplift.profit_curves({"a": np.array(score)}, treated, outcome, depths=[0.5, 1], **terms)
    assert curves["a"].tolist() == [4.5, 4.0]


def test_levels_keep_ties_together_and_find_the_truth(merle):
    table = uplift.by_level([0, 0, 0, 0, 5, 6, 7, 8], [1, 1, 0, 0] * 2, [0, 1, 0, 0, 1, 1, 0, 1], names=["bas", "haut"])
    assert table["customers"].tolist() == [4, 4] and table["effect"].tolist() == [0.5, 0.5]
    vouchers = trials.campaign_trial(merle("ciblage"), "BON-2024", unit_cost=0.95)
    one = pd.Series(1, vouchers["customer_id"])  # an order each
    money = uplift.level_money(merle("daily"), vouchers, truth=one, margin=10.0)
    assert money["cost"].tolist() == pytest.approx([0.95] * 4)
    assert money["net_value"].tolist() == pytest.approx([9.05] * 4)


def test_scores_are_compared_on_the_same_customers(rng):
    treated, kind = rng.random(4000) < 0.5, rng.random(4000) < 0.25
    bought, scores = treated & kind, {"vrai": kind.astype(float), "hasard": rng.random(4000)}
    types = pd.Series(np.where(kind, "persuadable", "perdu"))
    curves = uplift.qini_curves(scores, treated, bought)
    assert curves["vrai"][1000] > 3 * curves["hasard"][1000] and curves["vrai"][-1] == curves["hasard"][-1]
    table = uplift.score_table(scores, treated, bought, types, n_boot=100, seed=1)
    assert table.loc["vrai", "low"] > 0 > table.loc["hasard", "low"] and np.isnan(table["area"].iloc[-1])
    assert table.loc["vrai", "persuadable"] > 0.95 and table["persuadable"].iloc[-1] == pytest.approx(kind.mean())
    terms = {"depth": 0.25, "margin": 10.0, "cost": 1.0, "share": 0.5, "n_boot": 100, "seed": 1}
    gap = uplift.profit_gap(*scores.values(), treated, bought, **terms)
    # The first quarter holds all 25 % who react, or a quarter of them: 10 × (0.25 − 0.0625).
    assert gap["low"] < 1.875 < gap["high"] and gap["low"] > 1
    assert uplift.profit_gap(scores["vrai"], scores["vrai"], treated, bought, **terms)["effect"] == 0
