"""What transactions say of customers' value without any model: margins by age, cohorts, silences that end."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pandas as pd

from grc_helpers.errors import GrcError

DAYS_PER_MONTH = 365.25 / 12


def margins_by_age(transactions, *, observation_end: date, margin_rate: float, discount_rate: float):
    """Return each purchase's margin, discounted to the day of its customer's first purchase.

    Parameters
    ----------
    transactions : ibis.Table
        ``customer_id``, ``date``, ``amount_cents``; rows after ``observation_end`` are left out.
    margin_rate : float
        Margin as a share of sales.
    discount_rate : float
        Annual; a purchase d days after the first one is divided by (1 + discount_rate)^(d/365.25).

    Returns
    -------
    ibis.Table
        One row a purchase line: ``customer_id``, ``first_purchase``, ``month`` of age (0 for the first 365.25/12 days),
        ``lived`` (whole months seen since the first purchase), ``margin`` and ``value`` (discounted) in currency units.
    """
    import ibis

    end = ibis.literal(observation_end)
    seen = transactions.filter(transactions.date <= end)
    first = seen.group_by("customer_id").agg(first_purchase=seen.date.min())
    rows = seen.inner_join(first, "customer_id").mutate(
        # Lambdas: the deferred « _ » fails in delta().
        age=lambda t: t.date.delta(t.first_purchase, unit="day").cast("float64"),
        seen_days=lambda t: end.delta(t.first_purchase, unit="day").cast("float64") + 1,
        margin=lambda t: t.amount_cents.cast("float64") * (margin_rate / 100),
    )
    return rows.select(
        "customer_id",
        "first_purchase",
        "margin",
        month=(rows.age / DAYS_PER_MONTH).floor().cast("int64"),
        lived=(rows.seen_days / DAYS_PER_MONTH).floor().cast("int64"),
        value=rows.margin * (rows.age * (-float(np.log1p(discount_rate)) / 365.25)).exp(),
    )


def value_after_acquisition(margins, *, months: int) -> pd.DataFrame:
    """Return what each customer earned in the months that followed their first purchase.

    Only customers seen for all these months are kept: the others' value is not known yet.

    Parameters
    ----------
    margins : ibis.Table
        What :func:`margins_by_age` returns.
    months : int
        How many months, that of the first purchase included.

    Returns
    -------
    DataFrame, one row a customer, ordered by ``customer_id``
        ``customer_id``, ``first_purchase``, ``value`` (currency units, discounted to the first purchase).
    """
    kept = margins.filter((margins.month < months) & (margins.lived >= months))
    table = kept.group_by(["customer_id", "first_purchase"]).agg(value=kept.value.sum()).execute()
    table["first_purchase"] = pd.to_datetime(table["first_purchase"])
    return table.sort_values("customer_id", ignore_index=True)


def margin_curve(margins) -> pd.DataFrame:
    """Return the mean margin per customer acquired, month of age after month of age.

    Month k's mean is over the customers seen until its end, so that young customers do not lower it.

    Returns
    -------
    DataFrame, one row a month of age that some customer has lived
        ``month`` (1, 2…), ``customers`` seen that long, ``expected_margin``, ``present_value``, ``cumulative_value``.
    """
    sums = margins.group_by(["month", "lived"]).agg(margin=margins.margin.sum(), value=margins.value.sum()).execute()
    lived = margins.group_by("lived").agg(customers=margins.customer_id.nunique()).execute()
    rows = []
    for month in range(int(lived["lived"].max())):
        customers = int(lived.loc[lived["lived"] > month, "customers"].sum())
        earned = sums.loc[(sums["month"] == month) & (sums["lived"] > month), ["margin", "value"]].sum()
        rows.append([month + 1, customers, earned["margin"] / customers, earned["value"] / customers])
    table = pd.DataFrame(rows, columns=["month", "customers", "expected_margin", "present_value"])
    table["cumulative_value"] = table["present_value"].cumsum()
    return table


def months_seen(curve: pd.DataFrame, *, at_most: int) -> int:
    """Return for how many months at least half of the customers of a :func:`margin_curve` were seen."""
    return min(at_most, int((curve["customers"] >= curve["customers"].max() / 2).sum()))


def early_share(margins, *, start: date, days: int = 31) -> float:
    """Return the share of customers whose first purchase falls in the first days (many: the file starts midway)."""
    first = margins.group_by("customer_id").agg(first=margins.first_purchase.min()).first.execute()
    return float(((pd.to_datetime(first) - pd.Timestamp(start)).dt.days < days).mean())


def yearly_growth(spend: pd.Series, *, per_year: int = 4) -> float:
    """Return the yearly growth, compounded, between the first and the last period of ``spend``."""
    return float((spend.iloc[-1] / spend.iloc[0]) ** (per_year / (len(spend) - 1)) - 1)


def by_arrival(recruits: pd.DataFrame, *, cost: float, last: int = 8) -> pd.DataFrame:
    """Return the mean value of the customers of each arrival month, or quarter when months are many or thin.

    Parameters
    ----------
    recruits : DataFrame
        What :func:`value_after_acquisition` returns.
    cost : float
        Acquisition cost, in currency units.
    last : int
        How many arrivals to keep, the latest.

    Returns
    -------
    DataFrame, one row an arrival ("03/1997" or "T1 2024")
        ``customers``, ``value`` (mean), ``low``, ``high`` (95 %, normal; NaN for fewer than 30 customers, too few for
        that law), ``repaid`` (share that reached the cost).
    """
    first = recruits["first_purchase"]
    monthly = (first.max() - first.min()).days < 366 and first.dt.to_period("M").value_counts().median() >= 30
    arrivals = recruits.assign(repaid=recruits["value"] >= cost).groupby(first.dt.to_period("M" if monthly else "Q"))
    table = arrivals.agg(
        customers=("value", "size"), value=("value", "mean"), error=("value", "sem"), repaid=("repaid", "mean")
    ).tail(last)
    error = table["error"].where(table["customers"] >= 30)
    table["low"], table["high"] = (table["value"] + sign * 1.96 * error for sign in (-1, 1))
    table.index = [f"{p.month:02d}/{p.year}" if monthly else f"T{p.quarter} {p.year}" for p in table.index]
    return table.drop(columns="error")


def silent_then_back(transactions, *, observation_end: date, silence: int) -> tuple[int, int]:
    """Return how many customers were silent for ``silence`` days at a cut, and how many of them bought afterwards.

    The cut is ``silence`` days before the observation end: what follows it is as long as the silence.

    Returns
    -------
    silent, back : int
    """
    import ibis

    cut = observation_end - timedelta(days=silence)
    before = cut - timedelta(days=silence)
    seen = transactions.filter(transactions.date <= ibis.literal(observation_end))
    past = seen.date <= ibis.literal(cut)
    last = seen.group_by("customer_id").agg(
        last_before=seen.date.max(where=past), later=(seen.date > ibis.literal(cut)).sum()
    )
    silent = last.filter(last.last_before <= ibis.literal(before))
    counts = silent.agg(silent=silent.count(), back=(silent.later > 0).sum()).execute().iloc[0]
    return int(counts["silent"]), int(0 if pd.isna(counts["back"]) else counts["back"])


def seen_or_estimated(contracts, sales, *, silence: int) -> pd.DataFrame:
    """Set side by side departures that are seen (contracts) and departures that are estimated (sales).

    Parameters
    ----------
    contracts, sales : Dataset
        Their ``table``, ``title`` and last day observed.
    silence : int
        As in :func:`silent_then_back`.

    Returns
    -------
    DataFrame, French column names
        ``Cas``, ``Mesure``, ``Part`` and its 95 % interval ``low``, ``high``: contracts that last one and two years
        (Kaplan–Meier); silent customers who buy again (Wilson; NaN under 20 of them); mean P(alive), without interval
        (absent when no model of purchase can be trusted).
    """
    from statsmodels.stats.proportion import proportion_confint

    from grc_helpers.data.warehouse import collect, customer_base
    from grc_helpers.retention import contract_lives, gone_probability
    from grc_helpers.retention_survival import kaplan_meier, survival_at

    curve = kaplan_meier(contract_lives(collect(contracts.table), start=None, end=contracts.observation_end))
    signed, free = "Avec contrat", "Sans contrat"
    rows = [
        [
            signed,
            f"encore abonnés après {said}",
            *(survival_at(curve, days, name) for name in ("survival", "low", "high")),
        ]
        for said, days in (("un an", 365), ("deux ans", 730))
    ]
    silent, back = silent_then_back(sales.table, observation_end=sales.observation_end, silence=silence)
    said = f"muets depuis {silence} jours, qui rachètent dans les {silence} suivants"
    if silent >= 20:
        rows.append([free, said, back / silent, *proportion_confint(back, silent, method="wilson")])
    else:
        rows.append([free, f"{said} (trop peu de muets : {silent} ; baissez la durée)", np.nan, np.nan, np.nan])
    gone = gone_probability(collect(customer_base(sales.table, observation_end=sales.observation_end)))
    if gone is not None:
        rows.append([free, "encore clients, selon un modèle d'achat", 1 - gone.mean(), np.nan, np.nan])
    return pd.DataFrame(rows, columns=["Cas", "Mesure", "Part", "low", "high"])


def recency_rates(activity: pd.DataFrame, *, periods: int, states: int) -> pd.DataFrame:
    """Return, by recency, the share of customers who buy in the next period.

    Parameters
    ----------
    activity : DataFrame
        One row a customer and period with a purchase: ``customer_id``, ``period`` (0…periods − 1).
    periods : int
        How many periods were observed.
    states : int
        Recencies 1…states; a customer silent for longer is left out. Recency 1: bought in the period just over.

    Returns
    -------
    DataFrame, one row a recency
        ``recency``, ``at_risk`` (customer-periods), ``purchases``, ``rate`` (NaN where nobody was at risk).
    """
    if activity.empty or periods < 2:
        raise GrcError("Il faut au moins deux périodes et un achat pour compter des retours.")
    codes, customers = pd.factorize(activity["customer_id"])
    bought = np.zeros((len(customers), periods), dtype=bool)
    bought[codes, activity["period"].to_numpy()] = True
    recency, at_risk, purchases = np.full(len(customers), states + 1), np.zeros(states), np.zeros(states)
    for t in range(periods):
        for k in range(1, states + 1):
            here = recency == k
            at_risk[k - 1] += here.sum()
            purchases[k - 1] += bought[here, t].sum()
        recency = np.where(bought[:, t], 1, np.minimum(recency + 1, states + 1))
    rate = np.divide(purchases, at_risk, out=np.full(states, np.nan), where=at_risk > 0)
    table = pd.DataFrame({"recency": np.arange(1, states + 1), "at_risk": at_risk, "purchases": purchases})
    return table.astype(int).assign(rate=rate)


def follow_recency(
    transactions, *, start: date, end: date, days: int = 91, states: int = 4, at_least: int = 20
) -> tuple[pd.DataFrame, pd.Series]:
    """Cut the observation into periods that end on its last day, and count who buys again, by recency.

    Parameters
    ----------
    start, end : date
        First and last day observed; the days that do not make a whole period, at the start, are left out.
    at_least : int
        Recencies with fewer customer-periods at risk are left out.

    Returns
    -------
    rates : DataFrame
        What :func:`recency_rates` returns; empty when fewer than three periods were observed.
    spend : Series
        Mean spend of the period's buyers, in currency units, by period.
    """
    from grc_helpers.data.warehouse import collect, period_spend

    periods = ((end - start).days + 1) // days
    if periods < 3:
        return pd.DataFrame(), pd.Series(dtype=float)
    cuts = [end - timedelta(days=days * k - 1) for k in range(periods, -1, -1)]
    activity = collect(period_spend(transactions, cuts=cuts))
    rates = recency_rates(activity, periods=periods, states=states)
    return rates[rates["at_risk"] >= at_least], activity.groupby("period")["spend"].mean()
