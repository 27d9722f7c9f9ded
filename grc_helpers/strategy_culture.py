"""A house's culture in the grades that departments give one another: their own, the others', and the gap."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.stats import t as student

from grc_helpers.strategy_evidence import SEEN
from grc_helpers.style import number


def culture_notes(grades: pd.DataFrame) -> pd.DataFrame:
    """Return, for each department, the grade that it gives its own culture and the mean of the others' grades.

    Parameters
    ----------
    grades : DataFrame
        date, department, dimension, rater, score; the last date is read.
    """
    last = grades[(grades["date"] == grades["date"].max()) & (grades["dimension"] == "culture")]
    own = last["department"] == last["rater"]
    table = pd.DataFrame(
        {
            "own": last[own].groupby("department")["score"].mean(),
            "others": last[~own].groupby("department")["score"].mean(),
        }
    )
    return table.assign(kindness=table["own"] - table["others"]).sort_values("others")


def complacency(grades: pd.DataFrame) -> tuple[float, float, float]:
    """Return by how much departments grade themselves above what the others say of them, and its 95 % interval.

    Notes
    -----
    One mean gap a date and dimension: when every department grades all, what makes a grader severe or lenient cancels
    in it. Student's interval over these gaps.
    """
    own = grades["department"] == grades["rater"]
    keys = ["date", "dimension"]
    means = (
        part.groupby([*keys, "department"])["score"].mean().groupby(keys).mean() for part in (grades[own], grades[~own])
    )
    gaps = next(means) - next(means)
    half = float(student.ppf(0.975, len(gaps) - 1) * gaps.std(ddof=1) / np.sqrt(len(gaps)))
    return float(gaps.mean()), float(gaps.mean()) - half, float(gaps.mean()) + half


def culture_sheet(notes: pd.DataFrame, excess: pd.DataFrame, kinds: str) -> pd.DataFrame:
    """Return the questions that the documents suggest on culture, with what data can say to each.

    Parameters
    ----------
    notes : DataFrame
        What `culture_notes` returns.
    excess : DataFrame
        What ``business_case.positioning.brand_excess`` returns for the house's brand.
    kinds : str
        How the house's file sorts its customers, in words.
    """
    ask = "rien : à demander"
    low, high = (number(notes["others"].agg(which), 1) for which in ("min", "max"))
    graded = f"services notés par les autres : de {low} à {high} sur 5"
    own = excess[excess["excess_ratio_low"] > 1]
    cited = ", ".join(f"{name} (× {number(ratio, 1)})" for name, ratio in own["excess_ratio"].items()) or "rien de net"
    rows = [
        (
            "Notre relation client ressemble-t-elle à notre métier ?",
            "S3",
            f"marque citée plus qu'attendu pour : {cited}",
        ),
        ("Un nouveau venu y lirait-il notre métier clairement ?", "S3", ask),
        ("Nos segments se disent-ils dans les mots de la maison ?", "S2", kinds),
        ("Chacun sait-il ce que « relationnel » change pour lui ?", "S0", graded),
    ]
    return pd.DataFrame(rows, columns=["Question", "Tirée de", SEEN])
