"""Families, categories, defection, reading: against the simulator's truth, and by hand."""

from datetime import date

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import roc_auc_score

from grc_helpers.data.loading import read_table
from grc_helpers.errors import GrcError
from grc_helpers.profitability import activity_profit
from grc_helpers.segmentation import figures
from grc_helpers.segmentation.approaches import supervised, wanted_groups
from grc_helpers.segmentation.categories import (
    crossed_agreement,
    found_needs,
    half_year_profit,
    three_cuts,
    with_surveys,
)
from grc_helpers.segmentation.criteria import FAMILIES, a_priori_table, family_power
from grc_helpers.segmentation.decision import Action, niches
from grc_helpers.segmentation.defection import concordance, defection_gain
from grc_helpers.segmentation.reading import confusion, profiles, recalls, rules


def title_of(ax) -> str:
    """Return a figure's title, wherever the style puts it."""
    return ax.get_title() or ax.get_title(loc="left")


def test_what_has_no_effect_in_the_simulator_explains_nothing(merle):
    """Being an office has one; age, household and zone have none."""
    table = a_priori_table(merle, n_boot=100, seed=1).set_index("criterion")
    assert table.loc["kind", "low"] > 0.01 and table.loc["kind", "p_value"] < 1e-6
    for criterion in ("birth_year", "household_size", "zone"):
        assert table.loc[criterion, "low"] < 0.005 and table.loc[criterion, "p_value"] > 0.01
    assert (table["eta"] >= 0).all() and table.loc["birth_year", "known"] < 0.7


def test_behaviour_explains_most_and_surveys_know_few(merle):
    table = family_power(with_surveys(merle, merle.cuts[1]), n_boot=100, seed=1).set_index("family")
    assert list(table.index) == list(FAMILIES.values())
    behaviour = table.loc[FAMILIES["comportement"]]
    assert behaviour["low"] > 0.1 and behaviour["explained"] == pytest.approx(behaviour["reference"])
    for family in ("style", "attitude"):
        assert table.loc[FAMILIES[family], "known"] < 0.5 and table.loc[FAMILIES[family], "low"] < 0.02
    assert (table["inside"] > table["explained"]).all()


def test_profit_of_the_whole_period_is_that_of_activities():
    whole = half_year_profit(date(2023, 1, 1), date(2026, 1, 1))
    tables = (read_table("cafes_merle", f"{name}.parquet") for name in ("ventes", "lignes", "couts_service"))
    known = activity_profit(*tables).set_index("customer_id")["profit"]
    # A year's service without any sale is shared out to no order: a few customers only.
    close = np.isclose(whole.reindex(known.index), known, atol=0.01)
    assert close.mean() > 0.9


def test_the_need_found_in_baskets_nears_the_true_one_with_orders(merle):
    cuts = three_cuts(merle, half_year_profit(*merle.cuts[:2]), seed=1)
    found = found_needs(cuts, merle.now["orders"])
    assert found["customers"].sum() == len(merle.now)
    assert found["agreement"].iloc[-1] > found["agreement"].iloc[0] + 0.1
    crossed = crossed_agreement(cuts)
    assert (np.diag(crossed) == 1).all() and abs(crossed.loc["need", "channel"]) < 0.05


def test_concordance_is_the_auc_with_ties():
    rng = np.random.default_rng(1)
    left, risk = rng.random(200) < 0.3, rng.integers(0, 5, (200, 2)).astype(float)
    assert concordance(left, risk) == pytest.approx([roc_auc_score(left, risk[:, k]) for k in (0, 1)])


def test_a_segment_made_of_the_criteria_adds_nothing_to_them(merle):
    table = defection_gain(merle, k=4, n_boot=100, seed=1)
    assert table.loc["segments", "low"] > 0.5 and table.loc["variables", "auc"] > table.loc["segments", "auc"]
    assert table.loc["added", "low"] < 0.01 and abs(table.loc["added", "auc"]) < 0.02


def test_too_few_departures_are_refused(shop_customers):
    with pytest.raises(GrcError, match="Trop peu de départs(?s:.*)au moins 30"):
        defection_gain(shop_customers, k=3, n_boot=10, seed=1)


def test_rules_cut_the_half_that_did_not_make_them(merle):
    groups, columns = wanted_groups(merle.goal, merle.gone), merle.steady("comportement", "situation")
    tree = supervised(columns, merle.now, seed=1)
    table = rules(tree, merle.now, groups, seed=1)
    assert table["customers"].sum() == len(merle.now) // 2 and table["right"].between(0, 1).all()
    for name in ("commandes", "achats"):
        assert table["rule"].str.count(name).max() <= 1  # two bounds on one number are written at once
    crossed = confusion(tree, merle.now, groups, seed=1)
    assert crossed.to_numpy().sum() == len(merle.now)
    assert recalls(crossed)["mean"] > 1 / 3 + 0.1


def test_recalls_by_hand():
    crossed = pd.DataFrame([[8, 2], [5, 5]], index=["a", "b"], columns=["a", "b"])
    assert recalls(crossed).to_dict() == {"a": 0.8, "b": 0.5, "mean": 0.65}


def test_profiles_by_hand():
    table = pd.DataFrame({"spend": [1.0, 1, 3, 3]})
    sizes, gaps = profiles(table, [0, 0, 1, 1], pd.Series([1.0, 1, 9, 9]), ["spend"])
    assert sizes["goal"].tolist() == [9, 1] and sizes["goal_share"].tolist() == [0.9, 0.1]
    assert gaps["spend"].tolist() == [1, -1]


def test_titles_state_the_finding():
    import matplotlib.pyplot as plt

    action = Action(0.1, 4, 10)
    goal = pd.Series([20.0] * 30 + [90.0] * 30)
    ax = figures.plot_niches(niches([0] * 30 + [1] * 30, goal, action, seed=1), action, currency="EUR")
    assert title_of(ax).startswith("1 segment sur 2 paie son coût fixe (10")
    none = figures.plot_niches(niches([0] * 30 + [1] * 30, goal / 9, action, seed=1), action, currency="EUR")
    assert title_of(none).startswith("Aucun segment sur 2 ne paie")
    rows = pd.DataFrame({"family": ["a"], "inside": [0.2], "explained": [0.1], "low": [0.0], "high": [0.2]})
    options = {"label": "family", "inside": "inside", "what": "une famille"}
    assert title_of(figures.plot_inside_outside(rows, **options)).startswith("Au mieux, une famille explique 10,0")
    nothing = figures.plot_inside_outside(rows.assign(explained=-0.1), **options)
    assert "n'explique rien" in title_of(nothing)
    counts = pd.DataFrame({"k": [1, 2], "silhouette": [np.nan, 0.2], "stability": [np.nan, 0.5], "gain": [0.0, -1]})
    fig = figures.plot_numbers(
        counts.assign(low=counts["gain"], high=counts["gain"]),
        {"silhouette": 2, "stability": 2, "gain": 1},
        currency="EUR",
    )
    assert fig.get_suptitle().endswith("décision : ne pas segmenter")
    plt.close("all")
