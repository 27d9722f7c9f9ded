"""Columns that hold no role of their own (predictors, answers): which are numbers, dates, yes or no, and which text.

A type is given only when every value that is there has it. Codes that begin with a zero stay text, and so do dates
that are not written year first.
"""

from dataclasses import dataclass

import ibis
from ibis import _

from grc_helpers.data import amounts
from grc_helpers.data.amounts import TYPED, trimmed
from grc_helpers.data.gathering import Gathered
from grc_helpers.data.money_columns import MARKS, SAY_MARK
from grc_helpers.data.refusals import counted
from grc_helpers.style import number

NUMBER, WHOLE, DAY, YES_NO, TEXT = "nombre", "nombre entier", "date", "oui ou non", "texte"
TITLES = {WHOLE: "nombres entiers", NUMBER: "nombres", DAY: "dates", YES_NO: "oui ou non", TEXT: "textes"}
LISTED = 6
SIGN = r"^[-+−–]"
SIGNS = ("-", "−", "–")
ABSENT = ("na", "n/a", "nan", "null", "none", "#n/a", "nd", "nc", "-")
CODE = r"^[-+−–]?0\d|^\d{16}"
ISO_DAY = r"^(?:19|20|21)\d{2}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])(?:[T ].*)?$"
SCIENTIFIC = {",": r"^\d+(?:,\d+)?[eE][-+]?\d+$", ".": r"^\d+(?:\.\d+)?[eE][-+]?\d+$"}
YES, NO = ("oui", "yes", "vrai", "true"), ("non", "no", "faux", "false")
MOSTLY = 0.9  # a column with this share of numbers deserves a word on the others
MANY = 0.5  # a text with more different values than this share of the rows is no category


@dataclass(frozen=True)
class Column:
    """What was found of one column: its place in the file, its type, its decimal mark, its missing values."""

    place: str
    name: str
    type: str
    mark: str
    missing: int
    values: int


def no_value(value: ibis.Value) -> ibis.Value:
    """Tell the cells that hold nothing, or a word that says so (NA, NULL, …)."""
    if not value.type().is_string():
        return value.isnull()
    text = trimmed(value).fill_null("")
    return (text == "") | text.lower().isin(ABSENT)


def numeral(text: ibis.Value, mark: str) -> ibis.Value:
    """Tell whether a text is a number with this decimal mark (no currency, no unit)."""
    body = text.re_replace(SIGN, "")
    return text.startswith(TYPED) | amounts.valid(body, mark) | body.re_search(SCIENTIFIC[mark])


def to_number(text: ibis.Value, mark: str) -> ibis.Value:
    """Return the number that a text says (float64), or null."""
    digits = text.re_replace(SIGN, "").re_replace(amounts.GROUP, "")
    digits = digits.replace(",", "") if mark == "." else digits.replace(".", "").replace(",", ".")
    size = digits.try_cast("float64")
    signed = ibis.ifelse(ibis.or_(*[text.startswith(sign) for sign in SIGNS]), -size, size)
    return ibis.ifelse(
        text.startswith(TYPED),
        text.substr(1).try_cast("float64"),
        ibis.ifelse(numeral(text, mark), signed, ibis.null("float64")),
    )


def find_types(rows: ibis.Table, places: dict[str, str], found: Gathered) -> dict[str, Column]:
    """Return the type of each column.

    Parameters
    ----------
    rows : ibis.Table
        The columns, as c0, c1…
    places : dict
        For each column to look at, its name.
    found : Gathered
        Takes the problem of a column whose numbers read in two ways, and notes.
    """
    texts = {place: name for place, name in places.items() if rows[place].type().is_string()}
    sums = {"rows": _.count()}
    for place in places:
        sums |= _text_sums(rows[place], place) if place in texts else {f"{place}_filled": rows[place].count()}
    counts = rows.agg(**sums).to_pyarrow().to_pylist()[0] if places else {}
    proofs = {
        mark: sum(counts[f"{place}_{sums}"] for place in texts) for mark, sums in ((",", "comma"), (".", "point"))
    }
    columns = {}
    for place, name in places.items():
        sizes = {key.removeprefix(f"{place}_"): n for key, n in counts.items() if key.startswith(f"{place}_")}
        mark = _mark(rows, place, name, sizes, proofs, found) if place in texts else "."
        kind = _type(sizes, mark) if place in texts else _own_type(rows[place].type())
        filled = sizes["filled"] + (sizes["absent"] if place in texts and kind == TEXT else 0)
        columns[place] = Column(place, name, kind, mark, counts["rows"] - filled, sizes.get("values", 0))
        if kind == TEXT and place in texts:
            _say_odd(columns[place], sizes, counts["rows"], found)
    return columns


