"""What a whole column must prove before any of its values is parsed: order of dates, decimal mark, currency."""

from dataclasses import dataclass, field
from pathlib import Path

import ibis
import pyarrow as pa
from ibis import _

from grc_helpers.data import amounts, days
from grc_helpers.data.refusals import SHOWN, Tally, counted, refuse
from grc_helpers.data.settings import DAY_FIRST, MONTH_FIRST, Settings, is_currency
from grc_helpers.data.staging import TOTAL, Staged
from grc_helpers.errors import GrcError
from grc_helpers.style import number

DEFAULT_CURRENCY = "EUR"
MOST_TEXTS = 400_000  # distinct dates that are tried; a column with more is no column of dates
ORDERS = {DAY_FIRST: "jour/mois/année", MONTH_FIRST: "mois/jour/année"}
MARKS = {",": "virgule décimale", ".": "point décimal"}
SAY_ORDER = "dites l'ordre des dates : --set lecture.ordre_dates=jour-mois (ou mois-jour)"
SAY_MARK = "dites la marque décimale : --set lecture.decimale=, (ou .)"
SAY_CENTURY = "dites le siècle des années à deux chiffres : --set lecture.siecle=2000"
SAY_CURRENCY = (
    "dites la monnaie à garder et quoi faire des autres : "
    "--set lecture.monnaie=EUR --set regles.autres_monnaies=exclure"
)


@ibis.udf.scalar.builtin
def trim(text: str, signs: str) -> str:
    """Remove some signs at both ends of a text (the engine's own function: Ibis strips plain spaces only)."""


@dataclass
class Decided:
    """The parsed rows (an expression) and what was decided to parse them.

    Attributes
    ----------
    parsed : ibis.Table
        line; the file's columns as c0, c1…; total_row, client, order_text, date_text, day, amount_text,
        amount_cents, bad_amount, finer_amount, other_currency, currency_text.
    settings : Settings
        What was stated and what was decided.
    facts, notes : list
        For the fiche.
    currency : str
    in_order : bool
        Whether the rows come in the file's order.
    """

    parsed: ibis.Table
    settings: Settings
    facts: list[tuple[str, str]]
    currency: str
    notes: list[str] = field(default_factory=list)
    in_order: bool = False


@dataclass
class _Findings:
    """What a step of the decision gathers."""

    path: Path
    staged: Staged
    settings: Settings
    problems: list[tuple[Tally, str]]
    facts: list[tuple[str, str]]
    values: dict = field(default_factory=dict)

    def column(self, role: str) -> str:
        """Return the file's name of a role's column."""
        return self.staged.columns.roles[role]

    def blame(self, rows: ibis.Table, bad, text, role: str, what: str, todo: str) -> None:
        """Add a problem: the rows of a table where ``bad`` holds."""
        self.problems.append((tally(rows, bad, text, what=what, column=self.column(role)), todo))


def tally(rows: ibis.Table, bad, text, *, what: str, column: str = "", count: int | None = None) -> Tally:
    """Count the rows where ``bad`` holds, with the first lines and the first value that is not blank."""
    found = rows.filter(bad)
    count = found.count().to_pyarrow().as_py() if count is None else count
    first = found.order_by("line").limit(SHOWN).select("line", text=text).to_pyarrow().to_pylist()
    example = next((row["text"] for row in first if (row["text"] or "").strip()), "")
    return Tally(what, count, tuple(row["line"] for row in first), example.lstrip(amounts.TYPED)[:80], column)


def decide(rows: ibis.Table, staged: Staged, settings: Settings, problems: list, facts: list, folder: Path) -> Decided:
    """Decide how dates and amounts are written and in which currency, and parse the rows.

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

    Raises
    ------
    FileRefused
        When a column reads in two ways and nothing is stated: with the rows that do.
    """
    roles = staged.places
    found = _Findings(staged.source, staged, settings, list(problems), list(facts))
    parts = _parts(rows, roles)
    typed = is_typed(parts)
    parts = parts if typed else settled(parts, folder / "parts.parquet")
    observed = parts.filter(~parts.total_row)
    if "day_text" in parts.columns:
        parts = parts.left_join(_read_days(observed, found), "day_text")
    else:
        found.facts.append(("Dates", "dates du fichier"))
    if "amount_body" in parts.columns:
        parts = parts.mutate(**amounts.cents(parts, _mark(observed, found)))
    else:
        found.facts.append(("Montants", "nombres du fichier"))
    others, currency, notes = _currency(observed, "monnaie" in roles, found)
    if len(found.problems) > len(problems):
        refuse(staged.source, found.problems, found.facts)
    parts = parts.mutate(other_currency=parts.currency_text.isin(others) if others else ibis.literal(False))
    stated = {f"colonnes.{role}": name for role, name in staged.columns.roles.items()}
    decided = settings.with_values({**staged.values, **stated, **found.values})
    parsed = parts if typed else settled(parts, folder / "parsed.parquet")
    return Decided(parsed, decided, found.facts, currency, notes, in_order=typed)


