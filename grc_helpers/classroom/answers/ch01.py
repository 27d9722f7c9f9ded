"""Answers of notebook 01, recomputed from its tables and from the data set in use."""

from __future__ import annotations

from datetime import timedelta
from functools import lru_cache

from grc_helpers.classroom.exercises import Exercise, Question
from grc_helpers.clv.formulas import customer_value, margin_multiple


def firm(name: str):
    """Return a firm's published balance sheet."""
    from grc_helpers.data.loading import read_table

    return read_table("bilans", "bilans.csv").set_index("firm").loc[name]


def off_balance(chapter, *, name: str = "Coca-Cola", base: str = "book") -> float:
    """Return the share of a firm's market value that its books do not hold; or, by mistake, its assets or debts."""
    row = firm(name)
    parts = {"book": row["assets"] - row["debts"], "assets": row["assets"], "debts": row["debts"]}
    return 1 - parts[base] / row["market_value"]


def aggregate(chapter, *, firms: int = 2000) -> float:
    """Return total market value over total assets, over the largest market values."""
    from grc_helpers.data.loading import read_table

    table = read_table("forbes2000").nlargest(firms, "marketvalue")
    return table["marketvalue"].sum() / table["assets"].sum()


def mean_of_ratios(chapter) -> float:
    """Return the mean of the firms' ratios (a usual mistake)."""
    from grc_helpers.data.loading import read_table

    table = read_table("forbes2000")
    return (table["marketvalue"] / table["assets"]).mean()


def median_of_ratios(chapter) -> float:
    """Return the median of the firms' ratios (a usual mistake)."""
    from grc_helpers.data.loading import read_table

    table = read_table("forbes2000")
    return (table["marketvalue"] / table["assets"]).median()


@lru_cache(maxsize=4)
def yearly_margin(chapter) -> float:
    """Return the margin on the last twelve months' sales, or what a shorter file makes in twelve months."""
    from grc_helpers.data.warehouse import collect, period_spend

    start, end = chapter.data.observation_start, chapter.data.observation_end
    year = collect(period_spend(chapter.data.table, cuts=[end - timedelta(days=364), end + timedelta(days=1)]))
    return year["spend"].sum() * 365 / min(365, (end - start).days + 1) * chapter.parameters.margin_rate


def capital(chapter, *, points: float = 0.05) -> float:
    """Return the customer capital when retention loses so many points."""
    settings = chapter.parameters
    return yearly_margin(chapter) * margin_multiple(settings.retention - points, settings.discount_rate)


EXERCISES = {
    "01.1": Exercise(
        off_balance,
        hint="Part absente du bilan = 1 − valeur comptable ÷ valeur en bourse ; valeur comptable = actif − dettes.",
        mistakes=(
            (lambda chapter: 1 - off_balance(chapter), "C'est la part que le bilan montre : on demande l'autre."),
            (lambda chapter: off_balance(chapter, base="assets"), "Vous avez oublié d'ôter les dettes de l'actif."),
            (
                lambda chapter: off_balance(chapter, base="debts"),
                "Vous avez pris les dettes à la place de la valeur comptable.",
            ),
            (lambda chapter: 100 * off_balance(chapter), "Le calcul est bon, mais on attend une part entre 0 et 1."),
            (
                lambda chapter: 1 / (1 - off_balance(chapter)),
                "C'est le rapport de la bourse au comptable, pas la part.",
            ),
            (lambda chapter: off_balance(chapter, name="LVMH"), "C'est la part de LVMH : on demande Coca-Cola."),
        ),
    ),
    "01.2": Exercise(
        aggregate,
        hint="Agrégat : la somme des valeurs en bourse divisée par la somme des actifs, sur les 2 000 lignes.",
        mistakes=(
            (
                mean_of_ratios,
                "C'est la moyenne des rapports : chaque entreprise y compte autant. On demande total ÷ total.",
            ),
            (median_of_ratios, "C'est la médiane des rapports. On demande total ÷ total."),
            (
                lambda chapter: aggregate(chapter, firms=500),
                "C'est l'agrégat des 500 premières : prenez les 2 000 lignes.",
            ),
            (
                lambda chapter: 1 / aggregate(chapter),
                "C'est le rapport inverse : la valeur en bourse est au numérateur.",
            ),
        ),
    ),
    "01.3": Exercise(
        capital,
        tolerance=0.001,
        hint="Refaites le calcul de la section 6 avec retention − 0.05 : ventes × marge × r ÷ (1 + i − r).",
        mistakes=(
            (
                lambda chapter: capital(chapter, points=0.0),
                "C'est le capital d'aujourd'hui : ôtez cinq points à la rétention.",
            ),
            (lambda chapter: capital(chapter, points=-0.05), "Vous avez ajouté cinq points : on les perd."),
            (
                lambda chapter: 0.95 * capital(chapter, points=0.0),
                "Cinq points de rétention ne font pas 5 % de valeur : refaites la division.",
            ),
            (
                lambda chapter: capital(chapter) - capital(chapter, points=0.0),
                "C'est la perte : on demande ce qui reste.",
            ),
            (
                lambda chapter: capital(chapter) / chapter.parameters.margin_rate,
                "C'est compté en chiffre d'affaires : multipliez par le taux de marge.",
            ),
            (
                lambda chapter: customer_value(
                    yearly_margin(chapter), chapter.parameters.retention - 0.05, chapter.parameters.discount_rate
                ),
                "Vous comptez aussi la marge de l'année écoulée : la prochaine tombe dans un an.",
            ),
        ),
    ),
}

QUIZ = {
    "01.1": Question(
        "b",
        "Juste : 1 − 1/5 = 80 %.",
        {
            "a": "20 % est la part que le bilan montre (1/5).",
            "c": "500 % est le rapport ; la part ne dépasse jamais 100 %.",
        },
    ),
    "01.2": Question(
        "c",
        "Juste : une moyenne de 75 % laisse place à des entreprises à 90 % (section 4).",
        {
            "a": "Relisez les deux verbes : « est en moyenne » et « peut ».",
            "b": "Ce ne sont pas deux estimations d'un même nombre.",
        },
    ),
    "01.3": Question(
        "a",
        "Juste : la section 7 montre l'étendue selon le nombre de clients.",
        {
            "b": "La formule ne voit que la marge et la rétention : l'espérance est la même.",
            "c": "En espérance seulement : regardez l'étendue, section 7.",
        },
    ),
}
