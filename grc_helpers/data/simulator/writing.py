"""Writing the firm's folder: beside it under a provisional name, row group after row group, then renamed at once."""

import hashlib
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from grc_helpers.errors import GrcError

SOURCES = "sources"


@dataclass(frozen=True)
class SourceFile:
    """Rows of a file of the firm that is no table of the package, how it is encoded, a French note on its format."""

    table: pd.DataFrame
    encode: Callable[[pd.DataFrame], bytes]
    note: str


@dataclass
class WrittenFile:
    """What was written: relative path, rows, checksum, schema (None for a source) and note."""

    file: str
    rows: int
    schema: pa.Schema | None = None
    note: str = ""
    sha256: str = ""


@dataclass
class _Open:
    writer: pq.ParquetWriter
    written: WrittenFile = field(repr=False)


class FolderWriter:
    """Writes tables into a folder that exists only when all is done.

    Parameters
    ----------
    out : Path
        The folder; refused if it exists.
    level : int
        Level of zstd compression.

    Use as a context: leaving it after an error, or before `finish`, leaves nothing behind.
    """

    def __init__(self, out: Path, *, level: int):
        self.out, self.level = Path(os.path.abspath(out.expanduser())), level
        if self.out.exists():
            raise GrcError(
                f"Le dossier « {out} » existe déjà : rien n'est écrasé.",
                todo="donnez un autre nom à --out, ou effacez ce dossier vous-même",
            )
        self.draft = self.out.with_name(f".{self.out.name}.partiel-{os.getpid()}")
        self.open: dict[str, _Open] = {}
        self.files: dict[str, WrittenFile] = {}
        self.sources: dict[str, list[SourceFile]] = {}

    def __enter__(self) -> Self:
        try:
            self.out.parent.mkdir(parents=True, exist_ok=True)
            self.draft.mkdir()
        except OSError as error:
            raise GrcError(
                f"Impossible d'écrire à côté de « {self.out} ».",
                where=str(error),
                todo="vérifiez le chemin, les droits et la place libre",
            ) from error
        return self

    def __exit__(self, *error: object) -> None:
        for item in self.open.values():
            item.writer.close()
        shutil.rmtree(self.draft, ignore_errors=True)

    def add(self, table: str, frame: pd.DataFrame) -> None:
        """Append rows to a table (created at its first rows), one row group a call."""
        if table not in self.open:
            path = self.draft / f"{table}.parquet"
            path.parent.mkdir(exist_ok=True)
            schema = as_table(frame).schema
            writer = pq.ParquetWriter(path, schema, compression="zstd", compression_level=self.level)
            self.open[table] = _Open(writer, WrittenFile(f"{table}.parquet", 0, schema))
        item = self.open[table]
        rows = as_table(frame, item.written.schema)
        item.writer.write_table(rows, row_group_size=500_000)
        item.written.rows += rows.num_rows

    def add_source(self, name: str, source: SourceFile) -> None:
        """Append rows to a source file; it is encoded, whole, when the tables are closed."""
        self.sources.setdefault(name, []).append(source)

    def close_tables(self) -> list[WrittenFile]:
        """Close the tables and return what was written, with checksums, by name."""
        for item in self.open.values():
            item.writer.close()
            self.files[item.written.file] = item.written
        self.open = {}
        for name, parts in self.sources.items():
            path, table = self.draft / SOURCES / name, pd.concat([part.table for part in parts], ignore_index=True)
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(parts[0].encode(table))
            self.files[f"{SOURCES}/{name}"] = WrittenFile(f"{SOURCES}/{name}", len(table), None, parts[0].note)
        for written in self.files.values():
            with (self.draft / written.file).open("rb") as content:
                written.sha256 = hashlib.file_digest(content, "sha256").hexdigest()
        return [self.files[name] for name in sorted(self.files)]

    def finish(self, card: str) -> Path:
        """Write the card and give the folder its name."""
        (self.draft / "README.md").write_text(card, encoding="utf-8", newline="\n")
        try:
            self.draft.rename(self.out)
        except OSError as error:
            raise GrcError(
                f"Le dossier « {self.out} » est apparu pendant la simulation : rien n'est écrasé.",
                where=str(error),
                todo="donnez un autre nom à --out",
            ) from error
        return self.out


def as_table(frame: pd.DataFrame, schema: pa.Schema | None = None) -> pa.Table:
    """Turn a frame into Arrow: ``…_cents`` into euros, ``datetime64[s]`` into dates, text into plain strings."""
    columns = {}
    for name in frame.columns:
        values = frame[name]
        if name.endswith("_cents"):
            columns[name.removesuffix("_cents")] = pa.array(
                values.astype("Float64") / 100, pa.float64(), from_pandas=True
            )
        elif values.dtype == "datetime64[s]":
            columns[name] = pa.array(values, pa.timestamp("s"), from_pandas=True).cast(pa.date32())
        elif values.dtype == object or isinstance(values.dtype, pd.StringDtype):
            columns[name] = pa.array(values.to_numpy(dtype=object, na_value=None), pa.string(), from_pandas=True)
        else:
            columns[name] = pa.array(values, from_pandas=True)
    return pa.table(columns, schema=schema)
