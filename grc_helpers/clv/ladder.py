"""A ladder of forecasts, from one mean for everyone to a model of each customer, and what each rung brings."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from grc_helpers.clv.choice import Choice
from grc_helpers.clv.model import FitWarning
from grc_helpers.clv.quadrants import captured
from grc_helpers.clv.shifted_beta_geometric import ShiftedBetaGeometric

PERIODS = 4  # the past is read as this many periods, as if each were a contract


def read_as_contracts(data, known: pd.DataFrame, *, cut: date, weeks: float) -> pd.DataFrame:
    """Read purchases as renewals: a customer who lets a period of its age go without a purchase is said to have left.

    Parameters
    ----------
    data : Dataset
    known : DataFrame
        Customers known at the cut (``customer_id``, ``T`` in weeks).
    cut : date
    weeks : float
        Length of a period.

    Returns
    -------
    DataFrame, one row a customer known
        ``T``, renewal dates met (whole periods lived, less the first); ``frequency``, renewals made before the first
        empty period; ``spend``, total of the whole periods up to there.
    """
    import ibis

    from grc_helpers.data.warehouse import collect

    seen = data.table.filter(data.table.date <= ibis.literal(cut))
    first = seen.group_by("customer_id").agg(first=seen.date.min())
    rows = seen.inner_join(first, "customer_id").mutate(
        period=lambda t: (t.date.delta(t["first"], unit="day").cast("float64") / (7 * weeks)).floor().cast("int64")
    )
    spend = collect(rows.group_by("customer_id", "period").agg(spend_cents=rows.amount_cents.sum()))
    lived = np.maximum(np.floor(known["T"].to_numpy() / weeks).astype(int), 1)
    place = pd.Series(np.arange(len(known)), known["customer_id"]).reindex(spend["customer_id"]).to_numpy()
    spend = spend.assign(row=place).dropna(subset="row").astype({"row": int})
    spend = spend[spend["period"] < lived[spend["row"]]]
    money = np.zeros((len(known), lived.max()))
    bought = np.zeros_like(money, dtype=bool)
    money[spend["row"], spend["period"]], bought[spend["row"], spend["period"]] = spend["spend"], True
    stayed = np.cumprod(bought, axis=1)
    renewals = stayed.sum(axis=1) - 1
    return pd.DataFrame({"T": lived - 1, "frequency": renewals, "spend": (money * stayed).sum(axis=1)}, known.index)


def rungs(
    data, known: pd.DataFrame, choices: list[Choice], *, cut: date, past_weeks: float, future_weeks: float
) -> tuple[dict[str, pd.Series], list[str]]:
    """Forecast each customer's sales after the cut with more and more elaborate models.

    Parameters
    ----------
    data, known, cut
        As :func:`read_as_contracts`; ``known`` also has ``total_spend`` and the columns of the models.
    choices : list of Choice
        Models of purchases and spend fitted on ``known``.
    past_weeks, future_weeks : float

    Returns
    -------
    forecasts : dict of str to Series
        One a rung, in order, in currency units of sales.
    refused : list of str
        In French: rungs that the data do not allow, and why.
    """
    import warnings

    found, refused = {}, []
    everyone = known["total_spend"].sum() / np.maximum(known["T"], 1).sum() * future_weeks
    found["Moyenne de tous"] = pd.Series(everyone, known.index)
    length = past_weeks / PERIODS
    contracts = read_as_contracts(data, known, cut=cut, weeks=length)
    there = contracts["frequency"] == contracts["T"]
    each = contracts["spend"].sum() / (contracts["frequency"] + 1).sum()  # spend of a period as a customer
    ahead = max(1, round(future_weeks / length))
    scale = future_weeks / (ahead * length)
    at_risk = (contracts["frequency"] + ~there).sum()
    if at_risk:
        retention = contracts["frequency"].sum() / at_risk
        stay = np.sum(retention ** np.arange(1, ahead + 1))
        found["Géométrique : une rétention"] = each * scale * stay * there.astype(float)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", FitWarning)
            sbg = ShiftedBetaGeometric().fit(contracts)
        if sbg.problems_:
            refused += [f"sBG : {problem}" for problem in sbg.problems_]
        else:
            found["sBG : des rétentions inégales"] = each * scale * sbg.predict(contracts, t=ahead)
    else:
        refused.append("Géométrique et sBG : aucun client n'a vécu deux périodes entières.")
    for choice in choices:
        refused += choice.refused if choice.purchases is None else ()
        if choice.purchases is not None:
            bought = choice.purchases.predict(known, t=future_weeks)
            found[f"{choice.name} + Gamma-Gamma"] = bought * choice.spend.predict(known)
    return found, refused


def compare(actual: pd.Series, forecasts: dict[str, pd.Series], *, share: float, n_boot: int, seed: int):
    """Compare forecasts with what came.

    Returns
    -------
    DataFrame, one row a rung
        ``total_gap`` (forecast / actual − 1), ``rms_error`` (root mean square, currency units), ``step`` (how much the
        error falls from the rung before, as a share) with ``step_low``, ``step_high`` (the same customers drawn for
        both), ``captured`` (part of the actual sales held by the top ``share``).
    """
    rng, size = np.random.default_rng(seed), len(actual)
    squares = {name: (forecast - actual).to_numpy() ** 2 for name, forecast in forecasts.items()}
    drawn = [rng.integers(size, size=size) for _ in range(n_boot)]
    errors = {name: np.sqrt([values[rows].mean() for rows in drawn]) for name, values in squares.items()}
    rows, before = {}, None
    for name, forecast in forecasts.items():
        error = float(np.sqrt(squares[name].mean()))
        row = {"total_gap": forecast.sum() / actual.sum() - 1, "rms_error": error}
        row |= dict.fromkeys(("step", "step_low", "step_high"), np.nan)
        if before:
            low, high = np.quantile(1 - errors[name] / errors[before], [0.025, 0.975])
            row |= {"step": 1 - error / rows[before]["rms_error"], "step_low": low, "step_high": high}
        rows[name] = row | {"captured": captured(actual, forecast, share=share)}
        before = name
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("Barreau")
