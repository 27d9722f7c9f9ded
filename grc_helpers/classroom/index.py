"""The index of a folder of reports: key figures, verdicts and published results of every page, in one page."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from html import unescape
from pathlib import Path

from grc_helpers.classroom.files import write_atomically
from grc_helpers.classroom.outputs import OUTCOMES
from grc_helpers.classroom.render import COURSE, SUMMARY, environment, french_date
from grc_helpers.classroom.versions import versions
from grc_helpers.style import interval, number, percent


@dataclass(frozen=True)
class Failure:
    """A notebook that could not be reported."""

    slug: str
    number: str
    title: str
    message: str


def write_index(out: Path, failures: list[Failure], *, today: date) -> Path:
    """Write ``index.html`` for every report of a folder, whenever each was made.

    Parameters
    ----------
    out : Path
        Folder of the reports; each page says what the index needs in its own header.
    failures : list of Failure
        Notebooks that have just failed: named first; an older page of theirs is kept, and said to be older.
    today : date
        Date of the index.
    """
    reports = read_summaries(out)
    failed = {failure.slug for failure in failures}
    html = (
        environment()
        .get_template("index.html.j2")
        .render(
            course=COURSE,
            today=french_date(today),
            failures=failures,
            reports=[_card(report, report["slug"] in failed) for report in reports],
            verdicts=[_verdict(report, record) for report, record in _records(reports, "verdict")],
            oracles=[_oracle(report, record) for report, record in _records(reports, "oracle")],
            missing=[(report, record) for report, record in _records(reports, "not_applicable")],
            versions=versions(),
        )
    )
    write_atomically(out / "index.html", html.encode())
    return out / "index.html"


def read_summaries(out: Path) -> list[dict]:
    """Return what each report of a folder says of itself, in the order of the course."""
    found = []
    for path in sorted(out.glob("[0-9][0-9]_*.html")):
        if match := SUMMARY.search(path.read_text(encoding="utf-8")[:1_000_000]):
            found.append(json.loads(unescape(match[1])))
    return found


def _records(reports: list[dict], kind: str) -> list[tuple[dict, dict]]:
    return [(report, record) for report in reports for record in report["records"] if record.get("type") == kind]


def _card(report: dict, failed: bool) -> dict:
    kinds = [record for record in report["records"] if record.get("type") == "verdict"]
    counts = {name: sum(record["outcome"] == name for record in kinds) for name in OUTCOMES}
    return report | {
        "failed": failed,
        "written": french_date(date.fromisoformat(report["date"])),
        "key_figures": [record for record in report["records"] if record.get("type") == "key_figure"],
        "outcomes": [(count, name, OUTCOMES[name]) for name, count in counts.items() if count],
    }


def _verdict(report: dict, record: dict) -> dict:
    measured = "estimate" in record
    return {
        "report": report,
        "record": record,
        "measure": percent(record["estimate"]) if measured else "–",
        "interval": interval(record["low"], record["high"]) if measured else "",
        "tolerance": interval(*record["tolerance"], decimals=0) if measured else "–",
        "outcome": OUTCOMES[record["outcome"]],
    }


def _oracle(report: dict, record: dict) -> dict:
    decimals = max(_decimals(record[key]) for key in ("published", "ours"))
    shown = {key: number(record[key], decimals) for key in ("published", "ours", "difference")}
    return {"report": report, "record": record} | shown


def _decimals(value: float) -> int:
    return len(repr(value).partition(".")[2].rstrip("0")) if isinstance(value, float) else 0
