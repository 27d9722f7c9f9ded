"""Value by formula: published figures, identities that hold for any input, and what is refused."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grc_helpers.clv.formulas import (
    annual_rate,
    cash_flows,
    customer_value,
    elasticities,
    margin_multiple,
    period_rate,
    real_rate,
    retention_for_lifetime,
    share_beyond,
)
from grc_helpers.errors import GrcError

RETENTION = st.floats(0, 0.98)
RATE = st.floats(0.01, 0.5)
TIMING = st.sampled_from(["start", "mid", "end"])


def test_gupta_lehmann_2003_table_of_margin_multiples():
    published = [[1.20, 1.15, 1.11, 1.07], [1.75, 1.67, 1.59, 1.52], [2.67, 2.50, 2.35, 2.22], [4.50, 4.09, 3.75, 3.46]]
    retention, rate = np.array([0.6, 0.7, 0.8, 0.9])[:, None], np.array([0.10, 0.12, 0.14, 0.16])
    assert margin_multiple(retention, rate) == pytest.approx(np.array(published), abs=0.005)


def test_berger_nasr_1998_case_1():
    """260 a year from the start, eleven times; marketing 50 in the middle of each of the ten years between."""
    margins = customer_value(260, 0.75, 0.20, horizon=11)
    marketing = customer_value(50, 0.75, 0.20, horizon=10, timing="mid")
    assert margins - marketing == pytest.approx(568.78, abs=0.005)


def test_farris_et_al_marketing_metrics_internet_provider():
    """19.95 a month less 1.50 of variable cost and 6 a year of marketing; 0.5 % leave, 1 % of discount: 1,191 $."""
    assert (19.95 - 1.50 - 6 / 12) * margin_multiple(0.995, 0.01) == pytest.approx(1191, abs=0.5)


def test_gupta_lehmann_stuart_2004_elasticities_of_the_multiple():
    """The multiple's own retention elasticity at 12 %: 2.67 to 6.59, around the 5 that the paper measures; margin 1."""
    assert elasticities(0.70, 0.12)["retention"] == pytest.approx(2.67, abs=0.005)
    assert elasticities(0.95, 0.12)["retention"] == pytest.approx(6.59, abs=0.005)
    assert elasticities(0.80, 0.12)["margin"] == 1


@given(r=st.floats(0.05, 0.95), i=RATE)
def test_elasticities_are_the_slopes_of_the_multiple(r, i):
    h = 1e-6
    found = elasticities(r, i)
    by_retention = np.log(margin_multiple(r * (1 + h), i) / margin_multiple(r * (1 - h), i)) / (2 * h)
    by_rate = np.log(margin_multiple(r, i * (1 + h)) / margin_multiple(r, i * (1 - h))) / (2 * h)
    assert [found["retention"], found["discount_rate"]] == pytest.approx([by_retention, by_rate], rel=1e-4)


@given(r=RETENTION, i=RATE)
def test_the_first_margin_now_or_in_a_period_differs_by_exactly_one_margin(r, i):
    assert customer_value(1, r, i) - margin_multiple(r, i) == pytest.approx(1)


@given(r=RETENTION, i=RATE, n=st.integers(1, 60), g=st.floats(-0.1, 0.1), timing=TIMING)
def test_the_table_sums_to_the_formula(r, i, n, g, timing):
    flows = cash_flows(100, r, i, periods=n, growth=g, timing=timing)
    value = customer_value(100, r, i, horizon=n, growth=g, timing=timing)
    assert flows["cumulative_value"].iloc[-1] == pytest.approx(value)
    assert flows["period"].tolist() == list(range(n))


@given(r=RETENTION, i=RATE, timing=TIMING)
def test_a_long_horizon_reaches_the_infinite_value_from_below(r, i, timing):
    infinite = customer_value(1, r, i, timing=timing)
    assert customer_value(1, r, i, horizon=3, timing=timing) <= infinite * (1 + 1e-12)
    assert customer_value(1, r, i, horizon=5000, timing=timing) == pytest.approx(infinite)


