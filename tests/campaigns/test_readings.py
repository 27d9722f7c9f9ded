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
