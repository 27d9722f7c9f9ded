"""All the verdicts on the course's claims and all the published results, read from the executed notebooks."""

from __future__ import annotations

import re
from html import escape

import pandas as pd

from grc_helpers.classroom.display import MIME, NO_MATH, OUTCOMES, Rendered
from grc_helpers.classroom.notions import STEPS
from grc_helpers.classroom.spec import list_specs
from grc_helpers.style import percent, typeset

LEFT = "text-align:left;vertical-align:top"
TOTAL = "Ensemble"
READ, EMPTY, ABSENT = "lu", "sans résultat", "absent"
SECTION = re.compile(r"^## (.+)$", re.M)
SHORT = 130  # characters of a claim that the list shows


def gather(here: str, own=()) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Read the verdicts and published results that the notebooks of the course show.

    Parameters
    ----------
    here : str
        Number of the notebook that asks: its own file is not read (it is being executed).
    own : sequence of Rendered
        What the notebook that asks has shown itself.

    Returns
    -------
    notebooks : DataFrame, one row a notebook of the course
        ``number``, ``slug``, ``title``, ``status`` (« lu », « sans résultat »: no cell was executed, « absent »).
    records : DataFrame, one row a verdict or a published result
        ``number``, ``slug``, ``cell`` and ``section`` (that shows it), ``type`` (verdict or oracle), ``name`` (notion
        or identifier), ``words``, ``outcome``, ``nature``, ``agrees``.
    """
    there = {spec.number: spec for spec in list_specs()}
    notebooks, rows = [], []
    for number in sorted({*there, *(number for numbers in STEPS.values() for number in numbers)}):
        if number not in there:
            notebooks.append({"number": number, "slug": "", "title": "–", "status": ABSENT})
            continue
        spec = there[number]
        status, found = (READ, [("", "", shown.record) for shown in own]) if number == here else _read(spec.path)
        place = {"number": number, "slug": spec.slug}
        notebooks.append(place | {"title": spec.title, "status": status})
        rows += [
            place | {"cell": cell, "section": section} | _row(record)
            for cell, section, record in found
            if record.get("type") in ("verdict", "oracle")
        ]
    names = ["number", "slug", "cell", "section", "type", "name", "words", "outcome", "nature", "agrees"]
    return pd.DataFrame(notebooks), pd.DataFrame(rows, columns=names)


def _read(path) -> tuple[str, list[tuple[str, str, dict]]]:
    """Return the state of a stored notebook, and each record it shows with the section before it (cell, title)."""
    import nbformat

    if not path.exists():
        return ABSENT, []
    notebook, place, found, executed = nbformat.read(path, as_version=4), ("", ""), [], False
    for cell in notebook.cells:
        heading = SECTION.search(cell.source) if cell.cell_type == "markdown" else None
        place = (cell.get("id", ""), heading[1]) if heading else place
        outputs = cell.get("outputs", [])
        executed |= bool(outputs)
        found += [(*place, output.data[MIME]) for output in outputs if MIME in output.get("data", {})]
    return (READ if executed else EMPTY), found


def _row(record: dict) -> dict:
    """Return what the page keeps of a record."""
    if record["type"] == "oracle":
        return {"type": "oracle", "name": record["id"], "words": record["label"], "agrees": record["agrees"]}
    kept = {"type": "verdict", "name": record["notion"], "words": record["claim"], "outcome": record["outcome"]}
    return kept | {"nature": record["nature"]}


def by_notebook(notebooks: pd.DataFrame, records: pd.DataFrame) -> pd.DataFrame:
    """Return, for each notebook, its verdicts by outcome and its published results, found again or not; then the total.

    Returns
    -------
    DataFrame
        ``book_number``, ``book_title``, ``book_status``, one column an outcome, ``oracles``, ``agreeing``.
    """
    verdicts, oracles = (records[records["type"] == kind] for kind in ("verdict", "oracle"))
    counts = pd.crosstab(verdicts["number"], verdicts["outcome"]).reindex(columns=list(OUTCOMES), fill_value=0)
    table = notebooks[["number", "title", "status"]].set_index("number")
    table = table.join(counts).join(oracles.groupby("number")["agrees"].agg(oracles="size", agreeing="sum"))
    numbers = [*OUTCOMES, "oracles", "agreeing"]
    table[numbers] = table[numbers].fillna(0).astype(int)
    total = {"number": "", "title": TOTAL, "status": ""} | table[numbers].sum().to_dict()
    table = pd.concat([table.reset_index(), pd.DataFrame([total])], ignore_index=True)
    return table.rename(columns={name: f"book_{name}" for name in ("number", "title", "status")})


def page(notebooks: pd.DataFrame, records: pd.DataFrame, kind: str) -> Rendered:
    """Show every verdict, or every published result, with a link to the section that shows it.

    Parameters
    ----------
    kind : {"verdict", "oracle"}
    """
    part, title = records[records["type"] == kind], notebooks.set_index("slug")["title"]
    heads, caption = {
        "verdict": (("Notion", "Affirmation du cours", "Données", "Verdict"), f"{len(part)} verdicts sur le cours"),
        "oracle": (("Résultat", "Ce qui est recalculé", "Retrouvé"), f"{len(part)} résultats publiés, recalculés"),
    }[kind]  # fmt: skip
    lines, text = [], [typeset(caption)]
    for slug, rows in part.groupby("slug", sort=False):
        link = f'<a href="{slug}.ipynb">{slug[:2]} · {escape(title[slug])}</a>'
        lines.append(f'<tr><th colspan="{len(heads)}" style="{LEFT}">{link}</th></tr>')
        for row in rows.itertuples():
            words = row.words if len(row.words) <= SHORT else f"{row.words[:SHORT].rsplit(' ', 1)[0]} […]"
            name = escape(row.name)
            if row.cell:
                name = f'<a href="{slug}.ipynb#cell-id={row.cell}" title="{escape(row.section)}">{name}</a>'
            ends = [row.nature, row.outcome] if kind == "verdict" else ["oui" if row.agrees else "non"]
            cells = [name, escape(words), *map(escape, ends)]
            lines.append("<tr>" + "".join(f'<td style="{LEFT}">{cell}</td>' for cell in cells) + "</tr>")
            text.append(f"{slug[:2]} {row.name} : {' · '.join(map(str, ends))}")
    head = "".join(f'<th style="{LEFT}">{name}</th>' for name in heads)
    html = (
        f'<table class="dataframe grc-table {NO_MATH}"><caption style="{LEFT}">{escape(caption)}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{''.join(lines)}</tbody></table>"
    )
    return Rendered(typeset(html), typeset("\n".join(text)), {})


def in_words(notebooks: pd.DataFrame, records: pd.DataFrame) -> str:
    """Return what the page says: counts by outcome, published results, and which notebooks could not be read."""
    verdicts, oracles = (records[records["type"] == kind] for kind in ("verdict", "oracle"))
    counts = verdicts["outcome"].value_counts()
    said = " ; ".join(f"« {name} » {counts.get(name, 0)}" for name in OUTCOMES)
    parts = [f"{len(verdicts)} verdicts : {said}."]
    if len(verdicts):
        firm = verdicts["nature"].isin(["fictive", "artificielle"]).mean()
        parts.append(f"{percent(firm, 0)} portent sur des données fictives, qui ne tranchent rien sur le monde.")
    parts.append(f"Résultats publiés recalculés : {len(oracles)}, dont {int(oracles['agrees'].sum())} retrouvés.")
    for status, words in ((ABSENT, "absent"), (EMPTY, "construit mais sans résultat")):
        missing = notebooks.loc[notebooks["status"] == status, "number"]
        if len(missing):
            parts.append(f"Cahier {words}, donc non compté : {', '.join(missing)}.")
    return " ".join(parts)
