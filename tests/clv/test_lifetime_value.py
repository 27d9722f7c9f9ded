"""Value of each customer: lifetimes' definition, the exact one, and what must hold."""

import numpy as np
import pandas as pd
import pytest
from lifetimes import BetaGeoFitter, GammaGammaFitter
from lifetimes.utils import _customer_lifetime_value

from grc_helpers.clv import BgNbd, GammaGamma, MbgNbd, Nbd, ParetoNbd
from grc_helpers.clv.formulas import period_rate
from grc_helpers.clv.lifetime_value import continuous_rate, residual_value, value_by_months
from grc_helpers.errors import GrcError

CUSTOMERS = pd.DataFrame(
    {"frequency": [0, 1, 8, 3000], "recency": [0.0, 12, 37, 38], "T": 39.0, "monetary_value": [0.0, 20, 35, 12]}
)
FLOWS = [
    BgNbd().with_params([0.243, 4.414, 0.793, 2.426]),
    BgNbd().with_params([0.8, 6, 1.0, 4]),
    MbgNbd().with_params([0.525, 6.183, 0.891, 1.614]),
    ParetoNbd().with_params([0.553, 10.578, 0.606, 11.669]),
    ParetoNbd().with_params([2, 3, 1.0, 30]),
]
SPEND = GammaGamma().with_params([6.25, 3.74, 15.44])


@pytest.mark.parametrize(("unit", "freq"), [("day", "D"), ("week", "W"), ("month", "M")])
def test_value_by_months_is_that_of_lifetimes(sample, unit, freq):
    bg, gg = BgNbd().fit(sample), GammaGamma().fit(sample)
    flow, money = BetaGeoFitter(), GammaGammaFitter()
    flow.params_ = bg.params_
    flow.predict = flow.conditional_expected_number_of_purchases_up_to_time
    money.params_ = pd.Series(gg.params_.to_numpy(), index=["p", "q", "v"])
    history = [sample[name] for name in ("frequency", "recency", "T")]
    spend = money.conditional_expected_average_profit(sample["frequency"], sample["monetary_value"])
    theirs = _customer_lifetime_value(flow, *history, spend, time=12, discount_rate=0.01, freq=freq)
    ours = value_by_months(bg, gg, sample, months=12, monthly_rate=0.01, unit=unit)
    assert ours.to_numpy() == pytest.approx(theirs.to_numpy(), rel=1e-9)


@pytest.mark.parametrize("model", FLOWS, ids=repr)
def test_discounted_purchases_are_the_limit_of_ever_shorter_steps(model):
    rate, horizon, n = 0.01, 60.0, 3000
    steps = model.discounted_steps(CUSTOMERS, length=horizon / n, n=n, rate=np.expm1(rate * horizon / n))
    exact = model.discounted_purchases(CUSTOMERS, rate=rate, horizon=horizon)
    middle = steps * np.exp(rate * horizon / n / 2)  # a step's purchases counted at its middle
    assert exact.tolist() == pytest.approx(middle.tolist(), rel=1e-7)


@pytest.mark.parametrize("model", FLOWS, ids=repr)
def test_all_the_future_is_the_limit_of_far_horizons(model):
    for rate in (0.0027, 0.05):
        far = model.discounted_purchases(CUSTOMERS, rate=rate, horizon=40 / rate)
        assert model.dert(CUSTOMERS, rate=rate).tolist() == pytest.approx(far.tolist(), rel=1e-7)
    without = model.discounted_purchases(CUSTOMERS, rate=0, horizon=52)
    assert without.tolist() == pytest.approx(model.predict(CUSTOMERS, t=52).tolist())


def test_nbd_residual_transactions_have_a_closed_form():
    """Nobody leaves: DERT is the posterior rate over the discount rate."""
    model = Nbd().with_params([0.385, 12.072])
    rate = (0.385 + CUSTOMERS["frequency"]) / (12.072 + 39)
    assert model.dert(CUSTOMERS, rate=0.0027).tolist() == pytest.approx((rate / 0.0027).tolist(), rel=1e-7)


def test_annual_monthly_and_weekly_rates_agree():
    """A known trap: a discount rate has a period."""
    monthly = period_rate(0.10, 12)
    for years in (1, 7):
        factors = [
            1.10**-years,
            (1 + monthly) ** (-12 * years),
            np.exp(-continuous_rate(0.10, per_year=12) * 12 * years),
            np.exp(-continuous_rate(0.10, per_year=52) * 52 * years),
        ]
        assert factors == pytest.approx([factors[0]] * 4)


def test_weeks_and_days_give_one_value():
    weeks, days = FLOWS[3], ParetoNbd().with_params([0.553, 7 * 10.578, 0.606, 7 * 11.669])
    in_days = CUSTOMERS.assign(recency=7 * CUSTOMERS["recency"], T=7 * CUSTOMERS["T"])
    one = residual_value(weeks, SPEND, CUSTOMERS, annual_rate=0.15, unit="week", margin=0.3)
    other = residual_value(days, SPEND, in_days, annual_rate=0.15, unit="day", margin=0.3)
    assert one.tolist() == pytest.approx(other.tolist())


def test_fader_hardie_lee_2005_rfm_and_clv_customers_without_repeat(everyone, sample_78):
    """*JMR* 42, p. 426: 12 054 customers of 4.40 $ each, 53 000 $ in all, almost 5 % of the cohort's value."""
    paid = sample_78[(sample_78["frequency"] == 0) | (sample_78["monetary_value"] > 0)]
    flow, spend = ParetoNbd().fit(sample_78), GammaGamma().fit(paid)
    once = everyone["frequency"] == 0
    known = everyone[once | (everyone["monetary_value"] > 0)]
    value = 0.3 * flow.dert(known, rate=0.0027) * spend.predict(known)
    assert once.sum() == 12054
    assert value[once].mean() == pytest.approx(4.40, abs=0.02)
    assert value[once].sum() == pytest.approx(53_000, abs=500)
    assert 0.045 < value[once].sum() / value.sum() < 0.05


def test_value_refuses_what_it_cannot_mean():
    with pytest.raises(GrcError, match="choisissez parmi : day, week, month"):
        value_by_months(FLOWS[0], SPEND, CUSTOMERS, unit="quarter")
    with pytest.raises(GrcError, match="un taux d'actualisation positif est nécessaire"):
        residual_value(FLOWS[0], SPEND, CUSTOMERS, annual_rate=0)
    with pytest.raises(GrcError, match="taux d'actualisation"):
        continuous_rate(-1.5, per_year=12)
    with pytest.raises(GrcError, match="doit être un nombre positif"):
        FLOWS[0].predict(CUSTOMERS, t=-1)
