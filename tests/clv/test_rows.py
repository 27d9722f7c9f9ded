"""Collapsing customers of the same history: nothing is lost, whatever the values."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grc_helpers.clv import BgNbd, GammaGamma, ParetoNbd, optimise
from grc_helpers.clv.rows import as_rows, coded, collapsed, distinct_pairs

values = st.one_of(st.integers(0, 6).map(float), st.sampled_from([0.0, 1 / 7, 2 / 7, 1e9, 0.5]))


@given(st.lists(st.tuples(st.integers(0, 4).map(float), values, values), min_size=1, max_size=60), st.booleans())
@settings(deadline=None)
def test_collapsed_rows_are_the_distinct_histories(histories, weighted):
    x, last, age = (np.array(column) for column in zip(*histories, strict=True))
    weight = np.arange(1.0, len(x) + 1) if weighted else None
    rows = collapsed(x, (last, age), weight)
    frame = pd.DataFrame({"x": x, "last": last, "age": age, "n": 1.0 if weight is None else weight})
    expected = frame.groupby(["x", "last", "age"], as_index=False)["n"].sum()
    assert np.array_equal(np.column_stack((rows.x, *rows.columns, rows.weight)), expected.to_numpy())
    assert np.array_equal(rows.levels[rows.code], rows.x)
    assert rows.level_weight.sum() == rows.n_customers == frame["n"].sum()


@given(st.lists(st.tuples(values, values), min_size=1, max_size=60))
def test_distinct_pairs_find_each_row_again(pairs):
    first, second = (np.array(column) for column in zip(*pairs, strict=True))
    one, two, place = distinct_pairs(first, second)
    assert np.array_equal(one[place], first) and np.array_equal(two[place], second)
    assert len(one) == len(set(pairs))


@given(st.lists(values, min_size=1, max_size=60))
def test_codes_are_ranks_of_the_distinct_values(numbers):
    code, levels = coded(np.array(numbers))
    assert np.array_equal(levels[code], numbers) and np.array_equal(levels, np.unique(numbers))


def test_continuous_times_are_left_as_they_are():
    rng = np.random.default_rng(0)
    x, age = rng.integers(0, 3, 5000).astype(float), rng.uniform(1, 2, 5000)
    rows = collapsed(x, (np.zeros(5000), age), None)
    assert len(rows) == 5000 and np.array_equal(rows.x, x)
    pairs = distinct_pairs(x, age)
    assert np.array_equal(pairs[1][pairs[2]], age)


@pytest.mark.parametrize("model", [BgNbd, ParetoNbd, GammaGamma])
def test_starting_from_a_thinned_sample_leads_to_the_same_summit(everyone, model, monkeypatch):
    paid = everyone[(everyone["frequency"] == 0) | (everyone["monetary_value"] > 0)]
    whole = model().fit(paid)
    monkeypatch.setattr(optimise, "THINNED", 500)
    thinned = model().fit(paid)
    assert thinned.params_.tolist() == pytest.approx(whole.params_.tolist(), rel=1e-6)
    assert thinned.summary()["standard_error"].tolist() == pytest.approx(
        whole.summary()["standard_error"].tolist(), rel=1e-3
    )


def test_rows_without_collapse_keep_the_order():
    rows = as_rows(np.array([3.0, 1, 3]), (np.array([2.0, 1, 2]),), None)
    assert rows.x.tolist() == [3, 1, 3] and rows.code.tolist() == [1, 0, 1] and rows.n_customers == 3
