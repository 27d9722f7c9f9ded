"""Figures of notebook 10: each title states the finding."""

import textwrap

import numpy as np
import pandas as pd

from grc_helpers.personalisation.bandit import RULES
from grc_helpers.style import ACCENT, GREY, LIGHT, PALETTE, french_axis, money, new_axes, number, percent

WIDTH = 62


def titled(ax, text: str, *, width: int = WIDTH) -> None:
    """Write the finding over the axes, cut into lines."""
    ax.set_title(textwrap.fill(text, width, break_on_hyphens=False))


def plot_identified(shares: pd.DataFrame, *, ax=None):
    """Stack the shares of each quarter's sales by the way the buyer was recognised.

    Parameters
    ----------
    shares : DataFrame
        `identification.identified_sales`.
    """
    ax = new_axes(ax, size=(7.6, 3.9))
    colors = (*PALETTE[:1], PALETTE[5], PALETTE[2], PALETTE[4], LIGHT)
    place = np.arange(len(shares))
    ax.stackplot(place, shares.to_numpy().T, colors=colors, edgecolor="white")
    middle = shares.cumsum(axis=1).iloc[-1] - shares.iloc[-1] / 2
    for name, height in middle.items():
        ax.text(place[-1] + 0.15, height, name, va="center", fontsize=8.5)
    ax.set_xticks(place[::2], [f"T{day.quarter} {day.year}" for day in shares.index[::2]])
    ax.set(xlim=(0, place[-1] + 2.6), ylim=(0, 1), ylabel="Part du CA du trimestre")
    known = 1 - shares["anonyme"]
    titled(
        ax, f"Part du CA dont l'acheteur est reconnu : de {percent(known.iloc[0], 0)} à {percent(known.iloc[-1], 0)}"
    )
    french_axis(ax.yaxis, "percent")
    ax.grid(visible=False)
    return ax


def plot_frontier(points: pd.DataFrame, *, currency: str, ax=None):
    """Draw channels by cost of a contact (log) and share of useful ones, with the efficient frontier.

    Parameters
    ----------
    points : DataFrame
        `contacts.efficient_frontier`.
    """
    ax = new_axes(ax, size=(7.6, 4.0))
    good = points[points["efficient"]]
    ax.plot(good["contact_cost"], good["useful_rate"], color=ACCENT, linewidth=1.5, zorder=1)
    bars = points[["useful_rate", "useful_rate"]].to_numpy().T - points[["useful_low", "useful_high"]].to_numpy().T
    ax.errorbar(points["contact_cost"], points["useful_rate"], yerr=np.abs(bars), fmt="none", ecolor=GREY, zorder=1)
    colors = np.where(points["efficient"], ACCENT, PALETTE[1])
    ax.scatter(points["contact_cost"], points["useful_rate"], c=colors, s=45, zorder=2)
    for row in points.itertuples():
        text = f"{row.channel} : {money(row.useful_cost, currency, 2)}"
        ax.annotate(
            text,
            (row.contact_cost, row.useful_rate),
            xytext=(0, 14),
            textcoords="offset points",
            ha="center",
            fontsize=8.5,
        )
    low, high = points["contact_cost"].min(), points["contact_cost"].max()
    ax.set_xscale("log")
    ax.set(xlim=(low / 3, high * 4), ylim=(0, 1.25 * points["useful_high"].max()))
    ax.set(xlabel="Coût complet d'un contact (échelle logarithmique)", ylabel="Part des contacts utiles")
    out = points.loc[~points["efficient"], "channel"].tolist()
    first = points.loc[points["useful_cost"].idxmin(), "channel"]
    text = f"L'interaction utile la moins chère : {first}" + (f" ; hors frontière : {', '.join(out)}" if out else "")
    titled(ax, text)
    french_axis(ax.yaxis, "percent")
    ax.xaxis.set_major_formatter(lambda value, _: money(value, currency, 2 if value < 1 else 0))
    return ax


