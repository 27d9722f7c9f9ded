"""Figures of notebook 10: each title states the finding."""

import textwrap

import numpy as np
import pandas as pd

from grc_helpers.personalisation.bandit import RULES
from grc_helpers.style import ACCENT, GREY, LIGHT, PALETTE, french_axis, money, new_axes, number, percent, typeset

WIDTH = 62


def titled(ax, text: str, *, width: int = WIDTH) -> None:
    """Write the finding over the axes, cut into lines."""
    ax.set_title(textwrap.fill(typeset(text), width, break_on_hyphens=False))


def points(share: float) -> str:
    """Write a difference of shares in points (the plural begins at two)."""
    return f"{number(100 * share, 1)} point{'s' if abs(100 * share) >= 2 else ''}"


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
    # A mix of two channels lies on a straight line of costs, which a logarithmic axis bends.
    mixed = np.geomspace(points["contact_cost"].min() / 3, good["contact_cost"].max(), 300)
    envelope = np.interp(mixed, [0.0, *good["contact_cost"]], [0.0, *good["useful_rate"]])
    ax.plot(mixed, envelope, color=ACCENT, linewidth=1.5, zorder=1)
    bars = points[["useful_rate", "useful_rate"]].to_numpy().T - points[["useful_low", "useful_high"]].to_numpy().T
    ax.errorbar(points["contact_cost"], points["useful_rate"], yerr=np.abs(bars), fmt="none", ecolor=GREY, zorder=1)
    colors = np.where(points["efficient"], ACCENT, PALETTE[1])
    ax.scatter(points["contact_cost"], points["useful_rate"], c=colors, s=45, zorder=2)
    for row in points.itertuples():
        text = f"{row.channel} : {money(row.useful_cost, currency, 2)}"
        ax.annotate(
            text,
            (row.contact_cost, row.useful_high),
            xytext=(0, 6),
            textcoords="offset points",
            ha="center",
            fontsize=8.5,
        )
    low, high = points["contact_cost"].min(), points["contact_cost"].max()
    ax.set_xscale("log")
    ax.set(xlim=(low / 3, high * 4), ylim=(0, 1.25 * points["useful_high"].max()))
    ax.set(xlabel="Coût complet d'un contact (échelle logarithmique)", ylabel="Part des contacts utiles")
    out = points.loc[~points["efficient"], "channel"].tolist()
    first = "{channel} ({useful_kinds})".format(**points.loc[points["useful_cost"].idxmin()])
    dominated = f" ; hors frontière : {', '.join(out)}" if out else ""
    text = f"La moins chère des interactions utiles : {first}{dominated}"
    titled(ax, text)
    french_axis(ax.yaxis, "percent")
    ax.xaxis.set_major_formatter(lambda value, _: money(value, currency, 2 if value < 1 else 0))
    return ax


