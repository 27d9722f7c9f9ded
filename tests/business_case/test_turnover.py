"""Turnover: the decomposition has no residual, no order, and refuses what has no logarithm."""

import math
from itertools import permutations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grc_helpers.business_case import turnover
from grc_helpers.errors import GrcError

POSITIVE = st.floats(1e-3, 1e6)
PAIRS = st.lists(st.tuples(POSITIVE, POSITIVE), min_size=1, max_size=6)


def two(pairs):
    names = [f"f{k}" for k in range(len(pairs))]
    return dict(zip(names, (a for a, _ in pairs), strict=True)), dict(zip(names, (b for _, b in pairs), strict=True))


@given(PAIRS)
def test_contributions_sum_to_the_change_exactly(pairs):
    before, after = two(pairs)
    first, last = math.prod(before.values()), math.prod(after.values())
    assert turnover.lmdi(before, after).sum() == pytest.approx(last - first, rel=1e-7, abs=1e-7 * max(first, last))


@given(PAIRS)
def test_time_reversed_the_contributions_change_sign(pairs):
    before, after = two(pairs)
    scale = max(math.prod(before.values()), math.prod(after.values()))
    there, back = turnover.lmdi(before, after), turnover.lmdi(after, before)
    assert (there + back).to_numpy() == pytest.approx(0, abs=1e-6 * scale * 20)


@given(PAIRS, st.randoms())
def test_the_order_of_the_factors_does_not_matter(pairs, random):
    before, after = two(pairs)
    names = list(before)
    random.shuffle(names)
    shuffled = turnover.lmdi({n: before[n] for n in names}, {n: after[n] for n in names})
    expected = turnover.lmdi(before, after)[names]
    assert shuffled.to_numpy() == pytest.approx(expected.to_numpy(), rel=1e-6, abs=1e-6)


@given(PAIRS)
def test_a_factor_that_stays_contributes_nothing(pairs):
    before, after = two([(3.0, 3.0), *pairs])
    assert turnover.lmdi(before, after)["f0"] == 0


def test_one_factor_takes_the_whole_change_and_by_hand():
    assert turnover.lmdi({"a": 2.0, "b": 5.0}, {"a": 4.0, "b": 5.0}).tolist() == pytest.approx([10.0, 0.0])
    # both double: 10 → 40, each half of 30
    assert turnover.lmdi({"a": 2.0, "b": 5.0}, {"a": 4.0, "b": 10.0}).tolist() == pytest.approx([15.0, 15.0])


def test_the_mean_over_orders_is_close_for_small_changes_and_each_order_differs():
    before, after = {"a": 100.0, "b": 4.0, "c": 30.0}, {"a": 105.0, "b": 4.1, "c": 29.5}
    orders = [turnover.one_at_a_time(before, after, order) for order in permutations(before)]
    mean = pd.concat(orders, axis=1).mean(axis=1)
    assert turnover.lmdi(before, after)[mean.index].to_numpy() == pytest.approx(mean.to_numpy(), rel=1e-3)
    assert len({round(order["a"], 6) for order in orders}) > 1
    assert all(order.sum() == pytest.approx(105 * 4.1 * 29.5 - 12_000) for order in orders)


@given(st.floats(0.1, 1e6), st.floats(0.1, 1e6))
def test_the_logarithmic_mean_lies_between_geometric_and_arithmetic(a, b):
    mean = float(turnover.logarithmic_mean(a, b))
    assert math.sqrt(a * b) * (1 - 1e-9) <= mean <= (a + b) / 2 * (1 + 1e-9)
    assert mean == pytest.approx(float(turnover.logarithmic_mean(b, a)))


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ({"clients": 0.0}, {"clients": 5.0}, "(?s)nul ou négatif.*« clients » vaut 0 avant.*ce qui naît"),
        ({"clients": 5.0}, {"clients": -1.0}, "vaut -1 après"),
        ({"clients": 5.0}, {"clients": float("nan")}, "vaut nan après"),
        ({"clients": 5.0}, {"panier": 5.0}, "pas les mêmes facteurs"),
    ],
)
def test_zeros_are_refused_and_explained(before, after, message):
    with pytest.raises(GrcError, match=message):
        turnover.lmdi(before, after)


def sales(rows):
    frame = pd.DataFrame(rows, columns=["customer_id", "date", "amount"])
    return frame.assign(date=pd.to_datetime(frame["date"]), orders=1)


def test_periods_are_two_years_or_two_halves():
    (a, b), (c, d) = turnover.two_periods("2022-01-01", "2024-12-31")
    assert b == c and d == pd.Timestamp("2025-01-01") and (d - c).days == (b - a).days == 365
    (a, b), (c, d) = turnover.two_periods("2024-01-01", "2024-01-11")
    assert (b - a).days == (d - c).days == 5 and d == pd.Timestamp("2024-01-12")
    with pytest.raises(GrcError, match="(?s)un seul jour.*plus longue durée"):
        turnover.two_periods("2024-01-01", "2024-01-01")


