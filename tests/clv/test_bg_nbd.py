"""BG/NBD and MBG/NBD against their papers, against lifetimes, and against what must hold."""

import numpy as np
import pandas as pd
import pytest
from lifetimes import BetaGeoFitter, ModifiedBetaGeoFitter
from scipy.stats import chi2

from grc_helpers.clv.bg_nbd import BgNbd, MbgNbd, purchases_before_leaving

CUSTOMER_1 = pd.DataFrame({"frequency": [2], "recency": [30.43], "T": [38.86]})


@pytest.fixture(scope="module")
def model(sample):
    return BgNbd().fit(sample)


def test_fader_hardie_lee_2005_table_2(model):
    assert model.params_.tolist() == pytest.approx([0.243, 4.414, 0.793, 2.426], abs=6e-4)
    assert model.log_likelihood_ == pytest.approx(-9582.4, abs=0.05)
    assert model.problems_ == () and model.n_customers_ == 2357


def test_fader_hardie_lee_2005_figure_1_each_customer(sample):
    days = sample.assign(recency=np.rint(7 * sample["recency"]) / 7, T=np.rint(7 * sample["T"]) / 7)  # .01 week undone
    ours = BgNbd().fit(days).log_likelihood(days)
    published = {0: -9.4596, 1: -4.4711, 2: -0.5538, 5: -21.8644, 6: -4.8651, 8: -9.5367, 2354: -0.4761, 2355: -14.1284}
    assert ours[list(published)].tolist() == pytest.approx(list(published.values()), abs=1e-4)


def test_fader_hardie_lee_2005_spreadsheet_starting_value(sample):
    at_one = BgNbd().with_params([1, 1, 1, 1])
    assert at_one.score(sample) * len(sample) == pytest.approx(-13887.7, abs=0.1)


def test_fader_hardie_lee_2005_fit_of_the_histogram(model, sample):
    counts = np.bincount(np.minimum(sample["frequency"], 7))
    ages, customers = np.unique(sample["T"], return_counts=True)
    expected = sum(n * model.pmf(np.arange(7), t=age) for age, n in zip(ages, customers, strict=True))
    expected = np.append(expected, len(sample) - expected.sum())
    statistic = ((counts - expected) ** 2 / expected).sum()
    assert statistic == pytest.approx(4.82, abs=0.02)
    assert chi2.sf(statistic, 3) == pytest.approx(0.19, abs=0.005)


def test_fader_hardie_lee_2005_conditional_expectation_of_customer_1(model):
    assert model.predict(CUSTOMER_1, t=39)[0] == pytest.approx(1.226, abs=5e-4)


def test_fader_hardie_lee_2005_section_6_next_39_weeks(model, sample, bought_later):
    forecast = model.predict(sample, t=39)
    never, three = sample["frequency"] == 0, sample["frequency"] == 3
    assert (never.sum(), bought_later[never].sum()) == (1411, 334)
    assert forecast[never].mean() == pytest.approx(0.23, abs=0.006)
    assert (three.sum(), bought_later[three].mean()) == (100, 1.56)
    assert forecast[three].mean() == pytest.approx(1.52, abs=0.005)
    assert forecast[three].min() == pytest.approx(0.04, abs=0.005)
    assert forecast[three].max() == pytest.approx(2.57, abs=0.015)  # 2.556 here: the dates are rounded
    assert np.corrcoef(forecast, bought_later)[0, 1] == pytest.approx(0.626, abs=5e-4)


def test_fader_hardie_lee_2005_tracks_sales_within_4_percent(model, sample, bought_later):
    ages, customers = np.unique(sample["T"], return_counts=True)
    total = customers @ model.expected_purchases(39 + ages)
    actual = sample["frequency"].sum() + bought_later.sum()
    assert total / actual - 1 == pytest.approx(-0.04, abs=0.005)


def test_fader_hardie_lee_2005_spreadsheet_expectations(model):
    """Sheet E[X(t)] of bgnbd.xls, as quoted in the tests of lifetimes."""
    weeks = [1 / 7, 1, 3, 223 / 7, 32, 78]
    assert model.expected_purchases(weeks) == pytest.approx([0.0078, 0.0532, 0.1506, 1.0405, 1.0437, 1.8576], abs=5e-4)


def test_btyd_walkthrough(model, sample):
    """Dziurzynski, Wadsworth & McCarthy, walkthrough of the R package BTYD, section 4.3 (fractional weeks)."""
    assert model.expected_purchases(52) == pytest.approx(1.444004, abs=1e-4)
    best = pd.DataFrame({"frequency": [26], "recency": [30 + 6 / 7], "T": [31.0]})
    assert model.predict(best, t=52)[0] == pytest.approx(25.75659, abs=2e-3)
    assert model.p_alive(best)[0] == pytest.approx(0.9688523, abs=1e-5)
    paradox = pd.DataFrame({"frequency": [10, 15, 20, 25], "recency": 20.0, "T": 39.0})
    published = [0.3474606, 0.04283391, 0.004158973, 0.0003583685]
    assert model.predict(paradox, t=52).tolist() == pytest.approx(published, rel=1e-3)
    by_count = model.predict(sample, t=39).groupby(sample["frequency"].clip(upper=7)).mean()
    published = [0.2250893, 0.5231364, 1.044126, 1.520256, 2.163824, 2.653789, 3.503957, 6.157036]
    assert by_count.tolist() == pytest.approx(published, abs=5e-4)


