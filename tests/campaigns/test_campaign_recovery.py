"""Simulate, then recover: the stored table lies within what chance allows, and a world is made as it says."""

from pathlib import Path

import pytest

from grc_helpers.campaigns.recovery import read_recovery

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def bench(monkeypatch):
    monkeypatch.syspath_prepend(ROOT)
    from benchmarks import campaign_recovery

    return campaign_recovery


def test_the_stored_table_lies_within_what_chance_allows(bench):
    table = read_recovery()
    assert list(table["figure"]) == list(bench.FIGURES) and list(table["sound"]) == list(bench.FIGURES.values())
    assert (table["worlds"] == 400).all() and table["coverage_low"].between(0.9, 0.95).all()
    sound = table[table["sound"]]
    assert (sound["bias"].abs() <= sound["bias_band"]).all()
    assert sound["coverage"].between(sound["coverage_low"], sound["coverage_high"]).all()
    wrong = table[~table["sound"]]
    equal = wrong[wrong["figure"].str.contains("à dépense passée égale")]  # a class of spending still mixes spendings
    coarse, fine = equal["bias"]
    assert len(equal) == 2 and coarse > equal["bias_band"].iloc[0] and abs(fine) < equal["bias_band"].iloc[1]
    assert fine < coarse < equal["truth"].iloc[0] / 4
    wrong = wrong.drop(equal.index)
    assert (wrong["bias"].abs() > 3 * wrong["bias_band"]).all() and (wrong["coverage"] < wrong["coverage_low"]).all()
    assert (wrong.loc[~wrong["figure"].str.contains("un an avant"), "coverage"] < 0.5).all()


def test_a_world_has_every_figure(bench):
    rows = bench.one_world(7)
    assert [row[0] for row in rows] == list(bench.FIGURES)
    assert all(low <= estimate <= high for _, _, estimate, low, high in rows)
