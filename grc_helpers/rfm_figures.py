"""Figures of the chapter on RFM and life cycles: each draws on ``ax`` (or a new figure), titles it, returns it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from grc_helpers.style import ACCENT, GREY, LIGHT, PALETTE, french_axis, money, new_axes, number, percent

PLURALS = {"Nouveau": "nouveaux", "Actif": "actifs", "Dormant": "dormants", "Perdu": "perdus"}
# From light to dark blue: more purchases.
_BLUES = ("#d6e6f2", "#8fbfe0", "#3c8dc4", "#08457a")


def plot_grid(values: pd.DataFrame, *, write, title: str, xlabel: str, ylabel: str, ax=None):
    """Draw a table of numbers as a coloured grid.

    Parameters
    ----------
    values : DataFrame
        Rows from top to bottom, columns from left to right; a missing value shows a dash.
    write : callable
        From value to text.
    """
    ax, top = new_axes(ax), np.nanmax(values.to_numpy())
    ax.imshow(values, cmap="Blues", vmin=0, vmax=top, aspect="auto")
    for (row, column), value in np.ndenumerate(values.to_numpy()):
        color = "white" if value > 0.55 * top else "black"
        ax.text(column, row, "–" if np.isnan(value) else write(value), ha="center", va="center", color=color)
    ax.set_xticks(range(values.shape[1]), values.columns)
    ax.set_yticks(range(values.shape[0]), values.index)
    ax.set(title=title, xlabel=xlabel, ylabel=ylabel)
    ax.grid(False)
    return ax


def plot_sales_grid(scores: pd.DataFrame, spend: pd.Series, *, ax=None):
    """Draw the share of sales of each pair of recency and frequency scores; the title tells the largest.

    Parameters
    ----------
    scores : DataFrame
        r and f (:func:`grc_helpers.rfm.rfm_scores`).
    spend : Series
        Sales to each customer, same index; positive in total.
    """
    pairs = spend.groupby([scores["r"], scores["f"]]).agg(["sum", "size"]) / [spend.sum(), len(spend)]
    (r, f), grid = pairs["sum"].idxmax(), pairs["sum"].unstack().reindex(index=range(5, 0, -1), columns=range(1, 6))
    people, sales = (percent(pairs.loc[(r, f), name]) for name in ("size", "sum"))
    title = f"Les clients R{r} F{f} : {people} de la base, {sales} du CA"
    axes = {"xlabel": "Note de fréquence (5 : souvent)", "ylabel": "Note de récence (5 : récemment)"}
    return plot_grid(grid, write=percent, title=title, **axes, ax=ax)


def _order_classes(orders: pd.Series) -> pd.Series:
    """Put numbers of orders into four classes: 1, 2, 3–4, 5 and more, or quarters where most customers order more."""
    edges = [1, 2, 4]
    if orders.median() > 4:
        edges = sorted({int(orders.quantile(share)) for share in (0.25, 0.5, 0.75)})
    starts = [1, *(edge + 1 for edge in edges)]
    names = [f"{a}" if a == b else f"{a} à {b}" for a, b in zip(starts, edges, strict=False)]
    names = [f"{names[0]} commande{'s' if edges[0] > 1 else ''}", *names[1:], f"{starts[-1]} et plus"]
    return pd.cut(orders, [0, *edges, np.inf], labels=names)


def plot_score_makeup(scores: pd.Series, orders: pd.Series, *, drawn: float, ax=None):
    """Draw, for each frequency score, how many orders its customers really made (stacked shares).

    Parameters
    ----------
    scores, orders : Series
        Score and number of orders of each customer.
    drawn : float
        Share of customers whose score depends on the order of ties, told in the title.
    """
    ax, made = new_axes(ax, size=(7.2, 3.4)), _order_classes(orders)
    shares = pd.crosstab(scores, made, normalize="index", dropna=False)
    left = np.zeros(len(shares))
    for color, ink, label in zip(_BLUES, ("black", "black", "white", "white"), shares.columns, strict=False):
        bars = ax.barh(shares.index.astype(str), shares[label], left=left, color=color, label=label)
        ax.bar_label(bars, [percent(v, 0) if v > 0.06 else "" for v in shares[label]], label_type="center", color=ink)
        left += shares[label].to_numpy()
    ax.set(xlim=(0, 1), ylabel="Note de fréquence", xlabel="Part des clients qui ont reçu cette note")
    told = f"L'ordre des ex æquo décide de la note F de {percent(drawn)} des clients"
    ax.set_title(told if drawn else "L'ordre des ex æquo ne décide d'aucune note F", pad=30)
    french_axis(ax.xaxis, "percent")
    ax.grid(False)
    ax.legend(loc="lower left", bbox_to_anchor=(0, 0.99), ncols=4, borderaxespad=0.2)
    return ax


def treemap(sizes) -> list[tuple[float, float, float, float]]:
    """Cut the unit square into rectangles of given relative sizes, largest first: (x, y, width, height) of each.

    The squarest row is completed first (Bruls, Huizing & van Wijk 2000, *Squarified Treemaps*).
    """
    areas, boxes = list(np.asarray(sizes, dtype=float) / np.sum(sizes)), []
    x, y, width, height = 0.0, 0.0, 1.0, 1.0
    while areas:
        side = min(width, height)
        worst = [
            max(max(side**2 * a / sum(row) ** 2, sum(row) ** 2 / (side**2 * a)) for a in row)
            for row in (areas[: k + 1] for k in range(len(areas)))
        ]
        count = next((k for k in range(1, len(worst)) if worst[k] > worst[k - 1]), len(worst))
        row, areas = areas[:count], areas[count:]
        thick, place = sum(row) / side, 0.0
        for area in row:
            long = area / thick
            boxes.append((x, y + place, thick, long) if width >= height else (x + place, y, long, thick))
            place += long
        if width >= height:
            x, width = x + thick, width - thick
        else:
            y, height = y + thick, height - thick
    return boxes


def plot_treemap(segments: pd.DataFrame, *, ax=None):
    """Draw segments as rectangles: area for the share of customers, colour for sales per customer.

    The title tells the segment that sells most.

    Parameters
    ----------
    segments : DataFrame indexed by segment
        customer_share, sales_share.
    """
    from matplotlib import colormaps
    from matplotlib.patches import Rectangle

    ax, first = new_axes(ax, size=(7.2, 4.4)), segments["sales_share"].idxmax()
    people, sales = (percent(segments.loc[first, key]) for key in ("customer_share", "sales_share"))
    title = f"« {first} » : {people} des clients, {sales} du CA"
    shown = segments[segments["customer_share"] > 0].sort_values("customer_share", ascending=False)
    weight = shown["sales_share"] / shown["customer_share"]
    strength = (weight / weight.max()).clip(0, 1)
    colors = colormaps["Blues"](0.12 + 0.75 * strength.to_numpy())
    boxes, small = treemap(shown["customer_share"]), []
    for (name, row), (x, y, width, height), color, strong in zip(
        shown.iterrows(), boxes, colors, strength, strict=True
    ):
        ax.add_patch(Rectangle((x, y), width, height, facecolor=color, edgecolor="white", lw=2))
        people, sales = (percent(row[key], 0 if row[key] >= 0.01 else 1) for key in ("customer_share", "sales_share"))
        text = f"{name}\n{people} des clients\n{sales} du CA"
        if width > 0.17 and height > 0.13:
            ink = "white" if strong > 0.6 else "black"
            ax.text(x + width / 2, y + height / 2, text, ha="center", va="center", color=ink)
        else:
            small.append(text.replace("\n", ", "))
    ax.set(xlim=(0, 1), ylim=(0, 1), title=title, xticks=[], yticks=[])
    if small:
        ax.set_xlabel("\n".join(["Cases sans nom, de la plus grande à la plus petite :", *small]))
    ax.spines[:].set_visible(False)
    ax.grid(False)
    return ax


def plot_cells(cells: pd.DataFrame, *, name: str, ax=None):
    """Draw the response of each cell with its interval, best first; the title tells the range.

    Parameters
    ----------
    cells : DataFrame
        response, low, high, customers (:func:`grc_helpers.rfm_validity.response_by`).
    name : str
        Whose customers they are.
    """
    ax, (low, high) = new_axes(ax), (percent(cells["response"].agg(end), 0) for end in ("min", "max"))
    title = f"{name} : de {low} à {high} de racheteurs selon la cellule"
    cells = cells.sort_values("response", ascending=False)
    place, size = np.arange(1, len(cells) + 1), cells["customers"] / cells["customers"].max()
    ax.vlines(place, cells["low"], cells["high"], color=LIGHT, linewidth=2)
    ax.scatter(place, cells["response"], s=6 + 60 * size, color=ACCENT, zorder=3)
    ax.set(xlim=(0, len(cells) + 1), ylim=(0, 1.02), title=title, ylabel="Part de clients qui rachètent")
    ax.set_xlabel("Cellules, de la meilleure à la moins bonne (surface du point : nombre de clients)")
    french_axis(ax.yaxis, "percent")
    return ax


def plot_gain(curves: dict[str, pd.DataFrame], *, stop: float, currency: str, ax=None):
    """Draw cumulative profit against the share of customers contacted, one curve a way to choose them.

    The title tells what is gained by stopping at the break-even response instead of contacting everyone.

    Parameters
    ----------
    curves : dict of str to DataFrame
        contacted_share and profit (:func:`grc_helpers.rfm_validity.gain_curve`); the last one is drawn in grey.
    stop : float
        Share of customers above the break-even response, marked on the first curve.
    """
    ax, first = new_axes(ax), next(iter(curves.values()))
    reached = np.interp(stop, first["contacted_share"], first["profit"])
    extra = reached - first["profit"].iloc[-1]
    told = f"{'rapporte' if extra > 0 else 'coûte'} {money(abs(extra), currency)}" if stop < 1 else "ne change rien"
    colors = [*PALETTE[: len(curves) - 1], GREY]
    for (name, curve), color in zip(curves.items(), colors, strict=True):
        line = ":" if color == GREY else "-"
        ax.plot(curve["contacted_share"], curve["profit"], line, color=color, linewidth=2, label=name)
    ax.plot([stop], [reached], "o", color=ACCENT, markersize=7)
    ax.annotate(
        "point mort",
        (stop, reached),
        xytext=(0, -42),
        textcoords="offset points",
        ha="right" if stop > 0.85 else "center",
        color=ACCENT,
        bbox={"facecolor": "white", "edgecolor": "none", "pad": 1},
        arrowprops={"arrowstyle": "-", "color": ACCENT, "linewidth": 0.8},
    )
    ax.axhline(0, color=GREY, linewidth=0.8)
    ax.margins(y=0.12)
    ax.set(xlim=(0, 1.01))
    ax.set_title(f"Écarter les cellules sous le point mort {told}", pad=30)
    ax.set(xlabel="Part des clients relancés, du plus prometteur au moins prometteur")
    ax.set_ylabel("Profit cumulé")
    french_axis(ax.xaxis, "percent")
    french_axis(ax.yaxis, "money", currency=currency)
    ax.legend(loc="lower left", bbox_to_anchor=(0, 0.99), ncols=3, borderaxespad=0.2)
    return ax


def plot_recencies(customers: pd.DataFrame, *, seed: int, most: int = 3000, ax=None):
    """Draw customers by the two recencies: days since the last purchase, and age at the last purchase.

    Parameters
    ----------
    customers : DataFrame
        days_since_last, recency, frequency, in days. Those who bought on one day only lie on the bottom line: the
        title tells their share.
    seed, most : int
        Draw of the customers shown, where there are more than ``most``.
    """
    ax, share = new_axes(ax, size=(7.2, 4.4)), percent((customers["frequency"] == 0).mean())
    customers = customers.sample(min(len(customers), most), random_state=seed)
    once = customers["frequency"] == 0
    for kept, color in ((~once, ACCENT), (once, PALETTE[1])):
        ax.scatter(
            customers.loc[kept, "days_since_last"], customers.loc[kept, "recency"], s=5, alpha=0.35, color=color, lw=0
        )
    handles = [ax.scatter([], [], s=30, color=color) for color in (ACCENT, PALETTE[1])]
    ax.legend(handles, ["au moins deux jours d'achat", "un seul jour d'achat : 0"], loc="upper right")
    told = f"Récence des modèles : 0 pour {share} des clients" if once.any() else "Personne n'est venu un seul jour"
    ax.set_title(told)
    ax.set_xlabel("Récence RFM : jours depuis le dernier achat")
    ax.set_ylabel("Récence des modèles :\nâge au dernier achat (jours)")
    french_axis(ax.xaxis)
    french_axis(ax.yaxis)
    return ax


def plot_state_moves(moves: pd.DataFrame, *, step: int, ax=None):
    """Draw where the customers in each state are a step later; the title follows the active ones, if there are any.

    Parameters
    ----------
    moves : DataFrame
        :func:`grc_helpers.lifecycle.transition_counts`, with at least one move.
    step : int
        Days between two observations.
    """
    left = moves.loc[moves.any(axis=1), moves.any()]
    shares = left.div(left.sum(axis=1), axis=0)
    before = "Actif" if "Actif" in left.index else left.sum(axis=1).idxmax()
    after = "Actif" if before == "Actif" and "Actif" in left else shares.loc[before].idxmax()
    end = "le sont encore" if before == after else f"sont {PLURALS[after]}"
    title = f"{percent(shares.loc[before, after])} des {PLURALS[before]} {end} au pas suivant"
    axes = {"xlabel": f"État {step} jours plus tard", "ylabel": "État de départ"}
    return plot_grid(shares, write=percent, title=title, **axes, ax=ax)


def plot_future(grid: pd.DataFrame, *, ax=None):
    """Draw the mean future by silence and orders; the title counts the rows where more orders are not better.

    Parameters
    ----------
    grid : DataFrame
        :func:`grc_helpers.rfm_simulation.future_by_silence`.
    """
    present = [row[~np.isnan(row)] for row in grid.to_numpy()]
    falls = sum(row.argmax() < len(row) - 1 for row in present)
    title = f"Lignes où le plus fréquent n'a pas le meilleur avenir : {falls} sur {len(grid)}"
    axes = {"xlabel": "Nombre de commandes", "ylabel": "Semaines depuis la dernière"}
    return plot_grid(grid, write=lambda value: number(value, 2), title=title, **axes, ax=ax)
