"""A promotion against a relation, on a house that we write ourselves: week after week, what each really adds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from grc_helpers.errors import GrcError
from grc_helpers.style import number

WEEKS = 52
Z, POWER = 1.959964, 0.841621  # quantiles of the normal law at 97.5 % and at 80 %


@dataclass(frozen=True)
class House:
    """A firm's customers, all alike.

    Attributes
    ----------
    rate : float
        Purchases a week of someone who is still a customer.
    margin : float
        Margin of a purchase.
    retention : float
        Share of customers still there a year later.
    """

    rate: float = 0.15
    margin: float = 11.0
    retention: float = 0.70


@dataclass(frozen=True)
class Promotion:
    """A voucher that brings purchases forward: ``lift`` more of them, of which a share is missing afterwards.

    Attributes
    ----------
    lift : float
        Relative rise of purchases while the voucher is valid (1.5 is +150 %).
    weeks, trough : int
        Weeks of validity, and weeks during which the purchases brought forward are missing.
    displaced : float
        Share of the added purchases that were only brought forward.
    voucher, cost : float
        Value of the voucher, used at every purchase while it is valid; cost of sending it.
    """

    lift: float = 1.5
    weeks: int = 3
    displaced: float = 0.5
    trough: int = 8
    voucher: float = 4.0
    cost: float = 0.95

    def __post_init__(self):
        if self.missing > 1:
            raise GrcError(
                "Le creux serait plus profond que les achats eux-mêmes.",
                where=f"creux : {self.missing:.0%} des achats de chaque semaine",
                todo="allongez le creux, ou baissez la part des achats avancés",
            )

    @property
    def missing(self) -> float:
        """Share of a week's purchases that is missing in the trough."""
        return self.displaced * self.lift * self.weeks / self.trough


@dataclass(frozen=True)
class Relation:
    """A gesture that keeps customers: retention rises to ``retention``, for a ``cost`` paid today."""

    retention: float = 0.76
    cost: float = 4.80


def purchase_rates(house: House, action, weeks: int) -> np.ndarray:
    """Return the purchases a week of someone who is still a customer, weeks 1 to ``weeks``."""
    rates = np.full(weeks, house.rate)
    if isinstance(action, Promotion):
        rates[: action.weeks] *= 1 + action.lift
        rates[action.weeks : action.weeks + action.trough] *= 1 - action.missing
    return rates


def expected_gain(house: House, action, *, weeks: int = 104, discount_rate: float = 0.10) -> np.ndarray:
    """Return what an action has added by each week, per customer who gets it, in present value: the exact truth.

    Parameters
    ----------
    house : House
    action : Promotion or Relation
    weeks : int
        How far one looks.
    discount_rate : float
        Annual.

    Returns
    -------
    array of weeks + 1 floats
        Entry k: present value of the weeks 1 to k, minus the cost paid at week 0.

    Notes
    -----
    A customer is there in week t with probability r^((t − 1)/52); a margin of week t is worth 1/(1 + i)^(t/52) today.
    """
    kept = action.retention if isinstance(action, Relation) else house.retention
    margins = purchase_rates(house, action, weeks) * _present(kept, weeks) * house.margin
    usual = house.rate * _present(house.retention, weeks) * house.margin
    vouchers = _vouchers(purchase_rates(house, action, weeks) * _present(kept, weeks), action)
    flows = (margins - usual - vouchers) * _discount(discount_rate, weeks)
    return np.concatenate([[-action.cost], -action.cost + np.cumsum(flows)])


def trial(
    house: House, actions: dict, *, customers: int, seed: int, weeks: int = 104, discount_rate: float = 0.10
) -> pd.DataFrame:
    """Draw as many customers for each action, and for none, and measure what each action has added by each week.

    Parameters
    ----------
    actions : dict of str to Promotion or Relation
    customers : int
        In each group.

    Returns
    -------
    DataFrame
        action, week, gain, low, high (95 %, difference of two means).
    """
    # One stream a group: another action does not change what is drawn for the first ones.
    streams = [np.random.default_rng(child) for child in np.random.SeedSequence(seed).spawn(len(actions) + 1)]
    nothing = _draw(streams[0], house, None, customers, weeks, discount_rate)
    rows = []
    for rng, (name, action) in zip(streams[1:], actions.items(), strict=True):
        reached = _draw(rng, house, action, customers, weeks, discount_rate)
        gain = reached.mean(axis=0) - nothing.mean(axis=0)
        error = Z * np.sqrt((reached.var(axis=0, ddof=1) + nothing.var(axis=0, ddof=1)) / customers)
        part = {"action": name, "week": np.arange(weeks + 1), "gain": gain, "low": gain - error, "high": gain + error}
        rows.append(pd.DataFrame(part))
    return pd.concat(rows, ignore_index=True)


