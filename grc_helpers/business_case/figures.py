"""Figures on turnover, budgets and the value of a programme: each draws on an Axes and returns what it says."""

from __future__ import annotations

import numpy as np
import pandas as pd

from grc_helpers.business_case.balance import TEN
from grc_helpers.business_case.case import NAMES
from grc_helpers.style import ACCENT, GREY, LIGHT, PALETTE, french_axis, money, number, percent


def plot_bridge(ax, table: pd.DataFrame, names: dict[str, str], *, labels: tuple[str, str], currency: str) -> str:
    """Draw a turnover, what each factor added or took (with its 95 % interval), and the turnover after.

    Parameters
    ----------
    table : DataFrame
        What ``turnover.change_table`` returns.
    names : dict of str to str
        French name of each factor.
    labels : (str, str)
        Names of the two periods.
    """
    start, end = (float(table[side].prod()) for side in ("factor_before", "factor_after"))
    moves = table["factor_change"].to_numpy()
    bottoms = start + np.concatenate([[0.0], moves.cumsum()[:-1]])
    colors = np.where(moves >= 0, PALETTE[2], PALETTE[1])
    ax.bar([0, len(moves) + 1], [start, end], color=[LIGHT, ACCENT], width=0.66)
    place = np.arange(1, len(moves) + 1)
    ax.bar(place, moves, bottom=bottoms, color=colors, width=0.66)
    low, high = (table[f"factor_change_{side}"].to_numpy() for side in ("low", "high"))
    ends = bottoms + moves
    ax.errorbar(place, ends, yerr=[moves - low, high - moves], fmt="none", ecolor=GREY, capsize=4, lw=1.2)
    reach = np.concatenate([[start], np.maximum(bottoms + np.maximum(high, moves), bottoms), [end]])
    floor = min(start, end, (bottoms + np.minimum(low, 0)).min())
    room = reach.max() - floor
    texts = [money(start, currency), *(money(v, currency) for v in moves), money(end, currency)]
    for x, (top, text) in enumerate(zip(reach, texts, strict=True)):
        ax.text(x, top + 0.04 * room, text, ha="center", va="bottom", fontsize=9)
    ax.set_xticks(range(len(moves) + 2), [labels[0], *(_fold(names[name], 14) for name in table.index), labels[1]])
    ax.set_ylim(max(floor - 0.6 * room, 0), reach.max() + 0.25 * room)
    heaviest = table["factor_change"].abs().idxmax()
    sure = ((low > 0) | (high < 0)).any()
    title = (
        f"Ce qui a le plus changé le CA : {names[heaviest].lower()}"
        if sure
        else "Aucun facteur n'a bougé plus que le hasard"
    )
    ax.set_title(title, parse_math=False)
    ax.set_ylabel("Chiffre d'affaires" + (" (l'axe ne part pas de zéro)" if ax.get_ylim()[0] > 0 else ""))
    french_axis(ax.yaxis, "money", currency=currency)
    said = " ; ".join(
        f"{names[name].lower()} {money(row['factor_change'], currency)} [{number(row['factor_change_low'])} ; "
        f"{number(row['factor_change_high'])}]"
        for name, row in table.iterrows()
    )
    return f"De {money(start, currency)} à {money(end, currency)} : {said}. Traits : intervalles à 95 %."


