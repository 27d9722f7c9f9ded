"""Reading a user's transactions: everything is parsed and counted by the engine, and nothing is dropped in silence.

A value that cannot be read without guessing is refused, with its column, how many there are and the first lines. CSV
columns are all read as text first, so that no type is guessed.
"""

import csv
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import ibis
from ibis import _

from grc_helpers.errors import GrcError
from grc_helpers.style import number

EXTENSIONS = (".csv", ".parquet")
COLUMNS = ("customer_id", "date", "amount")
SHOWN = 5
DATE = r"^\d{4}-\d{2}-\d{2}$"
AMOUNT = r"^[+-]?\d{1,12}(\.\d+)?$"
DECIMALS = r"^[+-]?\d{1,12}\.\d{3,}$"
LARGEST = 1e12

WRITE_DATE = "écrivez les dates comme 2022-01-31 (année-mois-jour, sans heure)"
WRITE_AMOUNT = "écrivez les montants comme 1234.56 (point décimal, sans espace ni symbole)"
ROUND_AMOUNT = "arrondissez les montants au centime"
SAVE_UTF8 = "enregistrez le fichier au format « CSV UTF-8 » avec la virgule pour séparateur"

REJECTS = {
    "TOO MANY COLUMNS": ("trop de valeurs", "écrivez les montants avec un point, ou entre guillemets"),
    "MISSING COLUMNS": ("pas assez de valeurs", "complétez ou supprimez les lignes incomplètes"),
    "UNQUOTED VALUE": ("guillemets mal fermés", "fermez les guillemets, ou doublez-les dans un texte"),
    "INVALID ENCODING": ("caractères qui ne sont pas de l'UTF-8", SAVE_UTF8),
}
REJECT_OTHER = ("découpage en colonnes impossible", SAVE_UTF8)


@dataclass(frozen=True)
class Check:
    """One reason to refuse a row: ``bad`` marks it, ``text`` shows the value."""

    column: str
    problem: str
    todo: str
    bad: ibis.ir.BooleanColumn
    text: ibis.ir.StringColumn


def read_user_file(path: Path, connection) -> ibis.Table:
    """Read a user's CSV or Parquet file of transactions.

    Parameters
    ----------
    path : Path
        CSV (UTF-8, comma, decimal point, dates as 2022-01-31) or Parquet, with columns customer_id, date and amount,
        an optional order_id, and any others.
    connection : ibis backend
        Engine that reads the file.

    Returns
    -------
    ibis.Table
        customer_id, date, amount_cents, order_id if the file has it, then the file's other columns (text in a CSV).

    Raises
    ------
    GrcError
        Anything that cannot be read without guessing.
    """
    suffix = path.suffix.lower()
    if suffix == ".csv":
        return _read_csv(path, connection)
    if suffix == ".parquet":
        return _read_parquet(path, connection)
    raise GrcError(
        f"Le format du fichier « {path.name} » n'est pas reconnu.",
        where=f"extension « {path.suffix} »" if path.suffix else "aucune extension",
        todo="enregistrez-le en CSV (UTF-8, séparateur virgule) ou en Parquet",
    )


def _read_csv(path: Path, connection) -> ibis.Table:
    names = _csv_header(path)
    _check_names(path, names)
    rejects = f"rejects_{uuid4().hex}"
    raw = connection.read_csv(
        str(path),
        columns=dict.fromkeys(names, "VARCHAR"),
        auto_detect=False,
        header=True,
        delim=",",
        quote='"',
        escape='"',
        store_rejects=True,
        rejects_table=rejects,
        rejects_scan=f"{rejects}_scan",
    )
    raw = raw.mutate(customer_id=raw.customer_id.strip())
    table, checks = _parse(raw)
    counts = _count(path, raw, checks)
    _refuse(path, _rejected(connection, rejects))
    _refuse(path, _problems(raw, checks, counts, lambda rows: _line_numbers(path, rows)))
    _check_not_empty(path, counts)
    return connection.create_table(f"user_{uuid4().hex}", table, temp=True)


def _read_parquet(path: Path, connection) -> ibis.Table:
    try:
        raw = connection.read_parquet(str(path))
    except Exception as error:
        raise _unreadable(path, error) from error
    _check_names(path, raw.columns)
    _check_types(path, raw.schema())
    table, checks = _parse(raw)
    counts = _count(path, raw, checks)
    _refuse(path, _problems(raw, checks, counts, sorted))
    _check_not_empty(path, counts)
    return table


