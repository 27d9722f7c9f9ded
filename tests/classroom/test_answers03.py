"""Answers of notebook 03: right, known mistakes, and recomputed from the sources in use."""

import math

import pytest

from grc_helpers.classroom.answers import ch03
from grc_helpers.style import typeset


@pytest.fixture(scope="module")
def chapter():
    from grc_helpers import open_chapter

    return open_chapter("03", dataset="cafes_merle")


def status(rendered):
    return rendered.record["status"]


@pytest.mark.parametrize("identifier", ch03.EXERCISES)
def test_right_and_every_known_mistake(chapter, identifier):
    exercise = ch03.EXERCISES[identifier]
    expected = exercise.answer(chapter)
    assert status(chapter.check(identifier, None)) == "blank"
    assert status(chapter.check(identifier, expected)) == "right"
    for mistaken, _hint in exercise.mistakes:
        given = mistaken(chapter)
        assert not math.isclose(given, expected, rel_tol=exercise.tolerance)
        shown = chapter.check(identifier, given)
        assert status(shown) == "wrong" and any(typeset(hint) in shown.text for _, hint in exercise.mistakes)


@pytest.mark.parametrize("identifier", ch03.QUIZ)
def test_quiz_letters(chapter, identifier):
    question = ch03.QUIZ[identifier]
    assert status(chapter.quiz(identifier, question.right)) == "right"
    assert sorted([question.right, *question.hints]) == ["a", "b", "c"]
    for letter, hint in question.hints.items():
        assert typeset(hint) in chapter.quiz(identifier, letter).text


def test_step_1_on_the_course_edition_pair_f1_without_looking_at_the_truth(chapter):
    import pandas as pd

    from grc_helpers.data.simulator.truth import read_truth
    from grc_helpers.identity.evaluation import pair_scores

    found, persons = ch03.identified(chapter), read_truth("cafes_merle", "personnes")
    truth = pd.Series(persons["person_id"].to_numpy(), index=persons["source"] + "/" + persons["record_key"])
    assert pair_scores(found.groups, truth).f1 >= 0.95
    customers = found.after["customer_id"].nunique()
    assert abs(customers / persons["customer_id"].nunique() - 1) < 0.03
    assert found.before["amount"].sum() == pytest.approx(found.after["amount"].sum())
