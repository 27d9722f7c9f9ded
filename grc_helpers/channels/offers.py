"""Each contact feeds the base and carries an offer: a rule of next best offer, tried on later purchases."""

from __future__ import annotations

import numpy as np
import pandas as pd


def transition_rule(purchases: pd.DataFrame, *, until, margins: pd.Series, least: int = 30) -> pd.DataFrame:
    """Learn, for each last category bought, which other one to offer: chance that it comes next × margin.

    Parameters
    ----------
    purchases : DataFrame
        ``customer_id``, ``date``, ``category`` (main category of an order).
    until : date
        Last day that the rule may look at.
    margins : Series indexed by category
        Mean margin of an order of the category.
    least : int
        Categories followed fewer times by another one are left out: nothing is learned from them.

    Returns
    -------
    DataFrame indexed by last category
        ``followed`` (times by another category), ``offer``, ``popular`` (the best-selling other category), ``chance``
        (of the next orders of another category, how many are of that one), ``expected_margin``.
    """
    past = purchases[purchases["date"] <= pd.Timestamp(until)].sort_values(["customer_id", "date"], kind="stable")
    following = past.groupby("customer_id")["category"].shift(-1)
    other = following.notna() & following.ne(past["category"])
    counts = pd.crosstab(past.loc[other, "category"], following[other])
    counts = counts[counts.sum(axis=1) >= least]
    chance = counts.div(counts.sum(axis=1), axis=0)
    worth = chance.mul(margins.reindex(chance.columns), axis=1)
    offer = worth.idxmax(axis=1)
    sold = past["category"].value_counts()
    popular = [sold.drop(last, errors="ignore").index[0] for last in offer.index]
    picks = [(chance.loc[last, name], worth.loc[last, name]) for last, name in offer.items()]
    table = pd.DataFrame(picks, index=offer.index, columns=["chance", "expected_margin"])
    table = table.assign(offer=offer, popular=popular, followed=counts.sum(axis=1))
    return table[["followed", "offer", "popular", "chance", "expected_margin"]]


def try_rule(rule: pd.DataFrame, contacts: pd.DataFrame, purchases: pd.DataFrame, *, days: int) -> pd.DataFrame:
    """Give an offer to each contact, and look whether the customer buys that category in the following days, unasked.

    Returns
    -------
    DataFrame, one row a contact of a customer with a known past
        ``customer_id``, ``date``, ``offer``, ``popular``, ``bought_offer``,
        ``bought_popular``.
    """
    contacts = contacts[["customer_id", "date"]].sort_values("date").reset_index(drop=True)
    bought = purchases[["customer_id", "date", "category"]].sort_values("date")
    known = pd.merge_asof(contacts, bought, on="date", by="customer_id", allow_exact_matches=False).dropna(
        subset=["category"]
    )
    known = known.join(rule[["offer", "popular"]], on="category").dropna(subset=["offer"]).reset_index(drop=True)
    later = known.reset_index().merge(bought, on="customer_id", suffixes=("", "_later"))
    wait = (later["date_later"] - later["date"]).dt.days
    later = later[(wait > 0) & (wait <= days)]
    for column in ("offer", "popular"):
        hits = later.loc[later["category_later"] == later[column], "index"].unique()
        known[f"bought_{column}"] = np.isin(known.index, hits)
    return known.drop(columns="category")


def trial_gain(trial: pd.DataFrame, *, treated: str = "traité", unit_cost: float) -> dict:
    """Return what a contact drawn by lot has earned: margin of the treated − margin of the others − its cost.

    Parameters
    ----------
    trial : DataFrame
        ``group``, ``margin``, ``bought``.

    Returns
    -------
    dict
        ``lift`` (orders: share who bought, difference), ``lift_low``, ``lift_high``, ``gain``, ``low``, ``high``
        (currency units a contact, cost paid; 95 %, normal).
    """
    sides = trial[trial["group"] == treated], trial[trial["group"] != treated]
    found = {}
    for column, name in (("bought", "lift"), ("margin", "gain")):
        values = [side[column].astype(float) for side in sides]
        gap = values[0].mean() - values[1].mean() - (unit_cost if column == "margin" else 0.0)
        error = 1.96 * np.sqrt(sum(value.var() / len(value) for value in values))
        keys = (name, "lift_low", "lift_high") if name == "lift" else (name, "low", "high")
        found |= dict(zip(keys, (gap, gap - error, gap + error), strict=True))
    return found
