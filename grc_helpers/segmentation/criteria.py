"""Families of criteria: what each explains of the goal, out of sample, and what is known of each."""

from __future__ import annotations

import pandas as pd
from sklearn.compose import ColumnTransformer
from sklearn.impute import SimpleImputer
from sklearn.model_selection import KFold, cross_val_predict
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import OneHotEncoder
from sklearn.tree import DecisionTreeRegressor

from grc_helpers.segmentation.approaches import UNKNOWN, Slices, usable
from grc_helpers.segmentation.customers import MINIMUM, Customers
from grc_helpers.segmentation.judging import FOLDS, cramer_v, eta_squared, explained, out_of_sample
from grc_helpers.style import percent

FAMILIES = {
    "profil": "Démographie, géographie, socio-économie",
    "style": "Personnalité et style de vie",
    "comportement": "Comportement à l'égard du produit",
    "attitude": "Attitude psychologique",
    "situation": "Situation d'achat",
    "rentabilité": "Potentiel et rentabilité",
}


def a_priori_table(customers: Customers, *, n_boot: int, seed: int) -> pd.DataFrame:
    """Say what each attribute explains, among the customers of whom it is known.

    Returns
    -------
    DataFrame, one row an attribute
        ``criterion``, ``known`` (share of customers), ``classes``, ``cramer`` (with four equal slices of past
        purchases),
        ``p_value`` (one-way analysis of variance, corrected by Holm), ``eta`` (η², on the customers that made it),
        ``explained``, ``low``, ``high`` (out of sample).
    """
    from scipy.stats import f_oneway
    from statsmodels.stats.multitest import multipletests

    spend = Slices("spend").fit(customers.now).predict(customers.now)
    spend, rows = pd.Series(spend, index=customers.now.index), []
    for column in customers.columns("profil"):
        table = customers.now[customers.now[column].notna()]
        if len(table) < MINIMUM or table[column].nunique() < 2:
            continue
        goal, segmenter = customers.goal[table.index], Slices(column)
        labels = pd.Series(segmenter.fit(table).predict(table), index=table.index)
        groups = [part for _, part in goal.groupby(labels) if len(part) > 1]
        share, low, high = explained(out_of_sample(segmenter, table, goal, seed=seed), n_boot=n_boot, seed=seed)
        rows.append(
            {
                "criterion": column,
                "known": len(table) / len(customers.now),
                "classes": labels.nunique(),
                "cramer": cramer_v(labels, spend[table.index]),
                "p_value": float(f_oneway(*groups).pvalue),
                "eta": eta_squared(goal, labels),
                "explained": share,
                "low": low,
                "high": high,
            }
        )
    out = pd.DataFrame(rows)
    return out.assign(p_value=multipletests(out["p_value"].fillna(1), method="holm")[1]) if rows else out


def regression_tree(columns: list[str], table: pd.DataFrame, *, seed: int) -> Pipeline:
    """Return the tree that makes the best segments (eight at most) from some columns, to tell the goal."""
    numbers = [column for column in columns if pd.api.types.is_numeric_dtype(table[column])]
    classes = [column for column in columns if column not in numbers]
    dummies = make_pipeline(
        SimpleImputer(strategy="constant", fill_value=UNKNOWN),
        OneHotEncoder(handle_unknown="infrequent_if_exist", min_frequency=0.02, sparse_output=False),
    )
    parts = [("numbers", SimpleImputer(strategy="median"), numbers), ("classes", dummies, classes)]
    tree = DecisionTreeRegressor(
        max_leaf_nodes=8, min_samples_leaf=max(5, min(25, len(table) // 12)), random_state=seed
    )
    return make_pipeline(ColumnTransformer([part for part in parts if part[2]]), tree)


def family_power(customers: Customers, *, n_boot: int, seed: int) -> pd.DataFrame:
    """Say what each family of criteria explains of the goal: the best segments that it can make, out of sample.

    Returns
    -------
    DataFrame, one row a family that the data have
        ``family``, ``criteria`` (how many), ``known`` (share of customers), ``customers``, ``inside`` (share
        explained on the customers that made the segments), ``explained``, ``low``, ``high`` (out of sample),
        ``reference`` (what behaviour explains, out of sample, of the same customers).
    """
    rows = []
    for family in FAMILIES:
        columns = customers.columns(family)
        table = customers.now[customers.now[columns].notna().any(axis=1)] if columns else customers.now[:0]
        columns = usable(columns, table)
        if len(table) < MINIMUM or not columns:
            continue
        goal = customers.goal[table.index]
        tree = regression_tree(columns, table, seed=seed)
        share, low, high = explained(_told(tree, table, goal, seed), n_boot=n_boot, seed=seed)
        behaviour = regression_tree(usable(customers.columns("comportement"), table), table, seed=seed)
        rows.append(
            {
                "family": FAMILIES[family],
                "criteria": len(columns),
                "known": len(table) / len(customers.now),
                "customers": len(table),
                "inside": float(tree.fit(table, goal).score(table, goal)),
                "explained": share,
                "low": low,
                "high": high,
                "reference": explained(_told(behaviour, table, goal, seed), n_boot=2, seed=seed)[0],
            }
        )
    return pd.DataFrame(rows)


def tell_unknown(customers: Customers) -> str:
    """Say in French how many customers are not wholly described, and what that alone explains; empty: all are."""
    blank = customers.now[customers.columns("profil")].isna().any(axis=1)
    if not blank.any():
        return ""
    share = percent(eta_squared(customers.goal, blank))
    return (
        f"{percent(blank.mean())} des clients ne sont pas entièrement décrits : cela seul explique {share} du profit."
    )


def absent_families(table: pd.DataFrame) -> str:
    """Name the families that a table of :func:`family_power` lacks."""
    return ", ".join(name for name in FAMILIES.values() if name not in set(table["family"])) or "aucune"


def _told(tree, table: pd.DataFrame, goal: pd.Series, seed: int) -> pd.DataFrame:
    folds = KFold(FOLDS, shuffle=True, random_state=seed)
    predicted = cross_val_predict(tree, table, goal, cv=folds)
    mean = pd.Series(index=goal.index, dtype=float)
    for train, test in folds.split(table):
        mean.iloc[test] = goal.iloc[train].mean()
    return pd.DataFrame({"goal": goal, "predicted": predicted, "mean": mean})
