"""Gamma-gamma against its papers, against lifetimes, and against what must hold."""

import numpy as np
import pandas as pd
import pytest
from lifetimes import GammaGammaFitter

from grc_helpers.clv.gamma_gamma import GammaGamma
from grc_helpers.errors import GrcError


@pytest.fixture(scope="module")
def model(sample):
    return GammaGamma().fit(sample)


def test_fader_hardie_2013_note_25_estimates(model):
    assert model.params_.tolist() == pytest.approx([6.25, 3.74, 15.44], abs=0.01)
    assert (model.n_customers_, model.n_set_aside_) == (946, 1411)


def test_fader_hardie_2013_note_25_spreadsheet(sample):
    """Conditional expectations of the first ten customers, as quoted (to .1) in the tests of lifetimes."""
    published = [24.65, 18.91, 35.17, 35.17, 35.17, 71.46, 18.91, 35.17, 27.28, 35.17]
    found = GammaGamma().with_params([6.25, 3.74, 15.44]).predict(sample.head(10))
    assert found.tolist() == pytest.approx(published, abs=0.06)


def test_fader_hardie_lee_2005_rfm_and_clv(model, sample, sample_78):
    """*JMR* 42, p. 419-423: means nine cents apart; -4 659, and -4 661 with those of 78 weeks; 36 $ a purchase."""
    buyers = sample[sample["frequency"] > 0]
    assert model.mean_spend() - buyers["monetary_value"].mean() == pytest.approx(0.09, abs=0.005)
    of_total_spend = np.log(buyers["frequency"]).sum()  # the paper's density is that of the total, not of the mean
    assert model.log_likelihood_ - of_total_spend == pytest.approx(-4659, abs=0.5)
    paid = sample_78[(sample_78["frequency"] == 0) | (sample_78["monetary_value"] > 0)]
    model_78 = GammaGamma().fit(paid)
    assert model_78.score(buyers) * len(buyers) - of_total_spend == pytest.approx(-4661, abs=0.5)
    assert model_78.mean_spend() == pytest.approx(36, abs=0.5)


def test_fader_hardie_lee_2005_independence_of_spend_and_frequency(model):
    """*JMR* 42, p. 419: correlation .11, and .06 without the customer of 21 purchases of 300 $."""
    assert model.independence_["pearson"] == pytest.approx(0.11, abs=0.005)
    assert model.independence_["without_extreme"] == pytest.approx(0.06, abs=0.005)
    assert model.independence_["low"] < 0.11 < model.independence_["high"]


def test_correlations_are_those_of_pandas(model, sample):
    buyers = sample.loc[sample["frequency"] > 0, ["frequency", "monetary_value"]]
    for method in ("pearson", "spearman"):
        assert model.independence_[method] == pytest.approx(buyers.corr(method).iloc[0, 1])
    assert model.independence_["without_extreme"] == pytest.approx(
        buyers.drop(index=buyers["monetary_value"].idxmax()).corr().iloc[0, 1]
    )


def test_equal_lifetimes(sample):
    buyers = sample[sample["frequency"] > 0]
    rng = np.random.default_rng(5)
    for _ in range(30):
        params = np.exp(rng.uniform(0.1, 2, 3)) * [1, 1, 10]
        model, oracle = GammaGamma().with_params(params), GammaGammaFitter()
        oracle.params_ = pd.Series(params, index=["p", "q", "v"])
        expected = oracle.conditional_expected_average_profit(buyers["frequency"], buyers["monetary_value"])
        assert model.predict(buyers).to_numpy() == pytest.approx(expected.to_numpy())
        loss = oracle._negative_log_likelihood(
            np.log(params), buyers["frequency"], buyers["monetary_value"], np.ones(len(buyers)), 0
        )
        assert model.score(buyers) == pytest.approx(-loss)
        assert model.log_likelihood(buyers).mean() == pytest.approx(-loss)


def test_expectation_lies_between_the_customer_and_everyone(model, sample):
    expected = model.predict(sample)
    own, all_ = sample["monetary_value"].where(sample["frequency"] > 0, model.mean_spend()), model.mean_spend()
    assert (expected >= np.minimum(own, all_) - 1e-9).all() and (expected <= np.maximum(own, all_) + 1e-9).all()
    assert (expected[sample["frequency"] == 0] == all_).all()


def test_density_integrates_to_one(model):
    from scipy.integrate import quad

    assert quad(lambda m: model.density(m, x=3), 0, np.inf)[0] == pytest.approx(1, abs=1e-6)


def test_days_without_spend_are_counted_and_refused(sample):
    """A known trap: repeat days whose mean amount is not positive."""
    wrong = sample.copy()
    wrong.loc[[0, 5], "monetary_value"] = 0.0
    with pytest.raises(GrcError, match=r"dépense moyenne nulle[\s\S]*2 ligne\(s\) ; premières : 0, 5"):
        GammaGamma().fit(wrong)


def test_nobody_who_bought_again_is_refused(sample):
    with pytest.raises(GrcError, match="Aucun client n'a racheté"):
        GammaGamma().fit(sample[sample["frequency"] == 0])


def test_dependent_spend_is_remarked():
    rng = np.random.default_rng(2)
    x = rng.integers(1, 20, 3000)
    spend = rng.gamma(6, x, 3000) * rng.gamma(4, 1, 3000)
    model = GammaGamma().fit(pd.DataFrame({"frequency": x, "monetary_value": spend}))
    assert model.problems_ == () and "sont corrélées" in model.remarks_[0]


def test_infinite_mean_is_refused():
    rng = np.random.default_rng(4)
    x = rng.integers(1, 10, 2000)
    spend = rng.gamma(2 * x) / rng.gamma(0.7, 1, 2000) / x  # q = 0.7
    customers = pd.DataFrame({"frequency": x, "monetary_value": spend})
    with pytest.warns(UserWarning, match="n'est pas finie"):
        model = GammaGamma().fit(customers)
    with pytest.raises(GrcError, match="ne permet pas de prédire"):
        model.predict(customers)
    with pytest.raises(GrcError, match="pas de dépense moyenne finie"):
        model.set_params(force=True).predict(customers)
