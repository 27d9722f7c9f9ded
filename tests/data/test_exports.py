"""Tables handed over: read back equal, opened by a French spreadsheet, and no formula in them."""

import csv
import os

import pandas as pd
import pytest

from grc_helpers.data.exports import write_csv
from grc_helpers.errors import GrcError

HOSTILE = [
    '=HYPERLINK("http://example.org","x")',
    "+1",
    "-1+1",
    "@SUM(A1)",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "  =1+1",
    "\u200b=1+1",
    "＝1+1",
    "a;=1+1",
    "a,=1+1",
    "a\n=1+1",
    "a\t@x",
]
QUIET = ["00017", "M0001", "a-b", "jean@exemple.fr", "1+1", "O'Hara", 'é,"x";', "ligne\nsuivante", "a; b"]


@pytest.fixture
def table():
    texts = HOSTILE + QUIET
    return pd.DataFrame({"customer_id": texts, "sales": [1234.5] * len(texts), "rank": range(len(texts))})


def cells(path, separator):
    """Return what a spreadsheet takes for cells, whose list separator is this one."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [cell for row in csv.reader(file, delimiter=separator) for cell in row]


@pytest.mark.parametrize("separator", [";", ",", "\t"])
def test_no_cell_starts_a_formula_in_any_spreadsheet(table, tmp_path, separator):
    assert write_csv(table, tmp_path / "liste.csv") == len(HOSTILE)
    found = cells(tmp_path / "liste.csv", separator)
    assert len(found) > len(table)
    assert not [cell for cell in found if cell.strip(" \t\r\n\u200b").startswith(("=", "+", "-", "@", "＝"))]


def test_a_quiet_text_is_read_back_as_it_was(table, tmp_path):
    write_csv(table, tmp_path / "liste.csv")
    back = pd.read_csv(tmp_path / "liste.csv", sep=";", decimal=",", dtype={"customer_id": str})
    assert back["customer_id"].tolist()[len(HOSTILE) :] == QUIET
    assert back["sales"].tolist() == [1234.5] * len(table) and back["rank"].tolist() == list(range(len(table)))


def test_headings_are_text_too(tmp_path):
    write_csv(pd.DataFrame({"=1+1": ["a"]}), tmp_path / "liste.csv")
    assert cells(tmp_path / "liste.csv", ";") == ["'=1+1", "a"]


def test_missing_values_and_categories_are_written(tmp_path):
    frame = pd.DataFrame({"client": ["a", None], "état": pd.Categorical(["=x", "y"]), "n": [1.5, None]})
    assert write_csv(frame, tmp_path / "liste.csv") == 1
    assert cells(tmp_path / "liste.csv", ";") == ["client", "état", "n", "a", "'=x", "1,5", "", "y", ""]


def test_a_file_that_exists_is_left_alone(table, tmp_path):
    path = tmp_path / "liste.csv"
    path.write_text("à moi", encoding="utf-8")
    with pytest.raises(GrcError, match="existe déjà : il n'a pas été touché"):
        write_csv(table, path)
    assert path.read_text(encoding="utf-8") == "à moi" and os.listdir(tmp_path) == ["liste.csv"]


def test_a_failure_leaves_nothing(table, tmp_path, monkeypatch):
    def fail(*args, **kwargs):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(pd.DataFrame, "to_csv", fail)
    with pytest.raises(GrcError, match="ne peut pas être écrit"):
        write_csv(table, tmp_path / "liste.csv")
    assert not os.listdir(tmp_path)


@pytest.mark.parametrize("name", ["liste.xlsx", "absent/liste.csv", "liste"])
def test_other_kinds_and_missing_folders_are_refused(table, tmp_path, name):
    with pytest.raises(GrcError, match="un fichier .csv dans un dossier qui existe"):
        write_csv(table, tmp_path / name)
