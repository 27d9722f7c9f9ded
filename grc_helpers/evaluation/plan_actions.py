"""Actions whose effect a firm has measured by drawing lots: the trial of each, in net money per customer."""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd

from grc_helpers.campaigns import effects, rewards, trials
from grc_helpers.errors import GrcError
from grc_helpers.evaluation.plan_customers import NEW, portrait, segments

NOTHING = "Ne rien faire"
AFTER = 56


@dataclass(frozen=True)
class Action:
    """What may be done again, and the trial that measured it.

    Attributes
    ----------
    name, channel : str
    day : Timestamp
        Eve of the trial: what was known of customers then makes their segments.
    days : int
        How long outcomes count.
    trial : DataFrame
        ``customer_id``, ``treated``, ``cost`` (of the treated: contact, vouchers, rewards), ``gain`` (margin less
        cost), and ``block`` where lots were drawn within blocks.
    aside : int
        Customers left out of the trial, since two records of theirs were in opposite groups.
    newcomers : bool
        Whether it was tried on new customers only.
    worth : float
        For a referral, value of a new customer brought.
    """

    name: str
    channel: str
    day: pd.Timestamp
    days: int
    trial: pd.DataFrame = field(repr=False)
    aside: int = 0
    newcomers: bool = False
    worth: float = 0.0


def drawn_by_lot(campaigns: pd.DataFrame) -> pd.Series:
    """Tell, by campaign, whether its customers were drawn by lot: only those have a measured effect."""
    return campaigns.set_index("campaign_id")["assignment"].str.startswith("tirage au sort")


def channel_costs(costs: pd.DataFrame) -> pd.DataFrame:
    """Return ``unit_cost`` and ``capacity_week`` of each contact channel, in the last year known."""
    contact = costs[costs["role"] == "contact"]
    return contact[contact["year"] == contact["year"].max()].set_index("channel")[["unit_cost", "capacity_week"]]


def one_group_each(targets: pd.DataFrame) -> tuple[pd.DataFrame, int]:
    """Leave out the customers whom united records put in both groups of a campaign; return the rest, and how many."""
    groups = targets.groupby("customer_id")["group"].transform("nunique")
    return targets[groups == 1], int(targets.loc[groups > 1, "customer_id"].nunique())


def firm_actions(tables: dict, daily: pd.DataFrame, *, margin_rate: float, discount_rate: float) -> list[Action]:
    """Return the actions of the simulated firm that were drawn by lot, each with its trial.

    Parameters
    ----------
    tables : dict of str to DataFrame
        ``campagnes``, ``ciblage``, ``coupons``, ``parrainages``, ``produits``, ``couts_canaux``, under the customers of
        ``daily``. A campaign noted as free costs what its channel does.
    daily : DataFrame
        ``customer_id``, ``date``, ``amount``, ``orders``.
    margin_rate, discount_rate : float
        Share of the sales that is kept; annual rate.

    Notes
    -----
    Gain of a customer, less the cost of the contact: voucher, the margin of its validity and of the 56 days after,
    less the vouchers used; box, its own margin (other purchases are taken as unmoved); welcome call, the margin of the
    days that follow; referral, the new customers named × their mean margin of a first year, discounted from the middle
    of the trial, less the rewards paid.
    """
    campaigns = tables["campagnes"].set_index("campaign_id")
    letters = channel_costs(tables["couts_canaux"])["unit_cost"]
    lots = drawn_by_lot(tables["campagnes"])
    makers = {"BON-2024": _voucher, "NOEL-2024": _box, "BIENVENUE": _call, "PARRAINAGE": _referral}
    found = []
    for campaign in campaigns.index[lots.reindex(campaigns.index)]:
        mine, aside = one_group_each(tables["ciblage"][tables["ciblage"]["campaign_id"] == campaign])
        facts = campaigns.loc[campaign]
        price = float(facts["unit_cost"]) or float(letters[facts["channel"]])
        trial = trials.campaign_trial(mine, campaign, unit_cost=price)
        terms = {"tables": tables, "daily": daily, "margin_rate": margin_rate, "discount_rate": discount_rate}
        trial, days, *worth = makers[campaign](trial, mine, facts, **terms)
        day = pd.Timestamp(facts["launch"])
        new = campaign == "BIENVENUE"
        found.append(Action(facts["name"], facts["channel"], day, days, trial, aside, new, *worth))
    return found


