"""Net Promoter Score and share of satisfied customers, with their intervals; who did not answer."""

from __future__ import annotations

import numpy as np
import pandas as pd

from grc_helpers.errors import GrcError
from grc_helpers.loyalty.questions import LEAST, share_interval

PROMOTER, DETRACTOR = 9, 6  # from 9 on, up to 6, out of 10 (Reichheld 2003)
SATISFIED = 7  # a mark out of 10 from which a respondent counts as satisfied


def net_promoter(promoters: float, detractors: float) -> float:
    """Return the Net Promoter Score from two shares: promoters minus detractors, in points from −100 to 100."""
    return 100 * (promoters - detractors)


def votes(marks) -> np.ndarray:
    """Return +1 for a promoter (9, 10), −1 for a detractor (0 to 6), 0 for the others; NaN stays."""
    marks = np.asarray(marks, dtype=float)
    return np.where(np.isnan(marks), np.nan, np.where(marks >= PROMOTER, 1.0, np.where(marks <= DETRACTOR, -1.0, 0.0)))


def nps(marks, weights=None) -> tuple[float, float, float]:
    """Return the score of marks from 0 to 10 and its 95 % interval, in points.

    The score is a mean of votes (+1, 0, −1): its variance is p + d − (p − d)², divided by the number of answers (by the
    effective number, (Σw)² ÷ Σw², when answers are weighted). Three answers are added for the interval, ¾ of a promoter
    and ¾ of a detractor among them (Rocks 2016, *The American Statistician* 70(4)): it is right in small surveys too.

    Parameters
    ----------
    marks, weights : array-like
        NaN marks are left out.
    """
    vote = votes(marks)
    weights = np.ones(len(vote)) if weights is None else np.asarray(weights, dtype=float)
    vote, weights = vote[~np.isnan(vote)], weights[~np.isnan(vote)]
    if not len(vote):
        raise GrcError("Aucune note de recommandation : le NPS ne se calcule pas.")
    mean, voters = np.average(vote, weights=weights), np.average(vote**2, weights=weights)
    size = weights.sum() ** 2 / (weights**2).sum()
    middle, voters = mean * size / (size + 3), (voters * size + 1.5) / (size + 3)
    reach = 1.96 * np.sqrt((voters - middle**2) / (size + 3))
    return 100 * mean, 100 * (middle - reach), 100 * (middle + reach)


def score_table(scores: pd.DataFrame, by: pd.Series, *, mark: str) -> pd.DataFrame:
    """Return, for each group of respondents, how many answered, their NPS, their share of satisfied.

    Parameters
    ----------
    scores : DataFrame
        Marks out of 10, one column a scale.
    by : Series
        The group of each respondent (a year, a channel).
    mark : str
        The column that gives the score (recommendation if there is one).

    Returns
    -------
    DataFrame
        ``respondents``, ``nps``, ``nps_low``, ``nps_high`` (points), ``satisfied``, ``satisfied_low``,
        ``satisfied_high`` (share whose mark is 7 or more). No score but for a recommendation.
    """
    rows = {}
    for group, part in scores[mark].dropna().groupby(by):
        given = share_interval((part >= SATISFIED).sum(), len(part))
        rows[group] = [len(part), *nps(part), *given]
    names = ["respondents", "nps", "nps_low", "nps_high", "satisfied", "satisfied_low", "satisfied_high"]
    table = pd.DataFrame.from_dict(rows, orient="index", columns=names).rename_axis("wave")
    return table if mark == "recommendation" else table.drop(columns=["nps", "nps_low", "nps_high"])


def groups_of_answers(answers: pd.DataFrame) -> pd.Series:
    """Return the year of each answer, one group for all when there is no date or when a year has too few answers."""
    if "date" not in answers or answers["date"].isna().any():
        return pd.Series("Toutes", answers.index)
    years = pd.to_datetime(answers["date"]).dt.year.astype(str)
    return years if years.value_counts().min() >= LEAST else pd.Series("Toutes", answers.index)


def difference(first, second) -> tuple[float, float, float]:
    """Return how much the score moves from the first to the second set of marks, with its 95 % interval (points)."""
    (before, low, high), (after, low2, high2) = nps(first), nps(second)
    reach = np.hypot(high - low, high2 - low2) / 2
    return after - before, after - before - reach, after - before + reach


def double_sampling(answered, followed, silent: int) -> tuple[float, float, float]:
    """Return the score of everyone asked, from those who answered and from a reminded sample of the silent ones.

    Hansen & Hurwitz (1946): W₁·ȳ₁ + W₂·ȳ₂, with W the shares of those who answered and of the silent ones, and ȳ₂ the
    mean of the silent ones who were drawn by lot and then answered. Variance: W₁²s₁²/n₁ + W₂²s₂²/m + the spread of W.

    Parameters
    ----------
    answered, followed : array-like
        Marks from 0 to 10 of those who answered at once, of the silent ones who were reminded.
    silent : int
        How many were silent at first, reminded or not.
    """
    first, second = votes(answered), votes(followed)
    if min(len(first), len(second)) < 2:
        raise GrcError("Il faut deux réponses au moins de chaque côté, sans et après relance.")
    total = len(first) + silent
    share = len(first) / total
    mean = share * first.mean() + (1 - share) * second.mean()
    variance = share**2 * first.var(ddof=1) / len(first) + (1 - share) ** 2 * second.var(ddof=1) / len(second)
    variance += share * (1 - share) * (first.mean() - second.mean()) ** 2 / total
    reach = 1.96 * np.sqrt(variance)
    return 100 * mean, 100 * (mean - reach), 100 * (mean + reach)


def silence_table(sent: pd.DataFrame, answers: pd.DataFrame, truth: pd.DataFrame) -> pd.DataFrame:
    """Compare four ways of telling the score of everyone asked to what the simulator knows, wave by wave.

    Parameters
    ----------
    sent : DataFrame
        ``customer_id``, ``wave``, ``mode``, ``answered``, ``answered_later``.
    answers : DataFrame
        ``customer_id``, ``wave``, ``recommend``.
    truth : DataFrame
        ``customer_id``, ``wave``, ``recommend``: also of those who are silent.

    Returns
    -------
    DataFrame, one row a wave and a way
        ``wave``, ``way``, ``respondents``, ``nps``, ``nps_low``, ``nps_high``, ``true_nps`` (points).
    """
    given = sent.merge(answers[["customer_id", "wave", "recommend"]], on=["customer_id", "wave"], how="left")
    rows = []
    for wave, part in given.groupby("wave"):
        at_once, later = part[part["answered"]], part[part["answered_later"]]
        sizes = part["mode"].value_counts() / at_once["mode"].value_counts()
        ways = {
            "Réponses spontanées": (len(at_once), nps(at_once["recommend"])),
            "Redressées par mode d'envoi": (len(at_once), nps(at_once["recommend"], at_once["mode"].map(sizes))),
            "Toutes mêlées, relance comprise": (
                len(at_once) + len(later),
                nps(pd.concat([at_once, later])["recommend"]),
            ),
            "Relance d'un échantillon de silencieux": (
                len(at_once) + len(later),
                double_sampling(at_once["recommend"], later["recommend"], int((~part["answered"]).sum())),
            ),
        }
        true = nps(truth.loc[truth["wave"] == wave, "recommend"])[0]
        rows += [(str(wave), way, size, *score, true) for way, (size, score) in ways.items()]
    return pd.DataFrame(rows, columns=["wave", "way", "respondents", "nps", "nps_low", "nps_high", "true_nps"])
