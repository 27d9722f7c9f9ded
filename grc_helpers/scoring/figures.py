"""Figures of the chapter on scoring: each draws on ``ax`` (or a new figure), titles it, returns it."""

from __future__ import annotations

import textwrap

import numpy as np
import pandas as pd

from grc_helpers.style import ACCENT, GREY, LIGHT, PALETTE, french_axis, money, new_axes, number, percent


def plot_clue(table: pd.DataFrame, *, name: str, mean: float, ax=None):
    """Draw the response of each class of a clue, its weight of evidence beside; the title tells the range.

    Parameters
    ----------
    table : DataFrame indexed by class
        customers, yes_share, woe (`grc_helpers.scoring.classes.weigh`).
    name : str
        What the clue is.
    mean : float
        Mean response.
    """
    from matplotlib.ticker import MaxNLocator

    ax, place = new_axes(ax, size=(7.2, 1.6 + 0.42 * len(table))), np.arange(len(table))[::-1]
    low, high = (percent(table["yes_share"].agg(end)) for end in ("min", "max"))
    ax.barh(place, table["yes_share"], color=np.where(table["woe"] > 0, ACCENT, LIGHT), height=0.62)
    ax.axvline(mean, color=GREY, linestyle=":", linewidth=1.4)
    ax.text(mean, place[0] + 0.45, f" moyenne {percent(mean)}", color=GREY, va="bottom", ha="left")
    for at, row in zip(place, table.itertuples(), strict=True):
        told = f" {percent(row.yes_share)} · poids {number(row.woe, 2)} · {number(row.customers)} clients"
        ax.text(max(row.yes_share, mean), at, told, va="center")
    ax.set_yticks(place, [str(label) for label in table.index])
    ax.set(xlim=(0, 1.75 * max(table["yes_share"].max(), mean)), ylim=(-0.6, len(table) + 0.1))
    ax.grid(False)
    ax.xaxis.set_major_locator(MaxNLocator(6, steps=[1, 2, 5, 10]))
    ax.set_xlabel("Part de oui dans la classe")
    ax.set_title("\n".join(textwrap.wrap(f"« {name} » : de {low} à {high} de oui selon la classe", 62)))
    french_axis(ax.xaxis, "percent")
    return ax


def plot_points(points: pd.DataFrame, *, ax=None):
    """Draw a customer's points clue by clue, beside the mean of the others; the title tells the sum.

    Parameters
    ----------
    points : DataFrame indexed by clue (as it is to be read)
        value (class of the customer), points, mean.
    """
    ax, place = new_axes(ax, size=(7.2, 1.4 + 0.45 * len(points))), np.arange(len(points))[::-1]
    ax.barh(place, points["points"], color=ACCENT, height=0.5)
    ax.plot(points["mean"], place, "|", color=PALETTE[1], markersize=15, markeredgewidth=2.5)
    room = max(points["points"].max(), points["mean"].max(), 1)
    for at, row in zip(place, points.itertuples(), strict=True):
        ax.text(max(row.points, row.mean) + 0.02 * room, at, f"{number(row.points)} points · {row.value}", va="center")
    ax.set_yticks(place, [textwrap.fill(str(label), 34) for label in points.index])
    ax.set(xlim=(0, 1.8 * room), ylim=(-0.6, len(points) - 0.4))
    ax.set_title(f"{number(points['points'].sum())} points, contre {number(points['mean'].sum())} en moyenne")
    ax.set_xlabel("Points de ce client (barre) et moyenne de tous (trait orange)")
    ax.grid(False)
    return ax


