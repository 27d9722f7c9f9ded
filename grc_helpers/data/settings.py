"""How a user's file is to be read: every option, its default, and the side file ``FILE.grc.toml`` that keeps them.

Options are named ``section.name``, in French, for users read and write them. What a user states is never overruled
by what a file looks like: the two are compared, and a contradiction is refused.
"""

import difflib
import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from grc_helpers.errors import GrcError

KEEP, NET, DROP, REFUSE, ROUND, REMOVE = "garder", "compenser", "exclure", "refuser", "arrondir", "retirer"
DAY_FIRST, MONTH_FIRST = "jour-mois", "mois-jour"
SECTIONS = {
    "fichier": "Le fichier",
    "colonnes": "Quelle colonne tient quel rôle",
    "lecture": "Comment se lisent les valeurs",
    "regles": "Ce qui est fait des lignes particulières",
}


@dataclass(frozen=True)
class Option:
    """One option: what it means, the values it may take (any of its type if none is listed), its default."""

    help: str
    choices: tuple = ()
    default: str | int | date | None = None
    type: type = str


OPTIONS: dict[str, Option] = {
    "fichier.encodage": Option("encodage du texte", ("utf-8", "cp1252", "utf-16", "cp850", "mac-roman", "iso-8859-15")),
    "fichier.separateur": Option("séparateur des colonnes", (";", ",", "\t", "|")),
    "fichier.feuille": Option("feuille du classeur Excel"),
    "fichier.ligne_des_noms": Option("numéro de la ligne qui nomme les colonnes", type=int),
    "colonnes.client": Option("colonne qui identifie le client"),
    "colonnes.date": Option("colonne de la date d'achat"),
    "colonnes.montant": Option("colonne du montant de la ligne"),
    "colonnes.commande": Option("colonne du numéro de commande"),
    "colonnes.monnaie": Option("colonne de la monnaie"),
    "lecture.ordre_dates": Option("ordre des dates comme 03/04/2025", (DAY_FIRST, MONTH_FIRST)),
    "lecture.siecle": Option("siècle des années à deux chiffres", (1900, 2000), type=int),
    "lecture.decimale": Option("marque décimale des montants", (",", ".")),
    "lecture.monnaie": Option("code de la monnaie, à trois lettres"),
    "lecture.debut": Option("premier jour observé", type=date),
    "lecture.fin": Option("dernier jour observé", type=date),
    "regles.sous_totaux": Option("lignes de total ou de sous-total", (DROP, REFUSE), DROP),
    "regles.clients_vides": Option("lignes sans client", (REFUSE, DROP), REFUSE),
    "regles.clients_abimes": Option("identifiants abîmés par un tableur, comme 1,2E+05", (REFUSE, DROP, KEEP), REFUSE),
    "regles.commandes_vides": Option("lignes sans numéro de commande", (REFUSE, DROP), REFUSE),
    "regles.dates_illisibles": Option("dates vides ou illisibles", (REFUSE, DROP), REFUSE),
    "regles.montants_illisibles": Option("montants vides ou illisibles", (REFUSE, DROP), REFUSE),
    "regles.decimales": Option("montants à plus de deux décimales", (REFUSE, ROUND, DROP), REFUSE),
    "regles.autres_monnaies": Option("lignes dans une autre monnaie", (REFUSE, DROP), REFUSE),
    "regles.hors_periode": Option("dates hors de la période observée", (DROP, REFUSE), DROP),
    "regles.doublons": Option("lignes identiques à une autre en tout point", (KEEP, REMOVE, REFUSE), KEEP),
    "regles.montants_nuls": Option("montants nuls", (KEEP, DROP, REFUSE), KEEP),
    "regles.retours": Option(
        "montants négatifs ; compenser : sur les achats du client le même jour", (KEEP, NET, REFUSE), KEEP
    ),
}


@dataclass(frozen=True)
class Settings:
    """What is stated about a file, by option name; an option that is not stated has its default."""

    stated: Mapping[str, str | int | date]

    def __getitem__(self, name: str) -> str | int | date | None:
        return self.stated.get(name, OPTIONS[name].default)

    def policy(self, rule: str) -> str:
        """Return what is done with the rows that a rule finds."""
        return self[f"regles.{rule}"]

    def with_values(self, values: Mapping[str, object]) -> "Settings":
        """Return the settings with more values stated (checked); None states nothing."""
        given = {name: checked(name, value) for name, value in values.items() if value is not None}
        return Settings({**self.stated, **given})


