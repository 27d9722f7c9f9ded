"""Sharing a budget: response curves from a trial, the split that equals marginal returns, and what a rule loses.

The extra margin of a group follows ``plateau × (1 − exp(−budget ÷ scale))`` (``campaigns.rewards.response``). What is
kept is the margin less the budget spent.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from grc_helpers.campaigns.rewards import fit_response, response
from grc_helpers.errors import GrcError
from grc_helpers.style import money, number, percent

ERRORS = ("var_plateau", "var_scale", "cov")
BEST = "Rendements marginaux égaux"


def sales_by_group(spent: pd.Series, *, shares=(0.05, 0.15, 0.80)) -> pd.Series:
    """Return the sales of groups of customers ranked by what they spent, best first: groups 1, 2, 3…

    Parameters
    ----------
    spent : Series, by customer
    shares : sequence of float
        Share of the customers in each group; they sum to 1.
    """
    ranked = np.sort(spent.to_numpy())[::-1]
    ends = np.round(np.cumsum([0.0, *shares]) * len(ranked)).astype(int)
    sums = [ranked[start:end].sum() for start, end in zip(ends, ends[1:], strict=False)]
    return pd.Series(sums, index=range(1, len(sums) + 1))


def losses_in_words(table: pd.DataFrame) -> str:
    """Say for how many rules the interval of the loss holds the true one (``rule_table``)."""
    known = table.dropna(subset="loss_low")
    held = known["true_loss"].between(known["loss_low"], known["loss_high"])
    best = table["true_loss"].iloc[0]
    return (
        f"L'intervalle contient la perte vraie pour {held.sum()} des {len(known)} règles : un seul essai peut tomber à "
        "côté (voir « Simuler, puis retrouver »). Le partage appris de l'essai, lui, ne perd que "
        f"{number(best, 1)} € par semaine contre la vérité."
    )


def check_budget(budget: float) -> None:
    """Refuse a budget that is not a positive amount.

    Raises
    ------
    GrcError
        Zero, negative, infinite, or no number.
    """
    if not (np.isfinite(budget) and budget > 0):
        raise GrcError(
            "Le budget à répartir doit être un montant positif.",
            where=f"budget : {budget:g}",
            todo="donnez le budget d'une semaine, par exemple 1500",
        )


def fit_curves(trial: pd.DataFrame) -> pd.DataFrame:
    """Estimate the response curve of each group from a trial whose budgets were drawn by lot.

    Parameters
    ----------
    trial : DataFrame
        ``tier``, ``budget``, ``extra_margin``; one row a week, a shop and a group.

    Returns
    -------
    DataFrame indexed by tier
        ``plateau``, ``scale`` and their covariances ``var_plateau``, ``var_scale``, ``cov`` (least squares: residual
        variance × (JᵀJ)⁻¹, J the slopes of the curve at the points of the trial).
    """
    rows = {}
    for tier, part in trial.groupby("tier"):
        fit = fit_response(part["budget"], part["extra_margin"])
        slopes = curve_slopes(part["budget"], fit["plateau"], fit["scale"])
        rest = part["extra_margin"] - response(part["budget"], fit["plateau"], fit["scale"])
        cov = np.linalg.inv(slopes.T @ slopes) * (rest**2).sum() / (len(part) - 2)
        rows[tier] = [fit["plateau"], fit["scale"], cov[0, 0], cov[1, 1], cov[0, 1]]
    names = ["plateau", "scale", *ERRORS]
    return pd.DataFrame.from_dict(rows, orient="index", columns=names).rename_axis("tier")


def curve_slopes(budget, plateau: float, scale: float) -> np.ndarray:
    """Return the derivatives of the response by plateau and by scale, shape (n, 2)."""
    budget = np.asarray(budget, dtype=float)
    fall = np.exp(-budget / scale)
    return np.column_stack([1 - fall, -plateau * fall * budget / scale**2])


def best_split(curves: pd.DataFrame, budget: float) -> pd.Series:
    """Return what each group gets when the last euro brings the same everywhere (SciPy's ``brentq``).

    Group i gets ``max(0, scaleᵢ ln(plateauᵢ ÷ (scaleᵢ λ)))``: λ, the return of the last euro, is such that the whole
    budget is spent; when it would fall under one euro of margin, the rest of the budget is kept (λ = 1).

    Parameters
    ----------
    curves : DataFrame
        ``plateau``, ``scale`` by group.
    budget : float
        Most that may be spent.
    """
    from scipy.optimize import brentq

    check_budget(budget)
    scale, first = curves["scale"], curves["plateau"] / curves["scale"]

    def spent(log_return: float) -> pd.Series:
        return (scale * (np.log(first.clip(lower=1e-12)) - log_return)).clip(lower=0)

    if spent(0.0).sum() <= budget:
        return spent(0.0)
    top = float(np.log(first.max()))
    return spent(brentq(lambda x: spent(x).sum() - budget, 0.0, top))


def profit(curves: pd.DataFrame, split: pd.Series) -> float:
    """Return the margin that a split brings, less what it spends."""
    return float((response(split, curves["plateau"], curves["scale"]) - split).sum())


def splits(curves: pd.DataFrame, budget: float, sales: pd.Series) -> dict[str, pd.Series]:
    """Return the split of each rule: marginal returns, sales, equal parts, all to the best customers.

    Parameters
    ----------
    sales : Series, by group
        Sales of each group.
    """
    check_budget(budget)
    first = pd.Series(0.0, index=curves.index)
    first.iloc[0] = budget
    return {
        BEST: best_split(curves, budget),
        "Au prorata du CA": budget * sales.reindex(curves.index) / sales.sum(),
        "À parts égales": pd.Series(budget / len(curves), index=curves.index),
        "Tout aux meilleurs clients": first,
    }


def loss_interval(curves: pd.DataFrame, best: pd.Series, split: pd.Series) -> tuple[float, float, float]:
    """Return what a split loses against the best one, and its 95 % interval (delta method).

    At the best split, moving a euro changes nothing: only the curves' own errors count (envelope theorem). The
    difference of the two profits has, for the plateau and scale of each group, the slope of the response at the best
    budget less that at the rule's budget; variances of the groups add up, for their weeks are separate.
    """
    loss, variance = profit(curves, best) - profit(curves, split), 0.0
    for tier, row in curves.iterrows():
        at_best, at_rule = curve_slopes([best[tier], split[tier]], row["plateau"], row["scale"])
        slope = at_best - at_rule
        cov = np.array([[row["var_plateau"], row["cov"]], [row["cov"], row["var_scale"]]])
        variance += slope @ cov @ slope
    reach = 1.96 * np.sqrt(variance)
    return loss, max(loss - reach, 0.0), loss + reach


def rule_table(curves: pd.DataFrame, truth: pd.DataFrame, *, budget: float, sales: pd.Series) -> pd.DataFrame:
    """Return what each rule gives to each group, what it brings by the curves found, and what it loses.

    Parameters
    ----------
    curves : DataFrame
        What :func:`fit_curves` returns.
    truth : DataFrame
        True ``plateau`` and ``scale`` by tier.

    Returns
    -------
    DataFrame indexed by rule
        ``budget_1``, ``budget_2``… (a group each), ``net_margin`` (found), ``rule_loss`` with ``loss_low`` and
        ``loss_high``, ``true_loss`` (against the true best split).
    """
    ways, top = splits(curves, budget, sales), profit(truth, best_split(truth, budget))
    rows = {}
    for name, split in ways.items():
        loss = (0.0, np.nan, np.nan) if name == BEST else loss_interval(curves, ways[BEST], split)
        rows[name] = [*split, profit(curves, split), *loss, top - profit(truth, split)]
    names = [f"budget_{tier}" for tier in curves.index]
    names += ["net_margin", "rule_loss", "loss_low", "loss_high", "true_loss"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=names).rename_axis("split_rule")


def best_interval(curves: pd.DataFrame, budget: float) -> pd.DataFrame:
    """Return the best budget of each group with its 95 % interval: numerical slopes and the curves' covariances.

    Returns
    -------
    DataFrame indexed by tier
        ``best``, ``low``, ``high``.
    """
    best, variance = best_split(curves, budget), 0.0
    for tier, row in curves.iterrows():
        slopes = []
        for name in ("plateau", "scale"):
            step = 1e-4 * row[name]
            up, down = curves.copy(), curves.copy()
            up.loc[tier, name] += step
            down.loc[tier, name] -= step
            slopes.append((best_split(up, budget) - best_split(down, budget)) / (2 * step))
        a, b = slopes
        variance = variance + a**2 * row["var_plateau"] + b**2 * row["var_scale"] + 2 * a * b * row["cov"]
    reach = 1.96 * np.sqrt(variance)
    return pd.DataFrame({"best": best, "low": (best - reach).clip(lower=0), "high": best + reach})


def shares_in_words(ways: dict, rules: pd.DataFrame, sales: pd.Series, *, currency: str, people: float = 0.05) -> dict:
    """Return, written, what the best split gives to the first and last groups, their sales, and what two rules lose.

    Parameters
    ----------
    ways : dict
        Of :func:`splits`.
    rules : DataFrame
        Of :func:`rule_table`.
    sales : Series, by group
    people : float
        Share of the customers in the first group.
    """
    share, sold = ways[BEST] / ways[BEST].sum(), sales / sales.sum()
    shares = {"best": share.iloc[0], "sales": sold.iloc[0], "many_best": share.iloc[-1], "many_sales": sold.iloc[-1]}
    losses = {"loss": "Au prorata du CA", "all_in": "Tout aux meilleurs clients"}
    said = {name: percent(value, 0) for name, value in (shares | {"people": people}).items()}
    said |= {name: money(rules.loc[rule, "rule_loss"], currency) for name, rule in losses.items()}
    signs = {"sign": shares["sales"], "sign_people": people}
    return said | {name: "plus" if shares["best"] > than else "moins" for name, than in signs.items()}
