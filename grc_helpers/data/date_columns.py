"""Columns of dates: which order day and month have, proved by all of them together or stated; then the days."""

import ibis
import pyarrow as pa
from ibis import _

from grc_helpers.data import days
from grc_helpers.data.amounts import trimmed
from grc_helpers.data.gathering import Gathered
from grc_helpers.data.kinds import Role
from grc_helpers.data.refusals import counted
from grc_helpers.data.settings import DAY_FIRST, MONTH_FIRST

MOST_TEXTS = 400_000  # distinct dates that are tried; a column with more is no column of dates
ORDERS = {DAY_FIRST: "jour/mois/année", MONTH_FIRST: "mois/jour/année"}
SAY_ORDER = "dites l'ordre des dates : --set lecture.ordre_dates=jour-mois (ou mois-jour)"
SAY_CENTURY = "dites le siècle des années à deux chiffres : --set lecture.siecle=2000 (ou 1900)"
# What stands for « not ended yet » where a date of end is expected.
OPEN = r"(?i)^(?:en cours|actif|active|ouvert|courant|aucune?|néant|null|none|n/?a|-+)$"
FAR = r"^(?:9999|2999)[-/.]?\d\d?[-/.]?\d\d?$|^\d\d?[-/.]\d\d?[-/.](?:9999|2999)$"


def date_parts(role: Role, value: ibis.Value) -> dict[str, ibis.Value]:
    """Return the parts of a column of dates: its text, and its day or the text of that day, time cut off.

    Where a date may be missing: whether it is (``open_ROLE``), and is so by a word or a year that never comes
    (``far_ROLE``).
    """
    name, text = role.name, value.cast("string").fill_null("")
    if not value.type().is_string():
        day = value.cast("date")
        if role.filled:
            return {f"text_{name}": text, f"day_{name}": day}
        far = (day.year() > days.LAST_YEAR).fill_null(False)
        return {
            f"text_{name}": text,
            f"day_{name}": ibis.ifelse(far, ibis.null("date"), day),
            f"far_{name}": far,
            f"open_{name}": day.isnull() | far,
        }
    cut = trimmed(trimmed(value).re_replace(days.TIME, "")).fill_null("")
    if role.filled:
        return {f"text_{name}": text, f"cut_{name}": cut}
    far = cut.re_search(OPEN) | cut.re_search(FAR)
    cut = ibis.ifelse(far, "", cut)
    return {f"text_{name}": text, f"cut_{name}": cut, f"far_{name}": far, f"open_{name}": cut == ""}


def read_days(parts: ibis.Table, roles: list[Role], found: Gathered) -> ibis.Table:
    """Add the day that each text of a date says (``day_ROLE``) to the rows; say which order the dates have."""
    texts = [role.name for role in roles if f"cut_{role.name}" in parts.columns]
    if not texts:
        found.facts += [("Dates", "typées comme des dates dans le fichier")] if roles else []
        return parts
    rows = parts.filter(~parts.total_row)
    written = ibis.union(*[rows.select(text=rows[f"cut_{name}"], full=rows[f"text_{name}"]) for name in texts])
    counts = _counts(written)
    order, century = _order(rows, counts, texts, found), found.settings["lecture.siecle"]
    if century is None and (short := [text for text in counts if days.has_short_year(text)]):
        _blame(rows, short, texts, found, "années à deux chiffres", SAY_CENTURY)
    timed = written.filter(written.full.re_search(days.TIMED)).count().to_pyarrow().as_py()
    if timed:
        found.facts.append(("Heures", f"présentes dans {counted(timed, 'date')} ; seul le jour est gardé"))
    known = {text: day for text in counts if (day := days.read_day(text, order, century))}
    columns = pa.array(known, pa.string()), pa.array(known.values(), pa.date32())
    for name in texts:
        read = ibis.memtable(pa.table(columns, names=[f"cut_{name}", f"day_{name}"]))
        parts = parts.left_join(read, f"cut_{name}")
    return parts


def _counts(written: ibis.Table) -> dict[str, int]:
    texts = written.group_by("text").agg(n=_.count()).order_by(ibis.desc("n")).limit(MOST_TEXTS).to_pyarrow()
    return dict(zip(texts["text"].to_pylist(), texts["n"].to_pylist(), strict=True))


def _blame(rows: ibis.Table, texts: list[str], roles: list[str], found: Gathered, what: str, todo: str) -> None:
    for role in roles:
        found.blame(rows, rows[f"cut_{role}"].isin(texts), rows[f"text_{role}"], found.column(role), what, todo)


def _order(rows: ibis.Table, counts: dict[str, int], roles: list[str], found: Gathered) -> str | None:
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
        _blame(rows, texts, roles, found, what, SAY_ORDER)
        return None
    used = stated or order.proved
    if written and used:
        proofs = order.day_first if used == DAY_FIRST else order.month_first
        why = "indiqué" if stated else f"prouvé par {counted(proofs, 'date')} dont le jour dépasse 12"
        found.facts.append(("Dates", f"{ORDERS[used]} ({why})"))
        found.values["lecture.ordre_dates"] = used
    else:
        found.facts.append(("Dates", "année d'abord, ou mois en lettres : un seul ordre possible"))
    return used
