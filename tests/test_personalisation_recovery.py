"""Simulate, then recover: the stored table lies within what chance allows, and a world is made as it says."""

from pathlib import Path

import pytest

from grc_helpers.personalisation.recovery import read_recovery

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture
def bench(monkeypatch):
    monkeypatch.syspath_prepend(ROOT)
    from benchmarks import one_to_one_recovery

    return one_to_one_recovery


def test_the_stored_table_lies_within_what_chance_allows(bench):
    table = read_recovery()
    assert dict(zip(table["figure"], table["sound"], strict=True)) == bench.FIGURES
    assert (table["worlds"] == 400).all() and table["coverage_low"].between(0.9, 0.95).all()
    sound = table[table["sound"]]
    assert (sound["bias"].abs() <= sound["bias_band"]).all()
    assert sound["coverage"].between(sound["coverage_low"], sound["coverage_high"]).all()
    wrong = table[~table["sound"]]
    assert (wrong["bias"] < -3 * wrong["bias_band"]).all() and (wrong["coverage"] < 0.5).all()


def test_a_world_has_every_figure(bench):
    rows = bench.one_world(7)
    assert [row[0] for row in rows] == list(bench.FIGURES)
    assert all(low <= estimate <= high for _, _, estimate, low, high in rows)
