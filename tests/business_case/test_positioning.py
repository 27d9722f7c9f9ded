"""Positioning: ratios by hand, intervals that cover a known truth, sheets without a score."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binom

from grc_helpers.business_case import sheets
from grc_helpers.business_case.positioning import QUESTIONS, brand_excess, positioning_sheet


def test_ratios_by_hand():
    """Own: 3 for taste of 4 mentions, 1 for price of 4; 8 mentions, 4 own: 3·8/(4·4) = 1.5 and 0.5."""
    rows = [(f"c{k}", "goût", "Nous") for k in range(3)] + [("c3", "goût", "Eux"), ("c0", "prix", "Nous")]
    rows += [(f"c{k}", "prix", "Eux") for k in range(3)]
    table = brand_excess(
        pd.DataFrame(rows, columns=["customer_id", "attribute", "brand"]), own="Nous", n_boot=50, seed=1
    )
    assert table["excess_ratio"].to_dict() == {"goût": 1.5, "prix": 0.5} and list(table["rival"]) == ["Eux", "Eux"]


def draw(rng, people=300):
    """Each respondent names brands for attributes; own has 0.6 for taste, 0.2 for price, the other 0.3 for both."""
    rows = []
    for attribute, own in (("goût", 0.6), ("prix", 0.2)):
        for brand, chance in (("Nous", own), ("Eux", 0.3)):
            rows += [(f"c{k}", attribute, brand) for k in np.flatnonzero(rng.random(people) < chance)]
    return pd.DataFrame(rows, columns=["customer_id", "attribute", "brand"])


def test_intervals_cover_the_truth():
    """Truth: 0.6 · 1.4/(0.9 · 0.8); 200 surveys, exact binomial band at 99.9 %."""
    truth, inside = 0.6 * 1.4 / (0.9 * 0.8), 0
    for seed in range(200):
        row = brand_excess(draw(np.random.default_rng(seed)), own="Nous", n_boot=200, seed=seed).loc["goût"]
        inside += row["excess_ratio_low"] <= truth <= row["excess_ratio_high"]
    low, high = binom.ppf([0.0005, 0.9995], 200, 0.95)
    assert low <= inside <= high


def test_the_sheet_has_the_five_questions_of_s3():
    table = brand_excess(draw(np.random.default_rng(1)), own="Nous", n_boot=200, seed=1)
    sheet = positioning_sheet(table, asked=300)
    assert tuple(sheet["Question"]) == QUESTIONS and "goût" in sheet.iloc[4, 1] and "prix" in sheet.iloc[3, 1]


def test_the_quadrant_sheet_names_the_type_that_s2_forgets():
    table = sheets.actors_sheet()
    assert list(table.loc[table["Nommé par S2"] != "oui", "Type"]) == ["Challengers"]


def test_inputs_say_where_they_come_from(programme):
    table = sheets.inputs_table(programme(), currency="EUR").set_index("Entrée")
    assert table.loc["Marge d'un nouveau client, première année", "D'où elle vient"] == "ventes"
    assert "opinion" in table.loc["Dépense de départ", "D'où elle vient"] and len(table) == 8


@pytest.mark.parametrize("sheet", ["tools", "raci"])
def test_sheets_of_an_empty_year_do_not_fail(sheet):
    day = pd.Timestamp("2025-02-01")
    contacts = pd.DataFrame({"date": [day], "channel": ["appel"], "direction": ["sortant"], "function": ["vente"]})
    if sheet == "raci":
        assert "1 contacts" in sheets.raci_sheet(contacts, year=2025).iloc[1, 1]
        return
    sold = pd.DataFrame({"date": [day], "channel": ["web"], "amount": [5.0]})
    tickets = pd.DataFrame({"date": [day], "resolved": [True]})
    table = sheets.tools_sheet(contacts, sold, tickets, since="2025-01-01")
    assert len(table) == 6 and "visites : 0" in table.iloc[0, 1] and "100,0" in table.iloc[3, 1]
