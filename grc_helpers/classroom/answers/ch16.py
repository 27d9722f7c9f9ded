"""Answers of notebook 16, recomputed from its settings and from the trial in use."""

from __future__ import annotations

from functools import lru_cache

from grc_helpers.classroom.exercises import Exercise, Question

DISCOUNT = 10 / 200 * 0.60


def needed_lift(chapter, *, discount: float = 0.02, sign: int = -1) -> float:
    """Return the rise of sales that repays a discount, at the margin of the settings."""
    return discount / (chapter.parameters.margin_rate + sign * discount)


@lru_cache(maxsize=4)
def during(chapter) -> dict[str, float]:
    """Return what the trial in use changed in the number of orders of its window."""
    from grc_helpers.campaigns.effects import difference
    from grc_helpers.campaigns.trials import campaign_trial, daily_sales, outcomes, read_trial
    from grc_helpers.data.loading import load, read_table

    settings = chapter.parameters
    if settings.trial:
        data = load(settings.trial, kind="contacts")
        firm, trial = chapter.data, read_trial(data, campaign=settings.campaign, unit_cost=settings.contact_cost)
    else:
        targets = read_table("cafes_merle", "ciblage.parquet")
        firm, trial = chapter.course("cafes_merle"), campaign_trial(targets, "BON-2024", unit_cost=0.95)
    orders = outcomes(daily_sales(firm.table), trial, start=0, stop=settings.window_days)["orders"]
    return difference(orders, trial["treated"])


def relative(chapter) -> float:
    """Return the effect of the trial as a share of what the control did."""
    return during(chapter)["effect"] / during(chapter)["control"]


EXERCISES = {
    "16.1": Exercise(
        lambda chapter: DISCOUNT,
        hint="Valeur d'un point (valeur du bon ÷ points du bon) × points par euro × part des points utilisés.",
        mistakes=(
            (lambda chapter: 10 / 200, "C'est la remise faciale : comptez seulement les points utilisés."),
            (lambda chapter: 10 / 200 * 0.40, "40 % est la part perdue ; 60 % est la part utilisée."),
            (lambda chapter: 100 * DISCOUNT, "Le calcul est bon, mais on attend un nombre entre 0 et 1."),
            (lambda chapter: 200 / 10 * 0.60, "Dans l'autre sens : un point vaut 10 ÷ 200 euro."),
            (lambda chapter: 10 * 0.60, "C'est la valeur moyenne d'un bon : rapportez-la aux 200 euros dépensés."),
        ),
    ),
    "16.2": Exercise(
        needed_lift,
        tolerance=0.002,
        hint="Chaque euro vendu laisse margin_rate − 0.02 ; il faut regagner 0.02 par euro vendu avant la carte.",
        mistakes=(
            (
                lambda chapter: 0.02 / chapter.parameters.margin_rate,
                "Les ventes ajoutées donnent aussi droit à des points : elles laissent m − d, pas m.",
            ),
            (
                lambda chapter: needed_lift(chapter, sign=1),
                "La remise se retranche de la marge, elle ne s'y ajoute pas.",
            ),
            (lambda chapter: 100 * needed_lift(chapter), "Le calcul est bon, mais on attend un nombre comme 0.05."),
            (lambda chapter: 0.02, "Deux pour cent de ventes en plus ne laissent que leur marge, pas leur montant."),
            (
                lambda chapter: chapter.parameters.margin_rate - 0.02,
                "C'est ce que laisse un euro vendu : divisez 0.02 par cela.",
            ),
        ),
    ),
    "16.3": Exercise(
        relative,
        hint="Sans la campagne, les traités auraient fait comme les témoins : "
        'during["effect"] ÷ during["control_mean"].',
        mistakes=(
            (
                lambda chapter: during(chapter)["effect"],
                "C'est l'écart en achats par client : divisez-le par les témoins.",
            ),
            (
                lambda chapter: during(chapter)["effect"] / during(chapter)["treated"],
                "La base est ce qui se serait passé sans la campagne : les témoins, pas les traités.",
            ),
            (lambda chapter: relative(chapter) + 1, "C'est le rapport traités ÷ témoins : ôtez 1."),
            (
                lambda chapter: 100 * relative(chapter),
                "Le calcul est bon, mais on attend une part, pas un pourcentage.",
            ),
            (lambda chapter: -relative(chapter), "Le signe est inversé : traités moins témoins."),
        ),
    ),
}

QUIZ = {
    "16.1": Question(
        "c",
        "Juste : c'est l'autosélection (section 3) ; la carte attire d'abord ceux qui achetaient déjà souvent.",
        {
            "a": "Un écart peut être significatif et n'être qu'un choix : regardez qui prend la carte (section 3).",
            "b": "Le coût compte, mais l'écart lui-même n'est pas un effet (section 3).",
        },
    ),
    "16.2": Question(
        "a",
        "Juste : l'intervalle contient zéro, l'essai ne tranche pas (section 8).",
        {
            "b": "Le gain estimé est positif, mais une perte de 0,90 € est aussi compatible avec l'essai.",
            "c": "« On ne sait pas » n'est pas « aucun effet » : un gain de 1,70 € reste possible.",
        },
    ),
    "16.3": Question(
        "b",
        "Juste : il faudrait un témoin (section 6) ; une part des bons paie des achats qui se seraient faits.",
        {
            "a": "Un taux d'utilisation compte des coupons, pas des ventes ajoutées (section 6).",
            "c": "Rien ne le dit ici ; et même alors, le taux ne dirait pas l'effet.",
        },
    ),
}
