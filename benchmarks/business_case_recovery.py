"""Simulate, then recover: bias and coverage of the business case's estimates, over drawn firms and trials.

``python -m benchmarks.business_case_recovery [--worlds 1000] [--write]``. Each world draws the purchases of a firm in
two years and a trial of a programme, all from known laws. ``--write`` makes the table that the workbook shows
(``grc_helpers/business_case/recovery.csv``).
"""

import argparse
from importlib.metadata import version

import numpy as np
import pandas as pd
from scipy.stats import binom, norm

from benchmarks.transactions import SEED
from grc_helpers.business_case import case, risk, turnover
from grc_helpers.business_case.recovery import TABLE

LEVEL, RISK = 0.95, 0.05
FIRST = SEED + 20_001  # seed of the first world
FIGURES = (
    "Effet sur le CA : clients",
    "Effet sur le CA : commandes par client",
    "Effet sur le CA : panier moyen",
    "VAN du programme",
    "Ce que vaut un essai de 600 clients",
)
PEOPLE, ACTIVE, ORDERS, BASKET = 3_000, (0.55, 0.62), (4.2, 3.8), (30.0, 32.0)  # two years
BASKET_SPREAD = 0.5  # of the logarithm
ADDED, USUAL, PAID, MARGIN, MARGIN_SPREAD, TREATED = 0.08, 0.07, 1.875, 90.0, 110.0, 1_200
FIXED = {"persistence": 0.5, "fading": 0.3, "investment": 40_000.0, "yearly_cost": 8_000.0}
RATE, YEARS, REWARD, MEMBERS = 0.10, 5, 10.0, 3_000
PRIOR, PRIOR_ERROR, TRIAL = 0.06, 0.03, 600


def true_factors(period: int) -> dict[str, float]:
    """Return the expected factors of a year: the laws are one customer in ACTIVE, 1 + Poisson orders, lognormal."""
    mean = BASKET[period] * np.exp(BASKET_SPREAD**2 / 2)
    return dict(zip(turnover.FACTORS, (PEOPLE * ACTIVE[period], ORDERS[period], mean), strict=True))


def draw_firm(rng: np.random.Generator) -> pd.DataFrame:
    """Return what each customer bought in each year (see ``turnover.customer_periods``); tastes last over years."""
    taste = rng.gamma(2.0, 0.5, PEOPLE)  # mean 1
    table = {}
    for period in (0, 1):
        here = rng.random(PEOPLE) < ACTIVE[period]
        orders = np.where(here, 1 + rng.poisson((ORDERS[period] - 1) * taste), 0)
        baskets = BASKET[period] * np.exp(BASKET_SPREAD * rng.standard_normal(orders.sum()))
        amount = np.bincount(np.repeat(np.arange(PEOPLE), orders), baskets, PEOPLE)
        table |= {f"orders_{period}": orders.astype(float), f"amount_{period}": amount}
    frame = pd.DataFrame(table)
    return frame[(frame["orders_0"] + frame["orders_1"]) > 0].rename_axis("customer_id")


def programme(effect: dict[str, float], margin: risk.Uncertain) -> case.Programme:
    """Return the case whose effect and margin come from data, everything else being certain."""
    inputs = {name: risk.Uncertain(value, value, value) for name, value in FIXED.items()}
    inputs |= {"added": risk.Uncertain(effect["low"], effect["effect"], effect["high"], "normal"), "margin": margin}
    return case.Programme(MEMBERS, PAID, REWARD, YEARS, inputs)


def draw_case(rng: np.random.Generator, seed: int) -> tuple[float, float, float]:
    """Return the value of the programme found by a trial and a sample of new customers, and its 95 % interval."""
    treated, control = rng.poisson(USUAL + ADDED, TREATED), rng.poisson(USUAL, TREATED)
    effect = treated.mean() - control.mean()
    error = np.sqrt((treated.var(ddof=1) + control.var(ddof=1)) / TREATED)
    shape = (MARGIN / MARGIN_SPREAD) ** 2
    margins = rng.gamma(shape, MARGIN / shape, 800)
    half = 1.96 * margins.std(ddof=1) / np.sqrt(800)
    found = programme(
        {"effect": effect, "low": effect - 1.96 * error, "high": effect + 1.96 * error},
        risk.Uncertain(margins.mean() - half, margins.mean(), margins.mean() + half, "normal"),
    )
    draws = risk.draw_correlated(found.inputs, {}, n=4_000, seed=seed)
    low, high = np.quantile(found.value(RATE, **draws), [0.025, 0.975])
    return float(found.value(RATE)), float(low), float(high)


