"""The French way of looking at tables: ACP, AFC and ACM, cos², contributions, valeurs-tests, Cramér's V.

prince is slow to import: it is loaded where it is used. Its exact engine (SciPy's SVD) gives the same axes at each
run; the default one is random.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from grc_helpers.errors import GrcError

RARE, MANY = 0.02, 8  # a category under this share of the customers, or beyond this number, joins « autres »
OTHERS = "autres"


def pca(frame: pd.DataFrame, *, n_axes: int = 2):
    """Return the ACP of standardised columns (Hotelling 1933), constant ones left out.

    Raises
    ------
    GrcError
        Fewer than two columns that vary, or fewer than three complete rows.
    """
    import prince

    complete = frame.dropna()
    kept = complete.loc[:, complete.std(ddof=0) > 1e-9] if len(complete) else complete
    if kept.shape[1] < 2 or len(kept) < 3:
        raise GrcError(
            "Une ACP demande au moins deux colonnes qui varient et trois lignes complètes.",
            where=f"{kept.shape[1]} colonne(s) qui varient, {len(kept)} ligne(s) complète(s)",
            todo="complétez le fichier, ou retirez les colonnes vides",
        )
    return prince.PCA(n_components=min(n_axes, *kept.shape), engine="scipy").fit(kept)


def ca(table: pd.DataFrame, *, n_axes: int = 2):
    """Return the AFC of a contingency table (Benzécri 1973), empty rows and columns left out."""
    import prince

    table = table.loc[table.sum(axis=1) > 0, table.sum() > 0]
    if min(table.shape) < 2:
        raise GrcError(
            "Une AFC demande au moins deux lignes et deux colonnes non vides.",
            where=f"{table.shape[0]} × {table.shape[1]}",
        )
    return prince.CA(n_components=min(n_axes, min(table.shape) - 1), engine="scipy").fit(table)


def mca(frame: pd.DataFrame, *, n_axes: int = 2):
    """Return the ACM of categorical columns, each category counting as it is (see :func:`tidy_categories`)."""
    import prince

    return prince.MCA(n_components=n_axes, one_hot_prefix_sep=" : ", engine="scipy").fit(frame.astype(str))


def tidy_categories(frame: pd.DataFrame) -> tuple[pd.DataFrame, list[str], list[str]]:
    """Make categorical columns fit for an ACM.

    Returns
    -------
    tidy : DataFrame of str
        Missing values are a category, « non connu »; rare ones (under 2 %) or beyond the eighth join « autres ».
    constant : list of str
        Columns left out, as they have one category.
    grouped : list of str
        Columns of which categories were joined.
    """
    text = frame.astype(object).where(frame.notna(), "non connu").astype(str)
    tidy, constant, grouped = {}, [], []
    for name, column in text.items():
        shares = column.value_counts(normalize=True)
        kept = shares[shares >= RARE].index[:MANY]
        if len(kept) < len(shares):
            grouped.append(name)
        column = column.where(column.isin(kept), OTHERS)
        tidy[name] = column
        if column.nunique() < 2:
            constant.append(tidy.popitem()[0])
    return pd.DataFrame(tidy, index=frame.index), constant, grouped


def axes_table(model) -> pd.DataFrame:
    """Return eigenvalue, share and cumulative share of the inertia of each axis (number 1, 2, …)."""
    values = np.asarray(model.eigenvalues_)
    share = np.asarray(model.percentage_of_variance_) / 100
    table = pd.DataFrame({"eigenvalue": values, "inertia_share": share, "inertia_cumulative": share.cumsum()})
    return table.set_axis(range(1, len(values) + 1), axis=0).rename_axis("axis")


def variables_table(model) -> pd.DataFrame:
    """Return, for each variable of an ACP: its correlations with axes 1 and 2, cos² in their plane, contributions.

    cos² = r1² + r2² (1: the plane shows all of it); contribution to an axis = r² / eigenvalue.
    """
    correlations = pd.DataFrame(model.column_correlations).iloc[:, :2].set_axis(["axis_1", "axis_2"], axis=1)
    squares, values = correlations**2, np.asarray(model.eigenvalues_)[:2]
    table = correlations.assign(cos2=squares.sum(axis=1))
    return table.assign(ctr_1=squares["axis_1"] / values[0], ctr_2=squares["axis_2"] / values[1]).rename_axis(
        "variable"
    )


def points_table(coordinates: pd.DataFrame, cosines: pd.DataFrame, contributions: pd.DataFrame) -> pd.DataFrame:
    """Put together, for the points of an AFC or ACM, coordinates, cos² in the first plane and contributions."""
    names = [["axis_1", "axis_2"], ["ctr_1", "ctr_2"]]
    xy, ctr = (
        frame.iloc[:, :2].set_axis(name, axis=1)
        for frame, name in zip((coordinates, contributions), names, strict=True)
    )
    return xy.assign(cos2=cosines.iloc[:, :2].sum(axis=1)).join(ctr)


def cramers_v(rows, columns) -> float:
    """Return Cramér's V of two categorical variables: √(χ²/(n · min(r−1, c−1))), 0 to 1; NaN if one is constant."""
    from scipy.stats.contingency import association

    table = pd.crosstab(pd.Series(np.asarray(rows)), pd.Series(np.asarray(columns)))
    return float(association(table.to_numpy(), method="cramer")) if min(table.shape) > 1 else float("nan")


