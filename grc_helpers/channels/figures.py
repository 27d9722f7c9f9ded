"""Figures of channels: map, funnel, designs, displacement, rules, thresholds, budget, breaks."""

from __future__ import annotations

import numpy as np
import pandas as pd

from grc_helpers.style import ACCENT, GREY, LIGHT, PALETTE, french_axis, money, new_axes, number, percent


def plot_map(table: pd.DataFrame, *, currency: str, ax=None):
    """Draw the share of the customers that each channel reaches, and what a contact costs."""
    ax = new_axes(ax, size=(7.2, 0.9 + 0.45 * min(len(table), 15)))
    table = table.nlargest(15, "touched").sort_values("touched")
    ax.barh(table.index, table["touched"], color=[ACCENT if name == table.index[-1] else LIGHT for name in table.index])
    for place, (_, row) in enumerate(table.iterrows()):
        cost = row.get("cost_per_contact", 0.0)
        cost = f" · {money(cost, currency, 2)} le contact" if cost > 0 else ""
        ax.text(row["touched"] + 0.01, place, f"{percent(row['touched'])}{cost}", va="center", fontsize=8.5)
    ax.set_xlim(0, 1.35)
    ax.set_xticks([0, 0.25, 0.5, 0.75, 1])
    french_axis(ax.xaxis, "percent")
    ax.grid(axis="y", visible=False)
    ax.set_xlabel("part des clients rencontrés au moins une fois")
    ax.set_title(f"Le canal « {table.index[-1]} » touche le plus de clients : {percent(table['touched'].iloc[-1])}")
    return ax


def plot_funnel(table: pd.DataFrame, *, ax=None):
    """Draw how many pass each step, and the share that passes from one to the next."""
    ax = new_axes(ax, size=(7.2, 3.4))
    share = table["since_start"]
    ax.barh(table.index, share, color=LIGHT)
    worst = table["rate"].idxmin()
    ax.barh([worst], [share[worst]], color=ACCENT)
    for place, (name, row) in enumerate(table.iterrows()):
        passed = "" if np.isnan(row["rate"]) else f" · passent : {percent(row['rate'])}"
        ax.text(share[name] + 0.01, place, f"{percent(share[name])} des prospects{passed}", va="center", fontsize=8.5)
    ax.invert_yaxis()
    ax.set_xlim(0, 1.6)
    ax.set_xticks([0, 0.5, 1])
    ax.grid(visible=False)
    french_axis(ax.xaxis, "percent")
    ax.set_xlabel("part des prospects du départ")
    ax.set_title(f"L'étape la plus étroite est : {str(worst).lower()} ({percent(table['rate'].min())} passent)")
    return ax


def plot_designs(found: dict[str, pd.DataFrame], truths: dict[str, float], *, claim: tuple[float, float], title: str):
    """Draw what each design finds in each world (point, 95 % interval), beside the truth and the claim's band."""
    import matplotlib.pyplot as plt

    fig, axes = plt.subplots(1, len(found), figsize=(7.6, 3.4), sharey=True, sharex=True)
    for ax, (world, table) in zip(np.atleast_1d(axes), found.items(), strict=True):
        places = np.arange(len(table))[::-1]
        ax.axvspan(*claim, color=LIGHT, alpha=0.6, lw=0)
        ax.axvline(truths[world], color=PALETTE[1], lw=1.5)
        ax.hlines(places, table["low"], table["high"], color=GREY, lw=1.5)
        ax.plot(table["estimate"], places, "o", color=ACCENT)
        ax.set_yticks(places, table.index)
        ax.set_ylim(-0.6, len(table) - 0.4)
        french_axis(ax.xaxis, "percent")
        ax.set_title(world, fontsize=10)
        ax.set_xlabel("écart avec un seul canal")
    fig.suptitle(title, x=0.01, ha="left", fontsize=11.5, fontweight="bold")
    return fig


def plot_displacement(table: pd.DataFrame, *, opening, title: str, ax=None):
    """Draw the orders of the old channels by group of zones, 100 on average before the opening.

    Parameters
    ----------
    table : DataFrame
        ``group``, ``quarter`` (its first day), ``old``: see ``cannibalisation.by_quarter``.
    """
    ax, opening = new_axes(ax), pd.Timestamp(opening)
    for (name, rows), color in zip(table.groupby("group"), (GREY, ACCENT), strict=False):
        values = 100 * rows["old"] / rows.loc[rows["quarter"] < opening, "old"].mean()
        middle = rows["quarter"] + pd.Timedelta(days=45)
        ax.plot(middle, values, "o-", color=color, ms=3.5)
        ax.annotate(name, (middle.iloc[-1], values.iloc[-1]), xytext=(6, 0), textcoords="offset points",
                    va="center", color=color, fontsize=8.5, annotation_clip=False)  # fmt: skip
    ax.axvline(opening, color=PALETTE[1], lw=1.2, ls="--")
    ax.set_ylim(0, None)
    ax.text(opening, 5, " ouverture du site", color=PALETTE[1], fontsize=8.5)
    days = table["quarter"].drop_duplicates().sort_values()
    ax.set_xticks(days, [f"{day:%d/%m/%y}" for day in days])
    ax.set_xlabel("trimestres comptés à partir de l'ouverture")
    ax.set_ylabel("commandes hors site (100 : avant)")
    ax.set_title(title)
    return ax


