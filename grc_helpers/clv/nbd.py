"""NBD: customers buy at steady rates and never leave; the benchmark of the other models."""

from __future__ import annotations

import numpy as np
from scipy.special import digamma, gammaln, xlogy

from grc_helpers.clv.continuous import ContinuousModel
from grc_helpers.clv.rows import Rows


class Nbd(ContinuousModel):
    """NBD model (Ehrenberg 1959; benchmark of Fader, Hardie & Lee 2005a and Fader & Hardie 2004).

    Purchases are Poisson of rate λ, for ever; λ ~ gamma(r, α) across customers. As in the benchmark, the likelihood
    is that of the dates: L = Γ(r+x) / Γ(r) · α^r / (α+T)^(r+x), comparable with those of the models in which
    customers leave.

    Attributes
    ----------
    params_ : Series
        r, alpha (in units of time).

    See `CustomerModel` for the others. Everyone is alive, so `p_alive` is 1 and recency does not matter.
    """

    names = ("r", "alpha")

    def _scale(self, rows: Rows) -> np.ndarray:
        return np.array([1.0, self._mean_age(rows)])

    def _starts(self, rows: Rows) -> list[np.ndarray]:
        age, mean = self._mean_age(rows), max(rows.mean(rows.x), 0.01)
        return [np.log([0.5, 0.5 * age / mean]), np.log([2.0, 2.0 * age / mean])]

    def _tables(self, params: np.ndarray, levels: np.ndarray) -> np.ndarray:
        r, alpha = params
        constant = gammaln(r + levels) - gammaln(r) + r * np.log(alpha)
        return np.array([constant, r * (digamma(r + levels) - digamma(r) + np.log(alpha))])

    def _terms(self, params: np.ndarray, tables: np.ndarray, rows: Rows):
        r, alpha = params
        constant, by_r = tables[:, rows.code]
        shape, until = r + rows.x, alpha + rows.columns[1]
        return constant - shape * np.log(until), (by_r - r * np.log(until), r - alpha * shape / until)

    def _alive(self, x: np.ndarray, recency: np.ndarray, age: np.ndarray) -> np.ndarray:
        return np.ones(len(x))

    def _purchases(self, t: float, x: np.ndarray, age: np.ndarray) -> np.ndarray:
        """E[Y(t) | x, T] = (r+x) t / (α+T)."""
        r, alpha = self.params_
        return (r + x) * t / (alpha + age)

    def pmf(self, n, *, t: float) -> np.ndarray:
        """Return P(X(t) = n): n repeat purchases of a new customer in its first t units of time."""
        self._ready()
        r, alpha = self.params_
        return np.exp(log_count(n, r, alpha, t))

    def _advice(self, rows: Rows) -> dict:
        alike = "Les clients ont tous le même rythme d'achat, ou presque : une loi de Poisson suffit."
        none = "Presque aucun client n'a racheté : il faut une observation plus longue."
        sides = {("r", "haute"): alike, ("alpha", "haute"): alike, ("r", "basse"): none, ("alpha", "basse"): none}
        return super()._advice(rows) | sides


def log_count(n, r: float, alpha: float, t) -> np.ndarray:
    """Return ln P(X(t) = n) of the NBD: Poisson purchases of rate λ ~ gamma(r, α) in t units of time."""
    n, t = np.asarray(n, dtype=float), np.asarray(t, dtype=float)
    choose = gammaln(r + n) - gammaln(r) - gammaln(n + 1)
    return choose - r * np.log1p(t / alpha) + xlogy(n, t / (alpha + t))
