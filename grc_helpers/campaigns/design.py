"""Before a trial: how many customers it takes; during it: what looking too often does."""

from __future__ import annotations

import numpy as np
import pandas as pd


def customers_needed(gain: float, *, spread: float, share: float = 0.5, power: float = 0.8) -> int:
    """Return the customers, both groups together, that show a gain with this power at the 5 % level.

    Parameters
    ----------
    gain : float
        Difference of means to be seen.
    spread : float
        Standard deviation of the outcome between customers, in the same unit.
    share : float
        Share of the customers treated.
    """
    from statsmodels.stats.power import NormalIndPower

    ratio = share / (1 - share)
    control = NormalIndPower().solve_power(abs(gain) / spread, power=power, alpha=0.05, ratio=ratio)
    return int(np.ceil(control * (1 + ratio)))


def power_curve(gains, *, spread: float, n: int, share: float) -> np.ndarray:
    """Return the chance of seeing each gain (5 % level, two-sided) with n customers, a share of them treated."""
    from statsmodels.stats.power import NormalIndPower

    ratio = share / (1 - share)
    return np.array([NormalIndPower().power(abs(g) / spread, n * (1 - share), 0.05, ratio=ratio) for g in gains])


def power_table(spent, *, lifts) -> pd.DataFrame:
    """Return the chance of seeing each relative rise of what customers spend, half of them being control.

    Parameters
    ----------
    spent : array-like
        What each customer spent in a period as long as the trial.
    lifts : sequence of float
        Rises of the mean, as shares of it.

    Returns
    -------
    DataFrame
        A row a number of customers in the trial (40 to 100 000, or four times those given), a column a rise.
    """
    mean, spread = np.mean(spent), np.std(spent, ddof=1)
    sizes = np.unique(np.geomspace(40, max(1e5, 4 * len(spent)), 60).round())
    rows = [power_curve([lift * mean for lift in lifts], spread=spread, n=n, share=0.5) for n in sizes]
    return pd.DataFrame(rows, index=sizes, columns=list(lifts))


def smallest_gain(*, spread: float, n: int, share: float, power: float = 0.8) -> float:
    """Return the smallest gain that n customers show with this power (5 % level, two-sided)."""
    from statsmodels.stats.power import NormalIndPower

    ratio = share / (1 - share)
    effect = NormalIndPower().solve_power(None, nobs1=n * (1 - share), alpha=0.05, power=power, ratio=ratio)
    return float(effect * spread)


def peeking(looks: int, *, n: int, trials: int, seed: int, rate: float = 0.5) -> pd.DataFrame:
    """Simulate trials that change nothing, looked at again and again: how many are declared won, or lost?

    Parameters
    ----------
    looks : int
        Looks, evenly spaced, the last at the end.
    n : int
        Customers in each group at the end.
    trials : int
        Trials simulated.
    rate : float
        Share of customers who buy, the same in both groups.

    Returns
    -------
    DataFrame, one row a look
        ``look``, ``false_alarms`` (share of the trials where a test at 5 % has been significant so far), ``at_once``
        (share significant at this look alone).
    """
    rng = np.random.default_rng(seed)
    size = np.round(np.arange(1, looks + 1) * n / looks).astype(int)
    step = np.diff(size, prepend=0)
    bought = np.cumsum(rng.binomial(step, rate, size=(2, trials, looks)), axis=2)
    pooled = bought.sum(axis=0) / (2 * size)
    error = np.sqrt(np.maximum(2 * pooled * (1 - pooled) / size, 1e-12))
    beyond = np.abs(bought[0] - bought[1]) / size > 1.959964 * error
    return pd.DataFrame(
        {
            "look": np.arange(1, looks + 1),
            "false_alarms": np.maximum.accumulate(beyond, axis=1).mean(axis=0),
            "at_once": beyond.mean(axis=0),
        }
    )
