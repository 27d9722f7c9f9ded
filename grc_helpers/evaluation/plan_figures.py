"""Figures of the action plan: each takes an Axes, draws on it and returns what it says, in French."""

from __future__ import annotations

import numpy as np
import pandas as pd

from grc_helpers.evaluation.plan_customers import ASLEEP, GONE
from grc_helpers.evaluation.plan_effects import Z, per_present
from grc_helpers.evaluation.plan_words import between
from grc_helpers.style import ACCENT, GREY, LIGHT, PALETTE, french_axis, money


def plot_shrinkage(axes, found: dict, tables: dict[str, pd.DataFrame], *, actions: list[str], currency: str) -> str:
    """Draw what a contact brings to a customer still there, by segment: measured (grey), and kept (accent)."""
    raw = per_present(tables, found["worth"].index)
    cells = [cell for cell in found["worth"].index if cell.split(",")[0] not in (ASLEEP, GONE)][::-1]
    rows, said = np.arange(len(cells)), []
    for ax, action in zip(axes, actions, strict=True):
        worth, error = (raw[name].loc[cells, action] for name in ("worth", "error"))
        low, high = (found[name].loc[cells, action] for name in ("low", "high"))
        ax.axvline(found["unit"][action], color=PALETTE[1], linestyle="--", linewidth=1.1, zorder=0)
        ax.hlines(rows + 0.18, worth - Z * error, worth + Z * error, color=LIGHT, linewidth=3)
        ax.plot(worth, rows + 0.18, "o", color=GREY, markersize=4.5)
        ax.hlines(rows - 0.18, low, high, color=ACCENT, linewidth=1.6)
        ax.plot(found["worth"].loc[cells, action], rows - 0.18, "o", color=ACCENT, markersize=4.5)
        ax.set_title(action, parse_math=False, fontsize=10)
        ax.locator_params(axis="x", nbins=4, integer=True)
        french_axis(ax.xaxis, "money", currency=currency)
        worst = error.idxmax()
        kept = money(found["worth"].loc[worst, action], currency, 1)
        said.append(f"{action}, « {worst} » : mesuré {money(worth[worst], currency, 1)}, retenu {kept}")
    axes[0].set_yticks(rows, cells)
    axes[len(axes) // 2].set_xlabel(
        "Apport d'un contact. Gris : mesuré ; bleu : retenu (95 %) ; tirets : coût du contact"
    )
    return "Apport d'un contact, mesuré puis retenu. Là où l'essai voit le plus mal : " + " ; ".join(said) + "."


def plot_budget(ax, curve: pd.DataFrame, *, budget: float, currency: str) -> str:
    """Draw the expected gain of the best plan by budget, and say what the last euro earns."""
    ax.plot(curve.index, curve["gain"], color=ACCENT, linewidth=2)
    here = curve.loc[budget]
    ax.plot([budget], [here["gain"]], "o", color=PALETTE[1], markersize=7)
    ax.text(
        budget, here["gain"], f"\n  votre budget ({money(budget, currency)}) ", color=PALETTE[1], va="top", ha="left"
    )
    full = curve["spent"].max()
    ax.axvline(full, color=LIGHT, linestyle="--", linewidth=1.2, zorder=0)
    ax.text(
        full,
        0.06 * curve["gain"].max(),
        " au-delà, plus rien à faire ",
        color=GREY,
        ha="left" if full < 0.7 * curve.index[-1] else "right",
    )
    price = money(here["price"], currency, 2)
    ax.set_title(f"À {money(budget, currency)}, l'euro suivant rapporterait {price} net", parse_math=False)
    ax.set(xlabel="Budget", ylabel="Gain net attendu du plan", ylim=(0, None))
    for axis in (ax.xaxis, ax.yaxis):
        french_axis(axis, "money", currency=currency)
    return (
        f"Gain attendu du meilleur plan selon le budget : {money(here['gain'], currency)} à "
        f"{money(budget, currency)}, où un "
        f"euro de plus rapporterait {price} net ; dès {money(full, currency)}, il n'y a plus de contact qui "
        f"se rembourse."
    )


def plot_plans(ax, table: pd.DataFrame, *, currency: str, truth: pd.Series | None = None) -> str:
    """Draw the value of plans with their intervals, best last; ``truth`` adds what they would really earn."""
    names = list(table.index)[::-1]
    rows = np.arange(len(names))
    part = table.loc[names]
    ax.axvline(0, color=GREY, linewidth=0.9)
    ax.hlines(rows, part["low"], part["high"], color=LIGHT, linewidth=5)
    ax.plot(part["net_value"], rows, "o", color=ACCENT, markersize=7)
    said = [
        f"{name}, {money(row['net_value'], currency)} {between(row['low'], row['high'], 0)}"
        for name, row in table.iterrows()
    ]
    if truth is not None:
        ax.plot(truth.reindex(names), rows, "D", color=PALETTE[1], markersize=6, fillstyle="none", markeredgewidth=1.6)
        said = [f"{text}, vérité {money(truth[name], currency)}" for text, name in zip(said, table.index, strict=True)]
        ax.text(0.99, 0.02, "losange : vérité", transform=ax.transAxes, ha="right", color=PALETTE[1])
    ax.set_yticks(rows, names)
    best = table["net_value"].idxmax()
    ax.set_title(f"{best} : {money(table.loc[best, 'net_value'], currency)} attendus", parse_math=False)
    ax.set_xlabel("Gain net attendu de la vague (barre : 95 %)")
    ax.margins(y=0.12)
    french_axis(ax.xaxis, "money", currency=currency)
    return "Gain net attendu, contre ne rien faire (0) : " + " ; ".join(said) + "."
