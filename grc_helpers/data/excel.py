"""Excel workbooks: which sheet, which row names the columns, and each cell as the text that a CSV would have."""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, time
from itertools import islice
from pathlib import Path

from grc_helpers.data.amounts import TYPED
from grc_helpers.data.dialect import SAMPLE_ROWS, trimmed
from grc_helpers.data.headers import Columns, fits, recognise
from grc_helpers.data.kinds import ANSWER, DAY, IDENTIFIER, LABEL, MONEY, Kind
from grc_helpers.data.refusals import ColumnsMissing, FileRefused, counted, unreadable
from grc_helpers.data.settings import Settings
from grc_helpers.data.staging import Cutter, Staged, batched, header_place, write_batches
from grc_helpers.style import number

ZEROS = re.compile(r"0+")
TYPES = (DAY, MONEY, ANSWER, IDENTIFIER, LABEL)
SERIALS = range(10_000, 110_000)  # 1927 to 2201 as Excel counts days


def stage_excel(path: Path, settings: Settings, kind: Kind, folder: Path) -> Staged:
    """Cut a sheet of a workbook into columns (its values, not its formulas).

    Numbers in a column of dates are Excel's day counts; numbers in a column of amounts or answers stay exact.

    Raises
    ------
    FileRefused
        When the workbook cannot be opened, or the sheet or the columns cannot be told without guessing.
    """
    import openpyxl

    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    except Exception as error:  # openpyxl lets through what zipfile and its XML parser raise
        raise unreadable(path, error) from error
    try:
        return _stage(path, book, settings, kind, folder)
    finally:
        book.close()


def _stage(path: Path, book, settings: Settings, kind: Kind, folder: Path) -> Staged:
    sheet, line, names = _find_sheet(path, book, settings, kind)
    where = f"feuille « {sheet.title} », ligne {line}"
    columns = recognise([name for name in names if name], settings, kind, file=path.name, where=where)
    others = [f"« {name} »" for name in book.sheetnames if name != sheet.title]
    staged = Staged(
        source=path,
        path=folder / "rows.parquet",
        columns=columns,
        facts=[
            ("Feuille", f"« {sheet.title} »" + (f" (laissées de côté : {', '.join(others)})" if others else "")),
            ("Noms des colonnes", header_place(line)),
        ],
        values={"fichier.feuille": sheet.title, "fichier.ligne_des_noms": line},
    )
    cells = _Cells(names, columns, book.epoch)
    cutter = Cutter(names)
    texts = ((place, cutter.keep(place, cells.row(row), padded=True)) for place, row in _rows(sheet) if place > line)
    write_batches(staged, batched((place, row) for place, row in texts if row is not None))
    staged.take_counts(cutter)
    staged.notes, staged.mixed_dates = cells.notes(), cells.mixed
    return staged


def _find_sheet(path: Path, book, settings: Settings, kind: Kind):
    """Return the sheet to read, the row of its columns' names, and these names."""
    stated, asked = settings["fichier.feuille"], settings["fichier.ligne_des_noms"]
    if stated is not None and stated not in book.sheetnames:
        raise FileRefused(
            f"Le classeur « {path.name} » n'a pas de feuille « {stated} ».",
            where="ses feuilles : " + ", ".join(f"« {name} »" for name in book.sheetnames),
            todo="corrigez « fichier.feuille » dans ses réglages",
        )
    sheets = [sheet for sheet in book.worksheets if stated in (None, sheet.title)]
    fitting, first = [], None
    for sheet in sheets:
        top = [(place, trimmed([_text(cell.value).strip() for cell in row])) for place, row in _top(sheet)]
        top = [(place, row) for place, row in top if row and asked in (None, place)]
        fitting += [(sheet, place, row) for place, row in top if fits(row, settings, kind)][:1]
        wide = next(((sheet, place, row) for place, row in top if len(row) > 1), None)
        first = first or wide or next(((sheet, *found) for found in top), None)
    if len(fitting) > 1:
        raise FileRefused(
            f"Plusieurs feuilles du classeur « {path.name} » contiennent {kind.what}.",
            where=", ".join(f"« {sheet.title} »" for sheet, *_ in fitting),
            todo=f'dites laquelle : --set fichier.feuille="{fitting[0][0].title}"',
        )
    if not fitting and first is None:
        raise FileRefused(
            f"Le fichier « {path.name} » est vide.",
            where="feuilles : " + ", ".join(f"« {sheet.title} »" for sheet in sheets),
            todo=f"une feuille doit nommer les colonnes ({kind.wanted}), puis donner {kind.row}",
        )
    if not fitting and len(sheets) > 1:
        raise ColumnsMissing(
            f"Aucune feuille du classeur « {path.name} » n'a les colonnes qu'il faut : {kind.wanted}.",
            where="feuilles : " + ", ".join(f"« {sheet.title} »" for sheet in sheets),
            todo="dites quelle feuille lire et quelles colonnes : --set fichier.feuille=NOM "
            + " ".join(f"--set colonnes.{role}=NOM" for role in kind.required or ["satisfaction"]),
        )
    return fitting[0] if fitting else first


