"""The course's data sets as tables of each kind: what a card says of its columns, under their canonical names."""

from datetime import date

import ibis

from grc_helpers.data.cards import Card
from grc_helpers.data.sources import Contracts, Source
from grc_helpers.errors import GrcError

CENTS = {"amount": "amount_cents", "cost": "cost_cents"}
DAYS = ("date", "start_date", "end_date")
VALUES = ("contract_id", "contact_id", "customer_id", *DAYS, "contract_type", "amount", "order_id")
VALUES += ("channel", "direction", "function", "reason", "campaign_id", "cost")
CANONICAL = (*VALUES, "outcome", "recommendation", "satisfaction")


def course_table(card: Card, kind: str, connection) -> tuple[ibis.Table, Source]:
    """Return a course data set's table of a kind, and what its card says of it.

    Parameters
    ----------
    card : Card
    kind : str
        Kind of table.
    connection : ibis backend

    Raises
    ------
    GrcError
        When the data set has no table of this kind.
    """
    source: Source | None = getattr(card, kind)
    if source is None:
        kinds = " ou ".join(f'kind="{other}"' for other in card.kinds())
        todo = f"ce jeu se charge avec {kinds}" if kinds else f'lisez-le tel quel avec read_table("{card.name}")'
        nouns = {"transactions": "transactions", "contracts": "contrats", "contacts": "contacts"}
        noun = nouns.get(kind) or {"target": "cible à prévoir", "survey": "réponses d'enquête"}[kind]
        raise GrcError(f"Le jeu de données « {card.name} » ne contient pas de {noun}.", todo=todo)
    raw = connection.read_parquet(card.path(source.file))
    columns = {name: _column(raw, name, source) for name in VALUES if getattr(source, name, None) is not None}
    columns = {CENTS.get(name, name): column for name, column in columns.items()}
    if isinstance(source, Contracts) and source.tenure_months:
        columns |= _dates_of_tenure(raw, source)
    if kind == "target":
        columns["outcome"] = (raw[source.outcome].cast("string") == source.positive).cast("int64")
    scales = source_scales(source)
    answers = {name: getattr(source, name, None) for name in ("recommendation", "satisfaction")}
    columns |= {name: raw[column].cast("float64") for name, column in answers.items() if column}
    used = {value for name in source.__dataclass_fields__ if isinstance(value := getattr(source, name), str)}
    order = [CENTS.get(name, name) for name in CANONICAL]
    columns = {name: columns[name] for name in order if name in columns}
    others = {
        name: raw[name].cast("float64") if name in scales else raw[name]
        for name in raw.columns
        if name not in used and name not in columns
    }
    return raw.select(**columns, **others), source


def source_names(source: Source) -> dict[str, str]:
    """Return the file's names of the canonical columns."""
    return {CENTS.get(name, name): column for name in CANONICAL if (column := getattr(source, name, None))}


def source_scales(source: Source) -> dict[str, tuple[int, int]]:
    """Return the scales of a survey's questions, by the names that they have in the loaded table."""
    canonical = {column: name for name, column in source_names(source).items()}
    return {canonical.get(name, name): tuple(scale) for name, scale in getattr(source, "scales", {}).items()}


def _column(raw: ibis.Table, name: str, source: Source) -> ibis.Value:
    value = raw[getattr(source, name)]
    if name in CENTS:
        return (value.cast("float64") * 100).round().cast("int64")
    return value.cast("date" if name in DAYS else "string")


def _dates_of_tenure(raw: ibis.Table, source: Contracts) -> dict[str, ibis.Value]:
    """Count the months of a snapshot back from the first day of a month; who left, left on that day."""
    end: date = source.observation_end
    months = ibis.literal(end.year * 12 + end.month - 1) - raw[source.tenure_months].cast("int64")
    left = raw[source.ended].cast("string") == source.ended_value
    return {
        "start_date": ibis.date((months // 12).cast("int64"), (months % 12 + 1).cast("int64"), 1),
        "end_date": ibis.ifelse(left, ibis.literal(end), ibis.null("date")),
    }
