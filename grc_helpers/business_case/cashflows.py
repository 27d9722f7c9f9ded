"""What a stream of cash flows is worth: present value, internal rate of return, payback; and those of a programme."""

from __future__ import annotations

import numpy as np
import pandas as pd

from grc_helpers.errors import GrcError
from grc_helpers.style import money, number, percent

LINES = ("investment", "margin", "rewards", "yearly_cost", "flow")


def check_rate(rate) -> None:
    """Refuse a discount rate of −100 % or less, or that is no number."""
    if not np.all(np.asarray(rate, dtype=float) > -1):
        raise GrcError(
            f"Taux d'actualisation impossible : {rate}.",
            todo="donnez un taux annuel en nombre décimal, par exemple 0.10 pour 10 %",
        )


def present_value(flows, rate: float):
    """Return the net present value of flows: Σ flow_t/(1 + rate)^t, the first one now.

    Parameters
    ----------
    flows : array-like, (..., periods)
        Currency units; the last axis is time, one period apart.
    rate : float
        Per period.
    """
    check_rate(rate)
    flows = np.asarray(flows, dtype=float)
    if flows.ndim == 0 or not flows.shape[-1]:
        raise GrcError("Il n'y a aucun flux à actualiser.", todo="donnez au moins la dépense de départ")
    return flows @ (1 + rate) ** -np.arange(flows.shape[-1], dtype=float)


def rates_of_return(flows) -> np.ndarray:
    """Return every rate above −100 % at which flows are worth nothing, in order (roots of a polynomial)."""
    flows = np.trim_zeros(np.asarray(flows, dtype=float), "b")
    if not np.isfinite(flows).all():
        raise GrcError("Un flux n'est pas un nombre.", todo="remplacez ou retirez la période vide")
    if len(flows) < 2:
        return np.empty(0)
    factors = np.roots(flows[::-1])  # of 1/(1 + rate)
    real = factors[np.abs(factors.imag) < 1e-7 * (1 + np.abs(factors))].real
    return np.unique(np.round(1 / real[real > 1e-9] - 1, 9))


def internal_rate(flows) -> float:
    """Return the internal rate of return, when there is one and only one.

    Raises
    ------
    GrcError
        No rate (flows that never change sign, for instance), or several: the criterion then says nothing.
    """
    found = rates_of_return(flows)
    if len(found) != 1:
        text = " et ".join(percent(rate) for rate in found)
        raise GrcError(
            "Ces flux n'ont aucun taux de rendement interne."
            if not len(found)
            else f"Ces flux ont {len(found)} taux de rendement interne : {text}.",
            where=f"flux : {', '.join(number(flow) for flow in flows)}",
            todo="décidez sur la valeur actuelle nette, au taux que vous fixez",
        )
    return float(found[0])


def tell_rate(flows) -> str:
    """Return the internal rate as a text, or why there is none."""
    try:
        return percent(internal_rate(flows))
    except GrcError as error:
        return error.what.rstrip(".").lower().replace("ces flux n'ont aucun", "aucun").replace("ces flux ont ", "")


def payback(flows, rate: float = 0.0) -> float | None:
    """Return after how many periods the cumulated (discounted) flows become and stay positive, or None.

    A flow is supposed to come evenly over its period: the last period counts in part.
    """
    check_rate(rate)
    flows = np.asarray(flows, dtype=float) * (1 + rate) ** -np.arange(len(flows), dtype=float)
    total = flows.cumsum()
    if total[-1] < -1e-9:
        return None
    below = np.flatnonzero(total < -1e-9)
    if not len(below):
        return 0.0
    last = below[-1]
    return float(last - total[last] / flows[last + 1])


def programme_flows(
    *,
    members,
    added,
    paid,
    margin,
    persistence,
    fading,
    investment,
    yearly_cost,
    reward: float,
    years: int,
) -> dict[str, np.ndarray]:
    """Return the cash flows of a programme that brings customers: now, then at the end of each year.

    In year t, members·added·(1 − fading)^(t − 1) customers come; A_t = persistence·A_{t−1} + those who come counts
    them in full-year customers, and the margin is margin·A_t. Each customer who comes costs ``paid`` rewards, since
    those who would have come anyway are rewarded too.

    Parameters
    ----------
    members, added : float or array
        Customers invited, and customers that each of them adds a year.
    paid, reward : float
        Rewards paid for each customer added, and the amount of one.
    margin : float or array
        Margin of a new customer's first year.
    persistence, fading : float or array
        Share of a year's margin that is left the year after; share of its effect that the programme loses each year.
    investment, yearly_cost : float or array
        Paid now; paid each year.
    years : int

    Returns
    -------
    dict of arrays, (..., years + 1)
        ``investment``, ``margin``, ``rewards``, ``yearly_cost`` and their sum ``flow``; outlays are negative.
    """
    if years < 1:
        raise GrcError(f"Un programme dure au moins un an, pas {years}.")
    parts = [
        np.asarray(x, dtype=float) for x in (members * added, margin, persistence, fading, investment, yearly_cost)
    ]
    come, margin, persistence, fading, investment, yearly_cost = np.broadcast_arrays(*parts)
    zero = np.zeros_like(come)
    lines = {"investment": [-investment], "margin": [zero], "rewards": [zero], "yearly_cost": [zero]}
    here = zero
    for _ in range(years):
        here = persistence * here + come
        lines["investment"].append(zero)
        lines["margin"].append(margin * here)
        lines["rewards"].append(-come * paid * reward)
        lines["yearly_cost"].append(-yearly_cost)
        come = come * (1 - fading)
    table = {name: np.stack(values, axis=-1) for name, values in lines.items()}
    return table | {"flow": sum(table.values())}


def paid_out(lines: dict[str, np.ndarray], rate: float) -> float:
    """Return the present value of all that a programme pays: at the start, in rewards, each year."""
    return -float(sum(present_value(lines[name], rate) for name in ("investment", "rewards", "yearly_cost")))


def return_on_costs(lines: dict[str, np.ndarray], rate: float) -> float:
    """Return the return on investment: net present value ÷ present value of all that is paid (NaN if nothing is)."""
    paid = paid_out(lines, rate)
    return float(present_value(lines["flow"], rate) / paid) if paid else float("nan")


def tell_flows(lines: dict[str, np.ndarray], rate: float, currency: str) -> str:
    """Say the value, the returns and the payback of a case."""
    waits = ["jamais" if wait is None else f"{number(wait, 1)} ans" for wait in
             (payback(lines["flow"], each) for each in (0.0, rate))]  # fmt: skip
    return (
        f"VAN : {money(float(present_value(lines['flow'], rate)), currency)}. ROI : "
        f"{percent(return_on_costs(lines, rate), 0)} des coûts. TRI : {tell_rate(lines['flow'])}. Mise récupérée : "
        f"{waits[0]} sans actualiser, {waits[1]} en actualisant."
    )


def flow_table(lines: dict[str, np.ndarray], rate: float) -> pd.DataFrame:
    """Return the cash flows year by year, with their present value and its running sum.

    Parameters
    ----------
    lines : dict of arrays, (years + 1,)
        What :func:`programme_flows` returns for one case.
    """
    table = pd.DataFrame({name: lines[name] for name in LINES}).rename(columns={"margin": "margin_flow"})
    table["flow_value"] = table["flow"] / (1 + rate) ** np.arange(len(table))
    table["flow_total"] = table["flow_value"].cumsum()
    return table.rename_axis("case_year")
