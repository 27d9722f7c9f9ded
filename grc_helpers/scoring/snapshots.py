"""Customers of a transaction file as they were known on a day, and who then bought nothing for a while."""

from __future__ import annotations

from datetime import date, timedelta

import pandas as pd

RECENT = 182  # days of the recent past
LIVELY = 365  # a customer silent for longer is no longer one to keep


def snapshot(data, *, cut: date, horizon: int = 182, traits: pd.DataFrame | None = None) -> pd.DataFrame:
    """Describe the customers who bought in the year before a day, by what was known that day.

    Parameters
    ----------
    data : Dataset
        Transactions.
    cut : date
        Last day that is known.
    horizon : int
        Days after the cut in which a purchase is looked for.
    traits : DataFrame, optional
        customer_id, and columns that do not change (kind, zone…).

    Returns
    -------
    DataFrame, one row a customer
        customer_id; outcome: 1 when nothing is bought in the horizon; days_since_last, n_orders, tenure (days since the
        first purchase), basket (mean amount of an order), recent_orders, recent_spend (last 182 days); the traits.
    """
    from grc_helpers.data.warehouse import collect, customer_base

    known = collect(customer_base(data.table, observation_end=cut))
    recent = _spent(data, cut - timedelta(days=RECENT - 1), cut)
    bought = set(_spent(data, cut + timedelta(days=1), cut + timedelta(days=horizon)).index)
    known = known[known["days_since_last"] < LIVELY]
    table = pd.DataFrame(
        {
            "customer_id": known["customer_id"],
            "outcome": (~known["customer_id"].isin(bought)).astype(int),
            "days_since_last": known["days_since_last"],
            "n_orders": known["n_orders"],
            "tenure": known["T"],
            "basket": known["total_spend"] / known["n_orders"],
            "recent_orders": known["customer_id"].map(recent["n_orders"]).fillna(0),
            "recent_spend": known["customer_id"].map(recent["spend"]).fillna(0.0),
        }
    )
    table = table.sort_values("customer_id", ignore_index=True)
    return table if traits is None else table.merge(traits, on="customer_id", how="left", validate="one_to_one")


def days_since_last_at(data, day: date, customer_id: pd.Series) -> pd.Series:
    """Return the days since the last purchase as counted on another day: from the future, if it is after the cut."""
    from grc_helpers.data.warehouse import collect, customer_base

    known = collect(customer_base(data.table, observation_end=day)).set_index("customer_id")
    return customer_id.map(known["days_since_last"]).astype(float)


def _spent(data, first: date, last: date) -> pd.DataFrame:
    """Return spend and n_orders of each customer who bought between two days, both included."""
    from grc_helpers.data.warehouse import collect, period_spend

    return collect(period_spend(data.table, cuts=[first, last + timedelta(days=1)])).set_index("customer_id")