def _csv_header(path: Path) -> list[str]:
    """Read the names of the columns; the engine reads everything else."""
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        names = [name.strip() for name in next(csv.reader(file), [])]
    if any("\ufffd" in name or "\0" in name for name in names):
        raise GrcError(
            f"Le fichier « {path.name} » n'est pas écrit en UTF-8.",
            where="ligne 1, les noms des colonnes",
            todo=SAVE_UTF8,
        )
    return names


def _check_names(path: Path, names: Iterable[str]) -> None:
    """Refuse missing, unnamed and doubled columns."""
    names = list(names)
    missing = [name for name in COLUMNS if name not in names]
    if not any(names):
        raise GrcError(
            f"Le fichier « {path.name} » est vide, ou commence par une ligne vide.",
            todo=f"la première ligne doit nommer les colonnes {', '.join(COLUMNS)}",
        )
    if missing:
        other = next((mark for mark in (";", "\t", "|") if len(names) == 1 and mark in names[0]), None)
        raise GrcError(
            f"Il manque des colonnes au fichier « {path.name} » : {', '.join(missing)}.",
            where="ligne 1 : " + ", ".join(f"« {name} »" for name in names),
            todo=SAVE_UTF8 if other else f"nommez les colonnes {', '.join(COLUMNS)}",
        )
    lower = [name.casefold() for name in [*names, "amount_cents"]]
    doubled = sorted({name for name in lower if lower.count(name) > 1})
    if doubled or "" in names:
        raise GrcError(
            f"Les noms des colonnes du fichier « {path.name} » sont ambigus.",
            where=f"en double ou réservé : {', '.join(doubled)}" if doubled else "une colonne n'a pas de nom",
            todo="donnez à chaque colonne un nom à elle, sans compter sur les majuscules",
        )


def _check_types(path: Path, schema: ibis.Schema) -> None:
    """Refuse the Parquet types that are neither text nor what the column says."""
    allowed = {
        "customer_id": ("des entiers ou du texte", lambda t: t.is_integer() or t.is_string()),
        "date": ("des dates ou du texte", lambda t: t.is_date() or t.is_timestamp() or t.is_string()),
        "amount": ("des nombres ou du texte", lambda t: (t.is_numeric() and not t.is_boolean()) or t.is_string()),
        "order_id": ("des entiers ou du texte", lambda t: t.is_integer() or t.is_string()),
    }
    wrong = [
        f"« {name} » est de type {schema[name]}, on attend {expected}"
        for name, (expected, accepts) in allowed.items()
        if name in schema and not accepts(schema[name])
    ]
    if wrong:
        raise GrcError(
            f"Des colonnes du fichier « {path.name} » ne sont pas du bon type.",
            where=" ; ".join(wrong),
            todo="convertissez-les avant d'écrire le fichier Parquet",
        )


def _parse(raw: ibis.Table) -> tuple[ibis.Table, list[Check]]:
    """Return the canonical table and what must hold for it to be right."""
    customer, missing_customer = _identifier(raw, "customer_id", "clients vides", "donnez un client à chaque ligne")
    day, bad_day = _day(raw)
    cents, bad_amounts = _cents(raw)
    columns = {"customer_id": customer, "date": day, "amount_cents": cents}
    checks = [missing_customer, bad_day, *bad_amounts]
    if "order_id" in raw.columns:
        columns["order_id"], missing_order = _identifier(
            raw, "order_id", "numéros de commande vides", "donnez une commande à chaque ligne, ou retirez la colonne"
        )
        checks.append(missing_order)
    others = {name: raw[name] for name in raw.columns if name not in {*columns, "amount"}}
    return raw.select(**columns, **others), checks


def _identifier(raw: ibis.Table, name: str, problem: str, todo: str) -> tuple[ibis.Value, Check]:
    text = raw[name].cast("string")
    return text, Check(name, problem, todo, text.isnull() | (text.strip() == ""), text)


def _day(raw: ibis.Table) -> tuple[ibis.Value, Check]:
    value = raw["date"]
    if value.type().is_string():
        text = value.strip()
        day = text.try_cast("date")
        bad = ~(text.re_search(DATE) & day.notnull()).fill_null(False)
    else:
        day, text = value.cast("date"), value.cast("string")
        bad = value.isnull()
    return day, Check("date", "dates vides ou illisibles", WRITE_DATE, bad, text)


