"""Selection against effect: by hand, and on simulated firms whose effect of tenure is a setting."""

import numpy as np
import pytest

from grc_helpers.clv import tenure
from grc_helpers.data.loading import load


def test_counts_by_age_by_hand():
    who, age = np.array([0, 0, 0, 1, 2]), np.array([0.5, 1.2, 2.9, 3.5, 0.1])
    counts = tenure.ages(who, age, np.array([4.0, 9.0, 2.0]), length=1, periods=2)
    assert counts.tolist() == [[1, 1, 1], [0, 0, 0]]  # the third was not seen long enough; 3.5 is beyond
    table = tenure.by_duration(counts)
    assert table["duration"].tolist() == [0, 3] and table["purchases"].tolist() == [0, 3]
    same = tenure.same_customers(counts)
    assert same["customers"].tolist() == [1, 1] and same["purchases"].tolist() == [1, 1]


@pytest.fixture(scope="module")
def worlds():
    return tenure.simulated((0.0, 0.1), seed=11, customers=10_000)


def test_lasting_customers_bought_more_even_without_any_effect(worlds):
    table = tenure.by_duration(worlds[0.0])
    assert table["low"].iloc[-1] > 3 * table["high"].iloc[1]


@pytest.mark.parametrize("effect", [0.0, 0.1])
def test_the_same_customers_show_the_true_effect(worlds, effect):
    """Half-years 1 and 4 are centred on a quarter and on seven quarters of a year."""
    truth = (1 + 1.75 * effect) / (1 + 0.25 * effect) - 1
    change, low, high = tenure.change(worlds[effect], n_boot=300, seed=1)
    assert low < truth < high and change == pytest.approx(truth, abs=0.05)


def test_observed_on_cdnow_and_on_too_short_a_file(tmp_path):
    counts, weeks = tenure.observed(load("cdnow"))
    assert weeks == 14 and counts.shape[1] == 5 and (counts[:, -1] > 0).sum() > 1_000
    file = tmp_path / "court.csv"
    file.write_text("client,date,montant\na,2024-01-01,3\na,2024-01-10,3\nb,2024-01-02,3\n")
    assert tenure.observed(load(file))[0] is None
