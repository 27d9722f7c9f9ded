"""What a campaign added, by difference with its control group: with an interval, in money, and the decision."""

from __future__ import annotations

import numpy as np
import pandas as pd

from grc_helpers.campaigns.trials import outcomes

MEANS = {"treated": "treated_mean", "control": "control_mean"}


def difference(values, treated, *, strata=None) -> dict[str, float]:
    """Return the difference of means, treated less control, and its 95 % interval.

    Parameters
    ----------
    values, treated : array-like
        Outcome and group of each customer.
    strata : array-like, optional
        Blocks within which the lot was drawn: differences by block, weighted by the treated of each.

    Returns
    -------
    dict
        ``effect``, ``low``, ``high``, ``error`` (standard), ``p`` (two-sided), ``treated`` and ``control`` (means).
        Without strata, Welch's interval.
    """
    from scipy import stats

    values, treated = np.asarray(values, dtype=float), np.asarray(treated, dtype=bool)
    one, zero = values[treated], values[~treated]
    if strata is None:
        test = stats.ttest_ind(one, zero, equal_var=False)
        bounds = test.confidence_interval(0.95)
        effect, low, high, p = one.mean() - zero.mean(), bounds.low, bounds.high, test.pvalue
        error = np.sqrt(one.var(ddof=1) / len(one) + zero.var(ddof=1) / len(zero))
    else:
        frame = pd.DataFrame({"values": values, "treated": treated, "block": np.asarray(strata)})
        table = frame.groupby(["block", "treated"])["values"].agg(["mean", "var", "size"]).unstack()
        table = table[(table["size"] >= 2).all(axis=1)]
        weight = table["size"][True] / table["size"][True].sum()
        effect = float(weight @ (table["mean"][True] - table["mean"][False]))
        parts = table["var"][True] / table["size"][True] + table["var"][False] / table["size"][False]
        error = float(np.sqrt(weight**2 @ parts))
        low, high, p = effect - 1.96 * error, effect + 1.96 * error, 2 * stats.norm.sf(abs(effect) / error)
    return {
        "effect": float(effect), "low": float(low), "high": float(high), "error": float(error), "p": float(p),
        "treated": float(one.mean()), "control": float(zero.mean()),
    }  # fmt: skip


def effect_table(daily: pd.DataFrame, trial: pd.DataFrame, *, window: int) -> pd.DataFrame:
    """Return what an offer changed in its window, and the same difference just before it, where no effect can be.

    Returns
    -------
    DataFrame, one row a measure
        ``treated_mean``, ``control_mean``, ``effect``, ``low``, ``high``.
    """
    periods = {f"{window} jours avant": (-window, 0), f"{window} jours de l'offre": (0, window)}
    rows = {
        f"{label}, {when}": difference(outcomes(daily, trial, start=start, stop=stop)[column], trial["treated"])
        for column, label in (("orders", "Achats"), ("amount", "Dépense"))
        for when, (start, stop) in periods.items()
    }
    table = pd.DataFrame(rows).T[["treated", "control", "effect", "low", "high"]].rename_axis("measure")
    return table.rename(columns=MEANS)


def cumulative_effect(daily: pd.DataFrame, trial: pd.DataFrame, *, window: int, days: int) -> pd.DataFrame:
    """Return the difference in orders from the launch to each of some days: ``effect``, ``low``, ``high``.

    Parameters
    ----------
    window, days : int
        Days of the offer, and days followed: both are among the days of the table (its index, 24 of them at most).
    """
    stops = np.unique([*np.linspace(1, days, 23).round().astype(int), window, days])
    rows = {day: difference(outcomes(daily, trial, start=0, stop=day)["orders"], trial["treated"]) for day in stops}
    return pd.DataFrame(rows).T[["effect", "low", "high"]].rename_axis("day")


def net_gain(daily: pd.DataFrame, trial: pd.DataFrame, *, days: int, margin_rate: float) -> np.ndarray:
    """Return the margin of each customer of a trial over so many days, less what the campaign spent on it."""
    return margin_rate * outcomes(daily, trial, start=0, stop=days)["amount"].to_numpy() - trial["cost"].to_numpy()


def three_readings(
    daily: pd.DataFrame, trial: pd.DataFrame, *, window: int, days: int, margin_rate: float
) -> pd.DataFrame:
    """Return what a campaign seems to earn per treated customer, read three ways.

    Returns
    -------
    DataFrame, one row a reading
        ``credited`` (margin per treated customer), ``cost``, ``net_value``, ``low``, ``high``. Readings: all that the
        treated bought in the window (no interval: it is no effect), the difference with the control in the window,
        the same over ``days`` days.
    """
    treated = trial["treated"].to_numpy()
    cost = float(trial.loc[treated, "cost"].mean())
    credited = margin_rate * outcomes(daily, trial, start=0, stop=window)["amount"].to_numpy()[treated].mean()
    rows = {
        f"Tout ce qu'achètent les traités, {window} jours": {
            "credited": credited,
            "cost": cost,
            "net_value": credited - cost,
        }
    }
    for length in (window, days):
        found = difference(net_gain(daily, trial, days=length, margin_rate=margin_rate), treated)
        rows[f"Écart au témoin, {length} jours"] = {
            "credited": found["effect"] + cost, "cost": cost, "net_value": found["effect"],
            "low": found["low"], "high": found["high"],
        }  # fmt: skip
    return pd.DataFrame(rows).T.rename_axis("reading")


def decide(low: float, high: float) -> str:
    """Return « go », « no go », or « prolonger l'essai » when the interval of the net gain holds zero."""
    return "go" if low > 0 else "no go" if high < 0 else "prolonger l'essai"
