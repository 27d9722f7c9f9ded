"""Why an average retention misleads: after each purchase, how many buy again, and what one average would have made."""

from __future__ import annotations

import numpy as np
import pandas as pd


def repeat_rates(frequency: pd.Series, *, most: int = 8) -> tuple[pd.DataFrame, float]:
    """Return, after each number of purchases, the share of customers seen buying once more.

    Parameters
    ----------
    frequency : Series
        Repeat purchases of each customer.
    most : int
        Largest number of purchases shown.

    Returns
    -------
    table : DataFrame, one row a number of purchases made
        ``purchases`` (1, 2…), ``customers`` who made that many at least, ``again`` (share that made another) with
        Wilson's ``low``, ``high``, and ``if_average``: customers that one average for everyone would have left there.
    average : float
        Σ x / Σ (x + 1): the repeat rate of all purchases together, which is the maximum likelihood estimate when all
        customers have the same.
    """
    from statsmodels.stats.proportion import proportion_confint

    x = frequency.to_numpy()
    average = float(x.sum() / (x + 1).sum())
    made = np.arange(1, most + 1)
    customers = np.array([(x >= k - 1).sum() for k in made])
    again = np.array([(x >= k).sum() for k in made])
    low, high = proportion_confint(again, np.maximum(customers, 1), method="wilson")
    table = pd.DataFrame({"purchases": made, "customers": customers})
    table["again"] = np.where(customers > 0, again / np.maximum(customers, 1), np.nan)
    return table.assign(low=low, high=high, if_average=len(x) * average ** (made - 1)), average
