"""The card of a simulated firm: its README.md, with checksums, columns and settings."""

import re
from dataclasses import Field, fields
from datetime import date
from decimal import Decimal
from pathlib import Path
from string import Template

import pyarrow as pa

from grc_helpers.data.cards import TRUTH
from grc_helpers.data.simulator import labels_core, labels_identity, labels_marketing
from grc_helpers.data.simulator.config import END, START, SimulationConfig
from grc_helpers.data.simulator.labels_truth import NOTES
from grc_helpers.data.simulator.writing import SOURCES, WrittenFile
from grc_helpers.style import number, typeset

NOTEBOOKS = ("00", "01", "02", "03", "04", *(f"{number:02}" for number in range(6, 19)))
LABELS = labels_core.LABELS | labels_marketing.LABELS | labels_identity.LABELS
# What `load` takes, but for sales: the kind of table, and which columns hold what.
KINDS_OF_TABLE = {
    "contrats.parquet": ("contracts", "contract_id: contract_id, start_date: start, end_date: end, amount: fee"),
    "contacts.parquet": (
        "contacts",
        "contact_id: contact_id, date: date, channel: channel, direction: direction, function: function, "
        "reason: reason, campaign_id: campaign_id, cost: cost",
    ),
    "enquete_satisfaction.parquet": ("survey", "date: date, recommendation: recommend"),
}
SCALE = re.compile(r"note de (\d+) à (\d+)")
MONTHS = ("janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre")
MONTHS += ("décembre",)
KINDS = (
    ("string", pa.types.is_string),
    ("int", pa.types.is_integer),
    ("float", pa.types.is_floating),
    ("date", pa.types.is_date),
    ("timestamp", pa.types.is_timestamp),
    ("bool", pa.types.is_boolean),
)


def make_card(config: SimulationConfig, name: str, files: list[WrittenFile]) -> str:
    """Return the text of the card of a folder."""
    tables = [item for item in files if "/" not in item.file]
    others = [item for item in files if "/" in item.file]
    template = Template(Path(__file__).with_name("card_template.md").read_text(encoding="utf-8"))
    text = template.substitute(
        name=name,
        seed=config.seed,
        customers=number(config.customers),
        process=config.process,
        notebooks="[" + ", ".join(f'"{notebook}"' for notebook in NOTEBOOKS) + "]",
        start=START,
        end=END,
        web=_day(config.web_opening),
        sources=SOURCES,
        truth=TRUTH,
        kinds="".join(f"{_kind(item)}\n" for item in tables if item.file in KINDS_OF_TABLE),
        tables="".join(_entry(item) for item in tables),
        settings="\n".join(_setting(config, item) for item in sorted(fields(config), key=_is_model)),
        files="\n".join(
            f"| `{item.file}` | {number(item.rows)} | {_note(item)} | `{item.sha256}` |" for item in others
        ),
    )
    return typeset(text)


def _entry(item: WrittenFile) -> str:
    labels = LABELS[item.file.removesuffix(".parquet")]
    lines = [f"  - file: {item.file}", f"    rows: {item.rows}", f'    sha256: "{item.sha256}"', "    columns:"]
    for column in item.schema:
        label, unit = labels[column.name]
        kind = next(name for name, is_kind in KINDS if is_kind(column.type))
        shown = f'"{unit}"' if unit else "null"
        lines.append(f'      - {{name: {column.name}, type: {kind}, unit: {shown}, label: "{label}"}}')
    return "\n".join(lines) + "\n"


def _note(item: WrittenFile) -> str:
    return item.note or NOTES.get(Path(item.file).stem, "")


def _kind(item: WrittenFile) -> str:
    """Return what `load` takes of a table, as the card says it; a question's scale is in its unit."""
    kind, columns = KINDS_OF_TABLE[item.file]
    labels = LABELS[item.file.removesuffix(".parquet")]
    scales = {name: match.groups() for name, (_, unit) in labels.items() if unit and (match := SCALE.fullmatch(unit))}
    if kind == "survey":
        shown = ", ".join(f"{name}: [{low}, {high}]" for name, (low, high) in scales.items())
        columns += f", scales: {{{shown}}}"
    else:
        columns += f", observation_start: {START}, observation_end: {END}"
    return f"{kind}: {{file: {item.file}, customer_id: customer_id, {columns}}}"


def _is_model(item: Field) -> bool:
    return item.name not in ("seed", "customers", "tables")


def _setting(config: SimulationConfig, item: Field) -> str:
    value, unit = getattr(config, item.name), item.metadata["unit"]
    if isinstance(value, date):
        shown = _day(value)
    elif isinstance(value, float):
        shown = number(value, max(0, -Decimal(str(value)).normalize().as_tuple().exponent))
    else:
        shown = number(value) if item.name == "customers" else str(value)
    return f"| `{item.name}` | {item.metadata['label']} | {shown}{f' {unit}' if unit else ''} |"


def _day(day: date) -> str:
    return f"{'1er' if day.day == 1 else day.day} {MONTHS[day.month - 1]} {day.year}"
