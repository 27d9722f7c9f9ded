"""Amounts as people write them, parsed by the engine: sign, currency, thousands, and a decimal mark proved or stated.

``1 234,56 €``, ``-12.5``, ``(12,50)``, ``12,50-`` and ``1'234.50`` are amounts. A lone ``1,234`` reads two ways:
the whole column must prove its mark, or the user state it.
"""

import ibis

from grc_helpers.errors import GrcError

TYPED = "\ue000"  # in front of a number that the file itself types; no text starts with it
SPACES = " \t\r\n\f\v\u00a0\u202f\u2009"
EDGES = r"^[\s\x{00a0}\x{202f}\x{2009}]|[\s\x{00a0}\x{202f}\x{2009}]$"
SPACE = r"[\s\x{00a0}\x{202f}\x{2009}]"
GROUP = r"[ \x{00a0}\x{202f}\x{2009}'’]"
MINUS = r"[-−–]"
CURRENCY = r"(?:€|EUROS?|EUR|US\$|\$|USD|£|GBP|CHF|CAD|\$ ?CA|MAD|TND|DZD|XOF|FCFA)"
BODY = rf"\d(?:(?:[\d.,]|{GROUP})*\d)?"
AROUND = (
    rf"(?i)^(?:[-+−–]?{SPACE}*(?:{CURRENCY}{SPACE}*)?#(?:{SPACE}*{CURRENCY})?"  # -12,50 €, - € 12,50
    rf"|{CURRENCY}{SPACE}*{MINUS}{SPACE}*#"  # € -12,50
    rf"|#{SPACE}*{MINUS}{SPACE}*(?:{CURRENCY})?|#{SPACE}*{CURRENCY}{SPACE}*{MINUS}"  # 12,50-
    rf"|\({SPACE}*(?:{CURRENCY}{SPACE}*)?#(?:{SPACE}*{CURRENCY})?{SPACE}*\))$"  # (12,50 €)
)
NEGATIVE = rf"{MINUS}|\("
PLAIN = r"^\d{1,12}(\.\d+)?$"
FINER = r"\.\d\d\d*[1-9]\d*$"
LARGEST = 1e12
CODES = {"€": "EUR", "EURO": "EUR", "EUROS": "EUR", "£": "GBP", "US$": "USD", "FCFA": "XOF", "$CA": "CAD"}
DOLLARS = {"USD", "CAD", "AUD", "NZD", "HKD", "SGD", "MXN"}


@ibis.udf.scalar.builtin
def trim(text: str, signs: str) -> str:
    """Remove some signs at both ends of a text (the engine's own function: Ibis strips plain spaces only)."""


def trimmed(value: ibis.Value) -> ibis.Value:
    """Return a value as a text without spaces around, no-break ones included."""
    text = value.cast("string")  # what has no space at its ends is left as it is: trimming costs ten times the look
    return ibis.ifelse(text.re_search(EDGES), trim(text, SPACES), text)


def split(text: ibis.Value) -> dict[str, ibis.Value]:
    """Return the parts of an amount as a text without spaces around: its digits, what is around them, its currency.

    A number that the file itself types (an Excel cell) is written after the sign ``TYPED``.
    """
    around = text.re_replace(BODY, "#")
    return {
        "amount_text": text,
        "amount_body": text.re_extract(BODY, 0).re_replace(GROUP, " "),
        "amount_around": around,
        "amount_currency": around.re_extract(f"(?i){CURRENCY}", 0).upper().replace(" ", ""),
    }


def valid(body: ibis.Value, mark: str) -> ibis.Value:
    """Tell whether digits read as a number with this decimal mark."""
    decimal, other = (r"\.", ",") if mark == "." else (",", r"\.")
    return body.re_search(rf"^(?:\d+|[1-9]\d{{0,2}}(?: \d{{3}})+|[1-9]\d{{0,2}}(?:{other}\d{{3}})+)(?:{decimal}\d+)?$")


def evidence(parts: ibis.Table) -> dict[str, ibis.Value]:
    """Return what each amount says of the decimal mark: comma only, point only, or both, with different values."""
    body, typed = parts.amount_body, parts.amount_text.startswith(TYPED)
    comma, point, marked = valid(body, ","), valid(body, "."), body.re_search("[.,]")
    return {
        "proves_comma": ~typed & comma & ~point,
        "proves_point": ~typed & point & ~comma,
        "either": ~typed & comma & point & marked,
    }


def cents(parts: ibis.Table, mark: str) -> dict[str, ibis.Value]:
    """Return the amount in cents, whether it is unreadable, and whether it has more than two decimals.

    Parameters
    ----------
    parts : ibis.Table
        Table with the columns of `split`.
    mark : {",", "."}
        Decimal mark of the texts.
    """
    typed = parts.amount_text.startswith(TYPED)
    number = parts.amount_text.substr(1).try_cast("float64")
    digits = parts.amount_body.replace(" ", "")
    digits = digits.replace(",", "") if mark == "." else digits.replace(".", "").replace(",", ".")
    readable = valid(parts.amount_body, mark) & digits.re_search(PLAIN) & parts.amount_around.re_search(AROUND)
    sign = ibis.ifelse(parts.amount_around.re_search(NEGATIVE), -1, 1)
    from_text = (digits.try_cast("decimal(18, 2)") * 100).cast("int64") * sign
    from_number, bad_number, finer_number = from_float(number)
    return {
        "amount_cents": ibis.ifelse(typed, from_number, from_text).cast("int64"),
        "bad_amount": ibis.ifelse(typed, bad_number, ~readable).fill_null(True),
        "finer_amount": ibis.ifelse(typed, finer_number, readable & digits.re_search(FINER)).fill_null(False),
    }


def typed(value: ibis.Value) -> dict[str, ibis.Value]:
    """Return what `split` and `cents` do together, for a column of numbers."""
    exact = value.cast("string").cast("float64") if value.type().is_float32() else value.cast("float64")
    cents, bad, finer = from_float(exact)
    return {"amount_text": value.cast("string"), "amount_cents": cents, "bad_amount": bad, "finer_amount": finer}


def from_float(number: ibis.Value) -> tuple[ibis.Value, ibis.Value, ibis.Value]:
    """Return a typed number in cents, whether it is no amount, and whether it has more than two decimals."""
    bad = ~(number.abs() < LARGEST).fill_null(False)
    exact = ibis.ifelse(bad, 0.0, number) * 100  # an infinite amount has no rounding
    return exact.round().cast("int64"), bad, (exact - exact.round()).abs() > 1e-4


def currency_code(symbol: str, stated: str | None) -> str:
    """Return the ISO code of a currency as the file writes it; « $ » is whichever dollar is stated.

    Raises
    ------
    GrcError
        « $ » when no dollar is stated.
    """
    symbol = symbol.strip().upper()
    if symbol == "$":
        if stated in DOLLARS:
            return stated
        raise GrcError(
            "Le symbole « $ » ne dit pas de quel dollar il s'agit.",
            todo="dites-le : --set lecture.monnaie=USD (ou CAD…)",
        )
    return CODES.get(symbol, symbol)
