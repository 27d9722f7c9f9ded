"""Who is loyal? Repurchase, retention, share of wallet; and how the answer follows the definition."""

from __future__ import annotations

from datetime import date, timedelta

import ibis
import pandas as pd
from ibis import _

from grc_helpers.data.warehouse import collect
from grc_helpers.errors import GrcError
from grc_helpers.loyalty.chain import in_window
from grc_helpers.loyalty.questions import share_interval

MEASURES = {"repeat": "Réachat", "kept": "Rétention", "share": "Part de client"}


def three_measures(asked: pd.DataFrame, orders: pd.DataFrame, *, days: int, loyal_share: float) -> pd.DataFrame:
    """Return three answers to « is this customer loyal? » for customers asked how much of their needs they buy here.

    Parameters
    ----------
    asked : DataFrame
        ``customer_id``, ``date``, ``declared_share``.
    orders : DataFrame
        ``customer_id``, ``date``, ``margin``.
    days : int
        How long one waits for a next purchase.
    loyal_share : float
        Share of wallet from which a customer is called loyal.

    Returns
    -------
    DataFrame of bool, one row a customer
        ``repeat`` (bought twice or more in the year before), ``kept`` (bought again within ``days``), ``share``.
    """
    before, after = in_window(asked, orders, first=-364, last=0), in_window(asked, orders, first=1, last=days)
    flags = {
        "repeat": before["orders"] >= 2,
        "kept": after["orders"] > 0,
        "share": asked["declared_share"] >= loyal_share,
    }
    return pd.DataFrame(flags).set_axis(list(MEASURES), axis=1)


def agreement(flags: pd.DataFrame) -> pd.DataFrame:
    """Return, for each measure, the share of loyal customers, and how many of them the other measures call loyal.

    Returns
    -------
    DataFrame, one row a measure
        ``loyal``, ``loyal_low``, ``loyal_high``; then one column a measure: share of the row's loyal ones.
    """
    rows = {}
    for name, label in MEASURES.items():
        share = share_interval(flags[name].sum(), len(flags))
        rows[label] = [*share, *(flags.loc[flags[name], other].mean() for other in MEASURES)]
    return pd.DataFrame.from_dict(
        rows, orient="index", columns=["loyal", "loyal_low", "loyal_high", *MEASURES.values()]
    )


def yearly_table(transactions: ibis.Table, *, start: date, end: date) -> pd.DataFrame:
    """Return what each customer bought in the last 365 days, and whether they bought before.

    Returns
    -------
    DataFrame, one row a customer who ever bought
        ``days`` (with a purchase), ``sales`` (currency units), ``quarters`` (of 91 days in which they bought; left out
        when four are not observed), ``days_before`` (purchase days of the 365 days before; left out when they are not
        observed), ``last`` (days since the last purchase).
    """
    day = transactions.filter(_.date <= end).group_by("customer_id", "date").agg(cents=_.amount_cents.sum())
    day = day.filter(_.cents > 0).mutate(age=ibis.literal(end).delta(day["date"], unit="day"))
    recent, before = day["age"] < 365, (day["age"] >= 365) & (day["age"] < 730)
    table = day.group_by("customer_id").agg(
        days=recent.sum(),
        sales=ibis.ifelse(recent, day["cents"], 0).sum() / 100,
        quarters=ibis.ifelse(day["age"] < 364, (day["age"] / 91).floor(), ibis.null("float64")).nunique(),
        days_before=before.sum(),
        last=day["age"].min(),
    )
    frame = collect(table)
    unseen = {"quarters": start > end - timedelta(days=363), "days_before": start > end - timedelta(days=729)}
    return frame.drop(columns=[name for name, is_so in unseen.items() if is_so])


def definitions(customers: pd.DataFrame) -> pd.DataFrame:
    """Return how many loyal customers, and what sales, each definition gives, on the same customers.

    Parameters
    ----------
    customers : DataFrame
        What ``yearly_table`` returns.

    Returns
    -------
    DataFrame, one row a definition
        ``customers``, ``customer_share``, ``sales``, ``sales_share``, ``common`` (share of those that the first
        definition also retains). Shares are of the customers of the last 365 days.
    """
    active = customers[customers["days"] > 0]
    if active.empty:
        raise GrcError("Aucun achat positif dans les 365 derniers jours : il n'y a pas de fidèle à compter.")
    spent = active["sales"]
    rules = {"Deux achats ou plus dans l'année": active["days"] >= 2}
    if "days_before" in active:
        rules["Acheteur cette année et l'an dernier"] = active["days_before"] > 0
    if "quarters" in active:
        rules["Un achat dans chaque trimestre"] = active["quarters"] >= 4
    rules["Un achat depuis trois mois"] = active["last"] <= 91
    rules["Les 20 % qui dépensent le plus"] = spent.rank(method="first", ascending=False) <= 0.2 * len(active)
    first = next(iter(rules.values()))
    rows = {
        name: [
            int(kept.sum()),
            kept.mean(),
            spent[kept].sum(),
            spent[kept].sum() / spent.sum(),
            (kept & first).sum() / max(kept.sum(), 1),
        ]
        for name, kept in rules.items()
    }
    names = ["customers", "customer_share", "sales", "sales_share", "common"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=names).rename_axis("loyalty_definition")


def data_definitions(data) -> pd.DataFrame:
    """Return the definitions applied to the sales of a data set (see ``definitions``)."""
    return definitions(yearly_table(data.table, start=data.observation_start, end=data.observation_end))


def shared_loyalty(panel: pd.DataFrame, *, loyal_share: float) -> pd.DataFrame:
    """Return how households of a panel share their purchases between brands.

    Parameters
    ----------
    panel : DataFrame
        ``id``, ``choice``; one row a purchase.

    Returns
    -------
    DataFrame, one row a kind
        ``households``, ``share``, ``share_low``, ``share_high``, ``brands`` (mean number bought), ``purchases`` (mean).
    """
    homes = panel.groupby("id")["choice"].agg(
        favourite=lambda brands: brands.value_counts(normalize=True).iloc[0], brands="nunique", purchases="size"
    )
    alone, mainly = homes["brands"] == 1, homes["favourite"] >= loyal_share
    kinds = {"Exclusive": alone, "Principale": mainly & ~alone, "Partagée": ~mainly & ~alone}
    rows = {
        name: [
            int(kept.sum()),
            *share_interval(kept.sum(), len(homes)),
            *homes.loc[kept, ["brands", "purchases"]].mean(),
        ]
        for name, kept in kinds.items()
    }
    names = ["households", "share", "share_low", "share_high", "brands_bought", "purchases_mean"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=names).rename_axis("kind_of_loyalty")
