"""The relational contract as a balance: what each customer gives, what each receives."""

from __future__ import annotations

from datetime import date

import pandas as pd


def exchange(
    *,
    sales: pd.DataFrame,
    contacts: pd.DataFrame,
    coupons: pd.DataFrame,
    points: pd.DataFrame,
    service: pd.DataFrame,
    given: pd.DataFrame,
    start: date,
    end: date,
    point_value: float,
) -> pd.DataFrame:
    """Return one row a customer who bought or was contacted between two days (both included).

    Parameters
    ----------
    sales : DataFrame
        customer_id, date, amount.
    contacts : DataFrame
        customer_id, date, direction (sortant, entrant), outcome.
    coupons : DataFrame
        customer_id, redeemed_on, value.
    points : DataFrame
        customer_id, date, event (gagnés, utilisés, expirés), points.
    service : DataFrame
        customer_id, date, resolved: requests to the service.
    given : DataFrame
        customer_id, date, given: information asked for, and whether it was given.
    point_value : float
        Worth of a used point.

    Returns
    -------
    DataFrame
        Gives: money, messages (received: attention), data (pieces of information). Receives: dialogue (own contacts
        answered), services (requests resolved), advantages (vouchers and points used, in currency).
    """

    def within(table: pd.DataFrame, column: str = "date") -> pd.DataFrame:
        days = pd.to_datetime(table[column])
        return table[(days >= pd.Timestamp(start)) & (days <= pd.Timestamp(end))]

    log = within(contacts)
    outgoing, incoming = log[log["direction"] == "sortant"], log[log["direction"] == "entrant"]
    used = within(points).query("event == 'utilisés'")
    answered = incoming[incoming["outcome"].isin(["répondu", "résolu"])]
    columns = {
        "money": within(sales).groupby("customer_id")["amount"].sum(),
        "messages": outgoing.groupby("customer_id").size(),
        "data": within(given).query("given").groupby("customer_id").size(),
        "dialogue": answered.groupby("customer_id").size(),
        "services": within(service).query("resolved").groupby("customer_id").size(),
        "vouchers": within(coupons, "redeemed_on").groupby("customer_id")["value"].sum(),
        "points": -used.groupby("customer_id")["points"].sum() * point_value,
    }
    table = pd.DataFrame(columns).fillna(0.0)
    table = table[(table["money"] > 0) | (table["messages"] > 0)]
    return table.assign(advantages=table["vouchers"] + table["points"]).drop(columns=["vouchers", "points"])


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
