"""The market: what customers spend elsewhere (true and as they say it), prospects and the stages of conquest."""

import numpy as np
import pandas as pd
from scipy.special import expit, logit

from grc_helpers.data.simulator.benefits import BRANDS, SURVEYED
from grc_helpers.data.simulator.config import SimulationConfig
from grc_helpers.data.simulator.draws import as_dates, as_days
from grc_helpers.data.simulator.events import DAY, cents, in_window, numbered
from grc_helpers.data.simulator.process import block_of
from grc_helpers.data.simulator.streams import stream

COMPETITORS = list(BRANDS)[1:]
TASTES = {  # shares of what goes elsewhere, on average, by need (Dirichlet, in the order of COMPETITORS)
    "goût": (5.0, 1.5, 1.5), "prix": (1.0, 2.0, 5.0), "praticité": (1.0, 5.0, 2.0), "éthique": (4.0, 1.0, 2.0),
}  # fmt: skip
PROSPECTED = ("prospection", "foire", "publicité web")
FIRST_PROSPECTS = pd.Timestamp("2024-01-01")
STAGES = {
    "meeting": 0.45,
    "offer": 0.5,
}  # chance of reaching each stage, given the one before, for those who do not convert
DELAYS = (12.0, 9.0, 14.0)  # median days: contact to meeting, meeting to offer, offer to first purchase
CATEGORY_NOISE = 0.35


def make_market(config: SimulationConfig, population: pd.DataFrame, orders: pd.DataFrame) -> dict:
    """Ask what is spent elsewhere, and follow prospects.

    Returns
    -------
    dict of pandas.DataFrame
        enquete_part_client (customer_id, date, declared_share, declared_category_cents a year, main_competitor),
        prospects (see `make_prospects`), verite/concurrents (customer_id, competitor, spend_cents a year).
    """
    rng = stream(config.seed, "marche", block_of(population))
    weights = np.array([TASTES[need] for need in population["need"]])
    elsewhere = rng.standard_gamma(weights)
    elsewhere /= elsewhere.sum(axis=1, keepdims=True)
    share = population["share_of_wallet"].to_numpy()
    category = population["category_spend_year"].to_numpy()
    recent, _ = in_window(orders, len(population), SURVEYED - 365 * DAY, SURVEYED)
    at = np.flatnonzero((recent > 0) & (rng.random(len(population)) < config.benefit_respondents))
    declared = expit(logit(share[at]) + config.share_inflation + config.share_error * rng.standard_normal(len(at)))
    noise = np.exp(CATEGORY_NOISE * rng.standard_normal(len(at)) - CATEGORY_NOISE**2 / 2)
    ids = population["customer_id"].to_numpy()
    return {
        "enquete_part_client": pd.DataFrame(
            {
                "customer_id": ids[at],
                "date": SURVEYED,
                "declared_share": np.round(declared, 2),
                "declared_category_cents": cents(np.maximum(np.round(category[at] * noise, -1), 10)),
                "main_competitor": np.array(COMPETITORS, dtype=object)[elsewhere[at].argmax(axis=1)],
            }
        ).astype({"date": "datetime64[s]"}),
        "prospects": make_prospects(config, population),
        "verite/concurrents": pd.DataFrame(
            {
                "customer_id": np.repeat(ids, len(COMPETITORS)),
                "competitor": np.tile(np.array(COMPETITORS, dtype=object), len(ids)),
                "spend_cents": cents(((1 - share) * category)[:, None] * elsewhere).ravel(),
            }
        ),
    }


def make_prospects(config: SimulationConfig, population: pd.DataFrame) -> pd.DataFrame:
    """Return the prospects since 2024: those who became customers, and the others.

    The others have the traits of customers drawn with weights ``exp(−β x)``: the conversion of a prospect then
    follows exactly a logit of slopes β on x (bureau or not, logarithm of the distance), by Bayes' rule.

    Returns
    -------
    pandas.DataFrame
        prospect_id, source, kind, birth_year, household_size, zone, distance_km, first_contact, meeting, offer,
        converted (dates; NaT: not reached), customer_id (None: not a customer).
    """
    block = block_of(population)
    rng = stream(config.seed, "prospects", block)
    won = population["acquisition_channel"].isin(PROSPECTED) & (population["acquired"] >= FIRST_PROSPECTS)
    won = population[won]
    score = config.prospect_office * (won["kind"] == "bureau") + config.prospect_distance * np.log(won["distance_km"])
    weight = np.exp(-(score - score.mean())).to_numpy() if len(won) else np.ones(0)
    count = round(len(won) * (1 / config.prospect_conversion - 1))
    lost = won.iloc[rng.choice(len(won), count, p=weight / weight.sum())] if len(won) else won
    everyone = pd.concat([won, lost], ignore_index=True)
    converts = np.arange(len(everyone)) < len(won)
    waits = np.ceil(np.array(DELAYS) * np.exp(0.6 * rng.standard_normal((len(everyone), 3))))
    end = as_days(everyone["acquired"])
    contact = end - waits.sum(axis=1) - np.where(converts, 0, rng.integers(0, 60, len(everyone)))
    meets = converts | (rng.random(len(everyone)) < STAGES["meeting"])
    asks = converts | meets & (rng.random(len(everyone)) < STAGES["offer"])
    seen = ["acquisition_channel", "kind", "birth_year", "household_size", "zone", "distance_km"]
    table = everyone[seen].rename(columns={"acquisition_channel": "source"})
    table["first_contact"] = as_dates(contact)
    table["meeting"] = as_dates(np.where(meets, contact + waits[:, 0], np.nan))
    table["offer"] = as_dates(np.where(asks, contact + waits[:, :2].sum(axis=1), np.nan))
    table["converted"] = everyone["acquired"].where(converts)
    table["customer_id"] = everyone["customer_id"].where(converts)
    table = table.sort_values(["first_contact", "distance_km", "source"], kind="stable", ignore_index=True)
    table.insert(0, "prospect_id", numbered("P", block, len(table)))
    return table
