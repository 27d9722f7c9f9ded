"""The French label and the format of every column that chapters show, so that one thing has one name everywhere."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from grc_helpers.classroom.pseudonyms import shown
from grc_helpers.style import money, number, percent

LABELS: dict[str, tuple[str, Callable]] = {
    "action": ("Action", str),
    "active": ("Venus au dernier trimestre", percent),
    "accessibility": ("Accessibilité (0 à 100)", number),
    "amount": ("Montant", partial(money, decimals=2)),
    "attractiveness": ("Attrait (0 à 100)", number),
    "average_basket": ("Panier moyen", partial(money, decimals=2)),
    "axis_1": ("Axe 1", partial(number, decimals=2)),
    "axis_2": ("Axe 2", partial(number, decimals=2)),
    "cell": ("Cellule", str),
    "ceiling": ("Plafond par client et par an", partial(money, decimals=2)),
    "contacted_share": ("Clients relancés", percent),
    "cos2": ("cos² dans le plan", partial(number, decimals=2)),
    "coverage": ("Couverture", partial(percent, decimals=0)),
    "ctr_1": ("Contribution à l'axe 1", percent),
    "ctr_2": ("Contribution à l'axe 2", percent),
    "cumulative_share": ("Part cumulée du CA", partial(percent, decimals=2)),
    "cumulative_value": ("Valeur cumulée", partial(money, decimals=2)),
    "cost": ("Coût", partial(money, decimals=2)),
    "customer_id": ("Client", shown),
    "customer_share": ("Part des clients", percent),
    "customers": ("Clients", number),
    "date": ("Date", "{:%d/%m/%Y}".format),
    "days_since_last": ("Jours depuis le dernier achat", number),
    "deliveries": ("Livraisons", number),
    "discount_factor": ("Facteur d'actualisation", partial(number, decimals=3)),
    "eigenvalue": ("Valeur propre", partial(number, decimals=3)),
    "everywhere": ("Part chez tous", percent),
    "exact": ("Valeur exacte", partial(number, decimals=2)),
    "expected_margin": ("Marge attendue", partial(money, decimals=2)),
    "f": ("F", number),
    "f_max": ("F max.", number),
    "f_min": ("F min.", number),
    "found": ("Moyenne trouvée", partial(number, decimals=2)),
    "gain": ("Gain attendu", partial(money, decimals=2)),
    "gain_per_customer": ("Gain par client", partial(money, decimals=2)),
    "gross_margin": ("Marge brute", money),
    "growth": ("Évolution du CA, seconde moitié", percent),
    "hour": ("Heure médiane", number),
    "households": ("Foyers", number),
    "inertia_cumulative": ("Part cumulée", percent),
    "inertia_share": ("Part de l'inertie", percent),
    "law": ("Loi", str),
    "lines": ("Lignes (médiane)", number),
    "m": ("M", number),
    "m_max": ("M max.", number),
    "m_min": ("M min.", number),
    "margin": ("Marge d'un client", partial(money, decimals=2)),
    "margin_customer": ("Marge par client et par an", partial(money, decimals=2)),
    "margin_year": ("Marge par an", money),
    "median_basket": ("Panier médian", partial(money, decimals=2)),
    "measure": ("Mesure", str),
    "moves": ("Passages", number),
    "n_orders": ("Commandes", number),
    "order_margin": ("Marge d'une commande", partial(money, decimals=2)),
    "order_share": ("Part des commandes", percent),
    "orders": ("Commandes", number),
    "orders_year": ("Commandes par client et par an", partial(number, decimals=1)),
    "present_value": ("Valeur actuelle", partial(money, decimals=2)),
    "profit": ("Profit", money),
    "profit_mean": ("Profit par relance", partial(money, decimals=2)),
    "r": ("R", number),
    "r_max": ("R max.", number),
    "r_min": ("R min.", number),
    "rank": ("Rang", number),
    "rank_profit": ("Rang par profit", number),
    "rank_total_spend": ("Rang par CA", number),
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
    "survival": ("Encore clients", percent),
    "test_value": ("Valeur-test", partial(number, decimals=1)),
    "tickets": ("Dépannages", number),
    "tier": ("Palier", str),
    "total_spend": ("Achats", money),
    "traits": ("Ce qui le distingue (contre la moyenne)", str),
    "visits": ("Visites", number),
    "weekend": ("Le week-end", percent),
}


def plain(value) -> str:
    """Write a value of a column without a format of its own: decimals for a float, text for the rest."""
    if isinstance(value, float):
        return number(value, 2)
    return number(value) if isinstance(value, int) and not isinstance(value, bool) else str(value)


def label(column: str) -> str:
    """Return a column's French label, or its own name if it has none."""
    return LABELS[column][0] if column in LABELS else column


def writer(column: str, currency: str) -> Callable:
    """Return the function that writes a column's values; text as it is for a column without one."""
    write = LABELS[column][1] if column in LABELS else plain
    uses_currency = getattr(write, "func", write) is money
    return partial(write, currency=currency) if uses_currency else write
