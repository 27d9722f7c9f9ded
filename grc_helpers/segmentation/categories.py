"""Need, profitability, channel: three cuts of the same customers; Cafés Merle's surveys, and what is true there."""

from __future__ import annotations

from datetime import date
from itertools import combinations

import numpy as np
import pandas as pd

from grc_helpers.segmentation.approaches import unsupervised
from grc_helpers.segmentation.customers import Customers
from grc_helpers.segmentation.judging import agreement
from grc_helpers.style import number

CUTS = {"need": "Besoin", "profitability": "Rentabilité", "channel": "Canal"}
MIXES = {"need: ": "une colonne qui dit le produit", "channel: ": "une colonne qui dit le canal"}
PROFIT_CLASSES = ("déficitaires", "petits profits", "bons profits", "gros profits")


def half_year_profit(start: date, end: date) -> pd.Series:
    """Return each customer's profit between two dates (the second excluded): margin of each line − cost to serve.

    The cost to serve of a year is shared out by orders.
    """
    from grc_helpers.data.loading import read_table

    sales, lines, service = (
        read_table("cafes_merle", f"{name}.parquet") for name in ("ventes", "lignes", "couts_service")
    )
    inside = sales[(sales["date"] >= pd.Timestamp(start)) & (sales["date"] < pd.Timestamp(end))]
    goods = inside.merge(lines, on="order_id", suffixes=("_sale", ""))
    margin = (goods["amount"] - goods["cost"]).groupby(goods["customer_id"]).sum()
    orders = (
        inside.assign(year=inside["date"].dt.year).groupby(["customer_id", "year"]).size().rename("here").reset_index()
    )
    served = orders.merge(service, on=["customer_id", "year"])
    cost = (
        (served["service_cost"] * served["here"] / served["orders"].clip(lower=1)).groupby(served["customer_id"]).sum()
    )
    return margin.sub(cost, fill_value=0.0)


def three_cuts(customers: Customers, profit: pd.Series, *, seed: int) -> pd.DataFrame:
    """Cut the same customers by need, by profitability and by channel.

    Need: four segments (k-means) of the shares of spend by kind of product. Profitability: losing customers, then three
    equal classes. Channel: where most was spent.

    Parameters
    ----------
    profit : Series indexed by customer_id
        Past profit, in currency units.

    Returns
    -------
    DataFrame indexed by customer_id
        ``need``, ``profitability`` (ordered), ``channel``; a need is named after the kind of product that stands out.
    """
    now = customers.now
    needs = [column for column in now if column.startswith("need: ")]
    channels = [column for column in now if column.startswith("channel: ")]
    found = pd.Series(unsupervised(needs, now, k=4, seed=seed).fit(now).predict(now), index=now.index)
    excess = now[needs].groupby(found).mean() - now[needs].mean()
    names = excess.idxmax(axis=1).str.removeprefix("need: ")
    names = names.where(
        ~names.duplicated(keep=False), names + " (" + (names.groupby(names).cumcount() + 1).astype(str) + ")"
    )
    own = profit.reindex(now.index).fillna(0.0)
    thirds = own[own > 0].quantile([1 / 3, 2 / 3])
    classes = np.where(own <= 0, 0, 1 + np.searchsorted(thirds.to_numpy(), own.to_numpy()))
    return pd.DataFrame(
        {
            "need": found.map(names),
            "profitability": pd.Categorical.from_codes(classes, PROFIT_CLASSES, ordered=True),
            "channel": now[channels].idxmax(axis=1).str.removeprefix("channel: "),
        }
    )


def crossed_agreement(cuts) -> pd.DataFrame:
    """Return the adjusted Rand index of every pair of cuts (a DataFrame, or a dict of labels)."""
    return pd.DataFrame({b: {a: agreement(cuts[a], cuts[b]) for a in cuts} for b in cuts})


def tell_agreement(agreed: pd.DataFrame) -> str:
    """Write the agreement of each pair of cuts in French."""
    pairs = combinations(agreed, 2)
    return " ; ".join(f"{CUTS[a].lower()} et {CUTS[b].lower()} : {number(agreed.loc[a, b], 2)}" for a, b in pairs)


def missing_mixes(now: pd.DataFrame) -> str:
    """Say in French which columns are missing to cut by need and by channel; empty: none."""
    return " et ".join(told for start, told in MIXES.items() if not any(name.startswith(start) for name in now))


def found_needs(cuts: pd.DataFrame, orders: pd.Series) -> pd.DataFrame:
    """Say how far the need found in baskets is the true one, by number of orders of the half-year.

    Returns
    -------
    DataFrame
        ``orders`` (class), ``customers``, ``agreement`` (adjusted Rand index with the truth).
    """
    from grc_helpers.data.simulator.truth import read_truth

    truth = read_truth("cafes_merle", "clients").set_index("customer_id")["need"].reindex(cuts.index)
    classes = pd.cut(orders, [0, 1, 3, 6, np.inf], labels=["1", "2 ou 3", "4 à 6", "7 et plus"])
    rows = []
    for label, places in cuts.groupby(classes, observed=True).groups.items():
        rows.append((label, len(places), agreement(cuts.loc[places, "need"], truth[places])))
    return pd.DataFrame(rows, columns=["orders_class", "customers", "agreement"])


def with_surveys(customers: Customers, before: date) -> Customers:
    """Add what surveys say: the importance given to eight benefits, and the attachment declared before a date."""
    from grc_helpers.data.loading import read_table

    benefits = read_table("cafes_merle", "enquete_avantages.parquet").set_index("customer_id").drop(columns="date")
    answers = read_table("cafes_merle", "enquete_satisfaction.parquet")
    answers = (
        answers[answers["date"] < pd.Timestamp(before)].sort_values("date").drop_duplicates("customer_id", keep="last")
    )
    attached = [column for column in answers if column.startswith("attachment_")]
    attitude = answers.set_index("customer_id")[[*attached, "recommend", "repurchase"]].astype(float)
    return customers.with_family("style", benefits.astype(float)).with_family("attitude", attitude)
