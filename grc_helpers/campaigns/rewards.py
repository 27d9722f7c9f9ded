"""Rewards: what a customer brought by another is worth, how high a reward may go, and share of wallet."""

from __future__ import annotations

import numpy as np
import pandas as pd

from grc_helpers.campaigns.effects import difference
from grc_helpers.errors import GrcError


def referral_effect(referrals: pd.DataFrame, trial: pd.DataFrame) -> dict[str, float]:
    """Return what a referral programme brought, from an invitation drawn by lot.

    Parameters
    ----------
    referrals : DataFrame
        ``sponsor_id`` (named by each new customer), ``reward`` (paid to the sponsor).
    trial : DataFrame
        ``customer_id``, ``treated`` (invited).

    Returns
    -------
    dict
        ``invited``, ``control``: new customers per customer; ``effect``, ``low``, ``high``: difference; ``credited``:
        new customers whose sponsor was invited; ``added``, ``added_low``, ``added_high``: those that the programme
        brought; ``share``, ``share_low``, ``share_high``: added ÷ credited (NaN if none is credited).
    """
    named = referrals["sponsor_id"].value_counts()
    count = trial["customer_id"].map(named).fillna(0).to_numpy()
    found, n = difference(count, trial["treated"]), int(trial["treated"].sum())
    credited = float(count[trial["treated"]].sum())
    added = {
        name: found[bound] * n for name, bound in (("added", "effect"), ("added_low", "low"), ("added_high", "high"))
    }
    shares = {name.replace("added", "share"): value / credited if credited else np.nan for name, value in added.items()}
    return {
        "invited": found["treated"], "control": found["control"], "effect": found["effect"], "low": found["low"],
        "high": found["high"], "credited": credited, **added, **shares,
    }  # fmt: skip


def first_year_margin(daily: pd.DataFrame, customers, *, end, margin_rate: float, days: int = 365) -> np.ndarray:
    """Return the margin of each customer's first ``days`` days, of those seen that long before ``end``."""
    theirs = daily[daily["customer_id"].isin(set(customers))]
    first = theirs.groupby("customer_id")["date"].min()
    seen = first[(pd.Timestamp(end) - first).dt.days + 1 >= days]
    if seen.empty:
        return np.empty(0)
    age = (theirs["date"] - theirs["customer_id"].map(seen)).dt.days
    spent = theirs[age < days].groupby("customer_id")["amount"].sum()
    return margin_rate * spent.reindex(seen.index).fillna(0).to_numpy()


def highest_reward(value: float, share: float) -> float:
    """Return the reward at which referral pays nothing: value × share that would not have come without it."""
    return value * max(share, 0.0)


def reward_limits(value: float, found: dict[str, float]) -> dict[str, float]:
    """Return the highest reward (``effect``) and its bounds (``low``, ``high``) from :func:`referral_effect`."""
    names = {"effect": "share", "low": "share_low", "high": "share_high"}
    return {name: highest_reward(value, found[share]) for name, share in names.items()}


def fit_response(budget, margin) -> dict[str, float]:
    """Fit ``plateau × (1 − exp(−budget / scale))`` by least squares, and the budget where one more euro brings one.

    Returns
    -------
    dict
        ``plateau``, ``scale``, their standard errors ``plateau_error`` and ``scale_error``, ``best`` (budget),
        ``best_low``, ``best_high`` (delta method).

    Raises
    ------
    GrcError
        Fewer than three levels of budget.
    """
    from scipy.optimize import curve_fit

    budget, margin = np.asarray(budget, dtype=float), np.asarray(margin, dtype=float)
    if len(np.unique(budget)) < 3:
        raise GrcError(
            "Il faut au moins trois niveaux de récompense pour tracer une réponse.",
            where=f"{len(np.unique(budget))} niveaux",
            todo="essayez d'autres niveaux, tirés au sort",
        )
    start = (max(margin.max(), 1.0), max(budget.max() / 3, 1.0))
    (plateau, scale), cov = curve_fit(response, budget, margin, p0=start, maxfev=5000)
    best = max(scale * np.log(max(plateau / scale, 1e-9)), 0.0)
    slope = np.array([scale / plateau, np.log(max(plateau / scale, 1e-9)) - 1])
    error = float(np.sqrt(slope @ cov @ slope))
    return {
        "plateau": plateau, "scale": scale, "plateau_error": np.sqrt(cov[0, 0]), "scale_error": np.sqrt(cov[1, 1]),
        "best": best, "best_low": max(best - 1.96 * error, 0.0), "best_high": best + 1.96 * error,
    }  # fmt: skip


