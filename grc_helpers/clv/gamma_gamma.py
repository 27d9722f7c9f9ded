"""Gamma-Gamma: what a customer spends on average, given the few amounts seen."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.special import digamma, gammaln

from grc_helpers.clv.customers import numbers, refuse, weights_of
from grc_helpers.clv.model import CustomerModel
from grc_helpers.clv.rows import Rows, as_rows
from grc_helpers.errors import GrcError
from grc_helpers.style import number

RANKED = 20_000  # customers whose ranks are worked out
BLOCK = 8_192  # customers worked on at a time
CORRELATED = 0.3  # from here on the correlation of frequency and spend is said to trouble the model


class GammaGamma(CustomerModel):
    """Gamma-gamma model (Fader, Hardie & Lee 2005b; Fader & Hardie 2013, note 25, for the equation numbers).

    A transaction is gamma(p, ν); ν ~ gamma(q, γ) across customers, whatever their frequency. The mean m of x
    transactions has density (1a):

        f(m | x) = Γ(px+q) / (Γ(px) Γ(q)) · γ^q m^(px-1) x^(px) / (γ + m x)^(px+q)

    Only customers with a repeat purchase inform it; the others are set aside and counted. The model supposes that
    spend does not depend on frequency: `independence_` says how far that holds.

    Attributes
    ----------
    params_ : Series
        p, q, gamma (in units of money).
    independence_ : Series
        pearson, low, high (95 % interval, Fisher's), spearman: correlations of frequency and mean spend among the
        customers used; n_customers; without_extreme: Pearson's again without the customer that weighs most on it.
    n_set_aside_ : float
        Customers without a repeat purchase, left out of the fit.

    See `CustomerModel` for the others.
    """

    names = ("p", "q", "gamma")

    def fit(self, customers: pd.DataFrame, y=None, *, sample_weight=None):
        """Estimate the parameters by maximum likelihood.

        Parameters
        ----------
        customers : DataFrame
            ``frequency`` and ``monetary_value``, the mean spend of a repeat purchase (0 without any).
        y : ignored
        sample_weight : array, optional
            Number of customers that each row stands for.
        """
        found, weight, buyers = self._buyers(customers, sample_weight)
        self.n_set_aside_ = float(np.sum(~buyers) if weight is None else weight[~buyers].sum())
        rows = self._spending(found, weight, buyers)
        self.independence_ = independence(rows.x, found["monetary_value"][buyers], rows.weight)
        return self._fit_rows(rows)

    def predict(self, customers: pd.DataFrame) -> pd.Series:
        """Return each customer's expected mean spend E[M | x, m], equation (5): its own, shrunk to everyone's.

        A customer without a repeat purchase is expected to spend as everyone, γ p / (q-1).
        """
        self._ready()
        found, _, buyers = self._buyers(customers, None)
        p, q, gamma = self.params_
        self._has_mean()
        x, spend = found["frequency"], np.where(buyers, found["frequency"] * found["monetary_value"], 0.0)
        return pd.Series(p * (gamma + spend) / (p * x + q - 1), customers.index, name="mean_spend")

    def mean_spend(self) -> float:
        """Return the mean spend of the population, γ p / (q-1)."""
        self._ready()
        self._has_mean()
        p, q, gamma = self.params_
        return float(p * gamma / (q - 1))

    def density(self, m, *, x: int) -> np.ndarray:
        """Return the density of the mean spend of customers with x repeat purchases, equation (1a)."""
        self._ready()
        p, q, gamma = self.params_
        m = np.asarray(m, dtype=float)
        log_f = gammaln(p * x + q) - gammaln(p * x) - gammaln(q) + q * np.log(gamma) + p * x * np.log(x)
        return np.exp(log_f + (p * x - 1) * np.log(m) - (p * x + q) * np.log(gamma + m * x))

    def _buyers(self, customers: pd.DataFrame, sample_weight):
        found = numbers(customers, ("frequency", "monetary_value"))
        weight, buyers = weights_of(customers, sample_weight), found["frequency"] > 0
        refuse(
            customers,
            buyers & (found["monetary_value"] == 0),
            "Des clients ont racheté pour une dépense moyenne nulle : le modèle ne connaît que des montants positifs.",
            "écartez-les et dites combien ils sont, ou ne comptez pas comme achats les jours sans dépense",
        )
        return found, weight, buyers

    def _rows(self, customers: pd.DataFrame, sample_weight, *, collapse: bool) -> Rows:
        found, weight, buyers = self._buyers(customers, sample_weight)
        refuse(
            customers,
            ~buyers & (not collapse),
            "La vraisemblance ne se calcule que pour des clients qui ont racheté.",
            "gardez les clients dont « frequency » est positif",
        )
        return self._spending(found, weight, buyers)

    def _spending(self, found: dict[str, np.ndarray], weight: np.ndarray | None, buyers: np.ndarray) -> Rows:
        which = np.flatnonzero(buyers)
        if len(which) == 0:
            raise GrcError(
                "Aucun client n'a racheté : la dépense moyenne d'un réachat ne peut pas être modélisée.",
                todo="allongez l'observation, ou prenez le montant moyen du premier achat",
            )
        x, m = found["frequency"][which], found["monetary_value"][which]
        return as_rows(x, (x * m, np.log(m)), None if weight is None else weight[which])

    def _scale(self, rows: Rows) -> np.ndarray:
        return np.array([1.0, 1.0, rows.mean(rows.columns[0]) / rows.mean(rows.x)])

    def _starts(self, rows: Rows) -> list[np.ndarray]:
        mean = self._scale(rows)[2]
        return [np.log([p, q, mean * (q - 1) / p]) for p, q in ((2.0, 3.0), (6.0, 4.0), (0.5, 3.0))]

    def _tables(self, params: np.ndarray, levels: np.ndarray) -> np.ndarray:
        p, q, gamma = params
        all_in, own = p * levels + q, p * levels
        return np.array(
            [
                gammaln(all_in) - gammaln(own) - gammaln(q) + q * np.log(gamma),
                own * (digamma(all_in) - digamma(own)),
                q * (digamma(all_in) - digamma(q) + np.log(gamma)),
            ]
        )

    def _terms(self, params: np.ndarray, tables: np.ndarray, rows: Rows):
        p, q, gamma = params
        spend, log_mean = rows.columns
        constant, by_p, by_q = tables[:, rows.code]
        own = p * rows.x
        total = gamma + spend
        log_total = np.log(total)
        gap = own * (np.log(rows.x) + log_mean - log_total)
        value = constant + gap - q * log_total - log_mean
        return value, (by_p + gap, by_q - q * log_total, q - gamma * (own + q) / total)

    def _loss(self, log_params: np.ndarray, rows: Rows) -> tuple[float, np.ndarray]:
        """Sum `_terms` faster: what depends on x alone once for each level, and one logarithm a customer."""
        p, q, gamma = np.exp(log_params)
        constant, by_p, by_q = self._tables(np.exp(log_params), rows.levels) @ rows.level_weight
        spend, (bought_logs, mean_logs) = rows.columns[0], rows.sums[1]
        bought_logs += rows.level_weight @ (rows.levels * np.log(rows.levels))
        sums = np.zeros(4)  # of x ln(γ+spend), ln(γ+spend), x/(γ+spend), 1/(γ+spend)
        for start in range(0, len(rows), self.block):
            part = slice(start, start + self.block)
            total = gamma + spend[part]
            log_total, inverse, bought, weight = np.log(total), 1 / total, rows.bought[part], rows.weight[part]
            sums += bought @ log_total, weight @ log_total, bought @ inverse, weight @ inverse
        gap = p * (bought_logs - sums[0])
        value = constant + gap - q * sums[1] - mean_logs
        by_gamma = q * rows.n_customers - gamma * (p * sums[2] + q * sums[3])
        gradient = np.array([by_p + gap, by_q - q * sums[1], by_gamma])
        return -value / rows.n_customers, -gradient / rows.n_customers

    def _has_mean(self) -> None:
        if self.params_["q"] <= 1:
            raise GrcError(
                "Le modèle ajusté n'a pas de dépense moyenne finie (q ≤ 1).",
                where=f"q = {number(self.params_['q'], 3)}",
                todo="regardez les plus gros montants : quelques clients hors norme suffisent",
            )

    def _doubts(self, optimum, rows: Rows):
        if self.params_["q"] <= 1:
            yield "La dépense moyenne n'est pas finie (q ≤ 1) : regardez les plus gros montants."
        yield from super()._doubts(optimum, rows)

    def _notes(self, rows: Rows):
        if abs(self.independence_["pearson"]) > CORRELATED:
            yield (
                f"Fréquence et dépense moyenne sont corrélées ({number(self.independence_['pearson'], 2)}) : le modèle "
                "les suppose indépendantes ; estimez-le par tranche de fréquence, ou regardez les clients extrêmes."
            )
        yield from super()._notes(rows)

    def _advice(self, rows: Rows) -> dict:
        regular = "Chaque client dépense presque toujours le même montant : sa propre moyenne le prédit."
        alike = "Les clients dépensent tous à peu près autant : la moyenne générale suffit."
        sides = {("p", "haute"): regular, ("q", "haute"): alike, ("gamma", "haute"): alike}
        return super()._advice(rows) | sides | {("gamma", "basse"): alike}


def independence(frequency: np.ndarray, mean_spend: np.ndarray, weight: np.ndarray) -> pd.Series:
    """Correlate frequency and mean spend among repeat buyers.

    Returns
    -------
    Series
        pearson with its 95 % interval (low, high: Fisher's transformation), without_extreme (Pearson's without the
        customer that moves it most), spearman (on 20 000 customers at most), n_customers. NaN where it makes no
        sense (fewer than four customers, no variation).
    """
    n, step = weight.sum(), max(1, len(weight) // RANKED)
    correlation, without = _pearson(frequency, mean_spend, weight)
    with np.errstate(divide="ignore", invalid="ignore"):
        reach = 1.959963984540054 / np.sqrt(n - 3) if n > 3 else np.nan
        low, high = np.tanh(np.arctanh(correlation) - reach), np.tanh(np.arctanh(correlation) + reach)
    some = weight[::step]
    ranks = [_ranks(values[::step], some) for values in (frequency, mean_spend)]
    return pd.Series(
        {
            "pearson": correlation,
            "low": low,
            "high": high,
            "without_extreme": without,
            "spearman": _pearson(*ranks, some)[0],
            "n_customers": n,
        }
    )


def _pearson(first: np.ndarray, second: np.ndarray, weight: np.ndarray) -> tuple[float, float]:
    """Return the correlation, and the same without the row whose product of deviations is the largest."""
    total = weight.sum()
    centres = (weight * first).sum() / total, (weight * second).sum() / total
    sums, extreme = np.zeros(6), np.zeros(6)
    for start in range(0, len(first), BLOCK):
        part = slice(start, start + BLOCK)
        u, v, w = first[part] - centres[0], second[part] - centres[1], weight[part]
        product = u * v
        sums += w.sum(), w @ u, w @ v, w @ (u * u), w @ (v * v), w @ product
        worst = np.argmax(np.abs(product))
        if abs(product[worst]) >= abs(extreme[5]):
            one = np.array([1.0, u[worst], v[worst], u[worst] ** 2, v[worst] ** 2, product[worst]])
            extreme, heaviest = one, w[worst]
    return _correlation(*sums), _correlation(*(sums - heaviest * extreme))


def _correlation(n: float, u: float, v: float, uu: float, vv: float, uv: float) -> float:
    """Return the correlation from the sums of 1, u, v, u², v² and u v; NaN where there is nothing to correlate."""
    if n <= 1:
        return np.nan
    spread = (uu - u * u / n) * (vv - v * v / n)
    return float((uv - u * v / n) / np.sqrt(spread)) if spread > 1e-12 * uu * vv else np.nan


def _ranks(values: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Return the mid-ranks of weighted values."""
    levels, code = np.unique(values, return_inverse=True)
    count = np.bincount(code, weights=weight, minlength=len(levels))
    return (np.cumsum(count) - count / 2)[code]
