"""Sentences say what the numbers are, and hold when a number is missing."""

import numpy as np
import pandas as pd

from grc_helpers.campaigns import readings

TERMS = {
    "face_discount": 0.04, "discount": 0.02, "breakage": 0.3, "reached": 0.5, "first_month": 6.0, "needed_lift": 0.05,
}  # fmt: skip


def plain(text: str) -> str:
    return text.replace("\u202f", " ").replace("\u00a0", " ").replace("\u2212", "-")


def test_terms_of_a_card_are_told_and_those_that_lack_too():
    text = plain(readings.card_terms(TERMS))
    assert "faciale : 4,00 %" in text and "effective : 2,00 %" in text and "30,0 % des points arrivés à terme" in text
    assert "après 6 mois" in text and "rembourse la carte : 5,0 %" in text
    none = {"breakage": np.nan, "reached": 0.0, "first_month": np.nan, "needed_lift": np.inf}
    text = plain(readings.card_terms(TERMS | none))
    assert "trop courtes" in text and "aucune hausse" in text and "nan" not in text and "–" not in text


def test_an_effect_and_its_interval():
    found = {"effect": 0.092, "low": -0.044, "high": 0.14}
    assert plain(readings.bounds(found, 3)) == "0,092 [-0,044 ; 0,140]"
    assert plain(readings.bounds(found, 1, scale=100)) == "9,2 [-4,4 ; 14,0]"


def test_shares_of_vouchers_are_shares_of_those_that_came_back():
    text = plain(readings.uses(pd.Series(["aubaine", "aubaine", "avancé", "ajouté", None, None])))
    assert "4 bons" in text and "50 % ont payé" in text and text.count("25 %") == 2


def test_only_what_chance_does_not_explain_is_called_biased():
    table = pd.DataFrame(
        {
            "figure": ["A", "B"], "truth": [0.1, 0.1], "bias": [0.02, -0.01], "bias_high": [0.01, 0.02],
            "coverage_low": 0.92, "coverage_high": 0.98,
        }
    )  # fmt: skip
    text = plain(readings.recovery(table))
    assert "A (20 % de l'effet)" in text and "B (" not in text and "de 92 % à 98 %" in text


def test_a_jump_that_excludes_zero_where_nothing_was_put_is_called_chance():
    jumps = pd.DataFrame(
        {"effect": [-1.0, 0.2], "low": [-1.8, -0.4], "high": [-0.2, 0.8], "respondents": 250, "answers_wanted": 400.0},
        index=["Relation", "Attachement"],
    )
    assert plain(readings.felt(jumps)).startswith("Relation : l'intervalle exclut zéro")
    assert "Aucun intervalle" in readings.felt(jumps.iloc[1:])
    claim = readings.felt_claim(jumps)
    assert (claim["near"], claim["needed"]) == ("250", "400") and plain(claim["jump"]) == "-1,00 [-1,80 ; -0,20]"


def test_members_are_those_at_the_threshold_and_above():
    jump = {"effect": 0.1, "low": -1.0, "high": 1.2, "below": 20, "above": 30}
    text = readings.club(pd.Series([299.0, 300.0, 400.0]), np.array([1.0, 3.0, 4.0]), jump, threshold=300, truth=0.5)
    assert "Membres moins autres : 2,50" in plain(text) and "20 clients dessous" in plain(text)


def test_what_only_the_simulator_knows_is_told_when_it_is_known():
    found = {"effect": 0.1, "low": 0.0, "high": 0.2}
    assert plain(readings.added(found, days=21, truth=None)).endswith("0,100 [0,000 ; 0,200].")
    assert plain(readings.added(found, days=21, truth=0.12)).endswith("vérité du simulateur : 0,120.")
    coin = "{:.2f}".format
    assert "simulateur" not in readings.smallest(4.0, 1.75, coin, added=None, margin=12.0)
    assert "environ 0.65 net" in readings.smallest(4.0, 1.75, coin, added=0.2, margin=12.0)
