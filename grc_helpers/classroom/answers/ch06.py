"""Answers of notebook 06, recomputed from the data set in use."""

from __future__ import annotations

import math
from functools import lru_cache

from grc_helpers.classroom.exercises import Exercise, Question
from grc_helpers.segmentation.approaches import Slices
from grc_helpers.segmentation.customers import describe_customers
from grc_helpers.segmentation.decision import plan_action, smallest_size
from grc_helpers.segmentation.judging import agreement, agreement_by_hand, eta_squared, same_place


@lru_cache(maxsize=4)
def customers(chapter):
    """Return the customers of the first half-year, as the notebook describes them."""
    given = chapter.parameters
    return describe_customers(
        chapter.data,
        margin_rate=given.margin_rate,
        cost_per_order=given.cost_per_order,
        seed=given.seed,
        need_column=given.need_column,
        channel_column=given.channel_column,
    )


def slices(chapter, column: str):
    """Return the four slices of a column."""
    now = customers(chapter).now
    return Slices(column).fit(now).predict(now)


def share(chapter, column: str = "orders") -> float:
    """Return η² of the goal by four slices of a column."""
    return eta_squared(customers(chapter).goal, slices(chapter, column))


def unweighted(chapter) -> float:
    """Return η² as if each slice held the same number of customers."""
    goal = customers(chapter).goal
    means = goal.groupby(slices(chapter, "orders")).mean()
    return float(((means - goal.mean()) ** 2).mean() / goal.var(ddof=0))


def accord(chapter) -> float:
    """Return the adjusted Rand index of slices of spend and of orders."""
    return agreement(slices(chapter, "spend"), slices(chapter, "orders"))


def rand(chapter) -> float:
    """Return the Rand index that chance has not been taken from."""
    counts = agreement_by_hand(slices(chapter, "spend"), slices(chapter, "orders"))
    return (counts["pairs"] + 2 * counts["both"] - counts["first"] - counts["second"]) / counts["pairs"]


def action(chapter):
    """Return the action of section 6."""
    given = chapter.parameters
    return plan_action(
        customers(chapter).goal, effect=given.action_effect, cost=given.action_cost, segment_cost=given.segment_cost
    )


def size(chapter) -> float:
    """Return the smallest size of a segment with twice the average profit (-1: none pays)."""
    found = float(smallest_size(action(chapter).gain(2 * customers(chapter).goal.mean()), action(chapter)))
    return found if math.isfinite(found) else -1.0


def ratio(chapter, margin: float) -> float:
    """Return fixed cost ÷ a gain per customer, rounded up (-1 when there is no gain)."""
    return float(math.ceil(action(chapter).segment_cost / margin)) if margin > 0 else -1.0


EXERCISES = {
    "06.1": Exercise(
        share,
        tolerance=0.001,
        hint='Découpez avec approaches.Slices("orders"), puis judging.eta_squared(goal, tranches).',
        mistakes=(
            (lambda chapter: 100 * share(chapter), "On attend une part entre 0 et 1, pas un pourcentage."),
            (
                lambda chapter: 1 - share(chapter),
                "C'est ce qui reste dans les tranches : on demande la part entre elles.",
            ),
            (lambda chapter: share(chapter, "spend"), "C'est la part des tranches d'achats (section 1)."),
            (unweighted, "Chaque tranche compte pour son nombre de clients : pondérez l'écart au carré."),
        ),
    ),
    "06.2": Exercise(
        accord,
        tolerance=0.001,
        hint="judging.agreement(slices, tranches de commandes) : l'ordre des deux n'importe pas.",
        mistakes=(
            (rand, "C'est l'indice de Rand sans correction : ôtez-en ce que donnerait le hasard."),
            (
                lambda chapter: float((slices(chapter, "spend") == slices(chapter, "orders")).mean()),
                "C'est la part des clients de même numéro : l'indice compare des paires de clients.",
            ),
            (
                lambda chapter: same_place(slices(chapter, "spend"), slices(chapter, "orders")),
                "C'est le κ de Cohen (section 9) : on demande l'indice de Rand ajusté.",
            ),
            (
                lambda chapter: agreement(slices(chapter, "spend"), slices(chapter, "silence")),
                "Vous avez pris la récence : il faut les tranches de commandes.",
            ),
        ),
    ),
    "06.3": Exercise(
        size,
        tolerance=1e-9,
        hint="Gain par client = effet × profit − coût de l'action ; taille = coût fixe ÷ gain, arrondi au-dessus.",
        mistakes=(
            (lambda chapter: size(chapter) - 1, "À un près : avec ce nombre, le coût fixe n'est pas encore payé."),
            (
                lambda chapter: ratio(chapter, action(chapter).effect * 2 * customers(chapter).goal.mean()),
                "Vous avez oublié le coût de l'action par client.",
            ),
            (
                lambda chapter: ratio(chapter, 2 * customers(chapter).goal.mean()),
                "L'action ne rapporte qu'une part (son effet) du profit du client.",
            ),
            (
                lambda chapter: (
                    action(chapter).segment_cost / max(1e-9, action(chapter).gain(3 * customers(chapter).goal.mean()))
                ),
                "Le profit est double de la moyenne, pas triple.",
            ),
        ),
    ),
}

QUIZ = {
    "06.1": Question(
        "b",
        "Juste : même des segments tirés au sort font monter η² ; il faut juger sur d'autres clients (section 1).",
        {
            "a": "Sur les mêmes clients, ajouter des segments fait toujours monter η².",
            "c": "Rien ne le dit : 4 et 40 segments peuvent décrire les mêmes clients.",
        },
    ),
    "06.2": Question(
        "c",
        "Juste : le groupe voulu est connu d'avance ; on apprend à le reconnaître.",
        {
            "a": "Un critère décidé d'avance ne sait rien du groupe que l'on vise.",
            "b": "Elle trouverait des ressemblances, sans savoir lesquelles annoncent un gros client.",
        },
    ),
    "06.3": Question(
        "a",
        "Juste : 2 000 ÷ 8 = 250 clients.",
        {
            "b": "180 × 8 = 1 440 € : le coût fixe de 2 000 € n'est pas payé.",
            "c": "Si : divisez le coût fixe par le gain d'un client.",
        },
    ),
}
