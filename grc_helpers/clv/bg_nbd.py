"""BG/NBD and MBG/NBD: a customer buys at a steady rate and may leave for good after each purchase."""

from __future__ import annotations

import numpy as np
from scipy.special import betainc, betaln, digamma, gammaln, hyp2f1

from grc_helpers.clv.continuous import ADVICE_SAME_LEAVING, ADVICE_STAY, RARE, ContinuousModel
from grc_helpers.clv.nbd import log_count
from grc_helpers.clv.rows import Rows

NUDGE = 1e-6  # distance kept from the removable singularities of the closed form


class BgNbd(ContinuousModel):
    """BG/NBD model (Fader, Hardie & Lee 2005a, *Marketing Science* 24(2), 275-284).

    Purchases are Poisson of rate λ; after each one the customer leaves with probability p; λ ~ gamma(r, α) and
    p ~ beta(a, b) across customers. Likelihood of (x, t_x, T), their equation (6):

        L = Γ(r+x) α^r / Γ(r) · B(a, b+x) / B(a, b) · { (α+T)^-(r+x) + [x>0] a/(b+x-1) (α+t_x)^-(r+x) }

    Parameters
    ----------
    force : bool
        Predict even from a fit that should not be trusted.

    Attributes
    ----------
    params_ : Series
        r, alpha (in units of time), a, b.

    See `CustomerModel` for the others.
    """

    names = ("r", "alpha", "a", "b")
    _extra = 0  # chances of leaving before the first repeat purchase

    def _scale(self, rows: Rows) -> np.ndarray:
        return np.array([1.0, self._mean_age(rows), 1.0, 1.0])

    def _starts(self, rows: Rows) -> list[np.ndarray]:
        age, mean = self._mean_age(rows), max(rows.mean(rows.x), 0.01)
        return [np.log([0.5, 0.5 * age / mean, 0.7, 2.0]), np.log([1.0, age, 1.0, 3.0]), np.log([0.3, age, 0.3, 5.0])]

    def _tables(self, params: np.ndarray, levels: np.ndarray) -> np.ndarray:
        """Return, for each distinct x: constant, its derivatives by log r, log a, log b, log odds, their derivative."""
        r, alpha, a, b = params
        shape, after = r + levels, b + levels + self._extra
        may_have_left = (levels > 0) | (self._extra > 0)
        odds = np.where(may_have_left, after - 1, 1.0)
        return np.array(
            [
                gammaln(shape) - gammaln(r) + r * np.log(alpha) + betaln(a, after) - betaln(a, b),
                r * (digamma(shape) - digamma(r) + np.log(alpha)),
                a * (digamma(a + b) - digamma(a + after)),
                b * (digamma(after) - digamma(a + after) - digamma(b) + digamma(a + b)),
                np.where(may_have_left, np.log(a) - np.log(odds), -np.inf),
                np.where(may_have_left, b / odds, 0.0),
            ]
        )

    def _terms(self, params: np.ndarray, tables: np.ndarray, rows: Rows):
        r, alpha, _, _ = params
        recency, age = rows.columns
        constant, by_r, by_a, by_b, log_odds, odds_by_b = tables[:, rows.code]
        shape, log_age = r + rows.x, np.log(alpha + age)
        gap = log_age - np.log(alpha + recency)
        z = log_odds + shape * gap
        small = np.exp(-np.abs(z))
        gone = np.where(z >= 0, 1.0, small) / (1 + small)  # P(left | x, t_x, T)
        value = constant - shape * log_age + np.maximum(z, 0) + np.log1p(small)
        by_alpha = r - alpha * shape * ((1 - gone) / (alpha + age) + gone / (alpha + recency))
        return value, (by_r + r * (gone * gap - log_age), by_alpha, by_a + gone, by_b - gone * odds_by_b)

    def _alive(self, x: np.ndarray, recency: np.ndarray, age: np.ndarray) -> np.ndarray:
        """P(alive | x, t_x, T), Fader, Hardie & Lee (2008), note 21; for BG/NBD it is 1 when x = 0."""
        r, alpha, a, b = self.params_
        after = b + x + self._extra - 1
        with np.errstate(divide="ignore", over="ignore", invalid="ignore"):
            log_odds = np.log(a) - np.log(after) + (r + x) * np.log((alpha + age) / (alpha + recency))
            alive = 1 / (1 + np.exp(log_odds))
        return alive if self._extra else np.where(x > 0, alive, 1.0)

    def _purchases(self, t: float, x: np.ndarray, age: np.ndarray) -> np.ndarray:
        """E[Y(t) | alive, x, T], numerator of equation (10); given that, λ ~ gamma(r+x, α+T) and p ~ beta(a, b+x)."""
        r, alpha, a, b = self.params_
        return purchases_before_leaving(t, r + x, alpha + age, a, b + x + self._extra)

    def pmf(self, n, *, t: float) -> np.ndarray:
        """Return P(X(t) = n), equation (8): n repeat purchases of a new customer in its first t units of time."""
        self._ready()
        r, alpha, a, b = self.params_
        n, share = np.asarray(n, dtype=float), t / (alpha + t)
        stayed = np.exp(log_count(n, r, alpha, t) + betaln(a, b + n + self._extra) - betaln(a, b))
        reached = np.where(n > 0, betainc(np.maximum(n, 1), r, share), 1.0)  # at least n purchases if nobody left
        with np.errstate(invalid="ignore"):
            left = np.exp(betaln(a + 1, np.maximum(b + n + self._extra - 1, 1e-300)) - betaln(a, b)) * reached
        return stayed + np.where((n > 0) | (self._extra > 0), left, 0.0)

    def _advice(self, rows: Rows) -> dict:
        leaving = ADVICE_STAY if self.params_["a"] / self.params_[["a", "b"]].sum() < RARE else ADVICE_SAME_LEAVING
        alike = "Les clients se ressemblent trop pour mesurer leurs différences de rythme : il en faut davantage."
        none = "Presque aucun client n'a racheté : il faut une observation plus longue."
        everyone = "Presque tous les clients semblent partir aussitôt : vérifiez la date de fin d'observation."
        return super()._advice(rows) | {
            ("a", "basse"): leaving,
            ("a", "haute"): leaving,
            ("b", "haute"): leaving,
            ("r", "haute"): alike,
            ("alpha", "haute"): alike,
            ("r", "basse"): none,
            ("b", "basse"): everyone,
        }

    def _doubts(self, optimum, rows: Rows):
        if not rows.x.any():
            yield (
                "Aucun client n'a racheté : rien ne distingue un client parti d'un client lent. "
                "Il faut une observation plus longue, ou regrouper des clients."
            )
        else:
            yield from super()._doubts(optimum, rows)


