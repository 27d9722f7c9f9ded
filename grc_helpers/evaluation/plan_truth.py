"""What a contact would really add for each customer of a simulated firm: what only the simulator knows."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd

from grc_helpers.data.simulator.campaigns import gift_kinds
from grc_helpers.data.simulator.config import SimulationConfig
from grc_helpers.data.simulator.events import active, satisfaction_score
from grc_helpers.data.simulator.truth import read_truth
from grc_helpers.evaluation.plan_actions import channel_costs

DATES = ("acquired", "lifetime_end", "contract_from")


def true_gains(
    latent: pd.DataFrame, named: pd.DataFrame, config: SimulationConfig, *, day, worth: float, letter: float,
    invited: pd.Index, names: dict[str, str],
) -> pd.DataFrame:  # fmt: skip
    """Return the expected net gain of each action for each customer, on a day, by the laws of the simulator.

    Parameters
    ----------
    latent : DataFrame
        True customers: ``customer_id``, ``rate`` (purchases a week), ``spend_mean``, ``acquired``, ``lifetime_end``…
    named : DataFrame
        Referrals, and the truth on each: ``incremental``.
    config : SimulationConfig
        Settings of the firm.
    day : date-like
        Day of the contact.
    worth : float
        Value of a new customer brought (the same for the plan and for the truth).
    letter : float
        Cost of an invitation.
    invited : Index
        True customers invited to the referral trial.
    names : dict
        Name of the action of each campaign.

    Returns
    -------
    DataFrame, true customers × actions

    Notes
    -----
    Voucher: added purchase with probability 1 − exp(−lift · rate · days), less those only brought forward, less the
    vouchers used. Box: 13,50 € × (chance of « persuadable » − chance of « à laisser tranquille »), of who is active at
    the last date that the simulator allows. Call: a constant effect on active customers. Referral: as many new
    customers as in the trial, shared out like the sponsors of the simulator, if the years to come are like those seen.
    """
    people = latent.assign(**{name: pd.to_datetime(latent[name]) for name in DATES})
    here = active(people, pd.Timestamp(day))
    rate, spend = people["rate"].to_numpy(), people["spend_mean"].to_numpy()
    margin = config.campaign_margin_rate * spend
    found = {
        "BON-2024": _voucher(config, here, rate, margin),
        "NOEL-2024": _box(config, people, here),
        "BIENVENUE": margin * config.welcome_effect * here - config.welcome_cost,
        "PARRAINAGE": _referral(config, people, named, here, worth=worth, invited=invited) - letter,
    }
    return pd.DataFrame({names[key]: gain for key, gain in found.items() if key in names}, index=people["customer_id"])


def firm_truth(house, actions, *, worth: float) -> pd.DataFrame:
    """Return :func:`true_gains` for a firm whose records were united, on the day of its plan.

    Parameters
    ----------
    house : GoldenFirm
    actions : list of Action
    worth : float
        Value of a new customer brought.
    """
    name, targets = house.source.name, house.source.table("ciblage")
    referrals = house.source.table("parrainages").merge(read_truth(name, "parrainages"), on="customer_id")
    asked = targets.loc[(targets["campaign_id"] == "PARRAINAGE") & (targets["group"] == "traité"), "customer_id"]
    known = {action.name for action in actions}
    campaigns = house.tables["campagnes"].set_index("campaign_id")["name"]
    letter = channel_costs(house.tables["couts_canaux"]).loc["courrier", "unit_cost"]
    names = {key: said for key, said in campaigns.items() if said in known}
    return true_gains(
        read_truth(name, "clients"), referrals, config_of(read_truth(name, "effets")), day=house.end, worth=worth,
        letter=float(letter), invited=pd.Index(asked), names=names,
    )  # fmt: skip


def config_of(settings: pd.DataFrame) -> SimulationConfig:
    """Return the configuration of a simulated firm from its table of settings (``name``, ``value`` as text)."""
    fields = SimulationConfig.__dataclass_fields__
    words = settings.set_index("name")["value"]
    values = {name: _typed(words[name], fields[name].default) for name in words.index.intersection(list(fields))}
    return SimulationConfig(**values)


def _typed(text: str, like):
    if isinstance(like, bool):
        return text in ("True", "oui", "1")
    return date.fromisoformat(text) if isinstance(like, date) else type(like)(text)


def _voucher(config, here, rate, margin) -> np.ndarray:
    weeks, after = config.coupon_days / 7, config.coupon_trough_days / 7
    added = here * -np.expm1(-config.coupon_lift * rate * weeks)
    moved = config.coupon_displaced * -np.expm1(-rate * after)
    planned = here * -np.expm1(-rate * weeks) * config.coupon_subsidised
    used = added + (1 - added) * planned
    return margin * added * (1 - moved) - config.coupon_value * used - config.coupon_cost


def _box(config, people, here) -> np.ndarray:
    last = replace(config, gift_launch=SimulationConfig.__dataclass_fields__["gift_launch"].metadata["high"])
    return config.gift_margin * gift_kinds(last, people)["expected_uplift"].to_numpy() * here - config.gift_cost


def _referral(config, people, named, here, *, worth: float, invited: pd.Index) -> np.ndarray:
    then = active(people, config.referral_start)
    weight = np.exp(config.referral_satisfaction * satisfaction_score(people))
    asked = people["customer_id"].isin(invited).to_numpy()
    known = (people["acquired"] < pd.Timestamp(config.referral_start)).to_numpy()
    brought = named["incremental"].sum() / (weight * then)[asked].sum()
    anyway = (~named["incremental"].astype(bool)).sum() / (weight * then)[known].sum()
    return here * weight * (brought * (worth - config.referral_reward) - anyway * config.referral_reward)


def true_value(plan: pd.DataFrame, truth: pd.DataFrame, clean: pd.Series) -> float:
    """Return what a plan would really earn: the sum over the customers contacted, each taken as its true customer."""
    contacted = plan[plan["group"] == "à contacter"]
    rows = truth.index.get_indexer(clean.reindex(contacted.index))
    return float(truth.to_numpy()[rows, truth.columns.get_indexer(contacted["action"])].sum())
