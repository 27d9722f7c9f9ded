"""From a probability to a decision: break-even, profit of a contact list, carpet bombing against targeting."""

from __future__ import annotations

import numpy as np
import pandas as pd

from grc_helpers.errors import GrcError


def break_even(cost: float, margin: float) -> float:
    """Return p* = cost / margin, the response probability that pays for a contact.

    Raises
    ------
    GrcError
        Cost below 0 or margin not above 0.
    """
    if cost < 0 or margin <= 0:
        raise GrcError(
            "Le point mort demande un coût d'au moins 0 et une marge positive.",
            where=f"coût {cost}, marge {margin}",
            todo="corrigez contact_cost et response_margin",
        )
    return cost / margin


def profit_curve(y, score, *, cost: float, margin: float) -> pd.DataFrame:
    """Cumulate margin − cost as customers are contacted, best score first (equal scores together).

    Returns
    -------
    DataFrame
        contacted_share, profit (currency units), from nobody to everybody.
    """
    from grc_helpers.scoring.evaluation import gain_curve

    curve, n, ones = gain_curve(y, score), len(y), int(np.sum(y))
    profit = margin * ones * curve["reached_share"] - cost * n * curve["contacted_share"]
    return curve[["contacted_share"]].assign(profit=profit)


def compare_lists(
    y, lists: dict[str, np.ndarray], *, cost: float, margin: float, n_boot: int, seed: int
) -> pd.DataFrame:
    """Compare lists of customers to contact with contacting all, in money.

    Parameters
    ----------
    y : array of 0 and 1
        Who answers when contacted.
    lists : dict of str to array of bool
        For each list, whether each customer is on it.
    n_boot, seed
        Draws of customers with replacement (the lists held fixed), and their seed.

    Returns
    -------
    DataFrame indexed by list
        contacted, spent, events, profit, extra (profit − that of contacting all), extra_low, extra_high (95 %).
    """
    y = np.asarray(y, dtype=float)
    worth = margin * y - cost
    draws = np.random.default_rng(seed).multinomial(len(y), np.full(len(y), 1 / len(y)), size=n_boot)
    rows = {}
    for name, chosen in lists.items():
        chosen = np.asarray(chosen, dtype=bool)
        spared = np.where(chosen, 0.0, -worth)  # what is gained by not contacting
        low, high = np.quantile(draws @ spared, [0.025, 0.975])
        spent, ones = cost * chosen.sum(), y[chosen].sum()
        rows[name] = (chosen.sum(), spent, ones, margin * ones - spent, spared.sum(), low, high)
    columns = ["contacted", "spent", "events", "profit", "extra", "extra_low", "extra_high"]
    return (
        pd.DataFrame.from_dict(rows, orient="index", columns=columns)
        .astype({"contacted": int, "events": int})
        .rename_axis("Liste")
    )
