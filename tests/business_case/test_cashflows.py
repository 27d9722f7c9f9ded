"""Cash flows: closed forms of textbooks, rates that do not exist or are several, payback by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grc_helpers.business_case import cashflows
from grc_helpers.errors import GrcError

RATES = st.floats(0.001, 0.9)


@given(rate=RATES, years=st.integers(1, 40), payment=st.floats(0.1, 1e6))
def test_an_annuity_has_its_closed_form(rate, years, payment):
    flows = [0.0, *[payment] * years]
    expected = payment * (1 - (1 + rate) ** -years) / rate
    assert cashflows.present_value(flows, rate) == pytest.approx(expected)


@given(rate=RATES, growth=st.floats(-0.2, 0.2), years=st.integers(1, 30))
def test_a_growing_annuity_has_its_closed_form(rate, growth, years):
    if abs(rate - growth) < 1e-3:
        return
    flows = [0.0, *(1 + growth) ** np.arange(years)]
    expected = (1 - ((1 + growth) / (1 + rate)) ** years) / (rate - growth)
    assert cashflows.present_value(flows, rate) == pytest.approx(expected)


@given(rate=st.floats(0.01, 0.6), years=st.integers(1, 12), cost=st.floats(1, 1e5))
def test_the_rate_of_a_fair_annuity_is_found_again(rate, years, cost):
    """A loan repaid by equal payments costs exactly its rate."""
    payment = cost * rate / (1 - (1 + rate) ** -years)
    assert cashflows.internal_rate([-cost, *[payment] * years]) == pytest.approx(rate, abs=1e-6)


@given(st.lists(st.floats(1, 1e4), min_size=1, max_size=8), st.floats(0.0, 0.5))
def test_value_is_zero_at_the_rate_and_has_its_sign_around(gains, rate):
    flows = [-float(np.sum(gains)) / 2, *gains]
    found = cashflows.internal_rate(flows)
    assert cashflows.present_value(flows, found) == pytest.approx(0, abs=1e-5 * sum(gains))
    assert (cashflows.present_value(flows, rate) > 0) == (rate < found)


def test_lorie_savage_1955_the_oil_pump_has_two_rates():
    """Costs 1 600, brings 10 000, then takes 10 000 away: 25 % and 400 %."""
    pump = [-1_600, 10_000, -10_000]
    assert cashflows.rates_of_return(pump) == pytest.approx([0.25, 4.0])
    with pytest.raises(GrcError, match="(?s)2 taux de rendement interne : 25,0.*400,0.*valeur actuelle nette"):
        cashflows.internal_rate(pump)
    assert cashflows.present_value(pump, 0.10) < 0 < cashflows.present_value(pump, 1.0)


@pytest.mark.parametrize("flows", [[100, 10, 10], [-100, -1], [-100], [0, 0, 0], [-100, 300, -250]])
def test_no_rate_is_said_not_made_up(flows):
    assert not len(cashflows.rates_of_return(flows))
    with pytest.raises(GrcError, match="(?s)aucun taux de rendement interne.*décidez sur la valeur"):
        cashflows.internal_rate(flows)
    assert "aucun taux" in cashflows.tell_rate(flows)


def test_rates_are_told():
    assert cashflows.tell_rate([-100, 110]) == "10,0\u202f%"
    assert cashflows.tell_rate([-1_600, 10_000, -10_000]).startswith("2 taux de rendement interne")


def test_a_project_that_loses_has_a_negative_rate():
    assert cashflows.internal_rate([-100, 50]) == pytest.approx(-0.5)


def test_payback_by_hand():
    """−100, then 40 a year: after two years 20 are missing, half a year more; discounted at 10 %, it takes longer."""
    flows = [-100, 40, 40, 40, 40]
    assert cashflows.payback(flows) == pytest.approx(2.5)
    values = [40 / 1.1**t for t in (1, 2, 3)]
    assert cashflows.payback(flows, 0.10) == pytest.approx(3 + (100 - sum(values)) / (40 / 1.1**4))
    assert cashflows.payback([-100, 40, 40]) is None
    assert cashflows.payback([0, 10]) == 0.0
    # repaid, then a last expense: the date that counts is the last crossing
    assert cashflows.payback([-100, 150, -100, 80]) == pytest.approx(2 + 50 / 80)


@given(st.lists(st.floats(0.1, 100), min_size=1, max_size=10), st.floats(0, 500), RATES)
def test_discounting_never_shortens_payback(gains, cost, rate):
    flows = [-cost, *gains]
    simple, late = cashflows.payback(flows), cashflows.payback(flows, rate)
    assert late is None or (simple is not None and late >= simple - 1e-6)


def test_programme_flows_by_hand():
    lines = cashflows.programme_flows(
        members=1_000, added=0.1, paid=2.0, margin=100.0, persistence=0.5, fading=0.3, investment=10_000.0,
        yearly_cost=2_000.0, reward=10.0, years=3,
    )  # fmt: skip
    # newcomers 100, 70, 49; customers counted in full 100, 50 + 70, 60 + 49
    assert lines["margin"].tolist() == pytest.approx([0, 10_000, 12_000, 10_900])
    assert lines["rewards"].tolist() == pytest.approx([0, -2_000, -1_400, -980])
    assert lines["flow"].tolist() == pytest.approx([-10_000, 6_000, 8_600, 7_920])
    table = cashflows.flow_table(lines, 0.10)
    assert table["flow_total"].iloc[-1] == pytest.approx(cashflows.present_value(lines["flow"], 0.10))


def test_columns_of_draws_give_the_values_of_each_case(programme):
    one = programme()
    added = np.array([0.02, 0.1, 0.3])
    together = one.value(0.10, added=added)
    assert together == pytest.approx([float(one.value(0.10, added=float(x))) for x in added])
    slopes = np.diff(together) / np.diff(added)
    assert slopes[0] == pytest.approx(slopes[1])  # the value is a line in the effect


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: cashflows.present_value([1, 2], -1.0), "(?s)Taux d'actualisation impossible.*0.10 pour 10 %"),
        (lambda: cashflows.present_value([1, 2], float("nan")), "Taux d'actualisation impossible"),
        (lambda: cashflows.present_value([], 0.1), "aucun flux"),
        (lambda: cashflows.rates_of_return([1, float("nan")]), "n'est pas un nombre"),
        (lambda: cashflows.payback([-1, 2], -2), "Taux d'actualisation impossible"),
    ],
)
def test_what_is_refused(call, message):
    with pytest.raises(GrcError, match=message):
        call()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"years": 0}, "au moins un an"),
        ({"members": 0}, "au moins un client"),
        ({"effect": {"effect": 0.0, "low": -0.1, "high": 0.1, "invited": 0.1}}, "n'ajoute aucun client"),
    ],
)
def test_a_programme_that_makes_no_case(programme, changes, message):
    with pytest.raises(GrcError, match=message):
        programme(**changes).lines()
