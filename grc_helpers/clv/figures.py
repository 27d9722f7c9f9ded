"""Figures of the chapter on customer value: each takes an Axes, draws on it and returns what it says, in French."""

from __future__ import annotations

import numpy as np
import pandas as pd

from grc_helpers.clv.acquisition import Response, best_retention, payback_period, retained_value
from grc_helpers.clv.formulas import cash_flows, customer_value, margin_multiple, share_beyond
from grc_helpers.style import ACCENT, GREY, LIGHT, PALETTE, french_axis, money, percent


def plot_value_build(
    ax,
    *,
    margin: float,
    retention: float,
    discount_rate: float,
    acquisition_cost: float,
    currency: str,
    years: int = 13,
) -> str:
    """Draw each year's present value (bars), their sum (line), the acquisition cost and the value without end.

    Parameters
    ----------
    margin, retention, discount_rate : float
        As in :func:`grc_helpers.clv.formulas.customer_value`, first margin now.
    acquisition_cost : float
        In currency units; the year whose margin pays it back is marked.
    years : int
        How many are drawn.

    Returns
    -------
    str
        What the figure says, in a sentence.
    """
    value = customer_value(margin, retention, discount_rate)
    flows = cash_flows(margin, retention, discount_rate, periods=years)
    ceiling, cost = money(value, currency), money(acquisition_cost, currency)
    ax.bar(flows["period"], flows["present_value"], color=LIGHT, width=0.7)
    ax.plot(flows["period"], flows["cumulative_value"], color=ACCENT, linewidth=2, marker="o", markersize=3.5)
    ax.axhline(value, color=ACCENT, linestyle=":", linewidth=1.2)
    ax.axhline(acquisition_cost, color=PALETTE[1], linestyle="--", linewidth=1.2)
    ax.text(years - 0.5, value, f"plafond {ceiling}", color=ACCENT, ha="right", va="bottom")
    ax.text(years - 0.5, acquisition_cost, f"coût {cost}", color=PALETTE[1], ha="right", va="bottom")
    repaid = payback_period(flows, acquisition_cost)
    when = f"rien ne le rembourse en {years} ans" if repaid is None else f"remboursé par la marge de l'année {repaid}"
    if repaid is not None:
        ax.plot(repaid, flows["cumulative_value"].iloc[repaid], "o", color=PALETTE[1], markersize=8)
    ax.set_title(f"Un client à {cost} : {when}", parse_math=False)
    ax.set(ylim=(0, 1.18 * max(value, acquisition_cost)), xlim=(-0.6, years - 0.4))
    ax.set_xlabel("Années depuis le recrutement (barres : valeur de l'année ; courbe : valeur cumulée)")
    ax.set_ylabel("Valeur actualisée")
    french_axis(ax.yaxis, "money", currency=currency)
    return (
        f"Valeur cumulée d'un client, de {money(margin, currency)} au recrutement vers {ceiling} ; coût d'acquisition "
        f"{cost}, {when}."
    )


def plot_beyond(ax, *, lines: dict[str, tuple[float, float]], years: int) -> str:
    """Draw the share of a value that lies beyond each year; the title says what the first curve has after ten.

    Parameters
    ----------
    lines : dict of str to (retention, discount_rate)
        Label of each curve; the first is the one that matters.
    """
    x = np.arange(years + 1)
    for k, (text, (retention, rate)) in enumerate(lines.items()):
        y = share_beyond(x, retention, rate)
        color = PALETTE[k] if k < len(lines) - 1 else GREY
        ax.plot(x, y, color=color, linewidth=2 if k == 0 else 1.4, label=text)
    for year in (3, 5, 10):
        ax.axvline(year, color=LIGHT, linestyle=":", linewidth=1.2, zorder=0)
    far = {text: percent(share_beyond(10, *pair), 0) for text, pair in lines.items()}
    (retention, rate), most = next(iter(lines.values())), next(iter(far.values()))
    ax.set_title(f"À {percent(rate, 0)}, {most} de la valeur attendent plus de dix ans", parse_math=False)
    ax.set(xlim=(0, years), ylim=(0, 1), xlabel="Années depuis le recrutement")
    ax.set_xticks([0, 3, 5, 10, 15, years])
    ax.set_ylabel("Part de la valeur encore à venir")
    french_axis(ax.yaxis, "percent")
    ax.legend(loc="upper right")
    return (
        "Part de la valeur au-delà de chaque année ; après dix ans : "
        + " ; ".join(f"{share} ({text})" for text, share in far.items())
        + "."
    )


