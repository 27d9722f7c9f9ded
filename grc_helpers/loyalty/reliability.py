"""Does a scale measure one thing, and how exactly? Cronbach's alpha, its interval, what a question adds."""

from __future__ import annotations

import numpy as np
import pandas as pd

from grc_helpers.errors import GrcError
from grc_helpers.style import number


def cronbach(items) -> float:
    """Return Cronbach's alpha (1951): k/(k − 1) · (1 − Σ variances of the questions ÷ variance of their sum).

    Parameters
    ----------
    items : array-like, (respondents, questions)
        Respondents without a missing answer.

    Raises
    ------
    GrcError
        One question only, fewer than three respondents, or answers that never vary.
    """
    items = np.asarray(items, dtype=float)
    if items.ndim != 2 or items.shape[1] < 2:
        raise GrcError("Une seule question : sa fiabilité ne se calcule pas.", todo="posez-en deux ou trois")
    if len(items) < 3 or not items.sum(axis=1).var():
        raise GrcError("Trop peu de réponses, ou toutes les mêmes : la fiabilité ne se calcule pas.")
    count = items.shape[1]
    return count / (count - 1) * (1 - items.var(axis=0, ddof=1).sum() / items.sum(axis=1).var(ddof=1))


def alpha_interval(items) -> tuple[float, float, float]:
    """Return alpha and its 95 % interval (Feldt 1965): (1 − α̂) ÷ (1 − α) follows an F(n − 1, (n − 1)(k − 1)) law.

    Exact for normal answers to interchangeable questions; good for marks on five points or more.
    """
    from scipy.stats import f

    items = np.asarray(items, dtype=float)
    alpha = cronbach(items)
    n, k = items.shape
    low, high = (1 - (1 - alpha) * f.ppf(level, n - 1, (n - 1) * (k - 1)) for level in (0.975, 0.025))
    return alpha, low, high


def spearman_brown(reliability: float, times: float) -> float:
    """Return the reliability of a scale made so many times longer: m·ρ ÷ (1 + (m − 1)·ρ) (Spearman, Brown 1910)."""
    return times * reliability / (1 + (times - 1) * reliability)


def reliability_table(ten: pd.DataFrame, questions: pd.DataFrame) -> pd.DataFrame:
    """Return the reliability of every scale that has two questions or more.

    Parameters
    ----------
    ten : DataFrame
        Answers out of 10, one column a question (``questions.out_of_ten``).
    questions : DataFrame
        What ``questions.gather`` returns.

    Returns
    -------
    DataFrame, one row a scale, its French name as index
        ``questions``, ``respondents`` (who answered all of them), ``alpha``, ``alpha_low``, ``alpha_high``,
        ``one_question`` (reliability of a single one, by Spearman–Brown), ``weakest_question`` (the question that is
        the least correlated with the sum of the others, and that correlation).
    """
    rows = {}
    for label, part in questions.groupby("label", sort=False):
        items = ten[part["question"]].dropna()
        if len(part) < 2 or len(items) < 3 or not items.sum(axis=1).var():
            continue
        others = pd.DataFrame({name: items.drop(columns=name).sum(axis=1) for name in items})
        alpha, low, high = alpha_interval(items)
        single = spearman_brown(alpha, 1 / len(part))
        tied = items.corrwith(others)
        rows[label] = [len(part), len(items), alpha, low, high, single, f"{tied.idxmin()} ({number(tied.min(), 2)})"]
    names = ["questions", "respondents", "alpha", "alpha_low", "alpha_high", "one_question", "weakest_question"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=names).rename_axis("scale")


def without_noise(slope: float, reliability: float) -> float:
    """Return a slope on a standardised scale, mended for the noise of that scale: divided by √reliability."""
    return slope / np.sqrt(reliability)
