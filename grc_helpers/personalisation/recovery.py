"""Simulate, then recover: the stored table of what each estimate of this chapter finds when the truth is known."""

from pathlib import Path

import pandas as pd

TABLE = Path(__file__).with_name("recovery.csv")


def read_recovery() -> pd.DataFrame:
    """Return the table of the benchmark of this chapter's estimates, one row an estimate.

    Worlds of known truth were drawn, and each estimate made on each; the first line of the file says how it was made
    (``python -m benchmarks.one_to_one_recovery --write``).

    Returns
    -------
    DataFrame
        figure (in French), sound (whether its assumptions hold in these worlds), worlds, truth (mean over the worlds),
        mean_estimate, bias (mean of estimate less truth), bias_band (what chance alone makes of it, at most; bias_low
        and bias_high are its ends), coverage (share of the worlds whose 95 % interval holds the truth), coverage_low,
        coverage_high (the band that chance allows). Both bands hold all the sound rows together with probability 95 %
        (Šidák).
    """
    table = pd.read_csv(TABLE, comment="#")
    return table.assign(bias_low=-table["bias_band"], bias_high=table["bias_band"])
