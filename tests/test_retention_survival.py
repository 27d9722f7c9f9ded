"""Survival: by hand, against statsmodels' own data, and what truncation, barriers and signed contracts do to it."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from grc_helpers import retention_barriers as barriers
from grc_helpers import retention_survival as survival
from grc_helpers.errors import GrcError


def lives(days, left, entry=0):
    return pd.DataFrame({"days": days, "left": np.array(left, dtype=bool), "entry": entry})


# Freireich et al. (1963), remission in weeks under 6-MP: 21 patients; 0 is censored.
WEEKS = [6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35]
RELAPSED = [1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0]
PLACEBO = [1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23]


def test_kaplan_meier_freireich_1963():
    """The textbook table: survival .857, .807, .753, .690, .627, .538, .448."""
    curve = survival.kaplan_meier(lives(WEEKS, RELAPSED))
    assert curve["age"].tolist() == [0, 6, 7, 10, 13, 16, 22, 23]
    assert curve["survival"].tolist() == pytest.approx([1, 0.857, 0.807, 0.753, 0.690, 0.627, 0.538, 0.448], abs=6e-4)
    assert curve["at_risk"].tolist()[1:] == [21, 17, 15, 12, 11, 7, 6]
    assert (curve["low"] <= curve["survival"]).all() and (curve["survival"] <= curve["high"]).all()
    assert survival.survival_at(curve, 9.9) == pytest.approx(0.807, abs=6e-4)
    assert survival.survival_at(curve, 0) == 1


def test_cox_freireich_1963():
    """Placebo multiplies the risk of relapse by 4.82 (Efron; log 1.57)."""
    both = pd.concat([lives(WEEKS, RELAPSED).assign(placebo=0), lives(PLACEBO, 1).assign(placebo=1)])
    ratio = survival.cox(both, ["placebo"]).loc["placebo"]
    assert np.log(ratio["ratio"]) == pytest.approx(1.57, abs=0.01)
    assert ratio["low"] > 2


def test_restricted_mean_is_the_area():
    curve = survival.kaplan_meier(lives([1, 2, 3, 4], [1, 1, 1, 1]))
    assert survival.restricted_mean(curve, horizon=4) == pytest.approx(2.5)  # the mean lifetime
    assert survival.restricted_mean(curve, horizon=2) == pytest.approx(1 + 0.75)


def test_the_end_of_a_curve_that_few_support():
    curve = survival.kaplan_meier(lives([1, 2, 2, 3, 4, 5, 6, 7], [1, 1, 0, 1, 1, 1, 1, 1]))
    assert survival.readable_age(curve) == 3 and survival.readable_age(curve, at_least=1) == 7
    last = curve.iloc[-1]
    assert last["survival"] == 0 and last["low"] == 0 and 0 < last["high"] <= 1


def test_nobody_left_no_curve():
    with pytest.raises(GrcError, match="Personne n'est encore parti"):
        survival.kaplan_meier(lives([3, 4], [0, 0]))


def test_expected_years_of_a_constant_retention():
    assert survival.expected_years(0.8) == pytest.approx(5)
    assert survival.expected_years(0.8, horizon=3) == pytest.approx(1 + 0.8 + 0.64)
    with pytest.raises(GrcError, match="comprise entre 0 et 1"):
        survival.expected_years(1.0)


def test_late_entries_undo_the_survivors_bias():
    """Customers of one risk who arrive evenly: the last month alone, read naively, hides nearly every departure."""
    rng, end = np.random.default_rng(1), pd.Timestamp("2024-12-31")
    start = end - pd.to_timedelta(rng.integers(1, 60, 40_000) * 30, unit="D")
    life = rng.geometric(0.05, len(start)) * 30
    there = (end - start).days
    world = lives(np.minimum(life, there), life <= there).assign(start_date=start)
    picture = survival.snapshot(world, end=end.date(), days=30)
    truth = 0.95**12
    naive, fair = (
        survival.survival_at(survival.kaplan_meier(picture, unit_days=30, truncated=t), 12) for t in (False, True)
    )
    assert fair == pytest.approx(truth, abs=0.05) and naive > truth + 0.2


def test_a_contract_that_changes_nothing_seems_to_until_it_is_dated():
    """Mean of 30 worlds: the dated contract has a ratio of 1, that of the export about a third."""
    worlds = [survival.upgrade_world(n=1_000, leaving=0.04, upgrading=0.05, months=36, seed=seed) for seed in range(30)]
    naive, dated = (
        np.array([np.log(survival.cox(make(world), ["long"])["ratio"].iloc[0]) for world in worlds])
        for make in (lambda world: world, survival.split_at_upgrade)
    )
    assert abs(dated.mean()) < 3 * dated.std() / 30**0.5
    assert naive.max() < -0.8


def test_splitting_a_life_keeps_time_and_departures():
    world = survival.upgrade_world(n=500, leaving=0.05, upgrading=0.05, months=24, seed=3)
    split = survival.split_at_upgrade(world)
    assert (split["days"] - split["entry"]).sum() == world["days"].sum()
    assert split["left"].sum() == world["left"].sum()


def test_hazards_by_hand():
    table = pd.DataFrame({"T": [1, 2, 2, 2], "frequency": [0, 1, 2, 2], "penalty": False})
    found = survival.hazards(table, "penalty", periods=3)
    assert found["at_risk"].tolist() == [4, 3] and found["departed"].tolist() == [1, 1]  # nobody met a third date
    assert ((found["low"] < found["rate"]) & (found["rate"] < found["high"])).all()


# Barriers


def test_the_truth_of_a_penalty():
    free, held = (
        barriers.true_survival([0.1, 0.3], [flag, flag], effect=0.6, held=1, periods=2) for flag in (False, True)
    )
    assert free.tolist() == pytest.approx([1, 0.8, (0.81 + 0.49) / 2])
    assert held.tolist() == pytest.approx([1, 0.92, (0.96 * 0.9 + 0.88 * 0.7) / 2])


def test_notice_windows_by_hand():
    table = pd.DataFrame({"customer_id": list("abcd"), "left": [False, False, False, True]})
    table["start_date"] = pd.to_datetime(["2024-01-01", "2024-03-15", "2024-06-30", "2024-01-01"])
    found = barriers.notice_windows(table, today=date(2024, 12, 20), period_days=365).set_index("customer_id")
    assert found.loc["a", "renewal"] == pd.Timestamp("2024-12-31") and found.loc["a", "state"] == "trop tard"
    assert found.loc["b", "opens"] == pd.Timestamp("2024-12-15") and found.loc["b", "state"] == "fenêtre ouverte"
    assert found.loc["c", "state"] == "trop tôt" and "d" not in found.index
    last = barriers.notice_windows(table.head(1), today=date(2024, 11, 30), period_days=365)["state"]
    assert last.tolist() == ["fenêtre ouverte"]  # one month to the day is still in time


def test_the_law_is_dated_and_in_order():
    months = ["janvier", "mars", "mai", "août"]
    dates = [text.split() for text in barriers.law_table()["Date"]]
    keys = [(int(year), months.index(month), int(day)) for day, month, year in dates]
    assert keys == sorted(keys)


def test_four_kinds_of_loyalty():
    table = barriers.loyalty_kinds([0, 1, 1, 0, 0], [1, 1, 0, 0, 1])
    assert table["customers"].tolist() == [2, 1, 1, 1]
    assert table["share"].sum() == pytest.approx(1)


def test_the_last_answer_counts_and_the_penalty_ends():
    table = pd.DataFrame(
        {"customer_id": list("abc"), "penalty": True, "days": [100, 500, 100], "left": [False, False, True]}
    )
    answers = pd.DataFrame(
        {"customer_id": list("aabc"), "date": pd.to_datetime(["2024-01-01", "2025-01-01", "2024-01-01", "2024-01-01"])}
    ).assign(recommend=[9, 2, 8, 9])
    found = barriers.held_and_satisfied(table, answers, held_days=364)
    assert found[["customer_id", "held", "satisfied"]].to_numpy().tolist() == [["a", True, False], ["b", False, True]]


def test_the_gap_once_a_penalty_has_ended():
    table = pd.DataFrame({"penalty": [True, True, False, False], "renewal": [1, 2, 1, 2], "at_risk": 100})
    table["departed"] = [1, 30, 20, 10]
    gap, low, high = survival.later_gap(table, held=1)
    assert gap == pytest.approx(0.2) and 0 < low < gap < high


def test_who_was_kept_by_force_is_at_greater_risk():
    captive, sorted_out = barriers.risk_at_release(np.array([0.1, 0.5]), effect=1.0, held=2)
    assert captive == pytest.approx(0.3)  # nobody left: the mean of all
    assert sorted_out == pytest.approx((0.1 * 0.81 + 0.5 * 0.25) / (0.81 + 0.25))


def test_share_gone_is_the_complement_of_the_curve():
    gone, low, high = survival.share_gone(lives(WEEKS, RELAPSED), days=10)
    assert gone == pytest.approx(1 - 0.753, abs=6e-4) and low < gone < high


def test_the_ages_at_which_the_band_holds_the_truth():
    curve = survival.kaplan_meier(lives([1, 2, 3, 4], [1, 1, 1, 1]))
    assert "à 2 âges sur 3" in survival.band_and_truth(curve, [1, 0.75, 0.5, 0.99])
    assert survival.band_and_truth(curve, None) == ""
