"""Past against future: counted by hand, and on worlds where the answer is known."""

import numpy as np
import pandas as pd
import pytest

from grc_helpers.clv import quadrants
from grc_helpers.errors import GrcError

PAST, FUTURE = pd.Series([9.0, 8, 1, 0, 2]), pd.Series([9.0, 0, 8, 1, 2])
DRAWN = {"n_boot": 200, "seed": 1}


def test_quadrants_by_hand():
    group = quadrants.quadrants(PAST, FUTURE, share=0.4)
    assert group.tolist() == ["Piliers", "Anciens bons", "Prometteurs", "Petits", "Petits"]
    assert quadrants.misclassified(PAST, FUTURE, share=0.4, **DRAWN)[0] == 0.5
    table = quadrants.quadrant_table(group, {"past_margin": PAST}, **DRAWN)
    assert table["customers"].tolist() == [1, 1, 1, 2] and table.loc["Petits", "past_margin"] == 1.0
    assert table["past_margin_low"].isna().all()  # no interval from a handful of customers


def test_misclassification_at_both_ends():
    rng = np.random.default_rng(0)
    past = pd.Series(rng.lognormal(size=4_000))
    assert quadrants.misclassified(past, 3 * past, share=0.2, **DRAWN) == (0, 0, 0)
    value, low, high = quadrants.misclassified(past, pd.Series(rng.lognormal(size=4_000)), share=0.2, **DRAWN)
    assert low < 0.8 < high and value == pytest.approx(0.8, abs=0.03)  # by chance a fifth is in both


def test_what_a_ranking_captures():
    actual = pd.Series([10.0, 0, 0, 0, 10])
    assert quadrants.captured(actual, pd.Series([5, 1, 1, 1, 1]), share=0.2) == 0.5
    assert quadrants.captured(actual, pd.Series([1, 1, 1, 1, 1]), share=0.2) == pytest.approx(0.2)  # ties: at random
    assert np.isnan(quadrants.captured(0 * actual, actual, share=0.2))
    gap, low, high = quadrants.captured_gap(actual, actual, actual, share=0.2, **DRAWN)
    assert gap == low == high == 0


def test_a_better_ranking_is_seen_to_be_better():
    rng = np.random.default_rng(0)
    actual = pd.Series(rng.lognormal(size=2_000))
    noisy = actual * rng.lognormal(sigma=2, size=2_000)
    _, low, _ = quadrants.captured_gap(actual, actual, noisy, share=0.2, n_boot=50, seed=1)
    assert low > 0


def test_policies_by_hand():
    chosen = quadrants.policies(PAST, FUTURE, share=0.4, gain=0.5, cost=2.0)
    table = quadrants.policy_table(PAST, FUTURE, chosen, gain=0.5, cost=2.0, share=0.4, **DRAWN)
    assert table.loc["Personne", ["treated", "profit", "forgotten"]].tolist() == [0, 0, 1]
    assert table.loc["Tout le monde pareil", "profit"] == 0.5 * 20 - 5 * 2
    assert table.loc["Les meilleurs du passé", ["profit", "forgotten", "to_best"]].tolist() == [0.5 * 9 - 4, 0, 1]
    assert table.loc["Les meilleurs de l'avenir", ["profit", "forgotten"]].tolist() == [0.5 * 17 - 4, 0.5]
    assert chosen["Qui le rembourse, selon le modèle"].tolist() == [True, False, True, False, False]
    assert table["profit"].idxmax() != "Les meilleurs du passé"
    assert (table["profit_low"] <= table["profit_high"]).all()


def test_an_impossible_share_is_refused():
    with pytest.raises(GrcError, match="Part impossible"):
        quadrants.top(PAST, 1.5)


def test_what_a_policy_earns_more_than_another():
    """Only those whom the two treat differently count: 0.5 × 9 − 2 for the first, and 0.5 × 8 − 2 for the other."""
    chosen = pd.Series([True, False, True, False, False]), pd.Series([False, False, True, True, False])
    actual = pd.Series([9.0, 0, 5, 8, 2])
    gap, low, high = quadrants.profit_gap(actual, *chosen, gain=0.5, cost=2.0, **DRAWN)
    assert gap == pytest.approx(2.5 - 2.0) and low < gap < high
    assert quadrants.profit_gap(actual, chosen[0], chosen[0], gain=0.5, cost=2.0, **DRAWN) == (0, 0, 0)
