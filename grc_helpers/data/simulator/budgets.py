"""A trial of budgets: weekly marketing budgets drawn by lot, by tier of customers, and the margin that each brings.

The extra margin of a tier follows a concave curve, ``plateau × (1 − exp(−budget / scale))``: what the next euro
brings differs from what the average euro brought, and from the tier's share of the sales.
"""

import numpy as np
import pandas as pd

from grc_helpers.data.simulator.config import SimulationConfig
from grc_helpers.data.simulator.events import cents
from grc_helpers.data.simulator.streams import stream

CURVES = {1: (900.0, 250.0), 2: (1500.0, 500.0), 3: (1100.0, 900.0)}  # tier: plateau and scale, in euros a week
BUDGETS = np.array([0, 100, 200, 400, 800, 1600])
WEEKS = pd.date_range("2025-01-06", periods=50, freq="7D")
SHOPS = ("Ralliement", "Saint-Serge")


def make_budgets(config: SimulationConfig, population: pd.DataFrame, orders: pd.DataFrame) -> dict:
    """Run the trial of budgets, once for the firm.

    Returns
    -------
    dict of pandas.DataFrame
        essai_budget (week, shop, tier, budget_cents, extra_margin_cents), verite/courbes_reponse (tier, plateau,
        scale: euros).
    """
    rng = stream(config.seed, "essai_budget", 0)
    index = pd.MultiIndex.from_product([WEEKS, SHOPS, CURVES], names=["week", "shop", "tier"])
    table = index.to_frame(index=False).astype({"week": "datetime64[s]"})
    budget = BUDGETS[rng.integers(0, len(BUDGETS), len(table))]
    plateau, scale = np.array([CURVES[tier] for tier in table["tier"]]).T
    margin = plateau * -np.expm1(-budget / scale) + config.budget_noise * rng.standard_normal(len(table))
    curves = [(tier, *values) for tier, values in CURVES.items()]
    return {
        "essai_budget": table.assign(budget_cents=cents(budget), extra_margin_cents=cents(margin)),
        "verite/courbes_reponse": pd.DataFrame(curves, columns=["tier", "plateau", "scale"]),
    }
