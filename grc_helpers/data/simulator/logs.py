"""Logs of the organisation: collection of data, maturity, journeys across channels, synchronisation of files."""

import numpy as np
import pandas as pd
from scipy.special import expit, ndtr

from grc_helpers.data.simulator.clock import HORIZON, day_number
from grc_helpers.data.simulator.config import END, SimulationConfig
from grc_helpers.data.simulator.draws import as_dates, as_days, pick
from grc_helpers.data.simulator.events import active, numbered, rate_score
from grc_helpers.data.simulator.process import block_of
from grc_helpers.data.simulator.streams import stream

FIELDS = {"e-mail": False, "préférences": False, "téléphone": True, "date de naissance": True}  # sensitive or not
TRIAL = pd.Timestamp("2025-01-01")  # from then on, the reward is drawn by lot
REWARDS, MINUTES = np.array([0, 2, 5, 10]), np.array([1, 3, 5])
DEPARTMENTS = ("boutiques", "site", "téléphone", "commerciaux", "service")
DIMENSIONS = ("savoir-faire", "formation", "processus", "moyens", "culture")
LEVELS = np.array(  # true maturity in 2023: department × dimension
    [[3.2, 2.4, 2.6, 2.8, 3.0], [2.8, 2.6, 3.0, 3.2, 2.4], [2.4, 2.2, 2.4, 2.0, 2.6], [3.0, 2.0, 1.8, 2.4, 1.8],
     [2.6, 2.8, 2.8, 2.2, 3.2]]
)  # fmt: skip
PROGRESS = 0.4  # points gained from 2023 to 2025
LENIENCY = {"boutiques": 0.2, "site": -0.1, "téléphone": 0.0, "commerciaux": 0.3, "service": -0.2}
CHANNELS = {"site": 0.4, "boutique": 0.35, "téléphone": 0.25}
STEPS, ABANDON, MOVES = ("information", "choix", "commande", "suivi"), 0.1, 0.35
SYNC_MEDIAN, SYNC_SIGMA = 2.0, 0.9  # days before a change made in one channel is seen in the others


def make_logs(config: SimulationConfig, population: pd.DataFrame, orders: pd.DataFrame) -> dict:
    """Write the logs.

    Returns
    -------
    dict of pandas.DataFrame
        journal_collecte, parcours, journal_synchro, maturite (of the firm: the same for each block), verite/maturite.
    """
    return {
        "journal_collecte": _collection(config, population),
        "parcours": _journeys(config, population),
        "journal_synchro": _updates(config, population),
        **_maturity(config),
    }


def _collection(config: SimulationConfig, population: pd.DataFrame) -> pd.DataFrame:
    """Ask each customer for one piece of data: in 2024 the reward favours good customers, in 2025 it is drawn by lot.

    The answer is a logit of reward, minutes asked, sensitivity of the field and (standardised, log) purchase rate.
    """
    rng = stream(config.seed, "journal_collecte", block_of(population))
    start = np.maximum(as_days(population["acquired"]) + 1, day_number(END.replace(year=2023)) + 1)
    day = np.floor(start + rng.random(len(population)) * (HORIZON - start))
    asked = np.flatnonzero((start < HORIZON - 1) & active(population, as_dates(day)))
    day, score = day[asked], rate_score(population)[asked]
    trial = day >= (TRIAL - pd.Timestamp("2023-01-01")).days
    n = len(asked)
    favour = np.clip(np.round(3 + config.optin_favour * score + rng.standard_normal(n)), 0, 10)
    reward = np.where(trial, REWARDS[rng.integers(0, len(REWARDS), n)], favour).astype("int64")
    minutes = MINUTES[rng.integers(0, len(MINUTES), n)]
    field = np.array(list(FIELDS), dtype=object)[rng.integers(0, len(FIELDS), n)]
    sensitive = np.array([FIELDS[name] for name in field], dtype=bool)
    logit = config.optin_base + config.optin_reward * reward + config.optin_effort * minutes
    logit += config.optin_sensitive * sensitive + config.optin_rate * score
    given = rng.random(n) < expit(logit)
    shared = given & (rng.random(n) < config.collected_shared)
    used = shared & (rng.random(n) < config.shared_used)
    seen = day + np.ceil(rng.exponential(8.0, n))
    then = seen + np.ceil(rng.exponential(20.0, n))
    shared, used = shared & (seen < HORIZON), used & (then < HORIZON)
    table = pd.DataFrame(
        {
            "customer_id": population["customer_id"].to_numpy()[asked],
            "date": as_dates(day),
            "channel": pick(rng.random(n), CHANNELS),
            "field": field,
            "phase": np.where(trial, "essai", "usage"),
            "reward_cents": 100 * reward,
            "minutes": minutes,
            "sensitive": sensitive,
            "given": given,
            "shared_on": as_dates(np.where(shared, seen, np.nan)),
            "used_on": as_dates(np.where(used, then, np.nan)),
        }
    )
    return table.sort_values(["date", "customer_id"], kind="stable", ignore_index=True)


