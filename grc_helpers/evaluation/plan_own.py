"""The plan of a firm that has one trial of its own: the same steps, from its sales and its file of the trial."""

from __future__ import annotations

import math

import pandas as pd

from grc_helpers.campaigns import trials
from grc_helpers.errors import GrcError
from grc_helpers.evaluation import plan_actions, plan_choice, plan_customers, plan_effects

CHANNEL = "celui de l'essai"


def own_plan(
    data,
    trial: pd.DataFrame,
    *,
    name: str,
    days: int,
    budget: float,
    control_share: float,
    seed: int,
    draws: int = 4_000,
    **rates,
) -> dict:
    """Return the plan that a firm's own trial allows.

    Parameters
    ----------
    data : Dataset
        Its sales.
    trial : DataFrame
        What :func:`grc_helpers.campaigns.trials.read_trial` returns.
    name : str
        Of the action.
    days : int
        How long outcomes count from each customer's launch.
    budget, control_share, seed, draws
        As in the plan of the course's firm. Everybody may be contacted: the files do not say who refuses.
    **rates
        ``margin_rate``, ``discount_rate``.

    Returns
    -------
    dict
        ``action``, ``people`` (with ``segment``), ``found``, ``lots``, ``best``, ``named``, ``value``, ``channels``.

    Raises
    ------
    GrcError
        Trial out of the sales, too small; budget not positive.
    """
    daily = trials.daily_sales(data.table)
    until = trial["since"].max() + pd.Timedelta(days=days - 1)
    if until > pd.Timestamp(data.observation_end):
        raise GrcError(
            "Les ventes ne couvrent pas tout l'essai : des achats y manqueraient sans que l'on le voie.",
            where=f"essai suivi jusqu'au {until:%d/%m/%Y} ; ventes jusqu'au {data.observation_end:%d/%m/%Y}",
            todo="raccourcissez « trial_days », ou attendez la suite des ventes",
        )
    trials.check_sales(daily, trial, start=data.observation_start, end=data.observation_end, days=days)
    day = pd.Timestamp(data.observation_end) + pd.Timedelta(days=1)
    action = plan_actions.tried_action(
        trial, daily, name=name, channel=CHANNEL, days=days, margin_rate=rates["margin_rate"]
    )
    people = plan_customers.portrait(data.table, day=day, **rates)
    bounds = plan_customers.value_bounds(people)
    people["segment"] = plan_customers.segments(people, bounds=bounds)
    eves = plan_actions.eves([action], data.table, bounds=bounds, **rates)
    tables = {name: plan_effects.measured(action.trial, eves[name])}
    found = plan_effects.gains(tables, people["segment"].unique(), draws=draws, seed=seed)
    lots = plan_choice.make_lots(people, pd.DataFrame({name: True}, index=people.index))
    terms = {"capacity": {CHANNEL: math.inf}, "channels": {name: CHANNEL}, "control_share": control_share}
    best = plan_choice.choose(lots, found, budget=budget, **terms)
    named = plan_choice.name_customers(lots, best["contacts"], control_share=control_share, seed=seed)
    named = plan_choice.within(named, lots, found, budget=budget)
    value = plan_choice.value_of(named, lots, found)
    given = {"action": action, "people": people, "found": found, "lots": lots, "named": named}
    return given | {"best": best, "value": value, "channels": terms["channels"]}
