"""Figures of the evaluation: cohorts, mail programs, flows, series, learning, response curves."""

from __future__ import annotations

import numpy as np
import pandas as pd

from grc_helpers.campaigns.rewards import response
from grc_helpers.evaluation.flows import FLOWS, KEPT
from grc_helpers.evaluation.learning import MONTHS, POLICIES
from grc_helpers.style import ACCENT, GREY, LIGHT, PALETTE, french_axis, money, number, percent

SHADES = {"Acquis": PALETTE[2], "Revenus": "#66c2a5", "Développés": ACCENT, "Maintenus": LIGHT, "Réduits": "#e69f00",
          "Perdus": PALETTE[1]}  # fmt: skip


def plot_cohorts(ax, table: pd.DataFrame, *, days: int, currency: str) -> str:
    """Draw what each cohort spends in its first days: mean with its interval, and median."""
    places = np.arange(len(table))
    reach = [table["mean"] - table["low"], table["high"] - table["mean"]]
    ax.errorbar(
        places, table["mean"], yerr=reach, fmt="o", color=ACCENT, capsize=3, label="moyenne et intervalle à 95 %"
    )
    ax.plot(places, table["median"], "_", color=GREY, markersize=14, markeredgewidth=2, label="médiane")
    ax.set_xticks(places, table.index, rotation=45 if len(table) > 6 else 0, ha="right" if len(table) > 6 else "center")
    ax.set(xlabel="Premier achat", ylim=(0, None))
    french_axis(ax.yaxis, "money", currency=currency)
    ax.legend()
    # The first cohort holds customers from before the observation too: the second one is compared, if there is one.
    early = 1 if len(table) > 2 else 0
    first, last = table.iloc[early], table.iloc[-1]
    apart = len(table) > 1 and (last["high"] < first["low"] or last["low"] > first["high"])
    title = f"la dernière cohorte diffère de celle de {table.index[early]}" if apart else "aucune tendance nette"
    ax.set_title(
        f"CA des {days} premiers jours : {title}" if len(table) > 1 else f"CA des {days} premiers jours",
        parse_math=False,
    )
    return f"Moyenne par cohorte, de {money(table['mean'].min(), currency)} à {money(table['mean'].max(), currency)}."


def plot_programs(ax, table: pd.DataFrame) -> str:
    """Draw, by kind of mail program, the share measured as opened and the share really read."""
    places = np.arange(len(table))
    for shift, column, color, label in ((-0.2, "opened", LIGHT, "mesuré"), (0.2, "read", ACCENT, "vraiment lu")):
        ax.bar(places + shift, table[column], 0.38, color=color, label=label)
        for x, value in zip(places + shift, table[column], strict=True):
            ax.text(x, value, percent(value, 0), ha="center", va="bottom", color=GREY)
    ax.set_xticks(
        places, [f"{name}\n({number(n)} e-mails)" for name, n in zip(table.index, table["sent"], strict=True)]
    )
    french_axis(ax.yaxis, "percent")
    ax.set(ylim=(0, 1.12), ylabel="Part des e-mails", xlabel="La messagerie du client…")
    ax.legend(loc="upper right")
    ax.set_title("Une ouverture mesure la messagerie autant que le lecteur")
    return "Ouvertures mesurées et lectures vraies : " + " ; ".join(
        f"{name}, {percent(row['opened'], 0)} contre {percent(row['read'], 0)}" for name, row in table.iterrows()
    ) + "."  # fmt: skip


def plot_flows(ax, table: pd.DataFrame, *, smallest: int = 0) -> str:
    """Draw the flows of customers between two periods: bands whose heights are numbers of customers (Sankey 1898).

    A flow of fewer than ``smallest`` customers, and the balance that would tell it, are not written.
    """
    counts = table["customers"].drop("Total")
    left, right = ["Perdus", *reversed(KEPT)], [*reversed(KEPT), "Revenus", "Acquis"]
    hidden = (counts > 0) & (counts < smallest)
    written = counts.map(number).mask(hidden, f"moins de {smallest}")
    gap = 0.02 * counts.sum()
    bottom = {"left": {}, "right": {}}
    for side, names in (("left", left), ("right", right)):
        height = 0.0
        for name in names:
            bottom[side][name] = height
            height += counts[name] + gap
    x = np.linspace(0, 1, 60)
    curve = 3 * x**2 - 2 * x**3
    for name in KEPT:
        start, stop = bottom["left"][name], bottom["right"][name]
        base = start + (stop - start) * curve
        ax.fill_between(x, base, base + counts[name], color=SHADES[name], alpha=0.45, linewidth=0)
    for side, names, where in (("left", left, 0.0), ("right", right, 1.0)):
        for name in names:
            low, size = bottom[side][name], counts[name]
            ax.bar(where, size, 0.05, bottom=low, color=SHADES[name])
            if size:
                text = f"{name} : {written[name]}"
                ax.text(where + (-0.05 if side == "left" else 0.05), low + size / 2, text, va="center",
                        ha="right" if side == "left" else "left", color=GREY)  # fmt: skip
    top = max(low + counts[name] for side in bottom.values() for name, low in side.items()) + 2 * gap
    for where, text in ((0, "Période d'avant"), (1, "Période d'après")):
        ax.text(where, top, text, ha="center", va="bottom", fontweight="bold", color=GREY)
    ax.set(xlim=(-0.55, 1.55), ylim=(-gap, top * 1.06))
    ax.axis("off")
    balance = counts["Acquis"] + counts["Revenus"] - counts["Perdus"]
    net = "Le solde" if hidden.any() else f"Le solde ({'+' if balance > 0 else ''}{number(balance)} clients)"
    ax.set_title(f"{net} cache {written['Perdus']} départs")
    return "Clients : " + " ; ".join(f"{name.lower()} {written[name]}" for name in FLOWS) + "."


