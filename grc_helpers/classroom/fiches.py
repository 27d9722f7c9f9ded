"""Fact sheets of qualitative notions: what the data say, what the reader writes, one question to discuss; no score."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from html import escape
from pathlib import Path

import pandas as pd

from grc_helpers.classroom import display
from grc_helpers.classroom.columns import label
from grc_helpers.data.exports import create_file
from grc_helpers.errors import GrcError
from grc_helpers.style import typeset

BLANK = "…" * 12
PAGE = """<!DOCTYPE html>
<html lang="fr"><head><meta charset="utf-8"><title>{title}</title><style>
body {{ font-family: sans-serif; max-width: 60em; margin: 2em auto; padding: 0 1em }}
table {{ border-collapse: collapse; width: 100%; margin: .5em 0 }}
th, td {{ border: 1px solid #c9d0d6; padding: .4em .6em; text-align: left; vertical-align: top }}
section {{ break-inside: avoid }}
</style></head><body><h1>{title}</h1>
{body}
</body></html>
"""


@dataclass(frozen=True)
class Fiche:
    """One fact sheet: ``table`` holds texts, its last column the reader's."""

    notion: str
    title: str
    source: str
    table: pd.DataFrame
    question: str


def make_fiche(
    notion: str, *, title: str, source: str, table: pd.DataFrame, blank: str, answers: dict[str, str], question: str
) -> Fiche:
    """Return a fact sheet, the reader's answers in place.

    Parameters
    ----------
    notion : str
        Identifier in the course's inventory.
    title, source : str
        What the sheet is about, and the documents that it comes from.
    table : DataFrame
        One point a line: its name in the first column, then what the data say of it, as texts.
    blank : str
        Heading of the column that the reader fills.
    answers : dict of str to str
        What the reader wrote, by point; points without an answer stay to be filled.
    question : str
        To discuss.

    Raises
    ------
    GrcError
        An answer to a point that the sheet has not.
    """
    points = [typeset(str(point)) for point in table.iloc[:, 0]]
    given = {typeset(str(point)): str(answer) for point, answer in answers.items()}
    if unknown := [point for point in given if point not in points]:
        close = difflib.get_close_matches(unknown[0], points, n=1, cutoff=0.5)
        raise GrcError(
            f"La fiche {notion} n'a pas de ligne « {unknown[0]} ».",
            where=f"vos réponses ; {len(unknown)} de trop",
            todo=(f"vouliez-vous dire « {close[0]} » ? " if close else "") + "lignes : " + ", ".join(points),
        )
    texts = (
        table.astype(object).map(lambda value: typeset(str(value))).rename(columns=lambda name: typeset(label(name)))
    )
    filled = texts.reset_index(drop=True).assign(**{typeset(blank): [given.get(point, BLANK) for point in points]})
    return Fiche(notion, typeset(title), source, filled, typeset(question))


def to_rendered(fiche: Fiche) -> display.Rendered:
    """Return what a cell shows of a fact sheet."""
    to_fill = int(fiche.table.iloc[:, -1].eq(BLANK).sum())
    shown = display.table(
        fiche.table,
        caption=f"Fiche {fiche.notion} ({fiche.source}) : {fiche.title}",
        note=f"À discuter : {fiche.question}",
    )
    record = {"type": "fiche", "notion": fiche.notion, "title": fiche.title, "to_fill": to_fill}
    return display.Rendered(shown.html, shown.text, record)


def write_fiches(fiches: list[Fiche], path: str | Path, *, title: str) -> Path:
    """Write fact sheets as one document (HTML, which word processors open too), never over another file.

    Raises
    ------
    GrcError
        No fact sheet, a name that does not end in .html, a file that exists already.
    """
    if not fiches:
        raise GrcError("Il n'y a pas encore de fiche à écrire.", todo="exécutez d'abord les cellules qui en montrent")
    body = "\n".join(_section(fiche) for fiche in fiches)
    page = PAGE.format(title=escape(typeset(title)), body=body)
    return create_file(path, page.encode, suffix=".html")


def _section(fiche: Fiche) -> str:
    heading = f"<h2>{escape(fiche.notion)} · {escape(fiche.title)}</h2><p>Source : {escape(fiche.source)}</p>"
    table = fiche.table.to_html(index=False, escape=True, border=0)
    question = f"<p><strong>{typeset('À discuter : ')}</strong>{escape(fiche.question)}</p>"
    return f"<section>{typeset(heading)}{table}{question}</section>"
