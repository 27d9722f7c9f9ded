"""A programme's business case, its inputs taken from data where data say something, and where each comes from."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from grc_helpers.business_case.cashflows import present_value, programme_flows
from grc_helpers.business_case.risk import Uncertain
from grc_helpers.errors import GrcError
from grc_helpers.style import number, percent

YEAR = 365
FEWEST = 20  # customers seen a whole year, for the margin of a first year

NAMES = {
    "added": "Nouveaux clients par client invité et par an",
    "margin": "Marge d'un nouveau client, première année",
    "persistence": "Part de la marge qui reste d'une année à l'autre",
    "fading": "Part de l'effet perdue chaque année",
    "investment": "Dépense de départ",
    "yearly_cost": "Coût annuel",
}
CORRELATIONS = {("investment", "yearly_cost"): 0.5, ("added", "margin"): -0.3}


@dataclass(frozen=True)
class Programme:
    """A programme that brings customers: what is fixed, what is uncertain, and where each number comes from.

    Attributes
    ----------
    members : int
        Customers invited.
    paid, reward : float
        Rewards paid for each customer added, and the amount of one (currency units).
    years : int
    inputs : dict of str to Uncertain
        Those of ``NAMES``.
    sources : dict of str to str
        For each input and for ``members``, ``paid``, ``reward``: in French, where it comes from.
    """

    members: int
    paid: float
    reward: float
    years: int
    inputs: dict[str, Uncertain]
    sources: dict[str, str] = field(default_factory=dict)

    def lines(self, **inputs) -> dict[str, np.ndarray]:
        """Return the cash flows (see ``cashflows.programme_flows``), central inputs completed by those given."""
        values = {name: one.central for name, one in self.inputs.items()} | inputs
        return programme_flows(members=self.members, paid=self.paid, reward=self.reward, years=self.years, **values)

    def value(self, rate: float, **inputs):
        """Return the net present value at an annual rate, for one case or for columns of draws."""
        return present_value(self.lines(**inputs)["flow"], rate)


def yearly_effect(effect: dict[str, float], *, days: int) -> dict[str, float]:
    """Return an effect measured over some days, per year: ``effect``, ``low``, ``high``, ``invited``.

    Parameters
    ----------
    effect : dict
        What ``campaigns.rewards.referral_effect`` returns.
    days : int
        How long the trial lasted.
    """
    return {name: effect[name] * YEAR / days for name in ("effect", "low", "high", "invited")}


def effect_in_use(
    trial: dict[str, float], *, days: int, rate: float, low: float, high: float
) -> tuple[dict[str, float], str]:
    """Return the effect of a case and where it comes from: a reader's own rate if positive, else the trial's.

    Rewards paid for each customer added are those of the trial in both cases.

    Parameters
    ----------
    trial : dict
        What ``campaigns.rewards.referral_effect`` returns, over ``days`` days.
    rate, low, high : float
        The reader's: customers added per customer invited and year, and a 95 % interval.
    """
    measured = yearly_effect(trial, days=days)
    if rate <= 0:
        return measured, "essai tiré au sort des Cafés Merle (fictif), intervalle à 95 %"
    if not low <= rate <= high:
        raise GrcError(
            "L'effet que vous donnez sort de son intervalle.",
            where=f"added_rate {rate:g}, added_low {low:g}, added_high {high:g}",
            todo="donnez les trois réglages, dans l'ordre",
        )
    return {"effect": rate, "low": low, "high": high, "invited": rate * measured["invited"] / measured["effect"]}, (
        "vos réglages added_rate, added_low, added_high"
    )


def active_customers(daily: pd.DataFrame, *, end) -> int:
    """Return how many customers bought in the last 365 days."""
    return int(daily.loc[daily["date"] > pd.Timestamp(end) - pd.Timedelta(days=YEAR), "customer_id"].nunique())


def first_years(daily: pd.DataFrame, *, end, margin_rate: float) -> tuple[Uncertain, str]:
    """Return what a new customer's first year leaves, with its 95 % interval, and how it was found.

    Customers seen for a year after their first purchase, if there are enough of them; else the margin that an active
    customer leaves in a year, at the pace of the whole file.

    Parameters
    ----------
    daily : DataFrame
        ``customer_id``, ``date``, ``amount``.
    """
    from grc_helpers.campaigns.rewards import first_year_margin

    margins = first_year_margin(daily, daily["customer_id"].unique(), end=end, margin_rate=margin_rate)
    rate = f"taux de marge supposé, {percent(margin_rate, 0)}"
    said = f"vos ventes ({number(len(margins))} clients suivis un an, intervalle à 95 %) ; {rate}"
    if len(margins) < FEWEST:
        span = (pd.Timestamp(end) - daily["date"].min()).days + 1
        pace = max(YEAR / span, 1.0) if span >= 30 else 1.0
        margins = margin_rate * daily.groupby("customer_id")["amount"].sum().to_numpy() * pace
        stretched = " porté à un an (trop haut : tous ne rachètent pas)" if pace > 1 else ""
        said = (
            f"vos ventes, fichier de {span} jour{'s' if span > 1 else ''}{stretched or ', sans le prolonger'} ; {rate}"
        )
    mean, error = float(margins.mean()), float(margins.std(ddof=1) / np.sqrt(len(margins)))
    if mean <= 0:
        raise GrcError(
            "Un nouveau client ne laisse aucune marge : aucun programme qui en amène ne se rembourse.",
            where=f"marge moyenne de la première année : {mean:.2f}",
            todo="vérifiez les montants du fichier et le réglage margin_rate",
        )
    return Uncertain(mean - 1.96 * error, mean, mean + 1.96 * error, "normal"), said


def spread_around(central: float, less: float, more: float, *, most: float = np.inf) -> Uncertain:
    """Return an opinion: a central value, and how far down and up one believes possible (shares of it)."""
    return Uncertain(central * (1 - less), central, min(central * (1 + more), max(most, central)))


def make_programme(
    *,
    members: int,
    members_source: str,
    effect: dict[str, float],
    effect_source: str,
    margin: Uncertain,
    margin_source: str,
    persistence: float,
    fading: float,
    investment: float,
    yearly_cost: float,
    reward: float,
    years: int,
) -> Programme:
    """Return the business case of a programme that invites customers to bring others.

    Parameters
    ----------
    effect : dict
        ``effect``, ``low``, ``high`` (customers added per customer invited and year, 95 % interval) and ``invited``
        (customers rewarded per customer invited and year: those added, and those who would have come anyway).
    persistence, fading, investment, yearly_cost : float
        Central opinions; their ranges are written here: persistence ± 30 %, fading ± 50 %, investment −10 % to +60 %
        (overruns are more common than savings), yearly cost −10 % to +40 %.
    """
    if members < 1:
        raise GrcError("Un programme invite au moins un client.", todo="augmentez members, ou laissez 0")
    if effect["effect"] <= 0:
        raise GrcError(
            "Le programme n'ajoute aucun client : son dossier se réduit à ses coûts.",
            where=f"effet {effect['effect']:g} par client invité et par an",
            todo="donnez un effet positif, ou renoncez au programme",
        )
    opinion = "réglage, fourchette d'opinion"
    inputs = {
        "added": Uncertain(effect["low"], effect["effect"], effect["high"], "normal"),
        "margin": margin,
        "persistence": spread_around(persistence, 0.3, 0.3, most=1.0),
        "fading": spread_around(fading, 0.5, 0.5, most=1.0),
        "investment": spread_around(investment, 0.1, 0.6),
        "yearly_cost": spread_around(yearly_cost, 0.1, 0.4),
    }
    sources = dict.fromkeys(inputs, opinion) | {"added": effect_source, "margin": margin_source}
    sources |= {"members": members_source, "paid": "récompensés ÷ ajoutés, même origine que l'effet"}
    return Programme(members, max(effect["invited"] / effect["effect"], 1.0), reward, years, inputs, sources)


def programme_of(daily: pd.DataFrame, effect: dict[str, float], effect_source: str, *, end, settings) -> Programme:
    """Return the business case of a firm's sales and of a reader's settings (see :func:`make_programme`).

    Parameters
    ----------
    daily : DataFrame
        ``customer_id``, ``date``, ``amount``.
    settings : namespace
        The notebook's parameters; ``members`` 0 stands for the customers who bought in the last year.
    """
    margin, margin_source = first_years(daily, end=end, margin_rate=settings.margin_rate)
    opinions = ("persistence", "fading", "investment", "yearly_cost", "reward", "years")
    return make_programme(
        members=settings.members or active_customers(daily, end=end),
        members_source="votre réglage members" if settings.members else "vos clients actifs depuis un an",
        effect=effect, effect_source=effect_source, margin=margin, margin_source=margin_source,
        **{name: getattr(settings, name) for name in opinions},
    )  # fmt: skip


def with_tool(programme: Programme, *, setup_cost: float, running_cost: float, share: float) -> Programme:
    """Return the same programme run with a tool: its costs, and the share of the effect that it keeps up."""
    one = programme.inputs["added"]
    effect = Uncertain(*sorted((share * one.low, share * one.central, share * one.high)), one.law)
    costs = {"investment": spread_around(setup_cost, 0.1, 0.6), "yearly_cost": spread_around(running_cost, 0.1, 0.4)}
    return replace(programme, inputs=programme.inputs | costs | {"added": effect})
