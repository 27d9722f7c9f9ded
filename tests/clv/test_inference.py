"""Intervals: against lifetimes' information, against draws, and against one another."""

import numpy as np
import pandas as pd
import pytest
from lifetimes import BetaGeoBetaBinomFitter, BetaGeoFitter, GammaGammaFitter, ModifiedBetaGeoFitter

from grc_helpers.clv import BgBb, BgNbd, GammaGamma, MbgNbd
from grc_helpers.clv.inference import bootstrap, interval
from grc_helpers.clv.lifetime_value import value_by_months
from grc_helpers.data.loading import read_table
from grc_helpers.errors import GrcError


@pytest.fixture(scope="module")
def fits(sample):
    return BgNbd().fit(sample), GammaGamma().fit(sample)


@pytest.mark.parametrize(("ours", "theirs"), [(BgNbd, BetaGeoFitter), (MbgNbd, ModifiedBetaGeoFitter)])
def test_standard_errors_are_those_of_lifetimes(sample, ours, theirs):
    """lifetimes differentiates the likelihood twice by machine; here the analytic gradient is differenced."""
    oracle = theirs().fit(sample["frequency"], sample["recency"], sample["T"])
    errors = ours().fit(sample).summary()["standard_error"]
    assert errors.tolist() == pytest.approx(oracle.standard_errors_.tolist(), rel=1e-3)


def test_standard_errors_of_the_other_models_are_those_of_lifetimes(sample):
    buyers, donations = sample[sample["frequency"] > 0], read_table("donations").rename(columns={"periods": "T"})
    spend = GammaGammaFitter().fit(buyers["frequency"], buyers["monetary_value"])
    assert GammaGamma().fit(sample).summary()["standard_error"].tolist() == pytest.approx(
        spend.standard_errors_.tolist(), rel=1e-3
    )
    history = [donations[name] for name in ("frequency", "recency", "T", "weights")]
    giving = BetaGeoBetaBinomFitter().fit(*history)
    errors = BgBb().fit(donations, sample_weight=donations["weights"]).summary()["standard_error"]
    assert errors.tolist() == pytest.approx(giving.standard_errors_.tolist(), rel=1e-3)


def test_interval_of_a_parameter_is_that_of_the_summary(fits):
    bg, _ = fits
    found = interval(lambda model: model.params_, bg, scale="log")
    assert np.allclose(found, bg.summary(), rtol=1e-6)
    wide, narrow = bg.summary(level=0.99), bg.summary(level=0.5)
    assert (wide["low"] < narrow["low"]).all() and (wide["high"] > narrow["high"]).all()


def test_delta_method_is_what_draws_of_the_parameters_give(fits):
    bg, _ = fits
    found = interval(lambda model: model.expected_purchases([4.0, 52.0]), bg)
    rng = np.random.default_rng(1)
    draws = rng.multivariate_normal(np.log(bg.params_), bg.log_covariance_, 1500)
    drawn = np.array([bg.with_params(np.exp(one)).expected_purchases([4.0, 52.0]) for one in draws])
    assert found["standard_error"].tolist() == pytest.approx(drawn.std(axis=0).tolist(), rel=0.1)
    assert found["low"].tolist() == pytest.approx(np.quantile(drawn, 0.025, axis=0).tolist(), rel=0.03)


def test_intervals_of_probabilities_are_probabilities(fits):
    bg, _ = fits
    customers = pd.DataFrame({"frequency": [0, 1, 26], "recency": [0.0, 1.7, 30.86], "T": [38.86, 38.86, 31]})
    found = interval(lambda model: model.p_alive(customers), bg, scale="logit")
    assert (found["low"] > 0).all() and (found["high"] <= 1).all()
    assert found.loc[0].tolist() == [1, 0, 1, 1]  # certain, whatever the parameters
    assert (found["low"] <= found["estimate"]).all() and (found["estimate"] <= found["high"]).all()


def test_two_models_add_their_uncertainty(fits, sample):
    bg, gg = fits
    customers = sample.head(8)
    both = interval(lambda flow, spend: value_by_months(flow, spend, customers, unit="week"), bg, gg)
    flow = interval(lambda model: value_by_months(model, gg, customers, unit="week"), bg)
    spend = interval(lambda model: value_by_months(bg, model, customers, unit="week"), gg)
    added = np.hypot(flow["standard_error"], spend["standard_error"])
    assert both["standard_error"].tolist() == pytest.approx(added.tolist(), rel=1e-6)
    assert list(both.index) == list(customers.index)


def test_bootstrap_agrees_with_the_information_where_both_hold(fits, sample):
    bg, gg = fits
    replicates = bootstrap([bg, gg], sample, n_boot=60, seed=3)

    def mean_value(flow, spend):
        return value_by_months(flow, spend, sample, unit="week").mean()

    drawn, delta = interval(mean_value, bg, gg, replicates=replicates), interval(mean_value, bg, gg)
    assert drawn["standard_error"][0] == pytest.approx(delta["standard_error"][0], rel=0.6)
    assert drawn["low"][0] < delta["estimate"][0] < drawn["high"][0]
    rate = interval(lambda flow, _: flow.params_["r"], bg, gg, replicates=replicates)
    assert rate["standard_error"][0] == pytest.approx(bg.summary().loc["r", "standard_error"], rel=0.4)


def test_bootstrap_is_reproducible_and_knows_weights(sample):
    small = sample.head(300)
    weight = np.tile([1.0, 2.0, 0.0], 100)
    one, same, other = (bootstrap(BgNbd(), small, n_boot=2, seed=s, sample_weight=weight) for s in (1, 1, 2))
    assert [m.params_["r"] for (m,) in one] == [m.params_["r"] for (m,) in same]
    assert [m.params_["r"] for (m,) in one] != [m.params_["r"] for (m,) in other]
    assert one[0][0].n_customers_ == 300


def test_what_has_no_error_is_refused(sample):
    given = BgNbd().with_params([0.243, 4.414, 0.793, 2.426])
    with pytest.raises(GrcError, match="ont été donnés, non estimés"):
        interval(lambda model: model.predict(sample, t=39), given)
    with pytest.raises(GrcError, match="choisissez parmi : identity, log, logit"):
        interval(lambda model: model.predict(sample, t=39), given, scale="probit")
