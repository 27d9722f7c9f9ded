"""Reading what only the simulator knows; a notebook that judges a method by it says so."""

import difflib
from pathlib import Path

import pandas as pd

from grc_helpers.data.cards import TRUTH
from grc_helpers.data.paths import datasets_dir
from grc_helpers.errors import GrcError


def read_truth(dataset: str | Path, table: str) -> pd.DataFrame:
    """Read a table of the truth of a simulated firm.

    Parameters
    ----------
    dataset : str or Path
        Name of a course data set ("cafes_merle"), or a folder written by ``grc simulate``.
    table : str
        "clients", "effets", "personnes"…: a file of its folder ``verite``, without its extension.

    Raises
    ------
    GrcError
        No truth there, or unknown table (a close one is suggested).
    """
    folder = Path(dataset).expanduser()
    if not (folder / TRUTH).is_dir():
        folder = datasets_dir() / str(dataset)
    tables = sorted(path.stem for path in (folder / TRUTH).glob("*.parquet"))
    if not tables:
        raise GrcError(
            f"« {dataset} » n'a pas de vérité connue.",
            where=f"le dossier « {TRUTH} » manque ou il est vide",
            todo="elle n'existe que pour une entreprise simulée : cafes_merle, ou un dossier écrit par grc simulate",
        )
    if table not in tables:
        close = difflib.get_close_matches(table, tables, n=1)
        hint = f"vouliez-vous dire « {close[0]} » ? " if close else ""
        raise GrcError(f"La vérité n'a pas de table « {table} ».", todo=f"{hint}tables : {', '.join(tables)}")
    return pd.read_parquet(folder / TRUTH / f"{table}.parquet")
