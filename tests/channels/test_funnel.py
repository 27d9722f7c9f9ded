"""From prospect to second purchase: counts, delays, censoring; the bridge of turnover adds up."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grc_helpers.channels.funnel import add_repeat, funnel, turnover_bridge

DAY = pd.Timestamp("2025-01-01")


def prospect(name, *waits, source="foire"):
    """Return a prospect whose steps come after some days (None: not reached)."""
    days = [
        DAY if k == 0 else (DAY + pd.Timedelta(days=w) if w is not None else pd.NaT) for k, w in enumerate((0, *waits))
    ]
    customer = name if waits[2] is not None else None
    return (name, source, *days, customer)


PROSPECTS = pd.DataFrame(
    [
        prospect("a", 10, 20, 30),
        prospect("b", 10, 20, None),
        prospect("c", 30, None, None),
        prospect("d", None, None, None),
    ],
    columns=["prospect_id", "source", "first_contact", "meeting", "offer", "converted", "customer_id"],
)
SALES = pd.DataFrame({"customer_id": ["a", "a", "z"], "date": [DAY + pd.Timedelta(days=d) for d in (30, 50, 60)]})
TERMS = {"end": "2025-12-31", "patience": 90, "repeat_days": 182}


def test_each_step_is_counted_among_those_of_the_step_before():
    table = funnel(add_repeat(PROSPECTS, SALES, days=182), **TERMS)
    assert table["arrivals"].tolist() == [4, 3, 2, 1, 1]
    assert table["rate"].tolist()[1:] == pytest.approx([3 / 4, 2 / 3, 1 / 2, 1])
    assert table["since_start"].iloc[-1] == pytest.approx(1 / 4)
    assert table.loc["Réachat", "median_days"] == 20 and table.loc["Rencontre", "median_days"] == 10


def test_those_met_too_late_do_not_count_as_lost():
    recent = PROSPECTS.assign(
        first_contact=PROSPECTS["first_contact"].mask(PROSPECTS["prospect_id"] == "d", "2025-12-01")
    )
    table = funnel(add_repeat(recent, SALES, days=182), **TERMS)
    assert table.loc["Premier contact", "arrivals"] == 3 and table.loc["Rencontre", "rate"] == 1
    short = funnel(add_repeat(PROSPECTS, SALES, days=182), end="2025-06-01", patience=90, repeat_days=182)
    assert short.loc["Réachat", "at_risk"] == 0 and pd.isna(short.loc["Réachat", "rate"])


def test_a_second_purchase_out_of_time_is_none():
    assert add_repeat(PROSPECTS, SALES, days=10)["repeat"].isna().all()


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 19), st.integers(1, 500)), min_size=1, max_size=40))
def test_the_bridge_always_adds_up(rows):
    frame = pd.DataFrame(rows, columns=["customer_id", "month", "amount"]).reset_index(names="order_id")
    frame["date"], frame["channel"] = [DAY + pd.DateOffset(months=m) for m in frame["month"]], "web"
    spans = {"before": ("2025-01-01", "2025-12-31"), "after": ("2026-01-01", "2026-12-31")}
    sums = [frame.loc[frame["date"].between(*span), "amount"].sum() for span in spans.values()]
    assert turnover_bridge(frame, **spans, channel="web")["change"].sum() == pytest.approx(sums[1] - sums[0], abs=1e-6)


def test_the_bridge_by_hand():
    rows = [("kept", "2025-02-01", 10, "web"), ("kept", "2026-02-01", 20, "web"),
            ("kept", "2026-03-01", 20, "boutique"),
            ("gone", "2025-03-01", 5, "web"), ("new", "2026-04-01", 7, "web")]  # fmt: skip
    frame = pd.DataFrame(rows, columns=["customer_id", "date", "amount", "channel"]).reset_index(names="order_id")
    frame["date"] = pd.to_datetime(frame["date"])
    spans = {"before": ("2025-01-01", "2025-12-31"), "after": ("2026-01-01", "2026-12-31")}
    table = turnover_bridge(frame, **spans, channel="web")
    assert table["channel_sales"].fillna(-1).tolist() == [7, 0, -1, 20, -1]
    assert table["change"].tolist() == [7, 0, -5, 15, 15]  # (2 − 1) × (10 + 20)/2, and (20 − 10) × (1 + 2)/2
