"""The folder: whole or absent, with its card; money in euros, dates as dates."""

import hashlib
from datetime import date

import pandas as pd
import pyarrow.parquet as pq
import pytest

from grc_helpers.data.simulator.writing import FolderWriter, SourceFile, as_table
from grc_helpers.errors import GrcError

FRAME = pd.DataFrame(
    {
        "id": ["a", None],
        "day": pd.to_datetime(["2024-03-04", None]).astype("datetime64[s]"),
        "paid_cents": [1234, 5],
        "size": pd.array([1, None], dtype="Int8"),
        "yes": [True, False],
    }
)


def test_types_of_the_columns():
    table = as_table(FRAME)
    assert table.schema.names == ["id", "day", "paid", "size", "yes"]
    assert [str(kind) for kind in table.schema.types] == ["string", "date32[day]", "double", "int8", "bool"]
    assert table.to_pylist()[0] == {"id": "a", "day": date(2024, 3, 4), "paid": 12.34, "size": 1, "yes": True}
    assert table.to_pylist()[1] == {"id": None, "day": None, "paid": 0.05, "size": None, "yes": False}


def test_blocks_are_appended_even_when_a_column_has_nothing_yet(tmp_path):
    with FolderWriter(tmp_path / "a", level=1) as writer:
        writer.add("t", FRAME)
        writer.add("t", FRAME.assign(id=None, day=pd.NaT).astype({"day": "datetime64[s]"}))
        writer.add("verite/t", FRAME)
        for name in "éà":
            writer.add_source(
                "s.csv", SourceFile(pd.DataFrame({"x": [name]}), lambda t: "".join(t["x"]).encode("cp1252"), "")
            )
        files = writer.close_tables()
        writer.finish("carte\n")
    assert [(item.file, item.rows) for item in files] == [
        ("sources/s.csv", 2),
        ("t.parquet", 4),
        ("verite/t.parquet", 2),
    ]
    found = {p.relative_to(tmp_path).as_posix() for p in tmp_path.rglob("*") if p.is_file()}
    assert found == {"a/README.md", "a/t.parquet", "a/sources/s.csv", "a/verite/t.parquet"}
    assert pq.read_table(tmp_path / "a/t.parquet")["id"].to_pylist() == ["a", None, None, None]
    assert pq.ParquetFile(tmp_path / "a/t.parquet").num_row_groups == 2
    assert (tmp_path / "a/sources/s.csv").read_bytes() == b"\xe9\xe0"
    for item in files:
        assert hashlib.sha256((tmp_path / "a" / item.file).read_bytes()).hexdigest() == item.sha256


def test_a_table_whose_columns_change_is_an_error(tmp_path):
    with pytest.raises(KeyError), FolderWriter(tmp_path / "a", level=1) as writer:
        writer.add("t", FRAME)
        writer.add("t", FRAME.drop(columns="yes"))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt])
def test_an_interrupted_run_leaves_nothing(tmp_path, error):
    with pytest.raises(error), FolderWriter(tmp_path / "a", level=1) as writer:
        writer.add("t", FRAME)
        assert len(list(tmp_path.iterdir())) == 1
        raise error
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("make", ["mkdir", "touch"])
def test_what_exists_is_never_overwritten(tmp_path, make):
    getattr(tmp_path / "été", make)()
    with pytest.raises(GrcError, match="existe déjà : rien n'est écrasé"):
        FolderWriter(tmp_path / "été", level=1)


def test_a_folder_that_appears_meanwhile_is_kept(tmp_path):
    with (
        pytest.raises(GrcError, match="est apparu pendant la simulation"),
        FolderWriter(tmp_path / "a", level=1) as writer,
    ):
        writer.add("t", FRAME)
        writer.close_tables()
        (tmp_path / "a").mkdir()
        (tmp_path / "a" / "mien.txt").write_text("à moi", encoding="utf-8")
        writer.finish("")
    assert [path.name for path in tmp_path.rglob("*")] == ["a", "mien.txt"]


def test_a_place_where_one_cannot_write_is_told(tmp_path):
    (tmp_path / "fichier").touch()
    with pytest.raises(GrcError, match="Impossible d'écrire"), FolderWriter(tmp_path / "fichier" / "a", level=1):
        raise AssertionError("never entered")
