"""Figures of the chapter on attrition: each takes an Axes, draws on it and returns what it says, in French."""

from __future__ import annotations

import numpy as np
import pandas as pd

from grc_helpers.retention_survival import survival_at
from grc_helpers.style import ACCENT, GREY, LIGHT, PALETTE, french_axis, money, number, percent


def plot_survival(ax, curve: pd.DataFrame, *, horizon: float, unit: str, at: float, truth=None) -> str:
    """Draw the share of contracts still running at each age, its 95 % band, and the truth when it is known.

    Parameters
    ----------
    curve : DataFrame
        What ``kaplan_meier`` returns.
    horizon, at : float
        Last age drawn, and the age that the title speaks of, in the unit of the curve.
    unit : str
        Plural, in French.
    truth : sequence of float, optional
        True share at ages 0, 1, 2…
    """
    seen = curve[curve["age"] <= horizon]
    ages = [*seen["age"], horizon]
    low, high, middle = ([*seen[name], seen[name].iloc[-1]] for name in ("low", "high", "survival"))
    ax.fill_between(ages, low, high, step="post", color=LIGHT, alpha=0.6, linewidth=0)
    ax.step(ages, middle, where="post", color=ACCENT, linewidth=2, label="Kaplan–Meier, bande à 95 %")
    if truth is not None:
        ax.plot(range(len(truth)), truth, "o", color=PALETTE[1], markersize=5, label="vérité du simulateur")
        ax.legend(loc="lower left")
    there = survival_at(curve, at)
    ax.set_title(f"Après {number(at)} {unit}, {percent(there, 0)} des contrats courent encore", parse_math=False)
    ax.set(xlim=(0, horizon), ylim=(0, 1.03), xlabel=f"Âge du contrat ({unit})", ylabel="Contrats encore en cours")
    french_axis(ax.yaxis, "percent")
    end = f"{percent(middle[-1])} [{percent(low[-1])} ; {percent(high[-1])}] à {number(horizon)} {unit}"
    return f"Contrats encore en cours selon leur âge, bande à 95 % : {percent(there)} à {number(at)} {unit}, {end}."


def plot_hazards(ax, table: pd.DataFrame, *, held: int) -> str:
    """Draw the share of contracts that end at each renewal date, with and without a penalty during the first ones."""
    from matplotlib.ticker import MultipleLocator

    names = {False: "sans pénalité", True: "avec pénalité la première année"}
    for k, (penalty, part) in enumerate(table.groupby("penalty")):
        x, color = part["renewal"] + (0.08 if penalty else -0.08), (GREY, ACCENT)[k]
        reach = [part["rate"] - part["low"], part["high"] - part["rate"]]
        ax.errorbar(
            x, part["rate"], reach, color=color, marker="o", linewidth=1.8, elinewidth=0.9, label=names[penalty]
        )
    ax.axvline(held + 0.5, color=PALETTE[1], linestyle="--", linewidth=1.2)
    top = 1.22 * table["high"].max()
    ax.text(held + 0.6, 0.97 * top, "la pénalité tombe", color=PALETTE[1], va="top")
    sums = table.assign(later=table["renewal"] > held).groupby(["later", "penalty"])[["departed", "at_risk"]].sum()
    rate = sums["departed"] / sums["at_risk"]
    pair = [f"{percent(rate[later, True])} contre {percent(rate[later, False])}" for later in (False, True)]
    ax.set_title(f"Avec pénalité : {pair[0]} sans, puis {pair[1]}", parse_math=False)
    ax.set(ylim=(0, top), xlabel="Échéance (trimestres)", ylabel="Contrats résiliés à l'échéance")
    ax.set_xticks(sorted(table["renewal"].unique()))
    ax.yaxis.set_major_locator(MultipleLocator(0.05))
    french_axis(ax.yaxis, "percent")
    ax.legend(loc="upper left")
    return (
        "Part des contrats résiliés à chaque échéance, intervalles à 95 %. Par échéance, avec pénalité contre sans : "
        f"{pair[0]} la première année, {pair[1]} ensuite."
    )


def plot_switching(ax, rates: np.ndarray, brands: list[str]) -> str:
    """Draw the share of purchases that follow each brand's (rows) and go to each brand (columns)."""
    ax.imshow(rates, cmap="Blues", vmin=0, vmax=1, aspect="auto")
    for (row, column), value in np.ndenumerate(rates):
        ax.text(column, row, percent(value, 0), ha="center", va="center", color="white" if value > 0.6 else "black")
    ax.set_xticks(range(len(brands)), brands)
    ax.set_yticks(range(len(brands)), brands)
    ax.set(xlabel="Achat suivant", ylabel="Achat")
    ax.grid(False)
    best, kept = int(np.argmax(np.diag(rates))), np.diag(rates)
    ax.set_title(f"{brands[best]} garde {percent(kept[best], 0)} de ses achats", parse_math=False)
    said = " ; ".join(f"{name} {percent(share)}" for name, share in zip(brands, kept, strict=True))
    return f"Part des achats qui vont à chaque marque, selon la marque achetée juste avant. Rachats : {said}."


