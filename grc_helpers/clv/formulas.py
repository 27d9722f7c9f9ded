"""Customer lifetime value by formula: margins, retention, discounting, and when the first margin falls.

One rule holds everywhere: margin, retention, growth and discount rate belong to the *same* period. ``period_rate``
turns an annual rate into a monthly one.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from grc_helpers.errors import GrcError

# When a period's margin is received, as a fraction of the period.
TIMINGS = {"start": 0.0, "mid": 0.5, "end": 1.0}


def check_rates(retention=0.0, discount_rate=0.0, growth=0.0) -> None:
    """Raise GrcError when a retention is no share, or a rate loses everything or more; arrays are taken.

    Parameters
    ----------
    retention : float or array
        Share of customers kept from one period to the next, 0 to 1.
    discount_rate, growth : float or array
        Rates per period, above −1.
    """
    bounds = {
        "rétention": (retention, 0.0, 1.0, "donnez une part entre 0 et 1 : 0.8 pour 80 %"),
        "taux d'actualisation": (discount_rate, -1.0, np.inf, "donnez un taux par période : 0.1 pour 10 %"),
        "croissance": (growth, -1.0, np.inf, "donnez un taux par période : 0.03 pour 3 %"),
    }
    for name, (values, low, high, todo) in bounds.items():
        values = np.atleast_1d(np.asarray(values, dtype=float))
        wrong = ~((values >= low) & (values <= high)) if name == "rétention" else ~((values > low) & (values < high))
        if wrong.any():
            raise GrcError(
                f"Valeur impossible pour « {name} » : {values[wrong][0]:g}.",
                where=f"{int(wrong.sum())} valeur(s) sur {values.size}",
                todo=todo,
            )


def timing_fraction(timing: str) -> float:
    """Return when a period's margin falls: 0 at its start, 0.5 in its middle, 1 at its end."""
    if timing not in TIMINGS:
        raise GrcError(f"Échéance inconnue : « {timing} ».", todo=f"choisissez parmi : {', '.join(TIMINGS)}")
    return TIMINGS[timing]


def customer_value(margin, retention, discount_rate, *, horizon: int | None = None, growth=0.0, timing: str = "start"):
    """Return the value of a customer just acquired, before the cost of acquiring them.

    Σ_{k=0}^{n−1} margin · (1 + growth)^k · retention^k / (1 + discount_rate)^(k + f), with f = 0, ½ or 1: the customer
    is there for period 0, and stays for each further one with probability ``retention``. Without horizon, n = ∞ and
    the sum is margin · (1 + discount_rate)^(1−f) / (1 + discount_rate − retention · (1 + growth)).

    Parameters
    ----------
    margin : float or array
        Margin of period 0, in currency units.
    retention, discount_rate, growth : float or array
        Rates per period (the same period for all). Arrays broadcast.
    horizon : int, optional
        How many periods are counted, period 0 included; infinitely many unless told.
    timing : {"start", "mid", "end"}
        When each period's margin is received.

    Returns
    -------
    float or ndarray
        Currency units of the day of acquisition.

    Raises
    ------
    GrcError
        Impossible rates; a horizon below 1; an infinite sum that does not converge.

    References
    ----------
    Berger, P. D. & Nasr, N. I. (1998). Customer lifetime value: marketing models and applications. *Journal of
    Interactive Marketing* 12(1), case 1 (margins at the start, marketing in the middle of each period).
    """
    check_rates(retention, discount_rate, growth)
    if horizon is not None and horizon < 1:
        raise GrcError(f"Horizon impossible : {horizon}.", todo="comptez au moins une période, ou n'en donnez pas")
    step = 1 + np.asarray(discount_rate, dtype=float)
    ratio = np.asarray(retention, dtype=float) * (1 + np.asarray(growth, dtype=float)) / step
    if horizon is None:
        refuse_divergence(ratio)
        periods = 1 / (1 - ratio)
    else:
        one = np.isclose(ratio, 1.0, rtol=0, atol=1e-12)
        safe = np.where(one, 0.0, ratio)
        periods = np.where(one, horizon, (1 - safe**horizon) / (1 - safe))
    value = np.asarray(margin, dtype=float) * periods * step ** -timing_fraction(timing)
    return float(value) if value.ndim == 0 else value


def refuse_divergence(ratio) -> None:
    """Raise GrcError when margins, once discounted, do not shrink from one period to the next."""
    if np.any(np.asarray(ratio) >= 1):
        raise GrcError(
            "La somme est infinie : d'une période à l'autre, les marges actualisées ne diminuent pas.",
            where="rétention × (1 + croissance) ≥ 1 + taux d'actualisation",
            todo="fixez un horizon, ou baissez la rétention ou la croissance",
        )


