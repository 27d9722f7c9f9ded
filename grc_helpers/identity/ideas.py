"""Sources that the firm has not yet (S0): the marks that data give, and the ranking with those that people give."""

from __future__ import annotations

import numpy as np
import pandas as pd

from grc_helpers.identity.collection import OptIn, reward_curve

BEST, WORST = 5, 1


def interest_marks(worth: pd.DataFrame, fields: dict[str, str]) -> pd.Series:
    """Return the mark of interest of data that the linkage has weighed: 1 (saves nothing) to 5 (saves most).

    Parameters
    ----------
    worth : pandas.DataFrame
        What `tables.worth_of_fields` returns; what a thousand pairs that have the field save is marked.
    fields : dict of str to str
        Field of `worth` by idea.
    """
    saved = worth.set_index("Champ")["Pour 1 000 paires qui l'ont"].clip(lower=0)
    marks = WORST + (BEST - WORST) * saved / max(saved.max(), np.finfo(float).tiny)
    return pd.Series({idea: marks[field] for idea, field in fields.items()}, dtype=float)


def cost_marks(
    fit: OptIn, questions: dict[str, tuple[float, bool]], rewards: np.ndarray, *, worth: float, asking: float
) -> tuple[pd.Series, pd.Series]:
    """Return what one piece of data costs at the reward that earns most, and its mark.

    Parameters
    ----------
    fit : OptIn
    questions : dict
        By idea: minutes that the question takes, and whether the data is sensitive.
    rewards : array
        Rewards tried, in currency units.
    worth, asking : float
        See `collection.reward_curve`.

    Returns
    -------
    costs, marks : pandas.Series
        Currency units; 5 (costs nothing) to 1 (costs what it is worth, or more).
    """
    costs = {}
    for idea, (minutes, sensitive) in questions.items():
        curve = reward_curve(fit, rewards, worth=worth, asking=asking, minutes=minutes, sensitive=sensitive)
        costs[idea] = curve.loc[curve["profit"].idxmax(), "cost_per_field"]
    costs = pd.Series(costs, dtype=float)
    return costs, BEST - (BEST - WORST) * (costs / worth).clip(0, 1)


def rank_ideas(ideas: pd.DataFrame, weights: dict[str, float], *, n_draws: int, seed: int) -> pd.DataFrame:
    """Rank ideas by a weighted mark, and say how often each comes first when the weights are drawn at random.

    Parameters
    ----------
    ideas : pandas.DataFrame
        One row an idea, one column a criterion (the higher, the better).
    weights : dict of str to float
        By criterion, of sum 1.

    Returns
    -------
    pandas.DataFrame
        The marks, then Note and « Première dans » (share of the draws); the best first.
    """
    marks = ideas[list(weights)].to_numpy(dtype=float)
    drawn = marks @ np.random.default_rng(seed).dirichlet(np.ones(len(weights)), n_draws).T
    first = np.bincount(drawn.argmax(axis=0), minlength=len(ideas)) / n_draws
    table = ideas.assign(**{"Note": marks @ np.array(list(weights.values())), "Première dans": first})
    return table.sort_values("Note", ascending=False, kind="stable")
