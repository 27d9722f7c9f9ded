"""Figures of the chapter on approaches to segmentation: each draws on ``ax`` (or a new figure) and returns it."""

from __future__ import annotations

from textwrap import fill

import numpy as np
import pandas as pd

from grc_helpers.segmentation.categories import CUTS, crossed_agreement
from grc_helpers.segmentation.naming import MEASURES, criterion
from grc_helpers.segmentation.sheet import GREEN, MARKS, ORANGE, RED, UNMEASURED, lights, prerequisites
from grc_helpers.style import ACCENT, GREY, LIGHT, PALETTE, french_axis, money, new_axes, number, percent

TINTS = {GREEN: "#b9dfd0", ORANGE: "#f6e0b0", RED: "#f1c3ab", UNMEASURED: "#eef0f2"}

LITTLE = 0.2  # adjusted Rand index below which cuts are said to agree little


def plot_inside_outside(table: pd.DataFrame, *, label: str, inside: str, what: str, ax=None):
    """Draw what each row explains on the customers that made it, and out of sample with its interval; title: the best.

    Parameters
    ----------
    table : DataFrame
        ``label`` and ``inside`` name two of its columns; ``explained``, ``low``, ``high``.
    what : str
        What a row is, with its article.
    """
    best = table["explained"].max()
    title = f"Au mieux, {what} explique {percent(best)} du profit"
    title = title if best > 0 else f"Au mieux, {what} n'explique rien du profit"
    table = table.sort_values("explained", ignore_index=True)
    ax = new_axes(ax, size=(7.4, 1.6 + 0.44 * len(table)))
    place = np.arange(len(table))
    ax.hlines(place, table["low"], table["high"], color=ACCENT, linewidth=2, alpha=0.5)
    ax.plot(table["explained"], place, "o", color=ACCENT, label="sur d'autres clients (intervalle à 95 %)")
    ax.plot(table[inside], place, "D", color=PALETTE[1], markersize=5, label="sur les clients qui ont servi à le faire")
    ax.axvline(0, color=GREY, linewidth=1)
    ax.set_yticks(place, [fill(criterion(name), 26) for name in table[label]])
    ax.set(title=title, ylim=(-0.6, len(table) - 0.4))
    ax.set_xlabel("Part du profit du semestre suivant expliquée")
    ax.grid(axis="y", visible=False)
    ax.grid(axis="x", visible=True)
    french_axis(ax.xaxis, "percent")
    ax.figure.legend(loc="outside lower center", ncols=2)
    return ax


def plot_profiles(sizes: pd.DataFrame, gaps: pd.DataFrame, *, ax=None):
    """Draw how each segment stands from the average, criterion by criterion; the title speaks of the first segment."""
    ax = new_axes(ax, size=(7.2, 1.6 + 0.34 * gaps.shape[1]))
    top = np.nanmax(np.abs(gaps.to_numpy()))
    ax.imshow(gaps.T, cmap="RdBu_r", vmin=-max(top, 1e-9), vmax=max(top, 1e-9), aspect="auto")
    for (row, column), gap in np.ndenumerate(gaps.T.to_numpy()):
        ax.text(
            column, row, number(gap, 1), ha="center", va="center", color="white" if abs(gap) > 0.65 * top else "black"
        )
    names = [f"Segment {name}\n{percent(share, 0)} des clients" for name, share in sizes["customer_share"].items()]
    ax.set_xticks(range(len(names)), names)
    ax.set_yticks(range(gaps.shape[1]), [criterion(column) for column in gaps])
    share, gain = (percent(sizes[column].iloc[0], 0) for column in ("customer_share", "goal_share"))
    ax.set_title(f"Le segment 1, {share} des clients, fera {gain} du profit")
    ax.set_xlabel("Écart à la moyenne, en écarts-types")
    ax.grid(False)
    return ax