def plot_thresholds(zones: pd.DataFrame, approaches: pd.DataFrame, values: pd.Series, *, currency: str, ax=None):
    """Draw what each approach leaves by customer value, and how many customers are in each zone.

    Parameters
    ----------
    zones : DataFrame
        `approaches.thresholds`.
    values : Series
        Margin a year of each customer.
    """
    ax = new_axes(ax, size=(7.8, 4.0))
    finite = zones["to_value"][np.isfinite(zones["to_value"])]
    top = 1.6 * (finite.max() if len(finite) else max(values.quantile(0.95), 1.0))
    grid = np.linspace(0, top, 200)
    best = zones["approach"].iloc[-1]
    for color, row in zip(PALETTE, approaches.itertuples(), strict=False):
        ax.plot(grid, row.lift * grid - row.cost, color=color, label=row.approach)
    ax.axhline(0, color=GREY, linestyle=":")
    height = max(approaches["lift"] * top - approaches["cost"])
    for row in zones.itertuples():
        share = ((values >= row.from_value) & (values < row.to_value)).mean()
        if row.from_value:
            ax.axvline(row.from_value, color=LIGHT, zorder=0)
        middle = (row.from_value + min(row.to_value, top)) / 2
        wide = min(row.to_value, top) - row.from_value > 0.16 * top
        ax.text(
            middle,
            1.12 * height if wide else 0.92 * height,
            f"{row.approach}\n{percent(share, 0)} des clients",
            ha="center",
            fontsize=8,
        )
    ax.set(xlim=(0, top), ylim=(-max(approaches["cost"]) * 1.05, 1.35 * max(height, 1e-9)))
    ax.set(xlabel="Marge annuelle du client", ylabel="Gain net par client et par an")
    start = zones["from_value"].iloc[-1]
    titled(ax, f"L'approche « {best} » paie à partir de {money(start, currency)} de marge annuelle")
    for axis in (ax.xaxis, ax.yaxis):
        french_axis(axis, "money", currency=currency)
    ax.legend(fontsize=8, loc="upper left", bbox_to_anchor=(0.0, 0.82), frameon=True, edgecolor="white")
    return ax


def plot_pressure(response: pd.DataFrame, curve: pd.DataFrame, best: dict, *, truth: pd.Series, currency: str):
    """Draw clicks an e-mail and a month by pressure, then the value of a subscriber with its best; return the figure.

    Parameters
    ----------
    response, curve, best
        `pressure.response_by_pressure` and `pressure.best_pressure`.
    truth : Series
        True value of a subscriber by pressure.
    """
    import matplotlib.pyplot as plt

    fig, (ax, right) = plt.subplots(1, 2, figsize=(8.4, 3.6))
    bars = np.abs(response[["clicked_low", "clicked_high"]].to_numpy().T - response["clicked"].to_numpy())
    ax.errorbar(response["pressure"], response["clicked"], yerr=bars, fmt="o-", color=ACCENT, capsize=3)
    ax.set(xlabel="E-mails en 28 jours", ylabel="Clics par e-mail", ylim=(0, None), xticks=response["pressure"])
    first, last = response["clicked"].iloc[[0, -1]]
    lost = (
        f"{number(response['pressure'].iloc[-1])} e-mails : {percent(1 - last / first, 0)} de clics en moins par e-mail"
    )
    titled(ax, lost, width=36)
    french_axis(ax.yaxis, "percent")
    right.fill_between(curve["pressure"], curve["value_low"], curve["value_high"], color=ACCENT, alpha=0.15)
    right.plot(curve["pressure"], curve["value"], color=ACCENT, label="estimée (bande à 95 %)")
    right.plot(truth.index, truth, color=PALETTE[1], linestyle="--", label="vérité")
    right.axvline(best["best"], color=GREY, linestyle=":")
    right.axhline(0, color=LIGHT)
    right.set(xlabel="E-mails en 28 jours", ylabel="Valeur d'un abonné sur deux ans")
    titled(right, f"Le meilleur rythme : {number(best['best'])} par mois (vérité : {number(truth.idxmax())})", width=36)
    french_axis(right.yaxis, "money", decimals=1, currency=currency)
    right.legend(fontsize=8)
    return fig


def plot_regret(regrets: dict[str, np.ndarray], *, ax=None):
    """Draw the mean cumulative regret of each policy, with the band of nine runs in ten.

    Parameters
    ----------
    regrets : dict of str to ndarray, shape (n_runs, n_visits)
        `bandit.compare_policies`.
    """
    ax = new_axes(ax, size=(7.8, 4.2))
    colors = dict(zip(RULES, (LIGHT, PALETTE[4], PALETTE[1], PALETTE[2], ACCENT), strict=True))
    n_visits = next(iter(regrets.values())).shape[1]
    kept = np.unique(np.linspace(0, n_visits - 1, 200).astype(int))
    ends = {name: runs[:, -1].mean() for name, runs in regrets.items()}
    gap, before = 0.055 * max(ends.values()), -np.inf
    for name in sorted(ends, key=ends.get):
        runs = regrets[name][:, kept]
        ax.plot(kept + 1, runs.mean(axis=0), color=colors[name])
        ax.fill_between(kept + 1, *np.quantile(runs, [0.05, 0.95], axis=0), color=colors[name], alpha=0.15)
        before = max(ends[name], before + gap)
        ax.text(1.01 * n_visits, before, name, va="center", fontsize=8.5)
    ax.set(xlim=(0, 1.36 * n_visits), ylim=(0, None), xlabel="Visites", ylabel="Clics perdus, cumulés (regret)")
    ax.set_xticks(np.linspace(0, n_visits, 6))
    best = min(ends, key=ends.get)
    titled(ax, f"Après {number(n_visits)} visites, la politique qui perd le moins : {best[0].lower() + best[1:]}")
    for axis in (ax.xaxis, ax.yaxis):
        french_axis(axis, "number")
    return ax
