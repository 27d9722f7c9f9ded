"""Which model is kept, why others are refused, and intervals that hold what they should."""

import numpy as np
import pandas as pd
import pytest

from grc_helpers.clv import choice
from grc_helpers.errors import GrcError


def steady(n, *, seed=0):
    """Customers who buy at steady, unequal rates and never leave, for 30 each time."""
    rng = np.random.default_rng(seed)
    x = rng.poisson(rng.gamma(3, 0.1, n) * 100)
    recency = np.where(x > 0, 100 * rng.uniform(size=n) ** (1 / np.maximum(x, 1)), 0.0)
    money = np.where(x > 0, 30.0, 0.0)
    return pd.DataFrame({"frequency": x, "recency": recency, "T": 100.0, "monetary_value": money})


def test_cdnow_is_bg_nbd_without_reserve(sample):
    kept = choice.fit(sample)
    assert (kept.name, kept.refused, kept.remarks) == ("BG/NBD", (), ())


def test_customers_who_never_leave_are_nbd_and_it_is_said():
    kept = choice.fit(steady(2_000))
    assert kept.name == "NBD" and kept.purchases.params_["r"] == pytest.approx(3, rel=0.15)
    assert {text.split(" : ")[0] for text in kept.refused} == {"BG/NBD", "Pareto/NBD"}
    # A same amount for all puts the model of spend at its bound: it says so, and foresees that amount.
    assert "même montant" in kept.remarks[0] or "autant" in kept.remarks[0]
    assert kept.spend.predict(steady(20)).to_numpy() == pytest.approx(30, abs=0.5)


def test_only_a_model_that_is_refused_keeps_nothing():
    kept = choice.fit(steady(2_000), only="BG/NBD")
    assert kept.purchases is None and kept.name == "" and all("BG/NBD" in text for text in kept.refused)


def test_describe_and_total_agree(sample):
    kept = choice.fit(sample)
    replicates, dropped = choice.refit(kept, sample, n_boot=30, seed=1)
    terms = {"years": 5, "annual_rate": 0.1, "margin": 0.3}
    table = choice.describe(kept, sample, replicates, **terms)
    total, low, high = choice.total_interval(kept, sample, replicates, **terms)
    assert dropped == 0 and table["value_to_come"].sum() == pytest.approx(total)
    assert low < total < high
    for name, (below, above) in choice.INTERVALS.items():
        assert (table[below] <= table[above]).all() and table[name].between(table[below], table[above]).mean() > 0.9
    by_delta = choice.total_interval(kept, sample, **terms)
    assert by_delta[0] == pytest.approx(total)
    assert by_delta[2] - by_delta[1] == pytest.approx(high - low, rel=0.7)  # thirty draws, and customers drawn too


def test_few_customers_give_a_refusal_rather_than_a_false_interval():
    rng = np.random.default_rng(4)
    few = steady(12).assign(monetary_value=lambda t: np.where(t["frequency"] > 0, rng.lognormal(3, 2, 12), 0.0))
    kept = choice.fit(few)
    with pytest.raises(GrcError, match="ne tient pas sur des clients tirés au hasard"):
        choice.refit(choice.Choice("BG/NBD", choice.BgNbd(), kept.spend, (), ()), few, n_boot=20, seed=1)
