"""Cutting a text file into columns: every row with the line where it starts, as text, written aside for the engine.

Values are neither parsed nor judged here; only what is no row by its shape (blank lines, repeated names) is set
aside, and counted.
"""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, islice
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from grc_helpers.data.dialect import SEPARATORS, find_encoding, find_header
from grc_helpers.data.headers import Columns, recognise
from grc_helpers.data.kinds import Kind, Role
from grc_helpers.data.refusals import SHOWN, FileRefused, Tally
from grc_helpers.data.settings import Settings

LINE = "__ligne__"
BATCH = 1_000  # small: rows live too briefly for Python's collector to walk through them again and again
GROUP = 50_000  # rows written together
TOTAL = r"(?i)^\s*(grand[ -]total|sous[ -]?totau?x?|sub[ -]?total|total|totaux|cumul)\b"
BREAK = re.compile(r"\r\n|\r|\n")
TOO_MANY, TOO_FEW = "trop de valeurs", "pas assez de valeurs"
BAD_QUOTES, UNNAMED = "guillemets mal fermés", "valeurs dans une colonne sans nom"
UNCUT = {
    TOO_MANY: "mettez entre guillemets les textes et les montants qui contiennent le séparateur",
    TOO_FEW: "complétez ou supprimez les lignes incomplètes",
    BAD_QUOTES: "fermez les guillemets, et doublez ceux d'un texte",
    UNNAMED: "nommez la colonne, ou videz-la",
}
BLANK = "lignes vides"
NAMES_AGAIN = "lignes de noms répétées"


@dataclass
class Staged:
    """A file cut into columns.

    Attributes
    ----------
    source : Path
        The user's file.
    path : Path
        Parquet file: the columns as text, and ``__ligne__``, the number that an editor shows (Excel: of the row).
    columns : Columns
    facts : list of (label, text)
        What was detected.
    values : dict
        The same as values of options, for the side file.
    uncut : list of Tally
        Rows that could not be cut: reasons to refuse the file.
    aside : list of Tally
        Rows that are none by their shape.
    notes : list of str
        What deserves to be known of the way the values were written.
    mixed_dates : bool
        Whether true dates and dates written as text lie in the same column of a workbook.
    """

    source: Path
    path: Path
    columns: Columns
    facts: list[tuple[str, str]]
    values: dict[str, object]
    uncut: list[Tally] = field(default_factory=list)
    aside: list[Tally] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    mixed_dates: bool = False

    @property
    def places(self) -> dict[str, str]:
        """The engine's name (c0, c1…) of each role's column."""
        return {role: f"c{self.columns.index(role)}" for role in self.columns.roles}

    def roles(self, *types: str) -> list[Role]:
        """Return the roles of some types that the file has."""
        return [role for role in self.columns.kind.of(*types) if role.name in self.columns.roles]

    def take_counts(self, cutter: "Cutter") -> None:
        """Keep what a cutter has counted."""
        self.uncut, self.aside = cutter.tallies(*UNCUT), cutter.tallies(BLANK, NAMES_AGAIN)


def stage_text(path: Path, settings: Settings, kind: Kind, folder: Path) -> Staged:
    """Cut a text file (CSV and its relatives) into columns.

    Raises
    ------
    FileRefused
        When the encoding, the separator or the columns cannot be told without guessing.
    """
    encoding, encoding_name = find_encoding(path, settings)
    separator, line, names = find_header(path, encoding, settings, kind)
    if not names:
        raise FileRefused(
            f"Le fichier « {path.name} » est vide.",
            todo=f"il doit nommer les colonnes ({kind.wanted}), puis donner {kind.row}",
        )
    columns = recognise([name for name in names if name], settings, kind, file=path.name, where=f"ligne {line}")
    staged = Staged(
        source=path,
        path=folder / "rows.parquet",
        columns=columns,
        facts=[
            ("Encodage", encoding_name),
            ("Séparateur", SEPARATORS[separator]),
            ("Noms des colonnes", header_place(line)),
        ],
        values={
            "fichier.encodage": "utf-8" if encoding == "utf-8-sig" else encoding,
            "fichier.separateur": separator,
            "fichier.ligne_des_noms": line,
        },
    )
    cutter = Cutter(names)
    with path.open(encoding=encoding, newline="") as file:
        write_batches(staged, cutter.cut(file, separator, line))
    staged.take_counts(cutter)
    return staged


def header_place(line: int) -> str:
    """Say where the names of the columns are, and what was passed over above them."""
    above = line - 1
    s = "s" if above > 1 else ""
    return f"ligne {line}" + (f" ({above} ligne{s} au-dessus laissée{s} de côté)" if above else "")


