"""The project: milestones and critical path, maturity, and who answers for what (RACI)."""

from __future__ import annotations

import pandas as pd

from grc_helpers.errors import GrcError
from grc_helpers.style import money, number

DIMENSIONS = ("savoir-faire", "formation", "processus", "moyens", "culture")
LOWEST, HIGHEST = 1, 5
LETTERS = {"R": "réalise", "A": "répond du résultat", "C": "est consulté", "I": "est informé"}


def schedule(tasks: dict[str, tuple[float, tuple[str, ...]]]) -> pd.DataFrame:
    """Return when each task starts and ends at the earliest, and how late it may be (critical path method).

    Parameters
    ----------
    tasks : dict of str to (weeks, tasks before)
        In any order.

    Returns
    -------
    DataFrame, one row a task in order of start
        ``weeks``, ``start_week``, ``end_week``, ``slack_weeks`` (0: on the critical path).

    Raises
    ------
    GrcError
        A task that waits for one that does not exist, or for itself through others; a negative duration.
    """
    unknown = {before for _weeks, befores in tasks.values() for before in befores} - set(tasks)
    if unknown or min(weeks for weeks, _befores in tasks.values()) < 0:
        raise GrcError(
            "Ce calendrier a une durée négative, ou une tâche qui en attend une autre, absente.",
            where=", ".join(sorted(unknown)) or "durées",
            todo="corrigez la liste des tâches",
        )
    ends: dict[str, float] = {}
    while len(ends) < len(tasks):
        ready = [name for name in tasks if name not in ends and all(before in ends for before in tasks[name][1])]
        if not ready:
            raise GrcError(
                "Des tâches s'attendent l'une l'autre : le projet ne peut pas commencer.",
                where=", ".join(name for name in tasks if name not in ends),
                todo="retirez une dépendance",
            )
        for name in ready:
            ends[name] = max((ends[before] for before in tasks[name][1]), default=0.0) + tasks[name][0]
    total, latest = max(ends.values()), {}
    for name in reversed(ends):
        after = [latest[other] - tasks[other][0] for other in tasks if name in tasks[other][1]]
        latest[name] = min(after, default=total)
    table = pd.DataFrame(
        {
            "weeks": {name: float(tasks[name][0]) for name in tasks},
            "start_week": {name: ends[name] - tasks[name][0] for name in tasks},
            "end_week": ends,
            "slack_weeks": {name: latest[name] - ends[name] for name in tasks},
        }
    ).round(9)
    return table.loc[list(tasks)].sort_values(["start_week", "end_week"], kind="stable").rename_axis("task")


def check_grades(grades: dict[str, float]) -> pd.Series:
    """Return the reader's grades of maturity by dimension, of those given; refuse other names and other grades."""
    for name, grade in grades.items():
        if name not in DIMENSIONS or not LOWEST <= grade <= HIGHEST:
            raise GrcError(
                f"Une note de maturité va de {LOWEST} à {HIGHEST}, sur une des cinq dimensions.",
                where=f"« {name} » : {grade}",
                todo=f"dimensions : {', '.join(DIMENSIONS)}",
            )
    return pd.Series(grades, dtype=float).reindex([name for name in DIMENSIONS if name in grades])


def maturity_table(grades: pd.DataFrame) -> pd.DataFrame:
    """Return the mean grade of each dimension at the first and last survey, a department's own grades left out.

    Parameters
    ----------
    grades : DataFrame
        ``date``, ``department``, ``dimension``, ``rater``, ``score``.

    Returns
    -------
    DataFrame, one row a dimension
        ``first_grade``, ``last_grade``, ``own_grade`` (last survey, departments grading themselves), ``weakest_one``
        (department least graded by the others at the last survey).
    """
    own = grades["department"] == grades["rater"]
    first, last = (grades["date"] == day for day in (grades["date"].min(), grades["date"].max()))
    means = {
        "first_grade": grades[first & ~own].groupby("dimension")["score"].mean(),
        "last_grade": grades[last & ~own].groupby("dimension")["score"].mean(),
        "own_grade": grades[last & own].groupby("dimension")["score"].mean(),
    }
    by = grades[last & ~own].groupby(["dimension", "department"])["score"].mean().unstack()
    table = pd.DataFrame(means).assign(weakest_one=by.idxmin(axis=1))
    return table.loc[[name for name in DIMENSIONS if name in table.index]].rename_axis("maturity_dimension")


def check_raci(sheet: dict[str, str]) -> list[str]:
    """Return what is wrong with a RACI: letters; one and only one A, and at least one R, for each activity.

    Parameters
    ----------
    sheet : dict of str to str
        For each activity, trades and their letters: ``{"Relancer": "Vente A, Service R, Marketing C"}``; "A/R" counts
        for both.
    """
    problems = []
    for activity, text in sheet.items():
        letters = [one for part in text.split(",") for word in part.split()[-1:] for one in word.upper().split("/")]
        wrong = sorted(set(letters) - set(LETTERS))
        if wrong:
            problems.append(f"« {activity} » : lettre inconnue {', '.join(wrong)}")
        if letters.count("A") != 1:
            problems.append(f"« {activity} » : {letters.count('A')} responsable (A), il en faut un et un seul")
        if "R" not in letters:
            problems.append(f"« {activity} » : personne ne réalise (R)")
    return problems


def cost_of_delay(value: float, rate: float, *, weeks: float) -> float:
    """Return what a project worth ``value`` today loses by starting some weeks later, all else the same."""
    return value * (1 - (1 + rate) ** (-weeks / 52))


def tell_delays(value: float, paid: float, rate: float, *, weeks: float, currency: str) -> str:
    """Say what a delay of the whole project costs, and one that comes once ``paid`` was spent."""
    whole, late = (cost_of_delay(each, rate, weeks=weeks) for each in (value, value + paid))
    return (
        f"Reporter tout le projet de {number(weeks)} semaines, dépense comprise, change la VAN du cas central de "
        f"{money(-whole, currency)} ; payer à la date prévue et ouvrir {number(weeks)} semaines trop tard, de "
        f"{money(-late, currency)}."
    )
