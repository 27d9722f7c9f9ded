"""The French label and the format of every column that chapters show, so that one thing has one name everywhere."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from grc_helpers.classroom.pseudonyms import shown
from grc_helpers.style import money, number, percent

LABELS: dict[str, tuple[str, Callable]] = {
    "action": ("Action", str),
    "amount": ("Montant", partial(money, decimals=2)),
    "average_basket": ("Panier moyen", partial(money, decimals=2)),
    "cell": ("Cellule", str),
    "change": ("Variation du CA", money),
    "channel": ("Canal", str),
    "channels": ("Canaux", str),
    "contacted_share": ("Clients relancés", percent),
    "contacts": ("Contacts", number),
    "coverage": ("Couverture", partial(percent, decimals=0)),
    "cumulative_share": ("Part cumulée du CA", partial(percent, decimals=2)),
    "cumulative_value": ("Valeur cumulée", partial(money, decimals=2)),
    "cost": ("Coût", partial(money, decimals=2)),
    "cost_per_contact": ("Coût d'un contact", partial(money, decimals=2)),
    "cost_per_useful": ("Coût d'un contact utile", partial(money, decimals=2)),
    "customer_id": ("Client", shown),
    "customer_share": ("Part des clients", percent),
    "customers": ("Clients", number),
    "date": ("Date", "{:%d/%m/%Y}".format),
    "days_since_last": ("Jours depuis le dernier achat", number),
    "deliveries": ("Livraisons", number),
    "design": ("Comparaison", str),
    "direction": ("Sens", str),
    "discount_factor": ("Facteur d'actualisation", partial(number, decimals=3)),
    "exact": ("Valeur exacte", partial(number, decimals=2)),
    "expected_margin": ("Marge attendue", partial(money, decimals=2)),
    "estimate": ("Écart trouvé", percent),
    "f": ("F", number),
    "f_max": ("F max.", number),
    "f_min": ("F min.", number),
    "found": ("Moyenne trouvée", partial(number, decimals=2)),
    "gain": ("Gain attendu", partial(money, decimals=2)),
    "gain_per_customer": ("Gain par client", partial(money, decimals=2)),
    "gross_margin": ("Marge brute", money),
    "households": ("Foyers", number),
    "law": ("Loi", str),
    "m": ("M", number),
    "m_max": ("M max.", number),
    "m_min": ("M min.", number),
    "late_days": ("Neuf sur dix en (jours)", number),
    "margin": ("Marge d'un client", partial(money, decimals=2)),
    "measure": ("Mesure", str),
    "median_days": ("Délai médian (jours)", number),
    "moves": ("Passages", number),
    "n_orders": ("Commandes", number),
    "order_margin": ("Marge d'une commande", partial(money, decimals=2)),
    "part": ("Ce qui change", str),
    "peak_week": ("Plus forte semaine", number),
    "per_customer": ("Contacts par client rencontré", partial(number, decimals=1)),
    "present_value": ("Valeur actuelle", partial(money, decimals=2)),
    "profit": ("Profit", money),
    "profit_mean": ("Profit par relance", partial(money, decimals=2)),
    "r": ("R", number),
    "r_max": ("R max.", number),
    "r_min": ("R min.", number),
    "rank": ("Rang", number),
    "rank_profit": ("Rang par profit", number),
    "rank_total_spend": ("Rang par CA", number),
    "rate": ("Part qui aboutit", percent),
    "reach": ("Clients touchés", percent),
    "reached": ("Y arrivent", number),
    "response": ("Rachètent", percent),
    "sales": ("CA", money),
    "sales_per_customer": ("CA par client", money),
    "sales_share": ("Part du CA", percent),
    "segment": ("Segment", str),
    "service_cost": ("Coût de service", money),
    "share": ("Part", percent),
    "spend_mean": ("Dépense par foyer", money),
    "state": ("État", str),
    "staying_share": ("Restent dans le palier", percent),
    "step": ("Étape", str),
    "survival": ("Encore clients", percent),
    "tickets": ("Dépannages", number),
    "tier": ("Palier", str),
    "total_cost": ("Coût total", money),
    "total_spend": ("Achats", money),
    "unit_cost": ("Coût d'un contact", partial(money, decimals=2)),
    "unknown": ("Suite inconnue", number),
    "useful": ("Contacts utiles", number),
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
