"""The simulated firm of the course, with the tables that a channel manager would ask for."""

from __future__ import annotations

from types import SimpleNamespace

import pandas as pd

from grc_helpers.data.loading import read_table

NAME = "cafes_merle"
TABLES = {
    "sales": "ventes", "lines": "lignes", "customers": "clients", "service": "couts_service", "costs": "couts_canaux",
    "prospects": "prospects", "journeys": "parcours", "contacts": "contacts", "prices": "prix_canaux",
    "products": "produits", "updates": "journal_synchro", "collected": "journal_collecte", "targets": "ciblage",
    "campaigns": "campagnes", "coupons": "coupons", "tickets": "tickets",
}  # fmt: skip
SELLING = {"boutique": "boutique", "site": "web", "téléphone": "téléphone"}  # channel of a journey -> of a sale
OPENING, END = "2024-03-04", pd.Timestamp("2025-12-31")
OPENED = ("Angers centre", "agglomération")
ADDED = {"coffret": "courrier", "bon": "courrier", "printemps": "courrier", "bienvenue": "appel"}  # origin -> channel


def read_firm() -> SimpleNamespace:
    """Return the firm's tables by English name; sales carry ``kind``, ``zone`` and ``margin`` (gross)."""
    firm = SimpleNamespace(**{name: read_table(NAME, f"{file}.parquet") for name, file in TABLES.items()})
    cost = firm.lines.groupby("order_id")["cost"].sum()
    sales = firm.sales.merge(firm.customers[["customer_id", "kind", "zone"]], on="customer_id")
    firm.sales = sales.assign(margin=sales["amount"] - sales["order_id"].map(cost).fillna(0.0))
    firm.journeys = firm.journeys.assign(channel=firm.journeys["channel"].map(SELLING))
    return firm


def individuals_by_opening(sales: pd.DataFrame) -> pd.DataFrame:
    """Return the sales to individuals near the shops; ``opened``: the web delivers there from the first opening."""
    near = sales[sales["kind"].eq("particulier") & sales["zone"].ne("France")]
    opened = near["zone"].isin(OPENED)
    return near.assign(opened=opened, group=opened.map({True: "zones ouvertes", False: "Maine-et-Loire"}))


def touchable(customers: pd.DataFrame) -> pd.DataFrame:
    """Return, by customer and channel, who can be contacted: consent to e-mails or calls, or a seller in charge."""
    known = customers.set_index("customer_id")
    return pd.DataFrame(
        {"e-mail": known["consent_email"], "appel": known["consent_phone"], "visite": known["rep_id"].notna()}
    )


def main_categories(firm: SimpleNamespace) -> pd.DataFrame:
    """Return the orders with their main category (the one that costs most): customer_id, date, category, margin."""
    lines = firm.lines.merge(firm.products[["product_id", "category"]], on="product_id")
    per = lines.groupby(["order_id", "category"], as_index=False)["amount"].sum()
    main = per.sort_values(["amount", "category"], ascending=[False, True]).drop_duplicates("order_id")
    return firm.sales[["order_id", "customer_id", "date", "margin"]].merge(
        main[["order_id", "category"]], on="order_id"
    )


def added_sales(origins: pd.DataFrame) -> pd.Series:
    """Return the orders that each contact channel has truly caused (of the truth of the sales)."""
    return origins["origin"].map(ADDED).value_counts().rename("added")