def trial_terms() -> tuple[float, float, float]:
    """Return base and slope of the programme's value in the effect, and the spread of a customer's outcome."""
    known = programme(dict.fromkeys(("effect", "low", "high"), ADDED), risk.Uncertain(MARGIN, MARGIN, MARGIN))
    base = float(known.value(RATE, added=0.0))
    return base, float(known.value(RATE, added=1.0)) - base, float(np.sqrt(USUAL + PRIOR / 2))


def draw_decision(rng: np.random.Generator) -> float:
    """Return what "test, then launch only if the posterior mean pays" earns more than deciding now, once.

    The truth is drawn from the opinion, then a trial of customers one by one; ``trial_value`` says its mean.
    """
    base, slope, _spread = trial_terms()
    truth = rng.normal(PRIOR, PRIOR_ERROR)
    half, floor = TRIAL // 2, USUAL + max(-truth, 0.0)  # a rate stays positive
    treated, control = rng.poisson(floor + truth, half), rng.poisson(floor, half)
    found = treated.mean() - control.mean()
    noise = (treated.var(ddof=1) + control.var(ddof=1)) / half
    posterior = (PRIOR / PRIOR_ERROR**2 + found / noise) / (1 / PRIOR_ERROR**2 + 1 / noise)
    now = base + slope * truth if base + slope * PRIOR > 0 else 0.0
    return (base + slope * truth if base + slope * posterior > 0 else 0.0) - now


def one_world(seed: int) -> list[tuple]:
    """Return (figure, truth, estimate, low, high) for every figure; no interval for what a trial is worth."""
    rng = np.random.default_rng(seed)
    truth = turnover.lmdi(true_factors(0), true_factors(1))
    table = turnover.change_table(draw_firm(rng), n_boot=300, seed=seed)
    bounds = ["factor_change", "factor_change_low", "factor_change_high"]
    rows = [(figure, truth.iloc[k], *table[bounds].iloc[k]) for k, figure in enumerate(FIGURES[:3])]
    known = programme(dict.fromkeys(("effect", "low", "high"), ADDED), risk.Uncertain(MARGIN, MARGIN, MARGIN))
    rows.append((FIGURES[3], float(known.value(RATE)), *draw_case(rng, seed)))
    base, slope, spread = trial_terms()
    terms = {"mean": PRIOR, "error": PRIOR_ERROR, "spread": spread, "base": base, "slope": slope}
    worth = risk.trial_value([TRIAL], **terms, delay_rate=0.0, unit_cost=0.0)["information"].iloc[0]
    rows.append((FIGURES[4], float(worth), float(np.mean([draw_decision(rng) for _ in range(40)])), np.nan, np.nan))
    return rows


def summarise(draws: pd.DataFrame) -> pd.DataFrame:
    """Return one row a figure: bias, coverage, and the bands that so many draws allow (see ``read_recovery``)."""
    tests = 2 * len(FIGURES) - 1  # one has no interval
    each, rows = 1 - (1 - RISK) ** (1 / tests), []
    for figure, table in draws.groupby("figure", sort=False):
        n, truth, told = len(table), table["truth"].mean(), table["low"].notna().all()
        low, high = binom.ppf([each / 2, 1 - each / 2], n, LEVEL) / n if told else (np.nan, np.nan)
        error = table["estimate"] - table["truth"]
        inside = ((table["low"] <= truth) & (truth <= table["high"])).mean() if told else np.nan
        rows.append(
            {
                "figure": figure, "worlds": n, "truth": truth, "mean_estimate": table["estimate"].mean(),
                "bias": error.mean(), "bias_band": norm.isf(each / 2) * error.std() / np.sqrt(n),
                "spread": table["estimate"].std(), "coverage": inside, "coverage_low": low, "coverage_high": high,
            }
        )  # fmt: skip
    return pd.DataFrame(rows)


def main() -> None:
    """Read the command line, run, show the table."""
    from rich.console import Console

    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.business_case_recovery", description="Simuler, puis retrouver."
    )
    parser.add_argument("--worlds", type=int, default=1000, help="nombre de mondes simulés")
    parser.add_argument("--write", action="store_true", help="écrit la table que montre le cahier")
    arguments = parser.parse_args()
    rows = [row for seed in range(FIRST, FIRST + arguments.worlds) for row in one_world(seed)]
    summary = summarise(pd.DataFrame(rows, columns=["figure", "truth", "estimate", "low", "high"]))
    if arguments.write:
        versions = ", ".join(f"{name} {version(name)}" for name in ("numpy", "scipy"))
        made = f"# python -m benchmarks.business_case_recovery --worlds {arguments.worlds} --write ; {versions}\n"
        TABLE.write_text(made + summary.to_csv(index=False, float_format="%.6g"), encoding="utf-8")
    Console(width=220, highlight=False).print(summary.round(4).to_string())


if __name__ == "__main__":
    main()
