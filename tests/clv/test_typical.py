"""Tables on the typical customer: identities that hold whatever the margin, the retention and the rate."""

import string

import numpy as np
import pandas as pd
import pytest

from grc_helpers.clv.claims import CLAIMS, claim
from grc_helpers.clv.observed import months_seen, yearly_growth
from grc_helpers.clv.typical import beyond_table, inflation_table, multiple_table, sliding_table, timing_table

CASES = [(30.0, 0.8, 0.10), (5.0, 0.55, 0.03), (1200.0, 0.94, 0.20)]


@pytest.mark.parametrize(("margin", "retention", "rate"), CASES)
def test_not_counting_the_first_margin_takes_one_margin_away(margin, retention, rate):
    values = timing_table(margin, retention, rate)["Valeur"]
    assert values.iloc[0] - values.iloc[-1] == pytest.approx(margin)
    assert values.is_monotonic_decreasing


@pytest.mark.parametrize(("margin", "retention", "rate"), CASES)
def test_current_prices_at_a_nominal_rate_are_constant_prices_at_a_real_one(margin, retention, rate):
    table = inflation_table(margin, retention, rate, inflation=0.02, years=30)
    assert table.iloc[0, 0] == pytest.approx(table.iloc[1, 1])
    assert table.iloc[1, 0] < table.iloc[0, 0] < table.iloc[0, 1]


@pytest.mark.parametrize(("margin", "retention", "rate"), CASES)
def test_a_retention_that_loses_nothing_changes_nothing(margin, retention, rate):
    table = sliding_table(margin, retention, rate, losses=(0, 0.01, 0.02))
    assert table["Écart"].iloc[0] == pytest.approx(0, abs=1e-6)
    assert (np.diff(table["Valeur"]) < 0).all()


def test_gupta_lehmann_2003_table_of_margin_multiples():
    table = multiple_table([0.6, 0.9], [0.10, 0.12])
    assert table.round(2).to_numpy().tolist() == [[1.20, 1.15], [4.50, 4.09]]


def test_the_share_beyond_falls_with_the_years_and_the_rate():
    table = beyond_table(14 / 15, rates=(0.05, 0.10, 0.15), years=(3, 5, 10)).to_numpy()
    assert (np.diff(table, axis=0) < 0).all() and (np.diff(table, axis=1) < 0).all()


def test_months_are_those_that_half_of_the_customers_lived():
    curve = pd.DataFrame({"customers": [100, 80, 50, 49, 10]})
    assert months_seen(curve, at_most=12) == 3
    assert months_seen(curve, at_most=2) == 2


def test_growth_is_compounded_over_a_year():
    assert yearly_growth(pd.Series([100, 103, 107, 112, 121])) == pytest.approx(0.21)


@pytest.mark.parametrize("notion", CLAIMS)
def test_a_claim_writes_its_figures_and_refuses_to_lack_one(notion):
    fields = {name for _, name, _, _ in string.Formatter().parse(CLAIMS[notion]["why"]) if name}
    assert set(claim(notion, **dict.fromkeys(fields, "7 %"))) == {"source", "claim", "why", "needed"}
    if fields:
        with pytest.raises(KeyError):
            claim(notion)
