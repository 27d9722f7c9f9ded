"""The column of amounts: which decimal mark it proves, and which currency it is in."""

import ibis
from ibis import _

from grc_helpers.data import amounts
from grc_helpers.data.gathering import Gathered
from grc_helpers.data.refusals import counted
from grc_helpers.data.settings import is_currency
from grc_helpers.errors import GrcError
from grc_helpers.style import number

DEFAULT_CURRENCY = "EUR"
MARKS = {",": "virgule décimale", ".": "point décimal"}
PROVED = {",": "prouvée", ".": "prouvé"}
STATED = {",": "indiquée", ".": "indiqué"}
SAY_MARK = "dites la marque décimale : --set lecture.decimale=, (ou .)"
SAY_CURRENCY = (
    "dites la monnaie à garder et quoi faire des autres : "
    "--set lecture.monnaie=EUR --set regles.autres_monnaies=exclure"
)


def decimal_mark(rows: ibis.Table, role: str, found: Gathered) -> str:
    """Return the decimal mark: stated, proved, or of no consequence; a problem otherwise."""
    sums = {name: rows[name].sum().fill_null(0) for name in ("proves_comma", "proves_point", "either")}
    typed = rows.amount_text.startswith(amounts.TYPED).sum().fill_null(0)
    counts = rows.agg(**sums, typed=typed).to_pyarrow().to_pylist()[0]
    comma, point, stated = counts["proves_comma"], counts["proves_point"], found.settings["lecture.decimale"]
    column = found.column(role)
    if not stated and comma and point:
        fewer = "proves_comma" if comma <= point else "proves_point"
        what = f"montants à {MARKS[',' if comma <= point else '.']}, les autres ayant l'autre marque"
        same = "écrivez tous les montants avec la même marque décimale"
        found.blame(rows, rows[fewer], rows.amount_text, column, what, same)
    elif not stated and counts["either"] and not comma and not point:
        what = "montants qui se lisent de deux façons (milliers ou décimales)"
        found.blame(rows, rows["either"], rows.amount_text, column, what, SAY_MARK)
        return "."
    mark = stated or ("," if comma else ".")
    if stated or comma or point:
        proofs = comma if mark == "," else point
        why = STATED[mark] if stated else f"{PROVED[mark]} par {counted(proofs, 'ligne')}"
        found.facts.append(("Montants", f"{MARKS[mark]} ({why})"))
        found.values["lecture.decimale"] = mark
    else:
        found.facts.append(
            ("Montants", "typés comme des nombres dans le classeur" if counts["typed"] else "nombres entiers")
        )
    return mark


def table_currency(rows: ibis.Table, role: str, found: Gathered) -> tuple[list[str], str]:
    """Return the currencies (as written) that are not the table's, and the table's.

    ``role`` is the role of the column of amounts; the file may have a column of currencies too.
    """
    has_column = "monnaie" in found.staged.columns.roles
    sizes = rows.group_by("currency_text").agg(n=_.count()).order_by(ibis.desc("n"), "currency_text").limit(50)
    tells = has_column or "amount_currency" in rows.columns
    written = {row["currency_text"]: row["n"] for row in sizes.to_pyarrow().to_pylist()} if tells else {}
    blank = 0 if has_column else written.pop("", 0)
    stated = found.settings["lecture.monnaie"]
    column, text = found.column("monnaie" if has_column else role), rows.currency_text
    try:
        codes = {symbol: amounts.currency_code(symbol, stated) for symbol in written}
    except GrcError as error:
        what = "montants en « $ », sans dire quel dollar"
        found.blame(rows, text == "$", rows.amount_text, column, what, error.todo)
        return [], stated or DEFAULT_CURRENCY
    known = set(codes.values())
    main = stated or (next(iter(known)) if len(known) == 1 else DEFAULT_CURRENCY)
    others = [symbol for symbol, code in codes.items() if code != main]
    if not stated and len(known) > 1:
        listed = ", ".join(f"{symbol or 'vide'} ({counted(written[symbol], 'ligne')})" for symbol in codes)
        what = f"plusieurs monnaies, {listed} ; autres que {main}"
        found.blame(rows, text.isin(others), text, column, what, SAY_CURRENCY)
    elif known and (not is_currency(main) or main not in known):
        what = f"monnaies qui ne sont pas {main}" if is_currency(main) else "monnaies vides ou inconnues"
        found.blame(
            rows, text.isin(list(written)), text, column, what, "corrigez la monnaie : --set lecture.monnaie=EUR"
        )
    why = "indiquée" if stated else "écrite dans le fichier" if known else "par défaut : le fichier ne la dit pas"
    found.facts.append(("Monnaie", f"{main} ({why})"))
    found.values["lecture.monnaie"] = main
    if known and blank:
        found.notes.append(f"Montants sans monnaie parmi d'autres qui en ont une : {number(blank)}, lus en {main}.")
    return others, main
