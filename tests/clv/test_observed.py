"""What transactions say of value: counted by hand on a few customers, and on CDNOW against pandas."""

from datetime import date

import ibis
import numpy as np
import pandas as pd
import pytest

from grc_helpers.clv.observed import (
    DAYS_PER_MONTH,
    by_arrival,
    follow_recency,
    margin_curve,
    margins_by_age,
    recency_rates,
    seen_or_estimated,
    silent_then_back,
    value_after_acquisition,
)
from grc_helpers.data.loading import load, read_table
from grc_helpers.errors import GrcError

END = date(2024, 12, 31)


@pytest.fixture
def sales():
    """Return three customers: one of January who comes back twice, one of January who does not, one of December."""
    lines = [("a", "2024-01-01", 100), ("a", "2024-01-31", 50), ("a", "2024-08-01", 200), ("b", "2024-01-10", 40)]
    lines += [("c", "2024-12-10", 500), ("a", "2025-01-05", 999)]
    table = pd.DataFrame(lines, columns=["customer_id", "day", "amount"])
    table = table.assign(date=pd.to_datetime(table["day"]).dt.date, amount_cents=table["amount"] * 100)
    return ibis.memtable(table.drop(columns=["day", "amount"]), schema={
        "customer_id": "string", "date": "date", "amount_cents": "int64"})  # fmt: skip


def test_value_after_acquisition_by_hand(sales):
    margins = margins_by_age(sales, observation_end=END, margin_rate=0.5, discount_rate=0.10)
    values = value_after_acquisition(margins, months=8).set_index("customer_id")["value"]
    second, third = 1.1 ** (-30 / 365.25), 1.1 ** (-213 / 365.25)
    assert list(values.index) == ["a", "b"]  # c has not been seen for eight months
    assert values["a"] == pytest.approx(0.5 * (100 + 50 * second + 200 * third))
    assert values["b"] == pytest.approx(20)


def test_the_curve_counts_only_customers_seen_long_enough(sales):
    curve = margin_curve(margins_by_age(sales, observation_end=END, margin_rate=1, discount_rate=0.0))
    assert curve["month"].tolist() == list(range(1, 13))
    assert curve["customers"].tolist() == [2] * 11 + [1]  # b, who came on the 10th, has not been seen for twelve months
    # Day 30 is still in the first month (30.4 days), day 213 in the seventh; what follows the end is not seen.
    assert curve["expected_margin"].tolist() == [95, 0, 0, 0, 0, 0, 100, 0, 0, 0, 0, 0]
    assert curve["cumulative_value"].iloc[-1] == pytest.approx(195)


def test_on_cdnow_curve_and_customers_agree_with_pandas():
    from grc_helpers import load

    data = load("cdnow")
    margins = margins_by_age(data.table, observation_end=data.observation_end, margin_rate=0.3, discount_rate=0.1)
    values, curve = value_after_acquisition(margins, months=12), margin_curve(margins)
    raw = data.table.select("customer_id", "date", "amount_cents").execute()
    raw["date"] = pd.to_datetime(raw["date"])
    age = (raw["date"] - raw.groupby("customer_id")["date"].transform("min")).dt.days
    kept = age < 12 * DAYS_PER_MONTH
    value = 0.3 * raw["amount_cents"] / 100 * 1.1 ** (-age / 365.25)
    assert len(values) == 23_570  # everybody came in the first quarter of 1997
    assert values["value"].sum() == pytest.approx(value[kept].sum())
    assert values["value"].mean() == pytest.approx(curve["cumulative_value"].iloc[11])


def test_silent_customers_who_come_back(sales):
    """Silent for 150 days on 3 August: b only (a bought two days before, c is not there yet); b does not come back."""
    assert silent_then_back(sales, observation_end=END, silence=150) == (1, 0)
    # Silent for 60 days on 1 November: a and b; neither buys again before the end.
    assert silent_then_back(sales, observation_end=END, silence=60) == (2, 0)
    # With the purchase of January 2025, a comes back.
    assert silent_then_back(sales, observation_end=date(2025, 1, 10), silence=70) == (2, 1)


