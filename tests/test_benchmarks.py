"""Benchmarks: the contestants do the same work, and ten million rows stay under a gigabyte."""

from pathlib import Path

import pandas as pd
import pytest

from grc_helpers.data.warehouse import DEFAULT_MEMORY

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture
def bench(monkeypatch):
    monkeypatch.syspath_prepend(ROOT)
    from benchmarks import bench_warehouse

    return bench_warehouse


@pytest.fixture
def small_file(bench, tmp_path, monkeypatch):
    from benchmarks import transactions

    monkeypatch.setattr(transactions, "CACHE", tmp_path)
    return transactions.transactions_file(5000)


def test_the_made_up_rows_are_the_same_every_time_and_no_customer_is_missing(small_file):
    rows, made = pd.read_parquet(small_file), small_file.stat().st_mtime_ns
    assert len(rows) == 5000 and rows["customer_id"].nunique() == 500
    assert rows["date"].is_monotonic_increasing and (rows["amount"] == rows["amount"].round(2)).all()
    from benchmarks.transactions import transactions_file

    assert transactions_file(5000).stat().st_mtime_ns == made
    small_file.unlink()
    pd.testing.assert_frame_equal(rows, pd.read_parquet(transactions_file(5000)))


def test_contestants_make_the_same_table_under_the_same_limit(bench, small_file):
    reference = bench.OURS.job(small_file)()
    assert len(reference) == 500 and list(reference.columns) == bench.customer_tables.COLUMNS
    for contestant in bench.CONTESTANTS:
        table = contestant.job(small_file)()
        assert len(table.columns) == contestant.columns
        pd.testing.assert_frame_equal(reference[table.columns], table, check_dtype=False, rtol=1e-12)
    assert bench.customer_tables.MEMORY == DEFAULT_MEMORY


def test_readers_of_a_user_s_file_read_the_same(bench, small_file, monkeypatch):
    from benchmarks import bench_contract

    monkeypatch.setattr(bench_contract, "CACHE", small_file.parent)
    files = bench_contract.export_file(5000), small_file
    read = {function(path) for path in files for function in (bench_contract.checked, bench_contract.plain)}
    cents = (pd.read_parquet(small_file)["amount"] * 100).round().astype("int64").sum()
    assert read == {(5000, cents)}


@pytest.mark.complet
def test_ten_million_rows_become_a_million_customers_under_one_gigabyte(bench):
    from benchmarks.transactions import transactions_file

    path = bench.alone(transactions_file, 10_000_000)
    assert bench.alone(bench.peak_megabytes, bench.CONTESTANTS[1], path) < 1000


@pytest.mark.complet
def test_two_million_rows_are_checked_under_one_gigabyte(bench):
    from benchmarks import bench_contract

    assert (
        bench.alone(bench_contract.measure, bench_contract.checked, bench_contract.export_file(2_000_000)).peak < 1000
    )
