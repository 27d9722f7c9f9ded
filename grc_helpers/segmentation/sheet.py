"""One sheet for every segmentation: the course's three prerequisites as lights, with their numbers and thresholds."""

from __future__ import annotations

import math
from dataclasses import dataclass

import pandas as pd
from sklearn.base import clone

from grc_helpers.errors import GrcError
from grc_helpers.segmentation.approaches import RiskSlices, Slices, supervised, unsupervised, wanted_groups
from grc_helpers.segmentation.customers import ENOUGH, Customers
from grc_helpers.segmentation.decision import Action, gain_interval
from grc_helpers.segmentation.judging import bootstrap_stability, explained, out_of_sample, same_place
from grc_helpers.segmentation.naming import criterion
from grc_helpers.style import interval, money, number, percent

GREEN, ORANGE, RED, UNMEASURED = "vert", "orange", "rouge", "non mesuré"
MARKS = {GREEN: "●", ORANGE: "◐", RED: "○", UNMEASURED: "–"}
# From the first bound on, green; from the second on, orange; below, red. All fixed before looking, but those of the two
# kappas: they replaced adjusted Rand indices whose first values had been seen, and are therefore taken from elsewhere,
# Landis and Koch (1977): "substantial" and "moderate"; a half-year later, "moderate" and "fair". Stability: after
# Hennig (2007).
THRESHOLDS = {
    "explained_low": (0.05, 0.0),
    "known": (0.90, 0.60),
    "retest": (0.60, 0.40),
    "stability": (0.75, 0.60),
    "half_year": (0.40, 0.20),
    "smallest_share": (0.05, 0.02),
    "reach": (0.60, 0.30),
    "gain_low": (0.0, -math.inf),
}
PREREQUISITES = {
    "Pertinence": ("explained_low",),
    "Mesurabilité": ("known", "retest", "stability"),
    "Valeur pratique": ("half_year", "smallest_share", "reach", "gain_low"),
}


@dataclass(frozen=True)
class Candidate:
    """A segmentation to judge: an estimator, the columns that it reads, and what it learns (if it is supervised)."""

    segmenter: object
    columns: list[str]
    target: pd.Series | None = None


def a_priori_choice(customers: Customers, stated: str) -> str:
    """Return the attribute of the a priori segmentation: the one stated, else the first; empty when there is none.

    Raises
    ------
    GrcError
        An attribute that the customers do not have.
    """
    known = customers.columns("profil")
    if stated and stated not in known:
        raise GrcError(
            f"« {stated} » ne décrit pas les clients de ce jeu.",
            where="réglage « a_priori_column »",
            todo="colonnes possibles : " + (", ".join(known) or "aucune"),
        )
    return stated or next(iter(known), "")


def interests(customers: Customers, *, k: int, seed: int) -> Candidate:
    """Return the segmentation by interests that customers told in a survey (family ``style``)."""
    columns = customers.columns("style")
    return Candidate(unsupervised(columns, customers.now, k=k, seed=seed), columns)


def candidates(customers: Customers, *, a_priori: str, k: int, seed: int) -> dict[str, Candidate]:
    """Return one segmentation by criterion of the course, and one by approach, that these data can feed.

    Parameters
    ----------
    a_priori : str
        The attribute of the a priori segmentation; none when empty.
    k : int
        Number of segments of those that are looked for.
    """
    now, every = customers.now, customers.steady("comportement", "situation")
    rfm = [column for column in ("silence", "orders", "spend") if column in every]
    needs = [column for column in every if column.startswith("need: ")]
    gone, groups = customers.gone, wanted_groups(customers.goal, customers.gone)
    found = {}
    if a_priori:
        found[f"A priori : {criterion(a_priori)}"] = Candidate(Slices(a_priori), [a_priori])
    found["Importance des achats"] = Candidate(Slices("spend"), ["spend"])
    if len(needs) > 1:
        found["Type de produits"] = Candidate(unsupervised(needs, now, k=k, seed=seed), needs)
    if 20 <= gone.sum() <= len(gone) - 20:
        found["Risque de défection"] = Candidate(RiskSlices(rfm), rfm, gone)
    found["Rentabilité passée"] = Candidate(Slices("profit"), ["profit"])
    found["RFM, k-means"] = Candidate(unsupervised(rfm, now, k=k, seed=seed), rfm)
    found["Non supervisée : k-means"] = Candidate(unsupervised(every, now, k=k, seed=seed), every)
    if groups.nunique() > 1:
        found["Supervisée : arbre"] = Candidate(supervised(every, now, seed=seed), every, groups)
    return found


