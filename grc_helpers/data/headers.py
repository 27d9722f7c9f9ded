"""Which column holds what: recognised from the usual French and English names, or stated; never guessed."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from grc_helpers.data.refusals import FileRefused
from grc_helpers.data.settings import Settings

REQUIRED = {"client": "customer_id", "date": "date", "montant": "amount"}
OPTIONAL = {"commande": "order_id", "monnaie": "currency"}
ROLES = REQUIRED | OPTIONAL
RESERVED = {"customer_id", "date", "amount_cents", "order_id"}
# Names without accents, case or punctuation. The names of one tuple are as good as each other: two of them in one file
# are refused; a name of an earlier tuple wins over a later one (a client's number over a client's name).
NUMBER = ("id", "n", "no", "num", "numero", "code", "ref", "reference", "identifiant")
EVENTS = ("achat", "commande", "vente", "facture", "facturation", "transaction", "operation", "ticket")
PEOPLE = ("client", "cliente", "customer", "adherent", "membre", "member", "acheteur", "compte client", "user")
KNOWN: dict[str, tuple[tuple[str, ...], ...]] = {
    "client": (
        ("customer id",),
        (
            *(f"{number}{of} {who}" for number in NUMBER for of in ("", " de", " du") for who in PEOPLE),
            *(f"{who} {number}" for number in (*NUMBER, "number") for who in PEOPLE),
            *("customerid", "clientid", "userid", "idclient", "numclient", "codeclient", "household id", "cust id"),
        ),
        PEOPLE,
    ),
    "date": (
        ("date",),
        (
            *(
                f"date{of} {what}"
                for of in ("", " de", " de la", " d", " du")
                for what in (
                    "achat",
                    "commande",
                    "vente",
                    "facture",
                    "facturation",
                    "transaction",
                    "operation",
                    "ticket",
                )
            ),
            *("order date", "purchase date", "invoice date", "transaction date", "sale date", "invoicedate"),
            *("orderdate", "date heure", "datetime", "timestamp", "jour", "day"),
        ),
    ),
    "montant": (
        ("amount",),
        (
            *(
                "montant",
                "montant ttc",
                "montant ht",
                "montant total",
                "montant net",
                "montant en euros",
                "montant eur",
            ),
            *(
                "total ttc",
                "total ht",
                "total",
                "prix total",
                "chiffre d affaires",
                "ca",
                "ca ttc",
                "ca ht",
                "net a payer",
            ),
            *("montant de la commande", "montant commande", "montant facture", "montant ligne", "montant achat"),
            *("total amount", "sales", "sales value", "revenue", "total price", "spend"),
        ),
    ),
    "commande": (
        ("order id",),
        tuple(f"{number}{of} commande" for number in NUMBER for of in ("", " de", " de la"))
        + ("commande", "order", "order no", "order number", "orderid"),
        tuple(f"{number}{of} ticket" for number in NUMBER for of in ("", " de", " du")) + ("ticket", "basket id"),
        tuple(f"{number}{of} facture" for number in NUMBER for of in ("", " de", " de la"))
        + ("facture", "invoice", "invoice no", "invoiceno", "invoice number", "transaction id", "id transaction"),
    ),
    "monnaie": (("currency", "devise", "monnaie", "code devise", "currency code", "code monnaie"),),
}


@dataclass(frozen=True)
class Columns:
    """The names of a table's columns, and the one that holds each role."""

    names: tuple[str, ...]
    roles: dict[str, str]

    def index(self, role: str) -> int | None:
        """Return the place of a role's column, or None."""
        return self.names.index(self.roles[role]) if role in self.roles else None


def plain(name: str) -> str:
    """Return a name without accents, case or punctuation: « N° Client » is "n client"."""
    bare = "".join(sign for sign in unicodedata.normalize("NFKD", name) if not unicodedata.combining(sign))
    return re.sub(r"[^a-z0-9]+", " ", bare.casefold()).strip()


def candidates(names: Sequence[str], settings: Settings) -> dict[str, list[str]]:
    """Return, for each role, the columns that may hold it (one when stated and present)."""
    found: dict[str, list[str]] = {}
    for role in ROLES:
        stated = settings[f"colonnes.{role}"]
        if stated is not None:
            found[role] = [name for name in names if name == stated][:1]
            continue
        tiers = [[name for name in names if plain(name) in known] for known in KNOWN[role]]
        found[role] = next((tier for tier in tiers if tier), [])
    return found


def fits(names: Sequence[str], settings: Settings) -> bool:
    """Tell whether a row of names has a column for each required role."""
    found = candidates(names, settings)
    return all(found[role] for role in REQUIRED)


def recognise(names: Sequence[str], settings: Settings, *, file: str, where: str) -> Columns:
    """Return which column holds what.

    Parameters
    ----------
    names : sequence of str
        The names, as the file has them.
    settings : Settings
        What the user states.
    file, where : str
        Name of the file, and where the names are, for the messages.

    Raises
    ------
    FileRefused
        Missing columns, several that could be the same, doubled or missing names.
    """
    listed = f"{where} : " + ", ".join(f"« {name} »" for name in names)
    found = candidates(names, settings)
    absent = [settings[f"colonnes.{role}"] for role in ROLES if settings[f"colonnes.{role}"] and not found[role]]
    if absent:
        raise FileRefused(
            f"Des colonnes annoncées ne sont pas dans le fichier « {file} » : " + ", ".join(map(_quoted, absent)) + ".",
            where=listed,
            todo="corrigez leur nom dans les réglages (« --set colonnes.client=… » ou le fichier .grc.toml)",
        )
    missing = [role for role in REQUIRED if not found[role]]
    if missing:
        raise FileRefused(
            f"Il manque des colonnes au fichier « {file} » : {', '.join(missing)}.",
            where=listed,
            todo="nommez les colonnes client, date et montant, ou dites lesquelles les contiennent : "
            + " ".join(f"--set colonnes.{role}=NOM" for role in missing),
        )
    several = {role: columns for role, columns in found.items() if len(columns) > 1}
    if several:
        raise FileRefused(
            f"Plusieurs colonnes du fichier « {file} » peuvent tenir le même rôle.",
            where=" ; ".join(f"{role} : {', '.join(map(_quoted, columns))}" for role, columns in several.items()),
            todo="dites laquelle : " + " ".join(f'--set colonnes.{role}="{several[role][0]}"' for role in several),
        )
    columns = Columns(tuple(names), {role: columns[0] for role, columns in found.items() if columns})
    _check_names(columns, file)
    return columns


def _check_names(columns: Columns, file: str) -> None:
    held = set(columns.roles.values())
    lower = [name.casefold() for name in columns.names]
    others = [name.casefold() for name in columns.names if name not in held]
    doubled = sorted({name for name in lower if lower.count(name) > 1} | (RESERVED & set(others)))
    if doubled or "" in columns.names:
        raise FileRefused(
            f"Les noms des colonnes du fichier « {file} » sont ambigus.",
            where=f"en double ou réservé : {', '.join(doubled)}" if doubled else "une colonne n'a pas de nom",
            todo="donnez à chaque colonne un nom à elle, sans compter sur les majuscules",
        )


def _quoted(name: str) -> str:
    return f"« {name} »"
