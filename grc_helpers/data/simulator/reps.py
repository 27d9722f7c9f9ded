"""The sales reps and the day when some leave: half of them note their contacts in the shared base."""

from datetime import date
from math import ceil

import numpy as np
import pandas as pd

from grc_helpers.data.simulator.clock import day_number
from grc_helpers.data.simulator.config import BLOCK, SimulationConfig
from grc_helpers.data.simulator.draws import as_dates
from grc_helpers.data.simulator.streams import stream

OFFICES_PER_REP = 50
LEAVING_SHARE = 0.4
FIRST_DEPARTURE, LAST_DEPARTURE = day_number(date(2023, 10, 1)), day_number(date(2025, 6, 30))


def make_reps(config: SimulationConfig, block: int) -> pd.DataFrame:
    """Return the reps who serve the offices of a block.

    Returns
    -------
    pandas.DataFrame
        rep_id, left (date or NaT), successor_id (rep who takes over, or None), shared_base (bool: the rep's contacts
        are written in the shared base, so that a departure loses nobody).
    """
    per_block = max(2, ceil(BLOCK * config.office_share / OFFICES_PER_REP))
    count = max(2, ceil(config.block_size(block) * config.office_share / OFFICES_PER_REP))
    rng = stream(config.seed, "commerciaux", block)
    ids = np.array([f"R{block * per_block + number + 1:04d}" for number in range(count)], dtype=object)
    leaving = np.zeros(count, dtype=bool)
    leaving[rng.permutation(count)[: max(1, round(LEAVING_SHARE * count))]] = True
    days = np.sort(rng.integers(FIRST_DEPARTURE, LAST_DEPARTURE + 1, count)).astype(float)
    staying = np.flatnonzero(~leaving)
    successor = np.where(leaving, ids[rng.choice(staying, count)], None)
    return pd.DataFrame(
        {
            "rep_id": ids.astype(str),
            "left": as_dates(np.where(leaving, days, np.nan)),
            "successor_id": successor,
            "shared_base": np.arange(count) % 2 == 0,
        }
    )
