"""What RFM announces: response after the scoring date, profit of a mailing, and customers whose future is known."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pandas as pd

from grc_helpers.errors import GrcError

Z95 = 1.959963984540054
# Pareto/NBD of the CDNOW sample, in weeks (Fader & Hardie's published estimates): shape and rate of buying, of leaving.
CDNOW_LIKE = (0.553, 10.578, 0.606, 11.669)


def wilson(successes, totals) -> tuple[np.ndarray, np.ndarray]:
    """Return Wilson's 95 % interval for proportions, elementwise (Wilson 1927); NaN where there was no trial."""
    k, n = np.asarray(successes, dtype=float), np.asarray(totals, dtype=float)
    with np.errstate(divide="ignore", invalid="ignore"):
        p, z2 = k / n, Z95**2 / n
        middle, half = (p + z2 / 2) / (1 + z2), np.sqrt(p * (1 - p) * z2 + z2**2 / 4) / (1 + z2)
    return np.maximum(middle - half, 0), np.minimum(middle + half, 1)


def bootstrap_mean(values, *, n_boot: int, seed: int) -> tuple[float, float]:
    """Return the 95 % percentile bootstrap interval of a mean (customers drawn with replacement)."""
    values, rng = np.asarray(values, dtype=float), np.random.default_rng(seed)
    draws = [values[rng.integers(len(values), size=len(values))].mean() for _ in range(n_boot)]
    low, high = np.quantile(draws, [0.025, 0.975])
    return float(low), float(high)


def calibration_end(start: date, end: date, share: float) -> date:
    """Return the last day of the first ``share`` of the days of observation (both ends are observed days)."""
    return start + timedelta(days=round(share * ((end - start).days + 1)) - 1)


def past_and_future(data, *, share: float) -> pd.DataFrame:
    """Describe customers as of a date, and say what they bought afterwards.

    Parameters
    ----------
    data : Dataset
        Its ``table`` of canonical transactions and its days of observation.
    share : float
        Share of the days of observation that make the past; 0.5 on CDNOW is 39 weeks, and 39 weeks follow.

    Returns
    -------
    DataFrame, one row a customer known at the end of the past
        The customer table on that day, future_spend (0 when nothing), response (future_spend > 0).
    """
    from grc_helpers.data.warehouse import collect, customer_base, period_spend

    cut = calibration_end(data.observation_start, data.observation_end, share)
    sales = period_spend(data.table, cuts=[day + timedelta(days=1) for day in (cut, data.observation_end)])
    future = collect(sales).set_index("customer_id")["spend"]
    known = collect(customer_base(data.table, observation_end=cut))
    known["future_spend"] = known["customer_id"].map(future).fillna(0.0)
    return known.assign(response=known["future_spend"] > 0)


def response_by(groups: pd.Series, customers: pd.DataFrame) -> pd.DataFrame:
    """Return, for each group of customers, its size, its response and Wilson's interval.

    Parameters
    ----------
    groups : Series
        Group of each customer (cell, segment, score), same index as ``customers``.
    customers : DataFrame
        Column response (bool).

    Returns
    -------
    DataFrame indexed by group
        customers, responders, response, low, high.
    """
    table = customers.groupby(groups, observed=True)["response"].agg(customers="size", responders="sum")
    low, high = wilson(table["responders"], table["customers"])
    return table.assign(response=table["responders"] / table["customers"], low=low, high=high)


def mean_by(groups: pd.Series, values: pd.Series, *, n_boot: int, seed: int) -> pd.DataFrame:
    """Return, for each group, the mean of ``values`` and its bootstrap interval: mean, mean_low, mean_high."""
    found = {
        name: (part.mean(), *bootstrap_mean(part, n_boot=n_boot, seed=seed))
        for name, part in values.groupby(groups, observed=True)
    }
    return pd.DataFrame.from_dict(found, orient="index", columns=["mean", "mean_low", "mean_high"])


def concordance(score, response, *, n_boot: int, seed: int) -> tuple[float, float, float]:
    """Return how often a customer who buys again was ranked above one who does not, with its bootstrap interval.

    It is the area under the ROC curve: 0.5 when the score says nothing, 1 when it tells all; ties count for half.

    Parameters
    ----------
    score : array-like
        The higher, the more promising.
    response : array-like of bool
    n_boot, seed
        Draws of customers with replacement, and their seed.

    Returns
    -------
    (estimate, low, high) ; NaN when all customers did the same
    """
    levels, position = np.unique(np.asarray(score), return_inverse=True)
    response = np.asarray(response, dtype=bool)
    if response.all() or not response.any():
        return (np.nan,) * 3
    counts = np.stack([np.bincount(position[kept], minlength=len(levels)) for kept in (response, ~response)])
    rng = np.random.default_rng(seed)
    draws = rng.multinomial(counts.sum(), (counts / counts.sum()).ravel(), n_boot).reshape(n_boot, 2, -1)
    low, high = np.nanquantile(_area(draws[:, 0], draws[:, 1]), [0.025, 0.975])
    return float(_area(*counts)), float(low), float(high)


