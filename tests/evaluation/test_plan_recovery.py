"""Simulate, then recover: the stored table lies within what chance allows, and a world is made as it says."""

from pathlib import Path

import numpy as np
import pytest

from grc_helpers.evaluation.plan_recovery import read_recovery

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def bench(monkeypatch):
    monkeypatch.syspath_prepend(ROOT)
    from benchmarks import plan_recovery

    return plan_recovery


def test_the_stored_table_says_what_it_may(bench):
    table = read_recovery()
    assert list(table["figure"]) == list(bench.FIGURES) and list(table["sound"]) == list(bench.FIGURES.values())
    assert (table["worlds"] == 200).all() and table["coverage_low"].between(0.88, 0.95).all()
    sound = table[table["sound"]]
    assert (sound["bias"].abs() <= sound["bias_band"]).all()
    assert sound["coverage"].between(sound["coverage_low"], sound["coverage_high"]).all()
    named = table.set_index("figure")
    chosen = named.loc["Plan choisi sur les effets bruts : gain annoncé"]
    kept = named.loc["Plan retenu : gain annoncé"]
    # Luck flatters what it chose, far beyond chance; drawing effects together leaves less than a third of it.
    assert chosen["bias"] > 3 * chosen["bias_band"]
    assert 0 < kept["bias"] < chosen["bias"] / 3
    assert kept["truth"] > chosen["truth"]
    # Not sound, but their intervals hold the truth at least as often as they say.
    approximate = table[~table["sound"] & table["coverage"].notna()]
    assert len(approximate) == 3 and (approximate["coverage"] >= approximate["coverage_low"]).all()


def test_a_world_has_every_figure(bench):
    rows = bench.one_world(7)
    assert [row[0] for row in rows] == list(bench.FIGURES)
    assert all(np.isnan(low) or low <= estimate <= high for _, _, estimate, low, high in rows)
