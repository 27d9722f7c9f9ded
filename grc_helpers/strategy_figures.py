"""Figures of the chapter on strategy: each takes an Axes, draws on it and returns what it says, in French."""

from __future__ import annotations

from textwrap import wrap

import numpy as np
import pandas as pd

from grc_helpers.strategy import MISSED, NAMES, REACHED
from grc_helpers.strategy_history import PROGRAMME
from grc_helpers.style import ACCENT, GREY, LIGHT, PALETTE, french_axis, money, number, percent, typeset

SURE = 0.8  # share of draws from which an action is said to stay among the first ones


def plot_rates(ax, usual: float, rates: np.ndarray, *, weeks: int = 20) -> str:
    """Draw purchases a week per customer still there, with a promotion: a peak, then a trough."""
    shown, edges, level = 100 * rates[:weeks], np.arange(weeks + 1), 100 * usual
    for part, color in ((np.maximum(shown, level), PALETTE[2]), (np.minimum(shown, level), PALETTE[1])):
        ax.stairs(part, edges, baseline=level, fill=True, color=color, alpha=0.35, linewidth=0)
    ax.stairs(shown, edges, baseline=None, color=ACCENT, linewidth=2)
    ax.axhline(level, color=GREY, linewidth=1, linestyle="--")
    ax.text(weeks, level, "sans bon", color=GREY, va="bottom", ha="right")
    lost = np.clip(level - shown, 0, None).sum() / np.clip(shown - level, 0, None).sum()
    ax.set_title(f"Un pic, puis un creux qui en reprend {percent(lost, 0)}", parse_math=False)
    ax.set_xticks(range(0, weeks + 1, 4))
    ax.set(
        ylim=(0, 1.12 * shown.max()),
        xlabel="Semaines depuis l'envoi du bon",
        ylabel="Achats par semaine pour 100 clients présents",
    )
    return (
        f"Achats par semaine pour 100 clients présents : {number(shown.max(), 1)} pendant le bon, "
        f"{number(shown.min(), 1)} dans le creux, {number(level, 1)} d'habitude."
    )


def plot_gains(
    ax, gains: dict[str, np.ndarray], *, currency: str, early: int = 4, drawn: pd.DataFrame | None = None
) -> str:
    """Draw what each action has added by each week, per customer, and the bands of a trial when there is one."""
    for (name, gain), color in zip(gains.items(), (PALETTE[1], ACCENT), strict=True):
        ax.plot(gain, color=color, linewidth=2)
        ax.annotate(f" {name}", (len(gain) - 1, gain[-1]), color=color, va="center", annotation_clip=False)
        if drawn is not None:
            part = drawn[drawn["action"] == name]
            ax.fill_between(part["week"], part["low"], part["high"], color=color, alpha=0.18, linewidth=0)
    ax.axhline(0, color=GREY, linewidth=1)
    ax.axvline(early, color=GREY, linewidth=1, linestyle=":")
    bottom, top = ax.get_ylim()
    ax.text(early + 1, top - 0.04 * (top - bottom), f"{early} semaines", color=GREY, va="top")
    last = len(next(iter(gains.values()))) - 1
    best = [max(gains, key=lambda name, week=week: gains[name][week]) for week in (early, last)]
    same = f"À {early} semaines comme à {last}, « {best[0]} » l'emporte"
    ax.set_title(
        typeset(
            same if best[0] == best[1] else f"À {early} semaines, « {best[0]} » l'emporte ; à {last}, « {best[1]} »"
        ),
        parse_math=False,
    )
    ax.set(xlim=(0, last), xlabel="Semaines", ylabel="Gain net cumulé par client")
    ax.set_xticks([0, 26, 52, 78, 104] if last == 104 else np.linspace(0, last, 5).round())
    french_axis(ax.yaxis, "money", currency=currency)
    each = (
        f"{name} {money(gain[early], currency, 2)} puis {money(gain[-1], currency, 2)}" for name, gain in gains.items()
    )
    return f"Gain net actualisé par client à {early} et à {last} semaines : " + " ; ".join(each) + "."


