"""What sales and trials already say of a case's opinions, and the best of several ways to run a programme."""

from __future__ import annotations

import numpy as np
import pandas as pd

from grc_helpers.business_case.case import FEWEST, YEAR, Programme
from grc_helpers.business_case.risk import trial_value
from grc_helpers.campaigns.rewards import referral_effect
from grc_helpers.style import money, number, percent


def second_year(daily: pd.DataFrame, *, end) -> tuple[float, int]:
    """Return what customers leave in their second year, as a share of their first, and how many were seen for both.

    NaN when fewer than ``FEWEST`` were: the ratio of the sums over customers seen 730 days after their first purchase.
    """
    first = daily.groupby("customer_id")["date"].transform("min")
    seen = daily[(pd.Timestamp(end) - first).dt.days + 1 >= 2 * YEAR]
    year = (seen["date"] - first).dt.days // YEAR
    spent, count = seen["amount"].groupby(year).sum(), seen["customer_id"].nunique()
    enough = count >= FEWEST and spent.get(0, 0.0) > 0
    return (float(spent.get(1, 0.0) / spent[0]) if enough else float("nan")), int(count)


def effect_by_half(referrals: pd.DataFrame, trial: pd.DataFrame, *, days: int) -> tuple[float, float]:
    """Return the effect of a trial, customers added per customer invited and year, in each half of its ``days`` days.

    Parameters
    ----------
    referrals, trial : DataFrame
        As in ``campaigns.rewards.referral_effect``, with a ``date`` and with ``since``.
    """
    late = referrals["date"] >= trial["since"].min() + pd.Timedelta(days=days / 2)
    return tuple(
        referral_effect(part, trial)["effect"] * YEAR / (days / 2) for part in (referrals[~late], referrals[late])
    )


def tell_opinions(programme: Programme, daily: pd.DataFrame, halves: tuple[float, float], *, end) -> str:
    """Say what sales show of the opinion on persistence, and the two halves of the trial of the opinion on fading."""
    share, count = second_year(daily, end=end)
    stays, fades = (percent(programme.inputs[name].central, 0) for name in ("persistence", "fading"))
    said = (
        f"Trop peu de clients sont suivis deux ans pour confronter l'avis « {stays} de la marge reste »."
        if np.isnan(share)
        else f"Deux avis se confrontent. Vos {number(count)} clients suivis deux ans laissent la deuxième année "
        f"{percent(share, 0)} de la première ; le dossier suppose {stays}."
    )
    return said + (
        f" L'essai de Merle a ajouté, par invité et par an, {number(halves[0], 3)} client dans sa première moitié, "
        f"{number(halves[1], 3)} dans la seconde ; le dossier suppose {fades} de moins chaque année."
    )


def trial_to_make(
    programme: Programme,
    referrals: pd.DataFrame,
    trial: pd.DataFrame,
    *,
    days: int,
    line: tuple[float, float],
    settings,
) -> pd.DataFrame:
    """Return what a trial of each size would have been worth before deciding (see ``risk.trial_value``).

    Parameters
    ----------
    referrals, trial : DataFrame
        A trial of ``days`` days, from which the spread between customers is taken, for a year.
    line : (float, float)
        Expected value with an effect of 0 and of 1.
    settings : namespace
        ``prior_low``, ``prior_high`` (95 % of the opinion), ``discount_rate``, ``trial_cost``.
    """
    each = trial["customer_id"].map(referrals["sponsor_id"].value_counts()).fillna(0)
    sizes = np.unique(np.geomspace(50, min(5_000, max(programme.members, 200)), 40).round().astype(int))
    return trial_value(
        sizes, mean=(settings.prior_low + settings.prior_high) / 2,
        error=(settings.prior_high - settings.prior_low) / 3.92, spread=float(each.std() * np.sqrt(YEAR / days)),
        base=line[0], slope=line[1] - line[0], delay_rate=settings.discount_rate, unit_cost=settings.trial_cost,
    )  # fmt: skip


def share_needed(programme: Programme, target: float, rate: float) -> float:
    """Return the share of its effect that a programme must keep to be worth ``target`` (central case).

    The value is a line in the effect: v(s) = v(0) + s·(v(1) − v(0)).
    """
    effect = programme.inputs["added"].central
    none, whole = (float(programme.value(rate, added=added)) for added in (0.0, effect))
    return (target - none) / (whole - none)


def tell_choice(
    quote: Programme, options: dict[str, Programme], shares: dict[str, float], *, rate: float, currency: str
):
    """Say which of the quote, the tools and doing nothing is worth most in the central case, and what that rests on.

    Parameters
    ----------
    quote : Programme
    options : dict of str to Programme
        The same programme run with each tool (see :func:`with_tool`).
    shares : dict of str to float
        Share of the effect that each tool is supposed to keep up.
    """
    net = float(quote.value(rate))
    values = {name: float(option.value(rate)) for name, option in options.items()}
    tool = max(values, key=values.get)
    best = max((net, "payer le devis"), (0.0, "ne rien faire"), (values[tool], f"choisir « {tool} »"))[1]
    needed = shares[tool] * share_needed(options[tool], max(net, 0.0), rate)
    shown = f"{percent(needed, 0)} de l'effet (supposé : {percent(shares[tool], 0)})"
    said = (
        "ne les dépasserait pas, même en tenant tout l'effet" if needed > 1 else f"les dépasse dès qu'il tient {shown}"
    )
    return (
        f"Au cas central, payer le devis vaut {money(net, currency)}, ne rien faire 0, « {tool} » "
        f"{money(values[tool], currency)} : le mieux est de {best}. Quant aux deux premiers, « {tool} » {said}."
    )
