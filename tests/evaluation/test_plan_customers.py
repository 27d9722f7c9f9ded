"""Customers on a day: nothing of later is read, segments follow their rules, five customers are refused."""

import numpy as np
import pandas as pd
import pytest

from grc_helpers.errors import GrcError
from grc_helpers.evaluation.plan_customers import in_order, portrait, segments, value_bounds
from grc_helpers.evaluation.plan_firm import as_transactions


def sales(n: int, *, seed: int = 1) -> pd.DataFrame:
    """Make the sales of customers who buy at their own rate until they leave, over 700 days."""
    rng, rows = np.random.default_rng(seed), []
    for k in range(n):
        start, rate, stay = rng.integers(0, 400), rng.gamma(1.2, 1 / 60), rng.exponential(400)
        days = start + np.r_[0, np.cumsum(rng.exponential(1 / rate, 80))]
        rows += [(f"c{k:04d}", int(day)) for day in days[(days < 700) & (days < start + stay + 1)]]
    frame = pd.DataFrame(rows, columns=["customer_id", "day"]).drop_duplicates()
    frame["date"] = pd.Timestamp("2024-01-01") + pd.to_timedelta(frame["day"], unit="D")
    frame["amount"] = np.random.default_rng(seed).gamma(5, 6, len(frame)).round(2) + 1
    frame["order_id"] = [f"o{k}" for k in range(len(frame))]
    return frame


@pytest.fixture(scope="module")
def lines():
    return sales(400)


def test_nothing_of_the_day_or_later_is_read(lines):
    day = pd.Timestamp("2025-06-01")
    found = portrait(as_transactions(lines), day=day, margin_rate=0.4)
    late = lines["date"] >= day
    other = lines.assign(amount=lines["amount"].where(~late, 9_999))
    pd.testing.assert_frame_equal(found, portrait(as_transactions(other), day=day, margin_rate=0.4))
    past = lines[~late & (lines["date"] >= day - pd.Timedelta(days=365))]
    assert found["spent"].sum() == pytest.approx(past["amount"].sum())
    assert found.attrs["model"] == "BG/NBD"


def test_the_value_to_come_is_about_what_came(lines):
    """A year ahead, over all customers: the models are fitted on simulated customers of their own kind."""
    day = pd.Timestamp("2025-01-01")
    found = portrait(as_transactions(lines), day=day, margin_rate=1.0, discount_rate=0.0)
    end = day + pd.Timedelta(days=334)  # the last day simulated
    came = lines[(lines["date"] >= day) & (lines["date"] < end)]
    came = came[came["customer_id"].isin(found.index)]["amount"].sum()
    assert found["value"].sum() * 334 / 365 == pytest.approx(came, rel=0.25)


def test_five_customers_are_refused(lines):
    few = lines[lines["customer_id"].isin(sorted(lines["customer_id"].unique())[:5])]
    with pytest.raises(GrcError, match="au moins 20 clients.*\n.*5 clients.*\n.*client par client"):
        portrait(as_transactions(few), day="2026-01-01", margin_rate=0.4)


def test_one_day_of_sales_falls_back_on_what_was_bought():
    frame = pd.DataFrame(
        {"customer_id": [f"c{k}" for k in range(30)], "date": pd.Timestamp("2025-05-05"), "amount": 10.0}
    )
    found = portrait(as_transactions(frame.assign(order_id=frame["customer_id"])), day="2025-05-06", margin_rate=0.4)
    assert found.attrs["model"] == "achats des douze derniers mois"
    assert found["value"].tolist() == [4.0] * 30 and (found["p_alive"] == 1).all()


def test_segments_follow_value_then_presence():
    people = pd.DataFrame(
        {
            "age": [10, 500, 500, 500, 500, 500],
            "value": [999, 60, 20, 5, 5, 5],
            "p_alive": [1, 0.2, 0.9, 0.5, 0.1, 0.09],
        },
        index=list("abcdef"),
    )
    names = segments(people, bounds=(20, 60))
    assert names.tolist() == ["Nouveaux", "Bons", "Standards", "Petits", "Endormis", "Perdus"]
    with_account = segments(people, bounds=(20, 60), web=pd.Index(["a", "d"]))
    assert with_account["a"] == "Nouveaux" and with_account["d"] == "Petits, avec compte"
    assert in_order({"Perdus", "Petits, avec compte", "Petits", "Bons"}) == [
        "Bons",
        "Petits",
        "Petits, avec compte",
        "Perdus",
    ]


def test_bounds_leave_five_and_fifteen_in_a_hundred_above():
    middle, best = value_bounds(pd.DataFrame({"value": np.arange(1000)}))
    assert (np.arange(1000) >= best).sum() == 50 and (np.arange(1000) >= middle).sum() == 200
