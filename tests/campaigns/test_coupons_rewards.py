"""Coupons of Complete Journey, referral, levels of reward, share of wallet."""

import numpy as np
import pandas as pd
import pytest

from grc_helpers.campaigns import coupons, rewards, trials
from grc_helpers.data.loading import read_table
from grc_helpers.errors import GrcError


@pytest.fixture(scope="module")
def pairs():
    names = ("campaigns", "coupon_redemptions", "campaign_descriptions")
    return coupons.redemption_pairs(*(read_table("complete_journey", f"{name}.parquet") for name in names))


def test_counts_of_complete_journey(pairs):
    table = coupons.redemption_by_type(pairs, n_boot=200, seed=1)
    whole = table.loc["Ensemble"]
    assert (whole["pairs"], whole["redeemed"]) == (6589, 792)
    assert table.loc[["Type A", "Type B", "Type C"], ["pairs", "redeemed"]].sum().tolist() == [6589, 792]
    assert ((table["low"] < table["rate_of_use"]) & (table["rate_of_use"] < table["high"])).all()
    # Households redeem as one person: the interval is wider than that of as many independent draws.
    naive = 2 * 1.96 * np.sqrt(whole["rate_of_use"] * (1 - whole["rate_of_use"]) / whole["pairs"])
    assert whole["high"] - whole["low"] > 1.2 * naive


def test_targeted_households_spent_as_much_more_before(sales):
    rows = [
        (who, day, amount)
        for who, amount in (("A", 30), ("B", 10))
        for day in pd.date_range("2024-01-01", "2024-01-20")
    ]
    table = coupons.lift_before_and_during(sales(rows), ["A"], start="2024-01-11", end="2024-01-20")
    assert table["ratio"].tolist() == [3, 3] and table.loc["avant", "targeted"] == 30
    pairs = pd.DataFrame({"campaign_id": ["1", "2", "2"], "household_id": ["B", "A", "C"]})
    dates = pd.DataFrame({"campaign_id": ["1", "2"], "start_date": "2024-01-11", "end_date": "2024-01-20"})
    name, widest = coupons.widest_campaign(sales(rows), pairs, dates)
    assert name == "2" and widest.equals(table)


def test_referral_by_hand_and_on_the_firm(merle):
    trial = pd.DataFrame({"customer_id": list("ABCDEFGH"), "treated": [True] * 4 + [False] * 4})
    found = rewards.referral_effect(pd.DataFrame({"sponsor_id": list("AABEX")}), trial)
    assert (found["invited"], found["control"], found["credited"]) == (0.75, 0.25, 3)
    assert found["added"] == 2 and found["share"] == pytest.approx(2 / 3)
    invited = trials.campaign_trial(merle("ciblage"), "PARRAINAGE", unit_cost=0)
    found = rewards.referral_effect(merle("parrainages"), invited)
    assert found["added_low"] < merle("verite/parrainages")["incremental"].sum() < found["added_high"]
    assert (
        rewards.highest_reward(100, found["share"]) == 100 * found["share"] and rewards.highest_reward(100, -0.1) == 0
    )
    limits = rewards.reward_limits(100, found)
    assert limits["low"] == max(100 * found["share_low"], 0) < limits["effect"] == 100 * found["share"] < limits["high"]


def test_first_year_margin_counts_whole_years_only(sales):
    daily = sales(
        [("A", "2023-01-01", 100), ("A", "2023-12-31", 50), ("A", "2024-01-01", 999), ("B", "2023-06-01", 10)]
    )
    assert rewards.first_year_margin(daily, ["A", "B"], end="2024-01-31", margin_rate=0.5).tolist() == [75.0]


def test_best_rewards_hold_the_truth(merle):
    table = rewards.response_table(merle("essai_budget"), merle("verite/courbes_reponse"))
    # One more euro brings one where plateau / scale × exp(−b / scale) = 1: 250 ln 3.6 for the first group.
    assert table.loc[1, "true_best"] == pytest.approx(320.2, abs=0.1)
    error = (table["high"] - table["low"]) / 3.92
    assert ((table["best"] - table["true_best"]).abs() < 4 * error).all() and (error < 30).all()
    with pytest.raises(GrcError, match="trois niveaux"):
        rewards.fit_response([0, 0, 10], [1, 2, 3])


def test_a_reward_that_never_pays_has_no_best_budget(rng):
    budget = np.repeat([0.0, 100, 200, 400], 40)
    fit = rewards.fit_response(budget, rewards.response(budget, 150, 300) + rng.normal(0, 5, len(budget)))
    assert fit["best"] == 0 and fit["plateau"] == pytest.approx(150, rel=0.2)


def test_shares_of_wallet(merle):
    panel = pd.DataFrame({"id": list("1112"), "choice": ["a1", "a2", "b", "b"]})
    assert rewards.brand_shares(panel, brands={"a1": "A", "a2": "A", "b": "B"})["A"].tolist() == [2 / 3, 0]
    truth = merle("verite/clients").set_index("customer_id")["share_of_wallet"]
    survey = merle("enquete_part_client")
    table = rewards.wallet_views(survey, truth, pd.Series(100.0, survey["customer_id"]))
    assert table["gap"].iloc[0] > table["gap"].iloc[1] > 0 and table["gap"].iloc[-1] == 0
    assert table["exclusive"].iloc[0] == 1


def test_no_customer_seen_a_whole_year_leaves_no_margin(sales):
    daily = sales([("a", "2024-05-01", 10.0), ("b", "2024-06-01", 20.0)])
    assert len(rewards.first_year_margin(daily, ["a", "b"], end="2024-12-31", margin_rate=0.5)) == 0


def test_shares_are_banded_with_nothing_and_everything_apart():
    shares = pd.DataFrame({"A": [0.0, 0.25, 0.26, 0.75, 0.76, 1.0, 1.0, 1.0]})
    bands = rewards.share_bands(shares.assign(B=1 - shares["A"]))
    assert list(8 * bands["A"]) == [1, 1, 1, 1, 1, 3] and list(8 * bands["B"]) == [3, 2, 0, 2, 0, 1]
