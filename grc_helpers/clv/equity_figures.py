"""Figures of what customers are worth together: past and future, tenure, equity against truth and price, recovery."""

from __future__ import annotations

import numpy as np
import pandas as pd

from grc_helpers.clv.quadrants import ORDER
from grc_helpers.style import ACCENT, GREY, LIGHT, PALETTE, french_axis, money, number, percent

COLOURS = dict(zip(ORDER, (ACCENT, PALETTE[2], PALETTE[1], LIGHT), strict=True))


def plot_quadrants(ax, past: pd.Series, future: pd.Series, group: pd.Series, *, currency: str, seed: int) -> str:
    """Draw each customer's past contribution and future value (log scales), by quadrant; 4 000 points at most."""
    rng = np.random.default_rng(seed)
    rows = np.sort(rng.choice(len(past), size=min(4_000, len(past)), replace=False))
    floor_x, floor_y = max(past.quantile(0.02), 0.01), max(future.quantile(0.02), 0.01)
    for name in reversed(ORDER):
        here = (group == name).to_numpy()[rows]
        x, y = (np.maximum(values.to_numpy()[rows][here], low) for values, low in ((past, floor_x), (future, floor_y)))
        ax.scatter(x, y, s=7, color=COLOURS[name], alpha=0.6, linewidths=0, rasterized=True)
    high_past = past[group.isin(["Piliers", "Anciens bons"])].min()
    high_future = future[group.isin(["Piliers", "Prometteurs"])].min()
    ax.axvline(max(high_past, floor_x), color=GREY, linewidth=1)
    ax.axhline(max(high_future, floor_y), color=GREY, linewidth=1)
    ax.set(xscale="log", yscale="log")
    shares = group.value_counts(normalize=True).reindex(ORDER, fill_value=0)
    corners = {
        "Piliers": (0.98, 0.97),
        "Prometteurs": (0.02, 0.97),
        "Anciens bons": (0.98, 0.03),
        "Petits": (0.02, 0.03),
    }
    for name, (x, y) in corners.items():
        ax.text(x, y, f"{name} {percent(shares[name])}", transform=ax.transAxes, weight="bold",
                ha="right" if x > 0.5 else "left", va="top" if y > 0.5 else "bottom",
                color=GREY if name == "Petits" else COLOURS[name],
                bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.75, "pad": 1.5})  # fmt: skip
    wrong = shares["Anciens bons"] / (shares["Anciens bons"] + shares["Piliers"])
    ax.set_title(f"{percent(wrong, 0)} des meilleurs clients du passé ne sont pas ceux de l'avenir")
    ax.set_xlabel("Marge passée (échelle logarithmique)")
    ax.set_ylabel("Valeur à venir (échelle logarithmique)")
    for axis in (ax.xaxis, ax.yaxis):
        french_axis(axis, "money", currency=currency)
    return "Chaque point est un client. " + " ; ".join(f"{n} {percent(shares[n])}" for n in ORDER) + "."


def plot_tenure(axes, durations: dict[str, pd.DataFrame], same: dict[str, pd.DataFrame]) -> str:
    """Draw, for two worlds, purchases by how long customers lasted (left), and of the same ones over time (right)."""
    from matplotlib.ticker import MaxNLocator

    left, right = axes
    for k, (name, table) in enumerate(durations.items()):
        colour = (GREY, ACCENT)[k]
        left.plot(table["duration"], table["purchases"], color=colour, marker="os"[k], linewidth=1.8, label=name)
        line = same[name]
        right.plot(line["period"], line["purchases"], color=colour, marker="os"[k], linewidth=1.8, label=name)
        right.fill_between(line["period"], line["low"], line["high"], color=colour, alpha=0.15, linewidth=0)
    left.set_title("Selon la durée : mêmes pentes", fontsize=10.5)
    right.set_title("Mêmes clients suivis : l'effet se voit", fontsize=10.5)
    left.set(xlabel="Semestre du dernier achat", ylabel="Réachats par client, en tout", ylim=(0, None))
    left.yaxis.set_major_locator(MaxNLocator(integer=True))
    right.set(xlabel="Semestre d'ancienneté", ylabel="Réachats par client et par semestre")
    right.set_xticks(next(iter(same.values()))["period"])
    high = max(line["high"].max() for line in same.values())
    right.set_ylim(0, 1.35 * high)
    right.legend(loc="lower left")
    french_axis(left.yaxis)
    french_axis(right.yaxis)
    ends = {name: line["purchases"].iloc[-1] / line["purchases"].iloc[0] - 1 for name, line in same.items()}
    return (
        "Deux entreprises simulées. À gauche, ceux qui durent ont toujours plus acheté, avec ou sans effet. À droite, "
        "les mêmes clients d'un semestre à l'autre : " + " ; ".join(f"{n} {percent(v)}" for n, v in ends.items()) + "."
    )


def plot_deciles(ax, table: pd.DataFrame, *, currency: str) -> str:
    """Draw the mean value forecast and the true one by tenth of the forecast."""
    place = np.arange(len(table))
    ax.bar(place, table["truth"], color=LIGHT, width=0.65, label="vérité")
    ax.plot(place, table["estimate"], color=ACCENT, marker="o", markersize=5, linewidth=1.6, label="modèle")
    ax.set_xticks(place, table.index)
    share = table["truth"].iloc[-1] / table["truth"].sum()
    ax.set_title(f"Le dixième que le modèle met en tête porte {percent(share, 0)} de la valeur vraie")
    ax.set_xlabel("Clients rangés par valeur prévue, du dernier dixième (1) au premier (10)")
    ax.set_ylabel("Ventes à venir par client")
    french_axis(ax.yaxis, "money", currency=currency)
    ax.legend(loc="upper left")
    top = table.iloc[-1]
    return (
        f"Cafés Merle (simulé) : ventes à venir par client, prévues et vraies. Premier dixième : "
        f"{money(top['estimate'], currency)} prévus, {money(top['truth'], currency)} vrais."
    )


def plot_equity_price(ax, values: pd.DataFrame, *, price: float) -> str:
    """Draw the distribution of a firm's customer equity beside the price of its shares (millions of dollars)."""
    low, middle, high = values["equity"].quantile([0.025, 0.5, 0.975])
    edges = np.linspace(0, max(values["equity"].max(), price) / 1000 * 1.05, 45)
    for column, colour, name in (
        ("present", PALETTE[2], "clients d'aujourd'hui"),
        ("equity", ACCENT, "avec ceux à venir"),
    ):
        share = np.full(len(values), 1 / len(values))
        ax.hist(values[column] / 1000, bins=edges, color=colour, alpha=0.7, weights=share, label=name)
    top = ax.get_ylim()[1]
    ax.axvline(price / 1000, color=PALETTE[1], linewidth=2)
    ax.text(price / 1000, 0.98 * top, f" bourse : {number(price / 1000, 1)}", color=PALETTE[1], ha="left", va="top")
    share = values["present"].median() / price
    ax.set_title(f"Les clients présents ne font que {percent(share, 0)} du prix")
    ax.set(xlabel="Milliards de dollars", ylabel="Part des tirages", xlim=(0, edges[-1]))
    french_axis(ax.yaxis, "percent")
    french_axis(ax.xaxis)
    ax.legend(loc="upper left", bbox_to_anchor=(0.2, 1.0))
    return (
        f"Capital client de Netflix, automne 2010 : médiane {number(middle / 1000, 1)} milliards de dollars, 95 % des "
        f"tirages entre {number(low / 1000, 1)} et {number(high / 1000, 1)} ; bourse {number(price / 1000, 1)}."
    )