def plot_numbers(table: pd.DataFrame, best: dict[str, int], *, currency: str, title: str = ""):
    """Draw silhouette, stability and gain by number of segments, side by side; the title tells what each prefers.

    Parameters
    ----------
    table, best
        Results of :func:`grc_helpers.segmentation.decision.number_of_segments` and ``choices``.

    Returns
    -------
    Figure
    """
    import matplotlib.pyplot as plt

    names = {"silhouette": "Silhouette", "stability": "Stabilité (Rand ajusté)", "gain": f"Gain net ({currency})"}
    fig, axes = plt.subplots(1, 3, figsize=(7.4, 3.1))
    for ax, (column, name) in zip(axes, names.items(), strict=True):
        ax.plot(table["k"], table[column], color=LIGHT, linewidth=2, marker="o", markerfacecolor=GREY, markersize=4)
        if column == "gain":
            ax.fill_between(table["k"], table["low"], table["high"], color=LIGHT, alpha=0.4, linewidth=0)
            ax.axhline(0, color=GREY, linewidth=0.8)
        chosen = table[table["k"] == best[column]].iloc[0]
        ax.plot(chosen["k"], chosen[column], "o", color=ACCENT, markersize=9)
        ax.set_title(f"{name}\npréfère {best[column]}", fontsize=10)
        ax.set_xlabel("Nombre de segments")
        ax.set_xticks(table["k"])
        french_axis(ax.yaxis, decimals=0 if column == "gain" else 2)
    counted = {name: f"{k} segments" if k > 1 else "ne pas segmenter" for name, k in best.items()}
    told = f"Silhouette et stabilité : {best['silhouette']} et {best['stability']} ; décision : {counted['gain']}"
    fig.suptitle(title or told, x=0.01, ha="left", fontsize=11.5, fontweight="bold")
    return fig


def plot_flows(cuts: pd.DataFrame, *, ax=None):
    """Draw how the same customers go from one cut to the next: bands as wide as their number; title: their agreement.

    Parameters
    ----------
    cuts : DataFrame
        One column a cut, text (see :func:`grc_helpers.segmentation.categories.three_cuts`).
    """
    agreed = [pair for row, pair in crossed_agreement(cuts).stack().items() if row[0] != row[1]]
    low, high = (number(end(agreed), 2) for end in (min, max))
    little = ", peu d'accord" if max(agreed) < LITTLE else ""
    title = f"Trois découpages{little} : Rand ajusté de {low} à {high}"
    ax = new_axes(ax, size=(7.4, 4.6))
    gap, width, columns = 0.02, 0.02, list(cuts.columns)
    places = []
    for x, column in enumerate(columns):
        sizes, bottom, spots = cuts[column].value_counts(normalize=True), 0.0, {}
        sizes = sizes.sort_index() if cuts[column].dtype == "category" else sizes
        for name, share in sizes.items():
            spots[name] = [bottom, share, bottom, bottom]  # bottom, height, next free on the left, on the right
            ax.bar(x, share, 2 * width, bottom, color=GREY)
            side, align = (-1, "right") if x == 0 else (1, "left")
            shift = side * 0.04 if x in (0, len(columns) - 1) else 0.04
            ax.text(x + shift, bottom + share / 2, f"{name} {percent(share, 0)}", ha=align, va="center", fontsize=8.5)
            bottom += share + gap
        places.append(spots)
    for x in range(len(columns) - 1):
        flows = pd.crosstab(cuts[columns[x]], cuts[columns[x + 1]], normalize="all")
        for color, left in zip(PALETTE * 3, places[x], strict=False):
            for right in places[x + 1]:
                share = flows.loc[left, right]
                start, end = places[x][left][3], places[x + 1][right][2]
                _band(ax, (x + width, x + 1 - width), (start, end), share, color)
                places[x][left][3] += share
                places[x + 1][right][2] += share
    ax.set_xticks(range(len(columns)), [CUTS[column] for column in columns])
    ax.set(
        title=title,
        xlim=(-0.55, len(columns) - 0.35),
        ylim=(-0.01, max(sum(s[1] for s in p.values()) + gap * len(p) for p in places)),
    )
    ax.yaxis.set_visible(False)
    ax.spines[:].set_visible(False)
    ax.tick_params(axis="x", length=0)
    ax.grid(False)
    return ax


def _band(ax, x: tuple[float, float], bottoms: tuple[float, float], height: float, color: str) -> None:
    t = np.linspace(0, 1, 40)
    curve = bottoms[0] + (bottoms[1] - bottoms[0]) * (3 * t**2 - 2 * t**3)
    ax.fill_between(x[0] + (x[1] - x[0]) * t, curve, curve + height, color=color, alpha=0.3, linewidth=0)


def plot_sheet(sheet: pd.DataFrame, *, currency: str, ax=None):
    """Draw the sheet: one row a segmentation, each number on the tint of its light; title: how many are all green."""
    table, green = lights(sheet), int((prerequisites(sheet) == GREEN).all(axis=1).sum())
    ax = new_axes(ax, size=(8.2, 1.5 + 0.42 * len(sheet)))
    writers = {"gain_low": lambda v: money(v, currency), "retest": lambda v: number(v, 2)}
    writers |= {"stability": writers["retest"], "half_year": writers["retest"]}
    for (row, column), color in np.ndenumerate(table.to_numpy()):
        measure = table.columns[column]
        value = sheet[measure].iloc[row]
        text = "–" if color == UNMEASURED else f"{MARKS[color]} {writers.get(measure, lambda v: percent(v, 0))(value)}"
        ax.fill_between([column - 0.48, column + 0.48], row - 0.46, row + 0.46, color=TINTS[color], linewidth=0)
        ax.text(column, row, text, ha="center", va="center", fontsize=8.5)
    ax.set_xticks(range(table.shape[1]), [MEASURES[name] for name in table], fontsize=8)
    ax.set_yticks(range(len(sheet)), sheet.index)
    ax.xaxis.tick_top()
    ax.set(xlim=(-0.5, table.shape[1] - 0.5), ylim=(len(sheet) - 0.5, -0.5))
    ax.set_title(f"Au vert sur les trois prérequis : {green or 'aucun'} des {len(sheet)} découpages", pad=14)
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)
    ax.grid(False)
    return ax


