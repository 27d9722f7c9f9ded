"""Standardising: the same thing written in the same way, so that records of different files can be compared.

Nothing is guessed that the file does not say: what cannot be read stays empty. Names of the sources in one field are
cut with what the other sources teach of given names; given and family names that are clearly exchanged are put back.
"""

import re
import unicodedata

import numpy as np
import pandas as pd

from grc_helpers.identity.registry import FIELDS, source

TITLES = {"M": "M", "MR": "M", "MONSIEUR": "M", "MME": "F", "MLLE": "F", "MADAME": "F"}
STREETS = {"AV": "AVENUE", "AVE": "AVENUE", "BD": "BOULEVARD", "BLD": "BOULEVARD", "R": "RUE", "PL": "PLACE"}
STREETS |= {"CH": "CHEMIN", "CHE": "CHEMIN", "ALL": "ALLEE", "IMP": "IMPASSE", "ST": "SAINT", "STE": "SAINTE"}
STREETS |= {"GAL": "GENERAL", "GEN": "GENERAL", "DR": "DOCTEUR"}
PARTICLES = {"LE", "LA", "DE", "DU", "DA", "DOS", "DES"}
TEXTS = ("given_name", "family_name", "company", "complement", "city")
COLUMNS = [
    *("record_id", "source", "record_key", "title", "given_name", "family_name", "company", "birth_date", "birth_year"),
    *("number", "street", "complement", "postcode", "city", "mobile", "landline", "email", "created", "updated"),
]


