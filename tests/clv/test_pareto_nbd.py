"""Pareto/NBD against its papers, against lifetimes, and against what must hold."""

import numpy as np
import pandas as pd
import pytest
from lifetimes import ParetoNBDFitter
from scipy.stats import chi2

from grc_helpers.clv.lifetime_value import continuous_rate
from grc_helpers.clv.pareto_nbd import ParetoNbd, mean_inverse

NEW = pd.DataFrame({"frequency": [0], "recency": [0.0], "T": [0.0]})


@pytest.fixture(scope="module")
def model(sample):
    return ParetoNbd().fit(sample)


@pytest.fixture(scope="module")
def model_78(sample_78):
    return ParetoNbd().fit(sample_78)


def test_fader_hardie_lee_2005_table_2(model):
    assert model.params_.tolist() == pytest.approx([0.553, 10.578, 0.606, 11.669], abs=2e-3)
    assert model.log_likelihood_ == pytest.approx(-9595.0, abs=0.05)
    assert model.problems_ == ()


def test_the_likelihood_is_flat_along_beta(model, sample):
    """A known trap: compare likelihoods, not the fourth digit of beta."""
    moved = ParetoNbd().with_params(model.params_ * [1, 1, 1, 1.02])
    assert 0 < (model.score(sample) - moved.score(sample)) * len(sample) < 0.05
    assert model.summary().loc["beta", "standard_error"] > 4
    assert "beta" in model.remarks_[0]


def test_fader_hardie_lee_2005_fit_of_the_histogram(model, sample):
    counts = np.bincount(np.minimum(sample["frequency"], 7))
    ages, customers = np.unique(sample["T"], return_counts=True)
    expected = sum(n * model.pmf(np.arange(7), t=age) for age, n in zip(ages, customers, strict=True))
    expected = np.append(expected, len(sample) - expected.sum())
    statistic = ((counts - expected) ** 2 / expected).sum()
    assert statistic == pytest.approx(11.99, abs=0.02)
    assert chi2.sf(statistic, 3) == pytest.approx(0.007, abs=5e-4)


def test_fader_hardie_lee_2005_section_6_next_39_weeks(model, sample, bought_later):
    from grc_helpers.clv.bg_nbd import BgNbd

    forecast, three = model.predict(sample, t=39), sample["frequency"] == 3
    assert forecast[sample["frequency"] == 0].mean() == pytest.approx(0.14, abs=0.005)
    found = (forecast[three].min(), forecast[three].max(), forecast[three].mean())
    assert found == pytest.approx((0.09, 2.84, 1.71), abs=0.005)
    assert np.corrcoef(forecast, bought_later)[0, 1] == pytest.approx(0.630, abs=5e-4)
    rival = BgNbd().fit(sample).predict(sample, t=39)
    assert np.corrcoef(forecast, rival)[0, 1] == pytest.approx(0.996, abs=5e-4)


def test_btyd_walkthrough(model, sample):
    """Dziurzynski, Wadsworth & McCarthy, walkthrough of the R package BTYD, section 3.3."""
    assert model.expected_purchases(52) == pytest.approx(1.473434, abs=1e-4)
    best = pd.DataFrame({"frequency": [26], "recency": [30 + 6 / 7], "T": [31.0]})
    assert model.predict(best, t=52)[0] == pytest.approx(25.45647, abs=2e-3)
    assert model.p_alive(best)[0] == pytest.approx(0.997874, abs=2e-6)
    paradox = pd.DataFrame({"frequency": [10, 15, 20, 25], "recency": 20.0, "T": 39.0})
    assert model.predict(paradox, t=52).tolist() == pytest.approx(
        [0.7062289, 0.1442396, 0.02250658, 0.00309267], rel=2e-3
    )
    by_count = model.predict(sample, t=39).groupby(sample["frequency"].clip(upper=7)).mean()
    published = [0.138, 0.600, 1.196, 1.714, 2.399, 2.907, 3.819, 6.403]
    assert by_count.tolist() == pytest.approx(published, abs=1.5e-3)


def test_fader_hardie_lee_2005_rfm_and_clv_78_weeks(model_78, sample):
    """*Journal of Marketing Research* 42, p. 422: the 78-week estimates, put back into the 39-week likelihood."""
    assert model_78.params_.tolist() == pytest.approx([0.5629966, 12.5590370, 0.4081095, 10.5148048], rel=5e-4)  # BTYD
    assert model_78.score(sample) * len(sample) == pytest.approx(-9608, abs=0.5)