@given(r=st.floats(0.5, 0.98), i=RATE, n=st.integers(0, 30))
def test_what_lies_beyond_is_what_the_horizon_leaves(r, i, n):
    infinite = customer_value(1, r, i)
    within = customer_value(1, r, i, horizon=n) if n else 0
    assert share_beyond(n, r, i) == pytest.approx(1 - within / infinite)


def test_no_horizon_matters_when_margins_neither_shrink_nor_grow():
    assert customer_value(10, 1.0, 0.05, horizon=7, growth=0.05) == pytest.approx(70)


@given(i=RATE, n=st.sampled_from([2, 4, 12, 52]))
def test_a_discount_rate_has_a_period(i, n):
    """n short periods discount exactly as one year; a rate divided by n does not."""
    assert annual_rate(period_rate(i, n), n) == pytest.approx(i)
    assert (1 + period_rate(i, n)) ** -n == pytest.approx((1 + i) ** -1)
    assert period_rate(i, n) < i / n


def test_monthly_and_annual_values_agree_on_the_same_margins():
    """A margin received each January is worth the same, whether the calendar is cut into years or months."""
    r, i = 0.8, 0.10
    annual = cash_flows(60, r, i, periods=10)
    monthly = cash_flows(60, r ** (1 / 12), period_rate(i, 12), periods=120)
    assert monthly["present_value"].iloc[::12].sum() == pytest.approx(annual["present_value"].sum())


def test_real_rate_of_fisher():
    assert real_rate(0.10, 0.10) == 0
    assert real_rate(0.10, 0.02) == pytest.approx(0.0784314)


@given(r=RETENTION, nominal=st.floats(0.02, 0.3), inflation=st.floats(0, 0.05))
def test_nominal_margins_at_the_nominal_rate_equal_constant_ones_at_the_real_rate(r, nominal, inflation):
    value = customer_value(100, r, nominal, horizon=40, growth=inflation)
    assert value == pytest.approx(customer_value(100, r, real_rate(nominal, inflation), horizon=40))


def test_fifteen_years_of_mean_lifetime():
    r = retention_for_lifetime(15)
    assert r == pytest.approx(0.9333, abs=5e-5)
    assert cash_flows(1, r, 0.0, periods=2000)["survival"].sum() == pytest.approx(15)
    assert share_beyond(10, r, 0.10) == pytest.approx(0.19, abs=0.005)
    assert share_beyond(10, r, 0.05) == pytest.approx(0.31, abs=0.005)


def test_arrays_broadcast():
    surface = customer_value(1, np.array([[0.5], [0.9]]), np.array([0.05, 0.10, 0.15]))
    assert surface.shape == (2, 3)
    assert surface[1, 2] == pytest.approx(customer_value(1, 0.9, 0.15))


def test_a_retention_for_each_step():
    flows = cash_flows(10, [0.5, 0.8], 0.0, periods=3)
    assert flows["survival"].tolist() == pytest.approx([1, 0.5, 0.4])
    assert flows["cumulative_value"].iloc[-1] == pytest.approx(19)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: customer_value(1, 80, 0.1), "« rétention » : 80"),
        (lambda: customer_value(1, 0.8, -1), "« taux d'actualisation » : -1"),
        (lambda: customer_value(1, 0.8, float("nan")), "« taux d'actualisation » : nan"),
        (lambda: customer_value(1, 1.0, 0.0), "(?s)somme est infinie.*fixez un horizon"),
        (lambda: margin_multiple(0.95, 0.02, growth=0.10), "somme est infinie"),
        (lambda: customer_value(1, 0.8, 0.1, horizon=0), "Horizon impossible : 0"),
        (lambda: cash_flows(1, 0.8, 0.1, periods=0), "Horizon impossible : 0"),
        (lambda: customer_value(1, 0.8, 0.1, timing="fin"), "(?s)Échéance inconnue.*start, mid, end"),
        (lambda: cash_flows(1, [0.8], 0.1, periods=3), "(?s)1 taux de rétention pour 3 périodes.*donnez-en 2"),
        (lambda: retention_for_lifetime(0.5), "Durée de vie impossible"),
    ],
)
def test_what_is_refused(call, message):
    with pytest.raises(GrcError, match=message):
        call()
