"""How a user's file is to be read: every option, its default, and the side file ``FILE.grc.toml`` that keeps them.

Options are named ``section.name``, in French, for users read and write them. What a user states is never overruled
by what a file looks like: the two are compared, and a contradiction is refused.
"""

import difflib
import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from grc_helpers.errors import GrcError

KEEP, NET, DROP, REFUSE, ROUND, REMOVE, EMPTY = (
    *("garder", "compenser", "exclure", "refuser", "arrondir", "retirer", "vider"),
)
DAY_FIRST, MONTH_FIRST = "jour-mois", "mois-jour"
SECTIONS = {
    "fichier": "Le fichier",
    "colonnes": "Quelle colonne tient quel rôle",
    "echelles": "Échelle de chaque question",
    "lecture": "Comment se lisent les valeurs",
    "regles": "Ce qui est fait des lignes particulières",
}


@dataclass(frozen=True)
class Option:
    """One option: what it means, the values it may take (any of its type if none is listed), its default, its kinds."""

    help: str
    choices: tuple = ()
    default: str | int | date | None = None
    type: type = str
    kinds: tuple[str, ...] = ()  # of tables; all of them if none is listed

    def concerns(self, kind: str) -> bool:
        """Tell whether the option says anything about a kind of table."""
        return not self.kinds or kind in self.kinds


