"""Tables of the action plan as they are shown: customers, actions tried, plans compared, what a plan promised."""

from __future__ import annotations

from functools import partial

import numpy as np
import pandas as pd

from grc_helpers.campaigns.effects import difference
from grc_helpers.evaluation import plan_choice, plan_words
from grc_helpers.evaluation.plan_customers import in_order
from grc_helpers.style import money, number, percent

THE_PLAN, RAW = "Le plan", "Plan sur effets bruts"
GAIN = "Gain net par contact"
HEADINGS = {
    "customer_id": "Client", "name": "Nom", "segment": "Segment", "value": "Marge attendue en 12 mois",
    "action": "Action",
    "channel": "Canal", "group": "Groupe", "customers": "À contacter", "control": "Témoins", "cost": "Coût",
    "gain": GAIN, "low": "Borne basse (95 %)", "high": "Borne haute (95 %)", "total": "Gain net de tous",
    "needed": "Hausse qui rembourse", "reason": "Raison",
}  # fmt: skip


def in_french(table: pd.DataFrame) -> pd.DataFrame:
    """Give a plan its French headings, its amounts to the cent."""
    return table.round(2).rename(columns=HEADINGS)


def segment_table(people: pd.DataFrame, reach: pd.DataFrame | None = None) -> pd.DataFrame:
    """Return, by segment: customers, margin expected in twelve months (mean), chance of being there, and reach."""
    table = people if reach is None else people.join(reach[["letter", "call"]])
    rows = {"segment": "size", "value": "mean", "p_alive": "mean"} | dict.fromkeys(
        table.columns.intersection(["letter", "call"]), "mean"
    )
    found = table.groupby("segment").agg(rows).rename_axis("Segment").loc[in_order(people["segment"])]
    names = ["Clients", "Marge attendue en 12 mois", "Encore là", "Par courrier", "Par appel"]
    return found.set_axis(names[: len(rows)], axis=1)


def segment_formats(currency: str) -> dict:
    """Return the formats of :func:`segment_table`."""
    share = partial(percent, decimals=0)
    return {"Clients": number, "Marge attendue en 12 mois": partial(money, currency=currency), "Encore là": share,
            "Par courrier": share, "Par appel": share}  # fmt: skip


def action_table(actions) -> pd.DataFrame:
    """Return, by action: channel, days counted, customers, cost and net gain of a contact, over its whole trial."""
    rows = {}
    for action in actions:
        trial = action.trial
        found = difference(trial["gain"], trial["treated"], strata=trial.get("block"))
        sizes = int(trial["treated"].sum()), int((~trial["treated"]).sum())
        cost = trial.loc[trial["treated"], "cost"].mean()
        rows[action.name] = (action.channel, action.days, *sizes, cost, found["effect"], found["low"], found["high"])
    names = ["Canal", "Jours comptés", "Traités", "Témoins", "Coût", GAIN, "low", "high"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=names).rename_axis("Action")


def four_plans(
    people: pd.DataFrame, lots: pd.DataFrame, found: dict, named: pd.DataFrame, *, seed: int, **terms
) -> dict:
    """Return the plan and three others under the same budget: the plan on raw figures, and two usual ones.

    « Bon aux plus gros »: the voucher to those who bought most in twelve months. « Meilleure action aux plus gros »:
    the same customers, by the action that earns most on average: only the choice of customers differs.

    Parameters
    ----------
    people : DataFrame by customer
        ``spent`` (sales of the last 365 days).
    found : dict
        Of ``plan_effects.gains``.
    named : DataFrame
        The plan.
    **terms
        Of ``plan_choice.choose``.

    Returns
    -------
    dict of str to DataFrame
        Plans as ``plan_choice.name_customers`` returns them.
    """
    raw = plan_choice.choose(lots, found, by="raw", **terms)["contacts"]
    biggest = people.sort_values("spent", ascending=False, kind="stable").index
    # They keep a control group too, or the plan would pay for learning alone.
    biggest = biggest[np.random.default_rng(seed).random(len(biggest)) >= terms["control_share"]]
    each = found["worth"].reindex(lots["segment"]).mul(lots["p_alive"].to_numpy(), axis=0)
    best = (each.mean() - found["unit"]).idxmax()
    voucher = next((action for action in found["worth"] if action.startswith("Bon")), best)
    plans = {THE_PLAN: named}
    plans[RAW] = plan_choice.name_customers(lots, raw, control_share=terms["control_share"], seed=seed)
    for name, action in ((f"{best} aux plus gros", best), (f"{voucher.split(' ')[0]} aux plus gros", voucher)):
        most = terms["capacity"][terms["channels"][action]]
        plans[name] = plan_choice.one_action_for(biggest, lots, found, action=action, budget=terms["budget"], most=most)
    return plans


