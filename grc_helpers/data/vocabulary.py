"""The usual French and English names of columns, without accents, case or punctuation.

The names of one tuple are as good as each other: two of them in one file are refused; a name of an earlier tuple wins
over a later one (a client's number over a client's name).
"""

Tiers = tuple[tuple[str, ...], ...]

NUMBER = ("id", "n", "no", "num", "numero", "code", "ref", "reference", "identifiant")
PEOPLE = ("client", "cliente", "customer", "adherent", "membre", "member", "acheteur", "compte client", "user")
EVENTS = ("achat", "commande", "vente", "facture", "facturation", "transaction", "operation", "ticket")
OF = ("", " de", " du", " de la", " d", " de l")


def numbered(*things: str) -> tuple[str, ...]:
    """Return « n° de commande », « order number » and their like."""
    before = tuple(f"{number}{of} {thing}" for thing in things for number in NUMBER for of in OF)
    return before + tuple(f"{thing} {number}" for thing in things for number in (*NUMBER, "number"))


def dated(*things: str) -> tuple[str, ...]:
    """Return « date de commande », « order date » and their like."""
    return tuple(f"date{of} {thing}" for thing in things for of in OF) + tuple(f"{thing} date" for thing in things)


HOURS = ("date heure", "datetime", "timestamp", "jour", "day")
CLIENT: Tiers = (
    ("customer id",),
    (
        *numbered(*PEOPLE),
        *("customerid", "clientid", "userid", "idclient", "numclient", "codeclient", "household id", "cust id"),
    ),
    PEOPLE,
)
CURRENCY: Tiers = (("currency", "devise", "monnaie", "code devise", "currency code", "code monnaie"),)

# Transactions
PURCHASE_DATE: Tiers = (
    ("date",),
    (*dated(*EVENTS), *dated("order", "purchase", "invoice", "sale"), "invoicedate", "orderdate", *HOURS),
)
AMOUNT: Tiers = (
    ("amount",),
    (
        *("montant", "montant ttc", "montant ht", "montant total", "montant net", "montant en euros", "montant eur"),
        *("total ttc", "total ht", "total", "prix total", "chiffre d affaires", "ca", "ca ttc", "ca ht", "net a payer"),
        *("montant de la commande", "montant commande", "montant facture", "montant ligne", "montant achat"),
        *("total amount", "sales", "sales value", "revenue", "total price", "spend"),
    ),
)
ORDER: Tiers = (
    ("order id",),
    (*numbered("commande"), "commande", "order", "order no", "order number", "orderid"),
    (*numbered("ticket"), "ticket", "basket id"),
    (*numbered("facture"), "facture", "invoice", "invoice no", "invoiceno", "invoice number", "transaction id")
    + ("id transaction",),
)

# What was bought: an optional role must not make a file ambiguous, so each name wins over the next ones.
PRODUCT: Tiers = tuple(
    (name,)
    for name in (
        *("product", "produit", "article", "nom du produit", "nom produit", "product name", "libelle produit"),
        *("libelle du produit", "libelle article", "designation", "item", "item name", "nom de l article"),
        *numbered("produit", "article", "product", "item"),
        *("sku", "ean", "stockcode", "stock code", "reference produit", "reference article"),
    )
)
CATEGORY: Tiers = tuple(
    (name,)
    for name in (
        *("category", "categorie", "categorie de produit", "categorie de produits", "categorie du produit"),
        *("categorie produit", "product category", "famille", "famille de produit", "famille de produits", "rayon"),
        *("product type", "type de produit", "department"),
    )
)

