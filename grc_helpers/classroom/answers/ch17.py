"""Answers of notebook 17, recomputed from its settings and from the data set in use."""

from __future__ import annotations

import math
from functools import lru_cache

from grc_helpers.classroom.exercises import Exercise, Question

COST, GAIN, YEARS = 12_000, 5_000, (1, 2, 3)


def net_value(chapter, *, years=YEARS, rate: float | None = None) -> float:
    """Return the value of the tool of exercise 1, its gains falling at the end of the years told."""
    rate = chapter.parameters.discount_rate if rate is None else rate
    return -COST + sum(GAIN / (1 + rate) ** year for year in years)


@lru_cache(maxsize=4)
def both(chapter) -> tuple[dict[str, float], dict[str, float]]:
    """Return the factors of the turnover in the two periods of the data set in use."""
    from grc_helpers.business_case.turnover import customer_periods, factors, two_periods
    from grc_helpers.campaigns.trials import daily_sales

    data = chapter.data
    each = customer_periods(daily_sales(data.table), two_periods(data.observation_start, data.observation_end))
    return factors(each, 0), factors(each, 1)


def turnovers(chapter) -> tuple[float, float]:
    """Return the turnover of both periods."""
    return tuple(math.prod(values.values()) for values in both(chapter))


def part_of(chapter, name: str) -> float:
    """Return what a factor contributes to the change of turnover (LMDI, written here apart from the package)."""
    before, after = both(chapter)
    first, last = turnovers(chapter)
    weight = (last - first) / math.log(last / first) if not math.isclose(first, last) else first
    return weight * math.log(after[name] / before[name])


def alone(chapter, *, first: bool) -> float:
    """Return the effect of the basket changed before the others, or after them."""
    before, after = both(chapter)
    others = before if first else after
    return (after["basket"] - before["basket"]) * others["customers"] * others["orders_per_customer"]


def sending(chapter) -> float:
    """Return the cost of an automatic message in use."""
    from grc_helpers.business_case.means import sending_cost_in_use

    return sending_cost_in_use(chapter.parameters.sending_cost)


def volume(chapter, *, saved: bool = True) -> float:
    """Return the break-even volume of the tool of section 8, with or without the cost of sending."""
    settings = chapter.parameters
    by_hand = settings.hand_minutes / 60 * settings.hourly_cost
    gain = by_hand - sending(chapter) if saved else by_hand
    return settings.automation_cost / gain if gain > 0 else float("inf")


EXERCISES = {
    "17.1": Exercise(
        net_value,
        hint="Chaque recette se divise par (1 + taux) à la puissance de son année ; la dépense de départ, non.",
        mistakes=(
            (lambda chapter: net_value(chapter, rate=0.0), "Les recettes ne sont pas actualisées."),
            (
                lambda chapter: net_value(chapter, years=(0, 1, 2)),
                "La première recette tombe à la fin de la première année, pas aujourd'hui.",
            ),
            (
                lambda chapter: net_value(chapter) / (1 + chapter.parameters.discount_rate),
                "La dépense de départ se paie aujourd'hui : elle ne s'actualise pas.",
            ),
            (lambda chapter: net_value(chapter) + COST, "Il manque la dépense de départ."),
            (lambda chapter: -net_value(chapter), "Le signe est inversé : recettes moins dépense."),
        ),
    ),
    "17.2": Exercise(
        lambda chapter: part_of(chapter, "basket"),
        hint="(CA₁ − CA₀) ÷ ln(CA₁/CA₀), multiplié par ln(panier₁/panier₀).",
        mistakes=(
            (
                lambda chapter: alone(chapter, first=True),
                "Vous changez le panier avant les autres facteurs : la réponse dépend de l'ordre.",
            ),
            (
                lambda chapter: alone(chapter, first=False),
                "Vous changez le panier après les autres facteurs : la réponse dépend de l'ordre.",
            ),
            (lambda chapter: part_of(chapter, "orders_per_customer"), "C'est la part des commandes par client."),
            (lambda chapter: part_of(chapter, "customers"), "C'est la part du nombre de clients."),
            (
                lambda chapter: turnovers(chapter)[1] - turnovers(chapter)[0],
                "C'est toute la variation du CA : le panier n'en fait qu'une partie.",
            ),
            (lambda chapter: -part_of(chapter, "basket"), "Le signe est inversé : après ÷ avant."),
        ),
    ),
    "17.3": Exercise(
        volume,
        hint="Coût annuel de l'outil ÷ (coût d'un message à la main − coût d'un message automatique).",
        mistakes=(
            (lambda chapter: volume(chapter, saved=False), "Le message automatique coûte aussi : retranchez-le."),
            (
                lambda chapter: (
                    chapter.parameters.automation_cost
                    / (chapter.parameters.hand_minutes * chapter.parameters.hourly_cost)
                ),
                "Le coût est par heure, la durée en minutes : divisez par 60.",
            ),
            (
                lambda chapter: chapter.parameters.automation_cost / sending(chapter),
                "Divisez par ce que l'on économise par message, pas par ce que coûte l'envoi.",
            ),
        ),
    ),
}

QUIZ = {
    "17.1": Question(
        "b",
        "Juste : dix est un rapport de dépenses ; le coût d'un client demande aussi les effectifs (section 3).",
        {
            "a": "Seulement s'il y a autant de recrutés que de gardés : la section 3 montre plusieurs rapports.",
            "c": "Cher ou non, cela dépend de ce que vaut le client recruté (section 4).",
        },
    ),
    "17.2": Question(
        "c",
        "Juste : la VAN au taux choisi est unique ; le TRI ne l'est pas ici (section 6).",
        {
            "a": "Sous le plus petit TRI, la VAN peut être négative : celle de la pompe l'est (section 6).",
            "b": "La moyenne de deux TRI n'annule rien : calculez la VAN (section 6).",
        },
    ),
    "17.3": Question(
        "b",
        "Juste : la VAN compte à la fois les coûts et la part de l'effet, et se compare à zéro (section 9).",
        {
            "a": "La licence n'est qu'une partie du coût, et le coût n'est pas la valeur (section 9).",
            "c": "Le coût complet ignore la part de l'effet que chaque outil tient (section 9).",
        },
    ),
}
