"""Simulate, then recover: draws that are those of the models, and the same optimum as the peer on made-up customers."""

from pathlib import Path

import numpy as np
import pytest

from grc_helpers import clv
from grc_helpers.clv.model import FitWarning
from grc_helpers.clv.recovery import read_recovery

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def bench(monkeypatch):
    monkeypatch.syspath_prepend(ROOT)
    from benchmarks import bench_clv, buyers, recovery

    return bench_clv, buyers, recovery


@pytest.mark.parametrize("name", ["BgNbd", "MbgNbd", "ParetoNbd", "Nbd", "BgBb"])
def test_worlds_have_the_moments_of_the_model(bench, name):
    _, _, recovery = bench
    (setting,) = (each for each in recovery.SETTINGS if each.model == name)
    customers = setting.draw(np.random.default_rng(1), 40_000, setting.truth)
    model, x = getattr(clv, name)().with_params(setting.truth), customers["frequency"]
    ages, count = np.unique(customers["T"].round(1), return_counts=True)
    assert x.mean() == pytest.approx(count @ model.expected_purchases(ages) / count.sum(), abs=4 * x.std() / 200)
    never = count @ np.array([model.pmf(0, t=age) for age in ages]) / count.sum()
    assert (x == 0).mean() == pytest.approx(never, abs=4 * 0.5 / 200)
    gap = model.log_likelihood(customers) - getattr(clv, name)().fit(customers).log_likelihood(customers)
    assert -10 < gap.sum() < 0  # twice the gap is a chi-square of as many degrees as there are parameters


def test_a_world_is_a_row_a_figure_and_the_same_every_time(bench):
    *_, recovery = bench
    for setting in recovery.SETTINGS:
        small = recovery.Setting(setting.model, setting.truth, setting.draw, setting.figures, n=1500)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(recovery, "SETTINGS", [small])
            rows = recovery.one_world(small, 7)
            assert rows == recovery.one_world(small, 7)
        assert len(rows) == len(setting.truth) + len(setting.figures)
        assert all(row[0] == 7 and row[5] <= row[3] <= row[6] for row in rows)


def test_same_optimum_and_same_values_as_lifetimes(bench):
    bench_clv, buyers, _ = bench
    for whole_days in (True, False):
        customers = buyers.customers_table(4000, whole_days=whole_days)
        assert bench_clv.gap_between(bench_clv.ours(customers), bench_clv.theirs(customers)) < 1e-5


def test_from_the_same_file_to_the_same_values(bench, tmp_path, monkeypatch):
    bench_clv, buyers, _ = bench
    monkeypatch.setattr(buyers, "CACHE", tmp_path)
    path = buyers.purchases_file(4000)
    mine, other = bench_clv.ours_from_file(path), bench_clv.theirs_from_file(path)
    assert list(mine.index) == list(other.index) and len(mine) == 4000
    assert mine.to_numpy() == pytest.approx(other.to_numpy(), rel=1e-3)


@pytest.mark.parametrize("name", ["BgNbd", "ParetoNbd"])
def test_customers_who_all_leave_alike_are_not_said_to_stay(bench, name):
    *_, recovery = bench

    (setting,) = (each for each in recovery.SETTINGS if each.model == name)
    alike = (1.4, 1.4, 2e3, 2e4) if name == "BgNbd" else (1.4, 1.4, 1e5, 2e7)
    customers = setting.draw(np.random.default_rng(1), 3000, alike)
    with pytest.warns(FitWarning, match="semblent tous partir aussi vite"):
        fitted = getattr(clv, name)().fit(customers)
    assert fitted.log_likelihood_ > clv.Nbd().fit(customers).log_likelihood_ + 20


def test_the_stored_table_lies_within_what_chance_allows(bench):
    """A thousand worlds a model: every bias and every coverage inside the bands corrected for their number."""
    *_, recovery = bench
    table = read_recovery()
    figures = [(each.model, name) for each in recovery.SETTINGS for name in [*_names(each), *each.figures]]
    assert list(zip(table["model"], table["figure"], strict=True)) == figures
    assert (table["worlds"] == 1000).all() and (table["problems"] == 0).all()
    assert table["coverage"].between(table["coverage_low"], table["coverage_high"]).all()
    assert (table["bias"].abs() <= table["bias_band"]).all()
    assert table["standard_error_ratio"].between(0.9, 1.1).all()
    assert table["coverage_low"].between(0.9, 0.95).all()  # the bands are those of a thousand draws, no wider


def _names(setting):
    return getattr(clv, setting.model).names
