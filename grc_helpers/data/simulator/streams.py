"""Random streams: each table and each mechanism has its own, so that adding one changes no other."""

from zlib import crc32

import numpy as np


def stream(seed: int, table: str, block: int = 0) -> np.random.Generator:
    """Return the random generator of one table or mechanism, for one block of customers.

    Parameters
    ----------
    seed : int
        Seed of the run.
    table : str
        Name of the table or mechanism ("population/rate", "tickets"…).
    block : int
        Number of the block of customers, from 0.
    """
    return np.random.default_rng(np.random.SeedSequence([seed, crc32(table.encode("utf-8")), block]))