def plot_split(ax, table: pd.DataFrame, *, currency: str) -> str:
    """Draw the value of customers against the share of the budget that goes to winning, the best and ten for one."""
    best, loss = table.attrs["best"], table.attrs["loss"]
    ax.axvspan(table.attrs["low"], table.attrs["high"], color=LIGHT, alpha=0.5, lw=0)
    ax.plot(table["winning_share"], table["equity"], color=ACCENT, lw=2)
    ax.plot([best], [table.attrs["value"]], "o", color=ACCENT, ms=8)
    ax.plot([TEN], [table.attrs["ten"]], "o", color=PALETTE[1], ms=8)
    place = {"textcoords": "offset points", "va": "bottom"}
    ax.annotate(
        f"meilleur partage : {percent(best, 0)}", (best, table.attrs["value"]), xytext=(0, 8), color=ACCENT,
        ha="center" if 0.15 < best < 0.85 else ("left" if best <= 0.15 else "right"), **place,
    )  # fmt: skip
    ax.annotate(
        "dix pour un", (TEN, table.attrs["ten"]), xytext=(-9, -4), color=PALETTE[1], textcoords="offset points",
        ha="right", va="top",
    )  # fmt: skip
    span = table["equity"].max() - table["equity"].min()
    ax.set(xlim=(0, 1), ylim=(table["equity"].min() - 0.05 * span, table["equity"].max() + 0.18 * span))
    ax.set_xlabel("Part du budget donnée à la conquête (zone grise : à moins de 1 % du meilleur)")
    ax.set_ylabel("Valeur des clients (l'axe ne part pas de zéro)")
    ax.set_title(f"Au même budget, dix pour un perd {percent(loss)} de la valeur", parse_math=False)
    french_axis(ax.xaxis, "percent")
    french_axis(ax.yaxis, "money", currency=currency)
    return (
        f"Valeur des clients selon la part du budget en conquête : la meilleure est {percent(best, 0)}, soit "
        f"{money(table.attrs['per_prospect'], currency, 2)} par prospect et "
        f"{money(table.attrs['per_customer'], currency, 2)} par client ; entre "
        f"{percent(table.attrs['low'], 0)} et {percent(table.attrs['high'], 0)} on perd moins de 1 %."
    )


def plot_tornado(ax, table: pd.DataFrame, *, centre: float, currency: str) -> str:
    """Draw the value when each input alone goes to its 5 % and 95 % points, the widest on top."""
    table = table.iloc[::-1]
    place = np.arange(len(table))
    for side, color, text in (("low", PALETTE[4], "entrée basse"), ("high", ACCENT, "entrée haute")):
        ax.barh(place, table[f"value_{side}"] - centre, left=centre, color=color, height=0.6, label=text)
    ax.axvline(centre, color=GREY, lw=1)
    ax.axvline(0, color=PALETTE[1], lw=1.2, ls="--")
    ax.set_yticks(place, [_fold(NAMES[name]) for name in table.index])
    worst = table[["value_low", "value_high"]].min(axis=1)
    crossing = [NAMES[name].lower() for name in table.index[::-1] if worst[name] < 0 < max(centre, 1e-9)]
    if centre < 0:
        title = "Le cas central perd déjà de l'argent"
    elif not crossing:
        title = "Aucune entrée, seule, ne fait perdre d'argent"
    elif len(crossing) == 1:
        title = f"Une seule entrée suffit à faire perdre : {crossing[0][:42]}"
    else:
        title = f"{len(crossing)} entrées sur {len(table)} suffisent, seules, à faire perdre"
    ax.set_title(title, parse_math=False)
    ax.set_xlabel("Valeur actuelle nette (tirets : zéro ; trait plein : cas central)")
    ax.grid(axis="y", visible=False)
    ax.grid(axis="x", visible=True)
    ax.legend(loc="upper center", bbox_to_anchor=(0.4, -0.2), ncols=2)
    french_axis(ax.xaxis, "money", currency=currency)
    _few_ticks(ax.xaxis)
    said = " ; ".join(
        f"{NAMES[name].lower()} de {money(min(row['value_low'], row['value_high']), currency)} à "
        f"{money(max(row['value_low'], row['value_high']), currency)}"
        for name, row in table.iloc[::-1].iterrows()
    )
    return f"Cas central {money(centre, currency)} ; en bougeant une entrée entre ses points à 5 et 95 % : {said}."


