"""Simulate firms, then recover: bias and coverage of the estimates of the chapter on evaluation.

``python -m benchmarks.evaluation_recovery [--worlds 400] [--write]``. Each firm has the course's settings, another seed
and 5 000 customers. ``--write`` makes the table that the workbook shows (``grc_helpers/evaluation/recovery.csv``).
"""

import argparse
import multiprocessing
from datetime import date
from functools import partial

import numpy as np
import pandas as pd
from scipy.stats import binom, norm

from benchmarks.transactions import SEED
from grc_helpers.data.simulator.budgets import CURVES, make_budgets
from grc_helpers.data.simulator.config import SimulationConfig
from grc_helpers.data.simulator.emails import make_emails
from grc_helpers.data.simulator.population import make_population
from grc_helpers.data.simulator.purchases import make_orders
from grc_helpers.evaluation import allocation, openings
from grc_helpers.evaluation.recovery import TABLE
from grc_helpers.strategy import objectives

CUSTOMERS, OTHERS, RISK = 5_000, 400, 0.05  # OTHERS: firms that tell the true indicators
FIRST = SEED + 20_001  # seed of the first firm
BUDGET = 800.0
SALES = pd.Series([0.35, 0.30, 0.35], index=[1, 2, 3])
CUTS = [date(2023, 1, 1), date(2024, 1, 1), date(2025, 1, 1), date(2026, 1, 1)]
FIGURES = {  # figure: whether its assumptions hold in the simulated firm
    "CA par client, dernière année (€)": True,
    "Fréquence, dernière année": True,
    "Attrition d'une année à l'autre (%)": True,
    "Taux de lecture : ouvertures mesurées (%)": False,
    "Taux de lecture : ouvertures corrigées (%)": True,
    "Budget du groupe 1 (€)": True,
    "Budget du groupe 2 (€)": True,
    "Budget du groupe 3 (€)": True,
    "Perte de « au prorata du CA » (€)": True,
}
SIMULATED = 3  # the first figures: their truth has no formula
SCALE = {"Attrition": 100.0, "Taux": 100.0}
TRUE_CURVES = pd.DataFrame.from_dict(CURVES, orient="index", columns=["plateau", "scale"]).rename_axis("tier")


def yearly(config: SimulationConfig) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Return the customers, the orders (without campaigns), and the objectives table of the last year."""
    population = make_population(config)
    orders = make_orders(config, population)
    days = pd.to_datetime(orders["date"])
    rows = orders.assign(period=days.dt.year - CUTS[0].year, spend=orders["amount_cents"] / 100)
    spend = rows.groupby(["customer_id", "period"], as_index=False).agg(
        spend=("spend", "sum"), n_orders=("spend", "size")
    )
    return population, orders, objectives(spend, dict.fromkeys(("spend", "orders", "attrition"), 0.0))


def realised(seed: int) -> pd.Series:
    """Return the indicators of one firm."""
    return yearly(SimulationConfig(customers=CUSTOMERS, seed=seed))[2]["realised"]


def true_indicators(pool) -> dict[str, float]:
    """Return the mean indicators of other firms; what their own chance adds is counted in the band (``table_of``)."""
    found = pool.map(realised, range(FIRST - OTHERS, FIRST), chunksize=8)
    return pd.DataFrame(found).mean().to_dict()


def one_world(seed: int, known: dict[str, float]) -> list[tuple[float, float, float, float]]:
    """Return (estimate, low, high, truth) of each figure, on one firm."""
    config = SimulationConfig(customers=CUSTOMERS, seed=seed)
    population, orders, reached = yearly(config)
    rows = [(*reached.loc[name, ["realised", "low", "high"]], known[name]) for name in ("spend", "orders", "attrition")]
    made = make_emails(config, population, orders)
    letters = made["emails"][made["emails"]["campaign_id"].str.startswith("INFO")]
    found = openings.reading_rates(
        letters, made["verite/ouvertures"], prefetch=config.email_prefetch, blocked=config.email_blocked
    )
    rows += [(*found.loc[name], config.email_read) for name in ("Ouvertures mesurées", "Ouvertures corrigées")]
    trial = make_budgets(config, population, orders)["essai_budget"]
    trial = trial.assign(budget=trial["budget_cents"] / 100, extra_margin=trial["extra_margin_cents"] / 100)
    curves = allocation.fit_curves(trial)
    best = allocation.best_interval(curves, BUDGET)
    true_best = allocation.best_split(TRUE_CURVES, BUDGET)
    rows += [(*best.loc[tier], true_best[tier]) for tier in best.index]
    ways = allocation.splits(curves, BUDGET, SALES)
    rule = ways["Au prorata du CA"]
    truth = allocation.profit(TRUE_CURVES, true_best) - allocation.profit(TRUE_CURVES, rule)
    rows.append((*allocation.loss_interval(curves, ways[allocation.BEST], rule), truth))
    return rows


def table_of(worlds: list[list[tuple[float, float, float, float]]]) -> pd.DataFrame:
    """Sum up the firms, one row a figure (see ``recovery.read_recovery``)."""
    rows, count = [], len(worlds)
    risk = 1 - (1 - RISK) ** (1 / len(FIGURES))
    band = binom.ppf([risk / 2, 1 - risk / 2], count, 0.95) / count
    for place, (figure, sound) in enumerate(FIGURES.items()):
        unit = SCALE.get(figure.split()[0], 1.0)
        estimate, low, high, truth = np.array([world[place] for world in worlds], dtype=float).T * unit
        error = estimate - truth
        told = 1 / OTHERS if place < SIMULATED else 0.0  # a truth that is itself a mean over other firms
        chance = norm.isf(risk / 2) * error.std(ddof=1) * np.sqrt(1 / count + told)
        covered = ((low <= truth) & (truth <= high)).mean()
        rows.append((figure, sound, count, truth.mean(), estimate.mean(), error.mean(), chance, covered, *band))
    names = [
        "figure",
        "sound",
        "worlds",
        "truth",
        "mean_estimate",
        "bias",
        "bias_band",
        "coverage",
        "coverage_low",
        "coverage_high",
    ]
    return pd.DataFrame(rows, columns=names)


def main() -> None:
    """Simulate, estimate, show, and write the table if asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--worlds", type=int, default=400)
    parser.add_argument("--write", action="store_true")
    given = parser.parse_args()
    with multiprocessing.Pool(2) as pool:
        known = true_indicators(pool)
        table = table_of(pool.map(partial(one_world, known=known), range(FIRST, FIRST + given.worlds), chunksize=4))
    print(table.round(3).to_string())
    if given.write:
        how = "python -m benchmarks.evaluation_recovery --write"
        head = f"# {given.worlds} firms of {CUSTOMERS} customers, the course's settings: {how}"
        TABLE.write_text(f"{head}\n{table.round(6).to_csv(index=False)}", encoding="utf-8")


if __name__ == "__main__":
    main()
