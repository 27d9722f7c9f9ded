"""Published results on Caravan."""

import pytest

from grc_helpers import load
from grc_helpers.scoring.published import COIL, COIL_OWNERS, coil_first_fifth, coil_table, islr_results
from grc_helpers.scoring.tables import scoring_table


@pytest.fixture(scope="module")
def caravan():
    return scoring_table(load("caravan", kind="target").table.to_pandas())


def test_james_witten_hastie_tibshirani_2013_section_4_6_6(caravan):
    """One neighbour: 118 errors, 9 right of 77; logistic: 7 above one half, none right; 33 above 0.25, 11 right."""
    assert islr_results(caravan.X, caravan.y) == {
        "knn_error": 0.118,
        "knn_said": 77,
        "knn_right": 9,
        "logit_said_half": 7,
        "logit_right_half": 0,
        "logit_said_quarter": 33,
        "logit_right_quarter": 11,
    }


def test_coil_challenge_2000_the_card_is_as_good_as_the_winner_within_its_interval(caravan):
    share, low, high = coil_first_fifth(caravan.X, caravan.y, seed=2026)
    winner = COIL["Vainqueur : Bayes naïf (C. Elkan)"] / COIL_OWNERS
    assert low <= winner <= high and low > 0.2
    table = coil_table((share, low, high))
    assert table["found_in_800"].isna().tolist() == [False] * 6 + [True] and table["reached_share"].iloc[-1] == share
