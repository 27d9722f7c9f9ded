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


NAMES = {
    "BgNbd": "BG/NBD",
    "MbgNbd": "MBG/NBD",
    "ParetoNbd": "Pareto/NBD",
    "Nbd": "NBD",
    "BgBb": "BG/BB",
    "GammaGamma": "Gamma-Gamma",
    "ShiftedBetaGeometric": "sBG",
}


def summary(table: pd.DataFrame) -> pd.DataFrame:
    """Sum up the table by model, in French: largest bias, lowest and highest coverage, figures out of chance's band."""
    outside = (table["coverage"] < table["coverage_low"]) | (table["coverage"] > table["coverage_high"])
    found = table.assign(size=table["bias"].abs(), outside=outside).groupby("model", sort=False)
    rows = found.agg(
        figures=("figure", "size"), worlds=("worlds", "max"), customers=("n_customers", "max"), bias=("size", "max"),
        least=("coverage", "min"), most=("coverage", "max"), outside=("outside", "sum"), problems=("problems", "sum"),
    ).rename(index=NAMES)  # fmt: skip
    labels = ("Grandeurs", "Mondes", "Clients par monde", "Plus grand biais", "Couverture la plus basse",
              "la plus haute", "Hors du hasard", "Refus")  # fmt: skip
    return rows.set_axis(labels, axis=1).rename_axis("Modèle")


def detail(table: pd.DataFrame, model: str) -> pd.DataFrame:
    """Return the lines of a model, in French: figure, truth, mean estimate, bias, coverage."""
    columns = {"figure": "Grandeur", "truth": "Vérité", "mean_estimate": "Moyenne estimée", "bias": "Biais",
               "coverage": "Couverture"}  # fmt: skip
    return table[table["model"] == model][list(columns)].rename(columns=columns)
