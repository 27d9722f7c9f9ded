"""Simulate, then recover: the stored table of what the models find again when the truth is known."""

from pathlib import Path

import pandas as pd

TABLE = Path(__file__).with_name("recovery.csv")


def read_recovery() -> pd.DataFrame:
    """Return the table of the benchmark of recovery, one row a figure.

    A thousand worlds were drawn from each model with published parameters, and the model fitted to each; the first line
    of the file says how it was made (``python -m benchmarks.recovery --write``).

    Returns
    -------
    DataFrame
        model, figure (a parameter, or in French a prediction), n_customers (of a world), worlds, truth,
        mean_estimate, bias (mean of estimate / truth - 1), bias_band (what chance alone makes of it, at most),
        relative_error (root mean square), standard_error_ratio (mean standard error over the standard deviation of
        the estimates), coverage (share of the worlds whose 95 % interval holds the truth), coverage_low,
        coverage_high (the band that chance allows), problems (worlds whose fit was doubtful). Both bands hold all the
        figures together with probability 95 % (Šidák).
    """
    return pd.read_csv(TABLE, comment="#")
