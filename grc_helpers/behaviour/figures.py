"""Figures of behaviour: each draws on ``ax`` (or a new figure), titles it with the finding, returns it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from grc_helpers.style import ACCENT, GREY, LIGHT, PALETTE, french_axis, new_axes, number, percent, typeset


def plot_hours(table: pd.DataFrame, *, hours: bool, ax=None):
    """Draw the orders by hour (or month) and day; ``table`` is from :func:`occasions.hour_by_day`."""
    ax = new_axes(ax, size=(7.2, 0.165 * len(table) + 1.5))
    ax.imshow(table, cmap="Blues", aspect="auto", vmin=0)
    row, column = np.unravel_index(table.to_numpy().argmax(), table.shape)
    label = (lambda value: f"{value} h") if hours else (lambda value: f"mois {value}")
    ax.text(
        column,
        row,
        percent(table.iloc[row, column]),
        ha="center",
        va="center",
        color="white",
        fontweight="bold",
        fontsize=8,
    )
    ax.set_xticks(range(7), table.columns)
    ax.set_yticks(range(len(table)), [label(value) for value in table.index])
    what = "Heure d'achat" if hours else "Mois d'achat"
    ax.set(
        xlabel="Jour de la semaine",
        ylabel=what,
        title=f"Le moment le plus chargé : {table.columns[column]} {label(table.index[row])}",
    )
    ax.grid(False)
    return ax


def plot_transitions(table: pd.DataFrame, *, title: str, rows: str, columns: str, ax=None):
    """Draw where each row goes: shares of each line; an empty line shows dashes."""
    ax, shares = new_axes(ax, size=(7.2, 0.5 * len(table) + 1.6)), table.div(table.sum(axis=1), axis=0)
    ax.imshow(shares.fillna(0), cmap="Blues", vmin=0, vmax=1, aspect="auto")
    for (row, column), share in np.ndenumerate(shares.to_numpy()):
        ax.text(column, row, percent(share, 0), ha="center", va="center", color="white" if share > 0.55 else "black")
    ax.set_xticks(range(table.shape[1]), table.columns)
    ax.set_yticks(range(table.shape[0]), [f"{name} ({number(size)})" for name, size in table.sum(axis=1).items()])
    ax.set(xlabel=columns, ylabel=rows)
    ax.set_title(_wrapped(title))
    ax.grid(False)
    return ax


def plot_regression(table: pd.DataFrame, *, unit: str, seen: bool = False, ax=None):
    """Draw each level's mean now and in the next period, with the forecast; ``seen``: with what was then observed."""
    ax = new_axes(ax)
    for color, (level, row) in zip(PALETTE[::-1][-len(table) :], table.iloc[::-1].iterrows(), strict=False):
        ax.plot([0, 1], [row["now"], row["then"]], marker="o", color=color, linestyle="--" if seen else "-")
        ax.annotate(
            f"{level} : {number(row['now'], 1)}",
            (0, row["now"]),
            xytext=(-8, 0),
            textcoords="offset points",
            ha="right",
            va="center",
            color=color,
        )
        ax.annotate(
            number(row["then"], 1),
            (1, row["then"]),
            xytext=(9, 0),
            textcoords="offset points",
            va="center",
            color=color,
        )
        if seen:
            ax.errorbar(
                [1.22],
                [row["seen"]],
                [[row["seen"] - row["low"]], [row["high"] - row["seen"]]],
                fmt="s",
                color=color,
                capsize=3,
            )
            ax.annotate(
                number(row["seen"], 1),
                (1.22, row["seen"]),
                xytext=(9, 0),
                textcoords="offset points",
                va="center",
                color=color,
            )
    heavy = table.iloc[-1]
    ax.set_title(
        f"Les gros passent de {number(heavy['now'], 1)} à {number(heavy['then'], 1)} : aucun n'a changé"
        if not seen
        else f"Les gros : {number(heavy['now'], 1)}, prévu {number(heavy['then'], 1)}, vu {number(heavy['seen'], 1)}"
    )
    ax.set_xticks(
        [0, 1, 1.22] if seen else [0, 1],
        ["cette période", "suivante,\nprévue", "vue"] if seen else ["cette année", "l'année suivante, attendu"],
    )
    ax.set(
        ylabel=unit,
        xlim=(-0.55, 1.45 if seen else 1.3),
        ylim=(-0.04 * table["now"].max(), 1.08 * table[["now", "then"]].max(axis=None)),
    )
    return ax


