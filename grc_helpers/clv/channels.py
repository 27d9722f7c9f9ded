"""What customers are worth by the way they were acquired, once real margins and costs are known."""

from __future__ import annotations

import pandas as pd

from grc_helpers.clv.observed import DAYS_PER_MONTH
from grc_helpers.errors import GrcError


def order_margins(sales: pd.DataFrame, lines: pd.DataFrame, service: pd.DataFrame) -> pd.DataFrame:
    """Return what each order leaves: its lines' margins, less a share of its customer's cost to serve that year.

    Parameters
    ----------
    sales : DataFrame
        ``order_id``, ``customer_id``, ``date``.
    lines : DataFrame
        ``order_id``, ``amount``, ``cost`` (currency units; cost of the goods).
    service : DataFrame
        ``customer_id``, ``year``, ``service_cost``: spread evenly over the customer's orders of the year.

    Returns
    -------
    DataFrame, one row an order
        ``customer_id``, ``date``, ``amount``, ``gross`` (margin on goods), ``margin`` (after service).
    """
    goods = lines.assign(gross=lines["amount"] - lines["cost"]).groupby("order_id")[["amount", "gross"]].sum()
    orders = sales[["order_id", "customer_id", "date"]].merge(goods, left_on="order_id", right_index=True)
    orders["date"] = pd.to_datetime(orders["date"])
    orders["year"] = orders["date"].dt.year
    share = orders.groupby(["customer_id", "year"])["order_id"].transform("size")
    costs = service.set_index(["customer_id", "year"])["service_cost"]
    keys = pd.MultiIndex.from_frame(orders[["customer_id", "year"]])
    orders["margin"] = orders["gross"] - costs.reindex(keys, fill_value=0.0).to_numpy() / share
    return orders[["customer_id", "date", "amount", "gross", "margin"]].reset_index(drop=True)


def value_by_channel(
    orders: pd.DataFrame, customers: pd.DataFrame, *, end, months: int, discount_rate: float, column: str = "margin"
) -> pd.DataFrame:
    """Return, by acquisition channel, the value of the first months beside the cost of acquiring.

    Parameters
    ----------
    orders : DataFrame
        What :func:`order_margins` returns.
    customers : DataFrame
        ``customer_id``, ``acquired`` (day), ``acquisition_channel``, ``acquisition_cost``.
    end : date
        Last day observed: customers not seen for all the months are left out.
    months : int
        Months of 365.25/12 days, from the day of acquisition.
    discount_rate : float
        Annual.
    column : {"amount", "gross", "margin"}
        What is counted: turnover, margin on goods, or margin after service.

    Returns
    -------
    DataFrame, one row a channel, best net value first
        ``customers``, ``acquisition_cost`` and ``value`` (means), ``low``, ``high`` (95 %, normal), ``net`` (value −
        cost), ``repaid`` (share of customers whose own value reached their own cost).
    """
    if column not in {"amount", "gross", "margin"}:
        raise GrcError(f"Colonne inconnue : « {column} ».", todo="choisissez amount, gross ou margin")
    days = months * DAYS_PER_MONTH
    acquired = pd.to_datetime(customers["acquired"])
    seen = customers[(pd.Timestamp(end) - acquired).dt.days + 1 >= days].set_index("customer_id")
    theirs = orders[orders["customer_id"].isin(seen.index)]
    age = (theirs["date"] - pd.to_datetime(theirs["customer_id"].map(seen["acquired"]))).dt.days
    early = theirs.assign(value=theirs[column] * (1 + discount_rate) ** (-age / 365.25))[age < days]
    found = seen.assign(value=early.groupby("customer_id")["value"].sum().reindex(seen.index).fillna(0.0))
    found["repaid"] = found["value"] >= found["acquisition_cost"]
    table = found.groupby("acquisition_channel").agg(
        customers=("value", "size"), acquisition_cost=("acquisition_cost", "mean"), value=("value", "mean"),
        error=("value", "sem"), repaid=("repaid", "mean"),
    )  # fmt: skip
    error = table.pop("error")
    table["low"], table["high"] = table["value"] - 1.96 * error, table["value"] + 1.96 * error
    table["net"] = table["value"] - table["acquisition_cost"]
    order = ["customers", "acquisition_cost", "value", "low", "high", "net", "repaid"]
    return table[order].sort_values("net", ascending=False)


def channel_views(
    orders: pd.DataFrame, customers: pd.DataFrame, *, end, months: int, discount_rate: float
) -> pd.DataFrame:
    """Return each channel's net value three times: in turnover, in margin on goods, after service.

    Returns
    -------
    DataFrame, one row a channel, best after service first
        ``customers``, then « Coût d'acquisition », « Net en CA », « Net en marge », « Net après service »,
        « Remboursés » (after service).
    """
    terms = {"end": end, "months": months, "discount_rate": discount_rate}
    served = value_by_channel(orders, customers, **terms)
    table = served[["customers", "acquisition_cost"]].rename(columns={"acquisition_cost": "Coût d'acquisition"})
    for column, name in {"amount": "Net en CA", "gross": "Net en marge"}.items():
        table[name] = value_by_channel(orders, customers, column=column, **terms)["net"]
    return table.assign(**{"Net après service": served["net"], "Remboursés": served["repaid"]}).rename_axis("Source")
