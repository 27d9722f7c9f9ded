"""Ceiling, payback, budgets, programmes: by hand, against a grid, and what is refused."""

import math

import matplotlib.pyplot as plt
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grc_helpers.clv.acquisition import (
    Response,
    acquisition_ceiling,
    best_acquisition,
    best_retention,
    fit_response,
    payback_period,
    programme_gain,
    programme_threshold,
    retained_value,
)
from grc_helpers.clv.figures import plot_programme
from grc_helpers.clv.formulas import cash_flows
from grc_helpers.errors import GrcError


def test_payback_by_hand():
    """30, then 0.8 × 30 / 1.1 = 21.8, then 15.9: 40 is repaid by the second margin, 60 by the third, 500 never."""
    flows = cash_flows(30, 0.8, 0.10, periods=40)
    assert [payback_period(flows, cost) for cost in (0, 30, 40, 60, 500)] == [0, 0, 1, 2, None]
    assert payback_period(flows, 54) == 2 and payback_period(flows, 54, discounted=False) == 1


def test_the_ceiling_of_a_contact_is_that_of_a_customer_times_the_response():
    assert acquisition_ceiling(110) == 110
    assert acquisition_ceiling(110, response_rate=0.02) == pytest.approx(2.2)


def test_blattberg_deighton_1996_form_of_the_value():
    """m + (m − R/r)·r′/(1 − r′), r′ = r/(1 + d): the paper's form, written here independently."""
    margin, rate, response = 50.0, 0.2, Response(0.9, 0.08)
    for spend in (1.0, 5.0, 20.0):
        r = float(response.rate(spend))
        shrunk = r / (1 + rate)
        paper = margin + (margin - spend / r) * shrunk / (1 - shrunk)
        assert retained_value(spend, margin=margin, discount_rate=rate, response=response) == pytest.approx(paper)


@settings(deadline=None)
@given(
    margin=st.floats(1, 500), rate=st.floats(0.02, 0.4), ceiling=st.floats(0.3, 0.98), speed=st.floats(0.005, 0.5),
    floor=st.sampled_from([0.0, 0.2]),
)  # fmt: skip
def test_no_retention_budget_on_a_grid_beats_the_best(margin, rate, ceiling, speed, floor):
    response = Response(ceiling, speed, floor)
    best = best_retention(margin=margin, discount_rate=rate, response=response)
    grid = np.linspace(0, margin * 20, 4001)
    values = retained_value(grid, margin=margin, discount_rate=rate, response=response)
    assert best.value >= values.max() - 1e-6 * abs(values.max())
    assert floor <= best.rate < ceiling


@settings(deadline=None)
@given(value=st.floats(0, 1000), ceiling=st.floats(0.05, 1), speed=st.floats(0.001, 1))
def test_no_acquisition_budget_on_a_grid_beats_the_best(value, ceiling, speed):
    response = Response(ceiling, speed)
    best = best_acquisition(value=value, response=response)
    grid = np.linspace(0, max(value, 1), 4001)
    assert best.value >= (response.rate(grid) * value - grid).max() - 1e-9 * (1 + value)
    if best.spend:  # the last unit spent brings a unit
        assert response.speed * ceiling * math.exp(-speed * best.spend) * value == pytest.approx(1)


def test_a_customer_worth_nothing_deserves_no_budget():
    assert best_acquisition(value=0, response=Response(0.5, 0.1)).spend == 0
    assert best_retention(margin=0.5, discount_rate=0.1, response=Response(0.9, 0.02)).spend == 0


def test_the_response_goes_through_todays_figures():
    response = fit_response(5, 0.4, ceiling=0.7)
    assert response.rate([0, 5]) == pytest.approx([0, 0.4])
    assert response.rate(1e6) == pytest.approx(0.7)
    assert fit_response(5, 0.6, ceiling=0.9, floor=0.5).rate([0, 5]) == pytest.approx([0.5, 0.6])


@given(r=st.floats(0.1, 0.85), gain=st.floats(0.01, 0.1), cost=st.floats(0.1, 50), i=st.floats(0.02, 0.3))
def test_a_programme_pays_from_its_threshold_on(r, gain, cost, i):
    options = {"retention": r, "gain": gain, "cost": cost, "discount_rate": i}
    threshold = programme_threshold(**options)
    gains = programme_gain(threshold * np.array([0.9, 1.0, 1.1]), **options)
    assert gains[0] < 0 < gains[2] and gains[1] == pytest.approx(0, abs=1e-6 * threshold)


def test_the_curve_of_a_programme_peaks_at_its_size():
    _, ax = plt.subplots()
    said = plot_programme(ax, [-3.0, 5.0, -1.0, 2.0], currency="EUR")  # any order: 5, 2, −1, −3
    assert ax.lines[0].get_ydata().tolist() == [0, 5, 7, 6, 3]
    assert ax.lines[2].get_xdata()[0] == 0.5 and "50,0" in said and "7" in said
    _, ax = plt.subplots()
    assert "personne" in plot_programme(ax, [-3.0, -1.0], currency="EUR") and ax.lines[2].get_ydata()[0] == 0


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: fit_response(0, 0.4, ceiling=0.7), "(?s)courbe de réponse ne peut pas être calée.*dépense 0"),
        (lambda: fit_response(5, 0.8, ceiling=0.7), "strictement entre plancher et plafond"),
        (lambda: Response(0.4, 0.1, floor=0.5), "Courbe de réponse impossible"),
        (lambda: programme_threshold(retention=0.8, gain=0, cost=2, discount_rate=0.1), "ne retient personne"),
        (lambda: programme_threshold(retention=0.98, gain=0.05, cost=2, discount_rate=0.1), "« rétention » : 1.03"),
        (lambda: acquisition_ceiling(10, response_rate=2), "« rétention » : 2"),
    ],
)
def test_what_is_refused(call, message):
    with pytest.raises(GrcError, match=message):
        call()
