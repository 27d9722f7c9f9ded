"""Customers whose future is known: a simulated world where each buys at a steady rate until they leave."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from grc_helpers.rfm import CONVENTIONS, rankings, rfm_scores
from grc_helpers.rfm_validity import gain_curve

# Pareto/NBD of the CDNOW sample, in weeks (Fader & Hardie's published estimates): shape and rate of buying, of leaving.
CDNOW_LIKE = (0.553, 10.578, 0.606, 11.669)
_SILENCES = ["moins de 4", "4 à 12", "13 à 25", "26 et plus"]
_ORDERS = ["1", "2", "3 ou 4", "5 à 9", "10 et plus"]


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


def simulated_customers(n: int, *, seed: int) -> pd.DataFrame:
    """Return the customer table of :func:`simulate_buyers` after 39 weeks, with the ``truth`` of each."""
    import ibis

    from grc_helpers.data.warehouse import collect, customer_base

    lines, truth = simulate_buyers(n, seed=seed)
    world = collect(customer_base(ibis.memtable(lines), observation_end=date(1997, 9, 30)))
    return world.assign(truth=world["customer_id"].map(truth))


def rankings_capture(customers: pd.DataFrame, *, cuts: dict) -> pd.DataFrame:
    """Return the part of the true future held by the top fifth of several orders (column ``share``).

    The truth, the sum of the three scores under every convention, each measure alone.

    Parameters
    ----------
    customers : DataFrame
        :func:`simulated_customers`.
    cuts : dict
        As :func:`grc_helpers.rfm.rfm_scores`.
    """
    orders = {"La vérité": customers["truth"]}
    for name, label in CONVENTIONS.items():
        found = rankings(customers, rfm_scores(customers, convention=name, cuts=cuts))
        orders[f"R + F + M, {label}"] = found.pop("R + F + M")
    shares = {name: captured_share(customers["truth"], order) for name, order in (orders | found).items()}
    return pd.DataFrame({"share": shares}).rename_axis("Classement")


def future_by_silence(customers: pd.DataFrame, *, least: int = 30) -> pd.DataFrame:
    """Return the mean true future by weeks of silence (rows) and number of orders (columns).

    Parameters
    ----------
    customers : DataFrame
        days_since_last, n_orders, truth.
    least : int
        Classes with fewer customers are left out (NaN).

    References
    ----------
    Fader, P. S., Hardie, B. G. S. & Lee, K. L. (2005). RFM and CLV: using iso-value curves for customer base
    analysis. *Journal of Marketing Research* 42(4).
    """
    silence = pd.cut(customers["days_since_last"] // 7, [-1, 3, 12, 25, np.inf], labels=_SILENCES)
    orders = pd.cut(customers["n_orders"], [0, 1, 2, 4, 9, np.inf], labels=_ORDERS)
    means = customers["truth"].groupby([silence, orders], observed=False).agg(["mean", "size"])
    return means["mean"].where(means["size"] >= least).unstack()


def captured_share(truth: pd.Series, priority: pd.Series, share: float = 0.2) -> float:
    """Return the part of the true future held by the top ``share`` of customers; ties are taken in proportion."""
    curve = gain_curve(priority.to_numpy(), truth.loc[priority.index].to_numpy())
    return float(np.interp(share, curve["contacted_share"], curve["profit"]) / curve["profit"].iloc[-1])
