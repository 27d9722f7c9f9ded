"""The arithmetic of a card: by hand, on the published example of IFRS 15, and against the simulated ledger."""

import numpy as np
import pandas as pd
import pytest

from grc_helpers.campaigns import card, sheets
from grc_helpers.errors import GrcError

RULES = {"points_per_unit": 1.0, "threshold": 100, "months": 3}


def monthly(*rows):
    return pd.DataFrame(list(rows), index=[f"C{k}" for k in range(len(rows))], dtype=float)


def test_a_voucher_is_used_at_the_next_month_of_purchase_and_old_points_go_first():
    run = card.run_card(monthly([120, 10, 0, 0, 0, 0]), **RULES)
    assert (run["earned"], run["used"]) == (130, 100)
    # The 20 points left of the first month die after three months, the 10 of the second one month later.
    assert run["expired"] == 30 and run["left"] == 0 and run["first"][0] == 1


def test_points_live_as_long_as_told_and_two_vouchers_may_be_used_at_once():
    assert (
        card.run_card(monthly([60, 0, 0, 60, 1]), **RULES)["used"] == 0
    )  # the first 60 are gone when the others are there
    assert card.run_card(monthly([60, 0, 60, 1]), **RULES)["used"] == 100
    assert card.run_card(monthly([250, 1]), **RULES)["used"] == 200
    assert card.run_card(monthly([99.99, 5]), **RULES)["used"] == 0  # a fraction of a point is no point


def test_no_point_is_lost_or_made(rng):
    spent = pd.DataFrame(rng.gamma(0.4, 60, (200, 30)) * (rng.random((200, 30)) < 0.4))
    for months in (1, 6, 40):
        run = card.run_card(spent, points_per_unit=1.5, threshold=130, months=months)
        assert run["earned"] == run["used"] + run["expired"] + run["left"]
    assert run["expired"] == 0  # points that outlive the sales


def test_terms_by_hand():
    terms = card.card_terms(monthly([120, 10, 0, 0, 0, 0], [50, 0, 0, 0, 0, 0]), reward=5, margin_rate=0.3, **RULES)
    discount = 5 / 180
    assert terms["face_discount"] == pytest.approx(0.05) and terms["discount"] == pytest.approx(discount)
    assert terms["reached"] == 0.5 and terms["first_month"] == 1 and terms["breakage"] == pytest.approx(80 / 180)
    lift = terms["needed_lift"]
    assert (0.3 - discount) * (1 + lift) == pytest.approx(0.3)  # the margin is the same with the card and without it
    poor = card.card_terms(monthly([100, 100]), reward=90, margin_rate=0.3, **RULES)
    assert poor["needed_lift"] == np.inf


def test_a_further_threshold_costs_less_and_reaches_fewer(merle):
    table = card.threshold_table(
        card.monthly_amounts(merle("daily")),
        [50, 150, 500],
        reward_rate=0.04,
        margin_rate=0.42,
        points_per_unit=1,
        months=12,
    )
    assert table["discount"].is_monotonic_decreasing and table["reached"].is_monotonic_decreasing


def test_ifrs_15_example_52():
    goods, points = card.allocate_price(100_000, 10_000, point_value=1, use_share=0.95)
    assert (round(goods), round(points)) == (91_324, 8_676)
    earned, debt = card.deferred_revenue(points, used=4_500, expected=9_500)
    assert (round(earned), round(debt)) == (4_110, 4_566)
    later, debt = card.deferred_revenue(points, used=8_500, expected=9_700)
    assert round(later - earned) == 3_493 and round(debt) == 1_073


def test_the_ledger_of_the_firm_adds_up_and_holders_differ_before_the_card(merle):
    ledger = merle("carte_points")
    found = card.ledger_summary(ledger, threshold=150, reward=6, months=12)
    assert found["outstanding"] == ledger["points"].sum() and found["cost"] == found["used"] / 150 * 6
    held = card.holders(merle("clients"), merle("ventes"), ledger, since="2025-01-01")
    assert 0 < held["sales"] < held["orders"] < 1  # cards are for private customers, whose orders are small
    groups = card.holders_against_others(merle("clients"), merle("ventes"), since="2025-01-01", until="2026-01-01")
    gap = groups["orders"].iloc[0] / groups["orders"].iloc[1] - 1
    truth = merle("verite/clients").set_index("customer_id")["rate"].groupby(groups.attrs["members"]).mean()
    effect = float(merle("verite/effets").set_index("name").loc["card_effect", "value"])
    assert gap > 5 * effect and truth["porteurs"] > 1.4 * truth["autres"]