def plot_rival(axes, table: pd.DataFrame, *, rival: str, brands: list[str], cost: float, currency: str) -> str:
    """Draw, against the rival's retention, every brand's long-run share, and what a customer won from it costs.

    Parameters
    ----------
    axes : two Axes
    table : DataFrame
        What ``rival_scenarios`` returns.
    cost : float
        Of a customer won from the rival as it is today, in currency units.
    """
    ax, right = axes
    first, last = table.iloc[0], table.iloc[-1]
    for name in brands:
        color = PALETTE[1] if name == rival else ACCENT if name == brands[0] else GREY
        ax.plot(table["retention"], table[name], color=color, linewidth=2)
        nudge = 0.012 * (1 if name == brands[-2] else -1 if name == brands[-1] else 0)
        ax.text(last["retention"] + 0.003, last[name] + nudge, name, color=color, va="center")
    ax.axvline(first["retention"], color=LIGHT, linestyle=":", linewidth=1.4, zorder=0)
    leader = next(name for name in brands if name != rival)
    ax.set_title(
        f"{leader} passe de {percent(first[leader], 0)} à {percent(last[leader], 0)} du marché",
        parse_math=False,
    )
    ax.set(xlim=(first["retention"] - 0.005, last["retention"] + 0.045), ylim=(0, None))
    ax.set_ylabel("Part de marché de long terme")
    costs = cost * table["contacts"]
    ends = [money(value, currency) for value in (costs.iloc[0], costs.iloc[-1])]
    right.plot(table["retention"], costs, color=ACCENT, linewidth=2)
    right.set_title(f"Un client qu'on lui prend : de {ends[0]} à {ends[1]}", parse_math=False)
    right.set(ylim=(0, 1.15 * max(costs.iloc[-1], 1)), ylabel="Coût d'acquisition par client pris")
    for axis in axes:
        axis.set_xlabel(f"Achats de {rival} suivis d'un rachat (à gauche : aujourd'hui)")
        french_axis(axis.xaxis, "percent")
    french_axis(ax.yaxis, "percent")
    french_axis(right.yaxis, "money", currency=currency)
    said = " ; ".join(f"{name} de {percent(first[name])} à {percent(last[name])}" for name in brands)
    return (
        f"Quand le rachat de {rival} passe de {percent(first['retention'])} à {percent(last['retention'])}. Parts "
        f"de marché de long terme : {said}. Coût d'un client qu'on lui prend : de {ends[0]} à {ends[1]}."
    )


def plot_loss(ax, costs, losses: dict[str, np.ndarray], *, ceiling: float, cost: float, currency: str) -> str:
    """Draw what one departure costs against the cost of acquiring a customer, places limited or not."""
    for k, (name, loss) in enumerate(losses.items()):
        ax.plot(costs, loss, color=(GREY, ACCENT)[k], linewidth=2, label=name)
    ax.axvline(ceiling, color=PALETTE[1], linestyle="--", linewidth=1.2)
    top = 1.35 * max(loss.max() for loss in losses.values())
    label = f"ce que vaut un nouveau client, {money(ceiling, currency)}  "
    ax.text(ceiling, 0.03 * top, label, color=PALETTE[1], ha="right", va="bottom")
    free, limited = (np.interp(cost, costs, loss) for loss in losses.values())
    ax.plot([cost, cost], [limited, free], "o", color=PALETTE[1], markersize=6)
    ax.set_title(
        f"Un départ coûte {money(free, currency)}, ou {money(limited, currency)} si sa place est reprise",
        parse_math=False,
    )
    ax.set(xlim=(0, costs[-1]), ylim=(min(0, 1.1 * min(loss.min() for loss in losses.values())), top))
    ax.set(xlabel="Coût d'acquisition d'un client (points : le coût choisi)", ylabel="Perte par départ")
    for axis in (ax.xaxis, ax.yaxis):
        french_axis(axis, "money", currency=currency)
    ax.legend(loc="upper left")
    return (
        f"Perte par départ selon le coût d'acquisition : {money(free, currency, 2)} si l'on recrute sans limite ; si "
        f"la place est reprise, elle monte avec ce coût et rejoint la première au plafond, "
        f"{money(ceiling, currency, 2)}."
    )


