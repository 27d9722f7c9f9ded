"""Answers of notebook 14, recomputed from its settings and from the data set in use."""

from __future__ import annotations

from functools import lru_cache
from types import SimpleNamespace

import pandas as pd

from grc_helpers.classroom.exercises import Exercise, Question

CUSTOMER = {"frequency": 3, "recency": 20.0, "T": 30.0}
WEEKS, BEST = 26, 0.10


@lru_cache(maxsize=4)
def prepared(chapter) -> SimpleNamespace:
    """Return the customers known at the cut and those of today, each with its models, as the notebook builds them."""
    from grc_helpers.clv import choice, holdout
    from grc_helpers.clv.lifetime_value import residual_value
    from grc_helpers.data.warehouse import collect, customer_base

    data, settings = chapter.data, chapter.parameters
    cut = holdout.cut_day(data.observation_start, data.observation_end, settings.past_share)
    known, _ = holdout.without_spend(holdout.split(data, cut=cut))
    then = choice.fit(known)
    base = customer_base(data.table, observation_end=data.observation_end, unit="week")
    people, _ = holdout.without_spend(collect(base))
    now = choice.fit(people, only=then.name)
    terms = {"annual_rate": settings.discount_rate, "years": settings.horizon_years, "margin": settings.margin_rate}
    value = residual_value(now.purchases, now.spend, people, unit="week", **terms)
    came = settings.margin_rate * known["future_spend"]
    return SimpleNamespace(known=known, model=then.purchases, came=came, people=people, value=value)


def doubtful(chapter) -> float:
    """Return the share of the customers known at the cut with less than one chance in two of being alive."""
    found = prepared(chapter)
    return float((found.model.p_alive(found.known) < 0.5).mean())


def doubtful_repeat(chapter) -> float:
    """Return the same among repeat buyers only."""
    found = prepared(chapter)
    repeat = found.known[found.known["frequency"] > 0]
    return float((found.model.p_alive(repeat) < 0.5).mean())


def expected(chapter, *, t: float = WEEKS, alive: bool = False, **changes) -> float:
    """Return the purchases expected from the exercise's customer."""
    model, who = prepared(chapter).model, pd.DataFrame([CUSTOMER | changes])
    bought = float(model.predict(who, t=t).iloc[0])
    return bought / float(model.p_alive(who).iloc[0]) if alive else bought


def wrong(chapter, *, share: float = BEST) -> float:
    """Return the part of the best by the past who are not among the best by the future."""
    from grc_helpers.clv.quadrants import top

    found = prepared(chapter)
    first = top(chapter.parameters.margin_rate * found.people["total_spend"], share)
    return float(1 - top(found.value, share)[first].mean())


def break_even(chapter) -> float:
    """Return the cost under which treating everyone pays."""
    return float(chapter.parameters.treatment_gain * prepared(chapter).came.mean())


EXERCISES = {
    "14.1": Exercise(
        doubtful,
        hint="Comptez les clients de `known` dont model.p_alive(known) est sous 0,5, et divisez par leur nombre.",
        mistakes=(
            (lambda chapter: 1 - doubtful(chapter), "C'est la part de ceux qui ont plus d'une chance sur deux."),
            (
                doubtful_repeat,
                "Vous n'avez compté que ceux qui ont racheté : ceux d'un seul achat sont aussi des clients.",
            ),
            (lambda chapter: 100 * doubtful(chapter), "Le calcul est bon, mais on attend une part entre 0 et 1."),
            (
                lambda chapter: doubtful(chapter) * len(prepared(chapter).known),
                "C'est un nombre de clients : divisez-le par le nombre de clients de `known`.",
            ),
        ),
    ),
    "14.2": Exercise(
        expected,
        hint="Son dernier achat date de 10 semaines, à 30 − 10 = 20 semaines d'âge : recency = 20, T = 30, t = 26.",
        mistakes=(
            (
                lambda chapter: expected(chapter, recency=10.0),
                "« recency » est l'âge au dernier achat (30 − 10), pas le temps écoulé depuis.",
            ),
            (lambda chapter: expected(chapter, t=52), "C'est la prévision d'un an : on demande 26 semaines."),
            (
                lambda chapter: expected(chapter, alive=True),
                "C'est ce qu'il achèterait s'il était sûrement encore client : multipliez par sa chance de l'être.",
            ),
            (
                lambda chapter: expected(chapter, frequency=4),
                "« frequency » compte les réachats : 3, sans le premier achat.",
            ),
            (
                lambda chapter: CUSTOMER["frequency"] / CUSTOMER["T"] * WEEKS,
                "C'est son rythme passé prolongé : il oublie qu'il a pu partir.",
            ),
        ),
    ),
    "14.3": Exercise(
        wrong,
        hint="Prenez les 10 % premiers par le passé ; comptez la part qui n'est pas des 10 % premiers par l'avenir.",
        mistakes=(
            (lambda chapter: wrong(chapter, share=chapter.parameters.top_share), "C'est la réponse pour `top_share`."),
            (lambda chapter: 1 - wrong(chapter), "C'est la part de ceux qui sont bien classés."),
            (lambda chapter: 100 * wrong(chapter), "Le calcul est bon, mais on attend une part entre 0 et 1."),
            (
                lambda chapter: BEST * wrong(chapter),
                "C'est une part de tous les clients : on demande une part des meilleurs.",
            ),
        ),
    ),
    "14.4": Exercise(
        break_even,
        hint="Chaque client traité rapporte en moyenne treatment_gain × la moyenne de `came` : au-delà, on perd.",
        mistakes=(
            (
                lambda chapter: float(prepared(chapter).came.mean()),
                "C'est toute la marge : seul le gain est dû au traitement.",
            ),
            (
                lambda chapter: break_even(chapter) / chapter.parameters.margin_rate,
                "C'est compté en chiffre d'affaires : `came` est déjà une marge.",
            ),
            (
                lambda chapter: break_even(chapter) * len(prepared(chapter).known),
                "C'est le gain de tous les clients ensemble : on demande un coût par client.",
            ),
            (
                lambda chapter: break_even(chapter) - chapter.parameters.treatment_cost,
                "C'est le profit par client au coût du réglage ; on demande le coût qui l'annule.",
            ),
        ),
    ),
}

QUIZ = {
    "14.1": Question(
        "b",
        "Juste : c'est une proportion de clients de même histoire (section 4).",
        {
            "a": "La chance parle de présence, pas d'un volume d'achats.",
            "c": "Un client présent peut acheter rarement : la chance d'acheter demain est bien plus petite.",
        },
    ),
    "14.2": Question(
        "b",
        "Juste : trente semaines sont longues pour qui achetait souvent, ordinaires pour qui achetait peu (section 4).",
        {
            "a": "Son silence en dit plus long : à son rythme, il aurait dû racheter plusieurs fois.",
            "c": "Le même silence ne dit pas la même chose à deux rythmes différents (section 4).",
        },
    ),
    "14.3": Question(
        "c",
        "Juste : suivre les mêmes clients sépare l'effet de la sélection (section 9).",
        {
            "a": "Dans la section 9, la comparaison par durée monte aussi quand la durée ne fait rien.",
            "b": "Elle ne dirait pas si ce sont la durée ou les clients restés qui font la différence.",
        },
    ),
}