def write_batches(staged: Staged, batches: Iterable[tuple[Sequence[int], Sequence[Sequence[str]]]]) -> None:
    """Write batches (the lines of the rows, and the cells column by column) to the staged file."""
    names = [LINE, *staged.columns.names]
    schema = pa.schema([(LINE, pa.int64()), *((name, pa.string()) for name in staged.columns.names)])
    with pq.ParquetWriter(staged.path, schema, compression="lz4", use_dictionary=False) as writer:
        waiting: list[pa.Table] = []
        for lines, columns in batches:
            arrays = [pa.array(lines, pa.int64()), *(pa.array(column, pa.string()) for column in columns)]
            waiting.append(pa.table(dict(zip(names, arrays, strict=True)), schema=schema))
            if sum(map(len, waiting)) >= GROUP:
                writer.write_table(pa.concat_tables(waiting))
                waiting = []
        if waiting:
            writer.write_table(pa.concat_tables(waiting))


class Cutter:
    """Makes rows of one width, and counts what is set aside.

    Columns without a name are left out, as long as they are empty.
    """

    def __init__(self, names: list[str]):
        self.names, self.width = names, len(names)
        self.unnamed = {place for place, name in enumerate(names) if not name}
        self.counts: dict[str, list[int]] = {}

    def tallies(self, *kinds: str) -> list[Tally]:
        """Return what was counted under some kinds."""
        return [Tally(kind, len(lines), tuple(lines[:SHOWN])) for kind in kinds if (lines := self.counts.get(kind))]

    def cut(self, file, separator: str, header: int) -> Iterator[tuple[Sequence[int], list[tuple[str, ...]]]]:
        """Yield the rows of a text under its header, a batch at a time: their lines, and their cells by column."""
        reader = csv.reader(file, delimiter=separator, strict=True)
        start, more = 1, True
        while more:
            batch: list[list[str]] = []
            broken = False
            try:
                batch.extend(islice(reader, BATCH))  # what precedes a row that cannot be read stays in the list
                more = bool(batch)
            except csv.Error:
                broken = True
            yield from self._made_regular(batch, start, reader.line_num - broken, header)
            if broken:
                line = start + sum(map(_height, batch))
                if line > header:
                    self._note(BAD_QUOTES, line)
            start = reader.line_num + 1

    def _made_regular(self, batch: list[list[str]], start: int, end: int, header: int):
        """Yield a batch as it is when every row of it is plain (the usual case, and fast), else row by row."""
        columns = list(zip(*batch, strict=False))
        one_line_each = end - start + 1 == len(batch)
        if one_line_each and start > header and not self.unnamed and set(map(len, batch)) == {self.width}:
            if "" not in columns[0] and self.names[0] not in columns[0]:
                yield range(start, end + 1), columns
                return
        heights = accumulate(map(_height, batch), initial=start)
        kept = [(line, self.keep(line, row)) for line, row in zip(heights, batch, strict=False) if line > header]
        yield from batched((line, row) for line, row in kept if row is not None)

    def keep(self, line: int, row: list[str], padded: bool = False) -> list[str] | None:
        """Return a row made to the width; None, and a count, when it is set aside.

        ``padded`` says that missing cells are empty ones (Excel); in a text they are missing, but for totals.
        """
        if not any(cell and not cell.isspace() for cell in row):
            return self._note(BLANK, line)
        if [cell.strip() for cell in row[: self.width]] == self.names:
            return self._note(NAMES_AGAIN, line)
        if any(row[self.width :]):
            return self._note(TOO_MANY, line)
        if len(row) < self.width and not padded and not any(re.match(TOTAL, cell) for cell in row):
            return self._note(TOO_FEW, line)
        row = row[: self.width] + [""] * (self.width - len(row))
        if any(row[place].strip() for place in self.unnamed):
            return self._note(UNNAMED, line)
        return [cell for place, cell in enumerate(row) if place not in self.unnamed]

    def _note(self, kind: str, line: int) -> None:
        self.counts.setdefault(kind, []).append(line)


def batched(rows: Iterator[tuple[int, list[str]]]) -> Iterator[tuple[list[int], list[tuple[str, ...]]]]:
    """Turn (line, row) pairs into batches of lines and columns."""
    while batch := list(islice(rows, BATCH)):
        lines, cells = zip(*batch, strict=True)
        yield list(lines), list(zip(*cells, strict=True))


def _height(row: list[str]) -> int:
    """Return how many lines of a text a row takes."""
    return 1 + sum(len(BREAK.findall(cell)) for cell in row if "\n" in cell or "\r" in cell)