def test_fader_hardie_lee_2005_rfm_and_clv_increasing_frequency_paradox(model_78):
    """Figure 11, both last seen in week 39: A with 3 repeat purchases, B with 9; and the text on x = 7 and x = 1."""
    customers = pd.DataFrame({"frequency": [3, 9, 7, 1], "recency": [39.0, 39, 35, 30], "T": 77.86})
    dert = model_78.dert(customers, rate=0.0027)
    assert dert[:2].tolist() == pytest.approx([4.6, 1.9], abs=0.05)
    assert dert[2:].round().tolist() == [2, 2]
    assert continuous_rate(0.15, per_year=52) == pytest.approx(0.0027, abs=5e-5)


def test_fader_hardie_2015_handbook_value_of_a_new_customer():
    """*Handbook of Research on Customer Equity in Marketing*, p. 92: DET = 4.8 at 10 % a year."""
    model = ParetoNbd().with_params([0.553, 10.578, 0.606, 11.669])
    assert model.dert(NEW, rate=continuous_rate(0.10, per_year=52))[0] == pytest.approx(4.8, abs=0.05)


def test_equal_lifetimes():
    rng, lowest = np.random.default_rng(11), 0
    for _ in range(60):
        params = np.exp(rng.uniform(-2, 2, 4)) * [1, 10, 1, 10]
        x = rng.integers(0, 30, 40)
        age = rng.uniform(1, 100, 40)
        recency = np.where(x > 0, age * rng.uniform(0.05, 1, 40), 0)
        customers = pd.DataFrame({"frequency": x, "recency": recency, "T": age})
        model, oracle, t = ParetoNbd().with_params(params), ParetoNBDFitter(), rng.uniform(0.1, 60)
        oracle.params_ = pd.Series(params, index=list(model.names))
        likelihood = oracle._conditional_log_likelihood(params, x, recency, age)
        assert model.log_likelihood(customers).to_numpy() == pytest.approx(likelihood, rel=1e-9)
        alive = oracle.conditional_probability_alive(x, recency, age)
        assert model.p_alive(customers).to_numpy() == pytest.approx(alive, rel=1e-7, abs=1e-12)
        forecast = oracle.conditional_expected_number_of_purchases_up_to_time(t, x, recency, age)
        assert model.predict(customers, t=t).to_numpy() == pytest.approx(forecast, rel=1e-7)
        assert model.expected_purchases(t) == pytest.approx(oracle.expected_number_of_purchases_up_to_time(t))
        lowest = min(lowest, np.log(params[1] / params[3]))
    assert lowest < -1  # both orders of alpha and beta were tried


def test_residual_transactions_equal_their_closed_form():
    """Equation (2) of Fader, Hardie & Lee 2005b with scipy's confluent function, where that one is accurate."""
    from scipy.special import hyperu

    for shape in (0.3, 0.606, 1.0, 2.5):
        for offset in (1e-4, 0.03, 0.5, 5.0):
            closed = offset ** (shape - 1) * hyperu(shape, shape, offset)
            assert mean_inverse(shape, offset) == pytest.approx(closed, rel=1e-8)


def test_s_equal_to_one_is_no_special_case():
    customers = pd.DataFrame({"frequency": [0, 4], "recency": [0.0, 20], "T": [30.0, 30]})
    around = [ParetoNbd().with_params([0.5, 10, s, 12]).predict(customers, t=20) for s in (1 - 1e-6, 1.0, 1 + 1e-6)]
    assert around[1].tolist() == pytest.approx(((around[0] + around[2]) / 2).tolist(), rel=1e-9)


def test_the_integral_is_exact_far_from_usual_customers(monkeypatch):
    """Thousands of purchases, one of the scales tiny: the rule in use against one of 400 nodes."""
    from grc_helpers.clv import pareto_nbd

    found = []
    for nodes in (32, 400):
        monkeypatch.setattr(pareto_nbd, "NODES", pareto_nbd.gauss_legendre(nodes)[0])
        monkeypatch.setattr(pareto_nbd, "WEIGHTS", pareto_nbd.gauss_legendre(nodes)[1])
        rng = np.random.default_rng(1)
        sums = []
        for _ in range(100):
            params, age = np.exp(rng.uniform(-4, 5, 4)), np.exp(rng.uniform(-1, 8, 50))
            x = np.where(rng.random(50) < 0.3, 0, np.floor(np.exp(rng.uniform(0, 8, 50))))
            recency = np.where(x > 0, age * rng.uniform(0.001, 1, 50), 0)
            sums.append(pareto_nbd._left(params, x, recency, age)[0])
        found.append(np.array(sums))
    assert np.abs(found[0] - found[1]).max() < 1e-9
