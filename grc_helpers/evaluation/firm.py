"""Indicators that sales alone do not give: card, cost of recruiting, share of wallet, follow-up of orders, mailings."""

from __future__ import annotations

import numpy as np
import pandas as pd

from grc_helpers.campaigns.card import holders
from grc_helpers.campaigns.rewards import wallet_views
from grc_helpers.errors import GrcError
from grc_helpers.evaluation.indicators import COLUMNS, bounded, ratio_interval
from grc_helpers.loyalty.questions import mean_interval, share_interval

WEB = ("web", "téléphone")  # channels whose orders are delivered


def firm_indicators(
    customers: pd.DataFrame,
    sales: pd.DataFrame,
    ledger: pd.DataFrame,
    wallet: pd.DataFrame,
    true_share: pd.Series,
    *,
    end,
) -> pd.DataFrame:
    """Return the indicators that need a card, recruiting costs or the market, over the last 365 days.

    Parameters
    ----------
    customers : DataFrame
        ``customer_id``, ``acquired``, ``acquisition_cost``, ``card_from``.
    sales : DataFrame
        ``order_id``, ``customer_id``, ``date``, ``amount``.
    ledger : DataFrame
        ``order_id`` of the orders that earned points.
    wallet : DataFrame
        ``customer_id``, ``declared_share``, ``declared_category`` (a year).
    true_share : Series, by customer
        What only a simulator knows.
    end : date
        Last day observed.

    Returns
    -------
    DataFrame
        Columns of ``indicators.sales_indicators``. « Taux de nourriture » is another name of the share of customer.
    """
    since = pd.Timestamp(end) - pd.Timedelta(days=364)
    recent = sales[sales["date"] >= since]
    held = holders(customers, sales, ledger, since=since)
    carded = recent["order_id"].isin(ledger["order_id"].dropna())
    by_customer = recent.assign(carded=recent["amount"] * carded, n=1, n_carded=carded.astype(int))
    by_customer = by_customer.groupby("customer_id")[["amount", "carded", "n", "n_carded"]].sum()
    new = customers.loc[pd.to_datetime(customers["acquired"]) >= since, "acquisition_cost"]
    here = recent.groupby("customer_id")["amount"].sum()
    views = wallet_views(wallet, true_share, here)["mean"]
    declared = mean_interval(wallet["declared_share"])
    seen = wallet["customer_id"].map(here).fillna(0) / wallet["declared_category"]
    unseen = (np.nan, np.nan)
    rows = [
        ("Taux d'encartement", "actifs porteurs de la carte ÷ actifs", "clients : card_from", "share",
         *share_interval(held["held"] * held["customers"], held["customers"])),
        ("CA encarté", "CA passé avec la carte ÷ CA", "ventes, carte_points", "share",
         *ratio_interval(by_customer["carded"], by_customer["amount"])),
        ("PMG : panier moyen général", "CA ÷ toutes les commandes", "ventes : amount", "money",
         *ratio_interval(by_customer["amount"], by_customer["n"])),
        ("Panier moyen encarté", "CA encarté ÷ commandes avec la carte", "ventes, carte_points", "money",
         *ratio_interval(by_customer["carded"], by_customer["n_carded"])),
        ("CAC", "coûts de recrutement ÷ nouveaux clients", "clients : acquisition_cost", "money", *mean_interval(new)),
        ("Part de client déclarée (taux de nourriture)", "part que le client dit acheter ici",
         "enquete_part_client", "share", *declared),
        ("Part de client calculée", "achats ici ÷ dépense de catégorie déclarée", "ventes, enquete_part_client",
         "share", *mean_interval(np.minimum(seen, 1))),
        ("Part de client vraie", "réglage du simulateur, mêmes répondants", "vérité", "share",
         views["Vérité du simulateur"], *unseen),
    ]  # fmt: skip
    return bounded(pd.DataFrame(rows, columns=COLUMNS))


