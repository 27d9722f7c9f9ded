"""The ladder of forecasts and the learning curve: by hand, and on worlds where the best rung is known."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from grc_helpers.clv import choice, holdout, ladder, learning
from grc_helpers.data.loading import load

DRAWN = {"n_boot": 50, "seed": 1}


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    """Four periods of ten days: a buys in each, b in the first two and the fourth, c only once, d late."""
    start = pd.Timestamp("2024-01-01")
    bought = {"a": (0, 12, 25, 31), "b": (0, 15, 33), "c": (0,), "d": (28,)}
    lines = [(who, start + pd.Timedelta(days=day), 10) for who, days in bought.items() for day in days]
    file = tmp_path_factory.mktemp("shop") / "ventes.csv"
    pd.DataFrame([*lines, ("a", "2024-03-20", 70)], columns=["customer_id", "date", "amount"]).to_csv(file, index=False)
    return load(file)


def test_purchases_read_as_contracts_by_hand(shop):
    known = holdout.split(shop, cut=date(2024, 2, 9))  # day 39: four whole periods for a, b, c
    found = ladder.read_as_contracts(shop, known, cut=date(2024, 2, 9), weeks=9.75 / 7)
    assert found["T"].tolist() == [3, 3, 3, 0]  # d has lived one period: no renewal date yet
    assert found["frequency"].tolist() == [3, 1, 0, 0]  # b skipped the third: it left, and its return is not seen
    assert found["spend"].tolist() == [40, 20, 10, 10]


def test_rungs_are_in_order_and_the_mean_is_the_mean(shop):
    known = holdout.split(shop, cut=date(2024, 2, 9))
    rungs, _ = ladder.rungs(shop, known, [], cut=date(2024, 2, 9), past_weeks=39 / 7, future_weeks=39 / 7)
    assert list(rungs)[:2] == ["Moyenne de tous", "Géométrique : une rétention"]
    assert rungs["Moyenne de tous"].nunique() == 1
    geometric = rungs["Géométrique : une rétention"]
    retention, each = 4 / 6, 80 / 8  # renewals over dates met, spend over periods as a customer
    ahead = retention + retention**2 + retention**3 + retention**4
    assert geometric.tolist() == pytest.approx([each * ahead, 0, 0, each * ahead])


def test_the_comparison_sees_a_perfect_forecast_and_a_useless_one():
    rng = np.random.default_rng(0)
    actual = pd.Series(rng.lognormal(size=3_000))
    rungs = {"mean": pd.Series(actual.mean(), actual.index), "half": (actual + actual.mean()) / 2}
    table = ladder.compare(actual, rungs | {"same": rungs["half"], "truth": actual}, share=0.2, **DRAWN)
    assert table["total_gap"].abs().max() < 1e-9
    assert table.loc["mean", "captured"] == pytest.approx(0.2) and np.isnan(table.loc["mean", "step"])
    assert table.loc["half", "step"] == pytest.approx(0.5, abs=0.01)
    assert table.loc["same", ["step", "step_low", "step_high"]].tolist() == pytest.approx([0, 0, 0], abs=1e-12)
    assert table.loc["truth", "step"] == 1


def test_cdnow_each_customer_s_model_beats_contracts_read_into_sales():
    data, cut = load("cdnow"), date(1997, 9, 30)
    known, _ = holdout.without_spend(holdout.split(data, cut=cut))
    rungs, refused = ladder.rungs(data, known, [choice.fit(known)], cut=cut, past_weeks=39, future_weeks=39)
    table = ladder.compare(known["future_spend"], rungs, share=0.2, **DRAWN)
    assert refused == [] and list(table.index)[-1] == "BG/NBD + Gamma-Gamma"
    assert table["step_low"].iloc[-1] > 0 and table["captured"].is_monotonic_increasing


def test_learning_on_amounts_whose_law_is_known():
    """Gamma-gamma amounts: the mixture beats both means, and its error is the one that the law gives."""
    rng, n, p, q, gamma = np.random.default_rng(2), 20_000, 6.0, 4.0, 15.0
    mean = p * gamma / rng.gamma(q, 1, n)
    amounts = pd.DataFrame(rng.gamma(p, mean[:, None] / p, (n, 8)))
    errors, problems = learning.curve(amounts, **DRAWN)
    table = errors.pivot(index="seen", columns="way", values="error")
    assert problems == () and (table[learning.WAYS[2]] <= table.min(axis=1) + 1e-9).all()
    assert table[learning.WAYS[2]].is_monotonic_decreasing and table[learning.WAYS[0]].nunique() == 1
    spread = np.sqrt((mean**2).mean() / p / 4)  # of the target around the customer's true mean
    assert table.loc[4, learning.WAYS[1]] == pytest.approx(np.sqrt(2) * spread, rel=0.03)


def test_early_amounts_by_hand(shop):
    found = learning.early_amounts(shop.table, seen=2, end=shop.observation_end)
    assert found.index.tolist() == ["a"] and found.loc["a"].tolist() == [10, 10, 10, 10]
    assert learning.choose(shop.table, end=shop.observation_end) is None  # nobody to learn from


def test_who_buys_again_is_not_told_by_a_constant_and_is_by_the_truth():
    customers = pd.DataFrame({"frequency": [0] * 50 + [4] * 50, "bought": [0, 1] * 50})
    blind = learning.ranking_by_seen(customers, pd.Series(1.0, customers.index), **DRAWN)
    assert blind["ranked"].tolist() == [0.5, 0.5] and blind["customers"].tolist() == [50, 50]
    assert learning.ranking_by_seen(customers, customers["bought"], **DRAWN)["ranked"].tolist() == [1, 1]
