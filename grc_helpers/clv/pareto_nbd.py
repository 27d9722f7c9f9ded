"""Pareto/NBD: a customer buys at a steady rate until it leaves, unseen, at any time."""

from __future__ import annotations

import numpy as np
from scipy.special import digamma, gammaln

from grc_helpers.clv.continuous import ADVICE_SAME_LEAVING, ADVICE_STAY, RARE, ContinuousModel, gauss_legendre
from grc_helpers.clv.nbd import log_count
from grc_helpers.clv.rows import Rows

NODES, WEIGHTS = gauss_legendre(32)
FADED = 60.0  # the integrand is dropped where it has lost this many units of logarithm


class ParetoNbd(ContinuousModel):
    """Pareto/NBD model (Schmittlein, Morrison & Colombo 1987; Fader & Hardie 2005, note 9, for the equation numbers).

    Purchases are Poisson of rate λ until an exponential lifetime of rate μ ends; λ ~ gamma(r, α), μ ~ gamma(s, β).
    Likelihood of (x, t_x, T), equation (18) before the integral is worked out:

        L = Γ(r+x) α^r β^s / Γ(r) · { (α+T)^-(r+x) (β+T)^-s + s ∫[t_x, T] (α+τ)^-(r+x) (β+τ)^-(s+1) dτ }

    The paper writes the integral with two Gaussian hypergeometric functions; here it is summed by Gauss-Legendre in the
    logarithm of time, which gives its derivatives at no cost and never overflows.

    Attributes
    ----------
    params_ : Series
        r, alpha (in units of time), s, beta (in units of time). The likelihood is flat along s and beta: compare
        likelihoods and predictions rather than their fourth digit.

    See `CustomerModel` for the others.
    """

    names = ("r", "alpha", "s", "beta")
    block = 512  # rows times nodes must fit in the cache

    def _scale(self, rows: Rows) -> np.ndarray:
        age = self._mean_age(rows)
        return np.array([1.0, age, 1.0, age])

    def _starts(self, rows: Rows) -> list[np.ndarray]:
        age, mean = self._mean_age(rows), max(rows.mean(rows.x), 0.01)
        return [np.log([0.6, 0.6 * age / mean, 0.6, 0.6 * age]), np.log([1.0, age, 1.0, 2.0 * age])]

    def _tables(self, params: np.ndarray, levels: np.ndarray) -> np.ndarray:
        r, alpha, s, beta = params
        constant = gammaln(r + levels) - gammaln(r) + r * np.log(alpha) + s * np.log(beta)
        return np.array([constant, r * (digamma(r + levels) - digamma(r) + np.log(alpha))])

    def _terms(self, params: np.ndarray, tables: np.ndarray, rows: Rows):
        r, alpha, s, beta = params
        recency, age = rows.columns
        constant, by_r = tables[:, rows.code]
        shape, log_a, log_b = r + rows.x, np.log(alpha + age), np.log(beta + age)
        alive = -shape * log_a - s * log_b
        gone, mean_log_a, mean_inverse_a, mean_log_b, mean_inverse_b = _left(params, rows.x, recency, age)
        value = np.logaddexp(alive, gone)
        p = np.exp(alive - value)  # P(alive | x, t_x, T), equations (36) and (37)
        q = 1 - p
        scores = (
            by_r - r * (p * log_a + q * mean_log_a),
            r - alpha * shape * (p / (alpha + age) + q * mean_inverse_a),
            s * (np.log(beta) - p * log_b + q * (1 / s - mean_log_b)),
            s - beta * (s * p / (beta + age) + (s + 1) * q * mean_inverse_b),
        )
        return constant + value, scores

    def _alive(self, x: np.ndarray, recency: np.ndarray, age: np.ndarray) -> np.ndarray:
        """P(alive | x, t_x, T), equations (36) and (37)."""
        r, alpha, s, beta = self.params_
        alive = -(r + x) * np.log(alpha + age) - s * np.log(beta + age)
        gone = _left(self.params_.to_numpy(), x, recency, age)[0]
        return np.exp(alive - np.logaddexp(alive, gone))

    def _purchases(self, t: float, x: np.ndarray, age: np.ndarray) -> np.ndarray:
        """E[Y(t) | alive, x, T], equation (41); given that, λ ~ gamma(r+x, α+T) and μ ~ gamma(s, β+T)."""
        r, alpha, s, beta = self.params_
        log_time = np.log1p(t / (beta + age))
        left = s - 1
        years = log_time if abs(left) < 1e-9 else -np.expm1(-left * log_time) / left
        return (r + x) * (beta + age) / (alpha + age) * years

    def _forever(self, rate: float, x: np.ndarray, age: np.ndarray) -> np.ndarray:
        """DERT given alive, equation (2) of Fader, Hardie & Lee 2005b: E[λ] E[1 / (μ + δ)]."""
        r, alpha, s, beta = self.params_
        ages, place = np.unique(beta + age, return_inverse=True)
        lifetime = np.array([mean_inverse(s, rate * one) * one for one in ages])[place]
        return (r + x) / (alpha + age) * lifetime

    def pmf(self, n, *, t: float) -> np.ndarray:
        """Return P(X(t) = n): n repeat purchases of a new customer in its first t units of time.

        Given that the customer leaves at τ, purchases before min(τ, t) are NBD; τ is Pareto of the second kind (s, β).
        """
        self._ready()
        r, alpha, s, beta = self.params_
        n = np.asarray(n, dtype=float)
        nodes, weights = gauss_legendre(200)
        reach = np.log1p(t / beta)
        half = min(reach, FADED / s) / 2
        v = half * (nodes + 1)  # ln(1 + τ/β), exponential of rate s
        tau = beta * np.expm1(v)
        seen = np.exp(log_count(n[..., None], r, alpha, tau)) @ (half * weights * s * np.exp(-s * v))
        return seen + np.exp(log_count(n, r, alpha, t) - s * reach)

    def _advice(self, rows: Rows) -> dict:
        share = self.params_["s"] / self.params_["beta"] * self._mean_age(rows)  # that leave, or nearly, while observed
        leaving = ADVICE_STAY if share < RARE else ADVICE_SAME_LEAVING
        alike = "Les clients se ressemblent trop pour mesurer leurs différences de rythme : il en faut davantage."
        none = "Presque aucun client n'a racheté : il faut une observation plus longue."
        sides = {("s", "basse"): leaving, ("s", "haute"): leaving, ("beta", "haute"): leaving, ("r", "basse"): none}
        return super()._advice(rows) | sides | {("r", "haute"): alike, ("alpha", "haute"): alike}


