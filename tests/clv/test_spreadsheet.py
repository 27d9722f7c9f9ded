"""The workbook's formulas, recomputed here, give the package's numbers, whatever a reader types in the inputs."""

import re

import pytest
from openpyxl import load_workbook

from grc_helpers.clv.acquisition import payback_period
from grc_helpers.clv.formulas import TIMINGS, cash_flows, customer_value, margin_multiple
from grc_helpers.clv.spreadsheet import FIRST, RATES, RETENTIONS, write_workbook
from grc_helpers.errors import GrcError

CASES = [
    {"margin": 30.0, "retention": 0.8, "discount_rate": 0.10, "acquisition_cost": 40.0},
    {"margin": 260.0, "retention": 0.75, "discount_rate": 0.20, "acquisition_cost": 9000.0, "timing": "mid"},
    {
        "margin": 12.5,
        "retention": 0.95,
        "discount_rate": 0.03,
        "acquisition_cost": 0.0,
        "growth": 0.02,
        "timing": "end",
    },
    {"margin": 10.0, "retention": 1.0, "discount_rate": 0.02, "acquisition_cost": 25.0, "growth": 0.05},
]


def arguments(text):
    """Split a function's arguments at the commas that no bracket holds."""
    depth, parts = 0, [""]
    for letter in text:
        depth += {"(": 1, ")": -1}.get(letter, 0)
        if letter == "," and not depth:
            parts.append("")
        else:
            parts[-1] += letter
    return parts


class Sheet:
    """Recompute a sheet as a spreadsheet would, with the few functions that the workbook uses."""

    def __init__(self, sheet):
        self.sheet, self.known = sheet, {}

    def value(self, place):
        if place not in self.known:
            raw = self.sheet[place].value
            self.known[place] = self.formula(raw[1:]) if isinstance(raw, str) and raw.startswith("=") else raw
        return self.known[place]

    def formula(self, text):
        text = text.replace("$", "").replace("^", "**")
        text = re.sub(r"([A-Z]+\d+):([A-Z]+\d+)", r"cells('\1:\2')", text)
        text = re.sub(r"(?<!')\b([A-Z]+\d+)\b(?![:'])", r"value('\1')", text)
        names = {
            "value": self.value,
            "cells": lambda area: [self.value(cell.coordinate) for row in self.sheet[area] for cell in row],
            "SUM": sum,
            "MAX": lambda *parts: max(x for part in parts for x in (part if isinstance(part, list) else [part])),
            "ISNUMBER": lambda x: isinstance(x, int | float),
            "COUNTIF": lambda values, test: sum(x > float(test.removeprefix(">")) for x in values),
        }
        if text.startswith("IF("):  # only the branch taken is computed
            test, yes, no = arguments(text.removeprefix("IF(").removesuffix(")"))
            text = yes if eval(test, {"__builtins__": {}}, names) else no
        return eval(text, {"__builtins__": {}}, names)


def recomputed(path, name="Valeur"):
    return Sheet(load_workbook(path)[name])


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.get("timing", "start"))
def test_the_workbook_gives_the_numbers_of_the_package(case, tmp_path):
    sheet = recomputed(write_workbook(tmp_path / "valeur.xlsx", periods=25, **case))
    cost = case["acquisition_cost"]
    inputs = {name: value for name, value in case.items() if name != "acquisition_cost"}
    flows = cash_flows(periods=25, **inputs)
    for letter, column in zip("ABCDEFG", flows.columns, strict=True):
        assert [sheet.value(f"{letter}{FIRST + k}") for k in range(25)] == pytest.approx(flows[column].tolist())
    assert sheet.value("B10") == pytest.approx(customer_value(horizon=25, **inputs))
    if case["retention"] < 1:
        assert sheet.value("B11") == pytest.approx(customer_value(**inputs))
        assert sheet.value("B12") == pytest.approx(customer_value(**inputs) - cost)
    else:
        assert sheet.value("B11") == sheet.value("B12") == "infinie"
    repaid = payback_period(flows, cost)
    assert sheet.value("B13") == ("jamais" if repaid is None else repaid)


def test_every_result_is_a_formula_and_follows_its_inputs(tmp_path):
    path = write_workbook(tmp_path / "valeur.xlsx", **CASES[0])
    book = load_workbook(path)
    sheet = book["Valeur"]
    cells = [sheet.cell(row, column).value for row in range(FIRST, FIRST + 30) for column in range(1, 9)]
    assert all(str(value).startswith("=") for value in cells + [sheet[f"B{row}"].value for row in range(10, 14)])
    sheet["B4"], sheet["B7"] = 0.6, TIMINGS["end"]
    book.save(path)
    assert recomputed(path).value("B11") == pytest.approx(customer_value(30, 0.6, 0.10, timing="end"))


def test_the_second_sheet_is_the_published_table_of_multiples(tmp_path):
    sheet = recomputed(write_workbook(tmp_path / "valeur.xlsx", **CASES[0]), "Rétention")
    for row, kept in enumerate(RETENTIONS):
        for letter, rate in zip("BCDE", RATES, strict=True):
            multiple = margin_multiple(kept, rate)
            assert sheet.value(f"{letter}{4 + row}") == pytest.approx(multiple)
            gain = margin_multiple(kept + 0.05, rate) / multiple - 1
            assert sheet.value(f"{letter}{11 + row}") == pytest.approx(gain)


@pytest.mark.parametrize(
    ("name", "message"), [("valeur.csv", "un fichier .xlsx"), ("deja.xlsx", "(?s)existe déjà.*autre nom")]
)
def test_what_is_refused(name, message, tmp_path):
    (tmp_path / "deja.xlsx").write_bytes(b"")
    with pytest.raises(GrcError, match=message):
        write_workbook(tmp_path / name, **CASES[0])
    assert not (tmp_path / "valeur.csv").exists() and not (tmp_path / "deja.xlsx").read_bytes()
