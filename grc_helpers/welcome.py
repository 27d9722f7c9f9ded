"""What notebook 00 measures: shifts towards the customer, an expected gain, the smallest effect that a trial sees."""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import date

import numpy as np
import pandas as pd

from grc_helpers.personalisation.identification import NAMED
from grc_helpers.profitability import activity_profit

HALVES = ("before", "after")
SIDES = (("low", -1), ("high", 1))
Z = 1.959964


def shift(rows: pd.DataFrame) -> dict[str, float]:
    """Return a share in two halves and its change, each with its 95 % interval over units (households, customers).

    Parameters
    ----------
    rows : DataFrame
        ``unit``, ``half`` (``before`` or ``after``), ``part``, ``whole``: the share of a half is Σ part ÷ Σ whole.

    Returns
    -------
    dict
        ``before``, ``after``, ``change`` (after − before), and each one's bounds (``before_low``, ``before_high``…).

    Notes
    -----
    A ratio of sums R = ΣY/ΣX has the variance Σ(Y − RX)² / (ΣX)² (linearisation; Cochran, *Sampling Techniques*, 1977).
    A unit seen in both halves counts in both: the variance of the change is that of the differences of its terms.
    """
    sums = rows.groupby(["unit", "half"])[["part", "whole"]].sum().unstack(fill_value=0.0)
    part, whole = (sums[name].reindex(columns=HALVES, fill_value=0.0) for name in ("part", "whole"))
    share = part.sum() / whole.sum()
    terms = (part - share * whole) / whole.sum()
    values = share.to_dict() | {"change": share["after"] - share["before"]}
    terms = terms.assign(change=terms["after"] - terms["before"])
    half_width = Z * np.sqrt((terms**2).sum(skipna=False))
    bounds = {
        f"{name}_{side}": value + sign * half_width[name] for name, value in values.items() for side, sign in SIDES
    }
    return {name: float(value) for name, value in (values | bounds).items()}


def campaign_rows(
    sent: pd.DataFrame, used: pd.DataFrame, households: Iterable[str], *, start: date, middle: date, end: date
) -> dict[str, pd.DataFrame]:
    """Return what tells how personal, how individual and how interactive campaigns are, in two halves of a period.

    Parameters
    ----------
    sent : DataFrame
        One row a household and campaign: ``household_id``, ``campaign_id``, ``campaign_type``, ``start_date``,
        ``end_date``. Campaigns that do not begin and end within the period are left out: not all answers are seen.
    used : DataFrame
        Coupons used: ``household_id``, ``campaign_id`` (one row a coupon).
    households : iterable of str
        Households observed.
    start, middle, end : date
        First day, first day of the second half, last day.

    Returns
    -------
    dict of DataFrame (rows of :func:`shift`)
        ``personalised``: sendings of type A, whose coupons are chosen household by household; ``reached``: households
        that got a message; ``answered``: sendings whose household used a coupon.
    """
    first, last = (pd.to_datetime(sent[name]) for name in ("start_date", "end_date"))
    inside = sent[(first >= pd.Timestamp(start)) & (last <= pd.Timestamp(end))]
    answers = used[["household_id", "campaign_id"]].drop_duplicates().assign(answered=True)
    inside = inside.merge(answers, how="left", on=["household_id", "campaign_id"])
    later = pd.to_datetime(inside["start_date"]) >= pd.Timestamp(middle)
    rows = pd.DataFrame(
        {"unit": inside["household_id"].astype(str), "half": later.map({False: "before", True: "after"})}
    )
    places = pd.MultiIndex.from_product([list(households), HALVES], names=["unit", "half"])
    got = pd.Series(1.0, pd.MultiIndex.from_frame(rows.drop_duplicates())).reindex(places, fill_value=0.0)
    return {
        "personalised": rows.assign(part=(inside["campaign_type"] == "Type A").astype(float), whole=1.0),
        "reached": got.rename("part").reset_index().assign(whole=1.0),
        "answered": rows.assign(part=inside["answered"].eq(True).astype(float), whole=1.0),
    }


