"""Reading a user's transactions: cut into text, parsed and counted by the engine; nothing is dropped in silence.

A value that cannot be read without guessing is refused, with its column, how many there are and the first lines; what
is done with every other particular row is a stated policy, counted in the fiche de lecture.
"""

import tempfile
from pathlib import Path
from uuid import uuid4

import ibis
from ibis import _

from grc_helpers.data.decisions import decide
from grc_helpers.data.excel import stage_excel
from grc_helpers.data.headers import ROLES
from grc_helpers.data.parquet import stage_parquet
from grc_helpers.data.reading import Finding, Reading
from grc_helpers.data.refusals import FileRefused, Tally, counted
from grc_helpers.data.rules import apply_rules
from grc_helpers.data.settings import Settings, side_path
from grc_helpers.data.staging import BLANK, LINE, UNCUT, Staged, stage_text
from grc_helpers.style import number

TEXTS, BOOKS, TABLES = (".csv", ".txt", ".tsv"), (".xlsx", ".xlsm"), (".parquet",)
EXTENSIONS = (*TEXTS, *BOOKS, *TABLES)
LONG_GAP = 366


def read_user_file(path: Path, connection, settings: Settings) -> tuple[ibis.Table, Reading]:
    """Read a user's file of transactions.

    Parameters
    ----------
    path : Path
        CSV (any usual dialect), Excel workbook or Parquet, one transaction a row.
    connection : ibis backend
        Engine (DuckDB) that parses, counts and keeps the table.
    settings : Settings
        What the user states.

    Returns
    -------
    (ibis.Table, Reading)
        customer_id, date, amount_cents, order_id if the file has it, then the file's other columns (text in a CSV or a
        workbook), in the file's order; and how the file was read.

    Raises
    ------
    FileRefused
        Anything that cannot be read without guessing, or that a policy refuses.
    """
    with tempfile.TemporaryDirectory(prefix="grc-", ignore_cleanup_errors=True) as folder:
        staged, raw = _stage(path, connection, settings, Path(folder))
        facts = [*staged.facts, ("Colonnes", _roles(staged))]
        problems = [(tally, UNCUT[tally.what]) for tally in staged.uncut]
        places = {name: f"c{place}" for place, name in enumerate(staged.columns.names)}
        rows = raw.select(line=raw[LINE], **{place: raw[name] for name, place in places.items()})
        decided = decide(rows, staged, settings, problems, facts, Path(folder))
        outcome = apply_rules(staged, decided, problems)
        _check_rows(path, outcome, decided.facts)
        held = set(staged.places.values())
        others = {name: outcome.kept[place] for name, place in places.items() if place not in held}
        orders = {"order_id": _.order_text} if "commande" in staged.places else {}
        ordered = outcome.kept if outcome.in_order else outcome.kept.order_by("line")
        table = connection.create_table(
            f"user_{uuid4().hex}",
            ordered.select(customer_id=_.client, date=_.day, amount_cents=_.amount_cents, **orders, **others),
            temp=True,
        )
    return table, _reading(table, staged, decided, outcome)


def _stage(path: Path, connection, settings: Settings, folder: Path) -> tuple[Staged, ibis.Table]:
    suffix = path.suffix.lower()
    if suffix in TABLES:
        return stage_parquet(path, connection, settings, folder)
    if suffix in BOOKS:
        staged = stage_excel(path, settings, folder)
    elif suffix in TEXTS:
        staged = stage_text(path, settings, folder)
    else:
        raise FileRefused(
            f"Le format du fichier « {path.name} » n'est pas reconnu.",
            where=f"extension « {path.suffix} »" if path.suffix else "aucune extension",
            todo="enregistrez-le en CSV, en Excel (.xlsx) ou en Parquet",
        )
    return staged, connection.read_parquet(str(staged.path))


def _roles(staged: Staged) -> str:
    roles = staged.columns.roles
    return " ; ".join(f"{role} = « {roles[role]} »" for role in ROLES if role in roles)


