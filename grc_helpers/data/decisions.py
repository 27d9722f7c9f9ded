"""What whole columns must prove before any of their values is parsed; then the parsed rows."""

from dataclasses import dataclass, field
from pathlib import Path

import ibis

from grc_helpers.data import amounts, plain_numbers
from grc_helpers.data.amounts import trimmed
from grc_helpers.data.date_columns import date_parts, read_days
from grc_helpers.data.gathering import Gathered
from grc_helpers.data.kinds import ANSWER, DAY, DIRECTION, IDENTIFIER, LABEL, MONEY, OUTCOME
from grc_helpers.data.money_columns import DEFAULT_CURRENCY, decimal_mark, table_currency
from grc_helpers.data.outcomes import outcome_parts, read_outcome
from grc_helpers.data.plain_numbers import Column
from grc_helpers.data.refusals import refuse
from grc_helpers.data.settings import SCALE_OPTION, Settings
from grc_helpers.data.staging import TOTAL, Staged
from grc_helpers.style import number

ENTERING = ("entrant", "entrante", "entrants", "entrée", "inbound", "incoming", "in", "reçu", "recu", "reçue")
LEAVING = (
    "sortant",
    "sortante",
    "sortants",
    "sortie",
    "outbound",
    "outgoing",
    "out",
    "émis",
    "emis",
    "envoyé",
    "envoye",
)


@dataclass
class Decided:
    """The parsed rows (an expression) and what was decided to parse them.

    Attributes
    ----------
    parsed : ibis.Table
        line; the file's columns as c0, c1…; total_row; for each role that the file has: ``id_ROLE`` (identifiers),
        ``text_ROLE`` and ``day_ROLE`` (dates), ``label_ROLE``; amount_text, amount_cents, bad_amount, finer_amount,
        other_currency, currency_text; outcome; ``answer_cN`` (questions).
    settings : Settings
        What was stated and what was decided.
    facts, notes : list
        For the fiche.
    currency : str
    columns : dict
        For each column without a role, by its place (c0, c1…), its type.
    in_order : bool
        Whether the rows come in the file's order.
    trusted : bool
        Whether the customers are taken as the file writes them: their names are looked at later, once each.
    """

    parsed: ibis.Table
    settings: Settings
    facts: list[tuple[str, str]]
    currency: str
    notes: list[str] = field(default_factory=list)
    columns: dict[str, Column] = field(default_factory=dict)
    in_order: bool = False
    trusted: bool = False


class Doubt(Exception):
    """What was taken on trust does not hold: the file must be read without."""


def decide(
    rows: ibis.Table,
    staged: Staged,
    settings: Settings,
    problems: list,
    facts: list,
    folder: Path,
    *,
    trusted: bool = False,
) -> Decided:
    """Decide how dates, amounts and other values are written and in which currency, and parse the rows.

    Parameters
    ----------
    rows : ibis.Table
        ``line`` and the file's columns, as c0, c1…
    staged : Staged
        Where they come from.
    settings : Settings
        What is stated.
    problems : list of (Tally, str)
        What is already known to be wrong: told with what is found here, but no reason to stop here.
    facts : list of (label, text)
        What is already known of the file.
    folder : Path
        For the intermediate tables.
    trusted : bool
        See `Decided`.

    Raises
    ------
    Doubt
        When the customers cannot be trusted: the values are texts, or a date is missing (a row of totals?).
    FileRefused
        When a column reads in two ways and nothing is stated: with the rows that do.
    """
    found = Gathered(staged, settings, list(problems), list(facts))
    parts = _parts(rows, staged, trusted)
    typed = is_typed(parts)
    if trusted and not (typed and parts.day_date.notnull().all().to_pyarrow().as_py()):
        raise Doubt
    parts = parts if typed else settled(parts, folder / "parts.parquet")
    parts = read_days(parts, staged.roles(DAY), found)
    parts, currency = _read_money(parts, found)
    if staged.roles(OUTCOME):
        parts = read_outcome(parts, found)
    parts, columns = _read_others(parts, found)
    _say_open(parts, found)
    if len(found.problems) > len(problems):
        refuse(staged.source, found.problems, found.facts)
    stated = {f"colonnes.{role}": name for role, name in staged.columns.roles.items()}
    stated |= {f"{SCALE_OPTION}{name}": f"{low}-{high}" for name, (low, high) in staged.columns.scales.items()}
    decided = settings.with_values({**staged.values, **stated, **found.values})
    parsed = parts if typed else settled(parts, folder / "parsed.parquet")
    return Decided(parsed, decided, found.facts, currency, found.notes, columns, in_order=typed, trusted=trusted)


def is_typed(parts: ibis.Table) -> bool:
    """Tell whether dates and amounts need no reading: the rows are then looked at where they are, in their order."""
    return "amount_body" not in parts.columns and not any(name.startswith("cut_") for name in parts.columns)


def settled(table: ibis.Table, path: Path) -> ibis.Table:
    """Write a table aside and read it back: what comes next neither computes nor compiles it again."""
    connection = table.get_backend()
    connection.to_parquet(table, str(path))
    return connection.read_parquet(str(path))


