"""The index of the course's notions, read from the texts of the notebooks that exist."""

from __future__ import annotations

from html import escape

from grc_helpers.classroom.display import NO_MATH, Rendered
from grc_helpers.classroom.spec import list_specs
from grc_helpers.style import typeset


def treated_notions() -> list[dict]:
    """Return one record a notion and section that treats it: notion, section, level, number, slug.

    In the order of the inventory: by letter, then by number.
    """
    from grc_helpers.classroom.build import read_text

    found = []
    for spec in list_specs():
        for cell in read_text(spec.text).cells:
            grc = cell.metadata.get("grc", {})
            heading = next((line for line in cell.source.splitlines() if line.startswith("## ")), "")
            for notion in grc.get("notions", []):
                place = {"number": spec.number, "slug": spec.slug, "level": grc.get("level", "")}
                found.append({"notion": notion, "section": heading.removeprefix("## ")} | place)
    return sorted(
        found, key=lambda row: (row["notion"][0], int("".join(filter(str.isdigit, row["notion"]))), row["slug"])
    )


def notion_index() -> Rendered:
    """Show the index; each notebook's number is a link to it, beside this one (to its page, in a report)."""
    rows = treated_notions()
    caption = typeset(f"{len({row['notion'] for row in rows})} notions du cours, dans les cahiers qui existent")
    lines = "".join(
        f"<tr><td>{row['notion']}</td><td>{escape(row['section'])}</td><td>{row['level']}</td>"
        f'<td><a href="{row["slug"]}.ipynb">{row["number"]}</a></td></tr>'
        for row in rows
    )
    head = "<tr><th>Notion</th><th>Section</th><th>Niveau</th><th>Cahier</th></tr>"
    html = (
        f'<table class="dataframe grc-table {NO_MATH}"><caption>{escape(caption)}</caption>'
        f"<thead>{head}</thead><tbody>{lines}</tbody></table>"
    )
    text = "\n".join(f"{row['notion']:4} {row['section']} ({row['number']})" for row in rows)
    return Rendered(html, f"{caption}\n{text}", {})
