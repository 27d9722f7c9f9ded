"""Predictions of the models in continuous time: purchases to come, discounted or not.

In each of them, given the purchases seen, the future splits in two: the probability that the customer is still alive,
and what an alive customer with this frequency and this age buys. The second is worked out once for each distinct (x,
T).
"""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd

from grc_helpers.clv.customers import histories
from grc_helpers.clv.model import CustomerModel
from grc_helpers.clv.rows import Rows, distinct_pairs
from grc_helpers.errors import GrcError

NODES = 64  # of Gauss and Legendre, over a finite horizon
RARE = 0.01  # share of departures below which the data are said to show none
ADVICE_STAY = "Les données ne montrent pas de départs : le modèle NBD, plus simple, suffit."
ADVICE_SAME_LEAVING = (
    "Les clients semblent tous partir aussi vite : leurs différences ne se mesurent pas. Essayez l'autre modèle de "
    "départ (BG/NBD ou Pareto/NBD), ou NBD."
)
gauss_legendre = cache(np.polynomial.legendre.leggauss)
HALF_LINE = np.arange(-4.0, 4.6, 0.1)  # of the double exponential rule, over an infinite one


class ContinuousModel(CustomerModel):
    """A model of purchases at any time.

    It gives `_alive(x, t_x, T)`, the probability of being alive at T, and `_purchases(t, x, T)`, the purchases expected
    in (T, T + t] from a customer alive at T.
    """

    def p_alive(self, customers: pd.DataFrame) -> pd.Series:
        """Return the probability that each customer is still alive at the end of the observation."""
        return self._worth(customers, lambda x, age: np.ones(len(x)), "p_alive")

    def predict(self, customers: pd.DataFrame, *, t: float) -> pd.Series:
        """Return the purchases expected from each customer in the next t units of time, given its history."""
        self._positive(t)
        return self._worth(customers, lambda x, age: self._purchases(t, x, age), "purchases")

    def expected_purchases(self, t) -> np.ndarray:
        """Return E[X(t)], the repeat purchases of a new customer in its first t units of time (t: number or array)."""
        self._ready()
        t, zero = np.asarray(t, dtype=float), np.zeros(1)
        self._positive(t)
        alive = self._alive(zero, zero, zero)[0]
        return np.array([alive * self._purchases(one, zero, zero)[0] for one in t.ravel()]).reshape(t.shape)

    def discounted_purchases(self, customers: pd.DataFrame, *, rate: float, horizon: float | None = None) -> pd.Series:
        """Return each customer's purchases to come, each discounted to the end of the observation.

        Parameters
        ----------
        customers : DataFrame
        rate : float
            Continuously compounded discount rate per unit of time: ln(1 + annual rate) / units in a year
            (`continuous_rate`). A purchase at T + s is worth exp(-rate s).
        horizon : float, optional
            Units of time that count; without it, all the future (DERT, which needs rate > 0).

        Notes
        -----
        By parts: the integral of exp(-rate s) dE[Y(s)] is exp(-rate h) E[Y(h)] + rate times that of exp(-rate s)
        E[Y(s)]. Gauss-Legendre in the square root of s over a finite horizon, double exponential rule otherwise.
        """
        if rate < 0 or (horizon is None and rate == 0):
            raise GrcError(
                "Sans horizon, un taux d'actualisation positif est nécessaire.",
                where=f"taux {rate:g}",
                todo="donnez par exemple rate=continuous_rate(0.10, per_year=52), ou un horizon",
            )
        if horizon is None:
            return self._worth(customers, lambda x, age: self._forever(rate, x, age), "discounted_purchases")
        self._positive(horizon)
        return self._worth(customers, lambda x, age: self._until(horizon, rate, x, age), "discounted_purchases")

    def discounted_steps(self, customers: pd.DataFrame, *, length: float, n: int, rate: float) -> pd.Series:
        """Return the purchases of the next n steps of time, those of step i all discounted by (1 + rate)^i."""
        self._positive(length)

        def if_alive(x: np.ndarray, age: np.ndarray) -> np.ndarray:
            reached, total = np.zeros(len(x)), np.zeros(len(x))
            for step in range(1, n + 1):
                before, reached = reached, self._purchases(step * length, x, age)
                total += (reached - before) / (1 + rate) ** step
            return total

        return self._worth(customers, if_alive, "discounted_purchases")

    def dert(self, customers: pd.DataFrame, *, rate: float) -> pd.Series:
        """Return the discounted expected residual transactions (Fader, Hardie & Lee 2005b), over all the future."""
        return self.discounted_purchases(customers, rate=rate).rename("dert")

    def _forever(self, rate: float, x: np.ndarray, age: np.ndarray) -> np.ndarray:
        nodes = np.exp(HALF_LINE - np.exp(-HALF_LINE))
        weights = (HALF_LINE[1] - HALF_LINE[0]) * (1 + np.exp(-HALF_LINE)) * nodes * np.exp(-nodes)
        return sum(weight * self._purchases(node / rate, x, age) for node, weight in zip(nodes, weights, strict=True))

    def _until(self, horizon: float, rate: float, x: np.ndarray, age: np.ndarray) -> np.ndarray:
        total = np.exp(-rate * horizon) * self._purchases(horizon, x, age)
        if rate == 0:
            return total
        nodes, weights = gauss_legendre(NODES)
        root = (nodes + 1) / 2
        for u, weight in zip(root, weights * root, strict=True):  # s = horizon u², ds = 2 horizon u du
            total += rate * horizon * weight * np.exp(-rate * horizon * u**2) * self._purchases(horizon * u**2, x, age)
        return total

    def _worth(self, customers: pd.DataFrame, if_alive, name: str) -> pd.Series:
        """Multiply what an alive customer of this (x, T) is worth by the probability of being alive."""
        self._ready()
        found = histories(customers)
        x, recency, age = found["frequency"], found["recency"], found["T"]
        pair_x, pair_age, place = distinct_pairs(x, age)
        worth, values = if_alive(pair_x, pair_age), np.empty(len(x))
        for start in range(0, len(x), self.block):
            part = slice(start, start + self.block)
            values[part] = worth[place[part]] * self._alive(x[part], recency[part], age[part])
        return pd.Series(values, customers.index, name=name)

    @staticmethod
    def _positive(t) -> None:
        if not (np.isfinite(t).all() and np.all(np.asarray(t) >= 0)):
            raise GrcError("La durée à prévoir doit être un nombre positif.", where=str(t))

    @staticmethod
    def _mean_age(rows: Rows) -> float:
        """Return the customers' mean age, the scale of the parameters of time."""
        return rows.mean(rows.columns[1]) or 1.0
