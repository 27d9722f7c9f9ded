"""Customer equity: what all customers, present and future, are worth to the firm."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from grc_helpers.clv.formulas import check_rates, customer_value, margin_multiple
from grc_helpers.errors import GrcError


def customer_equity(
    *, customers: float, new_customers, margin: float, retention: float, discount_rate: float, acquisition_cost: float
) -> dict[str, float]:
    """Return the value of today's customers and of those to come, net of what acquiring them costs.

    Today's customers have just paid their margin: each is worth margin·r/(1 + i − r). Those of period k = 1, 2… are
    worth margin·(1 + i)/(1 + i − r) − acquisition_cost when they come, discounted by (1 + i)^k.

    Parameters
    ----------
    customers : float
        How many today.
    new_customers : sequence of floats
        How many come in periods 1, 2…; nobody after the last one.
    margin, acquisition_cost : float
        Per customer (and period, for the margin), in currency units.
    retention, discount_rate : float
        Per period.

    Returns
    -------
    dict
        ``present``, ``future`` and their sum, ``equity``, in currency units.

    Raises
    ------
    GrcError
        A negative number of customers, impossible rates.

    References
    ----------
    Gupta, S., Lehmann, D. R. & Stuart, J. A. (2004). Valuing customers. *Journal of Marketing Research* 41(1), in
    discrete time and with a constant margin.
    """
    arrivals = np.asarray(new_customers, dtype=float)
    check_rates(retention, discount_rate)
    if customers < 0 or (arrivals < 0).any():
        raise GrcError("Un nombre de clients ne peut pas être négatif.", todo="donnez zéro ou un nombre positif")
    present = customers * margin * margin_multiple(retention, discount_rate)
    each = customer_value(margin, retention, discount_rate) - acquisition_cost
    future = float(np.sum(arrivals * each / (1 + discount_rate) ** np.arange(1, len(arrivals) + 1)))
    return {"present": present, "future": future, "equity": present + future}


def senses(values: pd.Series, total: float, *, write: Callable[[float], str]) -> pd.DataFrame:
    """Return the three senses in which the course says "customer value", and what these sales tell of each, in French.

    Parameters
    ----------
    values : Series
        Value to come, by customer.
    total : float
        Their sum, as it was estimated.
    write : function
        How an amount is written.
    """
    rows = {
        "Valeur d'un client": (
            "Que rapporte un client ?",
            f"{write(values.mean())} en moyenne, {write(values.median())} en médiane",
        ),
        "Capital client": ("Que valent tous les clients présents ?", write(total)),
        "Valeur pour le client": ("Qu'y gagne le client ?", "pas dans un fichier de ventes"),
    }
    return pd.DataFrame.from_dict(rows, orient="index", columns=["Question", "Ici"]).rename_axis("Sens")
