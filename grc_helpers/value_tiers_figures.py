"""Figures of the chapter on value tiers: each draws on ``ax`` (or a new figure), titles it, returns it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from grc_helpers.style import ACCENT, GREY, LIGHT, PALETTE, french_axis, new_axes, number, percent


def plot_pareto(curve: pd.DataFrame, *, share: float, ax=None):
    """Draw cumulative sales, largest customers first; the title says what the top ``share`` makes.

    Parameters
    ----------
    curve : DataFrame
        ``population_share`` and ``value_share`` of :func:`grc_helpers.value_tiers.lorenz`.
    """
    ax = new_axes(ax)
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
    ax.set(xlim=(0, 1), ylim=(0, 1.02), title=f"Les {percent(share, 0)} premiers clients font {percent(reached)} du CA")
    ax.set_xlabel("Part des clients, du plus gros au plus petit")
    ax.set_ylabel("Part cumulée du chiffre d'affaires")
    french_axis(ax.xaxis, "percent")
    french_axis(ax.yaxis, "percent")
    return ax


def plot_lorenz(
    curves: dict[str, pd.DataFrame],
    *,
    title: str,
    who: str = "clients",
    what: str = "du chiffre d'affaires",
    ax=None,
):
    """Draw Lorenz curves with the line of equality; several curves are labelled by their keys, one is shaded."""
    ax = new_axes(ax, size=(5.4, 5.2))
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


def plot_tiers(tiers: pd.DataFrame, *, ax=None):
    """Draw each tier's share of customers beside its share of sales; the title compares the first with the last.

    Parameters
    ----------
    tiers : DataFrame indexed by tier, the best first
        customer_share, sales_share, sales_per_customer (:func:`grc_helpers.value_tiers.value_by_group`).
    """
    ax, place, width = new_axes(ax), np.arange(len(tiers)), 0.36
    for shift, column, color, label in (
        (-1, "customer_share", LIGHT, "part des clients"),
        (1, "sales_share", ACCENT, "part du chiffre d'affaires"),
    ):
        bars = ax.bar(place + shift * width / 2, tiers[column], width, color=color, label=label)
        ax.bar_label(bars, [percent(share) for share in tiers[column]], padding=2)
    good, small = tiers["sales_per_customer"].iloc[[0, -1]]
    title = f"Un bon client achète autant que {number(good / small, 1)} petits" if small else "Les petits : aucun achat"
    ax.set_xticks(place, tiers.index)
    ax.set(ylim=(0, 1.12 * tiers[["customer_share", "sales_share"]].max(axis=None)), title=title)
    ax.set_ylabel("Part du total")
    french_axis(ax.yaxis, "percent")
    ax.legend(loc="upper center", bbox_to_anchor=(0.5, -0.08), ncols=2)
    return ax


def plot_tier_moves(moves: pd.DataFrame, *, ax=None):
    """Draw where each tier's customers are in the next period; the title says how many of the best are still there.

    Parameters
    ----------
    moves : DataFrame
        :func:`grc_helpers.tier_stability.tier_transitions`; a tier that nobody was in shows dashes.
    """
    ax, shares = new_axes(ax), moves.div(moves.sum(axis=1), axis=0)
    ax.imshow(shares, cmap="Blues", vmin=0, vmax=1, aspect="auto")
    for (row, column), share in np.ndenumerate(shares.to_numpy()):
        ax.text(column, row, percent(share), ha="center", va="center", color="white" if share > 0.55 else "black")
    ax.set_xticks(range(shares.shape[1]), shares.columns)
    ax.set_yticks(range(shares.shape[0]), shares.index)
    ax.set_title(f"{percent(shares.loc['Bons', 'Bons'])} des bons clients le sont encore à la période suivante")
    ax.set(xlabel="Palier à la seconde période", ylabel="Palier à la première période")
    ax.grid(False)
    return ax


def plot_whale(curve: pd.DataFrame, *, ax=None):
    """Draw cumulative profit, most profitable customers first; the title tells its peak (costs are simulated).

    Parameters
    ----------
    curve : DataFrame
        ``population_share`` and ``profit_share`` of :func:`grc_helpers.profitability.whale_curve`.
    """
    ax, peak = new_axes(ax), curve.loc[curve["profit_share"].idxmax()]
    people, profit = (percent(peak[name], 0) for name in ("population_share", "profit_share"))
    ax.plot(curve["population_share"], curve["profit_share"], color=ACCENT, linewidth=2)
    ax.axhline(1, color=GREY, linestyle=":", linewidth=1.2)
    ax.plot([peak["population_share"]], [peak["profit_share"]], "o", color=ACCENT)
    ax.annotate(
        f"sommet : {profit} du profit\navec {people} des clients",
        (peak["population_share"], peak["profit_share"]),
        xytext=(0.97, 0.06),
        textcoords="axes fraction",
        ha="right",
    )
    ax.set(xlim=(0, 1), ylim=(0, 1.1 * peak["profit_share"]))
    extra = peak["profit_share"] - 1
    told = f"Les {people} plus rentables font {profit} du profit" if extra >= 0.005 else "Presque rien n'est perdu"
    ax.set_title(f"{told} (coûts simulés)" if extra else "Aucun client ne fait perdre d'argent (coûts simulés)")
    ax.set_xlabel("Part des clients, du plus rentable au moins rentable")
    ax.set_ylabel("Profit cumulé, en part du profit total")
    french_axis(ax.xaxis, "percent")
    french_axis(ax.yaxis, "percent")
    return ax
