"""The customers that are kept beside a loaded file are those that grouping its rows gives, whatever days they share."""

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from grc_helpers.data import purchases
from grc_helpers.data.loading import load
from grc_helpers.data.purchases import hashed, kept_customers, repeated
from grc_helpers.data.warehouse import collect, connect, customer_base
from grc_helpers.errors import GrcError

CONNECTION = connect(threads=1)
START = date(2024, 1, 1)
SALES = st.lists(st.tuples(st.sampled_from("abcAé"), st.integers(0, 20), st.integers(-3, 9)), min_size=1, max_size=25)
quick = settings(
    max_examples=12,
    deadline=None,
    phases=set(Phase) - {Phase.explain},
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def sales_file(path, rows, **others):
    clients, days, amounts = zip(*rows, strict=True)
    columns = {
        "customer_id": pa.array(clients),
        "date": pa.array([START + timedelta(days=day) for day in days]),
        "amount": pa.array([amount * 1.25 for amount in amounts], pa.float64()),
    }
    pq.write_table(pa.table(columns | others), path)
    return path


def regrouped(table, end, **options) -> pd.DataFrame:
    """Return the customer table of the same rows, of which nothing is kept."""
    return collect(customer_base(table.filter(table.date <= end), observation_end=end, **options))


@quick
@given(rows=SALES, few=st.sampled_from([0.0, 0.1, 1.0]))
def test_kept_customers_are_those_that_grouping_gives(tmp_path, rows, few):
    """Days of one row, days of several, and both at once take three ways."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(purchases, "FEW", few)
        data = load(sales_file(tmp_path / "v.parquet", rows), connection=CONNECTION)
    end = data.observation_end
    assert kept_customers(data.table, observation_end=end) is not None
    for options in ({}, {"unit": "week"}, {"period": "week"}):
        found = collect(customer_base(data.table, observation_end=end, **options))
        pd.testing.assert_frame_equal(found, regrouped(data.table, end, **options))


def test_rows_after_the_end_of_observation_are_not_counted_from_what_is_kept(tmp_path):
    data = load(sales_file(tmp_path / "v.parquet", [("a", 0, 4), ("a", 3, 4), ("b", 9, 4)]), connection=CONNECTION)
    cut = START + timedelta(days=5)
    assert kept_customers(data.table, observation_end=cut) is None
    found = collect(customer_base(data.table, observation_end=cut))
    assert found["customer_id"].tolist() == ["a"] and found["frequency"].tolist() == [1]


def test_orders_are_counted_beside_what_is_kept(tmp_path):
    path = sales_file(tmp_path / "v.parquet", [("a", 0, 4), ("a", 0, 5), ("a", 3, 4)], order_id=["k1", "k2", "k3"])
    data = load(path, connection=CONNECTION)
    found = collect(customer_base(data.table, observation_end=data.observation_end))
    assert found[["frequency", "n_orders"]].values.tolist() == [[1, 3]]


def test_nothing_is_kept_of_a_table_that_was_not_loaded(tmp_path):
    data = load(sales_file(tmp_path / "v.parquet", [("a", 0, 4)]), connection=CONNECTION)
    some = data.table.filter(data.table.amount_cents > 0)
    assert kept_customers(some, observation_end=data.observation_end) is None
    alone = CONNECTION.create_table("user_of_another_kind", data.table.to_pyarrow(), temp=True)
    assert kept_customers(alone, observation_end=data.observation_end) is None


def test_a_refused_or_doubtful_file_leaves_no_table_behind(tmp_path):
    connection = connect(threads=1)
    path = sales_file(tmp_path / "v.parquet", [("a", 0, 4), (" b", 1, 4)])
    load(path, connection=connection)  # « b » has a space: read again, without trust
    tables = "SELECT count(*) FROM duckdb_tables() WHERE table_name LIKE 'user_%'"
    assert connection.raw_sql(tables).fetchall() == [(2,)]
    with pytest.raises(GrcError, match=r"identifiants abîmés par un tableur : 1, ligne 2 \(« 1,2E\+05 »\)"):
        load(sales_file(tmp_path / "w.parquet", [("a", 0, 4), ("1,2E+05", 1, 4)]), connection=connection)
    assert connection.raw_sql(tables).fetchall() == [(2,)]


@pytest.mark.parametrize("together", [1 << 24, 8])
def test_repeated_codes_are_found_in_one_part_or_in_several(monkeypatch, together):
    monkeypatch.setattr(purchases, "TOGETHER", together)
    table = CONNECTION.create_table("codes", pa.table({"x": [*range(50), 7, 7, 31]}), temp=True, overwrite=True)
    found = repeated(table, hashed(table.x), n=53)
    coded = table.mutate(code=hashed(table.x)).distinct().to_pyarrow().to_pandas()
    assert sorted(coded["x"][np.isin(coded["code"], found)]) == [7, 31]
