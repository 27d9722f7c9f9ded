"""Settings of campaigns, e-mails, coupons, referral and loyalty card: the truth that estimators have to find again."""

from dataclasses import dataclass
from datetime import date

from grc_helpers.data.simulator.fields import setting


@dataclass(frozen=True, kw_only=True)
class CampaignSettings:
    """The Christmas box (by lot), the spring offer (targeted on past value), the welcome call (by lot, capacity)."""

    gift_launch: date = setting(
        date(2024, 11, 18), "Envoi de l'offre du coffret de Noël", low=date(2023, 7, 1), high=date(2025, 11, 15)
    )
    gift_days: int = setting(36, "Durée de l'offre du coffret de Noël", unit="jours", low=7, high=44)
    gift_treated: float = setting(
        0.5, "Part des clients qui reçoivent l'offre du coffret, par tirage au sort", low=0.01, high=0.99
    )
    gift_persuadable: float = setting(
        0.16, "Part des clients qui achètent le coffret seulement si on le leur propose", low=0.0, high=0.4, neutral=0.0
    )
    gift_sure: float = setting(
        0.15, "Part des clients acquis : ils achètent le coffret de toute façon", low=0.0, high=0.3, neutral=0.0
    )
    gift_disturbed: float = setting(
        0.06, "Part des clients à laisser tranquilles : l'offre les fait renoncer", low=0.0, high=0.2, neutral=0.0
    )
    gift_price: float = setting(32.0, "Prix du coffret de Noël", unit="EUR", low=1.0, high=500.0)
    gift_margin: float = setting(13.5, "Marge sur un coffret de Noël", unit="EUR", low=0.0, high=500.0)
    gift_cost: float = setting(0.95, "Coût d'un courrier d'offre", unit="EUR", low=0.0, high=50.0)

    value_launch: date = setting(
        date(2025, 4, 7), "Envoi de l'offre de printemps, ciblée", low=date(2023, 7, 1), high=date(2025, 6, 30)
    )
    value_days: int = setting(60, "Durée de l'offre de printemps", unit="jours", low=7, high=180)
    value_share: float = setting(0.3, "Part des clients ciblés par l'offre de printemps", low=0.01, high=0.9)
    value_selectivity: float = setting(
        1.3,
        "Pente du ciblage : hausse du logit par écart-type de la dépense des douze derniers mois",
        low=0.0,
        high=5.0,
    )
    value_effect: float = setting(
        0.15, "Achats ajoutés par l'offre de printemps, par client actif ciblé", low=0.0, high=0.9, neutral=0.0
    )
    value_cost: float = setting(2.4, "Coût d'un catalogue de printemps", unit="EUR", low=0.0, high=50.0)

    welcome_start: date = setting(
        date(2024, 1, 1), "Premier mois des appels de bienvenue", low=date(2023, 1, 1), high=date(2025, 9, 30)
    )
    welcome_capacity: float = setting(
        2.4, "Appels de bienvenue possibles", unit="par mois, pour mille clients", low=0.0, high=1000.0
    )
    welcome_days: int = setting(45, "Durée d'observation après l'appel de bienvenue", unit="jours", low=7, high=180)
    welcome_effect: float = setting(
        0.12, "Achats ajoutés par un appel de bienvenue", unit="par appel", low=0.0, high=0.9, neutral=0.0
    )
    welcome_cost: float = setting(4.8, "Coût d'un appel de bienvenue", unit="EUR", low=0.0, high=50.0)
    campaign_margin_rate: float = setting(0.42, "Taux de marge retenu pour les bilans de campagne", low=0.0, high=1.0)


