"""The indicators of the course: formula, unit, source, value and interval, on the sales in use."""

from __future__ import annotations

import numpy as np
import pandas as pd

from grc_helpers.errors import GrcError
from grc_helpers.loyalty import measures
from grc_helpers.loyalty.questions import mean_interval, share_interval
from grc_helpers.retention import silent_share
from grc_helpers.strategy import Z, objectives
from grc_helpers.style import money, number, percent

TOP = 0.01  # share of the customers that the winsorised mean brings down to the threshold
MONTH = 365.25 / 12
COLUMNS = ["indicator", "formula", "source", "unit", "value", "low", "high"]


def ratio_interval(top, bottom) -> tuple[float, float, float]:
    """Return ΣY ÷ ΣX over customers and its 95 % interval.

    The variance is Σ(Y − RX)² ÷ (ΣX)² (linearisation; Cochran, *Sampling Techniques*, 1977): the customer is the unit
    that might have been another, whatever the number of orders or messages that each one brings.

    Parameters
    ----------
    top, bottom : array-like
        One value a customer, same order.

    Raises
    ------
    GrcError
        Nothing to divide by.
    """
    top, bottom = np.asarray(top, dtype=float), np.asarray(bottom, dtype=float)
    if not bottom.sum() > 0:
        raise GrcError("Un taux se calcule sur une base positive.", where=f"total de la base : {bottom.sum():g}")
    ratio = top.sum() / bottom.sum()
    margin = Z * np.sqrt(((top - ratio * bottom) ** 2).sum()) / bottom.sum()
    return float(ratio), float(ratio - margin), float(ratio + margin)


def median_interval(values) -> tuple[float, float, float]:
    """Return a median and its 95 % interval: two ordered values, their ranks from the binomial law.

    With five values or fewer the interval is that of the smallest and the largest.
    """
    from scipy.stats import binom

    ordered = np.sort(np.asarray(values, dtype=float))
    low = max(int(binom.ppf(0.025, len(ordered), 0.5)) - 1, 0)
    return float(np.median(ordered)), float(ordered[low]), float(ordered[len(ordered) - 1 - low])


def winsorised(values, *, top: float = TOP) -> np.ndarray:
    """Return the values, those of the highest ``top`` share brought down to the threshold (Tukey 1962)."""
    values = np.asarray(values, dtype=float)
    return np.minimum(values, np.quantile(values, 1 - top))


def sales_indicators(data, base: pd.DataFrame, spend: pd.DataFrame, *, silence_days: int) -> pd.DataFrame:
    """Return the indicators that sales alone can give, over the last of three equal periods.

    Parameters
    ----------
    data : Dataset
        Transactions.
    base : DataFrame
        Customer table (``warehouse.customer_base``).
    spend : DataFrame
        customer_id, period (0, 1, 2), spend, n_orders (``warehouse.period_spend``).
    silence_days : int
        Days without a purchase after which a customer is called lost.

    Returns
    -------
    DataFrame, one row an indicator
        ``indicator``, ``formula``, ``source`` (French texts), ``unit`` (customers, money, share, orders, months),
        ``value``, ``low``, ``high`` (95 %; NaN for what is counted, not estimated).
    """
    reached = objectives(spend, dict.fromkeys(("spend", "orders", "basket", "attrition"), 0.0))
    ratios = {name: tuple(reached.loc[name, ["realised", "low", "high"]]) for name in reached.index}
    last = spend.loc[spend["period"] == 2, "spend"]
    loyal = loyal_customers(measures.yearly_table(data.table, start=data.observation_start, end=data.observation_end))
    who, when, how_much = (
        f"« {data.names.get(name, fallback)} »"
        for name, fallback in (("customer_id", "client"), ("date", "date"), ("amount_cents", "montant"))
    )
    paid = f"{who}, {how_much}"
    unseen = (np.nan, np.nan)
    rows = [
        ("Clients actifs", "clients qui ont acheté dans la période", who, "customers", len(last), *unseen),
        ("CA par client, moyenne", "CA ÷ clients actifs", paid, "money", *ratios["spend"]),
        ("CA par client, médiane", "la moitié dépense moins", paid, "money", *median_interval(last)),
        (
            "CA par client, moyenne écrêtée",
            "les 1 % plus gros ramenés au seuil",
            paid,
            "money",
            *mean_interval(winsorised(last)),
        ),
        ("Fréquence", "commandes ÷ clients actifs", f"{who}, {when}", "orders", *ratios["orders"]),
        ("Panier moyen", "CA ÷ commandes", how_much, "money", *ratios["basket"]),
        (
            "Durée observée",
            "dernier achat − premier achat",
            f"{who}, {when}",
            "months",
            *mean_interval(base["recency"] / MONTH),
        ),
        (
            "Attrition d'une période à l'autre",
            "acheteurs d'avant qui ne reviennent pas",
            f"{who}, {when}",
            "share",
            *ratios["attrition"],
        ),
        (
            f"Attrition au silence de {silence_days} jours",
            "clients silencieux ÷ clients connus",
            f"{who}, {when}",
            "share",
            *silent_share(base, days=silence_days),
        ),
        *loyal_rows(loyal, who, paid),
    ]
    return bounded(pd.DataFrame(rows, columns=COLUMNS))


