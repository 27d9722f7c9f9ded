"""An executed notebook as one self-contained page that needs no network: cover, contents, text, outputs; no code."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path

from grc_helpers.classroom import outputs
from grc_helpers.classroom.prose import Outline, anchor_of, markdown_to_html, study_mark
from grc_helpers.classroom.spec import NotebookSpec
from grc_helpers.classroom.versions import versions
from grc_helpers.errors import visible
from grc_helpers.style import number, typeset

COURSE = "Gestion de la relation client"
TEMPLATES = Path(__file__).parent / "templates"
MONTHS = "janvier février mars avril mai juin juillet août septembre octobre novembre décembre".split()
NOTEBOOK = re.compile(r"(\d\d_\w+)\.ipynb(#cell-id=\w+)?")
SUMMARY = re.compile(r'<meta name="grc-report" content="([^"]*)">')


def french_date(day: date) -> str:
    """Write a date in French: ``1er février 2026``."""
    return f"{'1er' if day.day == 1 else day.day} {MONTHS[day.month - 1]} {day.year}"


def french_value(value: object) -> str:
    """Write a parameter's value in French; of a path, only the file's name."""
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, float):
        text = repr(value)
        return text.replace(".", ",").removesuffix(",0")
    if isinstance(value, int):
        return str(value)
    return visible(Path(value).name) if Path(value).is_absolute() else (visible(value) or "–")


def page_address(link: str, title: str, *, here: str, pages: frozenset[str]) -> str | None:
    """Return where a link to a notebook's section leads from a page.

    Parameters
    ----------
    link : str
        As a notebook has it: ``04_slug.ipynb``, or ``04_slug.ipynb#cell-id=…`` for the cell that opens a section.
    title : str
        The section's title.
    here : str
        Slug of the page.
    pages : frozenset of str
        Slugs of the pages beside it.

    Returns
    -------
    str or None
        None when the link leads elsewhere, or to a page that is not there.
    """
    notebook = NOTEBOOK.fullmatch(link)
    if not notebook or notebook[1] not in pages | {here}:
        return None
    anchor = f"#{anchor_of(title)}" if notebook[2] else ""
    return (anchor or "#sommaire") if notebook[1] == here else f"{notebook[1]}.html{anchor}"


def render(
    nb,
    spec: NotebookSpec,
    values: dict,
    *,
    level: str,
    key: str,
    today: date,
    folder: Path,
    pdf: bool,
    pages: frozenset[str] = frozenset(),
) -> str:
    """Turn an executed notebook into a page, which also says in its header what an index needs to know of it.

    Parameters
    ----------
    nb : NotebookNode
        What `execute.run_notebook` returned.
    spec, values
        The notebook's specification, and the value of each of its parameters.
    level : {"complet", "socle"}
        Said on the cover.
    key : str
        Key of the pseudonyms that replace customers' identifiers.
    today : date
        Date of the report.
    folder : Path
        Where the notebook's local images are.
    pdf : bool
        Whether a PDF of the page lies beside it.
    pages : frozenset of str
        Slugs of the pages beside it, to which it may link.
    """
    from markupsafe import Markup

    records, outline = outputs.records(nb), Outline()
    address = partial(page_address, here=spec.slug, pages=pages)
    body = "\n".join(_cell(cell, outline, key, folder, address) for cell in nb.cells)
    cover = next((record for record in records if record.get("type") == "cover"), {})
    summary = {
        "number": spec.number,
        "slug": spec.slug,
        "title": spec.title,
        "level": level,
        "pdf": pdf,
        "date": today.isoformat(),
        "dataset": cover.get("dataset", french_value(values.get("dataset", ""))),
        "nature": cover.get("nature", ""),
        "records": [record for record in records if record.get("type") != "cover"],
    }
    return (
        environment()
        .get_template("report.html.j2")
        .render(
            spec=spec,
            course=COURSE,
            level=level,
            today=french_date(today),
            cover=_cover_lines(cover),
            parameters=[(p.name, french_value(values[p.name]), p.help) for p in spec.parameters.values()],
            versions=versions(),
            contents=[(h, study_mark(h)) for h in outline.headings if h.depth == 2],
            body=body,
            summary=json.dumps(summary, ensure_ascii=False),
            footer=Markup(css_string(f"{COURSE} · {spec.number} {spec.title}")),
        )
    )


def css_string(text: str) -> str:
    """Write a text as a string of a style sheet (every character that could end it, or the sheet, as a code)."""
    return '"' + re.sub(r"[^\w ·.,'’-]", lambda found: f"\\{ord(found[0]):x} ", text) + '"'


def environment():
    """Return the Jinja environment of the pages (everything is escaped unless marked ``safe``)."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    options = {"autoescape": True, "undefined": StrictUndefined, "trim_blocks": True}
    pages = Environment(loader=FileSystemLoader(TEMPLATES), **options)
    pages.filters["typeset"] = typeset
    return pages


def _cell(cell, outline: Outline, key: str, folder: Path, address: Callable) -> str:
    grc = cell.metadata.get("grc", {})
    if cell.cell_type == "markdown":
        if re.search(r"^## ", cell.source, re.M):
            outline.study = grc.get("level", "")
        return markdown_to_html(cell.source, outline, folder)
    if cell.cell_type == "code":
        return "\n".join(outputs.to_html(cell.outputs, key, address))
    return ""


def _cover_lines(cover: dict) -> dict[str, str]:
    """Return what the cover says of the data, by French label."""
    if not cover:
        return {}
    start, end = (cover[bound] and french_date(date.fromisoformat(cover[bound])) for bound in ("start", "end"))
    period = {"Période": f"du {start} au {end}" if start else f"jusqu'au {end}"} if end else {}
    return {
        "Données": cover["dataset"],
        "Nature": cover["nature"],
        "Clients": number(cover["n_customers"]),
        "Lignes" if "kind" in cover else "Lignes d'achat": number(cover["n_rows"]),
        **period,
        **({"Devise": cover["currency"]} if cover["currency"] else {}),
        **({"Lecture": cover["reading"]} if "reading" in cover else {}),
    }