def plot_margin_curve(ax, curve: pd.DataFrame, *, cost: float, months: int, currency: str) -> str:
    """Draw the margin that a customer has brought so far, by months of age; greyed where few have been seen so long."""
    sure, rest = curve[curve["month"] <= months], curve[curve["month"] >= months]
    ax.plot([0, *sure["month"]], [0, *sure["cumulative_value"]], color=ACCENT, linewidth=2, marker="o", markersize=3.5)
    ax.plot(rest["month"], rest["cumulative_value"], color=GREY, linewidth=1.2, linestyle=":")
    ax.axhline(cost, color=PALETTE[1], linestyle="--", linewidth=1.2)
    first, reached = sure["cumulative_value"].iloc[0], sure["cumulative_value"].iloc[-1]
    place, side = (0.1, "left") if cost >= reached else (curve["month"].max(), "right")  # away from the curve
    name = f"coût d'acquisition supposé {money(cost, currency)}"
    ax.text(place, cost, name, color=PALETTE[1], ha=side, va="bottom")
    ax.annotate(
        f"{money(reached, currency, 2)} en {months} mois",
        (months, reached),
        xytext=(-6, 7),
        textcoords="offset points",
        ha="right",
        color=ACCENT,
    )
    early = percent(first / reached, 0)
    title = f"Le premier mois fait {early} de la marge de {months} mois" if months > 1 else "La marge du premier mois"
    ax.set_title(title, parse_math=False)
    ax.set(xlim=(0, curve["month"].max() + 0.5))
    ax.set_ylim(0, 1.15 * max(curve["cumulative_value"].max(), cost))
    ax.set_xlabel("Mois depuis le premier achat")
    ax.set_ylabel("Marge cumulée par client recruté")
    french_axis(ax.yaxis, "money", currency=currency)
    return (
        f"Marge actualisée par client recruté : {money(first, currency, 2)} le premier mois, "
        f"{money(reached, currency, 2)} en {months} mois ; au-delà, en pointillé, "
        "moins de la moitié des clients a été vue, ou l'horizon est dépassé."
    )


def plot_five_points(ax) -> str:
    """Draw what five more points of retention add to r/(1 + i − r), over retention and discount rate."""
    gain = 0.05
    retention, rate = np.arange(0.50, 0.951 - gain, 0.05), np.arange(0.04, 0.2001, 0.02)
    base = margin_multiple(retention[None, :], rate[:, None])
    added = margin_multiple(retention[None, :] + gain, rate[:, None]) / base - 1
    image = ax.imshow(added, cmap="Blues", vmin=0, aspect="auto", origin="lower")
    for (row, column), value in np.ndenumerate(added):
        color = "white" if value > 0.6 * image.get_clim()[1] else "black"
        ax.text(column, row, percent(value, 0), ha="center", va="center", color=color)
    ax.set_xticks(range(len(retention)), [percent(value, 0) for value in retention])
    ax.set_yticks(range(len(rate)), [percent(value, 0) for value in rate])
    low, high = (margin_multiple(r + gain, 0.10) / margin_multiple(r, 0.10) - 1 for r in (0.60, 0.90))
    bounds = f"de {percent(low, 0)} à {percent(high, 0)}"
    ax.set_title(f"Cinq points valent {bounds}, à 10 % d'actualisation", parse_math=False)
    ax.set(xlabel="Rétention de départ", ylabel="Taux d'actualisation")
    ax.grid(False)
    return (
        "Gain de valeur de cinq points de rétention (première marge dans un an), selon la rétention de départ et le "
        f"taux : à 10 %, {percent(low)} en partant de 60 %, {percent(high)} en partant de 90 %."
    )


