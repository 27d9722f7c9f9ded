"""The French label and the format of every column that chapters show, so that one thing has one name everywhere."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from grc_helpers.classroom.pseudonyms import shown
from grc_helpers.style import money, number, percent

LABELS: dict[str, tuple[str, Callable]] = {
    "action": ("Action", str),
    "added": ("Marge ajoutée", money),
    "advantage": ("Gain de la liste personnelle", percent),
    "amount": ("Montant", partial(money, decimals=2)),
    "any_hit": ("Au moins un juste", percent),
    "average_basket": ("Panier moyen", partial(money, decimals=2)),
    "base_size": ("Taille de la base", number),
    "baskets": ("Paniers", number),
    "best_sellers": ("Meilleures ventes", percent),
    "bias": ("Biais", partial(percent, decimals=1)),
    "break_even": ("Conversion au point mort", percent),
    "break_even_size": ("Base au point mort", number),
    "caused_cost": ("Coût par commande causée", partial(money, decimals=2)),
    "cell": ("Cellule", str),
    "channel": ("Canal", str),
    "contact_cost": ("Coût d'un contact", partial(money, decimals=2)),
    "contacted_share": ("Clients relancés", percent),
    "contacts": ("Contacts", number),
    "coverage": ("Couverture", partial(percent, decimals=0)),
    "cumulative_share": ("Part cumulée du CA", partial(percent, decimals=2)),
    "cumulative_value": ("Valeur cumulée", partial(money, decimals=2)),
    "cost": ("Coût", partial(money, decimals=2)),
    "confidence": ("Confiance", percent),
    "control": ("Achètent sans l'offre", percent),
    "customer_id": ("Client", shown),
    "customer_share": ("Part des clients", percent),
    "customers": ("Clients", number),
    "date": ("Date", "{:%d/%m/%Y}".format),
    "days_since_last": ("Jours depuis le dernier achat", number),
    "deliveries": ("Livraisons", number),
    "depth": ("Commandes connues", number),
    "direction": ("Sens", str),
    "discount_factor": ("Facteur d'actualisation", partial(number, decimals=3)),
    "diversity": ("Diversité", percent),
    "earned": ("Marge gagnée", money),
    "exact": ("Valeur exacte", partial(number, decimals=2)),
    "expected_margin": ("Marge attendue", partial(money, decimals=2)),
    "extra": ("De plus qu'une version", partial(number, decimals=2)),
    "false_alarms": ("Effet déclaré", partial(percent, decimals=0)),
    "first": ("Produit", str),
    "f": ("F", number),
    "f_max": ("F max.", number),
    "f_min": ("F min.", number),
    "found": ("Moyenne trouvée", partial(number, decimals=2)),
    "gain": ("Gain attendu", partial(money, decimals=2)),
    "gain_per_customer": ("Gain par client", partial(money, decimals=2)),
    "gap": ("Écart trouvé", percent),
    "given": ("Remise aux acquis", money),
    "gross_margin": ("Marge brute", money),
    "hit": ("Touché", percent),
    "households": ("Foyers", number),
    "ideal": ("Liste idéale", percent),
    "known": ("Jours déjà connus, au moins", number),
    "law": ("Loi", str),
    "lift": ("Lift", partial(number, decimals=2)),
    "m": ("M", number),
    "m_max": ("M max.", number),
    "m_min": ("M min.", number),
    "margin": ("Marge d'un client", partial(money, decimals=2)),
    "measure": ("Mesure", str),
    "model": ("Méthode", str),
    "moment": ("Moment", str),
    "moves": ("Passages", number),
    "n_orders": ("Commandes", number),
    "n_both": ("Paniers communs", number),
    "n_customers": ("Clients", number),
    "n_first": ("Paniers du premier", number),
    "n_second": ("Paniers du second", number),
    "name": ("Campagne", str),
    "observed_cost": ("Coût par commande observée", partial(money, decimals=2)),
    "order_margin": ("Marge d'une commande", partial(money, decimals=2)),
    "personal": ("Liste personnelle", percent),
    "policy": ("Politique", str),
    "present_value": ("Valeur actuelle", partial(money, decimals=2)),
    "profit": ("Profit", money),
    "profit_mean": ("Profit par relance", partial(money, decimals=2)),
    "r": ("R", number),
    "r_max": ("R max.", number),
    "r_min": ("R min.", number),
    "rank": ("Rang", number),
    "rank_profit": ("Rang par profit", number),
    "rank_total_spend": ("Rang par CA", number),
    "reach": ("Paniers visés", number),
    "reached": ("Catalogue proposé", percent),
    "regret": ("Regret", partial(number, decimals=1)),
    "response": ("Rachètent", percent),
    "right_items": ("Produits justes", partial(number, decimals=2)),
    "sales": ("CA", money),
    "sales_per_customer": ("CA par client", money),
    "sales_share": ("Part du CA", percent),
    "second": ("Autre produit", str),
    "service_cost": ("Coût de service", money),
    "share": ("Part", percent),
    "slope": ("Pente", partial(number, decimals=1)),
    "spend_mean": ("Dépense par foyer", money),
    "state": ("État", str),
    "staying_share": ("Restent dans le palier", percent),
    "support": ("Support", partial(percent, decimals=2)),
    "survival": ("Encore clients", percent),
    "theory": ("Théorie", str),
    "tickets": ("Dépannages", number),
    "tier": ("Palier", str),
    "total_spend": ("Achats", money),
    "truth": ("Vérité", percent),
    "uplift": ("Effet de l'offre", percent),
    "useful_cost": ("Coût d'une interaction utile", partial(money, decimals=2)),
    "useful_rate": ("Contacts utiles", percent),
    "versions": ("Versions", str),
    "visit_share": ("Part des visites", percent),
    "visits": ("Visites", number),
}
PEOPLE = frozenset({"Clients", "Foyers", "Personnes", "Répondants", "Effectif", "Nombre de clients"})


def plain(value) -> str:
    """Write a value of a column without a format of its own: decimals for a float, text for the rest."""
    if isinstance(value, float):
        return number(value, 2)
    return number(value) if isinstance(value, int) and not isinstance(value, bool) else str(value)


def label(column: str) -> str:
    """Return a column's French label, or its own name if it has none."""
    return LABELS[column][0] if column in LABELS else column


def counts_people(column: str, values) -> bool:
    """Tell whether a column of a table counts people: it bears one of the labels of PEOPLE, and whole numbers."""
    return label(column) in PEOPLE and bool((values.dropna() % 1 == 0).all())


def writer(column: str, currency: str) -> Callable:
    """Return the function that writes a column's values; text as it is for a column without one."""
    write = LABELS[column][1] if column in LABELS else plain
    uses_currency = getattr(write, "func", write) is money
    return partial(write, currency=currency) if uses_currency else write
