"""What a customer may cost: ceiling and payback of acquisition, budgets of acquisition and retention, programmes."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from grc_helpers.clv.formulas import check_rates, customer_value, refuse_divergence
from grc_helpers.errors import GrcError


def acquisition_ceiling(value: float, *, response_rate: float = 1.0) -> float:
    """Return the most that a contact may cost: beyond value × response rate, acquiring destroys value.

    Parameters
    ----------
    value : float
        Value of a customer before acquisition cost, in currency units.
    response_rate : float
        Share of the contacts that become customers; 1 gives the ceiling per customer.
    """
    check_rates(retention=response_rate)
    return value * response_rate


def payback_period(flows: pd.DataFrame, cost: float, *, discounted: bool = True) -> int | None:
    """Return the period whose margin pays the acquisition back, or None when none does.

    Parameters
    ----------
    flows : DataFrame
        What :func:`grc_helpers.clv.formulas.cash_flows` returns.
    cost : float
        Acquisition cost, paid before period 0.
    discounted : bool
        Whether margins are counted at their present value (the usual « délai de récupération » does not).
    """
    column = "present_value" if discounted else "expected_margin"
    repaid = flows.loc[flows[column].cumsum() >= cost - 1e-9, "period"]
    return int(repaid.iloc[0]) if len(repaid) else None


@dataclass(frozen=True)
class Response:
    """How a rate answers to spending: rate(x) = floor + (ceiling − floor)·(1 − e^(−speed·x)).

    ``floor`` is the rate without spending (0 in the paper), ``ceiling`` the rate that no money can pass.

    References
    ----------
    Blattberg, R. C. & Deighton, J. (1996). Manage marketing by the customer equity test. *Harvard Business Review*
    74(4): the same curve with a floor of 0.
    """

    ceiling: float
    speed: float
    floor: float = 0.0

    def __post_init__(self):
        check_rates(retention=[self.floor, self.ceiling])
        if not (self.floor <= self.ceiling and self.speed > 0):
            raise GrcError(
                "Courbe de réponse impossible.",
                where=f"plancher {self.floor:g}, plafond {self.ceiling:g}, vitesse {self.speed:g}",
                todo="le plafond dépasse le plancher, et la vitesse est positive",
            )

    def rate(self, spend):
        """Return the rate that a spending (currency units per head) gets."""
        return self.floor + (self.ceiling - self.floor) * -np.expm1(-self.speed * np.asarray(spend, dtype=float))


def fit_response(spend: float, rate: float, *, ceiling: float, floor: float = 0.0) -> Response:
    """Return the response curve through today's spending and rate, under a ceiling that managers judge.

    Raises
    ------
    GrcError
        When today's rate is not between floor and ceiling, or nothing is spent: the curve is then unknown.
    """
    if not (floor < rate < ceiling and spend > 0):
        raise GrcError(
            "La courbe de réponse ne peut pas être calée sur ces chiffres.",
            where=f"dépense {spend:g}, taux {rate:g}, plancher {floor:g}, plafond {ceiling:g}",
            todo="donnez une dépense positive et un taux strictement entre plancher et plafond",
        )
    return Response(ceiling, -math.log(1 - (rate - floor) / (ceiling - floor)) / spend, floor)


@dataclass(frozen=True)
class Budget:
    """A spending per head (currency units), the rate it gets, and the value it leaves."""

    spend: float
    rate: float
    value: float


def retained_value(spend, *, margin: float, discount_rate: float, response: Response):
    """Return the value of a customer on whom ``spend`` is spent each period to keep them.

    margin + (margin·r − spend)/(1 + i − r), r = response.rate(spend): the first margin now; then, at the end of each
    period, the spending on every customer and the margin of those who stay.

    References
    ----------
    Blattberg & Deighton (1996): m + (m − R/r)·r′/(1 − r′), with r′ = r/(1 + i).
    """
    check_rates(discount_rate=discount_rate)
    kept = response.rate(spend)
    refuse_divergence(kept / (1 + discount_rate))
    return margin + (margin * kept - spend) / (1 + discount_rate - kept)


def best_retention(*, margin: float, discount_rate: float, response: Response) -> Budget:
    """Return the retention budget per customer and period that makes the customer worth most (0 if none pays)."""
    from scipy.optimize import minimize_scalar

    def value(spend):
        return float(retained_value(spend, margin=margin, discount_rate=discount_rate, response=response))

    # Spending more than every later margin is worth can never pay.
    most = max(margin, 0.0) * (1 + discount_rate) / (1 + discount_rate - response.ceiling)
    found = minimize_scalar(lambda spend: -value(spend), bounds=(0, max(most, 1e-9)), method="bounded")
    spend = max([0.0, float(found.x)], key=value)
    return Budget(spend, float(response.rate(spend)), value(spend))


def best_acquisition(*, value: float, response: Response) -> Budget:
    """Return the acquisition budget per prospect that earns most: rate·value − spend.

    The last unit spent brings as much as it costs: spend = ln(speed·(ceiling − floor)·value)/speed, or nothing when
    even the first unit costs more than it brings. ``Budget.value`` is the equity per prospect.
    """
    worth = response.speed * (response.ceiling - response.floor) * value
    spend = math.log(worth) / response.speed if worth > 1 else 0.0
    rate = float(response.rate(spend))
    return Budget(spend, rate, rate * value - spend)


def programme_gain(margin, *, retention: float, gain: float, cost: float, discount_rate: float):
    """Return what a programme adds to a member's value: retention rises by ``gain``, each period costs ``cost``.

    (margin − cost)·(1 + i)/(1 + i − r − gain) − margin·(1 + i)/(1 + i − r): margins and costs at the start of periods.

    Parameters
    ----------
    margin : float or array
        Margin per period of each member.
    """
    after = customer_value(np.asarray(margin) - cost, retention + gain, discount_rate)
    return after - customer_value(margin, retention, discount_rate)


def programme_threshold(*, retention: float, gain: float, cost: float, discount_rate: float) -> float:
    """Return the margin per period from which ``programme_gain`` is positive: cost·(1 + i − r)/gain."""
    check_rates(retention=[retention, retention + gain], discount_rate=discount_rate)
    if gain <= 0:
        raise GrcError("Un programme qui ne retient personne ne se rembourse jamais.", todo="donnez un gain positif")
    return cost * (1 + discount_rate - retention) / gain
