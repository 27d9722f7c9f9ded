"""What a firm is worth beyond its books: market to book, the gap, and customers as an asset that one does not own."""

from __future__ import annotations

import numpy as np
import pandas as pd

from grc_helpers.errors import GrcError


def intangible_share(multiple):
    """Return the share of a market value that the books do not hold: 1 − 1/(market ÷ book); arrays are taken.

    A multiple of 4 is 75 %, a multiple of 10 is nine tenths; below 1 the share is negative.

    Raises
    ------
    GrcError
        A multiple that is not positive: with no book value left, the share means nothing.
    """
    multiple = np.asarray(multiple, dtype=float)
    if (multiple <= 0).any():
        raise GrcError(
            "La part de l'immatériel ne se calcule pas : valeur de marché ou valeur comptable négative ou nulle.",
            where=f"{int((multiple <= 0).sum())} rapport(s) sur {multiple.size}",
            todo="mettez ces entreprises à part, et comptez-les",
        )
    share = 1 - 1 / multiple
    return float(share) if share.ndim == 0 else share


def three_averages(market, base, *, n_boot: int, seed: int) -> pd.DataFrame:
    """Return the mean, the median and the aggregate of a ratio, with 95 % bootstrap intervals.

    Mean: of the firms' ratios, each firm weighing the same. Median: of the firm in the middle. Aggregate: total ÷
    total, as if one bought all the firms. They say different things.

    Parameters
    ----------
    market, base : array-like, (n,)
        Market value, and what it is divided by, of each firm.
    n_boot, seed : int
        Number of resamples of firms, seed.

    Returns
    -------
    DataFrame, one row an average
        ``value``, ``low``, ``high``.

    References
    ----------
    Efron, B. & Tibshirani, R. J. (1993). *An Introduction to the Bootstrap*. Chapman & Hall (percentile intervals).
    """
    market, base = np.asarray(market, dtype=float), np.asarray(base, dtype=float)
    if (base <= 0).any():
        raise GrcError("Un rapport demande un dénominateur positif.", where=f"{int((base <= 0).sum())} entreprise(s)")
    ratio, rng = market / base, np.random.default_rng(seed)
    drawn = rng.integers(0, len(ratio), (n_boot, len(ratio)))
    resampled = {
        "moyenne": ratio[drawn].mean(axis=1),
        "médiane": np.median(ratio[drawn], axis=1),
        "agrégat": market[drawn].sum(axis=1) / base[drawn].sum(axis=1),
    }
    found = {"moyenne": ratio.mean(), "médiane": np.median(ratio), "agrégat": market.sum() / base.sum()}
    rows = {name: [found[name], *np.quantile(values, [0.025, 0.975])] for name, values in resampled.items()}
    return pd.DataFrame.from_dict(rows, orient="index", columns=["value", "low", "high"])


def steps(amounts: pd.Series) -> pd.DataFrame:
    """Return where each bar of a waterfall starts and ends: amounts one after another, then their total.

    Parameters
    ----------
    amounts : Series
        Amount of each step, in order, losses negative.

    Returns
    -------
    DataFrame, one row a step and one for the total (from zero)
        ``start``, ``end``.
    """
    end = amounts.cumsum()
    table = pd.DataFrame({"start": end.shift(fill_value=0.0), "end": end})
    return pd.concat([table, pd.DataFrame({"start": [0.0], "end": [end.iloc[-1]]}, index=["Total"])])


def programme_bridge(
    sales: float, *, margin_rate: float, volume: float, discount: float, cost: float
) -> tuple[pd.Series, pd.Series]:
    """Return what a programme does to sales and to profit, step by step.

    Parameters
    ----------
    sales, margin_rate : float
        Sales before, in currency units, and their margin as a share: unit costs are (1 − margin_rate) of the old price.
    volume : float
        Change of the quantities sold, as a share.
    discount : float
        Price reduction on all that is sold, as a share.
    cost : float
        Cost of running the programme, in currency units.

    Returns
    -------
    of_sales, of_profit : Series
        Before, then each effect: quantities at the old price, then the discount on the new quantities, then (profit
        only) the programme's cost. Their sums are sales and profit after.
    """
    given = -discount * sales * (1 + volume)
    of_sales = pd.Series({"Avant": sales, "Quantités": volume * sales, "Remises": given})
    before = margin_rate * sales
    of_profit = pd.Series({"Avant": before, "Quantités": volume * before, "Remises": given, "Coût du programme": -cost})
    return of_sales, of_profit


def surviving_base(
    customers: int, *, margin: float, retention: float, discount_rate: float, n: int, seed: int
) -> np.ndarray:
    """Draw what a customer base will have earned from next year on, when each customer stays or leaves by chance.

    Parameters
    ----------
    customers : int
    margin, retention, discount_rate : float
        Per year and customer; the first margin is next year's, if the customer is still there.
    n, seed : int
        Number of draws of the whole base.

    Returns
    -------
    ndarray, (n,)
        Present values; their expectation is customers · margin · r/(1 + i − r).
    """
    if not 0 <= retention < 1:
        raise GrcError(f"Rétention impossible : {retention:g}.", todo="donnez une part de 0 à moins de 1")
    years = np.random.default_rng(seed).geometric(1 - retention, (n, customers)) - 1  # margins to come, 0 or more
    factor = 1 / (1 + discount_rate)
    annuity = years if discount_rate == 0 else factor * (1 - factor**years) / (1 - factor)
    return margin * annuity.sum(axis=1)


