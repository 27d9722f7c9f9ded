"""Coherence of what a firm says: pressure, overlaps, rival offers and contradictions, read in its contact log."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
from statsmodels.stats.proportion import proportion_confint

from grc_helpers.errors import GrcError

AGAIN = 7  # days within which a question is the same one, asked again: later ones are new questions
REPEATED = "Même question en une semaine, réponse différente"
DATED = re.compile(r"[\W_]*(?:19|20)\d\d(?:[\W_]?\d{1,2}){0,2}$")  # « -2025-05 » at the end of a campaign's name
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
        Index: fault. cases, out_of, share, low, high (95 %, over customers: see `share_over_customers`).

    Notes
    -----
    Issues of a series (INFO-2025-05, INFO-2025-06) are one campaign. Offers before a complaint are counted beside those
    after it: without them, nothing tells a careless offer from the usual rhythm of mailings.
    """
    contacts = sent(log)
    promoted = contacts[_says(contacts, offers)]
    found = {}
    if "campaign_id" in log and len(promoted):
        rivals = _rival_offers(promoted, days)
        found["Offre qui en suit une autre, d'une autre campagne"] = rivals
        if "channel" in log and promoted["channel"].nunique() > 1:
            found["… et par un autre canal"] = rivals.assign(found=rivals["found"] & rivals["other_channel"])
    if "direction" in log and len(promoted):
        received = log[(log["direction"] == "entrant") & _says(log, complaints)]
        angry = received.assign(date=pd.to_datetime(received["date"]))
        found["Réclamation suivie d'une offre"] = _near(angry, promoted, days, "forward")
        found["… précédée d'une offre, pour comparer"] = _near(angry, promoted, days, "backward")
    if {"subject", "answer"} <= set(log.columns):
        found[REPEATED] = _contradictions(log)
    rows = {name: share_over_customers(flags) for name, flags in found.items() if len(flags)}
    columns = ["cases", "out_of", "share", "low", "high"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns).rename_axis("fault")


def share_over_customers(flags: pd.DataFrame) -> tuple[int, int, float, float, float]:
    """Return how many flags are raised, out of how many, their share and its 95 % interval over customers.

    Parameters
    ----------
    flags : DataFrame
        One row a case: customer_id, found (bool). Several rows of one customer are not independent.

    Returns
    -------
    (cases, out_of, share, low, high)

    Notes
    -----
    Wilson's interval with an effective number of cases, p(1 − p)/v, at most n, where v is the linearised variance of a
    ratio over customers (Cochran, 1977; Korn and Graubard, 1998); the number of customers when v is nought.
    """
    by = flags.groupby("customer_id")["found"].agg(["sum", "size"])
    cases, out_of = int(by["sum"].sum()), int(by["size"].sum())
    share = cases / out_of
    variance = float(((by["sum"] - share * by["size"]) ** 2).sum()) / out_of**2 * len(by) / max(1, len(by) - 1)
    effective = min(out_of, share * (1 - share) / variance) if variance > 0 else len(by)
    low, high = proportion_confint(share * effective, effective, method="wilson")
    return cases, out_of, share, float(low), float(high)


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


def _rival_offers(promoted: pd.DataFrame, days: int) -> pd.DataFrame:
    """Flag offers that follow another campaign's within some days, among all offers but each customer's first."""
    series = promoted["campaign_id"].fillna("").astype(str)
    short = series.str.replace(DATED, "", regex=True)
    ordered = promoted.assign(series=short.where(short != "", series), channel=promoted.get("channel", ""))
    ordered = ordered.sort_values(["customer_id", "date"], kind="stable")
    before = ordered.groupby("customer_id")[["date", "series", "channel"]].shift()
    soon = (ordered["date"] - before["date"]) <= pd.Timedelta(days=days)
    flags = ordered[["customer_id"]].assign(
        found=soon & (ordered["series"] != before["series"]),
        other_channel=ordered["channel"].fillna("") != before["channel"].fillna(""),
    )
    return flags[before["date"].notna()]


def _contradictions(log: pd.DataFrame) -> pd.DataFrame:
    """Flag questions asked again within a week whose answer changed, among those asked again."""
    asked = log[log["subject"].notna() & log["answer"].notna()]
    asked = asked.assign(date=pd.to_datetime(asked["date"])).sort_values(
        ["customer_id", "subject", "date"], kind="stable"
    )
    before = asked.groupby(["customer_id", "subject"])[["date", "answer"]].shift()
    again = (asked["date"] - before["date"]) <= pd.Timedelta(days=AGAIN)
    return asked[["customer_id"]].assign(found=asked["answer"] != before["answer"])[again]
