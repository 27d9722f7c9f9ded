"""Attrition: lives of contracts, rates, silences, definitions; by hand, and against a known truth."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from grc_helpers import retention
from grc_helpers.data.loading import load
from grc_helpers.data.simulator.truth import read_truth
from grc_helpers.data.warehouse import collect, customer_base
from grc_helpers.errors import GrcError

START, END = date(2024, 1, 1), date(2024, 12, 31)


def contracts(*rows):
    table = pd.DataFrame(rows, columns=["customer_id", "start_date", "end_date"])
    return table.assign(**{name: pd.to_datetime(table[name]) for name in ("start_date", "end_date")})


FOUR = contracts(
    ("old", "2023-01-01", None),  # runs since before the observation
    ("left", "2024-01-11", "2024-04-10"),  # 90 days
    ("young", "2024-12-01", None),
    ("day", "2024-06-01", "2024-06-01"),  # one day counts for one
)


def test_lives_by_hand():
    lives = retention.contract_lives(FOUR, start=START, end=END).set_index("customer_id")
    assert lives["days"].tolist() == [730, 90, 30, 1]
    assert lives["entry"].tolist() == [365, 0, 0, 0]
    assert lives["left"].tolist() == [False, True, False, True]


def test_what_lies_outside_the_observation_is_not_followed():
    outside = contracts(("gone before", "2023-01-01", "2023-06-01"), ("future", "2025-02-01", None))
    lives = retention.contract_lives(pd.concat([FOUR, outside]), start=START, end=END)
    assert lives["customer_id"].tolist() == ["old", "left", "young", "day"]
    later = contracts(("later", "2024-02-01", "2025-02-01"))  # ends after the last day: it was running
    assert not retention.contract_lives(later, start=START, end=END)["left"].any()
    with pytest.raises(GrcError, match="Aucun contrat n'a été suivi"):
        retention.contract_lives(outside, start=START, end=END)


@pytest.mark.parametrize(
    ("days", "left", "met", "made"),
    [(91, True, 1, 0), (92, True, 1, 0), (150, True, 2, 1), (182, False, 2, 2), (181, False, 1, 1), (3, True, 1, 0)],
)
def test_renewal_dates_met_and_made(days, left, met, made):
    lives = pd.DataFrame({"days": [days], "left": [left]})
    found = retention.renewals(lives, period_days=91).iloc[0]
    assert (found["T"], found["frequency"]) == (met, made)


def test_a_contract_that_met_no_date_says_nothing_of_renewals():
    assert retention.renewals(pd.DataFrame({"days": [30], "left": [False]}), period_days=91).empty


def test_renewals_are_those_of_the_simulated_firm():
    firm = load("cafes_merle", kind="contracts")
    lives = retention.contract_lives(collect(firm.table), start=firm.observation_start, end=firm.observation_end)
    found = retention.renewals(lives, period_days=91)
    assert (found["frequency"] == found["renewals"]).all()


def test_attrition_balances_and_counts_those_of_the_start_only():
    rows = [(f"a{k}", "2024-01-01", "2024-05-01" if k < 2 else None) for k in range(10)]
    rows += [
        (f"b{k}", "2024-04-15", "2024-06-01" if k < 3 else None) for k in range(30)
    ]  # recruits, three of whom leave
    lives = retention.contract_lives(contracts(*rows), start=date(2024, 1, 1), end=date(2024, 6, 30))
    table = retention.attrition_by_period(lives, end=date(2024, 6, 30), period_days=91)
    last = table.iloc[-1]
    assert last["period_end"] == "30/06/2024"
    assert last[["at_start", "arrived", "departed", "at_end"]].tolist() == [10, 30, 5, 35]
    assert last["attrition"] == pytest.approx(0.2) and last["naive_attrition"] == pytest.approx(5 / 35)
    assert (table["at_start"] + table["arrived"] - table["departed"] == table["at_end"]).all()


@pytest.fixture(scope="module")
def sales():
    import ibis

    rows = [("always", day) for day in pd.date_range("2024-01-01", "2024-12-31", freq="30D")]
    rows += [
        ("gone", pd.Timestamp("2024-01-01")),
        ("back", pd.Timestamp("2024-02-01")),
        ("back", pd.Timestamp("2024-12-30")),
    ]
    rows += [(f"crowd{k}", pd.Timestamp("2024-01-15")) for k in range(25)]
    table = pd.DataFrame(rows, columns=["customer_id", "date"]).assign(amount_cents=100)
    return ibis.memtable(table.assign(date=table["date"].dt.date))


def test_silence_by_hand(sales):
    base = collect(customer_base(sales, observation_end=END))
    table = retention.silence_table(sales, base, start=START, end=END, windows=(91, 300)).set_index("silence_window")
    assert table.loc[91, "attrition"] == pytest.approx(26 / 28)  # « always » and « back » bought lately
    assert table.loc[91, ["silent_customers", "silent_back"]].tolist() == pytest.approx([27, 1 / 27])
    assert np.isnan(table.loc[300, "silent_back"])  # a year is shorter than two windows


def test_flows_of_buyers_by_hand(sales):
    table = retention.buyer_flows(sales, start=START, end=END, period_days=122)
    assert table["period_end"].tolist() == ["31/08/2024", "31/12/2024"]
    assert table[["at_start", "arrived", "departed", "at_end"]].to_numpy().tolist() == [[28, 0, 27, 1], [1, 1, 0, 2]]
    assert retention.buyer_flows(sales, start=START, end=END, period_days=300).empty


def test_definitions_are_judged_against_the_truth():
    truth = pd.Series([True, True, False, False])
    table = retention.compare_definitions({"a": pd.Series([1, 0, 1, 0]), "p": pd.Series([0.9, 0.6, 0.4, 0.1])}, truth)
    assert table.loc["a"].tolist() == [0.5, 0.5, 0.5]
    assert table.loc["p"].tolist() == pytest.approx([0.5, 1, 0])


def test_a_probability_tells_departures_better_than_a_silence():
    """Simulated firm: the mean of 1 − P(alive) is near the true share, and fewer of those present are called gone."""
    firm, signed = load("cafes_merle"), load("cafes_merle", kind="contracts")
    lives = retention.contract_lives(collect(signed.table), start=signed.observation_start, end=signed.observation_end)
    base = collect(customer_base(firm.table, observation_end=firm.observation_end))
    ends = read_truth("cafes_merle", "clients").set_index("customer_id")["lifetime_end"]
    gone = pd.to_datetime(ends) <= pd.Timestamp(firm.observation_end)
    contract, silence, chance = retention.three_definitions(base, lives, silence_days=182, truth=gone).to_numpy()
    true_share = gone[lives["customer_id"]].mean()
    assert abs(chance[0] - true_share) < 0.05 < abs(contract[0] - true_share)
    assert chance[2] < silence[2] / 2 and chance[1] > contract[1]


def test_a_model_that_nothing_supports_gives_no_probability():
    once = pd.DataFrame({"customer_id": list("abc"), "frequency": 0, "recency": 0.0, "T": 100.0})
    assert retention.gone_probability(once) is None


def test_a_snapshot_is_recognised():
    fictional = load("telecom", kind="contracts")
    end = fictional.observation_end
    lives = retention.contract_lives(collect(fictional.table), start=None, end=end)
    warned = retention.reading_warnings(lives, end=end, period_days=91)
    assert "photographie" in warned and "Réglez-le à 30" in warned
    firm = load("cafes_merle", kind="contracts")
    lives = retention.contract_lives(collect(firm.table), start=firm.observation_start, end=firm.observation_end)
    assert retention.reading_warnings(lives, end=firm.observation_end, period_days=91) == ""


@pytest.mark.parametrize(
    ("days", "found"), [(365, 365), (182, 182), (91, 91), (90, 90), (30, 30), (372, None), (45, None)]
)
def test_the_rhythm_of_renewals_is_read_in_the_ends(days, found):
    lived = np.arange(1, 41) % 7 + 1
    lives = pd.DataFrame({"days": days * lived, "left": True})
    assert retention.renewal_days(lives) == found


def test_ends_at_any_age_show_no_rhythm():
    days = np.random.default_rng(1).integers(1, 1500, 400)
    assert retention.renewal_days(pd.DataFrame({"days": days, "left": True})) is None
    assert retention.renewal_days(pd.DataFrame({"days": [365] * 19, "left": True})) is None  # too few


def test_another_rhythm_than_the_setting_is_said():
    lives = pd.DataFrame({"days": [365, 730] * 20, "left": True})
    assert "Réglez-le à 365" in retention.period_warning(lives, period_days=91)
    assert retention.period_warning(lives, period_days=360) == ""


def test_silent_share_by_hand():
    base = pd.DataFrame({"days_since_last": [0, 100, 182, 400]})
    share, low, high = retention.silent_share(base, days=182)
    assert share == 0.5 and low < 0.5 < high and low + high == pytest.approx(1)