def _left(params: np.ndarray, x: np.ndarray, recency: np.ndarray, age: np.ndarray):
    """Return log(s ∫ (α+τ)^-(r+x) (β+τ)^-(s+1) dτ) over [t_x, T], and the means of what its derivatives need.

    The means of ln(α+τ), 1/(α+τ), ln(β+τ) and 1/(β+τ) are weighted by the integrand. The variable is v = ln(m+τ),
    where m is the smaller of α and β; past the point where the integrand has faded, nothing is summed.
    """
    r, alpha, s, beta = params
    small, large = min(alpha, beta), max(alpha, beta)
    decay = r + x - 1 if alpha <= beta else np.full(len(x), s)  # of the integrand at least, by v
    with np.errstate(over="ignore", divide="ignore"):
        faded = recency + (large + recency) * np.expm1(FADED / (r + s + x))
        first = np.log(small + recency)
        reach = np.where(decay > 0, FADED / decay, np.inf)
    half = np.minimum(np.log(small + np.minimum(age, faded)) - first, reach) / 2
    v = first[:, None] + half[:, None] * (NODES + 1)
    near = np.exp(v)  # small + τ
    far = near + (large - small)
    log_far = np.log(far)
    log_a, log_b, a, b = (v, log_far, near, far) if alpha <= beta else (log_far, v, far, near)
    log_f = v - (r + x)[:, None] * log_a - (s + 1) * log_b
    top = log_f.max(axis=1)
    f = np.exp(log_f - top[:, None]) * WEIGHTS
    total = f.sum(axis=1)
    with np.errstate(divide="ignore"):
        value = np.log(s) + top + np.log(half * total)
    means = (np.einsum("ij,ij->i", f, each) / total for each in (log_a, 1 / a, log_b, 1 / b))
    return value, *means


def mean_inverse(shape: float, offset: float) -> float:
    """Return E[1 / (g + offset)] for g ~ gamma(shape, 1).

    It is offset^(shape-1) Ψ(shape, shape; offset), Ψ the confluent hypergeometric function of the second kind, here
    summed by the trapezoidal rule in ln g, whose error is exponentially small.
    """
    centre = np.log(shape)
    width = 1 / np.sqrt(shape)
    low, high = centre - 45 / shape - 12 * width - 1, np.log(shape + 12 * np.sqrt(shape) + 60)
    step = min(0.2, width / 4)
    u = np.arange(low, high, step)
    g = np.exp(u)
    return float(step * np.sum(np.exp(shape * u - g - gammaln(shape)) / (g + offset)))