class MbgNbd(BgNbd):
    """MBG/NBD model (Batislam, Denizel & Filiztekin 2007; Wagner & Hoppe 2008, *IJRM* 25(3), erratum).

    As BG/NBD, but the customer may also leave right after its first purchase, so that P(alive) is below 1 when x = 0:

        L = Γ(r+x) α^r / Γ(r) · B(a, b+x+1) / B(a, b) · { (α+T)^-(r+x) + a/(b+x) (α+t_x)^-(r+x) }

    Parameters and attributes are those of `BgNbd`.
    """

    _extra = 1


def purchases_before_leaving(t, shape, scale, a, b) -> np.ndarray:
    """Return E[(1 - exp(-λ p t)) / p] for λ ~ gamma(shape, scale) and p ~ beta(a, b).

    Notes
    -----
    Equation (9) of Fader, Hardie & Lee (2005a) is (c / (a-1)) [1 - (1-z)^shape 2F1(shape, b; c; z)], with c = a + b -
    1 and z = t / (scale + t). Euler's transformation turns it into (c / (a-1)) [1 - (1-z)^(a-1) 2F1(c - shape, a - 1;
    c; z)], whose terms stay small for thousands of purchases. At a = 1 and c = 0 the singularity is removable: it is
    stepped over.
    """
    from_integer = shape - a - np.rint(shape - a)  # scipy's function overflows where c - A - B is an integer
    if abs(a - 1) < NUDGE or np.any(np.abs(from_integer) < NUDGE):
        below, above = (_closed_form(t, shape, scale, a + side * NUDGE, b) for side in (-2, 2))
        return (below + above) / 2
    return _closed_form(t, shape, scale, a, b)


def _closed_form(t, shape, scale, a, b) -> np.ndarray:
    c = a + b - 1
    c = np.where(np.abs(c) < NUDGE, NUDGE, c)
    log_left = -np.log1p(t / scale)
    series = hyp2f1(c - shape, a - 1, c, -np.expm1(log_left))
    return c / (a - 1) * (1 - np.exp((a - 1) * log_left) * series)