def pays_from(gain: np.ndarray) -> int | None:
    """Return the first week from which a cumulated gain stays positive, or None."""
    below = np.flatnonzero(gain < 0)
    if len(below) == 0:
        return 0
    return int(below[-1]) + 1 if below[-1] + 1 < len(gain) else None


def pays_table(house: House, *, retentions, costs, discount_rate: float) -> pd.DataFrame:
    """Return the week from which a relation pays (`pays_from`, NaN for never), by what it keeps and by its cost."""
    return pd.DataFrame(
        {
            cost: {
                kept: pays_from(expected_gain(house, Relation(kept, cost), discount_rate=discount_rate))
                for kept in retentions
            }
            for cost in costs
        },
        dtype=float,
    )


def customers_needed(truth: float, half: float, customers: int) -> float:
    """Return how many customers a group needs so that four trials in five tell an effect from nought.

    Parameters
    ----------
    truth : float
        The effect.
    half : float
        Half of the 95 % interval that a trial of ``customers`` customers a group gave.

    Notes
    -----
    The error falls as 1/√n; one needs |effect| = (1.96 + 0.84) standard errors.
    """
    return customers * ((Z + POWER) / Z * half / abs(truth)) ** 2


def trial_in_words(
    gains: dict[str, np.ndarray], trials: dict[int, pd.DataFrame], *, weeks: tuple[int, ...]
) -> pd.DataFrame:
    """Return the truth, what each trial (by customers a group) sees of it, and how many customers one needs."""
    rows = []
    for name, week in [(name, week) for name in gains for week in weeks]:
        truth, row = gains[name][week], [name, week, f"{number(gains[name][week], 2)} €"]
        for drawn in trials.values():
            seen = drawn[(drawn["action"] == name) & (drawn["week"] == week)].iloc[0]
            row.append(f"{number(seen['gain'], 2)} € [{number(seen['low'], 2)} ; {number(seen['high'], 2)}]")
        size = max(trials)
        seen = trials[size][(trials[size]["action"] == name) & (trials[size]["week"] == week)].iloc[0]
        needed = customers_needed(truth, (seen["high"] - seen["low"]) / 2, size)
        rows.append([*row, number(round(needed, -2) if needed >= 1000 else round(needed, -1))])
    columns = ["Action", "Semaine", "Vérité", *(f"{number(size)} clients par groupe" for size in trials)]
    return pd.DataFrame(rows, columns=[*columns, "Clients qu'il faut"])


def _draw(rng, house: House, action, customers: int, weeks: int, discount_rate: float) -> np.ndarray:
    """Return each customer's cumulated present value at weeks 0 … ``weeks``."""
    kept = action.retention if isinstance(action, Relation) else house.retention
    last = rng.geometric(1 - kept ** (1 / WEEKS), size=(customers, 1))  # the last week in which they may buy
    rates = purchase_rates(house, action, weeks)
    bought = rng.poisson(rates, size=(customers, weeks)) * (np.arange(1, weeks + 1) <= last)
    flows = (bought * house.margin - _vouchers(bought, action)) * _discount(discount_rate, weeks)
    cost = action.cost if action is not None else 0.0
    return np.concatenate([np.full((customers, 1), -cost), np.cumsum(flows, axis=1) - cost], axis=1)


def _vouchers(purchases: np.ndarray, action):
    """Return what vouchers cost each week, for purchases of each week (last axis)."""
    if not isinstance(action, Promotion):
        return 0.0
    return purchases * action.voucher * (np.arange(purchases.shape[-1]) < action.weeks)


def _present(retention: float, weeks: int) -> np.ndarray:
    return retention ** (np.arange(weeks) / WEEKS)


def _discount(rate: float, weeks: int) -> np.ndarray:
    return (1 + rate) ** (-np.arange(1, weeks + 1) / WEEKS)
