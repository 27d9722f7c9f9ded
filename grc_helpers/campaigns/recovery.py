"""Simulate, then recover: the stored table of what each estimator finds when the effect is known."""

from pathlib import Path

import pandas as pd

TABLE = Path(__file__).with_name("recovery.csv")


def read_recovery() -> pd.DataFrame:
    """Return the table of the benchmark of causal estimators, one row a figure.

    Hundreds of firms like the simulated one were drawn with other seeds, and each estimator used on each; the
    first line of the file says how it was made (``python -m benchmarks.campaign_recovery --write``).

    Returns
    -------
    DataFrame
        figure (in French: effect, then estimator), sound (whether its assumptions hold in the simulated firm), worlds,
        truth (mean over the worlds of the true effect), mean_estimate, bias (estimate less truth), bias_band (what
        chance alone makes of it, at most; bias_low and bias_high are its ends), spread (standard deviation of the
        estimates), coverage (share of the worlds whose 95 % interval holds the truth), coverage_low, coverage_high (the
        band that chance allows). Both bands hold all the figures together with probability 95 % (Šidák).
    """
    table = pd.read_csv(TABLE, comment="#")
    return table.assign(bias_low=-table["bias_band"], bias_high=table["bias_band"])


def recovery_table(recovery: pd.DataFrame) -> pd.DataFrame:
    """Return what the workbook shows of :func:`read_recovery`, columns in French but for the bounds of the bias."""
    table = recovery.set_index("figure").rename_axis("Effet : méthode")
    shown = table[["truth", "bias", "bias_low", "bias_high", "coverage"]]
    shown.insert(0, "Hypothèses", table["sound"].map({True: "tenues", False: "non"}))
    return shown.rename(columns={"truth": "Vérité moyenne", "bias": "Biais"})
