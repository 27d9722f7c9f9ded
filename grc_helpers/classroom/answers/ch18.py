"""Answers of notebook 18, recomputed from the data set in use."""

from __future__ import annotations

import math
from functools import lru_cache

from grc_helpers.classroom.exercises import Exercise, Question

READ = (0.50 - 0.25) / (1 - 0.20 - 0.25)
LIMIT = 200 * math.log(3)
PLAN = 60 * 3 + (150 - 60 * 2) * 1.20


@lru_cache(maxsize=4)
def counts(chapter):
    """Return the number of customers of each flow between the last two periods."""
    from grc_helpers import strategy
    from grc_helpers.data.warehouse import collect, customer_base, period_spend
    from grc_helpers.evaluation.flows import customer_flows, flow_table

    data = chapter.data
    cuts = strategy.three_periods(data.observation_start, data.observation_end)
    spend = collect(period_spend(data.table, cuts=cuts))
    base = collect(customer_base(data.table, observation_end=data.observation_end))
    moved = customer_flows(spend, base.set_index("customer_id")["first_purchase"], start=cuts[2])
    return flow_table(moved)["customers"]


def before(chapter) -> int:
    """Return the customers of the period before."""
    return int(counts(chapter)[["Développés", "Maintenus", "Réduits", "Perdus"]].sum())


def after(chapter) -> int:
    """Return the customers of the period after."""
    return int(counts(chapter)["Total"] - counts(chapter)["Perdus"])


def lost(chapter) -> float:
    """Return the share of the customers of the period before who are lost."""
    return counts(chapter)["Perdus"] / before(chapter)


EXERCISES = {
    "18.1": Exercise(
        lost,
        hint="Perdus ÷ (développés + maintenus + réduits + perdus) : eux seuls étaient là avant.",
        mistakes=(
            (lambda c: counts(c)["Perdus"] / counts(c)["Total"], "Le total compte aussi des clients arrivés depuis."),
            (lambda c: counts(c)["Perdus"] / after(c), "Les perdus se rapportent aux clients d'avant, pas d'après."),
            (lambda c: 1 - after(c) / before(c), "C'est le solde : il mêle départs et arrivées."),
            (lambda c: 1 - lost(c), "C'est la part retenue."),
            (lambda c: 100 * lost(c), "Le calcul est bon, mais on attend un nombre entre 0 et 1."),
        ),
    ),
    "18.2": Exercise(
        lambda c: READ,
        hint="r = (m − p) ÷ (1 − b − p) : ôtez les chargements automatiques, puis rapportez à ce que l'on peut voir.",
        mistakes=(
            (lambda c: 0.50, "C'est le taux mesuré."),
            (lambda c: 0.25, "Il reste à rapporter aux messageries qui disent la vérité : 1 − 0,20 − 0,25."),
            (lambda c: 0.25 / 0.75, "Les messageries qui bloquent ne montrent rien non plus : ôtez-les du bas."),
            (lambda c: 0.50 / 0.80, "Vous corrigez le blocage, pas le préchargement."),
            (lambda c: 100 * READ, "Le calcul est bon, mais on attend un nombre entre 0 et 1."),
        ),
    ),
    "18.3": Exercise(
        lambda c: LIMIT,
        hint="L'euro suivant rapporte (600 ÷ 200) × exp(−b ÷ 200) ; cherchez b pour qu'il vaille 1.",
        mistakes=(
            (lambda c: 200 * math.log(600), "Le premier euro rapporte 600 ÷ 200, pas 600."),
            (lambda c: 200 * math.log10(3), "C'est un logarithme népérien : np.log, pas np.log10."),
            (lambda c: 600, "600 est le plafond de la marge, pas un budget."),
            (lambda c: 200 * 3, "Il manque le logarithme."),
            (lambda c: math.log(3), "C'est b ÷ 200 : multipliez par l'échelle."),
        ),
    ),
    "18.4": Exercise(
        lambda c: PLAN,
        hint="Rangez les deux groupes par gain net par euro dépensé, et servez le premier en entier avant le second.",
        mistakes=(
            (
                lambda c: 50 * 1.20 + (150 - 50) / 2 * 3,
                "Le contact le moins cher n'est pas celui où l'euro rapporte le plus.",
            ),
            (lambda c: 60 * 3, "Il reste 30 € : ils peuvent servir chez les autres."),
            (lambda c: 60 * 3 + 50 * 1.20, "Ce plan coûte 170 € : il dépasse le budget."),
            (lambda c: 75 * 3, "Il n'y a que 60 clients dans le premier groupe."),
            (lambda c: PLAN - 150, "Le gain est déjà net : n'ôtez pas le coût une seconde fois."),
        ),
    ),
}

QUIZ = {
    "18.1": Question(
        "a",
        "Juste : un pixel peut être chargé par une machine ; un clic demande presque toujours un lecteur (section 5).",
        {
            "b": "Encore faut-il que des gens aient lu : voyez les clics (section 5).",
            "c": "Ce n'est pas le hasard en effet, mais peut-être une messagerie qui précharge (section 5).",
        },
    ),
    "18.2": Question(
        "c",
        "Juste : un solde cache les flux (section 7).",
        {
            "a": "Un solde positif est compatible avec beaucoup de départs (section 7).",
            "b": "Le nombre monte aussi quand les arrivées dépassent les départs (section 7).",
        },
    ),
    "18.3": Question(
        "b",
        "Juste : c'est l'euro suivant qui compte (section 10).",
        {
            "a": "La part du CA dit ce qui est acheté, pas ce que l'euro suivant changera (section 10).",
            "c": "Partager perd 0,70 € de marge sur chaque euro mis dans le premier (section 10).",
        },
    ),
}
