"""The relation with a customer as a Markov chain: its value, and when to stop soliciting."""

from __future__ import annotations

import numpy as np
import pandas as pd

from grc_helpers.clv.formulas import check_rates
from grc_helpers.errors import GrcError


def check_chain(transition, reward) -> tuple[np.ndarray, np.ndarray]:
    """Return the chain as arrays; raise GrcError if it is not square, or a row is not made of shares adding to 1."""
    matrix, reward = np.asarray(transition, dtype=float), np.asarray(reward, dtype=float)
    if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1] or reward.shape != (len(matrix),):
        raise GrcError(
            "La chaîne est mal formée.",
            where=f"matrice {matrix.shape}, gains {reward.shape}",
            todo="donnez une matrice carrée et un gain par état",
        )
    wrong = np.flatnonzero((matrix < 0).any(axis=1) | ~np.isclose(matrix.sum(axis=1), 1, rtol=0, atol=1e-9))
    if len(wrong):
        raise GrcError(
            "Chaque ligne de la matrice doit réunir des parts dont la somme fait 1.",
            where=f"ligne(s) {', '.join(str(row + 1) for row in wrong[:5])} ; somme {matrix[wrong[0]].sum():g}",
            todo="vérifiez que chaque état mène quelque part, et une seule fois",
        )
    return matrix, reward


def chain_value(transition, reward, discount_rate: float, *, horizon: int | None = None) -> np.ndarray:
    """Return the value of being in each state: its reward now, and those of the states that follow.

    V^T = Σ_{t=0}^{T} [P/(1 + d)]^t R, and V = [I − P/(1 + d)]^(−1) R without horizon: the two differ.

    Parameters
    ----------
    transition : array, (n, n)
        Probability to pass from the state of the row to that of the column in one period.
    reward : array, (n,)
        What a period in each state brings, in currency units.
    discount_rate : float
        Per period; positive when there is no horizon.
    horizon : int, optional
        T: how many further periods are counted after the present one.

    Raises
    ------
    GrcError
        A malformed chain; no horizon and a discount rate that is not positive.

    References
    ----------
    Pfeifer, P. E. & Carraway, R. L. (2000). Modeling customer relationships as Markov chains. *Journal of Interactive
    Marketing* 14(2), equations for V^T and V.
    """
    matrix, reward = check_chain(transition, reward)
    check_rates(discount_rate=discount_rate)
    step = matrix / (1 + discount_rate)
    if horizon is None:
        if discount_rate <= 0:
            raise GrcError(
                "Sans horizon, le taux d'actualisation doit être positif.",
                where=f"taux {discount_rate:g}",
                todo="donnez un horizon, ou un taux positif",
            )
        return np.linalg.solve(np.eye(len(matrix)) - step, reward)
    value = reward
    for _ in range(horizon):
        value = reward + step @ value
    return value


def recency_chain(purchase_rates, *, margin: float, solicitation_cost: float) -> tuple[np.ndarray, np.ndarray]:
    """Return the chain of a customer who is solicited until they have been silent too long.

    States 1…n are recencies (1: bought in the period just over); the last state, for good, is that of former customers,
    whom nobody solicits. From recency k, a customer buys with probability p_k and is back to recency 1.

    Parameters
    ----------
    purchase_rates : sequence of n floats
        p_1 … p_n.
    margin, solicitation_cost : float
        Net contribution of a purchase, cost of soliciting a customer over a period (currency units).

    Returns
    -------
    transition, reward : arrays, (n + 1, n + 1) and (n + 1,)
        The cost is that of the coming period, hence (margin − cost, −cost, …, −cost, 0), as in the paper.

    References
    ----------
    Pfeifer & Carraway (2000), figure 1.
    """
    rates = np.atleast_1d(np.asarray(purchase_rates, dtype=float))
    check_rates(retention=rates)
    n = len(rates)
    matrix = np.zeros((n + 1, n + 1))
    matrix[np.arange(n), 0] = rates
    matrix[np.arange(n), np.arange(1, n + 1)] += 1 - rates
    matrix[n, n] = 1
    return matrix, np.array([margin - solicitation_cost, *[-solicitation_cost] * (n - 1), 0.0])


def stopping_rule(
    purchase_rates, *, margin: float, solicitation_cost: float, discount_rate: float
) -> tuple[int, pd.DataFrame]:
    """Return the recency after which soliciting no longer pays, by comparing every rule.

    Parameters
    ----------
    purchase_rates : sequence of floats
        p_1 … p_n; the rule « stop after recency s » uses the first s of them.

    Returns
    -------
    last : int
        Largest recency at which the firm should still solicit (0: never again).
    rules : DataFrame, one row a rule
        ``last_recency`` and the value of a customer who has just bought, one purchase's margin included.

    References
    ----------
    Pfeifer & Carraway (2000): a state of negative value should not be solicited; remove the last ones until none
    is left.
    """
    values = [float(margin)]
    for last in range(1, len(purchase_rates) + 1):
        chain = recency_chain(purchase_rates[:last], margin=margin, solicitation_cost=solicitation_cost)
        values.append(float(chain_value(*chain, discount_rate)[0]))
    rules = pd.DataFrame({"last_recency": range(len(values)), "value": values})
    return int(rules["value"].idxmax()), rules
