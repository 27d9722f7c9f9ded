"""What a plan promises because it chose the luckiest figures, and an estimate that luck did not choose."""

from __future__ import annotations

import numpy as np
import pandas as pd

from grc_helpers.evaluation.plan_choice import COLUMNS, choose
from grc_helpers.evaluation.plan_effects import known_as, measured, per_present

Z = 1.959964
FEWEST = 8


def two_halves(trial: pd.DataFrame, *, seed: int) -> np.ndarray:
    """Put each customer of a trial in half 0 or 1, treated and control each cut in two."""
    rng, half = np.random.default_rng(seed), np.zeros(len(trial), dtype=int)
    for group in (True, False):
        at = np.flatnonzero(trial["treated"].to_numpy() == group)
        half[rng.permutation(at)[: len(at) // 2]] = 1
    return half


def cross_fitted(
    trials: dict[str, pd.DataFrame], eves: dict[str, pd.DataFrame], lots: pd.DataFrame, *, seed: int, **terms
):
    """Return the value of the plan chosen on measured figures, promised by those figures and estimated by others.

    Each trial is cut in two halves. The plan chosen on one half is valued on the other, both ways, and averaged: the
    figures that value it did not choose it.

    Parameters
    ----------
    trials : dict of str to DataFrame
        Trial of each action.
    eves : dict of str to DataFrame
        Its customers on the eve (see ``plan_actions.eves``).
    lots : DataFrame
    **terms
        Of :func:`~grc_helpers.evaluation.plan_choice.choose`.

    Returns
    -------
    dict
        ``promised`` (by the half that chose), ``honest``, ``low``, ``high`` (95 %), ``plans`` (contacts of each half).
    """
    cells, present = lots["segment"].unique(), lots.groupby(COLUMNS)["p_lot"].first()
    halves = {name: two_halves(trial, seed=seed) for name, trial in trials.items()}
    tables = [
        {name: measured(trial[halves[name] == side], eves[name], fewest=FEWEST) for name, trial in trials.items()}
        for side in (0, 1)
    ]
    found = [per_present(table, cells) for table in tables]
    promised, honest, variance, plans = [], [], 0.0, []
    for mine, other, judge in ((found[0], found[1], tables[1]), (found[1], found[0], tables[0])):
        both = mine["worth"].notna() & other["worth"].notna()
        plan = choose(lots, mine | {"worth": mine["worth"].where(both)}, **terms)["contacts"]
        each = plan.reset_index(name="n")
        each["present"] = each["n"] * present.reindex(plan.index.droplevel("action")).to_numpy()
        keys = pd.MultiIndex.from_frame(each[["segment", "action"]])
        worth = other["worth"].stack().reindex(keys).to_numpy()
        plans.append(plan)
        honest.append(float((each["present"] * worth - each["n"] * each["action"].map(other["unit"])).sum()))
        promised.append(float((each["present"] * mine["worth"].stack().reindex(keys).to_numpy()
                               - each["n"] * each["action"].map(mine["unit"])).sum()))  # fmt: skip
        # Cells for which a wider segment speaks share its error.
        each["speaks"] = [known_as(judge[a], [s])[0] for s, a in keys]
        each["error"] = other["error"].stack().reindex(keys).to_numpy()
        sums = each.groupby(["action", "speaks"]).agg(present=("present", "sum"), error=("error", "first"))
        variance += float(((sums["present"] * sums["error"]) ** 2).sum())
    error, value = np.sqrt(variance) / 2, float(np.mean(honest))
    low, high = float(value - Z * error), float(value + Z * error)
    return {"promised": float(np.mean(promised)), "honest": value, "low": low, "high": high, "plans": plans}


def many_halves(
    trials: dict, eves: dict, lots: pd.DataFrame, *, seed: int, splits: int = 10, **terms
) -> dict[str, float]:
    """Return :func:`cross_fitted` averaged over several splits; the interval is not narrowed."""
    found = pd.DataFrame([cross_fitted(trials, eves, lots, seed=seed + k, **terms) for k in range(splits)])
    return found[["promised", "honest", "low", "high"]].mean().to_dict()
