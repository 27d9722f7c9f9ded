"""Figures of the chapter on programmes: each takes an Axes, draws on it and returns what it says, in French."""

from __future__ import annotations

import numpy as np
import pandas as pd

from grc_helpers.style import ACCENT, GREY, LIGHT, PALETTE, french_axis, money, number, percent


def plot_thresholds(ax, table: pd.DataFrame, *, threshold: int, margin_rate: float) -> str:
    """Draw what a card costs and whom it reaches, by the threshold of its voucher."""
    x = table.index.to_numpy()
    ax.plot(x, table["reached"], color=GREY, marker="o", linewidth=2)
    ax.plot(x, table["discount"] / margin_rate, color=ACCENT, marker="o", linewidth=2)
    ax.axvline(threshold, color=LIGHT, linestyle="--", linewidth=1.4, zorder=0)
    nudge = 0.03 * max(table["reached"].max(), (table["discount"] / margin_rate).max())
    ax.text(x[3], table["reached"].iloc[3] + nudge / 2, " clients qui ont un bon", color=GREY, va="bottom")
    label = "part de la marge rendue en bons"
    ax.text(x[-1], -nudge, label, color=ACCENT, ha="right", va="top")
    near = table.index[np.argmin(np.abs(x - threshold))]
    reached, given = table.loc[near, "reached"], table.loc[near, "discount"] / margin_rate
    ax.set_title(f"À {number(near)} points, {percent(reached, 0)} des clients ont un bon", parse_math=False)
    ax.set(xlabel="Points d'un bon (la valeur d'un point ne change pas)", ylabel="Part", ylim=(-4 * nudge, None))
    french_axis(ax.yaxis, "percent")
    french_axis(ax.xaxis)
    ends = f"de {percent(table['reached'].iloc[0], 0)} à {percent(table['reached'].iloc[-1], 0)}"
    return (
        f"Plus le bon est loin, moins la carte coûte, et moins de clients l'obtiennent, à achats inchangés : {ends} ; "
        f"à {number(near)} points, {percent(given)} de la marge est rendue en bons."
    )


def plot_power(ax, curves: pd.DataFrame, *, have: int) -> str:
    """Draw the chance of seeing each gain (columns, shares of the mean) by the number of customers (index)."""
    for k, gain in enumerate(curves.columns):
        color = (LIGHT, GREY, ACCENT, PALETTE[1])[k % 4]
        ax.plot(curves.index, curves[gain], color=color, linewidth=2)
        place = int(np.argmin(np.abs(curves[gain].to_numpy() - 0.55)))
        ax.text(curves.index[place], curves[gain].iloc[place], f" +{percent(gain, 0)}", color=GREY, va="top", ha="left")
    ax.axhline(0.8, color=PALETTE[2], linestyle="--", linewidth=1.1)
    ax.axvline(have, color=LIGHT, linestyle=":", linewidth=1.6)
    ax.text(have, 0.93, " vos clients", color=GREY, va="center")
    ax.set_xscale("log")
    ax.set_xlim(right=1.8 * curves.index[-1])
    enough = [gain for gain in curves.columns if np.interp(have, curves.index, curves[gain]) >= 0.8]
    said = f"suffit dès +{percent(min(enough), 0)}" if enough else "ne suffit pour aucune de ces hausses"
    ax.set_title(f"Avec {number(have)} clients, l'essai {said}", parse_math=False)
    ax.set(ylim=(0, 1.02), xlabel="Clients dans l'essai, moitié de témoins (échelle logarithmique)")
    ax.set_ylabel("Chance de voir la hausse")
    french_axis(ax.yaxis, "percent")
    french_axis(ax.xaxis)
    rows = " ; ".join(
        f"+{percent(gain, 0)} : {percent(np.interp(have, curves.index, curves[gain]), 0)}" for gain in curves
    )
    return (
        "Chance de voir une hausse moyenne de la dépense, selon le nombre de clients ; "
        f"avec {number(have)} clients, {rows}."
    )


def plot_cumulative(ax, table: pd.DataFrame, *, window: int) -> str:
    """Draw the difference in orders between treated and control, added up from the launch, per hundred customers."""
    ax.axhline(0, color=GREY, linewidth=0.9)
    ax.fill_between(table.index, 100 * table["low"], 100 * table["high"], color=LIGHT, alpha=0.6, linewidth=0)
    ax.plot(table.index, 100 * table["effect"], color=ACCENT, linewidth=2)
    ax.axvline(window, color=PALETTE[1], linestyle="--", linewidth=1.2)
    ax.text(window, ax.get_ylim()[1], " fin de l'offre", color=PALETTE[1], va="top")
    during, end = (
        100 * table.loc[window, "effect"],
        100 * table["effect"].iloc[-1],
    )
    last = table.iloc[-1]
    ends = f"entre {number(100 * last['low'], 1)} et {number(100 * last['high'], 1)}"
    ax.set_title(f"{number(during, 1)} achats de plus à la fin de l'offre ; au bout, {ends}", parse_math=False)
    ax.set(xlabel="Jours depuis le lancement", ylabel="Achats de plus, pour 100 clients traités")
    french_axis(ax.yaxis)
    return (
        f"Écart d'achats cumulé entre traités et témoins, bande à 95 % : {number(during, 1)} pour cent clients à la "
        f"fin de l'offre, {number(end, 1)} [{number(100 * last['low'], 1)} ; {number(100 * last['high'], 1)}] "
        f"au jour {number(table.index[-1])}."
    )


