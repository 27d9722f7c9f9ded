"""sBG: at each renewal date a customer under contract stays or leaves, and it is seen."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy.special import betaln, digamma, hyp2f1

from grc_helpers.clv.customers import numbers, refuse, weights_of
from grc_helpers.clv.model import CustomerModel
from grc_helpers.clv.rows import Rows, as_rows, collapsed
from grc_helpers.errors import GrcError


class ShiftedBetaGeometric(CustomerModel):
    """Shifted-beta-geometric model (Fader & Hardie 2007, *Journal of Interactive Marketing* 21(1), 76-90).

    At each renewal a customer leaves with its own probability θ, the same for ever; θ ~ beta(α, β) across customers.
    Then the retention rate of a cohort rises with age although nobody's does. Equations (5) and (6):

        P(T = t) = B(α+1, β+t-1) / B(α, β)        S(t) = B(α, β+t) / B(α, β)

    The table has ``T``, the renewal dates that the customer has met, and ``frequency``, the renewals made: the
    customer has left when frequency < T (at renewal date frequency + 1), and is still there when they are equal.

    Attributes
    ----------
    params_ : Series
        alpha, beta.

    See `CustomerModel` for the others. Cohorts of several ages may be mixed (Fader & Hardie 2007, note 17).
    """

    names = ("alpha", "beta")

    def _scale(self, rows: Rows) -> np.ndarray:
        return np.ones(2)

    def _starts(self, rows: Rows) -> list[np.ndarray]:
        return [np.log([1.0, 3.0]), np.log([0.3, 1.0]), np.log([5.0, 20.0])]

    def _tables(self, params: np.ndarray, levels: np.ndarray) -> np.ndarray:
        """Return, for each number of renewals x: ln S(x) and ln P(T = x+1), each with its derivatives."""
        alpha, beta = params
        both, left = digamma(alpha + beta), digamma(alpha + beta + levels + 1)
        return np.array(
            [
                betaln(alpha, beta + levels) - betaln(alpha, beta),
                alpha * (both - digamma(alpha + beta + levels)),
                beta * (digamma(beta + levels) - digamma(beta) + both - digamma(alpha + beta + levels)),
                betaln(alpha + 1, beta + levels) - betaln(alpha, beta),
                alpha * (1 / alpha + both - left),
                beta * (digamma(beta + levels) - digamma(beta) + both - left),
            ]
        )

    def _terms(self, params: np.ndarray, tables: np.ndarray, rows: Rows):
        stayed = rows.x == rows.columns[0]
        value, by_alpha, by_beta = np.where(stayed, tables[:3, rows.code], tables[3:, rows.code])
        return value, (by_alpha, by_beta)

    def survival(self, t) -> np.ndarray:
        """Return S(t), the share of a cohort still there after t renewal dates, equation (6)."""
        self._ready()
        alpha, beta = self.params_
        return np.exp(betaln(alpha, beta + np.asarray(t, dtype=float)) - betaln(alpha, beta))

    def retention(self, t) -> np.ndarray:
        """Return r(t) = S(t) / S(t-1), the retention rate of the t-th renewal (t ≥ 1), equation (8)."""
        self._ready()
        alpha, beta = self.params_
        t = np.asarray(t, dtype=float)
        return (beta + t - 1) / (alpha + beta + t - 1)

    def pmf(self, t) -> np.ndarray:
        """Return P(T = t), the share of a cohort that leaves at the t-th renewal date (t ≥ 1), equation (5)."""
        self._ready()
        alpha, beta = self.params_
        return np.exp(betaln(alpha + 1, beta + np.asarray(t, dtype=float) - 1) - betaln(alpha, beta))

    def predict(self, customers: pd.DataFrame, *, t: int) -> pd.Series:
        """Return the renewals expected from each customer at its next t renewal dates; 0 for those who left."""
        x, there = self._tenure(customers)
        levels, place = np.unique(x, return_inverse=True)
        ahead = np.sum([self.survival(levels + k) for k in range(1, t + 1)], axis=0) / self.survival(levels)
        return pd.Series(np.where(there, ahead[place], 0.0), customers.index, name="renewals")

    def discounted_lifetime(self, *, rate: float) -> float:
        """Return the discounted expected lifetime of a customer about to be acquired, first period included.

        Equation (3.8) of Fader & Hardie (2015): 2F1(1, β; α+β; 1/(1+d)), d the discount rate per period.
        """
        return float(self._lasting(0.0, rate))

    def derl(self, renewals, *, rate: float, when: str = "before") -> np.ndarray:
        """Return the discounted expected residual lifetime, in periods (Fader & Hardie 2010; 2015, equation 3.9).

        Parameters
        ----------
        renewals : int or array
            Renewals already made.
        rate : float
            Discount rate per period.
        when : {"before", "after"}
            "before": on the eve of the next renewal date, whose outcome is unknown and whose payment, not discounted,
            counts: the paper's definition, with n - 1 renewals made. "after": on the day after the last renewal; the
            next payment is one whole period away, so that the value is that of "before" divided by 1 + rate.
            Confusing them moves the result by a renewal.
        """
        self._ready()
        if when not in ("before", "after"):
            raise GrcError(f"« {when} » ne convient pas pour « when ».", todo="choisissez parmi : before, after")
        alpha, beta = self.params_
        made = np.asarray(renewals, dtype=float)
        value = (beta + made) / (alpha + beta + made) * self._lasting(made + 1, rate)
        return value if when == "before" else value / (1 + rate)

    def _lasting(self, shift, rate: float) -> np.ndarray:
        self._ready()
        if rate <= 0:
            raise GrcError("Le taux d'actualisation doit être positif.", where=f"{rate:g} par période")
        alpha, beta = self.params_
        b, c, z = np.asarray(beta + shift), alpha + beta + shift, 1 / (1 + rate)
        value = hyp2f1(1, b, c, z)
        if np.isnan(value).any():  # SciPy gives up on customers who are nearly alike (α + β of some hundreds)
            value = np.reshape([_summed(*pair, z) for pair in zip(np.ravel(b), np.ravel(c), strict=True)], b.shape)
        return value

    def _tenure(self, customers: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
        self._ready()
        found = _contracts(customers)
        return found["frequency"], found["frequency"] == found["T"]

    def _rows(self, customers: pd.DataFrame, sample_weight, *, collapse: bool) -> Rows:
        found = _contracts(customers)
        make = collapsed if collapse else as_rows
        return make(found["frequency"], (found["T"],), weights_of(customers, sample_weight))

    def _doubts(self, optimum, rows: Rows):
        left = rows.weight @ (rows.x < rows.columns[0])
        if left == 0:
            yield "Personne n'est encore parti : les données ne disent rien des départs à venir."
        elif rows.weight @ (rows.x > 0) == 0:
            yield "Personne n'a encore renouvelé : les données ne disent rien de la fidélité."
        elif rows.columns[0].max() < 2:
            yield (
                "Une seule date de renouvellement est observée : elle donne un taux, non ses différences. "
                "Il en faut deux au moins, trois pour un intervalle utile."
            )
        else:
            yield from super()._doubts(optimum, rows)

    def _advice(self, rows: Rows) -> dict:
        alike = "Tous les clients semblent avoir le même taux de renouvellement : un taux constant suffit."
        return super()._advice(rows) | {("alpha", "haute"): alike, ("beta", "haute"): alike}


def _summed(b: float, c: float, z: float) -> float:
    """Return 2F1(1, b; c; z) as the series that it is: Σ_k z^k (b)_k / (c)_k, 0 < z < 1, b < c."""
    k = np.arange(np.ceil(np.log(1e-14) / np.log(z)))
    return float(1 + np.cumprod(z * (b + k) / (c + k)).sum())


def cohort_table(active: Sequence[float]) -> tuple[pd.DataFrame, np.ndarray]:
    """Turn a cohort's survivors into the table of the model.

    Parameters
    ----------
    active : sequence of float
        Customers at the start, then after each renewal date: 1000, 869, 743…

    Returns
    -------
    customers : DataFrame
        frequency, T: one row for those who left at each date, one for those who are still there.
    weight : array
        How many they are, for ``fit(customers, sample_weight=weight)``.
    """
    active = np.asarray(active, dtype=float)
    if len(active) < 2 or (np.diff(active) > 0).any() or not (active >= 0).all():
        raise GrcError(
            "Les survivants d'une cohorte ne peuvent que diminuer.",
            where=", ".join(f"{value:g}" for value in active),
            todo="donnez l'effectif de départ, puis l'effectif après chaque date de renouvellement",
        )
    dates = len(active) - 1
    customers = pd.DataFrame({"frequency": np.arange(dates + 1), "T": np.minimum(np.arange(dates + 1) + 1, dates)})
    return customers, np.append(-np.diff(active), active[-1])


def _contracts(customers: pd.DataFrame) -> dict[str, np.ndarray]:
    found = numbers(customers, ("frequency", "T"))
    made, dates = found["frequency"], found["T"]
    todo = "donnez à chaque contrat le nombre de dates de renouvellement passées (T) et de renouvellements (frequency)"
    refuse(customers, (made != np.rint(made)) | (dates != np.rint(dates)), "Un nombre n'est pas entier.", todo)
    refuse(customers, made > dates, "Des clients ont plus de renouvellements que de dates (frequency > T).", todo)
    return found
