"""The split of a budget: against brute force, by its first-order condition, with its errors."""

import numpy as np
import pandas as pd
import pytest

from grc_helpers.errors import GrcError
from grc_helpers.evaluation import allocation

CURVES = pd.DataFrame(
    {"plateau": [900.0, 1500.0, 1100.0], "scale": [250.0, 500.0, 900.0]}, index=pd.Index([1, 2, 3], name="tier")
)
SALES = pd.Series({1: 300.0, 2: 300.0, 3: 400.0})


@pytest.mark.parametrize("budget", [50.0, 400.0, 800.0, 1000.0])
def test_the_best_split_equals_marginal_returns_and_beats_every_grid_point(budget):
    best = allocation.best_split(CURVES, budget)
    slopes = CURVES["plateau"] / CURVES["scale"] * np.exp(-best / CURVES["scale"])
    assert best.sum() == pytest.approx(budget) and (best >= 0).all()
    assert slopes[best > 1e-9].std(ddof=0) == pytest.approx(0, abs=1e-9)
    assert (slopes[best <= 1e-9] <= slopes[best > 1e-9].max() + 1e-9).all()
    parts = np.linspace(0, budget, 61)
    grid = [
        allocation.profit(CURVES, pd.Series([a, b, budget - a - b], index=[1, 2, 3]))
        for a in parts
        for b in parts
        if a + b <= budget
    ]
    assert allocation.profit(CURVES, best) >= max(grid) - 1e-9


def test_money_that_brings_less_than_a_euro_is_kept():
    best = allocation.best_split(CURVES, 1e6)
    assert best.to_numpy() == pytest.approx(CURVES["scale"] * np.log(CURVES["plateau"] / CURVES["scale"]))
    weak = pd.DataFrame({"plateau": [100.0, 900.0], "scale": [200.0, 300.0]}, index=[1, 2])
    assert allocation.best_split(weak, 1e6)[1] == 0  # even its first euro brings half a euro


def test_rules_spend_the_budget():
    ways = allocation.splits(CURVES, 800.0, SALES)
    assert all(split.sum() == pytest.approx(800) for split in ways.values())
    assert list(ways["Au prorata du CA"]) == pytest.approx([240, 240, 320])
    assert list(ways["Tout aux meilleurs clients"]) == [800, 0, 0]


@pytest.mark.parametrize("budget", [0, -5, float("nan"), float("inf")])
def test_a_budget_is_a_positive_amount(budget):
    for call in (allocation.best_split, lambda curves, b: allocation.splits(curves, b, SALES)):
        with pytest.raises(GrcError, match="doit être un montant positif"):
            call(CURVES, budget)


def trial(noise, seed=1, weeks=100):
    rng = np.random.default_rng(seed)
    tier = np.tile([1, 2, 3], weeks)
    budget = rng.choice([0, 100, 200, 400, 800, 1600], len(tier))
    plateau, scale = CURVES.loc[tier, "plateau"].to_numpy(), CURVES.loc[tier, "scale"].to_numpy()
    margin = plateau * -np.expm1(-budget / scale) + noise * rng.standard_normal(len(tier))
    return pd.DataFrame({"tier": tier, "budget": budget, "extra_margin": margin})


def test_curves_without_noise_are_found_again():
    found = allocation.fit_curves(trial(1e-9))
    assert found["plateau"].to_numpy() == pytest.approx(CURVES["plateau"], rel=1e-6)
    assert found["scale"].to_numpy() == pytest.approx(CURVES["scale"], rel=1e-6)


def test_slopes_are_the_derivatives():
    from grc_helpers.campaigns.rewards import response

    step = 1e-4
    by_plateau = (response(300, 900 + step, 250) - response(300, 900 - step, 250)) / (2 * step)
    by_scale = (response(300, 900, 250 + step) - response(300, 900, 250 - step)) / (2 * step)
    assert allocation.curve_slopes([300], 900, 250)[0] == pytest.approx([by_plateau, by_scale], rel=1e-5)


def test_covariances_are_those_of_scipy():
    from scipy.optimize import curve_fit

    from grc_helpers.campaigns.rewards import response

    rows = trial(80.0)
    part = rows[rows["tier"] == 2]
    _, cov = curve_fit(response, part["budget"], part["extra_margin"], p0=(1400, 450))
    found = allocation.fit_curves(rows).loc[2]
    assert found[["var_plateau", "var_scale", "cov"]].to_numpy() == pytest.approx(
        [cov[0, 0], cov[1, 1], cov[0, 1]], rel=1e-3
    )


def test_the_table_of_rules_tells_losses_and_the_truth():
    curves = allocation.fit_curves(trial(80.0))
    table = allocation.rule_table(curves, CURVES, budget=800.0, sales=SALES)
    assert table.loc[allocation.BEST, "rule_loss"] == 0 and np.isnan(table.loc[allocation.BEST, "loss_low"])
    others = table.drop(index=allocation.BEST)
    assert (others["rule_loss"] > 0).all() and (table["true_loss"] >= 0).all()
    assert (others["loss_low"] <= others["rule_loss"]).all() and (others["rule_loss"] <= others["loss_high"]).all()
    assert table.loc[allocation.BEST, "true_loss"] == table["true_loss"].min()


def test_shares_and_losses_are_written_with_their_sign():
    curves = allocation.fit_curves(trial(80.0))
    rules = allocation.rule_table(curves, CURVES, budget=800.0, sales=SALES)
    ways = {allocation.BEST: pd.Series([200.0, 500.0, 100.0], index=SALES.index)}
    said = allocation.shares_in_words(ways, rules, pd.Series([30.0, 30.0, 40.0], index=SALES.index), currency="EUR")
    assert [said[name].replace("\u202f", " ") for name in ("best", "many_best", "many_sales", "people")] == [
        "25 %", "12 %", "40 %", "5 %",
    ]  # fmt: skip
    assert (said["sign"], said["sign_people"]) == ("moins", "plus")


def test_groups_are_ranked_by_what_they_spent():
    spent = pd.Series(np.arange(1.0, 101.0)).sample(frac=1, random_state=1)
    groups = allocation.sales_by_group(spent)
    assert list(groups) == [sum(range(96, 101)), sum(range(81, 96)), sum(range(1, 81))] and list(groups.index) == [
        1,
        2,
        3,
    ]


def test_words_count_the_intervals_that_hold_the_truth():
    curves = allocation.fit_curves(trial(80.0))
    table = allocation.rule_table(curves, CURVES, budget=800.0, sales=SALES).assign(true_loss=[2.0, 0.0, 0.0, 0.0])
    assert "pour 0 des 3 règles" in allocation.losses_in_words(table) and "2,0 €" in allocation.losses_in_words(table)
