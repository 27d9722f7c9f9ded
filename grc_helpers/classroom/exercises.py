"""Exercises and quiz: compare an answer to the one recomputed from the data set in use."""

from __future__ import annotations

import importlib
import math
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from numbers import Number

from grc_helpers.classroom.display import Rendered, feedback
from grc_helpers.errors import GrcError


@dataclass(frozen=True)
class Exercise:
    """One exercise: how its answer is computed, and the mistakes that we know how to recognise.

    ``answer`` and the first item of each mistake are functions of the chapter; the second is the hint.
    ``tolerance`` is relative for numbers (half a percent unless told); lists are compared as sets.
    """

    answer: Callable
    hint: str
    mistakes: tuple = ()
    tolerance: float = 0.005


@dataclass(frozen=True)
class Question:
    """One quiz question: the right letter, why, and a hint for each wrong one."""

    right: str
    why: str
    hints: dict[str, str] = field(hash=False)


def answers_of(number: str):
    """Return the module that holds a chapter's exercises and quiz."""
    return importlib.import_module(f"grc_helpers.classroom.answers.ch{number}")


def is_blank(value) -> bool:
    """Tell whether an answer has not been given."""
    return value is None or value is Ellipsis or (isinstance(value, str) and not value.strip())


def equal(given, expected, tolerance: float) -> bool:
    """Compare an answer to the expected one: numbers within tolerance, collections as sets, text without case."""
    if isinstance(expected, (list, tuple, set)):
        try:
            return {str(item) for item in given} == {str(item) for item in expected} and not isinstance(given, str)
        except TypeError:
            return False
    if isinstance(expected, Number):
        try:
            return math.isclose(float(given), float(expected), rel_tol=tolerance, abs_tol=tolerance * 1e-3)
        except (TypeError, ValueError):
            return False
    return isinstance(given, str) and given.strip().casefold() == str(expected).casefold()


def not_a_number(given) -> str:
    """Say what to write instead of something that is not a number."""
    if isinstance(given, tuple) or (isinstance(given, str) and "," in given):
        return "Python écrit les décimales avec un point : 0.51, et non 0,51 ; sans guillemets, ni % ni monnaie."
    if isinstance(given, str):
        return "On attend un nombre, pas un texte : ôtez les guillemets, le % et la monnaie."
    return "On attend un seul nombre, pas un tableau ni une liste : choisissez la ligne et la colonne utiles."


def graded(result: Rendered) -> Rendered:
    """Return the feedback, or raise AssertionError when nbgrader runs the notebook and the answer is not right."""
    if os.environ.get("NBGRADER_EXECUTION") and result.record["status"] != "right":
        raise AssertionError(result.text)
    return result


def find(catalogue: dict, identifier: str, what: str):
    """Return an entry of a chapter's catalogue; raise GrcError naming those that exist."""
    if identifier not in catalogue:
        raise GrcError(f"{what} « {identifier} » n'existe pas.", todo=f"choisissez parmi : {', '.join(catalogue)}")
    return catalogue[identifier]


def check(chapter, identifier: str, given) -> Rendered:
    """Tell whether an answer is right, on the data set in use."""
    exercise = find(answers_of(chapter.spec.number).EXERCISES, identifier, "L'exercice")
    if is_blank(given):
        return graded(
            feedback("check", identifier, "blank", "Pas encore de réponse : remplacez None par votre calcul.")
        )
    if equal(given, exercise.answer(chapter), exercise.tolerance):
        return graded(feedback("check", identifier, "right", "Juste."))
    for mistaken, hint in exercise.mistakes:
        if equal(given, mistaken(chapter), exercise.tolerance):
            return graded(feedback("check", identifier, "wrong", hint))
    expected = exercise.answer(chapter)
    if isinstance(expected, Number) and not isinstance(given, Number):
        return graded(feedback("check", identifier, "wrong", not_a_number(given)))
    return graded(feedback("check", identifier, "wrong", exercise.hint))


def quiz(chapter, identifier: str, given) -> Rendered:
    """Tell whether a quiz answer (a letter) is right, and why."""
    question = find(answers_of(chapter.spec.number).QUIZ, identifier, "La question")
    if is_blank(given):
        return graded(
            feedback("quiz", identifier, "blank", 'Pas encore de réponse : donnez une lettre, par exemple "a".')
        )
    letter = str(given).strip(" ).").casefold()
    if letter == question.right:
        return graded(feedback("quiz", identifier, "right", question.why))
    letters = ", ".join(sorted({question.right, *question.hints}))
    return graded(
        feedback("quiz", identifier, "wrong", question.hints.get(letter, f"Répondez par une lettre : {letters}."))
    )
