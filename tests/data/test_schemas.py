"""Schemas of the typed tables: what the engine gives fits them, and what does not is told."""

import subprocess
import sys

import pandas as pd
import pytest

from grc_helpers.data.loading import load
from grc_helpers.data.schemas import validated
from grc_helpers.data.warehouse import collect, connect, customer_base
from grc_helpers.errors import GrcError


@pytest.fixture(scope="module")
def customers():
    dataset = load("cdnow", connection=connect(threads=1))
    return collect(customer_base(dataset.table, observation_end=dataset.observation_end))


def transactions(**columns) -> pd.DataFrame:
    days = pd.to_datetime(["2024-01-31", "2024-02-01"])
    return pd.DataFrame({"customer_id": ["a", "b"], "date": days, "amount": [1.5, -2.0]} | columns)


def test_what_the_engine_gives_fits(customers):
    assert len(validated(customers, "customers")) == 23570
    users = load("cdnow", connection=connect(threads=1)).table.limit(1000)
    assert len(validated(collect(users), "transactions")) == 1000


def test_the_table_itself_is_not_changed():
    table = transactions(amount=[1, 2])
    assert validated(table, "transactions")["amount"].dtype == float
    assert table["amount"].dtype == "int64"


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        (transactions(customer_id=["a", ""]), "« customer_id », textes vides : 1, ligne 1"),
        (transactions(customer_id=["a", None]), "« customer_id », valeurs manquantes : 1, ligne 1"),
        (transactions(amount=["x", "1"]), "« amount », mauvais type"),
        (transactions().drop(columns="amount"), "« amount », colonne absente"),
    ],
)
def test_what_does_not_fit_is_told(table, expected):
    with pytest.raises(GrcError) as caught:
        validated(table, "transactions")
    assert expected in str(caught.value)


def test_a_customer_is_there_once_and_bought_before_the_end(customers):
    few = customers.head(3)
    with pytest.raises(GrcError, match="« customer_id »"):
        validated(pd.concat([few, few.head(1)], ignore_index=True), "customers")
    with pytest.raises(GrcError, match="recency ≤ T"):
        validated(few.assign(recency=few["T"] + 1), "customers")


def test_pandera_is_imported_only_to_check():
    code = "import sys, grc_helpers.data.schemas, grc_helpers.data.loading; print('pandera' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout.strip() == "False"
