"""Intervals for whatever is computed from fitted models: delta method, or bootstrap where that is doubtful."""

from __future__ import annotations

import copy
import warnings
from collections.abc import Callable

import numpy as np
import pandas as pd
from scipy.special import expit, logit, ndtri
from sklearn.base import clone

from grc_helpers.clv.customers import weights_of
from grc_helpers.clv.model import CustomerModel, FitWarning
from grc_helpers.errors import GrcError

STEP = 1e-4  # of the central differences by the logarithm of each parameter
SCALES = {
    "identity": (lambda value: value, lambda value: np.ones_like(value), lambda value: value),
    "log": (np.log, lambda value: 1 / value, np.exp),
    "logit": (logit, lambda value: 1 / (value * (1 - value)), expit),
}


def interval(
    function: Callable,
    *models: CustomerModel,
    level: float = 0.95,
    scale: str = "identity",
    replicates: list[tuple[CustomerModel, ...]] | None = None,
) -> pd.DataFrame:
    """Return an estimate computed from models, with its standard error and interval.

    Parameters
    ----------
    function : callable
        ``function(*models)`` returns a number, an array or a Series: ``lambda model: model.predict(customers, t=52)``.
    *models : CustomerModel
        Fitted, independently of one another.
    level : float
        Confidence.
    scale : {"identity", "log", "logit"}
        Scale on which the delta method's interval is symmetric: "log" for what is positive, "logit" for probabilities.
    replicates : list of tuple of models, optional
        From `bootstrap`: the interval is then that of the percentiles, and the standard error that of the replicates.

    Returns
    -------
    DataFrame
        estimate, standard_error, low, high; one row a value of the function. The interval is that of the quantity (an
        expectation, a probability) given the data, not that of a customer's own purchases, which vary much more.

    Notes
    -----
    Delta method: the variance of g is the sum over models of ∇g' C ∇g, with C the inverse of the observed information
    of the log-parameters and ∇g by central differences.
    """
    if scale not in SCALES:
        raise GrcError(f"« {scale} » ne convient pas pour « scale ».", todo=f"choisissez parmi : {', '.join(SCALES)}")
    value = function(*models)
    index = value.index if isinstance(value, pd.Series) else None
    estimate = np.atleast_1d(np.asarray(value, dtype=float))
    tail = (1 - level) / 2
    if replicates is not None:
        draws = np.array([np.atleast_1d(np.asarray(function(*drawn), dtype=float)) for drawn in replicates])
        error = draws.std(axis=0, ddof=1)
        low, high = np.quantile(draws, [tail, 1 - tail], axis=0)
    else:
        error = np.sqrt(sum(_variance(function, models, place) for place in range(len(models))))
        there, slope, back = SCALES[scale]
        with np.errstate(divide="ignore", invalid="ignore"):
            reach = -ndtri(tail) * error * slope(estimate)
            low, high = back(there(estimate) - reach), back(there(estimate) + reach)
            low, high = (np.where(error == 0, estimate, bound) for bound in (low, high))
    return pd.DataFrame({"estimate": estimate, "standard_error": error, "low": low, "high": high}, index=index)


def bootstrap(
    models: CustomerModel | list[CustomerModel],
    customers: pd.DataFrame,
    *,
    n_boot: int,
    seed: int,
    sample_weight=None,
) -> list[tuple[CustomerModel, ...]]:
    """Fit models again on customers drawn with replacement.

    Parameters
    ----------
    models : CustomerModel or list of them
        What to fit; they are not changed. All see the same draw of customers, so that a value computed from several
        of them keeps their dependence.
    customers : DataFrame
    n_boot : int
        Number of draws.
    seed : int
    sample_weight : array, optional
        Number of customers that each row stands for.

    Returns
    -------
    list of tuple of models
        For `interval`. They predict even where a draw gave a doubtful fit, since such draws are part of the
        uncertainty.
    """
    models = [models] if isinstance(models, CustomerModel) else list(models)
    weight = weights_of(customers, sample_weight)
    weight = np.ones(len(customers)) if weight is None else weight
    rng, total = np.random.default_rng(seed), round(weight.sum())
    replicates = []
    for _ in range(n_boot):
        count = rng.multinomial(total, weight / weight.sum())
        drawn = count > 0
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", FitWarning)
            fits = (clone(m).set_params(force=True).fit(customers[drawn], sample_weight=count[drawn]) for m in models)
            replicates.append(tuple(fits))
    return replicates


def _variance(function: Callable, models: tuple[CustomerModel, ...], place: int) -> np.ndarray:
    """Return the variance that one of the models brings, by the delta method."""
    model = models[place]
    if not hasattr(model, "log_covariance_"):
        raise GrcError("Ces paramètres ont été donnés, non estimés : ils n'ont pas d'erreur type.")
    slopes = []
    for name in model.names:
        around = []
        for side in (STEP, -STEP):
            moved = copy.copy(model)
            moved.params_ = model.params_.copy()
            moved.params_[name] *= np.exp(side)
            others = (*models[:place], moved, *models[place + 1 :])
            around.append(np.atleast_1d(np.asarray(function(*others), dtype=float)))
        slopes.append((around[0] - around[1]) / (2 * STEP))
    slopes = np.array(slopes)
    return np.einsum("in,ij,jn->n", slopes, model.log_covariance_.to_numpy(), slopes)
