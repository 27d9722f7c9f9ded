"""Profit by customer: by hand, and what is refused."""

import pandas as pd
import pytest

from grc_helpers.errors import GrcError
from grc_helpers.profitability import activity_profit, customer_profit, rank_changes, whale_curve


def test_whale_by_hand():
    curve = whale_curve([6, -2, 4])
    assert curve["profit_share"].tolist() == pytest.approx([0, 6 / 8, 10 / 8, 1])


def test_a_total_loss_is_refused():
    with pytest.raises(GrcError, match="courbe de baleine"):
        whale_curve([1, -3])


def test_profit_and_who_changes_rank():
    customers = pd.DataFrame(
        {"customer_id": list("abcd"), "total_spend": [1000.0, 900.0, 500.0, 100.0], "n_orders": [90, 3, 2, 1]}
    )
    customers["profit"] = customer_profit(customers, margin_rate=0.3, cost_per_order=4, fixed_cost=5)
    assert customers["profit"].tolist() == pytest.approx([-65, 253, 137, 21])
    tau, moved = rank_changes(customers, by="total_spend", against="profit", top=2)
    assert moved["customer_id"].tolist() == ["a"]
    assert moved["rank_profit"].tolist() == [4]
    assert tau == pytest.approx(0.0)  # three pairs agree, three disagree


def test_profit_from_activities_counts_goods_and_service_once_each():
    sales = pd.DataFrame({"order_id": ["1", "2", "3"], "customer_id": ["a", "a", "b"]})
    lines = pd.DataFrame({"order_id": ["1", "1", "2", "3"], "amount": [10.0, 20, 30, 8], "cost": [4.0, 5, 10, 3]})
    service = pd.DataFrame(
        {
            "customer_id": ["a", "a", "c"],
            "deliveries": [1, 2, 0],
            "tickets": [0, 1, 1],
            "visits": [0, 0, 1],
            "service_cost": [12.0, 40, 9],
        }
    )
    found = activity_profit(sales, lines, service).set_index("customer_id")
    assert found["n_orders"].tolist() == [2, 1, 0]
    assert found["gross_margin"].tolist() == [41, 5, 0]
    assert found["deliveries"].tolist() == [3, 0, 0]
    assert found["profit"].tolist() == [41 - 52, 5, -9]