def checked(name: str, value: object) -> str | int | date:
    """Return an option's value, from TOML or from a command line; raise GrcError if the option does not take it."""
    option = OPTIONS.get(name)
    if option is None:
        close = difflib.get_close_matches(name, OPTIONS, n=1, cutoff=0.5)
        raise GrcError(
            f"L'option de lecture « {name} » n'existe pas.",
            todo=f"vouliez-vous dire « {close[0]} » ?" if close else f"options : {', '.join(OPTIONS)}",
        )
    value = _converted(option, value)
    wrong_currency = name == "lecture.monnaie" and not (isinstance(value, str) and is_currency(value))
    if type(value) is not option.type or (option.choices and value not in option.choices) or wrong_currency:
        example = {int: "un nombre entier", date: "une date comme 2025-12-31", str: "un texte"}[option.type]
        choices = ", ".join(f"« {_shown(choice)} »" for choice in option.choices)
        expected = f"choisissez parmi : {choices}" if choices else f"donnez {example}"
        raise GrcError(
            f"« {value} » ne convient pas pour « {name} » ({option.help}).",
            todo="écrivez le code à trois lettres de la monnaie, par exemple EUR" if wrong_currency else expected,
        )
    return value


def is_currency(code: str) -> bool:
    """Tell whether a text looks like an ISO 4217 code."""
    return len(code) == 3 and code.isascii() and code.isalpha() and code.isupper()


def side_path(path: Path) -> Path:
    """Return where the side file of a data file is: ``ventes.csv.grc.toml``."""
    return path.with_name(f"{path.name}.grc.toml")


def read_side_file(path: Path) -> Settings:
    """Read the side file of a data file; nothing is stated if there is none."""
    side = side_path(path)
    if not side.is_file():
        return Settings({})
    try:
        content = tomllib.loads(side.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise GrcError(
            f"Le fichier de réglages « {side.name} » ne se lit pas.",
            where=str(error),
            todo="corrigez-le, ou effacez-le et refaites-le avec « grc check --save »",
        ) from error
    try:
        flat = {
            f"{section}.{name}" if isinstance(values, dict) else section: value
            for section, values in content.items()
            for name, value in (values.items() if isinstance(values, dict) else [("", values)])
        }
        return Settings({}).with_values(flat)
    except GrcError as error:
        raise GrcError(error.what, where=f"fichier de réglages « {side.name} »", todo=error.todo) from error


def side_text(file: str, settings: Settings) -> str:
    """Return the text of a side file: what is stated, the policies in full, and what each option may be."""
    lines = [f"# Comment se lit {file}. Écrit par « grc check --save » ; vous pouvez le modifier."]
    for section, title in SECTIONS.items():
        entries = []
        for name, option in OPTIONS.items():
            if name.startswith(f"{section}.") and settings[name] is not None:
                choices = f" ({', '.join(str(_shown(choice)) for choice in option.choices)})" if option.choices else ""
                key = name.removeprefix(f"{section}.")
                entries.append(f"{key} = {_toml(settings[name])}  # {option.help}{choices}")
        if entries:
            lines += ["", f"[{section}]  # {title}", *entries]
    return "\n".join(lines) + "\n"


def _converted(option: Option, value: object) -> object:
    """Turn the text of a command line into the option's type; leave what cannot be as it is."""
    if isinstance(value, str) and option.type is int and value.strip().isdecimal():
        return int(value)
    if isinstance(value, str) and option.type is date:
        try:
            return date.fromisoformat(value)
        except ValueError:
            return value
    return "\t" if value in ("tab", "\\t") and "\t" in option.choices else value


def _shown(value: object) -> object:
    return "tab" if value == "\t" else value


def _toml(value: str | int | date) -> str:
    # A JSON string is a TOML basic string: same quotes, same escapes.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f") if isinstance(value, str) else str(value)
