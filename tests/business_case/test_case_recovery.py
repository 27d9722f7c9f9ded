"""Simulate, then recover: the stored table lies within what chance allows, and a world is made as it says."""

from pathlib import Path

import pytest

from grc_helpers.business_case.recovery import read_recovery

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def bench(monkeypatch):
    monkeypatch.syspath_prepend(ROOT)
    from benchmarks import business_case_recovery

    return business_case_recovery


def test_the_stored_table_lies_within_what_chance_allows(bench):
    table = read_recovery()
    assert tuple(table["figure"]) == bench.FIGURES and (table["worlds"] == 1000).all()
    assert (table["bias"].abs() <= table["bias_band"]).all()
    told = table[table["coverage"].notna()]
    assert len(told) == 4 and told["coverage"].between(told["coverage_low"], told["coverage_high"]).all()
    assert told["coverage_low"].between(0.9, 0.95).all()


def test_the_stored_truths_are_those_of_the_laws(bench):
    from grc_helpers.business_case import turnover

    table = read_recovery().set_index("figure")["truth"]
    before, after = bench.true_factors(0), bench.true_factors(1)
    assert table[list(bench.FIGURES[:3])].to_numpy() == pytest.approx(turnover.lmdi(before, after).to_numpy(), rel=1e-5)
    # the value of the programme, written out here: newcomers fade, their margin persists, rewards, costs, 10 % a year
    value, here, come = -40_000.0, 0.0, 3_000 * 0.08
    for year in range(1, 6):
        here = 0.5 * here + come
        value += (90 * here - come * 1.875 * 10 - 8_000) / 1.1**year
        come *= 0.7
    assert table[bench.FIGURES[3]] == pytest.approx(value, rel=1e-4)


def test_a_world_has_every_figure(bench):
    rows = bench.one_world(7)
    assert tuple(row[0] for row in rows) == bench.FIGURES
    assert all(low <= estimate <= high for _, _, estimate, low, high in rows[:4])