# Contracts
CONTRACT: Tiers = (
    ("contract id",),
    numbered("contrat", "contract", "police", "abonnement", "subscription", "policy"),
    ("contrat", "contract", "police", "subscription"),
)
START: Tiers = (
    ("start date",),
    (
        *dated("debut", "effet", "souscription", "adhesion", "signature", "ouverture", "activation", "entree"),
        *dated("abonnement", "debut contrat", "debut de contrat", "debut du contrat", "debut d abonnement"),
        *("contract start date", "contract start", "subscription date", "signup date", "sign up date", "begin date"),
    ),
    ("debut", "debut du contrat", "debut contrat", "souscription", "start"),
)
END: Tiers = (
    ("end date",),
    (
        *dated("fin", "resiliation", "cloture", "sortie", "depart", "fin contrat", "fin de contrat", "fin du contrat"),
        *dated("fin d abonnement", "cancellation", "termination", "churn"),
        *("contract end date", "contract end"),
    ),
    ("fin", "fin du contrat", "fin contrat", "resiliation", "end"),
)
CONTRACT_TYPE: Tiers = (
    ("contract type",),
    ("type de contrat", "type contrat", "contrat type", "type d abonnement"),
    ("formule", "offre", "plan", "forfait"),
)
FEE: Tiers = (
    *AMOUNT,
    (
        *("prix", "tarif", "cotisation", "mensualite", "prime", "abonnement", "loyer", "redevance", "montant mensuel"),
        *("montant annuel", "prix mensuel", "prix annuel", "price", "fee", "premium", "monthly charge"),
        "monthly charges",
    ),
)

# Contacts
CONTACT: Tiers = (
    ("contact id",),
    numbered("contact", "interaction", "appel", "call"),
    numbered("ticket", "demande", "case"),
)
CONTACT_DATE: Tiers = (
    ("date",),
    (*dated("contact", "interaction", "appel", "envoi", "demande", "ouverture", "call"), *HOURS, "created at"),
)
CHANNEL: Tiers = (("channel",), ("canal", "canal de contact", "canal du contact", "contact channel", "media", "moyen"))
DIRECTION: Tiers = (
    ("direction",),
    ("sens", "sens du contact", "sens de l appel", "entrant sortant", "inbound outbound", "call direction"),
)
FUNCTION: Tiers = (("function",), ("fonction",), ("service", "departement", "department", "equipe", "team"))
REASON: Tiers = (
    ("reason",),
    ("motif", "motif du contact", "motif de contact", "motif de l appel", "contact reason", "raison", "purpose"),
    ("objet", "sujet", "subject", "type de demande"),
)
COST: Tiers = (("cost",), ("cout", "cout du contact", "cout contact", "cout unitaire", "contact cost", "unit cost"))
CAMPAIGN: Tiers = (
    ("campaign id",),
    numbered("campagne", "campaign"),
    ("campagne", "campaign", "nom de la campagne", "campaign name"),
)

# Target
OUTCOME: Tiers = (
    ("outcome",),
    ("cible", "target", "a predire", "label", "y"),
    (
        *("churn", "churned", "churn label", "attrition", "resilie", "a resilie", "parti", "est parti", "exited"),
        *("reponse", "a repondu", "response", "responded", "converti", "conversion", "converted", "souscrit"),
        *("a souscrit", "subscribed", "achat", "a achete", "purchase", "purchased"),
    ),
)

# Survey
RESPONDENT: Tiers = (*CLIENT, (*numbered("repondant", "respondent", "response"), "repondant", "respondent"))
ANSWER_DATE: Tiers = (
    ("date",),
    (*dated("reponse", "enquete", "response", "survey"), "horodateur", "submitted at", "completed at", *HOURS),
)
RECOMMENDATION: Tiers = (
    ("recommendation",),
    ("nps", "note nps", "score nps", "nps score", "recommandation", "note de recommandation"),
    ("recommanderiez vous", "probabilite de recommandation", "likelihood to recommend"),
)
SATISFACTION: Tiers = (
    ("satisfaction",),
    ("satisfaction globale", "satisfaction generale", "overall satisfaction", "note de satisfaction"),
    ("csat", "satisfaction score", "note globale"),
)
