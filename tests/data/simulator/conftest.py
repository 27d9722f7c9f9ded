"""Simulated firms for the tests: made once for each set of settings."""

from functools import cache
from types import SimpleNamespace

import pytest

from grc_helpers.data.simulator.config import SimulationConfig
from grc_helpers.data.simulator.marketing import make_marketing
from grc_helpers.data.simulator.population import make_population
from grc_helpers.data.simulator.purchases import make_orders


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
