"""A card that leaves the notebook: its sheet (date, data, performance, limits), its points, and SQL that gives them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from grc_helpers.scoring.card import Scorecard

WATCH, STOP = 0.10, 0.25  # PSI of the score: look at it, then learn it again (usage: Siddiqi 2006)


def card_sql(card: Scorecard, *, table: str = "clients", key: str = "customer_id") -> str:
    """Write a SELECT (DuckDB) that gives each customer's score and probability as the card does.

    Parameters
    ----------
    card : Scorecard
        Fitted.
    table, key : str
        Name of the table of customers, and of its identifying column.
    """
    cases = "\n    + ".join(_case(card, clue) for clue in card.clues_)
    odds = f"{float(card.intercept_)!r} + score / {float(card.factor)!r}"
    return (
        f"SELECT {_name(key)}, score, 1 / (1 + exp(-({odds}))) AS probability\nFROM (\n  SELECT {_name(key)},\n    "
        f"{cases} AS score\n  FROM {_name(table)}\n)"
    )


def sql_gap(card: Scorecard, X: pd.DataFrame) -> tuple[float, float]:
    """Run the card's SQL in DuckDB on customers; return the largest gaps of score and of probability with Python's."""
    import duckdb

    rows = X.assign(customer_id=np.arange(len(X)))
    with duckdb.connect() as connection:
        connection.register("clients", rows)
        found = connection.execute(card_sql(card) + "\nORDER BY customer_id").fetchdf()
    ours = card.totals(X).to_numpy(), card.predict_proba(X)[:, 1]
    gaps = (
        np.abs(found[name].to_numpy() - value).max() for name, value in zip(("score", "probability"), ours, strict=True)
    )
    return tuple(float(gap) for gap in gaps)


def card_sheet(card: Scorecard, *, day: str, source: str, learnt, performance: dict[str, str]) -> pd.DataFrame:
    """Return what must travel with a card.

    Parameters
    ----------
    card : Scorecard
    day : str
        When it was learnt.
    source : str
        The data and their nature.
    learnt : Series of score
        Scores of the customers who learnt: their tenths are the reference for drift.
    performance : dict of str to str
        Measures on customers who did not learn, as they are to be read.

    Returns
    -------
    DataFrame
        item, value.
    """
    from grc_helpers.scoring.evaluation import score_bands
    from grc_helpers.style import number

    bounds = " ; ".join(number(bound) for bound in score_bands(learnt))
    facts = {
        "Date": day,
        "Données": source,
        "Clients qui ont appris": number(len(learnt)),
        "Indices": ", ".join(card.clues_),
        "Points qui doublent les chances": number(card.points_to_double),
        **performance,
        "Bornes des dixièmes du score (référence)": bounds,
        "Dérive à surveiller": f"PSI du score au-dessus de {number(WATCH, 2)}",
        "Carte à réapprendre": f"PSI du score au-dessus de {number(STOP, 2)}, ou AUC sous son intervalle",
    }
    return pd.DataFrame({"item": list(facts), "value": list(facts.values())})


def export_card(card: Scorecard, sheet: pd.DataFrame, path: str | Path) -> list[Path]:
    """Write a card as three new files: its points (.csv), its sheet (…_fiche.csv) and its SQL (.sql).

    Raises
    ------
    GrcError
        As `grc_helpers.data.exports.write_csv`; also when one of the three exists: nothing is written then.
    """
    from grc_helpers.data.exports import write_csv
    from grc_helpers.errors import GrcError, obstacle

    path = Path(path).expanduser()
    files = [path, path.with_name(f"{path.stem}_fiche.csv"), path.with_suffix(".sql")]
    taken = [file.name for file in files if file.exists()]
    if taken:
        raise GrcError(
            "Ces fichiers existent déjà : aucun n'a été touché.", where=", ".join(taken), todo="donnez un autre nom"
        )
    names = {"clue": "indice", "class": "classe", "customers": "clients", "yes_share": "part_de_oui"}
    points = card.card_.round({"yes_share": 4, "woe": 4}).rename(columns=names)
    write_csv(points, files[0])
    write_csv(sheet.rename(columns={"item": "element", "value": "valeur"}), files[1])
    notes = "\n".join(f"-- {row.item} : {str(row.value).splitlines()[0]}" for row in sheet.itertuples())
    try:
        files[2].write_text(f"{notes}\n{card_sql(card)};\n", encoding="utf-8")
    except OSError as error:
        raise GrcError(f"Le fichier « {files[2]} » ne peut pas être écrit.", where=obstacle(error)) from error
    return files


def _case(card: Scorecard, clue: str) -> str:
    """Write the CASE that gives the points of one clue."""
    points = card.card_[card.card_["clue"] == clue].set_index("class")["points"]
    worth = [int(points.get(label, card.neutral_[clue])) for label in card.maker_.labels_[clue]]
    column = _name(clue)
    if clue in card.maker_.cuts_:
        number = f"CAST({column} AS DOUBLE)"
        whens = [f"WHEN {column} IS NULL OR isnan({number}) THEN {worth[-1]}"]
        whens += [
            f"WHEN {number} <= {float(cut)!r} THEN {w}" for cut, w in zip(card.maker_.cuts_[clue], worth, strict=False)
        ]
        return f"CASE {' '.join(whens)} ELSE {worth[-2]} END"
    whens = [f"WHEN {column} IS NULL THEN {worth[-1]}"]
    whens += [
        f"WHEN {column} = {_text(value)} THEN {w}" for value, w in zip(card.maker_.kept_[clue], worth, strict=False)
    ]
    return f"CASE {' '.join(whens)} ELSE {worth[-2]} END"


def _name(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
