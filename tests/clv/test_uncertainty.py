"""Ranges, mixtures and wandering rates: moments that theory gives, and what is refused."""

import numpy as np
import pytest

from grc_helpers.clv.formulas import cash_flows, customer_value
from grc_helpers.clv.uncertainty import draw_inputs, mixed_retention, rate_paths, value_under_rates
from grc_helpers.errors import GrcError


def test_triangular_draws_have_their_mean_and_stay_inside():
    draws = draw_inputs({"margin": (10, 20, 60), "retention": (0.8, 0.8, 0.8)}, n=50_000, seed=3)
    deviation = np.sqrt((10**2 + 20**2 + 60**2 - 10 * 20 - 10 * 60 - 20 * 60) / 18)
    assert draws["margin"].mean() == pytest.approx(30, abs=4 * deviation / np.sqrt(50_000))
    assert draws["margin"].between(10, 60).all() and (draws["retention"] == 0.8).all()
    assert draws.equals(draw_inputs({"margin": (10, 20, 60), "retention": (0.8, 0.8, 0.8)}, n=50_000, seed=3))


def test_two_groups_by_hand():
    """Half stay at 0.9, half at 0.5: 70 % are left after a year, 53 % after two."""
    assert mixed_retention([0.5, 0.5], [0.9, 0.5], steps=2) == pytest.approx([0.7, 0.53 / 0.7])


def test_observed_retention_rises_to_the_most_faithful_group():
    observed = mixed_retention([0.3, 0.5, 0.2], [0.9, 0.6, 0.2], steps=80)
    assert (np.diff(observed) > -1e-12).all() and observed[-1] == pytest.approx(0.9, abs=1e-6)
    assert mixed_retention([1.0], [0.0], steps=3).tolist() == [0, 0, 0]


def test_fader_hardie_2010_the_mean_retention_undervalues_a_mixture():
    """The mixture's value is the mean of the groups', and Jensen puts it above the value at the mean retention."""
    observed = mixed_retention([0.5, 0.5], [0.9, 0.5], steps=999)
    mixture = cash_flows(1, observed, 0.1, periods=1000)["present_value"].sum()
    groups = (customer_value(1, 0.9, 0.1) + customer_value(1, 0.5, 0.1)) / 2
    assert mixture == pytest.approx(groups)
    assert mixture > customer_value(1, 0.7, 0.1) * 1.2


def test_rates_that_do_not_move_give_the_formula():
    still = rate_paths(0.08, spread=0.0, persistence=0.5, periods=300, n=2, seed=1)
    assert value_under_rates(10, 0.8, still) == pytest.approx(customer_value(10, 0.8, 0.08, horizon=300))


def test_rates_wander_around_their_mean():
    rates = rate_paths(0.10, spread=0.02, persistence=0.6, periods=40, n=20_000, seed=5, floor=-1)
    assert (rates[:, 0] == 0.10).all()
    assert rates[:, -1].mean() == pytest.approx(0.10, abs=4 * 0.02 / np.sqrt(20_000))
    assert rates[:, -1].std() == pytest.approx(0.02, rel=0.03)
    assert np.corrcoef(rates[:, -2], rates[:, -1])[0, 1] == pytest.approx(0.6, abs=0.03)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: draw_inputs({"marge": (30, 20, 40)}, n=10, seed=1), "(?s)« marge ».*30, 20, 40"),
        (lambda: mixed_retention([0.5, 0.4], [0.9, 0.5], steps=3), "Les parts des groupes doivent faire 1"),
        (lambda: rate_paths(0.1, spread=0.1, persistence=1, periods=3, n=1, seed=1), "Persistance impossible"),
    ],
)
def test_what_is_refused(call, message):
    with pytest.raises(GrcError, match=message):
        call()
