"""The French label and the format of every column that chapters show, so that one thing has one name everywhere."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from grc_helpers.classroom.pseudonyms import shown
from grc_helpers.style import money, number, percent

LABELS: dict[str, tuple[str, Callable]] = {
    "average_basket": ("Panier moyen", partial(money, decimals=2)),
    "cumulative_share": ("Part cumulée du CA", partial(percent, decimals=2)),
    "customer_id": ("Client", shown),
    "customer_share": ("Part des clients", percent),
    "customers": ("Clients", number),
    "losing_share": ("Déficitaires", percent),
    "n_orders": ("Commandes", number),
    "profit": ("Profit", money),
    "rank": ("Rang", number),
    "rank_profit": ("Rang par profit", number),
    "rank_total_spend": ("Rang par CA", number),
    "sales": ("CA", money),
    "sales_per_customer": ("CA par client", money),
    "sales_share": ("Part du CA", percent),
    "staying_share": ("Restent dans le palier", percent),
    "total_spend": ("Achats", money),
}


def plain(value) -> str:
    """Write a value of a column without a format of its own: decimals for a float, text for the rest."""
    if isinstance(value, float):
        return number(value, 2)
    return number(value) if isinstance(value, int) and not isinstance(value, bool) else str(value)


def label(column: str) -> str:
    """Return a column's French label, or its own name if it has none."""
    return LABELS[column][0] if column in LABELS else column


def writer(column: str, currency: str) -> Callable:
    """Return the function that writes a column's values; text as it is for a column without one."""
    write = LABELS[column][1] if column in LABELS else plain
    uses_currency = getattr(write, "func", write) is money
    return partial(write, currency=currency) if uses_currency else write
