"""Next best offer: the rule by hand, tried only on what comes later; the gain of a contact drawn by lot."""

import pandas as pd
import pytest

from grc_helpers.channels.firm import ADDED, added_sales, main_categories
from grc_helpers.channels.offers import transition_rule, trial_gain, try_rule


def bought(rows):
    frame = pd.DataFrame(rows, columns=["customer_id", "date", "category"])
    return frame.assign(date=pd.to_datetime(frame["date"]))


PAST = bought([("a", "2024-01-01", "thé"), ("a", "2024-02-01", "café"), ("b", "2024-01-01", "thé"), ("b",
"2024-02-01", "café"),
               ("c", "2024-01-01", "thé"), ("c", "2024-02-01", "bol"), ("c", "2025-02-01", "thé")])  # fmt: skip


def test_the_rule_weighs_chance_by_margin_and_never_looks_ahead():
    cheap = transition_rule(PAST, until="2024-12-31", margins=pd.Series({"café": 1.0, "bol": 1.5, "thé": 1.0}), least=1)
    assert cheap.loc["thé", ["offer", "chance"]].tolist() == ["café", pytest.approx(2 / 3)]
    dear = transition_rule(PAST, until="2024-12-31", margins=pd.Series({"café": 1.0, "bol": 9.0, "thé": 1.0}), least=1)
    assert dear.loc["thé", "offer"] == "bol" and dear.loc["thé", "expected_margin"] == pytest.approx(3.0)
    assert "bol" not in dear.index  # its only next purchase comes after the last day
    assert dear.loc["thé", "followed"] == 3


def test_nothing_is_learned_from_a_few_purchases():
    margins = pd.Series({"café": 1.0, "bol": 1.5, "thé": 1.0})
    assert transition_rule(PAST, until="2024-12-31", margins=margins, least=3).index.tolist() == ["thé"]
    assert transition_rule(PAST, until="2024-12-31", margins=margins, least=4).empty


def test_hits_are_purchases_after_the_contact_and_in_time():
    rule = pd.DataFrame({"offer": ["café"], "popular": ["bol"]}, index=["thé"])
    later = bought(
        [
            ("a", "2025-01-01", "thé"),
            ("a", "2025-01-10", "café"),
            ("b", "2025-01-01", "thé"),
            ("b", "2025-12-01", "café"),
        ]
    )
    contacts = bought([("a", "2025-01-05", ""), ("b", "2025-01-05", ""), ("a", "2024-12-31", "")])
    found = try_rule(rule, contacts, later, days=90)
    assert len(found) == 2 and found["bought_offer"].tolist() == [True, False] and not found["bought_popular"].any()


def test_gain_of_a_trial_by_hand():
    trial = pd.DataFrame(
        {"group": ["traité"] * 4 + ["témoin"] * 4, "bought": [1, 1, 1, 0, 1, 0, 0, 0], "margin": [4.0] * 4 + [1.0] * 4}
    )
    found = trial_gain(trial, unit_cost=2.0)
    assert (
        found["gain"] == pytest.approx(1.0)
        and found["low"] == pytest.approx(1.0)
        and found["lift"] == pytest.approx(0.5)
    )


def test_main_category_is_the_dearest_and_every_order_has_one(merle):
    table = main_categories(merle)
    assert len(table) == len(merle.sales) == table["order_id"].nunique()
    lines = merle.lines.merge(merle.products, on="product_id")
    some = table.head(50)
    for order, category in zip(some["order_id"], some["category"], strict=True):
        mine = lines[lines["order_id"] == order].groupby("category")["amount"].sum()
        assert mine[category] == mine.max()


def test_added_sales_are_counted_by_channel():
    origins = pd.DataFrame({"origin": ["base", "bon", "coffret", "bienvenue"]})
    assert added_sales(origins).to_dict() == {"courrier": 2, "appel": 1} and set(ADDED.values()) == {
        "courrier",
        "appel",
    }
