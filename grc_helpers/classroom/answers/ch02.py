"""Answers of notebook 02, from its settings, its dates and the sales in use (Cafés Merle's for a contact log)."""

from __future__ import annotations

from functools import lru_cache

from grc_helpers.classroom.exercises import Exercise, Question

LAST = 104


def ahead_of_2000(chapter, *, kind: str | None = "programme de fidélité", which: str = "min", place: str = "") -> int:
    """Return how many years the first (or the last) dated event of a kind, at a place, has on the year 2000."""
    from grc_helpers.strategy_history import events

    dated = events()
    kept = dated[dated["event"].str.contains(place, regex=False) & (dated["kind"].eq(kind) if kind else True)]
    return 2000 - int(kept["year"].agg(which))


def relation_gain(chapter) -> float:
    """Return what the call of section 1 adds in two years, its cost paid."""
    from grc_helpers.strategy_actions import House, Relation, expected_gain

    return float(expected_gain(House(), Relation(), weeks=LAST, discount_rate=chapter.parameters.discount_rate)[LAST])


def call_cost() -> float:
    """Return what the call of section 1 costs."""
    from grc_helpers.strategy_actions import Relation

    return Relation().cost


def ceiling(chapter) -> float:
    """Return the cost at which the call neither gains nor loses."""
    return relation_gain(chapter) + call_cost()


@lru_cache(maxsize=4)
def buyers(chapter) -> list[set]:
    """Return who bought in each of the three periods."""
    from grc_helpers.data.warehouse import collect, period_spend
    from grc_helpers.strategy import three_periods

    sales = chapter.data if chapter.data.kind == "transactions" else chapter.course("cafes_merle")
    spend = collect(period_spend(sales.table, cuts=three_periods(sales.observation_start, sales.observation_end)))
    return [set(spend.loc[spend["period"] == k, "customer_id"]) for k in range(3)]


def came_back(chapter, *, first: int = 1, second: int = 2, out_of: int = 1) -> float:
    """Return how many buyers of a period bought in another, out of the buyers of a period."""
    groups = buyers(chapter)
    return len(groups[first] & groups[second]) / len(groups[out_of])


EXERCISES = {
    "02.1": Exercise(
        ahead_of_2000,
        hint='Gardez les lignes dont "kind" est « programme de fidélité », puis la plus petite "year".',
        mistakes=(
            (lambda chapter: 2000 - ahead_of_2000(chapter), "C'est l'année : on demande combien d'années avant 2000."),
            (lambda chapter: -ahead_of_2000(chapter), "Le signe est à l'envers : 2000 moins l'année."),
            (
                lambda chapter: ahead_of_2000(chapter, place="France"),
                "C'est le premier en France : on demande de tous.",
            ),
            (
                lambda chapter: ahead_of_2000(chapter, kind="idée et outils de la GRC"),
                "C'est la première idée de la GRC : on demande le premier programme.",
            ),
        ),
    ),
    "02.2": Exercise(
        ceiling,
        hint="Sans perte : le gain est nul. Ajoutez au gain net le coût déjà payé.",
        mistakes=(
            (relation_gain, "C'est le gain, le coût déjà déduit : rajoutez ce coût."),
            (lambda chapter: relation_gain(chapter) - call_cost(), "Le coût est déjà déduit de gains : ajoutez-le."),
            (lambda chapter: call_cost(), "C'est le coût d'aujourd'hui : à ce prix, il reste un gain."),
        ),
    ),
    "02.3": Exercise(
        came_back,
        hint="Clients présents aux périodes 1 et 2, divisés par les clients de la période 1.",
        mistakes=(
            (lambda chapter: 1 - came_back(chapter), "C'est l'attrition : on demande la part qui revient."),
            (
                lambda chapter: came_back(chapter, out_of=2),
                "Vous divisez par les clients de la période 2, recrues comprises : prenez ceux qui pouvaient revenir.",
            ),
            (
                lambda chapter: came_back(chapter, first=0, second=1, out_of=0),
                "Vous avez pris les périodes 0 et 1 : on demande 1 et 2.",
            ),
            (lambda chapter: 100 * came_back(chapter), "Le calcul est bon, mais on attend une part entre 0 et 1."),
        ),
    ),
}

QUIZ = {
    "02.1": Question(
        "b",
        "Juste : une part des achats n'était qu'avancée, elle manque ensuite (section 1).",
        {
            "a": "À cette date, oui ; mais le creux n'est pas fini (section 1).",
            "c": "Acheter plus tôt n'est pas rester plus longtemps (section 1).",
        },
    ),
    "02.2": Question(
        "c",
        "Juste : la cible est dans l'intervalle, ces données ne départagent pas (section 4).",
        {
            "a": "Le réalisé est sous la cible, mais l'intervalle la contient : le hasard peut suffire (section 4).",
            "b": "Rien ne montre que la cible est dépassée : l'intervalle va des deux côtés (section 4).",
        },
    ),
    "02.3": Question(
        "a",
        "Juste : attention, argent et données contre informations, services, dialogue et expérience (section 6).",
        {
            "b": "C'est ce qu'écrit S0, par erreur : relisez la section 6.",
            "c": "Les salariés comptent, mais ce contrat-là est avec le client (section 6).",
        },
    ),
}
