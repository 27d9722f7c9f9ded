"""Answers of notebook 11, recomputed from the data set in use and from the simulated firm."""

from __future__ import annotations

from functools import lru_cache

from grc_helpers.channels import contacts as journal
from grc_helpers.channels import firm, policy, profit, views
from grc_helpers.classroom.exercises import Exercise, Question
from grc_helpers.errors import GrcError


@lru_cache(maxsize=4)
def by_customer(chapter):
    """Return, for each customer of the contacts in use, contacts and channels."""
    contacts = journal.read_contacts(chapter.data, outcome=chapter.parameters.outcome_column)
    if missing := journal.lacking(contacts, "channel"):
        raise GrcError(
            "Cet exercice n'a pas de réponse sur ce jeu.",
            where=f"il manque : {missing}",
            todo="choisissez un jeu du cours avec « dataset »",
        )
    return contacts.groupby("customer_id").agg(contacts=("channel", "size"), channels=("channel", "nunique"))


def one_channel(chapter) -> float:
    """Return the share of the customers met by one channel only."""
    return float((by_customer(chapter)["channels"] == 1).mean())


def contacts_of_one(chapter) -> float:
    """Return the share of the contacts that are those customers' (a usual mistake)."""
    table = by_customer(chapter)
    return float(table.loc[table["channels"] == 1, "contacts"].sum() / table["contacts"].sum())


def one_contact(chapter) -> float:
    """Return the share of the customers met once."""
    return float((by_customer(chapter)["contacts"] == 1).mean())


@lru_cache(maxsize=1)
def web_shop() -> dict[str, float]:
    """Return what the notebook's ``web`` holds, from the firm's account of 2025."""
    merle = firm.read_firm()
    orders = profit.channel_orders(merle.sales, merle.lines, merle.service, merle.contacts, year=2025)
    account = profit.profit_and_loss(orders, merle.costs[merle.costs["year"] == 2025], visits=0.0)
    return views.web_shop(account, orders)


def limit(*, fixed: bool = True, handling: bool = True, elsewhere: bool = True) -> float:
    """Return the share of displaced sales at which the web shop adds nothing; leaving a term out is a usual mistake."""
    web = web_shop()
    own = web["margin"] - web["handling"] * handling - web["fixed"] * fixed
    return own / (web["margin"] - web["handling_elsewhere"] * elsewhere)


@lru_cache(maxsize=1)
def contact_costs() -> dict[str, float]:
    """Return what a contact of the firm costs, by channel (2025)."""
    costs = firm.read_firm().costs
    some = {"courrier": 0.1, "appel": 0.1}
    return policy.firm_channels(costs, year=2025, lifts=some, most={name: 1 for name in some})["unit_cost"].to_dict()


def call_over_mail(chapter) -> float:
    """Return the yearly margin from which a call earns more than a letter."""
    given = chapter.parameters
    return (contact_costs()["appel"] - contact_costs()["courrier"]) / (given.lift_call - given.lift_mail)


EXERCISES = {
    "11.1": Exercise(
        one_channel,
        hint="Comptez les canaux différents de chaque client (`nunique`), puis la part de ceux qui en ont un seul.",
        mistakes=(
            (lambda chapter: 1 - one_channel(chapter), "C'est la part de ceux que plusieurs canaux ont rencontrés."),
            (
                lambda chapter: 100 * one_channel(chapter),
                "Le calcul est bon, mais on attend une part entre 0 et 1, pas un pourcentage.",
            ),
            (
                contacts_of_one,
                "C'est une part des contacts : on demande une part des clients. Regroupez d'abord par client.",
            ),
            (one_contact, "Ce sont les clients rencontrés une seule fois : on compte les canaux, pas les contacts."),
            (
                lambda chapter: int((by_customer(chapter)["channels"] == 1).sum()),
                "C'est un nombre de clients : divisez-le par le nombre de tous les clients.",
            ),
        ),
    ),
    "11.2": Exercise(
        lambda chapter: limit(),
        tolerance=0.005,
        hint="Égalez ce que le site gagne (sa marge moins ses coûts) et ce que la part déplacée de ses ventes aurait "
        "gagné ailleurs (leur marge moins leur coût là-bas).",
        mistakes=(
            (lambda chapter: 1 - limit(), "C'est la part des ventes qui doit être nouvelle : on demande le reste."),
            (lambda chapter: limit(handling=False), "Il manque le coût des commandes du site (`handling`)."),
            (lambda chapter: limit(fixed=False), "Il manque le coût fixe du site, qui est nouveau lui aussi."),
            (
                lambda chapter: limit(elsewhere=False),
                "Ailleurs aussi, une commande coûte : ôtez `handling_elsewhere` de la marge des ventes déplacées.",
            ),
            (lambda chapter: 1 / limit(), "Vous avez renversé la division : le gain du site va au-dessus."),
            (
                lambda chapter: 100 * limit(),
                "Le calcul est bon, mais on attend une part entre 0 et 1, pas un pourcentage.",
            ),
        ),
    ),
    "11.3": Exercise(
        call_over_mail,
        hint="Égalez les deux gains : part de l'appel × marge − son coût = part du courrier × marge − son coût.",
        mistakes=(
            (
                lambda chapter: contact_costs()["appel"] / chapter.parameters.lift_call,
                "C'est le seuil où un appel paie : le courrier, lui, rapporte déjà quelque chose. Comparez-les.",
            ),
            (
                lambda chapter: contact_costs()["courrier"] / chapter.parameters.lift_mail,
                "C'est le seuil où un courrier paie : comparez l'appel au courrier.",
            ),
            (
                lambda chapter: (
                    contact_costs()["appel"] / chapter.parameters.lift_call
                    - contact_costs()["courrier"] / chapter.parameters.lift_mail
                ),
                "On ne soustrait pas deux seuils : divisez l'écart des coûts par l'écart des parts.",
            ),
            (
                lambda chapter: contact_costs()["appel"] - contact_costs()["courrier"],
                "C'est l'écart des coûts : divisez-le par l'écart des parts de marge ajoutées.",
            ),
        ),
    ),
}

QUIZ = {
    "11.1": Question(
        "b",
        "Juste : l'écart décrit deux groupes ; la section 5 le trouve énorme dans un monde sans aucun effet.",
        {
            "a": "C'est lire un effet dans un écart : qui achète souvent a plus d'occasions d'essayer deux canaux.",
            "c": "L'écart ne dit rien de ce qu'un canal rapporte : regardez le compte de résultat (section 7).",
        },
    ),
    "11.2": Question(
        "b",
        "Juste : seules les 20 ventes nouvelles ajoutent une marge ; tous les coûts du canal, eux, sont nouveaux.",
        {
            "a": "80 auraient été vendues ailleurs : leur marge existait déjà.",
            "c": "20 ventes s'ajoutent, et les coûts du canal aussi : comparez-les (section 8).",
        },
    ),
    "11.3": Question(
        "c",
        "Juste : une règle partage ce qui s'est passé ; ce qui serait arrivé sans l'e-mail demande un groupe témoin.",
        {
            "a": "Être présent avant une vente n'est pas la causer (section 11).",
            "b": "Aucune règle de partage ne borne l'effet : il peut être nul (section 11).",
        },
    ),
}
