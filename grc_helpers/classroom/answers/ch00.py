"""Answers of notebook 00, recomputed from the data set in use."""

from __future__ import annotations

from functools import lru_cache

from grc_helpers.classroom.exercises import Exercise, Question


@lru_cache(maxsize=4)
def customers(chapter):
    """Return the customers with a positive total, and whether each is dormant."""
    from grc_helpers.data.warehouse import collect, customer_base

    table = collect(customer_base(chapter.data.table, observation_end=chapter.data.observation_end))
    table = table[table["total_spend"] > 0]
    return table.assign(dormant=table["days_since_last"] > chapter.parameters.dormant_days)


def dormants(chapter) -> int:
    """Return the number of dormant customers."""
    return int(customers(chapter)["dormant"].sum())


def dormant_share(chapter) -> float:
    """Return the share of sales that dormant customers made."""
    table = customers(chapter)
    return table.loc[table["dormant"], "total_spend"].sum() / table["total_spend"].sum()


EXERCISES = {
    "00.1": Exercise(
        dormants,
        tolerance=1e-9,
        hint='Comptez les lignes de `customers` dont la colonne `state` vaut "dormant".',
        mistakes=(
            (
                lambda chapter: len(customers(chapter)) - dormants(chapter),
                "Ce sont les actifs : on demande les dormants.",
            ),
            (
                lambda chapter: dormants(chapter) / len(customers(chapter)),
                "C'est la part des clients : on demande leur nombre.",
            ),
        ),
    ),
    "00.2": Exercise(
        dormant_share,
        hint="Additionnez `total_spend` pour les dormants, puis divisez par la somme de tous les clients.",
        mistakes=(
            (lambda chapter: 100 * dormant_share(chapter), "On attend une part entre 0 et 1, pas un pourcentage."),
            (lambda chapter: 1 - dormant_share(chapter), "C'est la part des actifs : on demande celle des dormants."),
            (
                lambda chapter: dormants(chapter) / len(customers(chapter)),
                "C'est la part des clients dormants, pas la part de leur chiffre d'affaires.",
            ),
        ),
    ),
}

QUIZ = {
    "00.1": Question(
        "b",
        "Juste : on connaît la vérité d'un monde simulé, donc on voit ce que fait la méthode.",
        {
            "a": "Un monde inventé n'apprend rien du monde réel : il suit les règles que l'on y a mises.",
            "c": "Ces clients n'existent pas : lisez la fiche du jeu.",
        },
    ),
    "00.2": Question(
        "c",
        "Juste : sans témoin, on ne sait pas qui aurait racheté de toute façon.",
        {
            "a": "L'économie est un effet secondaire : à quoi compare-t-on les clients contactés ?",
            "b": "Le témoin est tiré au sort, pas choisi pour ses mérites.",
        },
    ),
    "00.3": Question(
        "a",
        "Juste : S2 identifie, différencie, communique et personnalise, mais n'évalue pas.",
        {
            "b": "S2 a « Personnaliser », que nous rapprochons d'adapter.",
            "c": "S2 commence par « Identifier ».",
        },
    ),
}
