"""Answers of notebook 05, recomputed from the data set in use."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from grc_helpers.classroom.exercises import Exercise, Question
from grc_helpers.errors import GrcError
from grc_helpers.lifecycle import observed_states, transition_counts
from grc_helpers.rfm import oriented, possible_scores
from grc_helpers.rfm_validity import past_and_future


def no_answer(missing: str) -> GrcError:
    """Return the error that says that an exercise has no answer on these data."""
    return GrcError(
        "Cet exercice n'a pas de réponse sur ce jeu de données.",
        where=f"il manque : {missing}",
        todo="revenez à un jeu du cours avec « dataset »",
    )


@lru_cache(maxsize=4)
def customers(chapter):
    """Return the customer table at the end of observation."""
    from grc_helpers.data.warehouse import collect, customer_base

    return collect(customer_base(chapter.data.table, observation_end=chapter.data.observation_end))


@lru_cache(maxsize=4)
def response_spend(chapter) -> tuple[float, float]:
    """Return what the tested half's customers spent in the second period: mean of responders, mean of all."""
    past = past_and_future(chapter.data, share=chapter.parameters.calibration_share)
    tested = past[np.random.default_rng(chapter.parameters.seed).random(len(past)) < 0.5]
    if not tested["response"].any():
        raise no_answer("des clients qui rachètent dans la seconde période")
    return tested.loc[tested["response"], "future_spend"].mean(), tested["future_spend"].mean()


@lru_cache(maxsize=4)
def moves(chapter):
    """Return the counts of moves between states of the life cycle."""
    given = chapter.parameters
    windows = {"new_days": given.new_days, "active_days": given.active_days, "lost_days": given.lost_days}
    return transition_counts(observed_states(chapter.data, **windows))


def undetermined(chapter, key: str) -> float:
    """Return the share of customers whose score depends on the order of ties."""
    low, high = possible_scores(oriented(customers(chapter))[key])
    return float((low != high).mean())


def doubled(chapter) -> float:
    """Return the break-even response when a contact costs twice as much."""
    given = chapter.parameters
    return 2 * given.contact_cost / (given.margin_rate * response_spend(chapter)[0])


def leaving(chapter) -> float:
    """Return the share of active customers who are no longer active a step later."""
    if not moves(chapter).loc["Actif"].any():
        raise no_answer("des clients actifs suivis d'une date à la suivante")
    return 1 - moves(chapter).loc["Actif", "Actif"] / moves(chapter).loc["Actif"].sum()


EXERCISES = {
    "05.1": Exercise(
        lambda chapter: undetermined(chapter, "r"),
        hint="possible_scores donne la note la plus basse et la plus haute possibles : où diffèrent-elles ?",
        mistakes=(
            (lambda chapter: 100 * undetermined(chapter, "r"), "On attend une part entre 0 et 1, pas un pourcentage."),
            (lambda chapter: 1 - undetermined(chapter, "r"), "C'est la part de ceux dont la note est sûre."),
            (lambda chapter: undetermined(chapter, "f"), "C'est la part pour la fréquence : prenez la récence."),
        ),
    ),
    "05.2": Exercise(
        doubled,
        hint="Point mort = coût d'une relance ÷ marge d'une réponse ; seul le coût change.",
        mistakes=(
            (lambda chapter: doubled(chapter) / 2, "C'est le point mort d'avant : le coût double."),
            (lambda chapter: 100 * doubled(chapter), "On attend une part entre 0 et 1, pas un pourcentage."),
            (
                lambda chapter: doubled(chapter) * chapter.parameters.margin_rate,
                "Vous avez divisé par l'achat : seule la marge rembourse la relance.",
            ),
            (
                lambda chapter: doubled(chapter) * response_spend(chapter)[0] / response_spend(chapter)[1],
                "Vous avez pris la marge moyenne de tous : il faut celle de ceux qui répondent.",
            ),
            (lambda chapter: 1 / doubled(chapter), "C'est l'inverse : divisez le coût par la marge."),
        ),
    ),
    "05.3": Exercise(
        leaving,
        hint="Dans la ligne « Actif » de moves, divisez ce qui n'est pas dans la colonne « Actif » par le total.",
        mistakes=(
            (lambda chapter: 1 - leaving(chapter), "C'est la part de ceux qui restent actifs."),
            (lambda chapter: 100 * leaving(chapter), "On attend une part entre 0 et 1, pas un pourcentage."),
            (
                lambda chapter: 1 - moves(chapter).loc["Actif", "Actif"] / moves(chapter)["Actif"].sum(),
                "Vous avez lu la colonne : les états de départ sont en lignes.",
            ),
            (
                lambda chapter: moves(chapter).loc["Actif", "Dormant"] / moves(chapter).to_numpy().sum(),
                "Divisez par les actifs de départ, pas par tous les passages.",
            ),
        ),
    ),
}

QUIZ = {
    "05.1": Question(
        "b",
        "Juste : tous n'ont commandé qu'une fois ; rien dans leur conduite ne les sépare (section 2).",
        {
            "a": "Ils ont la même fréquence : une commande. Qu'est-ce qui les sépare ?",
            "c": "Avec la moitié des clients à une commande, les deux premiers cinquièmes sont tous à une commande.",
        },
    ),
    "05.2": Question(
        "c",
        "Juste : 2 ÷ 40 = 5 %.",
        {
            "a": "2 est le coût en euros, pas un pourcentage : divisez-le par la marge d'une réponse.",
            "b": "20 est le nombre de relances qu'une réponse rembourse (40 ÷ 2) : prenez l'inverse.",
        },
    ),
    "05.3": Question(
        "a",
        "Juste : sans groupe témoin, on ne sait pas ce qu'ils auraient acheté sans courrier.",
        {
            "b": "Ils achetaient déjà plus que les autres avant le courrier.",
            "c": "Ce sont peut-être ceux à qui le courrier change le moins de choses.",
        },
    ),
}
