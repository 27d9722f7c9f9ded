"""Where to act: importance and performance, expected and perceived quality, and what each clue explains."""

from __future__ import annotations

from itertools import combinations
from math import factorial

import numpy as np
import pandas as pd

from grc_helpers.errors import GrcError
from grc_helpers.loyalty.questions import mean_interval

MOST = 10  # clues: 2^10 regressions
# All that LMG needs of R's « swiss » data (47 provinces, about 1888; Mosteller & Tukey 1977): covariances of Fertility,
# Agriculture, Examination, Education, Catholic, Infant.Mortality; and the parts published by Grömping (2006).
SWISS = (
    (156.042, 100.169, -64.367, -79.730, 241.563, 15.156),
    (100.169, 515.799, -124.393, -139.657, 379.904, -4.026),
    (-64.367, -124.393, 63.647, 53.576, -190.561, -2.650),
    (-79.730, -139.657, 53.576, 92.456, -61.699, -2.782),
    (241.563, 379.904, -190.561, -61.699, 1739.295, 21.318),
    (15.156, -4.026, -2.650, -2.782, 21.318, 8.484),
)
SWISS_PARTS = {
    "Agriculture": 0.0571,
    "Examination": 0.1712,
    "Education": 0.2601,
    "Catholic": 0.1056,
    "Infant.Mortality": 0.1128,
}


def shares_from_covariance(covariance) -> np.ndarray:
    """Return each clue's part in R², averaged over every order of entry (LMG: Lindeman, Merenda & Gold 1980).

    It is the Shapley value of a game whose gain is R²: exact here, all 2^p regressions being run.

    Parameters
    ----------
    covariance : array-like, (p + 1, p + 1)
        Of the answer, then of the clues.

    Returns
    -------
    array, (p,)
        The parts; their sum is R².
    """
    matrix = np.asarray(covariance, dtype=float)
    size = len(matrix) - 1
    if not 1 <= size <= MOST:
        raise GrcError(f"Il faut entre 1 et {MOST} indices pour partager le R² (reçus : {size}).")
    if matrix[0, 0] <= 0:
        raise GrcError("La réponse à expliquer ne varie pas : il n'y a rien à partager.")
    gain = {(): 0.0}
    for count in range(1, size + 1):
        for chosen in combinations(range(size), count):
            at = [place + 1 for place in chosen]
            slope = np.linalg.lstsq(matrix[np.ix_(at, at)], matrix[at, 0], rcond=None)[0]
            gain[chosen] = matrix[at, 0] @ slope / matrix[0, 0]
    parts = np.zeros(size)
    for place in range(size):
        for chosen in (key for key in gain if place not in key):
            weight = factorial(len(chosen)) * factorial(size - len(chosen) - 1) / factorial(size)
            parts[place] += weight * (gain[tuple(sorted((*chosen, place)))] - gain[chosen])
    return parts


def explained_shares(answer, clues: pd.DataFrame, *, n_boot: int, seed: int) -> pd.DataFrame:
    """Share R² between clues, with 95 % intervals by drawing respondents.

    Parameters
    ----------
    answer : array-like
    clues : DataFrame
        One column a clue; respondents with a missing value are left out.

    Returns
    -------
    DataFrame, one row a clue
        ``explained_part``, ``part_low``, ``part_high`` (of the variance of the answer).
    """
    parts, drawn = drawn_shares(answer, clues, n_boot=n_boot, seed=seed)
    low, high = np.quantile(drawn, [0.025, 0.975], axis=0)
    return pd.DataFrame({"explained_part": parts, "part_low": low, "part_high": high}, index=clues.columns)


