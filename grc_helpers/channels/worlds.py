"""Small simulated firms in which the effect of a second channel, and what the web displaces, are known."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from grc_helpers.data.simulator.config import SimulationConfig
from grc_helpers.data.simulator.effects import web_displacement
from grc_helpers.data.simulator.population import make_population
from grc_helpers.data.simulator.purchases import make_orders

TABLE = Path(__file__).with_name("recovery.csv")


def draw_world(effect: float, *, seed: int, customers: int = 5000) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Draw a firm in which a second channel multiplies the frequency of purchase by ``1 + effect``.

    Returns
    -------
    sales : DataFrame
        ``order_id``, ``customer_id``, ``date``, ``amount`` (euros), ``channel``.
    customers : DataFrame
        ``customer_id``, ``kind``, ``zone``, ``acquired`` and ``moves`` (bool: who bought before the web shop, which is
        this customer's usual channel once it opens: a change of channel that adds none).
    truth : DataFrame
        By zone and quarter, ``web_orders`` and ``displaced_orders``.
    """
    config = SimulationConfig(customers=customers, seed=seed, multichannel_effect=effect, tables="coeur")
    population = make_population(config)
    orders = make_orders(config, population)
    truth = web_displacement(config, population, orders)
    sales = orders.assign(amount=orders["amount_cents"] / 100)[["order_id", "customer_id", "date", "amount", "channel"]]
    moves = population["preferred_channel"].eq("web") & (population["acquired"] < population["web_open_from"])
    return sales, population[["customer_id", "kind", "zone", "acquired"]].assign(moves=moves), truth


def read_recovery() -> pd.DataFrame:
    """Return the stored table of recovery, one row a design and a true effect.

    Its first line says how it was made (``python -m benchmarks.channels --write``).

    Returns
    -------
    DataFrame
        ``design``, ``truth``, ``worlds``, ``mean`` (of the estimates), ``bias``, ``spread`` (standard deviation of the
        estimates), ``coverage`` (share of the worlds whose 95 % interval holds the truth).
    """
    return pd.read_csv(TABLE, comment="#")
