"""The French label and the format of every column that chapters show, so that one thing has one name everywhere."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from grc_helpers.classroom.measures import NUMBERS, SHARES
from grc_helpers.classroom.pseudonyms import shown
from grc_helpers.style import money, number

TEXTS: dict[str, tuple[str, Callable]] = {
    "action": ("Action", str),
    "advice": ("Conseil", str),
    "allocation_rule": ("Ce que l'on range dans « conserver »", str),
    "approach": ("Approche", str),
    "brand": ("Marque", str),
    "campaign_type": ("Type de campagne", str),
    "cell": ("Cellule", str),
    "channel": ("Canal", str),
    "channels": ("Canaux", str),
    "claim": ("Affirmation", str),
    "class": ("Classe", str),
    "clue": ("Indice", str),
    "criterion": ("Critère", str),
    "curve": ("Courbe", str),
    "customer_id": ("Client", shown),
    "date": ("Date", "{:%d/%m/%Y}".format),
    "definition": ("Définition d'un départ", str),
    "design": ("Comparaison", str),
    "direction": ("Sens", str),
    "dominated": ("Dominé par", str),
    "factor": ("Facteur", str),
    "family": ("Famille de critères", str),
    "firm": ("Firme", str),
    "first": ("Produit", str),
    "forecast": ("Prévision", str),
    "funnel_step": ("Étape", str),
    "group": ("Groupe", str),
    "growth_reading": ("Lecture du document", str),
    "hypothetical_firm": ("Firme supposée", str),
    "image_attribute": ("Attribut", str),
    "kind_of_loyalty": ("Fidélité", str),
    "law": ("Loi", str),
    "lever": ("Levier", str),
    "link": ("Maillon", str),
    "loyalty_definition": ("Définition d'un fidèle", str),
    "measure": ("Mesure", str),
    "method": ("Méthode", str),
    "model": ("Méthode", str),
    "moment": ("Moment", str),
    "name": ("Campagne", str),
    "orders_class": ("Commandes", str),
    "part": ("Ce qui change", str),
    "period_end": ("Fin de période", str),
    "policy": ("Politique", str),
    "quadrant": ("Case", str),
    "reading": ("Lecture", str),
    "retention_way": ("Taux retenu", str),
    "rival": ("Autre marque la plus citée", str),
    "rule": ("Règle", str),
    "scale": ("Échelle", str),
    "second": ("Autre produit", str),
    "segment": ("Segment", str),
    "segmentation": ("Découpage", str),
    "setting": ("Réglage", str),
    "share_measure": ("Mesure de la part de client", str),
    "state": ("État", str),
    "ticket_kind": ("Sorte de demande", str),
    "tier": ("Palier", str),
    "tool": ("Outil", str),
    "tool_then": ("Premier alors", str),
    "traits": ("Ce qui le distingue (contre la moyenne)", str),
    "useful_kinds": ("Suites utiles", str),
    "value_level": ("Niveau", str),
    "value_step": ("Étape du calcul", str),
    "versions": ("Versions", str),
    "wave": ("Enquête", str),
    "weakest_question": ("Question la moins liée", str),
    "way": ("Façon de comparer", str),
    "world": ("Monde simulé", str),
}
AMOUNTS: dict[str, tuple[str, Callable]] = {
    "acquisition_budget": ("Budget d'acquisition par an", money),
    "added": ("Marge ajoutée", money),
    "amount": ("Montant", partial(money, decimals=2)),
    "average_basket": ("Panier moyen", partial(money, decimals=2)),
    "base_value": ("Valeur des clients actuels", money),
    "basket": ("Panier", partial(money, decimals=2)),
    "came_margin": ("Marge venue ensuite", partial(money, decimals=2)),
    "caused_cost": ("Coût par commande causée", partial(money, decimals=2)),
    "category_spend": ("Dépense de catégorie par an", money),
    "ceiling": ("Plafond par client et par an", partial(money, decimals=2)),
    "change": ("Variation du CA", money),
    "channel_sales": ("Leurs achats sur le site", money),
    "contact_cost": ("Coût d'un contact", partial(money, decimals=2)),
    "cost": ("Coût", partial(money, decimals=2)),
    "cost_per_contact": ("Coût d'un contact", partial(money, decimals=2)),
    "cost_per_useful": ("Coût d'un contact utile", partial(money, decimals=2)),
    "credited": ("Marge créditée", partial(money, decimals=2)),
    "cumulative_value": ("Valeur cumulée", partial(money, decimals=2)),
    "earned": ("Marge gagnée", money),
    "exchange_balance": ("Bilan moyen par client", partial(money, decimals=2)),
    "exchange_median": ("Bilan du client médian", partial(money, decimals=2)),
    "expected_margin": ("Marge attendue", partial(money, decimals=2)),
    "extra": ("Écart avec le tapis", money),
    "factor_change": ("Effet sur le CA", money),
    "flow": ("Flux", money),
    "flow_total": ("Cumul actualisé", money),
    "flow_value": ("Flux actualisé", money),
    "gain": ("Gain attendu", partial(money, decimals=2)),
    "hour_value": ("Valeur d'une heure", money),
    "gain_checked": ("Gain, clients de contrôle", partial(money, decimals=2)),
    "gain_found": ("Gain, clients de découverte", partial(money, decimals=2)),
    "gain_per_customer": ("Gain par client", partial(money, decimals=2)),
    "given": ("Remise aux acquis", money),
    "goal": ("Profit moyen à venir", partial(money, decimals=2)),
    "gross_margin": ("Marge brute", money),
    "information": ("Ce que vaut l'information", money),
    "investment": ("Dépense de départ", money),
    "keeping_cost": ("Dépense pour conserver", money),
    "margin": ("Marge d'un client", partial(money, decimals=2)),
    "margin_customer": ("Marge par client et par an", partial(money, decimals=2)),
    "margin_flow": ("Marge ajoutée", money),
    "margin_year": ("Marge par an", money),
    "marginal_cost": ("Coût d'une interaction utile de plus", partial(money, decimals=2)),
    "median_basket": ("Panier médian", partial(money, decimals=2)),
    "net": ("Gain net du segment", money),
    "net_value": ("Gain net", partial(money, decimals=2)),
    "observed_cost": ("Coût par commande observée", partial(money, decimals=2)),
    "order_margin": ("Marge d'une commande", partial(money, decimals=2)),
    "ownership_cost": ("Coût total de possession", money),
    "past_margin": ("Marge passée", partial(money, decimals=2)),
    "present_value": ("Valeur actuelle", partial(money, decimals=2)),
    "profit": ("Profit", money),
    "profit_mean": ("Profit par relance", partial(money, decimals=2)),
    "rewards": ("Récompenses", money),
    "rms_error": ("Erreur par client", partial(money, decimals=2)),
    "running_cost": ("Coût par an", money),
    "sales": ("CA", money),
    "sales_per_customer": ("CA par client", money),
    "service_cost": ("Coût de service", money),
    "setup_cost": ("Coût de départ", money),
    "spend_mean": ("Dépense par foyer", money),
    "spent": ("Dépense", money),
    "ticket_cost": ("Coût d'une demande", partial(money, decimals=2)),
    "total_cost": ("Coût total", money),
    "total_spend": ("Achats", money),
    "turnover": ("CA", money),
    "unit_cost": ("Coût d'un contact", partial(money, decimals=2)),
    "unit_keeping": ("Par client gardé", partial(money, decimals=2)),
    "unit_winning": ("Par client recruté", partial(money, decimals=2)),
    "useful_cost": ("Coût d'une interaction utile", partial(money, decimals=2)),
    "value_to_come": ("Valeur à venir", partial(money, decimals=2)),
    "worth_per_contact": ("Achats par contact et par an", partial(money, decimals=2)),
    "yearly_cost": ("Coût annuel", money),
    "yearly_spend": ("Achats d'un converti, par an", partial(money, decimals=2)),
}
LABELS = TEXTS | AMOUNTS | SHARES | NUMBERS
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
