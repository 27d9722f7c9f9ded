"""Tools: cost of ownership by hand, break-even, weights that change the winner, the market figure."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grc_helpers.business_case import alternatives, project
from grc_helpers.errors import GrcError

COSTS = {"setup": 1_000.0, "training": 500.0, "licence": 10.0, "upkeep": 100.0}


@pytest.fixture
def marks():
    return pd.DataFrame(
        {"prix": [10.0, 16.0, 9.0], "service": [15.0, 8.0, 14.0]}, index=pd.Index(["A", "B", "C"], name="tool")
    )


def test_ownership_by_hand():
    """1 500 now, then 10 × 5 + 100 a year, two years at 10 %: 1 500 + 150/1.1 + 150/1.21."""
    row = alternatives.ownership({"X": COSTS}, years=2, rate=0.10, users=5).loc["X"]
    assert row["ownership_cost"] == pytest.approx(1_500 + 150 / 1.1 + 150 / 1.21)
    assert row["hidden_share"] == pytest.approx(1 - (50 / 1.1 + 50 / 1.21) / row["ownership_cost"])
    with pytest.raises(GrcError, match="« X » est négatif"):
        alternatives.ownership({"X": COSTS | {"setup": -1.0}}, years=2, rate=0.10, users=5)


@given(fixed=st.floats(1, 1e6), by_hand=st.floats(0.1, 100), automated=st.floats(0, 100))
def test_both_ways_cost_the_same_at_the_break_even(fixed, by_hand, automated):
    volume = alternatives.break_even_volume(fixed=fixed, by_hand=by_hand, automated=automated)
    if automated >= by_hand:
        assert volume == float("inf") and "aucun volume" in alternatives.tell_automation(volume, 10)
    else:
        assert volume * by_hand == pytest.approx(fixed + volume * automated, rel=1e-6)


def test_automation_is_told_both_ways():
    assert "se rembourse" in alternatives.tell_automation(100, 200) and "ne se" not in alternatives.tell_automation(
        1, 2
    )
    assert "ne se rembourse pas" in alternatives.tell_automation(200, 100)
    with pytest.raises(GrcError, match="négatif"):
        alternatives.break_even_volume(fixed=-1, by_hand=2, automated=1)


def test_the_weighted_mean_by_hand(marks):
    choice = alternatives.weighted_choice(marks, {"prix": 1, "service": 3})
    assert choice.to_dict() == pytest.approx({"A": 13.75, "C": 12.75, "B": 10.0}) and choice.index[0] == "A"


def test_the_winner_changes_at_the_weight_told(marks):
    """On « prix », A and B cross where 10w + 15(1−w) = 16w + 8(1−w): w = 7/13; C never comes first (dominated)."""
    table = alternatives.switch_weights(marks, {"prix": 1, "service": 1})
    assert table.loc["prix", "weight_switch"] == pytest.approx(7 / 13) and table.loc["prix", "tool_then"] == "B"
    for side, first in ((-1e-6, "A"), (1e-6, "B")):
        w = 7 / 13 + side
        assert alternatives.weighted_choice(marks, {"prix": w, "service": 1 - w}).index[0] == first
    robust = alternatives.ranking_robustness(marks, seed=1)
    # two criteria: the weight of « prix » is uniform, so A is first on 7/13 of the weights
    assert robust["first_share"].to_dict() == pytest.approx({"A": 7 / 13, "B": 6 / 13, "C": 0.0}, abs=0.015)
    assert robust.loc["C", "dominated"] == "A" and robust.loc["A", "dominated"] == ""
    assert robust["last_share"].sum() == pytest.approx(1)


def test_equal_tools_share_the_first_place():
    marks = pd.DataFrame({"a": [10.0, 10.0], "b": [5.0, 5.0]}, index=["X", "Y"])
    robust = alternatives.ranking_robustness(marks, seed=1)
    assert robust["first_share"].tolist() == [0.5, 0.5] and (robust["dominated"] == "").all()


@given(st.lists(st.lists(st.floats(0, 20), min_size=3, max_size=3), min_size=2, max_size=5))
def test_a_dominated_tool_is_never_first_alone(rows):
    marks = pd.DataFrame(rows, columns=["a", "b", "c"], index=[f"T{k}" for k in range(len(rows))])
    robust = alternatives.ranking_robustness(marks, draws=200, seed=1)
    assert robust["first_share"].sum() == pytest.approx(1)
    strictly = [t for t, o in robust["dominated"].items() if o and (marks.loc[o] > marks.loc[t] + 1e-6).all()]
    assert (robust.loc[strictly, "first_share"] == 0).all()


@pytest.mark.parametrize(
    ("change", "weights", "message"),
    [
        ({"prix": [10.0, 21.0, 9.0]}, None, "(?s)va de 0 à 20.*« B », « prix » : 21"),
        ({"prix": [10.0, np.nan, 9.0]}, None, "(?s)complétez.*cette note|va de 0 à 20"),
        ({}, {"prix": 1}, "(?s)poids ne correspondent pas.*prix, service"),
        ({}, {"prix": -1, "service": 2}, "poids ne correspondent pas"),
        ({}, {"prix": 0, "service": 0}, "poids ne correspondent pas"),
    ],
)
def test_notes_and_weights_that_are_refused(marks, change, weights, message):
    with pytest.raises(GrcError, match=message):
        alternatives.weighted_choice(marks.assign(**change), weights or {"prix": 1, "service": 1})


def test_one_tool_is_no_choice(marks):
    with pytest.raises(GrcError, match="au moins deux outils"):
        alternatives.check_marks(marks.iloc[:1])


def test_the_quadrant_has_four_types():
    found = {alternatives.quadrant(x, y, middle=10) for x in (5, 15) for y in (5, 15)}
    assert found == {"leader", "visionnaire", "challenger", "niche"}
    assert alternatives.quadrant(5, 15, middle=10) == "challenger"


def test_the_market_of_2000_under_both_signs():
    """960 MF: 928.4 before a rise of 3.4 %, 993.8 before a fall; 146.4 M€ at 6.55957."""
    table = alternatives.licence_market(960, 0.034, half=5, half_growth=0.0005)
    assert table["millions_francs"].tolist() == pytest.approx([960 / 1.034, 960 / 0.966])
    assert table.iloc[0]["millions_high"] < table.iloc[1]["millions_low"]  # the roundings cannot be confused
    assert table.iloc[0]["millions_low"] == pytest.approx(955 / 1.0345)
    assert table.iloc[1]["millions_high"] == pytest.approx(965 / (1 - 0.0345))
    assert 960 / alternatives.FRANCS_PER_EURO == pytest.approx(146.35, abs=0.005)


def test_the_critical_path_by_hand():
    tasks = {"a": (3, ()), "b": (2, ("a",)), "c": (5, ("a",)), "d": (1, ("b", "c")), "jalon": (0, ("d",))}
    table = project.schedule(tasks)
    assert table["end_week"].to_dict() == {"a": 3, "b": 5, "c": 8, "d": 9, "jalon": 9}
    assert table["slack_weeks"].to_dict() == {"a": 0, "b": 3, "c": 0, "d": 0, "jalon": 0}


@given(st.lists(st.integers(0, 9), min_size=1, max_size=8), st.integers(0, 2**20))
def test_using_up_the_slack_delays_nothing_and_a_day_more_does(weeks, seed):
    rng = np.random.default_rng(seed)
    tasks = {}
    for k, w in enumerate(weeks):
        before = [f"t{j}" for j in range(k) if rng.random() < 0.4]
        tasks[f"t{k}"] = (w, tuple(before))
    table, end = project.schedule(tasks), project.schedule(tasks)["end_week"].max()
    for name in tasks:
        slack = table.loc[name, "slack_weeks"]
        for extra, kept in ((slack, True), (slack + 1, False)):
            later = tasks | {name: (tasks[name][0] + extra, tasks[name][1])}
            assert bool(project.schedule(later)["end_week"].max() == end) == kept


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: project.schedule({"a": (1, ("b",)), "b": (1, ("a",))}), "(?s)s'attendent l'une l'autre.*a, b"),
        (lambda: project.schedule({"a": (1, ("x",))}), "(?s)en attend une autre, absente.*x"),
        (lambda: project.schedule({"a": (-1, ())}), "durée négative"),
        (lambda: project.check_grades({"formation": 6}), "(?s)va de 1 à 5.*« formation » : 6"),
        (lambda: project.check_grades({"vente": 3}), "(?s)cinq dimensions.*« vente »"),
    ],
)
def test_plans_and_grades_that_are_refused(call, message):
    with pytest.raises(GrcError, match=message):
        call()


def test_maturity_leaves_a_departments_own_grade_out():
    rows = [
        (day, department, "culture", rater, score)
        for day, plus in (("2023-01-01", 0), ("2025-01-01", 1))
        for department, rater, score in (
            ("x", "x", 5 - plus),
            ("x", "y", 2 + plus),
            ("y", "y", 4),
            ("y", "x", 1 + plus),
        )
    ]
    grades = pd.DataFrame(rows, columns=["date", "department", "dimension", "rater", "score"])
    row = project.maturity_table(grades).loc["culture"]
    assert (row["first_grade"], row["last_grade"], row["own_grade"], row["weakest_one"]) == (1.5, 2.5, 4.0, "y")


def test_a_raci_has_one_who_answers():
    good = {"Relancer": "Vente A, Service R, Marketing C", "Vendre": "Vente A/R"}
    assert project.check_raci(good) == []
    problems = project.check_raci({"Relancer": "Vente A, Service A", "Vendre": "Vente R, Marketing X", "Suivre": ""})
    assert any("« Relancer » : 2 responsable" in text for text in problems)
    assert any("« Relancer » : personne ne réalise" in text for text in problems)
    assert any("« Vendre » : lettre inconnue X" in text for text in problems)
    assert any("« Suivre » : 0 responsable" in text for text in problems)


@given(value=st.floats(-1e5, 1e5), rate=st.floats(0.0, 0.5))
def test_a_delay_of_a_year_discounts_once(value, rate):
    assert project.cost_of_delay(value, rate, weeks=52) == pytest.approx(value - value / (1 + rate), abs=1e-6)
    assert project.cost_of_delay(value, rate, weeks=0) == 0


def test_the_quadrant_is_told_with_what_another_threshold_changes():
    marks = pd.DataFrame({"vision": [15.0, 5.0], "force": [12.0, 12.0]}, index=["X", "Y"])
    said = alternatives.tell_quadrant(marks, axes=("vision", "force"), middles=(10, 13))
    assert "X : leader ; Y : challenger" in said and "changent de case : X (visionnaire), Y (niche)" in said
    same = alternatives.tell_quadrant(marks, axes=("vision", "force"), middles=(10, 11))
    assert "aucun ne change de case" in same
    assert "pas de quadrant" in alternatives.tell_quadrant(marks, axes=("vision", "prix"), middles=(10, 13))