def _cents(raw: ibis.Table) -> tuple[ibis.Value, list[Check]]:
    value = raw["amount"]
    if value.type().is_string() or value.type().is_float32():
        text = value.cast("string").strip()
        cents = (text.try_cast("decimal(18, 2)") * 100).cast("int64")
        bad = ~text.re_search(AMOUNT).fill_null(False)
        finer = text.re_search(DECIMALS).fill_null(False)
    else:
        amount, text = value.cast("float64"), value.cast("string")
        bad = ~(amount.abs() < LARGEST).fill_null(False)
        cents = (amount * 100).round().cast("int64")
        finer = ~bad & ((amount * 100 - (amount * 100).round()).abs() > 1e-4)
    return cents, [
        Check("amount", "montants vides ou illisibles", WRITE_AMOUNT, bad, text),
        Check("amount", "montants à plus de deux décimales", ROUND_AMOUNT, finer, text),
    ]


def _count(path: Path, raw: ibis.Table, checks: list[Check]) -> dict[str, int]:
    """Count rows and refusals in one pass; every column is touched, so that every line is parsed whole."""
    bad = {f"check_{i}": check.bad.sum() for i, check in enumerate(checks)}
    touched = {f"touched_{i}": raw[name].count() for i, name in enumerate(raw.columns)}
    try:
        return raw.agg(rows=raw.count(), **bad, **touched).to_pyarrow().to_pylist()[0]
    except Exception as error:
        raise _unreadable(path, error) from error


def _check_not_empty(path: Path, counts: dict[str, int]) -> None:
    if not counts["rows"]:
        raise GrcError(
            f"Le fichier « {path.name} » ne contient aucune transaction.",
            where="des noms de colonnes, mais aucune ligne",
            todo="vérifiez l'export qui l'a produit",
        )


def _problems(raw, checks: list[Check], counts: dict, lines: Callable) -> list[tuple[str, str]]:
    """Describe the checks that fail: (where, what to do)."""
    problems = []
    for i, check in enumerate(checks):
        if not counts[f"check_{i}"]:
            continue
        numbered = raw.select(row=ibis.row_number() + 1, bad=check.bad, text=check.text)
        first = numbered.filter(_.bad).order_by("row").limit(SHOWN).to_pyarrow().to_pylist()
        example = next((f" (« {row['text']} »)" for row in first if row["text"]), "")
        where = _where(check.problem, counts[f"check_{i}"], lines([row["row"] for row in first]))
        problems.append((f"colonne « {check.column} », {where}{example}", check.todo))
    return problems


def _rejected(connection, rejects: str) -> list[tuple[str, str]]:
    """Describe the lines that the engine could not cut into columns."""
    lines = connection.table(rejects).select("error_type", "line").distinct().to_pyarrow().to_pylist()
    problems = []
    for kind in sorted({row["error_type"] for row in lines}):
        problem, todo = REJECTS.get(kind, REJECT_OTHER)
        found = sorted(row["line"] for row in lines if row["error_type"] == kind)
        problems.append((_where(problem, len(found), found[:SHOWN]), todo))
    return problems


def _where(problem: str, count: int, lines: list[int]) -> str:
    more = "…" if count > len(lines) else ""
    return f"{problem} : {number(count)}, ligne{'s' if count > 1 else ''} {', '.join(map(str, lines))}{more}"


def _refuse(path: Path, problems: list[tuple[str, str]]) -> None:
    if problems:
        raise GrcError(
            f"Le fichier « {path.name} » contient des lignes qui ne se lisent pas sans deviner : rien n'a été chargé.",
            where="\n     ".join(where for where, _todo in problems),
            todo=" ; ".join(dict.fromkeys(todo for _where, todo in problems)),
        )


def _unreadable(path: Path, error: Exception) -> GrcError:
    return GrcError(
        f"Le fichier « {path.name} » n'a pas pu être lu.",
        where=str(error).splitlines()[0],
        todo="vérifiez qu'il est complet et que son extension dit bien son format",
    )


def _line_numbers(path: Path, rows: list[int]) -> list[int]:
    """Turn row numbers (1 = first after the header, blank lines left out) into line numbers of the file."""
    lines, row = [], -1
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        reader = csv.reader(file)
        start = 1
        for record in reader:
            row += bool(record)
            if record and row in rows:
                lines.append(start)
            if len(lines) == len(rows):
                break
            start = reader.line_num + 1
    return lines
