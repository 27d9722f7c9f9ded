"""The kinds of table that the course works on: which roles their columns hold, and what each is called."""

import difflib
from dataclasses import dataclass

from grc_helpers.data import vocabulary as names
from grc_helpers.data.vocabulary import Tiers
from grc_helpers.errors import GrcError

IDENTIFIER, DAY, MONEY, CURRENCY, LABEL, DIRECTION, OUTCOME, ANSWER = (
    *("identifier", "day", "money", "currency", "label", "direction", "outcome", "answer"),
)


@dataclass(frozen=True)
class Role:
    """What a column may hold.

    Attributes
    ----------
    name : str
        In French, as users state it: ``colonnes.<name>``.
    column : str
        Canonical name in the loaded table (``…_cents`` for money).
    type : str
        How its values are read: one of the constants above.
    names : tuple of tuple of str
        The names that are recognised.
    required : bool
        Whether the file must have it.
    filled : bool
        Whether every row must have a value.
    """

    name: str
    column: str
    type: str
    names: Tiers
    required: bool = False
    filled: bool = True

    @property
    def label(self) -> str:
        """The name with its accents (those of options have none)."""
        return {"debut": "début", "cout": "coût", "categorie": "catégorie"}.get(self.name, self.name)


@dataclass(frozen=True)
class Kind:
    """A kind of table.

    Attributes
    ----------
    name : str
        As in ``load(path, kind=…)`` and ``grc check --kind``.
    what : str
        What the file holds, in French.
    row : str
        What a row is.
    none : str
        That there is none.
    roles : tuple of Role
        In the order of the loaded table.
    unique : str
        The role, if the file has it, whose value no two rows may share.
    typed : bool
        Whether the columns that hold no role are given a type (number, date, yes or no), or left as the file has them.
    """

    name: str
    what: str
    row: str
    none: str
    roles: tuple[Role, ...]
    unique: str = ""
    typed: bool = False

    @property
    def required(self) -> list[str]:
        """The roles that a file must have."""
        return [role.name for role in self.roles if role.required]

    @property
    def wanted(self) -> str:
        """What a file must have, in words."""
        return ", ".join(self.role(name).label for name in self.required) or "une question au moins, avec son échelle"

    @property
    def reserved(self) -> set[str]:
        """The canonical names that no other column may have."""
        return {role.column for role in self.roles if role.type != CURRENCY}

    def role(self, name: str) -> Role:
        """Return a role by its name."""
        return next(role for role in self.roles if role.name == name)

    def of(self, *types: str) -> list[Role]:
        """Return the roles of some types."""
        return [role for role in self.roles if role.type in types]


MONNAIE = Role("monnaie", "currency", CURRENCY, names.CURRENCY)
KINDS = {
    kind.name: kind
    for kind in (
        Kind(
            "transactions",
            "des ventes",
            "une transaction par ligne",
            "aucune transaction",
            (
                Role("client", "customer_id", IDENTIFIER, names.CLIENT, required=True),
                Role("date", "date", DAY, names.PURCHASE_DATE, required=True),
                Role("montant", "amount_cents", MONEY, names.AMOUNT, required=True),
                Role("commande", "order_id", IDENTIFIER, names.ORDER),
                Role("produit", "product", LABEL, names.PRODUCT, filled=False),
                Role("categorie", "category", LABEL, names.CATEGORY, filled=False),
                MONNAIE,
            ),
        ),
        Kind(
            "contracts",
            "des contrats ou des abonnements",
            "un contrat par ligne",
            "aucun contrat",
            (
                Role("contrat", "contract_id", IDENTIFIER, names.CONTRACT),
                Role("client", "customer_id", IDENTIFIER, names.CLIENT, required=True),
                Role("debut", "start_date", DAY, names.START, required=True),
                Role("fin", "end_date", DAY, names.END, required=True, filled=False),
                Role("formule", "contract_type", LABEL, names.CONTRACT_TYPE, filled=False),
                Role("montant", "amount_cents", MONEY, names.FEE, filled=False),
                MONNAIE,
            ),
            unique="contrat",
        ),
        Kind(
            "contacts",
            "des contacts entre l'entreprise et ses clients",
            "un contact par ligne",
            "aucun contact",
            (
                Role("contact", "contact_id", IDENTIFIER, names.CONTACT),
                Role("client", "customer_id", IDENTIFIER, names.CLIENT, required=True),
                Role("date", "date", DAY, names.CONTACT_DATE, required=True),
                Role("canal", "channel", LABEL, names.CHANNEL, filled=False),
                Role("sens", "direction", DIRECTION, names.DIRECTION, filled=False),
                Role("fonction", "function", LABEL, names.FUNCTION, filled=False),
                Role("motif", "reason", LABEL, names.REASON, filled=False),
                Role("campagne", "campaign_id", LABEL, names.CAMPAIGN, filled=False),
                Role("cout", "cost_cents", MONEY, names.COST, filled=False),
                MONNAIE,
            ),
            unique="contact",
        ),
        Kind(
            "target",
            "des clients et la réponse à prévoir",
            "un client par ligne",
            "aucun client",
            (
                Role("client", "customer_id", IDENTIFIER, names.CLIENT, required=True),
                Role("cible", "outcome", OUTCOME, names.OUTCOME, required=True),
            ),
            unique="client",
            typed=True,
        ),
        Kind(
            "survey",
            "des réponses à une enquête",
            "un répondant par ligne",
            "aucune réponse",
            (
                Role("client", "customer_id", IDENTIFIER, names.RESPONDENT),
                Role("date", "date", DAY, names.ANSWER_DATE),
                Role("recommandation", "recommendation", ANSWER, names.RECOMMENDATION, filled=False),
                Role("satisfaction", "satisfaction", ANSWER, names.SATISFACTION, filled=False),
            ),
            typed=True,
        ),
    )
}


def find_kind(name: str) -> Kind:
    """Return a kind by its name; raise GrcError if there is none."""
    if name not in KINDS:
        close = difflib.get_close_matches(name.lower(), KINDS, n=1, cutoff=0.5)
        raise GrcError(
            f"Le type de table « {name} » n'existe pas.",
            todo=(f"vouliez-vous dire « {close[0]} » ? " if close else "")
            + "types : "
            + ", ".join(f"{kind.name} ({kind.what})" for kind in KINDS.values()),
        )
    return KINDS[name]
