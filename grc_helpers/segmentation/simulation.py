"""A base whose segments are known: what each approach finds again."""

from __future__ import annotations

import numpy as np
import pandas as pd
from sklearn.base import clone

from grc_helpers.segmentation.approaches import METHODS, Clusters, Slices, prepare, supervised, unsupervised
from grc_helpers.segmentation.decision import choices, number_of_segments, plan_action
from grc_helpers.segmentation.judging import agreement, eta_squared, explained, out_of_sample

SEGMENTS = ("Habitués", "Gourmets", "Pressés", "Occasionnels")
SHARES = (0.4, 0.3, 0.2, 0.1)
PROFILES = pd.DataFrame(  # mean orders, mean basket (€), share bought at the weekend, chance of buying on the site
    [(12, 18, 0.25, 0.15), (4, 70, 0.75, 0.15), (7, 30, 0.15, 0.9), (1.2, 20, 0.8, 0.6)],
    index=SEGMENTS,
    columns=["orders", "basket", "weekend", "web"],
)
CRITERIA = ["orders", "basket", "weekend", "channel"]


def known_segments(n: int = 800, *, seed: int, separation: float = 1.0) -> pd.DataFrame:
    """Simulate customers of four known segments, described by mixed types.

    Parameters
    ----------
    n : int
    separation : float
        1: the profiles of ``PROFILES``; 0: everyone has the average profile (there is nothing to find).

    Returns
    -------
    DataFrame
        ``orders``, ``basket`` (euros), ``weekend`` (share), ``channel`` (class), ``age_class`` (without any link),
        ``margin`` (of the next half-year, from the profile alone), ``truth`` (the segment).
    """
    rng = np.random.default_rng(seed)
    truth = rng.choice(len(SEGMENTS), n, p=SHARES)
    average = np.exp(np.average(np.log(PROFILES), axis=0, weights=SHARES))
    profile = np.exp(separation * np.log(PROFILES.to_numpy()[truth]) + (1 - separation) * np.log(average))
    orders, basket, weekend, web = profile.T
    return pd.DataFrame(
        {
            "orders": 1.0 + rng.poisson(orders),
            "basket": basket * np.exp(rng.normal(0, 0.35, n)),
            "weekend": rng.beta(12 * weekend, 12 * (1 - weekend)),
            "channel": np.where(rng.random(n) < web, "site", "boutique"),
            "age_class": rng.choice(["moins de 35 ans", "35 à 54 ans", "55 ans et plus"], n),
            "margin": 0.3 * (1 + rng.poisson(orders)) * basket * np.exp(rng.normal(0, 0.35, n)),
            "truth": np.array(SEGMENTS)[truth],
        }
    )


def recovery(world: pd.DataFrame, *, seed: int) -> pd.DataFrame:
    """Say how far each approach finds the known segments again, on customers that it has not seen.

    Returns
    -------
    DataFrame
        ``approach``, ``method``, ``agreement`` (adjusted Rand index with the truth).
    """
    half = np.random.default_rng(seed).permutation(len(world)) % 2 == 0
    learn, test = world[half], world[~half]
    raw = world[["orders", "basket", "weekend"]]
    rows = [("a priori", "classe d'âge", Slices("age_class").fit(learn).predict(test))]
    for method, name in (("discriminant", "analyse discriminante"), ("tree", "arbre")):
        taught = supervised(CRITERIA, world, seed=seed, method=method, n_groups=len(SEGMENTS))
        taught.fit(learn, learn["truth"])
        rows.append(("supervisée", name, taught.predict(test)))
    blunt = Clusters("kmeans", 4, random_state=seed).fit(raw[half].to_numpy())
    rows.append(("non supervisée", "k-means, unités d'origine", blunt.predict(raw[~half].to_numpy())))
    for method, name in METHODS.items():
        found = clone(unsupervised(CRITERIA, world, k=4, seed=seed, method=method)).fit(learn)
        rows.append(("non supervisée", f"{name}, même échelle", found.predict(test)))
    return pd.DataFrame([(kind, name, agreement(labels, test["truth"])) for kind, name, labels in rows],
                        columns=["approach", "method", "agreement"])  # fmt: skip


def lottery(goal: pd.Series, k: int, *, seed: int) -> tuple[float, float]:
    """Return what ``k`` segments drawn by lot explain of the goal: of the same customers (η²), and of others."""
    labels = np.random.default_rng(seed).integers(0, k, len(goal))
    table = pd.DataFrame({"lot": labels.astype(str)}, index=goal.index)
    told = out_of_sample(Slices("lot"), table, goal, seed=seed)
    return eta_squared(goal, labels), explained(told, n_boot=2, seed=seed)[0]


def known_numbers(*, seed: int, effect: float, most: int = 5) -> pd.DataFrame:
    """Say how many segments each criterion prefers where the truth is known.

    Returns
    -------
    DataFrame, one row a world
        ``world``, ``silhouette_k``, ``stability_k``, ``gain_k`` (numbers preferred), ``silhouette``, ``stability``,
        ``gain`` (their best values; the last in euros).
    """
    rows = []
    for name, separation in (("quatre segments", 1.0), ("aucun segment", 0.0)):
        world = known_segments(seed=seed, separation=separation)
        prepared = prepare(CRITERIA, world).fit_transform(world)
        action = plan_action(world["margin"], effect=effect, cost=0.0, segment_cost=0.0)
        table = number_of_segments(prepared, world["margin"], action, seed=seed, most=most, n_pairs=4)
        best = {f"{column}_k": number for column, number in choices(table).items()}
        rows.append({"world": name} | best | table[["silhouette", "stability", "gain"]].max().to_dict())
    return pd.DataFrame(rows)


def explained_recovery(*, seed: int, runs: int = 40, n: int = 400, n_boot: int = 100) -> pd.DataFrame:
    """Check the measure of the share explained on bases where it is known.

    Returns
    -------
    DataFrame, one row a truth
        ``exact`` (share that the segments explain), ``eta`` and ``explained`` (means over the bases, same customers and
        others), ``coverage`` (of the 95 % interval), ``too_high`` (bases whose whole interval lies above the truth).
    """
    rng, rows = np.random.default_rng(seed), []
    for truth in (0.2, 0.0):
        found = []
        for run in range(runs):
            segment = rng.integers(0, 4, n)
            spread = np.array([-1.0, -1.0, 1.0, 1.0])[segment] * np.sqrt(truth)
            goal = pd.Series(spread + rng.normal(0, np.sqrt(1 - truth), n))
            told = out_of_sample(Slices("s"), pd.DataFrame({"s": segment.astype(str)}), goal, seed=run)
            found.append((eta_squared(goal, segment), *explained(told, n_boot=n_boot, seed=run)))
        eta, share, low, high = np.array(found).T
        covered = float(((low <= truth) & (truth <= high)).mean())
        row = {"exact": truth, "eta": eta.mean(), "explained": share.mean(), "coverage": covered}
        rows.append(row | {"too_high": float((low > truth).mean())})
    return pd.DataFrame(rows)
