"""Markov chains: Pfeifer and Carraway's example, the formulas against a walk of customers, and the stopping rule."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grc_helpers.clv.formulas import customer_value
from grc_helpers.clv.markov import chain_value, recency_chain, stopping_rule
from grc_helpers.errors import GrcError

RATES = (0.3, 0.2, 0.05)


def test_pfeifer_carraway_2000_value_over_four_periods():
    transition, reward = recency_chain(RATES, margin=40, solicitation_cost=4)
    assert reward.tolist() == [36, -4, -4, 0]
    published = [49.4, 2.69, -1.98, 0]
    found = chain_value(transition, reward, 0.20, horizon=4)
    assert found == pytest.approx(published, abs=0.05)
    assert found[1:3] == pytest.approx(published[1:3], abs=0.005)


def test_pfeifer_carraway_2000_where_a_customer_is_after_four_periods():
    transition, _ = recency_chain(RATES, margin=40, solicitation_cost=4)
    assert np.linalg.matrix_power(transition, 4)[0] == pytest.approx([0.0823, 0.0973, 0.1288, 0.6916], abs=5e-5)


def test_four_periods_are_not_for_ever():
    chain = recency_chain(RATES, margin=40, solicitation_cost=4)
    four, ever = chain_value(*chain, 0.20, horizon=4), chain_value(*chain, 0.20)
    assert abs(four[0] - ever[0]) > 1
    assert chain_value(*chain, 0.20, horizon=400) == pytest.approx(ever)


def test_a_negative_state_is_no_longer_solicited():
    """The last state of the example is worth less than nothing: stopping one recency earlier is worth more."""
    last, rules = stopping_rule(RATES, margin=40, solicitation_cost=4, discount_rate=0.20)
    assert last == 2
    stopped = chain_value(*recency_chain(RATES[:2], margin=40, solicitation_cost=4), 0.20)
    assert (stopped >= 0).all() and stopped[0] == pytest.approx(rules["value"].max())


@settings(deadline=None, max_examples=40)
@given(rates=st.lists(st.floats(0, 0.9), min_size=1, max_size=5), cost=st.floats(0, 30), d=st.floats(0.02, 0.5))
def test_the_rule_is_the_optimal_policy(rates, cost, d):
    """Value iteration, which chooses at each recency whether to solicit, finds no better policy than the best rule."""
    chain, reward = recency_chain(rates, margin=40, solicitation_cost=cost)
    value = np.zeros(len(rates) + 1)
    for _ in range(2000):
        ahead = chain[:-1] @ np.append(np.maximum(value[:-1], [40, *[0] * (len(rates) - 1)]), 0) / (1 + d)
        value = np.append(reward[:-1] + ahead, 0)
    best = max(value[0], 40)
    _, rules = stopping_rule(rates, margin=40, solicitation_cost=cost, discount_rate=d)
    assert rules["value"].max() == pytest.approx(best, rel=1e-6)


@given(r=st.floats(0, 0.95), d=st.floats(0.02, 0.5))
def test_lost_for_good_is_a_chain_of_two_states(r, d):
    value = chain_value([[r, 1 - r], [0, 1]], [10, 0], d)
    assert value == pytest.approx([customer_value(10, r, d), 0])


def test_the_value_is_the_mean_of_customers_who_walk():
    transition, reward = recency_chain((0.5, 0.25), margin=30, solicitation_cost=2)
    rng, states, total, paths = np.random.default_rng(1), np.zeros(40_000, dtype=int), np.zeros(40_000), 60
    for t in range(paths):
        total += reward[states] / 1.15**t
        states = (rng.random(len(states))[:, None] > transition[states].cumsum(axis=1)).sum(axis=1)
    error = total.std() / np.sqrt(len(total))
    assert total.mean() == pytest.approx(chain_value(transition, reward, 0.15)[0], abs=4 * error)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: chain_value([[0.5, 0.4], [0, 1]], [1, 0], 0.1), "(?s)somme fait 1.*ligne\\(s\\) 1 ; somme 0.9"),
        (lambda: chain_value([[1.5, -0.5], [0, 1]], [1, 0], 0.1), "(?s)somme fait 1.*ligne\\(s\\) 1"),
        (lambda: chain_value([[1.0]], [1, 0], 0.1), "chaîne est mal formée"),
        (lambda: chain_value([[1.0]], [1], 0.0), "taux d'actualisation doit être positif"),
        (lambda: recency_chain([0.3, 1.2], margin=1, solicitation_cost=0), "« rétention » : 1.2"),
    ],
)
def test_what_is_refused(call, message):
    with pytest.raises(GrcError, match=message):
        call()
