"""Who the customers are: observable traits and latent ones, correlated as stated."""

import numpy as np
import pandas as pd
from scipy.special import betaincinv, gammaincinv, ndtr

from grc_helpers.data.simulator.clock import HORIZON, Clock, day_number, weekday
from grc_helpers.data.simulator.config import BLOCK, SimulationConfig
from grc_helpers.data.simulator.draws import Draws, as_dates, pick
from grc_helpers.data.simulator.reps import make_reps

ZONES = {"Angers centre": 3.0, "agglomération": 12.0, "Maine-et-Loire": 60.0, "France": np.inf}  # up to, km
ACQUISITION = {  # share among individuals, share among offices, median cost in cents; best customers first
    "bouche-à-oreille": (0.27, 0.15, 150),
    "vitrine": (0.38, 0.05, 250),
    "foire": (0.10, 0.15, 1400),
    "publicité web": (0.20, 0.05, 2600),
    "prospection": (0.05, 0.60, 6500),
}
NEEDS = {"goût": 0.34, "prix": 0.28, "praticité": 0.24, "éthique": 0.14}
UPLIFT = {"acquis": 0.35, "persuadable": 0.18, "à laisser tranquille": 0.09, "perdu": 0.38}  # the best buyers first
PREMIUM = {"goût": 0.10, "prix": -0.06, "praticité": 0.04, "éthique": 0.14}


def make_traits(config: SimulationConfig, block: int) -> pd.DataFrame:
    """Return the LATENT frame of a block without what depends on purchases (see `population.make_population`)."""
    draws = Draws(config, block, "population")
    z_rate = draws.normal("rate")
    z_spend = draws.related("spend", z_rate, config.rate_spend_correlation)
    frame = pd.DataFrame({"customer_id": [f"M{block * BLOCK + k + 1:07d}" for k in range(draws.size)]})
    score = draws.related("kind", z_spend, 0.9)
    office = score > np.quantile(score, 1 - config.office_share) if config.office_share else np.zeros(draws.size, bool)
    frame["kind"] = np.where(office, "bureau", "particulier")
    _add_person(frame, draws, office, z_rate, config)
    _add_channels(frame, draws, office, z_rate, config)
    _add_acquisition(frame, draws, office, z_rate, config)
    _add_purchasing(frame, draws, z_rate, z_spend, config)
    _add_relationship(frame, draws, office, z_rate, config)
    _add_mind(frame, draws, z_rate)
    _add_rep(frame, draws, office, make_reps(config, block))
    return frame


def _add_person(frame, draws, office, z_rate, config) -> None:
    age = np.clip(47 + 15 * draws.normal("age"), 18, 92)
    frame["birth_year"] = pd.array(np.where(office, 0, 2024 - age.astype(int)), dtype="Int16")
    frame.loc[office, "birth_year"] = pd.NA
    frame["sex"] = np.where(office, None, pick(draws.uniform("sex"), {"F": 0.56, "M": 0.44}))
    z_far = draws.related("distance", z_rate, config.rate_distance_correlation)
    frame["distance_km"] = np.round(np.exp(1.6 + 1.5 * z_far).clip(0.1, 900), 1)
    bounds = np.array(list(ZONES.values()))
    frame["zone"] = np.array(list(ZONES), dtype=object)[np.searchsorted(bounds, frame["distance_km"], side="left")]
    size = pick(draws.uniform("household"), {"1": 0.33, "2": 0.34, "3": 0.13, "4": 0.14, "5": 0.06}).astype(int)
    frame["household_size"] = pd.array(size, dtype="Int8")
    frame.loc[office, "household_size"] = pd.NA


def _add_channels(frame, draws, office, z_rate, config) -> None:
    """Draw the preferred channel, and a second one for some: those who buy often add it more often and earlier."""
    u, far = draws.uniform("channel"), (frame["zone"] == "France").to_numpy()
    person = pick(u, {"boutique": 0.64, "web": 0.25, "téléphone": 0.11})
    remote = pick(u, {"web": 0.70, "téléphone": 0.30})
    firm = pick(u, {"commercial": 0.68, "web": 0.17, "téléphone": 0.15})
    frame["preferred_channel"] = np.where(office, firm, np.where(far, remote, person))
    web_first = frame["preferred_channel"].eq("web").to_numpy()
    away = np.where(far | office, "téléphone", "boutique")
    frame["second_channel"] = np.where(web_first, away, "web")
    frame["shop"] = np.where(draws.uniform("shop") < 0.62, "Ralliement", "Saint-Serge")
    county = (frame["zone"] == "Maine-et-Loire").to_numpy()
    frame["web_open_from"] = as_dates(
        np.where(county, day_number(config.web_opening_county), day_number(config.web_opening)).astype(float)
    )
    frame["web_incremental"] = web_first & (draws.uniform("web_incremental") >= config.web_cannibalisation)


def _add_acquisition(frame, draws, office, z_rate, config) -> None:
    """Draw the day of the first purchase: many in the first months (the base is new), then evenly."""
    u, early = draws.uniform("acquired"), draws.uniform("acquired_early") < 0.3
    day = np.where(early, 180 * u**1.5, u * HORIZON)
    opening = ((frame["web_open_from"] - pd.Timestamp("2023-01-01")).dt.days).to_numpy(dtype=float)
    new = frame["web_incremental"].to_numpy()
    day = np.where(new, opening + u * (HORIZON - opening), day)
    if config.weekly_season:
        day = _on_an_open_day(day, draws.uniform("acquired_weekday"), Clock(config))
    frame["acquired"] = as_dates(day)
    frame["acquired_time"] = np.minimum(day, HORIZON - 1e-6)
    z = draws.related("acquisition", z_rate, 0.25)
    shares = [{name: values[place] for name, values in ACQUISITION.items()} for place in (0, 1)]
    channel = np.where(office, draws.choice("", shares[1], z), draws.choice("", shares[0], z))
    channel = np.where(new, "publicité web", channel)
    frame["acquisition_channel"] = channel
    median = pd.Series(channel).map({name: values[2] for name, values in ACQUISITION.items()}).to_numpy()
    cost = median * np.where(office, 2.5, 1.0) * np.exp(0.35 * draws.normal("acquisition_cost"))
    frame["acquisition_cost_cents"] = np.round(cost).astype("int64")