def test_btyd_manual_probabilities():
    """R package BTYD, manual of bgnbd.pmf: 10 purchases in (0, 2], none in (0, 39], 11 to 20 in (0, 30]."""
    model = BgNbd().with_params([0.243, 4.414, 0.793, 2.426])
    assert model.pmf(10, t=2) == pytest.approx(1.07869e-07, rel=1e-5)
    assert model.pmf(0, t=39) == pytest.approx(0.5737864, abs=1e-7)
    published = [
        *(0.0019995214, 0.0015170236, 0.0011633150, 0.0009003148, 0.0007023638),
        *(0.0005517902, 0.0004361913, 0.0003467171, 0.0002769613, 0.0002222260),
    ]
    assert model.pmf(np.arange(11, 21), t=30) == pytest.approx(published, rel=1e-6)


def test_btydplus_mbg_nbd(sample):
    """Platzer, R package BTYDplus: estimates of the MBG/NBD on the same sample, quoted in the tests of lifetimes."""
    model = MbgNbd().fit(sample)
    assert model.params_.tolist() == pytest.approx([0.525, 6.183, 0.891, 1.614], abs=1e-3)
    assert (model.p_alive(sample[sample["frequency"] == 0]) < 1).all()


def test_full_cdnow_and_lifetimes_agree(everyone):
    """Reference: lifetimes 0.11.3 on the 23 570 customers, 78 weeks."""
    model = BgNbd().fit(everyone)
    assert model.params_.tolist() == pytest.approx([0.26713, 5.98649, 0.48352, 2.11161], abs=1e-5)
    assert model.log_likelihood_ == pytest.approx(-173425.916, abs=1e-3)


def test_collapsing_purchases_to_days_matters(everyone):
    """A known trap: counting lines instead of days moves alpha by 10 % here."""
    from grc_helpers.data.loading import load

    lines = load("cdnow").table.to_pandas().groupby("customer_id").size()
    by_line = everyone.assign(frequency=everyone["customer_id"].map(lines) - 1)
    by_line = by_line[(by_line["frequency"] > 0) == (by_line["recency"] > 0)]  # two lines on the first day: refused
    by_day = BgNbd().fit(everyone)
    change = BgNbd().fit(by_line).params_["alpha"] / by_day.params_["alpha"] - 1
    assert 0.05 < abs(change) < 0.15


@pytest.mark.parametrize(("ours", "theirs"), [(BgNbd, BetaGeoFitter), (MbgNbd, ModifiedBetaGeoFitter)])
def test_predictions_equal_lifetimes(ours, theirs):
    rng = np.random.default_rng(7)
    for _ in range(60):
        params = np.exp(rng.uniform(-2, 2, 4)) * [1, 10, 1, 1]
        x = rng.integers(0, 30, 40)
        age = rng.uniform(1, 100, 40)
        recency = np.where(x > 0, age * rng.uniform(0.05, 1, 40), 0)
        customers = pd.DataFrame({"frequency": x, "recency": recency, "T": age})
        model, oracle = ours().with_params(params), theirs()
        oracle.params_ = pd.Series(params, index=["r", "alpha", "a", "b"])
        t = rng.uniform(0.1, 60)
        with np.errstate(invalid="ignore"):  # lifetimes has no value where a + b < 1 and x = 0
            forecast = oracle.conditional_expected_number_of_purchases_up_to_time(t, x, recency, age)
        known = np.isfinite(forecast)
        assert known.mean() > 0.8
        assert model.predict(customers, t=t).to_numpy()[known] == pytest.approx(forecast[known], rel=1e-7)
        alive = oracle.conditional_probability_alive(x, recency, age)
        assert model.p_alive(customers).to_numpy() == pytest.approx(alive, rel=1e-9, abs=1e-12)
        assert model.expected_purchases(t) == pytest.approx(oracle.expected_number_of_purchases_up_to_time(t), rel=1e-7)
        for n in (0, 1, 5):
            if n or ours is BgNbd:  # lifetimes leaves out those who left at once from P(X = 0) of MBG/NBD
                assert model.pmf(n, t=t) == pytest.approx(oracle.probability_of_n_purchases_up_to_time(t, n), rel=1e-7)


@pytest.mark.parametrize("a", [1 - 1e-9, 1.0, 1 + 1e-9, 2.0])
@pytest.mark.parametrize("b", [0.5, 1.0, 3.0])
def test_expectation_has_no_singularity(a, b):
    """E[(1 - exp(-λpt)) / p] summed over p by brute force, where the closed form divides by zero."""
    from scipy.integrate import quad
    from scipy.stats import beta

    shape, scale, t = 2.0, 5.0, 12.0

    def integrand(p):
        return (1 - (scale / (scale + p * t)) ** shape) / p * beta.pdf(p, a, b)

    brute = quad(integrand, 0, 0.5, limit=200)[0] + quad(integrand, 0.5, 1, limit=200)[0]
    assert purchases_before_leaving(t, shape, scale, a, b) == pytest.approx(brute, rel=1e-6)
