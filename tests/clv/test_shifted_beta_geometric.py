"""sBG against its papers, and against what must hold."""

import numpy as np
import pandas as pd
import pytest

from grc_helpers.clv.formulas import margin_multiple
from grc_helpers.clv.model import FitWarning
from grc_helpers.clv.shifted_beta_geometric import ShiftedBetaGeometric, cohort_table
from grc_helpers.errors import GrcError

# Fader & Hardie (2007), table 1: survivors in %, years 0 to 12; the first eight are for estimation.
HIGH_END = [100, 86.9, 74.3, 65.3, 59.3, 55.1, 51.7, 49.1, 46.8, 44.5, 42.7, 40.9, 39.4]
REGULAR = [100, 63.1, 46.8, 38.2, 32.6, 28.9, 26.2, 24.1, 22.3, 20.7, 19.4, 18.3, 17.3]


def fitted(survivors, years=8):
    customers, weight = cohort_table(10 * np.array(survivors[:years]))
    return ShiftedBetaGeometric().fit(customers, sample_weight=weight)


@pytest.mark.parametrize(
    ("survivors", "published", "mean", "excess"),
    [(HIGH_END, (0.668, 3.806), 0.149, -0.04), (REGULAR, (0.704, 1.182), 0.373, -0.02)],
)
def test_fader_hardie_2007(survivors, published, mean, excess):
    """Estimates; mean churn; the projection of year 12 (the paper: off by 4 % and 2 %)."""
    model = fitted(survivors)
    alpha, beta = model.params_
    assert (alpha, beta) == pytest.approx(published, abs=6e-4)
    assert alpha / (alpha + beta) == pytest.approx(mean, abs=6e-4)
    projected = 100 * model.survival(np.arange(8, 13))
    assert projected[-1] / survivors[12] - 1 == pytest.approx(excess, abs=0.007)
    assert np.abs(projected / survivors[8:] - 1).max() < 0.045


def test_fader_hardie_2007_appendix_b():
    """Log-likelihood at the maximum and at both starting values of the spreadsheet; probabilities at (1, 1)."""
    model = fitted(HIGH_END)
    customers, weight = cohort_table(10 * np.array(HIGH_END[:8]))
    assert model.log_likelihood_ == pytest.approx(-1611.2, abs=0.05)
    for start, published in (((1, 1), -2115.5), ((0.01, 0.01), -2741.7)):
        at_start = ShiftedBetaGeometric().with_params(start)
        assert 1000 * at_start.score(customers, sample_weight=weight) == pytest.approx(published, abs=0.1)
    uniform = ShiftedBetaGeometric().with_params([1, 1])
    assert uniform.pmf(np.arange(1, 8)) == pytest.approx([0.5, 0.167, 0.083, 0.05, 0.033, 0.024, 0.018], abs=6e-4)
    assert uniform.survival(np.arange(1, 8)) == pytest.approx([0.5, 0.333, 0.25, 0.2, 0.167, 0.143, 0.125], abs=6e-4)


def test_fader_hardie_2014_spreadsheet_guide_five_observations():
    """Workshop ART 2016: regular segment, four renewals: γ = 0.764, δ = 1.296, LL = -1401.6."""
    model = fitted(REGULAR, years=5)
    assert model.params_.tolist() == pytest.approx([0.764, 1.296], abs=6e-4)
    assert model.log_likelihood_ == pytest.approx(-1401.6, abs=0.05)
    assert ShiftedBetaGeometric().with_params([0.760, 1.286]).retention(12) == pytest.approx(0.942, abs=6e-4)


def test_fader_hardie_2007_note_17_several_cohorts():
    """Full information, five cohorts of 10 000: 3.80 and 15.19."""
    active, tables = [10000, 8000, 6480, 5307, 4391], []
    for years in (5, 4, 3, 2):
        customers, weight = cohort_table(active[:years])
        tables.append(customers.assign(weight=weight))
    contracts = pd.concat(tables, ignore_index=True)
    model = ShiftedBetaGeometric().fit(contracts, sample_weight=contracts["weight"])
    assert model.params_.tolist() == pytest.approx([3.80, 15.19], abs=0.006)


def test_fader_hardie_2015_handbook_residual_lifetime():
    """*Handbook of Research on Customer Equity in Marketing*, p. 88: $288, $394 and $568 at 10 %, $100 a period."""
    model = ShiftedBetaGeometric().with_params([0.764, 1.296])
    assert 100 * model.derl([0, 1, 4], rate=0.10) == pytest.approx([288, 394, 568], abs=0.5)