def judge(
    candidate: Candidate, customers: Customers, action: Action, *, n_boot: int, seed: int, n_pairs: int = 3
) -> dict[str, float]:
    """Measure everything that the sheet shows of one segmentation.

    Returns
    -------
    dict
        ``explained``, ``explained_low``, ``explained_high`` (share of the goal's variance, out of sample), ``known``
        (customers of whom every criterion is known), ``retest`` (odd against even weeks, kappa), ``stability``
        (bootstrap, adjusted Rand index), ``half_year`` (same customers a half-year later, kappa), ``segments``,
        ``smallest_share``, ``reach`` (share that can be reached, of the customers whom the action would treat),
        ``gain``, ``gain_low``, ``gain_high`` (currency units). NaN: not measured.
    """
    fixed = set(candidate.columns) <= set(customers.columns("profil", "style", "attitude"))
    now, target = customers.now, candidate.target
    predictions = out_of_sample(candidate.segmenter, now, customers.goal, seed=seed, target=target)
    row = dict(
        zip(
            ("explained", "explained_low", "explained_high"),
            explained(predictions, n_boot=n_boot, seed=seed),
            strict=True,
        )
    )
    row["known"] = float(now[candidate.columns].notna().all(axis=1).mean())
    row["retest"] = math.nan if fixed else _retest(candidate, customers)
    row["stability"] = bootstrap_stability(candidate.segmenter, now, n_pairs=n_pairs, seed=seed, target=target)[0]
    placed = clone(candidate.segmenter).fit(now, target)
    labels = pd.Series(placed.predict(now), index=now.index)
    stay = customers.later.index
    row["half_year"] = (
        math.nan if fixed or len(stay) < ENOUGH else same_place(labels[stay], placed.predict(customers.later))
    )
    row["segments"], row["smallest_share"] = labels.nunique(), float(labels.value_counts(normalize=True).min())
    treated = action.gain(predictions["predicted"]) > 0
    row["reach"] = math.nan if customers.reach is None else float(customers.reach[treated].mean())
    gains = gain_interval(predictions, action, n_boot=n_boot, seed=seed)
    return row | dict(zip(("gain", "gain_low", "gain_high"), gains, strict=True))


def _retest(candidate: Candidate, customers: Customers) -> float:
    """Learn on odd weeks, place the same customers by odd and by even weeks."""
    odd, even = customers.odd, customers.even
    if len(odd) < ENOUGH or any(odd[column].nunique() < 2 for column in candidate.columns):
        return math.nan
    target = None if candidate.target is None else candidate.target[odd.index]
    if target is not None and target.nunique() < 2:
        return math.nan
    placed = clone(candidate.segmenter).fit(odd, target)
    return same_place(placed.predict(odd), placed.predict(even))


def judge_all(customers: Customers, action: Action, *, a_priori: str, k: int, n_boot: int, seed: int) -> pd.DataFrame:
    """Judge every candidate; rows by segmentation, columns of :func:`judge`."""
    found = candidates(customers, a_priori=a_priori, k=k, seed=seed)
    rows = {name: judge(one, customers, action, n_boot=n_boot, seed=seed) for name, one in found.items()}
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("segmentation")


def light(measure: str, value: float) -> str:
    """Return the light of one number, by the thresholds fixed beforehand."""
    if math.isnan(value):
        return UNMEASURED
    green, orange = THRESHOLDS[measure]
    return GREEN if value >= green else ORANGE if value >= orange else RED


def lights(sheet: pd.DataFrame) -> pd.DataFrame:
    """Return the light of each measure: the rows of the sheet, the measures of ``THRESHOLDS``.

    ``gain_low`` is orange only when the gain itself is positive.
    """
    table = pd.DataFrame({name: sheet[name].map(lambda v, n=name: light(n, v)) for name in THRESHOLDS})
    table.loc[sheet["gain"] <= 0, "gain_low"] = RED
    return table


def tell_interests(told: dict[str, float]) -> str:
    """Say in French what :func:`judge` found of the segmentation by interests of Cafés Merle (euros)."""
    shares = [percent(told[name]) for name in ("known", "explained")]
    return (
        f"Centres d'intérêt, par enquête (Cafés Merle, simulés) : connus pour {shares[0]} des clients ; part du profit "
        f"expliquée, autres clients : {shares[1]} {interval(told['explained_low'], told['explained_high'])} ; "
        f"stabilité {number(told['stability'], 2)} ; gain {money(told['gain'], 'EUR')}."
    )


def marked(sheet: pd.DataFrame) -> pd.DataFrame:
    """Return the lights of :func:`prerequisites` with their marks, and beside them what is explained and the gain."""
    return prerequisites(sheet).map(lambda light: f"{MARKS[light]} {light}").join(sheet[["explained", "gain"]])


def prerequisites(sheet: pd.DataFrame) -> pd.DataFrame:
    """Return the light of each prerequisite of the course: the worst of its measures."""
    table, order = lights(sheet), [RED, ORANGE, GREEN]

    def worst(row):
        return next((color for color in order if color in set(row)), UNMEASURED)

    return pd.DataFrame({name: table[list(parts)].apply(worst, axis=1) for name, parts in PREREQUISITES.items()})
