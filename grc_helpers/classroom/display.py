"""Objects that a notebook shows: HTML for people, rounded JSON for the index, stable text for comparison."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from html import escape

from grc_helpers.classroom import small_groups
from grc_helpers.classroom.columns import label, writer
from grc_helpers.style import typeset

# Amounts in dollars and what customers wrote are no formulas: JupyterLab must not typeset them.
NO_MATH = "tex2jax_ignore mathjax_ignore"
MIME = "application/vnd.grc+json"
BOX = "border-left:4px solid {color};padding:.5em .9em;margin:.6em 0;max-width:52em"
OUTCOMES = {
    "retrouvé sur ces données": "#009e73",
    "non retrouvé sur ces données": "#d55e00",
    "indécidable ici": "#5f6b76",
}
STATUSES = {"right": ("✔", "#009e73"), "wrong": ("✘", "#d55e00"), "blank": ("…", "#5f6b76")}


@dataclass(frozen=True)
class Rendered:
    """Something a cell shows: HTML, the same in plain text, and a JSON record."""

    html: str
    text: str
    record: dict

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict:
        bundle = {"text/html": self.html, "text/plain": self.text}
        return bundle | ({MIME: self.record} if self.record else {})

    def __repr__(self) -> str:
        return self.text


def box(kind: str, color: str, title: str, lines: list[str], record: dict) -> Rendered:
    """Return a titled box with one paragraph a line (plain text: it is escaped here; `backquotes` mark code)."""
    title, lines = typeset(title), [typeset(line) for line in lines]
    marked = [re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(line)) for line in lines]
    body = "".join(f'<p style="margin:.15em 0">{line}</p>' for line in marked)
    style = BOX.format(color=color)
    head = f'<p style="margin:0"><strong>{escape(title)}</strong></p>'
    html = f'<div class="grc-{kind} {NO_MATH}" style="{style}">{head}{body}</div>'
    return Rendered(html, "\n".join([title, *lines]), record)


def finding(text: str) -> Rendered:
    """Return a sentence written by code from the data."""
    text = typeset(text)
    return Rendered(f'<p class="grc-finding {NO_MATH}">{escape(text)}</p>', text, {})


def table(
    frame,
    *,
    caption: str,
    currency: str = "EUR",
    formats: dict | None = None,
    intervals: dict | None = None,
    note: str = "",
    smallest: int = 0,
    people: bool = False,
) -> Rendered:
    """Return a DataFrame as an escaped HTML table with French labels, French numbers and a caption.

    Parameters
    ----------
    frame : pandas.DataFrame
        One row a line; the index is shown only if it has a name. Columns named in ``columns.LABELS`` get their label
        and format (customers' identifiers become pseudonyms in a report).
    caption : str
        What the table says, with its units.
    currency : str
        ISO code of the amounts.
    formats : dict of str to callable, optional
        A function from value to text for columns that need another format.
    intervals : dict of str to (str, str), optional
        For a column, the columns of its bounds: they are written behind it, ``67,8 % [67,0 % ; 68,6 %]``.
    note : str
        Printed under the table: how to read it.
    smallest, people : int, bool
        Groups of fewer customers are hidden, and every number of the table counts customers (see ``small_groups``).
    """
    from pandas.api.types import is_numeric_dtype
    from pandas.io.formats.style import Styler

    given = frame.reset_index() if frame.index.name else frame.reset_index(drop=True)
    hidden = small_groups.hidden_cells(frame.reset_index(drop=True), smallest=smallest, people=people)
    if hidden.any(axis=None):
        note = f"{note} {small_groups.warning(smallest)}".strip()
    caption, note = typeset(caption), typeset(note)
    writers = {column: writer(column, currency) for column in given.columns} | (formats or {})
    bounds = {bound: column for column, pair in (intervals or {}).items() for bound in pair}
    writers |= {bound: writers[column] for bound, column in bounds.items()}
    cells = given.apply(lambda column: column.astype(object).map(writers[column.name]))
    for column, (low, high) in (intervals or {}).items():
        behind = " [" + cells[low] + " ; " + cells[high] + "]"
        cells[column] += behind.where(given[low].notna(), "").map(typeset)
    cells = (
        cells.mask(hidden.reindex(columns=cells.columns, fill_value=False), small_groups.HIDDEN)
        .drop(columns=list(bounds))
        .rename(columns=label)
    )
    numeric = [label(column) for column in given if column not in bounds and is_numeric_dtype(given[column])]
    key = hashlib.sha256((caption + cells.to_csv()).encode()).hexdigest()[:8]
    sides = ["right" if name in numeric else "left" for name in cells.columns]
    columns = [{"selector": f".col{place}", "props": f"text-align: {side}"} for place, side in enumerate(sides)]
    style = Styler(cells, uuid=key, cell_ids=False, caption=escape(caption)).hide(axis="index")
    style = style.format(escape="html").format_index(escape="html", axis=1)
    style = style.set_table_styles([{"selector": "caption", "props": "text-align: left"}, *columns])
    style = style.set_table_attributes(f'class="dataframe grc-table {NO_MATH}"')
    html = style.to_html() + (f'<p class="grc-note {NO_MATH}"><small>{escape(note)}</small></p>' if note else "")
    lines = [caption, cells.to_string(index=False), note]
    return Rendered(html, "\n".join(line for line in lines if line), {})


def verdict(record: dict, lines: list[str]) -> Rendered:
    """Return a verdict's box; ``record`` carries at least notion, claim and outcome."""
    title = f"Verdict {record['notion']} · {record['outcome']}"
    return box("verdict", OUTCOMES[record["outcome"]], title, lines, {"type": "verdict"} | record)


def feedback(kind: str, exercise: str, status: str, message: str) -> Rendered:
    """Return the answer to an exercise or a quiz question: right, wrong or blank."""
    sign, color = STATUSES[status]
    record = {"type": kind, "id": exercise, "status": status}
    return box(
        kind,
        color,
        f"{sign} Exercice {exercise}" if kind == "check" else f"{sign} Question {exercise}",
        [message],
        record,
    )


def figure(drawn, alt: str) -> None:
    """Show a figure as a sharp PNG with its alternative text, then the same sentence as a caption.

    Parameters
    ----------
    drawn : matplotlib Figure or Axes
        Axes lend their title to the sentence.
    alt : str
        What the figure shows.
    """
    import io

    import matplotlib.pyplot as plt
    from IPython.display import display
    from matplotlib.axes import Axes
    from matplotlib.text import Text

    fig = drawn.figure if isinstance(drawn, Axes) else drawn
    alt = f"{drawn.get_title(loc='left')}. {alt}" if isinstance(drawn, Axes) else alt
    alt, buffer, dpi = typeset(alt), io.BytesIO(), 160
    for text in fig.findobj(Text):
        if re.search(r"[\u00a0\u202f]\$", text.get_text()):
            text.set_parse_math(False)  # two amounts in dollars are no formula
    fig.savefig(buffer, format="png", dpi=dpi, metadata={"Software": None})
    plt.close(fig)
    width, height = (round(100 * inches) for inches in fig.get_size_inches())
    data = {"image/png": buffer.getvalue(), "text/plain": alt}
    display(data, raw=True, metadata={"image/png": {"alt": alt, "width": width, "height": height}})
    display(Rendered(f'<p class="grc-caption {NO_MATH}"><small>{escape(alt)}</small></p>', alt, {}))