def plot_values(ax, values, *, lost: tuple[float, float, float], currency: str) -> str:
    """Draw the distribution of net present values, losses coloured; the title tells their share."""
    values = np.asarray(values)
    low, middle, high = np.quantile(values, [0.05, 0.5, 0.95])
    inside = values[(values >= np.quantile(values, 0.001)) & (values <= np.quantile(values, 0.999))]
    step = (inside.max() - inside.min()) / 50 or 1.0
    edges = np.arange(np.floor(inside.min() / step), np.ceil(inside.max() / step) + 1) * step  # 0 is an edge
    counts, _ = np.histogram(values, edges)
    colors = np.where(edges[:-1] < -step / 2, PALETTE[1], ACCENT)
    ax.bar(edges[:-1], counts / len(values), np.diff(edges), align="edge", color=colors, edgecolor="white", lw=0.3)
    for bound in (low, high):
        ax.axvline(bound, color=GREY, ls=":", lw=1.2)
    top = ax.get_ylim()[1]
    ax.text((low + high) / 2, 1.02 * top, "neuf tirages sur dix", color=GREY, ha="center", va="bottom")
    ax.set(ylim=(0, 1.12 * top), ylabel="Part des tirages")
    ax.set_title(f"Probabilité de perdre de l'argent : {percent(lost[0], 0)}", parse_math=False)
    ax.set_xlabel("Valeur actuelle nette (en orange : perte)")
    french_axis(ax.xaxis, "money", currency=currency)
    french_axis(ax.yaxis, "percent")
    return (
        f"Valeurs tirées : médiane {money(middle, currency)}, neuf sur dix entre {money(low, currency)} et "
        f"{money(high, currency)} ; {percent(lost[0])} de pertes [{percent(lost[1])} ; {percent(lost[2])}]."
    )


def plot_trial(ax, table: pd.DataFrame, *, currency: str) -> str:
    """Draw what "test, wait a year, then decide" is worth by size of the test, against deciding now."""
    now, best = float(table["decide_now"].iloc[0]), table["test_value"].idxmax()
    top = float(table.loc[best, "test_value"])
    ax.plot(table.index, table["test_value"], color=ACCENT, lw=2, label="essayer un an, puis décider")
    choice = "lancer" if now > 0 else "ne pas lancer"
    ax.axhline(now, color=PALETTE[1], ls="--", lw=1.4, label=f"décider maintenant : {choice}")
    ax.plot([best], [top], "o", color=ACCENT, ms=8)
    pays = top > now + 0.5
    label = f"{number(best)} clients" if pays else ""
    ax.annotate(label, (best, top), xytext=(0, 8), textcoords="offset points", ha="center", color=ACCENT)
    ax.set_xscale("log")
    ax.set_title(
        f"Attendre un essai de {number(best)} clients vaut {money(top - now, currency)} de plus" if pays
        else "Aucun essai ne rembourse l'année d'attente",
        parse_math=False,
    )  # fmt: skip
    ends = [*table["test_value"], now]
    room = max(ends) - min(ends) or 1.0
    ax.set_ylim(min(ends) - 0.1 * room, max(ends) + 0.2 * room)
    ax.set_xlabel("Clients de l'essai (échelle logarithmique)")
    ax.set_ylabel("Valeur attendue aujourd'hui")
    french_axis(ax.xaxis)
    ax.xaxis.set_minor_formatter("")
    french_axis(ax.yaxis, "money", currency=currency)
    ax.legend(loc="upper center", bbox_to_anchor=(0.5, -0.16), ncols=2)
    return (
        f"Décider maintenant vaut {money(now, currency)} ; un essai d'un an vaut au mieux {money(top, currency)}, "
        f"avec {number(best)} clients."
    )


def _fold(text: str, width: int = 30) -> str:
    import textwrap

    return "\n".join(textwrap.wrap(text, width))


def _few_ticks(axis, count: int = 5) -> None:
    from matplotlib.ticker import MaxNLocator

    axis.set_major_locator(MaxNLocator(count))
