"""Usage level: the NBD fitted, recovered, and its regression to the mean."""

import numpy as np
import pandas as pd
import pytest

from grc_helpers.behaviour import usage
from grc_helpers.data.loading import read_table
from grc_helpers.errors import GrcError


def test_hardie_champagne():
    """Hardie's note on the concentration of purchases: r = .161, α = .129, last class open."""
    table = read_table("champagne")
    r, alpha = usage.fit_nbd(table["bottles"], table["households"], open_class=8)
    assert (round(r, 3), round(alpha, 3)) == (0.161, 0.129)
    expected = usage.expected_counts(table["bottles"], r, alpha, total=568, open_class=8)
    assert expected.sum() == pytest.approx(568) and expected[0] == pytest.approx(400, abs=2)


def test_parameters_are_recovered_even_with_an_open_class():
    world = usage.simulate_two_periods(0.5, 0.25, customers=20_000, seed=4)["first"]
    assert usage.fit_nbd(world) == pytest.approx((0.5, 0.25), rel=0.06)
    assert usage.fit_nbd(world.clip(upper=6), open_class=6) == pytest.approx((0.5, 0.25), rel=0.08)
    closed = usage.fit_nbd(world.clip(upper=6))
    assert abs(closed[0] / closed[1] - 2) > 0.3  # taken for 6, the open class hides purchases


def test_the_next_period_is_as_told_though_nobody_changes():
    world = usage.simulate_two_periods(0.5, 0.25, customers=200_000, seed=5)
    for x in (0, 1, 5, 10):
        seen = world.loc[world["first"] == x, "second"]
        assert abs(seen.mean() - usage.next_period(x, 0.5, 0.25)) < 4 * seen.std() / np.sqrt(len(seen))


def test_regression_table_keeps_the_total():
    table = usage.regression_table(0.5, 0.25, cuts=(2, 7))
    now, then = ((table["customer_share"] * table[name]).sum() for name in ("now", "then"))
    assert now == pytest.approx(2, rel=1e-6) and then == pytest.approx(2, rel=1e-6)
    assert table.loc["gros", "then"] < table.loc["gros", "now"] and table.loc["non-acheteurs", "then"] > 0


def test_forecast_and_what_is_seen_agree_on_stable_customers():
    world = usage.simulate_two_periods(1.0, 0.5, customers=5000, seed=6)
    table = usage.observed_and_expected(world["first"], world["second"], cuts=(1, 3))
    assert ((table["then"] - table["seen"]).abs() < 1.6 * (table["high"] - table["low"]) / 2).all()
    assert table["customers"].sum() == 5000


def test_levels_and_terciles():
    counts = pd.Series([0, 1, 1, 2, 3, 9])
    assert usage.tercile_cuts(counts) == (1, 3)
    assert usage.usage_levels(counts, cuts=(1, 3)).tolist() == [
        "non-acheteurs",
        "petits",
        "petits",
        "moyens",
        "moyens",
        "gros",
    ]
    assert usage.tercile_cuts(pd.Series([1, 1, 1])) == (1, 2)


@pytest.mark.parametrize("counts", [[0, 0, 0], [1, 1, 1, 1]])
def test_counts_that_chance_alone_explains_are_refused(counts):
    with pytest.raises(GrcError, match="La loi NBD ne s'ajuste pas(?s:.*)moyenne"):
        usage.fit_nbd(counts)
