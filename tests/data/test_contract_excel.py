"""The contract on workbooks: sheets, titles above the names, dates and identifiers as Excel keeps them."""

from datetime import date, datetime, timedelta

import openpyxl
import pytest

from grc_helpers.data.loading import load
from grc_helpers.errors import GrcError

NAMES = ["N° client", "Date", "Montant"]
DAY = datetime(2024, 1, 31)
SERIAL = (DAY - datetime(1899, 12, 30)).days  # Excel counts days from there
ONE = [("a", DAY.date(), 1250)]


@pytest.fixture
def read(tmp_path, load_with):
    """Write a workbook ({sheet: rows}) and load it; ``touch`` may change the book before it is saved."""

    def read(sheets: dict[str, list] | list, touch=None, **options):
        book = openpyxl.Workbook()
        book.remove(book.active)
        for name, rows in (sheets if isinstance(sheets, dict) else {"Ventes": sheets}).items():
            sheet = book.create_sheet(name)
            for row in rows:
                sheet.append(row)
        if touch:
            touch(book)
        path = tmp_path / "v.xlsx"
        book.save(path)
        return load_with(path, **options)

    return read


READ = {
    "plain": ([NAMES, ["a", DAY, 12.5]], ONE),
    "a date without time": ([NAMES, ["a", date(2024, 1, 31), 12.5]], ONE),
    "with a time": ([NAMES, ["a", DAY + timedelta(hours=9), 12.5]], ONE),
    "a whole amount": ([NAMES, ["a", DAY, 12]], [("a", DAY.date(), 1200)]),
    "an amount as text": ([NAMES, ["a", DAY, "1 234,50 €"]], [("a", DAY.date(), 123450)]),
    "numbers and texts": ([NAMES, ["a", DAY, 12.5], ["b", DAY, "12,50"]], [*ONE, ("b", DAY.date(), 1250)]),
    "noise of floats": ([NAMES, ["a", DAY, 0.1 + 0.2]], [("a", DAY.date(), 30)]),
    "day counts": ([NAMES, ["a", SERIAL, 12.5]], ONE),
    "day counts with a time": ([NAMES, ["a", SERIAL + 0.75, 12.5]], ONE),
    "dates as text": ([NAMES, ["a", "31/01/2024", 12.5]], ONE),
    "titles above": ([["Ventes 2024"], [], ["Édité par", "moi"], NAMES, ["a", DAY, 12.5]], ONE),
    "a first column that is empty": ([[None, *NAMES], [None, "a", DAY, 12.5]], ONE),
    "blank rows": ([NAMES, [], ["a", DAY, 12.5], [None, None, None]], ONE),
    "a row of totals": ([NAMES, ["a", DAY, 12.5], ["Total", None, 12.5]], ONE),
    "text identifiers": ([NAMES, ["00123", DAY, 12.5]], [("00123", DAY.date(), 1250)]),
    "number identifiers": ([NAMES, [123, DAY, 12.5]], [("123", DAY.date(), 1250)]),
    "large number identifiers": ([NAMES, [123456789012.0, DAY, 12.5]], [("123456789012", DAY.date(), 1250)]),
    "other sheets": ({"Notes": [["Rien"]], "Ventes": [NAMES, ["a", DAY, 12.5]], "Vide": []}, ONE),
}


@pytest.mark.parametrize("case", READ)
def test_an_odd_workbook_is_read(read, case, rows):
    content, expected = READ[case]
    dataset = read(content)
    assert rows(dataset) == expected
    assert dataset.reading.total_cents == sum(cents for _, _, cents in expected)


