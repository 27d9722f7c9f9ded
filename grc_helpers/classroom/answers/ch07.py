"""Answers of notebook 07, recomputed from the data set in use."""

from __future__ import annotations

from functools import lru_cache

from grc_helpers.behaviour import criteria, orders, policy, segments, usage
from grc_helpers.classroom.exercises import Exercise, Question
from grc_helpers.errors import GrcError


@lru_cache(maxsize=4)
def behaviour(chapter):
    """Return the customers' behaviour, as the notebook builds it."""
    purchases = orders.purchases_of(chapter.data)
    found, _aside = orders.orders_of(purchases)
    days = {"start": chapter.data.observation_start, "end": chapter.data.observation_end}
    criteria.require_enough(chapter, found, **days)
    category = orders.followed_category(purchases, chapter.parameters.category)
    chosen = chapter.parameters
    return criteria.behaviour_of(
        purchases, found, category=category, n_missions=chosen.n_missions, seed=chosen.seed, **days
    )


@lru_cache(maxsize=4)
def facts(chapter):
    """Return the figures of the segments."""
    base, chosen = behaviour(chapter), chapter.parameters
    mixed = segments.MixedClassification(chosen.n_segments, seed=chosen.seed).fit(base.table)
    labels = mixed.labels_.map(segments.default_names(base.table, mixed.labels_))
    days = {"start": chapter.data.observation_start, "end": chapter.data.observation_end}
    return policy.segment_table(base.orders, labels, margin_rate=chosen.margin_rate, **days)


def state_share(chapter, name: str = "régulier", *, window: int = -1, known: bool = True) -> float:
    """Return the share of customers who have a status."""
    column = behaviour(chapter).states.iloc[:, window]
    return float((column == name).sum() / (column.notna().sum() if known else len(column)))


@lru_cache(maxsize=1)
def champagne() -> tuple[float, float]:
    """Return r and alpha of the NBD on champagne."""
    from grc_helpers.data.loading import read_table

    table = read_table("champagne")
    return usage.fit_nbd(table["bottles"], table["households"], open_class=8)


def next_year(chapter, x: float = 5) -> float:
    """Return what a household of x bottles is expected to buy next year."""
    return float(usage.next_period(x, *champagne()))


def size(chapter, *, cost: float = 2, contact: float = 1, turnover: bool = False) -> float:
    """Return the smallest size of the segment of largest margin, or what a usual mistake gives."""
    chosen, margin = chapter.parameters, facts(chapter)["margin_customer"].max()
    gain = chosen.adapted_lift * margin / (chosen.margin_rate if turnover else 1) - contact * chosen.contact_cost
    if gain <= 0:
        raise GrcError(
            "L'exercice 07.3 n'a pas de réponse sur ce jeu, avec ces réglages.",
            where="la hausse supposée ne couvre pas le coût des contacts, même dans le meilleur segment",
            todo="montez adapted_lift, baissez contact_cost, ou choisissez un jeu du cours",
        )
    return cost * chosen.fixed_cost / gain


EXERCISES = {
    "07.1": Exercise(
        state_share,
        hint="Dernière colonne de `states` : ôtez les clients sans statut (`dropna`), puis comptez les « régulier ».",
        mistakes=(
            (lambda chapter: 100 * state_share(chapter), "Le calcul est bon, mais on attend une part entre 0 et 1."),
            (
                lambda chapter: state_share(chapter, window=0),
                "C'est la première colonne de la table : on demande la dernière période.",
            ),
            (
                lambda chapter: state_share(chapter, "ex-utilisateur"),
                "Ce sont les ex-utilisateurs : on demande les réguliers.",
            ),
            (
                lambda chapter: state_share(chapter) + state_share(chapter, "premier achat"),
                "Vous comptez aussi les premiers achats : un régulier avait déjà acheté.",
            ),
        ),
    ),
    "07.2": Exercise(
        next_year,
        hint="Appliquez la règle de la section 4 : (r + x) ÷ (alpha + 1), avec x = 5.",
        mistakes=(
            (lambda chapter: 5.0, "C'est ce qu'il a acheté : la chance d'une année ne se répète pas."),
            (
                lambda chapter: champagne()[0] / champagne()[1],
                "C'est la moyenne de tous les foyers : celui-ci en a acheté 5, cela compte.",
            ),
            (
                lambda chapter: 5 / (champagne()[1] + 1),
                "Il manque r au numérateur : (r + 5) ÷ (alpha + 1).",
            ),
            (
                lambda chapter: champagne()[0] + 5 / champagne()[1] + 1,
                "Des parenthèses manquent : toute la somme r + 5 est divisée par toute la somme alpha + 1.",
            ),
            (lambda chapter: next_year(chapter, 0), "C'est ce que l'on attend d'un non-acheteur : mettez x = 5."),
        ),
    ),
    "07.3": Exercise(
        size,
        tolerance=0.001,
        hint="2 × fixed_cost ÷ (adapted_lift × marge par client − contact_cost), au segment de plus forte marge.",
        mistakes=(
            (lambda chapter: size(chapter, cost=1), "C'est la taille au coût actuel : le coût fixe est doublé."),
            (
                lambda chapter: size(chapter, contact=0),
                "Il manque le coût des contacts : chaque client gagné est aussi un client contacté.",
            ),
            (
                lambda chapter: size(chapter, turnover=True),
                "Vous avez pris le chiffre d'affaires par client : seule la marge paie l'offre.",
            ),
            (
                lambda chapter: float(facts(chapter).nlargest(1, "margin_customer")["customers"].iloc[0]),
                "C'est le nombre de clients du segment : on demande celui qu'il faudrait.",
            ),
        ),
    ),
}

QUIZ = {
    "07.1": Question(
        "b",
        "Juste : former des classes est une classification ; y ranger quelqu'un, un classement.",
        {
            "a": "C'est le mot anglais. En français, une classification forme les classes (section 7).",
            "c": "Une typologie rassemble des clients semblables : les groupes n'existent pas encore.",
        },
    ),
    "07.2": Question(
        "a",
        "Juste : ils avaient été choisis après une bonne année ; la suivante est plus ordinaire (section 4).",
        {
            "b": "Peut-être, mais ce recul se verrait même si rien n'avait changé (section 4).",
            "c": "Vous paieriez pour un recul que le hasard explique en partie (section 4).",
        },
    ),
    "07.3": Question(
        "c",
        "Juste : elle entretient une offre par segment, donc autant de coûts fixes (section 9).",
        {
            "a": "Elle n'a qu'une offre, donc un seul coût fixe : comptez ceux des autres.",
            "b": "Elle n'a qu'une offre, donc un seul coût fixe : comptez ceux des autres.",
        },
    ),
}
