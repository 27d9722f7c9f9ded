"""The relational contract as a balance: what each customer gives, what each receives."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pandas as pd

POSTS = {
    "money": "donne · argent (€), le produit payé compris",
    "messages": "donne · attention (messages reçus)",
    "data": "donne · informations",
    "dialogue": "reçoit · dialogue (questions répondues)",
    "services": "reçoit · services (pannes, réclamations résolues)",
    "advantages": "reçoit · avantages (bons et points, €)",
}


def exchange(read: Callable[[str], pd.DataFrame], *, year: int, point_value: float) -> pd.DataFrame:
    """Return one row a customer who bought or was contacted in a year: what each gave, what each received.

    Parameters
    ----------
    read : callable
        From a name to a table: ventes (customer_id, date, amount), contacts (customer_id, date, direction, outcome),
        coupons (customer_id, redeemed_on, value), carte_points (customer_id, date, event, points), journal_collecte
        (customer_id, date, given: information asked for, and whether it was given).
    year : int
    point_value : float
        Worth of a used point.

    Returns
    -------
    DataFrame
        Gives: money, messages (received: attention), data (pieces of information). Receives: dialogue (questions
        answered), services (breakdowns and complaints settled), advantages (vouchers and points used, in currency).
    """

    def within(name: str, column: str = "date") -> pd.DataFrame:
        table = read(name)
        return table[pd.to_datetime(table[column]).dt.year == year]

    log = within("contacts")
    outgoing, incoming = log[log["direction"] == "sortant"], log[log["direction"] == "entrant"]
    used = within("carte_points").query("event == 'utilisés'")
    columns = {
        "money": within("ventes").groupby("customer_id")["amount"].sum(),
        "messages": outgoing.groupby("customer_id").size(),
        "data": within("journal_collecte").query("given").groupby("customer_id").size(),
        "dialogue": incoming[incoming["outcome"] == "répondu"].groupby("customer_id").size(),
        "services": incoming[incoming["outcome"] == "résolu"].groupby("customer_id").size(),
        "vouchers": within("coupons", "redeemed_on").groupby("customer_id")["value"].sum(),
        "points": -used.groupby("customer_id")["points"].sum() * point_value,
    }
    table = pd.DataFrame(columns).fillna(0.0)
    table = table[(table["money"] > 0) | (table["messages"] > 0)]
    return table.assign(advantages=table["vouchers"] + table["points"]).drop(columns=["vouchers", "points"])


def exchange_summary(table: pd.DataFrame) -> pd.DataFrame:
    """Return one row a post of the exchange: the share of customers concerned, the mean over all; in French."""
    shown = pd.DataFrame({"Clients concernés": table.gt(0).mean(), "Moyenne par client": table.mean()})
    return shown.rename(POSTS).rename_axis("Poste")


def attention_balance(table: pd.DataFrame, *, minutes: float, hourly: Sequence[float]) -> pd.DataFrame:
    """Return, for several values of an hour, how many customers give more attention than they receive advantages.

    Parameters
    ----------
    table : DataFrame
        What `exchange` returns.
    minutes : float
        Time that a message takes.
    hourly : sequence of float
        Values of an hour of a customer's time, in currency.

    Returns
    -------
    DataFrame
        Index: value of an hour. exchange_balance and exchange_median (mean and median over customers of advantages −
        value of the attention), giving_more (share of customers whose balance is negative).
    """
    hours = table["messages"] * minutes / 60
    rows = {value: table["advantages"] - value * hours for value in hourly}
    found = {value: [each.mean(), each.median(), (each < 0).mean()] for value, each in rows.items()}
    columns = ["exchange_balance", "exchange_median", "giving_more"]
    return pd.DataFrame.from_dict(found, orient="index", columns=columns).rename_axis("hour_value")


def equity(table: pd.DataFrame, *, many: int) -> pd.DataFrame:
    """Cross the attention asked of customers with whether they received anything but messages.

    Parameters
    ----------
    table : DataFrame
        What `exchange` returns.
    many : int
        Messages from which one asks much attention.

    Returns
    -------
    DataFrame
        Index: attention (faible, forte) and received (rien, quelque chose): customers, share, money (mean).
    """
    attention = (table["messages"] >= many).map({False: "faible", True: "forte"})
    something = (
        table[["dialogue", "services", "advantages"]].gt(0).any(axis=1).map({False: "rien", True: "quelque chose"})
    )
    groups = table.groupby([attention.rename("attention"), something.rename("received")])["money"]
    cells = pd.MultiIndex.from_product(
        [["faible", "forte"], ["rien", "quelque chose"]], names=["attention", "received"]
    )
    found = groups.agg(customers="size", money="mean").reindex(cells)
    found["customers"] = found["customers"].fillna(0).astype(int)
    return found.assign(share=found["customers"] / len(table))
