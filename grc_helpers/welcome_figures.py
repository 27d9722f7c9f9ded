"""Figures of notebook 00: each takes an Axes, draws on it and returns it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from grc_helpers.style import ACCENT, GREY, LIGHT, french_axis, number, percent

BOX = {"ha": "center", "va": "center", "color": "white", "fontsize": 10, "weight": "bold"}


def draw_chain(ax, steps: Sequence[str], lines: Sequence[Sequence[str]], *, title: str, back: str, above: str = ""):
    """Draw steps as a chain of boxes, with text under each, and an arrow from the last back to the first.

    Parameters
    ----------
    steps : sequence of str
        Names of the steps, in order.
    lines : sequence of sequences of str
        Each has one text a step, of one line or more.
    back : str
        What the arrow back says.
    above : str
        Written above the chain: what comes before the first step.
    """
    end, bottom = len(steps) - 1, -0.35
    for place, step in enumerate(steps):
        ax.text(place, 0, step, bbox={"boxstyle": "round,pad=0.5", "color": ACCENT}, **BOX)
        if place:
            ax.annotate("", (place - 0.4, 0), (place - 0.6, 0), arrowprops={"arrowstyle": "->", "color": GREY})
    for texts in lines:
        for place, text in enumerate(texts):
            ax.text(place, bottom, text, ha="center", va="top", color=GREY)
        bottom -= 0.24 * max(1 + text.count("\n") for text in texts) + 0.08
    ax.plot([end, end, 0, 0], [bottom, bottom - 0.2, bottom - 0.2, bottom], color=LIGHT)
    ax.plot([0], [bottom], marker="^", color=LIGHT, clip_on=False)
    ax.text(end / 2, bottom - 0.2, back, ha="center", va="center", color=GREY, backgroundcolor="white")
    ax.text(end / 2, 0.45, above, ha="center", va="center", color=GREY)
    ax.set(xlim=(-0.6, end + 0.6), ylim=(bottom - 0.35, 0.6 if above else 0.3), title=title)
    ax.axis("off")
    return ax


def draw_parts(ax, parts: dict[str, pd.Series], *, title: str):
    """Draw the tables of each part of a system under its name: a column of names with their numbers of rows.

    Parameters
    ----------
    parts : dict of str to Series
        For each part, written numbers of rows by name of table.
    """
    depth = max(len(tables) for tables in parts.values())
    for place, (part, tables) in enumerate(parts.items()):
        ax.text(place, 0, part, bbox={"boxstyle": "round,pad=0.5", "color": ACCENT}, **BOX)
        for row, (table, rows) in enumerate(tables.items(), 1):
            ax.text(place, -row - 0.2, f"{table} : {rows}", ha="center", va="center", fontsize=8.5)
    ax.set(xlim=(-0.5, len(parts) - 0.5), ylim=(-depth - 0.7, 0.7), title=title)
    ax.axis("off")
    return ax


def plot_shifts(ax, shifts: pd.DataFrame, *, labels: tuple[str, str], title: str):
    """Draw each indicator's two shares with their 95 % intervals on one line, and write their change with its own.

    Parameters
    ----------
    shifts : DataFrame
        One row an indicator, named in the index: what ``welcome.shift`` returns.
    labels : (str, str)
        Names of the two moments.
    """
    for k, (name, color) in enumerate((("before", GREY), ("after", ACCENT))):
        lines = np.arange(len(shifts)) + (k - 0.5) * 0.3
        bounds = [shifts[name] - shifts[f"{name}_low"], shifts[f"{name}_high"] - shifts[name]]
        ax.errorbar(shifts[name], lines, xerr=bounds, fmt="o", color=color, markersize=5, label=labels[k])
    for place, (_, row) in enumerate(shifts.iterrows()):
        change, low, high = (number(100 * row[name], 1) for name in ("change", "change_low", "change_high"))
        ax.text(1.06, place, f"{change} [{low} ; {high}]", va="center", fontsize=8.5)
    ax.text(1.06, -0.85, "écart, en points", va="center", fontsize=8.5, color=GREY)
    ax.set_yticks(range(len(shifts)), shifts.index)
    ax.set_title(title, parse_math=False, pad=14)
    ax.set(xlim=(0, 1.5), ylim=(len(shifts) - 0.4, -0.6))
    ax.set_xticks([0, 0.25, 0.5, 0.75, 1])
    french_axis(ax.xaxis, "percent")
    ax.grid(axis="y", visible=False)
    ax.legend(loc="upper center", bbox_to_anchor=(0.35, -0.08), ncols=2)
    return ax


def plot_worth(ax, gain: pd.Series, *, contacts: int, marks: dict[str, float], currency: str, title: str):
    """Draw the share of customers whose gain a year pays for ``contacts`` contacts, against the cost of one.

    Parameters
    ----------
    gain : Series
        Gain expected of each customer, a year.
    marks : dict of str to float
        Costs to mark, by name.
    """
    costs = np.geomspace(0.01, 100, 81)
    ax.plot(costs, [(gain > contacts * cost).mean() for cost in costs], color=ACCENT, linewidth=2)
    for name, cost in marks.items():
        share = (gain > contacts * cost).mean()
        ax.plot(cost, share, "o", color=ACCENT)
        ax.annotate(f"{name} : {percent(share, 0)}", (cost, share), xytext=(6, 6), textcoords="offset points")
    ax.set(xscale="log", xlim=(0.01, 300), ylim=(0, 1.12), title=title)
    ax.set_xlabel(f"Coût d'un contact ({currency}, échelle logarithmique)")
    ax.set_ylabel("Clients pour qui il est rentable")
    ax.xaxis.set_major_formatter(lambda cost, _: number(cost, 2 if cost < 1 else 0))
    french_axis(ax.yaxis, "percent")
    return ax


def draw_eras(ax, eras: Sequence[tuple[str, str, float]], *, title: str, note: str):
    """Draw eras one after the other, without dates: name, what happens, and the height of what is told (0 to 1)."""
    for place, (_, told, height) in enumerate(eras):
        ax.bar(place, height, width=1, color=ACCENT, alpha=0.25 + 0.5 * height, linewidth=0)
        ax.text(place, height + 0.08, told, ha="center", va="bottom")
    ax.set_xticks(range(len(eras)), [era for era, _, _ in eras])
    ax.set(xlim=(-0.5, len(eras) - 0.5), ylim=(0, 1.45), title=title, yticks=[], xlabel=note)
    ax.tick_params(length=0)
    ax.grid(False)
    ax.spines["left"].set_visible(False)
    return ax
