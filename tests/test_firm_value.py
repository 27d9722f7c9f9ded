"""Value of the firm: by hand, against theory, and what is refused."""

import numpy as np
import pandas as pd
import pytest

from grc_helpers.clv.formulas import margin_multiple
from grc_helpers.errors import GrcError
from grc_helpers.firm_value import (
    after_departures,
    collection_funnel,
    extra_loss,
    intangible_share,
    knowledge_scores,
    programme_bridge,
    steps,
    surviving_base,
    three_averages,
)


def test_four_times_is_three_quarters_and_nine_tenths_are_ten_times():
    assert intangible_share([1, 4, 10]) == pytest.approx([0, 0.75, 0.9])
    assert intangible_share(0.5) == -1  # the market values the firm at half its books


def test_three_averages_by_hand():
    """Two small firms at 4 and 2 times, a large one at 1: mean 2.33, median 2, all together 1.15."""
    found = three_averages([4, 2, 20], [1, 1, 20], n_boot=200, seed=1)["value"]
    assert found.tolist() == pytest.approx([7 / 3, 2, 26 / 22])


def test_the_interval_covers_the_mean_of_the_world():
    """Log-normal ratios of known mean: 95 % intervals hold it about 95 times in 100 (a little less for skewed laws)."""
    rng, held = np.random.default_rng(5), 0
    for world in range(100):
        ratio = rng.lognormal(0, 0.5, 300)
        low, high = three_averages(ratio, np.ones(300), n_boot=300, seed=world).loc["moyenne", ["low", "high"]]
        held += low <= np.exp(0.125) <= high
    assert 88 <= held <= 100


def test_a_waterfall_ends_where_its_total_starts():
    bars = steps(pd.Series({"a": 10.0, "b": 5.0, "c": -7.0}))
    assert bars["start"].tolist() == [0, 10, 15, 0] and bars["end"].tolist() == [10, 15, 8, 8]


def test_a_programme_that_raises_sales_and_lowers_profit():
    """15 % more volume at 10 % off: sales 100 → 103.5; cost 70 × 1.15 = 80.5; profit 30 → 23, less 2 of programme."""
    of_sales, of_profit = programme_bridge(100, margin_rate=0.3, volume=0.15, discount=0.10, cost=2)
    assert of_sales.sum() == pytest.approx(103.5)
    assert of_profit.sum() == pytest.approx(103.5 - 80.5 - 2)


def test_the_base_is_worth_its_multiple_on_average_and_less_surely_when_small():
    options = {"margin": 30, "retention": 0.8, "discount_rate": 0.1, "n": 20_000, "seed": 3}
    small, large = surviving_base(10, **options), surviving_base(200, **options)
    for values, customers in ((small, 10), (large, 200)):
        expected = customers * 30 * margin_multiple(0.8, 0.1)
        assert values.mean() == pytest.approx(expected, abs=4 * values.std() / np.sqrt(20_000))
    assert small.std() / small.mean() == pytest.approx(np.sqrt(20) * large.std() / large.mean(), rel=0.03)
    assert surviving_base(5, margin=1, retention=0.0, discount_rate=0, n=3, seed=1).tolist() == [0, 0, 0]


def test_knowledge_counts_what_is_filled_or_true():
    customers = pd.DataFrame({"birth_year": [1980, None], "web_user": [True, False], "zone": ["Angers", "Angers"]})
    assert knowledge_scores(customers, ["birth_year", "web_user"]).tolist() == [100, 0]
    assert knowledge_scores(customers, ["birth_year", "web_user", "zone"]).round().tolist() == [100, 33]


def test_funnel_by_hand():
    log = pd.DataFrame(
        {"given": [True, True, True, False], "shared_on": [1, 1, None, None], "used_on": [1] + 3 * [None]}
    )
    funnel = collection_funnel(log)
    assert funnel["count"].tolist() == [4, 3, 2, 1]
    assert funnel["kept"].iloc[1:].tolist() == pytest.approx([3 / 4, 2 / 3, 1 / 2])
    assert funnel["share"].iloc[-1] == 0.25


def test_customers_of_a_rep_who_left():
    reps = pd.DataFrame({"rep_id": ["R1", "R2"], "left": ["2024-06-30", None], "shared_base": [False, True]})
    portfolios = pd.DataFrame(
        {"rep_id": ["R1", "R1", "R1", "R2"], "customer_id": list("abcd"),
         "since": ["2023-01-01", "2023-01-01", "2023-01-01", "2023-01-01"],
         "until": ["2024-06-30", "2024-06-30", "2023-12-31", None]}
    )  # fmt: skip
    days = [
        "2024-06-01",
        "2024-08-01",
        "2024-05-20",
        "2025-03-01",
        "2024-06-01",
        "2024-06-01",
        "2023-07-20",
        "2023-06-30",
    ]
    sales = pd.DataFrame({"order_id": range(8), "customer_id": list("aabbcdbb"), "date": days})
    lines = pd.DataFrame({"order_id": [0, 0, 1, 2, 4, 5, 6, 7], "amount": 10.0, "cost": [4.0, 5, 0, 3, 0, 0, 2, 0]})
    found = after_departures(reps, portfolios, sales, lines, days=90, settle=30)
    # a bought before and after; b before, and too late; c was no longer R1's; R2 stays.
    assert found[["rep_id", "active", "kept", "shared_base"]].to_numpy().tolist() == [["R1", 2, 1, False]]
    # The year up to the departure: a's order of two lines, b's of May and of July; not that of a year and a day before.
    assert found["yearly_margin"].tolist() == [6 + 5 + 7 + 8]
    late = after_departures(reps, portfolios, sales, lines, days=90, settle=60)
    assert late["kept"].tolist() == [0]  # a's purchase, 32 days after, proves nothing yet


def test_the_loss_without_a_shared_base_is_found_again():
    """25 % of those whom the base would have kept: the wide interval holds it 95 times in 100."""
    rng, held, draws = np.random.default_rng(11), 0, 1000
    active, share = pd.Series({True: 36, False: 25}), pd.Series({True: 0.7, False: 0.7 * 0.75})
    for _ in range(draws):
        loss, low, high = extra_loss(pd.Series(rng.binomial(active, share), active.index), active)
        held += low <= 0.25 <= high
        assert low <= loss <= high
    assert held / draws == pytest.approx(0.95, abs=3 * np.sqrt(0.95 * 0.05 / draws))
    assert extra_loss(pd.Series({True: 6, False: 3}), pd.Series({True: 10, False: 10}))[0] == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: intangible_share([4, -2]), "(?s)ne se calcule pas.*1 rapport\\(s\\) sur 2"),
        (lambda: three_averages([1, 2], [1, 0], n_boot=10, seed=1), "dénominateur positif"),
        (lambda: surviving_base(3, margin=1, retention=1, discount_rate=0.1, n=2, seed=1), "Rétention impossible"),
        (lambda: knowledge_scores(pd.DataFrame({"a": [1]}), ["b"]), "(?s)Champs inconnus : b.*choisissez parmi : a"),
    ],
)
def test_what_is_refused(call, message):
    with pytest.raises(GrcError, match=message):
        call()
