"""The arithmetic of a loyalty card: points, breakage, effective discount, liability, and who holds it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from grc_helpers.errors import GrcError


def monthly_amounts(daily: pd.DataFrame) -> pd.DataFrame:
    """Return what each customer (row) spends each calendar month (column, all of them); a negative month counts 0.

    Parameters
    ----------
    daily : DataFrame
        ``customer_id``, ``date``, ``amount`` (currency units).
    """
    months = daily["date"].dt.to_period("M")
    every = pd.period_range(months.min(), months.max(), freq="M")
    wide = daily.groupby(["customer_id", months])["amount"].sum().astype(float).unstack(fill_value=0.0)
    return wide.reindex(columns=every, fill_value=0.0).clip(lower=0)


def run_card(
    monthly: pd.DataFrame, *, points_per_unit: float, threshold: int, months: int
) -> dict[str, np.ndarray | float]:
    """Run a points card on past purchases, as if every customer held it and used each voucher at once.

    Points are earned in the month of the purchase. At the first purchase of a later month, every full voucher is used,
    oldest points first. Points not used ``months`` months after the month of their purchase are lost.

    Parameters
    ----------
    monthly : DataFrame
        What :func:`monthly_amounts` returns.
    points_per_unit : float
        Points for a unit of currency spent in the month (the fraction is dropped).
    threshold : int
        Points of a voucher.
    months : int
        How long a point lives.

    Returns
    -------
    dict
        ``earned``, ``used``, ``expired``, ``left``: points in all; ``settled``: points old enough to have been used or
        lost; ``first``: month (from 0: that of the customer's first purchase) of each customer's first voucher, NaN
        without one.
    """
    if threshold <= 0 or points_per_unit <= 0 or months < 1:
        raise GrcError(
            "Un barème de points a des nombres positifs.",
            where=f"{points_per_unit} point par unité, bon à {threshold} points, vie de {months} mois",
            todo="donnez des nombres positifs, et une durée d'un mois au moins",
        )
    lots = np.floor(monthly.to_numpy() * points_per_unit + 1e-9)
    start = np.argmax(lots > 0, axis=1)
    left = np.zeros_like(lots)
    used = expired = 0.0
    first = np.full(len(lots), np.nan)
    for month in range(lots.shape[1]):
        if month > months:
            expired += left[:, month - months - 1].sum()
            left[:, month - months - 1] = 0
        held = left.sum(axis=1)
        spends = np.where(lots[:, month] > 0, held // threshold * threshold, 0.0)
        before = np.cumsum(left, axis=1) - left
        left -= np.clip(spends[:, None] - before, 0, left)
        used += spends.sum()
        first = np.where((spends > 0) & np.isnan(first), month - start, first)
        left[:, month] = lots[:, month]
    settled = lots[:, : max(lots.shape[1] - 1 - months, 0)].sum()
    return {
        "earned": lots.sum(), "used": used, "expired": expired, "left": left.sum(), "settled": settled, "first": first
    }  # fmt: skip


def card_terms(monthly: pd.DataFrame, *, reward: float, margin_rate: float, **rules) -> dict[str, float]:
    """Return what a card would have cost and given on past purchases.

    Parameters
    ----------
    monthly : DataFrame
        What :func:`monthly_amounts` returns.
    reward : float
        Worth of a voucher.
    margin_rate : float
        Gross margin on sales.
    **rules
        Those of :func:`run_card`.

    Returns
    -------
    dict
        ``face_discount``: worth of a point × points for a unit of currency; ``discount``: worth of the points used, a
        share of sales; ``breakage``: share of the points old enough to be used or lost that were lost (NaN if none is:
        counting all points gone would leave out those that will be lost later); ``reached``: share of the customers who
        get a voucher; ``first_month``: median month of the first voucher of those who get one; ``cost``: worth of the
        vouchers used; ``needed_lift``: rise of sales that repays the card, ``d / (m − d)`` with the discount d and the
        margin m (infinite when d ≥ m: no rise repays it).
    """
    run = run_card(monthly, **rules)
    worth, sales = reward / rules["threshold"], monthly.to_numpy().sum()
    discount = run["used"] * worth / sales
    return {
        "face_discount": rules["points_per_unit"] * worth,
        "discount": discount,
        "breakage": run["expired"] / run["settled"] if run["settled"] else float("nan"),
        "reached": float(np.mean(~np.isnan(run["first"]))),
        "first_month": float(np.nanmedian(run["first"])) if np.isfinite(run["first"]).any() else float("nan"),
        "cost": run["used"] * worth,
        "needed_lift": discount / (margin_rate - discount) if discount < margin_rate else float("inf"),
    }


def threshold_table(monthly: pd.DataFrame, thresholds, *, reward_rate: float, **options) -> pd.DataFrame:
    """Return the terms of the card for several thresholds, the worth of a point (``reward_rate``) held fixed."""
    rows = {t: card_terms(monthly, reward=reward_rate * t, threshold=int(t), **options) for t in thresholds}
    return pd.DataFrame(rows).T.rename_axis("threshold")


def ledger_summary(ledger: pd.DataFrame, *, threshold: int, reward: float, months: int) -> dict[str, float]:
    """Sum up a ledger of points.

    Parameters
    ----------
    ledger : DataFrame
        ``date``, ``event`` (« gagnés », « utilisés », « expirés »), ``points`` (negative when they go).
    threshold, reward : int, float
        Points and worth of a voucher.
    months : int
        How long a point lives: those of a month expire with the first day of the month so many months later.

    Returns
    -------
    dict
        ``earned``, ``used``, ``expired``, ``outstanding`` (points), ``breakage`` (share lost of the points earned so
        long ago that none is left; NaN if none is so old), ``cost`` (worth of the points used).
    """
    sums = ledger.groupby("event")["points"].sum().abs()
    earned, used, expired = (float(sums.get(name, 0)) for name in ("gagnés", "utilisés", "expirés"))
    month = pd.to_datetime(ledger["date"]).dt.to_period("M")
    old = float(ledger.loc[ledger["event"].eq("gagnés") & (month <= month.max() - months), "points"].sum())
    return {
        "earned": earned, "used": used, "expired": expired, "outstanding": earned - used - expired,
        "breakage": expired / old if old else float("nan"), "cost": used * reward / threshold,
    }  # fmt: skip


def card_debt(sales: float, points: dict[str, float], *, point_value: float) -> tuple[float, float]:
    """Return the part of sales made with a card that pays for its points, and what of it is still owed.

    Parameters
    ----------
    sales : float
        Sales made with the card.
    points : dict
        What :func:`ledger_summary` returns.
    """
    use = 1 - points["breakage"]
    promised = allocate_price(sales, points["earned"], point_value=point_value, use_share=use)[1]
    return promised, deferred_revenue(promised, used=points["used"], expected=points["earned"] * use)[1]


def allocate_price(sales: float, points: float, *, point_value: float, use_share: float) -> tuple[float, float]:
    """Share the price received between goods and points, by their stand-alone prices (IFRS 15, B39 to B43).

    Returns
    -------
    (goods, points) : floats
        ``S × S / (S + P)`` and ``S × P / (S + P)``, where P is the worth of the points that will be used.
    """
    worth = points * point_value * use_share
    return sales * sales / (sales + worth), sales * worth / (sales + worth)


def deferred_revenue(allocated: float, *, used: float, expected: float) -> tuple[float, float]:
    """Return the revenue recognised on points so far, and what stays on the balance sheet.

    Parameters
    ----------
    allocated : float
        Part of the price given to the points by :func:`allocate_price`.
    used, expected : float
        Points used so far, and in all as one expects them now.
    """
    if not 0 <= used <= expected or expected <= 0:
        raise GrcError(
            "Les points utilisés dépassent ceux que l'on s'attend à voir utilisés.",
            where=f"{used:g} utilisés, {expected:g} attendus",
            todo="révisez la part de points que vous attendez",
        )
    earned = allocated * used / expected
    return earned, allocated - earned


def holders(customers: pd.DataFrame, sales: pd.DataFrame, ledger: pd.DataFrame, *, since) -> dict[str, float]:
    """Return the share of active customers who hold the card, and the share of sales made with it, since a day.

    Parameters
    ----------
    customers : DataFrame
        ``customer_id``, ``card_from`` (day, or nothing).
    sales : DataFrame
        ``order_id``, ``customer_id``, ``date``, ``amount``.
    ledger : DataFrame
        ``order_id`` of the orders that earned points.
    """
    recent = sales[sales["date"] >= pd.Timestamp(since)]
    active = recent["customer_id"].unique()
    held = customers.set_index("customer_id")["card_from"].notna().reindex(active, fill_value=False)
    carded = recent["order_id"].isin(ledger["order_id"].dropna())
    return {
        "customers": len(active), "held": float(held.mean()), "orders": float(carded.mean()),
        "sales": float(recent.loc[carded, "amount"].sum() / recent["amount"].sum()),
    }  # fmt: skip


def holders_against_others(customers: pd.DataFrame, sales: pd.DataFrame, *, since, until) -> pd.DataFrame:
    """Return orders and sales of those who held the card on a day and of the others, from that day to another.

    Returns
    -------
    DataFrame, rows « porteurs » and « autres »
        ``customers``, ``orders`` and ``amount`` (means per customer), over ``since ≤ date < until``; only customers
        acquired before ``since`` count. Attribute ``members``: the group of each customer.
    """
    since, until = pd.Timestamp(since), pd.Timestamp(until)
    known = customers[pd.to_datetime(customers["acquired"]) < since].set_index("customer_id")
    group = pd.Series(np.where(pd.to_datetime(known["card_from"]) < since, "porteurs", "autres"), known.index)
    kept = sales[(sales["date"] >= since) & (sales["date"] < until)]
    bought = kept.groupby("customer_id")["amount"].agg(orders="size", amount="sum").reindex(known.index).fillna(0)
    table = bought.groupby(group).mean().reindex(["porteurs", "autres"])
    table.insert(0, "customers", group.value_counts())
    table.attrs["members"] = group
    return table.rename_axis("group")


def orders_without_card(truth: pd.DataFrame, members: pd.Series, *, since, until) -> pd.Series:
    """Return the orders that each group would have made without the card: true weekly rate × weeks as a customer.

    Parameters
    ----------
    truth : DataFrame
        ``customer_id``, ``rate`` (orders a week, without the card), ``lifetime_end`` (day, or nothing).
    members : Series, by customer
        Attribute ``members`` of :func:`holders_against_others`.
    """
    known, since, until = truth.set_index("customer_id").loc[members.index], pd.Timestamp(since), pd.Timestamp(until)
    end = pd.to_datetime(known["lifetime_end"]).fillna(until).clip(since, until)
    return (known["rate"] * (end - since).dt.days / 7).groupby(members).mean()


def voucher_discount(ledger: pd.DataFrame, groups: pd.DataFrame, *, since, until, point_value: float) -> float:
    """Return the worth of the vouchers that holders used, a share of their sales (``groups``: see above)."""
    members = groups.attrs["members"]
    dates, theirs = pd.to_datetime(ledger["date"]), ledger["customer_id"].isin(members.index[members == "porteurs"])
    kept = theirs & (ledger["event"] == "utilisés") & (dates >= pd.Timestamp(since)) & (dates < pd.Timestamp(until))
    sales = groups.loc["porteurs", "customers"] * groups.loc["porteurs", "amount"]
    return float(-ledger.loc[kept, "points"].sum() * point_value / sales)


def two_returns(groups: pd.DataFrame, *, effect: float, discount: float, margin_rate: float) -> pd.DataFrame:
    """Return what a card seems to earn a holder and year against the others, and what it earns in truth.

    Parameters
    ----------
    groups : DataFrame
        What :func:`holders_against_others` returns.
    effect : float
        Rise of purchases that the card really causes.
    discount : float
        Worth of the vouchers used, a share of holders' sales.

    Returns
    -------
    DataFrame, one row a reading
        ``credited`` (margin), ``cost``, ``roi`` (what is left for a unit of cost).
    """
    spent, others = groups["amount"]
    margins = [margin_rate * (spent - others), margin_rate * spent * effect / (1 + effect)]
    table = pd.DataFrame({"credited": margins, "cost": discount * spent})
    table["roi"] = table["credited"] / table["cost"] - 1
    return table.set_axis(["Porteurs moins autres", "Vrai effet de la carte"]).rename_axis("reading")
