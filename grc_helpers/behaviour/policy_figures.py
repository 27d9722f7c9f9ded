"""Figures of segments and policies: each draws on ``ax`` (or a new figure), titles it with the finding, returns it."""

from __future__ import annotations

from itertools import cycle

import numpy as np
import pandas as pd

from grc_helpers.behaviour.figures import _wrapped, label_points
from grc_helpers.style import ACCENT, GREY, LIGHT, PALETTE, french_axis, new_axes, percent


def plot_segment_map(centres: pd.DataFrame, categories: pd.DataFrame, sizes: pd.Series, shares, *, ax=None):
    """Draw segments (bubbles, area by customers) and categories (crosses) in the first plane of the ACM.

    Parameters
    ----------
    centres : DataFrame
        axis_1, axis_2; the index names the segments.
    categories : DataFrame
        axis_1, axis_2, told (bool: only these are named).
    sizes : Series
        Customers of each segment, same index as ``centres``.
    shares : pair of float
        Corrected inertia of the axes (:func:`segments.corrected_inertia`).
    """
    ax = new_axes(ax, size=(7.4, 5.6))
    ax.axhline(0, color=LIGHT)
    ax.axvline(0, color=LIGHT)
    ax.scatter(categories["axis_1"], categories["axis_2"], color=GREY, marker="+", s=24)
    for color, (name, row) in zip(cycle(PALETTE), centres.iterrows(), strict=False):
        area = 1500 * sizes[name] / sizes.sum() + 40
        ax.scatter(row["axis_1"], row["axis_2"], s=area, color=color, alpha=0.55, label=str(name))
    ax.margins(0.1)
    told = categories[categories["told"]]
    label_points(ax, [(row["axis_1"], row["axis_2"], str(name), "black") for name, row in told.iterrows()], away=6)
    legend = ax.legend(loc="upper center", bbox_to_anchor=(0.5, -0.1), ncols=2)
    for handle in legend.legend_handles:
        handle.set_sizes([60])
    far = (centres**2).sum(axis=1).idxmax()
    part = percent(sizes[far] / sizes.sum(), 0)
    ax.set_title(_wrapped(f"Le segment le plus à part : « {far} », {part} des clients"))
    ax.set_xlabel(f"Axe 1 ({percent(shares[0], 0)} de l'inertie corrigée)")
    ax.set_ylabel(f"Axe 2 ({percent(shares[1], 0)} de l'inertie corrigée)")
    french_axis(ax.xaxis, decimals=1)
    french_axis(ax.yaxis, decimals=1)
    ax.grid(False)
    return ax


def plot_matrix(attractiveness: pd.Series, accessibility: pd.Series, margins: pd.Series, *, ax=None):
    """Draw segments by attractiveness and accessibility (0 to 100), bubbles by yearly margin."""
    ax = new_axes(ax, size=(7.2, 4.8))
    ax.axhline(50, color=LIGHT, linewidth=1.2)
    ax.axvline(50, color=LIGHT, linewidth=1.2)
    ax.scatter(accessibility, attractiveness, s=1500 * margins / margins.sum() + 40, color=ACCENT, alpha=0.45)
    ax.set(xlim=(-14, 118), ylim=(-14, 118))
    for x, y, word in (
        (116, 116, "développer"),
        (-12, 116, "reconquérir"),
        (116, -11, "servir simplement"),
        (-12, -11, "veiller"),
    ):
        ax.text(
            x, y, word, color=GREY, style="italic", ha="right" if x > 50 else "left", va="top" if y > 50 else "bottom"
        )
    texts = [(accessibility[name], attractiveness[name], str(name), "black") for name in attractiveness.index]
    label_points(ax, texts, away=20)
    ax.set(xlim=(-14, 118), ylim=(-14, 118))
    first = ((attractiveness + accessibility) / 2).idxmax()
    ax.set_title(_wrapped(f"En tête avec ces poids : « {first} »"))
    ax.set(xlabel="Accessibilité (0 à 100)", ylabel="Attrait (0 à 100)")
    return ax


def plot_strategies(profits: pd.DataFrame, *, here: float, currency: str, ax=None):
    """Draw each strategy's profit by the fixed cost of an offer (rows); ``here`` marks the one assumed."""
    ax = new_axes(ax, size=(7.2, 4.3))
    for color, (name, profit) in zip(PALETTE, profits.items(), strict=False):
        ax.plot(profits.index, profit, color=color, label=name, linewidth=2)
    ax.axhline(0, color=GREY, linewidth=1)
    ax.axvline(here, color=GREY, linestyle=":", linewidth=1.2)
    ax.set_title(_wrapped(_winners(profits, here), 62))
    ax.set(xlabel="Coût fixe d'une offre par an", ylabel="Profit attendu par an")
    french_axis(ax.xaxis, "money", currency=currency)
    french_axis(ax.yaxis, "money", currency=currency)
    ax.legend(loc="upper center", bbox_to_anchor=(0.45, -0.16), ncols=4)
    return ax


def _winners(profits: pd.DataFrame, here: float) -> str:
    """Say which strategy wins at the cost assumed, and at others; none does where all lose."""
    abstain = "s'abstenir"
    best = profits.idxmax(axis=1).where(profits.max(axis=1) > 0, abstain)
    now = best.iloc[int(np.abs(profits.index.to_numpy() - here).argmin())]
    told = {name: f"l'{name.lower()}" if name.startswith("I") else f"la {name.lower()}" for name in profits}
    told[abstain] = abstain
    others = [told[name] for name in dict.fromkeys(best) if name != now]
    tail = f" ; à d'autres coûts, {' ou '.join(others)}" if others else ", comme à tous ces coûts"
    return (
        "Au coût supposé, mieux vaut s'abstenir" if now == abstain else f"Au coût supposé, {told[now]} l'emporte"
    ) + tail
