"""Settings of service, surveys, market, logs; with those of campaigns, all that marketing states."""

from dataclasses import dataclass

from grc_helpers.data.simulator.fields import setting
from grc_helpers.data.simulator.settings_campaigns import CampaignSettings, CardSettings, CouponSettings, EmailSettings


@dataclass(frozen=True, kw_only=True)
class ServiceSettings:
    """Incidents, complaints, what is done about them and what it saves; answers that contradict each other."""

    incident_rate: float = setting(
        0.04, "Incidents par achat, à qualité perçue moyenne", low=0.0, high=0.5, neutral=0.0
    )
    incident_quality: float = setting(
        0.5, "Baisse du logarithme de ce taux par écart-type de qualité perçue", low=0.0, high=2.0
    )
    complaint_share: float = setting(0.4, "Part des incidents qui donnent lieu à une réclamation", low=0.0, high=1.0)
    loss_silent: float = setting(0.22, "Clients perdus après un incident tu", low=0.0, high=1.0)
    loss_complaint: float = setting(0.3, "Clients perdus après une réclamation laissée sans suite", low=0.0, high=1.0)
    loss_delay: float = setting(0.01, "Hausse de cette part par jour d'attente, jusqu'à dix jours", low=0.0, high=0.1)
    recovery_resolution: float = setting(0.18, "Part sauvée quand la réclamation est résolue", low=0.0, high=1.0)
    recovery_compensation: float = setting(0.08, "Part sauvée par un geste commercial, tiré au sort", low=0.0, high=1.0)
    resolution_rate: float = setting(0.6, "Réclamations résolues, au taux d'achat médian", low=0.0, high=1.0)
    resolution_priority: float = setting(
        0.7,
        "Priorité aux bons clients : hausse du logit de résolution par écart-type du taux d'achat",
        low=0.0,
        high=3.0,
    )
    compensation_share: float = setting(0.5, "Réclamations suivies d'un geste commercial", low=0.0, high=1.0)
    compensation_value: float = setting(10.0, "Valeur d'un geste commercial", unit="EUR", low=0.0, high=500.0)
    question_rate: float = setting(0.05, "Questions par achat, pour un client moyen", low=0.0, high=1.0)
    breakdown_rate: float = setting(0.6, "Pannes de machine par an et par contrat d'entretien", low=0.0, high=10.0)
    repeat_share: float = setting(0.3, "Questions posées une seconde fois", low=0.0, high=1.0)
    repeat_elsewhere: float = setting(0.7, "Part de ces questions posées par un autre canal", low=0.0, high=1.0)
    contradiction_elsewhere: float = setting(0.22, "Réponses contradictoires d'un canal à l'autre", low=0.0, high=1.0)
    contradiction_same: float = setting(0.03, "Réponses contradictoires dans un même canal", low=0.0, high=1.0)


