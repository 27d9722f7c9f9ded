"""The French label and the format of every column that chapters show, so that one thing has one name everywhere."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from grc_helpers.classroom.pseudonyms import shown
from grc_helpers.style import money, number, percent

LABELS: dict[str, tuple[str, Callable]] = {
    "action": ("Action", str),
    "amount": ("Montant", partial(money, decimals=2)),
    "announced": ("Annoncé", percent),
    "auc": ("AUC", partial(number, decimals=3)),
    "average_basket": ("Panier moyen", partial(money, decimals=2)),
    "brier": ("Brier", partial(number, decimals=4)),
    "calibration": ("Annoncé ÷ observé", partial(number, decimals=2)),
    "cell": ("Cellule", str),
    "class": ("Classe", str),
    "clue": ("Indice", str),
    "contacted": ("Contactés", number),
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
    "events": ("Oui", number),
    "exact": ("Valeur exacte", partial(number, decimals=2)),
    "expected_margin": ("Marge attendue", partial(money, decimals=2)),
    "extra": ("Écart avec le tapis", money),
    "f": ("F", number),
    "f_max": ("F max.", number),
    "f_min": ("F min.", number),
    "found": ("Moyenne trouvée", partial(number, decimals=2)),
    "found_in_800": ("Assurés parmi les 800 retenus", number),
    "found_share": ("Retrouvés parmi les 10 % meilleurs", percent),
    "gain": ("Gain attendu", partial(money, decimals=2)),
    "gain_per_customer": ("Gain par client", partial(money, decimals=2)),
    "gap": ("Écart d'AUC avec la carte", partial(number, decimals=3)),
    "gross_margin": ("Marge brute", money),
    "households": ("Foyers", number),
    "iv": ("Valeur d'information", partial(number, decimals=3)),
    "law": ("Loi", str),
    "lift": ("Lift", partial(number, decimals=2)),
    "m": ("M", number),
    "m_max": ("M max.", number),
    "m_min": ("M min.", number),
    "margin": ("Marge d'un client", partial(money, decimals=2)),
    "measure": ("Mesure", str),
    "moves": ("Passages", number),
    "n_orders": ("Commandes", number),
    "order_margin": ("Marge d'une commande", partial(money, decimals=2)),
    "points": ("Points", number),
    "present_value": ("Valeur actuelle", partial(money, decimals=2)),
    "profit": ("Profit", money),
    "profit_mean": ("Profit par relance", partial(money, decimals=2)),
    "profit_per_contact": ("Profit par client (en coûts d'un contact)", partial(number, decimals=2)),
    "psi": ("PSI", partial(number, decimals=3)),
    "r": ("R", number),
    "r_max": ("R max.", number),
    "r_min": ("R min.", number),
    "rank": ("Rang", number),
    "rank_profit": ("Rang par profit", number),
    "rank_total_spend": ("Rang par CA", number),
    "reached_share": ("Oui touchés (cumul)", percent),
    "response": ("Rachètent", percent),
    "rho": ("Corrélation de rang", partial(number, decimals=2)),
    "sales": ("CA", money),
    "sales_per_customer": ("CA par client", money),
    "sales_share": ("Part du CA", percent),
    "score": ("Score", number),
    "service_cost": ("Coût de service", money),
    "share": ("Part", percent),
    "spend_mean": ("Dépense par foyer", money),
    "spent": ("Dépense", money),
    "state": ("État", str),
    "staying_share": ("Restent dans le palier", percent),
    "survival": ("Encore clients", percent),
    "tickets": ("Dépannages", number),
    "tier": ("Palier", str),
    "total_spend": ("Achats", money),
    "visits": ("Visites", number),
    "woe": ("Poids (WoE)", partial(number, decimals=2)),
    "worth_per_contact": ("Achats par contact et par an", partial(money, decimals=2)),
    "yearly_spend": ("Achats d'un converti, par an", partial(money, decimals=2)),
    "yes_share": ("Part de oui", percent),
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
