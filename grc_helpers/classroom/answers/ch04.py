"""Answers of notebook 04, recomputed from the data set in use."""

from __future__ import annotations

from functools import lru_cache

from grc_helpers.classroom.exercises import Exercise, Question
from grc_helpers.value_tiers import top_share


@lru_cache(maxsize=4)
def customers(chapter):
    """Return the customers with a total of zero or more, largest first."""
    from grc_helpers.data.warehouse import collect, customer_base

    table = collect(customer_base(chapter.data.table, observation_end=chapter.data.observation_end))
    return table[table["total_spend"] >= 0].sort_values("total_spend", ascending=False, ignore_index=True)


def top_10(chapter) -> float:
    return top_share(customers(chapter)["total_spend"], 0.10)


def customers_for_half(chapter, *, largest_first: bool = True) -> int:
    spend = customers(chapter)["total_spend"].sort_values(ascending=not largest_first)
    return int((spend.cumsum() < 0.5 * spend.sum()).sum()) + 1


def best(chapter):
    """Return the customers of the best tier."""
    table = customers(chapter)
    return table.head(int(chapter.parameters.share_best * len(table) + 0.5))


def break_even(chapter) -> float:
    table = best(chapter)
    return chapter.parameters.margin_rate * table["total_spend"].sum() / table["n_orders"].sum()


def mean_of_break_evens(chapter) -> float:
    table = best(chapter)
    return chapter.parameters.margin_rate * (table["total_spend"] / table["n_orders"]).mean()


EXERCISES = {
    "04.1": Exercise(
        top_10,
        hint="Reprenez la section 1 : on lit la part cumulée quand 10 % des clients, les plus gros, sont passés.",
        mistakes=(
            (
                lambda chapter: 100 * top_10(chapter),
                "Le calcul est bon, mais on attend une part entre 0 et 1, pas un pourcentage.",
            ),
            (lambda chapter: 1 - top_10(chapter), "C'est la part des 90 % restants : on demande celle des premiers."),
            (
                lambda chapter: top_share(customers(chapter)["total_spend"], 0.20),
                "C'est la part des 20 % premiers : on demande 10 %.",
            ),
            (
                lambda chapter: 1 - top_share(customers(chapter)["total_spend"], 0.90),
                "C'est la part des 10 % les plus petits : triez du plus gros au plus petit.",
            ),
        ),
    ),
    "04.2": Exercise(
        customers_for_half,
        tolerance=1e-9,
        hint="Comptez les lignes de `ranked` dont la part cumulée est encore sous 0,5 ; il en faut une de plus.",
        mistakes=(
            (
                lambda chapter: customers_for_half(chapter) - 1,
                "À un près : avec ce nombre de clients, la moitié n'est pas encore atteinte.",
            ),
            (
                lambda chapter: customers_for_half(chapter) / len(customers(chapter)),
                "C'est la part des clients : on demande leur nombre.",
            ),
            (
                lambda chapter: customers_for_half(chapter, largest_first=False),
                "Vous êtes parti des plus petits : commencez par les plus gros.",
            ),
            (
                lambda chapter: len(customers(chapter)) // 2,
                "C'est la moitié des clients : on cherche la moitié du chiffre d'affaires.",
            ),
        ),
    ),
    "04.3": Exercise(
        break_even,
        hint="Divisez la marge du palier par ses commandes : margin_rate × CA du palier ÷ commandes du palier.",
        mistakes=(
            (
                lambda chapter: break_even(chapter) / chapter.parameters.margin_rate,
                "C'est le panier moyen : seule la marge, pas tout le chiffre d'affaires, paie le service.",
            ),
            (
                mean_of_break_evens,
                "C'est la moyenne des seuils des clients : prenez le palier ensemble, total divisé par total.",
            ),
        ),
    ),
}

QUIZ = {
    "04.1": Question(
        "b",
        "Juste : les 80 % plus petits font 32 %, il reste 68 % pour les 20 % premiers.",
        {
            "a": "32 % est la part des 80 % plus petits clients : que reste-t-il pour les autres ?",
            "c": "80 % est une part de clients, lue sur l'axe horizontal ; lisez l'axe vertical.",
        },
    ),
    "04.2": Question(
        "c",
        "Juste : même sans changement réel, un classement sur une période courte se défait (section 10).",
        {
            "a": "Descendre d'un palier n'est pas partir : regardez les absents, et ce que le hasard explique.",
            "b": "La règle de Pareto parle d'une période ; elle ne dit rien de ceux qui y restent.",
        },
    ),
    "04.3": Question(
        "a",
        "Juste : c'est la marge d'une commande, comparée au coût de la servir, qui décide.",
        {
            "b": "Acheter beaucoup ne suffit pas : chaque commande a un coût (section 8).",
            "c": "Pas forcément : si la marge de chaque commande couvre son coût, il rapporte.",
        },
    ),
}
