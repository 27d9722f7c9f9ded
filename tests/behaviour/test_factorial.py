"""ACP, AFC, ACM against published tables; valeurs-tests against the laws that they come from; V de Cramér."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import hypergeom

from grc_helpers.behaviour import examples, factorial
from grc_helpers.errors import GrcError


@pytest.mark.parametrize("place", range(5))
def test_published_axes(place):
    """Saporta 2006 (cars), Lebart & al. 1995 (eyes, hair), Greenacre 1984 (smokers), Abdi & Valentin 2007 (wines)."""
    _identifier, label, published, ours, decimals = examples.published_axes()[place]
    assert round(ours, decimals) == published, label


def test_greenacre_1984_smokers_rows():
    """Row coordinates printed by the R package ca (Nenadić & Greenacre 2007): SE .380595 on axis 1, up to the sign."""
    table = pd.DataFrame(examples.SMOKERS)
    model = factorial.ca(table, n_axes=3)
    shares = factorial.axes_table(model)["inertia_share"].round(4).tolist()
    assert shares == [0.8776, 0.1176, 0.0049]
    points = factorial.points_table(
        model.row_coordinates(table), model.row_cosine_similarities(table), model.row_contributions_
    )
    assert abs(points["axis_1"].iloc[2]) == pytest.approx(0.3806, abs=5e-5)
    assert points["ctr_1"].sum() == pytest.approx(1) and points["cos2"].between(0, 1 + 1e-9).all()


def test_contributions_add_up_and_cos2_are_squared_lengths():
    model = factorial.pca(examples.cars(), n_axes=6)
    table = factorial.variables_table(model)
    assert table[["ctr_1", "ctr_2"]].sum().tolist() == pytest.approx([1, 1])
    assert table["cos2"].to_numpy() == pytest.approx((table["axis_1"] ** 2 + table["axis_2"] ** 2).to_numpy())
    assert factorial.axes_table(model)["inertia_cumulative"].iloc[-1] == pytest.approx(1)


def test_the_axes_are_the_same_at_each_run():
    frame = pd.DataFrame(np.random.default_rng(1).integers(0, 4, (300, 5)).astype(str)).rename(columns=str)
    first, second = (factorial.mca(frame, n_axes=4).column_coordinates(frame).to_numpy() for _ in range(2))
    assert (first == second).all()


def test_category_test_values_are_distances_under_the_hypergeometric_law():
    labels = pd.Series([1] * 12 + [2] * 28)
    frame = pd.DataFrame({"c": ["a"] * 9 + ["b"] * 31})
    row = factorial.category_test_values(frame, labels).query("segment == 1 and category == 'a'").iloc[0]
    law = hypergeom(40, 9, 12)
    assert row["test_value"] == pytest.approx((9 - law.mean()) / law.std())
    assert (row["share"], row["everywhere"]) == (0.75, 0.225)


def test_mean_test_values_are_distances_under_a_draw_without_replacement():
    rng = np.random.default_rng(3)
    values = rng.gamma(2, 1, 50)
    labels = pd.Series(["in"] * 15 + ["out"] * 35)
    table = factorial.mean_test_values(pd.DataFrame({"v": values}), labels).set_index("segment")
    drawn = np.array([rng.choice(values, 15, replace=False).mean() for _ in range(20_000)])
    by_hand = (values[:15].mean() - drawn.mean()) / drawn.std()
    assert table.loc["in", "test_value"] == pytest.approx(by_hand, rel=0.05, abs=0.03)


def test_under_no_link_test_values_pass_two_one_time_in_twenty():
    rng, beyond = np.random.default_rng(4), []
    for _ in range(150):
        frame = pd.DataFrame({"c": rng.choice(["a", "b"], 300)})
        value = factorial.category_test_values(frame, pd.Series(rng.choice([1, 2], 300)))["test_value"].iloc[0]
        beyond.append(abs(value) >= 1.96)
    assert 0.01 < np.mean(beyond) < 0.11


def test_cramers_v_by_hand():
    assert factorial.cramers_v(["a", "a", "b", "b"], ["x", "x", "y", "y"]) == pytest.approx(1)
    assert factorial.cramers_v(["a", "a", "b", "b"], ["x", "y", "x", "y"]) == pytest.approx(0)
    assert np.isnan(factorial.cramers_v(["a", "a"], ["x", "y"]))
    eyes = pd.DataFrame(examples.EYES)
    rows, columns = (np.repeat(index, eyes.to_numpy().ravel()) for index in np.indices(eyes.shape).reshape(2, -1))
    assert factorial.cramers_v(rows, columns) == pytest.approx(np.sqrt(138.29 / 592 / 3), abs=1e-4)  # χ² = 138.3


def test_links_are_compared_with_those_of_shuffled_answers():
    rng = np.random.default_rng(5)
    frame = pd.DataFrame({"need": rng.choice(list("abc"), 300), "alone": rng.choice(list("xyz"), 300), "one": "k"})
    frame["same"] = frame["need"].str.upper().where(rng.random(300) < 0.5, "A")
    table = factorial.links_by_chance(frame, "need", draws=200, seed=1)
    assert table.index.tolist() == ["alone", "same"]
    for other in table.index:
        assert table.loc[other, "V de Cramér"] == pytest.approx(factorial.cramers_v(frame["need"], frame[other]))
    assert table.loc["same", "Valeur p"] == pytest.approx(1 / 201)


def test_independent_criteria_are_called_linked_one_time_in_twenty():
    rng, called = np.random.default_rng(8), 0
    for seed in range(200):
        frame = pd.DataFrame({"a": rng.integers(0, 3, 120), "b": rng.integers(0, 4, 120)})
        called += factorial.links_by_chance(frame, "a", draws=99, seed=seed)["Valeur p"].iloc[0] <= 0.05
    assert 2 <= called <= 20  # binomial(200, 0.05): 99.8 % of the draws


def test_two_hundred_categories_missing_values_and_constants():
    n = 1000
    frame = pd.DataFrame(
        {"many": [f"c{k % 200}" for k in range(n)], "one": "x", "empty": None, "gap": ["a", None] * (n // 2)}
    )
    tidy, constant, grouped = factorial.tidy_categories(frame)
    assert sorted(constant) == ["empty", "many", "one"] and grouped == ["many"]
    assert set(tidy["gap"]) == {"a", "non connu"}


def test_tables_that_cannot_be_drawn_are_refused():
    with pytest.raises(GrcError, match="Une ACP demande(?s:.*)1 colonne"):
        factorial.pca(pd.DataFrame({"a": [1.0, 2, 3], "b": 1.0}))
    with pytest.raises(GrcError, match="Une ACP demande(?s:.*)0 ligne"):
        factorial.pca(pd.DataFrame({"a": [None, None], "b": [1.0, 2.0]}))
    with pytest.raises(GrcError, match="Une AFC demande"):
        factorial.ca(pd.DataFrame([[1, 2], [0, 0]]))
