"""French names of criteria, for tables and figures."""

from __future__ import annotations

import pandas as pd

NAMES = {
    "orders": "commandes",
    "spend": "achats",
    "basket": "panier moyen",
    "silence": "jours sans achat",
    "profit": "profit",
    "weekend": "part du week-end",
    "morning": "part du matin",
    "evening": "part du soir",
    "age": "âge",
    "age_class": "classe d'âge",
    "income": "revenu",
    "home_ownership": "logement",
    "marital_status": "situation matrimoniale",
    "household_size": "taille du foyer",
    "household_comp": "composition du foyer",
    "kids_count": "enfants",
    "kind": "particulier ou bureau",
    "birth_year": "année de naissance",
    "zone": "zone",
    "distance_km": "distance",
    "acquisition_channel": "mode de recrutement",
}
MEASURES = {
    "explained_low": "explique\n(borne basse)",
    "known": "critère\nconnu",
    "retest": "test–retest\n(κ)",
    "stability": "stabilité\n(Rand ajusté)",
    "half_year": "un semestre\naprès (κ)",
    "smallest_share": "plus petit\nsegment",
    "reach": "joignables",
    "gain_low": "gain\n(borne basse)",
}


def criterion(column: str) -> str:
    """Return the French name of a criterion; a user's column keeps its own."""
    if column.startswith("need: "):
        return "produits : " + column.removeprefix("need: ")
    if column.startswith("channel: "):
        return "canal : " + column.removeprefix("channel: ")
    return NAMES.get(column, column)


def tell_criteria(families: dict[str, list[str]], aside: pd.DataFrame) -> str:
    """Say in French which criteria were read, and which columns were set aside, and why."""
    read = ", ".join(criterion(name) for names in families.values() for name in names)
    out = " ; ".join(f"{row.column} ({row.why})" for row in aside.itertuples())
    return f"Critères lus : {read}." + (f" Colonnes mises à part : {out}." if out else "")


def named(frame: pd.DataFrame, column: str = "criterion") -> pd.DataFrame:
    """Return the table with the criteria of a column named in French."""
    return frame.assign(**{column: frame[column].map(criterion)})
