"""Simulate, then recover: the stored table of what each estimate finds when the truth is known."""

from pathlib import Path

import pandas as pd

TABLE = Path(__file__).with_name("recovery.csv")


def read_recovery() -> pd.DataFrame:
    """Return the table of the benchmark of the business case's estimates, one row a figure.

    Hundreds of firms and trials were drawn from known laws; the first line of the file says how it was made
    (``python -m benchmarks.business_case_recovery --write``).

    Returns
    -------
    DataFrame
        figure (in French), worlds, truth, mean_estimate, bias (estimate less truth), bias_band (what chance alone makes
        of it, at most; bias_low and bias_high are its ends), spread (standard deviation of the estimates), coverage
        (share of the worlds whose 95 % interval holds the truth; NaN for a figure without interval), coverage_low,
        coverage_high (the band that chance allows). All bands hold together with probability 95 % (Šidák).
    """
    table = pd.read_csv(TABLE, comment="#")
    return table.assign(bias_low=-table["bias_band"], bias_high=table["bias_band"])
