"""The table that a score is learnt from: what can serve as a clue, what is set aside, who learns and who judges."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from pandas.api.types import is_numeric_dtype

from grc_helpers.errors import GrcError
from grc_helpers.style import number, percent

FEWEST = 30  # customers of each answer below which nothing can be learnt on one part and judged on another
TYPED_DATE = r"\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4}([ T].*)?"
MOSTLY_DISTINCT = 0.5  # a text with more distinct values than this share of the rows names customers


@dataclass(frozen=True)
class ScoringTable:
    """Customers described by clues, and the answer to foresee.

    Attributes
    ----------
    X : DataFrame
        Clues: numbers (float64) or text; None or NaN where a value is missing.
    y : Series of int
        1 or 0, same index.
    customer_id : Series of str
    set_aside : DataFrame
        column, reason: what cannot serve as a clue.
    """

    X: pd.DataFrame
    y: pd.Series
    customer_id: pd.Series
    set_aside: pd.DataFrame


def scoring_table(rows: pd.DataFrame, *, labels: str = "") -> ScoringTable:
    """Prepare a table of kind « target ».

    Parameters
    ----------
    rows : DataFrame
        customer_id, outcome (1 or 0), then the columns that may be clues.
    labels : str
        Columns whose numbers are labels, not quantities, separated by commas; names that the table lacks are ignored.

    Raises
    ------
    GrcError
        One answer only, fewer than thirty customers of either answer, or no usable clue.
    """
    y = rows["outcome"].astype(int)
    _enough(y)
    clues, reasons, names = {}, {}, {name.strip() for name in labels.split(",")}
    for name in rows.columns.difference(["customer_id", "outcome"], sort=False):
        reason = _useless(rows[name])
        if reason:
            reasons[name] = reason
        else:
            clues[name] = _clue(rows[name], label=name in names)
    if not clues:
        raise GrcError(
            "Aucune colonne de ce fichier ne peut servir d'indice.",
            where=" ; ".join(f"{name} : {reason}" for name, reason in reasons.items()) or "aucune autre colonne",
            todo="donnez au moins une colonne qui décrit les clients et qui varie",
        )
    aside = pd.DataFrame({"column": list(reasons), "reason": list(reasons.values())})
    return ScoringTable(pd.DataFrame(clues, index=rows.index), y, rows["customer_id"].astype(str), aside)


def clue_names(data) -> dict[str, str]:
    """Return what each column of a data set is called in French: its card's label, or its own name."""
    columns = data.table.columns
    if data.card is None:
        return {name: name for name in columns}
    labels = {column.name: column.label for file in data.card.files for column in file.columns}
    return {name: labels.get(name, name) for name in columns}


def split(table: ScoringTable, *, judge_share: float, seed: int) -> tuple[pd.Index, pd.Index]:
    """Draw who learns and who judges, each with the same share of 1; return their index labels."""
    from sklearn.model_selection import train_test_split

    learn, judge = train_test_split(table.X.index, test_size=judge_share, stratify=table.y, random_state=seed)
    return learn, judge


def _enough(y: pd.Series) -> None:
    counts = {answer: int((y == answer).sum()) for answer in (1, 0)}
    if 0 in counts.values():
        only = "oui (1)" if counts[1] else "non (0)"
        raise GrcError(
            "La cible n'a qu'une réponse : il n'y a rien à prévoir.",
            where=f"les {number(len(y))} clients ont tous « {only} »",
            todo="vérifiez la colonne de la cible, ou donnez un fichier qui a les deux réponses",
        )
    if min(counts.values()) < FEWEST:
        raise GrcError(
            "Trop peu de clients pour apprendre un score sur les uns et le juger sur les autres.",
            where=f"{number(counts[1])} oui et {number(counts[0])} non, sur {number(len(y))} clients",
            todo=f"il faut au moins {FEWEST} oui et {FEWEST} non ; allongez la période ou réunissez des campagnes",
        )


def _useless(column: pd.Series) -> str:
    """Return why a column cannot be a clue, or an empty string."""
    known = column.dropna()
    if known.empty:
        return "vide"
    if known.nunique() == 1 and len(known) == len(column):
        return "une seule valeur"
    if is_numeric_dtype(column):
        return ""
    if not all(isinstance(value, str) for value in known.head(100)):
        return "date : calculez-en une durée"
    if known.str.fullmatch(TYPED_DATE).mean() > 0.9:
        return "date écrite en texte : calculez-en une durée, par exemple un nombre de mois"
    if known.nunique() > MOSTLY_DISTINCT * len(column):
        return "presque autant de valeurs que de clients"
    return ""


def _clue(column: pd.Series, *, label: bool) -> pd.Series:
    if is_numeric_dtype(column) and not label:
        return column.astype("float64")
    write = (lambda value: f"{value:g}") if is_numeric_dtype(column) else str
    return pd.Series([None if pd.isna(value) else write(value) for value in column], column.index, dtype=object)


def marks_sheet(marks: pd.DataFrame, weights, *, places: tuple[float, ...]) -> pd.DataFrame:
    """Return the sheet of a committee for a few customers, as texts: marks, weights, totals and ranks.

    Parameters
    ----------
    marks : DataFrame
        Notes by criterion (0 to 10), one row a customer.
    weights : array
        Of the criteria; they are brought to a sum of 1.
    places : tuple of float
        Where the customers shown stand with equal weights: 0 the first one, 1 the last one.

    Returns
    -------
    DataFrame indexed by criterion, then total and rank, with these weights and with equal ones
        ``Poids``, and a column a customer; equal totals share the best of their ranks.
    """
    shares = np.array(weights, float) / np.sum(weights)
    weighed = {"ces poids": marks.to_numpy() @ shares, "poids égaux": marks.to_numpy().mean(axis=1)}
    totals = {name: pd.Series(total, marks.index).round(9) for name, total in weighed.items()}
    order = totals["poids égaux"].sort_values(ascending=False, kind="stable").index
    chosen = [order[round(place * (len(order) - 1))] for place in places]
    sheet = marks.loc[chosen].map(lambda mark: number(mark, 1)).T
    for name, total in totals.items():
        sheet.loc[f"Total sur 10, {name}"] = total[chosen].map(lambda mark: number(mark, 2))
        sheet.loc[f"Rang, {name}"] = total.rank(ascending=False, method="min")[chosen].map(number)
    sheet.columns = [f"Client {letter}" for letter in "ABCDEFGH"[: len(chosen)]]
    sheet.insert(0, "Poids", [*map(percent, shares), *[""] * (len(sheet) - len(shares))])
    return sheet.rename_axis("criterion")
