"""What each action adds in each segment to a customer still there: measured, then drawn towards the whole."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd

from grc_helpers.campaigns.effects import difference
from grc_helpers.campaigns.trials import SMALLEST
from grc_helpers.errors import GrcError
from grc_helpers.evaluation.plan_customers import WITH, in_order

GRID = 400
Z = 1.959964
LEAST_ALIVE = 0.01


def measured(trial: pd.DataFrame, eve: pd.DataFrame, *, fewest: int = SMALLEST) -> pd.DataFrame:
    """Return what an action added by segment: differences between treated and control customers.

    A segment « avec compte » that is too small joins the one without. Where nobody bought at all, the error is what one
    purchase more among the treated would have changed: no purchase does not mean no doubt.

    Parameters
    ----------
    trial : DataFrame
        ``customer_id``, ``treated``, ``cost``, ``gain`` (less the cost), perhaps ``block``.
    eve : DataFrame by customer
        ``segment``, ``p_alive``, as known on the eve of the trial.
    fewest : int
        Customers that each group must have.

    Returns
    -------
    DataFrame, one row a segment that has so many
        ``treated``, ``control`` (customers), ``effect`` (net of costs), ``error``, ``low``, ``high``, ``cost`` (mean of
        the treated), ``unit`` (its fixed part: the contact), ``alive`` (mean chance of being there on the eve).
    """
    name = trial["customer_id"].map(eve["segment"])
    sizes = trial.groupby([name, "treated"]).size().unstack(fill_value=0).reindex(columns=[True, False], fill_value=0)
    small = sizes.index[sizes.min(axis=1) < fewest]
    name = name.where(~name.isin(small), name.str.removesuffix(WITH))
    alive, unit = trial["customer_id"].map(eve["p_alive"]), trial.loc[trial["treated"], "cost"].min()
    earned = trial["gain"] + trial["cost"]
    purchase = float(earned[earned > 0].mean()) if (earned > 0).any() else 0.0
    rows = {}
    for here in in_order(name.dropna().unique()):
        part = trial[name == here]
        n, control = int(part["treated"].sum()), int((~part["treated"]).sum())
        if min(n, control) >= fewest:
            found = _difference(part, smallest=purchase / n) | {"cost": part.loc[part["treated"], "cost"].mean()}
            present = max(float(alive[part.index].mean()), LEAST_ALIVE)
            rows[here] = {"treated": n, "control": control, **found, "unit": unit, "alive": present}
    if not rows:
        raise GrcError(
            "L'essai est trop petit pour mesurer l'effet dans un seul segment.",
            where=f"{int(trial['treated'].sum())} traités, {int((~trial['treated']).sum())} témoins",
            todo=f"élargissez l'essai : il faut {fewest} traités et {fewest} témoins dans un même segment",
        )
    return pd.DataFrame(rows).T.rename_axis("segment")


def _difference(part: pd.DataFrame, *, smallest: float) -> dict[str, float]:
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Precision loss", category=RuntimeWarning)  # nobody bought
        found = difference(part["gain"], part["treated"], strata=part.get("block"))
    effect, error = found["effect"], max(found["error"], smallest)
    if error > found["error"]:
        return {"effect": effect, "error": error, "low": effect - Z * error, "high": effect + Z * error}
    return {name: found[name] for name in ("effect", "error", "low", "high")}


def posterior(effect, error, *, draws: int, seed: int) -> np.ndarray:
    """Draw the true effects of several segments, each measured with its error: a normal model in two levels.

    ``effect_j ~ N(true_j, error_j²)``, ``true_j ~ N(μ, τ²)``, μ and τ flat. τ is drawn on a grid from its exact
    posterior, then μ, then each true effect (Gelman et al., *Bayesian Data Analysis*, 3rd ed., § 5.4). A segment
    measured badly is drawn towards the others; one measured well keeps its own figure.

    Parameters
    ----------
    effect, error : array-like, length J
        With one or two segments nothing can be shared: each keeps its own figure.
    draws : int
    seed : int

    Returns
    -------
    ndarray, draws × J
    """
    effect, error = np.asarray(effect, dtype=float), np.asarray(error, dtype=float)
    rng = np.random.default_rng(seed)
    if len(effect) < 3:
        return effect + error * rng.standard_normal((draws, len(effect)))
    # Beyond ten times this spread the density of τ is negligible.
    top = 10 * max(effect.std(ddof=1), np.median(error))
    tau = (np.arange(GRID) + 0.5) / GRID * top
    weight = 1 / (error**2 + tau[:, None] ** 2)
    total = weight.sum(axis=1)
    mean = (weight * effect).sum(axis=1) / total
    misfit = (weight * (effect - mean[:, None]) ** 2).sum(axis=1)
    log_density = 0.5 * (np.log(weight).sum(axis=1) - np.log(total) - misfit)
    density = np.exp(log_density - log_density.max())
    at = rng.choice(GRID, size=draws, p=density / density.sum())
    mu = mean[at] + rng.standard_normal(draws) / np.sqrt(total[at])
    between = tau[at, None] ** 2
    precision = 1 / error**2 + 1 / between
    centre = (effect / error**2 + mu[:, None] / between) / precision
    return centre + rng.standard_normal((draws, len(effect))) / np.sqrt(precision)


def known_as(table: pd.DataFrame, cells) -> list[str]:
    """Return, for each cell of the plan, the segment of a trial that speaks for it: itself, or the wider one."""
    return [cell if cell in table.index else cell.removesuffix(WITH) for cell in cells]


def per_present(tables: dict[str, pd.DataFrame], cells) -> dict:
    """Return what a contact brings to a customer still there: who has left does not react.

    (effect + contact) ÷ mean chance of being there, in each segment; a customer there with probability p then earns
    ``p × worth − unit`` and costs ``unit + p × variable``.

    Parameters
    ----------
    tables : dict of str to DataFrame
        What :func:`measured` returns, by action.
    cells : iterable of str
        Segments of the day of the plan. One that the trial did not measure is empty.

    Returns
    -------
    dict
        ``worth``, ``error``, ``variable`` (DataFrame cells × actions) and ``unit`` (Series by action).
    """
    cells = in_order(cells)
    found = {name: {} for name in ("worth", "error", "variable")}
    for action, table in tables.items():
        rows = table.reindex(known_as(table, cells)).set_axis(cells)
        found["worth"][action] = (rows["effect"] + rows["unit"]) / rows["alive"]
        found["error"][action] = rows["error"] / rows["alive"]
        found["variable"][action] = (rows["cost"] - rows["unit"]) / rows["alive"]
    frames = {name: pd.DataFrame(columns).rename_axis("segment") for name, columns in found.items()}
    return frames | {"unit": pd.Series({action: table["unit"].iloc[0] for action, table in tables.items()})}


def gains(tables: dict[str, pd.DataFrame], cells, *, draws: int, seed: int) -> dict:
    """Return what :func:`per_present` does, each action's figures drawn towards one another (:func:`posterior`).

    Returns
    -------
    dict
        ``draws`` (array draws × cells × actions, NaN where nothing was measured), ``worth``, ``low``, ``high`` (mean
        and 95 % interval of the draws), ``raw`` (as measured), ``variable`` and ``unit``.
    """
    raw = per_present(tables, cells)
    drawn = np.full((draws, *raw["worth"].shape), np.nan)
    for place, (action, table) in enumerate(tables.items()):
        own = per_present({action: table}, table.index)
        values = posterior(own["worth"][action], own["error"][action], draws=draws, seed=seed + place)
        spoken = own["worth"].index.get_indexer(known_as(table, raw["worth"].index))
        drawn[:, spoken >= 0, place] = values[:, spoken[spoken >= 0]]
    shape = {"index": raw["worth"].index, "columns": raw["worth"].columns}
    low, high = (pd.DataFrame(bound, **shape) for bound in np.quantile(drawn, [0.025, 0.975], axis=0))
    kept = {"worth": pd.DataFrame(drawn.mean(axis=0), **shape), "low": low, "high": high, "raw": raw["worth"]}
    return {"draws": drawn, **kept, "variable": raw["variable"], "unit": raw["unit"]}