@pytest.mark.parametrize(
    ("params", "derl", "active", "total"),
    [
        ((3.80, 15.20), [3.31, 3.45, 3.59, 3.72, 3.84], [20500, 15200, 11340, 7961, 4391], 207_438),
        ((0.067, 0.267), [7.68, 9.46, 9.86, 10.06, 10.19], [20500, 15200, 13300, 11074, 7235], 617_536),
    ],
)
def test_fader_hardie_2010_perils_of_ignoring_heterogeneity(params, derl, active, total):
    """Workshop, day 2, p. 168-172: value of a customer of each tenure, and of the whole base, at 10 %."""
    found = ShiftedBetaGeometric().with_params(params).derl(np.arange(5), rate=0.10)
    assert found == pytest.approx(derl, abs=0.011)  # 7.67 for 7.68: the parameters are rounded
    assert found @ active == pytest.approx(total, rel=1e-3)


def test_residual_lifetime_is_not_off_by_one_renewal():
    """A known trap: DERL against the sum it stands for, on the eve of a renewal and on the day after one."""
    model, rate, far = ShiftedBetaGeometric().with_params([0.668, 3.806]), 0.1, np.arange(4000)
    for made in (0, 1, 6):
        still = model.survival(made + 1 + far) / model.survival(made)  # paid at the next date, and so on
        eve = (still / (1 + rate) ** far).sum()
        assert model.derl(made, rate=rate) == pytest.approx(eve)
        assert model.derl(made, rate=rate, when="after") == pytest.approx(eve / (1 + rate))
    lifetime = (model.survival(far) / (1 + rate) ** far).sum()
    assert model.discounted_lifetime(rate=rate) == pytest.approx(lifetime)
    assert model.discounted_lifetime(rate=rate) == pytest.approx(1 + model.derl(0, rate=rate, when="after"))


def test_equal_customers_give_the_margin_multiple():
    """With one retention rate for all, DERL on the day after is r / (1 + i - r) (Gupta & Lehmann 2003)."""
    alike = ShiftedBetaGeometric().with_params([2e7, 8e7])
    assert alike.derl([0, 3], rate=0.12, when="after") == pytest.approx(margin_multiple(0.8, 0.12), rel=1e-5)


@pytest.mark.parametrize("rate", [0.002, 0.02, 0.10, 0.20])
@pytest.mark.parametrize("size", [300, 3e3, 3e6])
def test_residual_lifetime_of_nearly_equal_customers(size, rate):
    """SciPy's 2F1 has no value there for some rates: the survivors' sum, and the limit of one rate for all."""
    alike, far = ShiftedBetaGeometric().with_params([0.2 * size, 0.8 * size]), np.arange(400)
    paid = alike.survival(far) / (1 + rate) ** far
    assert alike.discounted_lifetime(rate=rate) == pytest.approx(paid.sum(), rel=1e-8)
    assert alike.derl([0, 3], rate=rate, when="after") == pytest.approx(margin_multiple(0.8, rate), rel=20 / size)


def test_retention_rises_with_age_though_nobody_changes():
    model = fitted(HIGH_END)
    retention = model.retention(np.arange(1, 13))
    assert (np.diff(retention) > 0).all()
    assert retention == pytest.approx(model.survival(np.arange(1, 13)) / model.survival(np.arange(12)))
    assert model.pmf(np.arange(1, 13)) == pytest.approx(-np.diff(model.survival(np.arange(13))))


def test_renewals_to_come_are_those_of_the_survivors():
    model = ShiftedBetaGeometric().with_params([0.668, 3.806])
    contracts = pd.DataFrame({"frequency": [3, 1], "T": [3, 3]})
    there = sum(model.survival(3 + k) for k in (1, 2)) / model.survival(3)
    assert model.predict(contracts, t=2).tolist() == pytest.approx([there, 0])


@pytest.mark.parametrize(
    ("survivors", "message"),
    [
        ((1000, 1000, 1000), "Personne n'est encore parti"),
        ((1000, 0, 0), "Personne n'a encore renouvelé"),
        ((1000, 800), "Une seule date de renouvellement"),
        ((1000, 900, 810, 729, 656, 590), "le même taux de renouvellement : un taux constant suffit"),
    ],
)
def test_what_the_data_cannot_tell_is_said(survivors, message):
    customers, weight = cohort_table(survivors)
    with pytest.warns(FitWarning, match=message):
        model = ShiftedBetaGeometric().fit(customers, sample_weight=weight)
    with pytest.raises(GrcError, match=message):
        model.predict(customers, t=1)


def test_impossible_contracts_are_refused():
    with pytest.raises(GrcError, match="plus de renouvellements que de dates"):
        ShiftedBetaGeometric().fit(pd.DataFrame({"frequency": [3], "T": [2]}))
    with pytest.raises(GrcError, match="ne peuvent que diminuer"):
        cohort_table([100, 120])
    with pytest.raises(GrcError, match="choisissez parmi : before, after"):
        ShiftedBetaGeometric().with_params([1, 1]).derl(0, rate=0.1, when="later")
    with pytest.raises(GrcError, match="taux d'actualisation doit être positif"):
        ShiftedBetaGeometric().with_params([1, 1]).derl(0, rate=0)