def eves(
    actions: list[Action], transactions, *, bounds: tuple[float, float], accounts=None, **terms
) -> dict[str, pd.DataFrame]:
    """Return, by action, its customers on the eve of the trial: ``segment`` (same bounds of value), ``p_alive``.

    Parameters
    ----------
    actions : list of Action
    transactions : ibis.Table
    bounds : (float, float)
        See ``plan_customers.value_bounds``.
    accounts : callable, optional
        Customers who have an account on the site on a day.
    **terms
        ``margin_rate`` and ``discount_rate`` of ``plan_customers.portrait``.
    """
    found = {}
    for action in actions:
        if action.newcomers:
            found[action.name] = pd.DataFrame({"segment": NEW, "p_alive": 1.0}, index=action.trial["customer_id"])
            continue
        people = portrait(transactions, day=action.day, **terms)
        segment = segments(people, bounds=bounds, web=accounts(action.day) if accounts else None)
        found[action.name] = people[["p_alive"]].assign(segment=segment)
    return found


def eligible(people: pd.DataFrame, actions: list[Action], *, once: str = "Parrainage") -> pd.DataFrame:
    """Tell who may have each action: an address for a letter; consent, a number and no office for a call.

    Parameters
    ----------
    people : DataFrame
        ``letter``, ``call``, ``office`` (bool), by customer.
    actions : list of Action
    once : str
        Name of the action that nobody has twice: those treated in its trial are left out.

    Returns
    -------
    DataFrame of bool, customers × actions
    """
    found = {}
    for action in actions:
        able = people["call"] & ~people["office"] if action.channel == "appel" else people["letter"]
        if action.name == once:
            able &= ~people.index.isin(action.trial.loc[action.trial["treated"], "customer_id"])
        found[action.name] = able
    return pd.DataFrame(found)


def tried_action(
    trial: pd.DataFrame, daily: pd.DataFrame, *, name: str, channel: str, days: int, margin_rate: float
) -> Action:
    """Return the action of a user's own trial: margin of some days from each customer's launch, less its cost.

    Parameters
    ----------
    trial : DataFrame
        What :func:`grc_helpers.campaigns.trials.read_trial` returns.
    """
    gain = effects.net_gain(daily, trial, days=days, margin_rate=margin_rate)
    return Action(name, channel, trial["since"].min(), days, trial.assign(gain=gain))


def _voucher(trial, mine, facts, *, tables, daily, margin_rate, **_):
    days = int(facts["days"]) + AFTER
    used = tables["coupons"].dropna(subset=["redeemed_on"]).groupby("customer_id")["value"].sum()
    spent = trial["customer_id"].map(used).fillna(0) * trial["treated"]
    trial = trial.assign(cost=trial["cost"] + spent)
    return trial.assign(gain=effects.net_gain(daily, trial, days=days, margin_rate=margin_rate)), days


def _box(trial, mine, facts, *, tables, **_):
    box = tables["produits"].set_index("category").loc["coffret"]
    margin = float(box["price"] * box["margin_rate"])
    bought = trial["customer_id"].map(mine.groupby("customer_id")["bought"].max()).astype(float)
    return trial.assign(gain=margin * bought - trial["cost"]), int(facts["days"])


def _call(trial, mine, facts, *, daily, margin_rate, **_):
    days = int(facts["days"]) - 1
    gain = effects.net_gain(daily, trial, days=days, margin_rate=margin_rate)
    first = daily.groupby("customer_id")["date"].min()
    month = trial["customer_id"].map(first).dt.to_period("M").astype(str)
    return trial.assign(gain=gain, block=month), days


def _referral(trial, mine, facts, *, tables, daily, margin_rate, discount_rate):
    named, days = tables["parrainages"], int(facts["days"])
    worth = first_year_worth(named, daily, margin_rate=margin_rate, discount_rate=discount_rate, days=days)
    count = trial["customer_id"].map(named["sponsor_id"].value_counts()).fillna(0)
    paid = trial["customer_id"].map(named.groupby("sponsor_id")["reward"].sum()).fillna(0) * trial["treated"]
    cost = trial["cost"] + paid
    return trial.assign(cost=cost, gain=worth * count - cost), days, worth


def first_year_worth(named, daily, *, margin_rate: float, discount_rate: float, days: int) -> float:
    """Return the mean margin of the first year of a customer brought by another, discounted from mid-trial."""
    end, came = daily["date"].max(), daily.loc[daily["customer_id"].isin(named["customer_id"]), "date"]
    if came.empty or (end - came.min()).days < 364:
        raise GrcError(
            "Aucun filleul n'a été suivi un an : on ne sait pas ce qu'il vaut.",
            where=f"{len(named)} parrainages",
            todo="attendez un an, ou retirez le parrainage du plan",
        )
    margins = rewards.first_year_margin(daily, named["customer_id"], end=end, margin_rate=margin_rate)
    return float(margins.mean()) / (1 + discount_rate) ** (days / 2 / 365.25)
