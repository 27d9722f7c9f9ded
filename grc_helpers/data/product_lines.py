"""Who bought what: the lines of orders, with their product, of a course data set and of a user's file alike."""

import ibis
from ibis import _

from grc_helpers.data.cards import Card
from grc_helpers.data.loading import Dataset
from grc_helpers.data.sources import Lines
from grc_helpers.errors import GrcError

COLUMNS = ("customer_id", "date", "order_id", "product", "category", "amount_cents", "quantity", "cost_cents")


def product_lines(data: Dataset) -> ibis.Table:
    """Return the lines of orders: one row a product bought (or a return), whatever the grain of the transactions.

    Parameters
    ----------
    data : Dataset
        Transactions, as `load` gives them: a course data set whose card says where its lines are, or a user's file that
        has a column of products, or at least of categories.

    Returns
    -------
    ibis.Table
        customer_id (string), date, order_id (string; where the source has none, a customer's day is one order), product
        (string, never null: the category where the source has no product), amount_cents (int64, the line's); and where
        the source has them category (string, may be null), quantity (float64, in the unit of the product), cost_cents
        (int64, the line's). Lines without a product are left out: ``data.reading.notes`` counts them.

    Raises
    ------
    GrcError
        The data do not say what was bought.
    """
    if data.kind == "transactions" and data.card is not None and data.card.lines is not None:
        return _course_lines(data.card, data.card.lines, data.table)
    item = next((name for name in ("product", "category") if name in data.table.columns), None)
    if data.kind != "transactions" or item is None or data.card is not None:
        raise GrcError(
            f"Ces données ne disent pas ce qui a été acheté : « {data.title} ».",
            where="il manque : une colonne de produits, avec une ligne par produit d'une commande",
            todo="ajoutez-la à votre fichier, ou dites laquelle la contient (--set colonnes.produit=NOM) ; "
            "parmi les jeux du cours, prenez complete_journey ou cafes_merle",
        )
    table = data.table.mutate(product=data.table[item])
    if "order_id" not in table.columns:
        table = table.mutate(order_id=_.customer_id + " " + _.date.cast("string"))
    kept = table.filter(_.product.notnull() & (_.product != ""))
    return kept.select([name for name in COLUMNS[:6] if name in kept.columns])


def _course_lines(card: Card, lines: Lines, orders: ibis.Table) -> ibis.Table:
    connection = orders.get_backend()
    raw = connection.read_parquet(card.path(lines.file))
    held = {"order_id": raw[lines.order_id], "product": raw[lines.product], "amount_cents": _cents(raw[lines.amount])}
    if lines.customer_id is not None:
        held |= {"customer_id": raw[lines.customer_id], "date": raw[lines.date].cast("date")}
    if lines.quantity is not None:
        held["quantity"] = raw[lines.quantity].cast("float64")
    if lines.cost is not None:
        held["cost_cents"] = _cents(raw[lines.cost])
    table = raw.select(**held)
    if lines.customer_id is None:
        table = table.join(orders.select("order_id", "customer_id", "date"), "order_id")
    if lines.catalogue is not None:
        catalogue = connection.read_parquet(card.path(lines.catalogue))
        added = {name: catalogue[column] for name in ("name", "category") if (column := getattr(lines, name))}
        catalogue = catalogue.select(product=catalogue[lines.product], **added)
        table = table.left_join(catalogue, "product", rname="catalogued_{name}")
        if "name" in added:
            table = table.mutate(product=ibis.coalesce(_.name, _.product))
    return table.select([name for name in COLUMNS if name in table.columns])


def _cents(amount: ibis.Value) -> ibis.Value:
    return (amount.cast("float64") * 100).round().cast("int64")
