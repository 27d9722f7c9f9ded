"""Effects by segment: a published posterior, coverage on a known truth, and what a trial may not say."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binom

from grc_helpers.errors import GrcError
from grc_helpers.evaluation.plan_effects import gains, measured, per_present, posterior

EFFECT = [28, 8, -3, 7, -1, 1, 18, 12]  # eight schools, Rubin (1981)
ERROR = [15, 10, 16, 11, 9, 11, 10, 18]


def trial(rows, alive: float = 1.0) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Make a trial from (segment, treated, gains, cost of each treated)."""
    parts = [
        pd.DataFrame({"segment": s, "treated": t, "gain": g, "cost": cost if t else 0.0}) for s, t, g, cost in rows
    ]
    frame = pd.concat(parts, ignore_index=True)
    frame["customer_id"] = [f"c{k:05d}" for k in frame.index]
    return frame, frame.set_index("customer_id")[["segment"]].assign(p_alive=alive)


def test_eight_schools_gelman_2013_table_5_3():
    """Posterior medians; the book's rest on 200 draws, so that each moves by about a point and a half."""
    drawn = posterior(EFFECT, ERROR, draws=20_000, seed=1)
    assert np.median(drawn, axis=0) == pytest.approx([10, 8, 7, 8, 5, 6, 10, 8], abs=1.6)


def test_draws_agree_with_the_integral_by_quadrature():
    """Mean of each true effect, by summing over τ and μ on a fine grid, without any draw."""
    effect, error = np.array([3.0, 0.0, -2.0, 5.0]), np.array([1.0, 2.0, 1.5, 4.0])
    tau, mu = np.meshgrid(np.linspace(0.005, 60, 3000), np.linspace(-40, 40, 1601), indexing="ij")
    density = np.ones_like(tau)
    for y, s in zip(effect, error, strict=True):
        spread = s**2 + tau**2
        density *= np.exp(-0.5 * (y - mu) ** 2 / spread) / np.sqrt(spread)
    density /= density.sum()
    expected = [
        (density * (y / s**2 + mu / tau**2) / (1 / s**2 + 1 / tau**2)).sum() for y, s in zip(effect, error, strict=True)
    ]
    assert posterior(effect, error, draws=100_000, seed=2).mean(axis=0) == pytest.approx(expected, abs=0.05)


def test_intervals_hold_the_truth_at_least_as_often_as_they_say():
    """Effects drawn as the model says: flat τ is wide, so that coverage may exceed 95 %, not fall below it."""
    rng, runs, held, width, raw = np.random.default_rng(3), 300, 0, 0.0, 0.0
    error = np.array([0.5, 1, 1, 2, 2, 4, 4, 8])
    for run in range(runs):
        true = rng.normal(2, 1.5, len(error))
        drawn = posterior(true + error * rng.standard_normal(len(error)), error, draws=1_000, seed=run)
        low, high = np.quantile(drawn, [0.025, 0.975], axis=0)
        place = run % len(error)  # one segment a run: independent
        held += bool(low[place] <= true[place] <= high[place])
        width, raw = width + (high - low).mean() / runs, 2 * 1.96 * error.mean()
    assert held >= binom.ppf(0.001, runs, 0.95)
    assert width < 0.7 * raw


def test_two_segments_share_nothing():
    drawn = posterior([1.0, 9.0], [0.5, 2.0], draws=200_000, seed=4)
    assert drawn.mean(axis=0) == pytest.approx([1, 9], abs=0.02)
    assert drawn.std(axis=0) == pytest.approx([0.5, 2], rel=0.01)


def test_differences_by_hand_and_a_small_segment_joins_the_wider_one():
    plain, few = [1.0, 3.0] * 20, [5.0] * 4
    frame, eve = trial(
        [
            ("Petits", True, plain, 1.0), ("Petits", False, [0.0, 2.0] * 15, 1.0),
            ("Petits, avec compte", True, few, 1.0), ("Petits, avec compte", False, few, 1.0),
            ("Bons", True, [4.0] * 3, 1.0), ("Bons", False, [4.0] * 3, 1.0),
        ]
    )  # fmt: skip
    table = measured(frame, eve)
    assert list(table.index) == ["Petits"]  # « Bons » has too few, and nothing wider to join
    assert table.loc["Petits", "treated"] == 44 and table.loc["Petits", "control"] == 34
    assert table.loc["Petits", "effect"] == pytest.approx((40 * 2 + 4 * 5) / 44 - (30 * 1 + 4 * 5) / 34)
    found = gains({"Bon": table}, ["Petits, avec compte", "Petits", "Bons"], draws=100, seed=1)
    assert found["raw"]["Bon"].tolist()[1:] == pytest.approx([table.loc["Petits", "effect"] + 1] * 2)  # contact: 1
    assert np.isnan(found["worth"].loc["Bons", "Bon"])


def test_who_has_left_does_not_react():
    """Half of the treated were gone: what the others did is twice the mean, and so is what they cost."""
    rows = [("Petits", True, [-1.0] * 20 + [6.0, 8.0] * 10, 1.0), ("Petits", False, [0.0] * 20 + [3.0, 5.0] * 10, 0.0)]
    frame, eve = trial(rows, alive=0.5)
    frame.loc[20:39, "cost"] += 2.0  # rewards, paid to those who answer
    table = measured(frame, eve)
    found = per_present({"x": table}, ["Petits"])
    assert table.loc["Petits", "effect"] == pytest.approx(3.0 - 2.0)
    assert found["worth"].loc["Petits", "x"] == pytest.approx((1.0 + 1.0) / 0.5)
    assert found["variable"].loc["Petits", "x"] == pytest.approx(2.0) and found["unit"]["x"] == 1
    assert found["error"].loc["Petits", "x"] == pytest.approx(table.loc["Petits", "error"] / 0.5)


def test_where_nobody_buys_a_doubt_remains():
    frame, eve = trial(
        [
            ("Petits", True, [9.0, -1.0] * 20, 1.0), ("Petits", False, [10.0, 0.0] * 20, 1.0),
            ("Perdus", True, [-1.0] * 50, 1.0), ("Perdus", False, [0.0] * 50, 1.0),
        ]
    )  # fmt: skip
    gone = measured(frame, eve).loc["Perdus"]
    assert gone["effect"] == -1
    assert gone["error"] == pytest.approx(10 / 50)  # one purchase more, worth 10, among fifty treated


def test_lots_drawn_by_month_are_compared_within_the_month():
    frame, eve = trial([("Nouveaux", True, [5.0, 7.0] * 20, 0.0), ("Nouveaux", False, [4.0, 6.0] * 30, 0.0)])
    # In the second month everybody earns ten more, and treated are rarer.
    frame["block"] = ["a"] * 30 + ["b"] * 10 + ["a"] * 20 + ["b"] * 40
    frame.loc[frame["block"] == "b", "gain"] += 10
    assert measured(frame, eve).loc["Nouveaux", "effect"] == pytest.approx(1)


def test_too_small_a_trial_is_refused():
    frame, eve = trial([("Bons", True, [1.0, 2.0], 1.0), ("Bons", False, [0.0, 1.0], 1.0)])
    with pytest.raises(GrcError, match="trop petit.*\n.*2 traités, 2 témoins\n.*20 traités"):
        measured(frame, eve)
