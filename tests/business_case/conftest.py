"""A programme of round numbers for the tests of the business case."""

import pytest

from grc_helpers.business_case.case import make_programme
from grc_helpers.business_case.risk import Uncertain


@pytest.fixture
def programme():
    """Return a maker of programmes: 1 000 members, 0.1 customer each a year, twice as many rewards."""

    def make(**changes):
        options = {
            "members": 1_000,
            "members_source": "",
            "effect": {"effect": 0.1, "low": 0.06, "high": 0.14, "invited": 0.2},
            "effect_source": "essai",
            "margin": Uncertain(90.0, 100.0, 110.0, "normal"),
            "margin_source": "ventes",
            "persistence": 0.5,
            "fading": 0.3,
            "investment": 10_000.0,
            "yearly_cost": 2_000.0,
            "reward": 10.0,
            "years": 4,
        }
        return make_programme(**options | changes)

    return make