def test_factors_multiply_into_the_turnover():
    daily = sales([("a", "2024-01-01", 10), ("a", "2024-01-02", 20), ("b", "2024-01-02", 30), ("b", "2024-01-12", 45)])
    each = turnover.customer_periods(daily, turnover.two_periods("2024-01-01", "2024-01-20"))
    assert turnover.factors(each, 0) == {"customers": 2.0, "orders_per_customer": 1.5, "basket": 20.0}
    assert turnover.factors(each, 1) == {"customers": 1.0, "orders_per_customer": 1.0, "basket": 45.0}
    table = turnover.change_table(each, n_boot=100, seed=1)
    assert table["factor_change"].sum() == pytest.approx(45 - 60)
    assert (table["factor_change_low"] <= table["factor_change_high"]).all()


@pytest.mark.parametrize("amount", [0, -5])
def test_a_period_without_sales_is_refused(amount):
    daily = sales([("a", "2024-01-01", 10), ("a", "2024-01-12", amount)])
    each = turnover.customer_periods(daily, turnover.two_periods("2024-01-01", "2024-01-20"))
    with pytest.raises(GrcError, match="(?s)n'est pas positif.*période 2"):
        turnover.factors(each, 1)


def test_the_four_factors_of_the_market_by_hand():
    """Customer a is there all 2023, b the second half; categories 100 and 200 a year; 120 sold."""
    truth = pd.DataFrame(
        {
            "customer_id": ["a", "b", "c"],
            "acquired": ["2022-05-01", "2023-07-02", "2024-02-01"],
            "lifetime_end": [None, None, None],
            "category_spend_year": [100.0, 200.0, 999.0],
        }
    )
    sold = pd.DataFrame({"date": pd.to_datetime(["2023-03-01", "2024-03-01"]), "amount": [120.0, 7.0]})
    row = turnover.market_factors(truth, sold, [2023]).loc[2023]
    half = 183 / 365
    assert row["base_customers"] == 2 and row["presence"] == pytest.approx((1 + half) / 2)
    assert row["category_spend"] == pytest.approx((100 + 200 * half) / (1 + half))
    assert row["wallet_share"] == pytest.approx(120 / (100 + 200 * half))
    factors = row[["base_customers", "category_spend", "wallet_share", "presence"]]
    assert np.prod(factors) == pytest.approx(row["turnover"]) == pytest.approx(120)


def test_two_firms_with_the_course_three_factors_and_two_turnovers():
    """Same customers, share and duration; one category is twice the other: so is the turnover."""
    truth = pd.DataFrame({"customer_id": ["a"], "acquired": ["2022-01-01"], "lifetime_end": [None]})
    rows = []
    for spend in (100.0, 200.0):
        sold = pd.DataFrame({"date": pd.to_datetime(["2023-03-01"]), "amount": [spend / 2]})
        rows.append(turnover.market_factors(truth.assign(category_spend_year=spend), sold, [2023]).loc[2023])
    same = ["base_customers", "wallet_share", "presence"]
    assert rows[0][same].tolist() == rows[1][same].tolist() and rows[1]["turnover"] == 2 * rows[0]["turnover"]


def test_a_change_is_told_with_its_seasons_or_why_it_is_not():
    days = pd.date_range("2023-01-01", "2024-12-31", freq="10D")
    daily = pd.DataFrame([(f"c{k}", day, 10.0, 1) for k in range(20) for day in days])
    daily.columns = ["customer_id", "date", "amount", "orders"]
    labels, table, said = turnover.tell_change(daily, "2023-01-01", "2024-12-31", n_boot=20, seed=1)
    assert labels == ["02/01/2023 – 01/01/2024", "02/01/2024 – 31/12/2024"] and said == "" and len(table) == 3
    _labels, table, said = turnover.tell_change(daily, "2023-01-01", "2023-12-31", n_boot=20, seed=1)
    assert "les saisons" in said and table is not None
    assert turnover.tell_change(daily, "2023-01-01", "2023-01-01", n_boot=20, seed=1)[:2] == ([], None)
    _labels, table, said = turnover.tell_change(daily.head(1), "2023-01-01", "2024-12-31", n_boot=20, seed=1)
    assert table is None and "deux périodes" in said


def test_the_order_is_told_in_euros():
    table = pd.DataFrame(
        {"factor_before": [10.0, 2.0, 5.0], "factor_after": [20.0, 3.0, 5.0]}, index=list(turnover.FACTORS)
    )
    table["factor_change"] = turnover.lmdi(table["factor_before"].to_dict(), table["factor_after"].to_dict())
    said = turnover.tell_order(table, "EUR").replace("\u202f", " ")
    assert "d'abord, on dirait 100 € ; en dernier, 150 €" in said and "0,00 €" in said
