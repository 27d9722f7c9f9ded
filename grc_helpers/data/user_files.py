"""Reading a user's file: cut into text, parsed and counted by the engine; nothing is dropped in silence.

A value that cannot be read without guessing is refused, with its column, how many there are and the first lines; what
is done with every other particular row is a stated policy, counted in the fiche de lecture.
"""

import tempfile
from pathlib import Path

import ibis

from grc_helpers.data import plain_numbers
from grc_helpers.data.decisions import Decided, Doubt, decide
from grc_helpers.data.excel import stage_excel
from grc_helpers.data.kinds import ANSWER, CURRENCY, DAY, DIRECTION, IDENTIFIER, LABEL, MONEY, OUTCOME, Kind, Role
from grc_helpers.data.parquet import stage_parquet
from grc_helpers.data.purchases import keep_customers, loaded_name
from grc_helpers.data.reading import Reading
from grc_helpers.data.refusals import FileRefused, counted
from grc_helpers.data.rulebook import odd_customer, outside
from grc_helpers.data.rules import Outcome, apply_rules
from grc_helpers.data.settings import Settings, side_path
from grc_helpers.data.staging import LINE, UNCUT, Staged, stage_text
from grc_helpers.data.summaries import summarised

TEXTS, BOOKS, TABLES = (".csv", ".txt", ".tsv"), (".xlsx", ".xlsm"), (".parquet",)
EXTENSIONS = (*TEXTS, *BOOKS, *TABLES)


def read_user_file(path: Path, connection, settings: Settings, kind: Kind) -> tuple[ibis.Table, Reading]:
    """Read a user's file.

    Parameters
    ----------
    path : Path
        CSV (any usual dialect), Excel workbook or Parquet.
    connection : ibis backend
        Engine (DuckDB) that parses, counts and keeps the table.
    settings : Settings
        What the user states.
    kind : Kind
        What a row is.

    Returns
    -------
    (ibis.Table, Reading)
        The kind's canonical columns that the file has, then its other columns, in the file's order (text in a CSV or a
        workbook, unless the kind has them typed); and how the file was read.

    Raises
    ------
    FileRefused
        Anything that cannot be read without guessing, or that a policy refuses.
    """
    with tempfile.TemporaryDirectory(prefix="grc-", ignore_cleanup_errors=True) as folder:
        staged, raw = _stage(path, connection, settings, kind, Path(folder))
        facts = [("Contenu", f"{kind.row} (type {kind.name})"), *staged.facts, ("Colonnes", _roles(staged))]
        problems = [(tally, UNCUT[tally.what]) for tally in staged.uncut]
        places = {name: f"c{place}" for place, name in enumerate(staged.columns.names)}
        rows = raw.select(line=raw[LINE], **{place: raw[name] for name, place in places.items()})
        if kind.name == "transactions" and staged.path == path:  # read where it is, with its own types
            try:
                return _read(rows, staged, settings, problems, facts, Path(folder), trusted=True)
            except (Doubt, FileRefused):
                pass  # the reading without trust says why
        return _read(rows, staged, settings, problems, facts, Path(folder))


def _read(
    rows: ibis.Table, staged: Staged, settings: Settings, problems: list, facts: list, folder: Path, trusted=False
) -> tuple[ibis.Table, Reading]:
    """Decide, apply the rules, keep the table and its customers.

    With ``trusted``, customers are taken as the file writes them, and their names looked at once each, at the end.
    """
    decided = decide(rows, staged, settings, problems, facts, folder, trusted=trusted)
    outcome = apply_rules(staged, decided, problems)
    _check_rows(staged.source, staged.columns.kind, outcome, decided.facts)
    ordered = outcome.kept if outcome.in_order else outcome.kept.order_by("line")
    columns = _canonical(ordered, staged, decided) | _others(ordered, staged, decided)
    table = rows.get_backend().create_table(loaded_name(), ordered.select(**columns), temp=True)
    customers = None
    if outcome.shared is not None:
        customers = keep_customers(table, outcome.shared, rows=outcome.rows_kept)
    if trusted and odd_customer(customers.customer_id).any().to_pyarrow().as_py():
        for made in (customers, table):
            rows.get_backend().drop_table(made.op().name)
        raise Doubt
    return table, summarised(table, customers, staged, decided, outcome)