def plot_changes(ax, changes: pd.Series) -> str:
    """Draw relative changes of a customer's value as bars around zero, largest loss on top."""
    said = " ; ".join(f"{name.lower()} {percent(change)}" for name, change in changes.items())
    changes = changes.sort_values(ascending=False)
    colors = np.where(changes < 0, PALETTE[1], PALETTE[2])
    bars = ax.barh(range(len(changes)), changes, color=colors, height=0.62)
    ax.bar_label(bars, [percent(value) for value in changes], padding=4)
    ax.axvline(0, color=GREY, linewidth=1)
    ax.set_yticks(range(len(changes)), changes.index)
    wide = 1.3 * max(changes.abs().max(), 0.01)
    heaviest = f"{changes.idxmin().lower()} ({percent(changes.min(), 0)})"
    ax.set_title(f"La plus lourde : {heaviest}", parse_math=False)
    ax.set(xlim=(min(1.3 * changes.min(), 0), max(1.3 * changes.max(), 0.18 * wide)))
    ax.set_xlabel("Changement de la valeur du client")
    ax.grid(axis="y", visible=False)
    french_axis(ax.xaxis, "percent")
    return f"Écart de valeur sous chaque difficulté : {said}."


def plot_draws(ax, draws: pd.DataFrame, values, *, cost: float, currency: str) -> str:
    """Draw the distribution of the values of simulated inputs, the share under the acquisition cost coloured.

    Parameters
    ----------
    draws : DataFrame
        One row a draw, one column an input.
    values : array-like
        The value that each draw gives.
    """
    values = np.asarray(values)
    low, middle, high = np.quantile(values, [0.05, 0.5, 0.95])
    under, weights = (values < cost).mean(), draws.corrwith(pd.Series(values), method="spearman").abs()
    edges = np.linspace(values.min(), values.max(), 41)
    counts, _ = np.histogram(values, edges)
    colors = np.where(edges[:-1] < cost, PALETTE[1], ACCENT)
    ax.bar(
        edges[:-1], counts / len(values), width=np.diff(edges), align="edge", color=colors, edgecolor="white", lw=0.4
    )
    for bound in (low, high):
        ax.axvline(bound, color=GREY, linestyle=":", linewidth=1.2)
    top = ax.get_ylim()[1]
    ax.text((low + high) / 2, 1.02 * top, "neuf tirages sur dix", color=GREY, ha="center", va="bottom")
    bounds = f"entre {money(low, currency)} et {money(high, currency)}"
    ax.set_title(f"Neuf fois sur dix {bounds}", parse_math=False)
    ax.set(ylim=(0, 1.12 * top), ylabel="Part des tirages")
    loss = " (en orange : moins que le coût d'acquisition)" if under else ""
    ax.set_xlabel(f"Valeur du client{loss}")
    french_axis(ax.xaxis, "money", currency=currency)
    french_axis(ax.yaxis, "percent")
    return (
        f"Valeurs tirées : médiane {money(middle, currency)}, neuf sur dix {bounds} ; {percent(under)} sous le coût "
        f"d'acquisition. Ce qui pèse le plus : {weights.idxmax().lower()}."
    )


def plot_programme(ax, gains, *, currency: str) -> str:
    """Draw what a programme brings as more customers are enrolled, best first; a dot where it brings most.

    Parameters
    ----------
    gains : array-like
        What ``programme_gain`` returns, in the order of customers: it grows with their margin.
    """
    total = np.concatenate([[0.0], np.cumsum(np.sort(np.asarray(gains, dtype=float))[::-1])])
    share, best = np.linspace(0, 1, len(total)), int(total.argmax())
    ax.plot(share, total, color=ACCENT, linewidth=2)
    ax.axhline(0, color=GREY, linewidth=1)
    ax.plot(share[best], total[best], "o", color=PALETTE[1], markersize=8)
    most, everyone = money(total[best], currency), money(total[-1], currency)
    size = f"{percent(share[best])} des clients" if best else "personne"
    ax.set_title(f"La taille qui rapporte le plus : {size}, pour {most}", parse_math=False)
    ax.set(xlim=(0, 1), xlabel="Part des clients inscrits, de la plus forte marge à la plus faible")
    ax.set_ylabel("Valeur ajoutée par le programme")
    ax.margins(y=0.12)
    french_axis(ax.xaxis, "percent")
    french_axis(ax.yaxis, "money", currency=currency)
    return f"Valeur cumulée du programme : au plus {most} (inscrits : {size}) ; {everyone} en inscrivant tout le monde."


