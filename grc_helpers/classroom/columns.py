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
    "contacted_share": ("Clients relancés", percent),
    "coverage": ("Couverture", partial(percent, decimals=0)),
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
    "exact": ("Valeur exacte", partial(number, decimals=2)),
    "expected_margin": ("Marge attendue", partial(money, decimals=2)),
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
    "margin": ("Marge d'un client", partial(money, decimals=2)),
    "measure": ("Mesure", str),
    "moves": ("Passages", number),
    "n_orders": ("Commandes", number),
    "order_margin": ("Marge d'une commande", partial(money, decimals=2)),
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
    "service_cost": ("Coût de service", money),
    "share": ("Part", percent),
    "spend_mean": ("Dépense par foyer", money),
    "state": ("État", str),
    "staying_share": ("Restent dans le palier", percent),
    "survival": ("Encore clients", percent),
    "tickets": ("Dépannages", number),
    "tier": ("Palier", str),
    "total_spend": ("Achats", money),
    "visits": ("Visites", number),
    "agreement": ("Rand ajusté", partial(number, decimals=2)),
    "approach": ("Approche", str),
    "auc": ("AUC", partial(number, decimals=3)),
    "classes": ("Classes", number),
    "contribution": ("Part de la variance", percent),
    "cramer": ("V de Cramér", partial(number, decimals=2)),
    "criteria": ("Critères", number),
    "criterion": ("Critère", str),
    "eta": ("η², mêmes clients", percent),
    "explained": ("Expliqué, autres clients", percent),
    "family": ("Famille de critères", str),
    "forecast": ("Prévision", str),
    "gain_k": ("Préféré par la décision", number),
    "gain_checked": ("Gain, clients de contrôle", partial(money, decimals=2)),
    "gain_found": ("Gain, clients de découverte", partial(money, decimals=2)),
    "goal": ("Profit moyen à venir", partial(money, decimals=2)),
    "goal_share": ("Part du profit à venir", percent),
    "group": ("Groupe", str),
    "inside": ("Expliqué, mêmes clients", percent),
    "k": ("Segments", number),
    "known": ("Connu pour", percent),
    "method": ("Méthode", str),
    "net": ("Gain net du segment", money),
    "orders_class": ("Commandes", str),
    "p_value": ("p corrigée", partial(number, decimals=4)),
    "reference": ("Comportement, mêmes clients", percent),
    "right": ("Bien classés", percent),
    "rule": ("Règle", str),
    "segment": ("Segment", str),
    "segmentation": ("Découpage", str),
    "silhouette_k": ("Préféré par la silhouette", number),
    "silhouette": ("Silhouette", partial(number, decimals=2)),
    "smallest": ("Taille minimale", lambda size: "aucune" if size == float("inf") else number(size)),
    "stability_k": ("Préféré par la stabilité", number),
    "stability": ("Stabilité", partial(number, decimals=2)),
    "too_high": ("Intervalle trop haut", partial(percent, decimals=0)),
    "world": ("Monde simulé", str),
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