def order_followup(sales: pd.DataFrame, tickets: pd.DataFrame, answers: pd.DataFrame, after: pd.Series) -> pd.DataFrame:
    """Return, by channel of the order, what follows it: complaints, how they end, and the mark given after a purchase.

    Parameters
    ----------
    sales : DataFrame
        ``order_id``, ``customer_id``, ``date``, ``channel``.
    tickets : DataFrame
        ``order_id``, ``type``, ``delay_days``, ``resolved``.
    answers : DataFrame
        ``customer_id``, ``date`` of the survey, in the order of ``after``.
    after : Series
        Mark out of 10 of the stage after the purchase, that of the last order before the answer.

    Returns
    -------
    DataFrame indexed by channel
        ``n_orders``, ``complained`` (share of orders) with its bounds, ``solved`` (share of complaints),
        ``median_days``, ``after_mark`` with its bounds, ``respondents``.
    """
    claims = tickets[(tickets["type"] == "réclamation") & tickets["order_id"].notna()]
    where = sales.set_index("order_id")["channel"]
    claims = claims.assign(channel=claims["order_id"].map(where))
    told = answers[["customer_id", "date"]].assign(mark=after.to_numpy()).sort_values("date", kind="stable")
    orders = sales[["customer_id", "date", "channel"]].sort_values("date", kind="stable")
    last = pd.merge_asof(told, orders, on="date", by="customer_id", allow_exact_matches=False)
    rows = {}
    for channel, n in where.value_counts().items():
        some, marks = claims[claims["channel"] == channel], last.loc[last["channel"] == channel, "mark"].dropna()
        # A customer complains of one order: orders are many, complaints few, so that the binomial law holds.
        rows[channel] = [n, *share_interval(some["order_id"].nunique(), n), some["resolved"].mean()]
        rows[channel] += [some["delay_days"].median(), *mean_interval(marks), len(marks)]
    names = ["n_orders", "complained", "complained_low", "complained_high", "solved", "median_days"]
    names += ["after_mark", "after_low", "after_high", "respondents"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=names).rename_axis("channel")


def letters_of(contacts: pd.DataFrame) -> pd.DataFrame:
    """Return the letters sent for a campaign, among all the contacts of a firm (``channel``, ``campaign_id``)."""
    return contacts[contacts["channel"].eq("courrier") & contacts["campaign_id"].notna()]


def conversion(contacts: pd.DataFrame, daily: pd.DataFrame, *, days: int, end, least: int = 20) -> pd.DataFrame:
    """Return the share of customers contacted who buy in the days that follow, and in as many days before.

    Parameters
    ----------
    contacts : DataFrame
        ``customer_id``, ``date``, ``campaign_id``; a customer counts once a campaign, from the first contact.
    daily : DataFrame
        ``customer_id``, ``date``.
    days : int
        Days followed, the day of the contact included.
    end : date
        Last day observed: contacts not followed long enough are left out.
    least : int
        Customers under which a campaign is not shown.

    Returns
    -------
    DataFrame indexed by campaign_id
        ``contacted``, ``transformed`` (share) with ``low`` and ``high`` (Wilson), ``transformed_before``.

    Raises
    ------
    GrcError
        No campaign can be followed: no date, none of its customers bought, or all too late.
    """
    known = contacts.dropna(subset=["date"])
    first = known.groupby(["campaign_id", "customer_id"], as_index=False)["date"].min()
    first["date"] = pd.to_datetime(first["date"])
    first = first[first["date"] + pd.Timedelta(days=days - 1) <= pd.Timestamp(end)]
    bought = first.reset_index().merge(
        daily[["customer_id", "date"]], on="customer_id", suffixes=("", "_bought"), how="left"
    )
    gap = (bought["date_bought"] - bought["date"]).dt.days
    hit = gap.between(0, days - 1).groupby(bought["index"]).any()
    before = gap.between(-days, -1).groupby(bought["index"]).any()
    table = first.assign(hit=hit, before=before).groupby("campaign_id").agg(
        contacted=("hit", "size"), n=("hit", "sum"), transformed_before=("before", "mean")
    )  # fmt: skip
    table = table[table["contacted"] >= least]
    if table.empty:
        raise GrcError(
            f"Aucune campagne ne se suit pendant {days} jours.",
            where=f"{len(contacts)} contacts, dont {len(contacts) - len(known)} sans date ; ventes jusqu'au "
            f"{pd.Timestamp(end):%d/%m/%Y} ; {least} clients au moins par campagne",
            todo="donnez la date et le nom de la campagne de chaque contact, ou suivez moins de jours",
        )
    shares = [share_interval(n, total) for n, total in zip(table["n"], table["contacted"], strict=True)]
    table[["transformed", "low", "high"]] = shares
    return table[["contacted", "transformed", "low", "high", "transformed_before"]]
