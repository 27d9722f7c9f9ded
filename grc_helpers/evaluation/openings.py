"""What a newsletter's open rate measures: images fetched by machines, pixels blocked, and the reading behind."""

from __future__ import annotations

import numpy as np
import pandas as pd

from grc_helpers.errors import GrcError
from grc_helpers.evaluation.indicators import ratio_interval

FETCHED = 0.92  # share of e-mails whose images a mail program that preloads fetches, read or not (simulator's setting)


def corrected_rate(measured, *, prefetch: float, blocked: float, fetched: float = FETCHED):
    """Return the reading rate behind a measured open rate.

    Three kinds of mail programs: those that preload (share p) show an opening for a read e-mail and for a share f of
    the others; those that block (share b) show none; the rest show the truth. So m = r(1 − b) + p·f·(1 − r), hence
    ``r = (m − p·f) ÷ (1 − b − p·f)``.

    Parameters
    ----------
    measured : float or array
        Measured open rate.
    prefetch, blocked, fetched : float
        p, b and f.

    Raises
    ------
    GrcError
        When preloading and blocking leave no signal: p·f + b is 1 or more.
    """
    signal = 1 - blocked - prefetch * fetched
    if signal <= 0:
        raise GrcError(
            "Les ouvertures mesurées ne disent plus rien des lectures.",
            where=f"préchargement {prefetch:.0%}, blocage {blocked:.0%}",
            todo="suivez les clics, que ni l'un ni l'autre ne fausse",
        )
    return (np.asarray(measured) - prefetch * fetched) / signal


def reading_rates(emails: pd.DataFrame, truth: pd.DataFrame, *, prefetch: float, blocked: float) -> pd.DataFrame:
    """Return the open rate as measured, corrected and true, and the click rate; the customer is the unit.

    Parameters
    ----------
    emails : DataFrame
        ``email_id``, ``customer_id``, ``opened``, ``clicked``.
    truth : DataFrame
        ``email_id``, ``read``.
    prefetch, blocked : float
        Shares of customers whose mail program preloads, blocks.

    Returns
    -------
    DataFrame, one row a rate
        ``share``, ``low``, ``high``.
    """
    read = emails["email_id"].map(truth.set_index("email_id")["read"]).astype(bool)
    sums = emails.assign(read=read, sent=1).groupby("customer_id")[["opened", "clicked", "read", "sent"]].sum()
    opened = ratio_interval(sums["opened"], sums["sent"])
    rows = {
        "Ouvertures mesurées": opened,
        "Ouvertures corrigées": tuple(float(corrected_rate(v, prefetch=prefetch, blocked=blocked)) for v in opened),
        "Clics": ratio_interval(sums["clicked"], sums["sent"]),
        "Lectures vraies (simulateur)": ratio_interval(sums["read"], sums["sent"]),
    }
    return pd.DataFrame.from_dict(rows, orient="index", columns=["share", "low", "high"]).rename_axis("rate_kind")


def by_program(emails: pd.DataFrame, truth: pd.DataFrame) -> pd.DataFrame:
    """Return, by kind of mail program, e-mails sent, share measured as opened, share really read."""
    both = emails[["email_id", "opened"]].merge(truth, on="email_id")
    table = both.groupby("mail_program").agg(sent=("read", "size"), opened=("opened", "mean"), read=("read", "mean"))
    names = {"fidèle": "dit vrai", "précharge": "précharge les images", "bloque": "bloque le pixel"}
    return table.reindex(list(names)).rename(index=names)
