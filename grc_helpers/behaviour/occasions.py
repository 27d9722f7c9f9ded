"""Occasions of purchase: what for, when, how much; orders gathered into missions."""

from __future__ import annotations

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator

from grc_helpers.errors import GrcError

WEEK = ("lun.", "mar.", "mer.", "jeu.", "ven.", "sam.", "dim.")
SAMPLE = 6_000  # orders that k-means learns from; all are then assigned


def order_traits(orders: pd.DataFrame) -> pd.DataFrame:
    """Return what distinguishes orders: the logarithms of amount and lines, the hour if known, the week-end.

    Parameters
    ----------
    orders : DataFrame
        date, amount (> 0), lines, and hour if known (a missing hour counts as the median one).

    Returns
    -------
    DataFrame
        One column a trait that varies (a constant one tells nothing), aligned on ``orders``.
    """
    traits = pd.DataFrame({"amount": np.log(orders["amount"]), "lines": np.log(orders["lines"].clip(lower=1))})
    traits["weekend"] = (pd.to_datetime(orders["date"]).dt.day_of_week >= 5).astype(float)
    if "hour" in orders and orders["hour"].notna().any():
        hour = orders["hour"].astype(float)
        traits["hour"] = hour.fillna(hour.median())
    return traits.loc[:, traits.std(ddof=0) > 1e-9]


class Missions(BaseEstimator):
    """Orders gathered into missions by k-means on standardised traits (MacQueen 1967).

    Parameters
    ----------
    n_missions : int
    seed : int
        For the sample and the starting points.

    Attributes
    ----------
    labels_ : Series of int
        Mission of each order, 1 (largest median amount) to n.
    names_ : dict of int to str
        A French name for each, from its traits; the reader may change them.
    """

    def __init__(self, n_missions: int = 5, seed: int = 0):
        self.n_missions, self.seed = n_missions, seed

    def fit(self, orders: pd.DataFrame, y=None):
        """Learn the missions of orders (see :func:`order_traits`)."""
        from sklearn.cluster import KMeans
        from sklearn.pipeline import make_pipeline
        from sklearn.preprocessing import StandardScaler
        from threadpoolctl import threadpool_limits

        traits = order_traits(orders)
        if len(traits) < 10 * self.n_missions or traits.shape[1] == 0:
            raise GrcError(
                "Trop peu de commandes pour y chercher des missions d'achat.",
                where=f"{len(traits)} commandes, {traits.shape[1]} traits qui varient",
                todo=f"il en faut au moins {10 * self.n_missions}, ou moins de missions",
            )
        sample = traits.sample(min(SAMPLE, len(traits)), random_state=self.seed)
        kmeans = KMeans(self.n_missions, n_init=3, random_state=self.seed)
        with threadpool_limits(limits=1):  # sums in one order: the same missions at each run
            self.traits_, self.model_ = list(traits), make_pipeline(StandardScaler(), kmeans).fit(sample)
        raw = pd.Series(self.model_.predict(traits), index=orders.index)
        rank = orders["amount"].groupby(raw).median().sort_values(ascending=False).index
        self.order_ = {cluster: place + 1 for place, cluster in enumerate(rank)}
        self.labels_ = raw.map(self.order_)
        self.names_ = mission_names(orders, self.labels_)
        return self

    def predict(self, orders: pd.DataFrame) -> pd.Series:
        """Return the mission of other orders."""
        traits = order_traits(orders).reindex(columns=self.traits_, fill_value=0.0)
        return pd.Series(self.model_.predict(traits), index=orders.index).map(self.order_)


def mission_profile(orders: pd.DataFrame, labels: pd.Series) -> pd.DataFrame:
    """Return one row a mission: orders, shares, median amount and lines, usual hour, share at the week-end."""
    weekend = pd.to_datetime(orders["date"]).dt.day_of_week >= 5
    groups = orders.assign(weekend=weekend).groupby(labels)
    profile = groups.agg(
        orders=("amount", "size"),
        sales=("amount", "sum"),
        median_basket=("amount", "median"),
        lines=("lines", "median"),
        weekend=("weekend", "mean"),
    )
    profile.insert(1, "order_share", profile["orders"] / len(orders))
    profile.insert(2, "sales_share", profile.pop("sales") / orders["amount"].sum())
    if "hour" in orders and orders["hour"].notna().any():
        profile["hour"] = groups["hour"].median()
    return profile


