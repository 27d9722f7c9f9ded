"""Fellegi and Sunter's arithmetic: a published sum, an EM that finds what made the data."""

import numpy as np
import pytest

from grc_helpers.identity.weights import estimate, match_weight, prior_weight, to_probability, total_weight


def test_fellegi_sunter_waterfall_of_the_splink_documentation():
    """O14: prior −6.67, then +4.74 +6.49 −1.97 −1.12 +8.00, published as about 9.48, that is .999."""
    total = sum([-6.67, 4.74, 6.49, -1.97, -1.12, 8.00])
    assert total == pytest.approx(9.48, abs=0.02)
    assert to_probability(total) == pytest.approx(0.999, abs=0.0005)


def test_a_bit_doubles_the_odds():
    assert match_weight(0.9, 0.45) == 1
    assert prior_weight(0.5) == 0 and to_probability(0.0) == 0.5
    assert to_probability(prior_weight(0.2) + 1) == pytest.approx(0.4 / 1.2)
    assert to_probability(prior_weight(1e-4)) == pytest.approx(1e-4)


def test_an_absent_field_weighs_nothing():
    m, u = np.array([0.9, 0.8]), np.array([0.1, 0.05])
    both, one, none = total_weight(np.array([[1, 1], [1, np.nan], [np.nan, np.nan]]), m, u, 0.01)
    assert none == pytest.approx(prior_weight(0.01))
    assert one - none == pytest.approx(match_weight(0.9, 0.1)) and both - one == pytest.approx(match_weight(0.8, 0.05))


def test_em_finds_what_made_the_pairs():
    rng, size = np.random.default_rng(4), 60_000
    m, u, prior = np.array([0.95, 0.85, 0.7, 0.9]), np.array([0.05, 0.1, 0.02, 0.2]), 0.08
    true = rng.random(size) < prior
    seen = (rng.random((size, 4)) < np.where(true[:, None], m, u)).astype(float)
    seen[rng.random((size, 4)) < 0.1] = np.nan
    found = estimate(seen, prior=0.3)
    assert found.prior == pytest.approx(prior, abs=0.01) and found.rounds < 500
    assert np.abs(found.m - m).max() < 0.03 and np.abs(found.u - u).max() < 0.01


def test_a_field_counted_twice_makes_the_model_too_sure():
    """Conditional independence: the same field twice adds its weight twice; the truth has it once."""
    m, u = np.array([0.9, 0.9]), np.array([0.01, 0.01])
    once = total_weight(np.array([[1.0]]), m[:1], u[:1], 1e-3)[0]
    twice = total_weight(np.array([[1.0, 1.0]]), m, u, 1e-3)[0]
    assert to_probability(once) < 0.1 and to_probability(twice) > 0.85
