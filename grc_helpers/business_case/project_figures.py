"""Figures on the choice of a tool and on the project: each draws on an Axes and returns what it says."""

from __future__ import annotations

import numpy as np
import pandas as pd

from grc_helpers.business_case.alternatives import MARKS, movers
from grc_helpers.business_case.project import DIMENSIONS, HIGHEST
from grc_helpers.style import ACCENT, GREY, LIGHT, PALETTE, french_axis, number


def plot_quadrant(
    ax, marks: pd.DataFrame, *, axes: tuple[str, str], middles: tuple[float, float], invented: bool
) -> str:
    """Draw tools on two criteria with two thresholds, those that change case in the accent colour.

    Parameters
    ----------
    marks : DataFrame
        Rows: tools; columns: criteria, from 0 to 20.
    axes : (str, str)
        Criteria that stand for understanding (across) and for capacity (up).
    middles : (float, float)
        The threshold of both axes, and another one.
    invented : bool
        Whether the marks are examples, which the title then says.
    """
    moved = movers(marks, axes=axes, middles=middles)
    for middle, style in zip(middles, ("-", "--"), strict=True):
        for line in (ax.axvline, ax.axhline):
            line(middle, color=GREY, lw=1.1, ls=style, label=f"seuil {number(middle)}" if line == ax.axvline else None)
    for tool, (across, up) in marks[list(axes)].astype(float).T.items():
        color = ACCENT if tool in moved else GREY
        ax.plot(across, up, "o", color=color, ms=8)
        box = {"facecolor": "white", "edgecolor": "none", "pad": 1}
        ax.annotate(
            tool, (across, up), xytext=(7, 5), textcoords="offset points", color=color, parse_math=False, bbox=box
        )
    corners = {
        "Challengers": (0.02, 0.98),
        "Leaders": (0.98, 0.98),
        "Niches": (0.02, 0.02),
        "Visionnaires": (0.98, 0.02),
    }
    for name, (x, y) in corners.items():
        sides = {"ha": "left" if x < 0.5 else "right", "va": "bottom" if y < 0.5 else "top"}
        ax.text(x, y, name, transform=ax.transAxes, fontsize=9, style="italic", **sides)
    ticks = range(MARKS[0], MARKS[1] + 1, 5)
    ax.set(
        xlim=MARKS,
        ylim=MARKS,
        xticks=ticks,
        yticks=ticks,
        xlabel=f"Compréhension : « {axes[0]} »",
        ylabel=f"Capacité : « {axes[1]} »",
    )
    said = (
        f"{len(moved)} outils sur {len(marks)} changent" if len(moved) > 1 else f"{len(moved) or 'aucun'} outil change"
    )
    said = f"{'Notes inventées : ' * invented}{said} de case avec le seuil"
    ax.set_title(said[0].upper() + said[1:], parse_math=False)
    ax.legend(loc="upper center", bbox_to_anchor=(0.5, -0.16), ncols=2)
    said = " ; ".join(
        f"{tool} {number(x)} et {number(y)}" for tool, (x, y) in marks[list(axes)].astype(float).T.items()
    )
    return f"Notes sur « {axes[0]} » et « {axes[1]} », seuils {' et '.join(map(number, middles))} : {said}."


def plot_schedule(ax, table: pd.DataFrame) -> str:
    """Draw the tasks in time (Gantt), the critical path in the accent colour, slack as a thin line."""
    rows = np.arange(len(table))[::-1]
    critical = table["slack_weeks"] < 1e-9
    colors = np.where(critical, ACCENT, LIGHT)
    ax.barh(rows, table["weeks"], left=table["start_week"], color=colors, height=0.6)
    for y, (_task, row) in zip(rows, table.iterrows(), strict=True):
        if row["slack_weeks"] > 0:
            ax.plot([row["end_week"], row["end_week"] + row["slack_weeks"]], [y, y], color=GREY, lw=1.2)
        if row["weeks"] == 0:
            ax.plot(row["start_week"], y, "D", color=PALETTE[1], ms=7)
    end = table["end_week"].max()
    ax.set_yticks(rows, table.index)
    ax.set(xlim=(0, 1.03 * end), xlabel="Semaines depuis le départ (trait fin : marge ; losange : jalon)")
    ax.set_title(
        f"{number(end)} semaines ; {number(critical.sum())} étapes sur {number(len(table))} ne peuvent pas glisser",
        parse_math=False,
    )
    ax.grid(axis="y", visible=False)
    ax.grid(axis="x", visible=True)
    french_axis(ax.xaxis)
    path = ", ".join(name.lower() for name in table.index[critical])
    return f"Le projet dure {number(end)} semaines ; chemin critique : {path}."


def plot_maturity(ax, lines: dict[str, pd.Series]) -> str:
    """Draw grades of maturity on a radar of the five dimensions.

    Parameters
    ----------
    ax : PolarAxes
    lines : dict of str to Series
        Label and grades by dimension; a dimension without a grade leaves a gap.
    """
    angles = np.linspace(0, 2 * np.pi, len(DIMENSIONS), endpoint=False)
    ax.set_theta_offset(np.pi / 2)
    ax.set_theta_direction(-1)
    for color, (label, grades) in zip((GREY, ACCENT, PALETTE[1]), lines.items(), strict=False):
        values = grades.reindex(DIMENSIONS).to_numpy(dtype=float)
        ax.plot([*angles, angles[0]], [*values, values[0]], color=color, lw=2, marker="o", ms=4, label=label)
    ax.set_xticks(angles, DIMENSIONS)
    for label, angle in zip(ax.get_xticklabels(), angles, strict=True):
        label.set_horizontalalignment("center" if angle == 0 else "left" if angle < np.pi else "right")
    ax.set(ylim=(0, HIGHEST))
    ax.set_yticks(range(1, HIGHEST + 1), range(1, HIGHEST + 1))
    ax.grid(axis="both", visible=True)
    last = list(lines.values())[-1].dropna()
    weak = last.index[last.round(1) == last.min().round(1)]  # as told: a gap that is not shown is none
    ax.set_title(f"Au plus bas : {' et '.join(weak)} ({number(last.min(), 1)} sur 5)", parse_math=False, pad=24)
    ax.legend(loc="upper center", bbox_to_anchor=(0.5, -0.12), ncols=2)
    said = " ; ".join(
        f"{label} : " + ", ".join(f"{name} {number(value, 1)}" for name, value in grades.dropna().items())
        for label, grades in lines.items()
    )
    return f"Notes de 1 à 5. {said}."