def _journeys(config: SimulationConfig, population: pd.DataFrame) -> pd.DataFrame:
    """Follow requests of 2025 from step to step: each change of channel makes more of them give up."""
    block = block_of(population)
    rng = stream(config.seed, "parcours", block)
    day = day_number(END.replace(month=1, day=1)) + rng.integers(0, 350, len(population))
    who = np.flatnonzero(active(population, as_dates(day.astype(float))) & (rng.random(len(population)) < 0.6))
    n, names = len(who), np.array(list(CHANNELS), dtype=object)
    place = pd.Index(names).get_indexer(pick(rng.random(n), CHANNELS))
    still, date, parts = np.ones(n, dtype=bool), day[who].astype(float), []
    ids = population["customer_id"].to_numpy()[who]
    for number, step in enumerate(STEPS):
        moves = rng.random(n) < MOVES if number else np.zeros(n, dtype=bool)
        place = np.where(moves, (place + rng.integers(1, len(names), n)) % len(names), place)
        gives_up = rng.random(n) < ABANDON + config.channel_break * moves
        row = {"journey": np.arange(n), "customer_id": ids, "step": number + 1, "stage": step, "date": as_dates(date)}
        parts.append(pd.DataFrame(row | {"channel": names[place], "abandoned": gives_up})[still])
        still &= ~gives_up
        date = date + rng.integers(0, 4, n)
    table = pd.concat(parts).sort_values(["journey", "step"], ignore_index=True)
    table.insert(0, "journey_id", numbered("J", block, table.pop("journey").to_numpy()))
    return table


def _updates(config: SimulationConfig, population: pd.DataFrame) -> pd.DataFrame:
    """Log changes made in one channel, when the others see them, and those that met another change on the way."""
    block = block_of(population)
    rng = stream(config.seed, "journal_synchro", block)
    start = as_days(population["acquired"])
    n = len(population)
    day = np.floor(start + rng.random(n) * (HORIZON - start))
    who = np.flatnonzero((rng.random(n) < 0.25) & active(population, as_dates(day)))
    n, names = len(who), np.array(list(CHANNELS), dtype=object)
    place = rng.integers(0, len(names), n)
    field = np.array(["adresse", "e-mail", "téléphone"], dtype=object)[rng.integers(0, 3, n)]
    delay = np.exp(np.log(SYNC_MEDIAN) + SYNC_SIGMA * rng.standard_normal((2, n)))
    again, gap = rng.random(n) < 0.3, rng.integers(1, 8, n)
    ids = population["customer_id"].to_numpy()[who]
    first = pd.DataFrame({"customer_id": ids, "field": field, "channel": names[place], "date": as_dates(day[who])})
    first = first.assign(visible=as_dates(np.ceil(day[who] + delay[0])), conflict=False)
    other = names[(place + rng.integers(1, len(names), n)) % len(names)]
    then = first.assign(
        channel=other, date=as_dates(day[who] + gap), visible=as_dates(np.ceil(day[who] + gap + delay[1]))
    )
    then["conflict"] = gap < delay[0]
    table = pd.concat([first, then[again]])
    table = table[table["date"] <= pd.Timestamp(END)].sort_values(
        ["date", "customer_id"], kind="stable", ignore_index=True
    )
    table["visible"] = table["visible"].where(table["visible"] <= pd.Timestamp(END))
    table.insert(0, "update_id", numbered("U", block, len(table)))
    return table


def conflict_chance(gap: int) -> float:
    """Return the chance that a change made ``gap`` days after another, in another channel, meets it on the way."""
    return float(ndtr((np.log(SYNC_MEDIAN) - np.log(gap)) / SYNC_SIGMA))


def _maturity(config: SimulationConfig) -> dict:
    """Grade each department on each dimension, in 2023 and 2025, by every department, its own included."""
    rng = stream(config.seed, "maturite")
    rows, truth = [], []
    for year in (2023, 2025):
        for d, department in enumerate(DEPARTMENTS):
            for k, dimension in enumerate(DIMENSIONS):
                level = LEVELS[d, k] + PROGRESS * (year == 2025)
                truth.append((year, department, dimension, level))
                for rater in DEPARTMENTS:
                    kind = config.self_rating * (rater == department) + LENIENCY[rater]
                    score = np.clip(np.round(2 * (level + kind + 0.35 * rng.standard_normal())) / 2, 1, 5)
                    rows.append((pd.Timestamp(year=year, month=11, day=15), department, dimension, rater, float(score)))
    grades = pd.DataFrame(rows, columns=["date", "department", "dimension", "rater", "score"])
    return {
        "maturite": grades.astype({"date": "datetime64[s]"}),
        "verite/maturite": pd.DataFrame(truth, columns=["year", "department", "dimension", "level"]),
    }