@dataclass(frozen=True, kw_only=True)
class SurveySettings:
    """Satisfaction survey: items by stage, non-response, calls to those who stayed silent."""

    survey_share: float = setting(0.6, "Part des clients interrogés à chaque enquête", low=0.01, high=1.0)
    survey_response: float = setting(-0.9, "Logit de réponse d'un client moyen, sans consentement", low=-6.0, high=30.0)
    survey_satisfaction: float = setting(
        0.6, "Hausse du logit de réponse par écart-type de satisfaction", low=0.0, high=3.0
    )
    survey_consent: float = setting(
        0.8, "Hausse du logit de réponse avec le consentement à l'e-mail", low=0.0, high=3.0
    )
    survey_followup: float = setting(0.15, "Part des silencieux tirés au sort pour être rappelés", low=0.0, high=1.0)
    survey_followup_response: float = setting(0.8, "Part des rappelés qui répondent", low=0.0, high=1.0)
    survey_drift: float = setting(
        -0.2, "Dérive de la satisfaction de 2024 à 2025", unit="écart-type", low=-2.0, high=2.0
    )
    survey_loading: float = setting(0.8, "Corrélation d'une question avec ce qu'elle mesure", low=0.3, high=0.98)
    stage_loading: float = setting(0.8, "Corrélation d'une étape avec la satisfaction", low=0.0, high=1.0)
    relation_loading: float = setting(
        0.8,
        "Corrélation de la qualité de relation avec la part de la satisfaction que la qualité n'explique pas",
        low=0.0,
        high=1.0,
    )
    attachment_loading: float = setting(0.5, "Corrélation de l'attachement avec la satisfaction", low=0.0, high=1.0)
    premium_inflation: float = setting(1.6, "Prime de prix déclarée, rapportée à la vraie", low=0.1, high=5.0)
    benefit_spread: float = setting(
        1.0, "Écart-type d'une note d'avantage autour du profil du groupe de besoin", unit="points", low=0.1, high=3.0
    )
    benefit_style: float = setting(
        1.0, "Écart-type du style de réponse (noter haut ou bas partout)", unit="points", low=0.0, high=3.0
    )
    benefit_respondents: float = setting(
        0.25, "Part des clients interrogés sur les avantages et l'image", low=0.01, high=1.0
    )


@dataclass(frozen=True, kw_only=True)
class MarketSettings:
    """Competitors, prospects, collection of data, opt-in, response to budgets."""

    share_error: float = setting(0.5, "Écart-type de l'erreur de part de client déclarée (logit)", low=0.0, high=3.0)
    share_inflation: float = setting(
        0.4, "Complaisance : hausse du logit de la part de client déclarée", low=-2.0, high=2.0
    )
    visit_days: int = setting(200, "Intervalle moyen entre deux visites d'un commercial", unit="jours", low=5, high=365)
    prospect_conversion: float = setting(0.15, "Part des prospects qui deviennent clients", low=0.02, high=0.8)
    prospect_office: float = setting(0.8, "Hausse du logit de conversion d'un bureau", low=-3.0, high=3.0)
    prospect_distance: float = setting(
        -0.4, "Hausse du logit de conversion quand le logarithme de la distance croît de 1", low=-3.0, high=3.0
    )
    optin_base: float = setting(-1.6, "Logit d'accord d'un client moyen, sans récompense ni effort", low=-6.0, high=6.0)
    optin_reward: float = setting(0.22, "Hausse du logit d'accord par euro de récompense", low=0.0, high=2.0)
    optin_effort: float = setting(-0.25, "Hausse du logit d'accord par minute demandée", low=-3.0, high=0.0)
    optin_sensitive: float = setting(
        -0.9, "Hausse du logit d'accord pour une donnée sensible aux yeux du client", low=-5.0, high=0.0
    )
    optin_rate: float = setting(0.6, "Hausse du logit d'accord par écart-type du taux d'achat", low=-3.0, high=3.0)
    optin_favour: float = setting(
        2.5,
        "Faveur aux bons clients avant l'essai : récompense par écart-type du taux d'achat",
        unit="EUR",
        low=0.0,
        high=10.0,
    )
    collected_shared: float = setting(0.6, "Part des données collectées qui sont diffusées", low=0.0, high=1.0)
    shared_used: float = setting(0.35, "Part des données diffusées qui sont utilisées", low=0.0, high=1.0)
    self_rating: float = setting(
        0.8, "Complaisance d'un service qui note sa propre maturité", unit="points", low=-2.0, high=2.0
    )
    budget_noise: float = setting(
        80.0, "Écart-type de la marge d'une semaine de l'essai de budgets", unit="EUR", low=0.0, high=5000.0
    )
    channel_break: float = setting(
        0.12, "Hausse de la part d'abandon d'une démarche à chaque changement de canal", low=0.0, high=0.4
    )


@dataclass(frozen=True, kw_only=True)
class MarketingSettings(
    CampaignSettings, EmailSettings, CouponSettings, CardSettings, ServiceSettings, SurveySettings, MarketSettings
):
    """Stated truths of the marketing tables."""
