"""Concentration and its intervals: known values, invariants, recovery."""

import math
from datetime import date
from types import SimpleNamespace

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
    concentration,
    gini,
    interval_coverage,
    lorenz,
    median_and_mediale,
    top_share,
    top_share_by_window,
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


def test_coverage_knows_its_two_laws():
    """Exact values from their formulas; the mild law is covered far more often than the heavy one."""
    table = interval_coverage(n=300, runs=40, n_boot=100, seed=5).set_index(["law", "measure"])
    exact = table["exact"].to_numpy()
    # Log-normal, σ = 1: 2 Φ(0.70711) − 1, Φ(0.15838); Pareto, α = 1.60944 / 1.38629 = 1.16096: 1 / 1.32193, 0.80.
    assert exact == pytest.approx([0.5205, 0.5629, 0.7565, 0.80], abs=1e-4)
    mild, heavy = table["coverage"].to_numpy().reshape(2, 2)
    assert (mild > 0.75).all() and (heavy < 0.75).all()
    assert (table["found"].to_numpy()[2:] < exact[2:]).all()  # too low on the heavy law


def test_concentration_sets_bases_side_by_side():
    lines = [(f"{k}", date(2024, 1, 1), 100 * cents) for k, cents in enumerate([10, 20, 30, 40])] + [
        ("x", date(2024, 1, 1), -5)
    ]
    table = ibis.memtable(pd.DataFrame(lines, columns=["customer_id", "date", "amount_cents"]))
    data = SimpleNamespace(name="ventes", nature="vôtre", table=table, observation_end=date(2024, 1, 1))
    found = concentration([data], shares=(0.25, 0.25, 0.5), n_boot=100, seed=1)["ventes (vôtre)"]
    estimates = [triple[0] for triple in found]
    assert estimates == pytest.approx([0.25, 0.32, 0.40, 0.30, 0.30])  # the negative total is left out
    assert all(low <= estimate <= high for estimate, low, high in found)


@pytest.mark.parametrize("values", [[1, -2, 3], [1, np.nan, 3]])
def test_negative_or_missing_values_are_refused(values):
    with pytest.raises(GrcError, match="1 valeur.s. négative.s. ou manquante.s. ; premières positions : 1"):
        gini(values)


@pytest.mark.parametrize("values", [[], [0, 0]])
def test_nothing_to_share_is_refused(values):
    with pytest.raises(GrcError, match="la somme est nulle"):
        lorenz(values)


def test_groups_weigh_what_their_customers_do():
    customers = pd.DataFrame({"total_spend": [60.0, 30.0, 10.0], "n_orders": [3, 1, 1], "tier": ["x", "y", "y"]})
    groups = value_by_group(customers, "tier")
    assert groups.loc["x"].tolist() == pytest.approx([1, 60, 3, 1 / 3, 0.6, 60, 20])
    assert groups.loc["y"].tolist() == pytest.approx([2, 40, 2, 2 / 3, 0.4, 20, 20])


def test_top_share_by_window_counts_the_buyers_of_each_window():
    sales = ibis.memtable(
        pd.DataFrame(
            {
                "customer_id": ["a", "b", "c", "a"],
                "date": pd.to_datetime(["2024-01-01", "2024-05-30", "2024-06-01", "2024-06-02"]).date,
                "amount_cents": [5_000, 100, 300, 600],
                "order_id": ["1", "2", "3", "4"],
            }
        )
    )
    table = top_share_by_window(sales, start=date(2024, 1, 1), end=date(2024, 6, 3), share=1 / 3)
    assert table["customers"].to_dict() == {
        "4 dernières semaines": 3,
        "13 dernières semaines": 3,
        "toute la période": 3,
    }
    assert table["sales_share"].tolist() == pytest.approx([0.6, 0.6, 56 / 60])
