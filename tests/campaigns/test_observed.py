"""Effects without a lot: known truths, and what they need."""

import numpy as np
import pandas as pd
import pytest

from grc_helpers.campaigns import observed, trials
from grc_helpers.errors import GrcError


def test_differences_of_differences_drop_what_does_not_move(rng):
    treated = rng.random(4000) < 0.5
    level = 10 * treated + rng.normal(0, 1, 4000)
    after = level + 3 + 0.5 * treated + rng.normal(0, 1, 4000)
    found = observed.difference_in_differences(level, after, treated)
    assert abs(found["effect"] - 0.5) < 4 * found["error"] < 0.3


def test_equal_past_drops_what_led_the_choice_and_says_who_was_compared(rng):
    past = rng.gamma(2, 50, 8000)
    treated = rng.random(8000) < 1 / (1 + np.exp(-(past - 100) / 40))
    values = past / 50 + 0.4 * treated + rng.normal(0, 1, 8000)
    found = observed.adjusted_difference(values, treated, past, bands=40)
    assert abs(found["effect"] - 0.4) < 4 * found["error"] and found["kept"] > 0.9
    assert values[treated].mean() - values[~treated].mean() > 3 * 0.4
    with pytest.raises(GrcError, match="ne se ressemblent presque nulle part"):
        observed.adjusted_difference(values, past > 100, past)


def test_a_jump_is_found_at_the_threshold_and_not_elsewhere(rng):
    running = np.exp(rng.normal(5.4, 0.7, 20_000))
    values = 2 * np.log(running) + 1.0 * (running >= 300) + rng.normal(0, 2, 20_000)
    found = observed.discontinuity(running, values, threshold=300, width=1.0)
    assert abs(found["effect"] - 1) < 4 * found["error"] < 1
    nothing = observed.discontinuity(running, values, threshold=150, width=0.4)
    assert abs(nothing["effect"]) < 4 * nothing["error"]
    with pytest.raises(GrcError, match="Trop peu de clients près du seuil"):
        observed.discontinuity(running[:30], values[:30], threshold=3000, width=0.1)


def felt_world(rng, jump: float, size: int = 700):
    """Return what people spent and their marks, that rise with spending and jump (points out of 10) at 300."""
    spent = pd.Series(np.exp(rng.normal(5.4, 0.7, size)))
    level = 2.2 * np.log(spent / 300) + jump * (spent >= 300) + 5
    marks = 1 + 0.6 * (level.to_numpy()[:, None] + rng.normal(0, 1.5, (size, 4)))
    answers = pd.DataFrame(marks, columns=[f"attachment_{item}" for item in range(1, 5)])
    return answers.assign(customer_id=answers.index, relation_1=4), spent


def test_what_members_feel_jumps_where_the_club_opens_and_nowhere_else(rng):
    options, scales = {"threshold": 300, "width": 1.0}, {"attachment": "Attachement", "relation": "Relation"}
    for jump in (1.0, 0.0):
        found, held = [], []
        for _ in range(200):
            table = observed.felt_jumps(*felt_world(rng, jump), scales, **options)
            found.append(table["effect"])
            held.append(table["low"].iloc[0] <= jump <= table["high"].iloc[0])
        bias = np.mean(found, axis=0) - [jump, 0]
        assert abs(bias[0]) < 3.5 * np.std(found, axis=0)[0] / np.sqrt(200) and abs(bias[1]) < 1e-6
        assert np.mean(held) > 0.89  # 0.95 less 3.5 standard errors of 200 draws
    first = table.iloc[0]
    error = (first["high"] - first["low"]) / (2 * 1.96)
    assert first["answers_wanted"] == np.ceil(first["respondents"] * (2.8 * error) ** 2)
    answers, spent = felt_world(rng, 0.0)
    fewer = observed.felt_jumps(answers, spent[:500], {"attachment": "A"}, **options)
    assert fewer["respondents"].iloc[0] < first["respondents"]  # who is not in the purchases is left out


def test_what_the_last_days_count(sales):
    daily = sales([("a", "2024-01-10", 5), ("a", "2024-01-12", 7), ("b", "2024-01-01", 9)])
    assert list(observed.spent_lately(daily, end="2024-01-12", days=2)) == [7, 0]
    assert list(observed.spent_lately(daily, end="2024-01-12", days=3)) == [12, 0]


def test_the_targeted_offer_of_the_firm(merle):
    trial = trials.campaign_trial(merle("ciblage"), "PRINTEMPS-2025", unit_cost=2.4)
    table = observed.targeted_offer(merle("daily"), trial, days=60)
    caused = merle("verite/ciblage").query("campaign_id == 'PRINTEMPS-2025'").set_index("customer_id")["caused_orders"]
    truth = caused[trial.loc[trial["treated"], "customer_id"]].mean()
    assert table["low"].iloc[0] > 3 * truth  # the raw difference
    assert table["low"].iloc[3] < truth < table["high"].iloc[3]


def test_the_club_opens_where_its_table_says(merle):
    daily, club = merle("daily"), merle("club").set_index("customer_id")
    spent = observed.spent_between(daily, club.index, since="2024-01-01", until="2025-01-01")
    assert spent == pytest.approx(club["spent_before"].to_numpy()) and spent.min() >= 300
    orders = observed.orders_between(daily, pd.Index(["nobody", club.index[0]]), since="2024-01-01", until="2025-01-01")
    assert orders[0] == 0 and orders[1] > 0
