"""What notebook 00 measures: shifts between two halves, an expected gain, the smallest effect seen."""

import math
from datetime import date

import numpy as np
import pandas as pd
import pytest

from grc_helpers import welcome, welcome_figures

YEAR = {"start": date(2017, 1, 1), "middle": date(2017, 7, 1), "end": date(2017, 12, 31)}


def sendings(*rows):
    return pd.DataFrame(rows, columns=["household_id", "campaign_id", "campaign_type", "start_date", "end_date"])


def test_campaigns_are_compared_by_halves_of_the_year_observed():
    sent = sendings(
        ("a", 1, "Type A", "2017-02-01", "2017-03-01"),
        ("b", 1, "Type A", "2017-02-01", "2017-03-01"),
        ("a", 2, "Type B", "2017-05-01", "2017-06-01"),
        ("a", 3, "Type B", "2017-08-01", "2017-09-01"),
        ("c", 4, "Type A", "2016-11-01", "2017-01-05"),  # begun before the year: neither half
        ("c", 5, "Type A", "2017-12-20", "2018-02-01"),  # its answers are not all seen
    )
    used = pd.DataFrame({"household_id": ["a", "a", "c"], "campaign_id": [2, 2, 4]})
    shifts = welcome.campaign_shifts(sent, used, n_households=4, **YEAR)
    assert shifts.loc["before"].tolist() == pytest.approx([2 / 3, 2 / 4, 1 / 3])
    assert shifts.loc["after"].tolist() == pytest.approx([0, 1 / 4, 0])


def test_a_half_without_campaigns_has_no_share():
    shifts = welcome.campaign_shifts(
        sendings(("a", 1, "Type A", "2017-02-01", "2017-03-01")),
        pd.DataFrame({"household_id": [], "campaign_id": []}),
        n_households=2,
        **YEAR,
    )
    assert shifts.loc["after"].isna().all() and shifts.loc["before"].tolist() == [1, 0.5, 0]


def test_the_share_of_the_customer_counts_buyers_only():
    choices = pd.DataFrame(
        [("a", "x"), ("a", "x"), ("a", "y"), ("a", "x"), ("b", "y"), ("b", "y"), ("c", "y"), ("c", "x")],
        columns=["household_id", "brand"],
    )
    share = welcome.share_of_customer(choices, "x")
    assert share["before"] == 1.0  # a alone bought x in its first half: 2 of 2
    assert share["after"] == pytest.approx((1 / 2 + 1) / 2)  # a: 1 of 2, c: 1 of 1
    assert welcome.share_of_customer(choices, "z").isna().all()


def test_the_gain_is_a_yearly_margin():
    gain = welcome.yearly_gain(pd.Series([200.0, 0.0]), years=2, margin_rate=0.3, uplift=0.05)
    assert gain.tolist() == pytest.approx([1.5, 0])


def test_the_smallest_effect_is_seen_four_times_in_five():
    n, control, base, draws = 400, 200, 0.5, 20_000
    effect = welcome.smallest_effect(n, control, base=base)
    rng = np.random.default_rng(0)
    first, second = rng.binomial(n, base + effect, draws) / n, rng.binomial(control, base, draws) / control
    pooled = (first * n + second * control) / (n + control)
    z = (first - second) / np.sqrt(pooled * (1 - pooled) * (1 / n + 1 / control))
    assert (z > 1.96).mean() == pytest.approx(0.8, abs=0.02)


def test_no_trial_without_a_control_group():
    assert welcome.smallest_effect(10, 0) == math.inf


@pytest.fixture
def ax():
    import matplotlib

    matplotlib.use("agg")
    import matplotlib.pyplot as plt

    fig, ax = plt.subplots(figsize=(7.2, 3))
    yield ax
    plt.close(fig)


def overlaps(ax) -> list[tuple[str, str]]:
    """Return the pairs of texts of a figure that lie on one another."""
    ax.figure.canvas.draw()
    boxes = [(text.get_text(), text.get_window_extent()) for text in ax.texts if text.get_text()]
    return [(a, b) for i, (a, x) in enumerate(boxes) for b, y in boxes[i + 1 :] if x.overlaps(y)]


def test_the_chain_holds_all_the_notebooks_of_the_course(ax):
    steps = ["Identifier", "Segmenter", "Adapter", "Échanger", "Évaluer"]
    lines = [["qui est qui", "groupes", "offres", "contacts", "résultats"], ["03", *["04 05 06\n07 08 09"] * 4]]
    welcome_figures.draw_chain(ax, steps, lines, title="Cinq étapes", back="recommencer", above="Pourquoi : 01 02")
    assert overlaps(ax) == []
    assert {"Identifier", "qui est qui", "recommencer", "Pourquoi : 01 02"} <= {text.get_text() for text in ax.texts}


def test_the_parts_list_their_tables(ax):
    tables = {"ventes (Merle)": "2\u202f909", "transactions (CJ)": "1\u202f469\u202f307"}
    parts = {name: pd.Series(tables) for name in ("Opérationnelle", "Analytique", "Collaborative")}
    welcome_figures.draw_parts(ax, parts, title="Trois parties")
    assert overlaps(ax) == []
    assert sum(text.get_text() == "ventes (Merle) : 2\u202f909" for text in ax.texts) == 3


def test_shifts_are_drawn_from_before_to_after(ax):
    shifts = pd.DataFrame({"before": [0.2, 0.9], "after": [0.3, 0.5]}, index=["a", "b"])
    welcome_figures.plot_shifts(ax, shifts, labels=("avant", "après"), title="Deux")
    before, after = (line.get_xdata().tolist() for line in ax.lines)
    assert (before, after) == ([0.2, 0.9], [0.3, 0.5])
    assert [text.get_text() for text in ax.get_yticklabels()] == ["a", "b"]
    assert "90\u202f% → 50\u202f%" in [text.get_text() for text in ax.texts]


def test_eras_have_their_names_and_heights(ax):
    welcome_figures.draw_eras(ax, [("avant", "forte", 1.0), ("après", "faible", 0.2)], title="Deux", note="sans dates")
    assert [bar.get_height() for bar in ax.patches] == [1.0, 0.2]
    assert [text.get_text() for text in ax.get_xticklabels()] == ["avant", "après"]


def test_a_dearer_contact_pays_for_fewer_customers(ax):
    gain = pd.Series([0.1, 1.0, 10.0, 100.0])
    welcome_figures.plot_worth(ax, gain, contacts=4, marks={"appel": 1.0}, currency="EUR", title="Coût")
    shares = ax.lines[0].get_ydata()
    assert shares[0] == 1.0 and list(shares) == sorted(shares, reverse=True)
    assert ax.texts[0].get_text() == "appel : 50\u202f%"
