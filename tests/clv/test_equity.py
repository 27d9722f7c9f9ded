"""Customer equity: against a table of every cohort and year, and what is refused."""

import numpy as np
import pandas as pd
import pytest

from grc_helpers.clv.equity import customer_equity, senses
from grc_helpers.errors import GrcError


def test_equity_is_the_sum_of_every_cohorts_years():
    """Gupta, Lehmann and Stuart's (2004) table: n_k customers come in year k, n_k·r^(t−k) are left in year t."""
    arrivals, r, i, margin, cost = [100, 80, 60], 0.7, 0.12, 50.0, 20.0
    years = np.arange(0, 400)
    present = sum(1000 * r**t * margin / (1 + i) ** t for t in years[1:])
    future = sum(
        n * (sum(r ** (t - k) * margin / (1 + i) ** t for t in years if t >= k) - cost / (1 + i) ** k)
        for k, n in enumerate(arrivals, start=1)
    )
    found = customer_equity(
        customers=1000, new_customers=arrivals, margin=margin, retention=r, discount_rate=i, acquisition_cost=cost
    )
    assert [found["present"], found["future"]] == pytest.approx([present, future])
    assert found["equity"] == pytest.approx(present + future)


def test_customers_who_cost_more_than_they_are_worth_lower_equity():
    found = customer_equity(
        customers=0, new_customers=[10], margin=1, retention=0.5, discount_rate=0.1, acquisition_cost=5
    )
    assert found["future"] < 0 == found["present"]


def test_a_negative_number_of_customers_is_refused():
    with pytest.raises(GrcError, match="ne peut pas être négatif"):
        customer_equity(
            customers=10, new_customers=[-1], margin=1, retention=0.5, discount_rate=0.1, acquisition_cost=5
        )


def test_three_senses_of_a_customers_value():
    table = senses(pd.Series([1.0, 2, 9]), 12.0, write="{:g} €".format)
    assert table["Ici"].tolist()[:2] == ["4 € en moyenne, 2 € en médiane", "12 €"]
