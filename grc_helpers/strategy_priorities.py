"""Impact against effort: the order of actions that a reader's notes give, and how far it depends on a note."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from grc_helpers.errors import GrcError
from grc_helpers.style import number, percent

LOWEST, HIGHEST = 1, 5


def priorities(notes: dict[str, tuple[float, float]]) -> pd.DataFrame:
    """Order actions by impact divided by effort, ties by impact, then by name.

    Parameters
    ----------
    notes : dict of str to (float, float)
        Impact and effort that the reader gives each action, from 1 to 5.

    Returns
    -------
    DataFrame
        Index: action, first ones first. impact, effort, ratio, rank, and rank_difference (order by impact − effort).

    Raises
    ------
    GrcError
        Fewer than two actions, or a note out of 1 to 5.
    """
    if len(notes) < 2:
        raise GrcError("Il faut au moins deux actions à comparer.", where=f"{len(notes)} action", todo="ajoutez-en")
    table = pd.DataFrame.from_dict(notes, orient="index", columns=["impact", "effort"]).astype(float)
    wrong = table[~table.isin(np.linspace(LOWEST, HIGHEST, 9)).all(axis=1)]
    if len(wrong):
        raise GrcError(
            "Une note va de 1 à 5, par demi-points.",
            where=f"« {wrong.index[0]} » : impact {wrong.iloc[0, 0]:g}, effort {wrong.iloc[0, 1]:g}",
            todo="corrigez cette note",
        )
    table["ratio"] = table["impact"] / table["effort"]
    table["difference"] = table["impact"] - table["effort"]
    for rank, column in (("rank", "ratio"), ("rank_difference", "difference")):
        order = (
            table.rename_axis("action")
            .reset_index()
            .sort_values([column, "impact", "action"], ascending=[False, False, True])
        )
        table[rank] = pd.Series(np.arange(1, len(table) + 1), index=order["action"])
    return table.drop(columns="difference").sort_values("rank").rename_axis("action")


def priority_sheet(
    actions: Iterable[str], notes: dict[str, tuple[float, float]], *, first: int, seed: int
) -> pd.DataFrame:
    """Return a reader's sheet of actions: nothing is ranked before at least two of them have the reader's notes.

    Parameters
    ----------
    actions : iterable of str
        Actions to be noted; those of ``notes`` are added.
    notes : dict of str to (float, float)
        The reader's impact and effort; empty at first.
    first, seed : int
        See :func:`robustness`.

    Returns
    -------
    DataFrame
        Texts, French headings; noted actions first, in their order; « à noter » and « – » for the others.
    """
    columns = ["Action", "Impact, effort", "Rang", f"Parmi les {first} premières, notes secouées"]
    ranked = priorities(notes) if len(notes) > 1 else pd.DataFrame()
    shaken = robustness(ranked, first=first, seed=seed)["among_first"] if len(ranked) else pd.Series(dtype=float)
    rows = [
        (
            name,
            f"{number(row['impact'], 1)} ; {number(row['effort'], 1)}",
            str(int(row["rank"])),
            percent(shaken[name], 0),
        )
        for name, row in ranked.iterrows()
    ]
    left = dict.fromkeys(name for name in [*actions, *notes] if name not in ranked.index)
    return pd.DataFrame([*rows, *((name, "à noter", "–", "–") for name in left)], columns=columns)


def robustness(table: pd.DataFrame, *, first: int = 3, draws: int = 2000, seed: int = 2026) -> pd.DataFrame:
    """Shake every note by −1, 0 or +1 at random, and tell how often each action stays among the first.

    Parameters
    ----------
    table : DataFrame
        What `priorities` returns.
    first : int
        How many actions one can start.

    Returns
    -------
    DataFrame
        Index: action. among_first (share of draws), rank_low, rank_high (5 % and 95 % of the draws).
    """
    rng = np.random.default_rng(seed)
    shape = (draws, len(table))
    impact, effort = (
        np.clip(table[name].to_numpy() + rng.integers(-1, 2, size=shape), LOWEST, HIGHEST)
        for name in ("impact", "effort")
    )
    score = impact / effort + 1e-3 * impact + 1e-6 * rng.random(shape)  # equal notes: impact, then chance
    ranks = (-score).argsort(axis=1).argsort(axis=1) + 1
    low, high = np.quantile(ranks, [0.05, 0.95], axis=0, method="nearest")
    values = {"among_first": (ranks <= first).mean(axis=0), "rank_low": low, "rank_high": high}
    return pd.DataFrame(values, index=table.index)
