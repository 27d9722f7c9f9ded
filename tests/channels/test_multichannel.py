"""The four designs: exact on small cases, biased as they should be in simulated firms whose truth is known."""

import pandas as pd
import pytest

from grc_helpers.channels import multichannel as m
from grc_helpers.channels.worlds import draw_world, read_recovery
from grc_helpers.errors import GrcError

YEAR = {"start": "2025-01-01", "end": "2025-12-31"}


def sales(rows):
    frame = pd.DataFrame(rows, columns=["customer_id", "date", "channel", "amount"]).reset_index(names="order_id")
    return frame.assign(date=pd.to_datetime(frame["date"]))


def test_raw_gap_by_hand():
    rows = [("a", "2025-01-01", "web", 30), ("a", "2025-02-01", "boutique", 30), ("b", "2025-01-01", "web", 40),
            ("b", "2025-03-01", "boutique", 20), ("c", "2025-01-01", "web", 50), ("d", "2025-01-01", "web", 30),
            ("d", "2024-01-01", "boutique", 999)]  # fmt: skip
    found = m.raw_gap(sales(rows), **YEAR)
    assert found["estimate"] == pytest.approx(60 / 40 - 1)
    assert (found["several"], found["one"]) == (2, 2) and found["low"] < 0.5 < found["high"]


def test_nobody_of_two_channels_is_refused_in_words():
    with pytest.raises(GrcError, match=r"0 clients de plusieurs canaux, 2 clients d'un seul(?s:.*)plusieurs canaux"):
        m.raw_gap(sales([("a", "2025-01-01", "web", 1), ("b", "2025-01-01", "web", 1)]), **YEAR)


def test_the_panel_keeps_the_first_purchase_elsewhere_and_counts_each_side():
    rows = [("a", day, "boutique", 1) for day in ("2024-01-01", "2024-06-01", "2024-07-01")]
    rows += [("a", "2024-07-20", "web", 1), ("a", "2024-08-01", "boutique", 1), ("a", "2024-08-05", "web", 1)]
    rows += [("z", day, "boutique", 1) for day in ("2024-01-01", "2024-07-10", "2025-06-01")]
    customers = pd.DataFrame({"customer_id": ["a", "z"], "kind": "particulier", "zone": "ville"})
    panel = m.adoption_panel(sales(rows), customers, days=60).set_index(["customer_id", "date"])
    adopted = panel.loc[("a", pd.Timestamp("2024-07-20"))]
    assert adopted["adopter"] and (adopted["before"], adopted["after"]) == (2, 2)
    assert panel["adopter"].sum() == 1 and ("z", pd.Timestamp("2024-07-10")) in panel.index
    assert ("a", pd.Timestamp("2024-08-05")) not in panel.index  # adopted already


def test_matching_removes_a_difference_that_the_past_explains():
    """Two classes of customers: the heavy ones have two channels more often; within a class nothing differs."""
    rows, customers = [], []
    for k in range(200):
        heavy = k % 2
        several = k % 10 < (8 if heavy else 2)  # the channel does not change the amount
        name = f"{k:03d}"
        customers.append((name, "particulier", "ville"))
        rows += [(name, f"2024-{month:02d}-01", "boutique", 10) for month in range(1, 8 if heavy else 2)]
        spent = (100 if heavy else 20) + (k // 10) % 3
        rows += [
            (name, "2025-03-01", "boutique", spent / 2),
            (name, "2025-06-01", "web" if several else "boutique", spent / 2),
        ]
    people = pd.DataFrame(customers, columns=["customer_id", "kind", "zone"])
    assert m.raw_gap(sales(rows), **YEAR)["estimate"] > 0.5
    found = m.matched_gap(sales(rows), people, **YEAR)
    assert abs(found["estimate"]) < 0.03 and found["low"] < 0 < found["high"]


def test_stored_recovery_says_what_each_design_is_worth():
    table = read_recovery().set_index(["design", "truth"])
    assert (table["worlds"] >= 60).all()
    for truth in (0.0, 0.1):
        assert table.loc[(m.RAW, truth), "bias"] > 1 and table.loc[(m.RAW, truth), "coverage"] == 0
        assert 0.4 < table.loc[(m.MATCHED, truth), "bias"] < table.loc[(m.RAW, truth), "bias"]
        assert abs(table.loc[(m.DIFFERENCES, truth), "bias"]) < 0.04
        assert table.loc[(m.DIFFERENCES, truth), "coverage"] > 0.8
    assert table.loc[(m.BEFORE_AFTER, 0.0), "bias"] > 0.04  # an effect where there is none
    gap = table.loc[(m.DIFFERENCES, 0.1), "mean"] - table.loc[(m.DIFFERENCES, 0.0), "mean"]
    assert 0 < gap < 0.1  # told apart on average, and shrunk
    for truth in (0.0, 0.1):  # those who only move to the web pull the estimate down, by more than chance would
        stay = table.loc[("La même, sans qui déménage vers le site", truth)]
        assert stay["mean"] - table.loc[(m.DIFFERENCES, truth), "mean"] > 4 * stay["spread"] / 60**0.5


@pytest.mark.parametrize("effect", [0.0, 0.1])
def test_a_new_world_gives_what_the_stored_ones_say(effect):
    found = m.designs(*draw_world(effect, seed=4321)[:2], **YEAR)
    stored = read_recovery().set_index(["truth", "design"]).loc[effect].loc[found.index]
    assert (abs(found["estimate"] - stored["mean"]) < 4 * stored["spread"]).all()
    assert (found["low"] < found["estimate"]).all() and (found["estimate"] < found["high"]).all()


def test_two_worlds_of_one_seed_differ_only_after_adoption():
    plain, _, _ = draw_world(0.0, seed=7, customers=500)
    more, _, _ = draw_world(0.1, seed=7, customers=500)
    assert 0 < len(more) - len(plain) < 0.05 * len(plain)