def _area(buyers: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Return the area under the ROC curve from counts at each level of a score (last axis), lowest level first."""
    below = np.cumsum(others, axis=-1) - others / 2
    pairs = (buyers.sum(axis=-1) * others.sum(axis=-1)).astype(float)
    return np.divide((buyers * below).sum(axis=-1), pairs, out=np.full_like(pairs, np.nan), where=pairs > 0)


def break_even(contact_cost: float, margin_per_response: float) -> float:
    """Return the response rate at which a contact pays for itself: its cost over the margin of a response."""
    if not margin_per_response > 0:
        raise GrcError(
            "Le point mort ne se calcule pas : une réponse ne rapporte rien.",
            where=f"marge par réponse {margin_per_response:.2f}",
            todo="relevez le taux de marge, ou vérifiez les montants",
        )
    return contact_cost / margin_per_response


def learned_mean(values: pd.Series, cells: pd.Series, tested: np.ndarray) -> pd.Series:
    """Give every customer the mean of ``values`` in their cell among those tested (of all tested if none was there)."""
    means = values[tested].groupby(cells[tested], observed=True).mean()
    return cells.map(means).astype(float).fillna(values[tested].mean())


def gain_curve(priority, profit) -> pd.DataFrame:
    """Cumulate profit as customers are contacted, most promising first.

    Customers of equal priority are one straight segment: the mean over every order of ties.

    Parameters
    ----------
    priority, profit : array-like
        What ranks each customer, and what contacting them brings (margin less cost), in currency units.

    Returns
    -------
    DataFrame from (0, 0)
        contacted_share (0 to 1) and profit.
    """
    steps = pd.DataFrame({"priority": priority, "profit": profit}).groupby("priority")["profit"].agg(["size", "sum"])
    steps = steps.iloc[::-1].cumsum()
    return pd.DataFrame(
        {
            "contacted_share": np.concatenate([[0.0], steps["size"] / steps["size"].iloc[-1]]),
            "profit": np.concatenate([[0.0], steps["sum"]]),
        }
    )


def gains(profit: pd.Series, ways: dict[str, pd.Series], *, n_boot: int, seed: int) -> pd.DataFrame:
    """Compare ways to choose whom to contact with contacting everyone.

    Parameters
    ----------
    profit : Series
        What contacting each customer brings, in currency units.
    ways : dict of str to Series of bool
        Who is contacted.

    Returns
    -------
    DataFrame indexed by way
        contacted_share, gain_per_customer (mean over all customers of the profit less that of contacting everyone),
        gain_low, gain_high (bootstrap).
    """
    rows = {}
    for name, kept in ways.items():
        extra = profit.where(kept, 0.0) - profit
        rows[name] = (kept.mean(), extra.mean(), *bootstrap_mean(extra, n_boot=n_boot, seed=seed))
    columns = ["contacted_share", "gain_per_customer", "gain_low", "gain_high"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns)


def simulate_buyers(
    n: int, *, seed: int, law: tuple[float, float, float, float] = CDNOW_LIKE, weeks: int = 39
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Simulate customers whose future is known: each buys at a steady rate until they leave for good.

    Rates of buying λ and of leaving μ vary across customers (two gamma laws): the Pareto/NBD world. The first
    purchases fall in the first 12 weeks of 1997; a basket is around a customer's own mean.

    Parameters
    ----------
    n : int
        Customers.
    law : (r, alpha, s, beta)
        Shape and rate (weeks) of λ, then of μ.
    weeks : int
        Length of the past; the future is as long.

    Returns
    -------
    transactions : DataFrame
        customer_id, date, amount_cents.
    truth : Series indexed by customer_id
        Expected number of purchases in the future weeks, given λ, μ and whether the customer is still there:
        λ (1 − exp(−μ × weeks)) / μ, or 0 once gone.

    References
    ----------
    Schmittlein, D. C., Morrison, D. G. & Colombo, R. (1987). Counting your customers. *Management Science* 33(1).
    """
    rng = np.random.default_rng(seed)
    rate, leaving = rng.gamma(law[0], 1 / law[1], n), rng.gamma(law[2], 1 / law[3], n)
    leaving = np.maximum(leaving, 1e-9)
    first, life = rng.uniform(0, 12, n), rng.exponential(1 / leaving)
    seen = np.minimum(life, weeks - first)
    repeats = rng.poisson(rate * seen)
    who = np.repeat(np.arange(n), repeats)
    times = np.concatenate([first, first[who] + rng.uniform(0, seen[who])])
    who = np.concatenate([np.arange(n), who])
    basket = rng.lognormal(3.3, 0.6, n)[who] * rng.lognormal(0, 0.5, len(who))
    identifiers = np.array([f"{k:06d}" for k in range(n)])
    days = pd.Timestamp(1997, 1, 1) + pd.to_timedelta(np.floor(7 * times).astype(int), unit="D")
    lines = {"customer_id": identifiers[who], "date": days.date, "amount_cents": np.round(100 * basket).astype("int64")}
    expected = np.where(life > weeks - first, -rate * np.expm1(-leaving * weeks) / leaving, 0.0)
    return pd.DataFrame(lines), pd.Series(expected, index=identifiers, name="truth")


def captured_share(truth: pd.Series, priority: pd.Series, share: float = 0.2) -> float:
    """Return the part of the true future held by the top ``share`` of customers; ties are taken in proportion."""
    curve = gain_curve(priority.to_numpy(), truth.loc[priority.index].to_numpy())
    return float(np.interp(share, curve["contacted_share"], curve["profit"]) / curve["profit"].iloc[-1])
