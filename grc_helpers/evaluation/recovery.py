"""Simulate, then recover: the stored table of what this chapter's estimates find when the truth is known."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

TABLE = Path(__file__).with_name("recovery.csv")
COLUMNS = {
    "figure": "Grandeur", "truth": "Vérité", "mean_estimate": "Moyenne estimée", "bias": "Biais",
    "bias_band": "Biais permis par le hasard", "coverage": "Couverture", "coverage_low": "Couverture permise, de",
    "coverage_high": "à",
}  # fmt: skip


def read_recovery() -> pd.DataFrame:
    """Return the table of the benchmark, one row an estimate.

    Firms were simulated with the course's settings and other seeds; the first line of the file says how many and how it
    was made (``python -m benchmarks.evaluation_recovery --write``).

    Returns
    -------
    DataFrame
        ``figure`` (in French), ``sound`` (whether its assumptions hold), ``worlds``, ``truth`` (mean over the firms),
        ``mean_estimate``, ``bias``, ``bias_band`` (what chance alone makes of it, at most), ``coverage`` (share of
        firms whose 95 % interval holds the truth), ``coverage_low``, ``coverage_high`` (band that chance allows to a
        true 95 %). Both bands hold all the figures together with probability 95 % (Šidák).
    """
    return pd.read_csv(TABLE, comment="#")


def summary(table: pd.DataFrame) -> pd.DataFrame:
    """Return the table with French headings, its figures rounded for reading."""
    return table[list(COLUMNS)].rename(columns=COLUMNS).round(3)
