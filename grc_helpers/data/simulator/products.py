"""The catalogue: categories, prices by channel and year, unit costs.

Coffee, tea and capsules are sold by weight or by the piece: in each basket one of these four categories takes what
remains of the amount, so that the amounts of sales keep the law of `purchases` to the cent.
"""

import numpy as np
import pandas as pd

MAINS = ("café d'assemblage", "café d'origine", "thé", "capsules")
MARGINS = {  # share of the shop's price
    "café d'assemblage": 0.56,
    "café d'origine": 0.50,
    "thé": 0.62,
    "capsules": 0.44,
    "biscuits": 0.38,
    "chocolat": 0.40,
    "filtres et entretien": 0.52,
    "accessoires": 0.33,
    "épicerie": 0.36,
}
CATEGORIES = tuple(MARGINS)
CATALOGUE = (  # name, category, unit, price in cents in a shop in 2023
    ("Mélange Maison", "café d'assemblage", "kg", 2290),
    ("Mélange du Ralliement", "café d'assemblage", "kg", 2490),
    ("Italien corsé", "café d'assemblage", "kg", 2390),
    ("Décaféiné à l'eau", "café d'assemblage", "kg", 2790),
    ("Bio Équilibre", "café d'assemblage", "kg", 2690),
    ("Brésil Sul de Minas", "café d'origine", "kg", 2990),
    ("Colombie Huila", "café d'origine", "kg", 3490),
    ("Éthiopie Sidamo", "café d'origine", "kg", 3790),
    ("Guatemala Antigua", "café d'origine", "kg", 3690),
    ("Kenya AA", "café d'origine", "kg", 4490),
    ("Moka Yirgacheffe bio", "café d'origine", "kg", 4290),
    ("Thé noir Ceylan", "thé", "kg", 6800),
    ("Thé vert Sencha", "thé", "kg", 8900),
    ("Earl Grey bio", "thé", "kg", 7900),
    ("Rooibos vanille", "thé", "kg", 6500),
    ("Capsule douce", "capsules", "pièce", 39),
    ("Capsule intense", "capsules", "pièce", 42),
    ("Capsule bio compostable", "capsules", "pièce", 48),
    ("Madeleine à l'unité", "biscuits", "pièce", 70),
    ("Sachet de sablés", "biscuits", "pièce", 390),
    ("Quernons d'ardoise", "biscuits", "pièce", 890),
    ("Boîte de biscuits", "biscuits", "pièce", 1490),
    ("Carton de biscuits", "biscuits", "pièce", 4900),
    ("Carré de chocolat", "chocolat", "pièce", 45),
    ("Tablette 70 %", "chocolat", "pièce", 420),
    ("Grains de café enrobés", "chocolat", "pièce", 690),
    ("Ballotin", "chocolat", "pièce", 1790),
    ("Coffret dégustation", "chocolat", "pièce", 3900),
    ("Filtres, pochette d'essai", "filtres et entretien", "pièce", 60),
    ("Filtres n° 4, 100", "filtres et entretien", "pièce", 390),
    ("Détartrant", "filtres et entretien", "pièce", 890),
    ("Pastilles de nettoyage", "filtres et entretien", "pièce", 1290),
    ("Cartouche filtrante", "filtres et entretien", "pièce", 2490),
    ("Cuillère doseuse", "accessoires", "pièce", 90),
    ("Tasse Merle", "accessoires", "pièce", 850),
    ("Cafetière à piston", "accessoires", "pièce", 2490),
    ("Moulin manuel", "accessoires", "pièce", 4900),
    ("Bouilloire col de cygne", "accessoires", "pièce", 7900),
    ("Moulin électrique", "accessoires", "pièce", 14900),
    ("Bûchettes de sucre", "épicerie", "pièce", 30),
    ("Confiture d'Anjou", "épicerie", "pièce", 490),
    ("Miel du Layon", "épicerie", "pièce", 890),
    ("Panier gourmand", "épicerie", "pièce", 2900),
    ("Grand panier gourmand", "épicerie", "pièce", 6900),
)
YEARS = (2023, 2024, 2025)
INFLATION = (1.0, 1.04, 1.10)  # prices and costs, against 2023
CHANNELS = ("boutique", "web", "téléphone", "commercial")
CHANNEL_PRICE = (1.0, 0.98, 1.0, 0.97)
GAPS = {
    ("Kenya AA", "web"): 0.90,
    ("Capsule intense", "web"): 1.07,
    ("Détartrant", "téléphone"): 1.12,
}  # not on purpose
GAPS |= {("Tasse Merle", "web"): 0.88, ("Thé vert Sencha", "téléphone"): 1.06, ("Quernons d'ardoise", "web"): 1.08}


def price_cents() -> np.ndarray:
    """Return the prices in cents: (product, channel, year)."""
    base = np.array([price for *_, price in CATALOGUE], dtype=float)
    factor = np.array([[GAPS.get((row[0], channel), 1.0) for channel in CHANNELS] for row in CATALOGUE])
    prices = base[:, None, None] * (factor * CHANNEL_PRICE)[:, :, None] * np.array(INFLATION)
    return np.round(prices).astype("int64")


def cost_cents() -> np.ndarray:
    """Return what a kilogram or a piece costs, in cents (float): (product, year)."""
    shop = np.array([price * (1 - MARGINS[category]) for _, category, _, price in CATALOGUE])
    return shop[:, None] * np.array(INFLATION)


def product_ids() -> np.ndarray:
    """Return the identifiers, in the order of the catalogue."""
    return np.array([f"P{number + 1:02d}" for number in range(len(CATALOGUE))], dtype=object)


def make_products() -> dict[str, pd.DataFrame]:
    """Return ``produits`` (one row a product) and ``prix_canaux`` (product, channel, year)."""
    products = pd.DataFrame(CATALOGUE, columns=["name", "category", "unit", "price_cents"])
    products.insert(0, "product_id", product_ids())
    products["margin_rate"] = products["category"].map(MARGINS)
    prices = price_cents()
    rows = [
        (product, channel, year, prices[i, j, k])
        for i, product in enumerate(products["product_id"])
        for j, channel in enumerate(CHANNELS)
        for k, year in enumerate(YEARS)
    ]
    return {
        "produits": products,
        "prix_canaux": pd.DataFrame(rows, columns=["product_id", "channel", "year", "price_cents"]),
    }
