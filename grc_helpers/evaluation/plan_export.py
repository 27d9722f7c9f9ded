"""A plan handed over: CSV or Excel, that says what it holds, runs nothing, and replaces nothing."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pandas as pd

from grc_helpers.data.exports import FORMULA, create_file, write_csv
from grc_helpers.errors import GrcError, visible

SHEETS = ("À lire", "Plan", "Clients")
LONGEST = 60


def about(
    *, title: str, nature: str, day, currency: str, budget: float, terms: dict[str, str], limits: list[str]
) -> pd.DataFrame:
    """Return what a plan's file says of itself: Rubrique, Contenu.

    Parameters
    ----------
    title, nature : str
        Data, and whether they are real, fictional…
    day : date-like
        Day of the plan: the data stop the day before.
    currency : str
        Of every amount.
    budget : float
    terms : dict
        Assumptions, in French, by name.
    limits : list of str
        What the plan does not know, in French.
    """
    rows = [
        ("Ce que c'est", "Plan d'action : qui contacter, par quelle action, à quel coût, pour quel gain net attendu"),
        ("Données", f"{title} ({nature}), jusqu'à la veille du {pd.Timestamp(day):%d/%m/%Y}"),
        (
            "Unité",
            f"Montants en {currency}, par client sauf « de tous » ; gain = marge ajoutée − coûts, intervalle à 95 %",
        ),
        ("Budget", f"{budget:.2f} {currency}".replace(".", ",")),
        *terms.items(),
        (
            "Témoins",
            "Groupe « témoin » : clients tirés au sort, à ne pas contacter ; sans eux, l'effet ne se mesurera pas",
        ),
        *(("Limite", limit) for limit in limits),
        ("Vie privée", "Ce fichier désigne des personnes : n'en gardez que ce qui sert, effacez-le après la campagne"),
    ]
    return pd.DataFrame(rows, columns=["Rubrique", "Contenu"])


def export_plan(path: str | Path, *, note: pd.DataFrame, plan: pd.DataFrame, customers: pd.DataFrame) -> list[str]:
    """Write a plan as a workbook of three sheets, or as three CSV files.

    Texts that a spreadsheet could run get an apostrophe, as in ``data.exports``; nothing is replaced, and a refusal
    leaves nothing half-written.

    Parameters
    ----------
    path : str or Path
        « plan.xlsx »; or « plan.csv » (the customers), beside which « plan_segments.csv » and « plan_a_lire.csv » are
        written.
    note, plan, customers : DataFrame
        With French headings.

    Returns
    -------
    list of str
        Names of the files.

    Raises
    ------
    GrcError
        Neither .csv nor .xlsx, no such folder, or a file that exists.
    """
    path = Path(path).expanduser()
    if path.suffix.lower() == ".csv":
        files = {path: customers, _beside(path, "segments"): plan, _beside(path, "a_lire"): note}
        taken = [file.name for file in files if file.exists()]
        if taken:
            raise GrcError(
                f"Ces fichiers existent déjà : {', '.join(taken)}. Rien n'a été écrit.",
                where=str(path.parent),
                todo="donnez un autre nom au réglage « export », ou déplacez-les",
            )
        for file, table in files.items():
            write_csv(table, file)
        return [file.name for file in files]
    if path.suffix.lower() != ".xlsx":
        raise GrcError(
            f"On ne sait pas écrire un plan dans « {path.name} ».",
            todo="donnez un nom en .xlsx ou en .csv à « export »",
        )
    return [create_file(path, lambda: _workbook(note, plan, customers), suffix=".xlsx").name]


def _beside(path: Path, word: str) -> Path:
    return path.with_name(f"{path.stem}_{word}.csv")


def _workbook(*tables: pd.DataFrame) -> bytes:
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Font

    book = Workbook()
    book.remove(book.active)
    for title, table in zip(SHEETS, tables, strict=True):
        sheet = book.create_sheet(title)
        for column, name in enumerate(table.columns, start=1):
            _put(sheet.cell(1, column), name).font = Font(bold=True)
            texts = table[name].map(str)
            sheet.column_dimensions[sheet.cell(1, column).column_letter].width = min(
                LONGEST, max([len(name), *texts.str.len().head(200)]) + 2
            )
        for row, values in enumerate(table.itertuples(index=False), start=2):
            for column, value in enumerate(values, start=1):
                cell = _put(sheet.cell(row, column), value)
                if isinstance(value, float):
                    cell.number_format = "#,##0.00"
        if title == SHEETS[0]:
            for row in sheet.iter_rows():
                for cell in row:
                    cell.alignment = Alignment(wrap_text=True, vertical="top")
        sheet.freeze_panes = "A2"
    buffer = BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _put(cell, value):
    """Write a value, text as text: a cell that starts like a formula holds words, never a formula."""
    if isinstance(value, str):
        cell.value = FORMULA.sub(r"\1\2'\3", visible(value))
        cell.data_type = "s"
    else:
        cell.value = None if pd.isna(value) else value.item() if hasattr(value, "item") else value
    return cell