def mission_names(orders: pd.DataFrame, labels: pd.Series) -> dict[int, str]:
    """Name missions by basket, days and time of day, each told only where it stands out."""
    profile, usual = mission_profile(orders, labels), orders["amount"].median()
    names: dict[int, str] = {}
    for mission, row in profile.iterrows():
        ratio = row["median_basket"] / usual
        name = "Gros panier" if ratio >= 1.75 else "Petit panier" if ratio <= 0.6 else "Panier moyen"
        name += ", week-end" if row["weekend"] >= 0.6 else ", semaine" if row["weekend"] <= 0.1 else ""
        if "hour" in row and pd.notna(row["hour"]) and profile["hour"].max() - profile["hour"].min() >= 2:
            cut = np.searchsorted([11, 14, 18], row["hour"], side="right")
            name += ", " + ("matin", "midi", "après-midi", "soir")[cut]
        if name in names.values():
            name += f", {row['lines']:.0f} ligne" + "s" * int(row["lines"] >= 2)
        twins = sum(other == name or other.startswith(f"{name} (") for other in names.values())
        names[int(mission)] = f"{name} ({twins + 1})" if twins else name
    return names


def hour_by_day(orders: pd.DataFrame) -> pd.DataFrame:
    """Return the share of orders by hour (rows) and day of the week (columns); without hours, by month and day."""
    days = pd.to_datetime(orders["date"])
    rows = orders["hour"] if "hour" in orders and orders["hour"].notna().any() else days.dt.month
    table = pd.crosstab(rows.rename("row"), days.dt.day_of_week) / len(orders)
    table = table.reindex(columns=range(7), fill_value=0.0)
    return table.set_axis(WEEK, axis=1).set_axis(table.index.astype(int), axis=0)


RESTAURANT = {  # S2's example: hour, days (0: Monday), covers, price a cover; what a till would see of each
    "12/13": (12.4, (0, 1, 2, 3, 4), (1, 2), 17.0),
    "déjeuner d'affaires": (13.0, (0, 1, 2, 3, 4), (2, 4), 34.0),
    "dîner intime": (20.2, (3, 4, 5), (2, 2), 38.0),
    "déjeuner familial du dimanche": (12.8, (6,), (3, 7), 24.0),
}


def simulate_restaurant(*, orders: int = 800, seed: int) -> pd.DataFrame:
    """Simulate the bills of a restaurant whose four occasions are known.

    Returns
    -------
    DataFrame
        date, hour, amount (EUR), lines (dishes), truth (one of `RESTAURANT`).
    """
    rng = np.random.default_rng(seed)
    truth = rng.choice(list(RESTAURANT), orders, p=[0.4, 0.2, 0.25, 0.15])
    monday, rows = pd.Timestamp("2024-01-01"), []
    for occasion in truth:
        hour, days, (few, many), price = RESTAURANT[occasion]
        covers = rng.integers(few, many + 1)
        day = monday + pd.Timedelta(days=int(7 * rng.integers(52) + rng.choice(days)))
        dishes = covers + rng.binomial(2 * covers, 0.4)
        rows.append((day, int(np.clip(rng.normal(hour, 0.9), 11, 22)), covers * price * rng.lognormal(0, 0.3), dishes))
    return pd.DataFrame(rows, columns=["date", "hour", "amount", "lines"]).assign(truth=truth)


def dominant_mission(orders: pd.DataFrame, names: pd.Series, *, threshold: float = 0.4) -> pd.Series:
    """Return each customer's main mission, « Occasions variées » where none makes the threshold of the orders."""
    counts = orders.groupby(["customer_id", names]).size().unstack(fill_value=0)
    shares = counts.div(counts.sum(axis=1), axis=0)
    return shares.idxmax(axis=1).where(shares.max(axis=1) >= threshold, "Occasions variées")


def agreement(truth, labels) -> float:
    """Return the adjusted Rand index of two groupings (Hubert & Arabie 1985): 0 by chance, 1 if they are the same."""
    from sklearn.metrics import adjusted_rand_score

    return float(adjusted_rand_score(truth, labels))
