"""What each purchase seen teaches: the error of a forecast against the number of purchases that it may use."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd

from grc_helpers.clv.gamma_gamma import GammaGamma
from grc_helpers.clv.model import FitWarning

LEAST = 50  # customers under which nothing is drawn
WAYS = ("moyenne de tous", "sa propre moyenne", "Gamma-Gamma : un mélange des deux")


def early_amounts(transactions, *, seen: int, end) -> pd.DataFrame:
    """Return the amounts of the first days of purchase of the customers who have twice as many.

    Parameters
    ----------
    transactions : ibis.Table
        Canonical transactions.
    seen : int
        Days of purchase that are shown to the forecasts; as many more are the target.
    end : date
        Last day observed.

    Returns
    -------
    DataFrame
        One row a customer, columns 0 to 2 × seen − 1, currency units; customers with an amount of zero or less are
        left out.
    """
    import ibis

    from grc_helpers.data.warehouse import collect

    past = transactions.filter(transactions.date <= ibis.literal(end))
    days = past.group_by("customer_id", "date").agg(spend_cents=past.amount_cents.sum())
    ranked = days.mutate(rank=ibis.row_number().over(group_by="customer_id", order_by="date"))
    table = collect(ranked.filter(ranked.rank < 2 * seen).select("customer_id", "rank", "spend_cents"))
    wide = table.pivot(index="customer_id", columns="rank", values="spend").reindex(columns=range(2 * seen))
    return wide[(wide > 0).all(axis=1)]


def choose(transactions, *, end, sizes=(5, 4, 3)) -> pd.DataFrame | None:
    """Return `early_amounts` for the most days that fifty customers allow; None when no size does."""
    for seen in sizes:
        amounts = early_amounts(transactions, seen=seen, end=end)
        if len(amounts) >= LEAST:
            return amounts
    return None


def curve(amounts: pd.DataFrame, *, n_boot: int, seed: int) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Forecast the same target with 1, 2, 3… purchases seen.

    The target is each customer's mean amount over the second half of its row; the mean of all and the Gamma-Gamma
    model are estimated on the first half only, so that the target teaches nothing.

    Returns
    -------
    errors : DataFrame
        One row a (``way``, ``seen``): ``error`` (root mean square, currency units), ``low``, ``high`` (bootstrap over
        customers).
    problems : tuple of str
        In French: why the Gamma-Gamma model stands at a bound, if it does.
    """
    half = amounts.shape[1] // 2
    first, target = amounts.iloc[:, :half], amounts.iloc[:, half:].mean(axis=1).to_numpy()
    seen_all = pd.DataFrame({"frequency": half, "monetary_value": first.mean(axis=1)})
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FitWarning)
        model = GammaGamma(force=True).fit(seen_all)
    rng = np.random.default_rng(seed)
    drawn = [rng.integers(len(amounts), size=len(amounts)) for _ in range(n_boot)]
    everyone, rows = first.to_numpy().mean(), []
    for seen in range(1, half + 1):
        own = first.iloc[:, :seen].mean(axis=1)
        mixed = model.predict(pd.DataFrame({"frequency": seen, "monetary_value": own}))
        for way, forecast in zip(WAYS, (np.full(len(own), everyone), own, mixed), strict=True):
            square = (np.asarray(forecast) - target) ** 2
            low, high = np.sqrt(np.quantile([square[rows_].mean() for rows_ in drawn], [0.025, 0.975]))
            rows.append({"way": way, "seen": seen, "error": np.sqrt(square.mean()), "low": low, "high": high})
    return pd.DataFrame(rows), model.problems_


def ranking_by_seen(customers: pd.DataFrame, forecast: pd.Series, *, n_boot: int, seed: int) -> pd.DataFrame:
    """Return how well the forecast tells who buys again, by number of purchases already seen.

    Parameters
    ----------
    customers : DataFrame
        ``frequency``, ``bought`` (after the cut).
    forecast : Series

    Returns
    -------
    DataFrame, one row a class of purchases seen
        ``customers``, ``ranked`` (area under the ROC curve: how often a customer who buys again is put before one who
        does not) with ``low``, ``high`` (bootstrap); NaN where all did the same.
    """
    from grc_helpers.rfm_validity import concordance

    seen = pd.cut(customers["frequency"], [-1, 0, 1, 3, np.inf], labels=["1", "2", "3 ou 4", "5 et plus"])
    rows = {
        label: (len(part), *concordance(forecast[part.index], part["bought"] > 0, n_boot=n_boot, seed=seed))
        for label, part in customers.groupby(seen, observed=True)
    }
    columns = ["customers", "ranked", "low", "high"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns).rename_axis("Achats vus")