def _rows(sheet) -> Iterator[tuple[int, tuple]]:
    sheet.reset_dimensions()  # some writers declare fewer cells than they write
    return enumerate(sheet.iter_rows(), start=1)


def _top(sheet) -> Iterator[tuple[int, tuple]]:
    return islice(_rows(sheet), SAMPLE_ROWS)


def _text(value: object) -> str:
    """Write a cell's value as a CSV would have it; whole numbers without decimals."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "VRAI" if value else "FAUX"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(sep=" ", timespec="seconds")
    return value.isoformat() if isinstance(value, date) else str(value)


class _Cells:
    """Turns the cells of a sheet into text, by role, and counts how they were typed."""

    def __init__(self, names: list[str], columns: Columns, epoch: datetime):
        held = {names.index(name): columns.kind.role(role) for role, name in columns.roles.items()}
        places = {type: {place for place, role in held.items() if role.type == type} for type in TYPES}
        self.days, self.numbers = places[DAY], places[MONEY] | places[ANSWER]
        if columns.kind.typed:
            self.numbers |= set(range(len(names))) - set(held)
        self.identifiers = places[IDENTIFIER] | places[LABEL]
        self.client = next((place for place, role in held.items() if role.name == "client"), None)
        self.epoch, self.counts = epoch, Counter()

    def row(self, cells: tuple) -> list[str]:
        """Return a row as text."""
        return [self._cell(place, cell) for place, cell in enumerate(cells)]

    def _cell(self, place: int, cell) -> str:
        value = cell.value
        numeric = isinstance(value, int | float) and not isinstance(value, bool)
        if place in self.days and value is not None:
            if numeric and int(value) in SERIALS:
                from openpyxl.utils.datetime import from_excel

                self.counts["serial", place] += 1
                return _text(from_excel(value, self.epoch))
            self.counts["date" if isinstance(value, date) else "text date", place] += 1
        elif place in self.numbers and numeric:
            return f"{TYPED}{value!r}"
        elif place in self.identifiers and numeric:
            self.counts["number id", place] += 1
            width = len(cell.number_format) if ZEROS.fullmatch(cell.number_format or "") else 0
            return _text(value).zfill(width)
        return _text(value)

    def notes(self) -> list[str]:
        """Say what Excel may have changed."""
        found = []
        if count := self.counts["number id", self.client]:
            found.append(
                f"Identifiants de client écrits comme des nombres dans {counted(count, 'cellule')} : "
                "si vos numéros commencent par des zéros, Excel les a perdus."
            )
        if count := sum(self.counts["serial", place] for place in self.days):
            found.append(f"Dates écrites comme des nombres de jours d'Excel : {number(count)}, converties.")
        return found

    @property
    def mixed(self) -> bool:
        """Whether some dates of a column are text and others are not."""
        return any(
            self.counts["text date", place] and self.counts["date", place] + self.counts["serial", place]
            for place in self.days
        )
