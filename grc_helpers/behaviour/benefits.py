"""Benefits sought: what customers grade high, once each one's way of grading is taken out; priorities for products."""

from __future__ import annotations

import re

import pandas as pd

from grc_helpers.errors import GrcError

LABELS = {
    "taste": "goût",
    "origin": "origine",
    "price": "prix",
    "offers": "promotions",
    "closeness": "proximité",
    "ease": "facilité",
    "fairness": "équitable",
    "packaging": "emballage",
}
# The attributes of the survey of brand image that speak of a benefit.
IMAGE = {
    "arôme": "goût",
    "origines": "origine",
    "prix": "prix",
    "promotions": "promotions",
    "praticité": "facilité",
    "éthique": "équitable",
}


def benefit_grades(source: str = "") -> pd.DataFrame:
    """Read grades of importance, one row a respondent: Cafés Merle's survey, or a file of one's own.

    Parameters
    ----------
    source : str
        Path of a survey (kind "survey"): each question with a scale is a benefit. Empty: Cafés Merle's.

    Returns
    -------
    DataFrame indexed by customer_id
        One column a benefit; rows with a missing answer are left out.
    """
    from grc_helpers.data.loading import load, read_table

    if not source:
        grades = read_table("cafes_merle", "enquete_avantages.parquet").set_index("customer_id")
        return grades.drop(columns="date").rename(columns=LABELS).astype(float)
    survey = load(source, kind="survey")
    questions = [name for name in survey.scales if name not in ("recommendation", "satisfaction")]
    grades = survey.table.to_pandas().set_index("customer_id")[questions].dropna()
    grades.columns = [re.sub(r"\s*\(\d+ à \d+\)$", "", name) for name in grades]  # the scale, told in the heading
    if len(questions) < 3 or len(grades) < 30:
        raise GrcError(
            "Cette enquête ne suffit pas pour chercher des avantages recherchés.",
            where=f"{len(questions)} question(s) notée(s), {len(grades)} réponse(s) complète(s)",
            todo="il faut au moins trois avantages notés et trente réponses complètes",
        )
    return grades


def centre_by_respondent(grades: pd.DataFrame) -> pd.DataFrame:
    """Subtract each respondent's own mean: what is left is what he puts above the rest."""
    return grades.sub(grades.mean(axis=1), axis=0)


def group_respondents(grades: pd.DataFrame, *, groups: int, seed: int, method: str = "k-moyennes") -> pd.Series:
    """Gather respondents with alike grades.

    Parameters
    ----------
    method : {"k-moyennes", "CAH"}
        CAH: hierarchical, Ward's criterion.

    Returns
    -------
    Series of int
        Group 1 (the largest) to ``groups``.
    """
    from sklearn.cluster import AgglomerativeClustering, KMeans
    from threadpoolctl import threadpool_limits

    model = KMeans(groups, n_init=4, random_state=seed) if method == "k-moyennes" else AgglomerativeClustering(groups)
    with threadpool_limits(limits=1):  # sums in one order: the same groups at each run
        labels = pd.Series(model.fit_predict(grades), index=grades.index)
    order = labels.value_counts().index
    return labels.map({cluster: place + 1 for place, cluster in enumerate(order)})


def group_names(centred: pd.DataFrame, labels: pd.Series, *, words: int = 2) -> dict[int, str]:
    """Name each group by the benefits that it puts furthest above the average respondent."""
    gaps = centred.groupby(labels).mean() - centred.mean()
    return {group: " et ".join(row.nlargest(words).index).capitalize() for group, row in gaps.iterrows()}


def recovery(grades: pd.DataFrame, truth: pd.Series, *, groups: int, seed: int) -> pd.DataFrame:
    """Compare groups with the known need, for both methods, on raw then centred grades (adjusted Rand, Hubert 1985)."""
    from sklearn.metrics import adjusted_rand_score

    tables = {"notes brutes": grades, "notes centrées": centre_by_respondent(grades)}
    return pd.DataFrame(
        {
            name: {
                method: adjusted_rand_score(truth, group_respondents(table, groups=groups, seed=seed, method=method))
                for method in ("k-moyennes", "CAH")
            }
            for name, table in tables.items()
        }
    ).rename_axis("method")


def product_priorities(grades: pd.DataFrame, labels: pd.Series, image: pd.Series, *, value: pd.Series) -> pd.DataFrame:
    """Set what each group finds important beside what the brand is known for.

    Parameters
    ----------
    grades : DataFrame
        Centred grades, one column a benefit.
    image : Series indexed by benefit
        Share of the respondents who name the brand for it.
    value : Series indexed by customer
        Sales of each respondent.

    Returns
    -------
    DataFrame
        segment, benefit, importance (group's mean centred grade), image, value_share (of the group), priority:
        importance (if above 0) × (1 − image) × value share, rescaled to 100 in all; largest first.
    """
    spent = value.reindex(grades.index).fillna(0.0).groupby(labels).sum()
    means = grades.groupby(labels).mean()[list(image.index)]
    table = means.stack().rename("importance").rename_axis(["segment", "benefit"]).reset_index()
    table["image"] = table["benefit"].map(image)
    table["value_share"] = table["segment"].map(spent / spent.sum())
    raw = table["importance"].clip(lower=0) * (1 - table["image"]) * table["value_share"]
    return table.assign(priority=100 * raw / raw.sum()).sort_values("priority", ascending=False, ignore_index=True)


def image_table() -> pd.DataFrame:
    """Return how often each brand (columns) is named for each attribute (rows) in Cafés Merle's survey of image."""
    from grc_helpers.data.loading import read_table

    named = read_table("cafes_merle", "image_marque.parquet")
    return pd.crosstab(named["attribute"], named["brand"])


def image_map(model, table: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Return the points of an AFC of attributes and brands: axis_1, axis_2."""
    clouds = {"attributs": model.row_coordinates(table), "marques": model.column_coordinates(table)}
    return {name: cloud.iloc[:, :2].set_axis(["axis_1", "axis_2"], axis=1) for name, cloud in clouds.items()}


def association_match(table: pd.DataFrame, model, truth: pd.DataFrame) -> tuple[float, float]:
    """Return the correlations with the true associations of the raw counts, and of what the map says.

    The map rebuilds, for attribute i and brand j, Σ_k F_ik G_jk / √λ_k (reconstitution formula): the excess of
    citations over independence.
    """
    import numpy as np

    rows, columns = (
        np.asarray(cloud, dtype=float) for cloud in (model.row_coordinates(table), model.column_coordinates(table))
    )
    rebuilt = (rows / np.sqrt(np.asarray(model.eigenvalues_))) @ columns.T
    pairs = (
        np.corrcoef(np.asarray(values, dtype=float).ravel(), truth.to_numpy().ravel())[0, 1]
        for values in (table, rebuilt)
    )
    return tuple(float(value) for value in pairs)
