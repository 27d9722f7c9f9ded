"""The cards of the course's data sets: ``datasets/<name>/README.md``, YAML front matter then French prose."""

import difflib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import yaml

from grc_helpers.data.paths import datasets_dir
from grc_helpers.data.sources import (
    SOURCES,
    Contacts,
    Contracts,
    Lines,
    Survey,
    Target,
    Transactions,
    check_lines,
    check_source,
)
from grc_helpers.errors import GrcError

TRUTH = "verite"  # folder of a simulated firm that only read_truth reads
NATURES = ("réelle", "disputée", "fictive", "artificielle")
TYPES = ("string", "date", "timestamp", "int", "float", "bool")


@dataclass(frozen=True)
class Column:
    """One column of a data file: ``type`` is one of ``TYPES``, ``unit`` may be None, ``label`` is French."""

    name: str
    type: str
    unit: str | None
    label: str


@dataclass(frozen=True)
class FileCard:
    """One data file of a data set, with its number of rows and its checksum."""

    file: str
    rows: int
    sha256: str
    columns: tuple[Column, ...]


@dataclass(frozen=True)
class Card:
    """What is known of a data set of the course."""

    name: str
    title: str
    nature: str
    summary: str
    source: str
    licence: str
    citation: str
    made: str
    currency: str | None
    privacy: str
    defects: tuple[str, ...]
    notebooks: tuple[str, ...]
    files: tuple[FileCard, ...]
    source_url: str | None = None
    transactions: Transactions | None = None
    contracts: Contracts | None = None
    contacts: Contacts | None = None
    target: Target | None = None
    survey: Survey | None = None
    lines: Lines | None = None
    folder: Path | None = None  # of a simulated firm outside the course's data sets

    def kinds(self) -> list[str]:
        """Return the kinds of table that the data set can be loaded as."""
        return [kind for kind in SOURCES if getattr(self, kind) is not None]

    def path(self, file: str) -> Path:
        """Return where the data file is; an unknown name is refused, and so is the truth of a simulated firm."""
        refuse_truth(file)
        known = [item.file for item in self.files]
        if file not in known:
            raise GrcError(
                f"Le jeu de données « {self.name} » n'a pas de fichier « {file} ».",
                todo=_suggestion(file, known, "fichiers disponibles"),
            )
        return (self.folder or datasets_dir() / self.name) / file


def list_cards() -> list[Card]:
    """Return the cards of all the data sets of the course, by name."""
    return [read_card(name) for name in _names()]


def read_card(name: str) -> Card:
    """Read and check the card of a data set.

    Parameters
    ----------
    name : str
        Name of the data set, that is of its folder in ``datasets/``.

    Raises
    ------
    GrcError
        Unknown name (a close one is suggested), or malformed card.
    """
    if name not in _names():
        raise GrcError(
            f"Le jeu de données « {name} » n'existe pas dans le cahier.",
            todo=_suggestion(name, _names(), "jeux disponibles"),
        )
    return _read(datasets_dir() / name, f"datasets/{name}")


def read_folder_card(folder: Path) -> Card:
    """Read and check the card of a folder written by ``grc simulate``."""
    refuse_truth(folder / "*")
    if not (folder / "README.md").is_file():
        raise GrcError(
            f"Le dossier « {folder} » n'a pas de carte.",
            where="README.md y manque",
            todo="donnez un dossier écrit par grc simulate, ou le chemin d'un fichier",
        )
    return replace(_read(folder.resolve(), str(folder)), folder=folder.resolve())


def refuse_truth(file: str | Path) -> None:
    """Refuse what only the simulator knows: ordinary readers never open it."""
    if Path(file).parent.name == TRUTH:
        raise GrcError(
            f"« {file} » est la vérité d'une entreprise simulée : elle ne se charge pas comme une donnée.",
            where=f"le dossier « {TRUTH} »",
            todo="la vérité se lit avec read_truth (from grc_helpers.data.simulator.truth import read_truth)",
        )


def _read(folder: Path, shown: str) -> Card:
    try:
        card = _card(_front_matter((folder / "README.md").read_text(encoding="utf-8")))
        if card.name != folder.name:
            raise ValueError(f"la clé « name » vaut « {card.name} », le dossier s'appelle « {folder.name} »")
    except (ValueError, yaml.YAMLError) as error:
        raise GrcError(
            f"La carte du jeu de données « {folder.name} » est mal formée.",
            where=f"{shown}/README.md : {error}",
            todo="corrigez l'en-tête YAML, ou reprenez la carte d'origine du cahier",
        ) from error
    return card


def _names() -> list[str]:
    return sorted(path.parent.name for path in datasets_dir().glob("*/README.md"))


def _suggestion(name: str, known: list[str], list_label: str) -> str:
    close = difflib.get_close_matches(name.lower(), known, n=1)
    hint = f"vouliez-vous dire « {close[0]} » ? " if close else ""
    return f"{hint}{list_label} : {', '.join(known)}"


def _front_matter(text: str) -> dict[str, Any]:
    parts = text.split("---\n", 2)
    if len(parts) < 3 or parts[0]:
        raise ValueError("l'en-tête entre deux lignes « --- » manque")
    values = yaml.safe_load(parts[1])
    if not isinstance(values, dict):
        raise ValueError("l'en-tête n'est pas une suite de clés et de valeurs")
    return values


def _card(values: dict[str, Any]) -> Card:
    values = dict(values)
    for key in ("defects", "notebooks", "files"):
        values[key] = tuple(_list(values, key))
    values["files"] = tuple(_file(item) for item in values["files"])
    for kind, source in SOURCES.items():
        if values.get(kind) is not None:
            values[kind] = _build(source, values[kind], kind)
    if values.get("lines") is not None:
        values["lines"] = _build(Lines, values["lines"], "lines")
    card = _build(Card, values, "la carte")
    if card.nature not in NATURES:
        raise ValueError(f"nature « {card.nature} » inconnue ; admises : {', '.join(NATURES)}")
    files = {item.file: [column.name for column in item.columns] for item in card.files}
    for kind in card.kinds():
        check_source(kind, getattr(card, kind), files)
    if card.lines is not None:
        check_lines(card.lines, files)
    return card


def _file(values: Any) -> FileCard:
    if not isinstance(values, dict):
        raise ValueError("files : chaque fichier se décrit par file, rows, sha256 et columns")
    where = f"le fichier « {values.get('file')} »"
    columns = tuple(_build(Column, item, f"une colonne dans {where}") for item in _list(values, "columns"))
    for column in columns:
        if column.type not in TYPES:
            raise ValueError(
                f"{where}, colonne « {column.name} » : type « {column.type} » inconnu ; admis : {', '.join(TYPES)}"
            )
    return _build(FileCard, values | {"columns": columns}, where)


def _list(values: dict[str, Any], key: str) -> list[Any]:
    if not isinstance(values.get(key), list):
        raise ValueError(f"la clé « {key} » manque ou n'est pas une liste")
    return values[key]


def _build(kind: type, values: Any, where: str) -> Any:
    """Make a dataclass of a mapping, naming the missing and the unknown keys."""
    if not isinstance(values, dict):
        raise ValueError(f"{where} : une suite de clés et de valeurs est attendue")
    fields = kind.__dataclass_fields__
    unknown = [key for key in values if key not in fields]
    missing = [key for key, field in fields.items() if key not in values and field.default is not None]
    if missing or unknown:
        problems = [f"clé absente « {key} »" for key in missing] + [f"clé inconnue « {key} »" for key in unknown]
        raise ValueError(f"{where} : {', '.join(problems)}")
    return kind(**values)
