"""Who gets the credit of a sale that several channels touched: six rules, on paths of contacts or of visits."""

from __future__ import annotations

from itertools import combinations
from math import factorial

import numpy as np
import pandas as pd

from grc_helpers.errors import GrcError

LAST, FIRST, LINEAR, DECAY, MARKOV, SHAPLEY = (
    "Dernier contact", "Premier contact", "Linéaire", "Proche de la vente", "Retrait (Markov)", "Shapley",
)  # fmt: skip
MOST_CHANNELS = 12  # 2¹² = 4 096 coalitions


def contact_paths(contacts: pd.DataFrame, *, converting: str, days: int) -> pd.DataFrame:
    """Cut the contacts of each customer into paths that end with a conversion, or for want of a next contact in time.

    Parameters
    ----------
    contacts : DataFrame
        ``customer_id``, ``date``, ``channel``, ``outcome``.
    converting : str
        Outcomes that end a path, separated by commas.
    days : int
        Silence after which a path is over.

    Returns
    -------
    DataFrame, one row a contact
        ``path``, ``channel``, ``lag`` (days before the last contact of the path), ``value`` (1 if the path converts,
        else 0, the same on all its rows).
    """
    rows = contacts.sort_values(["customer_id", "date"], kind="stable", ignore_index=True)
    wanted = {word.strip().casefold() for word in converting.split(",") if word.strip()}
    won = rows["outcome"].astype("str").str.casefold().isin(wanted)
    same = rows["customer_id"].eq(rows["customer_id"].shift())
    silent = rows["date"].diff().dt.days > days
    rows["path"] = (~same | silent | won.shift(fill_value=False)).cumsum()
    rows["lag"] = (rows.groupby("path")["date"].transform("last") - rows["date"]).dt.days
    rows["value"] = won.groupby(rows["path"]).transform("max").astype(float)
    return rows[["path", "channel", "lag", "value"]]


def position_credits(paths: pd.DataFrame, *, half_life: float = 7.0) -> pd.DataFrame:
    """Share the value of each path between its channels: all to the last, all to the first, evenly, or by nearness.

    By nearness a contact ``lag`` days before the last one weighs ``2^(−lag / half_life)``.

    Returns
    -------
    DataFrame, channel × rule
        Values credited; each column sums to the value of the paths.
    """
    rows = paths[paths["value"] > 0]
    path = rows["path"]
    weights = {
        LAST: ~path.duplicated(keep="last"), FIRST: ~path.duplicated(), LINEAR: pd.Series(1.0, rows.index),
        DECAY: 0.5 ** (rows["lag"] / half_life),
    }  # fmt: skip
    credited = {}
    for rule, weight in weights.items():
        weight = weight.astype(float)
        credited[rule] = (rows["value"] * weight / weight.groupby(path).transform("sum")).groupby(rows["channel"]).sum()
    return pd.DataFrame(credited).reindex(sorted(paths["channel"].unique())).fillna(0.0)


