"""User status and loyalty status: by hand, by chance, and where the truth is known."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from grc_helpers.behaviour import loyalty, status


def test_statuses_by_hand():
    visits = pd.DataFrame(
        [("a", 0, True), ("a", 1, True), ("a", 2, False), ("b", 0, False), ("b", 2, True), ("c", 2, False)],
        columns=["customer_id", "window", "bought"],
    )
    states = status.user_states(visits, windows=3)
    assert states.loc["a"].tolist() == [status.REGULAR, status.FORMER]
    assert states.loc["b"].tolist() == [status.NON, status.FIRST]
    assert pd.isna(states.loc["c", 1]) and states.loc["c", 2] == status.POTENTIAL
    moves = status.state_transitions(states)
    assert moves.to_numpy().sum() == 2 and moves.loc[status.REGULAR, status.FORMER] == 1
    assert status.passage(moves, status.REGULAR, (status.FORMER,))[0] == 1
    assert status.passage(moves, status.POTENTIAL, (status.FIRST,))[3] == 0


def test_windows_cover_every_day_once():
    cuts = status.equal_windows(date(2024, 1, 1), date(2024, 12, 31), 4)
    assert cuts[0] == date(2024, 1, 1) and cuts[-1] == date(2025, 1, 1) and len(cuts) == 5
    lengths = [(b - a).days for a, b in zip(cuts, cuts[1:], strict=False)]
    assert len(set(lengths[1:])) == 1 and 0 <= lengths[0] - lengths[1] < 4


def test_loyalty_by_hand():
    counts = pd.DataFrame({"x": [4, 3, 2, 1], "y": [0, 1, 2, 0]}, index=list("abcd"))
    found = loyalty.loyalty_status(counts)
    assert found["status"].tolist() == [loyalty.EXCLUSIVE, loyalty.SHARED, loyalty.SWITCHER, loyalty.UNKNOWN]
    assert loyalty.exclusive_by_chance(pd.DataFrame({"x": [2, 0], "y": [0, 2]})) == pytest.approx(0.5)


def test_published_counts_of_the_panels():
    """The cards of both panels count 24 of 300 and 29 of 136 households with one product only."""
    assert loyalty.status_shares(loyalty.panel_counts("catsup", None))[loyalty.EXCLUSIVE] == pytest.approx(24 / 300)
    assert loyalty.status_shares(loyalty.panel_counts("cracker"))[loyalty.EXCLUSIVE] == pytest.approx(29 / 136)


@pytest.mark.parametrize("switching", [0.5, 2.0])
def test_switching_parameter_is_recovered_whatever_the_number_of_purchases(switching):
    rng, shares = np.random.default_rng(1), np.array([0.5, 0.3, 0.2])
    truth = rng.dirichlet(switching * shares, 4000)
    for number in (2, 12):
        counts = pd.DataFrame(rng.multinomial(number, truth))
        assert loyalty.switching_parameter(counts) == pytest.approx(switching, rel=0.12)


def test_no_loyalty_at_all_gives_an_infinite_parameter_or_a_large_one():
    counts = pd.DataFrame(np.random.default_rng(2).multinomial(10, [0.5, 0.5], 3000))
    assert loyalty.switching_parameter(counts) > 50


def test_few_purchases_make_more_exclusives_than_there_are_faithful():
    table = loyalty.simulate_exclusives(pd.Series([0.5, 0.3, 0.2]), switching=0.6, seed=1)
    assert table["exclusive"].is_monotonic_decreasing and table["really"].is_monotonic_increasing
    assert table["exclusive"].iloc[0] > table["faithful"].iloc[0] > table["exclusive"].iloc[-1]


def test_halves_keep_the_order_of_purchases():
    rows = [("a", k, "x" if k < 4 else "y") for k in range(8)]
    panel = pd.DataFrame(rows, columns=["id", "occasion", "choice"]).sample(frac=1, random_state=1)
    table = loyalty.half_to_half(panel, customer="id", brand="choice", order="occasion")
    assert table.loc[loyalty.EXCLUSIVE, loyalty.EXCLUSIVE] == 1 and table.to_numpy().sum() == 1
