"""A cube of sales: the same sums at every crossing of month and item, totals included, in one expression."""

import ibis
import pandas as pd
from ibis import _

from grc_helpers.patterns.baskets import item_column

ALL = "Tous"


def sales_cube(lines: ibis.Table, *, level: str = "category") -> ibis.Table:
    """Sum the lines by month and item, by month, by item, and in all (the cells of a cube, Gray et al. 1997).

    Parameters
    ----------
    lines : ibis.Table
        `grc_helpers.data.product_lines`.

    Returns
    -------
    ibis.Table
        month (first day; null: all months), item (« Tous »: all items), sales_cents, n_orders, n_customers. Orders and
        customers are counted again at each level: they do not add up from one level to the next.
    """
    item = lines[item_column(lines, level)].fill_null("(inconnue)")
    table = lines.select(
        "customer_id", "order_id", "amount_cents", month=lines.date.cast("date").truncate("M").cast("date"), item=item
    )
    return ibis.union(*[_cells(table, by) for by in (("month", "item"), ("month",), ("item",), ())])


def _cells(table: ibis.Table, by: tuple[str, ...]) -> ibis.Table:
    sums = {
        "sales_cents": _.amount_cents.sum().cast("!int64"),
        "n_orders": _.order_id.nunique(),
        "n_customers": _.customer_id.nunique(),
    }
    cells = table.group_by(list(by)).agg(**sums) if by else table.agg(**sums)
    month = cells.month if "month" in by else ibis.null("date")
    item = cells.item if "item" in by else ibis.literal(ALL)
    return cells.select("sales_cents", "n_orders", "n_customers", month=month, item=item)


def monthly(cube: pd.DataFrame) -> pd.DataFrame:
    """Return the totals by month: sales, n_orders, n_customers, average_basket; indexed by month."""
    table = cube[cube["item"].eq(ALL) & cube["month"].notna()].set_index("month").sort_index()
    return table.assign(average_basket=table["sales"] / table["n_orders"]).drop(columns="item")


def top_cells(cube: pd.DataFrame, *, n: int = 6) -> pd.DataFrame:
    """Return the n items that sell most over all months: sales, sales_share, n_orders, n_customers; indexed by item."""
    total = cube[cube["month"].isna()].set_index("item")
    table = total.drop(index=ALL).sort_values(["sales"], ascending=False, kind="stable")
    return table.assign(sales_share=table["sales"] / total.loc[ALL, "sales"]).drop(columns="month").head(n)