SALES, CONTRACTS, CONTACTS, TARGET, SURVEY = "transactions", "contracts", "contacts", "target", "survey"
DATED, PRICED = (SALES, CONTRACTS, CONTACTS, SURVEY), (SALES, CONTRACTS, CONTACTS)
OPTIONS: dict[str, Option] = {
    "fichier.encodage": Option("encodage du texte", ("utf-8", "cp1252", "utf-16", "cp850", "mac-roman", "iso-8859-15")),
    "fichier.separateur": Option("séparateur des colonnes", (";", ",", "\t", "|")),
    "fichier.feuille": Option("feuille du classeur Excel"),
    "fichier.ligne_des_noms": Option("numéro de la ligne qui nomme les colonnes", type=int),
    "colonnes.client": Option("colonne qui identifie le client"),
    "colonnes.date": Option("colonne de la date", kinds=(SALES, CONTACTS, SURVEY)),
    "colonnes.montant": Option("colonne du montant", kinds=(SALES, CONTRACTS)),
    "colonnes.commande": Option("colonne du numéro de commande", kinds=(SALES,)),
    "colonnes.produit": Option("colonne du produit, si une ligne est une ligne de commande", kinds=(SALES,)),
    "colonnes.categorie": Option("colonne de la catégorie du produit", kinds=(SALES,)),
    "colonnes.contrat": Option("colonne du numéro de contrat", kinds=(CONTRACTS,)),
    "colonnes.debut": Option("colonne de la date de début", kinds=(CONTRACTS,)),
    "colonnes.fin": Option("colonne de la date de fin, vide si le contrat court encore", kinds=(CONTRACTS,)),
    "colonnes.formule": Option("colonne du type de contrat", kinds=(CONTRACTS,)),
    "colonnes.contact": Option("colonne du numéro de contact", kinds=(CONTACTS,)),
    "colonnes.canal": Option("colonne du canal", kinds=(CONTACTS,)),
    "colonnes.sens": Option("colonne du sens, entrant ou sortant", kinds=(CONTACTS,)),
    "colonnes.fonction": Option("colonne du service de l'entreprise", kinds=(CONTACTS,)),
    "colonnes.motif": Option("colonne du motif", kinds=(CONTACTS,)),
    "colonnes.campagne": Option("colonne de la campagne", kinds=(CONTACTS,)),
    "colonnes.cout": Option("colonne du coût", kinds=(CONTACTS,)),
    "colonnes.monnaie": Option("colonne de la monnaie", kinds=PRICED),
    "colonnes.cible": Option("colonne de la réponse à prévoir", kinds=(TARGET,)),
    "colonnes.recommandation": Option("colonne de la recommandation, de 0 à 10 (NPS)", kinds=(SURVEY,)),
    "colonnes.satisfaction": Option("colonne de la satisfaction globale", kinds=(SURVEY,)),
    "lecture.ordre_dates": Option("ordre des dates comme 03/04/2025", (DAY_FIRST, MONTH_FIRST), kinds=DATED),
    "lecture.siecle": Option("siècle des années à deux chiffres", (1900, 2000), type=int, kinds=DATED),
    "lecture.decimale": Option("marque décimale des nombres", (",", ".")),
    "lecture.monnaie": Option("code de la monnaie, à trois lettres"),
    "lecture.debut": Option("premier jour observé", type=date, kinds=DATED),
    "lecture.fin": Option("dernier jour observé", type=date, kinds=DATED),
    "lecture.oui": Option("valeur de la cible qui vaut oui", kinds=(TARGET,)),
    "regles.sous_totaux": Option("lignes de total ou de sous-total", (DROP, REFUSE), DROP, kinds=PRICED),
    "regles.clients_vides": Option("lignes sans client", (REFUSE, DROP), REFUSE),
    "regles.clients_abimes": Option("identifiants abîmés par un tableur, comme 1,2E+05", (REFUSE, DROP, KEEP), REFUSE),
    "regles.commandes_vides": Option("lignes sans numéro de commande", (REFUSE, DROP), REFUSE, kinds=(SALES,)),
    "regles.contrats_vides": Option("lignes sans numéro de contrat", (REFUSE, DROP), REFUSE, kinds=(CONTRACTS,)),
    "regles.contacts_vides": Option("lignes sans numéro de contact", (REFUSE, DROP), REFUSE, kinds=(CONTACTS,)),
    "regles.cibles_vides": Option("lignes sans réponse à prévoir", (REFUSE, DROP), REFUSE, kinds=(TARGET,)),
    "regles.cibles_illisibles": Option("cibles qui ne sont ni oui ni non", (REFUSE, DROP), REFUSE, kinds=(TARGET,)),
    "regles.dates_illisibles": Option("dates vides ou illisibles", (REFUSE, DROP), REFUSE, kinds=DATED),
    "regles.montants_illisibles": Option("montants ou coûts illisibles", (REFUSE, DROP), REFUSE, kinds=PRICED),
    "regles.decimales": Option("montants à plus de deux décimales", (REFUSE, ROUND, DROP), REFUSE, kinds=PRICED),
    "regles.autres_monnaies": Option("lignes dans une autre monnaie", (REFUSE, DROP), REFUSE, kinds=PRICED),
    "regles.hors_periode": Option("dates hors de la période observée", (DROP, REFUSE), DROP, kinds=DATED),
    "regles.fins_avant_debut": Option("contrats finis avant de commencer", (REFUSE, DROP), REFUSE, kinds=(CONTRACTS,)),
    "regles.fins_futures": Option(
        "fins après la période observée ; vider : le contrat y court encore", (EMPTY, REFUSE), EMPTY, kinds=(CONTRACTS,)
    ),
    "regles.sens_illisibles": Option(
        "sens qui n'est ni entrant ni sortant", (REFUSE, EMPTY, DROP), REFUSE, kinds=(CONTACTS,)
    ),
    "regles.couts_negatifs": Option("coûts négatifs", (REFUSE, DROP, KEEP), REFUSE, kinds=(CONTACTS,)),
    "regles.reponses_illisibles": Option(
        "réponses qui ne sont pas des nombres ; vider : sans réponse", (REFUSE, EMPTY, DROP), REFUSE, kinds=(SURVEY,)
    ),
    "regles.hors_echelle": Option(
        "réponses hors de l'échelle ; vider : sans réponse", (REFUSE, EMPTY, DROP), REFUSE, kinds=(SURVEY,)
    ),
    "regles.sans_reponse": Option("répondants sans aucune réponse", (DROP, KEEP, REFUSE), DROP, kinds=(SURVEY,)),
    "regles.doublons": Option("lignes identiques à une autre en tout point", (KEEP, REMOVE, REFUSE), KEEP),
    "regles.identifiants_repetes": Option(
        "lignes dont l'identifiant, qui doit être unique, est déjà pris ; retirer : garder la première",
        (REFUSE, REMOVE),
        REFUSE,
        kinds=(CONTRACTS, CONTACTS, TARGET),
    ),
    "regles.montants_nuls": Option("montants nuls", (KEEP, DROP, REFUSE), KEEP, kinds=(SALES,)),
    "regles.retours": Option(
        "montants négatifs ; compenser : sur les achats du client le même jour",
        (KEEP, NET, REFUSE),
        KEEP,
        kinds=(SALES,),
    ),
}
SCALE_OPTION = "echelles."
SCALE = re.compile(r"\s*(\d+)\s*(?:-|–|à|a)\s*(\d+)\s*")


