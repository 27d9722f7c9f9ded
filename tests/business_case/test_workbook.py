"""The workbook's formulas, recomputed here, give the package's numbers, whatever a reader types in the inputs."""

import re

import pytest
from openpyxl import load_workbook

from grc_helpers.business_case import cashflows
from grc_helpers.business_case.risk import Uncertain
from grc_helpers.business_case.workbook import EFFECTS, TOP, tell_case, write_case
from grc_helpers.errors import GrcError
from grc_helpers.style import money

CASES = [
    {},
    {"years": 1, "investment": 0.0},
    {"years": 15, "persistence": 1.0, "fading": 0.0, "members": 37, "reward": 0.0},
    {"years": 7, "investment": 1e6, "margin": Uncertain(33.331, 33.333, 33.337, "normal")},
]


class Sheet:
    """Recompute a sheet as a spreadsheet would, with the few functions that the workbook uses."""

    def __init__(self, sheet):
        self.sheet, self.known = sheet, {}

    def value(self, place):
        if place not in self.known:
            raw = self.sheet[place].value
            self.known[place] = self.formula(raw[1:]) if isinstance(raw, str) and raw.startswith("=") else raw
        return self.known[place]

    def cells(self, area):
        return [self.value(cell.coordinate) for row in self.sheet[area] for cell in row]

    def formula(self, text):
        text = text.replace("$", "").replace("^", "**")
        text = re.sub(r"([A-Z]+\d+):([A-Z]+\d+)", r"cells('\1:\2')", text)
        text = re.sub(r"(?<!')\b([A-Z]+\d+)\b(?![:'])", r"value('\1')", text)
        text = re.sub(r"(?<![<>=])<(?!=)", "<", text)
        names = {
            "value": self.value, "cells": self.cells, "SUM": sum, "NPV": npv, "IRR": irr,
            "ISERROR": lambda x: x is None, "IF": lambda test, yes, no: yes if test else no,
            "COUNTIF": lambda values, test: sum(x < float(test.removeprefix("<")) for x in values),
        }  # fmt: skip
        return eval(text, {"__builtins__": {}}, names)


def npv(rate, values):
    """As a spreadsheet: the first value is discounted once."""
    return sum(v / (1 + rate) ** (t + 1) for t, v in enumerate(values))


def irr(values):
    """By bisection, apart from the package; None stands for the spreadsheet's error."""

    def worth(rate):
        return sum(v / (1 + rate) ** t for t, v in enumerate(values))

    low, high = -0.99, 1e6
    if worth(low) * worth(high) > 0:
        return None
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (middle, high) if worth(low) * worth(middle) > 0 else (low, middle)
    return middle


def recomputed(path):
    return Sheet(load_workbook(path)["Dossier"])


@pytest.mark.parametrize("rate", [0.0, 0.10, 0.5])
@pytest.mark.parametrize("changes", CASES, ids=["base", "one year", "endless", "dear"])
def test_the_workbook_gives_the_value_to_the_cent(changes, rate, programme, tmp_path):
    one = programme(**changes)
    sheet = recomputed(write_case(tmp_path / "dossier.xlsx", one, rate=rate))
    lines = one.lines()
    for letter, name in zip("DEFGH", cashflows.LINES, strict=True):
        column = [sheet.value(f"{letter}{TOP + t}") for t in range(one.years + 1)]
        assert column == pytest.approx(lines[name].tolist(), abs=1e-7)
    value = float(one.value(rate))
    assert sheet.value("B15") == pytest.approx(value, abs=0.005)
    assert sheet.value("B16") == pytest.approx(value, abs=0.005)
    assert sheet.value("B19") == pytest.approx(float(one.value(rate, added=0.0)), abs=0.005)
    waited = cashflows.payback(lines["flow"], rate)
    last = sum(row < 0 for row in (lines["flow"] * (1 + rate) ** -sheet_years(one)).cumsum())
    assert sheet.value("B18") == ("jamais" if waited is None else last)
    for row, share in enumerate(EFFECTS, start=TOP + one.years + 4):
        expected = float(one.value(rate, added=share * one.inputs["added"].central))
        assert sheet.value(f"B{row}") == pytest.approx(expected, abs=0.005)


def sheet_years(one):
    import numpy as np

    return np.arange(one.years + 1, dtype=float)


def test_the_rate_is_the_packages_or_none(programme, tmp_path):
    one = programme()
    sheet = recomputed(write_case(tmp_path / "dossier.xlsx", one, rate=0.1))
    assert sheet.value("B17") == pytest.approx(cashflows.internal_rate(one.lines()["flow"]), abs=1e-6)
    free = programme(investment=0.0, yearly_cost=0.0)
    sheet = recomputed(write_case(tmp_path / "gratuit.xlsx", free, rate=0.1))
    assert sheet.value("B17") == "aucun" and not len(cashflows.rates_of_return(free.lines()["flow"]))


def test_every_result_is_a_formula_and_follows_the_inputs(programme, tmp_path):
    path = write_case(tmp_path / "dossier.xlsx", programme(), rate=0.1)
    book = load_workbook(path)
    sheet = book["Dossier"]
    cells = [sheet.cell(row, column).value for row in range(TOP, TOP + 5) for column in range(1, 12)]
    assert all(str(value).startswith("=") for value in cells + [sheet[f"B{row}"].value for row in range(15, 20)])
    inputs = [sheet[f"B{row}"].value for row in range(3, 13)]
    assert not any(isinstance(value, str) for value in inputs)
    changed = {"members": 50, "investment": 123.0, "persistence": 0.25, "yearly_cost": 7.0, "reward": 3.0}
    sheet["B3"], sheet["B10"], sheet["B8"], sheet["B11"], sheet["B6"], sheet["B12"] = 50, 123.0, 0.25, 7.0, 3.0, 0.07
    book.save(path)
    assert recomputed(path).value("B15") == pytest.approx(float(programme(**changed).value(0.07)), abs=0.005)


@pytest.mark.parametrize(
    ("name", "message"), [("dossier.csv", "un fichier .xlsx"), ("deja.xlsx", "(?s)existe déjà.*autre nom")]
)
def test_what_is_refused(name, message, programme, tmp_path):
    (tmp_path / "deja.xlsx").write_bytes(b"")
    with pytest.raises(GrcError, match=message):
        write_case(tmp_path / name, programme(), rate=0.1)
    assert not (tmp_path / "dossier.csv").exists() and not (tmp_path / "deja.xlsx").read_bytes()


def test_a_wrong_rate_writes_nothing(programme, tmp_path):
    with pytest.raises(GrcError, match="Taux d'actualisation impossible"):
        write_case(tmp_path / "dossier.xlsx", programme(), rate=-1.0)
    assert not list(tmp_path.iterdir())


def test_every_input_says_where_it_comes_from(programme, tmp_path):
    sheet = load_workbook(write_case(tmp_path / "dossier.xlsx", programme(), rate=0.1))["Dossier"]
    origins = [sheet[f"C{row}"].value for row in range(3, 13)]
    assert origins[1] == "essai" and origins[4] == "ventes" and origins[3] == origins[9] == "réglage"


def test_the_sentence_tells_the_cell(programme, tmp_path):
    value = float(programme().value(0.1))
    said = tell_case(str(tmp_path / "dossier.xlsx"), programme(), rate=0.1, currency="EUR")
    assert "dossier.xlsx" in said and money(value, "EUR", 2) in said
    assert recomputed(tmp_path / "dossier.xlsx").value("B15") == pytest.approx(value, abs=0.005)
    assert "Aucun classeur" in tell_case("", programme(), rate=0.1, currency="EUR")
