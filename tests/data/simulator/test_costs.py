"""Costs: counted from the sales, and such that some large customers lose money."""

import pandas as pd
import pytest

from grc_helpers.data.simulator.baskets import make_lines
from grc_helpers.data.simulator.config import SimulationConfig
from grc_helpers.data.simulator.contracts import make_contracts
from grc_helpers.data.simulator.costs import ORDER_CENTS, make_channel_costs, make_service_costs


@pytest.fixture(scope="module")
def served(world):
    """Return a block with its lines and its cost to serve; one customer has one visit and two tickets."""
    made = world(customers=10_000)
    made.lines = make_lines(made.config, made.population, made.orders)
    dates = pd.to_datetime(["2024-05-02", "2024-06-03"])
    others = {
        "tickets": pd.DataFrame({"customer_id": "M0000003", "date": dates}),
        "contacts": pd.DataFrame({"customer_id": "M0000003", "date": dates, "channel": ["visite", "e-mail"]}),
    }
    made.costs = make_service_costs(made.config, made.population, made.orders, made.lines, others)
    return made


def test_counts_are_those_of_the_other_tables(served):
    costs, orders = served.costs, served.orders
    assert not costs.duplicated(["customer_id", "year"]).any()
    assert costs["orders"].sum() == len(orders)
    assert costs["discount_cents"].sum() == served.lines["discount_cents"].sum()
    assert costs["handling_cost_cents"].sum() == orders["channel"].map(ORDER_CENTS).sum()
    (row,) = costs[(costs["customer_id"] == "M0000003") & (costs["year"] == 2024)].to_dict("records")
    assert (row["tickets"], row["visits"], row["ticket_cost_cents"], row["visit_cost_cents"]) == (2, 1, 2500, 5500)
    parts = ["handling_cost_cents", "delivery_cost_cents", "ticket_cost_cents", "visit_cost_cents"]
    assert (costs[parts].sum(axis=1) == costs["service_cost_cents"]).all()


def test_shop_sales_are_never_delivered(served):
    shop_only = served.orders.groupby("customer_id")["channel"].agg(lambda names: set(names) == {"boutique"})
    mine = served.costs[served.costs["customer_id"].map(shop_only)]
    assert mine["deliveries"].sum() == 0 and mine["delivery_cost_cents"].sum() == 0
    assert served.costs["deliveries"].sum() > 0.2 * len(served.orders)


def test_some_large_customers_lose_money_and_the_firm_does_not(served):
    lines = served.lines.merge(served.orders[["order_id", "customer_id"]], on="order_id")
    table = lines.groupby("customer_id")[["amount_cents", "cost_cents"]].sum()
    table = table.join(served.costs.groupby("customer_id")["service_cost_cents"].sum())
    profit = table["amount_cents"] - table["cost_cents"] - table["service_cost_cents"]
    large = table["amount_cents"].rank(ascending=False) <= 500
    assert 0.02 < (profit[large] < 0).mean() < 0.25
    assert 0.05 < (profit < 0).mean() < 0.4
    assert 0.2 < profit.sum() / table["amount_cents"].sum() < 0.45


def test_each_channel_has_its_cost_and_its_capacity_each_year():
    costs = make_channel_costs(SimulationConfig())
    assert len(costs) == 27 and not costs.duplicated(["channel", "year"]).any()
    assert set(costs["role"]) == {"vente", "contact"} and costs["reach"].between(0, 1).all()
    fixed = costs.pivot(index="channel", columns="year", values="fixed_cost_cents")
    assert (fixed[2025] > fixed[2024]).all() and fixed.loc["web", 2023] < 0.5 * fixed.loc["web", 2024]
    twice = make_channel_costs(SimulationConfig(customers=10_000))
    assert (twice["fixed_cost_cents"] - 2 * costs["fixed_cost_cents"]).abs().max() <= 100


def test_the_firm_lives_off_its_margin(served):
    """What customers leave, contracts included, pays for the channels; not by much."""
    fixed = make_channel_costs(served.config)["fixed_cost_cents"].sum()
    contracts = make_contracts(served.config, served.population)
    fees = (contracts["fee_cents"] * (contracts["renewals"] + 1)).sum()
    left = (served.lines["amount_cents"] - served.lines["cost_cents"]).sum() - served.costs["service_cost_cents"].sum()
    assert 0 < left + fees - fixed < 0.25 * served.lines["amount_cents"].sum()
