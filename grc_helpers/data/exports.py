"""Files handed over, never over another; CSV that a French spreadsheet opens as it is, and holds no formula."""

from __future__ import annotations

import csv
import os
import re
import tempfile
from collections.abc import Callable
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
    safe = table.map(_inert).rename(columns=_inert)

    def content() -> bytes:
        text = safe.to_csv(index=False, sep=";", decimal=",", quoting=csv.QUOTE_NONNUMERIC)
        return text.encode("utf-8-sig")

    create_file(path, content, suffix=".csv")
    risky = table.map(lambda value: isinstance(value, str) and bool(FORMULA.search(value)))
    return int(risky.any(axis=1).sum())


def create_file(path: str | Path, content: Callable[[], bytes], *, suffix: str) -> Path:
    """Create a file, whole or not at all, and never over another; return its path.

    Parameters
    ----------
    path : str or Path
        Its folder must exist.
    content : callable
        Makes the bytes.
    suffix : str
        What the name must end in, for instance ``".csv"``.

    Raises
    ------
    GrcError
        Another suffix, no such folder, a file that exists already, or a disk that refuses.
    """
    path = Path(path).expanduser()
    if path.suffix.lower() != suffix or not path.parent.is_dir():
        todo = f"donnez un fichier {suffix} dans un dossier qui existe"
        raise GrcError(f"On ne peut pas écrire « {path} ».", todo=todo)
    draft = None
    try:
        handle, draft = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
        with os.fdopen(handle, "wb") as file:
            file.write(content())
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
    return path


def _inert(value):
    return FORMULA.sub(r"\1\2'\3", value) if isinstance(value, str) else value
