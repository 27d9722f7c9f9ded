"""CDNOW's published sample, as the papers on customer value use it."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from grc_helpers.data.loading import load, read_table
from grc_helpers.data.warehouse import collect, customer_base

WEEK_39, WEEK_78 = date(1997, 9, 30), date(1998, 6, 30)


@pytest.fixture(scope="session")
def sample() -> pd.DataFrame:
    """Return the summary that the papers publish: 2 357 customers, weeks 1 to 39."""
    published = read_table("cdnow", "sample.parquet")
    return published.rename(columns={"x": "frequency", "t_x": "recency", "zbar": "monetary_value"})


@pytest.fixture(scope="session")
def everyone() -> pd.DataFrame:
    """Return the 23 570 customers, weeks 1 to 78, durations in weeks."""
    return collect(customer_base(load("cdnow").table, observation_end=WEEK_78, unit="week"))


@pytest.fixture(scope="session")
def sample_78(sample, everyone) -> pd.DataFrame:
    """Return the sample over its 78 weeks, customers in the order of the sample."""
    return everyone.set_index("customer_id").loc[sample["customer_id"]].reset_index()


@pytest.fixture(scope="session")
def bought_later(sample, sample_78) -> np.ndarray:
    """Return the purchases of the sample in weeks 40 to 78."""
    return (sample_78["frequency"] - sample["frequency"]).to_numpy()
