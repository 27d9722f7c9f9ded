"""The map of the data that a firm holds on its customers (S3): practical, of sales, of satisfaction; what misses."""

from __future__ import annotations

import pandas as pd

from grc_helpers.identity.audit import IDENTITY, coverage, profile
from grc_helpers.identity.firm import Firm
from grc_helpers.identity.registry import source
from grc_helpers.style import number, percent

PRACTICAL, SALES, SATISFACTION = "pratique", "vente", "satisfaction"
# What S3 names, in its order; for each: the question it answers, and the table of the star that has a place for it.
PLACES = {
    "prénom": ("qui", "client"),
    "nom": ("qui", "client"),
    "portable": ("qui", ""),
    "fixe": ("qui", ""),
    "e-mail": ("qui", ""),
    "naissance": ("qui", ""),
    "société": ("qui", "client"),
    "adresse": ("où", "client"),
    "code postal": ("où", "client"),
    "secteur d'activité": ("secteur", ""),
    "effectif de l'entreprise": ("taille", ""),
    "date": ("quand", "temps"),
    "montant": ("combien", "ventes"),
    "article": ("quoi", "produit"),
    "numéro de commande": ("nombre", "ventes"),
    "motif d'une réclamation": ("plainte", "contacts"),
    "note de satisfaction": ("avis", ""),
}
SCORE, REASON = "Note de satisfaction (0 à 10)", "Motif"


def data_map(firm: Firm) -> pd.DataFrame:
    """Return what the firm knows of its customers, datum by datum, in the file that holds it best (French columns).

    Returns
    -------
    pandas.DataFrame
        Répond à (family and question of S3), Donnée, Mieux tenue par (the file with the most that can be read; the
        register tells its format), Autres (how many files hold it too), Remplie, Lisible (of the filled; not told of
        mobiles and landlines, which share a column), Valeurs (different ones), Étoile (table of the warehouse of `star`
        with a place for it, « aucune » when there is none), Manque (share of the lines of that file without a value
        that can be read; 1 when no file holds it).
    """
    people = _people(firm)
    told = pd.concat([people, pd.DataFrame(_sales(firm) + _satisfaction(firm), columns=people.columns)])
    told["read"] = told["filled"] * told["valid"].fillna(1)
    rows = []
    for datum, (question, place) in PLACES.items():
        held = told[told["field"] == datum].sort_values("read", ascending=False, kind="stable")
        star = place or "aucune"
        if held.empty:
            rows.append((f"{PRACTICAL} : {question}", datum, "aucun fichier", 0, None, None, 0, star, 1.0))
            continue
        best = held.iloc[0]
        measured = best["filled"], best["valid"], best["distinct"], star, 1 - best["read"]
        rows.append((f"{best['family']} : {question}", datum, best["source"], len(held) - 1, *measured))
    names = ["Répond à", "Donnée", "Mieux tenue par", "Autres", "Remplie", "Lisible", "Valeurs"]
    return pd.DataFrame(rows, columns=[*names, "Étoile", "Manque"])


def tell_map(table: pd.DataFrame) -> str:
    """Say what nobody holds, what the star has no place for, and how to read the columns."""
    nowhere = table["Mieux tenue par"].eq("aucun fichier")
    without = table["Étoile"].eq("aucune") & ~nowhere
    return (
        f"Que personne ne tient : {', '.join(table.loc[nowhere, 'Donnée']) or 'rien'}. Tenu, mais sans place dans "
        f"l'étoile de la section 15 : {', '.join(table.loc[without, 'Donnée']) or 'rien'}. Formats : au registre ; "
        "ventes et lignes, Parquet. « Autres » : fichiers qui la tiennent aussi ; « Manque » : lignes du fichier qui "
        "la tient le mieux, sans valeur lisible."
    )


def sharing_sheet(held: pd.DataFrame, known: pd.DataFrame, owners: dict[str, str]) -> pd.DataFrame:
    """Return what each service holds and whom it knows: a sheet on which to write who does what of each field (D16).

    Parameters
    ----------
    held : pandas.DataFrame
        Share of the records with each field, by label of source (see `audit.coverage`).
    known : pandas.DataFrame
        What `tables.services` returns; its last row is all services together.
    owners : dict of str to str
        Name of the source by service.

    Returns
    -------
    pandas.DataFrame
        Service, Champs qu'il tient (share of its records), Clients qu'il connaît.
    """
    rows = []
    for service, customers, alone, share in known.iloc[:-1].itertuples(index=False):
        fields = held.loc[source(owners[service]).label]
        told = ", ".join(f"{field} {percent(part, 0)}" for field, part in fields.items() if part)
        whom = f"{number(customers)} ({percent(share, 0)} de tous), dont {number(alone)} connus de lui seul"
        rows.append((service.capitalize(), told, whom))
    return pd.DataFrame(rows, columns=["Service", "Champs qu'il tient (part de ses fiches)", "Clients qu'il connaît"])


def _people(firm: Firm) -> pd.DataFrame:
    """Return the profile of the practical data; a mobile is told from a landline once read, whatever its column."""
    table = profile(firm.tables, firm.records, fields=(*IDENTITY, "company"))
    held, phone = coverage(firm.records), table["field"].isin(["portable", "fixe"])
    pairs = zip(table.loc[phone, "source"], table.loc[phone, "field"], strict=True)
    table.loc[phone, "filled"] = [held.loc[where, field] for where, field in pairs]
    return table.assign(valid=table["valid"].mask(phone), family=PRACTICAL)


def _sales(firm: Firm) -> list[tuple]:
    lines, products = firm.table("lignes"), firm.table("produits")["product_id"]
    sales = "Ventes par compte"
    columns = {
        "date": (sales, firm.sales["date"], firm.sales["date"].notna()),
        "montant": (sales, firm.sales["amount"], firm.sales["amount"] > 0),
        "numéro de commande": (sales, firm.sales["order_id"], ~firm.sales["order_id"].duplicated()),
        "article": ("Lignes de vente", lines["product_id"], lines["product_id"].isin(products)),
    }
    return [
        _row(where, datum, values, values.notna(), valid, SALES) for datum, (where, values, valid) in columns.items()
    ]


def _satisfaction(firm: Firm) -> list[tuple]:
    scores, reasons = firm.tables["enquete"][SCORE], firm.tables["service"][REASON]
    grades = pd.to_numeric(scores, errors="coerce")
    return [
        _row(source("service").label, "motif d'une réclamation", reasons, reasons.ne(""), reasons.ne(""), SATISFACTION),
        _row(
            source("enquete").label, "note de satisfaction", scores, scores.ne(""), grades.between(0, 10), SATISFACTION
        ),
    ]


def _row(where: str, datum: str, values: pd.Series, filled: pd.Series, valid: pd.Series, family: str) -> tuple:
    return where, datum, float(filled.mean()), float(valid[filled].mean()), int(values[filled].nunique()), family
