"""Figures of notebook 09: each title states the finding."""

import textwrap

import numpy as np
import pandas as pd

from grc_helpers.style import ACCENT, GREY, LIGHT, PALETTE, french_axis, new_axes, number, percent


def short(name: str, length: int = 24) -> str:
    """Cut a long name for an axis."""
    return name if len(name) <= length else name[: length - 1].rstrip() + "…"


def titled(ax, text: str, *, width: int = 58) -> None:
    """Write the finding over the axes, cut into lines where long names leave them little room."""
    ax.set_title(textwrap.fill(text, width, break_on_hyphens=False))


def plot_dashboard(months: pd.DataFrame, items: pd.DataFrame, *, currency: str):
    """Draw four panels: sales, orders and average basket by month, then the items that sell most; return the figure.

    Parameters
    ----------
    months : DataFrame
        `cube.monthly`.
    items : DataFrame
        `cube.top_cells`.
    """
    import matplotlib.pyplot as plt

    fig, axes = plt.subplots(2, 2, figsize=(8.4, 5.4))
    panels = (("sales", "CA par mois", "money"), ("n_customers", "Clients par mois", "number"))
    panels += (("average_basket", "Panier moyen", "money"),)
    for ax, (column, title, kind) in zip(axes.flat, panels, strict=False):
        values = months[column]
        ax.plot(values.index, values, color=ACCENT, marker="o", markersize=3)
        ax.set(title=title, ylim=(0, 1.15 * values.max()))
        french_axis(ax.yaxis, kind, currency=currency)
        ax.xaxis.set_major_formatter(lambda day, _: _month(day))
        ax.xaxis.set_major_locator(plt.MaxNLocator(5))
    ax, ordered = axes[1, 1], items.iloc[::-1]
    bars = ax.barh([short(name, 20) for name in ordered.index], ordered["sales_share"], color=ACCENT)
    ax.bar_label(bars, [percent(share) for share in ordered["sales_share"]], padding=3)
    ax.set(title="Produits : part du CA", xlim=(0, 1.3 * ordered["sales_share"].max()))
    ax.grid(visible=False)
    french_axis(ax.xaxis, "percent")
    return fig


def _month(day: float) -> str:
    from matplotlib.dates import num2date

    return f"{num2date(day):%m/%Y}"


def plot_lifts(pairs: pd.DataFrame, *, ax=None):
    """Draw the lift of pairs with two intervals: baskets independent (thin), customers independent (thick, grey).

    Parameters
    ----------
    pairs : DataFrame
        first, second, lift, lift_low, lift_high, cluster_low, cluster_high; drawn from top to bottom.
    """
    ax, place = new_axes(ax, size=(7.6, 0.42 * len(pairs) + 1.4)), np.arange(len(pairs))[::-1]
    ax.hlines(
        place, pairs["cluster_low"], pairs["cluster_high"], color=LIGHT, linewidth=7, label="clients indépendants"
    )
    ax.hlines(place, pairs["lift_low"], pairs["lift_high"], color=ACCENT, linewidth=2, label="paniers indépendants")
    ax.plot(pairs["lift"], place, "o", color=ACCENT, markersize=4)
    ax.axvline(1, color=GREY, linestyle=":")
    names = zip(pairs["first"], pairs["second"], strict=True)
    ax.set_yticks(place, [f"{short(first, 21)} + {short(second, 21)}" for first, second in names], fontsize=8)
    ax.set_xlabel("Lift (1 : comme si les deux s'ignoraient)")
    most = pairs["lift"].iloc[0]
    told = f"La paire la plus liée se voit {number(most, 1)} fois plus que par indépendance"
    titled(ax, told if most >= 1.05 else "Aucune paire ne se voit nettement plus que par indépendance", width=44)
    ax.set_xlim(0, 1.05 * np.nanmax(pairs[["lift_high", "cluster_high"]].to_numpy()))
    french_axis(ax.xaxis, "number", decimals=0 if pairs["lift"].iloc[0] > 4 else 1)
    ax.grid(visible=False)
    ax.legend(title="Intervalle à 95 %", loc="lower right", fontsize=8, frameon=True, framealpha=0.9, edgecolor="white")
    return ax


