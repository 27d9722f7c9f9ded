"""Answers of notebook 01: right, known mistakes, on several data sets."""

import math

import pytest

from grc_helpers.classroom.answers import ch01
from grc_helpers.style import typeset


@pytest.fixture(scope="module", params=["cafes_merle", "cdnow"])
def chapter(request):
    from grc_helpers import open_chapter

    return open_chapter("01", dataset=request.param)


def status(rendered):
    return rendered.record["status"]


@pytest.mark.parametrize("identifier", ch01.EXERCISES)
def test_right_and_every_known_mistake(chapter, identifier):
    exercise = ch01.EXERCISES[identifier]
    expected = exercise.answer(chapter)
    assert status(chapter.check(identifier, expected)) == "right"
    for mistaken, _hint in exercise.mistakes:
        given = mistaken(chapter)
        assert not math.isclose(given, expected, rel_tol=exercise.tolerance)
        shown = chapter.check(identifier, given)
        assert status(shown) == "wrong" and any(typeset(hint) in shown.text for _, hint in exercise.mistakes)


@pytest.mark.parametrize("identifier", ch01.QUIZ)
def test_quiz_letters(chapter, identifier):
    question = ch01.QUIZ[identifier]
    assert status(chapter.quiz(identifier, question.right)) == "right"
    assert sorted([question.right, *question.hints]) == ["a", "b", "c"]
    for letter, hint in question.hints.items():
        assert typeset(hint) in chapter.quiz(identifier, letter).text


def test_the_published_figure_of_coca_cola(chapter):
    """Equity 27.5 billion, market value 253.9: 89 % is not in the books."""
    assert ch01.off_balance(chapter) == pytest.approx(0.89, abs=0.005)
