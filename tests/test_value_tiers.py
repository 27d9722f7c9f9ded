"""Concentration, tiers, intervals and profit: known values, invariants, recovery."""

import math
from datetime import date, timedelta

import ibis
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grc_helpers.errors import GrcError
from grc_helpers.value_tiers import (
    abc_classes,
    bootstrap_interval,
    gini,
    lorenz,
    median_and_mediale,
    simulate_stable_customers,
    staying_share,
    tier_transitions,
    tiers_of,
    top_share,
    two_half_years,
    value_by_group,
)

CHAMPAGNE = np.array([400, 60, 30, 20, 8, 8, 9, 6, 27])  # households buying 0, 1 … 7, 8+ bottles
spends = st.lists(st.integers(0, 10_000), min_size=1, max_size=60).filter(any)


def test_gini_by_hand():
    assert gini([1, 1, 1, 1]) == pytest.approx(0)
    assert gini([0, 0, 0, 4]) == pytest.approx(1 - 1 / 4)
    # Mean absolute difference of 1, 2, 3 over twice the mean: (8/9) / (2 × 2).
    assert gini([3, 1, 2]) == pytest.approx(2 / 9)


def test_gini_of_a_lognormal_is_known():
    """G = 2 Φ(σ/√2) − 1 (Aitchison & Brown 1957)."""
    sigma = 1.0
    exact = math.erf(sigma / 2)
    drawn = gini(np.random.default_rng(7).lognormal(0, sigma, 200_000))
    assert drawn == pytest.approx(exact, abs=0.005)


def test_a_pareto_law_of_shape_log5_over_log4_is_exactly_80_20():
    """Top p makes p^(1 − 1/α); with α = log 5 / log 4 the top 20 % makes 80 % (checked on exact quantiles)."""
    alpha = math.log(5) / math.log(4)
    # Mean of each slice of the law, so that no slice is truncated at the top.
    edges = np.linspace(0, 1, 10_001) ** (1 - 1 / alpha)
    assert top_share(np.diff(edges), 0.20) == pytest.approx(0.80, abs=1e-9)


def test_top_share_by_hand():
    assert top_share([10, 20, 30, 40], 0.25) == pytest.approx(0.40)
    assert top_share([10, 20, 30, 40], 0.125) == pytest.approx(0.20)  # half of the largest customer


@given(spends)
def test_lorenz_is_convex_and_below_equality(values):
    curve = lorenz(values)
    slopes = np.diff(curve["value_share"])
    assert (np.diff(slopes) >= -1e-12).all()
    assert (curve["value_share"] <= curve["population_share"] + 1e-12).all()
    assert curve.iloc[-1].tolist() == pytest.approx([1, 1])


@given(spends, st.randoms(use_true_random=False))
def test_order_and_unit_do_not_matter(values, random):
    shuffled = random.sample(values, len(values))
    assert gini(shuffled) == pytest.approx(gini(values))
    assert gini(np.array(values) / 100) == pytest.approx(gini(values))
    assert top_share(shuffled, 0.2) == pytest.approx(top_share(values, 0.2))


def test_weights_are_repeated_customers():
    bottles = np.arange(9)
    repeated = np.repeat(bottles, CHAMPAGNE)
    assert gini(bottles, CHAMPAGNE) == pytest.approx(gini(repeated))
    assert top_share(bottles, 0.2, CHAMPAGNE) == pytest.approx(top_share(repeated, 0.2))
    assert median_and_mediale(bottles, CHAMPAGNE) == median_and_mediale(repeated)


def test_mediale_by_hand():
    # Total 100: customers worth 10 + 20 + 30 make 60 ≥ 50, so the médiale is 30; the médiane of four is reached at 20.
    assert median_and_mediale([40, 10, 30, 20]) == (20, 30)


def test_abc_by_hand():
    # Cumulative shares just before each: 0 %, 80 %, 92 %, 97 %.
    assert abc_classes([5, 80, 12, 3]).tolist() == ["B", "A", "B", "C"]
    assert abc_classes([50, 50]).tolist() == ["A", "A"]  # the second starts at 50 %, below the cut