def knowledge_scores(customers: pd.DataFrame, fields: list[str]) -> pd.Series:
    """Return how much of each customer is known, 0 to 100: the share of the fields that are filled, or true.

    Parameters
    ----------
    customers : DataFrame
    fields : list of str
        Columns; a missing value or ``False`` counts for nothing.
    """
    missing = [field for field in fields if field not in customers]
    if missing:
        raise GrcError(f"Champs inconnus : {', '.join(missing)}.", todo=f"choisissez parmi : {', '.join(customers)}")
    known = [
        customers[field].fillna(False).astype(bool)
        if customers[field].dtype in (bool, "boolean")
        else customers[field].notna()
        for field in fields
    ]
    return 100 * pd.concat(known, axis=1).mean(axis=1)


def collection_funnel(log: pd.DataFrame) -> pd.DataFrame:
    """Return how many pieces of information pass each stage: asked for, given, shared, used.

    Parameters
    ----------
    log : DataFrame
        One row a question asked: ``given`` (bool), ``shared_on``, ``used_on`` (missing when it was not).

    Returns
    -------
    DataFrame, four rows
        ``count``, ``kept`` (share of the stage before), ``share`` (of what was asked).
    """
    counts = pd.Series(
        {
            "Demandées": len(log),
            "Données par le client": int(log["given"].sum()),
            "Diffusées": int(log["shared_on"].notna().sum()),
            "Utilisées": int(log["used_on"].notna().sum()),
        }
    )
    return pd.DataFrame({"count": counts, "kept": counts / counts.shift(), "share": counts / counts.iloc[0]})


def after_departures(
    reps: pd.DataFrame, portfolios: pd.DataFrame, sales: pd.DataFrame, lines: pd.DataFrame, *, days: int, settle: int
) -> pd.DataFrame:
    """Return, for each sales rep who left, how many of their active customers bought again, and the margin at stake.

    Parameters
    ----------
    reps : DataFrame
        ``rep_id``, ``left`` (missing: still there), ``shared_base`` (bool).
    portfolios : DataFrame
        ``rep_id``, ``customer_id``, ``since``, ``until``.
    sales : DataFrame
        ``order_id``, ``customer_id``, ``date``.
    lines : DataFrame
        ``order_id``, ``amount``, ``cost`` (whole line).
    days : int
        Active: a purchase in as many days before the departure; kept: a purchase in as many days after it.
    settle : int
        First days after the departure that prove nothing: who follows the rep may still buy a last time.

    Returns
    -------
    DataFrame, one row a rep who left
        ``rep_id``, ``left``, ``shared_base``, ``active``, ``kept``, ``yearly_margin`` (of the active customers, in the
        365 days up to the departure).
    """
    earned = (lines["amount"] - lines["cost"]).groupby(lines["order_id"]).sum()
    margin = sales["order_id"].map(earned).fillna(0.0)
    window, rows = pd.Timedelta(days=days), []
    dates = pd.to_datetime(sales["date"])
    for rep in reps[reps["left"].notna()].itertuples():
        left = pd.Timestamp(rep.left)
        held = portfolios[portfolios["rep_id"] == rep.rep_id]
        until = pd.to_datetime(held["until"])
        held = held[(pd.to_datetime(held["since"]) <= left) & ((until >= left) | until.isna())]
        theirs = sales["customer_id"].isin(held["customer_id"])
        active = sales.loc[theirs & (dates <= left) & (dates > left - window), "customer_id"].unique()
        after = (
            sales["customer_id"].isin(active) & (dates > left + pd.Timedelta(days=settle)) & (dates <= left + window)
        )
        kept = sales.loc[after, "customer_id"].nunique()
        year = sales["customer_id"].isin(active) & (dates <= left) & (dates > left - pd.Timedelta(days=365))
        rows.append([rep.rep_id, left, bool(rep.shared_base), len(active), kept, float(margin[year].sum())])
    return pd.DataFrame(rows, columns=["rep_id", "left", "shared_base", "active", "kept", "yearly_margin"])


def extra_loss(kept: pd.Series, active: pd.Series) -> tuple[float, float, float]:
    """Return which share of those whom a shared base would have kept is lost without one, and its 95 % interval.

    Parameters
    ----------
    kept, active : Series
        Counts, indexed by whether the base was shared (True, False).

    Notes
    -----
    One minus the ratio of the two shares kept; score interval of a ratio (Koopman, 1984), for a few tens of customers.
    """
    from statsmodels.stats.proportion import confint_proportions_2indep

    counts = (kept[False], active[False], kept[True], active[True])
    low, high = confint_proportions_2indep(*counts, method="score", compare="ratio")
    return 1 - float(counts[0] / counts[1] / (counts[2] / counts[3])), 1 - float(high), 1 - float(low)
