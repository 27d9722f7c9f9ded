"""Where the workbook keeps its folders."""

import os
from pathlib import Path

from grc_helpers.errors import GrcError


def root() -> Path:
    """Return the workbook's folder: ``GRC_HOME`` if set, else the parent of this package."""
    home = os.environ.get("GRC_HOME")
    folder = Path(home) if home else Path(__file__).resolve().parents[2]
    if not (folder / "datasets").is_dir():
        raise GrcError(
            "Le dossier du cahier GRC est introuvable.",
            where=f"« {folder} » ne contient pas de dossier « datasets »",
            todo="lancez la commande depuis une copie complète du projet, ou donnez son chemin dans GRC_HOME",
        )
    return folder


def datasets_dir() -> Path:
    """Return the folder that holds one sub-folder a data set."""
    return root() / "datasets"
