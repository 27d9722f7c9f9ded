"""Figures of the chapter on value tiers: each takes an Axes, draws on it and returns it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from grc_helpers.style import ACCENT, GREY, LIGHT, PALETTE, french_axis, percent


def plot_pareto(ax, curve: pd.DataFrame, *, share: float, title: str):
    """Draw cumulative sales, largest customers first, and mark the top ``share``.

    Parameters
    ----------
    curve : DataFrame
        ``population_share`` and ``value_share`` of :func:`grc_helpers.value_tiers.lorenz`.
    """
    people, value = 1 - curve["population_share"], 1 - curve["value_share"]
    reached = float(np.interp(share, people[::-1], value[::-1]))
    ax.plot(people, value, color=ACCENT, linewidth=2)
    ax.plot([share, share, 0], [0, reached, reached], color=GREY, linestyle=":", linewidth=1.2)
    ax.plot([share], [reached], "o", color=ACCENT)
    ax.annotate(
        f"{percent(share, 0)} des clients\n{percent(reached)} du chiffre d'affaires",
        (share, reached),
        xytext=(14, -26),
        textcoords="offset points",
    )
    ax.set(xlim=(0, 1), ylim=(0, 1.02), title=title)
    ax.set_xlabel("Part des clients, du plus gros au plus petit")
    ax.set_ylabel("Part cumulée du chiffre d'affaires")
    french_axis(ax.xaxis, "percent")
    french_axis(ax.yaxis, "percent")
    return ax


def plot_lorenz(
    ax, curves: dict[str, pd.DataFrame], *, title: str, who: str = "clients", what: str = "du chiffre d'affaires"
):
    """Draw Lorenz curves with the line of equality; several curves are labelled by their keys, one is shaded."""
    ax.plot([0, 1], [0, 1], color=GREY, linestyle=":", linewidth=1.2)
    ax.text(0.40, 0.42, "égalité parfaite", color=GREY, rotation=45, ha="center", va="bottom", rotation_mode="anchor")
    for color, (label, curve) in zip(PALETTE, curves.items(), strict=False):
        people, value = curve["population_share"], curve["value_share"]
        ax.plot(people, value, color=color, linewidth=2)
        if len(curves) == 1:
            ax.fill_between(people, people, value, color=color, alpha=0.08, linewidth=0)
        else:
            ax.text(np.interp(0.25, value, people) - 0.02, 0.25, label, color=color, ha="right", va="center")
    ax.set(xlim=(0, 1), ylim=(0, 1), title=title, aspect="equal")
    ax.set_xlabel(f"Part des {who}, du plus petit au plus gros")
    ax.set_ylabel(f"Part cumulée {what}")
    french_axis(ax.xaxis, "percent")
    french_axis(ax.yaxis, "percent")
    return ax


def plot_tiers(ax, people: pd.Series, value: pd.Series, *, title: str):
    """Draw each tier's share of customers beside its share of sales (two series with the same index)."""
    place, width = np.arange(len(people)), 0.36
    for shift, series, color, label in (
        (-1, people, LIGHT, "des clients"),
        (1, value, ACCENT, "du chiffre d'affaires"),
    ):
        bars = ax.bar(place + shift * width / 2, series, width, color=color, label=f"part {label}")
        ax.bar_label(bars, [percent(share) for share in series], padding=2)
    ax.set_xticks(place, people.index)
    ax.set(ylim=(0, 1.12 * max(people.max(), value.max())), title=title)
    ax.set_ylabel("Part du total")
    french_axis(ax.yaxis, "percent")
    ax.legend(loc="upper center", bbox_to_anchor=(0.5, -0.08), ncols=2)
    return ax


def plot_transitions(ax, shares: pd.DataFrame, *, title: str):
    """Draw a transition table (rows sum to 1) as a grid whose cells carry their percentage."""
    ax.imshow(shares, cmap="Blues", vmin=0, vmax=1, aspect="auto")
    for row in range(shares.shape[0]):
        for column in range(shares.shape[1]):
            share = shares.iloc[row, column]
            ax.text(column, row, percent(share), ha="center", va="center", color="white" if share > 0.55 else "black")
    ax.set_xticks(range(shares.shape[1]), shares.columns)
    ax.set_yticks(range(shares.shape[0]), shares.index)
    ax.set(title=title, xlabel="Palier au semestre suivant", ylabel="Palier au premier semestre")
    ax.grid(False)
    return ax


def plot_whale(ax, curve: pd.DataFrame, *, title: str):
    """Draw cumulative profit, most profitable customers first, and mark its peak."""
    peak = curve.loc[curve["profit_share"].idxmax()]
    ax.plot(curve["population_share"], curve["profit_share"], color=ACCENT, linewidth=2)
    ax.axhline(1, color=GREY, linestyle=":", linewidth=1.2)
    ax.plot([peak["population_share"]], [peak["profit_share"]], "o", color=ACCENT)
    ax.annotate(
        f"sommet : {percent(peak['profit_share'], 0)} du profit\n"
        f"avec {percent(peak['population_share'], 0)} des clients",
        (peak["population_share"], peak["profit_share"]),
        xytext=(0.97, 0.06),
        textcoords="axes fraction",
        ha="right",
    )
    ax.set(xlim=(0, 1), ylim=(0, 1.1 * peak["profit_share"]), title=title)
    ax.set_xlabel("Part des clients, du plus rentable au moins rentable")
    ax.set_ylabel("Profit cumulé, en part du profit total")
    french_axis(ax.xaxis, "percent")
    french_axis(ax.yaxis, "percent")
    return ax