def plot_history(ax, table: pd.DataFrame, *, currency: str) -> str:
    """Draw the sales of each quarter, and those of the same quarter a year before where they are seen."""
    places = np.arange(len(table))
    ax.bar(places, table["sales"], 0.6, color=LIGHT)
    ax.plot(places, table["year_before"], "_", color=ACCENT, markersize=22, markeredgewidth=2.5, label="un an plus tôt")
    ax.set_xticks(places, [f"{day:%m/%Y}" for day in table["quarter_end"]], rotation=45, ha="right")
    french_axis(ax.yaxis, "money", currency=currency)
    highest = table[["sales", "year_before"]].max().max()
    ax.set(xlabel="Fin du trimestre de 91 jours", ylabel="CA du trimestre", ylim=(0, 1.2 * highest))
    known = table.dropna(subset="year_before")
    if known.empty:
        ax.set_title("CA par trimestre : moins d'un an, aucune saison à comparer")
        low, high = (money(table["sales"].agg(end), currency) for end in ("min", "max"))
        return f"{number(len(table))} trimestres, de {low} à {high}."
    ax.legend()
    up = int((known["sales"] > known["year_before"]).sum())
    ax.set_title(f"{number(up)} trimestres sur {number(len(known))} dépassent celui d'un an plus tôt")
    change = known["sales"].iloc[-1] / known["year_before"].iloc[-1] - 1
    last = money(known["sales"].iloc[-1], currency)
    return f"Dernier trimestre : {last}, {percent(change)} par rapport à un an plus tôt."


def plot_regrets(axes, years: dict[str, dict], *, currency: str) -> str:
    """Draw the mean cumulated regret of each policy, month after month, in each world."""
    colors = dict(zip(POLICIES, (GREY, PALETTE[4], PALETTE[2], ACCENT), strict=True))
    months, ends = np.arange(1, MONTHS + 1), {}
    for ax, (world, policies) in zip(axes, years.items(), strict=True):
        for policy, runs in policies.items():
            mean, reach = runs.mean(axis=0), 1.96 * runs.std(axis=0, ddof=1) / np.sqrt(len(runs))
            ax.plot(months, mean, color=colors[policy], label=policy)
            ax.fill_between(months, mean - reach, mean + reach, color=colors[policy], alpha=0.2, linewidth=0)
            ends[world, policy] = mean[-1]
        ax.set_title(world)
        ax.set(xlabel="Mois")
        ax.set_xticks(range(2, MONTHS + 1, 2))
        french_axis(ax.yaxis, "money", currency=currency)
    axes[0].set_ylabel("Regret cumulé, moyenne")
    axes[0].legend(fontsize=8.5)
    return "Regret de l'année : " + " ; ".join(
        f"{world.lower()}, {policy.lower()} {money(value, currency)}" for (world, policy), value in ends.items()
    ) + "."  # fmt: skip


def plot_curves(
    axes, trial: pd.DataFrame, curves: pd.DataFrame, truth: pd.DataFrame, *, best, rule, currency: str
) -> str:
    """Draw, for each group, the margins of the trial, the curve found, the true one, and two budgets on it."""
    for ax, (tier, row) in zip(axes, curves.iterrows(), strict=True):
        part = trial[trial["tier"] == tier].groupby("budget")["extra_margin"].agg(["mean", "sem"])
        grid = np.linspace(0, trial["budget"].max(), 100)
        ax.errorbar(part.index, part["mean"], yerr=1.96 * part["sem"], fmt=".", color=GREY, capsize=2, label="essai")
        ax.plot(grid, response(grid, row["plateau"], row["scale"]), color=ACCENT, label="courbe trouvée")
        ax.plot(
            grid,
            response(grid, *truth.loc[tier, ["plateau", "scale"]]),
            "--",
            color=GREY,
            linewidth=1,
            label="courbe vraie",
        )
        for split, color, mark, label in ((best, PALETTE[2], "o", "optimum"), (rule, PALETTE[1], "s", "au prorata")):
            ax.plot(
                split[tier],
                response(split[tier], row["plateau"], row["scale"]),
                mark,
                color=color,
                markersize=8,
                label=label,
            )
        ax.set_title(f"Groupe {tier}" + (" (meilleurs)" if tier == curves.index[0] else ""), parse_math=False)
        french_axis(ax.xaxis, "money", currency=currency)
        french_axis(ax.yaxis, "money", currency=currency)
        ax.set_xticks([0, trial["budget"].max() / 2, trial["budget"].max()])
    axes[0].set_ylabel("Marge ajoutée par semaine")
    axes[1].set_xlabel("Budget de la semaine")
    axes[0].legend(loc="lower right", fontsize=8)
    return "Budgets : " + " ; ".join(
        f"groupe {tier}, optimum {money(best[tier], currency)}, au prorata {money(rule[tier], currency)}"
        for tier in curves.index
    ) + "."  # fmt: skip
