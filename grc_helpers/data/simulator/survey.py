"""The satisfaction survey of 2024 and 2025: several items by stage, silence that depends on satisfaction, a reminder.

What each customer would answer is drawn for everyone who is asked; only those who respond are written. Items are
ordered categories (1 to 7) of normal scores: the reliability of each scale is known. Some of those who stayed silent
are drawn by lot and asked again by letter, with a gift: nearly all answer, whatever their satisfaction (double
sampling, Hansen and Hurwitz 1946). The effect of satisfaction on retention is in `process.retention_factor`.
"""

import numpy as np
import pandas as pd
from scipy.special import expit

from grc_helpers.data.simulator.config import SimulationConfig
from grc_helpers.data.simulator.events import DAY, in_window, satisfaction_score
from grc_helpers.data.simulator.process import block_of
from grc_helpers.data.simulator.streams import stream

WAVES = (pd.Timestamp("2024-06-10"), pd.Timestamp("2025-06-10"))
CUTS = np.array([-2.3, -1.7, -1.1, -0.4, 0.3, 1.1])  # limits of the grades 1 to 7 on a standard normal score
STAGES = ("before", "during", "after")  # avant, pendant et après l'achat
ITEMS = {"before": 4, "during": 4, "after": 4, "expected": 3, "perceived": 3, "relation": 3, "attachment": 4}
RECOMMEND = 0.85  # correlation of the recommendation (0 to 10) with satisfaction
EMAIL, RECEIPT, LETTER = "e-mail", "ticket de caisse", "courrier de relance"


def make_survey(config: SimulationConfig, population: pd.DataFrame, orders: pd.DataFrame) -> dict:
    """Ask customers of the last twelve months, in June 2024 and June 2025.

    Returns
    -------
    dict of pandas.DataFrame
        enquete_envois (customer_id, wave, date, mode, answered, followed_up, answered_later), enquete_satisfaction
        (answers of those who responded: customer_id, wave, date, mode, items, recommend 0–10, repurchase,
        stated_premium), verite/enquete (customer_id, wave, satisfaction_score with the drift, propensity, recommend:
        also of those who are silent).
    """
    parts = [_wave(config, population, orders, number) for number in range(len(WAVES))]
    return {name: pd.concat([part[name] for part in parts], ignore_index=True) for name in parts[0]}


def _wave(config: SimulationConfig, population: pd.DataFrame, orders: pd.DataFrame, number: int) -> dict:
    day = WAVES[number]
    rng = stream(config.seed, f"enquete/{day.year}", block_of(population))
    recent, _ = in_window(orders, len(population), day - 365 * DAY, day)
    at = np.flatnonzero((recent > 0) & (rng.random(len(population)) < config.survey_share))
    people, score = population.iloc[at], satisfaction_score(population)[at]
    consent = people["consent_email"].to_numpy()
    propensity = expit(config.survey_response + config.survey_satisfaction * score + config.survey_consent * consent)
    answered = rng.random(len(at)) < propensity
    followed = ~answered & (rng.random(len(at)) < config.survey_followup)
    later = followed & (rng.random(len(at)) < config.survey_followup_response)

    base = pd.DataFrame({"customer_id": people["customer_id"].to_numpy(), "wave": day.year})
    answers = _answers(config, people, score + config.survey_drift * number, rng)
    wait = rng.integers(0, 15, len(at)) + 30 * later
    given = base.assign(
        date=(day + pd.to_timedelta(wait, unit="D")).astype("datetime64[s]"),
        mode=np.where(later, LETTER, np.where(consent, EMAIL, RECEIPT)),
    )
    sent = base.assign(date=day, mode=np.where(consent, EMAIL, RECEIPT), answered=answered)
    truth = base.assign(
        satisfaction_score=score + config.survey_drift * number, propensity=propensity, recommend=answers["recommend"]
    )
    return {
        "enquete_envois": sent.assign(followed_up=followed, answered_later=later).astype({"date": "datetime64[s]"}),
        "enquete_satisfaction": pd.concat([given, answers], axis=1)[answered | later],
        "verite/enquete": truth,
    }


def _answers(config: SimulationConfig, people: pd.DataFrame, score: np.ndarray, rng) -> pd.DataFrame:
    """Draw the answers of everyone asked."""
    size = len(people)
    expected, perceived = quality_scores(people)
    rest = (satisfaction_score(people) - 0.8 * (perceived - expected) / np.sqrt(1.2)) / 0.6  # see `traits`
    factors = {stage: _mix(score, config.stage_loading, rng) for stage in STAGES}
    factors |= {"expected": expected, "perceived": perceived, "relation": _mix(rest, config.relation_loading, rng)}
    factors["attachment"] = _mix(score, config.attachment_loading, rng)
    columns = {
        f"{name}_{item + 1}": grade(_mix(factors[name], config.survey_loading, rng))
        for name, count in ITEMS.items()
        for item in range(count)
    }
    columns["recommend"] = np.clip(np.round(7.4 + 2.0 * _mix(score, RECOMMEND, rng)), 0, 10).astype("int8")
    columns["repurchase"] = grade(_mix(score, config.survey_loading, rng))
    premium = config.premium_inflation * people["price_premium"].to_numpy() + 0.04 * rng.standard_normal(size)
    columns["stated_premium"] = np.round(premium, 2)
    return pd.DataFrame(columns)


def quality_scores(people: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Return the standard normal scores behind the expected and the perceived quality (see `traits`)."""
    expected, perceived = (people[name].to_numpy() for name in ("expected_quality", "perceived_quality"))
    return (expected - 7.2) / 1.1, (perceived - 7.0) / 1.3


def grade(score: np.ndarray) -> np.ndarray:
    """Turn normal scores into grades from 1 to 7."""
    return (1 + np.searchsorted(CUTS, score, side="right")).astype("int8")


def _mix(score: np.ndarray, correlation: float, rng) -> np.ndarray:
    return correlation * score + np.sqrt(1 - correlation**2) * rng.standard_normal(len(score))
