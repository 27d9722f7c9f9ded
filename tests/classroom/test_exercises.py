"""Exercises: blank, wrong and right are told apart, and a wrong answer gets the hint that fits."""

import numpy as np
import pytest

from grc_helpers.classroom import exercises
from grc_helpers.classroom.answers import ch04
from grc_helpers.errors import GrcError
from grc_helpers.style import typeset


@pytest.fixture(scope="module")
def chapter():
    from grc_helpers import open_chapter

    return open_chapter("04")


def status(rendered):
    return rendered.record["status"]


@pytest.mark.parametrize("identifier", ch04.EXERCISES)
def test_right_and_every_known_mistake(chapter, identifier):
    exercise = ch04.EXERCISES[identifier]
    assert status(chapter.check(identifier, exercise.answer(chapter))) == "right"
    for mistaken, hint in exercise.mistakes:
        shown = chapter.check(identifier, mistaken(chapter))
        assert status(shown) == "wrong" and typeset(hint) in shown.text


@pytest.mark.parametrize("blank", [None, ..., "", "  "])
def test_a_blank_is_not_a_mistake(chapter, blank):
    assert status(chapter.check("04.1", blank)) == "blank"
    assert status(chapter.quiz("04.1", blank)) == "blank"


@pytest.mark.parametrize("answer", ["abc", [1, 2], {"a": 1}, object(), float("nan"), -5])
def test_anything_else_is_wrong_and_never_raises(chapter, answer):
    assert status(chapter.check("04.1", answer)) == "wrong"


def test_a_numpy_number_is_a_number(chapter):
    assert status(chapter.check("04.1", np.float64(ch04.top_10(chapter)))) == "right"
    assert status(chapter.check("04.2", np.int64(ch04.customers_for_half(chapter)))) == "right"


@pytest.mark.parametrize("identifier", ch04.QUIZ)
def test_quiz_letters(chapter, identifier):
    question = ch04.QUIZ[identifier]
    assert status(chapter.quiz(identifier, f" {question.right.upper()} ")) == "right"
    for letter, hint in question.hints.items():
        assert typeset(hint) in chapter.quiz(identifier, letter).text
    assert "Répondez par une lettre" in chapter.quiz(identifier, "z").text


@pytest.mark.parametrize("answer", [None, 0.123])
def test_nbgrader_sees_a_failure(chapter, monkeypatch, answer):
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    with pytest.raises(AssertionError):
        chapter.check("04.1", answer)
    assert status(chapter.check("04.1", ch04.top_10(chapter))) == "right"


def test_an_unknown_exercise_is_named(chapter):
    with pytest.raises(GrcError, match="04.1, 04.2, 04.3"):
        chapter.check("04.9", 1)


def test_collections_are_compared_as_sets():
    assert exercises.equal(["b", "a"], ["a", "b"], 0)
    assert not exercises.equal("ab", ["a", "b"], 0)
    assert not exercises.equal(3, ["a"], 0)