def plot_niches(table: pd.DataFrame, action, *, currency: str, ax=None):
    """Draw each segment by size and gain per customer, and the size below which it does not pay for itself.

    Parameters
    ----------
    table : DataFrame
        Result of :func:`grc_helpers.segmentation.decision.niches`.
    """
    ax = new_axes(ax)
    paying = table["net"] > 0
    low, high = table["gain"].min(), table["gain"].max()
    grid = np.geomspace(max(high, 1e-9) / 60, max(high, 1e-9) * 1.15, 100)
    ax.plot(grid, action.segment_cost / grid, color=GREY, linestyle=":", linewidth=1.5)
    ax.plot(table.loc[paying, "gain"], table.loc[paying, "customers"], "o", color=ACCENT, markersize=8)
    ax.plot(
        table.loc[~paying, "gain"],
        table.loc[~paying, "customers"],
        "o",
        color=LIGHT,
        markersize=8,
        markeredgecolor=GREY,
    )
    for _, row in table.iterrows():
        ax.annotate(str(row["segment"]), (row["gain"], row["customers"]), xytext=(7, 4), textcoords="offset points")
    ax.axvline(0, color=GREY, linewidth=0.8)
    span = max(high - low, 1e-9)
    ax.set(xlim=(low - 0.08 * span, high + 0.12 * span), ylim=(0, 1.15 * table["customers"].max()))
    verb = {0: "ne paie son coût fixe", 1: "paie son coût fixe"}.get(paying.sum(), "paient leur coût fixe")
    who = f"{paying.sum() or 'Aucun'} segment{'s' if paying.sum() > 1 else ''} sur {len(table)}"
    ax.set_title(f"{who} {verb} ({money(action.segment_cost, currency)})")
    ax.set_xlabel("Gain par client et par semestre (pointillé : taille minimale)")
    ax.set_ylabel("Clients du segment")
    french_axis(ax.xaxis, "money", currency=currency, decimals=0 if span > 10 else 1)
    french_axis(ax.yaxis)
    return ax


def plot_seeds(table: pd.DataFrame, *, k: int):
    """Draw what changes with the seed: the segments, what they explain, how many to keep.

    Parameters
    ----------
    table : DataFrame
        Result of :func:`grc_helpers.segmentation.seeds.seed_sensitivity`.

    Returns
    -------
    Figure
    """
    import matplotlib.pyplot as plt

    fig, axes = plt.subplots(1, 3, figsize=(7.4, 3.0), sharey=True)
    place = np.arange(len(table))
    panels = {
        "agreement": f"Accord avec la\n1re graine ({k} segments)",
        "explained": "Part du profit\nexpliquée",
        "best_k": "Nombre préféré\n(décision)",
    }
    for ax, (column, name) in zip(axes, panels.items(), strict=True):
        ax.plot(table[column], place, "o", color=ACCENT)
        ax.set_title(name, fontsize=10)
        ax.grid(axis="x", visible=True)
    axes[0].set(xlim=(-0.05, 1.15))
    axes[0].set_yticks(place, table["seed"])
    axes[0].set_ylabel("Graine")
    axes[0].invert_yaxis()
    axes[0].set_xticks([0, 0.5, 1])
    french_axis(axes[0].xaxis, decimals=1)
    axes[1].set_xlim(min(0, 1.3 * table["explained"].min()), max(0.05, 1.2 * table["explained"].max()))
    french_axis(axes[1].xaxis, "percent")
    axes[2].set_xticks(range(2, 7))
    axes[2].set_xlim(1.5, 6.5)
    numbers = ", ".join(str(n) for n in sorted(table["best_k"].unique()))
    title = (
        f"D'une graine à l'autre, accord de {number(table['agreement'].min(), 2)} au moins ; nombre préféré : {numbers}"
    )
    fig.suptitle(title, x=0.01, ha="left", fontsize=11.5, fontweight="bold")
    return fig
