"""Figures of notebook 10 on lists, versions of an offer and personal data: each title states the finding."""

import numpy as np
import pandas as pd

from grc_helpers.personalisation.figures import points, titled
from grc_helpers.style import ACCENT, GREY, french_axis, number


def plot_gains(gains: pd.DataFrame, *, k: int):
    """Draw what each method finds more than the best-sellers, all items then those never bought; return the figure.

    Parameters
    ----------
    gains : DataFrame
        The first table of `lists.compare_lists`.
    """
    import matplotlib.pyplot as plt

    fig, axes = plt.subplots(1, 2, figsize=(8.4, 3.2), sharex=True, sharey=True)
    order = list(dict.fromkeys(gains["model"]))
    for ax, (wanted, rows) in zip(axes, gains.groupby("wanted", sort=False).__iter__(), strict=False):
        rows = rows.set_index("model").reindex(order)
        place = np.arange(len(order))[::-1]
        sure = (rows["gain_low"] > 0) | (rows["gain_high"] < 0)
        ax.hlines(place, rows["gain_low"], rows["gain_high"], color=np.where(sure, ACCENT, GREY), linewidth=3)
        ax.scatter(rows["gain"], place, color=np.where(sure, ACCENT, GREY), s=28, zorder=3)
        ax.axvline(0, color=GREY, linestyle=":")
        ax.set_yticks(place, order)
        better = rows.index[rows["gain_low"] > 0].tolist()
        best = rows["gain"].idxmax() if better else ""
        found = f"{best} gagne {points(rows['gain'].max())}" if better else "rien ne bat les meilleures ventes"
        titled(ax, f"{wanted} : {found}", width=36)
        ax.set_xlabel(f"Écart de hit@{k} avec les meilleures ventes")
        french_axis(ax.xaxis, "percent")
        ax.grid(visible=False)
    empty = [place for place, model in zip(np.arange(len(order))[::-1], order, strict=True) if model == "personnelle"]
    for place in empty:
        axes[1].text(
            0.98,
            place,
            "sans objet",
            transform=axes[1].get_yaxis_transform(),
            ha="right",
            va="center",
            fontsize=8,
            color=GREY,
        )
    return fig


def plot_versions(curve: pd.DataFrame, profits: dict[str, pd.Series], *, currency: str):
    """Draw what each number of versions finds, then its yearly profit by the size of the base; return the figure.

    Parameters
    ----------
    curve : DataFrame
        `versions.version_curve`.
    profits : dict of str to Series
        Label of the number of versions → profit a year over one version, indexed by size of the base.
    """
    import matplotlib.pyplot as plt

    fig, (ax, right) = plt.subplots(1, 2, figsize=(8.6, 3.7))
    place = np.arange(len(curve))
    bars = np.abs(curve[["extra_items_low", "extra_items_high"]].to_numpy().T - curve["extra_items"].to_numpy())
    ax.errorbar(place, curve["extra_items"], yerr=bars, fmt="o", color=ACCENT, capsize=3)
    ax.axhline(0, color=GREY, linestyle=":")
    labels = ["∞" if np.isinf(n) else number(n) for n in curve["n_versions"]]
    ax.set_xticks(place, labels)
    ax.set(xlabel="Versions de l'offre (∞ : une par client)", ylabel="Produits justes en plus, par envoi")
    last = curve.iloc[-1]
    titled(ax, f"Une version par client : {number(last['extra_items'], 2)} produit juste en plus par envoi", width=38)
    french_axis(ax.yaxis, "number", decimals=1)
    shades = [*plt.get_cmap("Greys")(np.linspace(0.35, 0.9, len(profits) - 1)), ACCENT]
    for color, (label, profit) in zip(shades, profits.items(), strict=True):
        right.plot(profit.index, profit, color=color, label=label)
    right.axhline(0, color=GREY, linestyle=":")
    right.set_xscale("log")
    right.set(xlabel="Clients de l'entreprise (échelle logarithmique)", ylabel="Profit annuel de plus qu'une version")
    spread = max(*(abs(profit.iloc[0]) for profit in profits.values()), 1.0)
    right.set_ylim(-2.2 * spread, 3 * spread)
    paying = {label: profit.index[profit > 0] for label, profit in profits.items()}
    first = (
        min((sizes[0], label) for label, sizes in paying.items() if len(sizes))
        if any(map(len, paying.values()))
        else None
    )
    titled(
        right,
        f"Le premier à payer : {first[1]}, dès {number(float(f'{first[0]:.1e}'))} clients environ"
        if first
        else "Aucun nombre de versions ne paie, même sur une très grande base",
        width=38,
    )
    right.xaxis.set_major_formatter(lambda value, _: number(value))
    right.tick_params(axis="x", labelsize=8)
    french_axis(right.yaxis, "money", currency=currency)
    right.legend(fontsize=7, loc="upper left")
    return fig


def plot_knowledge(history: pd.DataFrame, fields: pd.DataFrame, *, k: int):
    """Draw what lists find by orders known (same customers), then by fields of the record; return the figure.

    Parameters
    ----------
    history : DataFrame
        `knowledge.history_curve`.
    fields : DataFrame
        `knowledge.fields_curve`.
    """
    import matplotlib.pyplot as plt

    fig, (ax, right) = plt.subplots(1, 2, figsize=(8.6, 3.7), gridspec_kw={"width_ratios": [1, 1.1]})
    place = np.arange(len(history))
    bars = np.abs(history[["gain_low", "gain_high"]].to_numpy().T - history["gain"].to_numpy())
    ax.errorbar(place, history["gain"], yerr=bars, fmt="o-", color=ACCENT, capsize=3)
    ax.axhline(0, color=GREY, linestyle=":")
    ax.set_xticks(place, [number(depth) for depth in history["depth"]])
    ax.set(ylabel=f"Gain de hit@{k} sur aucune donnée")
    people = number(history["customers"].iloc[0])
    ax.set_xlabel(f"Commandes connues des {people} mêmes clients")
    half = _half_gain(history)
    titled(ax, half, width=38)
    french_axis(ax.yaxis, "percent")
    rows, place = fields.iloc[::-1], np.arange(len(fields))
    own = rows["n_fields"].eq(-1)
    right.hlines(place, rows["gain_low"], rows["gain_high"], color=np.where(own, ACCENT, GREY), linewidth=3)
    right.scatter(rows["gain"], place, color=np.where(own, ACCENT, GREY), s=26, zorder=3)
    right.axvline(0, color=GREY, linestyle=":")
    right.set_yticks(place, rows["known"])
    right.set_xlabel(f"Gain de hit@{k} sur aucune donnée")
    record, bought = fields.loc[fields["n_fields"] >= 0, "gain"].max(), fields["gain"].iloc[-1]
    titled(right, f"La fiche ajoute {points(record)} au mieux, les achats {number(100 * bought, 1)}", width=38)
    french_axis(right.xaxis, "percent")
    right.grid(visible=False)
    return fig


def _half_gain(history: pd.DataFrame) -> str:
    last = history.iloc[-1]
    if not last["gain_low"] > 0:
        return "Sur ces données, l'historique n'ajoute rien de net"
    reached = history.loc[history["gain"] >= last["gain"] / 2, "depth"].iloc[0]
    return f"{number(reached)} commandes connues donnent la moitié du gain de {number(last['depth'])}"