def plot_discoveries(found: pd.DataFrame, *, tested: int, ax=None):
    """Draw how many pairs each rule calls linked, in real and in shuffled baskets.

    Parameters
    ----------
    found : DataFrame
        Indexed by rule; columns « Vrais paniers » and « Paniers mélangés ».
    tested : int
        Number of pairs.
    """
    ax, place = new_axes(ax, size=(7.6, 3.8)), np.arange(len(found))[::-1]
    for shift, (column, color) in enumerate(zip(found.columns, (ACCENT, PALETTE[1]), strict=True)):
        bars = ax.barh(place + 0.19 - 0.38 * shift, found[column], height=0.36, color=color, label=column)
        ax.bar_label(bars, [number(value) for value in found[column]], padding=3)
    names = [name.replace(", ", ",\n", 1) for name in found.index]
    ax.set_yticks(place, names)
    ax.set(xlim=(0, 1.15 * max(tested, 1)), xlabel=f"Paires déclarées liées, sur {number(tested)} examinées")
    naive, strict = found["Paniers mélangés"].iloc[1], found["Paniers mélangés"].iloc[-1]
    titled(
        ax,
        f"Sans aucun lien : {number(naive)} « découvertes » par le test usuel, {number(strict)} par le bon",
        width=50,
    )
    french_axis(ax.xaxis, "number")
    ax.grid(visible=False)
    ax.legend(loc="lower right")
    return ax


def plot_bundle_gains(table: pd.DataFrame, gains: pd.DataFrame, *, currency: str, ax=None):
    """Draw the gain of each bundle by the share of baskets converted; the title tells the least break-even.

    Parameters
    ----------
    table : DataFrame
        `offers.bundles`, a row a bundle: its break_even.
    gains : DataFrame
        Indexed by conversion, a column a bundle.
    """
    ax = new_axes(ax)
    for color, name in zip(PALETTE, gains.columns, strict=False):
        ax.plot(gains.index, gains[name], color=color, linewidth=2, label=name)
    ax.axhline(0, color=GREY, linestyle=":")
    least = table["break_even"].min()
    titled(
        ax,
        "Aucun de ces lots ne peut gagner d'argent à ce prix"
        if np.isnan(least)
        else f"Le meilleur lot doit convertir {percent(least)} des paniers visés pour ne rien perdre",
    )
    ax.set(xlabel="Part des paniers à un seul des deux produits que le lot convertit", xlim=(0, gains.index.max()))
    ax.set_ylabel("Gain de marge sur la période")
    french_axis(ax.xaxis, "percent")
    french_axis(ax.yaxis, "money", currency=currency)
    ax.legend(loc="best", fontsize=8)
    return ax


def plot_uplift(table: pd.DataFrame, *, ax=None):
    """Draw, group by group, what buys anyway and what the offer adds.

    Parameters
    ----------
    table : DataFrame
        `upselling.response_and_uplift`.
    """
    ax, place = new_axes(ax, size=(7.6, 3.4)), np.arange(len(table))[::-1]
    ax.barh(place, table["control"], color=LIGHT, height=0.55, label="achètent sans l'offre")
    ax.barh(place, table["uplift"], left=table["control"], color=ACCENT, height=0.55, label="ajoutés par l'offre")
    low, high = table["control"] + table["uplift_low"], table["control"] + table["uplift_high"]
    ax.hlines(place, low, high, color="black", linewidth=1.2)
    ax.set_yticks(place, table.index)
    best = table["uplift"].idxmax()
    told = f"« {best} », {number(100 * table.loc[best, 'uplift'], 1)} points"
    titled(ax, f"Là où l'offre ajoute le plus : {told}", width=50)
    ax.set_xlabel("Part des clients qui achètent (trait : intervalle à 95 % de l'effet)")
    french_axis(ax.xaxis, "percent")
    ax.grid(visible=False)
    ax.legend(loc="upper center", bbox_to_anchor=(0.4, -0.2), ncols=2)
    return ax


def plot_causes(worlds: dict[str, pd.DataFrame], *, truths: dict[str, float]):
    """Draw the estimates of the offer's effect, a panel a world, with the truth; return the figure.

    Parameters
    ----------
    worlds : dict of str to DataFrame
        `causality.estimates`, by name of the world.
    truths : dict of str to float
    """
    import matplotlib.pyplot as plt

    fig, axes = plt.subplots(1, len(worlds), figsize=(8.2, 2.9), sharey=True, sharex=True)
    for ax, (name, table) in zip(np.atleast_1d(axes), worlds.items(), strict=True):
        place = np.arange(len(table))[::-1]
        right = (table["low"] <= truths[name]) & (truths[name] <= table["high"])
        colors = [ACCENT if ok else PALETTE[1] for ok in right]
        ax.hlines(place, table["low"], table["high"], color=colors, linewidth=2.5)
        ax.scatter(table["estimate"], place, color=colors, zorder=3)
        ax.axvline(truths[name], color=GREY, linestyle="--")
        ax.set_yticks(place, table.index)
        ax.set(title=name, ylim=(-0.6, len(table) - 0.4))
        french_axis(ax.xaxis, "percent")
        ax.grid(visible=False)
    name, table = next(iter(worlds.items()))
    points = number(100 * (table["estimate"].iloc[0] - truths[name]), 1)
    title = f"« {name} » : la corrélation brute se trompe de {points} points"
    fig.suptitle(title, fontweight="bold", fontsize=10.5, x=0.01, ha="left")
    fig.supxlabel("Effet estimé sur la chance d'acheter (tireté : le vrai)", fontsize=9.5, color=GREY)
    return fig


