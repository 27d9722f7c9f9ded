"""Figures of the chapter on satisfaction and loyalty: each draws on an Axes and returns what it says, in French."""

from __future__ import annotations

import numpy as np
import pandas as pd

from grc_helpers.loyalty.chain import leaving_factor
from grc_helpers.style import ACCENT, GREY, LIGHT, PALETTE, french_axis, money, number, percent


def plot_silence(ax, table: pd.DataFrame) -> str:
    """Draw, for one wave, the score that each way of counting gives, its interval, and the true one."""
    wave = table["wave"].iloc[-1]
    part = table[table["wave"] == wave].iloc[::-1].reset_index(drop=True)
    truth = part["true_nps"].iloc[0]
    reach = [part["nps"] - part["nps_low"], part["nps_high"] - part["nps"]]
    ax.errorbar(part["nps"], part.index, xerr=reach, fmt="o", color=ACCENT, capsize=3)
    ax.axvline(truth, color=PALETTE[1], linestyle="--", linewidth=1.4)
    ax.text(truth, len(part) - 0.42, f" vérité : {number(truth)}", color=PALETTE[1], ha="left", va="center")
    ax.set_yticks(part.index, part["way"])
    ax.set(ylim=(-0.6, len(part) - 0.1), xlabel=f"NPS de l'enquête de {wave} (points), intervalle à 95 %")
    ax.grid(axis="x")
    french_axis(ax.xaxis)
    first, last = part.iloc[-1], part.iloc[0]
    ax.set_title(f"Ceux qui répondent disent {number(first['nps'])} ; la vérité est {number(truth)}", parse_math=False)
    said = " ; ".join(f"{row.way} {number(row.nps)}" for row in part.iloc[::-1].itertuples())
    return (
        f"NPS de {wave} selon la façon de compter : {said} ; vérité {number(truth)}. "
        f"La relance donne {number(last['nps'])}."
    )


def plot_map(ax, table: pd.DataFrame, names: dict[str, str]) -> str:
    """Draw importance against performance; lines at the means cut the four fields."""
    x, y = table["performance"], table["importance"]
    ax.errorbar(
        x, y, fmt="o", color=ACCENT, elinewidth=1, markersize=6,
        xerr=[x - table["performance_low"], table["performance_high"] - x],
        yerr=[y - table["importance_low"], table["importance_high"] - y],
    )  # fmt: skip
    ax.axvline(x.mean(), color=GREY, linewidth=1)
    ax.axhline(y.mean(), color=GREY, linewidth=1)
    for place, name in enumerate(x.sort_values().index):
        side = "right" if place % 2 == 0 and place < len(x) - 1 else "left"
        shift = (-7 if side == "right" else 7, 6 if place % 3 < 2 else -13)
        ax.annotate(
            names[name], (x[name], y[name]), xytext=shift, textcoords="offset points", color=ACCENT, ha=side,
            bbox={"facecolor": "white", "alpha": 0.85, "linewidth": 0, "pad": 1},
        )  # fmt: skip
    ax.margins(0.25)
    fields = {(0.01, 0.97): "Agir d'abord", (0.99, 0.97): "Maintenir", (0.01, 0.03): "Peu urgent"}
    for (across, up), text in {**fields, (0.99, 0.03): "Ne pas en faire plus"}.items():
        side, base = ("left" if across < 0.5 else "right"), ("top" if up > 0.5 else "bottom")
        ax.text(across, up, text, transform=ax.transAxes, ha=side, va=base, color=GREY, style="italic")
    ax.set(xlabel="Performance : note moyenne sur 10", ylabel="Importance : part de la variance\nde la note générale")
    french_axis(ax.xaxis, decimals=2)
    french_axis(ax.yaxis, "percent", decimals=0)
    best = table["importance"].idxmax()
    clear = table["behind"].sum() == len(table) - 1
    found = f"« {names[best]} » compte le plus : {percent(y[best], 0)}"
    ax.set_title(found if clear else f"La carte ne départage pas ces {len(table)} échelles", parse_math=False)
    said = " ; ".join(f"{names[k]} : importance {percent(y[k])}, note {number(x[k], 1)}" for k in table.index)
    return f"Carte importance-performance, intervalles à 95 %. {said}."


