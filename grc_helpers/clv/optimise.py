"""Maximum likelihood on log-parameters: L-BFGS on a thinned sample, then Newton's steps on all the rows.

Every pass over the data gives the log-likelihood and its gradient; there are few of them on the full table, because the
thinned sample already leads next to the maximum and its curvature is nearly that of the whole.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np
from scipy.optimize import minimize
from threadpoolctl import ThreadpoolController

from grc_helpers.clv.rows import Rows

THINNED = 10_000  # rows of the sample that finds the neighbourhood of the maximum
ROUGH_STEPS, NEWTON_STEPS = 2, 12  # with the curvature of the sample, then with that of all the rows
MOVED = 1e-3  # how far (log-parameters) the curvature still holds for the standard errors
DECREMENT = 1e-8  # stop when the gradient, measured by the curvature, is this small
ACCEPTED = 1e-5  # at worst, what a converged fit may leave
FLAT = 1e-5  # derivative of the mean log-likelihood that passes for zero
NEAR_BOUND = 1e-3
STEP = 1e-6  # of the finite differences of the gradient (log-parameters)

Loss = Callable[[np.ndarray, Rows], tuple[float, np.ndarray]]


@dataclass(frozen=True)
class Optimum:
    """Where the mean log-likelihood is greatest.

    Attributes
    ----------
    log_params : array, shape (k,)
    mean_log_likelihood : float
    information : array, shape (k, k)
        Observed information of the log-parameters, per customer.
    slope : float
        Largest derivative that is left (bounds aside).
    decrement : float
        sqrt(g' H^-1 g): the same in units of the curvature; infinite where the likelihood is flat.
    low, high : array of bool, shape (k,)
        Parameters that ended on a bound.
    """

    log_params: np.ndarray
    mean_log_likelihood: float
    information: np.ndarray
    slope: float
    decrement: float
    low: np.ndarray
    high: np.ndarray

    @property
    def converged(self) -> bool:
        """Whether the gradient vanishes (bounds aside)."""
        return bool(self.decrement <= ACCEPTED)

    @property
    def flat(self) -> bool:
        """Whether the likelihood has stopped rising without a summit."""
        return bool(not self.converged and self.slope <= FLAT)


def maximise(loss: Loss, rows: Rows, starts: list[np.ndarray], bounds: np.ndarray) -> Optimum:
    """Find the maximum of a likelihood.

    Parameters
    ----------
    loss : callable
        ``loss(log_params, rows) -> (value, gradient)``: minus the mean log-likelihood, and its gradient.
    rows : Rows
    starts : list of array
        Log-parameters to start from; the next one is tried only if the one before ends badly.
    bounds : array, shape (k, 2)
        Lowest and highest log-parameters.
    """
    with _threads().limit(limits=1, user_api="blas"):  # vectors are short: threads would only wait for each other
        return _maximise(loss, rows, starts, bounds)


@cache
def _threads() -> ThreadpoolController:
    """Look once for the libraries that have threads: they are loaded by now, and looking costs a sixth of a fit."""
    return ThreadpoolController()


def _maximise(loss: Loss, rows: Rows, starts: list[np.ndarray], bounds: np.ndarray) -> Optimum:
    step = max(1, len(rows) // THINNED)
    thinned = rows.take(slice(step // 2, None, step))
    point, least = starts[0], np.inf
    for start in starts:
        candidate = _lbfgs(loss, thinned, start, bounds)
        value = loss(candidate, thinned)[0]
        if value < least:
            point, least = candidate, value
        if not _touches(point, bounds).any():
            break
    found = point, *loss(point, rows)
    found, _ = _newton(loss, rows, found, curvature(loss, thinned, point), bounds, ROUGH_STEPS)
    anchor, hessian = found[0], curvature(loss, rows, found[0], found[2])
    found, decrement = _newton(loss, rows, found, hessian, bounds, NEWTON_STEPS)
    if decrement > DECREMENT:
        anchor = _lbfgs(loss, rows, found[0], bounds)
        found = anchor, *loss(anchor, rows)
        hessian = curvature(loss, rows, anchor, found[2])
        found, decrement = _newton(loss, rows, found, hessian, bounds, NEWTON_STEPS)
    point, value, gradient = found
    if np.abs(point - anchor).max() > MOVED:
        hessian = curvature(loss, rows, point, gradient)
    low, high = _touches(point, bounds)
    slope = np.abs(gradient[~(low | high)]).max(initial=0)
    return Optimum(point, -value, hessian, float(slope), decrement, low, high)


def curvature(loss: Loss, rows: Rows, point: np.ndarray, gradient: np.ndarray | None = None) -> np.ndarray:
    """Return the second derivatives of the loss, by differences of its gradient (at the point, if it is known)."""
    centre = loss(point, rows)[1] if gradient is None else gradient
    moved = [loss(point + STEP * axis, rows)[1] for axis in np.eye(len(point))]
    hessian = (np.array(moved) - centre) / STEP
    return (hessian + hessian.T) / 2


def _lbfgs(loss: Loss, rows: Rows, start: np.ndarray, bounds: np.ndarray) -> np.ndarray:
    options = {"maxiter": 500, "ftol": 1e-14, "gtol": 1e-8, "maxcor": 20}
    start = np.clip(start, bounds[:, 0], bounds[:, 1])
    return minimize(loss, start, args=(rows,), jac=True, method="L-BFGS-B", bounds=bounds, options=options).x


def _newton(loss: Loss, rows: Rows, found: tuple, hessian: np.ndarray, bounds: np.ndarray, steps: int):
    """Follow Newton's steps with a fixed curvature, as long as they help.

    `found` is (point, value, gradient); return it where the steps end, and the decrement there.
    """
    decrement = _decrement(found[2], hessian, found[0], bounds)
    for _ in range(steps):
        if not DECREMENT < decrement < np.inf:
            break
        point, _, gradient = found
        free = ~_touches(point, bounds).any(axis=0)
        move = np.zeros_like(point)
        move[free] = np.linalg.solve(hessian[np.ix_(free, free)], gradient[free])
        candidate = np.clip(point - move, bounds[:, 0], bounds[:, 1])
        there = candidate, *loss(candidate, rows)
        shorter = _decrement(there[2], hessian, candidate, bounds)
        if not shorter < decrement:
            break
        found, decrement = there, shorter
    return found, decrement


def _decrement(gradient: np.ndarray, hessian: np.ndarray, point: np.ndarray, bounds: np.ndarray) -> float:
    """Return sqrt(g' H^-1 g) of the parameters that are free to move; infinite where the curvature is not positive."""
    free = ~_touches(point, bounds).any(axis=0)
    g, h = gradient[free], hessian[np.ix_(free, free)]
    try:
        half = np.linalg.solve(np.linalg.cholesky(h), g)
    except np.linalg.LinAlgError:
        return np.inf
    return float(np.sqrt(half @ half))


def _touches(point: np.ndarray, bounds: np.ndarray) -> np.ndarray:
    """Tell, for the lowest and the highest bounds, which parameters are on them; shape (2, k)."""
    return np.array([point <= bounds[:, 0] + NEAR_BOUND, point >= bounds[:, 1] - NEAR_BOUND])
