"""Answers of notebook 15, recomputed from the survey in use (Cafés Merle's for sales) and from its settings."""

from __future__ import annotations

from functools import lru_cache

from grc_helpers.classroom.exercises import Exercise, Question
from grc_helpers.clv.formulas import customer_value, margin_multiple

SENT, ANSWERED, REMINDED, SPOKEN, QUIET = 1_000, 400, 60, 20.0, -20.0
MARGIN, RETENTION, BEFORE, AFTER = 100.0, 0.75, 0.55, 0.80


@lru_cache(maxsize=4)
def general_marks(chapter):
    """Return the general marks that the notebook works on, out of 10."""
    from grc_helpers.data.warehouse import collect
    from grc_helpers.loyalty.questions import gather, general_mark, scale_scores

    survey = chapter.data if chapter.data.kind == "survey" else chapter.course("cafes_merle", "survey")
    marks = scale_scores(collect(survey.table), gather(survey.scales))
    return marks[general_mark(marks)].dropna()


def shares(chapter) -> tuple[float, float]:
    """Return the shares of marks from 9 on, and up to 6."""
    marks = general_marks(chapter)
    return float((marks >= 9).mean()), float((marks <= 6).mean())


def net(chapter) -> float:
    """Return the difference of the two shares, in points."""
    high, low = shares(chapter)
    return 100 * (high - low)


def everyone(chapter) -> float:
    """Return the score of all those asked: the reminded ones stand for all the silent ones."""
    return (ANSWERED * SPOKEN + (SENT - ANSWERED) * QUIET) / SENT


def ceiling(chapter) -> float:
    """Return customers kept × what a kept customer is worth."""
    return (AFTER - BEFORE) * worth(chapter)


def worth(chapter) -> float:
    """Return the value of a customer who stays."""
    return MARGIN * margin_multiple(RETENTION, chapter.parameters.discount_rate)


EXERCISES = {
    "15.1": Exercise(
        net,
        hint="100 × (part des notes ≥ 9 − part des notes ≤ 6), sur les seules notes données (dropna).",
        mistakes=(
            (lambda chapter: net(chapter) / 100, "Le calcul est bon, mais on attend des points : multipliez par 100."),
            (lambda chapter: 100 * shares(chapter)[0], "C'est la part des promoteurs : ôtez celle des détracteurs."),
            (
                lambda chapter: 100 * (shares(chapter)[0] - float((general_marks(chapter) < 9).mean())),
                "Les notes 7 et 8 sont neutres : elles ne sont pas des détracteurs.",
            ),
            (lambda chapter: -net(chapter), "Vous avez retourné la différence : promoteurs moins détracteurs."),
            (
                lambda chapter: float(general_marks(chapter).mean()),
                "C'est la note moyenne, pas une différence de parts.",
            ),
        ),
    ),
    "15.2": Exercise(
        everyone,
        hint="Les 60 relancés parlent pour les 600 silencieux : pesez les deux NPS par 400 et 600.",
        mistakes=(
            (lambda chapter: SPOKEN, "C'est le NPS de ceux qui répondent : 600 clients se sont tus."),
            (
                lambda chapter: (ANSWERED * SPOKEN + REMINDED * QUIET) / (ANSWERED + REMINDED),
                "Vous mêlez les réponses : les relancés représentent 600 clients, pas 60.",
            ),
            (lambda chapter: (SPOKEN + QUIET) / 2, "Les deux groupes n'ont pas le même poids : 400 et 600."),
            (lambda chapter: QUIET, "C'est le NPS des silencieux : 400 clients avaient répondu."),
            (lambda chapter: everyone(chapter) / 100, "Le calcul est bon, mais on attend des points."),
        ),
    ),
    "15.3": Exercise(
        ceiling,
        tolerance=0.001,
        hint="(0,80 − 0,55) × 100 × r ÷ (1 + i − r), avec r = 0,75.",
        mistakes=(
            (worth, "C'est toute la valeur d'un client qui reste : la résolution n'en garde qu'une part."),
            (lambda chapter: AFTER * worth(chapter), "Sans résolution, 55 % seraient restés : ôtez-les."),
            (
                lambda chapter: (AFTER - BEFORE) * customer_value(MARGIN, RETENTION, chapter.parameters.discount_rate),
                "Vous comptez une marge tout de suite : la première tombe dans un an.",
            ),
            (
                lambda chapter: (AFTER - BEFORE) * MARGIN,
                "Vous ne comptez qu'une année : un client gardé rapporte aussi les suivantes.",
            ),
            (
                lambda chapter: (AFTER - BEFORE) * MARGIN * RETENTION / (1 - RETENTION),
                "Vous n'avez pas actualisé : une marge lointaine vaut moins.",
            ),
            (
                lambda chapter: (AFTER / BEFORE - 1) * worth(chapter),
                "Ce sont 25 points de clients gardés, pas une hausse relative de 45 %.",
            ),
        ),
    ),
}

QUIZ = {
    "15.1": Question(
        "b",
        "Juste : l'écart de 4 points tient dans la marge d'erreur de la différence, près de 8,5 points (section 1).",
        {
            "a": "Peut-être, mais ces chiffres ne le montrent pas : l'écart tient dans la marge d'erreur (section 1).",
            "c": "On ne choisit pas le chiffre qui plaît : on donne les deux avec leur intervalle (section 1).",
        },
    ),
    "15.2": Question(
        "c",
        "Juste : le cumul croît avec le temps, et seuls les survivants ont cinq ans (section 9).",
        {
            "a": "Un cumul croît avec le temps même si l'ancienneté ne change rien, comme chez Merle (section 9).",
            "b": "Retenir a un coût, et ceux qui partent ne deviendraient pas les mêmes clients (section 9).",
        },
    ),
    "15.3": Question(
        "a",
        "Juste : Merle résout d'abord celles des bons clients ; à rythme égal, il reste un effet (section 10).",
        {
            "b": "On a mesuré une différence ; une partie vient de ceux que l'on sert d'abord (section 10).",
            "c": "Une sélection n'exclut pas un effet : à achats égaux, il en reste un (section 10).",
        },
    ),
}
