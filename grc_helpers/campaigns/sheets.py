"""Fact sheet of the card: what the course asks of it, its kinds, and what the firm's files say of each; no score."""

from __future__ import annotations

import pandas as pd

from grc_helpers.data.cards import read_card
from grc_helpers.style import number, percent

# Words that would betray the kind of card in the description of a column.
KINDS = {
    "Carte de paiement privatif (un crédit)": ("crédit", "échéance", "mensualité"),
    "Carte à puce (un support)": ("puce", "sans contact"),
}


def never_used(ledger: pd.DataFrame, *, threshold: int) -> tuple[int, float]:
    """Return how many holders once had the points of a voucher, and the share of them who never used one.

    Parameters
    ----------
    ledger : DataFrame
        ``customer_id``, ``date``, ``event``, ``points`` (negative when they go), in the order in which they happened.
    """
    dated = ledger.sort_values("date", kind="stable")
    most = dated.groupby("customer_id")["points"].cumsum().groupby(dated["customer_id"]).max()
    able = most.index[most >= threshold]
    users = ledger.loc[ledger["event"] == "utilisés", "customer_id"]
    return len(able), float((~able.isin(users)).mean()) if len(able) else float("nan")


def card_sheet(ledger: pd.DataFrame, held: dict[str, float], *, threshold: int, dataset: str) -> pd.DataFrame:
    """Return the sheet of the card: the course's words, and what the files of a firm say of them.

    Parameters
    ----------
    ledger : DataFrame
        See :func:`never_used`.
    held : dict
        What :func:`grc_helpers.campaigns.card.holders` returns.
    dataset : str
        The firm, whose card describes every column.
    """
    able, never = never_used(ledger, threshold=threshold)
    columns = [column for file in read_card(dataset).files for column in file.columns]
    lost = "aucun n'a été utilisé : incompris, oubliés ou sans intérêt, le fichier ne le dit pas"
    rows = [
        (
            "Simple à comprendre",
            f"pour {percent(never)} des {number(able)} porteurs qui ont eu de quoi avoir un bon, {lost}",
        ),
        ("Attractive", f"{percent(held['held'])} des clients actifs l'ont prise ; ce qui les a attirés n'est pas noté"),
        ("Carte de fidélité", f"{number(len(ledger))} écritures de points ; {percent(held['sales'])} du CA"),
    ]
    for kind, words in KINDS.items():
        found = [column.label for column in columns if any(word in column.label.lower() for word in words)]
        none = f"aucune trace, dans les {number(len(columns))} colonnes décrites"
        rows.append((kind, f"trace : {' ; '.join(found)}" if found else none))
    return pd.DataFrame(rows, columns=["S4", "Ce que les fichiers en disent"])
