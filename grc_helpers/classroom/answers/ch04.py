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
    """Return the share of turnover of the 10 % largest customers."""
    return top_share(customers(chapter)["total_spend"], 0.10)


def customers_for_half(chapter, *, largest_first: bool = True) -> int:
    """Return how many customers make half of the turnover."""
    spend = customers(chapter)["total_spend"].sort_values(ascending=not largest_first)
    return int((spend.cumsum() < 0.5 * spend.sum()).sum()) + 1


def best(chapter):
    """Return the customers of the best tier."""
    table = customers(chapter)
    return table.head(int(chapter.parameters.share_best * len(table) + 0.5))


def break_even(chapter) -> float:
    """Return the cost per order at which the best tier, as a whole, earns nothing."""
    table = best(chapter)
    return chapter.parameters.margin_rate * table["total_spend"].sum() / table["n_orders"].sum()


def mean_of_break_evens(chapter) -> float:
    """Return the mean of the break-even costs of the best tier's customers (a usual mistake)."""
    table = best(chapter)
    return chapter.parameters.margin_rate * (table["total_spend"] / table["n_orders"]).mean()


def per_customer(chapter, quantile: float) -> float:
    """Return a quantile of the break-even costs of the best tier's customers."""
    table = best(chapter)
    return chapter.parameters.margin_rate * (table["total_spend"] / table["n_orders"]).quantile(quantile)


def whole_base(chapter) -> float:
    """Return the break-even cost of all the customers."""
    table = customers(chapter)
    return chapter.parameters.margin_rate * table["total_spend"].sum() / table["n_orders"].sum()


def margin_per_customer(chapter) -> float:
    """Return the mean margin of the best tier's customers."""
    return chapter.parameters.margin_rate * best(chapter)["total_spend"].mean()


EXERCISES = {
    "04.1": Exercise(
        top_10,
        hint="Reprenez la section 1 : on lit la part cumulée quand 10 % des clients, les plus gros, sont passés.",
        mistakes=(
            (
                lambda chapter: 100 * top_10(chapter),
                "Le calcul est bon, mais on attend une part entre 0 et 1, pas un pourcentage.",
            ),
            (
                lambda chapter: (
                    customers(chapter)["total_spend"].head(10).sum() / customers(chapter)["total_spend"].sum()
                ),
                "Ce sont les dix premiers clients : on demande les 10 % premiers, soit un client sur dix.",
            ),
            (
                lambda chapter: best(chapter)["total_spend"].sum() / customers(chapter)["total_spend"].sum(),
                "C'est la part du palier Bons : on demande celle des 10 % premiers.",
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
                lambda chapter: customers_for_half(chapter) + 1,
                "À un près : avec un client de moins, la moitié est déjà atteinte.",
            ),
            (
                lambda chapter: customers_for_half(chapter) / len(customers(chapter)),
                "C'est la part des clients : on demande leur nombre.",
            ),
            (
                lambda chapter: 100 * customers_for_half(chapter) / len(customers(chapter)),
                "C'est un pourcentage de clients : on demande leur nombre.",
            ),
            (
                lambda chapter: customers_for_half(chapter, largest_first=False),
                "C'est le compte de l'autre côté : comptez les plus gros, ceux qui précèdent la moitié.",
            ),
            (
                lambda chapter: len(customers(chapter)) // 2,
                "C'est la moitié des clients : on cherche la moitié du chiffre d'affaires.",
            ),
        ),
    ),
    "04.3": Exercise(
        break_even,
        tolerance=0.001,
        hint="Divisez la marge du palier par ses commandes : margin_rate × CA du palier ÷ commandes du palier.",
        mistakes=(
            (
                lambda chapter: break_even(chapter) / chapter.parameters.margin_rate,
                "C'est le panier moyen : seule la marge, pas tout le chiffre d'affaires, paie le service.",
            ),
            (
                margin_per_customer,
                "C'est la marge d'un client : il faut celle d'une commande, divisez par les commandes.",
            ),
            (
                lambda chapter: per_customer(chapter, 0.5),
                "C'est le seuil du client du milieu (section 8) : prenez le palier ensemble, total divisé par total.",
            ),
            (
                lambda chapter: per_customer(chapter, 0.25),
                "C'est le seuil d'un bon client sur quatre (section 8) : prenez le palier ensemble.",
            ),
            (whole_base, "C'est le seuil de toute la base : on demande celui du palier Bons."),
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
        "Juste : même sans changement réel, un classement sur une période courte se défait en partie (section 10).",
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
