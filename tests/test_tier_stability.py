"""Tiers from one period to the next: by hand, and recovery of a world that never changes."""

import math
from datetime import date, timedelta
from types import SimpleNamespace

import ibis
import numpy as np
import pandas as pd
import pytest

from grc_helpers.tier_stability import (
    basket_spread,
    half_year_tiers,
    never_changing,
    newcomers,
    order_amounts,
    simulate_stable_customers,
    staying_share,
    tier_transitions,
    tiers_of,
    two_half_years,
)


def test_transitions_count_every_customer_of_the_first_period_once():
    before = pd.Series({"a": "Bons", "b": "Bons", "c": "Standards", "d": "Petits"})
    after = pd.Series({"a": "Bons", "b": "Standards", "c": "Standards", "e": "Petits"})
    table = tier_transitions(before, after)
    assert table.to_numpy().tolist() == [[1, 1, 0, 0], [0, 1, 0, 0], [0, 0, 0, 1]]
    stayed, low, high = staying_share(table, "Bons")
    # Wilson's interval for 1 of 2, from its formula.
    z = 1.959964
    half = z * math.sqrt(0.25 / 2 + z * z / 16) / (1 + z * z / 2)
    assert (stayed, low, high) == pytest.approx((0.5, 0.5 - half, 0.5 + half), abs=1e-5)


def test_newcomers_by_hand():
    before = pd.Series({"a": "Bons", "b": "Standards", "c": "Standards", "d": "Petits"})
    after = pd.Series({"a": "Bons", "b": "Bons", "c": "Bons", "e": "Bons", "d": "Petits"})
    assert newcomers(before, after, "Bons").to_dict() == {"Standards": 2 / 3, "Absents": 1 / 3}
    assert newcomers(before, before, "Bons").empty


def world(lines):
    """Return a data set of a year from (customer, day, cents)."""
    table = ibis.memtable(pd.DataFrame(lines, columns=["customer_id", "date", "amount_cents"]))
    return SimpleNamespace(table=table, observation_start=date(2024, 1, 1), observation_end=date(2024, 12, 29))


def test_each_half_year_has_its_own_tiers_and_only_net_buyers():
    lines = [(f"{k:02}", date(2024, 2, 1), 100 * (k + 1)) for k in range(20)]
    lines += [(f"{k:02}", date(2024, 9, 1), 100 * (20 - k)) for k in range(10)]
    lines += [("00", date(2024, 9, 2), -2000)]  # a return that leaves nothing
    cuts, first, second = half_year_tiers(world(lines), shares=(0.05, 0.15, 0.80))
    assert cuts == [date(2024, 1, 1), date(2024, 7, 1), date(2024, 12, 30)]
    assert len(first) == 20 and first[first == "Bons"].index.tolist() == ["19"]
    assert len(second) == 9 and "00" not in second.index and first["19"] == "Bons"


