"""What the data say of customers' tastes: histories, the order that follows, or what is missing to tell them."""

from dataclasses import dataclass

import ibis
import pandas as pd
from ibis import _

from grc_helpers.data.loading import Dataset
from grc_helpers.data.product_lines import product_lines
from grc_helpers.errors import GrcError
from grc_helpers.patterns.baskets import item_column
from grc_helpers.patterns.prediction import Split, order_table, split_day, time_split
from grc_helpers.style import number, percent

MAX_CUSTOMERS, MAX_ITEMS = 5_000, 1_000
LEAST_CUSTOMERS, LEAST_ITEMS = 50, 6


@dataclass(frozen=True)
class Tastes:
    """Orders with what they hold, parted into past and future.

    Attributes
    ----------
    missing : str
        What the data lack, in French; empty if they can feed the sections on tastes. The rest is then None.
    orders : DataFrame
        `grc_helpers.patterns.prediction.order_table`.
    split : Split
        Histories before the last fifth of the period, and the first order after.
    k : int
        Length of the lists proposed: the one asked for, and a third of the items at most.
    lines : ibis.Table
        `grc_helpers.data.product_lines`.
    item : str
        Column of the lines that names the items.
    n_customers : int
        Customers with a product in the data (before the bound).
    n_items : int
        Distinct items bought by the customers kept (before the bound).
    kept : float
        Share of their lines whose item is kept.
    """

    missing: str
    orders: pd.DataFrame | None = None
    split: Split | None = None
    k: int = 0
    lines: ibis.Table | None = None
    item: str = "product"
    n_customers: int = 0
    n_items: int = 0
    kept: float = 0.0

    @property
    def sentence(self) -> str:
        """What is kept, and what to do when it is too small a part of the lines."""
        drawn = f"{number(MAX_CUSTOMERS)} clients tirés au hasard parmi {number(self.n_customers)}. "
        advice = "" if self.kept >= 0.8 else " (une colonne de catégories en couvrirait davantage)"
        return (
            f"{drawn if self.n_customers > MAX_CUSTOMERS else ''}{number(self.n_items)} produits différents ; les "
            f"{number(len(self.split.items))} gardés font {percent(self.kept)} des lignes{advice}. "
            f"{number(len(self.split.n_orders))} clients achètent à partir du {self.split.day:%d/%m/%Y} ; listes de "
            f"{self.k} produit{'s' if self.k > 1 else ''}."
        )


def read_tastes(data: Dataset, *, level: str, k: int, seed: int) -> Tastes:
    """Bring to memory what customers bought, within bounds (5 000 customers, the 1 000 most frequent items).

    Customers beyond the bound are drawn at random: those whose identifier, followed by the seed, has the least MD5
    digest, whatever their order in the file or the version of the engine.

    Parameters
    ----------
    data : Dataset
        Transactions.
    level : {"category", "product"}
        What an item is; a product where the data have no category.
    k : int
        Items proposed to a customer.
    seed : int
        Of the draw of the customers.
    """
    try:
        lines = product_lines(data)
    except GrcError:
        return Tastes("une colonne de produits (ou de catégories), avec une ligne par produit d'une commande")
    item = item_column(lines, level)
    people = lines.select("customer_id").distinct()
    n_customers = int(people.count().to_pyarrow().as_py())
    if n_customers > MAX_CUSTOMERS:
        drawn = people.order_by((_.customer_id + f" {seed}").hexdigest("md5"), "customer_id").limit(MAX_CUSTOMERS)
        lines = lines.semi_join(drawn, "customer_id")
    counted = lines.filter(_.amount_cents >= 0, lines[item].notnull()).group_by(item=lines[item]).agg(n=_.count())
    row = counted.mutate(rank=ibis.row_number().over(order_by=[ibis.desc("n"), "item"])).agg(
        items=_.count(), all=_.n.sum(), kept=_.n.sum(where=_["rank"] < MAX_ITEMS)
    )
    sizes = row.to_pyarrow().to_pylist()[0]
    if sizes["items"] < LEAST_ITEMS:
        return Tastes(f"au moins {LEAST_ITEMS} produits différents (il y en a {sizes['items']})")
    orders = order_table(lines, level=level, max_customers=MAX_CUSTOMERS, max_items=MAX_ITEMS)
    try:
        split = time_split(orders, day=split_day(data.observation_start, data.observation_end))
    except GrcError:
        return Tastes("des achats avant et après une date de partage (le dernier cinquième de la période)")
    regular = int((split.n_orders > 0).sum())
    if regular < LEAST_CUSTOMERS:
        return Tastes(
            f"au moins {LEAST_CUSTOMERS} clients qui achètent avant et après le {split.day:%d/%m/%Y} "
            f"(il y en a {regular})"
        )
    k = min(k, len(split.items) // 3)
    return Tastes("", orders, split, k, lines, item, n_customers, sizes["items"], sizes["kept"] / sizes["all"])


def item_margin(tastes: Tastes, *, margin_rate: float) -> float:
    """Return the mean margin of one item of one order (currency units): what one sale more would leave."""
    sold = tastes.lines.filter(_.amount_cents >= 0)
    sums = sold.agg(cents=_.amount_cents.sum().cast("float64"))
    cells = sold.select("order_id", item=sold[tastes.item]).distinct().count()
    return margin_rate * float(sums.to_pyarrow().to_pylist()[0]["cents"]) / 100 / int(cells.to_pyarrow().as_py())