def plot_rules(results: pd.DataFrame, *, currency: str, title: str, ax=None):
    """Draw the result of each channel under each rule (channel × rule)."""
    ax = new_axes(ax)
    for (name, row), color in zip(results.iterrows(), PALETTE, strict=False):
        ax.plot(range(len(row)), row, "o-", color=color, lw=1.5)
        ax.annotate(name, (len(row) - 1, row.iloc[-1]), xytext=(8, 0), textcoords="offset points", va="center",
        color=color,
                    annotation_clip=False)  # fmt: skip
    ax.axhline(0, color=GREY, lw=0.8)
    ax.set_xticks(range(results.shape[1]), [name.replace(" ", "\n", 1) for name in results.columns])
    ax.set_xlim(-0.3, results.shape[1] - 0.2)
    french_axis(ax.yaxis, "money", currency=currency)
    ax.set_ylabel("résultat du canal")
    ax.set_title(title)
    return ax


def plot_thresholds(table: pd.DataFrame, *, segments: pd.Series, currency: str, title: str, ax=None):
    """Draw what one contact earns by each channel, against the yearly margin of a customer.

    Parameters
    ----------
    table : DataFrame indexed by margin
        One column a channel, and ``best`` (see ``policy.best_channel``).
    segments : Series
        Yearly margin of a customer of each segment.
    """
    ax = new_axes(ax)
    channels = [name for name in table.columns if name != "best"]
    top = table[channels].to_numpy().max()
    ends = []
    for name, color in zip(channels, PALETTE, strict=False):
        ax.plot(table.index, table[name], color=color, lw=1.8)
        ends.append((table[name].iloc[-1], name, color))
    last = -np.inf
    for value, name, color in sorted(ends):
        last = max(value, last + 0.09 * (1.35 * top))
        ax.annotate(name, (table.index[-1], last), xytext=(6, 0), textcoords="offset points", va="center", color=color,
                    annotation_clip=False)  # fmt: skip
    for place, (name, margin) in enumerate(segments.sort_values().items()):
        ax.axvline(margin, color=LIGHT, lw=1, zorder=0)
        box = {"facecolor": "white", "edgecolor": "none", "pad": 0.5}
        ax.text(margin, top * (1.0 - 0.09 * place), f" {name}", color=GREY, fontsize=8.5, va="top", bbox=box)
    ax.axhline(0, color=GREY, lw=0.8)
    ax.set_xlim(table.index[0], table.index[-1])  # names stand outside, clear of the lines
    ax.set_ylim(-0.35 * top, 1.05 * top)
    french_axis(ax.xaxis, "money", currency=currency)
    french_axis(ax.yaxis, "money", currency=currency)
    ax.set_xlabel("marge annuelle d'un client")
    ax.set_ylabel("gain d'un contact, coût payé")
    ax.set_title(title)
    return ax


def plot_budget(curve: pd.DataFrame, *, budget: float, currency: str, title: str):
    """Draw the gain of the best plan and what one more euro earns, against the budget."""
    import matplotlib.pyplot as plt

    fig, axes = plt.subplots(1, 2, figsize=(7.6, 3.3))
    for ax, column, label in zip(axes, ("gain", "price"), ("gain du plan", "gain d'un euro de plus"), strict=True):
        ax.plot(curve.index, curve[column], color=ACCENT, drawstyle="default" if column == "gain" else "steps-post")
        ax.axvline(budget, color=PALETTE[1], lw=1, ls="--")
        side = {"gain": (0.03, "bottom"), "price": (0.97, "top")}[column]
        ax.text(
            budget,
            side[0],
            " budget réglé",
            color=PALETTE[1],
            fontsize=8.5,
            va=side[1],
            transform=ax.get_xaxis_transform(),
        )
        french_axis(ax.xaxis, "money", currency=currency)
        french_axis(ax.yaxis, "money", currency=currency, decimals=0 if column == "gain" else 1)
        ax.set_xlabel("budget de l'année")
        ax.set_ylabel(label)
        ax.locator_params(axis="x", nbins=4)
    fig.suptitle(title, x=0.01, ha="left", fontsize=11.5, fontweight="bold")
    return fig


def plot_breaks(moves: pd.DataFrame, steps: pd.DataFrame, *, title: str):
    """Draw the graph of journeys as a grid (channel before × channel after), and abandonment after a change or not.

    Parameters
    ----------
    moves : DataFrame
        See ``coherence.transitions``.
    steps : DataFrame
        See ``coherence.step_abandonment``.
    """
    import matplotlib.pyplot as plt

    fig, (left, right) = plt.subplots(1, 2, figsize=(7.6, 3.4), width_ratios=(1.5, 1))
    shares, counts = (moves.pivot(index="previous", columns="channel", values=name) for name in ("share", "n"))
    left.imshow(shares, cmap="Blues", vmin=0, aspect="auto")
    for (row, column), share in np.ndenumerate(shares.to_numpy()):
        if not np.isnan(share):
            dark = share > 0.6 * np.nanmax(shares)
            left.text(column, row, f"{percent(share)}\nsur {number(counts.iat[row, column])}", ha="center", va="center",
                      color="white" if dark else "black", fontsize=9)  # fmt: skip
    left.set_xticks(range(shares.shape[1]), shares.columns)
    left.set_yticks(range(len(shares)), shares.index)
    left.set(xlabel="canal de l'étape", ylabel="canal de l'étape d'avant")
    left.set_title("étapes où la démarche s'arrête", fontsize=10)
    left.grid(visible=False)
    right.vlines(range(len(steps)), steps["low"], steps["high"], color=GREY, lw=1.5)
    right.plot(range(len(steps)), steps["share"], "o", color=ACCENT)
    right.set_xticks(range(len(steps)), steps.index)
    right.set_xlim(-0.5, len(steps) - 0.5)
    right.set_ylim(0, None)
    french_axis(right.yaxis, "percent")
    right.set_title("toutes flèches réunies", fontsize=10)
    right.set_xlabel("canal de l'étape, et d'avant")
    fig.suptitle(title, x=0.01, ha="left", fontsize=11.5, fontweight="bold")
    return fig