def brand_rows(choices: pd.DataFrame, brand: str) -> dict[str, pd.DataFrame]:
    """Return what tells a brand's share of its customers and its share of market, in two halves of each household.

    Parameters
    ----------
    choices : DataFrame
        One row a purchase in the category, oldest first within a household: ``household_id``, ``brand``.
    brand : str

    Returns
    -------
    dict of DataFrame (rows of :func:`shift`)
        ``customer_share``: mean, over the households that bought the brand in that half, of its share of their
        purchases; ``market_share``: its share of all purchases.
    """
    places = choices.groupby("household_id").cumcount()
    sizes = choices.groupby("household_id")["brand"].transform("size")
    half = (places >= sizes / 2).map({False: "before", True: "after"}).rename("half")
    bought = choices["brand"].eq(brand).groupby([choices["household_id"].rename("unit"), half])
    rows = bought.agg(part="sum", whole="size").astype(float).reset_index()
    of_customers = rows.assign(part=rows["part"] / rows["whole"], whole=(rows["part"] > 0).astype(float))
    return {"customer_share": of_customers, "market_share": rows}


def firm_rows(
    sales: pd.DataFrame, customers: pd.DataFrame, lines: pd.DataFrame, service: pd.DataFrame, *, years: tuple[int, int]
) -> dict[str, pd.DataFrame]:
    """Return what tells how much of a firm's sales has a name, and how much comes from profitable customers.

    Parameters
    ----------
    sales, customers, lines, service : DataFrame
        See ``identification.identified_sales`` and ``profitability.activity_profit``; ``service`` also has ``year``.
    years : (int, int)
        The two years compared.

    Returns
    -------
    dict of DataFrame (rows of :func:`shift`)
        ``known``: sales whose buyer is recognised; ``profitable``: sales to customers who leave a profit that year.
    """
    dates = pd.to_datetime(sales["date"])
    half = dates.dt.year.map(dict(zip(years, HALVES, strict=True)))
    card = pd.to_datetime(sales["customer_id"].map(customers.set_index("customer_id")["card_from"]))
    named = sales["channel"].isin(NAMED) | (card <= dates)
    known = pd.DataFrame({"unit": sales["customer_id"], "half": half, "part": sales["amount"] * named})
    found = []
    for year, name in zip(years, HALVES, strict=True):
        profit = activity_profit(
            sales[half == name],
            lines[lines["order_id"].isin(sales.loc[half == name, "order_id"])],
            service[service["year"] == year],
        )
        part = profit["total_spend"].where(profit["profit"] > 0, 0.0)
        found.append(
            pd.DataFrame({"unit": profit["customer_id"], "half": name, "part": part, "whole": profit["total_spend"]})
        )
    return {"known": known.assign(whole=sales["amount"]).dropna(subset=["half"]), "profitable": pd.concat(found)}


def yearly_gain(total_spend: pd.Series, *, years: float, margin_rate: float, uplift: float) -> pd.Series:
    """Return the margin a year that an uplift of each customer's sales would bring: an assumption, not an estimate."""
    return uplift * margin_rate * total_spend / years


def smallest_effect(n_contacted: int, n_control: int, *, base: float = 0.5) -> float:
    """Return the smallest difference of two response rates that a trial sees four times in five (test at 5 %).

    Parameters
    ----------
    n_contacted, n_control : int
        Customers of each group.
    base : float
        Response without contact; one half is the least favourable case.

    Returns
    -------
    float
        In share: (1.960 + 0.842) standard errors of the difference; infinite when a group is empty (Cohen, 1988).
    """
    if not min(n_contacted, n_control):
        return math.inf
    return (1.960 + 0.842) * math.sqrt(base * (1 - base) * (1 / n_contacted + 1 / n_control))
