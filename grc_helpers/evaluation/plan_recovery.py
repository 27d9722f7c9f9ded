"""Simulate, then recover: the stored table of what plans announce and what they would really earn."""

from pathlib import Path

import pandas as pd

TABLE = Path(__file__).with_name("plan_recovery.csv")


def read_recovery() -> pd.DataFrame:
    """Return the table of the benchmark of action plans, one row a figure.

    Hundreds of firms like the simulated one were drawn with other seeds, and a plan made for each; the first line of
    the file says how (``python -m benchmarks.plan_recovery --write``).

    Returns
    -------
    DataFrame
        figure (in French), sound (whether nothing was chosen by the figures that value it), worlds, truth (mean of what
        the plans would really earn, currency units), mean_estimate, bias (estimate less truth), bias_band (what chance
        alone makes of it, at most; bias_low and bias_high are its ends), spread (standard deviation of the errors),
        coverage (share of the worlds whose 95 % interval holds the truth; empty without interval), coverage_low,
        coverage_high (the band that chance allows). Both bands hold all the figures together with probability 95 %
        (Šidák).
    """
    table = pd.read_csv(TABLE, comment="#")
    return table.assign(bias_low=-table["bias_band"], bias_high=table["bias_band"])
