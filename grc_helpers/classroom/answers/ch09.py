"""Answers of notebook 09, recomputed from the data set in use."""

from __future__ import annotations

from functools import lru_cache

from grc_helpers.classroom.exercises import Exercise, Question

DISCOUNT = 0.05


@lru_cache(maxsize=4)
def tables(chapter):
    """Return the pairs, the number of baskets, and what an item earns."""
    from grc_helpers.data.product_lines import product_lines
    from grc_helpers.data.warehouse import collect
    from grc_helpers.patterns.baskets import basket_items
    from grc_helpers.patterns.offers import item_margins
    from grc_helpers.patterns.pairs import min_count, pair_counts

    settings = chapter.parameters
    lines = product_lines(chapter.data)
    items = basket_items(lines, level=settings.level).cache()
    n_baskets, least = min_count(items, min_support=settings.min_support)
    pairs = collect(pair_counts(items, min_count=least))
    return pairs, n_baskets, item_margins(lines, level=settings.level, margin_rate=settings.margin_rate)


def top_pair(chapter):
    """Return the pair with most common baskets, as the notebook sorts them."""
    return tables(chapter)[0].sort_values("n_both", ascending=False).iloc[0]


def lift(chapter) -> float:
    """Return its lift."""
    row = top_pair(chapter)
    return tables(chapter)[1] * row["n_both"] / (row["n_first"] * row["n_second"])


def confidence(chapter, side: str) -> float:
    """Return the share of the baskets of one of the two that hold both."""
    row = top_pair(chapter)
    return row["n_both"] / row[side]


def expected_false(chapter) -> float:
    """Return how many of the pairs a test at 5 % would call linked if none was."""
    return 0.05 * len(tables(chapter)[0])


def break_even(chapter, *, discount: float = DISCOUNT, cannibalisation: float | None = None) -> float:
    """Return the conversion at which a bundle of the most frequent pair loses nothing."""
    row, margins = top_pair(chapter), tables(chapter)[2]
    lost = chapter.parameters.cannibalisation if cannibalisation is None else cannibalisation
    a, b = row["first"], row["second"]
    cut = discount * (margins["price"][a] + margins["price"][b])
    only_a, only_b = row["n_first"] - row["n_both"], row["n_second"] - row["n_both"]
    gain_a, gain_b = ((1 - lost) * margins["margin"][other] - cut for other in (b, a))
    return row["n_both"] * cut / (only_a * gain_a + only_b * gain_b)


def without_the_gift(chapter) -> float:
    """Return the same when the discount is not taken off what the converted bring (a usual mistake)."""
    row, margins = top_pair(chapter), tables(chapter)[2]
    keep = 1 - chapter.parameters.cannibalisation
    a, b = row["first"], row["second"]
    cut = DISCOUNT * (margins["price"][a] + margins["price"][b])
    only_a, only_b = row["n_first"] - row["n_both"], row["n_second"] - row["n_both"]
    return row["n_both"] * cut / (keep * (only_a * margins["margin"][b] + only_b * margins["margin"][a]))


EXERCISES = {
    "09.1": Exercise(
        lift,
        hint="Lift : n_baskets × n_both ÷ (n_first × n_second), sur la ligne où n_both est le plus grand.",
        mistakes=(
            (
                lambda chapter: confidence(chapter, "n_first"),
                "C'est une confiance : divisez-la par la part de l'autre produit dans tous les paniers.",
            ),
            (
                lambda chapter: confidence(chapter, "n_second"),
                "C'est une confiance : divisez-la par la part de l'autre produit dans tous les paniers.",
            ),
            (
                lambda chapter: top_pair(chapter)["n_both"] / tables(chapter)[1],
                "C'est le support : il ne dit pas ce que l'on attendrait sans lien.",
            ),
            (lambda chapter: 1 / lift(chapter), "Vous avez divisé dans l'autre sens : observé ÷ attendu."),
            (
                lambda chapter: lift(chapter) / tables(chapter)[1],
                "Il manque le nombre de paniers : des effectifs, il faut passer aux parts.",
            ),
        ),
    ),
    "09.2": Exercise(
        expected_false,
        hint="Chaque test a 5 % de chances de se tromper : multipliez par le nombre de lignes de `pairs`.",
        mistakes=(
            (
                lambda chapter: 0.05 * tables(chapter)[1],
                "Ce sont 5 % des paniers : on teste des paires, une par ligne de `pairs`.",
            ),
            (lambda chapter: len(tables(chapter)[0]), "C'est le nombre de tests : tous ne se trompent pas."),
            (lambda chapter: 0.95 * len(tables(chapter)[0]), "Ce sont les tests qui ne se trompent pas."),
            (lambda chapter: 0.10 * len(tables(chapter)[0]), "Chaque ligne de `pairs` compte une fois, à 5 %."),
        ),
    ),
    "09.3": Exercise(
        break_even,
        hint="Remise offerte aux acheteurs des deux ÷ ce que rapporterait de convertir tous les autres (section 7).",
        mistakes=(
            (
                lambda chapter: break_even(chapter, cannibalisation=0.0),
                "Vous avez oublié la cannibalisation : une partie de la marge ajoutée ne l'est pas.",
            ),
            (
                lambda chapter: break_even(chapter, discount=chapter.parameters.discount),
                "C'est le point mort à la remise des réglages : on demande 5 %.",
            ),
            (without_the_gift, "Les clients convertis ont aussi la remise : ôtez-la de ce qu'ils apportent."),
            (lambda chapter: 100 * break_even(chapter), "On attend une part (1 pour 100 %), pas un pourcentage."),
        ),
    ),
}

QUIZ = {
    "09.1": Question(
        "b",
        "Juste : 60 % ÷ 60 % = 1 ; le yaourt n'apprend rien sur le lait.",
        {
            "a": "60 % est la confiance : divisez-la par la part du lait dans tous les paniers.",
            "c": "Vous avez multiplié : le lift divise la confiance par la part du lait.",
        },
    ),
    "09.2": Question(
        "c",
        "Juste : 5 % de 2 000 ; et c'est si le test est le bon (section 5).",
        {
            "a": "Un test à 5 % se trompe une fois sur vingt, même quand rien n'est lié.",
            "b": "Ce sont toutes les paires testées : seule une sur vingt passe par hasard.",
        },
    ),
    "09.3": Question(
        "a",
        "Juste : l'offre va souvent à qui achetait déjà plus ; seul un essai le dit (section 11).",
        {
            "b": "Qui a reçu l'offre ? Si ce sont les meilleurs clients, ils auraient acheté sans elle.",
            "c": "Un grand échantillon rend le biais plus net, il ne l'ôte pas.",
        },
    ),
}
