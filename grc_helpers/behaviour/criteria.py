"""The five criteria of the course, customer by customer, as far as a file of purchases shows them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from grc_helpers.behaviour import loyalty, occasions, orders, status, usage
from grc_helpers.errors import GrcError


@dataclass(frozen=True)
class Behaviour:
    """What customers did up to a day.

    Attributes
    ----------
    table : DataFrame indexed by customer_id
        Categorical criteria: Occasion, Statut, Niveau, and if the file shows them Remises, Fidélité.
    orders : DataFrame
        From :func:`orders.orders_of`, with mission and mission_name.
    missions : Missions
    states : DataFrame
        User status in each window (:func:`status.user_states`).
    """

    table: pd.DataFrame
    orders: pd.DataFrame
    missions: occasions.Missions
    states: pd.DataFrame


def behaviour_of(
    purchases: orders.Purchases,
    found: pd.DataFrame,
    *,
    start: date,
    end: date,
    category: str | None,
    n_missions: int,
    seed: int,
    names: dict[int, str] | None = None,
    windows: int = 4,
) -> Behaviour:
    """Build the customers' criteria from what was known on the evening of ``end``.

    Parameters
    ----------
    purchases : Purchases
    found : DataFrame
        From :func:`orders.orders_of`.
    start, end : date
        First and last day of observation; what comes later is not read.
    category : str or None
        Whose user status is told; None: the whole offer.
    n_missions : int
    seed : int
    names : dict of int to str, optional
        Names that replace those of the missions.

    Raises
    ------
    GrcError
        Too few orders for missions.
    """
    found = found[pd.to_datetime(found["date"]) <= pd.Timestamp(end)]
    if found.empty:
        raise GrcError("Aucune commande d'un montant positif.", todo="vérifiez la colonne des montants")
    missions = occasions.Missions(n_missions, seed).fit(found)
    missions.names_ = missions.names_ | (names or {})
    found = found.assign(mission=missions.labels_, mission_name=missions.labels_.map(missions.names_))
    table = pd.DataFrame({"Occasion": occasions.dominant_mission(found, found["mission_name"])})
    cuts = status.equal_windows(start, end, windows)
    states = status.user_states(status.window_purchases(purchases.lines, cuts=cuts, category=category), windows=windows)
    table["Statut"] = states[windows - 1].reindex(table.index)
    groups = found.groupby("customer_id")
    if "place" in found and found["place"].nunique() > 1:
        counts = loyalty.brand_counts(found, customer="customer_id", brand="place")
        table["Fidélité"] = loyalty.loyalty_status(counts)["status"].reindex(table.index)
    number = groups.size()
    levels = usage.usage_levels(number, cuts=usage.tercile_cuts(number)).map(
        {"petits": "petit", "moyens": "moyen", "gros": "gros"}
    )
    table["Niveau"] = levels.reindex(table.index) + " acheteur"
    if "discounted" in found and found["discounted"].nunique() > 1:
        table["Remises"] = thirds(
            groups["discounted"].mean(), ("peu de remises", "remises moyennes", "beaucoup de remises")
        )
    return Behaviour(table.rename_axis("customer_id"), found, missions, states)


def criteria_of(data, *, n_missions: int, seed: int) -> pd.DataFrame:
    """Return the table of :func:`behaviour_of` of a data set of transactions, over all its observation."""
    purchases = orders.purchases_of(data)
    found, _ = orders.orders_of(purchases)
    days = {"start": data.observation_start, "end": data.observation_end}
    category = orders.followed_category(purchases, "")
    return behaviour_of(purchases, found, **days, category=category, n_missions=n_missions, seed=seed).table


def thirds(values: pd.Series, names: tuple[str, str, str]) -> pd.Series:
    """Cut values into three groups of nearly equal size; equal values stay together."""
    low, high = values.quantile([1 / 3, 2 / 3])
    return pd.Series(np.select([values <= low, values <= high], names[:2], names[2]), values.index)


def thirds_of_time(found: pd.DataFrame, *, start: date, end: date) -> tuple[pd.Series, pd.Series]:
    """Count orders in the second and last thirds of the observation, for the customers met in the first.

    All were customers before the count starts, so that those who order nothing in a third are seen too.

    Returns
    -------
    first, second : Series of int indexed by customer_id
    """
    length = (end - start) / 3
    days = pd.to_datetime(found["date"])
    third = (days > pd.Timestamp(start + length)).astype(int) + (days > pd.Timestamp(start + 2 * length)).astype(int)
    counts = pd.crosstab(found["customer_id"], third).reindex(columns=range(3), fill_value=0)
    known = counts[counts[0] > 0]
    return known[1], known[2]


def require_enough(chapter, found: pd.DataFrame, *, start: date, end: date) -> None:
    """Stop when the purchases cannot feed the chapter: 40 customers, 100 orders and eight weeks at least."""
    customers, days = found["customer_id"].nunique(), (end - start).days + 1
    missing = (
        f"40 clients, 100 commandes et 56 jours (il y a {customers} clients, {len(found)} commandes, {days} jours)"
    )
    chapter.require(customers >= 40 and len(found) >= 100 and days >= 56, missing=missing)
