"""BG/BB against its papers, against lifetimes, and against what must hold."""

from math import comb

import numpy as np
import pandas as pd
import pytest
from lifetimes import BetaGeoBetaBinomFitter

from grc_helpers.clv.bg_bb import BgBb
from grc_helpers.clv.model import FitWarning
from grc_helpers.data.loading import read_table
from grc_helpers.errors import GrcError

# Berger, Weinberg & Hanna (2003), repeat cruises, as tabulated by Fader & Hardie's workshop: x, t_x, customers; n = 4.
CRUISES = [
    *((4, 4, 18), (3, 4, 66), (2, 4, 98), (1, 4, 216), (3, 3, 34), (2, 3, 180)),
    *((1, 3, 292), (2, 2, 64), (1, 2, 342), (1, 1, 302), (0, 0, 4482)),
]


@pytest.fixture(scope="module")
def donations():
    return read_table("donations").rename(columns={"periods": "T"})


@pytest.fixture(scope="module")
def model(donations):
    return BgBb().fit(donations, sample_weight=donations["weights"])


@pytest.fixture(scope="module")
def cruises():
    return pd.DataFrame(CRUISES, columns=["frequency", "recency", "customers"]).assign(T=4)


def test_fader_hardie_shang_2010_estimates(model):
    assert model.params_.tolist() == pytest.approx([1.204, 0.750, 0.657, 2.783], abs=6e-4)
    assert model.log_likelihood_ == pytest.approx(-33225.6, abs=0.05)
    assert model.n_customers_ == 11104


def test_fader_hardie_shang_2010_table_6_alive_in_2002(model):
    customers = pd.DataFrame({"frequency": [0, 2, 6], "recency": [0, 4, 6], "T": 6})
    assert model.p_alive(customers).tolist() == pytest.approx([0.11, 0.59, 0.93], abs=0.005)


def test_fader_hardie_note_10_spreadsheet(model, donations):
    """Sheets "In-Sample Fit" and "Conditional Expectations (II)", as quoted in the tests of lifetimes."""
    assert 11104 * model.pmf([0, 6], t=6) == pytest.approx([3454.9, 1253.1], abs=0.1)
    assert (model.predict(donations, t=5) * donations["weights"]).sum() == pytest.approx(12884.2, abs=0.5)


def test_btyd_walkthrough(model, donations):
    """Dziurzynski, Wadsworth & McCarthy, walkthrough of the R package BTYD, section 5."""
    assert model.expected_purchases(10) == pytest.approx(3.179805, abs=1e-4)
    customers = pd.DataFrame({"frequency": [0, 4], "recency": [0, 5], "T": 6})
    assert model.predict(customers, t=10).tolist() == pytest.approx([0.1302169, 3.627858], rel=1e-4)
    forecast = model.predict(donations, t=5) * donations["weights"]
    by_count = (
        forecast.groupby(donations["frequency"]).sum() / donations["weights"].groupby(donations["frequency"]).sum()
    )
    published = [0.07286318, 0.3248841, 0.7089417, 1.333666, 2.031203, 2.784482, 3.752500]
    assert by_count.tolist() == pytest.approx(published, rel=2e-4)
    by_last = forecast.groupby(donations["recency"]).sum() / donations["weights"].groupby(donations["recency"]).sum()
    published = [0.07286318, 0.0856939, 0.1798423, 0.4041111, 0.8510811, 1.726323, 3.027190]
    assert by_last.tolist() == pytest.approx(published, rel=2e-4)
    yearly = 11104 * np.diff(model.expected_purchases(np.arange(12)))
    published = [5535.833, 4717.059, 4147.621, 3724.665, 3395.888, 3131.647]
    published += [2913.778, 2730.482, 2573.731, 2437.854, 2318.727]
    assert yearly == pytest.approx(published, abs=0.1)


def test_fader_hardie_workshop_cruises(cruises):
    """Customer-base analysis workshop, day 2, p. 114-125: alive in 1998, mean of p, 1998-2001, DERT at 10 %."""
    model = BgBb().with_params([0.66, 5.19, 173.76, 1882.93])
    alive = [0.92, 0.92, 0.92, 0.92, 0.79, 0.81, 0.82, 0.68, 0.72, 0.61, 0.60]
    buying = [0.47, 0.37, 0.27, 0.17, 0.38, 0.27, 0.17, 0.28, 0.18, 0.19, 0.08]
    bought = [1.52, 1.20, 0.87, 0.54, 1.03, 0.77, 0.49, 0.64, 0.43, 0.36, 0.14]
    dert = [2.35, 1.85, 1.34, 0.84, 1.60, 1.19, 0.75, 0.99, 0.66, 0.56, 0.22]
    assert model.p_alive(cruises).tolist() == pytest.approx(alive, abs=0.006)
    assert model.posterior_buying(cruises).tolist() == pytest.approx(buying, abs=0.006)
    assert model.predict(cruises, t=4).tolist() == pytest.approx(bought, abs=0.011)  # 1.526: alpha is printed .66
    assert model.dert(cruises, rate=0.10).tolist() == pytest.approx(dert, abs=0.006)


