"""Handing a plan over: readable, harmless, never over another file; and what each row says."""

import numpy as np
import openpyxl
import pandas as pd
import pytest

from grc_helpers.errors import GrcError
from grc_helpers.evaluation import plan_words
from grc_helpers.evaluation.plan_export import SHEETS, about, export_plan

TABLE = pd.DataFrame(
    {
        "Client": ["=cmd|' /C calc'!A0", "+33612345678", "Dupont\x00\x1b[31m", "@SUM(A1)"],
        "Coût": [0.95, 1.0, np.nan, -2.5],
        "Témoins": [1, 2, 3, 4],
    }
)


@pytest.fixture
def note():
    return about(
        title="Cafés Merle", nature="fictive", day="2026-01-01", currency="EUR", budget=6000.0,
        terms={"Taux de marge": "42 %"}, limits=["Deux actions ensemble n'ont pas été essayées"],
    )  # fmt: skip


def test_the_workbook_says_what_it_holds_and_runs_nothing(tmp_path, note):
    assert export_plan(tmp_path / "plan.xlsx", note=note, plan=TABLE, customers=TABLE) == ["plan.xlsx"]
    book = openpyxl.load_workbook(tmp_path / "plan.xlsx")
    assert tuple(book.sheetnames) == SHEETS
    said = " ".join(str(cell.value) for row in book["À lire"].iter_rows() for cell in row)
    for word in (
        "Cafés Merle (fictive)",
        "01/01/2026",
        "EUR",
        "6000,00",
        "42 %",
        "95 %",
        "témoin",
        "n'ont pas été essayées",
    ):
        assert word in said
    cells = [cell for name in SHEETS for row in book[name].iter_rows() for cell in row]
    assert all(cell.data_type != "f" for cell in cells)
    values = [row[0].value for row in book["Clients"].iter_rows(min_row=2)]
    assert values[0].startswith("'=cmd") and values[1].startswith("'+33") and values[3].startswith("'@")
    assert "\x00" not in values[2] and "\x1b" not in values[2]
    assert book["Clients"]["B2"].value == 0.95 and book["Clients"]["B4"].value is None


def test_csv_files_are_three_and_read_in_french(tmp_path, note):
    names = export_plan(tmp_path / "plan.csv", note=note, plan=TABLE, customers=TABLE)
    assert names == ["plan.csv", "plan_segments.csv", "plan_a_lire.csv"]
    text = (tmp_path / "plan.csv").read_text(encoding="utf-8-sig")
    assert "\"'=cmd" in text and "0,95" in text and "-2,5" in text


@pytest.mark.parametrize("taken", ["plan.csv", "plan_segments.csv", "plan_a_lire.csv"])
def test_nothing_is_replaced_nor_half_written(tmp_path, note, taken):
    (tmp_path / taken).write_text("à garder")
    with pytest.raises(GrcError, match="existent déjà"):
        export_plan(tmp_path / "plan.csv", note=note, plan=TABLE, customers=TABLE)
    assert [path.name for path in tmp_path.iterdir()] == [taken]
    assert (tmp_path / taken).read_text() == "à garder"


def test_a_workbook_is_not_replaced(tmp_path, note):
    (tmp_path / "plan.xlsx").write_text("à garder")
    with pytest.raises(GrcError, match="existe déjà"):
        export_plan(tmp_path / "plan.xlsx", note=note, plan=TABLE, customers=TABLE)
    assert (tmp_path / "plan.xlsx").read_text() == "à garder"


def test_other_names_and_missing_folders_are_refused(tmp_path, note):
    with pytest.raises(GrcError, match="plan.pdf"):
        export_plan(tmp_path / "plan.pdf", note=note, plan=TABLE, customers=TABLE)
    with pytest.raises(GrcError, match="On ne peut pas écrire"):
        export_plan(tmp_path / "absent" / "plan.xlsx", note=note, plan=TABLE, customers=TABLE)


@pytest.fixture
def made():
    shape = {"index": pd.Index(["Bons", "Petits", "Perdus"], name="segment"), "columns": ["Coffret", "Appel"]}
    worth = pd.DataFrame([[2.95, np.nan], [0.5, 0.5], [np.nan, np.nan]], **shape)
    found = {
        "worth": worth, "low": worth - 1, "high": worth + 1, "variable": pd.DataFrame(0.0, **shape),
        "unit": pd.Series({"Coffret": 0.95, "Appel": 4.8}),
    }  # fmt: skip
    segment = ["Bons"] * 3 + ["Petits"] * 2 + ["Perdus"]
    lots = pd.DataFrame(
        {
            "segment": segment,
            "able": ["Coffret", "Coffret", "", "Coffret", "", ""],
            "band": 10,
            "p_alive": 1.0,
            "p_lot": 1.0,
        },
        index=list("abcdef"),
    )
    named = pd.DataFrame(
        {"segment": "Bons", "action": "Coffret", "group": ["à contacter", "témoin"]},
        index=pd.Index(list("ab"), name="customer_id"),
    )
    return named, lots, found


def test_every_segment_and_every_customer_has_a_row_and_a_reason(made):
    named, lots, found = made
    rows = plan_words.plan_rows(named, lots, found, {"Coffret": "courrier"}, currency="EUR")
    assert rows["customers"].sum() + rows["control"].sum() == len(lots)
    assert rows["cost"].sum() == pytest.approx(0.95) and rows["total"].sum() == 2
    assert rows["reason"].str.len().min() > 20
    assert rows.set_index("segment").loc["Perdus", "reason"] == "Aucun essai n'a mesuré d'effet chez ces clients."
    assert "ne rembourse" in rows.set_index("segment").loc["Petits", "reason"]
    people = plan_words.customer_rows(
        named,
        lots,
        found,
        {"Coffret": "courrier"},
        names=pd.Series({"a": "=1+1"}),
        values=pd.Series(1.0, lots.index),
        currency="EUR",
    )
    assert sorted(people["customer_id"]) == list("abcdef") and people.loc[0, "customer_id"] == "a"
    assert people["cost"].sum() == pytest.approx(0.95)
    assert people.set_index("customer_id").loc["b", "reason"].startswith("Témoin, tiré au sort")
    assert people.set_index("customer_id").loc["f", "action"] == "Ne rien faire"