def plot_gaps(ax, expected: pd.Series, perceived: pd.Series) -> str:
    """Draw how many respondents give each pair of marks: expected across, perceived up; diagonal: promise kept."""
    pairs = pd.DataFrame({"x": expected, "y": perceived}).dropna().round()
    counts = pairs.value_counts().reset_index(name="n")
    better = counts["y"] >= counts["x"]
    sizes = 260 * counts["n"] / counts["n"].max()
    ax.scatter(
        counts["x"],
        counts["y"],
        s=sizes,
        color=[ACCENT if good else PALETTE[1] for good in better],
        alpha=0.75,
        linewidth=0,
    )
    ax.plot([0, 10], [0, 10], color=GREY, linewidth=1)
    ax.text(0.3, 9.4, "mieux que prévu", color=ACCENT, fontweight="bold")
    ax.text(9.7, 0.4, "moins bien que prévu", color=PALETTE[1], ha="right", fontweight="bold")
    ax.set(xlim=(-0.5, 10.5), ylim=(-0.5, 10.5), xlabel="Qualité attendue (sur 10)", ylabel="Qualité perçue (sur 10)")
    under = ((perceived - expected).dropna() < -0.5).mean()
    ax.set_title(f"{percent(under, 0)} reçoivent moins qu'ils n'attendaient", parse_math=False)
    return (
        "Répondants selon la qualité attendue et la qualité perçue (surface : leur nombre) ; sous la diagonale, "
        f"la promesse n'est pas tenue : {percent(under)} y sont à plus d'un demi-point."
    )


def plot_leaving(ax, curve: pd.DataFrame, *, effect: float) -> str:
    """Draw the risk of leaving against true satisfaction: observed with intervals, and the simulator's curve."""
    reach = [curve["ratio"] - curve["ratio_low"], curve["ratio_high"] - curve["ratio"]]
    ax.errorbar(curve["satisfaction"], curve["ratio"], reach, fmt="o", color=ACCENT, capsize=3, label="départs comptés")
    marks = np.linspace(0, 10, 101)
    ax.plot(marks, leaving_factor(marks, effect=effect), color=PALETTE[1], linewidth=1.8, label="réglage du simulateur")
    ax.axhline(1, color=GREY, linewidth=1)
    ax.legend(loc="lower left")
    ax.set(xlim=(0, 10), ylim=(0, 1.7), xlabel="Satisfaction vraie (sur 10)", ylabel="Risque de partir\n(1 : moyenne)")
    french_axis(ax.yaxis, decimals=1)
    inside = ((curve["ratio_low"] <= curve["truth"]) & (curve["truth"] <= curve["ratio_high"])).sum()
    ends = [number(level, 2) for level in leaving_factor([0, 5, 10], effect=effect)]
    ax.set_title("Le risque baisse surtout en haut de l'échelle", parse_math=False)
    return (
        f"Risque de partir selon la satisfaction vraie : le réglage va de {ends[0]} à 0 sur 10, à {ends[1]} à 5 et "
        f"{ends[2]} à 10 ; {number(inside)} des {number(len(curve))} intervalles à 95 % contiennent le réglage."
    )