def is_typed(parts: ibis.Table) -> bool:
    """Tell whether dates and amounts need no reading: the rows are then looked at where they are, in their order."""
    return "day_text" not in parts.columns and "amount_body" not in parts.columns


def settled(table: ibis.Table, path: Path) -> ibis.Table:
    """Write a table aside and read it back: what comes next neither computes nor compiles it again."""
    connection = table.get_backend()
    connection.to_parquet(table, str(path))
    return connection.read_parquet(str(path))


def _parts(rows: ibis.Table, roles: dict[str, str]) -> ibis.Table:
    """Add the identifiers, the texts of dates and amounts in their parts, and the rows of totals."""
    day, amount = rows[roles["date"]], rows[roles["montant"]]
    columns = {
        "total_row": _total_rows(rows, day),
        "client": _trimmed(rows[roles["client"]]),
        "order_text": _trimmed(rows[roles["commande"]]) if "commande" in roles else ibis.null("string"),
        "date_text": day.cast("string").fill_null(""),
    }
    if day.type().is_string():
        columns["day_text"] = _trimmed(_trimmed(day).re_replace(days.TIME, "")).fill_null("")
    else:
        columns["day"] = day.cast("date")
    if amount.type().is_string():
        columns |= amounts.split(_trimmed(amount).fill_null(""))
    else:
        columns |= amounts.typed(amount)
    written = _trimmed(rows[roles["monnaie"]]).fill_null("").upper() if "monnaie" in roles else None
    parts = rows.mutate(**columns)
    if written is None:
        written = parts.amount_currency if "amount_currency" in parts.columns else ibis.literal("")
    parts = parts.mutate(currency_text=written)
    return parts.mutate(**amounts.evidence(parts)) if "amount_body" in parts.columns else parts


def _total_rows(rows: ibis.Table, day: ibis.Value) -> ibis.Value:
    """Tell the rows of totals: a cell that begins with « total », and no date."""
    labels = [rows[name].re_search(TOTAL) for name, kind in rows.schema().items() if kind.is_string()]
    if not day.type().is_string():
        return ibis.ifelse(day.isnull(), ibis.or_(*labels), False).fill_null(False) if labels else ibis.literal(False)
    text = _trimmed(day).fill_null("")
    first, no_day = text.substr(0, 1), (text == "") | text.re_search(TOTAL)
    # A row whose date begins with a digit is told at once: no other cell of it is searched.
    other = (ibis.or_(*labels) & no_day).fill_null(False) if labels else ibis.literal(False)
    return ibis.ifelse((first >= "0") & (first <= "9"), False, other)


def _trimmed(value: ibis.Value) -> ibis.Value:
    text = value.cast("string")  # what has no space at its ends is left as it is: trimming costs ten times the look
    return ibis.ifelse(text.re_search(amounts.EDGES), trim(text, amounts.SPACES), text)


def _read_days(rows: ibis.Table, found: _Findings) -> ibis.Table:
    """Return the day that each distinct text of a date says (day_text, day); say which order the dates have."""
    texts = rows.group_by("day_text").agg(n=_.count()).order_by(ibis.desc("n")).limit(MOST_TEXTS).to_pyarrow()
    counts = dict(zip(texts["day_text"].to_pylist(), texts["n"].to_pylist(), strict=True))
    order, century = _order(rows, counts, found), found.settings["lecture.siecle"]
    if century is None and (short := [text for text in counts if days.has_short_year(text)]):
        bad = rows.day_text.isin(short)
        found.blame(rows, bad, rows.date_text, "date", "années à deux chiffres", SAY_CENTURY)
    timed = rows.filter(rows.date_text.re_search(days.TIMED)).count().to_pyarrow().as_py()
    if timed:
        found.facts.append(("Heures", f"présentes dans {counted(timed, 'ligne')} ; seul le jour est gardé"))
    known = {text: day for text in counts if (day := days.read_day(text, order, century))}
    read = pa.table({"day_text": pa.array(known, pa.string()), "day": pa.array(known.values(), pa.date32())})
    return ibis.memtable(read)


