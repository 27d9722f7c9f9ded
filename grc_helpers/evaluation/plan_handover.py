"""What is handed over with a plan: its three tables, for a plan whose actions were measured, or for a first trial."""

from __future__ import annotations

import pandas as pd

from grc_helpers.evaluation import plan_tables, plan_words
from grc_helpers.evaluation.plan_actions import NOTHING
from grc_helpers.evaluation.plan_export import about
from grc_helpers.evaluation.plan_untested import FIRST, NEVER, SMALL
from grc_helpers.style import money, number, percent

LIMITS = [
    "Les essais datent : l'effet d'aujourd'hui est supposé celui d'alors, à chance égale d'être encore là",
    "Une seule action par client : les essais n'en ont pas mesuré deux ensemble",
    "L'intervalle est celui du gain moyen attendu ; ce que feront les clients contactés varie davantage",
]
UNKNOWN = [
    "Aucune action n'a été mesurée par tirage au sort : le gain attendu est inconnu, seul le seuil qui "
    "rembourse est donné",
    "Les accords et les adresses ne sont pas connus ici : vérifiez-les avant d'écrire ou d'appeler",
]

IDLE = {
    FIRST: "En réserve : le premier essai n'a pas besoin de lui, ou le budget ne va pas jusque-là.",
    SMALL: "Trop peu de clients comme lui : un essai ne montrerait pas la hausse visée.",
    NEVER: "Pour se rembourser, un contact devrait ajouter plus de la moitié de ses achats ; ou il est parti.",
}


def terms_in_words(
    *, rates: dict, control_share: float | None = None, capacity: dict | None = None, model: str
) -> dict[str, str]:
    """Return the assumptions of a plan, in French, by name."""
    said = {
        "Taux de marge supposé": percent(rates["margin_rate"]),
        "Taux d'actualisation": f"{percent(rates['discount_rate'])} par an",
        "Modèle d'achats": model,
    }
    if control_share is not None:
        said["Part de témoins"] = percent(control_share)
    if capacity:
        said["Capacités"] = " ; ".join(f"{name} : {number(most)} par semaine" for name, most in capacity.items())
    return said


def measured(plan: dict, *, data, day, currency: str, budget: float, terms: dict[str, str], source: str) -> dict:
    """Return the tables of a plan whose actions were tried.

    Parameters
    ----------
    plan : dict
        ``people`` (``value``), ``lots``, ``found``, ``named``, ``channels``, and perhaps ``names`` (by customer).
    data : Dataset
        ``title`` and ``nature`` are said.
    day : date-like
        Day of the plan.
    terms : dict
        Of :func:`terms_in_words`.
    source : str
        Where effects come from, in French.

    Returns
    -------
    dict
        ``note``, ``plan``, ``customers`` (DataFrames with French headings), ``of`` (title), ``currency``.
    """
    given = {name: plan[name] for name in ("named", "lots", "found", "channels")}
    customers = plan_words.customer_rows(
        **given, names=plan.get("names"), values=plan["people"]["value"], currency=currency
    )
    rows = plan_words.plan_rows(**given, currency=currency)
    note = about(
        title=data.title, nature=data.nature, day=day, currency=currency, budget=budget,
        terms=terms | {"D'où viennent les effets": source}, limits=LIMITS,
    )  # fmt: skip
    shown = {"plan": plan_tables.in_french(rows), "customers": plan_tables.in_french(customers)}
    return {"note": note, **shown, "of": data.title, "currency": currency}


def untested(
    drawn: pd.DataFrame,
    limits: pd.DataFrame,
    people: pd.DataFrame,
    *,
    data,
    day,
    budget: float,
    cost: float,
    terms: dict[str, str],
) -> dict:
    """Return the tables of a first trial: whom to contact, whom to leave alone, and what would pay.

    Parameters
    ----------
    drawn, limits : DataFrame
        What ``plan_untested.trial_list`` and ``plan_untested.break_even`` return.
    people : DataFrame by customer
        ``segment``, ``value``: those who are not drawn are told why.
    cost : float
        Of a contact.

    Returns
    -------
    dict
        As :func:`measured`.
    """
    note = about(
        title=data.title, nature=data.nature, day=day, currency=data.currency, budget=budget,
        terms=terms | {"Coût d'un contact": money(cost, data.currency, 2), "D'où viennent les effets": "aucun essai"},
        limits=UNKNOWN,
    )  # fmt: skip
    rows = limits.reset_index().round(4)
    rows = rows.rename(columns=plan_tables.HEADINGS | plan_tables.LIMIT_HEADINGS)
    rest = (
        people.drop(index=drawn["customer_id"])
        .rename_axis("customer_id")
        .reset_index()[["customer_id", "segment", "value"]]
    )
    rest = rest.assign(action=NOTHING, channel="–", group="–", cost=0.0, needed=rest["segment"].map(limits["needed"]))
    rest["reason"] = rest["segment"].map(limits["advice"]).map(IDLE)
    both = pd.concat([drawn, rest], ignore_index=True) if len(drawn) else rest
    customers = plan_tables.in_french(both.round({"needed": 4}).replace({"needed": {float("inf"): None}}))
    return {"note": note, "plan": rows, "customers": customers, "of": data.title, "currency": data.currency}