def plot_survivor_bias(ax, curves: dict[str, pd.DataFrame], *, horizon: float, unit: str) -> str:
    """Draw several survival curves of the same contracts: the first is that of the whole history."""
    for k, (name, curve) in enumerate(curves.items()):
        seen = curve[curve["age"] <= horizon]
        ages, shares = [*seen["age"], horizon], [*seen["survival"], seen["survival"].iloc[-1]]
        ax.step(ages, shares, where="post", color=(GREY, PALETTE[1], ACCENT)[k], linewidth=2 - 0.2 * k, label=name)
    ends = {name: survival_at(curve, horizon) for name, curve in curves.items()}
    whole, naive, *_ = ends.values()
    ax.set_title(
        f"La photographie naïve garde {percent(naive, 0)} des contrats, l'histoire {percent(whole, 0)}",
        parse_math=False,
    )
    ax.set(xlim=(0, horizon), ylim=(0, 1.03), xlabel=f"Âge du contrat ({unit})", ylabel="Contrats encore en cours")
    french_axis(ax.yaxis, "percent")
    ax.legend(loc="lower left")
    said = " ; ".join(f"{name.lower()} : {percent(share)}" for name, share in ends.items())
    return f"Part des contrats encore en cours à {number(horizon)} {unit} : {said}."


def plot_projections(axes, tables: dict[str, pd.DataFrame], *, seen: int) -> str:
    """Draw each published segment's survivors, and what each curve fitted to the first years says of the others."""
    colors = dict(
        zip(("Linéaire", "Quadratique", "Exponentielle", "sBG"), (GREY, PALETTE[4], PALETTE[2], ACCENT), strict=True)
    )
    said = []
    for ax, (segment, table) in zip(axes, tables.items(), strict=True):
        for name, color in colors.items():
            ax.plot(table["year"], table[name], color=color, linewidth=2.2 if name == "sBG" else 1.3, label=name)
        ax.plot(table["year"], table["observed"], "o", color="black", markersize=4, label="observé")
        ax.axvspan(seen - 0.5, table["year"].max() + 0.3, color=LIGHT, alpha=0.35, zorder=0)
        last = table.iloc[-1]
        errors = {name: abs(last[name] - last["observed"]) for name in colors}
        best = min(errors, key=errors.get)
        gap = number(100 * (last[best] - last["observed"]), 1)
        ax.set_title(f"{segment} : {best} à {gap} point{'s' if errors[best] >= 0.02 else ''}", parse_math=False)
        ax.set(ylim=(-0.05, 1.05), xlim=(0, table["year"].max() + 0.3), xlabel="Année (grisé : non utilisé)")
        french_axis(ax.yaxis, "percent")
        ends = ", ".join(f"{name if name == 'sBG' else name.lower()} {percent(last[name])}" for name in colors)
        said.append(f"{segment}, année {number(last['year'])} : observé {percent(last['observed'])}, {ends}")
    axes[0].set_ylabel("Encore clients")
    axes[0].legend(loc="lower left")
    return " ; ".join(said) + "."


def plot_double_jeopardy(ax, table: pd.DataFrame, *, what: str) -> str:
    """Draw each brand's purchases per buyer against its penetration, and the line of ordinary brands."""
    from matplotlib.ticker import MultipleLocator

    ax.plot(table["penetration"], table["expected"], color=GREY, linewidth=1.4, zorder=1)
    ax.plot(table["penetration"], table["frequency"], "o", color=ACCENT, markersize=7)
    apart = (table["frequency"] / table["expected"] - 1).abs().idxmax()
    for name in dict.fromkeys([*table.index[:6], apart]):
        place = table.loc[name, ["penetration", "frequency"]]
        ax.annotate(name, place, xytext=(6, 4), textcoords="offset points", fontsize=8)
    tie = table["penetration"].corr(table["frequency"], method="spearman")
    small, large = table.iloc[-1], table.iloc[0]
    most, least = number(large["frequency"], 1), number(small["frequency"], 1)
    ax.set_title(f"Du plus grand au plus petit, de {most} à {least} achats par acheteur", parse_math=False)
    ax.set(xlim=(0, 1.18 * table["penetration"].max()), ylim=(0, 1.15 * table[["frequency", "expected"]].max().max()))
    ax.set_xlabel(f"Foyers acheteurs, part de ceux qui achètent {what} (courbe : marque ordinaire)")
    ax.set_ylabel("Achats par acheteur dans l'année")
    ax.yaxis.set_major_locator(MultipleLocator(1))
    french_axis(ax.xaxis, "percent")
    french_axis(ax.yaxis, "number")
    return (
        f"{number(len(table))} fabricants : {percent(large['penetration'])} de foyers acheteurs et "
        f"{number(large['frequency'], 2)} achats chacun pour le plus grand, {percent(small['penetration'])} et "
        f"{number(small['frequency'], 2)} pour le plus petit ; corrélation des rangs {number(tie, 2)}."
    )
