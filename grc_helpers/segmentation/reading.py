"""Reading segments: rules of a tree, confusion out of sample, profiles of segments that were found."""

from __future__ import annotations

import numpy as np
import pandas as pd
from sklearn.base import clone
from sklearn.model_selection import StratifiedKFold, cross_val_predict

from grc_helpers.segmentation.approaches import GROUPS
from grc_helpers.segmentation.judging import FOLDS
from grc_helpers.segmentation.naming import criterion
from grc_helpers.style import number


def confusion(segmenter, table: pd.DataFrame, groups: pd.Series, *, seed: int) -> pd.DataFrame:
    """Cross wanted groups (rows) with those that the rules give (columns), out of sample: numbers of customers."""
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=seed)
    given = pd.Series(cross_val_predict(segmenter, table, groups, cv=folds), index=groups.index)
    names = [name for name in GROUPS if name in set(groups)]
    return pd.crosstab(groups, given).reindex(index=names, columns=names, fill_value=0)


def recalls(crossed: pd.DataFrame) -> pd.Series:
    """Return the share of each wanted group that the rules find, and ``mean``: what chance brings to 1 ÷ groups."""
    found = pd.Series(np.diag(crossed) / crossed.sum(axis=1), index=crossed.index)
    return pd.concat([found, pd.Series({"mean": found.mean()})])


def rules(pipeline, table: pd.DataFrame, groups: pd.Series, *, seed: int) -> pd.DataFrame:
    """Learn a tree of numbers on half of the customers, write its rules in words, and count them on the other half.

    Returns
    -------
    DataFrame, one row a leaf, largest first
        ``rule``, ``group`` (that the rule gives), ``customers`` and ``right`` (share really in that group), both on the
        customers that did not make the tree.
    """
    half = np.random.default_rng(seed).permutation(len(table)) % 2 == 0
    learnt = clone(pipeline).fit(table[half], groups[half])
    raw, tree = learnt[0], learnt[-1]
    leaves, truth, given = tree.apply(raw.transform(table[~half])), groups[~half], learnt.predict(table[~half])
    rows = []
    for leaf, conditions in _paths(tree.tree_, list(raw.get_feature_names_out())).items():
        here = leaves == leaf
        if here.any():
            right = float((truth.to_numpy()[here] == given[here]).mean())
            rows.append((" et ".join(conditions) or "tous", given[here][0], int(here.sum()), right))
    return pd.DataFrame(rows, columns=["rule", "group", "customers", "right"]).sort_values(
        ["customers", "rule"], ascending=[False, True], ignore_index=True
    )


def _paths(tree, names: list[str]) -> dict[int, list[str]]:
    """Return, for each leaf, the conditions that lead to it; of several bounds on one number, the tightest."""
    found, waiting = {}, [(0, {})]
    while waiting:
        node, bounds = waiting.pop()
        if tree.children_left[node] < 0:
            found[node] = _sentences(bounds)
            continue
        name, cut = names[tree.feature[node]], tree.threshold[node]
        below = min(cut, bounds.get((name, "≤"), np.inf))
        above = max(cut, bounds.get((name, ">"), -np.inf))
        waiting.append((tree.children_right[node], bounds | {(name, ">"): above}))
        waiting.append((tree.children_left[node], bounds | {(name, "≤"): below}))
    return found


def _sentences(bounds: dict[tuple[str, str], float]) -> list[str]:
    """Write the bounds of each criterion in words, both at once when there are two."""
    written = []
    for name in dict.fromkeys(name for name, _ in bounds):
        low, high = (bounds.get((name, sign)) for sign in (">", "≤"))
        low, high = (None if cut is None else number(cut, 0 if abs(cut) >= 20 else 2) for cut in (low, high))
        if low and high:
            written.append(f"{low} < {criterion(name)} ≤ {high}")
        else:
            written.append(f"{criterion(name)} {f'> {low}' if low else f'≤ {high}'}")
    return written


def profiles(table: pd.DataFrame, labels, goal: pd.Series, columns: list[str]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Describe segments: sizes and goal, then how far each criterion stands from the average.

    Returns
    -------
    sizes : DataFrame indexed by ``segment``, most profitable first, named 1, 2, …
        ``customers``, ``customer_share``, ``goal`` (mean of the next half-year), ``goal_share``.
    gaps : DataFrame
        Same rows; columns as ``columns``: (mean of the segment − overall mean) ÷ standard deviation.
    """
    labels = pd.Series(np.asarray(labels), index=table.index)
    order = goal.groupby(labels).mean().sort_values(ascending=False).index
    names = labels.map({label: str(place) for place, label in enumerate(order, start=1)}).rename("segment")
    sizes = goal.groupby(names).agg(customers="size", goal="mean", total="sum")
    sizes.insert(1, "customer_share", sizes["customers"] / len(table))
    sizes["goal_share"] = sizes.pop("total") / goal.sum()
    numbers = table[columns]
    gaps = (numbers.groupby(names).mean() - numbers.mean()) / numbers.std(ddof=0)
    return sizes, gaps
