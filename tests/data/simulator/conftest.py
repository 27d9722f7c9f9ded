"""Simulated blocks and firms, made once for each set of settings, and the helpers that several tests share."""

from functools import cache
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from grc_helpers.data.simulator.clock import HORIZON, Clock
from grc_helpers.data.simulator.config import SimulationConfig
from grc_helpers.data.simulator.draws import as_days
from grc_helpers.data.simulator.marketing import make_marketing
from grc_helpers.data.simulator.population import make_population
from grc_helpers.data.simulator.purchases import make_orders


@cache
def _world(pure: bool, block: int, settings: tuple) -> SimpleNamespace:
    config = SimulationConfig(**dict(settings))
    config = config.pure() if pure else config
    population = make_population(config, block)
    return SimpleNamespace(config=config, population=population, orders=make_orders(config, population))


@pytest.fixture(scope="session")
def world():
    """Return a function that gives config, population and orders of a block (same arguments: same object)."""

    def world(*, pure: bool = False, block: int = 0, **settings) -> SimpleNamespace:
        return _world(pure, block, tuple(sorted(settings.items())))

    return world


@pytest.fixture(scope="session")
def exposure():
    """Return a function that gives, by customer, the repeat purchases before and after a date and what λ expects.

    The expectation uses the truth: λ, the business clock, and the lifetime (a stopping time, hence no bias).
    """

    def exposure(made: SimpleNamespace, since: np.ndarray) -> pd.DataFrame:
        people, clock = made.population, Clock(made.config)
        start = people["acquired_time"].to_numpy()
        end = np.minimum(np.nan_to_num(as_days(people["lifetime_end"]) + 0.5, nan=HORIZON), HORIZON)
        date = np.nan_to_num(since, nan=np.inf)
        rate = people["rate"].to_numpy() / 7
        repeat = made.orders[made.orders.duplicated("customer_id")]
        row = repeat["row"].to_numpy()
        late = as_days(repeat["date"]) + 0.5 >= date[row]
        count = [np.bincount(row[mask], minlength=len(people)) for mask in (~late, late)]
        low, middle, high = clock.business(start), clock.business(np.clip(date, start, end)), clock.business(end)
        return pd.DataFrame(
            {
                "before": count[0],
                "after": count[1],
                "expected_before": rate * (middle - low),
                "expected_after": rate * (high - middle),
            }
        )

    return exposure


@pytest.fixture(scope="session")
def summary():
    """Return a function that gives x, t_x and T in weeks from orders, every order counted."""

    def summary(orders: pd.DataFrame) -> pd.DataFrame:
        table = orders.groupby("customer_id").agg(n=("order_id", "size"), first=("date", "min"), last=("date", "max"))
        return pd.DataFrame(
            {
                "x": table["n"] - 1,
                "t_x": (table["last"] - table["first"]).dt.days / 7,
                "T": (pd.Timestamp("2025-12-31") - table["first"]).dt.days / 7,
            }
        )

    return summary


@cache
def _firm(settings: tuple[tuple[str, object], ...]) -> SimpleNamespace:
    config = SimulationConfig(**({"seed": 7, "customers": 10_000} | dict(settings)))
    latent = make_population(config)
    base = make_orders(config, latent)
    orders, population, tables = make_marketing(config, latent, base)
    return SimpleNamespace(config=config, latent=latent, base=base, orders=orders, population=population, tables=tables)


@pytest.fixture(scope="session")
def firm():
    """Return a maker of firms: `firm(coupon_lift=2.0)` has config, latent, base, orders, population, tables."""
    return lambda **settings: _firm(tuple(sorted(settings.items())))
