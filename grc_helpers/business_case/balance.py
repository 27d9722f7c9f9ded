"""Winning customers or keeping them: ratios of spending and of unit costs, and the best split of a budget."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from grc_helpers.clv.acquisition import Response, retained_value
from grc_helpers.errors import GrcError

TEN = 10 / 11  # share of a budget that goes to winning, when one spends ten times more on it

# What counts as keeping a customer: each rule adds lines of cost to the one before.
RULES = {
    "Offres aux clients, seules": ("offers",),
    "… plus les visites des commerciaux": ("offers", "visits"),
    "… plus le service (questions, réclamations)": ("offers", "visits", "service"),
}


def costs_of_keeping(contacts: pd.DataFrame, service: pd.DataFrame, recruits, *, year: int) -> dict[str, float]:
    """Return what a year's contacts and service cost for customers who were already there.

    Parameters
    ----------
    contacts : DataFrame
        ``customer_id``, ``date``, ``function`` (« marketing », « vente », « service »), ``direction``, ``cost``.
    service : DataFrame
        ``customer_id``, ``year``, ``ticket_cost``.
    recruits : collection
        Customers won in the year, left out.
    """
    kept = contacts[(contacts["date"].dt.year == year) & ~contacts["customer_id"].isin(recruits)]
    out = kept[kept["direction"] == "sortant"].groupby("function")["cost"].sum()
    tickets = service[(service["year"] == year) & ~service["customer_id"].isin(recruits)]["ticket_cost"].sum()
    return {
        "offers": float(out.get("marketing", 0)), "visits": float(out.get("vente", 0)), "service": float(tickets)
    }  # fmt: skip


def accounts(
    people: pd.DataFrame, sales: pd.DataFrame, contacts: pd.DataFrame, service: pd.DataFrame, *, year: int
) -> dict:
    """Return a year's arguments of :func:`two_ratios`: ``costs``, ``winning``, ``won``, ``kept``.

    A customer is won in the year of ``acquired``, and kept if won before the year and seen buying in it; those who buy
    no more were not kept, but what was spent on them counts in ``costs``.

    Parameters
    ----------
    people : DataFrame
        ``customer_id``, ``acquired``, ``acquisition_cost``.
    sales : DataFrame
        ``customer_id``, ``date``.
    contacts, service : DataFrame
        As in :func:`costs_of_keeping`.
    """
    acquired = pd.to_datetime(people["acquired"]).dt.year
    won, older = people[acquired == year], people[acquired < year]
    buyers = set(sales.loc[sales["date"].dt.year == year, "customer_id"])
    return {
        "costs": costs_of_keeping(contacts, service, set(won["customer_id"]), year=year),
        "winning": float(won["acquisition_cost"].sum()), "won": len(won),
        "kept": int(older["customer_id"].isin(buyers).sum()),
    }  # fmt: skip


def two_ratios(costs: dict[str, float], *, winning: float, won: int, kept: int) -> pd.DataFrame:
    """Return, for each rule of what keeping costs, the ratio of the spendings and that of the unit costs.

    Parameters
    ----------
    costs : dict of str to float
        What :func:`costs_of_keeping` returns.
    winning : float
        Spent on winning customers in the year.
    won, kept : int
        Customers won, and customers who were already there and still buy.

    Returns
    -------
    DataFrame, one row a rule
        ``keeping_cost``, ``spending_ratio`` (winning ÷ keeping), ``unit_winning``, ``unit_keeping``, ``unit_ratio``.
    """
    if not (won and kept):
        raise GrcError("Il faut des clients recrutés et des clients gardés pour comparer leurs coûts.")
    rows = {}
    for rule, parts in RULES.items():
        keeping = sum(costs[part] for part in parts)
        if keeping <= 0:
            raise GrcError(f"« {rule} » ne coûte rien : aucun rapport ne se calcule.", todo="changez de règle")
        unit_winning, unit_keeping = winning / won, keeping / kept
        rows[rule] = [keeping, winning / keeping, unit_winning, unit_keeping, unit_winning / unit_keeping]
    names = ["keeping_cost", "spending_ratio", "unit_winning", "unit_keeping", "unit_ratio"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=names).rename_axis("allocation_rule")


@dataclass(frozen=True)
class Market:
    """What a budget can buy: prospects and how they answer to spending, customers and how they answer.

    Attributes
    ----------
    prospects, customers : int
    winning, keeping : Response
        Rate of prospects won, and of customers kept from a period to the next, against spending per head.
    margin : float
        Per customer and period.
    discount_rate : float
        Per period.
    """

    prospects: int
    customers: int
    winning: Response
    keeping: Response
    margin: float
    discount_rate: float

    def equity(self, budget: float, share) -> np.ndarray:
        """Return the value of present and won customers when a share of a yearly budget goes to winning.

        a(A)·prospects·V(R) − A·prospects + customers·V(R), where A and R are the spendings per head and V(R) is the
        value of a customer on whom R is spent each period (Blattberg & Deighton 1996).
        """
        spent_winning = np.asarray(share) * budget / self.prospects
        spent_keeping = (1 - np.asarray(share)) * budget / self.customers
        options = {"margin": self.margin, "discount_rate": self.discount_rate, "response": self.keeping}
        worth = retained_value(spent_keeping, **options)
        won = self.winning.rate(spent_winning) * self.prospects
        return (won + self.customers) * worth - spent_winning * self.prospects


def best_split(market: Market, budget: float) -> pd.DataFrame:
    """Return the value of the customers for every share of a budget given to winning: ``winning_share``, ``equity``.

    Attribute ``best``: the share that makes them worth most; ``loss``: what ten for one loses, a share of that value;
    ``low`` and ``high``: the shares that lose less than one per cent of it; ``per_prospect`` and ``per_customer``: what
    the best split spends on each (A* and R* at this budget).
    """
    if budget <= 0:
        raise GrcError(
            "Un budget nul ou négatif ne se partage pas.",
            where=f"budget {budget:g}",
            todo="donnez un budget annuel positif au réglage budget",
        )
    shares = np.linspace(0, 1, 1001)
    equity = market.equity(budget, shares)
    table = pd.DataFrame({"winning_share": shares, "equity": equity})
    top = int(equity.argmax())
    if equity[top] <= 0:
        raise GrcError(
            "Ce budget dépasse tout ce que les clients peuvent rapporter, quel que soit son partage.",
            where=f"budget {budget:g} pour {market.prospects} prospects et {market.customers} clients",
            todo="baissez le réglage budget",
        )
    ten = float(market.equity(budget, TEN))
    good = shares[equity >= 0.99 * equity[top]]
    table.attrs = {
        "best": float(shares[top]), "value": float(equity[top]), "ten": ten, "loss": 1 - ten / float(equity[top]),
        "low": float(good[0]), "high": float(good[-1]), "per_prospect": float(shares[top]) * budget / market.prospects,
        "per_customer": float(1 - shares[top]) * budget / market.customers,
    }  # fmt: skip
    return table


def sector_table(markets: dict[str, tuple[Market, float]]) -> pd.DataFrame:
    """Return, for several hypothetical firms and budgets, the best split and what ten for one loses.

    Returns
    -------
    DataFrame, one row a firm
        ``best_share``, ``best_ratio`` (winning ÷ keeping spending at the best; infinite when all goes to winning),
        ``best_unit_ratio`` (cost of a customer won ÷ cost of one kept, at the best), ``ten_loss``.
    """
    rows = {}
    for name, (market, budget) in markets.items():
        found = best_split(market, budget).attrs
        share = found["best"]
        spent, keep = share * budget, (1 - share) * budget
        won = float(market.winning.rate(spent / market.prospects)) * market.prospects
        kept = float(market.keeping.rate(keep / market.customers)) * market.customers
        unit = (spent / won) / (keep / kept) if won and keep else np.inf
        rows[name] = [share, spent / keep if keep else np.inf, unit, found["loss"]]
    names = ["best_share", "best_ratio", "best_unit_ratio", "ten_loss"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=names).rename_axis("hypothetical_firm")
