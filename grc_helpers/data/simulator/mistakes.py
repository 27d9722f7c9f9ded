"""What happens to a name, a date or a number when it is typed: each function changes the values that it is told to."""

import unicodedata
from collections.abc import Callable

import numpy as np
import pandas as pd

from grc_helpers.data.simulator.places import SHORT_NAMES

NEIGHBOURS = dict(
    zip("azertyuiopqsdfghjklmwxcvbn", "zaerytoipomdqfgjhkjlxwvcnb", strict=True)  # on a French keyboard
)
ABBREVIATIONS = {
    "avenue": "av.",
    "boulevard": "bd",
    "place": "pl.",
    "chemin": "ch.",
    "allée": "all.",
    "impasse": "imp.",
}
WRONG_HOSTS = {"monmel": "monmail", "fibre": "fibr", "courriel49": "courriel", "boite": "boîte", "anjou": "anjoux"}


def change(values: pd.Series, mask: np.ndarray, how: Callable[[str], str]) -> pd.Series:
    """Return the values with those under the mask changed."""
    changed = values.copy()
    changed[mask] = [how(value) for value in values[mask]]
    return changed


def typo(rng: np.random.Generator) -> Callable[[str], str]:
    """Return a function that makes one slip in a word: two letters swapped, one lost, doubled, or its neighbour."""

    def slip(text: str) -> str:
        if len(text) < 3:
            return text
        place, kind = 1 + int(rng.integers(len(text) - 2)), int(rng.integers(4))
        before, letter, after = text[:place], text[place], text[place + 1 :]
        if kind == 0 and letter != after[0]:
            return before + after[0] + letter + after[1:]
        if kind == 1:
            return before + after
        if kind == 2:
            return before + letter + letter + after
        return before + NEIGHBOURS.get(letter.lower(), "e") + after

    return slip


def wrong_digit(rng: np.random.Generator) -> Callable[[str], str]:
    """Return a function that changes one digit after the second, or swaps two."""

    def slip(text: str) -> str:
        place = 2 + int(rng.integers(max(len(text) - 3, 1)))
        if rng.random() < 0.4 and place + 1 < len(text) and text[place] != text[place + 1]:
            return text[:place] + text[place + 1] + text[place] + text[place + 2 :]
        return text[:place] + str((int(text[place]) + int(rng.integers(1, 10))) % 10) + text[place + 1 :]

    return slip


def wrong_date(rng: np.random.Generator) -> Callable[[str], str]:
    """Return a function that spoils an ISO date: day and month swapped, the first of January, or a slip of the year."""

    def slip(text: str) -> str:
        year, month, day = text.split("-")
        kind = rng.random()
        if kind < 0.4 and int(day) <= 12 and day != month:
            return f"{year}-{day}-{month}"
        if kind < 0.7:
            return f"{year}-01-01"
        return f"{int(year) + int(rng.choice([-10, -1, 1, 10]))}-{month}-{day}"

    return slip


def wrong_email(rng: np.random.Generator) -> Callable[[str], str]:
    """Return a function that spoils an e-mail: a slip in its name, or a wrong host."""

    def slip(text: str) -> str:
        local, _, host = text.partition("@")
        name, _, end = host.partition(".")
        if rng.random() < 0.5:
            return f"{typo(rng)(local)}@{host}"
        return f"{local}@{WRONG_HOSTS.get(name, name)}.{end}" if rng.random() < 0.6 else f"{local}@{name}.exemple"

    return slip


def shortened(name: str) -> str:
    """Return a given name as friends say it, or its first part."""
    return SHORT_NAMES.get(name, name.partition("-")[0])


def initial(name: str) -> str:
    """Return the initials of a given name: « J. », « J.-P. »."""
    return "-".join(f"{part[:1]}." for part in name.split("-"))


def bare(text: str) -> str:
    """Return a text without accents."""
    return "".join(sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign))


def abbreviated(street: str) -> str:
    """Return a street with its type abbreviated."""
    kind, _, name = street.partition(" ")
    return f"{ABBREVIATIONS.get(kind, kind)} {name}".replace("Saint-", "St ").replace("Général", "Gal")


def postal(text: str) -> str:
    """Return a text as the post writes it: capitals, no accents, no signs, short words."""
    words = bare(text).upper().replace("'", " ").replace("-", " ").replace(".", " ").split()
    short = {"AVENUE": "AV", "BOULEVARD": "BD", "PLACE": "PL", "CHEMIN": "CHE", "ALLEE": "ALL", "IMPASSE": "IMP"}
    short |= {"RUE": "R", "SAINT": "ST", "SAINTE": "STE", "GENERAL": "GAL"}
    return " ".join(short.get(word, word) for word in words)
