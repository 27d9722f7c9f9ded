"""Customers drawn exactly from each model, in continuous time, for the benchmark of recovery."""

import numpy as np
import pandas as pd

OCCASIONS, RENEWALS = 6, 7
YOUNGEST, OLDEST = 26.0, 78.0  # ages in weeks


def bg_nbd(rng: np.random.Generator, n: int, params, *, first_chance: bool = False) -> pd.DataFrame:
    """Draw customers of BG/NBD; with `first_chance`, of MBG/NBD (one may leave before any repeat purchase)."""
    r, alpha, a, b = params
    rate, age, p = rng.gamma(r, 1 / alpha, n), rng.uniform(YOUNGEST, OLDEST, n), rng.beta(a, b, n)
    would = rng.poisson(rate * age)  # purchases if nobody left
    allowed = rng.geometric(np.maximum(p, 1e-12)) - first_chance  # the one after which the customer leaves
    x = np.minimum(would, allowed)
    last = np.where(x > 0, age * rng.beta(np.maximum(x, 1), would - x + 1), 0.0)  # x-th of so many uniform dates
    return pd.DataFrame({"frequency": x, "recency": last, "T": age})


def mbg_nbd(rng: np.random.Generator, n: int, params) -> pd.DataFrame:
    """Draw customers of MBG/NBD."""
    return bg_nbd(rng, n, params, first_chance=True)


def pareto_nbd(rng: np.random.Generator, n: int, params) -> pd.DataFrame:
    """Draw customers of Pareto/NBD."""
    r, alpha, s, beta = params
    rate, age = rng.gamma(r, 1 / alpha, n), rng.uniform(YOUNGEST, OLDEST, n)
    lived = np.minimum(age, rng.exponential(1 / rng.gamma(s, 1 / beta, n)))
    x = rng.poisson(rate * lived)
    last = np.where(x > 0, lived * rng.beta(np.maximum(x, 1), 1), 0.0)
    return pd.DataFrame({"frequency": x, "recency": last, "T": age})


def nbd(rng: np.random.Generator, n: int, params) -> pd.DataFrame:
    """Draw customers of NBD."""
    return pareto_nbd(rng, n, (*params, 1.0, 1e12))


def bg_bb(rng: np.random.Generator, n: int, params) -> pd.DataFrame:
    """Draw customers of BG/BB over six occasions."""
    alpha, beta, gamma, delta = params
    lived = rng.geometric(rng.beta(gamma, delta, n)) - 1
    rank = np.arange(1, OCCASIONS + 1)
    bought = (rng.random((n, OCCASIONS)) < rng.beta(alpha, beta, (n, 1))) & (rank <= lived[:, None])
    return pd.DataFrame({"frequency": bought.sum(axis=1), "recency": (bought * rank).max(axis=1), "T": OCCASIONS})


def gamma_gamma(rng: np.random.Generator, n: int, params) -> pd.DataFrame:
    """Draw customers of Gamma-Gamma, one repeat purchase or more (as CDNOW's buyers)."""
    p, q, gamma = params
    x = 1 + rng.negative_binomial(0.6, 0.27, n)
    spend = rng.gamma(p * x) / rng.gamma(q, 1 / gamma, n)
    return pd.DataFrame({"frequency": x, "monetary_value": spend / x})


def shifted_beta_geometric(rng: np.random.Generator, n: int, params) -> pd.DataFrame:
    """Draw contracts of sBG over seven renewal dates."""
    left_at = rng.geometric(rng.beta(*params, n))
    return pd.DataFrame({"frequency": np.minimum(left_at - 1, RENEWALS), "T": RENEWALS})
