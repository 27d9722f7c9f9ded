"""The simulated firm of the course, read once for the tests of campaigns."""

import numpy as np
import pandas as pd
import pytest


@pytest.fixture(scope="session")
def merle():
    """Return a function that reads a table of the firm (``verite/…`` too); "daily" are its orders by day."""
    from grc_helpers.campaigns.trials import daily_sales
    from grc_helpers.data.loading import load, read_table
    from grc_helpers.data.simulator.truth import read_truth

    kept = {}

    def table(name: str) -> pd.DataFrame:
        if name not in kept:
            if name == "daily":
                kept[name] = daily_sales(load("cafes_merle").table)
            elif name.startswith("verite/"):
                kept[name] = read_truth("cafes_merle", name.removeprefix("verite/"))
            else:
                kept[name] = read_table("cafes_merle", f"{name}.parquet")
        return kept[name]

    return table


@pytest.fixture
def rng():
    """Return a generator, the same for every test."""
    return np.random.default_rng(2026)


@pytest.fixture
def sales():
    """Return a maker of daily sales from (customer, day, amount) rows."""

    def make(rows) -> pd.DataFrame:
        frame = pd.DataFrame(rows, columns=["customer_id", "date", "amount"])
        return frame.assign(date=pd.to_datetime(frame["date"]), orders=1)

    return make