def response(budget, plateau: float, scale: float):
    """Return the extra margin that a budget brings."""
    return plateau * -np.expm1(-np.asarray(budget, dtype=float) / scale)


def response_table(trial: pd.DataFrame, truth: pd.DataFrame) -> pd.DataFrame:
    """Return the best budget of each group of customers, found and true, and what the last euro brings at the mean.

    Parameters
    ----------
    trial : DataFrame
        ``tier``, ``budget`` (drawn by lot), ``extra_margin``.
    truth : DataFrame
        ``tier``, ``plateau``, ``scale``.
    """
    true, rows = truth.set_index("tier"), {}
    for tier, part in trial.groupby("tier"):
        fit = fit_response(part["budget"], part["extra_margin"])
        plateau, scale = true.loc[tier, ["plateau", "scale"]]
        mean = part["budget"].mean()
        rows[tier] = {
            "plateau": fit["plateau"], "best": fit["best"], "low": fit["best_low"], "high": fit["best_high"],
            "true_best": scale * np.log(plateau / scale),
            "last_euro": fit["plateau"] / fit["scale"] * np.exp(-mean / fit["scale"]),
        }  # fmt: skip
    return pd.DataFrame(rows).T.rename_axis("tier")


def brand_shares(purchases: pd.DataFrame, *, brands: dict[str, str]) -> pd.DataFrame:
    """Return each household's share of purchases by brand.

    Parameters
    ----------
    purchases : DataFrame
        ``id`` (household), ``choice`` (product).
    brands : dict
        Brand of each product.
    """
    return pd.crosstab(purchases["id"], purchases["choice"].map(brands), normalize="index")


def share_bands(shares: pd.DataFrame) -> pd.DataFrame:
    """Return how customers are spread by the share that each brand (column) gets; nothing and everything stand apart.

    Returns
    -------
    DataFrame, one row a band, one column a brand
        Share of the customers (each column sums to 1).
    """
    edges = [-np.inf, 0, 0.25, 0.5, 0.75, 1 - 1e-9, np.inf]
    names = ["Rien", "Jusqu'à 25 %", "25 à 50 %", "50 à 75 %", "Plus de 75 %", "Tout"]
    bands = {
        brand: pd.cut(column, edges, labels=names).value_counts(normalize=True, sort=False)
        for brand, column in shares.items()
    }
    return pd.DataFrame(bands).rename_axis("band")


def wallet_views(survey: pd.DataFrame, true_share: pd.Series, bought: pd.Series) -> pd.DataFrame:
    """Return the share of wallet of surveyed customers, four ways.

    Parameters
    ----------
    survey : DataFrame
        ``customer_id``, ``declared_share``, ``declared_category`` (a year).
    true_share : Series, by customer
    bought : Series, by customer
        What each bought here in a year.

    Returns
    -------
    DataFrame, one row a way
        ``mean``, ``exclusive`` (share of customers said to be at 90 % or more), ``gap`` (mean less the true mean).
    """
    ids = survey["customer_id"]
    here, truth = bought.reindex(ids).fillna(0).to_numpy(), true_share.reindex(ids).to_numpy()
    ways = {
        "Le ticket seul (une enseigne)": np.ones(len(ids)),
        "Part déclarée": survey["declared_share"].to_numpy(),
        "Achats ÷ dépense déclarée de la catégorie": np.minimum(here / survey["declared_category"].to_numpy(), 1),
        "Vérité du simulateur": truth,
    }
    rows = {
        name: {"mean": np.mean(share), "exclusive": np.mean(share >= 0.9), "gap": np.mean(share) - np.mean(truth)}
        for name, share in ways.items()
    }
    return pd.DataFrame(rows).T.rename_axis("share_measure")
