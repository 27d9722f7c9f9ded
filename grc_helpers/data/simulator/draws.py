"""Drawing correlated traits: standard normal scores, one stream a trait."""

import numpy as np
import pandas as pd
from scipy.special import ndtr

from grc_helpers.data.simulator.config import START, SimulationConfig
from grc_helpers.data.simulator.streams import stream


class Draws:
    """Draws for the customers of a block: each named trait has its own stream, hence never moves another."""

    def __init__(self, config: SimulationConfig, block: int, table: str):
        self.seed, self.block, self.table = config.seed, block, table
        self.size = config.block_size(block)

    def rng(self, trait: str) -> np.random.Generator:
        """Return the generator of a trait."""
        return stream(self.seed, f"{self.table}/{trait}", self.block)

    def uniform(self, trait: str) -> np.ndarray:
        """Return uniform values, one a customer."""
        return self.rng(trait).random(self.size)

    def normal(self, trait: str) -> np.ndarray:
        """Return standard normal values, one a customer."""
        return self.rng(trait).standard_normal(self.size)

    def related(self, trait: str, score: np.ndarray, correlation: float) -> np.ndarray:
        """Return standard normal values that have this correlation with a standard normal score."""
        return correlation * score + np.sqrt(1 - correlation**2) * self.normal(trait)

    def choice(self, trait: str, shares: dict[str, float], score: np.ndarray | None = None) -> np.ndarray:
        """Return a label for each customer; with ``score`` (standard normal), high scores get the first labels."""
        return pick(self.uniform(trait) if score is None else ndtr(-score), shares)


def pick(uniform: np.ndarray, shares: dict[str, float]) -> np.ndarray:
    """Turn uniform values into labels with these shares, in their order."""
    bounds = np.cumsum(list(shares.values()))
    labels = np.array(list(shares), dtype=object)
    return labels[np.minimum(np.searchsorted(bounds / bounds[-1], uniform, side="right"), len(labels) - 1)]


def as_dates(days: np.ndarray) -> pd.Series:
    """Turn days since the start (NaN: no date) into dates at midnight."""
    whole = np.floor(np.where(np.isnan(days), 0, days)).astype("timedelta64[D]")
    dates = (np.datetime64(START) + whole).astype("datetime64[s]")
    dates[np.isnan(days)] = np.datetime64("NaT")
    return pd.Series(dates)


def as_days(dates: pd.Series) -> np.ndarray:
    """Turn dates into days since the start, as floats (NaN: no date)."""
    return ((dates - pd.Timestamp(START)) / pd.Timedelta(days=1)).to_numpy(dtype=float)