def test_recency_rates_by_hand():
    """x buys in periods 0, 1, 3; y in period 1."""
    activity = pd.DataFrame({"customer_id": list("xxxy"), "period": [0, 1, 3, 1]})
    rates = recency_rates(activity, periods=4, states=2)
    # Recency 1: x before 1 (buys), x and y before 2 (no). Recency 2: x (buys) and y (no) before 3.
    assert rates["at_risk"].tolist() == [3, 2] and rates["purchases"].tolist() == [1, 1]
    assert rates["rate"].tolist() == pytest.approx([1 / 3, 1 / 2])


def test_recency_rates_recover_those_of_a_simulated_chain():
    truth, rng, periods = np.array([0.6, 0.3, 0.1]), np.random.default_rng(7), 8
    recency, lines = np.ones(20_000, dtype=int), [(np.arange(20_000), 0)]
    for t in range(1, periods):
        buys = rng.random(20_000) < np.append(truth, 0)[np.minimum(recency, 4) - 1]
        lines.append((np.flatnonzero(buys), t))
        recency = np.where(buys, 1, recency + 1)
    activity = pd.concat([pd.DataFrame({"customer_id": who, "period": t}) for who, t in lines])
    rates = recency_rates(activity, periods=periods, states=3)
    error = np.sqrt(truth * (1 - truth) / rates["at_risk"])
    assert (np.abs(rates["rate"] - truth) < 4 * error).all()


def test_nobody_to_follow_is_refused():
    with pytest.raises(GrcError, match="au moins deux périodes"):
        recency_rates(pd.DataFrame({"customer_id": [], "period": []}), periods=4, states=2)


def test_arrivals_by_quarter_and_by_month_once_there_are_enough(sales):
    margins = margins_by_age(sales, observation_end=END, margin_rate=1, discount_rate=0.0)
    recruits = value_after_acquisition(margins, months=3)
    table = by_arrival(recruits, cost=100)
    assert table.index.tolist() == ["T1 2024"] and table.loc["T1 2024", "customers"] == 2
    assert table["value"].tolist() == [95] and table["repaid"].tolist() == [0.5]
    assert table[["low", "high"]].isna().all(axis=None)  # two customers give no interval
    many = pd.concat([recruits] * 20)
    table = by_arrival(many, cost=100)
    assert table.index.tolist() == ["01/2024"]
    error = many["value"].std() / np.sqrt(40)
    assert table.loc["01/2024", ["low", "high"]].tolist() == pytest.approx([95 - 1.96 * error, 95 + 1.96 * error])
    older = many.assign(first_purchase=many["first_purchase"] - pd.DateOffset(years=2))
    assert by_arrival(pd.concat([many, older]), cost=100).index.tolist() == ["T1 2022", "T1 2024"]


def test_following_recency_cuts_whole_periods_from_the_end(sales):
    rates, spend = follow_recency(sales, start=date(2024, 1, 1), end=END, days=91, states=2, at_least=1)
    # Four quarters end on 31 December; the first begins on 3 January, after a's first purchase: 50 + 40, 200, 500.
    assert spend.to_dict() == {0: 45, 2: 200, 3: 500}
    # a: in quarters 0 and 2; b: in 0; c: in 3.
    assert rates["at_risk"].tolist() == [3, 2] and rates["purchases"].tolist() == [0, 1]
    assert follow_recency(sales, start=date(2024, 8, 1), end=END)[0].empty


def test_departures_seen_and_departures_estimated():
    """The file counts months: after twelve, S is a product over the tenures of the fictional operator, counted here."""
    cdnow, phone = load("cdnow"), load("telecom", kind="contracts")
    table = seen_or_estimated(phone, cdnow, silence=182)
    raw = read_table("telecom")
    left, months = (raw["churn"] == "Yes"), raw["tenure"]
    stays = [1 - (left & (months == m)).sum() / (months >= m).sum() for m in range(1, 12)]
    assert table["Part"].iloc[0] == pytest.approx(np.prod(stays), abs=0.015)
    silent, back = silent_then_back(cdnow.table, observation_end=cdnow.observation_end, silence=182)
    assert table["Part"].iloc[2] == back / silent and 0 < table["Part"].iloc[3] < 1 and np.isnan(table["low"].iloc[3])
    few = seen_or_estimated(phone, cdnow, silence=400)
    assert np.isnan(few["Part"].iloc[2]) and "trop peu de muets : 0" in few["Mesure"].iloc[2]
