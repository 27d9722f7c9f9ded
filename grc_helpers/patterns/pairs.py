"""Pairs of items counted in the warehouse, in bounded memory: items first, then the pairs of frequent items only."""

import ibis
from ibis import _

from grc_helpers.errors import GrcError
from grc_helpers.patterns.baskets import check_items
from grc_helpers.style import number, percent

MAX_ITEMS = 5_000  # frequent items: at most 12.5 million pairs to count


def pair_counts(items: ibis.Table, *, min_count: int) -> ibis.Table:
    """Count the baskets of each pair of frequent items, in one expression.

    Parameters
    ----------
    items : ibis.Table
        `baskets.basket_items`.
    min_count : int
        Least number of baskets of a pair. An item below it can be in no such pair and is dropped before anything is
        joined (Agrawal & Srikant 1994): the number of pairs held is bounded by the frequent items, not by the
        catalogue.

    Returns
    -------
    ibis.Table
        first, second (``first < second``), n_both, n_first, n_second (baskets).
    """
    frequent = items.group_by("item").agg(n=_.count()).filter(_.n >= min_count)
    # Joins and groups on small integers rather than on names: the pairs weigh ten times less.
    coded = frequent.mutate(code=ibis.row_number().over(order_by="item").cast("int32"))
    kept = items.join(coded, "item").select("order_id", "code")
    left, right = kept.view(), kept.view()
    joined = left.join(right, [left.order_id == right.order_id, left.code < right.code], rname="{name}_right")
    counts = joined.group_by(a="code", b="code_right").agg(n_both=_.count()).filter(_.n_both >= min_count)
    first = coded.select(a="code", first="item", n_first="n")
    second = coded.select(b="code", second="item", n_second="n")
    return counts.join(first, "a").join(second, "b").select("first", "second", "n_both", "n_first", "n_second")


def min_count(items: ibis.Table, *, min_support: float, max_items: int = MAX_ITEMS) -> tuple[int, int]:
    """Return the number of baskets and the least count that a support means; refuse what could not be counted.

    Raises
    ------
    GrcError
        No basket, one item, no item frequent enough, or too many of them for a bounded memory.
    """
    size = items.agg(baskets=_.order_id.nunique(), items=_.item.nunique(), rows=_.count()).to_pyarrow().to_pylist()[0]
    check_items(size["rows"], size["items"])
    least = max(2, -int(-min_support * size["baskets"] // 1))
    counts = items.group_by("item").agg(n=_.count())
    found = counts.agg(frequent=(_.n >= least).sum(), most=_.n.max()).to_pyarrow().to_pylist()[0]
    where = (
        f"{number(size['items'])} produits dans {number(size['baskets'])} paniers ; "
        f"support minimal {percent(min_support, 2)}, soit {number(least)} paniers"
    )
    if found["frequent"] < 2:
        raise GrcError(
            "Aucune paire ne peut être étudiée : moins de deux produits sont assez fréquents.",
            where=f"{where} ; le plus fréquent est dans {number(found['most'])}",
            todo="analysez les catégories plutôt que les produits (level), ou baissez le support minimal (min_support)",
        )
    if found["frequent"] > max_items:
        raise GrcError(
            f"Trop de produits fréquents pour compter leurs paires : {number(found['frequent'])}.",
            where=where,
            todo="analysez les catégories plutôt que les produits (level), ou relevez le support minimal (min_support)",
        )
    return size["baskets"], least
