"""Figures of the purchase models: forecasts against what came, P(alive), iso-value curves, learning."""

from __future__ import annotations

import numpy as np
import pandas as pd

from grc_helpers.clv.learning import WAYS
from grc_helpers.style import ACCENT, GREY, LIGHT, PALETTE, french_axis, money, number, percent

COLOURS = (ACCENT, PALETTE[1], PALETTE[2], PALETTE[3])


def plot_tracking(ax, weeks: pd.DataFrame, *, name: str) -> str:
    """Draw cumulative repeat purchases, made and expected; the line marks the end of what the model saw.

    Parameters
    ----------
    weeks : DataFrame
        From `holdout.tracking`.
    name : str
        Of the model.
    """
    cut, last = weeks.loc[weeks["past"], "week"].max(), weeks.iloc[-1]
    ax.plot(weeks["week"], weeks["actual"], color=GREY, linewidth=2.4)
    ax.plot(weeks["week"], weeks["expected"], color=ACCENT, linewidth=2, linestyle="--")
    ax.axvline(cut, color=LIGHT, linewidth=1.4)
    top = 1.12 * max(last["actual"], last["expected"])
    ax.text(cut, top, " caché au modèle →", ha="left", va="top", color=GREY)
    above = last["actual"] >= last["expected"]
    spot = weeks.iloc[int(0.86 * len(weeks))]
    for column, colour, text, up in (("actual", GREY, "achats faits", above), ("expected", ACCENT, name, not above)):
        ax.annotate(text, (spot["week"], spot[column]), xytext=(-12 if up else 12, 14 if up else -14), color=colour,
                    textcoords="offset points", ha="right" if up else "left", va="bottom" if up else "top")  # fmt: skip
    gap = last["expected"] / last["actual"] - 1
    ax.set_title(f"Au bout de {number(last['week'])} semaines, l'écart du cumul est de {percent(gap)}")
    ax.set(xlim=(0, last["week"] + 1), ylim=(0, top), xlabel="Semaines depuis le premier jour observé")
    ax.set_ylabel("Réachats cumulés")
    french_axis(ax.yaxis)
    return (
        f"Réachats cumulés des clients connus en semaine {number(cut)} : {number(last['actual'])} faits en semaine "
        f"{number(last['week'])}, {number(last['expected'])} attendus par {name}."
    )


def plot_by_past(ax, table: pd.DataFrame, *, models: list[str], weeks: float) -> str:
    """Draw mean purchases after the cut by number of past purchases: made (with intervals), and each model's."""
    place = np.arange(len(table))
    reach = [(table["actual"] - table["low"]).fillna(0), (table["high"] - table["actual"]).fillna(0)]
    ax.bar(place, table["actual"], color=LIGHT, width=0.62, label="achats faits")
    ax.errorbar(place, table["actual"], reach, fmt="none", ecolor=GREY, capsize=3, linewidth=1.1)
    for name, colour, marker in zip(models, COLOURS, "osD^", strict=False):
        ax.plot(place, table[name], color=colour, marker=marker, markersize=5, linewidth=1.5, label=name)
    labels = [str(x) for x in table.index]
    labels[-1] += " et plus"
    ax.set_xticks(place, labels)
    gaps = {name: np.average(np.abs(table[name] - table["actual"]), weights=table["customers"]) for name in models}
    best = min(gaps.values())
    close = [name for name in models if gaps[name] <= 1.15 * best]
    verb = "suivent" if len(close) > 1 else "suit"
    ax.set_title(f"{' et '.join(close)} {verb} le mieux les achats faits, classe par classe")
    ax.set_xlabel("Réachats avant la coupure")
    ax.set_ylabel(f"Achats par client, {number(weeks)} semaines suivantes")
    french_axis(ax.yaxis, decimals=0 if table["actual"].max() >= 5 else 1)
    ax.legend(loc="upper left")
    return "Achats par client après la coupure, selon les réachats d'avant. Écart moyen, en achats : " + " ; ".join(
        f"{name} {number(gap, 2)}" for name, gap in gaps.items()
    ) + "."  # fmt: skip


def plot_silence(ax, model, *, frequencies: tuple[int, int], age: float, name: str) -> str:
    """Draw P(alive) as two customers' silence goes on: one who bought little, one who bought often."""
    silence = np.linspace(0, 0.8 * age, 60)
    crossed = {}
    for x, colour in zip(frequencies, (ACCENT, PALETTE[1]), strict=True):
        who = pd.DataFrame({"frequency": x, "recency": age - silence, "T": age})
        alive = model.p_alive(who).to_numpy()
        ax.plot(silence, alive, color=colour, linewidth=2)
        under = np.flatnonzero(alive < 0.5)
        crossed[x] = number(silence[under[0]]) if len(under) else None
        often = x == frequencies[1]
        spot = np.argmin(np.abs(silence - (0.45 if often else 0.62) * silence[-1]))
        ax.annotate(f"{x} réachats", (silence[spot], alive[spot]), xytext=(-8 if often else 6, -10 if often else 6),
                    textcoords="offset points", color=colour, ha="right" if often else "left")  # fmt: skip
    ax.axhline(0.5, color=LIGHT, linewidth=1.2, linestyle=":")
    ax.set_title("Même silence, autre sens", fontsize=10.5)
    ax.set(xlim=(0, silence[-1]), ylim=(0, 1.03), xlabel="Semaines depuis le dernier achat")
    ax.set_ylabel("Chance d'être encore client")
    french_axis(ax.yaxis, "percent")
    said = " ; ".join(
        f"{x} réachats, {'après ' + week + ' semaines' if week else 'jamais dans cette figure'}"
        for x, week in crossed.items()
    )
    return (
        f"Selon {name}, pour deux clients arrivés il y a {number(age)} semaines, on passe sous une chance sur deux : "
        f"{said}."
    )