def bounded(table: pd.DataFrame) -> pd.DataFrame:
    """Keep the intervals of shares between 0 and 1 (the linearised ones may pass them)."""
    share = table["unit"] == "share"
    bounds = table[["low", "high"]]
    return table.assign(**bounds.mask(share, bounds.clip(0, 1)))


def loyal_customers(year: pd.DataFrame) -> pd.DataFrame:
    """Return the buyers of the last 365 days: ``sales``, and ``loyal`` (two days or more of purchase)."""
    active = year[year["days"] > 0]
    return active.assign(loyal=active["days"] >= 2)[["sales", "loyal"]]


def loyal_rows(loyal: pd.DataFrame, who: str, paid: str) -> list[tuple]:
    """Return the three rows on loyal customers: how many, their share of customers, their share of sales."""
    flag, spent = loyal["loyal"], loyal["sales"]
    words = "deux jours d'achat ou plus en 365 jours"
    return [
        ("Clients fidèles", words, who, "customers", int(flag.sum()), np.nan, np.nan),
        ("Part de clients fidèles", "fidèles ÷ acheteurs de l'année", who, "share",
         *share_interval(flag.sum(), len(flag))),
        ("CA des fidèles", "CA des fidèles ÷ CA de l'année", paid, "share", *ratio_interval(spent * flag, spent)),
    ]  # fmt: skip


def in_words(table: pd.DataFrame, *, currency: str) -> pd.DataFrame:
    """Return the table of indicators as texts with French headings, each value in its unit, its interval behind."""
    write = {
        "customers": number,
        "money": lambda v: money(v, currency, 2),
        "share": percent,
        "orders": lambda v: number(v, 2),
        "months": lambda v: number(v, 1),
    }
    units = {"customers": "clients", "money": currency, "share": "part", "orders": "commandes", "months": "mois"}
    rows = []
    for row in table.itertuples():
        text = write[row.unit](row.value)
        if not np.isnan(row.low):
            text += f" [{write[row.unit](row.low)} ; {write[row.unit](row.high)}]"
        rows.append((row.indicator, row.formula, units[row.unit], row.source, text))
    return pd.DataFrame(rows, columns=["Indicateur", "Formule", "Unité", "Source", "Valeur et intervalle à 95 %"])


def drift_in_words(satisfied: pd.Series, waves: pd.Series) -> str:
    """Say how the share of satisfied respondents moves from the first wave to the last, with its 95 % interval.

    Parameters
    ----------
    satisfied : Series of bool
        One value a respondent who marked.
    waves : Series
        The wave of each.
    """
    groups = [part.astype(float) for _, part in satisfied.groupby(waves.reindex(satisfied.index))]
    if len(groups) < 2:
        return "Une seule vague : pas de dérive à lire."
    first, last = groups[0], groups[-1]
    move = 100 * (last.mean() - first.mean())
    reach = 100 * Z * np.sqrt(first.var() / len(first) + last.var() / len(last))
    read = "plus que le hasard" if abs(move) > reach else "le hasard peut le faire"
    return (
        f"De {waves.min()} à {waves.max()}, la part de satisfaits bouge de {number(move, 1)} points "
        f"[{number(move - reach, 1)} ; {number(move + reach, 1)}] : {read}."
    )


def spend_by_cohort(daily: pd.DataFrame, *, end, days: int = 91, least: int = 20) -> pd.DataFrame:
    """Return what new customers spend in their first days, by the quarter (or month) in which they came.

    Parameters
    ----------
    daily : DataFrame
        ``customer_id``, ``date``, ``amount`` (``campaigns.trials.daily_sales``).
    end : date
        Last day observed: customers seen less than ``days`` days are left out.
    days, least : int
        Days followed; customers under which a cohort is not shown.

    Returns
    -------
    DataFrame indexed by cohort (text, such as « 2024 T2 »; months when there are fewer than three quarters)
        ``customers``, ``mean``, ``low``, ``high`` (95 %, Student), ``median``.
    """
    first = daily.groupby("customer_id")["date"].min()
    first = first[(pd.Timestamp(end) - first).dt.days + 1 >= days]
    kept = daily[daily["customer_id"].isin(first.index)]
    age = (kept["date"] - kept["customer_id"].map(first)).dt.days
    spent = kept[age < days].groupby("customer_id")["amount"].sum().reindex(first.index)
    cohort = first.dt.to_period("Q")
    if cohort.nunique() >= 3:
        cohort = cohort.dt.year.astype(str) + " T" + cohort.dt.quarter.astype(str)
    else:
        cohort = first.dt.strftime("%Y-%m")
    rows = {
        name: [len(part), *mean_interval(part), part.median()]
        for name, part in spent.groupby(cohort)
        if len(part) >= least
    }
    names = ["customers", "mean", "low", "high", "median"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=names).rename_axis("cohort")
