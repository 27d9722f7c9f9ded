"""Figures of the chapter on identification: each draws on ``ax`` (or a new figure), titles it, returns it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from grc_helpers.identity.timeline import LANES
from grc_helpers.identity.weights import to_probability
from grc_helpers.style import ACCENT, GREY, LIGHT, PALETTE, french_axis, money, new_axes, number, percent


def plot_coverage(shares: pd.DataFrame, *, ax=None):
    """Draw shares (sources × fields) as a grid that carries their percentages; the title tells the field held worst."""
    ax, best = new_axes(ax, size=(7.4, 3.4)), shares.max()
    ax.imshow(shares, cmap="Blues", vmin=0, vmax=1, aspect="auto")
    for row in range(shares.shape[0]):
        for column in range(shares.shape[1]):
            share = shares.iloc[row, column]
            text = "·" if share == 0 else percent(share, 0)
            ink = "white" if share > 0.55 else "black"
            ax.text(column, row, text, ha="center", va="center", fontsize=8.5, color=ink)
    ax.set_xticks(range(shares.shape[1]), [name.replace(" ", "\n") for name in shares.columns], fontsize=8.5)
    ax.set_yticks(range(shares.shape[0]), shares.index)
    ax.tick_params(length=0, top=True, labeltop=True, bottom=False, labelbottom=False)
    ax.grid(False)
    for side in ("left", "bottom"):
        ax.spines[side].set_visible(False)
    ax.set_title(f"Champ le moins bien tenu : « {best.idxmin()} », {percent(best.min(), 0)} au mieux", pad=14)
    return ax


def tell_coverage(shares: pd.DataFrame) -> str:
    """Say what `plot_coverage` shows."""
    each = {source: [f"{field} {percent(s, 0)}" for field, s in row.items() if s] for source, row in shares.iterrows()}
    return "Part des fiches qui ont chaque champ. " + " ".join(
        f"{name} : {', '.join(row)}." for name, row in each.items()
    )


def plot_costs(expected: pd.DataFrame, real: pd.DataFrame, *, threshold: float, currency: str, ax=None):
    """Draw the cost of each threshold, as the model expects it and as it is; the title tells the probability."""
    ax, title = new_axes(ax), f"À ces coûts, la barre se place à {percent(float(to_probability(threshold)), 0)}"
    ax.plot(expected["threshold"], expected["cost"], color=ACCENT, linewidth=2, label="attendu par le modèle")
    ax.plot(real["threshold"], real["cost"], color=PALETTE[1], linewidth=1.6, linestyle="--", label="réel")
    ax.legend(loc="upper right")
    ax.axvline(threshold, color=GREY, linestyle=":", linewidth=1.2)
    ax.set(title=title, xlabel="Seuil, en bits (chaque bit double les chances)", ylim=(0, None))
    ax.set_ylabel("Coût des erreurs")
    ax.xaxis.get_major_locator().set_params(integer=True)
    french_axis(ax.xaxis)
    french_axis(ax.yaxis, "money", currency=currency)
    return ax


def tell_costs(expected: pd.DataFrame, real: pd.DataFrame, *, currency: str) -> str:
    """Say what `plot_costs` shows."""
    least = [money(costs["cost"].min(), currency) for costs in (expected, real)]
    return f"Coût des erreurs selon le seuil. Au plus bas : {least[0]} attendus par le modèle, {least[1]} en réalité."


def plot_waterfall(steps: pd.DataFrame, *, ax=None):
    """Draw what makes the weight of a pair: from the prior, field after field, to the total, which the title tells."""
    ax, total = new_axes(ax, size=(7.2, 3.8)), steps["weight"].iloc[-1]
    title = f"{number(total, 1)} bits : probabilité {percent(float(to_probability(total)))}"
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
    ax.use_sticky_edges = False  # the bars would touch the frame
    ax.margins(x=0.1)
    ax.xaxis.get_major_locator().set_params(integer=True)
    french_axis(ax.xaxis)
    return ax


def tell_waterfall(steps: pd.DataFrame) -> str:
    """Say what `plot_waterfall` shows."""
    rows = steps[["step", "label", "weight"]].itertuples(index=False)
    return (
        "Poids d'une paire, champ par champ : "
        + " ; ".join(f"{s} ({label}) {number(w, 1)}" for s, label, w in rows)
        + "."
    )


def plot_before_after(table: pd.DataFrame, *, ax=None):
    """Draw indicators before and after, as ratios to the truth (columns: before, after, truth)."""
    ax, row = new_axes(ax, size=(7.2, 3.8)), table.loc["Clients revenus"]
    title = f"Reviennent : {percent(row['before'], 0)} des comptes, {percent(row['truth'], 0)} des clients"
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


def tell_before_after(table: pd.DataFrame) -> str:
    """Say what `plot_before_after` shows."""
    ratio = table[["before", "after"]].div(table["truth"], axis=0)
    rows = [f"{name} {percent(b, 0)} puis {percent(a, 0)}" for name, b, a in ratio.itertuples()]
    return "Mesures rapportées au vrai, par compte puis après réunion : " + " ; ".join(rows) + "."


def plot_timeline(found: pd.DataFrame, *, ax=None):
    """Draw the events of one customer by channel; purchases as large as their amount."""
    from matplotlib.dates import AutoDateLocator, DateFormatter

    lanes = {lane: place for place, lane in enumerate(reversed(LANES))}
    colors = {"vente": ACCENT, "marketing": LIGHT, "service": PALETTE[1]}
    shown = _in_lanes(found)
    shown, ax = shown.assign(lane=shown["lane"].map(lanes)), new_axes(ax, size=(7.2, 3.8))
    for service, color in colors.items():
        mine = shown[shown["service"] == service]
        size = 18 + mine["amount"].fillna(0).clip(0, 120) if service == "vente" else 30  # a visit has no amount
        ax.scatter(mine["date"], mine["lane"], s=size, color=color, label=service, zorder=3)
    ax.set_yticks(list(lanes.values()), list(lanes))
    title = f"Un client, {shown['lane'].nunique()} canaux, {number(len(found))} traces"
    ax.set(title=title, ylim=(-0.6, len(lanes) - 0.4))
    ax.xaxis.set_major_locator(AutoDateLocator(maxticks=7))
    ax.xaxis.set_major_formatter(DateFormatter("%m/%Y"))
    ax.set_xlabel("Date ; le disque d'une vente est aussi grand que son montant", fontsize=8.5)
    ax.legend(loc="upper center", bbox_to_anchor=(0.5, -0.2), ncols=3)
    return ax


def _in_lanes(found: pd.DataFrame) -> pd.DataFrame:
    lane = found["channel"].replace({"appel": "téléphone", "visite": "commercial"})
    return found.assign(lane=lane)[found["service"].isin(["vente", "marketing", "service"])]


def tell_timeline(found: pd.DataFrame) -> str:
    """Say what `plot_timeline` shows."""
    visit = found["service"].eq("vente") & found["amount"].isna()
    counts = found["service"].mask(visit, "visite").value_counts()
    return "Frise des événements d'un client : " + ", ".join(f"{kind} {n}" for kind, n in counts.items()) + "."


def plot_rewards(curve: pd.DataFrame, *, currency: str, ax=None):
    """Draw what one demand earns, by reward; the title tells the best one."""
    ax, top = new_axes(ax), curve.loc[curve["profit"].idxmax()]
    title = f"Récompense la plus rentable : {money(top['reward'], currency, 1)}"
    ax.plot(curve["reward"], curve["profit"], color=ACCENT, linewidth=2)
    ax.axhline(0, color=GREY, linewidth=0.8)
    ax.plot([top["reward"]], [top["profit"]], "o", color=ACCENT)
    ax.set(title=title, xlabel="Récompense offerte")
    ax.set_ylabel("Gain moyen d'une demande")
    french_axis(ax.xaxis, "money", currency=currency)
    french_axis(ax.yaxis, "money", currency=currency, decimals=2)
    return ax


def tell_rewards(curve: pd.DataFrame, *, currency: str) -> str:
    """Say what `plot_rewards` shows."""
    top = curve.loc[curve["profit"].idxmax()]
    return (
        f"Gain moyen d'une demande selon la récompense : à {money(top['reward'], currency, 1)}, "
        f"{percent(top['given'], 0)} acceptent et une donnée revient à {money(top['cost_per_field'], currency, 2)}."
    )