def standardise(tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Put the records of all the sources into one table.

    Parameters
    ----------
    tables : dict of str to pandas.DataFrame
        What `reading.read_sources` returns.

    Returns
    -------
    pandas.DataFrame
        One row a record: record_id (source/key), source, record_key, title (M, F), given_name, family_name, company
        (capitals, no accents), birth_date (ISO) and birth_year, number, street, complement, postcode, city, mobile,
        landline (10 digits), email (lower case), created, updated (dates). What is missing or unreadable is None.
    """
    records = pd.concat([_one_source(source(name), table) for name, table in tables.items()], ignore_index=True)
    records = _cut_full_names(records)
    records = _put_back(records)
    texts = [name for name in COLUMNS if name not in ("created", "updated")]
    records[texts] = records[texts].astype(object).where(records[texts].ne("") & records[texts].notna(), None)
    return records[COLUMNS]


def fold(text: str) -> str:
    """Return a text in capitals, without accents nor signs."""
    bare = "".join(sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign))
    return re.sub(r"[^A-Z0-9]+", " ", bare.upper().replace("Œ", "OE")).strip()


def phone(text: str) -> str:
    """Return a French telephone number as ten digits, or "" if it is none; a lost first zero is put back."""
    digits = re.sub(r"^(\+|00)33", "0", re.sub(r"[^\d+]", "", text))
    digits = "0" + digits if len(digits) == 9 and digits[0] != "0" else digits
    return digits if re.fullmatch(r"0[1-9]\d{8}", digits) else ""


def email(text: str) -> str:
    """Return an e-mail in lower case without accents, or "" if it is none."""
    bare = "".join(sign for sign in unicodedata.normalize("NFKD", text.lower()) if not unicodedata.combining(sign))
    return bare if re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", bare) else ""


def day(text: str) -> str:
    """Return an ISO date of an ISO or a French one, or "" (a bare year is none, nor is the first day of 1900)."""
    found = re.fullmatch(r"(\d{4})-(\d\d)-(\d\d)", text) or re.fullmatch(r"(\d\d)/(\d\d)/(\d{4})", text)
    if not found:
        return ""
    parts = found.groups()
    parts = parts if len(parts[0]) == 4 else parts[::-1]
    if parts == ("1900", "01", "01"):  # what software writes when it has none
        return ""
    try:
        return pd.Timestamp(*map(int, parts)).strftime("%Y-%m-%d")
    except ValueError:
        return ""


def address(text: str) -> tuple[str, str]:
    """Return the number and the street of an address line, abbreviations written in full."""
    words = fold(text).split()
    number = words.pop(0) if words and words[0].isdigit() else ""
    if words and words[0] in ("BIS", "TER", "B", "T"):
        number += " " + {"B": "BIS", "T": "TER"}.get(words[0], words[0])
        words = words[1:]
    street = " ".join(STREETS.get(word, word) for word in words)
    return number, re.sub(r"\b(D|L) (?=[AEIOUH])", r"\1 ", street)


def _one_source(item, table: pd.DataFrame) -> pd.DataFrame:
    given = pd.DataFrame({field: table[column].astype(str) for field, column in item.columns.items()})
    for name in {*FIELDS} - {*given, "created", "updated"}:
        given[name] = ""
    records = pd.DataFrame({"source": item.name, "record_key": table[item.key].astype(str)})
    records["record_id"] = item.name + "/" + records["record_key"]
    for name in TEXTS:
        records[name] = given[name].map(fold)
    records["city"] = records["city"].str.replace(r"\bST(E?)\b", r"SAINT\1", regex=True)
    records["title"] = given["title"].map(fold).map(TITLES).fillna("")
    office = given["contact"] != ""  # « full_name » is then the firm's
    records["company"] = records["company"].where(~office, given["full_name"].map(fold))
    records["whole"] = given["full_name"].where(~office, given["contact"])
    lines = [address(text) for text in given["street"]]
    records["number"], records["street"] = [line[0] for line in lines], [line[1] for line in lines]
    code = given["postcode"].str.replace(r"\D", "", regex=True)
    records["postcode"] = code.str.zfill(5).where(code.str.len().isin([4, 5]), "")
    records["email"] = given["email"].map(email)
    numbers = pd.DataFrame({name: given[name].map(phone) for name in ("phone", "mobile")})
    cell = numbers["phone"].str.match("0[67]")
    records["mobile"] = numbers["mobile"].where(numbers["mobile"] != "", numbers["phone"].where(cell, ""))
    records["landline"] = numbers["phone"].where(~cell, "")
    records["birth_date"] = given["birth_date"].map(day)
    records["birth_year"] = (
        given["birth_date"]
        .where(~given["birth_date"].str.contains("1900"))
        .str.extract(r"((?:19|20)\d\d)")[0]
        .fillna("")
    )
    for name, other in (("created", "updated"), ("updated", "created")):
        text = given[name if name in given else other]
        records[name] = pd.to_datetime(text.map(day), errors="coerce")
    return records


def _cut_full_names(records: pd.DataFrame) -> pd.DataFrame:
    """Cut the names that are in one field: the given name comes first, unless the family name alone is in capitals."""
    records = records.copy()
    known = set(records.loc[records["given_name"] != "", "given_name"])
    whole = records["whole"] != ""
    cut = [cut_name(text, known) for text in records.loc[whole, "whole"]]
    for place, name in enumerate(("title", "given_name", "family_name")):
        records.loc[whole, name] = [parts[place] for parts in cut]
    return records


def cut_name(text: str, known: set[str]) -> tuple[str, str, str]:
    """Return the title, the given name and the family name of a person written in one field.

    Parameters
    ----------
    text : str
        « Mme Claire MARTIN », « MARTIN Claire », « Claire Martin », « Mme Martin ».
    known : set of str
        Given names (folded) seen elsewhere in a field of their own.
    """
    words = text.replace(".", ". ").split()
    title = TITLES.get(fold(words[0]), "") if words else ""
    words = words[1:] if title else words
    upper = [word for word in words if word.isupper() and not re.fullmatch(r"-?(\w\.-?)+", word)]
    lower = [word for word in words if word not in upper]
    if upper and lower:
        return title, fold(" ".join(lower)), fold(" ".join(upper))
    first = fold(words[0]) if words else ""
    if len(words) < 2 or (first not in known and len(first) > 1) or first in PARTICLES:
        return title, "", fold(" ".join(words))
    return title, first, fold(" ".join(words[1:]))


def _put_back(records: pd.DataFrame) -> pd.DataFrame:
    """Exchange given and family names where both are seen, elsewhere, nearly always in the other place."""
    records = records.copy()
    both = records["given_name"].ne("") & records["family_name"].ne("")
    as_given = records.loc[both, "given_name"].value_counts()
    as_family = records.loc[both, "family_name"].value_counts()

    def share(names: pd.Series) -> np.ndarray:
        given, family = (names.map(counts).fillna(0) for counts in (as_given, as_family))
        return (given / (given + family).clip(lower=1)).to_numpy()

    wrong = both & (share(records["given_name"]) < 0.3) & (share(records["family_name"]) > 0.7)
    records.loc[wrong, ["given_name", "family_name"]] = records.loc[wrong, ["family_name", "given_name"]].to_numpy()
    return records
