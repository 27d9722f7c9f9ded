"""Figures on the choice of a tool and on the project: each draws on an Axes and returns what it says."""

from __future__ import annotations

import numpy as np
import pandas as pd

from grc_helpers.business_case.project import DIMENSIONS, HIGHEST
from grc_helpers.style import ACCENT, GREY, LIGHT, PALETTE, french_axis, number, percent


def plot_robustness(ax, table: pd.DataFrame, *, chosen: str) -> str:
    """Draw, for each tool, the share of all weights for which it comes first; the one chosen in the accent colour."""
    table = table.sort_values("first_share")
    colors = [ACCENT if tool == chosen else LIGHT for tool in table.index]
    bars = ax.barh(range(len(table)), table["first_share"], color=colors, height=0.62)
    ax.bar_label(bars, [percent(share, 0) for share in table["first_share"]], padding=4)
    ax.set_yticks(range(len(table)), table.index)
    ax.set(xlim=(0, 1.12 * max(table["first_share"].max(), 0.1)))
    ax.set_xlabel("Part de toutes les pondérations possibles où l'outil arrive premier")
    ax.set_title(
        f"« {chosen} » reste premier pour {percent(table.loc[chosen, 'first_share'], 0)} des pondérations",
        parse_math=False,
    )
    ax.grid(axis="y", visible=False)
    french_axis(ax.xaxis, "percent")
    said = " ; ".join(f"{tool} {percent(share, 0)}" for tool, share in table["first_share"][::-1].items())
    return f"Part des pondérations où chaque outil est premier : {said}."


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
