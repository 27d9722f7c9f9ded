"""RFM: scores under several conventions, what ties decide, and segments named by rules that one can change.

Everywhere 5 is the best score: bought recently, often, a lot. The customer table is the warehouse's: recency is
``days_since_last`` (days since the last purchase, the fewer the better), frequency is ``n_orders``, the amount is
``total_spend``.
"""

from __future__ import annotations

from itertools import product

import numpy as np
import pandas as pd

from grc_helpers.errors import GrcError

LEVELS = 5
OUTSIDE = "Hors règles"
CONVENTIONS = {
    "ex_aequo": "indépendants, ex æquo ensemble",
    "independants": "indépendants, ex æquo départagés",
    "imbriques": "imbriqués",
    "bornes": "bornes fixes",
}
_BOUNDS = ["r_min", "r_max", "f_min", "f_max", "m_min", "m_max"]
_RULES = {
    "Champions": (4, 5, 4, 5, 4, 5, "remercier, consulter, sans remise"),
    "Fidèles": (3, 5, 4, 5, 1, 5, "proposer toute la gamme, faire parrainer"),
    "À ne pas perdre": (1, 2, 4, 5, 1, 5, "appeler et comprendre"),
    "Gros occasionnels": (3, 5, 1, 3, 5, 5, "donner une raison de revenir plus tôt"),
    "Récents": (4, 5, 1, 3, 1, 5, "accueillir, viser l'achat suivant"),
    "À réveiller": (2, 3, 1, 3, 1, 5, "une relance, mesurée"),
    "Endormis": (1, 1, 1, 3, 1, 5, "aucune dépense de contact"),
}


def oriented(customers: pd.DataFrame) -> pd.DataFrame:
    """Return the three measures, the higher the better: r (minus the days since the last purchase), f, m."""
    values = {"r": -customers["days_since_last"], "f": customers["n_orders"], "m": customers["total_spend"]}
    return pd.DataFrame(values)


def rankings(customers: pd.DataFrame, scores: pd.DataFrame) -> dict[str, pd.Series]:
    """Return four ways to rank customers, the higher the better: the sum of the scores, and each measure alone."""
    values = oriented(customers)
    alone = {"Récence seule": values["r"], "Fréquence seule": values["f"], "Montant seul": values["m"]}
    return {"R + F + M": scores["r"] + scores["f"] + scores["m"]} | alone


def tied_scores(values) -> np.ndarray:
    """Return scores 1–5 where equal values get the same score, the lowest that their ranks would give.

    score = 1 + floor(5 × share of customers strictly below): k says that at least (k − 1) × 20 % do strictly worse.
    """
    values = np.asarray(values)
    return 1 + LEVELS * np.searchsorted(np.sort(values), values, side="left") // len(values)


def possible_scores(values) -> tuple[np.ndarray, np.ndarray]:
    """Return the lowest and the highest score (1–5) that equal-sized quintiles may give each customer.

    They differ where equal values straddle a boundary: there the order of ties decides.
    """
    values = np.asarray(values)
    last = np.searchsorted(np.sort(values), values, side="right") - 1
    return tied_scores(values), 1 + LEVELS * last // len(values)


