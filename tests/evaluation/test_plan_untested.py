"""A plan without a trial: by hand, its money, its refusals."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from grc_helpers.campaigns.design import customers_needed
from grc_helpers.errors import GrcError
from grc_helpers.evaluation.plan_handover import untested
from grc_helpers.evaluation.plan_untested import FIRST, NEVER, SMALL, break_even, trial_list


@pytest.fixture
def base():
    rng = np.random.default_rng(1)
    sizes = {"Bons": 40, "Petits": 4_000, "Endormis": 500, "Perdus": 300}
    means = {"Bons": 60.0, "Petits": 10.0, "Endormis": 0.5, "Perdus": 30.0}
    segment = pd.Series([name for name, n in sizes.items() for _ in range(n)])
    segment.index = [f"c{k:05d}" for k in segment.index]
    margin = pd.Series(np.concatenate([rng.gamma(1, means[name], n) for name, n in sizes.items()]), segment.index)
    people = pd.DataFrame({"value": segment.map(means) * 4}, index=segment.index)
    return people, segment, margin


def test_the_rise_that_pays_by_hand(base):
    people, segment, margin = base
    table = break_even(people, segment, margin, cost=1.0, target=0.01)
    small = margin[segment == "Petits"]
    assert table.loc["Petits", "needed"] == pytest.approx(1 / small.mean())
    assert table.loc["Petits", "at_stake"] == 4_000 * 40
    assert table.loc["Petits", "trial_size"] == customers_needed(1.0, spread=small.std(ddof=1))
    advice = {"Bons": SMALL, "Petits": FIRST, "Endormis": NEVER, "Perdus": NEVER}
    assert table["advice"].to_dict() == advice
    # A whole segment that sees the rise that pays is one whose trial has enough customers.
    assert ((table["visible"] <= table["needed"]) == (table["trial_size"] <= table["customers"])).all()


def test_a_larger_target_needs_fewer_customers(base):
    people, segment, margin = base
    table = break_even(people, segment, margin, cost=1.0, target=0.4)
    small = margin[segment == "Petits"]
    assert table.loc["Petits", "trial_size"] == customers_needed(0.4 * small.mean(), spread=small.std(ddof=1))
    assert table.loc["Petits", "needed"] == pytest.approx(1 / small.mean())


def test_the_trial_fits_the_budget_and_is_half_control(base):
    people, segment, margin = base
    table = break_even(people, segment, margin, cost=1.0, target=0.01)
    drawn = trial_list(table, people, segment, cost=1.0, budget=2_000, seed=3)
    assert drawn["cost"].sum() <= 2_000 and set(drawn["segment"]) == {"Petits"} and drawn["customer_id"].is_unique
    assert abs(drawn["group"].value_counts().diff().iloc[-1]) <= 1
    assert len(drawn) >= table.loc["Petits", "trial_size"]
    assert drawn["reason"].str.startswith("Retour inconnu").all()
    assert trial_list(table, people, segment, cost=1.0, budget=10, seed=3).empty


def test_a_segment_that_buys_nothing_is_left_alone(base):
    people, segment, margin = base
    table = break_even(people, segment, margin * 0, cost=1.0, target=0.01)
    assert (table["advice"] == NEVER).all() and np.isinf(table["needed"]).all()


def test_refusals(base):
    people, segment, margin = base
    with pytest.raises(GrcError, match="coût d'un contact doit être positif"):
        break_even(people, segment, margin, cost=0, target=0.1)
    table = break_even(people, segment, margin, cost=1.0, target=0.01)
    with pytest.raises(GrcError, match="budget positif"):
        trial_list(table, people, segment, cost=1.0, budget=0, seed=1)


@pytest.mark.parametrize("budget", [2_000, 1])
def test_every_customer_is_in_the_hand_over_with_a_reason(base, budget):
    people, segment, margin = base
    people = people.assign(segment=segment)
    table = break_even(people, segment, margin, cost=1.0, target=0.01)
    drawn = trial_list(table, people, segment, cost=1.0, budget=budget, seed=3)
    data = SimpleNamespace(title="Ventes", nature="vôtre", currency="EUR")
    handed = untested(drawn, table, people, data=data, day="2026-01-01", budget=budget, cost=1.0, terms={})
    assert sorted(handed["customers"]["Client"]) == sorted(people.index)
    assert handed["customers"]["Raison"].str.len().min() > 20
    assert handed["customers"]["Coût"].sum() <= budget
    assert "aucun essai" in handed["note"]["Contenu"].tolist()
