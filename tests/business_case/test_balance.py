"""Winning or keeping: ratios by hand, and no split on a grid beats the best."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grc_helpers.business_case import balance, examples
from grc_helpers.clv.acquisition import Response, best_acquisition, best_retention
from grc_helpers.errors import GrcError


def market(**changes):
    options = {
        "prospects": 10_000, "customers": 2_000, "winning": Response(0.2, 0.2), "keeping": Response(0.9, 0.2, 0.6),
        "margin": 50.0, "discount_rate": 0.1,
    }  # fmt: skip
    return balance.Market(**options | changes)


def test_ratios_by_hand():
    """1 000 for 50 won, 100 / 300 / 500 for 200 kept: spendings 10, 3.33, 2; units 40, 13.3, 8."""
    costs = {"offers": 100.0, "visits": 200.0, "service": 200.0}
    table = balance.two_ratios(costs, winning=1_000.0, won=50, kept=200)
    assert table["spending_ratio"].tolist() == pytest.approx([10, 10 / 3, 2])
    assert table["unit_ratio"].tolist() == pytest.approx([40, 40 / 3, 8])


def test_the_costs_of_keeping_leave_recruits_and_other_years_out():
    day = pd.Timestamp("2025-03-01")
    contacts = pd.DataFrame(
        {
            "customer_id": ["a", "a", "new", "a", "a"],
            "date": [day, day, day, pd.Timestamp("2024-03-01"), day],
            "function": ["marketing", "vente", "marketing", "marketing", "marketing"],
            "direction": ["sortant", "sortant", "sortant", "sortant", "entrant"],
            "cost": [1.0, 55.0, 9.0, 9.0, 9.0],
        }
    )
    service = pd.DataFrame(
        {"customer_id": ["a", "new", "a"], "year": [2025, 2025, 2024], "ticket_cost": [7.0, 8.0, 9.0]}
    )
    found = balance.costs_of_keeping(contacts, service, {"new"}, year=2025)
    assert found == {"offers": 1.0, "visits": 55.0, "service": 7.0}


@settings(deadline=None, max_examples=40)
@given(
    budget=st.floats(1_000, 500_000), prospects=st.integers(100, 50_000), customers=st.integers(100, 50_000),
    margin=st.floats(5, 500), ceiling=st.floats(0.65, 0.95), speed=st.floats(0.01, 0.5),
)  # fmt: skip
def test_no_split_beats_the_best_and_ten_for_one_never_gains(budget, prospects, customers, margin, ceiling, speed):
    one = market(prospects=prospects, customers=customers, margin=margin, keeping=Response(ceiling, speed, 0.6))
    equity = one.equity(budget, np.linspace(0, 1, 1009))
    if equity.max() <= 0:
        with pytest.raises(GrcError, match="(?s)dépasse tout ce que les clients.*baissez le réglage budget"):
            balance.best_split(one, budget)
        return
    found = balance.best_split(one, budget)
    room = 1e-3 * (equity.max() - equity.min())  # the steps of both grids
    assert equity.max() <= found.attrs["value"] + room + 1e-6
    assert found.attrs["ten"] <= found.attrs["value"] + room + 1e-6
    assert found.attrs["low"] <= found.attrs["best"] <= found.attrs["high"]


def test_blattberg_deighton_1996_optima_are_those_of_the_split_at_their_own_budget():
    """With the budget that both free optima ask for, the best split is theirs."""
    one = market()
    keep = best_retention(margin=one.margin, discount_rate=one.discount_rate, response=one.keeping)
    win = best_acquisition(value=keep.value, response=one.winning)
    budget = win.spend * one.prospects + keep.spend * one.customers
    found = balance.best_split(one, budget)
    assert found.attrs["best"] == pytest.approx(win.spend * one.prospects / budget, abs=0.002)


def test_one_customer_more_or_less_changes_where_the_money_goes():
    few = balance.best_split(market(customers=200), 60_000).attrs["best"]
    many = balance.best_split(market(customers=20_000), 60_000).attrs["best"]
    assert few > many


def test_the_examples_are_hypotheses_with_their_own_budget():
    firms = {name: examples.hypothetical_market(name, discount_rate=0.1) for name in examples.HYPOTHETICAL}
    table = balance.sector_table(firms)
    for name, (one, budget) in firms.items():
        prospects, customers, won, kept, _margin = examples.HYPOTHETICAL[name]
        assert float(one.winning.rate(won[0])) == pytest.approx(won[1])
        assert float(one.keeping.rate(kept[0])) == pytest.approx(kept[1])
        assert budget == prospects * won[0] + customers * kept[0]
        share = table.loc[name, "best_share"]
        assert table.loc[name, "best_ratio"] == pytest.approx(share / (1 - share))


@pytest.mark.parametrize("budget", [0, -10.0])
def test_a_budget_of_nothing_is_refused(budget):
    with pytest.raises(GrcError, match="(?s)nul ou négatif ne se partage pas.*réglage budget"):
        balance.best_split(market(), budget)


def test_a_customer_is_kept_only_if_seen_buying_again():
    """a and b were there; only a buys in 2025. new1 and new2 are won for 30; the offer to b counts though b is lost."""
    people = pd.DataFrame(
        {
            "customer_id": ["a", "b", "new1", "new2"],
            "acquired": ["2023-05-01", "2024-12-31", "2025-01-01", "2025-06-01"],
            "acquisition_cost": [99.0, 99.0, 10.0, 20.0],
        }
    )
    sales = pd.DataFrame(
        {
            "customer_id": ["a", "a", "b", "new1"],
            "date": pd.to_datetime(["2025-02-01", "2025-03-01", "2024-12-31", "2025-01-02"]),
        }
    )
    contacts = pd.DataFrame(
        {
            "customer_id": ["a", "b", "new1"], "date": pd.Timestamp("2025-04-01"), "function": "marketing",
            "direction": "sortant", "cost": [1.0, 2.0, 50.0],
        }
    )  # fmt: skip
    service = pd.DataFrame({"customer_id": ["a", "b"], "year": 2025, "ticket_cost": [4.0, 0.0]})
    found = balance.accounts(people, sales, contacts, service, year=2025)
    assert (found["winning"], found["won"], found["kept"]) == (30.0, 2, 1)
    assert found["costs"] == {"offers": 3.0, "visits": 0.0, "service": 4.0}
    assert balance.two_ratios(**found)["unit_ratio"].tolist() == pytest.approx([15 / 3, 15 / 3, 15 / 7])


def test_the_best_split_says_what_it_spends_per_head():
    split = balance.best_split(market(), 20_000.0).attrs
    spent = 10_000 * split["per_prospect"] + 2_000 * split["per_customer"]
    assert spent == pytest.approx(20_000) and split["per_prospect"] == pytest.approx(split["best"] * 2.0)


@pytest.mark.parametrize(
    ("costs", "sizes", "message"),
    [
        ({"offers": 0.0, "visits": 1.0, "service": 1.0}, {"won": 5, "kept": 5}, "ne coûte rien"),
        (
            {"offers": 1.0, "visits": 1.0, "service": 1.0},
            {"won": 0, "kept": 5},
            "clients recrutés et des clients gardés",
        ),
    ],
)
def test_ratios_without_meaning_are_refused(costs, sizes, message):
    with pytest.raises(GrcError, match=message):
        balance.two_ratios(costs, winning=10.0, **sizes)
