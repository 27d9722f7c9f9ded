"""Refusing a user's file: what is wrong in it, on how many lines, which ones, and what to do."""

from dataclasses import dataclass
from pathlib import Path

from grc_helpers.errors import GrcError
from grc_helpers.style import number

SHOWN = 5


def counted(count: int, noun: str) -> str:
    """Write a count and its noun: « 1 ligne », « 1 200 lignes »."""
    return f"{number(count)} {noun}{'s' if count > 1 else ''}"


def capitalized(text: str) -> str:
    """Return a text with a capital first, the rest as it is."""
    return text[:1].upper() + text[1:]


@dataclass(frozen=True)
class Tally:
    """Rows that have something in common: what, how many, the first lines, and one value as the file has it."""

    what: str
    rows: int
    lines: tuple[int, ...]
    example: str = ""
    column: str = ""

    def __str__(self) -> str:
        more = "…" if self.rows > len(self.lines) else ""
        listed = f", ligne{'s' if self.rows > 1 else ''} {', '.join(map(str, self.lines))}{more}" if self.lines else ""
        column = f"colonne « {self.column} », " if self.column else ""
        return f"{column}{self.what} : {number(self.rows)}{listed}" + (f" (« {self.example} »)" if self.example else "")


class FileRefused(GrcError):
    """A file that cannot be read without guessing; ``facts`` is what was detected before that was known."""

    def __init__(self, what: str, *, where: str | None = None, todo: str | None = None, facts=()):
        super().__init__(what, where=where, todo=todo)
        self.facts = tuple(facts)


class ColumnsMissing(FileRefused):
    """A file without the columns that its kind of table must have: it may hold another kind."""


def refuse(path: Path, problems: list[tuple[Tally, str]], facts=()) -> None:
    """Raise one error for all the problems (what was found, what to do), if there are any."""
    if problems:
        raise FileRefused(
            f"Le fichier « {path.name} » contient des lignes qui ne se lisent pas sans deviner : rien n'est chargé.",
            where="\n     ".join(str(tally) for tally, _ in problems),
            todo=" ;\n          ".join(dict.fromkeys(todo for _, todo in problems)),
            facts=facts,
        )


def unreadable(path: Path, error: Exception) -> FileRefused:
    """Return the error for a file that cannot be opened as what its extension says."""
    return FileRefused(
        f"Le fichier « {path.name} » n'a pas pu être lu.",
        where=f"message du lecteur : « {next(iter(str(error).splitlines()), type(error).__name__)} »",
        todo="vérifiez qu'il est complet et que son extension dit bien son format",
    )
