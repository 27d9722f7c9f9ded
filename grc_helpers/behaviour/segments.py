"""Several criteria at once: an ACM, then a mixed classification (k-means, then CAH), kept to assign new customers."""

from __future__ import annotations

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator

from grc_helpers.behaviour.factorial import OTHERS, category_test_values, mca, tidy_categories
from grc_helpers.errors import GrcError

FEWEST = 40  # customers below which a typology of several criteria is refused


class MixedClassification(BaseEstimator):
    """Mixed classification on the axes of an ACM (Lebart, Morineau & Piron 1995, chap. 2).

    ACM of the criteria; k-means into many small groups; CAH of their centres (Ward, weighted by size), cut; k-means
    again from the centres found (consolidation).

    Parameters
    ----------
    n_segments : int
    n_axes : int, optional
        Axes kept; when left out, those that carry 90 % of the corrected inertia (:func:`corrected_inertia`), two at
        least: the others are mostly noise, and make the segments change with the seed.
    n_small : int
        Small groups of the first k-means.
    seed : int

    Attributes
    ----------
    labels_ : Series of int indexed by customer
        Segment 1 (the largest) to n.
    heights_ : array
        Inertia lost at each merge of the CAH, the last merge first.
    mca_ : prince.MCA
    inertia_ : array
        Share of the corrected inertia of each axis.
    modalities_ : DataFrame
        Coordinates of the categories, « criterion : category ».
    centres_ : array, shape (n_segments, n_axes)
    constant_, grouped_ : list of str
        Criteria left out; criteria of which categories were joined.
    """

    def __init__(self, n_segments: int = 5, n_axes: int | None = None, n_small: int = 100, seed: int = 0):
        self.n_segments, self.n_axes, self.n_small, self.seed = n_segments, n_axes, n_small, seed

    def fit(self, criteria: pd.DataFrame, y=None):
        """Learn segments from categorical criteria, one row a customer.

        Raises
        ------
        GrcError
            Too few customers, or fewer than two criteria that vary.
        """
        tidy, self.constant_, self.grouped_ = tidy_categories(criteria)
        profiles = len(tidy.drop_duplicates())
        if len(tidy) < FEWEST or tidy.shape[1] < 2 or profiles < self.n_segments:
            raise GrcError(
                "Ces clients ne suffisent pas pour une typologie à plusieurs critères.",
                where=f"{len(tidy)} clients, {tidy.shape[1]} critère(s) qui varient, {profiles} profils différents",
                todo=f"il faut au moins {FEWEST} clients, deux critères qui varient et un profil par segment",
            )
        most = sum(tidy[name].nunique() for name in tidy) - tidy.shape[1]
        self.mca_ = mca(tidy, n_axes=most)
        values = np.asarray(self.mca_.eigenvalues_)
        self.inertia_ = corrected_inertia(values, tidy.shape[1])
        enough = max(2, int(np.searchsorted(self.inertia_.cumsum(), 0.9 - 1e-9)) + 1)
        axes = min(self.n_axes or enough, int((values > 1e-9).sum()))
        self.modalities_ = self.mca_.column_coordinates(tidy.astype(str)).iloc[:, :axes]
        self.scale_ = np.sqrt(values[:axes])
        self.kept_ = {name: sorted(tidy[name].unique()) for name in tidy}
        self.labels_ = self._classify(tidy)
        return self

    def _classify(self, tidy: pd.DataFrame) -> pd.Series:
        """Run k-means, CAH and consolidation on the distinct profiles, weighted by their customers."""
        from sklearn.cluster import KMeans
        from threadpoolctl import threadpool_limits

        profiles = tidy.groupby(list(tidy), sort=True).size()
        frame, weight = profiles.index.to_frame(index=False), profiles.to_numpy(dtype=float)
        points = self._coordinates(frame)
        with threadpool_limits(limits=1):  # few points: threads would wait for each other, and add up in another order
            small = KMeans(min(self.n_small, len(points)), n_init=3, random_state=self.seed)
            small.fit(points, sample_weight=weight)
        sizes = np.bincount(small.labels_, weight, minlength=len(small.cluster_centers_))
        groups, self.heights_ = weighted_ward(small.cluster_centers_, sizes, self.n_segments)
        start = np.array(
            [
                np.average(small.cluster_centers_[groups == g], axis=0, weights=sizes[groups == g])
                for g in range(self.n_segments)
            ]
        )
        with threadpool_limits(limits=1):
            final = KMeans(self.n_segments, init=start, n_init=1).fit(points, sample_weight=weight)
        order = np.argsort(-np.bincount(final.labels_, weight, minlength=self.n_segments), kind="stable")
        self.centres_ = final.cluster_centers_[order]
        return self._nearest(self._coordinates(tidy), tidy.index)

    def predict(self, criteria: pd.DataFrame) -> pd.Series:
        """Return the segment of other customers; a category never seen counts as « autres », or as the average.

        Raises
        ------
        GrcError
            A criterion is missing.
        """
        missing = [name for name in self.kept_ if name not in criteria]
        if missing:
            raise GrcError("Il manque des critères pour affecter ces clients.", where=", ".join(missing))
        return self._nearest(self._coordinates(self._known(criteria)), criteria.index)

    def coordinates(self, criteria: pd.DataFrame) -> np.ndarray:
        """Return the customers' coordinates on the axes."""
        return self._coordinates(self._known(criteria))

    def _known(self, criteria: pd.DataFrame) -> pd.DataFrame:
        columns = {}
        for name, kept in self.kept_.items():
            text = criteria[name].astype(object).where(criteria[name].notna(), "non connu").astype(str)
            columns[name] = text.where(text.isin(kept), OTHERS)
        return pd.DataFrame(columns, index=criteria.index)

    def _coordinates(self, tidy: pd.DataFrame) -> np.ndarray:
        """A customer is at the mean of his categories, stretched by 1/√eigenvalue (transition formula of the ACM)."""
        where = [self.modalities_.reindex(name + " : " + tidy[name]).fillna(0.0).to_numpy() for name in tidy]
        return np.mean(where, axis=0) / self.scale_

    def _nearest(self, points: np.ndarray, index) -> pd.Series:
        distance = ((points[:, None, :] - self.centres_[None]) ** 2).sum(axis=2)
        return pd.Series(distance.argmin(axis=1) + 1, index=index, name="segment")


