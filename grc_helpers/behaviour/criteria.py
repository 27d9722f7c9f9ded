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
    aside : int
        Orders of zero or less, set apart.
    """

    table: pd.DataFrame
    orders: pd.DataFrame
    missions: occasions.Missions
    aside: int


def behaviour_of(
    purchases: orders.Purchases,
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
    start, end : date
        First and last day of observation; later lines are not read.
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
    found, aside = orders.orders_of(purchases, end=end)
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
    levels = usage.usage_levels(number, cuts=usage.tercile_cuts(number)).map({"petits": "petit", "moyens": "moyen", "gros": "gros"})
    table["Niveau"] = levels.reindex(table.index) + " acheteur"
    if "discounted" in found and found["discounted"].nunique() > 1:
        table["Remises"] = thirds(groups["discounted"].mean(), ("peu de remises", "remises", "beaucoup de remises"))
    return Behaviour(table.rename_axis("customer_id"), found, missions, aside)


def thirds(values: pd.Series, names: tuple[str, str, str]) -> pd.Series:
    """Cut values into three groups of nearly equal size; equal values stay together."""
    low, high = values.quantile([1 / 3, 2 / 3])
    return pd.Series(np.select([values <= low, values <= high], names[:2], names[2]), values.index)
