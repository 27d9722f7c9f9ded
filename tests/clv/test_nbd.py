"""NBD against its papers."""

import numpy as np
import pandas as pd
import pytest

from grc_helpers.clv.nbd import Nbd


def test_fader_hardie_lee_benchmark_on_cdnow(sample):
    """Fader & Hardie (2004), note on the NBD as a benchmark for customer-base analysis."""
    model = Nbd().fit(sample)
    assert model.params_.tolist() == pytest.approx([0.385, 12.072], abs=6e-4)
    assert model.log_likelihood_ == pytest.approx(-9763.7, abs=0.05)


def test_fader_hardie_workshop_conditional_expectation():
    """Customer-base analysis workshop, day 2, p. 29: x = 4, T = 32, next 39 weeks, whatever the recency."""
    model = Nbd().with_params([0.385, 12.072])
    customers = pd.DataFrame({"frequency": [4, 4], "recency": [31.0, 5.0], "T": [32.0, 32.0]})
    assert model.predict(customers, t=39).tolist() == pytest.approx([3.88, 3.88], abs=0.005)
    assert model.p_alive(customers).tolist() == [1, 1]


def test_fader_hardie_tutorial_zero_class_of_a_new_period():
    """Tutorial, ART Forum, billboard exposures: r = 0.969, alpha = 0.218, one month; 5.6 % see none."""
    model = Nbd().with_params([0.969, 0.218])
    assert model.pmf(0, t=4) == pytest.approx(0.056, abs=1e-3)
    assert model.expected_purchases(4) == pytest.approx(17.82, abs=0.05)


def test_moments_are_those_of_the_negative_binomial():
    model, n = Nbd().with_params([0.7, 9.0]), np.arange(3000)
    chances = model.pmf(n, t=20)
    assert chances.sum() == pytest.approx(1) and chances @ n == pytest.approx(model.expected_purchases(20))