REFUSED = {
    "empty": ({"A": []}, ["« v.xlsx » est vide", "« A »"]),
    "names only": ([NAMES], ["ne contient aucune transaction"]),
    "missing column": ([NAMES[:2], ["a", DAY]], ["manque des colonnes", "montant", "feuille « Ventes », ligne 1"]),
    "two sheets that fit": (
        {"2023": [NAMES, ["a", DAY, 1]], "2024": [NAMES, ["b", DAY, 2]]},
        ["Plusieurs feuilles", "« 2023 », « 2024 »", '--set fichier.feuille="2023"'],
    ),
    "two sheets, none fits": ({"A": [["x", "y"]], "B": [["z"]]}, ["Aucune feuille", "« A », « B »"]),
    "no client": ([NAMES, ["a", DAY, 1], [None, DAY, 2]], ["clients vides : 1, ligne 3"]),
    "a formula that was never computed": ([NAMES, ["a", DAY, "=1+1"]], ["montants vides ou illisibles : 1, ligne 2"]),
    "an error": ([NAMES, ["a", DAY, "#REF!"]], ["montants vides ou illisibles : 1, ligne 2 (« #REF! »)"]),
    "true or false": ([NAMES, ["a", DAY, True]], ["montants vides ou illisibles : 1, ligne 2 (« VRAI »)"]),
    "a day count of another age": ([NAMES, ["a", 31, 1]], ["dates vides ou illisibles : 1, ligne 2 (« 31 »)"]),
    "an amount too fine": ([NAMES, ["a", DAY, 1.005]], ["plus de deux décimales : 1, ligne 2 (« 1.005 »)"]),
    "dates that Excel may have turned": (
        [NAMES, ["a", datetime(2024, 4, 3), 1], ["b", "04/25/2024", 2]],
        ["dates en texte parmi de vraies dates", "ligne 3 (« 04/25/2024 »)", "lecture.ordre_dates"],
    ),
    "a line under titles": (
        [["Titre"], [], NAMES, ["a", DAY, 1], ["b", "hier", 1]],
        ["illisibles : 1, ligne 5 (« hier »)"],
    ),
    "too many values": ([NAMES, ["a", DAY, 1, "x"]], ["trop de valeurs : 1, ligne 2"]),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_bad_workbook_is_refused(refusal, case):
    content, expected = REFUSED[case]
    message = refusal(content)
    assert [part for part in expected if part not in message] == [], message


def test_a_stated_sheet_is_read(read, refusal, rows):
    sheets = {"2023": [NAMES, ["a", DAY, 12.5]], "2024": [NAMES, ["b", DAY, 2]]}
    assert rows(read(sheets, fichier__feuille="2023")) == ONE
    assert "n'a pas de feuille « 2025 »" in refusal(sheets, fichier__feuille="2025")


def test_the_book_s_own_epoch_counts_the_days(read, rows):
    def from_1904(book):
        from openpyxl.utils.datetime import CALENDAR_MAC_1904

        book.epoch = CALENDAR_MAC_1904

    assert rows(read([NAMES, ["a", SERIAL - 1462, 12.5]], from_1904)) == ONE


def test_number_identifiers_are_flagged_and_shown_zeros_are_kept(read, rows):
    def zeros(book):
        book["Ventes"]["A2"].number_format = "00000"

    dataset = read([NAMES, [123, DAY, 12.5], ["x", DAY, 1]], zeros)
    assert [row[0] for row in rows(dataset)] == ["00123", "x"]
    assert any("Excel les a perdus" in note and "1 cellule" in note for note in dataset.reading.notes)


def test_the_fiche_names_the_sheet_and_those_left(read):
    reading = read({"Notes": [["Rien"]], "Ventes": [["Titre"], NAMES, ["a", DAY, 12.5]]}).reading
    assert ("Feuille", "« Ventes » (laissées de côté : « Notes »)") in reading.facts
    assert ("Noms des colonnes", "ligne 2 (1 ligne au-dessus laissée de côté)") in reading.facts


@pytest.mark.parametrize("content", [b"", b"x" * 100, b"PK\x03\x04" + b"x" * 100])
def test_what_is_no_workbook_is_refused(tmp_path, content):
    (tmp_path / "v.xlsx").write_bytes(content)
    with pytest.raises(GrcError, match="« v.xlsx » n'a pas pu être lu"):
        load(tmp_path / "v.xlsx")