def margin_multiple(retention, discount_rate, *, growth=0.0):
    """Return the value of the margins to come as a multiple of one margin: the first falls after one period.

    r / (1 + i − r·(1 + g)): exactly one margin less than ``customer_value(1, …, timing="start")`` when g = 0.

    Raises
    ------
    GrcError
        Impossible rates, or an infinite sum that does not converge.

    References
    ----------
    Gupta, S. & Lehmann, D. R. (2003). Customers as assets. *Journal of Interactive Marketing* 17(1), margin multiple;
    Gupta, S. & Lehmann, D. R. (2005). *Managing Customers as Investments*, with growth.
    """
    check_rates(retention, discount_rate, growth)
    retention, step = np.asarray(retention, dtype=float), 1 + np.asarray(discount_rate, dtype=float)
    grown = retention * (1 + np.asarray(growth, dtype=float))
    refuse_divergence(grown / step)
    multiple = retention / (step - grown)
    return float(multiple) if multiple.ndim == 0 else multiple


def elasticities(retention: float, discount_rate: float) -> pd.Series:
    """Return by how many percent r/(1 + i − r) moves when each input moves by 1 % of itself.

    Retention (1 + i)/(1 + i − r); margin 1; discount rate −i/(1 + i − r).

    References
    ----------
    Derived from Gupta & Lehmann (2003)'s multiple; Gupta, S., Lehmann, D. R. & Stuart, J. A. (2004). Valuing customers.
    *Journal of Marketing Research* 41(1), measure them on five firms.
    """
    margin_multiple(retention, discount_rate)  # refuses what has no value
    gap = 1 + discount_rate - retention
    return pd.Series({"retention": (1 + discount_rate) / gap, "margin": 1.0, "discount_rate": -discount_rate / gap})


def share_beyond(periods, retention, discount_rate, *, growth=0.0):
    """Return the share of an infinite value that lies beyond so many periods: (r·(1 + g)/(1 + i))^periods."""
    check_rates(retention, discount_rate, growth)
    ratio = np.asarray(retention, dtype=float) * (1 + np.asarray(growth)) / (1 + np.asarray(discount_rate))
    refuse_divergence(ratio)
    share = ratio ** np.asarray(periods)
    return float(share) if share.ndim == 0 else share


def retention_for_lifetime(periods: float) -> float:
    """Return the constant retention whose mean lifetime is so many periods: 1 − 1/periods (period 0 counted)."""
    if periods < 1:
        raise GrcError(f"Durée de vie impossible : {periods:g}.", todo="comptez au moins une période, celle de l'achat")
    return 1 - 1 / periods


def period_rate(annual_rate, per_year: int):
    """Return the rate of a shorter period that compounds to the annual one: (1 + i)^(1/n) − 1."""
    check_rates(discount_rate=annual_rate)
    return (1 + annual_rate) ** (1 / per_year) - 1


def annual_rate(rate, per_year: int):
    """Return the annual rate that a period's rate compounds to: (1 + i)^n − 1."""
    check_rates(discount_rate=rate)
    return (1 + rate) ** per_year - 1


def real_rate(nominal_rate, inflation):
    """Return the real rate: (1 + nominal)/(1 + inflation) − 1 (Fisher 1930, *The Theory of Interest*)."""
    check_rates(discount_rate=nominal_rate, growth=inflation)
    return (1 + nominal_rate) / (1 + inflation) - 1


def cash_flows(
    margin, retention, discount_rate: float, *, periods: int, growth: float = 0.0, timing: str = "start"
) -> pd.DataFrame:
    """Return a customer's expected margins period by period: the table that ``customer_value`` sums.

    Parameters
    ----------
    margin : float
        Margin of period 0, in currency units.
    retention : float or sequence of periods − 1 floats
        Share kept from one period to the next; a sequence gives each step its own.
    discount_rate, growth : float
        Rates per period.
    periods : int
        How many periods, period 0 included.
    timing : {"start", "mid", "end"}
        When each period's margin is received.

    Returns
    -------
    DataFrame, one row a period
        ``period`` (0, 1…), ``survival``, ``margin`` of a customer who is there, ``expected_margin``,
        ``discount_factor``, ``present_value``, ``cumulative_value``.

    Raises
    ------
    GrcError
        Impossible rates, or as many retentions as there are not steps.
    """
    check_rates(retention, discount_rate, growth)
    if periods < 1:
        raise GrcError(f"Horizon impossible : {periods}.", todo="comptez au moins une période")
    kept = np.full(periods - 1, retention, dtype=float) if np.ndim(retention) == 0 else np.asarray(retention, float)
    if len(kept) != periods - 1:
        raise GrcError(
            f"{len(kept)} taux de rétention pour {periods} périodes.",
            todo=f"donnez-en {periods - 1} : un par passage d'une période à la suivante",
        )
    period = np.arange(periods)
    table = pd.DataFrame({"period": period, "survival": np.concatenate([[1.0], np.cumprod(kept)])})
    table["margin"] = margin * (1 + growth) ** period
    table["expected_margin"] = table["survival"] * table["margin"]
    table["discount_factor"] = (1 + discount_rate) ** -(period + timing_fraction(timing))
    table["present_value"] = table["expected_margin"] * table["discount_factor"]
    table["cumulative_value"] = table["present_value"].cumsum()
    return table
