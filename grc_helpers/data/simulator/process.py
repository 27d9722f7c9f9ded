"""When customers buy: BG/NBD or Pareto/NBD, with the causal effects as thinning.

Candidate purchases come at ``cap × λ`` on the business clock; each one happens with probability
``intensity / (cap × λ)``. Two runs that differ by one effect thus share their candidates: what differs is the effect.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from grc_helpers.data.simulator.clock import HORIZON, Clock
from grc_helpers.data.simulator.config import BLOCK, SimulationConfig
from grc_helpers.data.simulator.contracts import drop_days
from grc_helpers.data.simulator.draws import as_days
from grc_helpers.data.simulator.reps import make_reps
from grc_helpers.data.simulator.streams import stream

CAP = 1.5  # candidates per purchase that λ alone would make: room for effects up to +50 %
NODES, WEIGHTS = np.polynomial.hermite_e.hermegauss(40)
CONVEXITY = 4


@dataclass(frozen=True)
class Process:
    """Purchases of a block: ``row`` (place of the customer) and ``time`` (days since the start), sorted, first ones in;
    ``last`` is the day when each customer stops for good (inf: not before the end)."""

    row: np.ndarray
    time: np.ndarray
    last: np.ndarray


def block_of(population: pd.DataFrame) -> int:
    """Return the block that a population frame is."""
    return (int(population["customer_id"].iloc[0][1:]) - 1) // BLOCK


def draw_process(config: SimulationConfig, traits: pd.DataFrame) -> Process:
    """Draw the purchase times and the lifetimes of the customers of a block."""
    block, size = block_of(traits), len(traits)
    start = traits["acquired_time"].to_numpy()
    row, time = _candidates(config, traits, start, block)
    intensity = _intensity(config, traits, row, time, start)
    cap = _cap(config)
    happens = stream(config.seed, "ventes/amincissement", block).random(len(row)) < intensity / cap
    end = _outside_end(config, traits, start, block)
    happens &= time <= end[row]
    if config.process == "BG/NBD":
        chance = traits["dropout"].to_numpy() * retention_factor(config, traits["satisfaction"].to_numpy())
        leaves = happens & (stream(config.seed, "ventes/abandon", block).random(len(row)) < chance[row])
        last = np.full(size, np.inf)
        np.minimum.at(last, row[leaves], time[leaves])
        end = np.minimum(end, last)
        happens &= time <= end[row]
    row = np.concatenate([np.arange(size), row[happens]])
    time = np.concatenate([start, time[happens]])
    order = np.lexsort((time, row))
    return Process(row[order], time[order], np.where(end < HORIZON, end, np.inf))


def _cap(config: SimulationConfig) -> float:
    most = (1 + config.card_effect) * (1 + config.multichannel_effect) * (1 + 3 * max(config.tenure_effect, 0))
    return max(CAP, most)


def _candidates(config, traits, start, block) -> tuple[np.ndarray, np.ndarray]:
    clock = Clock(config)
    since, until = clock.business(start), clock.business(np.array([HORIZON]))[0]
    mean = _cap(config) * traits["rate"].to_numpy() / 7 * (until - since)
    count = stream(config.seed, "ventes/nombre", block).poisson(mean)
    row = np.repeat(np.arange(len(traits)), count)
    place = stream(config.seed, "ventes/instant", block).random(len(row))
    return row, clock.calendar(since[row] + place * (until - since[row]))


def _intensity(config, traits, row, time, start) -> np.ndarray:
    """Return the intensity of each candidate, λ being 1."""
    intensity = np.ones(len(row))
    for column, effect in (("card_from", config.card_effect), ("second_channel_from", config.multichannel_effect)):
        since = np.nan_to_num(as_days(traits[column]), nan=np.inf)
        intensity[time >= since[row]] *= 1 + effect
    if config.tenure_effect:
        intensity *= 1 + config.tenure_effect * (time - start[row]) / 365.25
    if config.cancellation_drop:
        intensity[time >= drop_days(config, traits)[row]] *= 1 - config.cancellation_drop
    return intensity


def retention_factor(config: SimulationConfig, satisfaction: np.ndarray) -> np.ndarray:
    """Return what satisfaction (0 to 10) multiplies the dropout by: convex effect on retention, mean 1.

    ``1 − e·((s/10)⁴ − m)`` with ``m`` the mean of ``(s/10)⁴``.
    """
    mean = (WEIGHTS * (1 / (1 + np.exp(-(1.0 + 0.75 * NODES)))) ** CONVEXITY).sum() / WEIGHTS.sum()
    return 1 - config.satisfaction_effect * ((satisfaction / 10) ** CONVEXITY - mean)


def _outside_end(config, traits, start, block) -> np.ndarray:
    """Return the day of an end that no purchase decides: Pareto's death, or a rep who leaves with the office."""
    end = np.full(len(traits), np.inf)
    if config.process == "Pareto/NBD":
        hazard = traits["dropout"].to_numpy() * retention_factor(config, traits["satisfaction"].to_numpy())
        wait = stream(config.seed, "ventes/mort", block).exponential(1.0, len(traits))
        end = start + 7 * wait / np.maximum(hazard, 1e-300)
    reps = make_reps(config, block)
    gone = reps[reps["left"].notna() & ~reps["shared_base"]]
    departure = traits["rep_id"].map(pd.Series(as_days(gone["left"]), gone["rep_id"])).to_numpy(dtype=float)
    rng = stream(config.seed, "ventes/depart_commercial", block)
    follows, delay = rng.random(len(traits)) < config.rep_departure_effect, rng.uniform(0, 60, len(traits))
    lost = follows & (departure > start)
    return np.where(lost, np.minimum(end, np.nan_to_num(departure) + delay), end)
