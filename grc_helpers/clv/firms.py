"""The value of a firm's customers: of the simulated firm, whose truth is known, and of one known by public figures."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pandas as pd

from grc_helpers.clv import choice
from grc_helpers.clv.equity import customer_equity
from grc_helpers.clv.formulas import period_rate
from grc_helpers.clv.lifetime_value import IN_A_YEAR, continuous_rate, residual_value
from grc_helpers.clv.uncertainty import draw_inputs

# Netflix, third quarter of 2010 (press release of 20 October 2010), millions of subscribers and of dollars.
NETFLIX = {
    "subscribers_before": 15.001,
    "subscribers": 16.933,
    "arrivals": 4.101,  # gross additions of the quarter
    "revenue": 553.2,
    "acquisition_cost": 19.81,  # dollars, per gross addition
    "published_churn": 0.038,  # per month
    "net_income": 38.0,
    "income_per_share": 0.70,
    "share_price": 14.18 / 0.0926,  # a rise of 14.18 dollars after the release was one of 9.26 %
}

# What is not published, supposed: low, most likely, high.
RANGES = {
    "margin_rate": (0.30, 0.35, 0.40),
    "discount_rate": (0.08, 0.10, 0.14),
    "growth_years": (3, 5, 10),
    "arrivals": (0.5, 1.0, 1.2),
}
FRENCH = {
    "margin_rate": "le taux de marge",
    "churn": "l'attrition",
    "discount_rate": "le taux d'actualisation",
    "growth_years": "les années de recrutement",
    "arrivals": "le rythme des arrivées",
}


def true_values(truth: pd.DataFrame, effects: pd.DataFrame, *, annual_rate: float, years: float) -> pd.DataFrame:
    """Return what each simulated customer is really worth, given what only the simulator knows.

    Parameters
    ----------
    truth : DataFrame
        ``verite/clients``: rate λ (a week), dropout p, satisfaction, card_from, lifetime_end, spend_mean.
    effects : DataFrame
        ``verite/effets``: the settings, by name.
    annual_rate, years : float

    Returns
    -------
    DataFrame, index customer_id
        ``alive`` at the end of the observation; ``sales``: discounted sales expected over the years if nothing new is
        done, m λ (1 − exp(−(λ p + δ) h)) / (λ p + δ) for who is alive, 0 for who left. Campaigns, the club and the
        departures of sales reps to come are left out.
    """
    from grc_helpers.data.simulator.config import SimulationConfig
    from grc_helpers.data.simulator.process import retention_factor

    settings = effects.set_index("name")["value"].astype(object)
    config = SimulationConfig(satisfaction_effect=float(settings["satisfaction_effect"]))
    clients = truth.set_index("customer_id")
    leaving = clients["dropout"] * retention_factor(config, clients["satisfaction"].to_numpy())
    rate = clients["rate"] * np.where(clients["card_from"].notna(), 1 + float(settings["card_effect"]), 1.0)
    per_year = IN_A_YEAR["week"]
    decay = rate * leaving + continuous_rate(annual_rate, per_year=per_year)
    alive = clients["lifetime_end"].isna()
    bought = rate * -np.expm1(-decay * years * per_year) / decay
    return pd.DataFrame({"alive": alive, "sales": (clients["spend_mean"] * bought).where(alive, 0.0)})


def simulated_firm(data, *, annual_rate: float, years: float) -> SimpleNamespace:
    """Fit the models to a simulated firm's sales, beside its truth.

    Parameters
    ----------
    data : Dataset
        Of a simulated firm: its ``name`` is where the truth is read.
    annual_rate, years : float

    Returns
    -------
    SimpleNamespace
        ``customers`` (customer table in weeks, index customer_id), ``fit`` (Choice), ``true(years)`` (function:
        :func:`true_values`), ``truth`` (its result for ``years``), ``value`` (each customer's sales to come, forecast).
    """
    from grc_helpers.data.simulator.truth import read_truth
    from grc_helpers.data.warehouse import collect, customer_base

    customers = collect(customer_base(data.table, observation_end=data.observation_end, unit="week"))
    customers, fit = customers.set_index("customer_id"), choice.fit(customers.set_index("customer_id"))
    clients, effects = (read_truth(data.name, table) for table in ("clients", "effets"))

    def true(horizon: float) -> pd.DataFrame:
        return true_values(clients, effects, annual_rate=annual_rate, years=horizon).loc[customers.index]

    terms = {"annual_rate": annual_rate, "years": years, "unit": "week"}
    value = residual_value(fit.purchases, fit.spend, customers, **terms)
    return SimpleNamespace(customers=customers, fit=fit, true=true, truth=true(years), value=value, rate=annual_rate)


def in_years(years: float) -> str:
    """Write a duration in French: « 1 an », « 2,5 ans »."""
    return f"{years:g} an".replace(".", ",") + "s" * (years >= 2)


def by_horizon(firm: SimpleNamespace, horizons) -> pd.DataFrame:
    """Return the sales to come of all customers, true and forecast, over several horizons, in French.

    Returns
    -------
    DataFrame, one row a horizon
        « Vérité », « Estimation » with ``low``, ``high`` (delta method), « Écart » (share).
    """
    lines = {}
    for years in sorted(set(horizons)):
        real = firm.true(years)["sales"].sum()
        terms = {"years": years, "annual_rate": firm.rate, "margin": 1.0}
        guess, low, high = choice.total_interval(firm.fit, firm.customers, **terms)
        lines[in_years(years)] = {
            "Vérité": real,
            "Estimation": guess,
            "low": low,
            "high": high,
            "Écart": guess / real - 1,
        }
    return pd.DataFrame.from_dict(lines, orient="index").rename_axis("Horizon")


def calibration(p_alive: pd.Series, alive: pd.Series, repeat: pd.Series) -> pd.DataFrame:
    """Return, by tenth of P(alive) among repeat buyers, the share that is really alive, with Wilson's interval."""
    from statsmodels.stats.proportion import proportion_confint

    bins = np.minimum((10 * p_alive).astype(int), 9)[repeat]
    table = pd.DataFrame({"p_alive": p_alive, "alive": alive})[repeat].groupby(bins)
    found = table.agg(p_alive=("p_alive", "mean"), customers=("alive", "size"), alive=("alive", "sum"))
    found["low"], found["high"] = proportion_confint(found["alive"], found["customers"], method="wilson")
    return found.assign(alive=found["alive"] / found["customers"])


def by_decile(estimate: pd.Series, truth: pd.Series, *, n: int = 10) -> pd.DataFrame:
    """Return the mean estimate and the mean truth by tenth of the estimate (ties broken by order)."""
    group = pd.qcut(estimate.rank(method="first"), n, labels=range(1, n + 1))
    return pd.DataFrame({"estimate": estimate, "truth": truth}).groupby(group, observed=True).mean()


def churn_from_flows(*, before: float, after: float, arrivals: float, months: int = 3) -> float:
    """Return the monthly churn that subscribers and arrivals imply: leavers over those who could leave, by month."""
    return (before + arrivals - after) / (before + arrivals) / months


def public_equity(
    ranges: dict[str, tuple[float, float, float]], *, subscribers: float, revenue: float, arrivals: float,
    acquisition_cost: float, n: int, seed: int,
) -> tuple[pd.DataFrame, pd.DataFrame]:  # fmt: skip
    """Return the customer equity of a subscription firm, for inputs drawn at random from stated ranges.

    Parameters
    ----------
    ranges : dict of str to (low, most likely, high)
        ``margin_rate`` (of sales), ``churn`` (monthly), ``discount_rate`` (annual), ``growth_years`` (for how long
        arrivals keep their pace), ``arrivals`` (share of today's pace).
    subscribers, revenue, arrivals : float
        Millions of subscribers, millions of currency units a month per million subscribers, millions of arrivals a
        month.
    acquisition_cost : float
        Currency units, per arrival.
    n, seed : int

    Returns
    -------
    inputs : DataFrame, n rows
    values : DataFrame, n rows
        ``present``, ``future``, ``equity``, in millions of currency units.
    """
    inputs = draw_inputs(ranges, n=n, seed=seed)
    rows = []
    for draw in inputs.itertuples():
        months = round(12 * draw.growth_years)
        rows.append(
            customer_equity(
                customers=subscribers,
                new_customers=np.full(months, arrivals * draw.arrivals),
                margin=revenue * draw.margin_rate,
                retention=1 - draw.churn,
                discount_rate=period_rate(draw.discount_rate, 12),
                acquisition_cost=acquisition_cost,
            )  # fmt: skip
        )
    return inputs, pd.DataFrame(rows)


def netflix_equity(*, n: int, seed: int) -> SimpleNamespace:
    """Return Netflix's customer equity of autumn 2010 beside its price, what is not published drawn from stated ranges.

    Returns
    -------
    SimpleNamespace
        ``churn`` (monthly, from the flows), ``price`` (millions of dollars: share price × net income / income per
        share), ``inputs``, ``values`` (:func:`public_equity`), ``heaviest`` (the input that weighs most, in French).
    """
    known = NETFLIX
    flows = {"before": known["subscribers_before"], "after": known["subscribers"], "arrivals": known["arrivals"]}
    churn, mean = churn_from_flows(**flows), (known["subscribers_before"] + known["subscribers"]) / 2
    inputs, values = public_equity(
        RANGES | {"churn": (0.8 * churn, churn, 1.2 * churn)}, subscribers=known["subscribers"],
        revenue=known["revenue"] / 3 / mean, arrivals=known["arrivals"] / 3,
        acquisition_cost=known["acquisition_cost"], n=n, seed=seed,
    )  # fmt: skip
    weights = inputs.corrwith(values["equity"], method="spearman").abs()
    price = known["share_price"] * known["net_income"] / known["income_per_share"]
    return SimpleNamespace(churn=churn, price=price, inputs=inputs, values=values, heaviest=FRENCH[weights.idxmax()])
