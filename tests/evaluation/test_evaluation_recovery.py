"""Simulate, then recover: the stored table lies within what chance allows, and a world is made as it says."""

from pathlib import Path

import pytest

from grc_helpers.evaluation.recovery import read_recovery

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def bench(monkeypatch):
    monkeypatch.syspath_prepend(ROOT)
    from benchmarks import evaluation_recovery

    return evaluation_recovery


def test_the_stored_table_lies_within_what_chance_allows(bench):
    table = read_recovery()
    assert list(table["figure"]) == list(bench.FIGURES) and list(table["sound"]) == list(bench.FIGURES.values())
    assert (table["worlds"] == 400).all() and table["coverage_low"].between(0.9, 0.95).all()
    sound = table[table["sound"]]
    assert (sound["bias"].abs() <= sound["bias_band"]).all()
    assert sound["coverage"].between(sound["coverage_low"], sound["coverage_high"]).all()
    wrong = table[~table["sound"]]
    assert (wrong["bias"].abs() > 3 * wrong["bias_band"]).all() and (wrong["coverage"] < 0.5).all()


def test_a_world_has_every_figure(bench):
    rows = bench.one_world(7, {"spend": 180.0, "orders": 5.0, "attrition": 0.3})
    assert len(rows) == len(bench.FIGURES) and all(low <= estimate <= high for estimate, low, high, _ in rows)
