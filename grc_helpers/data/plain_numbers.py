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
PLAIN_WHOLE = r"^-?(?:0|[1-9]\d{0,14})$"
PLAIN_POINT, PLAIN_COMMA = (rf"^-?(?:0{mark}\d+|[1-9]\d{{0,14}}{mark}(?:\d\d?|\d{{4,}}))$" for mark in (r"\.", ","))
SORTS = ("blank", "whole", "point", "comma", "typed", "absent", "yes_no", "day", "code", "either", "science", "text")
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
    texts = [place for place in places if rows[place].type().is_string()]
    total = rows.count().to_pyarrow().as_py()
    sizes_of = {place: _sizes(rows, place) for place in places}
    proofs = {mark: sum(sizes_of[place][sort] for place in texts) for mark, sort in ((",", "comma"), (".", "point"))}
    columns = {}
    for place, name in places.items():
        sizes = sizes_of[place]
        if place not in texts:
            columns[place] = Column(place, name, _own_type(rows[place].type()), ".", total - sizes["filled"], 0)
            continue
        mark = _mark(rows, place, name, sizes, proofs, found)
        kind = _type(sizes, mark)
        filled = sizes["filled"] + (sizes["absent"] if kind == TEXT else 0)
        columns[place] = Column(place, name, kind, mark, total - filled, sizes["values"])
        if kind == TEXT:
            _say_odd(columns[place], sizes, total, found)
    return columns


def _sizes(rows: ibis.Table, place: str) -> dict[str, int]:
    """Count the values of a column that are there; those of a text by sort (a query a column bounds the memory)."""
    if not rows[place].type().is_string():
        return {"filled": rows[place].count().to_pyarrow().as_py()}
    values = rows.filter(rows[place].notnull()).group_by(value=rows[place]).agg(n=_.count())
    sorts = values.mutate(sort=_sort(values.value)).group_by("sort").agg(n=_.n.sum(), values=_.count())
    by_sort = {row["sort"]: row for row in sorts.to_pyarrow().to_pylist()}
    sizes = {sort: int(by_sort[sort]["n"]) if sort in by_sort else 0 for sort in SORTS}
    both = sizes["whole"] + sizes["typed"] + sizes["either"] + sizes["science"]
    return sizes | {
        "values": sum(row["values"] for sort, row in by_sort.items() if sort != "blank"),
        "filled": sum(sizes[sort] for sort in SORTS if sort not in ("blank", "absent")),
        "as_comma": both + sizes["comma"],
        "as_point": both + sizes["point"],
        "fraction": sum(sizes[sort] for sort in ("typed", "either", "science", "comma", "point")),
    }


def _sort(value: ibis.Value) -> ibis.Value:
    """Return which sort of text each value is; the usual ones are told first, and at once."""
    text = trimmed(value).fill_null("")
    word, comma, point = text.lower(), numeral(text, ","), numeral(text, ".")
    return ibis.cases(
        (text == "", "blank"),
        (text.re_search(PLAIN_WHOLE), "whole"),
        (text.re_search(PLAIN_POINT), "point"),
        (text.re_search(PLAIN_COMMA), "comma"),
        (text.startswith(TYPED), ibis.ifelse(text.re_search("[.e]"), "typed", "whole")),
        (word.isin(ABSENT), "absent"),
        (word.isin((*YES, *NO)), "yes_no"),
        (text.re_search(ISO_DAY), "day"),
        (text.re_search(CODE), "code"),
        (comma & point & text.re_search("[.,]"), "either"),
        (comma & point & text.re_search("[eE]"), "science"),
        (comma & point, "whole"),
        (comma, "comma"),
        (point, "point"),
        else_="text",
    )


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