def markov_removal(paths: pd.DataFrame, *, weight: str = "") -> pd.Series:
    """Credit channels in proportion to the conversions that would be lost without each of them.

    A path walks from channel to channel at random, as the observed ones do on average (first-order Markov chain); a
    channel is removed by sending whoever comes to it to a path without conversion. ``effect = 1 − P(without) /
    P(with)``; the value of the paths is shared in proportion to the effects.

    Parameters
    ----------
    paths : DataFrame
        ``path``, ``channel``, ``value``; paths without value are needed too.
    weight : str
        Column of weights of the paths, for those that do not convert as well; empty: one each.

    References
    ----------
    Anderl, E., Becker, I., von Wangenheim, F. & Schumann, J. H. (2016). Mapping the customer journey. *International
    Journal of Research in Marketing* 33(3).
    """
    channels = sorted(paths["channel"].unique())
    place = {name: k + 1 for k, name in enumerate(channels)}
    end = len(channels) + 1  # 0: start; end: conversion; end + 1: none
    state, known = paths["channel"].map(place).to_numpy(), paths["path"].to_numpy()
    mass = paths[weight].to_numpy(float) if weight else np.ones(len(paths))
    starts, lasts = ~pd.Series(known).duplicated().to_numpy(), ~pd.Series(known).duplicated(keep="last").to_numpy()
    moves = np.zeros((end + 2, end + 2))
    np.add.at(moves, (0, state[starts]), mass[starts])
    np.add.at(moves, (state[:-1][~lasts[:-1]], state[1:][~lasts[:-1]]), mass[:-1][~lasts[:-1]])
    won = paths["value"].to_numpy() > 0
    np.add.at(moves, (state[lasts], np.where(won[lasts], end, end + 1)), mass[lasts])
    chances = moves[:end] / moves[:end].sum(axis=1, keepdims=True)
    whole = _conversion(chances, end)
    effects = pd.Series(0.0, channels)
    if whole > 0:
        for name in channels:
            without = chances.copy()
            without[place[name]] = 0.0
            effects[name] = 1 - _conversion(without, end) / whole
    total = paths.loc[lasts, "value"].sum()
    return (effects * total / effects.sum() if effects.sum() else effects).rename(MARKOV)


def _conversion(chances: np.ndarray, end: int) -> float:
    """Return the probability to reach the conversion from the start."""
    return float(np.linalg.solve(np.eye(end) - chances[:, :end], chances[:, end])[0])


def coalition_values(paths: pd.DataFrame) -> tuple[list[str], dict[frozenset, float]]:
    """Return the channels and, for each set of them, the value of the paths that touch no other channel."""
    channels = sorted(paths["channel"].unique())
    if len(channels) > MOST_CHANNELS:
        raise GrcError(
            f"La valeur de Shapley exacte demande 2 puissance {len(channels)} coalitions.",
            where=f"{len(channels)} canaux ; le cahier s'arrête à {MOST_CHANNELS}",
            todo="regroupez les canaux rares, ou lisez les autres règles",
        )
    won = paths[paths["value"] > 0].groupby("path").agg(met=("channel", frozenset), value=("value", "first"))
    own = won.groupby("met")["value"].sum().to_dict()
    sets = [frozenset(some) for size in range(len(channels) + 1) for some in combinations(channels, size)]
    return channels, {some: sum(value for met, value in own.items() if met <= some) for some in sets}


def shapley(paths: pd.DataFrame) -> pd.Series:
    """Credit each channel with its mean contribution, over all the orders in which channels could be added.

    Exact: every set of channels is worked out (2 to the power of their number).

    References
    ----------
    Shapley, L. S. (1953). A value for n-person games. *Contributions to the Theory of Games* II.
    """
    channels, values = coalition_values(paths)
    n, credited = len(channels), pd.Series(0.0, channels, name=SHAPLEY)
    for some, value in values.items():
        for name in channels:
            if name not in some:
                share = factorial(len(some)) * factorial(n - len(some) - 1) / factorial(n)
                credited[name] += share * (values[some | {name}] - value)
    return credited


def all_credits(paths: pd.DataFrame, *, half_life: float = 7.0, weight: str = "") -> pd.DataFrame:
    """Return what the six rules credit each channel with (channel × rule); each column sums to the paths' value.

    Raises
    ------
    GrcError
        One channel only, no path that converts, or too many channels.
    """
    names = paths["channel"].unique()
    if len(names) < 2 or not (paths["value"] > 0).any():
        raise GrcError(
            "Il n'y a rien à répartir.",
            where=f"{len(names)} canal, {paths.loc[paths['value'] > 0, 'path'].nunique()} parcours qui aboutissent",
            todo="il faut deux canaux au moins, et des parcours qui aboutissent",
        )
    table = position_credits(paths, half_life=half_life)
    return table.assign(**{MARKOV: markov_removal(paths, weight=weight), SHAPLEY: shapley(paths)})
