"""Settings of sales, contracts and effects: the truth that estimators have to find again."""

from dataclasses import dataclass
from datetime import date

from grc_helpers.data.simulator.fields import setting

OPENINGS = (date(2023, 1, 2), date(2025, 12, 1))  # earliest and latest


@dataclass(frozen=True, kw_only=True)
class CoreSettings:
    """Purchases (time in weeks), spend (in euros), channels, contracts and causal effects."""

    process: str = setting("BG/NBD", "Modèle d'achat", choices=("BG/NBD", "Pareto/NBD"))
    rate_r: float = setting(1.2, "Forme r de la loi gamma des taux d'achat", low=0.1, high=20.0)
    rate_alpha: float = setting(
        7.2, "Paramètre α de la loi gamma des taux d'achat", unit="semaines", low=0.5, high=500.0
    )
    dropout_a: float = setting(0.7, "Paramètre a de la loi bêta de l'abandon (BG/NBD)", low=0.05, high=50.0)
    dropout_b: float = setting(9.0, "Paramètre b de la loi bêta de l'abandon (BG/NBD)", low=0.05, high=500.0)
    death_s: float = setting(0.7, "Forme s de la loi gamma de l'abandon (Pareto/NBD)", low=0.05, high=20.0)
    death_beta: float = setting(60.0, "Paramètre β de l'abandon (Pareto/NBD)", unit="semaines", low=0.5, high=5000.0)
    spend_p: float = setting(5.0, "Forme p de la loi gamma des montants (Gamma-Gamma)", low=0.5, high=100.0)
    spend_q: float = setting(3.2, "Forme q de la loi gamma de ν (Gamma-Gamma)", low=1.1, high=100.0)
    spend_gamma: float = setting(14.0, "Paramètre γ de la loi gamma de ν (Gamma-Gamma)", unit="EUR", low=0.1, high=1e4)
    rate_spend_correlation: float = setting(
        0.0, "Corrélation (copule normale) entre taux d'achat et montant moyen", low=-0.9, high=0.9, neutral=0.0
    )
    rate_distance_correlation: float = setting(
        -0.15, "Corrélation (copule normale) entre taux d'achat et distance", low=-0.9, high=0.9
    )
    office_share: float = setting(0.08, "Part des bureaux parmi les clients", low=0.0, high=0.5)
    weekly_season: float = setting(
        1.0, "Ampleur du rythme de la semaine (samedi fort, dimanche fermé)", low=0.0, high=1.0, neutral=0.0
    )
    december_peak: float = setting(0.15, "Hausse des achats en décembre", low=0.0, high=0.5, neutral=0.0)

    web_opening: date = setting(
        date(2024, 3, 4), "Ouverture de la boutique en ligne", low=OPENINGS[0], high=OPENINGS[1]
    )
    web_opening_county: date = setting(
        date(2025, 1, 6), "Livraison des commandes du site en Maine-et-Loire", low=OPENINGS[0], high=OPENINGS[1]
    )
    web_cannibalisation: float = setting(
        0.7, "Part des clients du site qui, sans lui, auraient acheté en boutique", low=0.0, high=1.0, neutral=1.0
    )
    multichannel_effect: float = setting(
        0.0, "Effet causal d'un second canal sur la fréquence d'achat", low=-0.3, high=0.5, neutral=0.0
    )
    second_channel_share: float = setting(0.35, "Part des achats faits par le second canal", low=0.0, high=1.0)
    card_effect: float = setting(
        0.06, "Effet causal de la carte Merle sur la fréquence d'achat", low=-0.3, high=0.5, neutral=0.0
    )
    tenure_effect: float = setting(
        0.0, "Effet causal d'une année d'ancienneté sur la fréquence d'achat", low=-0.1, high=0.1, neutral=0.0
    )
    satisfaction_effect: float = setting(
        0.6,
        "Part de l'abandon évitée quand la satisfaction va de 0 à 10 (effet convexe)",
        low=0.0,
        high=0.9,
        neutral=0.0,
    )
    rep_departure_effect: float = setting(
        0.25, "Bureaux perdus au départ de leur commercial, faute de base partagée", low=0.0, high=1.0, neutral=0.0
    )

    contract_alpha: float = setting(0.9, "Paramètre α de la loi bêta des résiliations (sBG)", low=0.05, high=50.0)
    contract_beta: float = setting(9.0, "Paramètre β de la loi bêta des résiliations (sBG)", low=0.05, high=500.0)
    penalty_effect: float = setting(
        0.6, "Résiliations empêchées par la pénalité pendant la première année", low=0.0, high=1.0, neutral=0.0
    )
    sequence_share: float = setting(
        0.6, "Part des résiliations que précède la suite deux tickets, appel, baisse d'achats", low=0.0, high=1.0
    )
    cancellation_drop: float = setting(
        0.5, "Baisse de la fréquence d'achat à la fin de cette suite", low=0.0, high=1.0, neutral=0.0
    )