def plot_definitions(ax, table: pd.DataFrame) -> str:
    """Draw, for each definition of a loyal customer, the share of customers and of sales that it retains."""
    rows = table.iloc[::-1]
    place = range(len(rows))
    ax.barh([y + 0.2 for y in place], rows["sales_share"], height=0.36, color=ACCENT, label="part du CA")
    ax.barh([y - 0.2 for y in place], rows["customer_share"], height=0.36, color=LIGHT, label="part des clients")
    for y, (who, how_much) in enumerate(zip(rows["customer_share"], rows["sales_share"], strict=True)):
        ax.text(how_much + 0.01, y + 0.2, percent(how_much, 0), va="center", color=ACCENT)
        ax.text(who + 0.01, y - 0.2, percent(who, 0), va="center", color=GREY)
    ax.set_yticks(list(place), rows.index)
    ax.set_xlim(0, 1.1)
    ax.set_xlabel("Part des clients et du CA des 365 derniers jours")
    french_axis(ax.xaxis, "percent")
    ax.grid(axis="x")
    ax.grid(visible=False, axis="y")
    ax.legend(loc="lower center", bbox_to_anchor=(0.5, -0.34), ncols=2)
    low, high = table["customer_share"].min(), table["customer_share"].max()
    ax.set_title(f"De {percent(low, 0)} à {percent(high, 0)} de fidèles, selon la définition", parse_math=False)
    said = " ; ".join(
        f"{name} : {percent(row['customer_share'])} des clients, {percent(row['sales_share'])} du CA"
        for name, row in table.iterrows()
    )
    return f"Clients fidèles selon la définition. {said}."


def plot_tests(ax, table: pd.DataFrame) -> str:
    """Draw the gaps between old and recent customers, one row a test, with 95 % intervals."""
    rows = table.iloc[::-1].reset_index(drop=True)
    colors = {claim: PALETTE[k] for k, claim in enumerate(table["claim"].unique())}
    for y, row in rows.iterrows():
        reach = [[row["gap"] - row["gap_low"]], [row["gap_high"] - row["gap"]]]
        ax.errorbar(row["gap"], y, xerr=reach, fmt="o", color=colors[row["claim"]], capsize=3)
    ax.axvline(0, color=GREY, linewidth=1)
    ax.set_yticks(
        rows.index, [f"{row['claim']} : {row['way'][0].lower()}{row['way'][1:]}" for _, row in rows.iterrows()]
    )
    for tick, claim in zip(ax.get_yticklabels(), rows["claim"], strict=True):
        tick.set_color(colors[claim])
    ax.set_xlabel("Écart des anciens aux récents, intervalle à 95 %")
    french_axis(ax.xaxis, "percent")
    ax.grid(axis="x")
    clear = ((table["gap_low"] > 0) | (table["gap_high"] < 0)).sum()
    ax.set_title(
        f"{number(clear)} des {number(len(table))} comparaisons s'écarte{'nt' if clear > 1 else ''} de zéro",
        parse_math=False,
    )
    said = " ; ".join(f"{row['claim']}, {row['way'].lower()} : {percent(row['gap'])}" for _, row in table.iterrows())
    return f"Écart entre anciens et récents clients. {said}."


def plot_ceiling(ax, table: pd.DataFrame, *, paid: dict[str, float], currency: str) -> str:
    """Draw the most that each lever is worth, with its interval, and what it costs today where that is known."""
    rows = table.iloc[::-1]
    reach = [rows["ceiling"] - rows["ceiling_low"], rows["ceiling_high"] - rows["ceiling"]]
    ax.barh(rows["label"], rows["ceiling"], xerr=reach, color=LIGHT, error_kw={"ecolor": GREY, "capsize": 3})
    for y, name in enumerate(rows.index):
        if name in paid:
            ax.plot(paid[name], y, "D", color=PALETTE[1])
            text = f" payé : {money(paid[name], currency)}"
            ax.annotate(text, (paid[name], y), xytext=(-4, 7), textcoords="offset points", color=PALETTE[1])
    ax.axvline(0, color=GREY, linewidth=1)
    ax.set_xlabel("Valeur gardée par réclamation (plafond de dépense), intervalle à 95 %")
    french_axis(ax.xaxis, "money", currency=currency)
    ax.grid(axis="x")
    ax.grid(visible=False, axis="y")
    best = table["ceiling"].idxmax()
    ax.set_title(
        f"Résoudre vaut jusqu'à {money(table.loc['resolved', 'ceiling'], currency)} par réclamation", parse_math=False
    )
    said = " ; ".join(f"{row.label} : {money(row.ceiling, currency)}" for row in table.itertuples())
    return f"Plafond de dépense par réclamation. {said}. Le plus grand : {table.loc[best, 'label'].lower()}."
