"""BG/BB: at each occasion (a year, a fund drive) a customer buys or not, until it leaves, unseen."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.special import betaln, digamma, gammaln, hyp2f1

from grc_helpers.clv.customers import histories
from grc_helpers.clv.model import CustomerModel
from grc_helpers.clv.rows import Rows
from grc_helpers.errors import GrcError


class BgBb(CustomerModel):
    """BG/BB model (Fader, Hardie & Shang 2010, *Marketing Science* 29(6), 1086-1108).

    At the beginning of each occasion a living customer leaves with probability θ; if it stays it buys with
    probability p; p ~ beta(α, β), θ ~ beta(γ, δ). With x purchases in n occasions, the last at t_x, the likelihood is

        L = [B(α+x, β+n-x) B(γ, δ+n) + Σ_{i=0}^{n-t_x-1} B(α+x, β+t_x-x+i) B(γ+1, δ+t_x+i)] / [B(α, β) B(γ, δ)]

    The customer table has ``frequency`` = x, ``recency`` = t_x (rank of the last purchase) and ``T`` = n, all whole.

    Attributes
    ----------
    params_ : Series
        alpha, beta, gamma, delta.

    See `CustomerModel` for the others.
    """

    names = ("alpha", "beta", "gamma", "delta")
    discrete = True
    block = 2_048

    def _scale(self, rows: Rows) -> np.ndarray:
        return np.ones(4)

    def _starts(self, rows: Rows) -> list[np.ndarray]:
        return [np.log([1.0, 1.0, 0.7, 2.5]), np.log([1.0, 3.0, 2.0, 10.0]), np.log([3.0, 1.0, 0.3, 3.0])]

    def _tables(self, params: np.ndarray, levels: np.ndarray) -> np.ndarray:
        return np.empty((0, len(levels)))

    def _terms(self, params: np.ndarray, tables: np.ndarray, rows: Rows):
        recency, occasions = rows.columns
        log_paths, derivatives = _paths(params, rows.x, recency, occasions)
        top = log_paths.max(axis=1, keepdims=True)
        share = np.exp(log_paths - top)
        total = share.sum(axis=1)
        share /= total[:, None]
        scores = tuple(param * (share * each).sum(axis=1) for param, each in zip(params, derivatives, strict=True))
        return np.log(total) + top[:, 0], scores

    def p_alive(self, customers: pd.DataFrame, *, ahead: int = 1) -> pd.Series:
        """Return the probability of being alive at occasion n + ahead, equation (A10).

        Parameters
        ----------
        customers : DataFrame
        ahead : int
            0: at the last occasion seen; 1 (as the paper's tables): at the next one.
        """
        found = self._histories(customers)
        _, _, gamma, delta = self.params_
        n = found["T"]
        stays = np.exp(betaln(gamma, delta + n + ahead) - betaln(gamma, delta + n))
        return pd.Series(self._alive(found) * stays, customers.index, name="p_alive")

    def predict(self, customers: pd.DataFrame, *, t: int) -> pd.Series:
        """Return the purchases expected from each customer at the next t occasions, equation (13)."""
        found = self._histories(customers)
        alpha, beta, _, _ = self.params_
        x, n = found["frequency"], found["T"]
        rate = (alpha + x) / (alpha + beta + n)
        return pd.Series(self._alive(found) * rate * self._occasions(t, n), customers.index, name="purchases")

    def expected_purchases(self, t) -> np.ndarray:
        """Return E[X(t)], the purchases of a new customer in its first t occasions."""
        self._ready()
        alpha, beta, _, _ = self.params_
        t = np.asarray(t)
        found = [self._occasions(int(one), np.zeros(1))[0] for one in t.ravel()]
        return alpha / (alpha + beta) * np.array(found).reshape(t.shape)

    def dert(self, customers: pd.DataFrame, *, rate: float) -> pd.Series:
        """Return the discounted expected residual transactions, equation (14).

        Parameters
        ----------
        customers : DataFrame
        rate : float
            Discount rate per period between two occasions; a purchase at occasion n + k is worth (1 + rate)^-k.
        """
        found = self._histories(customers)
        if rate <= 0:
            raise GrcError("Le taux d'actualisation doit être positif.", where=f"{rate:g} par période")
        alpha, beta, gamma, delta = self.params_
        x, n = found["frequency"], found["T"]
        stays = (delta + n) / (gamma + delta + n) / (1 + rate)
        lasting = hyp2f1(1, delta + n + 1, gamma + delta + n + 1, 1 / (1 + rate))
        bought = (alpha + x) / (alpha + beta + n)
        return pd.Series(self._alive(found) * bought * stays * lasting, customers.index, name="dert")

    def posterior_buying(self, customers: pd.DataFrame) -> pd.Series:
        """Return E[p | x, t_x, n]: how often each customer buys while alive (Fader, Hardie & Shang 2010, § 3)."""
        found = self._histories(customers)
        paths, _ = _paths(self.params_.to_numpy(), found["frequency"], found["recency"], found["T"])
        share = np.exp(paths - paths.max(axis=1, keepdims=True))
        alpha, beta, _, _ = self.params_
        x, last, n = found["frequency"][:, None], found["recency"][:, None], found["T"][:, None]
        tried = np.where(np.arange(paths.shape[1]) == 0, n, last + np.arange(paths.shape[1]) - 1)
        bought = (alpha + x) / (alpha + beta + tried)
        return pd.Series((share * bought).sum(axis=1) / share.sum(axis=1), customers.index, name="buying")

    def pmf(self, k, *, t: int) -> np.ndarray:
        """Return P(X(t) = k): k purchases of a new customer in its first t occasions, equation (7)."""
        self._ready()
        alpha, beta, gamma, delta = self.params_
        k = np.asarray(k, dtype=float)[..., None]
        alive = np.arange(t + 1)  # occasions lived; t means alive to the end
        lived = betaln(gamma + (alive < t), delta + alive) - betaln(gamma, delta)
        possible = k <= alive
        fails = np.where(possible, alive - k, 0.0)
        choose = gammaln(alive + 1) - gammaln(k + 1) - gammaln(fails + 1)
        bought = choose + betaln(alpha + k, beta + fails) - betaln(alpha, beta)
        return np.where(possible, np.exp(lived + bought), 0.0).sum(axis=-1)

    def _alive(self, found: dict[str, np.ndarray]) -> np.ndarray:
        """Return P(alive at n | x, t_x, n)."""
        params = self.params_.to_numpy()
        paths, _ = _paths(params, found["frequency"], found["recency"], found["T"])
        return np.exp(paths[:, 0] - np.logaddexp.reduce(paths, axis=1))

    def _occasions(self, t: int, n: np.ndarray) -> np.ndarray:
        """Return the occasions that a customer alive at n is expected to live among the next t."""
        if t != int(t) or t < 0:
            raise GrcError("Le nombre d'occasions à prévoir doit être entier et positif.", where=str(t))
        _, _, gamma, delta = self.params_
        stays = [np.exp(betaln(gamma, delta + n + k) - betaln(gamma, delta + n)) for k in range(1, int(t) + 1)]
        return np.sum(stays, axis=0) if stays else np.zeros(len(n))

    def _histories(self, customers: pd.DataFrame) -> dict[str, np.ndarray]:
        self._ready()
        return histories(customers, discrete=True)

    def _advice(self, rows: Rows) -> dict:
        no_loss = "Les données ne montrent pas de départs."
        alike = "Les clients se ressemblent trop pour mesurer leurs différences : comparez des prévisions."
        sides = {("gamma", "basse"): no_loss, ("delta", "haute"): alike, ("gamma", "haute"): alike}
        return super()._advice(rows) | sides | {("alpha", "haute"): alike, ("beta", "haute"): alike}


def _paths(params: np.ndarray, x: np.ndarray, recency: np.ndarray, occasions: np.ndarray):
    """Return the logarithms of the terms of L, and their derivatives by each parameter.

    Column 0 is the customer alive at n; column 1 + i, the one that left right after occasion t_x + i (-inf beyond n).
    From one column to the next the terms change by a ratio of rational functions: no special function is needed after
    the first.
    """
    alpha, beta, gamma, delta = params
    start = betaln(alpha, beta) + betaln(gamma, delta)
    gap = occasions - recency
    steps = np.arange(int(gap.max(initial=0)))
    tried = recency[:, None] + steps  # t_x + i
    first = betaln(alpha + x, beta + recency - x) + betaln(gamma + 1, delta + recency) - start
    terms = {
        "buy": beta + tried - x[:, None],
        "try": alpha + beta + tried,
        "stay": delta + tried,
        "live": gamma + delta + 1 + tried,
    }
    logs = np.log(terms["buy"]) - np.log(terms["try"]) + np.log(terms["stay"]) - np.log(terms["live"])
    ratio = np.cumsum(logs, axis=1) - logs
    left = np.where(steps < gap[:, None], first[:, None] + ratio, -np.inf)
    alive = betaln(alpha + x, beta + occasions - x) + betaln(gamma, delta + occasions) - start

    def shifted(name):
        inverse = 1 / terms[name]
        return np.cumsum(inverse, axis=1) - inverse

    both, lives = digamma(alpha + beta), digamma(gamma + delta)
    ended = digamma(alpha + beta + recency)[:, None] + shifted("try")
    lasted = digamma(gamma + delta + 1 + recency)[:, None] + shifted("live")
    by_left = (
        (digamma(alpha + x) - digamma(alpha) + both)[:, None] - ended,
        (digamma(beta + recency - x) - digamma(beta) + both)[:, None] + shifted("buy") - ended,
        digamma(gamma + 1) - digamma(gamma) + lives - lasted,
        (digamma(delta + recency) - digamma(delta) + lives)[:, None] + shifted("stay") - lasted,
    )
    by_alive = (
        digamma(alpha + x) - digamma(alpha) + both - digamma(alpha + beta + occasions),
        digamma(beta + occasions - x) - digamma(beta) + both - digamma(alpha + beta + occasions),
        lives - digamma(gamma + delta + occasions),
        digamma(delta + occasions) - digamma(delta) + lives - digamma(gamma + delta + occasions),
    )
    derivatives = tuple(
        np.column_stack((alive_by, left_by)) for alive_by, left_by in zip(by_alive, by_left, strict=True)
    )
    return np.column_stack((alive, left)), derivatives
