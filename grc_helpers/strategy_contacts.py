"""Coherence of what a firm says: pressure, overlaps, rival offers and contradictions, read in its contact log."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
from statsmodels.stats.proportion import proportion_confint

from grc_helpers.errors import GrcError

AGAIN = 7  # days within which a question is the same one, asked again: later ones are new questions
REPEATED = "Même question en une semaine, réponse différente"
CLASSES = {"1": 1, "2": 2, "3 à 5": 3, "6 à 11": 6, "12 et plus": 12}


def sent(log: pd.DataFrame) -> pd.DataFrame:
    """Return the contacts that the firm sent (all of them where the log does not say), dates as timestamps.

    Raises
    ------
    GrcError
        The firm sent none.
    """
    found = log[log["direction"] == "sortant"] if "direction" in log else log
    if found.empty:
        raise GrcError(
            "Le journal ne contient aucun contact envoyé par l'entreprise.",
            where="colonne du sens : aucun « sortant »",
            todo="donnez un journal qui contient les envois, ou corrigez le sens",
        )
    return found.assign(date=pd.to_datetime(found["date"])).sort_values(["date", "customer_id"], kind="stable")


def action_names(contacts: pd.DataFrame) -> tuple[pd.Series, str]:
    """Return what names the action behind each contact, and which column does: reason, campaign, else channel."""
    named = {"reason": "motif", "campaign_id": "campagne", "channel": "canal"}
    for column, name in named.items():
        if column in contacts and contacts[column].nunique() > 1:
            return contacts[column].fillna("non renseigné").astype(str), name
    return pd.Series("contact", index=contacts.index), "contact"


def pressure(contacts: pd.DataFrame) -> pd.DataFrame:
    """Return, for each quarter, how customers who were contacted divide by number of contacts received.

    Returns
    -------
    DataFrame
        Index: quarter (``2024 T1``); columns: classes of numbers of contacts; shares, each row adds up to 1.
    """
    quarter = contacts["date"].dt.year.astype(str) + " T" + contacts["date"].dt.quarter.astype(str)
    counts = contacts.groupby([quarter.rename("quarter"), "customer_id"]).size()
    edges = [*CLASSES.values(), np.inf]
    classes = pd.cut(counts, edges, right=False, labels=list(CLASSES))
    table = pd.crosstab(classes.index.get_level_values("quarter"), classes.to_numpy(), normalize="index")
    return table.reindex(columns=list(CLASSES), fill_value=0.0).rename_axis(index="quarter", columns="contacts")


def overlaps(contacts: pd.DataFrame, *, days: int = 30, most: int = 8) -> pd.DataFrame:
    """Return, of the customers that one action reached, the share that another reached within some days.

    Parameters
    ----------
    contacts : DataFrame
        What `sent` returns.
    days : int
        Before or after.
    most : int
        Actions kept, those with most contacts first.

    Returns
    -------
    DataFrame
        Square, actions × actions, shares; the diagonal is empty (see `pressure`).
    """
    names, _ = action_names(contacts)
    kept = list(names.value_counts().index[:most])
    parts = {name: contacts.loc[names == name, ["customer_id", "date"]] for name in kept}
    table = pd.DataFrame(np.nan, index=kept, columns=kept)
    for one in kept:
        reached = parts[one]["customer_id"].nunique()
        for other in kept:
            if other != one:
                near = _near(parts[one], parts[other], days, "nearest")
                table.loc[one, other] = near.loc[near["found"], "customer_id"].nunique() / reached
    return table


def coherence(log: pd.DataFrame, *, offers: str, complaints: str, days: int = 30) -> pd.DataFrame:
    """Count what a customer may take for incoherence; what the log cannot tell is left out.

    Parameters
    ----------
    log : DataFrame
        Canonical contacts, and ``subject`` and ``answer`` where the source has them.
    offers, complaints : str
        Words, separated by commas, by which an offer and a complaint are recognised in the reason (or the campaign).
    days : int
        Contacts so near to one another are compared.

    Returns
    -------
    DataFrame
        Index: fault. cases, out_of, share, low, high (Wilson, 95 %).
    """
    contacts = sent(log)
    promoted = contacts[_says(contacts, offers)]
    found = {}
    if "campaign_id" in log and len(promoted):
        found["Offre qui en suit une autre, d'une autre campagne"] = _rival_offers(promoted, days)
        if "channel" in log and promoted["channel"].nunique() > 1:
            found["… et par un autre canal"] = _rival_offers(promoted, days, apart="channel")
    if "direction" in log and len(promoted):
        received = log[(log["direction"] == "entrant") & _says(log, complaints)]
        if len(received):
            angry = received.assign(date=pd.to_datetime(received["date"])).sort_values("date", kind="stable")
            near = _near(angry, promoted, days, "forward")["found"]
            found["Réclamation suivie d'une offre"] = (int(near.sum()), len(near))
    if {"subject", "answer"} <= set(log.columns):
        found[REPEATED] = _contradictions(log)
    found = {name: pair for name, pair in found.items() if pair[1]}
    table = pd.DataFrame.from_dict(found, orient="index", columns=["cases", "out_of"])
    table["share"] = table["cases"] / table["out_of"]
    table["low"], table["high"] = proportion_confint(table["cases"], table["out_of"], method="wilson")
    return table.rename_axis("fault")


def _says(log: pd.DataFrame, words: str) -> pd.Series:
    """Tell which contacts name one of the words, in their reason, else in their campaign."""
    column = next((name for name in ("reason", "campaign_id") if name in log), None)
    listed = [re.escape(word.strip()) for word in words.split(",") if word.strip()]
    if column is None or not listed:
        return pd.Series(False, index=log.index)
    return log[column].fillna("").astype(str).str.contains("|".join(listed), case=False)


def _near(left: pd.DataFrame, right: pd.DataFrame, days: int, direction: str) -> pd.DataFrame:
    """Return ``left`` (sorted by date) with ``found``: the customer has a contact in ``right`` within some days."""
    other = right[["customer_id", "date"]].assign(there=True).sort_values("date", kind="stable")
    merged = pd.merge_asof(
        left[["customer_id", "date"]].sort_values("date", kind="stable"),
        other,
        on="date",
        by="customer_id",
        direction=direction,
        tolerance=pd.Timedelta(days=days),
    )
    return merged.assign(found=merged["there"].notna())


def _rival_offers(promoted: pd.DataFrame, days: int, apart: str = "campaign_id") -> tuple[int, int]:
    """Count offers that follow another campaign's within some days, out of all offers but each customer's first."""
    ordered = promoted.sort_values(["customer_id", "date"], kind="stable")
    before = ordered.groupby("customer_id")[list({"date", "campaign_id", apart})].shift()
    second = before["date"].notna()
    soon = (ordered["date"] - before["date"]) <= pd.Timedelta(days=days)
    other = ordered["campaign_id"].fillna("") != before["campaign_id"].fillna("")
    other &= ordered[apart].fillna("") != before[apart].fillna("")
    return int((second & soon & other).sum()), int(second.sum())


def _contradictions(log: pd.DataFrame) -> tuple[int, int]:
    """Count questions asked again within a week whose answer changed, out of those asked again."""
    asked = log[log["subject"].notna() & log["answer"].notna()]
    asked = asked.assign(date=pd.to_datetime(asked["date"])).sort_values(
        ["customer_id", "subject", "date"], kind="stable"
    )
    before = asked.groupby(["customer_id", "subject"])[["date", "answer"]].shift()
    again = (asked["date"] - before["date"]) <= pd.Timedelta(days=AGAIN)
    return int((again & (asked["answer"] != before["answer"])).sum()), int(again.sum())