def _order(rows: ibis.Table, counts: dict[str, int], found: _Findings) -> str | None:
    """Return the order of day and month: stated, proved, or none needed; a problem otherwise."""
    order, stated = days.find_order(counts), found.settings["lecture.ordre_dates"]
    written = order.day_first + order.month_first + order.either
    what = None
    if not stated and written:
        if found.staged.mixed_dates:
            what = "dates en texte parmi de vraies dates, dont Excel a pu inverser le jour et le mois"
        elif order.day_first and order.month_first:
            what = "dates dont les unes disent jour/mois et les autres mois/jour"
        elif order.either and not order.proved:
            what = "dates qui se lisent dans les deux ordres, jour/mois ou mois/jour"
    if what:
        texts = [text for text in counts if days.find_order({text: 1}) != days.Order(0, 0, 0)]
        found.blame(rows, rows.day_text.isin(texts), rows.date_text, "date", what, SAY_ORDER)
        return None
    used = stated or order.proved
    if written and used:
        proofs = order.day_first if used == DAY_FIRST else order.month_first
        why = "indiqué" if stated else f"prouvé par {counted(proofs, 'ligne')} dont le jour dépasse 12"
        found.facts.append(("Dates", f"{ORDERS[used]} ({why})"))
        found.values["lecture.ordre_dates"] = used
    else:
        found.facts.append(("Dates", "année d'abord, ou mois en lettres : un seul ordre possible"))
    return used


def _mark(rows: ibis.Table, found: _Findings) -> str:
    """Return the decimal mark: stated, proved, or of no consequence; a problem otherwise."""
    sums = {name: rows[name].sum().fill_null(0) for name in ("proves_comma", "proves_point", "either")}
    typed = rows.amount_text.startswith(amounts.TYPED).sum().fill_null(0)
    counts = rows.agg(**sums, typed=typed).to_pyarrow().to_pylist()[0]
    comma, point, stated = counts["proves_comma"], counts["proves_point"], found.settings["lecture.decimale"]
    if not stated and comma and point:
        fewer = "proves_comma" if comma <= point else "proves_point"
        what = f"montants à {MARKS[',' if comma <= point else '.']}, les autres ayant l'autre marque"
        found.blame(rows, rows[fewer], rows.amount_text, "montant", what, SAY_MARK)
    elif not stated and counts["either"] and not comma and not point:
        what = "montants qui se lisent de deux façons (milliers ou décimales)"
        found.blame(rows, rows["either"], rows.amount_text, "montant", what, SAY_MARK)
        return "."
    mark = stated or ("," if comma else ".")
    if stated or comma or point:
        proofs = comma if mark == "," else point
        why = "indiquée" if stated else f"prouvé par {counted(proofs, 'ligne')}"
        found.facts.append(("Montants", f"{MARKS[mark]} ({why})"))
        found.values["lecture.decimale"] = mark
    else:
        found.facts.append(("Montants", "nombres du classeur" if counts["typed"] else "nombres entiers"))
    return mark


def _currency(rows: ibis.Table, has_column: bool, found: _Findings) -> tuple[list[str], str, list[str]]:
    """Return the currencies (as written) that are not the table's, the table's, and notes."""
    sizes = rows.group_by("currency_text").agg(n=_.count()).order_by(ibis.desc("n"), "currency_text").limit(50)
    tells = has_column or "amount_currency" in rows.columns
    written = {row["currency_text"]: row["n"] for row in sizes.to_pyarrow().to_pylist()} if tells else {}
    blank = 0 if has_column else written.pop("", 0)
    stated = found.settings["lecture.monnaie"]
    role, text = ("monnaie" if has_column else "montant"), rows.currency_text
    try:
        codes = {symbol: amounts.currency_code(symbol, stated) for symbol in written}
    except GrcError as error:
        found.blame(rows, text == "$", rows.amount_text, role, "montants en « $ », sans dire quel dollar", error.todo)
        return [], stated or DEFAULT_CURRENCY, []
    known = set(codes.values())
    main = stated or (next(iter(known)) if len(known) == 1 else DEFAULT_CURRENCY)
    others = [symbol for symbol, code in codes.items() if code != main]
    if not stated and len(known) > 1:
        listed = ", ".join(f"{symbol or 'vide'} ({counted(written[symbol], 'ligne')})" for symbol in codes)
        found.blame(
            rows, text.isin(others), text, role, f"plusieurs monnaies, {listed} ; autres que {main}", SAY_CURRENCY
        )
    elif known and (not is_currency(main) or main not in known):
        what = f"monnaies qui ne sont pas {main}" if is_currency(main) else "monnaies vides ou inconnues"
        found.blame(rows, text.isin(list(written)), text, role, what, "corrigez la monnaie : --set lecture.monnaie=EUR")
    why = "indiquée" if stated else "écrite dans le fichier" if known else "par défaut : le fichier ne la dit pas"
    found.facts.append(("Monnaie", f"{main} ({why})"))
    found.values["lecture.monnaie"] = main
    notes = (
        [f"Montants sans monnaie parmi d'autres qui en ont une : {number(blank)}, lus en {main}."]
        if known and blank
        else []
    )
    return others, main, notes
