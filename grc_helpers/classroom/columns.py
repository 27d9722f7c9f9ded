"""The French label and the format of every column that chapters show, so that one thing has one name everywhere."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from grc_helpers.classroom.pseudonyms import shown
from grc_helpers.style import money, number, percent

LABELS: dict[str, tuple[str, Callable]] = {
    "acquisition_budget": ("Budget d'acquisition par an", money),
    "action": ("Action", str),
    "amount": ("Montant", partial(money, decimals=2)),
    "arrived": ("Arrivés", number),
    "at_end": ("À la fin", number),
    "at_start": ("Au début", number),
    "attrition": ("Attrition", percent),
    "average_basket": ("Panier moyen", partial(money, decimals=2)),
    "base_value": ("Valeur des clients actuels", money),
    "brand": ("Marque", str),
    "buying_index": ("Indice d'achat", partial(number, decimals=2)),
    "campaign_type": ("Type de campagne", str),
    "caught": ("Vrais départs vus", percent),
    "cell": ("Cellule", str),
    "contacted_share": ("Clients relancés", percent),
    "control": ("Témoins", partial(number, decimals=2)),
    "coverage": ("Couverture", partial(percent, decimals=0)),
    "cumulative_share": ("Part cumulée du CA", partial(percent, decimals=2)),
    "cumulative_value": ("Valeur cumulée", partial(money, decimals=2)),
    "cost": ("Coût", partial(money, decimals=2)),
    "credited": ("Marge créditée", partial(money, decimals=2)),
    "curve": ("Courbe", str),
    "customer_id": ("Client", shown),
    "customer_share": ("Part des clients", percent),
    "customers": ("Clients", number),
    "date": ("Date", "{:%d/%m/%Y}".format),
    "days_since_last": ("Jours depuis le dernier achat", number),
    "definition": ("Définition d'un départ", str),
    "deliveries": ("Livraisons", number),
    "departed": ("Partis", number),
    "derl_after": ("Juste après l'échéance", partial(number, decimals=2)),
    "derl_before": ("Juste avant l'échéance", partial(number, decimals=2)),
    "derl_shifted": ("Un renouvellement de trop", partial(number, decimals=2)),
    "discount_factor": ("Facteur d'actualisation", partial(number, decimals=3)),
    "effect": ("Écart", partial(number, decimals=2)),
    "endless_years": ("1/(1 − r), en années", partial(number, decimals=1)),
    "exact": ("Valeur exacte", partial(number, decimals=2)),
    "excess": ("Écart de rachat", percent),
    "expected_margin": ("Marge attendue", partial(money, decimals=2)),
    "f": ("F", number),
    "f_max": ("F max.", number),
    "f_min": ("F min.", number),
    "firm": ("Firme", str),
    "found": ("Moyenne trouvée", partial(number, decimals=2)),
    "gain": ("Gain attendu", partial(money, decimals=2)),
    "gain_per_customer": ("Gain par client", partial(money, decimals=2)),
    "gross_margin": ("Marge brute", money),
    "held_out_error": ("Erreur moyenne, années cachées", percent),
    "households": ("Foyers", number),
    "kept": ("Rachat", percent),
    "kind_of_loyalty": ("Fidélité", str),
    "last_year": ("Dernière année", percent),
    "law": ("Loi", str),
    "limited_years": ("Années payées, horizon observé", partial(number, decimals=1)),
    "m": ("M", number),
    "m_max": ("M max.", number),
    "m_min": ("M min.", number),
    "margin": ("Marge d'un client", partial(money, decimals=2)),
    "mean_estimate": ("Estimation moyenne", partial(number, decimals=2)),
    "measure": ("Mesure", str),
    "method": ("Méthode", str),
    "moves": ("Passages", number),
    "n_orders": ("Commandes", number),
    "naive_attrition": ("Tous les partis / effectif final", percent),
    "net": ("Gain net", partial(money, decimals=2)),
    "order_margin": ("Marge d'une commande", partial(money, decimals=2)),
    "others": ("Autres", partial(number, decimals=2)),
    "pairs": ("Foyers × campagnes", number),
    "past_r2": ("R² du passé", partial(number, decimals=3)),
    "penetration": ("Pénétration", percent),
    "period_end": ("Fin de période", str),
    "present_value": ("Valeur actuelle", partial(money, decimals=2)),
    "profit": ("Profit", money),
    "profit_mean": ("Profit par relance", partial(money, decimals=2)),
    "quarter": ("Quart, meilleur score d'abord", number),
    "r": ("R", number),
    "r_max": ("R max.", number),
    "r_min": ("R min.", number),
    "rank": ("Rang", number),
    "rank_profit": ("Rang par profit", number),
    "rank_total_spend": ("Rang par CA", number),
    "rate_of_use": ("Taux d'utilisation", percent),
    "ratio": ("Rapport de risque", partial(number, decimals=3)),
    "reading": ("Lecture", str),
    "redeemed": ("Ont utilisé un coupon", number),
    "renewals": ("Renouvellements faits", number),
    "renewed_share": ("Encore là dans cinq ans", percent),
    "repeat_rate": ("Taux de rachat", percent),
    "response": ("Rachètent", percent),
    "retention": ("Rétention", percent),
    "retention_way": ("Taux retenu", str),
    "roi": ("Rendement (ROI)", partial(percent, decimals=0)),
    "sales": ("CA", money),
    "sales_per_customer": ("CA par client", money),
    "sales_share": ("Part du CA", percent),
    "service_cost": ("Coût de service", money),
    "share": ("Part", percent),
    "silence_window": ("Jours sans achat", number),
    "silent_back": ("Silencieux qui rachètent", percent),
    "silent_customers": ("Silencieux à la coupe", number),
    "spend_mean": ("Dépense par foyer", money),
    "state": ("État", str),
    "staying_share": ("Restent dans le palier", percent),
    "steady": ("Équilibre", percent),
    "survival": ("Encore clients", percent),
    "targeted": ("Ciblés", partial(number, decimals=2)),
    "tickets": ("Dépannages", number),
    "tier": ("Palier", str),
    "total_spend": ("Achats", money),
    "treated": ("Traités", partial(number, decimals=2)),
    "visits": ("Visites", number),
    "way": ("Mesure de la part de client", str),
    "worlds": ("Entreprises", number),
    "wronged": ("Présents dits partis", percent),
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
