"""What notebook 00 measures: shifts towards the customer, an expected gain, the smallest effect that a trial sees."""

from __future__ import annotations

import math
from datetime import date

import pandas as pd

HALVES = ("before", "after")


def campaign_shifts(
    sent: pd.DataFrame, used: pd.DataFrame, *, n_households: int, start: date, middle: date, end: date
) -> pd.DataFrame:
    """Measure how personal, how individual and how interactive campaigns are, in two halves of a period.

    Parameters
    ----------
    sent : DataFrame
        One row a household and campaign: ``household_id``, ``campaign_id``, ``campaign_type``, ``start_date``,
        ``end_date``. Campaigns that do not begin and end within the period are left out: not all answers are seen.
    used : DataFrame
        Coupons used: ``household_id``, ``campaign_id`` (one row a coupon).
    n_households : int
        Households observed.
    start, middle, end : date
        First day, first day of the second half, last day.

    Returns
    -------
    DataFrame indexed by half (``before``, ``after``), shares
        ``personalised``: sendings of type A, whose coupons are chosen household by household; ``reached``: households
        that got a message; ``answered``: sendings whose household used a coupon.
    """
    first, last = (pd.to_datetime(sent[name]) for name in ("start_date", "end_date"))
    inside = sent[(first >= pd.Timestamp(start)) & (last <= pd.Timestamp(end))]
    answers = used[["household_id", "campaign_id"]].drop_duplicates().assign(answered=True)
    inside = inside.merge(answers, how="left", on=["household_id", "campaign_id"])
    later = pd.to_datetime(inside["start_date"]) >= pd.Timestamp(middle)
    halves = inside.groupby(later.map({False: "before", True: "after"}))
    shares = {
        "personalised": halves["campaign_type"].agg(lambda kind: (kind == "Type A").mean()),
        "reached": halves["household_id"].nunique() / n_households,
        "answered": halves["answered"].agg(lambda answered: answered.eq(True).mean()),
    }
    return pd.DataFrame(shares).reindex(HALVES)


def share_of_customer(choices: pd.DataFrame, brand: str) -> pd.Series:
    """Return the share of its buyers' purchases that goes to a brand, in each half of every household's purchases.

    Parameters
    ----------
    choices : DataFrame
        One row a purchase in the category, oldest first within a household: ``household_id``, ``brand``.
    brand : str
        The brand; in each half, households that did not buy it are no customers of it.

    Returns
    -------
    Series indexed by half (``before``, ``after``)
        Mean over the brand's buyers of their share of purchases.
    """
    places = choices.groupby("household_id").cumcount()
    sizes = choices.groupby("household_id")["brand"].transform("size")
    half = (places >= sizes / 2).map({False: "before", True: "after"})
    shares = choices["brand"].eq(brand).groupby([half, choices["household_id"]]).mean()
    return shares[shares > 0].groupby(level=0).mean().reindex(HALVES)


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
