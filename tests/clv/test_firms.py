"""A firm's customer equity: the simulated one against its truth, a public one against what it published."""

import numpy as np
import pandas as pd
import pytest

from grc_helpers.clv import equity_figures, firms
from grc_helpers.data.loading import load


@pytest.fixture(scope="module")
def merle():
    return firms.simulated_firm(load("cafes_merle"), annual_rate=0.10, years=5)


def test_true_value_is_what_a_long_simulation_pays():
    """One customer: λ .2 a week, p .05 after each purchase, 40 a basket, 10 % a year, five years."""
    truth = pd.DataFrame({"customer_id": ["x", "gone"], "rate": 0.2, "dropout": 0.05, "satisfaction": 7.0,
                          "card_from": [None, None], "lifetime_end": [None, "2024"], "spend_mean": 40.0})  # fmt: skip
    effects = pd.DataFrame({"name": ["satisfaction_effect", "card_effect"], "value": ["0.0", "0.06"]})
    found = firms.true_values(truth, effects, annual_rate=0.10, years=5)
    rng, n, weeks = np.random.default_rng(3), 40_000, 5 * 365.25 / 7
    life = rng.geometric(0.05, n)
    times = np.cumsum(rng.exponential(5.0, (n, 80)), axis=1)
    paid = (np.arange(80) < life[:, None]) & (times < weeks)
    drawn = 40 * (paid * 1.1 ** (-times * 7 / 365.25)).sum(axis=1)
    assert found.loc["x", "sales"] == pytest.approx(drawn.mean(), abs=4 * drawn.std() / np.sqrt(n))
    assert found.loc["gone", "sales"] == 0 and found["alive"].tolist() == [True, False]


def test_p_alive_is_calibrated_on_the_simulated_firm(merle):
    table = firms.calibration(
        merle.fit.purchases.p_alive(merle.customers), merle.truth["alive"], merle.customers["frequency"] > 0
    )
    assert len(table) == 10 and ((table["low"] <= table["p_alive"]) & (table["p_alive"] <= table["high"])).sum() >= 8


def test_simulated_firm_one_year_is_found_and_far_years_are_underestimated(merle):
    table = firms.by_horizon(merle, (1, 5))
    assert table.loc["1 an", "low"] < table.loc["1 an", "Vérité"] < table.loc["1 an", "high"]
    assert (
        -0.15 < table.loc["5 ans", "Écart"] < 0
    )  # what the notebook says: the interval does not know the model is wrong
    deciles = firms.by_decile(merle.value, merle.truth["sales"])
    assert deciles["truth"].is_monotonic_increasing and len(deciles) == 10


def test_netflix_published_churn_follows_from_its_flows():
    """Press release of 20 October 2010: 3.8 % a month."""
    flows = {"before": 15.001, "after": 16.933, "arrivals": 4.101}
    assert firms.churn_from_flows(**flows) == pytest.approx(0.038, abs=5e-4)
    assert firms.NETFLIX["arrivals"] - (flows["after"] - flows["before"]) == pytest.approx(2.169)  # leavers, millions


def test_public_equity_without_uncertainty_is_the_formula():
    sure = {"margin_rate": (0.5,) * 3, "churn": (0.04,) * 3, "discount_rate": (0.1,) * 3, "growth_years": (1,) * 3,
            "arrivals": (1.0,) * 3}  # fmt: skip
    _, values = firms.public_equity(sure, subscribers=10, revenue=12, arrivals=0.5, acquisition_cost=20, n=3, seed=1)
    rate = 1.1 ** (1 / 12) - 1
    multiple = 0.96 / (1 + rate - 0.96)
    assert values["present"].to_numpy() == pytest.approx(10 * 6 * multiple)
    arrivals = sum(0.5 * (6 * (1 + multiple) - 20) / (1 + rate) ** k for k in range(1, 13))
    assert values["future"].to_numpy() == pytest.approx(arrivals)


def test_netflix_present_customers_are_a_small_part_of_the_price():
    found = firms.netflix_equity(n=300, seed=1)
    assert found.price == pytest.approx(8_313, rel=0.01) and found.heaviest in firms.FRENCH.values()
    assert (found.values["present"] < found.values["equity"]).all() and found.values["present"].max() < found.price / 2


def test_figures_say_what_they_draw(merle):
    import matplotlib.pyplot as plt

    fig, ax = plt.subplots()
    said = equity_figures.plot_deciles(ax, firms.by_decile(merle.value, merle.truth["sales"]), currency="EUR")
    assert "Premier dixième" in said and "valeur vraie" in (ax.get_title() or ax.get_title(loc="left"))
    assert len(ax.patches) == 10
    plt.close(fig)


def test_durations_in_french():
    assert [firms.in_years(years) for years in (1, 1.5, 2.5, 5.0)] == ["1 an", "1,5 an", "2,5 ans", "5 ans"]