def _check_rows(path: Path, outcome, facts) -> None:
    if outcome.rows_kept:
        return
    read = outcome.rows_read
    raise FileRefused(
        f"Le fichier « {path.name} » ne contient aucune transaction.",
        where=f"{counted(read, 'ligne')} dans le fichier, toutes exclues"
        if read
        else "des noms de colonnes, mais aucune ligne",
        todo="vérifiez l'export qui l'a produit" + (f", et les règles de {side_path(path).name}" if read else ""),
        facts=facts,
    )


def _reading(table: ibis.Table, staged: Staged, decided, outcome) -> Reading:
    clients = table.group_by("customer_id").agg(
        rows=_.count(), first=_.date.min(), last=_.date.max(), cents=_.amount_cents.sum()
    )
    sizes = (
        clients.agg(
            customers=_.count(),
            folded=_.customer_id.lower().nunique(),
            pointed=ibis.ifelse(_.customer_id.re_search(r"^\d+\.0$"), _.rows, 0).sum(),
            back=(_.first < _.last).sum(),
            cents=_.cents.sum(),
            start=_["first"].min(),
            end=_["last"].max(),
        )
        .to_pyarrow()
        .to_pylist()[0]
    )
    sizes["days"] = table.date.nunique().to_pyarrow().as_py()
    aside = [_aside(tally) for tally in staged.aside]
    names_again = sum(found.excluded for found in aside)
    return Reading(
        file=staged.source.name,
        facts=tuple(decided.facts),
        findings=(*aside, *outcome.findings),
        notes=(*staged.notes, *decided.notes, *_notes(sizes), *_gaps(table)),
        rows_read=outcome.rows_read + names_again,
        rows_kept=outcome.rows_kept,
        customers=sizes["customers"],
        days=sizes["days"],
        total_cents=int(sizes["cents"]),
        start=sizes["start"],
        end=sizes["end"],
        currency=decided.currency,
        settings=decided.settings,
    )


def _aside(tally: Tally) -> Finding:
    blank = tally.what == BLANK
    rule, action = ("lignes_vides", "sans effet") if blank else ("noms_repetes", "exclues")
    return Finding(rule, tally, action, 0 if blank else tally.rows)


def _notes(sizes: dict) -> list[str]:
    """Say what the table cannot answer, and what looks odd in it."""
    found = []
    if sizes["customers"] == 1:
        found.append("Un seul client : rien ne peut être comparé entre clients.")
    if sizes["days"] == 1:
        found.append("Une seule date : ni fréquence, ni récence, ni évolution ne peuvent être calculées.")
    elif not sizes["back"]:
        found.append("Aucun client n'est venu deux jours différents : ni rachat, ni rétention ne peuvent être étudiés.")
    if lost := sizes["customers"] - sizes["folded"]:
        found.append(
            f"Identifiants qui ne diffèrent d'un autre que par les majuscules : {number(lost)}, laissés distincts."
        )
    if sizes["pointed"]:
        found.append(
            f"Identifiants terminés par « .0 » : {counted(sizes['pointed'], 'ligne')} (un tableur ou un export ?)."
        )
    return found


def _gaps(table: ibis.Table) -> list[str]:
    """Point to a first or last day that lies far from all others: a slip of the year would look like that."""
    days = table.select("date").distinct()
    found = []
    for order, which in ((days.date, "premier"), (ibis.desc(days.date), "dernier")):
        ends = [row["date"] for row in days.order_by(order).limit(2).to_pyarrow().to_pylist()]
        if len(ends) == 2 and abs((ends[1] - ends[0]).days) > LONG_GAP:
            gap = number(abs((ends[1] - ends[0]).days))
            found.append(
                f"Le {which} jour, {ends[0]:%d/%m/%Y}, est à {gap} jours de tous les autres : une faute de frappe ?"
            )
    return found
