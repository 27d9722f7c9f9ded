"""French number formats and the one figure style of the workbook."""

from __future__ import annotations

import math
import re

NBSP = "\u00a0"  # no-break space: before : and inside « »
NNBSP = "\u202f"  # narrow no-break space: thousands, and before ; ! ? % €
VERBATIM = re.compile(r"(`+[^`]*`+|\$\$.*?\$\$|\$[^$\n]*\$|^\|[ :|-]+\|$)", re.S | re.M)
MINUS = "\u2212"
SYMBOLS = {"EUR": "€", "USD": "$", "GBP": "£", "CHF": "CHF", "CAD": "$ CA", "MAD": "MAD", "TND": "TND", "DZD": "DZD"}

GREY, LIGHT, ACCENT = "#5f6b76", "#c9d0d6", "#0072b2"
# Okabe and Ito's palette (2008): told apart by readers with any common colour blindness.
PALETTE = (ACCENT, "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9")

STYLE = {
    "axes.edgecolor": GREY,
    "axes.grid": True,
    "axes.grid.axis": "y",
    "axes.labelcolor": GREY,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlelocation": "left",
    "axes.titlesize": 11.5,
    "axes.titleweight": "bold",
    "axes.titlepad": 12,
    "axes.axisbelow": True,
    "figure.constrained_layout.use": True,
    "figure.dpi": 100,
    "figure.figsize": (7.2, 4.0),
    "font.family": "DejaVu Sans",
    "font.size": 9.5,
    "grid.color": "#e6e9ec",
    "legend.frameon": False,
    "savefig.dpi": 160,
    "svg.hashsalt": "grc",
    "xtick.color": GREY,
    "ytick.color": GREY,
}


def typeset(text: str) -> str:
    """Put the no-break spaces of French typography where an author typed ordinary ones.

    Code between backquotes and formulas between dollars are left as they are.
    """
    parts = VERBATIM.split(text)
    for place in range(0, len(parts), 2):
        part = re.sub(r" (?=[;!?%€](?!\w))", NNBSP, parts[place])
        part = re.sub(r" (?=[:»])", NBSP, part)
        parts[place] = re.sub(r"« ", f"«{NBSP}", part)
    return "".join(parts)


def number(value: float, decimals: int = 0, unit: str = "") -> str:
    """Write a number the French way: ``1 234,5 €``.

    Parameters
    ----------
    value : float
        The number; NaN is written as an en dash.
    decimals : int
        Digits after the comma.
    unit : str
        Written after a narrow no-break space.
    """
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return "–"
    text = f"{value:,.{decimals}f}"
    if float(text.replace(",", "")) == 0:
        text = text.lstrip("-")
    text = text.replace(",", NNBSP).replace(".", ",").replace("-", MINUS)
    return f"{text}{NNBSP}{unit}" if unit else text


def percent(share: float, decimals: int = 1) -> str:
    """Write a share (0.678) as a French percentage (67,8 %)."""
    return number(100 * share if share is not None else share, decimals, "%")


def money(value: float, currency: str, decimals: int = 0) -> str:
    """Write an amount with its currency's symbol (ISO code if it has none)."""
    return number(value, decimals, SYMBOLS.get(currency, currency))


def interval(low: float, high: float, decimals: int = 1, *, unit: str = "%") -> str:
    """Write an interval of shares: ``[66,1 ; 69,5] %``; that of a gap between shares has ``points`` for unit."""
    return f"[{number(100 * low, decimals)}{NNBSP}; {number(100 * high, decimals)}]{NNBSP}{unit}"


def new_axes(ax=None, *, size: tuple[float, float] | None = None):
    """Return ``ax``, or the axes of a new figure (``size`` in inches; the style's unless told)."""
    if ax is not None:
        return ax
    import matplotlib.pyplot as plt

    return plt.subplots(figsize=size)[1]


def french_axis(axis, kind: str = "number", *, decimals: int = 0, currency: str = "EUR") -> None:
    """Write an axis's ticks the French way.

    Parameters
    ----------
    axis : matplotlib.axis.Axis
        ``ax.xaxis`` or ``ax.yaxis``.
    kind : {"number", "percent", "money"}
        What the axis carries; ``percent`` expects shares.
    """
    from matplotlib.ticker import FuncFormatter

    writers = {
        "number": lambda v, _: number(v, decimals),
        "percent": lambda v, _: percent(v, decimals),
        "money": lambda v, _: money(v, currency, decimals),
    }
    axis.set_major_formatter(FuncFormatter(writers[kind]))