def _stage(path: Path, connection, settings: Settings, kind: Kind, folder: Path) -> tuple[Staged, ibis.Table]:
    suffix = path.suffix.lower()
    if suffix in TABLES:
        return stage_parquet(path, connection, settings, kind, folder)
    if suffix in BOOKS:
        staged = stage_excel(path, settings, kind, folder)
    elif suffix in TEXTS:
        staged = stage_text(path, settings, kind, folder)
    else:
        raise FileRefused(
            f"Le format du fichier « {path.name} » n'est pas reconnu.",
            where=f"extension « {path.suffix} »" if path.suffix else "aucune extension",
            todo="enregistrez-le en CSV, en Excel (.xlsx) ou en Parquet",
        )
    return staged, connection.read_parquet(str(staged.path))


def _roles(staged: Staged) -> str:
    held = staged.columns.roles
    return " ; ".join(
        f"{role.label} = « {held[role.name]} »" for role in staged.columns.kind.roles if role.name in held
    )


def _check_rows(path: Path, kind: Kind, outcome: Outcome, facts) -> None:
    if outcome.rows_kept:
        return
    read = outcome.rows_read
    raise FileRefused(
        f"Le fichier « {path.name} » ne contient {kind.none}.",
        where=f"{counted(read, 'ligne')} dans le fichier, {'toutes exclues' if read > 1 else 'exclue'}"
        if read
        else "des noms de colonnes, mais aucune ligne",
        todo="vérifiez l'export qui l'a produit" + (f", et les règles de {side_path(path).name}" if read else ""),
        facts=facts,
    )


def _canonical(rows: ibis.Table, staged: Staged, decided: Decided) -> dict[str, ibis.Value]:
    """Return the columns that hold roles, under their canonical names."""
    held = [role for role in staged.columns.kind.roles if role.name in staged.places and role.type != CURRENCY]
    columns = {role.column: _value(role, rows, staged, decided) for role in held}
    if "customer_id" not in columns:  # an anonymous survey: each row is a respondent
        columns = {"customer_id": ibis.literal("L") + rows.line.cast("string")} | columns
    return columns


def _value(role: Role, rows: ibis.Table, staged: Staged, decided: Decided) -> ibis.Value:
    if role.type == ANSWER:
        return _answer(staged.places[role.name], rows, staged)
    names = {
        IDENTIFIER: f"id_{role.name}",
        DAY: f"day_{role.name}",
        MONEY: "amount_cents",
        LABEL: f"label_{role.name}",
        DIRECTION: "direction",
        OUTCOME: "outcome",
    }
    value, end = rows[names[role.type]], decided.settings["lecture.fin"]
    if role.name == "fin" and end:  # what ends after the period was running at its end
        return ibis.ifelse(value > end, ibis.null("date"), value)
    return value


def _answer(place: str, rows: ibis.Table, staged: Staged) -> ibis.Value:
    answer = rows[f"answer_{place}"]
    scale = staged.columns.scales[staged.columns.names[int(place[1:])]]
    return ibis.ifelse(outside(answer, scale), ibis.null("float64"), answer)


def _others(rows: ibis.Table, staged: Staged, decided: Decided) -> dict[str, ibis.Value]:
    """Return the columns that hold no role, under their own names."""
    held, columns = set(staged.places.values()), {}
    for name, place in ((name, f"c{place}") for place, name in enumerate(staged.columns.names)):
        if place in held:
            continue
        if f"answer_{place}" in rows.columns:
            columns[name] = _answer(place, rows, staged)
        elif place in decided.columns:
            columns[name] = plain_numbers.typed(rows[place], decided.columns[place])
        else:
            columns[name] = rows[place]
    return columns
