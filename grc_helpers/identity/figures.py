"""Figures of the chapter on identification: each takes an Axes, draws on it and returns it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from grc_helpers.identity.timeline import LANES
from grc_helpers.style import ACCENT, GREY, LIGHT, PALETTE, french_axis, number, percent


def plot_coverage(ax, shares: pd.DataFrame, *, title: str):
    """Draw a table of shares (sources × fields) as a grid whose cells carry their percentage; blank where 0."""
    ax.imshow(shares, cmap="Blues", vmin=0, vmax=1, aspect="auto")
    for row in range(shares.shape[0]):
        for column in range(shares.shape[1]):
            share = shares.iloc[row, column]
            text = "·" if share == 0 else percent(share, 0)
            ax.text(column, row, text, ha="center", va="center", fontsize=8.5, color="white" if share > 0.55 else GREY)
    ax.set_xticks(range(shares.shape[1]), [name.replace(" ", "\n") for name in shares.columns], fontsize=8.5)
    ax.set_yticks(range(shares.shape[0]), shares.index)
    ax.tick_params(length=0, top=True, labeltop=True, bottom=False, labelbottom=False)
    ax.grid(False)
    for side in ("left", "bottom"):
        ax.spines[side].set_visible(False)
    ax.set_title(title, pad=14)
    return ax


def plot_costs(ax, expected: pd.DataFrame, real: pd.DataFrame | None, *, threshold: float, currency: str, title: str):
    """Draw the cost of each threshold, as the model expects it and, when it is known, as it is."""
    ax.plot(expected["threshold"], expected["cost"], color=ACCENT, linewidth=2, label="attendu par le modèle")
    if real is not None:
        ax.plot(real["threshold"], real["cost"], color=PALETTE[1], linewidth=1.6, linestyle="--", label="réel")
    ax.legend(loc="upper right")
    ax.axvline(threshold, color=GREY, linestyle=":", linewidth=1.2)
    ax.set(title=title, xlabel="Seuil, en bits (chaque bit double les chances)", ylim=(0, None))
    ax.set_ylabel("Coût des erreurs")
    ax.xaxis.get_major_locator().set_params(integer=True)
    french_axis(ax.xaxis)
    french_axis(ax.yaxis, "money", currency=currency)
    return ax


def plot_waterfall(ax, steps: pd.DataFrame, *, title: str):
    """Draw what makes the weight of a pair: from the prior, field after field, to the total."""
    steps = steps[steps["label"] != "absent"]
    place = np.arange(len(steps))[::-1]
    start = np.concatenate([[0.0], steps["cumulative"].to_numpy()[:-2], [0.0]])
    colors = np.where(steps["weight"] >= 0, ACCENT, PALETTE[1])
    colors[0] = colors[-1] = GREY
    ax.barh(place, steps["weight"], left=start, color=colors, height=0.6)
    ends = start + steps["weight"].to_numpy()
    for y, left, right, weight in zip(place, start, ends, steps["weight"], strict=True):
        ax.text(max(left, right) + 0.3, y, number(weight, 1), va="center", fontsize=8.5, color=GREY)
    labels = [f"{step} : {label}" for step, label in zip(steps["step"], steps["label"], strict=True)]
    ax.set_yticks(place, labels)
    ax.axvline(0, color=LIGHT, linewidth=1)
    ax.grid(axis="y", visible=False)
    ax.set(title=title, xlabel="Poids cumulé, en bits")
    ax.margins(x=0.1)
    ax.xaxis.get_major_locator().set_params(integer=True)
    french_axis(ax.xaxis)
    return ax


def plot_before_after(ax, table: pd.DataFrame, *, title: str):
    """Draw indicators before and after, as ratios to the truth (columns: before, after, truth)."""
    ratio = table[["before", "after"]].div(table["truth"], axis=0)
    place = np.arange(len(ratio))[::-1]
    ax.axvline(1, color=GREY, linestyle=":", linewidth=1.2)
    ax.hlines(place, ratio["before"], ratio["after"], color=LIGHT, linewidth=3)
    for name, color, label in (("before", PALETTE[1], "par compte"), ("after", ACCENT, "après réunion")):
        ax.plot(ratio[name], place, "o", color=color, label=label)
    ax.legend(loc="upper center", bbox_to_anchor=(0.5, -0.16), ncols=2)
    ax.set_yticks(place, table.index)
    ax.set(title=title, xlabel="En proportion du vrai", ylim=(-0.6, len(ratio) - 0.3))
    ax.grid(axis="y", visible=False)
    french_axis(ax.xaxis, "percent")
    return ax


def plot_timeline(ax, found: pd.DataFrame, *, title: str):
    """Draw the events of one customer by channel; purchases as large as their amount."""
    from matplotlib.dates import AutoDateLocator, DateFormatter

    lanes = {lane: place for place, lane in enumerate(reversed(LANES))}
    colors = {"vente": ACCENT, "marketing": LIGHT, "service": PALETTE[1]}
    shown = found[found["service"].isin(colors)].assign(
        lane=found["channel"].replace({"appel": "téléphone", "visite": "commercial"}).map(lanes)
    )
    for service, color in colors.items():
        mine = shown[shown["service"] == service]
        size = 18 + mine["amount"].fillna(0).clip(0, 120) if service == "vente" else 30  # a visit has no amount
        ax.scatter(mine["date"], mine["lane"], s=size, color=color, label=service, zorder=3)
    ax.set_yticks(list(lanes.values()), list(lanes))
    ax.set(title=title, ylim=(-0.6, len(lanes) - 0.4))
    ax.xaxis.set_major_locator(AutoDateLocator(maxticks=7))
    ax.xaxis.set_major_formatter(DateFormatter("%m/%Y"))
    ax.set_xlabel("Date ; le disque d'une vente est aussi grand que son montant", fontsize=8.5)
    ax.legend(loc="upper center", bbox_to_anchor=(0.5, -0.2), ncols=3)
    return ax


def plot_rewards(ax, curve: pd.DataFrame, *, best: float, currency: str, title: str):
    """Draw what one demand earns, by reward, and mark the best one."""
    top = curve.loc[curve["reward"] == best, "profit"].iloc[0]
    ax.plot(curve["reward"], curve["profit"], color=ACCENT, linewidth=2)
    ax.axhline(0, color=GREY, linewidth=0.8)
    ax.plot([best], [top], "o", color=ACCENT)
    ax.set(title=title, xlabel="Récompense offerte")
    ax.set_ylabel("Gain moyen d'une demande")
    french_axis(ax.xaxis, "money", currency=currency)
    french_axis(ax.yaxis, "money", currency=currency, decimals=2)
    return ax