def corrected_inertia(eigenvalues, variables: int) -> np.ndarray:
    """Return each axis's share of an ACM's inertia, corrected (Benzécri 1979).

    Only eigenvalues above 1/p count, as (p/(p−1))² (λ − 1/p)²: the rest comes from the coding, not from the links.
    """
    values = np.asarray(eigenvalues, dtype=float)
    corrected = np.clip(values - 1 / variables, 0, None) ** 2
    return corrected / corrected.sum() if corrected.sum() > 0 else np.full(len(values), 1 / len(values))


def weighted_ward(centres: np.ndarray, sizes: np.ndarray, groups: int) -> tuple[np.ndarray, np.ndarray]:
    """Merge weighted centres by Ward's criterion until ``groups`` are left.

    Two groups of sizes a and b lose ab/(a+b)·d² of inertia by merging; the least is merged first. As many merges are
    done as to leave one group, to know all losses.

    Returns
    -------
    labels : array of int
        Group of each centre, 0 to groups − 1.
    losses : array
        Inertia lost at each merge, the last merge first.
    """
    centres, sizes = np.array(centres, dtype=float), np.array(sizes, dtype=float)
    labels, alive, losses = np.arange(len(centres)), list(range(len(centres))), []
    cut = labels.copy() if len(alive) == groups else None
    while len(alive) > 1:
        c, s = centres[alive], sizes[alive]
        loss = s[:, None] * s[None] / (s[:, None] + s[None]) * ((c[:, None] - c[None]) ** 2).sum(axis=2)
        loss[np.tril_indices(len(alive))] = np.inf
        i, j = np.unravel_index(loss.argmin(), loss.shape)
        a, b = alive[i], alive[j]
        losses.append(loss[i, j])
        centres[a] = (sizes[a] * centres[a] + sizes[b] * centres[b]) / (sizes[a] + sizes[b])
        sizes[a] += sizes[b]
        labels[labels == b] = a
        alive.remove(b)
        if len(alive) == groups:
            cut = labels.copy()
    return np.unique(cut, return_inverse=True)[1], np.array(losses[::-1])


