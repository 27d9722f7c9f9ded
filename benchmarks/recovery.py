"""Simulate, then recover: bias of the estimates and coverage of the intervals, over worlds whose truth is known.

``python -m benchmarks.recovery [--worlds 1000] [--write]``. Each world draws its customers from a model with
published parameters, fits that model, and notes each figure with its 95 % interval. Worlds already done are kept in
``.cache``: a run that was stopped goes on. ``--write`` makes the table that the workbook shows
(``grc_helpers/clv/recovery.csv``).
"""

import argparse
import csv
import multiprocessing
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version

import numpy as np
import pandas as pd
from scipy.stats import binom, norm

from benchmarks import worlds
from benchmarks.transactions import CACHE, SEED
from grc_helpers import clv
from grc_helpers.clv.inference import interval
from grc_helpers.clv.recovery import TABLE

LEVEL, RISK = 0.95, 0.05
SEEN = pd.DataFrame({"frequency": [2], "recency": [30.43], "T": [38.86]})  # CDNOW's first customer
GAVE = pd.DataFrame({"frequency": [4], "recency": [5], "T": [6]})


@dataclass(frozen=True)
class Setting:
    """A model, its truth (published estimates), how many customers a world has, what is computed from a fit."""

    model: str
    truth: tuple[float, ...]
    draw: Callable
    figures: dict[str, tuple[Callable, str]]
    n: int = 20_000


FLOW = {
    "achats attendus d'un nouveau client, 52 semaines": (lambda m: m.expected_purchases(52.0), "log"),
    "achats attendus du client (2 ; 30,43 ; 38,86), 39 semaines": (lambda m: m.predict(SEEN, t=39.0), "log"),
    "P(vivant) du client (2 ; 30,43 ; 38,86)": (lambda m: m.p_alive(SEEN), "logit"),
    "achats actualisés du même client, 10 % l'an": (lambda m: m.dert(SEEN, rate=np.log(1.1) / 52), "log"),
}
WITHOUT_LOSS = {name: how for name, how in FLOW.items() if not name.startswith("P(vivant)")}
SETTINGS = [
    Setting("BgNbd", (0.243, 4.414, 0.793, 2.426), worlds.bg_nbd, FLOW),
    Setting("MbgNbd", (0.525, 6.183, 0.891, 1.614), worlds.mbg_nbd, FLOW),
    Setting("ParetoNbd", (0.553, 10.578, 0.606, 11.669), worlds.pareto_nbd, FLOW),
    Setting("Nbd", (0.385, 12.072), worlds.nbd, WITHOUT_LOSS),
    Setting(
        "BgBb",
        (1.204, 0.750, 0.657, 2.783),
        worlds.bg_bb,
        {
            "dons attendus d'un nouveau donateur, 10 ans": (lambda m: m.expected_purchases(10), "log"),
            "dons attendus du donateur (4 ; 5 ; 6), 10 ans": (lambda m: m.predict(GAVE, t=10), "log"),
            "P(vivant) du donateur (4 ; 5 ; 6)": (lambda m: m.p_alive(GAVE), "logit"),
            "dons actualisés du même donateur, 10 % l'an": (lambda m: m.dert(GAVE, rate=0.1), "log"),
        },
        n=100_000,  # with 20 000, maximum likelihood's own bias on gamma and delta (order 1/n) shows: 0.8 and 1.2 %
    ),
    Setting(
        "GammaGamma", (6.25, 3.74, 15.44), worlds.gamma_gamma, {"dépense moyenne": (lambda m: m.mean_spend(), "log")}
    ),
    Setting(
        "ShiftedBetaGeometric",
        (0.668, 3.806),
        worlds.shifted_beta_geometric,
        {
            "part restante après 12 ans": (lambda m: m.survival(12), "logit"),
            "durée résiduelle actualisée au premier renouvellement, 10 % l'an": (lambda m: m.derl(0, rate=0.1), "log"),
        },
    ),
]


