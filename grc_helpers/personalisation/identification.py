"""Identify: which share of the sales has a name, how much the firm knows of the buyer, and which fields are filled."""

from datetime import timedelta

import ibis
import pandas as pd
from ibis import _

from grc_helpers.data.loading import Dataset

NAMED = ("web", "téléphone", "commercial")  # channels where an order needs a name and an address
WAYS = ("carte en boutique", "compte du site", "téléphone", "commercial", "anonyme")
DEPTHS = (0, 1, 2, 5, 10, 20)
FIELDS = {
    "birth_year": "année de naissance",
    "household_size": "taille du foyer",
    "card_from": "carte",
    "web_user": "compte du site",
    "consent_email": "accord pour l'e-mail",
    "consent_phone": "accord pour le téléphone",
}


def known_before(data: Dataset, *, depths=DEPTHS, share: float = 0.2) -> pd.DataFrame:
    """Return how much of the last sales went to customers of whom at least n purchase days were already on file.

    Parameters
    ----------
    data : Dataset
        Transactions.
    depths : sequence of int
        Numbers of earlier purchase days.
    share : float
        Last share of the period over which sales are looked at, so that the file has had time to fill.

    Returns
    -------
    DataFrame
        known (at least that many earlier days), sales_share (of the turnover), visit_share (of the purchase days).
    """
    length = (data.observation_end - data.observation_start).days + 1
    first = data.observation_end + timedelta(days=1) - timedelta(days=max(1, round(share * length)))
    days = data.table.group_by("customer_id", "date").agg(cents=_.amount_cents.sum())
    days = days.mutate(known=ibis.row_number().over(group_by="customer_id", order_by="date"))
    last = days.filter(_.date >= first, _.cents > 0)
    sums = {f"cents_{n}": _.cents.sum(where=_.known >= n) for n in depths}
    sums |= {f"days_{n}": (_.known >= n).sum() for n in depths}
    found = last.agg(**sums).to_pyarrow().to_pylist()[0]
    zero = depths[0]
    if not found[f"cents_{zero}"]:
        return pd.DataFrame(columns=["known_days", "sales_share", "visit_share"])
    rows = [
        (n, *(float(found[f"{what}_{n}"] or 0) / float(found[f"{what}_{zero}"]) for what in ("cents", "days")))
        for n in depths
    ]
    return pd.DataFrame(rows, columns=["known_days", "sales_share", "visit_share"])


def identified_sales(sales: pd.DataFrame, customers: pd.DataFrame) -> pd.DataFrame:
    """Return the share of each quarter's sales by the way the buyer was recognised.

    A sale on the web, by phone or by a representative has a name; one in a shop has a name if the buyer held the card
    that day. The others would be anonymous to the firm.

    Parameters
    ----------
    sales : DataFrame
        customer_id, date, amount, channel ("boutique", "web", "téléphone", "commercial").
    customers : DataFrame
        customer_id, card_from (NaT: no card).

    Returns
    -------
    DataFrame
        Indexed by quarter (its first day): one column for each of ``WAYS``, shares of the turnover.
    """
    rows = sales.merge(customers[["customer_id", "card_from"]], on="customer_id", how="left")
    way = rows["channel"].replace({"web": "compte du site"}).where(rows["channel"].isin(NAMED), "anonyme")
    carded = rows["channel"].eq("boutique") & (rows["card_from"] <= rows["date"])
    way = way.mask(carded, "carte en boutique")
    table = rows["amount"].groupby([rows["date"].dt.to_period("Q").dt.start_time, way]).sum().unstack(fill_value=0.0)
    table = table.reindex(columns=list(WAYS), fill_value=0.0)
    return table.div(table.sum(axis=1), axis=0).rename_axis("quarter")


def record_depth(customers: pd.DataFrame, *, spend: pd.Series, fields: dict[str, str] = FIELDS) -> pd.DataFrame:
    """Return, for each field of the record, the share of the customers and of the turnover for which it is filled.

    Parameters
    ----------
    customers : DataFrame
        Indexed by customer_id; a field that is missing, or False, is not filled.
    spend : Series
        Turnover of each customer, same index.
    fields : dict of str to str
        French name of each column.

    Returns
    -------
    DataFrame
        Indexed by « Donnée »: customer_share, sales_share.
    """
    filled = pd.DataFrame(
        {name: customers[column].notna() & customers[column].ne(False) for column, name in fields.items()}
    )
    weight = spend.reindex(customers.index).fillna(0.0)
    table = pd.DataFrame(
        {"customer_share": filled.mean(), "sales_share": filled.mul(weight, axis=0).sum() / weight.sum()}
    )
    return table.sort_values("customer_share", ascending=False, kind="stable").rename_axis("Donnée")
