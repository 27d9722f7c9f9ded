"""Each customer on a day: value to come, chance of being still there, and the segment that a plan acts upon."""

from __future__ import annotations

import numpy as np
import pandas as pd

from grc_helpers.clv import choice
from grc_helpers.clv.holdout import without_spend
from grc_helpers.data.warehouse import collect, customer_base, period_spend
from grc_helpers.errors import GrcError

NEW, BEST, MIDDLE, SMALL, ASLEEP, GONE = "Nouveaux", "Bons", "Standards", "Petits", "Endormis", "Perdus"
ORDER = (NEW, BEST, MIDDLE, SMALL, ASLEEP, GONE)
WITH = ", avec compte"
NEW_DAYS = 31
FEWEST = 20


def portrait(transactions, *, day, margin_rate: float, discount_rate: float = 0.10) -> pd.DataFrame:
    """Return what a firm knows on a day of each customer who bought before it.

    Parameters
    ----------
    transactions : ibis.Table
        Canonical transactions.
    day : date-like
        Nothing of that day or later is read.
    margin_rate : float
        Share of the sales that is kept.
    discount_rate : float
        Annual.

    Returns
    -------
    DataFrame, indexed by customer_id
        ``spent`` (sales of the last 365 days), ``days_since_last``, ``age`` (days since the first purchase),
        ``p_alive`` (by the first model of purchases that the data allow), ``value`` (margin of the next twelve months,
        discounted). Without a model, ``value`` is the margin of the last 365 days and ``p_alive`` is 1 for who bought
        in the last 182 days, else 0; ``attrs["model"]`` says which.

    Raises
    ------
    GrcError
        Fewer than twenty customers.
    """
    last = (pd.Timestamp(day) - pd.Timedelta(days=1)).date()
    base = collect(customer_base(transactions, observation_end=last, unit="week"))
    if len(base) < FEWEST:
        raise GrcError(
            f"Un plan par segment demande au moins {FEWEST} clients.",
            where=f"{len(base)} clients ont acheté avant le {pd.Timestamp(day):%d/%m/%Y}",
            todo="donnez un fichier plus complet ; à cette taille, décidez client par client",
        )
    base, _ = without_spend(base)
    base = base.set_index("customer_id").sort_index()
    first = (pd.Timestamp(day) - pd.Timedelta(days=365)).date()
    spent = collect(period_spend(transactions, cuts=[first, pd.Timestamp(day).date()])).set_index("customer_id")
    found = pd.DataFrame(
        {
            "spent": spent["spend"].reindex(base.index).fillna(0.0),
            "days_since_last": base["days_since_last"],
            "age": 7 * base["T"],
        }
    )
    try:
        model = choice.fit(base)
    except GrcError:  # nobody came back: no spend to model
        model = None
    if model is None or model.purchases is None:
        found["p_alive"] = (found["days_since_last"] <= 182).astype(float)
        found["value"] = margin_rate * found["spent"].clip(lower=0)
    else:
        terms = {"annual_rate": discount_rate, "years": 1, "unit": "week", "margin": margin_rate}
        found["p_alive"] = model.purchases.p_alive(base)
        found["value"] = choice.residual_value(model.purchases, model.spend, base, **terms)
    found.attrs["model"] = (model and model.name) or "achats des douze derniers mois"
    return found


def value_bounds(people: pd.DataFrame, *, shares=(0.05, 0.15)) -> tuple[float, float]:
    """Return the values to come from which a customer is « Standard », then « Bon » (shares: Bons, Standards)."""
    best, middle = np.quantile(people["value"], [1 - shares[0], 1 - sum(shares)])
    return float(middle), float(best)


def segments(people: pd.DataFrame, *, bounds: tuple[float, float], web: pd.Index | None = None) -> pd.Series:
    """Name each customer's segment: by value to come, then by the chance of being still there.

    First purchase in the last 31 days: « Nouveaux ». Else, above the bounds: « Bons », « Standards ». Else « Petits »
    (more likely there than not), « Endormis » (one chance in ten to one in two), « Perdus ». With ``web`` (customers
    who have an account on the site that day), all but the first say whether the customer has one.
    """
    middle, best = bounds
    rules = [people["age"] < NEW_DAYS, people["value"] >= best, people["value"] >= middle, people["p_alive"] >= 0.5]
    names = np.select([*rules, people["p_alive"] >= 0.1], [NEW, BEST, MIDDLE, SMALL, ASLEEP], GONE)
    found = pd.Series(names, people.index, name="segment", dtype=object)
    if web is not None:
        found[people.index.isin(web) & (found != NEW)] += WITH
    return found


def in_order(names) -> list[str]:
    """Return segments in the order of the course, best first, those without an account before those with one."""
    return sorted(set(names), key=lambda name: (ORDER.index(name.split(",")[0]), "," in name))
