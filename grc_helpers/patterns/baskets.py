"""Baskets: which items each order holds, as an expression for the warehouse and as a sparse matrix for the rest."""

from dataclasses import dataclass

import ibis
import numpy as np
import pandas as pd
from ibis import _
from scipy.sparse import csr_matrix

from grc_helpers.errors import GrcError
from grc_helpers.style import number

LEVELS = {"category": "catégorie", "product": "produit"}


@dataclass(frozen=True)
class Baskets:
    """Baskets in memory.

    Attributes
    ----------
    matrix : csr_matrix of bool-like int32, shape (n_baskets, n_items)
        1 where the basket holds the item.
    items : ndarray of str, shape (n_items,)
    customers : ndarray of int, shape (n_baskets,)
        Code of the customer of each basket.
    """

    matrix: csr_matrix
    items: np.ndarray
    customers: np.ndarray

    @property
    def rows(self) -> np.ndarray:
        """Basket of each (basket, item) couple, shape (nnz,), in the order of ``matrix.indices``."""
        return np.repeat(np.arange(self.matrix.shape[0]), np.diff(self.matrix.indptr))

    def frequent(self, min_support: float) -> pd.DataFrame:
        """Return, as the boolean DataFrame that mlxtend takes, the items held by that share of the baskets at least."""
        share = np.asarray(self.matrix.sum(axis=0)).ravel() / max(self.matrix.shape[0], 1)
        kept = np.flatnonzero(share >= min_support)
        return pd.DataFrame(self.matrix[:, kept].toarray().astype(bool), columns=self.items[kept])


def item_column(lines: ibis.Table, level: str) -> str:
    """Return the column that names the items: the level asked for, or the product where there is no category."""
    if level not in LEVELS:
        raise GrcError(f"« {level} » n'est pas un niveau d'analyse.", todo="choisissez parmi : " + ", ".join(LEVELS))
    return level if level in lines.columns else "product"


def basket_items(lines: ibis.Table, *, level: str = "category") -> ibis.Table:
    """Return one row for each item of each basket.

    Parameters
    ----------
    lines : ibis.Table
        Lines of orders (`grc_helpers.data.product_lines`).
    level : {"category", "product"}
        What an item is; a product where the data have no category.

    Returns
    -------
    ibis.Table
        order_id, customer_id, item; distinct. Returns (negative amounts) and lines without an item are left out; a
        free item is in the basket.
    """
    kept = lines.mutate(item=lines[item_column(lines, level)]).filter(_.amount_cents >= 0, _.item.notnull())
    return kept.filter(_.item != "").select("order_id", "customer_id", "item").distinct()


def basket_matrix(items: ibis.Table, *, max_baskets: int = 200_000, max_items: int = 2_000) -> Baskets:
    """Bring baskets to memory: at most ``max_baskets`` of them and the ``max_items`` most frequent items.

    Parameters
    ----------
    items : ibis.Table
        `basket_items`.
    max_baskets, max_items : int
        Bounds of the memory used: beyond them, the baskets of the smallest order numbers are a sample, and the rarer
        items are left out.

    Raises
    ------
    GrcError
        No basket, or a single item.
    """
    counts = items.group_by("item").agg(n=_.count()).order_by(ibis.desc("n"), "item").limit(max_items)
    kept = items.semi_join(counts.select("item"), "item")
    if items.order_id.nunique().to_pyarrow().as_py() > max_baskets:
        chosen = items.select("order_id").distinct().order_by("order_id").limit(max_baskets)
        kept = kept.semi_join(chosen, "order_id")
    table = kept.to_pyarrow()
    codes = {name: table[name].combine_chunks().dictionary_encode() for name in ("order_id", "customer_id", "item")}
    names = np.asarray(codes["item"].dictionary.to_pylist(), dtype=object)
    check_items(len(table), len(names))
    rank, order = _ranks(names), _ranks(np.asarray(codes["order_id"].dictionary.to_pylist(), dtype=object))
    rows = order[codes["order_id"].indices.to_numpy()]
    columns = rank[codes["item"].indices.to_numpy()]
    who = _ranks(np.asarray(codes["customer_id"].dictionary.to_pylist(), dtype=object))
    customers = np.zeros(len(order), dtype=int)
    customers[rows] = who[codes["customer_id"].indices.to_numpy()]
    matrix = csr_matrix((np.ones(len(rows), dtype=np.int32), (rows, columns)), shape=(len(order), len(names)))
    matrix.sort_indices()
    return Baskets(matrix, np.sort(names), customers)


def check_items(rows: int, items: int) -> None:
    """Refuse what holds no basket, or a single item: nothing goes with nothing."""
    if not rows:
        raise GrcError(
            "Aucun panier : toutes les lignes sont vides, ou sont des retours.",
            todo="vérifiez la colonne du produit et celle du montant",
        )
    if items < 2:
        raise GrcError(
            f"Une association demande au moins deux produits ; ces paniers en ont {number(items)}.",
            todo="donnez une colonne de produits plus fine (un article par ligne)",
        )


def _ranks(names: np.ndarray) -> np.ndarray:
    """Return the place of each name in alphabetical order, so that codes do not depend on the engine's order."""
    place = np.empty(len(names), dtype=int)
    place[np.argsort(names)] = np.arange(len(names))
    return place
