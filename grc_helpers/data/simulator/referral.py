"""Referral: customers invited by lot to bring others; some of those brought would have come anyway.

Every new customer who comes by word of mouth after the start of the programme names a sponsor. A known share would
not have come without the programme: their sponsors are all among the invited. The others would have come anyway,
whoever their sponsor.
"""

import numpy as np
import pandas as pd

from grc_helpers.data.simulator.config import END, SimulationConfig
from grc_helpers.data.simulator.events import DAY, cents, contact_rows, known, satisfaction_score
from grc_helpers.data.simulator.process import block_of
from grc_helpers.data.simulator.streams import stream

REFERRAL = "PARRAINAGE"
TRIES = 40


def make_referrals(config: SimulationConfig, population: pd.DataFrame, orders: pd.DataFrame) -> dict:
    """Invite sponsors by lot and give a sponsor to each customer who came by word of mouth.

    Returns
    -------
    dict of pandas.DataFrame
        campagnes, ciblage (who was invited), contacts, parrainages (customer_id, sponsor_id, date, reward_cents: 0
        when the sponsor was not invited), verite/parrainages (customer_id, incremental).
    """
    start = pd.Timestamp(config.referral_start)
    rng = stream(config.seed, "parrainages", block_of(population))
    at = np.flatnonzero(known(population, config.referral_start))
    invited = rng.random(len(at)) < config.referral_invited
    weight = np.exp(config.referral_satisfaction * satisfaction_score(population)[at])
    came = (population["acquisition_channel"] == "bouche-à-oreille") & (population["acquired"] >= start)
    new = np.flatnonzero(came.to_numpy())
    incremental = rng.random(len(new)) < config.referral_incremental
    sponsor = np.where(
        incremental,
        _sponsors(rng, population, at, weight * invited, new),
        _sponsors(rng, population, at, weight, new),
    )
    new, incremental, sponsor = new[sponsor >= 0], incremental[sponsor >= 0], sponsor[sponsor >= 0]
    ids = population["customer_id"].to_numpy()
    paid = np.isin(sponsor, at[invited])
    group = np.where(invited, "traité", "témoin")
    targets = pd.DataFrame({"campaign_id": REFERRAL, "customer_id": ids[at], "group": group})
    campaign = {
        "campaign_id": REFERRAL, "name": "Parrainage", "launch": start, "days": (pd.Timestamp(END) - start).days + 1,
        "channel": "courrier", "assignment": "tirage au sort", "unit_cost_cents": 0,
    }  # fmt: skip
    return {
        "campagnes": pd.DataFrame([campaign]),
        "ciblage": targets.assign(observed_from=start, observed_until=pd.Timestamp(END) + DAY),
        "contacts": contact_rows(
            ids[at[invited]],
            start,
            "courrier",
            "marketing",
            "invitation à parrainer",
            campaign_id=REFERRAL,
            outcome=np.where(np.isin(at[invited], sponsor), "filleul", "sans suite"),
        ),  # fmt: skip
        "parrainages": pd.DataFrame(
            {
                "customer_id": ids[new],
                "sponsor_id": ids[sponsor],
                "date": population["acquired"].to_numpy()[new],
                "reward_cents": cents(paid * config.referral_reward),
            }
        ),
        "verite/parrainages": pd.DataFrame({"customer_id": ids[new], "incremental": incremental}),
    }


def _sponsors(rng, population, at: np.ndarray, weight: np.ndarray, new: np.ndarray) -> np.ndarray:
    """Draw a sponsor for each new customer among those who still buy that day; −1 when none was found."""
    ended = population["lifetime_end"].fillna(pd.Timestamp(END) + DAY).to_numpy()
    day = population["acquired"].to_numpy()[new]
    found = np.full(len(new), -1)
    if not weight.sum():
        return found
    for _ in range(TRIES):
        drawn = at[rng.choice(len(at), len(new), p=weight / weight.sum())]
        found = np.where((found < 0) & (ended[drawn] > day), drawn, found)
    return found
