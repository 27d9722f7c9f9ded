"""Occasions: missions found where they are known, traits that tell nothing left out, errors."""

import numpy as np
import pandas as pd
import pytest

from grc_helpers.behaviour import occasions
from grc_helpers.errors import GrcError


def test_the_restaurants_occasions_are_recovered():
    found = []
    for seed in range(4):
        bills = occasions.simulate_restaurant(seed=seed)
        found.append(occasions.agreement(bills["truth"], occasions.Missions(4, seed).fit(bills).labels_))
    assert min(found) > 0.7


def test_shuffled_truth_is_not_recovered():
    bills = occasions.simulate_restaurant(seed=1)
    shuffled = bills["truth"].sample(frac=1, random_state=1).to_numpy()
    assert abs(occasions.agreement(shuffled, occasions.Missions(4, 1).fit(bills).labels_)) < 0.05


def test_missions_are_numbered_from_the_largest_and_predict_as_they_fit():
    bills = occasions.simulate_restaurant(seed=3)
    model = occasions.Missions(4, 3).fit(bills)
    medians = bills["amount"].groupby(model.labels_).median()
    assert medians.is_monotonic_decreasing and list(medians.index) == [1, 2, 3, 4]
    assert (model.predict(bills) == model.labels_).all()
    assert len(set(model.names_.values())) == 4


def test_the_same_seed_gives_the_same_missions():
    bills = occasions.simulate_restaurant(seed=3)
    assert (occasions.Missions(4, 5).fit(bills).labels_ == occasions.Missions(4, 5).fit(bills).labels_).all()


def test_a_constant_trait_is_left_out_and_missing_hours_are_the_median():
    days = pd.date_range("2024-01-01", periods=5)  # Monday to Friday: no week-end
    orders = pd.DataFrame({"date": days, "amount": [1.0, 2, 3, 4, 5], "lines": 1, "hour": [9, None, 11, 12, 13]})
    traits = occasions.order_traits(orders)
    assert list(traits) == ["amount", "hour"] and traits["hour"].iloc[1] == 11.5
    assert "hour" not in occasions.order_traits(orders.assign(hour=None))


def test_too_few_orders_are_refused():
    orders = pd.DataFrame({"date": pd.date_range("2024-01-01", periods=12), "amount": np.arange(1.0, 13), "lines": 1})
    with pytest.raises(GrcError, match="Trop peu de commandes(?s:.*)12 commandes(?s:.*)au moins 50"):
        occasions.Missions(5).fit(orders)


def test_dominant_mission_by_hand():
    orders = pd.DataFrame({"customer_id": list("aaabbbbb")})
    names = pd.Series(["x", "x", "y", "x", "y", "z", "t", "u"], name="mission_name")
    assert occasions.dominant_mission(orders, names).to_dict() == {"a": "x", "b": "Occasions variées"}


def test_shares_by_hour_and_day_sum_to_one():
    bills = occasions.simulate_restaurant(seed=1)
    table = occasions.hour_by_day(bills)
    assert table.to_numpy().sum() == pytest.approx(1) and list(table) == list(occasions.WEEK)
    months = occasions.hour_by_day(bills.drop(columns="hour"))
    assert list(months.index) == list(range(1, 13)) and months.to_numpy().sum() == pytest.approx(1)


def test_missions_that_look_alike_are_told_apart_by_their_lines():
    days = pd.to_datetime(["2024-01-01"] * 4)
    orders = pd.DataFrame({"date": days, "amount": [10.0, 10, 10, 10], "lines": [1, 1, 3, 3]})
    names = occasions.mission_names(orders, pd.Series([1, 2, 2, 3]))
    assert names == {
        1: "Panier moyen, semaine",
        2: "Panier moyen, semaine, 2 lignes",
        3: "Panier moyen, semaine, 3 lignes",
    }
