"""Fellegi and Sunter's arithmetic, in a few lines: what an agreement weighs, and what the weights add up to.

References
----------
Fellegi, I. P. & Sunter, A. B. (1969), "A Theory for Record Linkage", Journal of the American Statistical Association
64.
Winkler, W. E. (1988), "Using the EM Algorithm for Weight Computation in the Fellegi-Sunter Model of Record Linkage".
"""

from dataclasses import dataclass

import numpy as np


def match_weight(m: float, u: float) -> float:
    """Return the weight, in bits, of what is seen in a share m of true pairs and in a share u of the others.

    The weight is log2(m / u): 1 bit doubles the odds that the two records are of one person.
    """
    return float(np.log2(m / u))


def prior_weight(probability: float) -> float:
    """Return the weight, in bits, of a probability: log2 of its odds."""
    return float(np.log2(probability / (1 - probability)))


def to_probability(weight: float | np.ndarray) -> float | np.ndarray:
    """Return the probability whose odds are 2 to the power of the weight."""
    return 1 / (1 + np.exp2(-np.asarray(weight, dtype=float)))[()]


def total_weight(agreements: np.ndarray, m: np.ndarray, u: np.ndarray, prior: float) -> np.ndarray:
    """Return the weight of pairs compared field by field.

    Parameters
    ----------
    agreements : array of shape (pairs, fields)
        1: the field agrees; 0: it differs; NaN: one of the records does not have it (it then weighs nothing).
    m, u : array of shape (fields,)
        Share of the true pairs, and of the others, in which the field agrees.
    prior : float
        Probability that two records drawn at random are of one person.

    Returns
    -------
    array of shape (pairs,)
        Sum of the prior's weight and of the fields': it supposes that, among true pairs and among the others, fields
        agree independently of each other.
    """
    agree, differ = np.log2(m / u), np.log2((1 - m) / (1 - u))
    weights = np.where(np.isnan(agreements), 0.0, np.where(agreements == 1, agree, differ))
    return prior_weight(prior) + weights.sum(axis=1)


@dataclass(frozen=True)
class Parameters:
    """What EM found: prior, m and u by field, and the number of rounds it took."""

    prior: float
    m: np.ndarray
    u: np.ndarray
    rounds: int


def estimate(agreements: np.ndarray, *, prior: float = 0.1, rounds: int = 500, tolerance: float = 1e-7) -> Parameters:
    """Find m, u and the prior without knowing which pairs are true (EM algorithm).

    Parameters
    ----------
    agreements : array of shape (pairs, fields)
        0, 1 or NaN, at least three fields.
    prior : float
        Where to start from.
    rounds, tolerance : int, float
        Stop after so many rounds, or when no parameter moves by more than this.
    """
    known = ~np.isnan(agreements)
    agree = np.where(known, agreements, 0.0)
    m, u = np.full(agreements.shape[1], 0.9), np.full(agreements.shape[1], 0.1)
    for turn in range(1, rounds + 1):
        true = to_probability(total_weight(agreements, m, u, prior))[:, None]
        old = np.concatenate([[prior], m, u])
        m = np.clip((true * agree).sum(0) / (true * known).sum(0), 1e-6, 1 - 1e-6)
        u = np.clip(((1 - true) * agree).sum(0) / ((1 - true) * known).sum(0), 1e-6, 1 - 1e-6)
        prior = float(np.clip(true.mean(), 1e-6, 1 - 1e-6))
        if np.abs(np.concatenate([[prior], m, u]) - old).max() < tolerance:
            return Parameters(prior, m, u, turn)
    return Parameters(prior, m, u, rounds)


def trial(m: np.ndarray, u: np.ndarray, *, prior: float, pairs: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Draw pairs of records whose truth is known.

    Parameters
    ----------
    m, u : array of shape (fields,)
        Share of the true pairs, and of the others, in which each field agrees.
    prior : float
        Share of true pairs.

    Returns
    -------
    array of shape (pairs,), array of shape (pairs, fields)
        Whether the pair is true, and its agreements (0 or 1).
    """
    rng = np.random.default_rng(seed)
    true = rng.random(pairs) < prior
    return true, (rng.random((pairs, len(m))) < np.where(true[:, None], m, u)).astype(float)
