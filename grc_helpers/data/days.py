"""Dates as people write them: each distinct text is read once; the order of day and month is proved or stated.

A text is ISO (2025-01-31, 20250131), or has a month in letters (31 janv. 2025), or three numbers (31/01/2025) whose
order only the whole column can tell: one day above 12 proves it; without one the column is refused.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from grc_helpers.data.settings import DAY_FIRST, MONTH_FIRST

# Time of day and zone, cut off before anything is read (RE2, in the engine).
TIME = (
    r"(?:[T\s\x{00a0}]+(?:à\s+)?\d{1,2}(?:[:hH]\d{2}(?::?\d{2}(?:[.,]\d+)?)?|[hH])?"
    r"\s*(?:[AaPp]\.?[Mm]\.?)?\s*(?:Z|UTC|[+-]\d{2}:?\d{2})?)$"
)
TIMED = r"\d[:hH]\d{2}|\d[hH]$"
YEAR_FIRST = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})")
COMPACT = re.compile(r"((?:19|20)\d{2})(\d{2})(\d{2})")
NUMBERS = re.compile(r"(\d{1,2})([-/. ])(\d{1,2})\2(\d{4}|\d{2})")
LETTERS = re.compile(r"(?:[a-z]{3,8}\.?,? )?(\d{1,2})(?:er)?[ \/.-]+([a-z]+)\.?[ \/.-]+(\d{4}|\d{2})")
MONTHS = (
    ("janvier", "janv", "jan", "january"),
    ("fevrier", "fevr", "fev", "feb", "february"),
    ("mars", "mar", "march"),
    ("avril", "avr", "apr", "april"),
    ("mai", "may"),
    ("juin", "jun", "june"),
    ("juillet", "juil", "jul", "july"),
    ("aout", "aou", "aug", "august"),
    ("septembre", "sept", "sep", "september"),
    ("octobre", "oct", "october"),
    ("novembre", "nov", "november"),
    ("decembre", "dec", "december"),
)
MONTH_NUMBERS = {name: place for place, names in enumerate(MONTHS, start=1) for name in names}
FIRST_YEAR, LAST_YEAR = 1900, 2199


@dataclass(frozen=True)
class Order:
    """What the dates written in numbers say: how many rows prove each order, and how many read both ways."""

    day_first: int
    month_first: int
    either: int

    @property
    def proved(self) -> str | None:
        """The order that some dates prove and none contradicts."""
        if self.day_first and not self.month_first:
            return DAY_FIRST
        return MONTH_FIRST if self.month_first and not self.day_first else None


def find_order(counts: Mapping[str, int]) -> Order:
    """Count what each distinct text (and the number of rows that have it) says of the order of day and month.

    A day that no calendar has (30/02/2025) proves nothing.
    """
    day_first = month_first = either = 0
    for text, rows in counts.items():
        if NUMBERS.fullmatch(text.strip()):
            by_day, by_month = (read_day(text, order, 2000) for order in (DAY_FIRST, MONTH_FIRST))
            day_first += rows if by_day and not by_month else 0
            month_first += rows if by_month and not by_day else 0
            either += rows if by_day and by_month and by_day != by_month else 0
    return Order(day_first, month_first, either)


def has_short_year(text: str) -> bool:
    """Tell whether a date has a year of two digits, which belongs to no century by itself."""
    match = NUMBERS.fullmatch(text.strip()) or LETTERS.fullmatch(_bare(text))
    return bool(match) and len(match[match.lastindex]) == 2


def read_day(text: str, order: str | None, century: int | None) -> date | None:
    """Return the day that a text says, or None.

    Parameters
    ----------
    text : str
        A date without its time.
    order : {"jour-mois", "mois-jour"} or None
        Order of 03/04/2025; when None, only dates that read the same both ways (05/05/2025) are read.
    century : {1900, 2000} or None
        Century of the years of two digits, which are not read without it.
    """
    text = text.strip()
    if match := YEAR_FIRST.fullmatch(text):
        return _day(match[1], match[3], match[4], century)
    if match := COMPACT.fullmatch(text):
        return _day(match[1], match[2], match[3], century)
    if match := NUMBERS.fullmatch(text):
        first, second, year = match[1], match[3], match[4]
        if order is None and int(first) != int(second):
            return None
        return _day(year, first, second, century) if order == MONTH_FIRST else _day(year, second, first, century)
    if match := LETTERS.fullmatch(_bare(text)):
        return _day(match[3], MONTH_NUMBERS.get(match[2], 0), match[1], century)
    return None


def _bare(text: str) -> str:
    bare = unicodedata.normalize("NFKD", text.strip().casefold())
    return "".join(sign for sign in bare if not unicodedata.combining(sign)).replace("\u00a0", " ")


def _day(year: str, month: str | int, day: str | int, century: int | None) -> date | None:
    if len(year) == 2 and century is None:
        return None
    number = int(year) + (century if len(year) == 2 else 0)
    try:
        return date(number, int(month), int(day)) if FIRST_YEAR <= number <= LAST_YEAR else None
    except ValueError:
        return None