def _on_an_open_day(day: np.ndarray, uniform: np.ndarray, clock: Clock) -> np.ndarray:
    """Move a first purchase inside its week to a day that follows the rhythm of the week, never a Sunday."""
    monday = np.floor(day) - weekday(day)
    weights = np.array([0.70, 0.95, 1.05, 1.00, 1.20, 1.95])
    moved = monday + np.searchsorted(np.cumsum(weights) / weights.sum(), uniform, side="right") + (day - np.floor(day))
    return np.where((moved < 0) | (moved >= HORIZON), np.where(weekday(day) == 6, day + 1, day), moved)


def _add_purchasing(frame, draws, z_rate, z_spend, config) -> None:
    """Set λ, p or μ, and the mean amount: marginals exact, whatever the correlations."""
    frame["rate"] = gammaincinv(config.rate_r, ndtr(z_rate)) / config.rate_alpha
    u = draws.uniform("dropout")
    if config.process == "BG/NBD":
        frame["dropout"] = betaincinv(config.dropout_a, config.dropout_b, u)
    else:
        frame["dropout"] = gammaincinv(config.death_s, u) / config.death_beta
    nu = gammaincinv(config.spend_q, ndtr(-z_spend)) / config.spend_gamma
    frame["spend_mean"] = config.spend_p / nu
    frame["spend_shape"] = config.spend_p
    granted = 0.14 + 0.07 * draws.related("discount", z_spend, 0.4)
    frame["discount_rate"] = np.where(frame["kind"] == "bureau", np.round(granted.clip(0.0, 0.35), 2), 0.0)


def _add_relationship(frame, draws, office, z_rate, config) -> None:
    """Draw second channel, loyalty card and contract: their dates are latent, some fall after the last purchase."""
    start = frame["acquired_time"].to_numpy()
    opening = ((frame["web_open_from"] - pd.Timestamp("2023-01-01")).dt.days).to_numpy(dtype=float)
    able = np.where(frame["second_channel"] == "web", np.maximum(start, opening), start)
    chance = np.where(office, 0.35, 0.45) * np.exp(0.45 * z_rate)
    waiting = draws.rng("second_channel").exponential(1.0, draws.size) * 900 / np.maximum(chance, 1e-3) / 2
    frame["second_channel_from"] = _dates_or_none(able + waiting)
    taste = -0.2 + 0.7 * z_rate - 0.25 * (np.log(frame["distance_km"]) - 1.6) + draws.normal("card")
    wants = (taste > 0) & ~office
    delay = np.where(draws.uniform("card_now") < 0.45, 0.0, draws.rng("card_delay").exponential(120.0, draws.size))
    frame["card_from"] = _dates_or_none(np.where(wants, start + delay, np.inf))
    owns = draws.uniform("contract") < np.where(office, 0.45, 0.12)
    later = draws.rng("contract_delay").exponential(150.0, draws.size)
    frame["contract_from"] = _dates_or_none(np.where(owns, start + later, np.inf))
    frame["contract_penalty"] = draws.uniform("penalty") < 0.5
    frame["theta"] = betaincinv(config.contract_alpha, config.contract_beta, draws.uniform("theta"))


def _dates_or_none(days: np.ndarray) -> pd.Series:
    return as_dates(np.where(days < HORIZON, days, np.nan))


def _add_mind(frame, draws, z_rate) -> None:
    """Draw quality, satisfaction (0 to 10), need, sensitivity to campaigns, share of wallet and consent."""
    expected = draws.normal("expected")
    perceived = draws.related("perceived", expected, 0.4)
    frame["expected_quality"] = np.round(7.2 + 1.1 * expected, 4).clip(0, 10)
    frame["perceived_quality"] = np.round(7.0 + 1.3 * perceived, 4).clip(0, 10)
    gap = (perceived - expected) / np.sqrt(1.2)
    frame["satisfaction"] = 10 / (1 + np.exp(-(1.0 + 0.75 * (0.8 * gap + 0.6 * draws.normal("satisfaction")))))
    frame["need"] = draws.choice("need", NEEDS)
    frame["uplift_type"] = draws.choice("", UPLIFT, draws.related("uplift", z_rate, 0.45))
    premium = frame["need"].map(PREMIUM).to_numpy(dtype=float)
    frame["price_premium"] = premium + 0.05 * draws.normal("premium")
    share = betaincinv(2.2, 2.0, ndtr(draws.related("wallet", z_rate, 0.5)))
    frame["share_of_wallet"] = share.clip(0.02, 0.99)
    own = 52.18 * frame["rate"] * frame["spend_mean"]
    frame["category_spend_year"] = own / frame["share_of_wallet"]
    frame["service_load"] = np.exp(
        0.9 * draws.normal("service") - 0.405
    )  # mean 1: how much service a customer asks for
    frame["consent_email"] = draws.uniform("consent_email") < 0.58
    frame["consent_phone"] = draws.uniform("consent_phone") < 0.31


def _add_rep(frame, draws, office, reps: pd.DataFrame) -> None:
    """Give each office its first rep."""
    drawn = reps["rep_id"].to_numpy(dtype=object)[draws.rng("rep").integers(0, len(reps), draws.size)]
    frame["rep_id"] = np.where(office, drawn, None)
