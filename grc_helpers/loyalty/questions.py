"""The questions of a survey, gathered by what they measure, on one scale from 0 to 10."""

from __future__ import annotations

import re
import unicodedata

import numpy as np
import pandas as pd

from grc_helpers.errors import GrcError
from grc_helpers.style import number

LEAST = 30  # respondents under which no interval of this chapter means anything
# What a scale is called, and the starts of the names under which it is recognised in a file.
ROLES = {
    "before": ("Avant l'achat", ("before", "avant", "amont")),
    "during": ("Pendant l'achat", ("during", "pendant", "moment", "accueil", "achat")),
    "after": ("Après l'achat", ("after", "apres", "aval", "sav", "service")),
    "expected": ("Qualité attendue", ("expected", "attendu", "qualite attendue", "attente")),
    "perceived": ("Qualité perçue", ("perceived", "percu", "qualite percue")),
    "relation": ("Qualité de la relation", ("relation", "qualite de la relation", "confiance", "trust")),
    "attachment": ("Attachement", ("attachment", "attachement")),
    "recommendation": ("Recommandation", ("recommendation", "recommandation", "nps")),
    "satisfaction": ("Satisfaction générale", ("satisfaction",)),
    "repurchase": ("Intention de racheter", ("repurchase", "rachat", "racheter", "intention")),
}
STAGES = ("before", "during", "after")
OVERALL = ("recommendation", "satisfaction", "repurchase")
MOST = 8  # scales whose weights are shared: 2^8 regressions a draw


def plain_name(name: str) -> str:
    """Return a question's name without its scale, its accents and its capitals: « Accueil 1 (1 à 5) » → accueil 1."""
    text = re.sub(r"[(\[].*$", "", str(name)).replace("_", " ").strip(" .:-")
    kept = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in kept if not unicodedata.combining(letter))


def gather(scales) -> pd.DataFrame:
    """Gather the questions whose names differ by a last number only: they ask for one thing several times.

    Parameters
    ----------
    scales : mapping
        For each question, its smallest and largest answers (``Dataset.scales``).

    Returns
    -------
    DataFrame, one row a question
        ``question`` (column of the answers), ``scale`` (role in ROLES, or the plain name), ``label`` (in French),
        ``low``, ``high``.
    """
    rows = []
    for name, (low, high) in scales.items():
        stem = re.sub(r"[\s.-]*\d+$", "", plain_name(name)) or plain_name(name)
        role = next((role for role, (_, starts) in ROLES.items() if stem.startswith(starts)), stem)
        rows.append((name, role, ROLES[role][0] if role in ROLES else stem.capitalize(), low, high))
    return pd.DataFrame(rows, columns=["question", "scale", "label", "low", "high"])


def out_of_ten(answers: pd.DataFrame, questions: pd.DataFrame) -> pd.DataFrame:
    """Bring every answer to 0–10: 10 × (answer − low) ÷ (high − low).

    Raises
    ------
    GrcError
        An answer out of its scale, a scale of one point, or no question at all.
    """
    if questions.empty:
        raise GrcError("Cette enquête n'a pas de question notée.", todo="dites l'échelle d'une question au moins")
    flat = questions[questions["high"] <= questions["low"]]
    if len(flat):
        raise GrcError(f"L'échelle de « {flat['question'].iloc[0]} » n'a pas deux points.", todo="corrigez ses bornes")
    low, high = (questions.set_index("question")[name] for name in ("low", "high"))
    given = answers[questions["question"]].astype(float)
    off = (given < low) | (given > high)
    if off.any(axis=None):
        name = off.any().idxmax()
        raise GrcError(
            f"Des réponses sont hors de l'échelle : « {name} », de {low[name]:g} à {high[name]:g}.",
            where=f"{int(off[name].sum())} réponses, la première vaut {given.loc[off[name], name].iloc[0]:g}",
            todo="corrigez-les, ou corrigez l'échelle",
        )
    return 10 * (given - low) / (high - low)


def scale_scores(answers: pd.DataFrame, questions: pd.DataFrame) -> pd.DataFrame:
    """Return each respondent's mean over the questions of a scale, out of 10 (NaN without answer)."""
    ten = out_of_ten(answers, questions)
    groups = questions.groupby("scale", sort=False)["question"]
    return pd.DataFrame({scale: ten[list(names)].mean(axis=1) for scale, names in groups}, index=answers.index)


def general_mark(marks: pd.DataFrame) -> str:
    """Return the scale that sums up the others: recommendation, else satisfaction, else intention, else the first."""
    return next((name for name in OVERALL if name in marks), marks.columns[0])


def parts_of(marks: pd.DataFrame, mark: str) -> list[str]:
    """Return the scales whose weight on the general mark is looked for: the three stages, else all but general ones.

    None when the general mark never varies, or when fewer than LEAST respondents marked all of them.
    """
    if mark not in OVERALL:
        return []
    lively = [name for name in marks if marks[name].nunique() > 1]
    stages = [name for name in STAGES if name in lively]
    parts = (stages if len(stages) >= 2 else [name for name in lively if name not in OVERALL])[:MOST]
    return parts if mark in lively and len(marks[[mark, *parts]].dropna()) >= LEAST else []


def labels(questions: pd.DataFrame) -> dict[str, str]:
    """Return the French name of each scale."""
    return dict(zip(questions["scale"], questions["label"], strict=True))


def in_points(share: float) -> str:
    """Write a difference of shares as a number of points, for a table whose caption names the unit."""
    return number(100 * share, 1)


def points(share: float) -> str:
    """Write a difference of shares in points: ``0,8 point``, ``−2,4 points``."""
    value = round(100 * share, 1)
    return f"{number(value, 1)} point{'s' if abs(value) >= 2 else ''}"


def mean_interval(values) -> tuple[float, float, float]:
    """Return a mean and its 95 % interval (Student)."""
    from scipy.stats import t

    values = np.asarray(values, dtype=float)
    values = values[~np.isnan(values)]
    if len(values) < 2:
        return (float(values.mean()) if len(values) else np.nan), np.nan, np.nan
    reach = t.ppf(0.975, len(values) - 1) * values.std(ddof=1) / np.sqrt(len(values))
    return values.mean(), values.mean() - reach, values.mean() + reach


def share_interval(count: float, total: float) -> tuple[float, float, float]:
    """Return a share and its 95 % interval (Wilson 1927)."""
    from statsmodels.stats.proportion import proportion_confint

    if not total:
        return np.nan, np.nan, np.nan
    low, high = proportion_confint(count, total, method="wilson")
    return count / total, float(low), float(high)
