"""Answers of notebook 10, recomputed from its parameters and from the data in use."""

from __future__ import annotations

from functools import lru_cache

from grc_helpers.classroom.exercises import Exercise, Question
from grc_helpers.data.loading import read_table
from grc_helpers.personalisation.approaches import half_margins
from grc_helpers.personalisation.contacts import caused_orders

NEW_COST = 2.0


def semi_threshold(chapter) -> float:
    """Return the yearly margin from which the semi-personal approach leaves more than the mass one."""
    given = chapter.parameters
    return (given.cost_semi - given.cost_mass) / (given.lift_semi - given.lift_mass)


def against_nothing(chapter) -> float:
    """Return the margin from which the semi-personal approach pays its own cost (a usual mistake)."""
    return chapter.parameters.cost_semi / chapter.parameters.lift_semi


def personal_threshold(chapter) -> float:
    """Return the margin from which the personal approach leaves more than the semi-personal one."""
    given = chapter.parameters
    return (given.cost_personal - given.cost_semi) / (given.lift_personal - given.lift_semi)


@lru_cache(maxsize=4)
def margins(chapter):
    """Return the yearly margin of each customer."""
    return half_margins(chapter.data, margin_rate=chapter.parameters.margin_rate)["whole"]


def share_above(chapter) -> float:
    """Return the share of the customers whose yearly margin reaches the threshold."""
    return float((margins(chapter) >= semi_threshold(chapter)).mean())


def share_below(chapter) -> float:
    """Return the share of the customers under the threshold (a usual mistake)."""
    return 1 - share_above(chapter)


def share_of_margin(chapter) -> float:
    """Return the share of the margin, not of the customers, above the threshold (a usual mistake)."""
    values = margins(chapter)
    return float(values[values >= semi_threshold(chapter)].sum() / values.sum())


@lru_cache(maxsize=1)
def christmas():
    """Return the row of the Christmas gift in the table of effects."""
    campaigns, targeting = (read_table("cafes_merle", f"{name}.parquet") for name in ("campagnes", "ciblage"))
    chosen = campaigns[campaigns["name"].eq("Coffret de Noël")]
    return caused_orders(targeting, chosen).iloc[0]


EXERCISES = {
    "10.1": Exercise(
        semi_threshold,
        hint="Section 6 : les deux droites se croisent à (différence des coûts) ÷ (différence des effets).",
        mistakes=(
            (
                against_nothing,
                "C'est le seuil contre « ne rien faire » : on demande à partir d'où elle bat l'approche de masse.",
            ),
            (
                personal_threshold,
                "C'est le seuil entre les approches semi-personnalisée et personnalisée.",
            ),
        ),
    ),
    "10.2": Exercise(
        share_above,
        hint="Comptez les clients dont `whole` est au moins égal au seuil de l'exercice 1, divisez par leur nombre.",
        mistakes=(
            (share_below, "C'est la part des clients sous le seuil : on demande ceux qui l'atteignent."),
            (share_of_margin, "C'est la part de la marge : on demande celle des clients."),
            (
                lambda chapter: 100 * share_above(chapter),
                "Le calcul est bon, mais on attend une part entre 0 et 1, pas un pourcentage.",
            ),
        ),
    ),
    "10.3": Exercise(
        lambda chapter: NEW_COST / christmas()["uplift"],
        hint="Divisez le nouveau coût du courrier par l'effet de l'offre : la différence entre traités et témoins.",
        mistakes=(
            (
                lambda chapter: NEW_COST / christmas()["with_offer"],
                "C'est le coût d'une commande observée : une partie des acheteurs auraient acheté sans le courrier.",
            ),
            (
                lambda chapter: christmas()["caused_cost"],
                "C'est le coût au prix actuel du courrier : prenez 2 €.",
            ),
        ),
    ),
}
QUIZ = {
    "10.1": Question(
        "b",
        "L'égalité sur du nouveau ne dit rien des achats répétés, que ses habitudes peuvent prévoir.",
        {
            "a": "Regardez l'autre moitié de la figure de la section 4 : tous les produits.",
            "c": "Peut-être, mais rien ne le dit : à lui de battre les meilleures ventes, avec un intervalle.",
        },
    ),
    "10.2": Question(
        "c",
        "Les clics du mois ne comptent pas les abonnés perdus, qui ne cliqueront plus jamais.",
        {
            "a": "Et les abonnés qui partent ? La valeur se juge sur deux ans, pas sur un mois.",
            "b": "Un e-mail coûte peu et rapporte des clics : tout dépend du rythme.",
        },
    ),
    "10.3": Question(
        "a",
        "Ceux qui prennent le service diffèrent des autres ; l'ajustement ne corrige que ce que l'on voit.",
        {
            "b": "Ce serait vrai si le service avait été tiré au sort.",
            "c": "On ne sait pas non plus qu'il est nul : il faut un essai.",
        },
    ),
}