@dataclass(frozen=True, kw_only=True)
class EmailSettings:
    """Newsletters to those who consent; a trial of pressure; opens measured with two errors of opposite signs."""

    email_read: float = setting(0.34, "Taux de lecture vrai d'un e-mail, au rythme d'un par mois", low=0.01, high=0.95)
    email_spread: float = setting(1.0, "Écart-type du logit de lecture entre clients", low=0.0, high=3.0)
    email_click: float = setting(0.16, "Taux de clic parmi les lecteurs", low=0.0, high=1.0)
    email_fatigue: float = setting(
        0.14, "Fatigue : baisse du logarithme du taux de lecture par e-mail de plus par mois", low=0.0, high=1.0
    )
    email_unsubscribe: float = setting(0.002, "Désabonnements par e-mail, au rythme d'un par mois", low=0.0, high=0.05)
    email_unsubscribe_growth: float = setting(
        0.3, "Hausse relative des désabonnements par e-mail de plus par mois", low=0.0, high=2.0
    )
    email_prefetch: float = setting(0.3, "Part des clients dont la messagerie précharge les images", low=0.0, high=1.0)
    email_prefetch_open: float = setting(
        0.92, "Part de leurs e-mails comptés comme ouverts sans être lus", low=0.0, high=1.0
    )
    email_blocked: float = setting(0.18, "Part des clients dont la messagerie bloque le pixel", low=0.0, high=1.0)
    email_cost: float = setting(0.02, "Coût d'un e-mail", unit="EUR", low=0.0, high=5.0)
    pressure_start: date = setting(
        date(2025, 2, 4),
        "Début de l'essai de pression (1, 2, 4 ou 8 e-mails par mois)",
        low=date(2024, 2, 1),
        high=date(2025, 6, 30),
    )
    pressure_months: int = setting(3, "Durée de l'essai de pression", unit="mois de 28 jours", low=1, high=6)


@dataclass(frozen=True, kw_only=True)
class CouponSettings:
    """A coupon sent by lot: some purchases are added, some only brought forward, many were to be made anyway."""

    coupon_date: date = setting(
        date(2024, 9, 9), "Envoi du bon de réduction", low=date(2023, 2, 1), high=date(2025, 6, 30)
    )
    coupon_days: int = setting(21, "Validité du bon", unit="jours", low=7, high=60)
    coupon_sent: float = setting(
        0.7, "Part des clients à qui le bon est envoyé, par tirage au sort", low=0.01, high=0.99
    )
    coupon_lift: float = setting(
        0.45, "Hausse de la fréquence d'achat pendant la validité du bon", low=0.0, high=3.0, neutral=0.0
    )
    coupon_displaced: float = setting(0.4, "Part de ces achats qui sont seulement avancés", low=0.0, high=1.0)
    coupon_trough_days: int = setting(
        56, "Durée pendant laquelle l'achat avancé manque ensuite", unit="jours", low=7, high=120
    )
    coupon_subsidised: float = setting(0.6, "Part des achats prévus où le bon est utilisé", low=0.0, high=1.0)
    coupon_value: float = setting(5.0, "Valeur du bon", unit="EUR", low=0.0, high=100.0)
    coupon_cost: float = setting(0.95, "Coût d'envoi d'un bon", unit="EUR", low=0.0, high=50.0)

    referral_start: date = setting(
        date(2024, 2, 5), "Ouverture du parrainage", low=date(2023, 2, 1), high=date(2025, 6, 30)
    )
    referral_invited: float = setting(
        0.5, "Part des clients invités à parrainer, par tirage au sort", low=0.01, high=0.99
    )
    referral_incremental: float = setting(
        0.35,
        "Part des nouveaux clients venus par bouche-à-oreille qui ne seraient pas venus sans le parrainage",
        low=0.0,
        high=1.0,
    )
    referral_reward: float = setting(10.0, "Récompense d'un parrain", unit="EUR", low=0.0, high=500.0)
    referral_satisfaction: float = setting(
        0.6, "Hausse du logarithme de la chance d'être parrain par écart-type de satisfaction", low=0.0, high=3.0
    )


@dataclass(frozen=True, kw_only=True)
class CardSettings:
    """Points of the Merle card, their expiry, and the club above a threshold of spending."""

    points_per_euro: float = setting(1.0, "Points par euro dépensé avec la carte", low=0.0, high=100.0)
    points_threshold: int = setting(150, "Points d'un bon de fidélité", low=1, high=100_000)
    points_reward: float = setting(6.0, "Valeur d'un bon de fidélité", unit="EUR", low=0.0, high=500.0)
    points_months: int = setting(12, "Durée de vie d'un point", unit="mois", low=1, high=24)
    points_dormant: float = setting(
        0.25, "Part des porteurs de carte qui n'utilisent jamais leurs points", low=0.0, high=1.0
    )
    points_use: float = setting(0.7, "Chance d'utiliser un bon de fidélité disponible à un achat", low=0.0, high=1.0)
    club_threshold: float = setting(300.0, "Dépense de 2024 qui ouvre le club en 2025", unit="EUR", low=1.0, high=1e5)
    club_effect: float = setting(
        1.2, "Achats que le club ajoute, par an et par membre actif", low=0.0, high=10.0, neutral=0.0
    )