def control_price(named: pd.DataFrame, lots: pd.DataFrame, found: dict) -> float:
    """Return what the control group would have been expected to earn: the price of measuring."""
    control = named[named["group"] == plan_words.CONTROL].assign(group="à contacter")
    return plan_choice.value_of(control, lots, found)["net_value"]


def value_table(plans: dict[str, pd.DataFrame], lots: pd.DataFrame, found: dict) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return what each plan is worth against nothing, and what the first is worth more than each other one.

    Returns
    -------
    values : DataFrame, one row a plan
        ``contacts``, ``cost``, ``net_value``, ``low``, ``high``, ``chance``.
    gaps : DataFrame, one row another plan
        ``net_value``, ``low``, ``high``: of the difference, draw by draw (the doubts that plans share cancel).
    """
    known = {name: plan_choice.value_of(plan, lots, found) for name, plan in plans.items()}
    first = next(iter(known.values()))["drawn"]
    values = pd.DataFrame(
        {name: {key: v for key, v in each.items() if key != "drawn"} for name, each in known.items()}
    ).T
    gaps = {
        name: [(first - each["drawn"]).mean(), *np.quantile(first - each["drawn"], [0.025, 0.975])]
        for name, each in list(known.items())[1:]
    }
    return values, pd.DataFrame.from_dict(gaps, orient="index", columns=["net_value", "low", "high"])


LIMIT_HEADINGS = {
    "customers": "Clients", "value": "Marge attendue en 12 mois", "at_stake": "Marge en jeu",
    "needed": "Hausse qui rembourse",
    "visible": "Plus petite hausse visible", "trial_size": "Clients à mettre dans l'essai", "advice": "Conseil",
}  # fmt: skip


def break_even_table(limits: pd.DataFrame, *, currency: str) -> tuple[pd.DataFrame, dict]:
    """Return what ``plan_untested.break_even`` does with French headings, and its formats."""

    def rise(share: float) -> str:
        return percent(share) if share < 10 else "plus de 1 000 %"

    coin = partial(money, currency=currency)
    table = limits.rename_axis("Segment").rename(columns=LIMIT_HEADINGS)
    return table, {
        "Clients": number, "Marge attendue en 12 mois": partial(coin, decimals=2), "Marge en jeu": coin,
        "Hausse qui rembourse": rise, "Plus petite hausse visible": rise, "Clients à mettre dans l'essai": number,
    }  # fmt: skip


def recovery_table(checked: pd.DataFrame) -> pd.DataFrame:
    """Return the table of ``plan_recovery`` with French headings."""
    starts = [checked["figure"].str.startswith("Plan retenu"), checked["figure"].str.contains("aux plus gros")]
    how = np.select(starts, ["ramenés", "moyens, pour de plus gros clients"], "qui ont choisi le plan")
    kept = checked.assign(how=np.where(checked["sound"], "qui n'ont pas choisi", how)).set_index("figure")
    columns = {
        "how": "Chiffres",
        "truth": "Vérité moyenne",
        "bias": "Biais",
        "bias_low": "bias_low",
        "bias_high": "bias_high",
    }
    kept = kept[[*columns, "coverage"]].rename(columns=columns | {"coverage": "Couverture"})
    return kept.rename_axis("Plan : ce qu'il annonce")


def recovery_formats(currency: str) -> dict:
    """Return the formats of :func:`recovery_table`."""
    coin = partial(money, currency=currency)
    return {"Vérité moyenne": coin, "Biais": coin, "bias_low": coin, "bias_high": coin,
            "Couverture": lambda share: "–" if np.isnan(share) else percent(share, 0)}  # fmt: skip
