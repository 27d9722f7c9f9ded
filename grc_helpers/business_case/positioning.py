"""Positioning: what a brand is named for more than expected, with its interval, and S3's five questions."""

from __future__ import annotations

import numpy as np
import pandas as pd

from grc_helpers.business_case.sheets import SEEN
from grc_helpers.style import number

QUESTIONS = (
    "Quels sont les besoins typiques que nous pouvons satisfaire ?",
    "Comment vont évoluer ces besoins ?",
    "Qui sont les clients potentiels qui ont ces besoins ?",
    "Quelles sont les plus-values de notre offre par rapport à celles de nos concurrents ?",
    "Quelle est la spécificité de notre expertise ?",
)


def brand_excess(named: pd.DataFrame, *, own: str, n_boot: int, seed: int) -> pd.DataFrame:
    """Return, for each attribute, how often a brand is named against what chance would give, with 95 % intervals.

    Observed ÷ (total of the attribute × total of the brand ÷ total): 1 means no more than the others; intervals by
    drawing respondents, whose answers go together.

    Parameters
    ----------
    named : DataFrame
        ``customer_id``, ``attribute``, ``brand``: one row a mention.
    own : str

    Returns
    -------
    DataFrame, one row an attribute, the most own first
        ``excess_ratio``, ``excess_ratio_low``, ``excess_ratio_high``, ``rival`` (the other brand most named).
    """
    attributes, brands = sorted(named["attribute"].unique()), sorted(named["brand"].unique())
    cells = pd.Categorical(named["attribute"], attributes).codes * len(brands)
    cells = cells + pd.Categorical(named["brand"], brands).codes
    people, place = np.unique(named["customer_id"].to_numpy(dtype=str), return_inverse=True)
    each = np.zeros((len(people), len(attributes) * len(brands)))
    np.add.at(each, (place, cells), 1)

    def ratio(counts):
        table = counts.reshape(len(attributes), len(brands))
        mine = table[:, brands.index(own)]
        return mine * table.sum() / (table.sum(axis=1) * mine.sum())

    rng, n = np.random.default_rng(seed), len(people)
    drawn = [ratio(rng.multinomial(n, np.full(n, 1 / n)) @ each) for _ in range(n_boot)]
    low, high = np.quantile(drawn, [0.025, 0.975], axis=0)
    total = pd.DataFrame(each.sum(axis=0).reshape(len(attributes), -1), attributes, brands)
    table = pd.DataFrame(
        {"excess_ratio": ratio(each.sum(axis=0)), "excess_ratio_low": low, "excess_ratio_high": high}, attributes
    )
    table["rival"] = total.drop(columns=own).idxmax(axis=1)
    return table.sort_values("excess_ratio", ascending=False).rename_axis("image_attribute")


def nearest_brand(brands: pd.DataFrame, own: str) -> str:
    """Return the brand closest to one's own on a perceptual map.

    Parameters
    ----------
    brands : DataFrame
        ``axis_1``, ``axis_2``, one row a brand (principal coordinates of an AFC).
    """
    gap = np.hypot(*(brands - brands.loc[own])[["axis_1", "axis_2"]].to_numpy().T)
    return str(pd.Series(gap, brands.index).drop(own).idxmin())


def positioning_sheet(excess: pd.DataFrame, *, asked: int) -> pd.DataFrame:
    """Return S3's five questions, with what a survey of image can say to each."""
    more, less = excess[excess["excess_ratio_low"] > 1], excess[excess["excess_ratio_high"] < 1]

    def names(table):
        return ", ".join(f"{name} (× {number(row['excess_ratio'], 2)})" for name, row in table.iterrows()) or "rien"

    said = [
        "ce pour quoi la marque est citée : " + ", ".join(more.index),
        "rien : l'enquête n'a qu'une date",
        f"rien : les {number(asked)} répondants sont déjà clients",
        "citée plus qu'attendu : " + names(more) + " ; moins : " + names(less),
        "le plus propre à la marque : " + (more.index[0] if len(more) else "rien de net"),
    ]
    return pd.DataFrame({"Question": QUESTIONS, SEEN: said})
