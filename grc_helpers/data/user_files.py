"""Reading a user's transactions: everything is parsed and counted by the engine, and nothing is dropped in silence.

A value that cannot be read without guessing is refused, with its column, how many there are and the first lines. The
columns of a CSV are all read as text first, so that no type is guessed.
"""

import csv
from pathlib import Path
from uuid import uuid4

import ibis

from grc_helpers.data.refusals import SAVE_UTF8, Check, count, failures, refuse, uncut, unreadable
from grc_helpers.errors import GrcError

EXTENSIONS = (".csv", ".parquet")
COLUMNS = ("customer_id", "date", "amount")
DATE = r"^\d{4}-\d{2}-\d{2}$"
AMOUNT = r"^[+-]?\d{1,12}(\.\d+)?$"
DECIMALS = r"^[+-]?\d{1,12}\.\d{3,}$"
LARGEST = 1e12

WRITE_DATE = "écrivez les dates comme 2022-01-31 (année-mois-jour, sans heure)"
WRITE_AMOUNT = "écrivez les montants comme 1234.56 (point décimal, sans espace ni symbole)"
ROUND_AMOUNT = "arrondissez les montants au centime"


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
    rows, bad = count(path, raw, checks)
    refuse(path, uncut(connection.table(rejects)))
    refuse(path, failures(raw, checks, bad, lambda first: _line_numbers(path, first)))
    _check_not_empty(path, rows)
    return connection.create_table(f"user_{uuid4().hex}", table, temp=True)


def _read_parquet(path: Path, connection) -> ibis.Table:
    try:
        raw = connection.read_parquet(str(path))
    except Exception as error:
        raise unreadable(path, error) from error
    _check_names(path, list(raw.columns))
    _check_types(path, raw.schema())
    table, checks = _parse(raw)
    rows, bad = count(path, raw, checks)
    refuse(path, failures(raw, checks, bad, sorted))
    _check_not_empty(path, rows)
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


def _check_names(path: Path, names: list[str]) -> None:
    """Refuse missing, unnamed and doubled columns."""
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
        exact = ibis.ifelse(bad, 0.0, amount) * 100  # an infinite amount has no rounding
        finer = (exact - exact.round()).abs() > 1e-4
    return cents, [
        Check("amount", "montants vides ou illisibles", WRITE_AMOUNT, bad, text),
        Check("amount", "montants à plus de deux décimales", ROUND_AMOUNT, finer, text),
    ]


def _check_not_empty(path: Path, rows: int) -> None:
    if not rows:
        raise GrcError(
            f"Le fichier « {path.name} » ne contient aucune transaction.",
            where="des noms de colonnes, mais aucune ligne",
            todo="vérifiez l'export qui l'a produit",
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