def plot_events(ax, events: pd.DataFrame, *, claim: tuple[int, int]) -> str:
    """Draw dated events, one a line, and the years that the course gives."""
    ax.axvspan(*claim, color=LIGHT, alpha=0.6, linewidth=0)
    ax.text(claim[1] + 1, len(events) - 0.6, "« années 2000 »", color=GREY, va="center", ha="left")
    for place, row in enumerate(events.itertuples()):
        color = ACCENT if row.kind == PROGRAMME else PALETTE[1]
        ax.plot(row.year, place, "o", color=color, markersize=7)
        right = row.year < 1950
        text = f"  {row.year} · {row.event}" if right else f"{row.event} · {row.year}  "
        ax.text(row.year, place, typeset(text), va="center", ha="left" if right else "right", color=color)
    oldest = events.loc[events["kind"] == PROGRAMME, "year"].min()
    ax.set_title(
        f"Le plus ancien programme daté a {claim[0] - oldest} ans de plus que l'an {claim[0]}", parse_math=False
    )
    ax.set(xlim=(1885, 2030), ylim=(len(events) - 0.2, -0.8), yticks=[], xlabel="Année")
    ax.grid(False)
    return (
        "Programmes de fidélité (bleu), idée et outils de la GRC (orange) : "
        + ", ".join(f"{row.year} {row.event}" for row in events.itertuples())
        + "."
    )


def plot_objectives(ax, table: pd.DataFrame) -> str:
    """Draw where each realised value and its interval stand against the target, in per cent of the target."""
    colors, table = {REACHED: PALETTE[2], MISSED: PALETTE[1]}, table[table["target"] > 0]
    for place, (_, row) in enumerate(table.iterrows()):
        middle, low, high = (row[column] / row["target"] - 1 for column in ("realised", "low", "high"))
        color = colors.get(row["outcome"], GREY)
        ax.plot([low, high], [place, place], color=color, linewidth=2.5)
        ax.plot(middle, place, "o", color=color, markersize=7)
        ax.text(middle, place - 0.22, row["outcome"], color=color, ha="center", va="bottom")
    ax.axvline(0, color=GREY, linewidth=1)
    wide = 1.25 * np.abs(table[["low", "high"]].div(table["target"], axis=0) - 1).to_numpy().max()
    labels = [NAMES[str(name)].split(" (")[0] + (" (à réduire)" if name == "attrition" else "") for name in table.index]
    ax.set_yticks(range(len(table)), labels)
    ax.set(xlim=(-wide, wide), ylim=(len(table) - 0.5, -0.7), xlabel="Écart à la cible, en part de la cible")
    french_axis(ax.xaxis, "percent")
    ax.grid(axis="y", visible=False)
    unsure = int((~table["outcome"].isin([REACHED, MISSED])).sum())
    ax.set_title(f"{len(table)} objectifs, dont {unsure} que ces données ne départagent pas", parse_math=False)
    return (
        "Réalisé contre cible, intervalle à 95 % : "
        + ", ".join(f"{NAMES[str(name)].split(' (')[0].lower()} {row['outcome']}" for name, row in table.iterrows())
        + "."
    )


def plot_equity(ax, cells: pd.DataFrame, *, many: int, currency: str) -> str:
    """Draw the four cells of the exchange: customers by attention asked and by what they received."""
    bars = cells["share"].unstack("received")
    left = np.zeros(len(bars))
    for name, color in (("rien", PALETTE[1]), ("quelque chose", ACCENT)):
        widths = bars[name].to_numpy(float)
        ax.barh(range(len(bars)), widths, left=left, color=color, height=0.55)
        for place, attention in enumerate(bars.index):
            if widths[place] > 0.07:
                spent = money(cells.loc[(attention, name), "money"], currency)
                ax.text(
                    left[place] + widths[place] / 2,
                    place,
                    f"{percent(widths[place], 0)}\n{spent}",
                    color="white",
                    ha="center",
                    va="center",
                )
        left += widths
    ax.set_yticks(range(len(bars)), [f"moins de {many} messages", f"{many} messages et plus"])
    ax.set(xlim=(0, max(left) * 1.02), xlabel="Part des clients (et dépense moyenne dans l'année)")
    french_axis(ax.xaxis, "percent")
    ax.grid(False)
    alone = bars.loc["forte", "rien"]
    ax.set_title(f"{percent(alone, 0)} des clients : beaucoup de messages, rien d'autre", parse_math=False, pad=22)
    for place, color, words in (
        (0.0, PALETTE[1], "rien d'autre que des messages"),
        (0.45, ACCENT, "aussi une réponse, un service ou un avantage"),
    ):
        ax.text(place, 1.02, words, color=color, transform=ax.transAxes, va="bottom")
    return (
        "Clients par attention demandée et par ce qu'ils ont reçu d'autre que des messages : "
        f"{percent(alone)} ont reçu {many} messages ou plus et rien d'autre, "
        f"{percent(bars.loc['forte', 'quelque chose'])} autant et quelque chose."
    )


