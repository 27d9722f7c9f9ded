"""Verdicts: what an interval and the nature of the data allow one to say."""

import pytest

from grc_helpers.classroom.verdicts import FOUND, NOT_FOUND, UNDECIDABLE, judge, oracle, outcome, undecidable
from grc_helpers.style import typeset

CLAIM = {"claim": "80/20", "source": "S2", "data": "Jeu", "estimate": 0.68, "tolerance": (0.75, 0.85)}


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (0.76, 0.84, FOUND),
        (0.60, 0.70, NOT_FOUND),
        (0.9, 0.95, NOT_FOUND),
        (0.7, 0.8, UNDECIDABLE),
        (0.5, 0.9, UNDECIDABLE),
    ],
)
def test_outcome_compares_interval_and_band(low, high, expected):
    assert outcome(low, high, (0.75, 0.85)) == expected


def test_real_data_settle_within_their_limits():
    record = judge("E9", nature="réelle", low=0.66, high=0.70, **CLAIM).record
    assert record["outcome"] == NOT_FOUND
    assert "ne réfute pas" in record["why"]


@pytest.mark.parametrize("nature", ["fictive", "artificielle", "simulée"])
def test_data_that_are_not_real_settle_nothing(nature):
    assert judge("E9", nature=nature, low=0.66, high=0.70, **CLAIM).record["outcome"] == UNDECIDABLE


def test_disputed_data_say_both():
    record = judge("E9", nature="disputée", low=0.66, high=0.70, **CLAIM).record
    assert record["outcome"] == UNDECIDABLE
    assert f"S'il est réel : « {NOT_FOUND} »" in record["why"] and "s'il est simulé" in record["why"]


def test_an_undecidable_claim_says_what_would_settle_it():
    shown = undecidable(
        "D14", claim="x", source="S0", data="Jeu", nature="réelle", why="pas de coûts", needed="les coûts"
    )
    assert shown.record["outcome"] == UNDECIDABLE
    assert typeset("Ce qui trancherait : les coûts") in shown.text


@pytest.mark.parametrize(("ours", "agrees"), [(0.2431, True), (0.250, False)])
def test_oracle_says_when_it_is_not_found(ours, agrees):
    shown = oracle("O1", label="r", published=0.243, ours=ours, tolerance=0.0005, decimals=3)
    assert shown.record["agrees"] is agrees
    assert ("NON retrouvé" in shown.text) is not agrees