def plot_discontinuity(ax, running, values, found: dict, *, threshold: float, width: float, bins: int = 16) -> str:
    """Draw mean outcomes by bins of the running quantity, and the two lines of :func:`discontinuity`."""
    running, values = np.asarray(running, dtype=float), np.asarray(values, dtype=float)
    distance = np.log(np.maximum(running, 1e-9) / threshold)
    edge = np.log1p(width)
    near = np.abs(distance) < edge
    cut = np.linspace(-edge, edge, bins + 1)
    place = np.digitize(distance[near], cut) - 1
    means = pd.Series(values[near]).groupby(place).mean()
    middle = threshold * np.exp((cut[:-1] + cut[1:]) / 2)
    ax.plot(middle[means.index], means, "o", color=GREY, markersize=5)
    a, jump, slope, change = found["lines"]
    for side, (start, stop) in enumerate(((-edge, 0.0), (0.0, edge))):
        x = np.linspace(start, stop, 40)
        ax.plot(threshold * np.exp(x), a + side * jump + (slope + side * change) * x, color=ACCENT, linewidth=2)
    ax.axvline(threshold, color=PALETTE[1], linestyle="--", linewidth=1.2)
    ax.text(threshold, 0.02 * means.max(), " seuil du club", color=PALETTE[1], va="bottom")
    ax.set_title(
        f"Saut au seuil : {number(found['effect'], 1)} achat, entre {number(found['low'], 1)} "
        f"et {number(found['high'], 1)}"
    )
    ax.set(xlabel="Dépense de 2024 (€)", ylabel="Achats de 2025, moyenne", ylim=(0, None))
    french_axis(ax.xaxis)
    french_axis(ax.yaxis)
    return (
        f"Achats de 2025 selon la dépense de 2024 : ils montent des deux côtés du seuil ; le saut au seuil est de "
        f"{number(found['effect'], 2)} achat, intervalle à 95 % "
        f"[{number(found['low'], 2)} ; {number(found['high'], 2)}]."
    )


def plot_shares(ax, bands: pd.DataFrame, *, unit: str) -> str:
    """Draw how customers are spread by the share of their purchases that each brand gets (``rewards.share_bands``)."""
    places, breadth = np.arange(len(bands)), 0.8 / len(bands.columns)
    for k, (name, column) in enumerate(bands.items()):
        at = places + (k - (len(bands.columns) - 1) / 2) * breadth
        bars = ax.bar(at, column, breadth, color=(ACCENT, LIGHT)[k % 2], label=name)
        ax.bar_label(bars, [percent(value, 0) for value in column], fontsize=8, color=GREY)
    ax.set_xticks(places, bands.index)
    first = bands.iloc[:, 0]
    ax.set_title(f"{percent(first.iloc[-1], 0)} des {unit} n'achètent que {first.name}", parse_math=False)
    ax.set(xlabel="Part de la marque dans les achats", ylabel=f"Part des {unit}", ylim=(0, 1.12 * bands.max(axis=None)))
    french_axis(ax.yaxis, "percent")
    ax.legend(loc="upper center")
    said = " ; ".join(
        f"{name}, " + ", ".join(f"{band} : {percent(value, 0)}" for band, value in column.items())
        for name, column in bands.items()
    )
    return f"Part des {unit} selon la part de la marque dans leurs achats. {said}."


def plot_qini(ax, curves: dict[str, np.ndarray], *, treated: int, depth: float = 0.3) -> str:
    """Draw Qini curves, in additional responses for a hundred treated, by the share of customers targeted."""
    found = {}
    for k, (name, curve) in enumerate(curves.items()):
        color = (ACCENT, PALETTE[2], PALETTE[1])[k % 3]
        ax.plot(np.linspace(0, 1, len(curve)), 100 * curve / treated, color=color, linewidth=1.8, label=name)
        found[name] = 100 * curve[round(depth * (len(curve) - 1))] / treated
    first = next(iter(curves.values()))
    last, top = 100 * first[-1] / treated, 100 * first.max() / treated
    ax.plot([0, 1], [0, last], color=GREY, linestyle="--", linewidth=1.2, label="au hasard")
    ax.axvline(depth, color=LIGHT, linestyle=":", linewidth=1.4, zorder=0)
    best = next(iter(found))
    where = percent(depth, 0)
    ax.set_title(
        f"Aux {where} premiers : {number(found[best], 1)} achats ajoutés ({best}), {number(depth * last, 1)} au hasard",
        parse_math=False,
    )
    ax.set(xlabel="Part des clients ciblés, meilleurs scores d'abord", ylabel="Achats ajoutés, pour 100 traités")
    ax.set_ylim(min(0, 1.1 * last), 1.35 * top)
    french_axis(ax.xaxis, "percent")
    french_axis(ax.yaxis, decimals=0)
    ax.legend(loc="upper left")
    said = " ; ".join(f"{name}, {number(value, 1)}" for name, value in found.items())
    return f"Achats ajoutés pour 100 traités chez les {where} premiers : {said} ; tous les clients, {number(last, 1)}."


