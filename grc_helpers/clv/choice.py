"""Choose, among the models of purchases, the first one that the data allow; say why the others were refused."""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np
import pandas as pd

from grc_helpers.clv.bg_nbd import BgNbd
from grc_helpers.clv.continuous import ContinuousModel
from grc_helpers.clv.gamma_gamma import GammaGamma
from grc_helpers.clv.inference import bootstrap, interval
from grc_helpers.clv.lifetime_value import residual_value
from grc_helpers.clv.model import FitWarning
from grc_helpers.clv.nbd import Nbd
from grc_helpers.clv.pareto_nbd import ParetoNbd
from grc_helpers.errors import GrcError

ORDER = {"BG/NBD": BgNbd, "Pareto/NBD": ParetoNbd, "NBD": Nbd}

INTERVALS = {name: (f"{name}_low", f"{name}_high") for name in ("p_alive", "purchases_year", "value_to_come")}


@dataclass(frozen=True)
class Choice:
    """A fitted model of purchases and one of spend.

    Attributes
    ----------
    name : str
        Of the model of purchases; "" when none holds.
    purchases : ContinuousModel or None
    spend : GammaGamma
        Forced, and remarked upon, when it stands at a bound: its limit is then a mean, the customer's or everyone's.
    refused : tuple of str
        In French: why the models tried before were refused.
    remarks : tuple of str
        In French: what to keep in mind about those kept.
    """

    name: str
    purchases: ContinuousModel | None
    spend: GammaGamma
    refused: tuple[str, ...]
    remarks: tuple[str, ...]


def fit(customers: pd.DataFrame, *, only: str | None = None) -> Choice:
    """Fit the models of purchases in order (BG/NBD, Pareto/NBD, NBD) until one holds, and the model of spend.

    Parameters
    ----------
    customers : DataFrame
        frequency, recency, T (weeks), monetary_value (positive for repeat buyers).
    only : str, optional
        Name of the only model to try.
    """
    refused, kept, name = [], None, ""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FitWarning)
        spend = GammaGamma().fit(customers)
        for tried, model in ORDER.items():
            if only in (None, tried) and kept is None:
                found = model().fit(customers)
                if found.problems_:
                    refused += [f"{tried} : {problem}" for problem in found.problems_]
                else:
                    kept, name = found, tried
    remarks = [*(kept.remarks_ if kept else ()), *spend.remarks_, *spend.problems_]
    if spend.problems_:
        spend.set_params(force=True)
    return Choice(name, kept, spend, tuple(refused), tuple(remarks))


def refit(choice: Choice, customers: pd.DataFrame, *, n_boot: int, seed: int) -> tuple[list[tuple], int]:
    """Fit both models again on customers drawn with replacement (see `inference.bootstrap`).

    Returns
    -------
    replicates : list of tuple of models
    dropped : int
        Draws left out, since the models do not hold on them (a parameter at a bound, an infinite mean spend): the
        intervals are then too narrow, and whoever shows them says how many.

    Raises
    ------
    GrcError
        When the models hold on less than half of the draws.
    """
    drawn = bootstrap([choice.purchases, choice.spend], customers, n_boot=n_boot, seed=seed)
    kept = [pair for pair in drawn if not pair[0].problems_ and pair[1].params_["q"] > 1]
    if len(kept) < n_boot / 2:
        raise GrcError(
            "Ces données ne permettent pas d'intervalle : le modèle ne tient pas sur des clients tirés au hasard.",
            where=f"{choice.name} : {n_boot - len(kept)} tirages refusés sur {n_boot}",
            todo="donnez plus de clients, ou une observation plus longue",
        )
    return kept, n_boot - len(kept)


def describe(
    choice: Choice, customers: pd.DataFrame, replicates, *, years: float, annual_rate: float, margin: float
) -> pd.DataFrame:
    """Return each customer's P(alive), purchases of the next 52 weeks and value to come, with 95 % intervals.

    Parameters
    ----------
    choice : Choice
    customers : DataFrame
    replicates : list of tuple of models
        From `refit`: the intervals are their percentiles. They are those of the expectations, not of what a
        customer will do, which varies much more.
    years, annual_rate, margin : float
        Horizon of the value, discount rate, share of the sales that is kept.

    Returns
    -------
    DataFrame, index of ``customers``
        ``p_alive``, ``purchases_year``, ``value_to_come`` (currency units), each with ``_low`` and ``_high``.
    """

    def worth(purchases, spend):
        value = residual_value(
            purchases, spend, customers, annual_rate=annual_rate, years=years, unit="week", margin=margin
        )
        return np.stack([purchases.p_alive(customers), purchases.predict(customers, t=52), value])

    estimate = worth(choice.purchases, choice.spend)
    low, high = np.quantile([worth(*models) for models in replicates], [0.025, 0.975], axis=0)
    columns = {
        name + end: values[place]
        for place, name in enumerate(INTERVALS)
        for end, values in (("", estimate), ("_low", low), ("_high", high))
    }
    return pd.DataFrame(columns, index=customers.index)


def total_interval(
    choice: Choice, customers: pd.DataFrame, replicates=None, *, years: float, annual_rate: float, margin: float
) -> tuple[float, float, float]:
    """Return the value of all customers together, with its 95 % interval: bootstrap, or delta without replicates."""

    def total(purchases, spend):
        terms = {"annual_rate": annual_rate, "years": years, "unit": "week", "margin": margin}
        return residual_value(purchases, spend, customers, **terms).sum()

    found = interval(total, choice.purchases, choice.spend, scale="log", replicates=replicates).iloc[0]
    return float(found["estimate"]), float(found["low"]), float(found["high"])
