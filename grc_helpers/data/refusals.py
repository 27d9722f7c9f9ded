"""Refusing a user's file: what is wrong in it, on how many lines, which ones, and what to do."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import ibis
from ibis import _

from grc_helpers.errors import GrcError
from grc_helpers.style import number

SHOWN = 5
SAVE_UTF8 = "enregistrez le fichier au format « CSV UTF-8 », avec la virgule pour séparateur"
CUTTING = {
    "TOO MANY COLUMNS": ("trop de valeurs", "écrivez les montants avec un point, et les textes entre guillemets"),
    "MISSING COLUMNS": ("pas assez de valeurs", "complétez ou supprimez les lignes incomplètes"),
    "UNQUOTED VALUE": ("guillemets mal fermés", "fermez les guillemets, et doublez ceux d'un texte"),
    "INVALID ENCODING": ("caractères qui ne sont pas de l'UTF-8", SAVE_UTF8),
}
CUTTING_OTHER = ("découpage en colonnes impossible", SAVE_UTF8)


@dataclass(frozen=True)
class Check:
    """One reason to refuse a row: ``bad`` marks it, ``text`` is the value as the file has it."""

    column: str
    problem: str
    todo: str
    bad: ibis.Value
    text: ibis.Value


@dataclass(frozen=True)
class Problem:
    """What a check, or the cutting into columns, has found."""

    where: str
    todo: str


def count(path: Path, raw: ibis.Table, checks: list[Check]) -> tuple[int, list[int]]:
    """Count the rows, and those that each check refuses, in one pass.

    Every column is touched: the engine only looks at the columns that a query asks for, and every line of a file must
    be read whole.
    """
    bad = {f"bad_{i}": check.bad.sum() for i, check in enumerate(checks)}
    touched = {f"touched_{i}": raw[name].count() for i, name in enumerate(raw.columns)}
    try:
        result = raw.agg(rows=raw.count(), **bad, **touched).to_pyarrow().to_pylist()[0]
    except Exception as error:
        raise unreadable(path, error) from error
    return result["rows"], [result[name] or 0 for name in bad]


def failures(raw: ibis.Table, checks: list[Check], counts: list[int], lines: Callable) -> list[Problem]:
    """Describe the checks that refuse rows; ``lines`` turns row numbers (from 1) into line numbers."""
    found = []
    for check, total in zip(checks, counts, strict=True):
        if total:
            rows = raw.select(row=ibis.row_number() + 1, bad=check.bad, text=check.text).filter(_.bad)
            first = rows.order_by("row").limit(SHOWN).to_pyarrow().to_pylist()
            example = next((f" (« {row['text']} »)" for row in first if row["text"]), "")
            where = _where(check.problem, total, lines([row["row"] for row in first]))
            found.append(Problem(f"colonne « {check.column} », {where}{example}", check.todo))
    return found


def uncut(rejects: ibis.Table) -> list[Problem]:
    """Describe the lines that the engine could not cut into columns."""
    lines = rejects.select("error_type", "line").distinct().to_pyarrow().to_pylist()
    found = []
    for kind in sorted({row["error_type"] for row in lines}):
        problem, todo = CUTTING.get(kind, CUTTING_OTHER)
        numbers = sorted(row["line"] for row in lines if row["error_type"] == kind)
        found.append(Problem(_where(problem, len(numbers), numbers[:SHOWN]), todo))
    return found


def refuse(path: Path, problems: list[Problem]) -> None:
    """Raise one error for all the problems, if there are any."""
    if problems:
        raise GrcError(
            f"Le fichier « {path.name} » contient des lignes qui ne se lisent pas sans deviner : rien n'est chargé.",
            where="\n     ".join(problem.where for problem in problems),
            todo=" ; ".join(dict.fromkeys(problem.todo for problem in problems)),
        )


def unreadable(path: Path, error: Exception) -> GrcError:
    """Return the error for a file that the engine cannot read at all."""
    todo = "vérifiez qu'il est complet et que son extension dit bien son format"
    return GrcError(
        f"Le fichier « {path.name} » n'a pas pu être lu.",
        where=f"message du moteur : « {str(error).splitlines()[0]} »",
        todo=f"{SAVE_UTF8}, sans mélanger les fins de ligne" if path.suffix.lower() == ".csv" else todo,
    )


def _where(problem: str, total: int, lines: list[int]) -> str:
    more = "…" if total > len(lines) else ""
    return f"{problem} : {number(total)}, ligne{'s' if total > 1 else ''} {', '.join(map(str, lines))}{more}"
