"""Profit and loss by sales channel, costs brought to the activity that causes them."""

from __future__ import annotations

import numpy as np
import pandas as pd

LINES = {
    "sales": "Ventes",
    "goods": "Coût des produits",
    "orders_cost": "Prise et préparation",
    "delivery": "Livraisons",
    "service": "Service après-vente",
    "visits": "Visites",
    "contacts": "Contacts sortants",
    "fixed": "Coûts fixes du canal",
    "result": "Résultat",
}


def channel_orders(
    sales: pd.DataFrame, lines: pd.DataFrame, service: pd.DataFrame, contacts: pd.DataFrame, *, year: int
) -> pd.DataFrame:
    """Return the orders of a year with the costs that each one carries.

    Deliveries of a customer are shared between the customer's orders placed from afar (not in a shop), service and
    outgoing contacts between all the customer's orders. What was spent on customers who bought nothing is not here.

    Parameters
    ----------
    sales : DataFrame
        ``order_id``, ``customer_id``, ``date``, ``amount``, ``channel``.
    lines : DataFrame
        ``order_id``, ``cost`` (of goods).
    service : DataFrame
        ``customer_id``, ``year``, ``delivery_cost``, ``ticket_cost``.
    contacts : DataFrame
        ``customer_id``, ``date``, ``direction``, ``channel``, ``cost``.

    Returns
    -------
    DataFrame, one row an order
        ``order_id``, ``customer_id``, ``channel``, ``sales``, ``goods``, ``delivery``, ``service``, ``contacts``.
    """
    orders = sales[sales["date"].dt.year == year].copy()
    orders["goods"] = orders["order_id"].map(lines.groupby("order_id")["cost"].sum()).fillna(0.0)
    spent = service[service["year"] == year].groupby("customer_id")[["delivery_cost", "ticket_cost"]].sum()
    sent = contacts[(contacts["direction"] == "sortant") & (contacts["channel"] != "visite")]
    sent = sent[sent["date"].dt.year == year].groupby("customer_id")["cost"].sum()
    who = orders["customer_id"]
    number = who.groupby(who).transform("size")
    afar = orders["channel"] != "boutique"
    far_number = afar.groupby(who).transform("sum")
    weight = np.where(far_number > 0, afar / far_number.clip(lower=1), 1 / number)
    orders["delivery"] = who.map(spent["delivery_cost"]).fillna(0.0) * weight
    orders["service"] = who.map(spent["ticket_cost"]).fillna(0.0) / number
    orders["contacts"] = who.map(sent).fillna(0.0) / number
    columns = ["order_id", "customer_id", "channel", "amount", "goods", "delivery", "service", "contacts"]
    return orders[columns].rename(columns={"amount": "sales"}).reset_index(drop=True)


def profit_and_loss(orders: pd.DataFrame, costs: pd.DataFrame, *, visits: float) -> pd.DataFrame:
    """Return each channel's account, from sales to result, and the whole.

    Parameters
    ----------
    orders : DataFrame
        What :func:`channel_orders` returns.
    costs : DataFrame
        Of the year: ``channel``, ``role`` (« vente » or « contact »), ``fixed_cost``, ``unit_cost``.
    visits : float
        Cost of the reps' visits of the year, which the channel « commercial » carries.

    Returns
    -------
    DataFrame, line × channel
        Costs are negative; the last column, « Ensemble », is the sum; ``LINES`` names the lines.
    """
    selling = costs[costs["role"] == "vente"].set_index("channel")
    groups = orders.groupby("channel")
    table = groups[["sales", "goods", "delivery", "service", "contacts"]].sum().reindex(selling.index, fill_value=0.0)
    number = groups.size().reindex(selling.index, fill_value=0)
    table["orders_cost"] = number * selling["unit_cost"]
    table["visits"] = np.where(table.index == "commercial", visits, 0.0)
    table["fixed"] = selling["fixed_cost"]
    spent = [name for name in LINES if name not in {"sales", "result"}]
    table[spent] = -table[spent]
    table["result"] = table[["sales", *spent]].sum(axis=1)
    account = table[list(LINES)].T.rename(index=LINES).rename_axis("Ligne")
    account.columns.name = None
    return account.assign(Ensemble=account.sum(axis=1))


def journey_paths(journeys: pd.DataFrame, margins: pd.Series) -> pd.DataFrame:
    """Return journeys up to the order as paths whose value is the margin of the channel that takes the order.

    Each finished journey stands for an equal part of the margin of its last channel: crediting the last contact gives
    back the books exactly. Abandoned journeys weigh as the finished ones of their last channel do.

    Parameters
    ----------
    journeys : DataFrame
        ``journey_id``, ``step``, ``stage``, ``date``, ``channel``, ``abandoned``.
    margins : Series indexed by channel
        What is to be shared, in the words of the journeys.

    Returns
    -------
    DataFrame
        ``path``, ``channel``, ``lag`` (days), ``value``, ``weight``.
    """
    rows = journeys[journeys["stage"] != "suivi"].sort_values(["journey_id", "step"])
    last = rows.groupby("journey_id").last()
    done = last["stage"].eq("commande") & ~last["abandoned"]
    worth = margins / done.groupby(last["channel"]).sum()
    weight = last["channel"].map(worth).clip(lower=0.0)
    lag = (rows["journey_id"].map(last["date"]) - rows["date"]).dt.days
    paths = rows.rename(columns={"journey_id": "path"})[["path", "channel"]].assign(lag=lag)
    paths["weight"] = paths["path"].map(weight)
    paths["value"] = paths["weight"] * paths["path"].map(done)
    return paths.reset_index(drop=True)


def results_by_rule(account: pd.DataFrame, credited: pd.DataFrame, *, margin: pd.Series) -> pd.DataFrame:
    """Return the result of each channel when its gross margin is what a rule credits it with (channel × rule)."""
    own = account.loc[LINES["result"], credited.index]
    return credited.sub(margin, axis=0).add(own, axis=0)