def plot_thresholds(zones: pd.DataFrame, approaches: pd.DataFrame, values: pd.Series, *, currency: str):
    """Draw what each approach leaves by customer value, and the share of the customers in each zone; return the figure.

    Parameters
    ----------
    zones : DataFrame
        `approaches.thresholds`.
    values : Series
        Margin a year of each customer.
    """
    import matplotlib.pyplot as plt

    fig, (ax, right) = plt.subplots(1, 2, figsize=(8.6, 3.9), gridspec_kw={"width_ratios": [1.9, 1]})
    finite = zones["to_value"][np.isfinite(zones["to_value"])]
    top = 1.6 * (finite.max() if len(finite) and finite.max() > 0 else max(values.quantile(0.95), 1.0))
    grid = np.linspace(0, top, 200)
    colors = dict(zip(["aucune", *approaches["approach"]], (GREY, *PALETTE), strict=False))
    for row in approaches.itertuples():
        ax.plot(grid, row.lift * grid - row.cost, color=colors[row.approach], label=row.approach)
    for row in zones.itertuples():
        ax.axvspan(row.from_value, min(row.to_value, top), color=colors[row.approach], alpha=0.08, linewidth=0)
    ax.axhline(0, color=GREY, linestyle=":")
    ax.set(xlim=(0, top), xlabel="Marge annuelle du client", ylabel="Gain net par client et par an")
    best, start = zones["approach"].iloc[-1], money(zones["from_value"].iloc[-1], currency)
    titled(ax, f"L'approche {best} est la meilleure à partir de {start} de marge", width=44)
    for axis in (ax.xaxis, ax.yaxis):
        french_axis(axis, "money", currency=currency)
    ax.legend(fontsize=8, loc="upper left")
    shares = [((values >= row.from_value) & (values < row.to_value)).mean() for row in zones.itertuples()]
    place = np.arange(len(zones))[::-1]
    bars = right.barh(place, shares, color=[colors[name] for name in zones["approach"]])
    right.bar_label(bars, [percent(share, 0) for share in shares], padding=3)
    right.set_yticks(place, zones["approach"])
    right.set(xlim=(0, 1.25 * max(shares)), xlabel="Part des clients")
    titled(right, f"{percent(shares[-1], 0)} y ont droit", width=20)
    french_axis(right.xaxis, "percent")
    right.grid(visible=False)
    return fig


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
    least, most = (number(response["pressure"].iloc[place]) for place in (0, -1))
    lost = f"À {most} e-mails par mois, {percent(1 - last / first, 0)} de clics en moins par e-mail qu'à {least}"
    titled(ax, lost, width=36)
    french_axis(ax.yaxis, "percent")
    right.fill_between(curve["pressure"], curve["value_low"], curve["value_high"], color=ACCENT, alpha=0.15)
    right.plot(curve["pressure"], curve["value"], color=ACCENT, label="estimée (bande à 95 %)")
    right.plot(truth.index, truth, color=PALETTE[1], linestyle="--", label="vérité")
    right.axvline(best["best"], color=GREY, linestyle=":")
    right.axhline(0, color=LIGHT)
    right.set(xlabel="E-mails en 28 jours", ylabel="Valeur d'un abonné sur deux ans")
    titled(right, f"Meilleur rythme : {number(best['best'])} par mois (vérité : {number(truth.idxmax())})", width=36)
    french_axis(right.yaxis, "money", decimals=1, currency=currency)
    right.legend(fontsize=8)
    return fig


def plot_regret(regrets: dict[str, np.ndarray], lost: pd.Series):
    """Draw each policy's mean cumulative regret (band: nine runs in ten), then what recognising is worth.

    Parameters
    ----------
    regrets : dict of str to ndarray, shape (n_runs, n_visits)
        `bandit.compare_policies`.
    lost : Series
        `bandit.regret_by_recognition`.
    """
    import matplotlib.pyplot as plt

    fig, (ax, right) = plt.subplots(1, 2, figsize=(8.8, 3.9), gridspec_kw={"width_ratios": [2.3, 1]})
    colors = dict(zip(RULES, (GREY, PALETTE[4], PALETTE[1], PALETTE[2], ACCENT), strict=True))
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
    ax.set(xlim=(0, 1.5 * n_visits), ylim=(0, None), xlabel="Visites", ylabel="Clics perdus, cumulés (regret)")
    ax.set_xticks(np.linspace(0, n_visits, 5))
    best = min(ends, key=ends.get)
    titled(ax, f"Après {number(n_visits)} visites, celle qui perd le moins : {best[0].lower() + best[1:]}", width=44)
    bars = right.bar([percent(part, 0) for part in lost.index], lost, color=ACCENT)
    right.bar_label(bars, [number(value) for value in lost], padding=3)
    right.set(xlabel="Visiteurs reconnus", ylabel="Clics perdus, bandit par profil", ylim=(0, 1.15 * lost.max()))
    titled(right, f"Tous reconnus : {percent(1 - lost.iloc[-1] / lost.iloc[0], 0)} de pertes en moins", width=24)
    right.grid(visible=False)
    for axis in (ax.xaxis, ax.yaxis, right.yaxis):
        french_axis(axis, "number")
    return fig
