"""Parquet files: read where they are, with their own types; a line number is that of the row."""

from pathlib import Path

import ibis
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from grc_helpers.data.headers import Columns, recognise
from grc_helpers.data.kinds import ANSWER, CURRENCY, DAY, DIRECTION, IDENTIFIER, LABEL, MONEY, OUTCOME, Kind
from grc_helpers.data.refusals import FileRefused, unreadable
from grc_helpers.data.settings import Settings
from grc_helpers.data.staging import LINE, Staged

ROW = "file_row_number"


def stage_parquet(path: Path, connection, settings: Settings, kind: Kind, folder: Path) -> tuple[Staged, ibis.Table]:
    """Return what a Parquet file is, and its rows with their line (an expression).

    Raises
    ------
    FileRefused
        When it cannot be opened, or its columns cannot be told without guessing or have types of their own.
    """
    try:
        raw = connection.read_parquet(str(path), file_row_number=True)
        odd, empty = _has_nan(path), _untyped(path)
    except Exception as error:  # the engine and pyarrow let through what they please
        raise unreadable(path, error) from error
    columns = recognise([name for name in raw.columns if name != ROW], settings, kind, file=path.name, where="colonnes")
    raw = raw.mutate(**{name: ibis.null("string") for name in empty})
    _check_types(path, raw.schema(), columns)
    raw = raw.mutate(**{LINE: raw[ROW].cast("int64") + 1}).drop(ROW)
    if odd:  # the engine believes the bounds that other writers give a column, and these leave NaN out
        connection.to_parquet(raw, str(folder / "rows.parquet"))
        raw = connection.read_parquet(str(folder / "rows.parquet"))
    return Staged(path, path, columns, [("Format", "Parquet")], {}), raw


def _has_nan(path: Path) -> bool:
    """Tell whether a column of floating-point numbers holds a NaN."""
    with pq.ParquetFile(path) as file:
        floats = [field.name for field in file.schema_arrow if pa.types.is_floating(field.type)]
        batches = file.iter_batches(columns=floats) if floats else ()
        return any(pc.any(pc.is_nan(column)).as_py() for batch in batches for column in batch.columns)


def _untyped(path: Path) -> list[str]:
    """Return the columns that were written without a type, for nothing is in them."""
    return [field.name for field in pq.read_schema(path) if pa.types.is_null(field.type)]


def _check_types(path: Path, schema: ibis.Schema, columns: Columns) -> None:
    """Refuse the Parquet types that are neither text nor what the column says."""
    whole = ("des entiers ou du texte", lambda t: t.is_integer() or t.is_string())
    words = ("du texte", lambda t: t.is_string())
    numbers = ("des nombres ou du texte", lambda t: (t.is_numeric() and not t.is_boolean()) or t.is_string())
    allowed = {
        IDENTIFIER: whole,
        DAY: ("des dates ou du texte", lambda t: t.is_date() or t.is_timestamp() or t.is_string() or t.is_null()),
        MONEY: numbers,
        CURRENCY: words,
        LABEL: whole,
        DIRECTION: words,
        OUTCOME: ("oui ou non, des entiers ou du texte", lambda t: t.is_numeric() or t.is_boolean() or t.is_string()),
        ANSWER: numbers,
    }
    held = [(name, columns.kind.role(role).type) for role, name in columns.roles.items()]
    held += [(name, ANSWER) for name in columns.scales if name not in columns.roles.values()]
    wrong = [
        f"« {name} » contient {_in_french(schema[name])} (type {schema[name]}), on attend {allowed[type][0]}"
        for name, type in held
        if not allowed[type][1](schema[name])
    ]
    if wrong:
        raise FileRefused(
            f"Des colonnes du fichier « {path.name} » ne sont pas du bon type.",
            where=" ; ".join(wrong),
            todo="convertissez-les avant d'écrire le fichier Parquet",
        )


def _in_french(kind) -> str:
    """Say what a column of a type contains."""
    said = (
        (kind.is_boolean(), "oui ou non"),
        (kind.is_integer(), "des entiers"),
        (kind.is_numeric(), "des nombres à virgule"),
        (kind.is_string(), "du texte"),
        (kind.is_date() or kind.is_timestamp(), "des dates"),
    )
    return next((words for holds, words in said if holds), "autre chose")
