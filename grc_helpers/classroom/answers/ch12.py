"""Answers of notebook 12, recomputed from its settings and from the data set in use."""

from __future__ import annotations

from functools import lru_cache

from grc_helpers.classroom.exercises import Exercise, Question
from grc_helpers.clv.acquisition import programme_threshold
from grc_helpers.clv.formulas import customer_value, margin_multiple, period_rate

CLUB = {"gain": 0.05, "cost": 6.0}


def value_at_70(chapter, *, timing: str = "start") -> float:
    """Return the typical customer's value at a retention of 70 %."""
    settings = chapter.parameters
    return customer_value(settings.margin, 0.70, settings.discount_rate, timing=timing)


def to_come_at_70(chapter) -> float:
    """Return the same without the first margin."""
    return chapter.parameters.margin * margin_multiple(0.70, chapter.parameters.discount_rate)


def at_todays_retention(chapter) -> float:
    """Return the value at the retention of the settings."""
    settings = chapter.parameters
    return customer_value(settings.margin, settings.retention, settings.discount_rate)


def quarterly(chapter) -> float:
    """Return the quarterly discount rate."""
    return period_rate(chapter.parameters.discount_rate, 4)


@lru_cache(maxsize=4)
def recruits(chapter):
    """Return the value of each customer over the months that half of the customers have been seen, at most."""
    from grc_helpers.clv.observed import margin_curve, margins_by_age, months_seen, value_after_acquisition

    settings = chapter.parameters
    aged = margins_by_age(
        chapter.data.table,
        observation_end=chapter.data.observation_end,
        margin_rate=settings.margin_rate,
        discount_rate=settings.discount_rate,
    )
    months = months_seen(margin_curve(aged), at_most=settings.horizon_months)
    return value_after_acquisition(aged, months=months)["value"]


def repaid(chapter, *, share: float = 0.5, rate: float = 1.0) -> float:
    """Return the share of the recruits whose margin, times ``rate``, reaches a share of the acquisition cost."""
    return float((rate * recruits(chapter) >= share * chapter.parameters.acquisition_cost).mean())


def club(chapter) -> float:
    """Return the margin from which the club pays."""
    settings = chapter.parameters
    return programme_threshold(retention=settings.retention, discount_rate=settings.discount_rate, **CLUB)


