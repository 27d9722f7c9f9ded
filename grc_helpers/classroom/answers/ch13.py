"""Answers of notebook 13, recomputed from its settings and from the contracts in use (Cafés Merle's for sales)."""

from __future__ import annotations

from functools import lru_cache

from grc_helpers.classroom.exercises import Exercise, Question
from grc_helpers.clv.formulas import customer_value, margin_multiple

KEPT, RIVAL, FEE, RETENTION, AGE = 0.80, 0.90, 100.0, 0.75, 2


@lru_cache(maxsize=4)
def lives(chapter):
    """Return the lives of the contracts that the notebook follows."""
    from grc_helpers.data.warehouse import collect
    from grc_helpers.retention import contract_lives

    data = chapter.data if chapter.data.kind == "contracts" else chapter.course("cafes_merle", "contracts")
    return contract_lives(collect(data.table), start=data.observation_start, end=data.observation_end)


def running(chapter, *, age: float = AGE) -> float:
    """Return the share of contracts still running at an age, in periods (Kaplan–Meier)."""
    from grc_helpers.retention_survival import kaplan_meier, survival_at

    return survival_at(kaplan_meier(lives(chapter), unit_days=chapter.parameters.period_days), age)


def running_now(chapter) -> float:
    """Return the share of contracts that have not ended, whatever their age."""
    return float(1 - lives(chapter)["left"].mean())


def lived_longer(chapter) -> float:
    """Return the share of contracts seen for longer than two periods: those still young count as ended."""
    return float((lives(chapter)["days"] > AGE * chapter.parameters.period_days).mean())


def steady(chapter) -> float:
    """Return the firm's share in the long run."""
    return (1 - RIVAL) / ((1 - RIVAL) + (1 - KEPT))


def residual(chapter) -> float:
    """Return the value of the payments to come, the next one a year away."""
    return FEE * margin_multiple(RETENTION, chapter.parameters.discount_rate)


EXERCISES = {
    "13.1": Exercise(
        running,
        hint='Prenez la dernière ligne de curve dont "age" ne dépasse pas 2, et sa colonne "survival".',
        mistakes=(
            (
                running_now,
                "C'est la part des contrats en cours, jeunes compris : on demande ceux qui passent l'âge 2.",
            ),
            (
                lived_longer,
                "Vous comptez comme finis les contrats trop jeunes pour avoir deux périodes : Kaplan–Meier les garde.",
            ),
            (lambda chapter: 1 - running(chapter), "C'est la part qui est partie : on demande celle qui reste."),
            (lambda chapter: running(chapter, age=1), "C'est l'âge 1 : lisez la courbe à l'âge 2."),
            (lambda chapter: 100 * running(chapter), "Le calcul est bon, mais on attend une part entre 0 et 1."),
        ),
    ),
    "13.2": Exercise(
        steady,
        hint="À l'équilibre, la firme perd (20 % de sa part) autant qu'elle gagne (10 % de la part de la rivale).",
        mistakes=(
            (lambda chapter: 1 - steady(chapter), "C'est la part de la rivale."),
            (lambda chapter: KEPT / (KEPT + RIVAL), "Les parts ne vont pas comme les rétentions : égalez les flux."),
            (lambda chapter: 0.5, "Même nombre de clients au départ, peut-être, mais pas à la fin : égalez les flux."),
            (lambda chapter: 100 * steady(chapter), "Le calcul est bon, mais on attend une part entre 0 et 1."),
        ),
    ),
    "13.3": Exercise(
        residual,
        tolerance=0.001,
        hint="Il vient de payer : le prochain paiement est dans un an. 100 × r ÷ (1 + i − r).",
        mistakes=(
            (
                lambda chapter: customer_value(FEE, RETENTION, chapter.parameters.discount_rate),
                "Vous comptez le paiement qu'il vient de faire : il est encaissé, un départ ne le reprend pas.",
            ),
            (
                lambda chapter: residual(chapter) * (1 + chapter.parameters.discount_rate),
                "Le prochain paiement est dans un an, pas demain : c'est la valeur à la veille de l'échéance.",
            ),
            (
                lambda chapter: FEE * RETENTION / (1 - RETENTION),
                "Vous n'avez pas actualisé : un paiement lointain vaut moins.",
            ),
            (
                lambda chapter: FEE / (1 - RETENTION),
                "1 ÷ (1 − r) compte des années, la première comprise, sans les actualiser.",
            ),
            (
                lambda chapter: FEE * margin_multiple(1 - RETENTION, chapter.parameters.discount_rate),
                "75 % est la part gardée ; 25 % est la part perdue.",
            ),
        ),
    ),
}

QUIZ = {
    "13.1": Question(
        "b",
        "Juste : 100 partis sur les 1 000 qui étaient là au début (section 1).",
        {
            "a": "Les 2 000 comprennent des recrues, qui ne sont pas parties : elles embellissent ce taux (section 1).",
            "c": "L'effectif moyen mêle des recrues à ceux qui pouvaient partir toute l'année (section 1).",
        },
    ),
    "13.2": Question(
        "c",
        "Juste : chacun peut garder toujours le même risque, et le taux monter quand même (section 4).",
        {
            "a": "Peut-être, mais la courbe n'en dit rien : elle monte même si rien ne change (section 4).",
            "b": "Personne n'a besoin de s'attacher : le départ des volages suffit à faire monter le taux (section 4).",
        },
    ),
    "13.3": Question(
        "a",
        "Juste : chez Merle, les clients retenus contre leur gré sont encore là quand la pénalité tombe (section 5).",
        {
            "b": "Elle retient pendant un an, c'est prouvé ; regardez ce qui se passe ensuite (section 5).",
            "c": "Elle est permise, dans les limites de la section 6 ; la question est de savoir ce qu'elle laisse.",
        },
    ),
}
