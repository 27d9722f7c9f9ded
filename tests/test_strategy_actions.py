"""A promotion and a relation whose truth is written: by hand, found again by a trial, refused when absurd."""

import numpy as np
import pytest

from grc_helpers.errors import GrcError
from grc_helpers.strategy_actions import (
    House,
    Promotion,
    Relation,
    customers_needed,
    expected_gain,
    pays_from,
    pays_table,
    purchase_rates,
    trial,
    trial_in_words,
)

HOUSE = House(rate=0.5, margin=10.0, retention=0.6)


def test_peak_and_trough_by_hand():
    promotion = Promotion(lift=1.0, weeks=2, displaced=0.5, trough=4, voucher=1.0, cost=2.0)
    assert purchase_rates(HOUSE, promotion, 8).tolist() == [1, 1, 0.375, 0.375, 0.375, 0.375, 0.5, 0.5]
    gain = expected_gain(House(rate=0.5, margin=10.0, retention=1.0), promotion, weeks=8, discount_rate=0.0)
    # Each week of the voucher: half a purchase more (5), a voucher for each purchase (1); then 1.25 missing a week.
    assert gain.tolist() == pytest.approx([-2, 2, 6, 4.75, 3.5, 2.25, 1, 1, 1])


def test_all_that_is_brought_forward_comes_back_to_nothing():
    promotion = Promotion(lift=1.0, weeks=3, displaced=1.0, trough=6, voucher=0.0, cost=0.0)
    gain = expected_gain(House(retention=1.0), promotion, weeks=20, discount_rate=0.0)
    assert gain[3] > 0 and gain[-1] == pytest.approx(0)


def test_a_relation_by_hand_and_one_that_changes_nothing():
    kept = expected_gain(HOUSE, Relation(retention=1.0, cost=3.0), weeks=2, discount_rate=0.21)
    week_2 = 5 * (1 - 0.6 ** (1 / 52)) * 1.21 ** (-2 / 52)  # everyone is there in week 1, with the gesture or without
    assert kept.tolist() == pytest.approx([-3, -3, -3 + week_2])
    assert expected_gain(HOUSE, Relation(retention=0.6, cost=3.0), weeks=30).tolist() == pytest.approx([-3] * 31)


def test_no_retention_to_speak_of_makes_the_long_run_short():
    assert (
        expected_gain(HOUSE, Relation(), discount_rate=0.5)[-1]
        < expected_gain(HOUSE, Relation(), discount_rate=0.0)[-1]
    )


def test_a_trial_recovers_the_truth_as_often_as_its_band_says():
    actions = {"promotion": Promotion(), "relation": Relation(retention=0.8)}
    truth = {name: expected_gain(HOUSE, action, weeks=40)[[4, 40]] for name, action in actions.items()}
    inside, errors = [], []
    for seed in range(150):
        drawn = trial(HOUSE, actions, customers=300, seed=seed, weeks=40)
        for name in actions:
            part = drawn[drawn["action"] == name].iloc[[4, 40]]
            inside.append((part["low"] <= truth[name]) & (part["high"] >= truth[name]))
            errors.append((part["gain"] - truth[name]) / ((part["high"] - part["low"]) / 2))
    assert 0.91 < np.mean(inside) < 0.98
    assert np.abs(np.mean(errors)) < 0.1  # in half-bands: no bias


def test_another_action_does_not_change_what_is_drawn_for_the_first():
    one = trial(HOUSE, {"relation": Relation()}, customers=50, seed=1, weeks=5)
    two = trial(HOUSE, {"relation": Relation(), "promotion": Promotion()}, customers=50, seed=1, weeks=5)
    assert one["gain"].tolist() == two["gain"].tolist()[:6]


def test_pays_from_the_week_after_the_last_loss():
    assert pays_from(np.array([-1, 2, -1, 3, 4.0])) == 3
    assert pays_from(np.array([1.0, 2.0])) == 0
    assert pays_from(np.array([3.0, -1.0])) is None


def test_a_trough_deeper_than_purchases_is_refused():
    with pytest.raises(GrcError, match="(?s)creux serait plus profond.*allongez"):
        Promotion(lift=3.0, weeks=4, displaced=0.9, trough=4)


def test_with_the_customers_it_asks_for_four_trials_in_five_see_the_effect():
    actions = {"relation": Relation(retention=0.9, cost=1.0)}
    truth = expected_gain(HOUSE, actions["relation"], weeks=52)[52]
    pilot = trial(HOUSE, actions, customers=20000, seed=0, weeks=52).iloc[52]
    needed = round(customers_needed(truth, (pilot["high"] - pilot["low"]) / 2, 20000))
    lows = [trial(HOUSE, actions, customers=needed, seed=seed, weeks=52)["low"].iloc[52] for seed in range(1, 601)]
    assert np.mean(np.array(lows) > 0) == pytest.approx(0.8, abs=1.96 * np.sqrt(0.16 / 600))


def test_a_trial_in_words_and_where_a_relation_pays():
    actions = {"relation": Relation(retention=0.8)}
    gains = {"relation": expected_gain(HOUSE, actions["relation"], weeks=8)}
    trials = {size: trial(HOUSE, actions, customers=size, seed=1, weeks=8) for size in (400, 100)}
    words = trial_in_words(gains, trials, weeks=(4, 8))
    assert words["Semaine"].tolist() == [4, 8] and "100 clients par groupe" in words
    table = pays_table(HOUSE, retentions=(0.6, 0.9), costs=(1.0, 500.0), discount_rate=0.1)
    assert np.isnan(table.loc[0.6, 1.0]) and np.isnan(table.loc[0.9, 500.0])
    paid = expected_gain(HOUSE, Relation(0.9, 1.0), discount_rate=0.1)
    assert paid[int(table.loc[0.9, 1.0])] >= 0 > paid[int(table.loc[0.9, 1.0]) - 1]
