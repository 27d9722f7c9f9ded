"""Policies by hand; benefits recovered; what segments add to a forecast, where it is known."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from grc_helpers.behaviour import benefits, defection, policy
from grc_helpers.data.simulator.truth import read_truth
from grc_helpers.errors import GrcError

TABLE = pd.DataFrame(
    {
        "customers": [1000, 200, 50],
        "margin_year": [20_000.0, 10_000.0, 5_000.0],
        "margin_customer": [20.0, 50.0, 100.0],
    },
    index=["grand", "moyen", "petit"],
)
LIFTS = {"générique": 0.1, "adaptée": 0.2, "spécialisée": 0.5}


def test_strategies_by_hand():
    plans = policy.strategies(TABLE, LIFTS, contact_cost=1, fixed_cost=500)
    assert plans["profit"].to_dict() == pytest.approx(
        {
            "Indifférenciation": 0.1 * 35_000 - 1250 - 500,
            "Différenciation": 0.2 * 35_000 - 1250 - 3 * 500,
            "Concentration": 0.2 * 20_000 - 1000 - 500,
            "Niche": 0.5 * 5_000 - 50 - 500,
        }
    )
    assert plans["targets"].tolist() == ["tous", "tous", "grand", "petit"]


def test_each_line_of_profits_is_straight_and_falls_by_its_number_of_offers():
    profits = policy.profit_by_cost(TABLE, LIFTS, contact_cost=1, fixed_costs=[0, 100, 5000], here=500)
    slopes = (profits.loc[100] - profits.loc[0]) / 100
    assert slopes.tolist() == pytest.approx([-1, -3, -1, -1])
    assert ((profits.loc[5000] - profits.loc[0]) / 5000).tolist() == pytest.approx(slopes.tolist())


def test_at_its_smallest_size_an_offer_earns_nothing():
    least = policy.minimum_size(TABLE["margin_customer"], lift=0.2, contact_cost=1, fixed_cost=500)
    for size, margin in zip(least, TABLE["margin_customer"], strict=True):
        alone = pd.DataFrame({"customers": [size], "margin_year": [size * margin]})
        assert policy.offer_profit(alone, lift=0.2, contact_cost=1, fixed_cost=500).iloc[0] == pytest.approx(0)
    assert policy.minimum_size(4.0, lift=0.2, contact_cost=1, fixed_cost=500) == np.inf


def test_at_the_break_even_ratio_one_offer_earns_what_one_a_segment_earns():
    even = policy.break_even_ratio(TABLE, lift=0.2, fixed_cost=100)
    for ratio, sign in ((even, 0), (even + 0.05, 1), (even - 0.05, -1)):
        lifts = {"générique": ratio * 0.2, "adaptée": 0.2, "spécialisée": 0.3}
        profit = policy.strategies(TABLE, lifts, contact_cost=1, fixed_cost=100)["profit"]
        gap = profit["Indifférenciation"] - profit["Différenciation"]
        assert gap == pytest.approx(0, abs=1e-9) if sign == 0 else np.sign(gap) == sign
    assert "au-dessous : une offre par segment" in policy.tell_break_even(0.8, 0.4)
    assert "au-dessus : l'offre unique" in policy.tell_break_even(0.3, 0.4)
    assert "quelle que soit sa hausse" in policy.tell_break_even(-0.1, 0.4)


def test_the_budget_of_a_segment_is_its_ceiling_times_its_customers():
    facts = pd.Series({"customers": 40, "customer_share": 0.4, "sales_share": 0.5, "margin_customer": 20, "traits": ""})
    plan = pd.Series({"relation": "r", "channel": "c", "offer": "o", "ceiling": 2.5})
    rows = policy.card(facts, plan, money=lambda value, decimals=0: f"{value:.2f}").set_index("Rubrique")["Contenu"]
    assert rows["Plafond"].startswith("2.50") and rows["Budget"].startswith("100.00")


def test_niche_is_the_smallest_that_pays_else_the_least_bad():
    assert policy.niche_of(TABLE, lift=0.5, contact_cost=1, fixed_cost=3000) == "moyen"
    assert policy.niche_of(TABLE, lift=0.001, contact_cost=1, fixed_cost=3000) == "petit"


def test_segment_table_by_hand():
    orders = pd.DataFrame(
        {
            "customer_id": ["a", "a", "b", "c"],
            "date": pd.to_datetime(["2024-01-10", "2024-12-20", "2024-02-01", "2024-12-01"]),
            "amount": [100.0, 300.0, 50.0, 50.0],
        }
    )
    labels = pd.Series({"a": "x", "b": "y", "c": "y"})
    table = policy.segment_table(orders, labels, start=date(2024, 1, 1), end=date(2024, 12, 31), margin_rate=0.5)
    assert table["customers"].to_dict() == {"y": 2, "x": 1} and list(table.index) == ["y", "x"]
    assert table.loc["x", "margin_year"] == pytest.approx(200, rel=0.01)
    assert table.loc["x", "growth"] == pytest.approx(2) and table.loc["y", "growth"] == pytest.approx(0)
    assert table["active"].to_dict() == {"y": 0.5, "x": 1.0}
    assert table["sales_share"].sum() == pytest.approx(1)


def test_ranks_do_not_depend_on_weights_when_one_segment_dominates():
    table = pd.DataFrame({"a": [3.0, 2, 1], "b": [3.0, 2, 1]}, index=list("xyz"))
    ranks = policy.rank_sensitivity(table, ["a", "b"], draws=200, seed=1)
    assert (np.diag(ranks) == 1).all() and (ranks.sum(axis=1) == 1).all()
    even = policy.rank_sensitivity(pd.DataFrame({"a": [1.0, 0], "b": [0.0, 1]}), ["a", "b"], draws=4000, seed=1)
    assert even.iloc[0, 0] == pytest.approx(0.5, abs=0.03)


def test_scores_and_relations():
    table = pd.DataFrame({"a": [0.0, 10], "b": [5.0, 5], "margin_customer": [10.0, 40]}, index=["bas", "haut"])
    score = policy.weighted_score(table, {"a": 3, "b": 1})
    assert score.to_dict() == {"bas": 12.5, "haut": 87.5}
    plan = policy.relation_plan(table, score, 100 - score, lift=0.1)
    assert "Reconquête" in plan.loc["haut", "relation"] and "Service simple" in plan.loc["bas", "relation"]
    assert plan["ceiling"].to_dict() == {"bas": 1.0, "haut": 4.0}
    watched = policy.relation_plan(table, score, score, lift=0.1)
    assert "Veille" in watched.loc["bas", "relation"] and watched["ceiling"].to_dict() == {"bas": 0.0, "haut": 4.0}


def test_needs_are_recovered_once_grades_are_centred():
    grades = benefits.benefit_grades()
    needs = read_truth("cafes_merle", "avantages").set_index("customer_id")["need"].reindex(grades.index)
    table = benefits.recovery(grades, needs, groups=4, seed=1)
    assert (table["notes centrées"] > 0.75).all() and (table["notes brutes"] < 0.65).all()
    centred = benefits.centre_by_respondent(grades)
    assert centred.mean(axis=1).abs().max() < 1e-12


def test_the_map_of_image_follows_the_truth_better_than_counts():
    from grc_helpers.behaviour.factorial import ca

    table = benefits.image_table()
    truth = read_truth("cafes_merle", "image").pivot(index="attribute", columns="brand", values="association")
    raw, drawn = benefits.association_match(table, ca(table), truth.loc[table.index, table.columns])
    assert drawn > 0.97 > raw


def test_priorities_by_hand():
    grades = pd.DataFrame({"goût": [1.0, -1], "prix": [-1.0, 1]}, index=["a", "b"])
    image, value = pd.Series({"goût": 0.5, "prix": 0.0}), pd.Series({"a": 300.0, "b": 100.0})
    table = benefits.product_priorities(grades, pd.Series([1, 2], ["a", "b"]), image, value=value)
    found = table.set_index(["segment", "benefit"])["priority"]
    assert found[1, "goût"] == pytest.approx(60) and found[2, "prix"] == pytest.approx(40) and found[1, "prix"] == 0


def survey_of(folder, respondents):
    """Write a survey of three benefits, graded 1 to 7."""
    rng, file = np.random.default_rng(1), folder / "enquete.csv"
    grades = {f"{name} (1 à 7)": rng.integers(1, 8, respondents) for name in ("goût", "prix", "accueil")}
    pd.DataFrame({"client": [f"R{k}" for k in range(respondents)]} | grades).to_csv(file, index=False)
    return str(file)


def test_a_survey_of_ones_own_is_read_and_its_scales_leave_the_names(tmp_path):
    assert list(benefits.benefit_grades(survey_of(tmp_path, 40))) == ["goût", "prix", "accueil"]


def test_a_survey_too_small_is_refused(tmp_path):
    with pytest.raises(GrcError, match="Cette enquête ne suffit pas(?s:.*)12 réponse"):
        benefits.benefit_grades(survey_of(tmp_path, 12))


def test_segments_add_what_they_alone_know_and_nothing_else():
    rng, n = np.random.default_rng(1), 3000
    past = pd.DataFrame({"recency": rng.normal(size=n)})
    segment = pd.Series(rng.integers(1, 4, n))
    noise = rng.logistic(size=n)
    informed = defection.gain_in_auc(
        past, segment, past["recency"] + 2 * (segment == 1) + noise > 1, n_boot=100, seed=1
    )
    useless = defection.gain_in_auc(past, segment, past["recency"] + noise > 1, n_boot=100, seed=1)
    assert informed["low"] > 0.02 and useless["low"] <= 0.003 and abs(useless["gain"]) < 0.01
    few = pd.Series(np.arange(n) < 5)
    assert defection.gain_in_auc(past, segment, few, n_boot=100, seed=1) is None


def test_the_title_of_strategies_names_the_winner_or_says_that_all_lose():
    from grc_helpers.behaviour.policy_figures import plot_strategies

    costs = {"contact_cost": 1, "fixed_costs": [0, 500, 5000, 50_000], "here": 500}
    profits = policy.profit_by_cost(TABLE, LIFTS, **costs)
    axes = [plot_strategies(profits, here=here, currency="EUR") for here in (500, 50_000)]
    titles = [(ax.get_title("left") or ax.get_title()).replace("\n", " ") for ax in axes]
    assert titles[0].startswith("Au coût supposé, la différenciation l'emporte")
    assert titles[1].startswith("Au coût supposé, mieux vaut s'abstenir")
