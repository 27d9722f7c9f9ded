"""Answers of every notebook: right, known mistakes, letters of the quiz, on several data sets."""

import math
from importlib import import_module

import pytest

from grc_helpers.style import typeset

DATASETS = {
    "01": ["cafes_merle", "cdnow"],
    "02": ["cafes_merle", "cdnow"],
    "03": ["cafes_merle"],
    "05": ["cdnow", "complete_journey"],
    "06": ["cdnow", "cafes_merle"],
    "08": ["caravan", "telecom"],
    "07": ["complete_journey", "cafes_merle"],
    "09": ["complete_journey", "cafes_merle"],
    "10": ["complete_journey", "cdnow"],
    "11": ["cafes_merle"],
    "12": ["cdnow", "complete_journey"],
    "13": ["cafes_merle", "telecom", "cdnow"],
    "14": ["cdnow", "cafes_merle"],
    "16": ["cafes_merle", "cdnow"],
    "15": ["cafes_merle", "cdnow"],
    "17": ["cafes_merle", "complete_journey"],
    "18": ["cafes_merle", "cdnow", "complete_journey"],
}
CHAPTERS = {number: import_module(f"grc_helpers.classroom.answers.ch{number}") for number in DATASETS}
PLACES = [(number, dataset) for number, datasets in DATASETS.items() for dataset in datasets]


@pytest.fixture(scope="module")
def opened():
    """Return a function that opens a chapter on a data set, once."""
    from grc_helpers import open_chapter

    chapters = {}

    def chapter(number, dataset):
        if (number, dataset) not in chapters:
            chapters[number, dataset] = open_chapter(number, dataset=dataset)
        return chapters[number, dataset]

    return chapter


@pytest.mark.parametrize(
    ("number", "dataset", "identifier"), [(*place, name) for place in PLACES for name in CHAPTERS[place[0]].EXERCISES]
)
def test_right_and_every_known_mistake(opened, number, dataset, identifier):
    chapter, exercise = opened(number, dataset), CHAPTERS[number].EXERCISES[identifier]
    expected = exercise.answer(chapter)
    assert status(chapter.check(identifier, None)) == "blank"
    assert status(chapter.check(identifier, expected)) == "right"
    for mistaken, _hint in exercise.mistakes:
        given = mistaken(chapter)
        if math.isclose(given, expected, rel_tol=exercise.tolerance):
            continue  # a mistake that costs nothing on these data: nobody can tell it
        shown = chapter.check(identifier, given)
        assert status(shown) == "wrong" and any(typeset(hint) in shown.text for _, hint in exercise.mistakes)


@pytest.mark.parametrize(
    ("number", "identifier", "place"),
    [
        (number, identifier, place)
        for number, chapter in CHAPTERS.items()
        for identifier, exercise in chapter.EXERCISES.items()
        for place in range(len(exercise.mistakes))
    ],
)
def test_every_mistake_can_be_told_somewhere(opened, number, identifier, place):
    exercise = CHAPTERS[number].EXERCISES[identifier]
    chapters = [opened(number, dataset) for dataset in DATASETS[number]]
    pairs = [(exercise.mistakes[place][0](chapter), exercise.answer(chapter)) for chapter in chapters]
    assert not all(math.isclose(given, expected, rel_tol=exercise.tolerance) for given, expected in pairs)


@pytest.mark.parametrize(
    ("number", "identifier"), [(number, name) for number, chapter in CHAPTERS.items() for name in chapter.QUIZ]
)
def test_quiz_letters(opened, number, identifier):
    chapter, question = opened(number, DATASETS[number][0]), CHAPTERS[number].QUIZ[identifier]
    assert status(chapter.quiz(identifier, question.right)) == "right"
    assert sorted([question.right, *question.hints]) == ["a", "b", "c"]
    for letter, hint in question.hints.items():
        assert typeset(hint) in chapter.quiz(identifier, letter).text


def status(rendered) -> str:
    return rendered.record["status"]
