"""Reading the files of the register as text, whatever their format; what cannot be read is refused in French."""

import csv
import io
from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path

import pandas as pd

from grc_helpers.data.dialect import find_encoding
from grc_helpers.data.refusals import SHOWN, FileRefused, counted, unreadable
from grc_helpers.data.settings import Settings
from grc_helpers.identity.registry import SOURCES, Source

HEADER_ROWS = 20


def read_sources(folder: Path, sources: Iterable[Source] = SOURCES) -> dict[str, pd.DataFrame]:
    """Read the files of the register.

    Parameters
    ----------
    folder : Path
        Where the files are.
    sources : iterable of Source
        Which ones.

    Returns
    -------
    dict of str to pandas.DataFrame
        By source: the columns of the file as text ("" where the file has nothing), one row a record.

    Raises
    ------
    GrcError
        What `read_source` refuses.
    """
    return {item.name: read_source(folder / item.file, item) for item in sources}


def read_source(path: Path, source: Source, *, encoding: str | None = None) -> pd.DataFrame:
    """Read one file as text.

    Parameters
    ----------
    path : Path
        CSV, Excel workbook or Parquet, by its extension.
    source : Source
        Its place in the register.
    encoding : str, optional
        Encoding of a text file; found when left out.

    Returns
    -------
    pandas.DataFrame
        All the columns, as text without spaces around; ``attrs["format"]`` says how the file is written (French).

    Raises
    ------
    FileRefused
        File not found, unreadable, in two encodings, empty, without its key column or one of its fields, or whose key
        is missing or repeated.
    """
    if not path.is_file():
        raise FileRefused(
            f"La source « {source.label} » est introuvable.",
            where=f"fichier cherché : « {path} »",
            todo="remettez le fichier dans le dossier des sources, ou retirez la source du registre",
        )
    readers = {".xlsx": _read_workbook, ".parquet": _read_parquet}
    if path.suffix.lower() in readers:
        table = readers[path.suffix.lower()](path, source)
    else:
        table = _read_text(path, source, encoding)
    _check_columns(path, source, table)
    _check_key(path, source, table)
    return table


def read_log(path: Path, columns: tuple[str, ...]) -> pd.DataFrame:
    """Read a log that goes with the sources (Parquet, with a date), or refuse it in French.

    Parameters
    ----------
    path : Path
    columns : tuple of str
        Columns that it must have.

    Raises
    ------
    FileRefused
        File not found, that is no Parquet, empty, or without one of its columns.
    """
    if not path.is_file():
        raise FileRefused(
            f"Le journal « {path.name} » est introuvable.",
            where=f"fichier cherché : « {path} »",
            todo="remettez le fichier dans le dossier des sources",
        )
    try:
        table = pd.read_parquet(path)
    except Exception as error:  # whatever pyarrow makes of a file that is no Parquet
        raise unreadable(path, error) from error
    missing = [name for name in columns if name not in table.columns]
    if missing or table.empty:
        listed = ", ".join(f"« {name} »" for name in missing)
        raise FileRefused(
            f"Il manque des colonnes au journal « {path.name} »."
            if missing
            else f"Le journal « {path.name} » est vide.",
            where=f"absentes : {listed}" if missing else "des noms de colonnes, mais aucune ligne",
            todo="refaites l'export qui l'a produit",
        )
    return table.assign(date=pd.to_datetime(table["date"]))


def read_sales(folder: Path) -> pd.DataFrame:
    """Read the sales under the firm's accounts: order_id, account_id, date, amount, channel…"""
    return read_log(folder / "ventes_comptes.parquet", ("order_id", "account_id", "date", "amount", "channel"))


def read_consents(folder: Path) -> pd.DataFrame:
    """Read the answers: record_key, channel, answer, date, how."""
    return read_log(folder / "consentements.parquet", ("record_key", "channel", "answer", "date", "how"))