def _text_sums(value: ibis.Value, place: str) -> dict[str, ibis.Value]:
    text = trimmed(value).fill_null("")
    absent = text.lower().isin(ABSENT)
    filled = (text != "") & ~absent
    comma, point = numeral(text, ","), numeral(text, ".")
    sums = {
        "filled": filled,
        "absent": absent,
        "as_comma": filled & comma,
        "as_point": filled & point,
        "comma": filled & comma & ~point,
        "point": filled & point & ~comma,
        "either": filled & comma & point & text.re_search("[.,]") & ~text.startswith(TYPED),
        "code": text.re_search(CODE),
        "fraction": filled & text.re_search("[.,eE]"),
        "day": text.re_search(ISO_DAY),
        "yes_no": text.lower().isin((*YES, *NO)),
    }
    return {f"{place}_{name}": bad.sum().fill_null(0) for name, bad in sums.items()} | {
        f"{place}_values": value.nunique()
    }


def _mark(rows: ibis.Table, place: str, name: str, sizes: dict, proofs: dict, found: Gathered) -> str:
    """Return the decimal mark of a column: stated, proved by it, else by the others; a problem when nothing tells."""
    if stated := found.settings["lecture.decimale"]:
        return stated
    if sizes["comma"] or sizes["point"]:
        return "," if sizes["comma"] > sizes["point"] else "."
    if proofs[","] or proofs["."]:
        return "," if proofs[","] > proofs["."] else "."
    if sizes["either"] and sizes["as_point"] == sizes["filled"]:
        text = trimmed(rows[place]).fill_null("")
        bad = numeral(text, ",") & numeral(text, ".") & text.re_search("[.,]")
        found.blame(
            rows, bad, rows[place], name, "nombres qui se lisent de deux façons (milliers ou décimales)", SAY_MARK
        )
    return "."


def _type(sizes: dict, mark: str) -> str:
    filled = sizes["filled"]
    if not filled:
        return TEXT
    if sizes["yes_no"] == filled and sizes["values"] <= 2 and not sizes["absent"]:
        return YES_NO
    if sizes["day"] == filled:
        return DAY
    if sizes["as_comma" if mark == "," else "as_point"] == filled and not sizes["code"]:
        return NUMBER if sizes["fraction"] else WHOLE
    return TEXT


def _own_type(kind) -> str:
    """Return the type of a column that the file itself types."""
    if kind.is_boolean():
        return YES_NO
    if kind.is_date() or kind.is_timestamp():
        return DAY
    if kind.is_integer():
        return WHOLE
    return NUMBER if kind.is_numeric() else TEXT


def _say_odd(column: Column, sizes: dict, rows: int, found: Gathered) -> None:
    """Point to a text that is nearly numbers, or that has a value of its own on most rows."""
    numbers = max(sizes["as_comma"], sizes["as_point"])
    if not sizes["code"] and MOSTLY * sizes["filled"] <= numbers < sizes["filled"]:
        others = sizes["filled"] - numbers
        found.notes.append(
            f"Colonne « {column.name} » : des nombres, sauf dans {counted(others, 'ligne')} ; elle reste en texte."
        )
    elif column.values > max(MANY * rows, 20):
        found.notes.append(
            f"Colonne « {column.name} » : {number(column.values)} textes différents ; un nom plutôt qu'une catégorie."
        )


def typed(value: ibis.Value, column: Column) -> ibis.Value:
    """Return a column's values in its type; text without spaces around, null when there is none."""
    if not value.type().is_string():
        return value
    text = trimmed(value).fill_null("")
    if column.type in (NUMBER, WHOLE):
        size = to_number(text, column.mark)
        return size.cast("int64") if column.type == WHOLE else size
    if column.type == DAY:
        return text.left(10).try_cast("date")
    if column.type == YES_NO:
        return ibis.ifelse(text == "", ibis.null("boolean"), text.lower().isin(YES))
    return text.re_replace(f"^{TYPED}", "").nullif("")


def say_types(columns: list[Column], label: str, found: Gathered) -> None:
    """Say in the fiche which columns have which type."""
    shown = []
    for kind, title in TITLES.items():
        held = [column.name for column in columns if column.type == kind]
        more = f"… ({number(len(held))})" if len(held) > LISTED else ""
        shown += [f"{title} : {', '.join(held[:LISTED])}{more}"] if held else []
    found.facts.append((label, " ; ".join(shown) or "aucune"))
    marks = {column.mark for column in columns if column.type == NUMBER}
    if len(marks) == 1 and found.settings["lecture.decimale"] is None:
        found.facts.append(("Nombres", MARKS[marks.pop()]))
    if gaps := [column for column in columns if column.missing]:
        listed = ", ".join(f"« {column.name} » ({number(column.missing)})" for column in gaps[:LISTED])
        found.notes.append(f"Valeurs manquantes, laissées vides : {listed}{'…' if len(gaps) > LISTED else ''}.")
