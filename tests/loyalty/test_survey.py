"""Questions, scores, silence, reliability: scales by hand, published figures, coverage of the intervals."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

from grc_helpers.errors import GrcError
from grc_helpers.loyalty import questions, readings, reliability, scores


def test_questions_that_differ_by_a_number_make_one_scale():
    scales = {"Accueil_1 (1 à 5)": (1, 5), "Accueil 2": (1, 5), "NPS": (0, 10), "expected_1": (1, 7), "Prix": (1, 5)}
    found = questions.gather(scales)
    assert list(found["scale"]) == ["during", "during", "recommendation", "expected", "prix"]
    assert list(found["label"])[-1] == "Prix"


def test_every_answer_is_brought_to_ten():
    asked = questions.gather({"a_1": (1, 5), "a_2": (1, 7)})
    answers = pd.DataFrame({"a_1": [1, 3, 5, None], "a_2": [7, 4, 7, None]})
    marks = questions.scale_scores(answers, asked)["a"]
    assert list(marks[:3]) == [5.0, 5.0, 10.0] and np.isnan(marks[3])


@pytest.mark.parametrize(
    ("scales", "values", "expected"),
    [
        ({"a": (1, 5)}, [1, 6], "hors de l'échelle : « a », de 1 à 5"),
        ({"a": (5, 5)}, [5, 5], "n'a pas deux points"),
        ({}, [1, 1], "n'a pas de question notée"),
    ],
)
def test_a_survey_that_cannot_be_read_is_refused(scales, values, expected):
    with pytest.raises(GrcError, match=expected):
        questions.out_of_ten(pd.DataFrame({"a": values}), questions.gather(scales))


def test_net_promoter_score_of_the_definition():
    assert scores.net_promoter(0.30, 0.20) == pytest.approx(10)
    marks = [9] * 15 + [10] * 15 + [7] * 25 + [8] * 25 + [0] * 5 + [6] * 15
    assert scores.nps(marks)[0] == pytest.approx(10)


def test_interval_of_the_score_holds_the_truth_as_often_as_it_says():
    rng, chances = np.random.default_rng(3), [0.2, 0.5, 0.3]
    held = [
        low <= 10 <= high for _ in range(600) for _, low, high in [scores.nps(rng.choice([6, 7, 9], 150, p=chances))]
    ]
    assert abs(np.mean(held) - 0.95) < 0.03  # 3.4 standard errors of a share of 600


def test_a_small_unanimous_survey_is_not_certain():
    score, low, high = scores.nps([9] * 5)
    assert score == 100 and low < 90 and scores.nps([8] * 5)[1] < 0 < scores.nps([8] * 5)[2]


def test_weights_that_are_equal_change_nothing_and_no_mark_is_refused():
    marks = [10, 9, 6, 7, 3, np.nan]
    assert scores.nps(marks, [2.0] * 6) == pytest.approx(scores.nps(marks))
    with pytest.raises(GrcError, match="Aucune note"):
        scores.nps([np.nan])


def test_double_sampling_by_hand():
    estimate, low, high = scores.double_sampling([10] * 60 + [0] * 40, [10] * 10 + [0] * 30, 300)
    assert estimate == pytest.approx(0.25 * 20 + 0.75 * -50)
    assert low < estimate < high
    with pytest.raises(GrcError, match="deux réponses"):
        scores.double_sampling([10, 9], [3], 10)


def test_double_sampling_finds_a_truth_that_answers_hide():
    rng, errors, held, naive = np.random.default_rng(5), [], [], []
    for _ in range(300):
        satisfaction = rng.standard_normal(2_000)
        marks = np.clip(np.round(7.4 + 2 * satisfaction), 0, 10)
        answered = rng.random(2_000) < 1 / (1 + np.exp(-(satisfaction - 0.5)))
        followed = ~answered & (rng.random(2_000) < 0.15)
        truth = scores.nps(marks)[0]
        estimate, low, high = scores.double_sampling(marks[answered], marks[followed], int((~answered).sum()))
        errors.append(estimate - truth)
        held.append(low <= truth <= high)
        naive.append(scores.nps(marks[answered])[0] - truth)
    assert abs(np.mean(errors)) < 3.5 * np.std(errors) / np.sqrt(300)
    assert np.mean(held) > 0.91 and np.mean(naive) > 15


def parallel(rng, *, size, count, loading):
    """Return answers to interchangeable questions, of known reliability."""
    factor = rng.standard_normal((size, 1))
    return loading * factor + np.sqrt(1 - loading**2) * rng.standard_normal((size, count))


def test_alpha_by_hand_and_spearman_brown():
    items = np.array([[1, 2], [2, 1], [3, 3]])
    assert reliability.cronbach(items) == pytest.approx(2 * (1 - 2 / 3))
    assert reliability.spearman_brown(0.5, 2) == pytest.approx(2 / 3)
    assert reliability.spearman_brown(reliability.spearman_brown(0.6, 4), 1 / 4) == pytest.approx(0.6)


def test_feldt_1965_interval_holds_the_true_reliability():
    rng, truth = np.random.default_rng(1), reliability.spearman_brown(0.64, 4)
    drawn = [reliability.alpha_interval(parallel(rng, size=80, count=4, loading=0.8)) for _ in range(600)]
    assert np.mean([alpha for alpha, _, _ in drawn]) == pytest.approx(truth, abs=0.005)
    assert abs(np.mean([low <= truth <= high for _, low, high in drawn]) - 0.95) < 0.03


def test_reliability_table_leaves_single_questions_out():
    rng = np.random.default_rng(2)
    ten = pd.DataFrame(parallel(rng, size=200, count=3, loading=0.8), columns=["a_1", "a_2", "b"])
    found = reliability.reliability_table(ten, questions.gather(dict.fromkeys(ten, (0, 10))))
    assert list(found.index) == ["A"] and found.loc["A", "questions"] == 2
    tied = pd.DataFrame({"a_1": ten["a_1"], "a_2": ten["a_1"] + 0.1 * ten["a_2"], "a_3": rng.standard_normal(200)})
    weak = reliability.reliability_table(tied, questions.gather(dict.fromkeys(tied, (0, 10))))["weakest_question"]
    assert weak.iloc[0].startswith("a_3 (")
    with pytest.raises(GrcError, match="Une seule question"):
        reliability.cronbach(ten[["b"]])
    with pytest.raises(GrcError, match="toutes les mêmes"):
        reliability.cronbach(np.ones((5, 2)))


def test_intervals_of_a_mean_and_of_a_share():
    mean, low, high = questions.mean_interval([4.0, 6.0, np.nan])
    assert (mean, round(high - low, 1)) == (5.0, 25.4)  # Student's t on one degree of freedom: 12.7
    share, low, high = questions.share_interval(0, 10)
    z = norm.ppf(0.975)
    assert (share, low) == (0.0, 0.0) and high == pytest.approx(z**2 / (10 + z**2))
    assert np.isnan(questions.share_interval(0, 0)[0])


def test_the_general_mark_and_its_parts():
    marks = pd.DataFrame(columns=["before", "after", "price", "repurchase", "satisfaction"])
    assert questions.general_mark(marks) == "satisfaction"
    assert questions.parts_of(marks, "satisfaction") == []  # nobody answered
    marks = pd.DataFrame({name: np.arange(40.0) for name in marks})
    assert questions.parts_of(marks, "satisfaction") == ["before", "after"]
    assert questions.parts_of(marks.drop(columns="after"), "satisfaction") == ["before", "price"]
    assert questions.general_mark(marks[["price"]]) == "price" and questions.parts_of(marks[["price"]], "price") == []


def test_years_are_kept_apart_when_each_has_enough_answers():
    days = pd.to_datetime(["2024-06-01"] * 40 + ["2025-06-01"] * 40)
    answers = pd.DataFrame({"date": days, "recommendation": [9.0] * 40 + [5.0] * 40})
    groups = scores.groups_of_answers(answers)
    shown = scores.score_table(answers[["recommendation"]], groups, mark="recommendation")
    assert list(shown["nps"]) == [100, -100] and list(shown.index) == ["2024", "2025"]
    assert set(scores.groups_of_answers(answers.iloc[:60])) == {"Toutes"}
    assert "nps" not in scores.score_table(answers.rename(columns={"recommendation": "x"})[["x"]], groups, mark="x")
    move, low, high = scores.difference([9, 6, 9, 6], [9, 9, 9, 6])
    assert move == pytest.approx(50) and low < 0 < high


def test_what_the_tables_say_follows_the_figures():
    marks = pd.DataFrame({"recommendation": [9.0] * 40 + [5.0] * 40, "attachment": [8.0] * 80})
    waves = pd.Series(["2024"] * 40 + ["2025"] * 40)
    assert "−200 points" in readings.move_reading(marks, waves, mark="recommendation")
    assert "plus que le hasard" in readings.move_reading(marks, waves, mark="recommendation")
    assert "lues d'un bloc" in readings.move_reading(marks, waves.replace("2025", "2024"), mark="recommendation")
    constant = readings.attachment_reading(marks.assign(recommendation=9.0), mark="recommendation", name="R")
    assert "8,00 sur 10" in constant and "corrélation" not in constant
    gone = pd.DataFrame({"respondents": [100, 100], "gone": [0.2, 0.6]})
    assert "trie ces clients" in readings.leaving_reading(gone)
    assert "ne trie pas" in readings.leaving_reading(gone.assign(gone=0.3))
    assert "ne trie pas" in readings.leaving_reading(gone.assign(gone=0.0))
    assert questions.points(0.008) == "0,8 point" and questions.points(-0.0204).endswith("points")
