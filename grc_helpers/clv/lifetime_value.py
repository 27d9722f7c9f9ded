"""What each customer is worth: purchases to come, times what each brings, discounted."""

from __future__ import annotations

import numpy as np
import pandas as pd

from grc_helpers.clv.continuous import ContinuousModel
from grc_helpers.clv.formulas import check_rates
from grc_helpers.clv.gamma_gamma import GammaGamma
from grc_helpers.errors import GrcError

IN_A_MONTH = {"day": 30.0, "week": 4.345, "month": 1.0}  # lifetimes' months
IN_A_YEAR = {"day": 365.25, "week": 365.25 / 7, "month": 12.0}


def continuous_rate(annual_rate: float, *, per_year: float) -> float:
    """Return the continuously compounded rate per unit of time: ln(1 + annual rate) / units in a year.

    The same money discounted by the year, the month or the week: (1 + annual)^-k = exp(-rate × per_year × k).
    """
    check_rates(discount_rate=annual_rate)
    return float(np.log1p(annual_rate)) / per_year


def value_by_months(
    purchases: ContinuousModel,
    spend: GammaGamma,
    customers: pd.DataFrame,
    *,
    months: int = 12,
    monthly_rate: float = 0.01,
    unit: str = "day",
    margin: float = 1.0,
) -> pd.Series:
    """Return each customer's value over some months, as ``lifetimes.utils._customer_lifetime_value`` defines it.

    Σ_{i=1}^{months} E[M | x, m] · (E[Y(i u)] − E[Y((i−1) u)]) / (1 + monthly_rate)^i: a month's purchases all count
    at its end, and a month is u = 30 days, or 4,345 weeks (twelve such months make 360 days). `residual_value` has
    neither convention.

    Parameters
    ----------
    purchases : ContinuousModel
        Fitted on durations in `unit`.
    spend : GammaGamma
    customers : DataFrame
        frequency, recency, T, monetary_value.
    months : int
    monthly_rate : float
        Discount rate per month: (1 + annual)^(1/12) − 1.
    unit : {"day", "week", "month"}
    margin : float
        Share of the spend that is kept.

    Returns
    -------
    Series
        Units of money, one a customer.
    """
    check_rates(discount_rate=monthly_rate)
    steps = purchases.discounted_steps(customers, length=_known(unit, IN_A_MONTH), n=months, rate=monthly_rate)
    return (steps * spend.predict(customers) * margin).rename("value")


def residual_value(
    purchases: ContinuousModel,
    spend: GammaGamma,
    customers: pd.DataFrame,
    *,
    annual_rate: float,
    years: float | None = None,
    unit: str = "day",
    margin: float = 1.0,
) -> pd.Series:
    """Return each customer's value to come, every purchase discounted from its own date.

    margin · E[M | x, m] · ∫ (1 + annual_rate)^-s dE[Y(s)], over all the future or some years: equation (1) of Fader,
    Hardie & Lee (2005b), which is exact for the model (no month, no convention on when a purchase counts).

    Parameters
    ----------
    purchases : ContinuousModel
        Fitted on durations in `unit`.
    spend : GammaGamma
    customers : DataFrame
        frequency, recency, T, monetary_value.
    annual_rate : float
        Discount rate per year.
    years : float, optional
        Horizon; all the future without it.
    unit : {"day", "week", "month"}
        A year has 365,25 days.
    margin : float
        Share of the spend that is kept.

    Returns
    -------
    Series
        Units of money, one a customer.
    """
    per_year = _known(unit, IN_A_YEAR)
    rate, horizon = continuous_rate(annual_rate, per_year=per_year), None if years is None else years * per_year
    flow = purchases.discounted_purchases(customers, rate=rate, horizon=horizon)
    return (flow * spend.predict(customers) * margin).rename("value")


def _known(unit: str, units: dict[str, float]) -> float:
    if unit not in units:
        raise GrcError(f"« {unit} » ne convient pas pour « unit ».", todo=f"choisissez parmi : {', '.join(units)}")
    return units[unit]