def one_world(setting: Setting, world: int) -> list[list]:
    """Return a row a figure: world, figure, truth, estimate, standard error, low, high, problems of the fit."""
    rng = np.random.default_rng([SEED, world, SETTINGS.index(setting)])
    model = getattr(clv, setting.model)(force=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model.fit(setting.draw(rng, setting.n, setting.truth))
    truth = model.with_params(setting.truth)
    summary = model.summary(level=LEVEL)
    rows = [[name, value, *summary.loc[name]] for name, value in zip(model.names, setting.truth, strict=True)]
    for name, (function, scale) in setting.figures.items():
        found = interval(function, model, level=LEVEL, scale=scale).iloc[0]
        rows.append([name, float(np.squeeze(function(truth))), *found])
    return [[world, *row, len(model.problems_)] for row in rows]


def run(n_worlds: int, processes: int = 2) -> pd.DataFrame:
    """Do the worlds that are missing, and return all of them."""
    found = []
    for place, setting in enumerate(SETTINGS):
        path = CACHE / "recovery" / f"{setting.model}_{setting.n}_{SEED}.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        kept = pd.read_csv(path, header=None, usecols=[0])[0].value_counts() if path.exists() else pd.Series(dtype=int)
        whole = len(setting.truth) + len(setting.figures)
        todo = [(place, world) for world in range(n_worlds) if kept.get(world, 0) < whole]
        with multiprocessing.get_context("spawn").Pool(processes) as pool, path.open("a", newline="") as file:
            for rows in pool.imap_unordered(_job, todo, chunksize=4):
                csv.writer(file).writerows(rows)
                file.flush()
        columns = ["world", "figure", "truth", "estimate", "standard_error", "low", "high", "problems"]
        table = pd.read_csv(path, header=None, names=columns).drop_duplicates(["world", "figure"], keep="last")
        found.append(table[table["world"] < n_worlds].assign(model=setting.model, n_customers=setting.n))
    return pd.concat(found, ignore_index=True)


def summarise(draws: pd.DataFrame) -> pd.DataFrame:
    """Return one row a figure: bias, coverage, and the bands that so many draws allow.

    The bands hold all the figures together with probability 95 %: each one at 1 - (1 - 0.05)^(1/figures), Šidák's
    correction. bias is relative; bias_band is what chance alone could make of it; standard_error_ratio compares the
    mean standard error with the standard deviation of the estimates.
    """
    rows, groups = [], draws.groupby(["model", "figure"], sort=False)
    each = 1 - (1 - RISK) ** (1 / len(groups))
    for (model, figure), table in groups:
        n, truth, error = len(table), table["truth"].iloc[0], table["estimate"] / table["truth"].iloc[0] - 1
        low, high = binom.ppf([each / 2, 1 - each / 2], n, LEVEL) / n
        rows.append(
            {
                "model": model,
                "figure": figure,
                "n_customers": table["n_customers"].iloc[0],
                "worlds": n,
                "truth": truth,
                "mean_estimate": table["estimate"].mean(),
                "bias": error.mean(),
                "bias_band": norm.isf(each / 2) * error.std() / np.sqrt(n),
                "relative_error": np.sqrt((error**2).mean()),
                "standard_error_ratio": table["standard_error"].mean() / table["estimate"].std(),
                "coverage": ((table["low"] <= truth) & (truth <= table["high"])).mean(),
                "coverage_low": low,
                "coverage_high": high,
                "problems": int((table["problems"] > 0).sum()),
            }
        )
    return pd.DataFrame(rows)


def _job(task: tuple[int, int]) -> list[list]:
    return one_world(SETTINGS[task[0]], task[1])


def main() -> None:
    """Read the command line, run, print the table."""
    from rich.console import Console
    from rich.table import Table

    parser = argparse.ArgumentParser(prog="python -m benchmarks.recovery", description="Simuler, puis retrouver.")
    parser.add_argument("--worlds", type=int, default=1000, help="nombre de mondes simulés par modèle")
    parser.add_argument("--write", action="store_true", help="écrit la table que montre le cahier")
    arguments = parser.parse_args()
    summary = summarise(run(arguments.worlds))
    if arguments.write:
        versions = ", ".join(f"{name} {version(name)}" for name in ("numpy", "scipy"))
        made = f"# python -m benchmarks.recovery --worlds {arguments.worlds} --write ; seed {SEED} ; {versions}\n"
        TABLE.write_text(made + summary.to_csv(index=False, float_format="%.6g"), encoding="utf-8")
    table = Table(title=f"{arguments.worlds} mondes par modèle ; bandes à 95 % pour {len(summary)} figures ensemble")
    for heading in ("modèle", "figure", "vérité", "biais", "± hasard", "ratio e.t.", "couverture", "bande", "douteux"):
        table.add_column(heading)
    for row in summary.itertuples():
        outside = not row.coverage_low <= row.coverage <= row.coverage_high or abs(row.bias) > row.bias_band
        table.add_row(
            row.model,
            row.figure,
            f"{row.truth:.4g}",
            f"{row.bias:+.2%}",
            f"{row.bias_band:.2%}",
            f"{row.standard_error_ratio:.3f}",
            f"{row.coverage:.1%}",
            f"{row.coverage_low:.1%} – {row.coverage_high:.1%}",
            str(row.problems),
            style="bold" if outside else "",
        )
    Console(width=190, highlight=False).print(table)


if __name__ == "__main__":
    main()
