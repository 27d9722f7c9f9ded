"""Which column holds what: recognised from the usual French and English names, or stated; never guessed."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field

from grc_helpers.data.kinds import ANSWER, KINDS, Kind
from grc_helpers.data.refusals import ColumnsMissing, FileRefused
from grc_helpers.data.settings import Settings

SCALE_IN_NAME = re.compile(r"[(\[]\s*(?:de\s+|from\s+)?(\d+)\s*(?:à|a|to|-|–)\s*(\d+)\s*[)\]]\s*$", re.IGNORECASE)
NPS = (0, 10)


@dataclass(frozen=True)
class Columns:
    """The names of a table's columns, the one that holds each role, and the scale of each question of a survey."""

    kind: Kind
    names: tuple[str, ...]
    roles: dict[str, str]
    scales: dict[str, tuple[int, int]] = field(default_factory=dict)

    def index(self, role: str) -> int | None:
        """Return the place of a role's column, or None."""
        return self.names.index(self.roles[role]) if role in self.roles else None

    @property
    def roles_by_column(self) -> dict[str, str]:
        """The file's names of the canonical columns."""
        return {self.kind.role(role).column: name for role, name in self.roles.items()}

    @property
    def canonical_scales(self) -> dict[str, tuple[int, int]]:
        """The scales, by the names that the questions have in the loaded table."""
        canonical = {name: column for column, name in self.roles_by_column.items()}
        return {canonical.get(name, name): scale for name, scale in self.scales.items()}


def plain(name: str) -> str:
    """Return a name without accents, case or punctuation: « N° Client » is "n client"."""
    bare = "".join(sign for sign in unicodedata.normalize("NFKD", name) if not unicodedata.combining(sign))
    return re.sub(r"[^a-z0-9]+", " ", bare.casefold()).strip()


def candidates(names: Sequence[str], settings: Settings, kind: Kind) -> dict[str, list[str]]:
    """Return, for each role, the columns that may hold it (one when stated and present)."""
    stated = {role.name: settings[f"colonnes.{role.name}"] for role in kind.roles}
    free = [name for name in names if name not in stated.values()]
    bare = {name: plain(SCALE_IN_NAME.sub("", name)) for name in free}
    found: dict[str, list[str]] = {}
    for role in kind.roles:
        if stated[role.name] is not None:
            found[role.name] = [name for name in names if name == stated[role.name]][:1]
            continue
        tiers = [[name for name in free if bare[name] in known] for known in role.names]
        found[role.name] = next((tier for tier in tiers if tier), [])
    return found


def scales_of(names: Sequence[str], settings: Settings, found: dict[str, list[str]]) -> dict[str, tuple[int, int]]:
    """Return the scale of each question: stated, written in its name « (1 à 5) », or 0 to 10 for a recommendation."""
    written = {name: (int(match[1]), int(match[2])) for name in names if (match := SCALE_IN_NAME.search(name))}
    implied = {name: NPS for name in found.get("recommandation", [])}
    stated = {name: scale for name, scale in settings.scales.items() if name in names}
    return {name: scale for name in names if (scale := (implied | written | stated).get(name))}


def fits(names: Sequence[str], settings: Settings, kind: Kind) -> bool:
    """Tell whether a row of names has a column for each required role (a survey: for a question)."""
    found = candidates(names, settings, kind)
    if kind.of(ANSWER):
        return bool(scales_of(names, settings, found) or found["satisfaction"])
    return all(found[role] for role in kind.required)


