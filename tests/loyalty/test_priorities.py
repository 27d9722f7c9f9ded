"""Sharing R², importance and performance, expected and perceived quality."""

import numpy as np
import pandas as pd
import pytest

from grc_helpers.errors import GrcError
from grc_helpers.loyalty import priorities


def test_groemping_2006_swiss():
    parts = priorities.shares_from_covariance(priorities.SWISS)
    assert parts == pytest.approx(list(priorities.SWISS_PARTS.values()), abs=1e-4)
    assert parts.sum() == pytest.approx(0.7067, abs=1e-4)  # R² of the regression on all five


def test_independent_clues_explain_their_own_squared_correlation():
    covariance = np.array([[1.0, 0.6, 0.3], [0.6, 1.0, 0.0], [0.3, 0.0, 1.0]])
    assert priorities.shares_from_covariance(covariance) == pytest.approx([0.36, 0.09])


def test_twins_share_alike_and_the_sum_is_r_squared():
    covariance = np.array([[1.0, 0.5, 0.5], [0.5, 1.0, 0.8], [0.5, 0.8, 1.0]])
    parts = priorities.shares_from_covariance(covariance)
    assert parts[0] == pytest.approx(parts[1]) and parts.sum() == pytest.approx(0.5 / 1.8)


def test_what_cannot_be_shared_is_refused():
    with pytest.raises(GrcError, match="entre 1 et 10 indices"):
        priorities.shares_from_covariance(np.eye(12))
    with pytest.raises(GrcError, match="ne varie pas"):
        priorities.shares_from_covariance(np.zeros((2, 2)))
    with pytest.raises(GrcError, match="trop peu"):
        priorities.explained_shares([1, 2, 3], pd.DataFrame({"a": [1, 2, 3]}), n_boot=10, seed=1)


def known(rng, size):
    """Return marks whose two clues have known parts: .36 and .09 of the variance."""
    clues = rng.standard_normal((size, 2))
    answer = clues @ [0.6, 0.3] + np.sqrt(1 - 0.45) * rng.standard_normal(size)
    return answer, pd.DataFrame(clues, columns=["a", "b"])


def test_intervals_of_the_parts_hold_the_truth():
    rng, held = np.random.default_rng(4), []
    for _ in range(120):
        answer, clues = known(rng, 250)
        found = priorities.explained_shares(answer, clues, n_boot=120, seed=int(rng.integers(1e9)))
        held.append((found["part_low"] <= [0.36, 0.09]) & ([0.36, 0.09] <= found["part_high"]))
    assert np.mean(held) > 0.90


def test_the_map_advises_by_field_and_says_when_it_cannot_rank():
    rng = np.random.default_rng(8)
    answer, clues = known(rng, 2_000)
    marks = pd.DataFrame({"general": answer, "a": clues["a"] + 4, "b": clues["b"] + 8})
    found = priorities.importance_performance(marks, overall="general", scales=["a", "b"], n_boot=100, seed=1)
    assert dict(found["advice"]) == {"a": "Agir d'abord", "b": "Ne pas en faire plus"}
    names = {"a": "Accueil", "b": "Prix"}
    assert "« Accueil » compte plus" in priorities.map_reading(found, names)
    assert list(found["behind"]) == [False, True]
    blurred = found.assign(behind=False)
    assert "ne classe pas ces 2 échelles" in priorities.map_reading(blurred, names)


def test_the_map_rarely_names_a_first_scale_when_all_weigh_alike():
    rng, named = np.random.default_rng(5), 0
    for world in range(60):
        clues = rng.standard_normal((300, 3))
        marks = pd.DataFrame(clues, columns=list("abc")).assign(
            general=clues.sum(axis=1) + 2 * rng.standard_normal(300)
        )
        found = priorities.importance_performance(marks, overall="general", scales=list("abc"), n_boot=100, seed=world)
        named += found["behind"].sum() == 2
    assert named <= 8  # the chance of more, were it 1 in 20, is under one in a thousand


def test_promises_kept_are_counted():
    expected, perceived = pd.Series([5.0, 5, 5, 5, None]), pd.Series([7.0, 5.5, 3, 4, 2])
    found = priorities.gap_table(expected, perceived)
    assert list(found["respondents"]) == [1, 1, 2] and list(found["mean_gap"]) == [2, 0.5, -1.5]
    rho = priorities.satisfaction_by_gap(expected, pd.Series([7.0, 6, 3, 4, 2]), pd.Series([7.0, 6, 3, 4, 2]))
    assert rho.loc["Écart", "correlation"] == pytest.approx(1)
