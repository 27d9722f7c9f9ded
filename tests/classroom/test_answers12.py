"""Answers of notebook 12: right, known mistakes, on several data sets, and by hand."""

import math

import pandas as pd
import pytest

from grc_helpers.classroom.answers import ch12
from grc_helpers.style import typeset


@pytest.fixture(scope="module", params=["cdnow", "complete_journey"])
def chapter(request):
    from grc_helpers import open_chapter

    return open_chapter("12", dataset=request.param)


def status(rendered):
    return rendered.record["status"]


@pytest.mark.parametrize("identifier", ch12.EXERCISES)
def test_right_and_every_known_mistake(chapter, identifier):
    exercise = ch12.EXERCISES[identifier]
    expected = exercise.answer(chapter)
    assert status(chapter.check(identifier, expected)) == "right"
    for mistaken, _hint in exercise.mistakes:
        given = mistaken(chapter)
        if math.isclose(given, expected, rel_tol=exercise.tolerance):
            continue  # a mistake that costs nothing on these data: nobody can tell it
        shown = chapter.check(identifier, given)
        assert status(shown) == "wrong" and any(typeset(hint) in shown.text for _, hint in exercise.mistakes)


@pytest.mark.parametrize("identifier", ch12.QUIZ)
def test_quiz_letters(chapter, identifier):
    question = ch12.QUIZ[identifier]
    assert status(chapter.quiz(identifier, question.right)) == "right"
    assert sorted([question.right, *question.hints]) == ["a", "b", "c"]
    for letter, hint in question.hints.items():
        assert typeset(hint) in chapter.quiz(identifier, letter).text


def test_answers_by_hand_on_a_small_file(tmp_path):
    """Ten customers buy for 100 on day 1, four of them for 300 more in the third month; a fifth of it is margin."""
    from grc_helpers import open_chapter

    lines = [(f"{k}", "2024-01-01", 100) for k in range(10)] + [(f"{k}", "2024-03-20", 300) for k in range(4)]
    lines.append(("late", "2024-12-31", 5000))
    file = tmp_path / "ventes.csv"
    pd.DataFrame(lines, columns=["customer_id", "date", "amount"]).to_csv(file, index=False)
    settings = {"margin": 50.0, "retention": 0.8, "discount_rate": 0.2, "acquisition_cost": 60.0, "margin_rate": 0.2}
    chapter = open_chapter("12", dataset=str(file), horizon_months=6, **settings)
    assert status(chapter.check("12.1", 50 * 1.2 / 0.5)) == "right"
    assert status(chapter.check("12.2", 1.2**0.25 - 1)) == "right"
    # 20 at once, then 60 (a little less, discounted) for four in ten: they alone reach 30.
    assert status(chapter.check("12.3", 0.4)) == "right"
    assert "chiffre d'affaires" in chapter.check("12.3", 1.0).text  # 100 of turnover would repay at once
    assert status(chapter.check("12.4", 6 * 0.4 / 0.05)) == "right"