def plot_retention_optimum(
    ax, margins: dict[str, float], *, response: Response, discount_rate: float, currency: str
) -> str:
    """Draw, for each segment, its customers' value against the retention bought, as a share of the best (a dot).

    Parameters
    ----------
    margins : dict of str to float
        Margin per period of a customer of each segment.
    response : Response
        How retention answers to spending.
    """
    budgets = {
        name: best_retention(margin=margin, discount_rate=discount_rate, response=response)
        for name, margin in margins.items()
    }
    for k, (name, margin) in enumerate(margins.items()):
        best = budgets[name]
        far = -np.log(0.02) / response.speed
        spend = np.linspace(0, far, 400)
        value = retained_value(spend, margin=margin, discount_rate=discount_rate, response=response) / best.value
        ax.plot(response.rate(spend), value, color=PALETTE[k], linewidth=2)
        ax.plot(best.rate, 1, "o", color=PALETTE[k], markersize=8)
        ax.annotate(f"{name}\n{percent(best.rate)}", (best.rate, 1), xytext=(0, 9), textcoords="offset points",
                    ha="center", color=PALETTE[k])  # fmt: skip
    ax.axvline(response.ceiling, color=GREY, linestyle=":", linewidth=1.2)
    rates = [budget.rate for budget in budgets.values()]
    bounds = f"de {percent(min(rates), 0)} à {percent(max(rates), 0)}"
    ax.set_title(f"La rétention qui vaut le plus : {bounds}, jamais 100 %", parse_math=False)
    ax.set(ylim=(0, 1.25), xlim=(response.floor - 0.04, response.ceiling + 0.03))
    ax.set_xlabel("Rétention achetée (pointillé : le plafond, que rien ne dépasse)")
    ax.set_ylabel("Valeur, 1 = la meilleure du segment")
    french_axis(ax.xaxis, "percent")
    french_axis(ax.yaxis, "number", decimals=1)
    return (
        "Valeur selon la rétention achetée ; le meilleur budget par an est de "
        + " ; ".join(
            f"{money(budget.spend, currency, 2)} pour un {name.lower()} ({percent(budget.rate)})"
            for name, budget in budgets.items()
        )
        + "."
    )


def plot_recency_rates(ax, rates: pd.DataFrame, *, unit: str) -> str:
    """Draw the share of customers who buy again, by how long they have been silent, with 95 % intervals (Wilson)."""
    from statsmodels.stats.proportion import proportion_confint

    low, high = proportion_confint(rates["purchases"], rates["at_risk"], method="wilson")
    place = np.arange(len(rates))
    bars = ax.bar(place, rates["rate"], color=ACCENT, width=0.6)
    ax.errorbar(place, rates["rate"], [rates["rate"] - low, high - rates["rate"]], fmt="none", ecolor=GREY, capsize=3)
    ax.bar_label(bars, [percent(value) for value in rates["rate"]], padding=8)
    ax.set_xticks(place, rates["recency"] - 1)
    ax.set_title(f"Après un {unit} de silence, {percent(rates['rate'].iloc[1])} rachètent", parse_math=False)
    ax.set(ylim=(0, 1.2 * high.max()), xlabel=f"{unit.capitalize()}s de silence depuis le dernier achat")
    ax.set_ylabel(f"Achètent dans le {unit} qui suit")
    french_axis(ax.yaxis, "percent")
    said = ", ".join(percent(rate) for rate in rates["rate"])
    return f"Part des clients qui achètent dans le {unit} qui suit, selon leur récence : {said}."
