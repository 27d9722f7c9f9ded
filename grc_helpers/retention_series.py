"""Projecting a cohort: the published series of the sBG's paper, naive curves, and what each says of years unseen."""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np
import pandas as pd

from grc_helpers.clv.formulas import customer_value, margin_multiple
from grc_helpers.clv.model import FitWarning
from grc_helpers.clv.shifted_beta_geometric import ShiftedBetaGeometric, cohort_table
from grc_helpers.retention_survival import expected_years
from grc_helpers.style import percent

# Fader & Hardie (2007), table 1: survivors in % of 1 000 customers, years 0 to 12, and the estimates on years 0 to 7.
SERIES = {
    "High End": (100, 86.9, 74.3, 65.3, 59.3, 55.1, 51.7, 49.1, 46.8, 44.5, 42.7, 40.9, 39.4),
    "Regular": (100, 63.1, 46.8, 38.2, 32.6, 28.9, 26.2, 24.1, 22.3, 20.7, 19.4, 18.3, 17.3),
}
ESTIMATES = {"High End": {"alpha": 0.668, "beta": 3.806}, "Regular": {"alpha": 0.704, "beta": 1.182}}
SEEN = 8  # years 0 to 7


@dataclass(frozen=True)
class OneRate:
    """Customers who all renew with the same probability, at every date: the sBG's limit when they are alike.

    Its methods are those of ``ShiftedBetaGeometric``.
    """

    rate: float

    def retention(self, t) -> np.ndarray:
        """Return the retention rate of the t-th renewal: the same for all."""
        return np.full(np.shape(t), self.rate)

    def derl(self, renewals, *, rate: float, when: str = "before") -> np.ndarray:
        """Return the discounted residual lifetime, whatever the renewals made: r/(1 + d − r) on the day after one."""
        after = np.full(np.shape(renewals), margin_multiple(self.rate, rate))
        return after if when == "after" else after * (1 + rate)

    def discounted_lifetime(self, *, rate: float) -> float:
        """Return the discounted lifetime of a newcomer, first period included: (1 + d)/(1 + d − r)."""
        return customer_value(1.0, self.rate, rate)


def fit_cohort(survivors, *, size: float = 1000) -> ShiftedBetaGeometric:
    """Return the sBG fitted to survivors in % of ``size`` customers."""
    customers, weight = cohort_table(size / 100 * np.asarray(survivors, dtype=float))
    return ShiftedBetaGeometric().fit(customers, sample_weight=weight)


def fit_contracts(table: pd.DataFrame) -> tuple[ShiftedBetaGeometric | OneRate | None, str]:
    """Return the sBG fitted to contracts, or one renewal rate for all when the data tell no differences.

    Parameters
    ----------
    table : DataFrame
        What ``retention.renewals`` returns: ``frequency``, ``T``.

    Returns
    -------
    model : ShiftedBetaGeometric, OneRate or None
        One rate is renewals made / renewal dates met; None when nobody has left, or nobody renewed.
    remark : str
        Why it is not the sBG's own fit, in French; empty when it is.
    """
    met, made = table["T"].sum(), table["frequency"].sum()
    if not 0 < made < met:
        return None, "des contrats qui ont renouvelé et d'autres qui ont fini (voir period_days)"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FitWarning)
        model = ShiftedBetaGeometric().fit(table)
    if not model.problems_:
        return model, ""
    remark = (
        "ces contrats ne montrent pas de clients plus fidèles que d'autres ; un seul taux de renouvellement est "
        f"retenu, {percent(made / met)} par échéance"
    )
    return OneRate(made / met), remark


def project(survivors, *, seen: int = SEEN) -> pd.DataFrame:
    """Return what four curves, fitted to the first years, say of all years.

    Parameters
    ----------
    survivors : sequence of float
        In %, year 0 first.
    seen : int
        How many years are used, year 0 included; the others are only compared.

    Returns
    -------
    DataFrame, one row a year
        ``year``, ``observed``, then « Linéaire », « Quadratique », « Exponentielle » (least squares on the survivors,
        or on their logarithm) and « sBG », all in shares.
    """
    observed = np.asarray(survivors, dtype=float) / 100
    year = np.arange(len(observed))
    used, past = year[:seen], observed[:seen]
    table = pd.DataFrame({"year": year, "observed": observed})
    table["Linéaire"] = np.polyval(np.polyfit(used, past, 1), year)
    table["Quadratique"] = np.polyval(np.polyfit(used, past, 2), year)
    table["Exponentielle"] = np.exp(np.polyval(np.polyfit(used, np.log(past), 1), year))
    table["sBG"] = fit_cohort(survivors[:seen]).survival(year)
    return table


CURVES = ("Linéaire", "Quadratique", "Exponentielle", "sBG")


def judge(table: pd.DataFrame, *, seen: int = SEEN) -> pd.DataFrame:
    """Return each curve's fit to the years used, and its error on those held out.

    Returns
    -------
    DataFrame, one row a curve
        ``past_r2`` (R² on the years used; of the logarithm for the exponential, as in the paper), ``held_out_error``
        (mean absolute error on the others, in share of the customers), ``last_year`` (projection of the last year).
    """
    rows = {}
    for name in CURVES:
        curve, truth = table[name], table["observed"]
        used = (np.log(truth[:seen]), np.log(curve[:seen])) if name == "Exponentielle" else (truth[:seen], curve[:seen])
        fit = 1 - ((used[0] - used[1]) ** 2).sum() / ((used[0] - used[0].mean()) ** 2).sum()
        rows[name] = [fit, (curve[seen:] - truth[seen:]).abs().mean(), curve.iloc[-1]]
    return pd.DataFrame.from_dict(rows, orient="index", columns=["past_r2", "held_out_error", "last_year"]).rename_axis(
        "curve"
    )


def lifetime_table(survivors) -> pd.DataFrame:
    """Return the years of membership in the horizon observed, by one constant retention and as they were.

    Returns
    -------
    DataFrame, one row a way to count
        ``retention``; ``limited_years`` (within the horizon: as many years of payment as the series has);
        ``endless_years`` = 1/(1 − r). NaN for what was observed, which has no constant retention and no end.
    """
    share = np.asarray(survivors, dtype=float) / 100
    years = len(share) - 1
    steps = share[1:] / share[:-1]
    ways = {"Rétention de la 1re année": steps[0], "Moyenne des taux annuels": steps.mean(), "Dernier taux": steps[-1]}
    rows = {name: [r, expected_years(r, horizon=years), expected_years(r)] for name, r in ways.items()}
    rows["Observé"] = [np.nan, share[:-1].sum(), np.nan]
    return pd.DataFrame.from_dict(
        rows, orient="index", columns=["retention", "limited_years", "endless_years"]
    ).rename_axis("retention_way")


def residual_table(model: ShiftedBetaGeometric, *, ages, rate: float) -> pd.DataFrame:
    """Return the discounted residual lifetime by renewals made: on the eve of a renewal, and on the day after.

    Returns
    -------
    DataFrame, one row a number of renewals
        ``renewals``, ``retention`` (chance of the next one), ``derl_before`` (DERL of the paper: the next payment
        counts now if it is made), ``derl_after`` (it is one period away), ``derl_shifted`` (the slip: the eve, one
        renewal too many).
    """
    ages = np.asarray(ages)
    return pd.DataFrame(
        {
            "renewals": ages,
            "retention": model.retention(ages + 1),
            "derl_before": model.derl(ages, rate=rate),
            "derl_after": model.derl(ages, rate=rate, when="after"),
            "derl_shifted": model.derl(ages + 1, rate=rate),
        }
    )
