"""What a file of purchases says of each order: when, how much, how many lines, in which shop, at what discount."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

import pandas as pd

# The columns of a user's file in which each role is looked for, by name, without accents or capitals.
NAMES = {
    "hour": ("hour", "heure", "heures", "heure_achat", "heure_vente", "transaction_timestamp", "horodatage", "time"),
    "category": "category categorie rayon famille product_category department univers product produit article".split(),
    "place": ("brand", "marque", "store_id", "channel", "canal", "shop", "magasin", "boutique", "point_de_vente"),
    "discount": ("discount", "remise", "remises", "promotion", "retail_disc", "discount_rate"),
}
ROLES = {
    "hour": "heure d'achat",
    "category": "catégorie ou produit",
    "place": "marque, magasin ou canal",
    "discount": "remise",
}


@dataclass(frozen=True)
class Purchases:
    """The lines of a data set under the names of this chapter.

    Attributes
    ----------
    lines : ibis.Table
        customer_id, date, amount_cents, order_key, and those found among hour (0 to 23), category, place, discounted
        (1 where a line carries a discount).
    found : dict of str to str
        For each role found (`ROLES`), the name of the column.
    """

    lines: object
    found: dict[str, str]


def plain(name: str) -> str:
    """Return a column's name without accents, capitals or spaces."""
    bare = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return bare.strip().lower().replace(" ", "_").replace("-", "_")


def purchases_of(data) -> Purchases:
    """Find in a data set what this chapter can use; the course's own sets are joined to their products.

    Parameters
    ----------
    data : Dataset
        Transactions; a course data set with products (Complete Journey) or lines (Cafés Merle) gets their categories.
    """
    import ibis

    table, files = data.table, {item.file for item in data.card.files} if data.card else set()
    if {"products.parquet", "transactions.parquet"} <= files:
        table = table.left_join(_products(data, "products.parquet", "product_category"), "product_id")
    elif {"lignes.parquet", "produits.parquet"} <= files:
        from grc_helpers.data.loading import read_table

        source = data.card.folder or data.name
        lines = read_table(source, "lignes.parquet")
        lines["amount_cents"] = (100 * lines.pop("amount")).round().astype("int64")
        lines = lines.merge(read_table(source, "produits.parquet")[["product_id", "category"]], on="product_id")
        lines = ibis.memtable(lines[["order_id", "amount_cents", "discount", "category"]])
        table = table.drop("amount_cents").inner_join(lines, "order_id")
    known = {plain(name): name for name in reversed(table.columns)}
    found = {role: next((known[name] for name in names if name in known), None) for role, names in NAMES.items()}
    found = {role: name for role, name in found.items() if name and name not in ("customer_id", "date")}
    columns = {
        "customer_id": table.customer_id,
        "date": table.date,
        "amount_cents": table.amount_cents,
        "order_key": table.order_id if "order_id" in table.columns else table.date.cast("string"),
    }
    for role in ("category", "place"):
        if role in found:
            columns[role] = table[found[role]].cast("string").strip().nullif("")
    if "hour" in found:
        columns["hour"] = _hour(table[found["hour"]])
    if "discount" in found:
        value = table[found["discount"]]
        value = value.replace("%", "").replace(",", ".").try_cast("float64") if value.type().is_string() else value
        columns["discounted"] = (value.cast("float64").fill_null(0.0) > 0).cast("int64")
    return Purchases(table.select(**columns), found)


def _products(data, file: str, column: str):
    import ibis

    from grc_helpers.data.loading import read_table

    products = read_table(data.card.folder or data.name, file)[["product_id", column]]
    return ibis.memtable(products).select("product_id", column)


def _hour(value):
    """Return the hour of a time, of a number, or of a text such as 14:05, 14h05 or 2024-01-31 14:05."""
    import ibis

    kind = value.type()
    if kind.is_timestamp() or kind.is_time():
        return value.hour().cast("int64")
    if kind.is_numeric():
        hour = value.cast("float64").floor().cast("int64")
    else:
        found = value.cast("string").re_extract(r"(?:^|[ T])(\d{1,2})(?:\s*[:hH]\s*\d{0,2}.*)?\s*$", 1)
        hour = found.try_cast("int64")
    return ibis.ifelse(hour.between(0, 23), hour, ibis.null("int64"))


def orders_of(purchases: Purchases) -> tuple[pd.DataFrame, int]:
    """Collapse lines to orders of a positive amount, and count the others.

    Parameters
    ----------
    purchases : Purchases

    Returns
    -------
    orders : DataFrame
        customer_id, order_key, date, amount (currency units), lines, and if known hour, place, discounted (share of the
        lines with a discount).
    aside : int
        Orders of zero or less, set apart.
    """
    from grc_helpers.data.warehouse import collect

    lines = purchases.lines
    sums = {"date": lines.date.min(), "amount_cents": lines.amount_cents.sum().cast("int64"), "lines": lines.count()}
    if "hour" in lines.columns:
        sums["hour"] = lines.hour.min()
    if "place" in lines.columns:
        sums["place"] = lines.place.min()
    if "discounted" in lines.columns:
        sums["discounted"] = lines.discounted.mean()
    orders = collect(lines.group_by("customer_id", "order_key").agg(**sums))
    kept = orders["amount"] > 0
    return orders[kept].reset_index(drop=True), int((~kept).sum())


def followed_category(purchases: Purchases, wanted: str = "") -> str | None:
    """Return the category whose buyers are studied: the one asked for, else one that about half of the customers buy.

    Raises
    ------
    GrcError
        The category asked for does not exist; close names are suggested.
    """
    import difflib

    from grc_helpers.data.warehouse import collect
    from grc_helpers.errors import GrcError

    lines = purchases.lines
    if "category" not in lines.columns:
        return None
    buyers = collect(lines.group_by("category").agg(buyers=lines.customer_id.nunique())).dropna()
    buyers = buyers[~buyers["category"].astype(str).str.upper().str.contains("COUPON|MISC", regex=True)]
    names = buyers["category"].astype(str).tolist()
    if wanted and wanted not in names:
        close = difflib.get_close_matches(wanted, names, n=3, cutoff=0.4) or names[:3]
        raise GrcError(
            f"La catégorie « {wanted} » n'est pas dans ces données.",
            todo=f"choisissez par exemple : {', '.join(close)}",
        )
    if wanted:
        return wanted
    total = lines.customer_id.nunique().to_pyarrow().as_py()
    if not names or not total:
        return None
    return names[int((buyers["buyers"] / total - 0.5).abs().to_numpy().argmin())]
