"""Figures of the chapter on RFM and life cycles: each takes an Axes, draws on it and returns it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from grc_helpers.style import ACCENT, GREY, LIGHT, PALETTE, french_axis, percent

# From light to dark blue: more purchases.
_BLUES = ("#d6e6f2", "#8fbfe0", "#3c8dc4", "#08457a")


def plot_grid(ax, values: pd.DataFrame, *, write, title: str):
    """Draw a number for each pair of scores as a coloured grid: recency as rows (5 on top), frequency as columns.

    Parameters
    ----------
    values : DataFrame
        Rows: recency scores; columns: frequency scores; a pair of scores without a customer shows a dash.
    write : callable
        From value to text.
    """
    values = values.reindex(index=range(5, 0, -1), columns=range(1, 6))
    top = np.nanmax(values.to_numpy())
    ax.imshow(values, cmap="Blues", vmin=0, vmax=top, aspect="auto")
    for (row, column), value in np.ndenumerate(values.to_numpy()):
        color = "white" if value > 0.55 * top else "black"
        ax.text(column, row, "–" if np.isnan(value) else write(value), ha="center", va="center", color=color)
    ax.set_xticks(range(values.shape[1]), values.columns)
    ax.set_yticks(range(values.shape[0]), values.index)
    ax.set(title=title, xlabel="Note de fréquence (5 : souvent)", ylabel="Note de récence (5 : récemment)")
    ax.grid(False)
    return ax


def _order_classes(orders: pd.Series) -> pd.Series:
    """Put numbers of orders into four classes: 1, 2, 3–4, 5 and more, or quarters where most customers order more."""
    edges = [1, 2, 4]
    if orders.median() > 4:
        edges = sorted({int(orders.quantile(share)) for share in (0.25, 0.5, 0.75)})
    starts = [1, *(edge + 1 for edge in edges)]
    names = [f"{a}" if a == b else f"{a} à {b}" for a, b in zip(starts, edges, strict=False)]
    names = [f"{names[0]} commande{'s' if edges[0] > 1 else ''}", *names[1:], f"{starts[-1]} et plus"]
    return pd.cut(orders, [0, *edges, np.inf], labels=names)


def plot_score_makeup(ax, scores: pd.Series, orders: pd.Series, *, title: str):
    """Draw, for each frequency score, how many orders its customers really made (stacked shares)."""
    made = _order_classes(orders)
    shares = pd.crosstab(scores, made, normalize="index", dropna=False)
    left = np.zeros(len(shares))
    for color, ink, label in zip(_BLUES, ("black", "black", "white", "white"), shares.columns, strict=False):
        bars = ax.barh(shares.index.astype(str), shares[label], left=left, color=color, label=label)
        ax.bar_label(bars, [percent(v, 0) if v > 0.06 else "" for v in shares[label]], label_type="center", color=ink)
        left += shares[label].to_numpy()
    ax.set(xlim=(0, 1), ylabel="Note de fréquence", xlabel="Part des clients qui ont reçu cette note")
    ax.set_title(title, pad=30)
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


def plot_treemap(ax, segments: pd.DataFrame, *, title: str):
    """Draw segments as rectangles: area for the share of customers, colour for sales per customer.

    Parameters
    ----------
    segments : DataFrame indexed by segment
        customer_share, sales_share.
    """
    from matplotlib import colormaps
    from matplotlib.patches import Rectangle

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


def plot_cells(ax, cells: pd.DataFrame, *, title: str):
    """Draw the response of each cell with its interval, best first.

    Parameters
    ----------
    cells : DataFrame
        response, low, high, customers (:func:`grc_helpers.rfm_validity.response_by`).
    """
    cells = cells.sort_values("response", ascending=False)
    place, size = np.arange(1, len(cells) + 1), cells["customers"] / cells["customers"].max()
    ax.vlines(place, cells["low"], cells["high"], color=LIGHT, linewidth=2)
    ax.scatter(place, cells["response"], s=6 + 60 * size, color=ACCENT, zorder=3)
    ax.set(xlim=(0, len(cells) + 1), ylim=(0, 1.02), title=title, ylabel="Part de clients qui rachètent")
    ax.set_xlabel("Cellules, de la meilleure à la moins bonne (surface du point : nombre de clients)")
    french_axis(ax.yaxis, "percent")
    return ax


def plot_gain(ax, curves: dict[str, pd.DataFrame], *, stop: float, currency: str, title: str):
    """Draw cumulative profit against the share of customers contacted, one curve a way to choose them.

    Parameters
    ----------
    curves : dict of str to DataFrame
        contacted_share and profit (:func:`grc_helpers.rfm_validity.gain_curve`); the last one is drawn in grey.
    stop : float
        Share of customers above the break-even response, marked on the first curve.
    """
    colors = [*PALETTE[: len(curves) - 1], GREY]
    for (name, curve), color in zip(curves.items(), colors, strict=True):
        line = ":" if color == GREY else "-"
        ax.plot(curve["contacted_share"], curve["profit"], line, color=color, linewidth=2, label=name)
    first = next(iter(curves.values()))
    reached = np.interp(stop, first["contacted_share"], first["profit"])
    ax.plot([stop], [reached], "o", color=ACCENT, markersize=7)
    side = {"ha": "right", "xytext": (0, 9)} if stop > 0.85 else {"ha": "left", "xytext": (5, 6)}
    ax.annotate("point mort", (stop, reached), textcoords="offset points", color=ACCENT, **side)
    ax.axhline(0, color=GREY, linewidth=0.8)
    ax.margins(y=0.12)
    ax.set(xlim=(0, 1.01), title=title, xlabel="Part des clients relancés, du plus prometteur au moins prometteur")
    ax.set_ylabel("Profit cumulé")
    french_axis(ax.xaxis, "percent")
    french_axis(ax.yaxis, "money", currency=currency)
    ax.legend(loc="lower right", bbox_to_anchor=(1, 0.06))
    return ax


def plot_recencies(ax, customers: pd.DataFrame, *, title: str):
    """Draw customers by the two recencies: days since the last purchase, and age at the last purchase.

    Parameters
    ----------
    customers : DataFrame
        days_since_last, recency, frequency, in days. Those who bought on one day only lie on the bottom line.
    """
    once = customers["frequency"] == 0
    for kept, color in ((~once, ACCENT), (once, PALETTE[1])):
        ax.scatter(
            customers.loc[kept, "days_since_last"], customers.loc[kept, "recency"], s=5, alpha=0.35, color=color, lw=0
        )
    handles = [ax.scatter([], [], s=30, color=color) for color in (ACCENT, PALETTE[1])]
    ax.legend(handles, ["au moins deux jours d'achat", "un seul jour d'achat : 0"], loc="upper right")
    ax.set(title=title, xlabel="Récence RFM : jours depuis le dernier achat")
    ax.set_ylabel("Récence des modèles :\nâge au dernier achat (jours)")
    french_axis(ax.xaxis)
    french_axis(ax.yaxis)
    return ax
