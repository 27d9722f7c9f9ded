"""Customers to segment: a file of the user's, and Cafés Merle, each described once."""

import numpy as np
import pandas as pd
import pytest

MODEL = {"margin_rate": 0.5, "cost_per_order": 1.0, "seed": 1}


def shop(path, *, customers=120, seed=3):
    """Write a shop's sales: who is a company buys twice as dear; half of the columns are of no use as criteria."""
    rng = np.random.default_rng(seed)
    who = rng.integers(0, customers, 12 * customers)
    company = who % 4 == 0
    frame = pd.DataFrame(
        {
            "client": [f"C{k:03d}" for k in who],
            "date": pd.Timestamp("2024-01-01") + pd.to_timedelta(rng.integers(0, 364, len(who)), unit="D"),
            "montant": np.round(np.exp(rng.normal(3, 0.4, len(who))) * (1 + company), 2),
            "canal": np.where(rng.random(len(who)) < 0.3, "site", "magasin"),
            "rayon": np.where(rng.random(len(who)) < 0.4, "thé", "café"),
            "sorte": np.where(company, "entreprise", "particulier"),
            "age": 20 + who % 60,
            "ville": [f"ville {k % 100}" for k in who],
            "pays": "France",
            "note": "",
            "consentement": np.where(who % 2, "oui", "non"),
        }
    )
    frame.to_csv(path, index=False)
    return frame


@pytest.fixture(scope="session")
def shop_file(tmp_path_factory):
    path = tmp_path_factory.mktemp("ventes") / "ventes.csv"
    shop(path)
    return path


@pytest.fixture(scope="session")
def shop_data(shop_file):
    from grc_helpers.data.loading import load

    return load(shop_file)


@pytest.fixture(scope="session")
def shop_customers(shop_data):
    from grc_helpers.segmentation.customers import describe_customers

    return describe_customers(shop_data, **MODEL)


@pytest.fixture(scope="session")
def merle():
    from grc_helpers.data.loading import load
    from grc_helpers.segmentation.customers import describe_customers

    return describe_customers(load("cafes_merle"), **MODEL)
