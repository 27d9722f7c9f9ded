"""Figures of the chapter on a firm's value: each takes an Axes, draws on it and returns it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from grc_helpers.firm_value import intangible_share, steps
from grc_helpers.style import ACCENT, GREY, LIGHT, PALETTE, french_axis, money, number, percent


def plot_waterfall(ax, amounts: pd.Series, *, total: str, write, title: str, ylabel: str):
    """Draw amounts one after another, then their total.

    Parameters
    ----------
    amounts : Series
        In order; losses are negative.
    total : str
        Label of the last bar.
    write : callable
        From amount to text.
    """
    bars = steps(amounts).rename(index={"Total": total})
    change = bars["end"] - bars["start"]
    colors = [LIGHT if value >= 0 else PALETTE[1] for value in change[:-1]] + [ACCENT]
    place = np.arange(len(bars))
    ax.bar(place, change, bottom=bars["start"], color=colors, width=0.68)
    top = bars.max(axis=1)
    for x, value in zip(place, change, strict=True):
        ax.text(x, top.iloc[x] + 0.012 * top.max(), write(value), ha="center", va="bottom", fontsize=8.5)
    for x in place[:-1]:
        ax.plot([x + 0.34, x + 0.66], [bars["end"].iloc[x]] * 2, color=GREY, linewidth=0.8)
    ax.axhline(0, color=GREY, linewidth=0.8)
    ax.set_xticks(place, [label.replace(" ", "\n", 1) for label in bars.index])
    ax.set_title(title, parse_math=False)
    ax.set(ylabel=ylabel, ylim=(min(0, 1.1 * bars.min(axis=None)), 1.12 * top.max()))
    french_axis(ax.yaxis)
    return ax


def plot_ratios(ax, ratios, averages: pd.DataFrame, *, claim: float, title: str):
    """Draw how a ratio is spread over firms, its three averages, and what the course announces.

    Parameters
    ----------
    averages : DataFrame
        ``value`` of :func:`grc_helpers.firm_value.three_averages`.
    """
    ratios, last = np.asarray(ratios, dtype=float), claim * 1.5
    ax.hist(np.minimum(ratios, last), bins=np.linspace(0, last, 37), color=LIGHT, edgecolor="white")
    top = ax.get_ylim()[1]
    for k, (name, value) in enumerate(averages["value"].items()):
        ax.axvline(value, color=PALETTE[k], linewidth=1.8)
        ax.text(value + 0.05, top * (0.97 - 0.1 * k), f"{name} {number(value, 2)}", color=PALETTE[k], va="top")
    ax.axvline(claim, color=GREY, linestyle=":", linewidth=1.4)
    ax.text(claim - 0.05, top * 0.5, f"{number(claim)} fois,\nselon le cours", color=GREY, ha="right")
    ax.set_title(title, parse_math=False)
    ax.set(
        xlim=(0, last), xlabel="Valeur en bourse ÷ total de l'actif (dernière barre : au-delà)", ylabel="Entreprises"
    )
    french_axis(ax.xaxis, decimals=0)
    french_axis(ax.yaxis)
    return ax


def plot_share_curve(ax, firms: pd.Series, *, title: str):
    """Draw the share of intangibles against market to book, with real firms on the curve.

    Parameters
    ----------
    firms : Series
        Market to book by firm.
    """
    grid = np.geomspace(1, max(60, 1.2 * firms.max()), 200)
    ax.plot(grid, intangible_share(grid), color=GREY, linewidth=1.6)
    for claim, label in ((4, "4 fois : 75 %"), (10, "10 fois : 9/10")):
        ax.plot([claim, claim, 1], [0, intangible_share(claim), intangible_share(claim)], color=GREY, ls=":", lw=1)
        ax.text(claim * 1.04, 0.03, label, color=GREY, rotation=90, va="bottom", ha="left")
    for k, (name, value) in enumerate(firms.sort_values().items()):
        share, below = intangible_share(value), k % 2 == 0  # labels on both sides of the curve, in turn
        ax.plot(value, share, "o", color=ACCENT, markersize=7)
        place = {"xytext": (7, -13), "ha": "left"} if below else {"xytext": (-6, 6), "ha": "right"}
        ax.annotate(f"{name} {percent(share, 0)}", (value, share), textcoords="offset points", color=ACCENT, **place)
    ax.set_xscale("log")
    ticks = [1, 2, 4, 10, 20, 40]
    ax.set_xticks(ticks, [number(tick) for tick in ticks])
    ax.minorticks_off()
    ax.set_title(title, parse_math=False)
    ax.set(xlim=(1, grid[-1]), ylim=(0, 1.02), xlabel="Valeur en bourse ÷ valeur comptable (échelle logarithmique)")
    ax.set_ylabel("Part absente du bilan")
    french_axis(ax.yaxis, "percent")
    return ax


def plot_parts(ax, parts: pd.Series, *, write, title: str, xlabel: str):
    """Draw the parts of a price as one stacked bar, largest label inside, small ones above."""
    left, colors = 0.0, (LIGHT, ACCENT, PALETTE[2], PALETTE[4], PALETTE[3], GREY)
    for k, (name, amount) in enumerate(parts.items()):
        ax.barh(0, amount, left=left, color=colors[k % len(colors)], height=0.5)
        middle, wide = left + amount / 2, amount / parts.sum() > 0.12
        ink = "white" if wide and k % len(colors) in (1, 5) else "black"
        height, side = (0, "center") if wide else (0.3 + 0.12 * (k % 2), "bottom")
        x, align = (middle, "center") if k else (left, "left")
        ax.text(x, height, f"{name}\n{write(amount)}", ha=align, va=side, fontsize=8.5, color=ink)
        left += amount
    ax.set_title(title, parse_math=False)
    ax.set(yticks=[], ylim=(-0.35, 0.75), xlim=(0, left), xlabel=xlabel)
    ax.grid(False)
    french_axis(ax.xaxis)
    return ax


def plot_spread(ax, draws: dict[str, np.ndarray], *, title: str):
    """Draw, for bases of several sizes, how far the value found may be from the value expected (both as 1)."""
    for k, values in enumerate(draws.values()):
        values = np.asarray(values) / np.mean(values)
        low, high = np.quantile(values, [0.05, 0.95])
        ax.plot([low, high], [k, k], color=ACCENT, linewidth=7, solid_capstyle="butt", alpha=0.35)
        ax.plot(np.median(values), k, "o", color=ACCENT)
        ax.text(high + 0.03, k, f"de {number(low, 2)} à {number(high, 2)}", va="center")
    ax.axvline(1, color=GREY, linestyle=":", linewidth=1.2)
    ax.set_yticks(range(len(draws)), list(draws))
    ax.set_title(title, parse_math=False)
    ax.set(
        ylim=(-0.6, len(draws) - 0.4), xlabel="Valeur trouvée ÷ valeur espérée (neuf tirages sur dix ; point : médiane)"
    )
    ax.set_xlim(0, ax.get_xlim()[1] * 1.15)
    ax.grid(axis="y", visible=False)
    french_axis(ax.xaxis, decimals=2)
    return ax


def plot_funnel(ax, funnel: pd.DataFrame, *, title: str):
    """Draw how many pieces of information pass each stage, first stage on top."""
    place = np.arange(len(funnel))[::-1]
    ax.barh(place, funnel["share"], color=ACCENT, height=0.62)
    for y, count, share in zip(place, funnel["count"], funnel["share"], strict=True):
        ax.text(share + 0.01, y, f"{number(count)} ({percent(share)})", va="center")
    ax.set_yticks(place, funnel.index)
    ax.set_title(title, parse_math=False)
    ax.set(xlim=(0, 1.2), xlabel="Part de ce qui a été demandé")
    ax.grid(axis="y", visible=False)
    french_axis(ax.xaxis, "percent")
    return ax


def plot_avoided(ax, at_stake: float, loss: tuple[float, float, float], *, truth: float, currency: str, title: str):
    """Draw the yearly margin that a shared base would save, against the number of departures in a year.

    Parameters
    ----------
    at_stake : float
        Yearly margin of the active customers of one departure.
    loss : (float, float, float)
        Share lost for want of a shared base: estimate, low, high.
    truth : float
        The same share, as the simulator has it.
    """
    departures = np.arange(0, 6)
    ax.fill_between(
        departures, loss[1] * at_stake * departures, loss[2] * at_stake * departures, color=LIGHT, alpha=0.6
    )
    upper = max(loss[0], truth)
    for share, color, style, name in (
        (loss[0], ACCENT, "-", "estimation"),
        (truth, GREY, "--", "vérité du simulateur"),
    ):
        ax.plot(departures, share * at_stake * departures, style, color=color)
        words, side = (
            f"{name}\n{money(share * at_stake * departures[-1], currency)}",
            "bottom" if share == upper else "top",
        )
        ax.text(5.08, share * at_stake * departures[-1], words, color=color, va=side, fontsize=8.5)
    ax.axhline(0, color=GREY, linewidth=0.8)
    ax.set_title(title, parse_math=False)
    ax.set(
        xlim=(0, 6.4), xticks=departures, xlabel="Départs sans base partagée, dans l'année (bande : intervalle à 95 %)"
    )
    ax.set_ylabel(f"Marge d'un an évitée ({currency})")
    french_axis(ax.yaxis)
    return ax