def _parts(rows: ibis.Table, staged: Staged, trusted: bool) -> ibis.Table:
    """Add the identifiers and labels, the texts of dates and amounts in their parts, and the rows of totals."""
    places = staged.places
    columns = {"total_row": ibis.literal(False) if trusted else _total_rows(rows, staged)}
    for role in staged.roles(IDENTIFIER):
        value = rows[places[role.name]]
        columns[f"id_{role.name}"] = value.cast("string") if trusted and role.name == "client" else trimmed(value)
    for role in staged.roles(LABEL):
        columns[f"label_{role.name}"] = trimmed(rows[places[role.name]]).nullif("")
    for role in staged.roles(DAY):
        columns |= date_parts(role, rows[places[role.name]])
    for role in staged.roles(DIRECTION):
        columns |= _direction_parts(rows[places[role.name]])
    for role in staged.roles(OUTCOME):
        columns |= outcome_parts(rows[places[role.name]])
    for role in staged.roles(MONEY):
        amount = rows[places[role.name]]
        columns |= amounts.split(trimmed(amount).fill_null("")) if amount.type().is_string() else amounts.typed(amount)
    parts = rows.mutate(**columns)
    if not staged.roles(MONEY):
        return parts
    if "monnaie" in places:
        written = trimmed(rows[places["monnaie"]]).fill_null("").upper()
    else:
        written = parts.amount_currency if "amount_currency" in parts.columns else ibis.literal("")
    parts = parts.mutate(currency_text=written)
    return parts.mutate(**amounts.evidence(parts)) if "amount_body" in parts.columns else parts


def _total_rows(rows: ibis.Table, staged: Staged) -> ibis.Value:
    """Tell the rows of totals: a cell that begins with « total », and no date."""
    labels = [rows[name].re_search(TOTAL) for name, kind in rows.schema().items() if kind.is_string()]
    dates = [role for role in staged.roles(DAY) if role.required]
    if not labels or not dates:
        return ibis.literal(False)
    day = rows[staged.places[dates[0].name]]
    if not day.type().is_string():
        return ibis.ifelse(day.isnull(), ibis.or_(*labels), False).fill_null(False)
    text = trimmed(day).fill_null("")
    first, no_day = text.substr(0, 1), (text == "") | text.re_search(TOTAL)
    # A row whose date begins with a digit is told at once: no other cell of it is searched.
    return ibis.ifelse((first >= "0") & (first <= "9"), False, (ibis.or_(*labels) & no_day).fill_null(False))


def _direction_parts(value: ibis.Value) -> dict[str, ibis.Value]:
    text = trimmed(value).fill_null("")
    word = text.lower()
    known = ibis.cases((word.isin(ENTERING), "entrant"), (word.isin(LEAVING), "sortant"), else_=ibis.null("string"))
    return {"direction_text": text, "direction": known}


def _read_money(parts: ibis.Table, found: Gathered) -> tuple[ibis.Table, str]:
    """Add the amounts in cents and tell those in another currency; return the table's currency too."""
    roles = found.staged.roles(MONEY)
    if not roles:
        return parts, found.settings["lecture.monnaie"] or DEFAULT_CURRENCY
    role = roles[0]
    observed = parts.filter(~parts.total_row)
    if "amount_body" in parts.columns:
        parts = parts.mutate(**amounts.cents(parts, decimal_mark(observed, role.name, found)))
    else:
        found.facts.append(("Montants", "typés comme des nombres dans le fichier"))
    blank = parts.amount_text.fill_null("") == ""
    priced = observed if role.filled else observed.filter(observed.amount_text.fill_null("") != "")
    others, currency = table_currency(priced, role.name, found)
    other = parts.currency_text.isin(others) if others else ibis.literal(False)
    parts = parts.mutate(other_currency=other if role.filled or not others else other & ~blank)
    if role.filled:
        return parts, currency
    return parts.mutate(
        amount_cents=ibis.ifelse(blank, ibis.null("int64"), parts.amount_cents),
        bad_amount=parts.bad_amount & ~blank,
        finer_amount=parts.finer_amount & ~blank,
    ), currency


def _read_others(parts: ibis.Table, found: Gathered) -> tuple[ibis.Table, dict[str, Column]]:
    """Add the answers to a survey's questions; return the types of the columns without a role."""
    columns, staged = found.staged.columns, found.staged
    if not columns.kind.typed:
        return parts, {}
    held = {
        staged.places[role.name] for role in columns.kind.roles if role.name in columns.roles and role.type != ANSWER
    }
    free = {f"c{place}": name for place, name in enumerate(columns.names) if f"c{place}" not in held}
    types = plain_numbers.find_types(parts, free, found)
    questions = [column for column in types.values() if column.name in columns.scales]
    others = [column for column in types.values() if column.name not in columns.scales]
    plain_numbers.say_types(others, "Autres colonnes" if questions else "Variables", found)
    scales = [
        f"« {column.name} », {low} à {high}" for column in questions for low, high in [columns.scales[column.name]]
    ]
    if scales:
        found.facts.append(("Questions", " ; ".join(scales)))
    unsaid = [column for column in others if questions and column.type in (plain_numbers.WHOLE, plain_numbers.NUMBER)]
    if unsaid:
        found.notes.append(
            "Colonnes de nombres sans échelle, qui ne sont pas lues comme des questions : "
            + ", ".join(f"« {column.name} »" for column in unsaid)
            + f' ; si c\'en sont : --set "echelles.{unsaid[0].name}=1-5".'
        )
    answers = {f"answer_{column.place}": _answer(parts[column.place], column) for column in questions}
    return parts.mutate(**answers) if answers else parts, types


def _answer(value: ibis.Value, column: Column) -> ibis.Value:
    if not value.type().is_string():
        return value.cast("float64")
    return plain_numbers.to_number(trimmed(value).fill_null(""), column.mark)


def _say_open(parts: ibis.Table, found: Gathered) -> None:
    """Say how many dates are missing by a word or a year that never comes."""
    for role in found.staged.roles(DAY):
        if not role.filled and (n := parts[f"far_{role.name}"].sum().to_pyarrow().as_py()):
            fact = f"fins écrites « en cours », 31/12/9999 ou de même, lues comme vides : {number(n)}"
            found.facts.append(("En cours", fact))