def plot_gains(curves: dict[str, pd.DataFrame], *, share: float, ax=None):
    """Draw the share of the 1s reached against the share of customers contacted; the title reads the first curve.

    Parameters
    ----------
    curves : dict of str to DataFrame
        `grc_helpers.scoring.evaluation.gain_curve`.
    share : float
        Where the title reads.
    """
    ax, first = new_axes(ax, size=(6.4, 4.6)), next(iter(curves.values()))
    reached = float(np.interp(share, first["contacted_share"], first["reached_share"]))
    for color, (name, curve) in zip(PALETTE, curves.items(), strict=False):
        ax.plot(curve["contacted_share"], curve["reached_share"], color=color, linewidth=2, label=name)
    ax.plot([0, 1], [0, 1], color=GREY, linestyle=":", linewidth=1.2, label="au hasard (tapis de bombes)")
    ax.plot([share, share, 0], [0, reached, reached], color=GREY, linewidth=0.9)
    ax.plot([share], [reached], "o", color=ACCENT)
    ax.set(
        xlim=(0, 1),
        ylim=(0, 1.02),
        title=f"{percent(share, 0)} des clients contactés : {percent(reached)} des oui touchés",
    )
    ax.set_xlabel("Part des clients contactés, du meilleur score au moins bon")
    ax.set_ylabel("Part des oui touchés")
    ax.legend(loc="lower right")
    french_axis(ax.xaxis, "percent")
    french_axis(ax.yaxis, "percent")
    return ax


def plot_calibration(tables: dict[str, pd.DataFrame], *, title: str, ax=None):
    """Draw the response observed against the probability announced, with intervals, one colour a score.

    Parameters
    ----------
    tables : dict of str to DataFrame
        `grc_helpers.scoring.evaluation.calibration`.
    """
    ax = new_axes(ax, size=(6.2, 4.8))
    top = max(max(table["announced"].max(), table["high"].max()) for table in tables.values())
    ax.plot([0, top], [0, top], color=GREY, linestyle=":", linewidth=1.2, label="parole tenue")
    for color, (name, table) in zip(PALETTE, tables.items(), strict=False):
        ax.vlines(table["announced"], table["low"], table["high"], color=color, alpha=0.35, linewidth=2)
        ax.plot(table["announced"], table["yes_share"], "o-", color=color, markersize=5, linewidth=1.2, label=name)
    ax.set(xlim=(0, 1.02 * top), ylim=(0, 1.02 * top), title=title)
    ax.set_xlabel("Probabilité annoncée (moyenne du groupe)")
    ax.set_ylabel("Part de oui observée")
    ax.legend(loc="upper left")
    french_axis(ax.xaxis, "percent")
    french_axis(ax.yaxis, "percent")
    return ax


def plot_profit(curve: pd.DataFrame, *, stop: float, currency: str, ax=None):
    """Draw profit as customers are contacted, best score first; the title compares stopping at p* with contacting all.

    Parameters
    ----------
    curve : DataFrame
        `grc_helpers.scoring.decision.profit_curve`.
    stop : float
        Share of customers whose probability reaches the break-even.
    """
    ax, all_of_them = new_axes(ax), curve["profit"].iloc[-1]
    reached = float(np.interp(stop, curve["contacted_share"], curve["profit"]))
    gap = reached - all_of_them
    told = f"{'rapporte' if gap >= 0 else 'coûte'} {money(abs(gap), currency)}{' de plus' if gap >= 0 else ''}"
    ax.axhline(0, color=GREY, linewidth=0.8)
    ax.plot(curve["contacted_share"], curve["profit"], color=ACCENT, linewidth=2)
    marks = (
        (stop, reached, "s'arrêter au point mort", ACCENT),
        (1.0, all_of_them, "contacter tout le monde", PALETTE[1]),
    )
    for share, profit, label, color in marks:
        ax.plot([share], [profit], "o", color=color, markersize=7)
        side = "left" if share < 0.55 else "right"
        ax.annotate(
            f"{label} : {money(profit, currency)}",
            (share, profit),
            xytext=(8 if side == "left" else -8, 12),
            textcoords="offset points",
            color=color,
            ha=side,
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.8},
        )
    ax.margins(y=0.16)
    ax.set(xlim=(0, 1.01), title=f"Cibler {told} que contacter tout le monde" if gap >= 0 else f"Cibler {told}")
    ax.set_xlabel("Part des clients contactés, du meilleur score au moins bon")
    ax.set_ylabel("Profit cumulé")
    french_axis(ax.xaxis, "percent")
    french_axis(ax.yaxis, "money", currency=currency)
    return ax