def plot_profit(ax, curves: pd.DataFrame, *, currency: str) -> str:
    """Draw the profit per customer of the base by the share targeted, for each way of ranking customers."""
    ax.axhline(0, color=GREY, linewidth=0.9)
    for k, name in enumerate(curves.columns):
        color = (ACCENT, PALETTE[1], GREY)[k % 3]
        ax.plot(curves.index, curves[name], color=color, linewidth=2, label=name, linestyle="--" if k == 2 else "-")
    best = curves.iloc[:, 0].idxmax()
    at = curves.loc[best]
    ax.set_title(
        f"À {percent(best, 0)} des clients : {money(at.iloc[0], currency, 2)} par uplift, "
        f"{money(at.iloc[1], currency, 2)} par valeur",
        parse_math=False,
    )
    ax.set(xlabel="Part des clients ciblés", ylabel="Profit par client de la base")
    french_axis(ax.xaxis, "percent")
    french_axis(ax.yaxis, "money", decimals=2, currency=currency)
    ax.legend(loc="upper right")
    said = " ; ".join(f"{name} : {money(at[name], currency, 2)}" for name in curves)
    return f"Profit par client de la base selon la part ciblée. À {percent(best, 0)} : {said}."


def plot_levels(axes, tables: dict[str, pd.DataFrame]) -> str:
    """Draw the effect of each campaign by level of loyalty, one axes a campaign, with 95 % intervals."""
    said = []
    for ax, (name, table) in zip(axes, tables.items(), strict=True):
        x = np.arange(len(table))
        reach = [100 * (table["effect"] - table["low"]), 100 * (table["high"] - table["effect"])]
        ax.axhline(0, color=GREY, linewidth=0.9)
        ax.errorbar(x, 100 * table["effect"], reach, fmt="o", color=ACCENT, elinewidth=1.2, label="mesuré, à 95 %")
        if "truth" in table:
            ax.plot(x, 100 * table["truth"], "_", color=PALETTE[1], markersize=16, markeredgewidth=2.4, label="vérité")
        ax.set_xticks(x, table.index)
        ax.set_title(name, parse_math=False, fontsize=10, fontweight="normal")
        ax.set_xlabel("Clients, des moins aux plus fidèles")
        said.append(f"{name} : " + ", ".join(f"{number(100 * e, 1)}" for e in table["effect"]))
    axes[0].set_ylabel("Achats ajoutés, pour 100 clients")
    ends = {f"{name[0].lower()}{name[1:]}": number(100 * table["effect"].iloc[-1], 1) for name, table in tables.items()}
    title = "Achats ajoutés chez les plus fidèles : " + " ; ".join(f"{name}, {end}" for name, end in ends.items())
    axes[0].figure.suptitle(title, x=0.01, ha="left", fontsize=10.5, fontweight="bold")
    axes[0].legend(loc="upper left")
    return f"Achats ajoutés pour cent clients, du quart le moins fidèle au plus fidèle. {' ; '.join(said)}."


def plot_peeking(ax, table: pd.DataFrame) -> str:
    """Draw the share of trials without effect that are declared won or lost, by the number of looks."""
    ax.plot(table["look"], table["false_alarms"], color=PALETTE[1], marker="o", markersize=4, linewidth=2)
    ax.plot(table["look"], table["at_once"], color=GREY, linewidth=1.6, linestyle="--")
    last = table.iloc[-1]
    ax.set_xticks([1, *range(5, int(last["look"]) + 1, 5)])
    ax.text(
        last["look"],
        0.75 * last["false_alarms"],
        "on s'arrête au premier\nrésultat significatif ",
        color=PALETTE[1],
        ha="right",
        va="top",
    )
    ax.text(last["look"], last["at_once"] + 0.01, "un seul regard, à ce moment", color=GREY, ha="right", va="bottom")
    ax.set_title(
        f"Regarder {number(last['look'])} fois : {percent(last['false_alarms'], 0)} de fausses alertes au lieu de 5 %",
        parse_math=False,
    )
    ax.set(
        ylim=(0, 1.25 * last["false_alarms"]),
        xlabel="Regards sur l'essai",
        ylabel="Essais sans effet déclarés gagnés ou perdus",
    )
    french_axis(ax.yaxis, "percent")
    return (
        f"Essais simulés sans aucun effet : {percent(last['false_alarms'])} ont été significatifs à l'un des "
        f"{number(last['look'])} regards, {percent(last['at_once'])} au dernier."
    )