def plot_shares(ax, table: pd.DataFrame, *, title: str, xlabel: str = "", ylabel: str = "") -> str:
    """Draw a table of shares as a heat map with each share written in its cell; empty cells stay grey."""
    values = table.to_numpy(float)
    ax.imshow(
        np.ma.masked_invalid(values), cmap="Blues", vmin=0, vmax=max(0.01, float(np.nanmax(values))), aspect="auto"
    )
    ax.set_facecolor("#eef0f2")
    top = float(np.nanmax(values))
    for i, j in np.ndindex(values.shape):
        text = "" if np.isnan(values[i, j]) else percent(values[i, j], 0)
        ax.text(j, i, text, ha="center", va="center", color="white" if values[i, j] > 0.6 * top else "#22303a")
    ax.set_xticks(range(table.shape[1]), [_short(name) for name in table.columns])
    ax.set_yticks(range(table.shape[0]), [_short(name) for name in table.index])
    ax.tick_params(length=0)
    ax.set(xlabel=xlabel, ylabel=ylabel)
    ax.grid(False)
    for side in ax.spines.values():
        side.set_visible(False)
    ax.set_title(title, parse_math=False)
    return title


def plot_pressure(ax, table: pd.DataFrame) -> str:
    """Draw how many contacts reached customers received in each quarter (what ``pressure`` returns)."""
    often = table[["6 à 11", "12 et plus"]].sum(axis=1)
    title = f"{often.idxmax()} : {percent(often.max(), 0)} des clients joints l'ont été six fois ou plus"
    if often.max() == 0:
        title = "Aucun client n'a été joint plus de cinq fois dans un trimestre"
    plot_shares(ax, table, title=title, xlabel="Contacts reçus dans le trimestre", ylabel="Trimestre")
    return "Part des clients joints selon le nombre de contacts qu'ils ont reçus dans le trimestre."


def plot_overlaps(ax, shared: pd.DataFrame, *, days: int) -> str:
    """Draw the shares of customers that two actions reached within some days (what ``overlaps`` returns)."""
    pairs = shared.stack().dropna()
    title, said = "Une seule action", ""
    if len(pairs):
        one, other = pairs.idxmax()
        title = typeset(f"Après « {_cut(one)} » ou avant,\n{percent(pairs.max(), 0)} ont aussi eu « {_cut(other)} »")
        said = (
            f"Des clients que l'action en ligne touche, part que l'action en colonne touche à {days} jours ou moins ; "
            "diagonale sans objet."
        )
        plot_shares(ax, shared, title=title, ylabel="Parmi les clients touchés par…")
        ax.tick_params(axis="x", rotation=20)
    return said


def _cut(name) -> str:
    """Return a name from a file, not too long."""
    return str(name) if len(str(name)) <= 28 else str(name)[:27] + "…"


def _short(name) -> str:
    """Return a tick's label, in which a dollar opens no formula."""
    return typeset(_cut(name)).replace("$", r"\$")


def plot_priorities(ax, table: pd.DataFrame, shaken: pd.DataFrame, *, first: int, title: str) -> str:
    """Draw actions by effort and impact, numbered in their order; the surest of the first ones in the accent colour."""
    sure = shaken["among_first"] >= SURE
    ax.plot([0.5, 5.5], [0.5, 5.5], color=LIGHT, linewidth=1, linestyle="--", zorder=0)
    for (effort, impact), group in table.groupby(["effort", "impact"]):
        strong = bool(sure[group.index].any())
        ax.plot(effort, impact, "o", markersize=19, color=ACCENT if strong else LIGHT)
        ranks = ", ".join(str(rank) for rank in sorted(group["rank"]))
        ax.text(effort, impact, ranks, color="white" if strong else "#22303a", ha="center", va="center", fontsize=8.5)
        names = "\n".join(line for name in group.index for line in wrap(str(name)[:60], 16))
        words = typeset(names).replace("$", r"\$")
        ax.text(effort + 0.17, impact, words, va="center", fontsize=8, linespacing=1.05)
    shown = f"bleu : parmi les {first} premières dans {percent(SURE, 0)} des tirages au moins"
    shown += "\ntrait : autant d'impact que d'effort"
    ax.text(6.15, 5.35, shown, color=GREY, ha="right", va="bottom", fontsize=8.5)
    ax.set(
        xlim=(0.5, 6.2),
        ylim=(0.5, 5.9),
        xticks=range(1, 6),
        yticks=range(1, 6),
        xlabel="Effort (note de 1 à 5)",
        ylabel="Impact (note de 1 à 5)",
    )
    ax.set_title(title, parse_math=False)
    names = ", ".join(f"{row['rank']:.0f} {name}" for name, row in table.iterrows())
    return f"Matrice impact × effort, actions numérotées dans leur ordre : {names}."
