"""Tables handed over as CSV files that a French spreadsheet opens as they are, and in which nothing is a formula."""

from __future__ import annotations

import csv
import os
import re
import tempfile
from pathlib import Path

import pandas as pd

from grc_helpers.errors import GrcError, obstacle

# What a spreadsheet runs: one of these signs (full-width ones too) at the start of a text, or after what it may take
# for the end of a cell, blanks apart.
FORMULA = re.compile(r"(^|[;,|\t\r\n])([\s\u200b\ufeff]*)([=+\-@＝＋－＠])")


def write_csv(table: pd.DataFrame, path: str | Path) -> int:
    """Write a table as a new CSV file, whole or not at all, and never over another file.

    UTF-8 with its mark, semicolons, decimal commas, quotes around every text. A text that a spreadsheet could run as a
    formula gets an apostrophe in front of its sign, as spreadsheets write text.

    Parameters
    ----------
    table : DataFrame
        Its columns are written, not its index.
    path : str or Path
        File to create, ending in .csv; its folder must exist.

    Returns
    -------
    int
        How many rows have a text with an apostrophe more.

    Raises
    ------
    GrcError
        Not a .csv, no such folder, a file that exists already, or a disk that refuses.
    """
    path = Path(path).expanduser()
    if path.suffix.lower() != ".csv" or not path.parent.is_dir():
        raise GrcError(f"On ne peut pas écrire « {path} ».", todo="donnez un fichier .csv dans un dossier qui existe")
    safe = table.map(_inert).rename(columns=_inert)
    draft = None
    try:
        handle, draft = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
        with os.fdopen(handle, "w", encoding="utf-8-sig", newline="") as file:
            safe.to_csv(file, index=False, sep=";", decimal=",", quoting=csv.QUOTE_NONNUMERIC)
        path.open("x").close()  # takes the name, or fails if it is taken
        os.replace(draft, path)
        draft = None
    except FileExistsError as error:
        raise GrcError(
            f"Le fichier « {path} » existe déjà : il n'a pas été touché.",
            todo="donnez un autre nom, ou déplacez l'ancien fichier",
        ) from error
    except OSError as error:
        raise GrcError(
            f"Le fichier « {path} » ne peut pas être écrit.",
            where=obstacle(error),
            todo="choisissez un autre dossier",
        ) from error
    finally:
        if draft:
            os.unlink(draft)
    risky = table.map(lambda value: isinstance(value, str) and bool(FORMULA.search(value)))
    return int(risky.any(axis=1).sum())


def _inert(value):
    return FORMULA.sub(r"\1\2'\3", value) if isinstance(value, str) else value