def test_fader_hardie_workshop_cruises_are_not_identified(cruises):
    """Published: .66, 5.19, 173.76, 1 882.93, LL -7 130.7. The likelihood goes on rising with delta: it is said."""
    with pytest.warns(FitWarning, match="« delta » est arrivé à sa borne haute"):
        model = BgBb().fit(cruises, sample_weight=cruises["customers"])
    assert model.params_[["alpha", "beta"]].tolist() == pytest.approx([0.66, 5.19], abs=0.006)
    assert model.params_["delta"] / model.params_["gamma"] == pytest.approx(1882.93 / 173.76, rel=0.01)
    assert model.log_likelihood_ == pytest.approx(-7130.7, abs=0.05)
    with pytest.raises(GrcError, match="ne permet pas de prédire"):
        model.predict(cruises, t=4)
    forced = model.set_params(force=True).predict(cruises, t=4)
    assert forced.tolist() == pytest.approx(
        [1.52, 1.20, 0.87, 0.54, 1.03, 0.77, 0.49, 0.64, 0.43, 0.36, 0.14], abs=0.006
    )


def test_equal_lifetimes():
    rng = np.random.default_rng(3)
    for _ in range(30):
        params, n = np.exp(rng.uniform(-1.5, 1.5, 4)), int(rng.integers(1, 15))
        last = rng.integers(0, n + 1, 30)
        x = np.where(last > 0, 1 + rng.integers(0, 1000, 30) % np.maximum(last, 1), 0)
        customers = pd.DataFrame({"frequency": x, "recency": last, "T": n})
        model, oracle, t = BgBb().with_params(params), BetaGeoBetaBinomFitter(), int(rng.integers(1, 10))
        oracle.params_ = pd.Series(params, index=list(model.names))
        likelihood = oracle._loglikelihood(params, x, last, np.full(30, n))
        assert model.log_likelihood(customers).to_numpy() == pytest.approx(
            likelihood, rel=1e-6
        )  # lifetimes adds 1e-15 to a sum
        for ahead in (0, 1, 3):
            alive = oracle.conditional_probability_alive(ahead, x, last, n)
            assert model.p_alive(customers, ahead=ahead).to_numpy() == pytest.approx(alive, rel=1e-6)
        forecast = oracle.conditional_expected_number_of_purchases_up_to_time(t, x, last, n)
        assert model.predict(customers, t=t).to_numpy() == pytest.approx(forecast, rel=1e-6)


@pytest.mark.parametrize("params", [(1.2, 0.75, 0.66, 2.8), (0.3, 4, 1, 1), (8, 8, 0.1, 5)])
def test_every_history_has_a_probability_and_they_sum_to_one(params):
    n, model = 7, BgBb().with_params(params)
    histories = [(x, last) for last in range(n + 1) for x in range(last + 1) if (x > 0) == (last > 0)]
    customers = pd.DataFrame(histories, columns=["frequency", "recency"]).assign(T=n)
    orders = [comb(last - 1, x - 1) if x else 1 for x, last in histories]
    chances = np.exp(model.log_likelihood(customers)) * orders
    assert chances.sum() == pytest.approx(1)
    by_count = chances.groupby(customers["frequency"]).sum()
    assert model.pmf(by_count.index.to_numpy(), t=n) == pytest.approx(by_count.to_numpy())
    assert (by_count * by_count.index).sum() == pytest.approx(model.expected_purchases(n))
    t = 5
    assert chances @ model.predict(customers, t=t) == pytest.approx(np.diff(model.expected_purchases([n, n + t]))[0])


def test_dert_is_the_sum_of_what_it_discounts(model, donations):
    rate, horizon = 0.1, 250
    reached = np.array([model.predict(donations, t=t) for t in range(horizon + 1)])
    summed = (np.diff(reached, axis=0).T / (1 + rate) ** np.arange(1, horizon + 1)).sum(axis=1)
    assert model.dert(donations, rate=rate).tolist() == pytest.approx(summed.tolist(), rel=1e-6)


def test_fractions_of_an_occasion_are_refused(model):
    with pytest.raises(GrcError, match="« recency » n'est pas entier"):
        model.p_alive(pd.DataFrame({"frequency": [1], "recency": [1.5], "T": [6]}))
    with pytest.raises(GrcError, match="plus d'achats que d'occasions"):
        model.p_alive(pd.DataFrame({"frequency": [3], "recency": [2], "T": [6]}))
    with pytest.raises(GrcError, match="entier et positif"):
        model.predict(pd.DataFrame({"frequency": [1], "recency": [1], "T": [6]}), t=2.5)
