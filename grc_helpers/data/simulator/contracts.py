"""Maintenance contracts: quarterly renewals (sBG), a penalty drawn by lot, and what comes before a cancellation.

At the end of each quarter a customer of propensity θ ~ beta(α, β) cancels with probability θ (shifted-beta-geometric,
Fader & Hardie 2007). Half of the contracts, by lot, have a penalty during the first year: it keeps
``penalty_effect`` of those who would have left then. A share of the cancellations is preceded by two tickets, a call,
then fewer purchases.
"""

import numpy as np
import pandas as pd

from grc_helpers.data.simulator.clock import HORIZON
from grc_helpers.data.simulator.config import BLOCK, SimulationConfig
from grc_helpers.data.simulator.draws import as_dates, as_days
from grc_helpers.data.simulator.streams import stream

QUARTER = 91  # days between two renewals
PENALTY_QUARTERS = 4
FEES = {"particulier": 2900, "bureau": 8900}  # cents a quarter
SEQUENCE = (("ticket", 75, 60), ("ticket", 55, 40), ("appel", 35, 25))  # event, days before the end: from, to
DROP_DAYS = 24  # purchases fall this many days before the end


def make_contracts(config: SimulationConfig, population: pd.DataFrame) -> pd.DataFrame:
    """Return the contracts of a block.

    Returns
    -------
    pandas.DataFrame
        contract_id, customer_id, start, end (NaT while it runs), penalty (bool), fee_cents (a quarter), renewals (times
        it was renewed before the end of the period), sequence (bool, latent: the sequence precedes the cancellation).
    """
    block = (int(population["customer_id"].iloc[0][1:]) - 1) // BLOCK
    rng = stream(config.seed, "contrats", block)
    quarters = int(HORIZON // QUARTER) + 1
    uniform, sequence = rng.random((len(population), quarters)), rng.random(len(population))
    start = as_days(population["contract_from"])
    penalty = population["contract_penalty"].to_numpy()
    chance = np.repeat(population["theta"].to_numpy()[:, None], quarters, axis=1)
    chance[:, :PENALTY_QUARTERS] *= np.where(penalty, 1 - config.penalty_effect, 1.0)[:, None]
    leaves = uniform < chance
    first = np.where(leaves.any(axis=1), leaves.argmax(axis=1), quarters)
    end = start + QUARTER * (first + 1.0)
    ended = end < HORIZON
    table = pd.DataFrame(
        {
            "contract_id": "C" + population["customer_id"].str[1:],
            "customer_id": population["customer_id"],
            "start": population["contract_from"],
            "end": as_dates(np.where(ended, end, np.nan)).to_numpy(),
            "penalty": penalty,
            "fee_cents": population["kind"].map(FEES).astype("int64"),
            "renewals": np.where(ended, first, np.nan_to_num((HORIZON - 1 - start) // QUARTER)).astype("int64"),
            "sequence": ended & (sequence < config.sequence_share),
        },
        index=population.index,
    )
    return table[population["contract_from"].notna()].reset_index(drop=True)


def make_precursors(config: SimulationConfig, contracts: pd.DataFrame, block: int = 0) -> pd.DataFrame:
    """Return the events that precede the cancellations whose ``sequence`` is true.

    Returns
    -------
    pandas.DataFrame
        customer_id, date, event ("ticket" or "appel"): to be written among tickets and contacts.
    """
    chosen = contracts[contracts["sequence"]]
    rng = stream(config.seed, "contrats/suite", block)
    parts = []
    for event, early, late in SEQUENCE:
        days = np.floor(as_days(chosen["end"]) - rng.uniform(late, early, len(chosen)))
        parts.append(
            pd.DataFrame({"customer_id": chosen["customer_id"].to_numpy(), "date": as_dates(days), "event": event})
        )
    return pd.concat(parts).sort_values(["date", "customer_id"], kind="stable", ignore_index=True)


def drop_days(config: SimulationConfig, population: pd.DataFrame) -> np.ndarray:
    """Return, by customer, the day from which purchases fall before a cancellation (inf: never)."""
    contracts = make_contracts(config, population)
    chosen = contracts[contracts["sequence"]]
    ends = population["customer_id"].map(pd.Series(as_days(chosen["end"]), chosen["customer_id"]))
    return np.nan_to_num(ends.to_numpy(dtype=float) - DROP_DAYS, nan=np.inf)
