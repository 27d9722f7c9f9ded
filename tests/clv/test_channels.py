"""Value by acquisition channel: by hand on a few customers, and what is refused."""

from datetime import date

import pandas as pd
import pytest

from grc_helpers.clv.channels import order_margins, value_by_channel
from grc_helpers.errors import GrcError

SALES = pd.DataFrame(
    {"order_id": ["V1", "V2", "V3", "V4"], "customer_id": list("aaab"),
     "date": ["2024-01-10", "2024-03-10", "2025-01-05", "2024-02-01"]}
)  # fmt: skip
LINES = pd.DataFrame(
    {"order_id": ["V1", "V1", "V2", "V3", "V4"], "amount": [10.0, 20, 40, 8, 100], "cost": [4.0, 11, 22, 5, 60]}
)
SERVICE = pd.DataFrame({"customer_id": ["a", "a", "b"], "year": [2024, 2025, 2024], "service_cost": [6.0, 1, 10]})
CUSTOMERS = pd.DataFrame(
    {"customer_id": list("abc"), "acquired": ["2024-01-10", "2024-02-01", "2024-12-20"],
     "acquisition_channel": ["foire", "vitrine", "foire"], "acquisition_cost": [50.0, 20, 30]}
)  # fmt: skip


def test_margin_of_an_order_after_goods_and_service():
    orders = order_margins(SALES, LINES, SERVICE)
    assert orders["gross"].tolist() == [15, 18, 3, 40]
    assert orders["margin"].tolist() == [12, 15, 2, 30]  # a's 6 of 2024 over two orders


def test_channels_by_hand():
    orders = order_margins(SALES, LINES, SERVICE)
    found = value_by_channel(orders, CUSTOMERS, end=date(2024, 12, 31), months=6, discount_rate=0.0)
    # c came too late to be seen for six months; a's order of 2025 is not an early one.
    assert found["customers"].to_dict() == {"vitrine": 1, "foire": 1}
    assert found["value"].to_dict() == {"vitrine": 30, "foire": 27}
    assert found["net"].to_dict() == {"vitrine": 10, "foire": -23}
    assert found["repaid"].to_dict() == {"vitrine": 1, "foire": 0}
    turnover = value_by_channel(orders, CUSTOMERS, end=date(2024, 12, 31), months=6, discount_rate=0.0, column="amount")
    assert turnover.loc["foire", "repaid"] == 1  # 70 of sales look like they repay 50; 27 of margin do not


def test_values_are_discounted_from_the_day_of_acquisition():
    orders = order_margins(SALES, LINES, SERVICE)
    found = value_by_channel(orders, CUSTOMERS, end=date(2024, 12, 31), months=6, discount_rate=0.2)
    assert found.loc["foire", "value"] == pytest.approx(12 + 15 * 1.2 ** (-60 / 365.25))


def test_an_unknown_column_is_refused():
    with pytest.raises(GrcError, match="(?s)« profit ».*amount, gross ou margin"):
        value_by_channel(order_margins(SALES, LINES, SERVICE), CUSTOMERS, end=date(2024, 12, 31), months=6,
                         discount_rate=0.1, column="profit")  # fmt: skip