def cramers_matrix(frame: pd.DataFrame) -> pd.DataFrame:
    """Return Cramér's V of each pair of columns."""
    names = list(frame)
    return pd.DataFrame(
        [[1.0 if a == b else cramers_v(frame[a], frame[b]) for b in names] for a in names], names, names
    )


def links_by_chance(frame: pd.DataFrame, column: str, *, draws: int, seed: int) -> pd.DataFrame:
    """Compare Cramér's V of a criterion and each other with what it is when the criterion is shuffled among customers.

    Returns
    -------
    DataFrame indexed by the other criteria (French columns)
        V de Cramér, V du hasard (its 95th centile over the draws), Valeur p ((1 + draws that reach V) / (1 + draws)); a
        criterion with one category is left out. Missing values are left out, pair by pair.
    """
    rng, rows = np.random.default_rng(seed), {}
    for other in frame.columns.drop(column):
        both = frame[[column, other]].dropna()
        mine, yours = (pd.factorize(both[name], sort=True)[0] for name in both)
        if not len(both) or min(mine.max(), yours.max()) < 1:
            continue
        shape = mine.max() + 1, yours.max() + 1
        expected = np.outer(np.bincount(mine), np.bincount(yours)) / len(both)

        def link(codes, yours=yours, shape=shape, expected=expected) -> float:
            seen = np.bincount(codes * shape[1] + yours, minlength=shape[0] * shape[1]).reshape(shape)
            return float(np.sqrt(((seen - expected) ** 2 / expected).sum() / (len(codes) * (min(shape) - 1))))

        value, shuffled = link(mine), np.array([link(rng.permutation(mine)) for _ in range(draws)])
        reached = (1 + (shuffled >= value - 1e-12).sum()) / (1 + draws)
        rows[other] = {"V de Cramér": value, "V du hasard": np.quantile(shuffled, 0.95), "Valeur p": reached}
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("Critère")


def category_test_values(frame: pd.DataFrame, labels: pd.Series) -> pd.DataFrame:
    """Return the valeur-test of each category in each group (Lebart, Morineau & Piron 1995).

    Under a draw without replacement of the group's n_k customers among n, the number who have the category (n_j in
    all) is hypergeometric: mean n_k n_j / n, variance n_k (n−n_k)/(n−1) · n_j/n · (1 − n_j/n). The valeur-test is the
    distance from the mean in standard deviations; beyond 2 in absolute value it is worth a look.

    Returns
    -------
    DataFrame
        segment, criterion, category, share (in the group), everywhere (share in all), test_value.
    """
    n, rows = len(frame), []
    for name in frame:
        table = pd.crosstab(labels, frame[name])
        sizes, totals = table.sum(axis=1), table.sum()
        for (segment, category), count in table.stack().items():
            n_k, p = sizes[segment], totals[category] / n
            deviation = np.sqrt(n_k * (n - n_k) / (n - 1) * p * (1 - p)) if n > 1 else 0.0
            value = (count - n_k * p) / deviation if deviation else 0.0
            rows.append((segment, name, category, count / n_k, p, value))
    return pd.DataFrame(rows, columns=["segment", "criterion", "category", "share", "everywhere", "test_value"])


def mean_test_values(frame: pd.DataFrame, labels: pd.Series) -> pd.DataFrame:
    """Return the valeur-test of the mean of each numeric column in each group.

    (mean_k − mean) / √((n−n_k)/(n−1) · s²/n_k), with s² the variance (divided by n) of all customers.

    Returns
    -------
    DataFrame
        segment, variable, mean (in the group), everywhere, test_value.
    """
    n, rows = len(frame), []
    for name in frame:
        everywhere, variance = frame[name].mean(), frame[name].var(ddof=0)
        for segment, values in frame[name].groupby(labels):
            deviation = np.sqrt((n - len(values)) / (n - 1) * variance / len(values)) if n > 1 else 0.0
            value = (values.mean() - everywhere) / deviation if deviation else 0.0
            rows.append((segment, name, values.mean(), everywhere, value))
    return pd.DataFrame(rows, columns=["segment", "variable", "mean", "everywhere", "test_value"])