def test_breakage_counts_points_that_had_their_time_only():
    rows = [
        ("2023-01-10", "gagnés", 100), ("2023-06-02", "utilisés", -40), ("2023-06-05", "gagnés", 1000),
        ("2024-01-01", "expirés", -60), ("2024-03-01", "utilisés", -200),
    ]  # fmt: skip
    ledger = pd.DataFrame(rows, columns=["date", "event", "points"])
    found = card.ledger_summary(ledger, threshold=100, reward=5, months=12)
    assert found["breakage"] == 0.6 and found["outstanding"] == 800  # not 60 / 300: the other 800 are not lost yet
    assert np.isnan(card.ledger_summary(ledger, threshold=100, reward=5, months=24)["breakage"])
    # One customer loses all of 50 a month, the other uses all of 100: a third is lost, though 30 % only of those gone.
    steady = card.run_card(monthly([50] * 8, [100] * 8), points_per_unit=1, threshold=100, months=1)
    assert steady["expired"] / steady["settled"] == 1 / 3 and steady["expired"] / (steady["used"] + 300) == 0.3


def test_what_a_card_owes_is_the_part_of_the_price_of_points_to_come():
    points = {"earned": 1000.0, "used": 300.0, "breakage": 0.5}
    promised, debt = card.card_debt(9_950.0, points, point_value=0.1)
    assert promised == pytest.approx(9_950 * 50 / 10_000) and debt == pytest.approx(promised * 200 / 500)


def test_orders_without_the_card_and_vouchers_used_by_hand():
    truth = pd.DataFrame({"customer_id": ["A", "B"], "rate": [0.5, 1.0], "lifetime_end": [None, "2025-01-15"]})
    members = pd.Series(["porteurs", "autres"], ["A", "B"])
    year = {"since": "2025-01-01", "until": "2026-01-01"}
    found = card.orders_without_card(truth, members, **year)
    assert found["porteurs"] == pytest.approx(0.5 * 365 / 7) and found["autres"] == pytest.approx(14 / 7)
    groups = pd.DataFrame({"customers": [1, 1], "amount": [200.0, 50.0]}, index=["porteurs", "autres"])
    groups.attrs["members"] = members
    ledger = pd.DataFrame(
        {
            "customer_id": ["A", "A", "B", "A"], "date": ["2025-03-01", "2024-03-01", "2025-03-01", "2025-04-01"],
            "event": ["utilisés", "utilisés", "utilisés", "gagnés"], "points": [-100, -100, -100, 50],
        }
    )  # fmt: skip
    assert card.voucher_discount(ledger, groups, point_value=0.04, **year) == pytest.approx(4 / 200)


def test_the_card_s_own_effect_is_what_the_truth_leaves(merle):
    """Holders' orders are those they would have made, 6 % more by the card, and what campaigns added."""
    year = {"since": "2025-01-01", "until": "2026-01-01"}
    groups = card.holders_against_others(merle("clients"), merle("ventes"), **year)
    without = card.orders_without_card(merle("verite/clients"), groups.attrs["members"], **year)
    ratio = groups["orders"] / without
    assert ratio["autres"] > 1 and ratio["porteurs"] / ratio["autres"] == pytest.approx(1.06, abs=0.05)


def test_negative_months_count_for_nothing(sales):
    months = card.monthly_amounts(sales([("A", "2024-01-05", 50), ("A", "2024-03-05", -80), ("B", "2024-02-01", 10)]))
    assert months.shape == (2, 3) and months.loc["A"].tolist() == [50, 0, 0]


@pytest.mark.parametrize("wrong", [{"threshold": 0}, {"points_per_unit": 0}, {"months": 0}])
def test_rules_that_make_no_card_are_refused(wrong):
    with pytest.raises(GrcError, match="nombres positifs"):
        card.run_card(monthly([1.0]), **RULES | wrong)


def test_more_points_used_than_expected_is_refused():
    with pytest.raises(GrcError, match="dépassent"):
        card.deferred_revenue(100, used=11, expected=10)


def test_holders_who_could_have_had_a_voucher_and_never_did():
    rows = [
        ("a", "2024-01-01", "gagnés", 100), ("a", "2024-02-01", "gagnés", 60), ("a", "2024-03-01", "expirés", -160),
        ("b", "2024-01-01", "gagnés", 200), ("b", "2024-02-01", "utilisés", -150),
        ("c", "2024-01-01", "gagnés", 100), ("c", "2025-02-01", "expirés", -100), ("c", "2025-03-01", "gagnés", 100),
    ]  # fmt: skip
    ledger = pd.DataFrame(rows, columns=["customer_id", "date", "event", "points"])
    assert sheets.never_used(ledger, threshold=150) == (2, 0.5)  # c had 100 points, twice, never 150
    assert sheets.never_used(ledger, threshold=500)[0] == 0


def test_the_sheet_of_the_card_says_what_the_files_hold_and_what_they_lack(merle, monkeypatch):
    held = {"held": 0.4, "sales": 0.5}
    sheet = (
        sheets.card_sheet(merle("carte_points"), held, threshold=150, dataset="cafes_merle").set_index("S4").iloc[:, 0]
    )
    assert "aucune trace" in sheet["Carte à puce (un support)"] and "40,0" in sheet["Attractive"]
    monkeypatch.setitem(sheets.KINDS, "Carte à puce (un support)", ("bon de réduction",))
    found = sheets.card_sheet(merle("carte_points"), held, threshold=150, dataset="cafes_merle").iloc[-1, 1]
    assert found == "trace : Bon de réduction"
