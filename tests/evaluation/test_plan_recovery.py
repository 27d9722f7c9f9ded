"""Simulate, then recover: the stored table lies within what chance allows, and a world is made as it says."""

from pathlib import Path

import numpy as np
import pytest

from grc_helpers.evaluation.plan_recovery import read_recovery  # noqa: F401

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def bench(monkeypatch):
    monkeypatch.syspath_prepend(ROOT)
    from benchmarks import plan_recovery

    return plan_recovery


def test_a_world_has_every_figure(bench):
    rows = bench.one_world(7)
    assert [row[0] for row in rows] == list(bench.FIGURES)
    assert all(np.isnan(low) or low <= estimate <= high for _, _, estimate, low, high in rows)
