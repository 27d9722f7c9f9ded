"""Objectives with a figure: where one starts, what one aims at, what came, and whether the data can tell the gap."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

import numpy as np
import pandas as pd

from grc_helpers.errors import GrcError
from grc_helpers.style import interval, money, number, percent

# Each indicator is a sum divided by a sum: (numerator, denominator).
INDICATORS = {
    "spend": ("spend", "buyers"),
    "orders": ("orders", "buyers"),
    "basket": ("spend", "orders"),
    "attrition": ("lost", "before"),
}
NAMES = {
    "spend": "Dépense par client",
    "orders": "Commandes par client",
    "basket": "Panier moyen",
    "attrition": "Attrition (clients de la période d'avant qui ne reviennent pas)",
}
REACHED, MISSED, UNSURE = "atteint", "manqué", "trop juste pour le dire"
LONGEST = 365
Z = 1.959964


def three_periods(start: date, end: date) -> list[date]:
    """Cut the end of an observation into three equal periods, of a year at most.

    Parameters
    ----------
    start, end : date
        First and last day observed.

    Returns
    -------
    list of 4 dates
        First day of each period, then the first day that is no longer counted.

    Raises
    ------
    GrcError
        Fewer than 30 days.
    """
    days = (end - start).days + 1
    if days < 30:
        raise GrcError(
            "Il faut au moins 30 jours d'observation pour trois périodes.",
            where=f"du {start:%d/%m/%Y} au {end:%d/%m/%Y} : {days} jours",
            todo="donnez un fichier plus long",
        )
    length = min(LONGEST, days // 3)
    last = end + timedelta(days=1)
    return [last - timedelta(days=length * k) for k in (3, 2, 1, 0)]


def objectives(spend: pd.DataFrame, targets: Mapping[str, float]) -> pd.DataFrame:
    """Compare what was reached to targets that were set from the period before.

    Parameters
    ----------
    spend : DataFrame
        One row a customer and period (0, 1, 2) with purchases: customer_id, period, spend, n_orders
        (``warehouse.period_spend``). Period 1 is where one starts, period 2 what came;
        period 0 tells who could be lost.
    targets : mapping of str to float
        Change aimed at: relative for spend, orders and basket (0.05 is +5 %), in points for attrition (-0.02).

    Returns
    -------
    DataFrame
        Index: indicator. baseline, target, realised, low, high (95 %), gap (realised − target), outcome.

    Raises
    ------
    GrcError
        Unknown indicator, or a period without a buyer.

    Notes
    -----
    An indicator is a ratio of sums R = ΣY/ΣX over customers. Its variance is Σ(Y − RX)² / (ΣX)² (linearisation;
    Cochran, Sampling Techniques, 1977): what other customers, like these, might have given.
    The target, once set, is a number.
    """
    if unknown := [name for name in targets if name not in INDICATORS]:
        raise GrcError(f"« {unknown[0]} » n'est pas un indicateur.", todo=f"choisissez parmi : {', '.join(INDICATORS)}")
    before, after = (_sums(spend, period) for period in (1, 2))
    rows = {}
    for name, change in targets.items():
        start, *_ = _ratio(before, name)
        realised, low, high = _ratio(after, name)
        target = max(0.0, start + change) if name == "attrition" else start * (1 + change)
        rows[name] = [start, target, realised, low, high, realised - target, _outcome(name, low, high, target)]
    columns = ["baseline", "target", "realised", "low", "high", "gap", "outcome"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns)


def half_intervals(table: pd.DataFrame) -> pd.Series:
    """Return half of each interval, relative to what was realised (in points for attrition): the margin of error."""
    half = (table["high"] - table["low"]) / 2
    return half.where(table.index == "attrition", half / table["realised"])


def objectives_in_words(table: pd.DataFrame, *, currency: str) -> pd.DataFrame:
    """Return the table of objectives as texts, each in its unit, with French headings."""
    rows = []
    for name, row in table.iterrows():
        write = _writer(str(name), currency)
        gap = (
            number(100 * row["gap"], 1, "points" if abs(100 * row["gap"]) >= 2 else "point")
            if name == "attrition"
            else write(row["gap"])
        )
        values = [
            NAMES[str(name)],
            write(row["baseline"]),
            write(row["target"]),
            _between(str(name), row, currency),
            gap,
        ]
        rows.append([*values, row["outcome"]])
    columns = ["Objectif", "Départ", "Cible", "Réalisé, intervalle à 95 %", "Écart à la cible", "Lecture"]
    return pd.DataFrame(rows, columns=columns)


def realised_in_words(table: pd.DataFrame, *, currency: str, title: str) -> dict[str, str]:
    """Return what each indicator came to, with its interval and the name of the data, as texts for fact sheets."""
    return {str(name): f"« {title} » : {_between(str(name), row, currency)}" for name, row in table.iterrows()}


def _between(name: str, row: pd.Series, currency: str) -> str:
    """Write a realised value and its interval, in its unit."""
    if name == "attrition":
        return f"{percent(row['realised'])} {interval(row['low'], row['high'])}"
    write = _writer(name, currency)
    return f"{write(row['realised'])} [{write(row['low'])} ; {write(row['high'])}]"


def _writer(name: str, currency: str):
    if name == "attrition":
        return percent
    return (lambda v: number(v, 2)) if name == "orders" else (lambda v: money(v, currency, 2))


def _sums(spend: pd.DataFrame, period: int) -> pd.DataFrame:
    """Return one row a customer seen in the period or the one before: what each indicator adds up."""
    now = spend[spend["period"] == period].set_index("customer_id")
    earlier = pd.Index(spend.loc[spend["period"] == period - 1, "customer_id"])
    if now.empty or earlier.empty:
        raise GrcError(
            "Un objectif demande trois périodes avec des ventes.",
            where=f"période {period if now.empty else period - 1} : aucun acheteur",
            todo="donnez un fichier qui couvre trois périodes",
        )
    wide = now[["spend", "n_orders"]].rename(columns={"n_orders": "orders"})
    wide = wide.reindex(wide.index.union(earlier), fill_value=0)
    there, was = wide.index.isin(now.index), wide.index.isin(earlier)
    return wide.assign(buyers=there.astype(float), before=was.astype(float), lost=(was & ~there).astype(float))


def _ratio(sums: pd.DataFrame, name: str) -> tuple[float, float, float]:
    """Return a ratio of sums over customers and its 95 % interval."""
    top, bottom = (sums[column].astype(float) for column in INDICATORS[name])
    ratio = top.sum() / bottom.sum()
    margin = Z * float(np.sqrt(((top - ratio * bottom) ** 2).sum())) / bottom.sum()
    low, high = ratio - margin, ratio + margin
    if name == "attrition":
        low, high = max(0.0, low), min(1.0, high)
    return float(ratio), float(low), float(high)


def _outcome(name: str, low: float, high: float, target: float) -> str:
    """Say whether the whole interval is on the right side of the target, on the wrong one, or astride."""
    good, bad = (high <= target, low > target) if name == "attrition" else (low >= target, high < target)
    return REACHED if good else MISSED if bad else UNSURE