def _read_text(path: Path, source: Source, encoding: str | None) -> pd.DataFrame:
    used, label = find_encoding(path, Settings({}).with_values({"fichier.encodage": encoding}))
    text = path.read_bytes().decode(used)
    rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=source.separator))
    width = len(rows[0]) if rows else 0
    wrong = [place for place, row in enumerate(rows, start=1) if row and len(row) != width]
    if wrong:
        raise FileRefused(
            f"Des lignes du fichier « {path.name} » n'ont pas le bon nombre de valeurs.",
            where=f"{counted(len(wrong), 'ligne')} : {', '.join(map(str, wrong[:SHOWN]))} ; {width} valeurs attendues",
            todo="mettez entre guillemets les textes qui contiennent le séparateur",
        )
    names = {";": "point-virgule", ",": "virgule", "\t": "tabulation"}
    return _table(rows, f"CSV, {names[source.separator]}, {label}")


def _read_workbook(path: Path, source: Source) -> pd.DataFrame:
    import openpyxl

    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    except Exception as error:  # openpyxl lets through what zipfile and its XML parser raise
        raise unreadable(path, error) from error
    rows = [[_text(value) for value in row] for row in book.worksheets[0].iter_rows(values_only=True)]
    book.close()
    rows = [row for row in rows if any(row)]
    start = next((place for place, row in enumerate(rows[:HEADER_ROWS]) if source.key in row), None)
    if start is None:  # the widest row names the columns: the message will say what is missing
        start = max(range(len(rows[:HEADER_ROWS])), key=lambda place: sum(map(bool, rows[place])), default=0)
    titles = f", {counted(start, 'ligne')} de titre" if start else ""
    return _table(rows[start:], f"Excel{titles}")


def _read_parquet(path: Path, source: Source) -> pd.DataFrame:
    import pyarrow.parquet as pq

    try:
        table = pq.read_table(path)
    except Exception as error:  # whatever pyarrow makes of a file that is no Parquet
        raise unreadable(path, error) from error
    columns = {name: [_text(value) for value in table[name].to_pylist()] for name in table.column_names}
    frame = pd.DataFrame(columns, dtype=object)
    frame.attrs["format"] = "Parquet"
    return frame


def _table(rows: list[list[str]], form: str) -> pd.DataFrame:
    names, *values = rows or [[]]
    frame = pd.DataFrame([[cell.strip() for cell in row] for row in values if row], columns=names, dtype=object)
    frame.attrs["format"] = form
    return frame


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat()
    return value.isoformat() if isinstance(value, date) else str(value)


def _check_columns(path: Path, source: Source, table: pd.DataFrame) -> None:
    expected = [source.key, *source.columns.values()]
    missing = [name for name in expected if name not in table.columns]
    if missing:
        listed = ", ".join(f"« {name} »" for name in missing)
        key = " dont la clé" if source.key in missing else ""
        raise FileRefused(
            f"Il manque des colonnes{key} à la source « {source.label} » ({path.name}).",
            where=f"absentes : {listed} ; présentes : {', '.join(map(str, table.columns)) or 'aucune'}",
            todo="refaites l'export avec ces colonnes, ou corrigez leur nom au registre",
        )
    if table.empty:
        raise FileRefused(
            f"La source « {source.label} » ({path.name}) est vide.",
            where="des noms de colonnes, mais aucune fiche",
            todo="vérifiez l'export qui l'a produite",
        )


def _check_key(path: Path, source: Source, table: pd.DataFrame) -> None:
    key = table[source.key]
    for what, wrong in (("vides", key.eq("")), ("répétées", key.duplicated(keep=False) & key.ne(""))):
        if wrong.any():
            rows = ", ".join(str(place + 1) for place in wrong[wrong].index[:SHOWN])
            count = counted(int(wrong.sum()), "fiche")
            raise FileRefused(
                f"La clé de la source « {source.label} » ({path.name}) n'identifie pas chaque fiche.",
                where=f"colonne « {source.key} », clés {what} : {count}, n° {rows}",
                todo="donnez à chaque fiche une clé, et une seule",
            )
