"""Profit and loss by channel: nothing is lost on the way, and the books come back under the last contact."""

import pandas as pd
import pytest

from grc_helpers.channels import attribution, profit


@pytest.fixture(scope="module")
def orders(merle):
    return profit.channel_orders(merle.sales, merle.lines, merle.service, merle.contacts, year=2025)


@pytest.fixture(scope="module")
def account(merle, orders):
    return profit.profit_and_loss(orders, merle.costs[merle.costs["year"] == 2025], visits=1000.0)


def test_costs_are_brought_to_orders_whole(merle, orders):
    served = merle.service[merle.service["year"] == 2025]
    buyers = served["customer_id"].isin(orders["customer_id"])
    assert orders["delivery"].sum() == pytest.approx(served.loc[buyers, "delivery_cost"].sum())
    assert orders["service"].sum() == pytest.approx(served.loc[buyers, "ticket_cost"].sum())
    kept = merle.lines["order_id"].isin(orders["order_id"])
    assert orders["goods"].sum() == pytest.approx(merle.lines.loc[kept, "cost"].sum())


def test_handling_agrees_with_the_costs_to_serve_of_the_customers(merle, account):
    """Two tables of the firm tell the same thing: orders × unit cost, and each customer's cost of handling."""
    handled = merle.service.loc[merle.service["year"] == 2025, "handling_cost"].sum()
    assert -account.loc["Prise et préparation", "Ensemble"] == pytest.approx(handled, rel=1e-3)


def test_each_account_adds_up(account):
    lines = account.drop(index="Résultat")
    assert lines.sum().tolist() == pytest.approx(account.loc["Résultat"].tolist())
    assert account.drop(columns="Ensemble").sum(axis=1).tolist() == pytest.approx(account["Ensemble"].tolist())
    assert account.loc["Visites", "commercial"] == -1000 and account.loc["Visites", "boutique"] == 0


def test_deliveries_go_to_orders_from_afar():
    sales = pd.DataFrame({"order_id": ["1", "2", "3"], "customer_id": ["a", "a", "b"], "amount": 10.0,
                          "channel": ["boutique", "web", "boutique"], "date": pd.Timestamp("2025-05-01")})  # fmt: skip
    service = pd.DataFrame(
        {"customer_id": ["a", "b"], "year": 2025, "delivery_cost": [6.0, 4.0], "ticket_cost": [2.0, 0.0]}
    )
    contacts = pd.DataFrame({"customer_id": ["a", "a"], "date": pd.Timestamp("2025-02-01"),
                             "direction": ["sortant", "entrant"],
                             "channel": "courrier", "cost": [1.0, 9.0]})  # fmt: skip
    lines = pd.DataFrame({"order_id": ["1", "2", "3"], "cost": [5.0, 5.0, 5.0]})
    found = profit.channel_orders(sales, lines, service, contacts, year=2025)
    assert found["delivery"].tolist() == [0, 6, 4]  # b buys in shops only: the delivery goes there all the same
    assert found["service"].tolist() == [1, 1, 0] and found["contacts"].tolist() == [0.5, 0.5, 0]


def test_crediting_the_last_contact_gives_back_the_books(merle, account):
    margin = (account.loc["Ventes"] + account.loc["Coût des produits"])[["boutique", "web", "téléphone"]]
    paths = profit.journey_paths(merle.journeys, margin)
    credited = attribution.all_credits(paths, weight="weight")
    assert credited[attribution.LAST].to_dict() == pytest.approx(margin.to_dict())
    results = profit.results_by_rule(account, credited, margin=margin)
    own = account.loc["Résultat", results.index]
    assert results[attribution.LAST].tolist() == pytest.approx(own.tolist())
    assert results.sum().tolist() == pytest.approx([own.sum()] * 6)
