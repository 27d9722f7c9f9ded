"""Profit by customer: by hand, and what is refused."""

import pandas as pd
import pytest

from grc_helpers.errors import GrcError
from grc_helpers.profitability import customer_profit, rank_changes, whale_curve


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