@given(spends)
def test_abc_reaches_its_cut_with_the_fewest_customers(values):
    values = np.array(values, dtype=float)
    top = values[abc_classes(values) == "A"]
    assert top.sum() >= 0.8 * values.sum() - 1e-6
    assert top.sum() - top.min() < 0.8 * values.sum() + 1e-6


def test_bootstrap_interval_covers_a_known_gini():
    """Mean of 120 coverage trials at 95 %: within four standard errors of 0.95, on a mild lognormal."""
    sigma, exact, rng = 0.5, math.erf(0.25), np.random.default_rng(11)
    hits = 0
    for world in range(120):
        _, low, high = bootstrap_interval(rng.lognormal(0, sigma, 400), gini, n_boot=200, seed=world)
        hits += low <= exact <= high
    assert abs(hits / 120 - 0.95) < 4 * math.sqrt(0.95 * 0.05 / 120)


def test_bootstrap_interval_on_classes_equals_on_customers():
    bottles = np.arange(9)
    classes = bootstrap_interval(bottles, gini, weights=CHAMPAGNE, n_boot=300, seed=3)
    people = bootstrap_interval(np.repeat(bottles, CHAMPAGNE), gini, n_boot=300, seed=3)
    assert classes == pytest.approx(people)


def test_bootstrap_of_several_measures_at_once():
    both = bootstrap_interval(CHAMPAGNE, lambda v, w: np.array([gini(v, w), top_share(v, 0.2, w)]), n_boot=100, seed=3)
    alone = bootstrap_interval(CHAMPAGNE, gini, n_boot=100, seed=3)
    assert [float(part[0]) for part in both] == pytest.approx(alone)


@pytest.mark.parametrize("values", [[1, -2, 3], [1, np.nan, 3]])
def test_negative_or_missing_values_are_refused(values):
    with pytest.raises(GrcError, match="1 valeur.s. négative.s. ou manquante.s. ; premières positions : 1"):
        gini(values)


@pytest.mark.parametrize("values", [[], [0, 0]])
def test_nothing_to_share_is_refused(values):
    with pytest.raises(GrcError, match="la somme est nulle"):
        lorenz(values)


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


def test_nobody_stays_is_zero_not_an_error():
    table = tier_transitions(pd.Series({"a": "Bons", "b": "Petits"}), pd.Series({"b": "Petits"}))
    assert staying_share(table, "Bons")[0] == 0


def test_an_empty_tier_has_no_staying_share():
    table = tier_transitions(pd.Series({"b": "Petits"}), pd.Series({"b": "Petits"}))
    assert all(math.isnan(part) for part in staying_share(table, "Bons"))


def test_groups_weigh_what_their_customers_do():
    customers = pd.DataFrame({"total_spend": [60.0, 30.0, 10.0], "n_orders": [3, 1, 1], "tier": ["x", "y", "y"]})
    groups = value_by_group(customers, "tier")
    assert groups.loc["x"].tolist() == pytest.approx([1, 60, 3, 1 / 3, 0.6, 60, 20])
    assert groups.loc["y"].tolist() == pytest.approx([2, 40, 2, 2 / 3, 0.4, 20, 20])


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


@pytest.mark.parametrize(("shape", "scale"), [(0.5, 4.0), (3.0, 1.0)])
def test_stable_customers_recover_the_nbd_they_were_given(shape, scale):
    """Mean r·s and variance r·s + r·s² of the orders (basket 1), within five standard errors."""
    rng, n = np.random.default_rng(5), 200_000
    orders = pd.Series(rng.poisson(rng.gamma(shape, scale, n)))
    world = simulate_stable_customers(orders, np.array([1.0]), seed=1)
    for period in ("first", "second"):
        assert world[period].mean() == pytest.approx(
            shape * scale, abs=5 * math.sqrt(shape * scale * (1 + scale) / n) * 2
        )
        assert world[period].var() == pytest.approx(shape * scale * (1 + scale), rel=0.05)
    assert np.corrcoef(world["first"], world["second"])[0, 1] == pytest.approx(scale / (1 + scale), abs=0.02)


def test_stable_customers_without_heterogeneity_share_one_rate():
    world = simulate_stable_customers(pd.Series([2, 2, 2]), np.array([10.0]), seed=1)
    assert world["truth"].tolist() == [20, 20, 20]
