"""What the web displaces: by hand, with placebo, and found again where it is known."""

import math

import pandas as pd
import pytest

from grc_helpers.channels.cannibalisation import added_result, by_quarter, displacement, true_rate
from grc_helpers.channels.worlds import read_recovery
from grc_helpers.errors import GrcError

SPANS = {"before": ("2023-01-01", "2023-12-31"), "after": ("2024-01-01", "2024-12-31")}


def sold(counts):
    """Return sales, one customer each, from {(year, channel, opened): number}."""
    rows = [
        (f"{year}-06-{1 + k % 28:02d}", channel, opened)
        for (year, channel, opened), n in counts.items()
        for k in range(n)
    ]
    frame = pd.DataFrame(rows, columns=["date", "channel", "opened"])
    return frame.assign(date=pd.to_datetime(frame["date"]), customer_id=[f"{k}" for k in range(len(frame))])


COUNTS = {(2023, "boutique", True): 200, (2024, "boutique", True): 180, (2023, "boutique", False): 100,
          (2024, "boutique", False): 120, (2024, "web", True): 100}  # fmt: skip


def test_displacement_by_hand():
    found = displacement(sold(COUNTS), **SPANS, n_boot=200)
    assert found["expected"] == 240 and found["displaced"] == 60 and found["rate"] == pytest.approx(0.6)
    assert found["change"] == pytest.approx(-0.25)
    assert found["rate_low"] < 0.6 < found["rate_high"] and found["change_low"] < -0.25 < found["change_high"]


def test_without_an_opening_the_change_is_told_and_no_rate():
    found = displacement(sold({key: n for key, n in COUNTS.items() if key[1] != "web"}), **SPANS, n_boot=50)
    assert math.isnan(found["rate"]) and math.isnan(found["rate_low"]) and found["change"] == pytest.approx(-0.25)


def test_an_empty_cell_is_refused_in_words():
    counts = {key: n for key, n in COUNTS.items() if key[2]}
    with pytest.raises(GrcError, match=r"deux groupes de zones(?s:.*)others_before, others_after"):
        displacement(sold(counts), **SPANS)


def test_recovered_without_much_bias():
    table = read_recovery().set_index("design").loc["Ventes déplacées (double différence)"]
    assert (table["bias"].abs() < 0.08).all() and (table["coverage"] >= 0.9).all()
    # Sixty worlds: the bias is told with an error of spread / √60.
    assert (table["bias"].abs() < 4 * table["spread"] / 60**0.5).all()


def test_truth_and_quarters():
    truth = pd.DataFrame({"zone": ["a", "a", "b"], "quarter": ["2024Q1", "2024Q2", "2024Q1"],
                          "web_orders": [10, 10, 99],
                          "displaced_orders": [8.0, 6.0, 0.0]})  # fmt: skip
    assert true_rate(truth, zones=["a"], quarters=["2024Q1", "2024Q2"]) == 0.7


def test_quarters_are_counted_from_the_opening_and_whole():
    days = pd.Series(pd.date_range("2024-01-01", "2024-12-31"))
    frame = pd.DataFrame({"date": days, "group": "ici", "channel": "boutique"})
    frame.loc[frame["date"] >= "2024-06-01", "channel"] = "web"
    table = by_quarter(frame, opening="2024-06-01")
    # 152 days before (one whole quarter), 214 from then on (two whole ones).
    assert table["quarter"].astype(str).tolist() == ["2024-03-02", "2024-06-01", "2024-08-31"]
    assert table["old"].tolist() == [91, 0, 0] and table["new"].tolist() == [0, 91, 91]


def test_what_a_channel_adds_by_hand():
    terms = {"margin": 500.0, "handling": 60.0, "fixed": 100.0, "handling_elsewhere": 20.0}
    # Nothing displaced: its own account, handling whole. All displaced: fixed costs, and what handling costs more.
    assert added_result(displaced=0.0, **terms) == {"synergy": 500.0, "costs": 160.0, "added": 340.0}
    assert added_result(displaced=1.0, **terms) == {"synergy": 0.0, "costs": 140.0, "added": -140.0}
    own, elsewhere = 500 - 60 - 100, 500 - 20
    assert added_result(displaced=own / elsewhere, **terms)["added"] == pytest.approx(0.0)
