"""Measures of a score: equal to scikit-learn's where it has them, by hand elsewhere, coverage of the intervals."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import ndtr
from sklearn.metrics import roc_auc_score

from grc_helpers.errors import GrcError
from grc_helpers.scoring import evaluation as ev
from grc_helpers.scoring.card import Scorecard
from grc_helpers.scoring.decision import break_even, compare_lists, profit_curve

ANSWERS = st.lists(st.tuples(st.integers(0, 1), st.integers(0, 6)), min_size=4, max_size=60)


@settings(max_examples=50, deadline=None)
@given(ANSWERS)
def test_auc_is_that_of_scikit_learn_ties_included(pairs):
    y, score = np.array(pairs).T
    auc, low, high = ev.auc_interval(y, score)
    if len(set(y)) < 2:
        assert np.isnan(auc)
    else:
        assert auc == pytest.approx(roc_auc_score(y, score)) and 0 <= low <= auc <= high <= 1


@settings(max_examples=50, deadline=None)
@given(ANSWERS)
def test_gains_end_where_everybody_is_contacted(pairs):
    y, score = np.array(pairs).T
    y = np.r_[y, 1]
    curve = ev.gain_curve(y, np.r_[score, 0])
    assert curve.iloc[0].tolist() == [0, 0] and curve.iloc[-1].tolist() == [1, 1]
    assert (curve.diff().dropna() >= 0).all().all()
    area = np.trapezoid(curve["reached_share"], curve["contacted_share"])
    if 0 < y.mean() < 1:  # the area under the gains is AUC seen through the share of 1s
        auc = roc_auc_score(y, np.r_[score, 0])
        assert area == pytest.approx(y.mean() / 2 + (1 - y.mean()) * auc)


def test_delong_interval_and_gap_cover_the_truth():
    """Binormal scores: AUC = Φ(d / √2). The rival is the score and noise, so that the two are correlated."""
    rng, inside, gaps = np.random.default_rng(5), [], []
    y, true, worse = np.repeat([0, 1], [300, 100]), ndtr(1 / np.sqrt(2)), ndtr(1 / np.sqrt(2 * 1.5))
    for _ in range(300):
        score = rng.normal(size=400) + y
        rival = score + rng.normal(size=400) * np.sqrt(0.5)
        _, low, high = ev.auc_interval(y, score)
        inside.append(low <= true <= high)
        _, low, high = ev.auc_gap(y, score, rival)
        gaps.append(low <= true - worse <= high)
    assert 0.91 <= np.mean(inside) <= 0.985 and 0.91 <= np.mean(gaps) <= 0.985


def test_the_gap_of_a_score_with_itself_is_nil():
    y, score = np.arange(40) % 2, np.arange(40) % 7
    assert ev.auc_gap(y, score, score) == (0, 0, 0)


def test_equal_scores_share_a_limit_in_proportion():
    y = np.array([1, 0, 1, 0, 1, 0, 1, 0, 1, 0])
    assert ev.capture(y, np.zeros(10), share=0.2)[0] == pytest.approx(0.2)
    assert ev.capture(y, y, share=0.5)[0] == 1


def test_gains_table_by_hand():
    table = ev.gains_table([1, 1, 0, 0, 1, 0, 0, 0], [8, 7, 6, 5, 4, 3, 2, 1], groups=4)
    assert table["events"].tolist() == [2, 0, 1, 0] and table["lift"].tolist() == pytest.approx([8 / 3, 0, 4 / 3, 0])
    assert table["reached_share"].tolist() == pytest.approx([2 / 3, 2 / 3, 1, 1])


def test_calibration_of_the_true_probability_holds_its_word():
    rng = np.random.default_rng(1)
    p = rng.beta(1, 9, 20_000)
    y = rng.random(20_000) < p
    table = ev.calibration(y, p)
    assert ((table["low"] <= table["announced"]) & (table["announced"] <= table["high"])).sum() >= 9
    assert ev.calibration_error(y, p) == pytest.approx(1, abs=0.05)
    assert ev.calibration_error(y, 2 * p) == pytest.approx(2, abs=0.1)
    ours, lazy = ev.brier(y, p)
    assert ours == pytest.approx(np.mean((p - y) ** 2)) and lazy == pytest.approx(y.mean() * (1 - y.mean()))
    assert ours < lazy


def test_psi_by_hand_and_nil_when_nothing_moves():
    before, after = pd.Series(["a"] * 500 + ["b"] * 500), pd.Series(["a"] * 800 + ["b"] * 200)
    assert ev.psi(before, before) == 0
    by_hand = (0.8 - 0.5) * np.log(0.8 / 0.5) + (0.2 - 0.5) * np.log(0.2 / 0.5)
    assert ev.psi(before, after) == pytest.approx(by_hand, abs=2e-3)
    assert np.isfinite(ev.psi(before, pd.Series(["c"] * 100)))


def test_bands_of_the_reference_hold_about_a_tenth_each():
    score = np.random.default_rng(0).normal(size=5000)
    shares = ev.banded(score, ev.score_bands(score)).value_counts(normalize=True)
    assert len(shares) == 10 and shares.sub(0.1).abs().max() < 0.01


def test_break_even_and_its_refusals():
    assert break_even(3, 60) == 0.05
    for cost, margin in ((-1, 10), (1, 0)):
        with pytest.raises(GrcError, match="point mort(?s:.*)contact_cost"):
            break_even(cost, margin)


def test_no_list_beats_the_break_even_list_when_probabilities_are_true():
    """Expected profit, every list of eight customers tried."""
    p, cost, margin = np.array([0.01, 0.03, 0.05, 0.08, 0.1, 0.2, 0.4, 0.9]), 2.0, 25.0
    worth = margin * p - cost
    lists = (np.arange(256)[:, None] >> np.arange(8)) & 1
    assert (lists @ worth).max() == pytest.approx(worth[p >= break_even(cost, margin)].sum())


def test_profit_and_lists_by_hand():
    y, score = np.array([1, 0, 1, 0, 0]), np.array([5, 4, 3, 2, 1])
    curve = profit_curve(y, score, cost=2, margin=5)
    assert curve["profit"].tolist() == pytest.approx([0, 3, 1, 4, 2, 0])
    found = compare_lists(y, {"tous": score > 0, "trois": score >= 3}, cost=2, margin=5, n_boot=200, seed=1)
    assert found.loc["trois", ["contacted", "spent", "events", "profit", "extra"]].tolist() == [3, 6, 2, 4, 4]
    assert found.loc["tous", ["profit", "extra", "extra_low", "extra_high"]].tolist() == [0, 0, 0, 0]
    assert found.loc["trois", "extra_low"] <= 4 <= found.loc["trois", "extra_high"]


def test_a_clue_that_carries_the_card_is_missed_and_one_of_no_use_is_not():
    """A single useful clue: shuffled, the card is left with chance, an AUC of one half."""
    rng = np.random.default_rng(2)
    X = pd.DataFrame({"useful": rng.integers(0, 2, 4000) * 1.0, "noise": rng.integers(0, 2, 4000) * 1.0})
    y = (rng.random(4000) < 0.1 + 0.4 * X["useful"]).astype(int)
    card = Scorecard(min_iv=0.0).fit(X[:2000], y[:2000])
    lost = ev.importance(card, X[2000:], y[2000:], n_repeats=5, seed=1)
    assert lost.index[0] == "useful"
    assert lost.loc["useful", "auc_lost"] == pytest.approx(
        roc_auc_score(y[2000:], card.totals(X[2000:])) - 0.5, abs=0.03
    )
    assert lost.drop(index="useful")["auc_lost"].abs().max() < 0.02
    assert ((lost["least"] <= lost["auc_lost"]) & (lost["auc_lost"] <= lost["most"])).all()
