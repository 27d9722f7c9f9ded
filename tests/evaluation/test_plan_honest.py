"""The luck of the draw: promised by the figures that chose, undone by the figures that did not."""

import numpy as np
import pandas as pd

from grc_helpers.evaluation.plan_honest import cross_fitted, two_halves

SEGMENTS = ["Bons", "Standards", "Petits", "Endormis"]


def noise(rng, n: int = 400) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Make a trial of an action that changes nothing and costs nothing."""
    frame = pd.DataFrame({"customer_id": [f"c{k}" for k in range(n)], "treated": rng.random(n) < 0.5, "cost": 0.0})
    frame["gain"] = rng.normal(10, 8, n)
    return frame, pd.DataFrame({"segment": np.resize(SEGMENTS, n), "p_alive": 1.0}, index=frame["customer_id"])


def test_on_pure_noise_the_promise_is_large_and_the_honest_estimate_is_zero():
    rng, found = np.random.default_rng(1), []
    lots = pd.DataFrame(
        {"segment": np.resize(SEGMENTS, 400), "able": "a | b | c", "band": 10, "p_alive": 1.0, "p_lot": 1.0},
        index=[f"d{k}" for k in range(400)],
    )
    terms = {
        "budget": 1e6,
        "capacity": {"courrier": 1e6},
        "channels": dict.fromkeys("abc", "courrier"),
        "control_share": 0.1,
    }
    for seed in range(60):
        trials, eves = {}, {}
        for action in "abc":
            trials[action], eves[action] = noise(rng)
        found.append(cross_fitted(trials, eves, lots, seed=seed, **terms))
    table = pd.DataFrame(found)
    error = table["honest"].std() / np.sqrt(len(table))
    assert abs(table["honest"].mean()) < 3 * error
    assert table["promised"].mean() > 5 * error
    held = ((table["low"] <= 0) & (0 <= table["high"])).mean()
    assert held >= 0.85  # 60 runs of 95 %: fewer than 51 has a chance of one in ten thousand


def test_halves_split_each_group():
    frame, _ = noise(np.random.default_rng(2))
    half = two_halves(frame, seed=3)
    counts = pd.crosstab(frame["treated"], half)
    assert (counts[0] - counts[1]).between(0, 1).all()