def plot_circle(table: pd.DataFrame, shares, *, ax=None):
    """Draw the correlation circle of an ACP (:func:`factorial.variables_table`); ``shares``: inertia of the axes."""
    ax = new_axes(ax, size=(5.8, 5.6))
    angle = np.linspace(0, 2 * np.pi, 200)
    ax.plot(np.cos(angle), np.sin(angle), color=GREY, linewidth=1)
    ax.axhline(0, color=LIGHT)
    ax.axvline(0, color=LIGHT)
    texts = []
    for name, row in table.iterrows():
        x, y, color = row["axis_1"], row["axis_2"], ACCENT if row["cos2"] >= 0.5 else GREY
        ax.annotate("", (x, y), (0, 0), arrowprops={"arrowstyle": "->", "color": color})
        texts.append((x, y, str(name), color))
    ax.set(xlim=(-1.35, 1.35), ylim=(-1.15, 1.15), aspect="equal")
    label_points(ax, texts, fontsize=9)
    best = table["cos2"].idxmax()
    ax.set(
        xlim=(-1.35, 1.35),
        ylim=(-1.15, 1.15),
        aspect="equal",
        title=f"Le plan montre le mieux « {best} » (cos² = {number(table.loc[best, 'cos2'], 2)})",
    )
    ax.set_xlabel(f"Axe 1 ({percent(shares[0], 0)} de l'inertie)")
    ax.set_ylabel(f"Axe 2 ({percent(shares[1], 0)} de l'inertie)")
    french_axis(ax.xaxis, decimals=1)
    french_axis(ax.yaxis, decimals=1)
    ax.grid(False)
    return ax


def plot_points(clouds: dict[str, pd.DataFrame], shares, *, title: str, ax=None):
    """Draw the points of an AFC: ``clouds`` maps a kind of point to its axis_1 and axis_2."""
    ax = new_axes(ax, size=(7.2, 5.0))
    ax.axhline(0, color=LIGHT)
    ax.axvline(0, color=LIGHT)
    texts = []
    for color, marker, (kind, cloud) in zip(PALETTE[1::-1], "sox", clouds.items(), strict=False):
        ax.scatter(cloud["axis_1"], cloud["axis_2"], color=color, marker=marker, label=kind, s=30)
        texts += [(row["axis_1"], row["axis_2"], str(name), color) for name, row in cloud.iterrows()]
    ax.margins(0.2)
    label_points(ax, texts)
    ax.set_title(_wrapped(title))
    ax.set_xlabel(f"Axe 1 ({percent(shares[0], 0)} de l'inertie)")
    ax.set_ylabel(f"Axe 2 ({percent(shares[1], 0)} de l'inertie)")
    french_axis(ax.xaxis, decimals=1)
    french_axis(ax.yaxis, decimals=1)
    ax.grid(False)
    ax.legend(loc="upper center", bbox_to_anchor=(0.5, -0.12), ncols=len(clouds))
    return ax


def label_points(ax, texts: list[tuple], *, fontsize: float = 8, away: float = 7) -> None:
    """Write labels beside points, each at the first place where it meets no other label and no point.

    Parameters
    ----------
    texts : list of (x, y, text, color)
    away : float
        Distance from the point, in typographic points.
    """
    from matplotlib.transforms import Bbox

    figure, d = ax.figure, away
    figure.canvas.draw()
    renderer = figure.canvas.get_renderer()
    spots = ax.transData.transform([(x, y) for x, y, *_ in texts]) if texts else []
    taken = [Bbox.from_bounds(x - 4, y - 4, 8, 8) for x, y in spots]
    near = [(d, 0, "left", "center"), (-d, 0, "right", "center"), (0, d, "center", "bottom"), (0, -d, "center", "top")]
    near += [(d, d, "left", "bottom"), (-d, d, "right", "bottom"), (d, -d, "left", "top"), (-d, -d, "right", "top")]
    near += [(x, 2.4 * y + 0.01 * x, side, up) for x, y, side, up in near[2:]]
    frame = ax.get_window_extent(renderer)
    for x, y, text, color in texts:
        tried = []
        for dx, dy, ha, va in near:
            place = {"xytext": (dx, dy), "textcoords": "offset points", "ha": ha, "va": va}
            note = ax.annotate(text, (x, y), **place, color=color, fontsize=fontsize)
            box = note.get_window_extent(renderer).expanded(1.02, 1.05)
            inside = frame.x0 <= box.x0 and box.x1 <= frame.x1
            tried.append((sum(box.overlaps(other) for other in taken) + 2 * (not inside), len(tried), place, box))
            note.remove()
            if tried[-1][0] == 0:
                break
        _clashes, _order, place, box = min(tried, key=lambda one: one[:2])
        ax.annotate(text, (x, y), **place, color=color, fontsize=fontsize)
        taken.append(box)


def _wrapped(title: str, width: int = 74) -> str:
    import textwrap

    return "\n".join(textwrap.wrap(typeset(title), width))