def plot_patterns(table: pd.DataFrame, *, ax=None):
    """Draw the share of each group that holds a pattern, most telling first.

    Parameters
    ----------
    table : DataFrame
        `sequences.discriminating`, with ``shown`` (the pattern written); drawn from top to bottom.
    """
    ax, place = new_axes(ax, size=(7.6, 0.42 * len(table) + 1.3)), np.arange(len(table))[::-1]
    ax.hlines(place, table["share_others"], table["share_group"], color=LIGHT, linewidth=4)
    ax.plot(table["share_group"], place, "o", color=PALETTE[1], label="avant une résiliation")
    ax.plot(table["share_others"], place, "o", color=ACCENT, label="avant un jour quelconque")
    ax.set_yticks(place, table["shown"])
    best = table.iloc[0]
    shares = (
        f"{percent(best['share_group'], 0)} des résiliations, {percent(best['share_others'], 0)} des jours quelconques"
    )
    titled(ax, f"« {best['shown']} » précède {shares}", width=52)
    ax.set(xlabel="Part des contrats où le motif est présent", xlim=(-0.02, 1.1 * table["share_group"].max()))
    french_axis(ax.xaxis, "percent")
    ax.grid(visible=False)
    ax.legend(loc="lower right")
    return ax


def plot_models(tables: dict[str, pd.DataFrame], *, k: int):
    """Draw hit@k of each model with its interval, a panel a question; return the figure.

    Parameters
    ----------
    tables : dict of str to DataFrame
        `prediction.evaluated`, by title of panel.
    """
    import matplotlib.pyplot as plt

    fig, axes = plt.subplots(1, len(tables), figsize=(8.4, 3.1), sharey=True)
    for ax, (title, table) in zip(np.atleast_1d(axes), tables.items(), strict=True):
        place, best = np.arange(len(table))[::-1], table["hit"].max()
        colors = [ACCENT if value == best else LIGHT for value in table["hit"]]
        ax.barh(place, table["hit"], color=colors, height=0.6)
        ax.hlines(place, table["hit_low"], table["hit_high"], color="black", linewidth=1.2)
        for y, high, value in zip(place, table["hit_high"], table["hit"], strict=True):
            ax.text(high + 0.01 * best, y, f" {percent(value)}", va="center", fontsize=8.5)
        ax.set_yticks(place, table.index)
        ax.set(title=title, xlim=(0, 1.3 * table["hit_high"].max()), xlabel=f"hit@{k}")
        french_axis(ax.xaxis, "percent")
        ax.grid(visible=False)
    first = [f"{title.lower()}, {table['hit'].idxmax()}" for title, table in tables.items()]
    fig.suptitle(f"En tête : {' ; '.join(first)}", fontweight="bold", fontsize=10.5, x=0.01, ha="left")
    return fig


def plot_range_moves(moves: pd.DataFrame, *, net: dict, ax=None):
    """Draw where the households of each range are after; the title tells the net migration.

    Parameters
    ----------
    moves : DataFrame
        Rows: range before; columns: range after; numbers of households.
    net : dict
        `upselling.net_migration`.
    """
    ax, shares = new_axes(ax, size=(6.2, 3.4)), moves.div(moves.sum(axis=1), axis=0)
    ax.imshow(shares, cmap="Blues", vmin=0, vmax=1, aspect="auto")
    for (row, column), share in np.ndenumerate(shares.to_numpy()):
        text = f"{percent(share, 0)}\n({number(moves.iat[row, column])} foyers)"
        ax.text(column, row, text, ha="center", va="center", color="white" if share > 0.55 else "black", fontsize=9)
    ax.set_xticks(range(len(moves.columns)), moves.columns)
    ax.set_yticks(range(len(moves)), moves.index)
    ax.set(xlabel="Gamme principale au second semestre", ylabel="Au premier semestre")
    ax.set_title(f"{number(net['up'])} foyers montent en gamme, {number(net['down'])} en descendent")
    ax.grid(visible=False)
    return ax
