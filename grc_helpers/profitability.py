"""Profit by customer, from activities or a stated cost model; the whale curve; who changes rank from sales to it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from grc_helpers.errors import GrcError


def customer_profit(
    customers: pd.DataFrame, *, margin_rate: float, cost_per_order: float, fixed_cost: float
) -> pd.Series:
    """Return each customer's profit under a stated cost model: a toy one, as long as real costs are not known.

    profit = margin_rate × total_spend − cost_per_order × n_orders − fixed_cost

    Parameters
    ----------
    customers : DataFrame
        Columns ``total_spend`` (currency units) and ``n_orders``.
    margin_rate : float
        Gross margin as a share of sales.
    cost_per_order, fixed_cost : float
        Cost of serving one order, and of keeping one customer over the whole period, in currency units.
    """
    return margin_rate * customers["total_spend"] - cost_per_order * customers["n_orders"] - fixed_cost


def activity_profit(sales: pd.DataFrame, lines: pd.DataFrame, service: pd.DataFrame) -> pd.DataFrame:
    """Return each customer's profit where the margin of each line and the cost of each service are known.

    profit = sum of lines' (amount − cost of the goods) − cost to serve; fixed costs are not shared out.

    Parameters
    ----------
    sales : DataFrame
        ``order_id``, ``customer_id``.
    lines : DataFrame
        ``order_id``, ``amount``, ``cost`` (currency units, whole line).
    service : DataFrame
        ``customer_id``, ``deliveries``, ``tickets``, ``visits``, ``service_cost`` (currency units), any number of rows
        a customer.

    Returns
    -------
    DataFrame, one row a customer, in the order of identifiers
        ``customer_id``, ``n_orders``, ``total_spend``, ``gross_margin``, ``deliveries``, ``tickets``, ``visits``,
        ``service_cost``, ``profit``.

    References
    ----------
    Cooper, R. & Kaplan, R. S. (1991). Profit priorities from activity-based costing. *Harvard Business Review* 69(3).
    """
    goods = lines.merge(sales[["order_id", "customer_id"]], on="order_id", validate="many_to_one")
    goods["gross_margin"] = goods["amount"] - goods["cost"]
    table = goods.groupby("customer_id").agg(
        n_orders=("order_id", "nunique"), total_spend=("amount", "sum"), gross_margin=("gross_margin", "sum")
    )
    served = service.groupby("customer_id")[["deliveries", "tickets", "visits", "service_cost"]].sum()
    table = table.join(served, how="outer").fillna(0)
    return table.assign(profit=table["gross_margin"] - table["service_cost"]).reset_index()


def whale_curve(profit) -> pd.DataFrame:
    """Return cumulative profit, most profitable customers first, as a share of the final total.

    It rises above 1 when some customers lose money: the peak is what would be earned without them.

    Returns
    -------
    DataFrame, n + 1 rows
        ``population_share`` (0 to 1) and ``profit_share``.

    Raises
    ------
    GrcError
        If the total is not positive: shares of a loss mean nothing.

    References
    ----------
    Cooper, R. & Kaplan, R. S. (1991). Profit priorities from activity-based costing. *Harvard Business Review* 69(3).
    """
    profit = np.sort(np.asarray(profit, dtype=float))[::-1]
    total = profit.sum()
    if not total > 0:
        raise GrcError(
            "Le profit total n'est pas positif : la courbe de baleine ne peut pas se lire en parts.",
            where=f"total {total:.2f} sur {len(profit)} clients",
            todo="relevez le taux de marge ou baissez les coûts de service",
        )
    shares = np.concatenate([[0.0], np.cumsum(profit)]) / total
    return pd.DataFrame({"population_share": np.arange(len(shares)) / len(profit), "profit_share": shares})


def rank_changes(customers: pd.DataFrame, *, by: str, against: str, top: int) -> tuple[float, pd.DataFrame]:
    """Say who is at the top by one measure and not by another.

    Parameters
    ----------
    customers : DataFrame
        One row a customer, with ``customer_id`` and the two columns.
    by, against : str
        The measure that ranks today (sales) and the one that should (profit).
    top : int
        How many customers make the top.

    Returns
    -------
    tau : float
        Kendall's τ-b between the two orders (Kendall 1945): 1 same order, 0 unrelated.
    moved : DataFrame
        Customers of the top by ``by`` who are not in the top by ``against``, largest fall first.
    """
    from scipy.stats import kendalltau

    ranked = customers.sort_values("customer_id").copy()
    for column in (by, against):
        ranked[f"rank_{column}"] = ranked[column].rank(ascending=False, method="first").astype(int)
    moved = ranked[(ranked[f"rank_{by}"] <= top) & (ranked[f"rank_{against}"] > top)]
    fall = moved[f"rank_{against}"] - moved[f"rank_{by}"]
    return float(kendalltau(ranked[by], ranked[against]).statistic), moved.loc[fall.sort_values(ascending=False).index]
