"""What every model here is: fitted by maximum likelihood, wary of its own fit, comparable on other customers."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator

from grc_helpers.clv.customers import histories, weights_of
from grc_helpers.clv.optimise import Optimum, maximise
from grc_helpers.clv.rows import Rows, as_rows, collapsed
from grc_helpers.errors import GrcError
from grc_helpers.style import number

WIDEST = 5.0  # standard error of a log-parameter beyond which the data are said not to determine it
WIDE = 0.5  # beyond which the delta method is doubtful: the 95 % interval spans a factor of seven
SMALLEST, LARGEST = 1e-4, 1e4  # bounds of the parameters, relative to their scale


class FitWarning(UserWarning):
    """A fit whose parameters should not be used as they are."""


class CustomerModel(BaseEstimator):
    """Common ground of the models.

    A model says which statistics of a customer it needs (`_statistics`), where to start (`_starts`), and gives for each
    row the log-likelihood and its derivatives by the logarithm of each parameter (`_terms`).

    Parameters
    ----------
    force : bool
        Predict even from a fit that did not converge, ended on a bound or is not identified.

    Attributes
    ----------
    params_ : Series
        Estimates, named as in the paper.
    log_covariance_ : DataFrame
        Covariance of the logarithms of the estimates: inverse of the observed information.
    log_likelihood_ : float
        Log-likelihood of the sample at the estimates, in the unit of time of the data.
    n_customers_ : float
        Customers that were used (sum of the weights).
    problems_ : tuple of str
        Why the fit should not be trusted, in French; empty when all is well. Predictions are refused, unless `force`.
    remarks_ : tuple of str
        What to keep in mind, in French; predictions are allowed.
    """

    names: tuple[str, ...] = ()
    discrete = False
    block = 8_192  # rows worked on at a time: they stay in the cache, and products of vectors on one thread

    def __init__(self, *, force: bool = False):
        self.force = force

    def fit(self, customers: pd.DataFrame, y=None, *, sample_weight=None):
        """Estimate the parameters by maximum likelihood.

        Parameters
        ----------
        customers : DataFrame
            One row a customer: ``frequency``, ``recency``, ``T`` in one unit of time.
        y : ignored
        sample_weight : array, optional
            Number of customers that each row stands for.
        """
        rows = self._rows(customers, sample_weight, collapse=True)
        return self._fit_rows(rows)

    def _fit_rows(self, rows: Rows):
        scale = self._scale(rows)
        bounds = np.log(scale)[:, None] + np.log([SMALLEST, LARGEST])
        self._keep(maximise(self._loss, rows, self._starts(rows), bounds), rows)
        if self.problems_:
            warnings.warn("\n".join(self.problems_), FitWarning, stacklevel=3)
        return self

    def score(self, customers: pd.DataFrame, y=None, *, sample_weight=None) -> float:
        """Return the mean log-likelihood of customers, typically others than those of the fit."""
        self._ready()
        rows = self._rows(customers, sample_weight, collapse=True)
        return -self._loss(np.log(self.params_.to_numpy()), rows)[0]

    def log_likelihood(self, customers: pd.DataFrame) -> pd.Series:
        """Return the log-likelihood of each customer."""
        self._ready()
        rows = self._rows(customers, None, collapse=False)
        params = self.params_.to_numpy()
        tables = self._tables(params, rows.levels)
        values = [self._terms(params, tables, part)[0] for part in rows.blocks(self.block)]
        return pd.Series(np.concatenate(values), customers.index, name="log_likelihood")

    def summary(self, *, level: float = 0.95) -> pd.DataFrame:
        """Return each parameter's estimate, standard error and interval (Wald's, on the logarithm)."""
        from scipy.special import ndtri

        self._fitted()
        if not hasattr(self, "log_covariance_"):
            raise GrcError("Ces paramètres ont été donnés, non estimés : ils n'ont pas d'erreur type.")
        deviation = np.sqrt(np.diag(self.log_covariance_))
        reach = np.exp(ndtri((1 + level) / 2) * deviation)
        estimate = self.params_
        return pd.DataFrame(
            {
                "estimate": estimate,
                "standard_error": estimate * deviation,
                "low": estimate / reach,
                "high": estimate * reach,
            }
        )

    def with_params(self, params) -> CustomerModel:
        """Return an unfitted copy that predicts with given parameters, for instance a paper's.

        Parameters
        ----------
        params : sequence of float or mapping
            In the order of `names`, or by name.
        """
        from sklearn.base import clone

        values = [params[name] for name in self.names] if hasattr(params, "keys") else list(params)
        if len(values) != len(self.names) or not all(value > 0 and np.isfinite(value) for value in values):
            raise GrcError("Il faut un nombre positif pour chaque paramètre.", where=", ".join(self.names))
        model = clone(self)
        model.params_ = pd.Series(values, index=list(self.names), dtype=float)
        model.problems_, model.remarks_ = (), ()
        return model

    def _rows(self, customers: pd.DataFrame, sample_weight, *, collapse: bool) -> Rows:
        found = histories(customers, discrete=self.discrete)
        make = collapsed if collapse else as_rows
        return make(found["frequency"], (found["recency"], found["T"]), weights_of(customers, sample_weight))

    def _loss(self, log_params: np.ndarray, rows: Rows) -> tuple[float, np.ndarray]:
        """Return minus the mean log-likelihood and its gradient by the log-parameters."""
        params = np.exp(log_params)
        tables = self._tables(params, rows.levels)
        total, gradient = 0.0, np.zeros(len(params))
        with np.errstate(divide="ignore", over="ignore", invalid="ignore"):
            for part in rows.blocks(self.block):
                value, scores = self._terms(params, tables, part)
                total += part.weight @ value
                gradient += [part.weight @ score for score in scores]
        return -total / rows.n_customers, -gradient / rows.n_customers

    def _keep(self, optimum: Optimum, rows: Rows) -> None:
        self.params_ = pd.Series(np.exp(optimum.log_params), index=list(self.names))
        self.n_customers_ = rows.n_customers
        self.log_likelihood_ = optimum.mean_log_likelihood * rows.n_customers
        information = optimum.information * rows.n_customers
        self.log_covariance_ = pd.DataFrame(_inverse(information), index=list(self.names), columns=list(self.names))
        self.problems_ = tuple(self._doubts(optimum, rows))
        self.remarks_ = () if self.problems_ else tuple(self._notes(rows))

    def _doubts(self, optimum: Optimum, rows: Rows):
        """Say, in French, why the fit should not be trusted."""
        advice = self._advice(rows)
        for name, low, high in zip(self.names, optimum.low, optimum.high, strict=True):
            if low or high:
                side = "basse" if low else "haute"
                yield f"Le paramètre « {name} » est arrivé à sa borne {side}. {advice.get((name, side), advice[None])}"
        if optimum.low.any() or optimum.high.any():
            return
        deviation = np.sqrt(np.diag(self.log_covariance_))
        loose = [name for name, one in zip(self.names, deviation, strict=True) if not one <= WIDEST]
        if np.isfinite(self.log_likelihood_) and (optimum.flat or (optimum.converged and loose)):
            loose = loose or list(self.names)
            large = dict(zip(self.names, self.params_.to_numpy() > self._scale(rows), strict=True))
            found = (advice.get((name, "haute" if large[name] else "basse")) for name in loose)
            hint = next((text for text in found if text), advice[None])
            yield f"Les données ne déterminent pas {', '.join(loose)}. {hint}"
        elif not optimum.converged or not np.isfinite(self.log_likelihood_):
            yield f"L'estimation n'a pas convergé. {advice[None]}"

    def _notes(self, rows: Rows):
        """Say, in French, what to keep in mind about a fit that holds."""
        deviation = np.sqrt(np.diag(self.log_covariance_))
        loose = [name for name, one in zip(self.names, deviation, strict=True) if one > WIDE]
        if loose:
            yield (
                f"Estimation imprécise de {', '.join(loose)} ({number(rows.n_customers)} clients) : pour les "
                "intervalles, préférez le bootstrap aux erreurs types."
            )

    def _fitted(self) -> None:
        if not hasattr(self, "params_"):
            raise GrcError("Le modèle n'est pas encore ajusté.", todo="appelez fit() sur une table client")

    def _ready(self) -> None:
        """Refuse to predict from nothing, or from a fit that is not to be trusted."""
        self._fitted()
        if self.problems_ and not self.force:
            raise GrcError(
                "Cet ajustement ne permet pas de prédire.",
                where=" ".join(self.problems_),
                todo="suivez le conseil ci-dessus, ou forcez, en connaissance de cause : set_params(force=True)",
            )

    def _advice(self, rows: Rows) -> dict:
        """Return what to try, by (parameter, side of the bound); None is for everything else."""
        return {None: "Essayez avec plus de clients, une observation plus longue, ou un modèle plus simple."}


def _inverse(information: np.ndarray) -> np.ndarray:
    """Invert the information; NaN where it is not positive definite."""
    try:
        half = np.linalg.inv(np.linalg.cholesky(information))
    except np.linalg.LinAlgError:
        return np.full_like(information, np.nan)
    return half.T @ half
