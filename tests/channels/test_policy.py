"""Segment × channel: thresholds, plans checked by hand and by their duals, refusals that name the constraint."""

import numpy as np
import pandas as pd
import pytest

from grc_helpers.channels import policy
from grc_helpers.errors import GrcError

SEGMENTS = pd.DataFrame(
    {"customers": [10, 100], "margin": [500.0, 50.0]}, index=pd.Index(["Bons", "Petits"], name="segment")
)
CHANNELS = pd.DataFrame({"unit_cost": [0.1, 5.0], "capacity": [1000.0, 12.0], "reach": [0.5, 1.0], "lift": [0.01, 0.05],
                         "most": [4, 2]}, index=["e-mail", "appel"])  # fmt: skip


def test_thresholds_and_best_channel():
    assert policy.thresholds(CHANNELS).to_dict() == pytest.approx({"e-mail": 10.0, "appel": 100.0})
    table = policy.best_channel(CHANNELS, [5.0, 50.0, 200.0])
    assert table["best"].tolist() == ["", "e-mail", "appel"]
    switch = (5.0 - 0.1) / (0.05 - 0.01)
    assert policy.best_channel(CHANNELS, [switch - 0.1, switch + 0.1])["best"].tolist() == ["e-mail", "appel"]


def test_plan_by_hand():
    """E-mails pay for all (reach: half, four each); a call earns 20 with the best ones, loses with the small ones."""
    found = policy.plan(SEGMENTS, CHANNELS, budget=1000.0)
    assert found["contacts"].to_numpy().tolist() == [[20, 12], [200, 0]]
    assert found["gain"] == pytest.approx(20 * 4.9 + 12 * 20 + 200 * 0.4)
    assert found["spent"] == pytest.approx(22 + 60)
    assert found["prices"]["capacité : appel"] == pytest.approx(20.0) and found["prices"]["budget"] == 0


@pytest.mark.parametrize("budget", [10.0, 40.0, 75.0])
def test_a_dual_price_is_what_one_more_unit_earns(budget):
    here = policy.plan(SEGMENTS, CHANNELS, budget=budget, minimum=0.5)
    more = policy.plan(SEGMENTS, CHANNELS, budget=budget + 0.5, minimum=0.5)
    assert here["prices"]["budget"] == pytest.approx((more["gain"] - here["gain"]) / 0.5)


def test_the_price_of_service_is_what_it_costs():
    """Below its threshold no contact pays: each one that is imposed loses."""
    poor = SEGMENTS.assign(margin=[500.0, 4.0])
    found = policy.plan(poor, CHANNELS, budget=1000.0, minimum=1.0)
    less = policy.plan(poor, CHANNELS, budget=1000.0, minimum=0.99)
    assert found["prices"]["service : Petits"] == pytest.approx(0.01 * 4 - 0.1)
    assert less["gain"] - found["gain"] == pytest.approx(0.06)


@pytest.mark.parametrize(
    ("terms", "words", "absent"),
    [
        ({"budget": 5.0, "minimum": 1.0}, r"budget \(il manque 6,0\)", "capacité"),
        ({"budget": 1000.0, "minimum": 2.15}, r"capacité : appel \(il manque", "budget"),
        ({"budget": 1000.0, "minimum": 7.0}, r"service minimum \(à baisser de", "capacité"),
    ],
)
def test_an_impossible_plan_names_what_alone_would_make_it_possible(terms, words, absent):
    with pytest.raises(GrcError, match=words) as refused:
        policy.plan(SEGMENTS, CHANNELS, **terms)
    what, where = str(refused.value).splitlines()[:2]
    assert "Aucun plan" in what and absent not in where


def test_reach_may_depend_on_the_segment():
    reach = pd.DataFrame({"e-mail": [0.5, 0.5], "appel": [0.0, 0.0]}, index=SEGMENTS.index)
    assert policy.plan(SEGMENTS, CHANNELS, budget=1000.0, reach=reach)["contacts"]["appel"].sum() == 0


def test_reach_is_the_measured_share_of_each_segment_where_there_is_one():
    flags = pd.DataFrame({"appel": [True, False, True, True]}, index=["a", "b", "c", "stranger"])
    people = pd.Series({"a": "Petits", "b": "Petits", "c": "Bons", "unknown": "Petits"})
    shares = policy.share_by_segment(flags, people)
    assert shares["appel"].to_dict() == pytest.approx({"Bons": 1.0, "Petits": 1 / 3})
    reach = policy.reach_by_segment(SEGMENTS.join(shares), CHANNELS)
    assert reach["e-mail"].tolist() == [0.5, 0.5] and reach["appel"].tolist() == pytest.approx([1.0, 1 / 3])
    assert policy.reach_by_segment(SEGMENTS, CHANNELS)["appel"].tolist() == [1.0, 1.0]  # nothing measured
    calls = policy.plan(SEGMENTS, CHANNELS.assign(capacity=1000.0), budget=1000.0, reach=reach.assign(appel=[0.2, 0.0]))
    assert calls["contacts"]["appel"].tolist() == pytest.approx([4, 0])  # a fifth of ten customers, two calls each


def test_budget_curve_is_concave_and_empty_where_impossible():
    curve = policy.budget_curve(SEGMENTS, CHANNELS, [0, 5, 20, 40, 80], minimum=0.5)
    assert np.isnan(curve["gain"].iloc[0])
    assert (curve["price"].dropna().diff().dropna() <= 1e-9).all() and (
        curve["gain"].dropna().diff().dropna() >= 0
    ).all()


def test_talley_1961_workload_by_hand():
    team = pd.DataFrame({"customers": [50, 100], "visits": [12, 4], "hours": [1.0, 1.0]}, index=["A", "B"])
    load = policy.workload(team, hours_per_week=40, weeks=50, selling_share=0.5)
    assert load["load"].tolist() == [600, 400] and load["fte"].sum() == pytest.approx(1.0)


def test_whole_sellers():
    team = pd.DataFrame(
        {"customers": [10, 10], "visits": [10, 10], "hours": [1.0, 1.0], "gain": [100.0, 10.0]}, index=["A", "B"]
    )
    found = policy.whole_sellers(team, capacity_hours=80, seller_cost=2500.0, most=5)
    # One seller: 80 visits to A, 8 000 − 2 500. A second one: 20 more to A and 60 to B, 2 600 − 2 500.
    assert found["sellers"] == 2 and found["gain"] == pytest.approx(10_600 - 5_000)
    assert policy.whole_sellers(team, capacity_hours=80, seller_cost=9000.0, most=5)["sellers"] == 0


def test_segments_by_hand():
    customers = pd.DataFrame({"customer_id": range(30), "kind": ["bureau"] * 10 + ["particulier"] * 20})
    orders = pd.DataFrame(
        {"customer_id": range(30), "date": pd.Timestamp("2025-03-01"), "margin": [float(k) for k in range(30, 0, -1)]}
    )
    table = policy.value_segments(orders, customers, year=2025)
    assert table["customers"].tolist() == [2, 8, 1, 3, 16] and table["margin"].iloc[0] == 29.5
    assert table.index.tolist() == policy.SEGMENTS
    people = policy.customer_segments(orders, customers, year=2025)["segment"]
    assert people.to_dict()[0] == people.to_dict()[1] == "Grands bureaux" and people[10] == "Bons"
    assert people.value_counts().to_dict() == table["customers"].to_dict()
