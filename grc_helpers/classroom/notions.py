"""The index of the course's notions: their names, and the sections of the notebooks that exist which treat them."""

from __future__ import annotations

import re
from html import escape
from itertools import groupby
from pathlib import Path

from grc_helpers.classroom.display import NO_MATH, Rendered
from grc_helpers.classroom.spec import list_specs
from grc_helpers.style import typeset

NAMES = Path(__file__).with_name("notions.txt")
SECTION_NUMBER = re.compile(r"(\d+)\. ")
# Which step each notebook of the course serves; those before the steps say why, and with what strategy.
STEPS = {
    "Stratégie": ("01", "02"),
    "Identifier": ("03",),
    "Segmenter": ("04", "05", "06", "07", "08", "09"),
    "Adapter": ("10",),
    "Échanger": ("11", "16"),
    "Évaluer": ("12", "13", "14", "15", "17", "18"),
}
LEFT = "text-align:left;vertical-align:top"


def read_names() -> tuple[dict[str, str], dict[str, str]]:
    """Return the course's themes (by letter) and notions (by identifier), in order, with their French names."""
    themes, notions = {}, {}
    for line in NAMES.read_text(encoding="utf-8").splitlines()[1:]:
        key, _, name = line.removeprefix("# ").partition(" ")
        (themes if line.startswith("#") else notions)[key] = typeset(name)
    return themes, notions


def treated_notions() -> list[dict]:
    """Return one record a notion and section that treats it: notion, section, cell that opens it, level, number, slug.

    In the order of the course's notions, then of the notebooks.
    """
    from grc_helpers.classroom.build import read_text

    order, found = list(read_names()[1]), []
    for spec in list_specs():
        for cell in read_text(spec.text).cells:
            grc = cell.metadata.get("grc", {})
            heading = next((line for line in cell.source.splitlines() if line.startswith("## ")), "")
            for notion in grc.get("notions", []):
                place = {"number": spec.number, "slug": spec.slug, "level": grc.get("level", "")}
                found.append({"notion": notion, "section": heading.removeprefix("## "), "cell": cell.id} | place)
    return sorted(found, key=lambda row: order.index(row["notion"]))


def notebooks_on(*notions: str) -> str:
    """Return the numbers of the notebooks that treat one of these notions: ``"04, 05"``, or an en dash if none does."""
    numbers = sorted({row["number"] for row in treated_notions() if row["notion"] in notions})
    return ", ".join(numbers) or "–"


def step_notebooks() -> dict[str, list[str]]:
    """Return the numbers of the notebooks that exist and serve the strategy, then each step."""
    there = {spec.number for spec in list_specs()}
    return {step: [number for number in numbers if number in there] for step, numbers in STEPS.items()}


def notion_index() -> Rendered:
    """Show each treated notion, by theme, with links to its sections: in the notebooks, or their pages in a report."""
    themes, names = read_names()
    rows = treated_notions()
    caption = typeset(f"{len({row['notion'] for row in rows})} notions du cours, et les sections qui les traitent")
    lines, text, letter = [], [caption], ""
    for notion, group in groupby(rows, key=lambda row: row["notion"]):
        if notion[0] != letter:
            letter = notion[0]
            lines.append(f'<tr><th colspan="3" style="{LEFT}">{letter}. {escape(themes[letter])}</th></tr>')
        places = [(slug, list(sections)) for slug, sections in groupby(group, key=lambda row: row["slug"])]
        cells = (notion, escape(names[notion]), " ; ".join(_links(sections) for _, sections in places))
        lines.append("<tr>" + "".join(f'<td style="{LEFT}">{cell}</td>' for cell in cells) + "</tr>")
        where = " ; ".join(f"{slug[:2]} : {', '.join(map(_short, sections))}" for slug, sections in places)
        text.append(f"{notion:4} {names[notion]} ({where})")
    head = "".join(f'<th style="{LEFT}">{name}</th>' for name in ("Notion", "Nom", "Cahier : sections"))
    html = (
        f'<table class="dataframe grc-table {NO_MATH}"><caption style="{LEFT}">{escape(caption)}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{''.join(lines)}</tbody></table>"
    )
    return Rendered(typeset(html), typeset("\n".join(text)), {})


def _short(row: dict) -> str:
    """Return a section's number, or its title if it has none."""
    number = SECTION_NUMBER.match(row["section"])
    return number[1] if number else row["section"]


def _links(sections: list[dict]) -> str:
    """Return links to the sections of one notebook, by the cells that open them; their titles say which they are."""
    page = f"{sections[0]['slug']}.ipynb"
    links = [
        f'<a href="{page}#cell-id={row["cell"]}" title="{escape(row["section"])}">{_short(row)}</a>' for row in sections
    ]
    return f'<a href="{page}">{sections[0]["number"]}</a> : {", ".join(links)}'
