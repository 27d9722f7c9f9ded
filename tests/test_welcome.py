"""What notebook 00 measures: shifts between two halves, an expected gain, the smallest effect seen."""

import math
from datetime import date

import numpy as np
import pandas as pd
import pytest

from grc_helpers import welcome, welcome_figures
from grc_helpers.data.loading import read_table
from grc_helpers.personalisation.identification import identified_sales

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
    rows = welcome.campaign_rows(sent, used, ["a", "b", "c", "d"], **YEAR)
    found = [(round(shift["before"], 6), round(shift["after"], 6)) for shift in map(welcome.shift, rows.values())]
    assert list(rows) == ["personalised", "reached", "answered"]
    assert found == [(round(2 / 3, 6), 0), (0.5, 0.25), (round(1 / 3, 6), 0)]


def test_a_half_without_campaigns_has_no_share():
    sent = sendings(("a", 1, "Type A", "2017-02-01", "2017-03-01"))
    used = pd.DataFrame({"household_id": [], "campaign_id": []})
    rows = welcome.campaign_rows(sent, used, ["a", "b"], **YEAR)
    found = {name: welcome.shift(part) for name, part in rows.items()}
    assert found["personalised"]["before"] == 1 and math.isnan(found["personalised"]["after"])
    assert math.isnan(found["answered"]["change_low"]) and found["reached"]["after"] == 0


def test_the_share_of_the_customer_counts_buyers_only():
    choices = pd.DataFrame(
        [("a", "x"), ("a", "x"), ("a", "y"), ("a", "x"), ("b", "y"), ("b", "y"), ("c", "y"), ("c", "x")],
        columns=["household_id", "brand"],
    )
    found = {name: welcome.shift(rows) for name, rows in welcome.brand_rows(choices, "x").items()}
    assert found["customer_share"]["before"] == 1.0  # a alone bought x in its first half: 2 of 2
    assert found["customer_share"]["after"] == pytest.approx((1 / 2 + 1) / 2)  # a: 1 of 2, c: 1 of 1
    assert (found["market_share"]["before"], found["market_share"]["after"]) == (2 / 4, 2 / 4)


def test_in_a_market_of_two_brands_one_loses_what_the_other_wins():
    rng = np.random.default_rng(3)
    choices = pd.DataFrame({"household_id": np.repeat(range(50), 8), "brand": rng.choice(["x", "y"], 400)})
    one, other = (welcome.shift(welcome.brand_rows(choices, brand)["market_share"]) for brand in "xy")
    assert one["change"] == pytest.approx(-other["change"])
    assert one["change_low"] == pytest.approx(-other["change_high"])


def test_the_intervals_of_shares_and_of_their_change_hold_the_truth():
    """Households of unequal sizes and tastes, kept from one half to the other: 95 % intervals, 1 000 worlds of 200."""
    rng, draws, held = np.random.default_rng(8), 1000, np.zeros(3)
    for _ in range(draws):
        taste = rng.beta(2, 3, 200)
        size = 1 + rng.poisson(4, 200)
        rows = [
            pd.DataFrame({"unit": range(200), "half": half, "part": rng.binomial(size, share), "whole": size})
            for half, share in (("before", taste), ("after", taste + 0.2 * (1 - taste)))
        ]
        found = welcome.shift(pd.concat(rows))
        truth = {"before": 0.4, "after": 0.4 + 0.2 * 0.6, "change": 0.12}
        held += [found[f"{name}_low"] <= value <= found[f"{name}_high"] for name, value in truth.items()]
    assert held / draws == pytest.approx(np.full(3, 0.95), abs=3 * math.sqrt(0.95 * 0.05 / draws))


def test_known_sales_are_those_that_notebook_10_recognises():
    tables = (read_table("cafes_merle", f"{name}.parquet") for name in ("ventes", "clients", "lignes", "couts_service"))
    sales, customers, lines, service = tables
    rows = welcome.firm_rows(sales, customers, lines, service, years=(2023, 2025))
    found, shares = welcome.shift(rows["known"]), identified_sales(sales, customers)
    quarters = sales["amount"].groupby(pd.to_datetime(sales["date"]).dt.to_period("Q").dt.start_time).sum()
    for year, name in ((2023, "before"), (2025, "after")):
        anonymous = (shares["anonyme"] * quarters)[str(year)].sum() / quarters[str(year)].sum()
        assert found[name] == pytest.approx(1 - anonymous)


def test_profitable_sales_by_hand():
    sales = pd.DataFrame({"order_id": [1, 2, 3], "customer_id": ["a", "b", "a"], "amount": [30.0, 10.0, 20.0]})
    sales = sales.assign(date=["2023-01-01", "2023-02-01", "2025-01-01"], channel="web")
    lines = pd.DataFrame({"order_id": [1, 2, 3], "amount": [30.0, 10.0, 20.0], "cost": [10.0, 5.0, 19.0]})
    service = pd.DataFrame(
        {"customer_id": ["a", "b", "a"], "year": [2023, 2023, 2025], "service_cost": [1.0, 6.0, 2.0]}
    )
    service = service.assign(deliveries=0, tickets=0, visits=0)
    customers = pd.DataFrame({"customer_id": ["a", "b"], "card_from": pd.NaT})
    found = welcome.shift(welcome.firm_rows(sales, customers, lines, service, years=(2023, 2025))["profitable"])
    assert (found["before"], found["after"]) == (30 / 40, 0)  # b costs more than it leaves; so does a, in 2025


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


def test_shifts_are_drawn_with_their_intervals_and_their_change(ax):
    names = [f"{name}{side}" for name in ("before", "after", "change") for side in ("", "_low", "_high")]
    values = [[0.2, 0.1, 0.3, 0.3, 0.2, 0.4, 0.1, -0.1, 0.3], [0.9, 0.8, 0.95, 0.5, 0.4, 0.6, -0.4, -0.5, -0.3]]
    shifts = pd.DataFrame(values, index=["a", "b"], columns=names)
    welcome_figures.plot_shifts(ax, shifts, labels=("avant", "après"), title="Deux")
    before, after = (bars[0].get_xdata().tolist() for bars in ax.containers)
    assert (before, after) == ([0.2, 0.9], [0.3, 0.5])
    ends = ax.containers[0][2][0].get_segments()
    assert [segment[:, 0].tolist() for segment in ends] == [pytest.approx([0.1, 0.3]), pytest.approx([0.8, 0.95])]
    assert [text.get_text() for text in ax.get_yticklabels()] == ["a", "b"]
    assert "−40,0 [−50,0 ; −30,0]" in [text.get_text() for text in ax.texts]


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