def plot_calibration(ax, table: pd.DataFrame) -> str:
    """Draw the share of customers really alive against P(alive), by tenth, with Wilson's intervals."""
    ax.plot([0, 1], [0, 1], color=LIGHT, linewidth=1.6)
    reach = [table["alive"] - table["low"], table["high"] - table["alive"]]
    ax.errorbar(table["p_alive"], table["alive"], reach, fmt="o", color=ACCENT, ecolor=GREY, capsize=3, markersize=5)
    inside = ((table["low"] <= table["p_alive"]) & (table["p_alive"] <= table["high"])).sum()
    ax.set_title(f"Annoncé et vrai : d'accord {inside} fois sur {len(table)}", fontsize=10.5)
    ax.set(xlim=(0, 1), ylim=(0, 1.03), xlabel="Chance annoncée par le modèle")
    ax.set_ylabel("Part encore cliente, en vérité")
    for axis in (ax.xaxis, ax.yaxis):
        french_axis(axis, "percent")
    return (
        f"Cafés Merle (simulé), clients qui ont racheté : dans {inside} classes sur {len(table)}, la chance annoncée "
        "est dans l'intervalle à 95 % de la part vraie."
    )


def plot_isovalue(ax, model, spend: float, customers: pd.DataFrame, *, worth, currency: str) -> str:
    """Draw curves of equal value over silence and number of purchases, for a customer of median age.

    Parameters
    ----------
    model : ContinuousModel
    spend : float
        Margin of a purchase.
    customers : DataFrame
        frequency, recency, T: sets the age and how far the axes go.
    worth : callable
        ``worth(model, table)`` returns discounted purchases.
    """
    age = float(customers["T"].median())
    repeat = customers[customers["frequency"] > 0]
    most = int(np.clip(repeat["frequency"].quantile(0.99), 6, 60))
    x, silence = np.arange(1, most + 1), np.linspace(0, 0.85 * age, 60)
    grid_x, grid_s = np.meshgrid(x, silence)
    table = pd.DataFrame({"frequency": grid_x.ravel(), "recency": age - grid_s.ravel(), "T": age})
    value = spend * worth(model, table).to_numpy().reshape(grid_x.shape)
    ax.scatter((repeat["T"] - repeat["recency"]) * age / repeat["T"], repeat["frequency"], s=3, color=LIGHT,
               alpha=0.5, linewidths=0, rasterized=True)  # fmt: skip
    levels = value.max() * np.array([0.005, 0.02, 0.05, 0.1, 0.2, 0.4, 0.7])
    rounded = [float(f"{level:.1g}") for level in levels]
    lines = ax.contour(grid_s, grid_x, value, levels=sorted(set(rounded)), colors=ACCENT, linewidths=1.3)
    for text in ax.clabel(lines, fmt=lambda v: money(v, currency, 0 if v >= 1 else 2), fontsize=8):
        text.set_parse_math(False)
    far = np.argmin(np.abs(silence - age / 2))
    few, many = value[far, 2], value[far, -1]
    paradox = few > many
    ax.set_title("À silence égal, avoir plus acheté n'est pas toujours mieux" if paradox else
                 "À silence égal, avoir plus acheté vaut toujours plus ici")  # fmt: skip
    ax.set(xlim=(0, silence[-1]), ylim=(1, most), xlabel="Semaines depuis le dernier achat")
    ax.set_ylabel("Réachats")
    ax.yaxis.get_major_locator().set_params(integer=True)
    for axis in (ax.xaxis, ax.yaxis):
        french_axis(axis)
    return (
        f"Courbes d'égale valeur d'un client arrivé il y a {number(age)} semaines (points : vos clients). Après "
        f"{number(silence[far])} semaines de silence : {money(few, currency, 2)} avec 3 réachats, "
        f"{money(many, currency, 2)} avec {most}."
    )


def plot_learning(ax, errors: pd.DataFrame, *, currency: str) -> str:
    """Draw the error of three forecasts of a customer's mean amount against the purchases seen."""
    colours = dict(zip(WAYS, (GREY, PALETTE[1], ACCENT), strict=True))
    for way, line in errors.groupby("way", sort=False):
        ax.plot(line["seen"], line["error"], color=colours[way], marker="o", markersize=4.5, linewidth=1.8, label=way)
        if way == WAYS[2]:
            ax.fill_between(line["seen"], line["low"], line["high"], color=ACCENT, alpha=0.12, linewidth=0)
    mixed = errors[errors["way"] == WAYS[2]]
    first, last = mixed.iloc[0], mixed.iloc[-1]
    fall = 1 - last["error"] / first["error"]
    ax.set_title(f"De 1 à {int(last['seen'])} achats vus, l'erreur change de {percent(-fall, 0)}")
    ax.set_xticks(sorted(errors["seen"].unique()))
    ax.set(ylim=(0, 1.25 * errors["error"].max()), xlabel="Achats vus (bande : intervalle à 95 % du mélange)")
    ax.set_ylabel("Erreur sur le montant moyen à venir")
    french_axis(ax.yaxis, "money", currency=currency)
    ax.legend(loc="lower left")
    return (
        f"Erreur (racine de l'écart quadratique moyen) sur le montant moyen des achats suivants : "
        f"{money(first['error'], currency, 2)} après un achat vu, {money(last['error'], currency, 2)} après "
        f"{int(last['seen'])} ; la moyenne de tous donne {money(errors['error'].iloc[0], currency, 2)}."
    )