def test_a_world_that_never_changes_keeps_its_best_when_chance_is_small():
    """Many orders each, rates far apart: the best of a half-year are the best of the next, and those found."""
    rng, lines = np.random.default_rng(2), []
    for k in range(100):
        days = rng.integers(0, 364, 40 * (1 + k // 10))
        lines += [(f"{k:03}", date(2024, 1, 1) + timedelta(days=int(day)), 1000) for day in days]
    data = world(lines)
    ids = pd.Series([f"{k:03}" for k in range(100)])
    moves, found = never_changing(data, ids, shares=(0.1, 0.2, 0.7), seed=1)
    assert moves.loc["Bons"].sum() == 10 and moves.loc["Bons", "Bons"] >= 7 and found >= 0.7
    assert never_changing(data, ids, shares=(0.1, 0.2, 0.7), seed=1)[0].equals(moves)


def test_nobody_stays_is_zero_not_an_error():
    table = tier_transitions(pd.Series({"a": "Bons", "b": "Petits"}), pd.Series({"b": "Petits"}))
    assert staying_share(table, "Bons")[0] == 0


def test_an_empty_tier_has_no_staying_share():
    table = tier_transitions(pd.Series({"b": "Petits"}), pd.Series({"b": "Petits"}))
    assert all(math.isnan(part) for part in staying_share(table, "Bons"))


def test_tiers_take_the_largest_first():
    table = ibis.memtable({"customer_id": [f"{k:02}" for k in range(20)], "spend": list(range(20))})
    tiers = tiers_of(table, by="spend", shares=(0.05, 0.15, 0.80))
    assert tiers[tiers == "Bons"].index.tolist() == ["19"]
    assert tiers[tiers == "Standards"].index.tolist() == ["16", "17", "18"]


def test_two_half_years_are_equal_and_end_with_the_observation():
    assert two_half_years(date(2024, 1, 1), date(2025, 12, 31)) == [
        date(2025, 1, 2),
        date(2025, 7, 3),
        date(2025, 12, 31) + timedelta(days=1),
    ]
    assert two_half_years(date(2024, 1, 1), date(2024, 1, 10)) == [
        date(2024, 1, 1),
        date(2024, 1, 6),
        date(2024, 1, 11),
    ]


def test_the_halves_never_end_before_they_begin():
    assert two_half_years(date(2024, 1, 1), date(2024, 1, 1)) == [
        date(2023, 12, 31),
        date(2024, 1, 1),
        date(2024, 1, 2),
    ]


def test_order_amounts_add_up_the_lines_of_an_order_or_of_a_day():
    lines = pd.DataFrame(
        {
            "customer_id": ["a", "a", "a"],
            "date": [date(2024, 1, 1), date(2024, 1, 1), date(2024, 1, 2)],
            "amount_cents": [100, 250, 300],
            "order_id": ["1", "1", "1"],
        }
    )
    assert order_amounts(ibis.memtable(lines))["amount"].tolist() == [6.5]
    assert order_amounts(ibis.memtable(lines.drop(columns="order_id")))["amount"].tolist() == [3.5, 3.0]


def test_basket_spread_recovers_its_variances():
    """Random-effects model with known variances and unequal numbers of orders: within 5 %."""
    rng, n = np.random.default_rng(3), 20_000
    orders = rng.integers(1, 6, n)
    buyer = np.repeat(np.arange(n), orders)
    logs = rng.normal(0, 0.8, n)[buyer] + rng.normal(0, 0.5, len(buyer))
    between, within = basket_spread(pd.DataFrame({"customer_id": buyer, "amount": np.exp(logs)}))
    assert (between, within) == (pytest.approx(0.64, rel=0.05), pytest.approx(0.25, rel=0.05))


def test_basket_spread_without_a_second_order_or_a_second_customer():
    once = pd.DataFrame({"customer_id": ["a", "b"], "amount": [1.0, math.e]})
    assert basket_spread(once) == (pytest.approx(0.5), 0.0)
    assert basket_spread(once.head(1)) == (0.0, 0.0)


@pytest.mark.parametrize(("shape", "scale"), [(0.5, 4.0), (3.0, 1.0)])
def test_stable_customers_recover_the_nbd_they_were_given(shape, scale):
    """Orders (all amounts 1): mean r·s, variance r·s + r·s², and correlation s / (1 + s) between the periods."""
    rng, n = np.random.default_rng(5), 200_000
    orders = pd.Series(rng.poisson(rng.gamma(shape, scale, n)))
    world = simulate_stable_customers(orders, between=0.0, within=0.0, seed=1)
    for period in ("first", "second"):
        error = math.sqrt(shape * scale * (1 + scale) / n)
        assert world[period].mean() == pytest.approx(shape * scale, abs=10 * error)
        assert world[period].var() == pytest.approx(shape * scale * (1 + scale), rel=0.05)
    assert np.corrcoef(world["first"], world["second"])[0, 1] == pytest.approx(scale / (1 + scale), abs=0.02)


def test_stable_customers_recover_the_baskets_they_were_given():
    orders = pd.Series(np.tile([1, 0, 0, 0, 0, 0, 0, 0, 0, 0], 30_000))  # rarely more than one order in a period
    between = simulate_stable_customers(orders, between=0.3, within=0.0, seed=1)
    within = simulate_stable_customers(orders, between=0.0, within=0.2, seed=1)
    assert between["truth"].map(math.log).var() == pytest.approx(0.3, rel=0.03)
    single = within.loc[within["first"] < 2, "first"]  # two orders around 1 rarely make less than 2
    assert np.log(single[single > 0]).median() == pytest.approx(0.0, abs=0.03)
    quartiles = np.log(single[single > 0]).quantile([0.1, 0.25])
    assert quartiles.tolist() == pytest.approx([-1.2816 * math.sqrt(0.2), -0.6745 * math.sqrt(0.2)], abs=0.03)


def test_stable_customers_without_heterogeneity_share_one_rate():
    world = simulate_stable_customers(pd.Series([2, 2, 2]), between=0.0, within=0.0, seed=1)
    assert world["truth"].tolist() == [2, 2, 2]