EXERCISES = {
    "12.1": Exercise(
        value_at_70,
        hint="Reprenez la formule de la section 1 avec r = 0,70 : marge × (1 + i) ÷ (1 + i − r).",
        mistakes=(
            (to_come_at_70, "Il manque une marge : celle d'aujourd'hui compte (section 2)."),
            (
                lambda chapter: value_at_70(chapter, timing="end"),
                "Ici la première marge tombe aujourd'hui, pas dans un an.",
            ),
            (
                lambda chapter: chapter.parameters.margin / 0.30,
                "Vous n'avez pas actualisé : 1 ÷ (1 − r) compte des années.",
            ),
            (at_todays_retention, "C'est la valeur à la rétention de départ : prenez 70 %."),
            (
                lambda chapter: customer_value(chapter.parameters.margin, 0.30, chapter.parameters.discount_rate),
                "70 % est la part gardée ; 30 % est la part perdue.",
            ),
            (
                lambda chapter: value_at_70(chapter) - chapter.parameters.acquisition_cost,
                "Vous avez déduit le coût d'acquisition : ici, on ne le compte pas.",
            ),
        ),
    ),
    "12.2": Exercise(
        quarterly,
        tolerance=0.001,
        hint="Quatre trimestres doivent faire un an : (1 + taux du trimestre)⁴ = 1 + taux annuel.",
        mistakes=(
            (
                lambda chapter: chapter.parameters.discount_rate / 4,
                "Un taux ne se divise pas : quatre fois ce taux, composé, dépasse le taux annuel.",
            ),
            (
                lambda chapter: period_rate(chapter.parameters.discount_rate, 12),
                "C'est le taux d'un mois, pas d'un trimestre.",
            ),
            (
                lambda chapter: period_rate(chapter.parameters.discount_rate, 3),
                "Un an compte quatre trimestres, pas trois.",
            ),
            (
                lambda chapter: 100 * quarterly(chapter),
                "Le calcul est bon, mais on attend un nombre comme 0.02, pas un pourcentage.",
            ),
            (lambda chapter: 1 + quarterly(chapter), "C'est le facteur, 1 + taux : ôtez 1."),
            (
                lambda chapter: (1 + chapter.parameters.discount_rate) ** 4 - 1,
                "Dans l'autre sens : le taux d'un trimestre est plus petit que celui d'un an.",
            ),
        ),
    ),
    "12.3": Exercise(
        repaid,
        hint='Comptez les lignes de `recruits` dont "value" atteint acquisition_cost / 2, et divisez par leur nombre.',
        mistakes=(
            (
                lambda chapter: repaid(chapter, share=1.0),
                "C'est la part qui a tout remboursé : on demande la moitié du coût.",
            ),
            (lambda chapter: repaid(chapter, share=2.0), "On demande la moitié du coût, pas le double."),
            (lambda chapter: 1 - repaid(chapter), "C'est la part qui n'a pas remboursé."),
            (lambda chapter: 100 * repaid(chapter), "Le calcul est bon, mais on attend une part entre 0 et 1."),
            (
                lambda chapter: repaid(chapter, rate=1 / chapter.parameters.margin_rate),
                "C'est compté en chiffre d'affaires : seule la marge rembourse (section 8).",
            ),
            (
                lambda chapter: repaid(chapter) * len(recruits(chapter)),
                "C'est un nombre de clients : divisez-le par le nombre de clients de `recruits`.",
            ),
        ),
    ),
    "12.4": Exercise(
        club,
        tolerance=0.001,
        hint="Reprenez le seuil de la section 11 : coût × (1 + i − r) ÷ gain, avec le gain en part (0,05).",
        mistakes=(
            (
                lambda chapter: CLUB["cost"] / CLUB["gain"],
                "Il manque (1 + i − r) : les points gagnés jouent chaque année, pas une seule fois.",
            ),
            (lambda chapter: club(chapter) / 100, "Cinq points font 0,05, pas 5."),
            (
                lambda chapter: CLUB["cost"] * (1 - chapter.parameters.retention) / CLUB["gain"],
                "Vous avez oublié le taux d'actualisation.",
            ),
            (
                lambda chapter: club(chapter) * 4.0 / 6.0 * 0.05 / 0.03,
                "C'est le programme de la section 11 : ici il coûte 6 et gagne 5 points.",
            ),
            (
                lambda chapter: CLUB["cost"] * chapter.parameters.retention / CLUB["gain"],
                "Au numérateur, c'est (1 + i − r), pas r.",
            ),
        ),
    ),
}

QUIZ = {
    "12.1": Question(
        "b",
        "Juste : les deux valeurs diffèrent d'exactement une marge, 30 (section 2).",
        {
            "a": "Pas forcément : comparez l'écart à la marge d'une année.",
            "c": "L'inflation ne ferait pas un écart d'exactement une marge.",
        },
    ),
    "12.2": Question(
        "c",
        "Juste : la section 9 montre une surface ; sans son point de départ, un gain ne se discute pas.",
        {
            "a": "Le secteur ne suffit pas : regardez ce qui change d'une case à l'autre de la section 9.",
            "b": "Un tel chiffre vaut pour certains taux et certains départs, pas pour tous (section 9).",
        },
    ),
    "12.3": Question(
        "a",
        "Juste : la section 7 compte ceux qui reviennent ; le cahier 14 donnera une probabilité à chacun.",
        {
            "b": "Un silence n'est pas un départ : la section 7 compte ceux qui rachètent ensuite.",
            "c": "Sans contrat, personne ne résilie ; son silence dit tout de même quelque chose.",
        },
    ),
}
