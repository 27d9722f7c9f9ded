"""Warehouse: what holds whatever the transactions are."""

import math
from collections import defaultdict
from datetime import date, timedelta

import ibis
import pandas as pd
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from grc_helpers.data.warehouse import cohorts, collect, connect, customer_base, period_spend, value_tiers

FIRST, LAST = date(2023, 12, 20), date(2024, 3, 20)  # over a new year and a leap day
quick = settings(max_examples=25, deadline=None, phases=set(Phase) - {Phase.explain})

customer = st.sampled_from(["a", "B", "c", "é", "10", "9"])
day = st.dates(FIRST, LAST)
cents = st.integers(-5_000, 50_000) | st.just(0) | st.integers(-(10**13), 10**13)
rows = st.lists(st.tuples(customer, day, cents), min_size=1, max_size=30)
period = st.sampled_from(["day", "week"])


@pytest.fixture(scope="module", autouse=True)
def one_connection():
    ibis.set_backend(connect(threads=1))


def transactions(listed) -> ibis.Table:
    return ibis.memtable(pd.DataFrame(listed, columns=["customer_id", "date", "amount_cents"]))


def customers(listed, end, **options) -> pd.DataFrame:
    table = customer_base(transactions(listed), observation_end=end, **options)
    return table.to_pyarrow().to_pandas().set_index("customer_id").sort_index()


def monday(of: date) -> date:
    return of - timedelta(days=of.weekday())


def plain_customers(listed, end: date, period: str) -> dict[str, tuple]:
    """Work the customer table out in plain Python, durations in days."""
    start = monday if period == "week" else lambda of: of
    bought = defaultdict(list)
    for who, when, amount in listed:
        if when <= end:
            bought[who].append((when, amount))
    table = {}
    for who, purchases in bought.items():
        spend = defaultdict(int)
        for when, amount in purchases:
            spend[start(when)] += amount
        repeats = [spend[key] for key in sorted(spend)[1:]]
        days = [when for when, _ in purchases]
        table[who] = (
            min(days),
            max(days),
            len(repeats),
            (max(spend) - min(spend)).days,
            (start(end) - min(spend)).days,
            sum(repeats) / 100 / len(repeats) if repeats else 0,
            len(set(days)),
            sum(spend.values()),
            (end - max(days)).days,
        )
    return table


@quick
@given(rows, day, period)
def test_customer_table_equals_plain_python(listed, end, period):
    found = customers(listed, end, period=period)
    expected = plain_customers(listed, end, period)
    assert list(found.index) == sorted(expected)
    for row in found.itertuples():
        assert tuple(row[1:3]) == expected[row.Index][:2]
        assert tuple(row[3:]) == pytest.approx(expected[row.Index][2:], rel=1e-12)


@quick
@given(rows, st.randoms(use_true_random=False))
def test_row_order_does_not_matter(listed, random):
    shuffled = random.sample(listed, len(listed))
    pd.testing.assert_frame_equal(customers(listed, LAST), customers(shuffled, LAST))


@quick
@given(rows, day, period)
def test_weeks_are_days_over_seven_and_nothing_else_changes(listed, end, period):
    in_days = customers(listed, end, period=period, unit="day")
    in_weeks = customers(listed, end, period=period, unit="week")
    in_days[["recency", "T"]] /= 7
    pd.testing.assert_frame_equal(in_days, in_weeks, rtol=1e-15)


@quick
@given(rows, day)
def test_sums_are_preserved_by_every_table(listed, end):
    table, total = transactions(listed), sum(amount for _, when, amount in listed if when <= end)
    buyers = {who for who, when, _ in listed if when <= end}
    base = customers(listed, end)
    months = cohorts(table, observation_end=end).to_pyarrow().to_pandas()
    halves = period_spend(table, cuts=[FIRST, date(2024, 1, 31), end + timedelta(days=50)]).to_pyarrow().to_pandas()
    later = sum(amount for _, when, amount in listed if end < when < end + timedelta(days=50))
    assert base["total_spend_cents"].sum() == months["spend_cents"].sum() == total
    assert months.loc[months["age"] == 0, "n_active"].sum() == len(base) == len(buyers)
    assert halves["spend_cents"].sum() == total + later
    assert not halves.duplicated(["customer_id", "period"]).any()


def valued(amounts: list[int]) -> ibis.Table:
    names = [f"c{i:03d}" for i in range(len(amounts))]
    return ibis.memtable(pd.DataFrame({"customer_id": names, "total_spend_cents": amounts}))


def tier_of(rank: int, n: int, shares) -> int:
    """Tell the tier of a rank: the first whose last rank, rounded with halves up, is not below it."""
    ends = [math.floor(n * round(sum(shares[: k + 1]), 12) + 0.5) for k in range(len(shares))]
    return next(k + 1 for k, end in enumerate(ends) if rank <= end)


amounts = st.lists(st.integers(-100, 100), min_size=1, max_size=60) | st.integers(1, 60).map(lambda n: [7] * n)
shares = st.sampled_from([(0.05, 0.15, 0.80), (0.2, 0.8), (1 / 3, 1 / 3, 1 / 3), (0.1,) * 10, (1.0,)])


@quick
@given(amounts, shares)
def test_tiers_partition_the_customers_in_order_of_value(amounts, shares):
    tiers = collect(value_tiers(valued(amounts), shares=shares)).sort_values("rank")
    n = len(amounts)
    assert sorted(tiers["customer_id"]) == [f"c{i:03d}" for i in range(n)]
    assert tiers["rank"].tolist() == list(range(1, n + 1))
    assert tiers["tier"].tolist() == [tier_of(rank, n, shares) for rank in range(1, n + 1)]
    by_hand = sorted(zip(tiers["total_spend"], tiers["customer_id"], strict=True), key=lambda pair: (-pair[0], pair[1]))
    assert tiers["customer_id"].tolist() == [name for _, name in by_hand]


@pytest.mark.parametrize(
    ("n", "sizes"), [(1, (0, 0, 1)), (2, (0, 0, 2)), (3, (0, 1, 2)), (10, (1, 1, 8)), (100, (5, 15, 80))]
)
def test_tier_sizes_of_few_customers(n, sizes):
    """5 % and 20 % of n, halves up: one customer is in the last tier, ten give one to the first (0.5)."""
    tiers = collect(value_tiers(valued([7] * n)))["tier"]
    assert tuple((tiers == k).sum() for k in (1, 2, 3)) == sizes