def drawn_shares(answer, clues: pd.DataFrame, *, n_boot: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the parts of R² and those of ``n_boot`` drawings of respondents, (clues,) and (n_boot, clues)."""
    table = np.column_stack([np.asarray(answer, dtype=float), clues.to_numpy(dtype=float)])
    table = table[~np.isnan(table).any(axis=1)]
    if len(table) < 3 * table.shape[1]:
        raise GrcError(f"{len(table)} réponses complètes : trop peu pour {table.shape[1] - 1} indices.")
    rng = np.random.default_rng(seed)
    drawn = [
        shares_from_covariance(np.cov(table[rng.integers(0, len(table), len(table))], rowvar=False))
        for _ in range(n_boot)
    ]
    return shares_from_covariance(np.cov(table, rowvar=False)), np.array(drawn)


def importance_performance(scores: pd.DataFrame, *, overall: str, scales: list[str], n_boot: int, seed: int):
    """Return the map of Martilla & James (1977), importance being measured and not asked for.

    Importance: the scale's share of the variance of the overall mark (LMG). Performance: its mean out of 10.

    Returns
    -------
    DataFrame, one row a scale
        ``importance``, ``importance_low``, ``importance_high``, ``performance``, ``performance_low``,
        ``performance_high``, ``behind`` (the first scale is more important than this one beyond chance: the drawn
        difference, one threshold at 95 % for all the scales), ``advice``.
    """
    from scipy.stats import norm

    parts, drawn = drawn_shares(scores[overall], scores[scales], n_boot=n_boot, seed=seed)
    low, high = np.quantile(drawn, [0.025, 0.975], axis=0)
    table = pd.DataFrame({"importance": parts, "importance_low": low, "importance_high": high}, index=scales)
    first = int(parts.argmax())
    reach = norm.isf(0.025 / (len(scales) - 1)) * (drawn[:, [first]] - drawn).std(axis=0, ddof=1)
    table["behind"] = parts[first] - parts > reach
    means = [mean_interval(scores[name]) for name in scales]
    table[["performance", "performance_low", "performance_high"]] = means
    heavy = table["importance"] >= table["importance"].mean()
    good = table["performance"] >= table["performance"].mean()
    words = {(True, False): "Agir d'abord", (True, True): "Maintenir", (False, False): "Peu urgent"}
    table["advice"] = [words.get(pair, "Ne pas en faire plus") for pair in zip(heavy, good, strict=True)]
    return table


def map_reading(table: pd.DataFrame, names: dict[str, str]) -> str:
    """Say what the map allows to conclude: which scale comes first, or that the intervals cannot rank them."""
    first = table["importance"].idxmax()
    said = " ; ".join(f"« {names[name]} » : {row['advice'].lower()}" for name, row in table.iterrows())
    if table["behind"].sum() == len(table) - 1:
        return f"« {names[first]} » compte plus que les autres, au-delà du hasard. Lecture de la carte : {said}."
    return (
        f"Le hasard suffit à expliquer que « {names[first]} » vienne en tête : la carte ne classe pas ces {len(table)} "
        f"échelles. Lue sans marge d'erreur, elle dirait : {said}."
    )


def gap_table(expected: pd.Series, perceived: pd.Series) -> pd.DataFrame:
    """Return the mean gap perceived − expected, and how many are above, at and under what they expected.

    Parasuraman, Zeithaml & Berry (1988). Marks out of 10; within half a point, the promise is called kept.
    """
    gap = (perceived - expected).dropna()
    kinds = {"Mieux que prévu": gap > 0.5, "Comme prévu": gap.abs() <= 0.5, "Moins bien que prévu": gap < -0.5}
    rows = {name: (int(mask.sum()), mask.mean(), gap[mask].mean()) for name, mask in kinds.items()}
    return pd.DataFrame.from_dict(rows, orient="index", columns=["respondents", "share", "mean_gap"])


def satisfaction_by_gap(expected, perceived, mark) -> pd.DataFrame:
    """Return what the overall mark follows: the expected quality, the perceived one, or their gap (correlations)."""
    frame = pd.DataFrame({"Attendue": expected, "Perçue": perceived, "Écart": perceived - expected, "mark": mark})
    frame = frame.dropna()
    rows, reach = {}, 1.96 / np.sqrt(max(len(frame) - 3, 1))
    for name in ("Attendue", "Perçue", "Écart"):
        rho = frame[name].corr(frame["mark"])
        low, high = np.tanh(np.arctanh(np.clip(rho, -1 + 1e-12, 1 - 1e-12)) + np.array([-reach, reach]))
        rows[name] = rho, low, high
    return pd.DataFrame.from_dict(rows, orient="index", columns=["correlation", "correlation_low", "correlation_high"])