def plot_seeds(study: pd.DataFrame, *, ax=None):
    """Draw the AUC of card and boosting for each draw of who learns; the title counts the draws won by the card.

    Parameters
    ----------
    study : DataFrame indexed by seed
        card, boosting (`grc_helpers.scoring.rivals.seed_study`).
    """
    ax, place = new_axes(ax), np.arange(len(study))
    study = study.sort_values("card")
    ax.vlines(
        place, study[["card", "boosting"]].min(axis=1), study[["card", "boosting"]].max(axis=1), color=LIGHT, lw=3
    )
    for name, label, color in (("card", "carte de score", ACCENT), ("boosting", "boosting", PALETTE[1])):
        ax.plot(place, study[name], "o", color=color, label=label)
    won = int((study["card"] > study["boosting"]).sum())
    ax.set_xticks(place, [str(seed) for seed in study.index])
    ax.set(title=f"La carte l'emporte dans {won} tirages sur {len(study)}", ylabel="AUC sur les clients qui jugent")
    ax.set_xlabel("Graine du tirage au sort (qui apprend, qui juge), rangées par AUC de la carte")
    ax.margins(y=0.12)
    french_axis(ax.yaxis, decimals=2)
    ax.legend(loc="lower right")
    return ax


def plot_drift(followed: pd.DataFrame, *, watch: float, stop: float, ax=None):
    """Draw the PSI of a score as time goes by, never learnt again and learnt again each time, with the two limits.

    Parameters
    ----------
    followed : DataFrame indexed by day
        psi, new_psi (`grc_helpers.scoring.pitfalls.drift`).
    """
    ax, place = new_axes(ax), np.arange(len(followed))
    for name, label, color in (("psi", "carte jamais réapprise", PALETTE[1]), ("new_psi", "carte réapprise", ACCENT)):
        ax.plot(place, followed[name], "o-", color=color, linewidth=2, label=label)
    for limit, label in ((watch, "à surveiller"), (stop, "à réapprendre")):
        ax.axhline(limit, color=GREY, linestyle=":", linewidth=1.2)
        ax.text(len(followed) - 1, limit, f"{label} : {number(limit, 2)}", color=GREY, ha="right", va="bottom")
    over = int((followed["psi"] > watch).sum())
    ax.set_title(f"Jamais réapprise, la carte passe le seuil de surveillance {over} fois sur {len(followed)}", pad=30)
    ax.set_xticks(place, [f"{day:%d/%m/%Y}" for day in followed.index])
    ax.set(xlabel="Jour où le score est calculé", ylabel="PSI du score")
    ax.set(xlim=(-0.2, len(followed) - 0.8), ylim=(0, 1.15 * max(stop, followed["psi"].max())))
    french_axis(ax.yaxis, decimals=2)
    ax.legend(loc="lower left", bbox_to_anchor=(0, 0.99), ncols=2, borderaxespad=0.2)
    return ax


def plot_weights(draws: pd.DataFrame, *, learnt: float, equal: float, ax=None):
    """Draw the AUC of a note whose weights are drawn at random, beside equal weights and learnt points.

    Parameters
    ----------
    draws : DataFrame
        auc (`grc_helpers.scoring.potential.weight_sensitivity`).
    learnt, equal : float
        AUC of the learnt points and of equal weights.
    """
    ax, below = new_axes(ax), (draws["auc"] < learnt).mean()
    ax.hist(draws["auc"], bins=24, color=LIGHT, edgecolor="white")
    for value, label, color in ((equal, "poids égaux", GREY), (learnt, "points appris", ACCENT)):
        ax.axvline(value, color=color, linewidth=2.5, label=f"{label} : {number(value, 3)}")
    ax.set_title(f"Les points appris battent {percent(below, 0)} des poids tirés au hasard", pad=30)
    ax.set(xlabel="AUC de la note pondérée", ylabel="Jeux de poids")
    ax.yaxis.get_major_locator().set_params(integer=True)
    french_axis(ax.yaxis)
    ax.legend(loc="lower left", bbox_to_anchor=(0, 0.99), ncols=2, borderaxespad=0.2)
    french_axis(ax.xaxis, decimals=2)
    return ax