def recognise(names: Sequence[str], settings: Settings, kind: Kind, *, file: str, where: str) -> Columns:
    """Return which column holds what.

    Parameters
    ----------
    names : sequence of str
        The names, as the file has them.
    settings : Settings
        What the user states.
    kind : Kind
        Which roles there are.
    file, where : str
        Name of the file, and where the names are, for the messages.

    Raises
    ------
    FileRefused
        Missing columns, several that could be the same, doubled or missing names, a question without a scale.
    """
    listed = f"{where} : " + ", ".join(map(_quoted, names))
    found = candidates(names, settings, kind)
    stated = [settings[f"colonnes.{role.name}"] for role in kind.roles] + (
        list(settings.scales) if kind.of(ANSWER) else []
    )
    if absent := [name for name in stated if name and name not in names]:
        raise FileRefused(
            f"Des colonnes annoncées ne sont pas dans le fichier « {file} » : {', '.join(map(_quoted, absent))}.",
            where=listed,
            todo="corrigez leur nom dans les réglages (« --set colonnes.client=… » ou le fichier .grc.toml)",
        )
    missing = [role for role in kind.required if not found[role]]
    if missing:
        labels = {role: kind.role(role).label for role in kind.required}
        raise ColumnsMissing(
            f"Il manque des colonnes au fichier « {file} » : {', '.join(labels[role] for role in missing)}.",
            where=listed,
            todo=f"nommez les colonnes {enumerated(list(labels.values()))}, ou dites lesquelles les contiennent : "
            + " ".join(f"--set colonnes.{role}=NOM" for role in missing)
            + _other_kind(names, settings, kind),
        )
    several = {role: columns for role, columns in found.items() if len(columns) > 1}
    if several:
        raise FileRefused(
            f"Plusieurs colonnes du fichier « {file} » peuvent tenir le même rôle.",
            where=" ; ".join(
                f"{kind.role(role).label} : {', '.join(map(_quoted, columns))}" for role, columns in several.items()
            ),
            todo="dites laquelle : " + " ".join(f'--set colonnes.{role}="{several[role][0]}"' for role in several),
        )
    roles = {role: columns[0] for role, columns in found.items() if columns}
    scales = _checked_scales(names, settings, kind, found, file, listed) if kind.of(ANSWER) else {}
    columns = Columns(kind, tuple(names), roles, scales)
    _check_names(columns, file)
    return columns


def enumerated(words: Sequence[str]) -> str:
    """Write a list: « client, date et montant »."""
    return " et ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else "".join(words)


def _other_kind(names: Sequence[str], settings: Settings, kind: Kind) -> str:
    """Point to another kind that the columns would fit."""
    others = [other for other in KINDS.values() if other is not kind and fits(names, settings, other)]
    return f" ; si le fichier contient {others[0].what} : --kind {others[0].name}" if others else ""


def _checked_scales(names, settings: Settings, kind: Kind, found: dict, file: str, listed: str) -> dict:
    """Return the scales of a survey's questions; refuse it when one that is recognised has none, or when none is."""
    scales = scales_of(names, settings, found)
    held = {role.name: found[role.name][0] for role in kind.of(ANSWER) if found[role.name]}
    unsaid = [name for name in held.values() if name not in scales]
    if unsaid or not scales:
        example = unsaid[0] if unsaid else "NOM"
        raise FileRefused(
            f"L'échelle des réponses n'est pas dite dans le fichier « {file} »"
            + (f" : {', '.join(map(_quoted, unsaid))}." if unsaid else ", pour aucune question."),
            where=listed,
            todo=f'dites-la : --set "echelles.{example}=1-5", ou nommez la colonne « {example} (1 à 5) »'
            + ("" if unsaid else _other_kind(names, settings, kind)),
        )
    held = set(held.values()) | set(scales)
    taken = {role: name for role, columns in found.items() for name in columns if role in ("client", "date")}
    if both := held & set(taken.values()):
        raise FileRefused(
            f"Une colonne du fichier « {file} » a une échelle et un autre rôle : {', '.join(map(_quoted, both))}.",
            where=listed,
            todo="dites quelle colonne tient ce rôle : --set colonnes.client=NOM",
        )
    return scales


def _check_names(columns: Columns, file: str) -> None:
    held = set(columns.roles.values())
    lower = [name.casefold() for name in columns.names]
    others = [name.casefold() for name in columns.names if name not in held]
    doubled = sorted({name for name in lower if lower.count(name) > 1} | (columns.kind.reserved & set(others)))
    if doubled or "" in columns.names:
        raise FileRefused(
            f"Les noms des colonnes du fichier « {file} » sont ambigus.",
            where=f"en double ou réservé : {', '.join(doubled)}" if doubled else "une colonne n'a pas de nom",
            todo="donnez à chaque colonne un nom à elle, sans compter sur les majuscules",
        )


def _quoted(name: str) -> str:
    return f"« {name} »"