def _quintiles(values: pd.Series, ties: np.ndarray, within: list[pd.Series] = ()) -> pd.Series:
    """Return quintiles 1–5 of equal size (in each group of ``within``); ``ties`` ranks equal values."""
    frame = pd.DataFrame({"value": values, "ties": ties}).sort_values(["value", "ties"])
    groups = [part.loc[frame.index] for part in within] or [pd.Series(0, index=frame.index)]
    grouped = frame.groupby(groups)["value"]
    return (1 + LEVELS * grouped.cumcount() // grouped.transform("size")).loc[values.index]


def rfm_scores(
    customers: pd.DataFrame,
    *,
    convention: str = "ex_aequo",
    cuts: dict[str, tuple[float, ...]] | None = None,
    ties_seed: int | None = None,
) -> pd.DataFrame:
    """Score customers 1–5 in recency, frequency and amount.

    Parameters
    ----------
    customers : DataFrame
        customer_id, days_since_last, n_orders, total_spend.
    convention : {"ex_aequo", "independants", "imbriques", "bornes"}
        ``independants``: quintiles of equal size of each measure. ``ex_aequo``: the same, equal values kept together
        (:func:`tied_scores`). ``imbriques``: quintiles of frequency within each of recency, then of amount within each
        of both: 125 cells of equal size. ``bornes``: fixed cut-points.
    cuts : dict of str to 4 numbers, with "bornes"
        For ``"f"`` and ``"m"``, the smallest value of scores 2, 3, 4, 5. For ``"r"``, in days, the largest value of
        scores 5, 4, 3, 2.
    ties_seed : int, optional
        Draw the order of ties, which is otherwise that of ``customer_id``.

    Returns
    -------
    DataFrame, index of ``customers``
        r, f, m (1–5) and cell ("555" is the best).

    References
    ----------
    Hughes, A. M. (1994). *Strategic Database Marketing*. Probus. (Nested quintiles.)
    """
    if convention not in CONVENTIONS:
        raise GrcError(
            f"« {convention} » n'est pas une convention de notes.", todo=f"choisissez parmi : {', '.join(CONVENTIONS)}"
        )
    values = oriented(customers)
    if convention == "ex_aequo":
        scores = pd.DataFrame({key: tied_scores(values[key]) for key in "rfm"}, index=customers.index)
    elif convention == "bornes":
        bounds = {key: np.asarray(cuts[key], dtype=float) for key in "rfm"}
        scores = pd.DataFrame({key: 1 + np.searchsorted(bounds[key], values[key], side="right") for key in "fm"})
        scores["r"] = LEVELS - np.searchsorted(bounds["r"], customers["days_since_last"].to_numpy(), side="left")
        scores = scores[["r", "f", "m"]].set_axis(customers.index)
    else:
        ties = np.argsort(np.argsort(customers["customer_id"].to_numpy(), kind="stable"))
        if ties_seed is not None:
            ties = np.random.default_rng(ties_seed).permutation(len(customers))
        nested, done = convention == "imbriques", []
        for key in "rfm":
            done.append(_quintiles(values[key], ties, done if nested else []))
        scores = pd.concat(done, axis=1, keys=list("rfm"))
    scores = scores.astype("int64")
    return scores.assign(cell=(100 * scores["r"] + 10 * scores["f"] + scores["m"]).astype(str))


def tie_lottery(customers: pd.DataFrame, *, convention: str, seed: int) -> float:
    """Return the share of customers whose cell changes between two orders of ties drawn at random."""
    first, second = (rfm_scores(customers, convention=convention, ties_seed=seed + k)["cell"] for k in (0, 1))
    return float((first != second).mean())


def parse_cuts(*, recency_cuts: str, frequency_cuts: str, monetary_cuts: str) -> dict[str, tuple[float, ...]]:
    """Read the fixed cut-points of the three measures, each written as ``"30, 90, 180, 365"``: four, increasing.

    Returns
    -------
    dict
        As ``cuts`` of :func:`rfm_scores`.

    Raises
    ------
    GrcError
        Naming the parameter that does not cut five levels.
    """
    texts = {"recency_cuts": recency_cuts, "frequency_cuts": frequency_cuts, "monetary_cuts": monetary_cuts}
    return {name[0]: _four_numbers(text, name) for name, text in texts.items()}


def _four_numbers(text: str, name: str) -> tuple[float, ...]:
    try:
        cuts = tuple(float(part) for part in text.split(","))
    except ValueError:
        cuts = ()
    if len(cuts) != LEVELS - 1 or any(not a < b for a, b in zip(cuts, cuts[1:], strict=False)):
        raise GrcError(
            f"Les bornes « {name} » ne découpent pas cinq niveaux.",
            where=f"« {text} »",
            todo="écrivez quatre nombres croissants séparés par des virgules, avec un point décimal : 30, 90, 180, 365",
        )
    return cuts


def cell_agreement(cells: dict[str, pd.Series]) -> pd.DataFrame:
    """Return the share of customers to whom two conventions give the same cell, for each pair of conventions."""
    shares = {a: {b: float((cells[a] == cells[b]).mean()) for b in cells} for a in cells}
    return pd.DataFrame(shares).loc[list(cells), list(cells)]


def segment_rules() -> pd.DataFrame:
    """Return the rules that name segments: a table to read, change, and give to :func:`assign_segments`.

    Returns
    -------
    DataFrame indexed by segment, in order of priority
        r_min, r_max, f_min, f_max, m_min, m_max (scores, both ends included) and action.
    """
    return pd.DataFrame.from_dict(_RULES, orient="index", columns=[*_BOUNDS, "action"]).rename_axis("Segment")


def assign_segments(scores: pd.DataFrame, rules: pd.DataFrame) -> pd.Series:
    """Name each customer's segment: the first rule whose bounds hold its three scores, else ``Hors règles``."""
    inside = [
        np.logical_and.reduce([scores[key].between(rule[f"{key}_min"], rule[f"{key}_max"]) for key in "rfm"])
        for _, rule in rules.iterrows()
    ]
    names = np.select(inside, list(rules.index), default=OUTSIDE)
    return pd.Series(pd.Categorical(names, [*rules.index, OUTSIDE]), index=scores.index, name="segment")


def rule_gaps(rules: pd.DataFrame) -> tuple[list[str], list[str]]:
    """Return the cells that no rule covers, and the segments that earlier rules leave without any cell."""
    grid = pd.DataFrame(list(product(range(1, LEVELS + 1), repeat=3)), columns=list("rfm"))
    named = assign_segments(grid, rules)
    outside = ["".join(map(str, cell)) for cell in grid[named == OUTSIDE].itertuples(index=False)]
    return outside, [name for name in rules.index if not (named == name).any()]