def segment_traits(criteria: pd.DataFrame, labels: pd.Series, *, most: int = 3) -> pd.Series:
    """Write, for each segment, the categories that stand out most: « niveau : gros (72 % contre 33 %) ».

    Categories with a valeur-test of 2 or more, the largest first.
    """
    from grc_helpers.style import percent

    tests = category_test_values(criteria, labels)
    kept = tests[tests["test_value"] >= 2].sort_values(["segment", "test_value"], ascending=[True, False])
    first = kept.groupby("segment").head(most)
    told = [
        f"{row.criterion} : {row.category} ({percent(row.share, 0)} contre {percent(row.everywhere, 0)})"
        for row in first.itertuples()
    ]
    return (
        pd.Series(told, index=first["segment"])
        .groupby(level=0)
        .agg(" ; ".join)
        .reindex(sorted(labels.unique()), fill_value="rien de saillant")
    )


def default_names(criteria: pd.DataFrame, labels: pd.Series) -> dict[int, str]:
    """Name each segment by its two most salient categories of different criteria; the reader may change them."""
    tests = category_test_values(criteria, labels).sort_values("test_value", ascending=False)
    names, taken = {}, set()
    for segment in sorted(labels.unique()):
        rows = tests[(tests["segment"] == segment) & (tests["test_value"] > 0)].drop_duplicates("criterion")
        words = [str(word) for word in rows["category"]]
        pairs = [(words[0], word) for word in words[1:]] + [tuple(words[:1])]
        pair = next((pair for pair in pairs if frozenset(pair) not in taken), ())
        taken.add(frozenset(pair))
        names[int(segment)] = ", ".join(pair).capitalize() or f"Segment {segment}"
    return names


def map_points(
    model: MixedClassification, names: dict[int, str]
) -> tuple[pd.DataFrame, pd.DataFrame, tuple[float, float]]:
    """Return segments' centres (axis_1, axis_2), categories, and the inertia of the two axes, for a figure.

    Categories have a third column, told: True for those that contribute to the plane more than the average one.
    """
    axes = ["axis_1", "axis_2"]
    centres = pd.DataFrame(
        model.centres_[:, :2], columns=axes, index=[names[k + 1] for k in range(len(model.centres_))]
    )
    categories = model.modalities_.iloc[:, :2].set_axis(axes, axis=1)
    weight = pd.DataFrame(model.mca_.column_contributions_).iloc[:, :2].sum(axis=1).to_numpy()
    categories = categories.assign(told=weight >= weight.mean())
    categories.index = [name.split(" : ", 1)[-1] for name in categories.index]
    return centres, categories, tuple(model.inertia_[:2])


def seed_stability(criteria: pd.DataFrame, model: MixedClassification, *, seeds) -> pd.Series:
    """Return the adjusted Rand index between a model's segments and those of other seeds."""
    from copy import copy

    from sklearn.metrics import adjusted_rand_score

    tidy, scores = model._known(criteria), {}
    for seed in seeds:
        other = copy(model)
        other.seed = seed
        scores[seed] = adjusted_rand_score(model.labels_, other._classify(tidy))
    return pd.Series(scores)


def holdout_agreement(
    criteria: pd.DataFrame, model: MixedClassification, *, share: float, seed: int
) -> tuple[float, int]:
    """Learn segments without some customers, assign these, and compare with their segments in the whole model.

    Returns
    -------
    agreement : float
        Adjusted Rand index on the customers left out; NaN where the others are too few to learn from.
    left_out : int
    """
    from sklearn.base import clone
    from sklearn.metrics import adjusted_rand_score

    out = np.random.default_rng(seed).random(len(criteria)) < share
    try:
        assigned = clone(model).fit(criteria[~out]).predict(criteria[out])
    except GrcError:
        return float("nan"), int(out.sum())
    return float(adjusted_rand_score(model.labels_[out], assigned)), int(out.sum())


def export_members(members: pd.DataFrame, path: str) -> str:
    """Write customers and segments as a CSV file; say what was done."""
    from grc_helpers.data.exports import write_csv

    if not path:
        return "Aucun fichier demandé."
    write_csv(members, path)
    return f"Affectations écrites : {len(members)} lignes."