@dataclass(frozen=True)
class Settings:
    """What is stated about a file, by option name; an option that is not stated has its default."""

    stated: Mapping[str, str | int | date]

    def __getitem__(self, name: str) -> str | int | date | None:
        return self.stated.get(name, OPTIONS[name].default)

    def policy(self, rule: str) -> str:
        """Return what is done with the rows that a rule finds."""
        return self[f"regles.{rule}"]

    @property
    def scales(self) -> dict[str, tuple[int, int]]:
        """The stated scales of a survey's questions, by column."""
        stated = {name: value for name, value in self.stated.items() if name.startswith(SCALE_OPTION)}
        return {
            name.removeprefix(SCALE_OPTION): tuple(map(int, SCALE.fullmatch(value).groups()))
            for name, value in stated.items()
        }

    def with_values(self, values: Mapping[str, object]) -> "Settings":
        """Return the settings with more values stated (checked); None states nothing."""
        given = {name: checked(name, value) for name, value in values.items() if value is not None}
        return Settings({**self.stated, **given})


def checked(name: str, value: object) -> str | int | date:
    """Return an option's value, from TOML or from a command line; raise GrcError if the option does not take it."""
    if name.startswith(SCALE_OPTION):
        return _checked_scale(name, value)
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


def _checked_scale(name: str, value: object) -> str:
    match = SCALE.fullmatch(value) if isinstance(value, str) else None
    if not match or int(match[1]) >= int(match[2]):
        raise GrcError(
            f"« {value} » ne convient pas pour « {name} » (échelle d'une question).",
            todo="écrivez la plus petite réponse et la plus grande, par exemple 1-5 ou 0-10",
        )
    return f"{match[1]}-{match[2]}"


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
            where=_place(error),
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


def _place(error: ValueError) -> str:
    """Say where a side file stops being TOML (the reader says it in English)."""
    if isinstance(error, UnicodeDecodeError):
        return "il n'est pas écrit en UTF-8"
    found = re.search(r"line (\d+), column (\d+)", str(error))
    return f"ligne {found[1]}, colonne {found[2]}" if found else "à la fin du fichier"


def side_text(file: str, settings: Settings, kind: str = SALES) -> str:
    """Return the text of a side file: what is stated, the policies of a kind in full, and what each option may be."""
    lines = [f"# Comment se lit {file}. Écrit par « grc check --save » ; vous pouvez le modifier."]
    for section, title in SECTIONS.items():
        entries = []
        for name, option in OPTIONS.items():
            said = option.concerns(kind) or name in settings.stated
            if name.startswith(f"{section}.") and said and settings[name] is not None:
                choices = f" ({', '.join(str(_shown(choice)) for choice in option.choices)})" if option.choices else ""
                key = name.removeprefix(f"{section}.")
                entries.append(f"{key} = {_toml(settings[name])}  # {option.help}{choices}")
        if section == "echelles":
            entries = [f'{_toml(name)} = "{low}-{high}"' for name, (low, high) in settings.scales.items()]
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
