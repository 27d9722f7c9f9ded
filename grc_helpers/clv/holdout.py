"""Hide the end of the observation, fit on its beginning, and compare what was forecast with what came."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pandas as pd

from grc_helpers.clv.continuous import ContinuousModel
from grc_helpers.style import typeset

CLASSES = (0, 0.1, 0.3, 0.5, 0.7, 0.9, 1.0000001)
MOST = 7  # past purchases from here on are put together, as in the papers' figure


def cut_day(start: date, end: date, share: float) -> date:
    """Return the last day of the first ``share`` of the days of observation."""
    return start + timedelta(days=round(share * ((end - start).days + 1)) - 1)


def split(data, *, cut: date) -> pd.DataFrame:
    """Return the customer table at a date, in weeks, and what each customer did afterwards.

    Parameters
    ----------
    data : Dataset
        Its ``table`` of canonical transactions and its last day observed.
    cut : date
        Last day of the past.

    Returns
    -------
    DataFrame, one row a customer known on that day
        The customer table (``recency`` and ``T`` in weeks, purchases of a day count for one), ``bought`` (days of
        purchase after the cut), ``future_spend`` (currency units, net of returns).
    """
    import ibis

    from grc_helpers.data.warehouse import collect, customer_base

    known = collect(customer_base(data.table, observation_end=cut, unit="week"))
    later = data.table.filter(
        data.table.date > ibis.literal(cut), data.table.date <= ibis.literal(data.observation_end)
    )
    sums = later.group_by("customer_id").agg(bought=later.date.nunique(), future_spend_cents=later.amount_cents.sum())
    after = collect(sums).set_index("customer_id").reindex(known["customer_id"])
    known["bought"] = after["bought"].fillna(0).astype(int).to_numpy()
    known["future_spend"] = after["future_spend"].astype(float).fillna(0.0).to_numpy()
    return known


def without_spend(customers: pd.DataFrame) -> tuple[pd.DataFrame, int]:
    """Set aside repeat buyers whose purchases net to zero or less: they have no positive mean spend to model.

    Returns
    -------
    customers : DataFrame
        The others.
    n : int
        How many were set aside.
    """
    wrong = (customers["frequency"] > 0) & (customers["monetary_value"] <= 0)
    return customers[~wrong].reset_index(drop=True), int(wrong.sum())


def tracking(data, model: ContinuousModel, known: pd.DataFrame, *, cut: date) -> pd.DataFrame:
    """Cumulate repeat purchases week after week: those made, and those that the model expects.

    Parameters
    ----------
    data : Dataset
    model : ContinuousModel
        Fitted in weeks.
    known : DataFrame
        Customers known at the cut (``customer_id``, ``first_purchase``): the only ones that are followed.
    cut : date
        Weeks are counted from the first day observed.

    Returns
    -------
    DataFrame, one row a whole week
        ``week`` (1, 2…), ``actual`` and ``expected`` (cumulated repeat days of purchase), ``past`` (ends on the cut or
        before).

    Notes
    -----
    Expected: Σ E[X(w − w_i)] over the customers whose first purchase, at w_i, is behind (Fader, Hardie & Lee 2005a,
    section 4).
    """
    days = _repeat_days(data, known)
    start, end = pd.Timestamp(data.observation_start), pd.Timestamp(data.observation_end)
    weeks = np.arange(1, ((end - start).days + 1) // 7 + 1)
    first, size = np.unique((known["first_purchase"] - start).dt.days, return_counts=True)
    age = np.maximum(7 * weeks[:, None] - 1 - first[None, :], 0)  # in days, at the end of the week's last day
    levels, place = np.unique(age, return_inverse=True)
    expected = np.where(levels > 0, model.expected_purchases(levels / 7), 0.0)[place.reshape(age.shape)] @ size
    made = np.searchsorted(np.sort((days - start).dt.days.to_numpy()), 7 * weeks - 1, side="right")
    past = start + pd.to_timedelta(7 * weeks - 1, unit="D") <= pd.Timestamp(cut)
    return pd.DataFrame({"week": weeks, "actual": made, "expected": expected, "past": past})


def _repeat_days(data, known: pd.DataFrame) -> pd.Series:
    """Return the days of purchase, first ones apart, of the customers known."""
    from grc_helpers.data.warehouse import collect

    days = collect(data.table.select("customer_id", "date").distinct())
    first = days["customer_id"].map(known.set_index("customer_id")["first_purchase"])
    return days["date"][first.notna() & (days["date"] > first)]


def by_past_purchases(customers: pd.DataFrame, forecasts: dict[str, pd.Series], *, most: int = MOST) -> pd.DataFrame:
    """Return the mean purchases after the cut by number of repeat purchases before it: made, then forecast.

    Parameters
    ----------
    customers : DataFrame
        What :func:`split` returns.
    forecasts : dict of str to Series
        Purchases that each model expects from each customer.
    most : int
        Last class: this number of purchases or more.

    Returns
    -------
    DataFrame, one row a class
        ``customers``, ``actual`` with its 95 % interval ``low``, ``high`` (normal; NaN under 20 customers), then a
        column a model.
    """
    group = customers["frequency"].clip(upper=most).rename("past")
    made = customers.groupby(group)["bought"].agg(customers="size", actual="mean", error="sem")
    error = made.pop("error").where(made["customers"] >= 20)
    made["low"], made["high"] = made["actual"] - 1.96 * error, made["actual"] + 1.96 * error
    return made.join(pd.DataFrame({name: forecast.groupby(group).mean() for name, forecast in forecasts.items()}))


def amounts_ahead(data, known: pd.DataFrame, expected: pd.Series, *, cut: date, days: int = 91) -> pd.Series | None:
    """Return what a purchase brought after the cut, what a model without trend expects, and the same with the trend.

    Parameters
    ----------
    data : Dataset
    known : DataFrame
        What :func:`split` returns; those who bought after the cut are compared, weighted by their days of purchase.
    expected : Series
        Amount that the model expects from a purchase of each customer, in currency units.
    days : int
        Length of the past's periods; the last one ends on the cut.

    Returns
    -------
    Series or None
        ``came`` with its 95 % interval ``low``, ``high`` (ratio of two sums, linearised), ``model``, ``growth`` (a
        year, between the first and last period, of the mean amount of a day of purchase) and ``trend``: model ×
        (1 + growth)^(years from the middle of the past to that of the future). None with fewer than three periods.
    """
    from grc_helpers.clv.observed import yearly_growth
    from grc_helpers.data.warehouse import collect, period_spend

    periods = ((cut - data.observation_start).days + 1) // days
    if periods < 3:
        return None
    cuts = [cut + timedelta(days=1 - days * k) for k in range(periods, -1, -1)]
    sums = collect(period_spend(data.table.select("customer_id", "date", "amount_cents"), cuts=cuts))
    sums = sums.groupby("period")[["spend", "n_orders"]].sum()
    means = sums["spend"] / sums["n_orders"]
    if len(means) < 3 or means.iloc[0] <= 0 or means.iloc[-1] <= 0:
        return None
    buyers, growth = known[known["bought"] > 0], yearly_growth(means, per_year=365.25 / days)
    total = buyers["bought"].sum()
    came = buyers["future_spend"].sum() / total
    reach = 1.96 * np.sqrt(((buyers["future_spend"] - came * buyers["bought"]) ** 2).sum()) / total
    model = np.average(expected[buyers.index], weights=buyers["bought"])
    years = (data.observation_end - data.observation_start).days / 2 / 365.25
    found = {"came": came, "low": came - reach, "high": came + reach, "model": model, "growth": growth}
    return pd.Series(found | {"trend": model * (1 + growth) ** years})


def alive_classes(customers: pd.DataFrame, p_alive: pd.Series, forecast: pd.Series) -> pd.DataFrame:
    """Return, by class of P(alive) among repeat buyers, what was forecast and what came; one-time buyers apart.

    Returns
    -------
    DataFrame, one row a class
        ``customers``, ``p_alive`` (mean), ``bought_again`` (share) with Wilson's ``low``, ``high``,
        ``forecast_purchases`` and ``actual_purchases`` (per customer).
    """
    from statsmodels.stats.proportion import proportion_confint

    names = ["moins de 10 %", "10 à 30 %", "30 à 50 %", "50 à 70 %", "70 à 90 %", "90 % et plus"]
    bins = pd.cut(p_alive, CLASSES, labels=[typeset(name) for name in names], right=False)
    group = bins.cat.add_categories("un seul achat").where(customers["frequency"] > 0, "un seul achat")
    table = pd.DataFrame({"p_alive": p_alive, "forecast": forecast, "actual": customers["bought"]})
    table["back"] = customers["bought"] > 0
    found = table.groupby(group, observed=True).agg(
        customers=("back", "size"), p_alive=("p_alive", "mean"), bought_again=("back", "mean"), n=("back", "sum"),
        forecast_purchases=("forecast", "mean"), actual_purchases=("actual", "mean"),
    )  # fmt: skip
    found["low"], found["high"] = proportion_confint(found.pop("n"), found["customers"], method="wilson")
    return found.rename_axis("Classe")


def enough(known: pd.DataFrame, *, weeks: float) -> str:
    """Say, in French, what is missing for a model to be fitted and checked; nothing when all is there."""
    repeat = int((known["frequency"] > 0).sum())
    if weeks < 8:
        return f"huit semaines avant la coupure (il y en a {max(weeks, 0):.1f})".replace(".", ",")
    if len(known) < 100:
        return f"cent clients connus à la coupure (il y en a {len(known)})"
    if repeat < 30:
        return f"trente clients qui rachètent avant la coupure (il y en a {repeat})"
    if known["bought"].sum() == 0:
        return "des achats après la coupure, pour vérifier"
    return ""
