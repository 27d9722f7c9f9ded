"""All that marketing, service and market add to a block: the orders that effects add or take away, and the tables.

Modules that change the sales run first, in the order of time, so that each one sees what the firm had sold until
then; then the orders get their numbers; then come the tables that only observe.
"""

from collections.abc import Callable

import pandas as pd

from grc_helpers.data.simulator.benefits import make_benefits
from grc_helpers.data.simulator.budgets import make_budgets
from grc_helpers.data.simulator.campaigns import make_gift, make_spring, make_welcome, measure
from grc_helpers.data.simulator.config import SimulationConfig
from grc_helpers.data.simulator.coupons import make_coupons
from grc_helpers.data.simulator.emails import make_emails
from grc_helpers.data.simulator.events import numbered
from grc_helpers.data.simulator.logs import make_logs
from grc_helpers.data.simulator.loyalty_card import make_card, make_club
from grc_helpers.data.simulator.market import make_market
from grc_helpers.data.simulator.process import block_of
from grc_helpers.data.simulator.purchases import number_orders
from grc_helpers.data.simulator.referral import make_referrals
from grc_helpers.data.simulator.sales_force import make_sales_force
from grc_helpers.data.simulator.service import make_service
from grc_helpers.data.simulator.survey import make_survey

Maker = Callable[[SimulationConfig, pd.DataFrame, pd.DataFrame], dict[str, pd.DataFrame]]
SALES: tuple[Maker, ...] = (make_service, make_coupons, make_gift, make_welcome, make_club, make_spring)
TABLES: tuple[Maker, ...] = (
    make_card,
    make_emails,
    make_referrals,
    make_survey,
    make_benefits,
    make_sales_force,
    make_market,
    make_logs,
    make_budgets,
)
FIRM_LEVEL = (
    "campagnes",
    "maturite",
    "essai_budget",
    "verite/maturite",
    "verite/image",
    "verite/courbes_reponse",
)  # the same in every block: written once


def make_marketing(
    config: SimulationConfig, population: pd.DataFrame, orders: pd.DataFrame, *, only_sales: bool = False
) -> tuple[pd.DataFrame, pd.DataFrame, dict[str, pd.DataFrame]]:
    """Run campaigns, service, surveys and market on a block.

    Parameters
    ----------
    config : SimulationConfig
    population, orders : pandas.DataFrame
        LATENT frame and orders of the block, before any of this.
    only_sales : bool
        Leave out the tables; the orders are the same.

    Returns
    -------
    orders : pandas.DataFrame
        Numbered again, with a column ``origin``: base | coffret | bienvenue | bon | club | printemps.
    population : pandas.DataFrame
        With ``uplift_type`` as the box reveals it, and ``lifetime_end`` cut where an incident lost the customer.
    tables : dict of pandas.DataFrame
        By file stem; those that only the truth knows begin with "verite/".
    """
    parts: dict[str, list[pd.DataFrame]] = {}
    orders = orders.assign(origin="base")
    for make in SALES:
        made = make(config, population, orders)
        orders = _change(orders, made.pop("+ventes", None), made.pop("-ventes", None))
        population = _cut(population, made.get("verite/departs"))
        _collect(parts, made)
    population = population.assign(uplift_type=parts["verite/uplift"][0]["uplift_type"].to_numpy())
    orders = number_orders(orders.assign(key=orders["order_id"]), block_of(population))
    numbers = orders.set_index("key")["order_id"]
    orders = orders.drop(columns="key")
    if only_sales:
        return orders, population, {}
    for name, made in parts.items():
        parts[name] = [_point(table, numbers) for table in made]
    for make in TABLES:
        _collect(parts, make(config, population, orders))
    return orders, population, _finish(config, parts, orders, population)


def _change(orders: pd.DataFrame, added: pd.DataFrame | None, removed: pd.DataFrame | None) -> pd.DataFrame:
    if removed is not None and len(removed):
        orders = orders[~orders["order_id"].isin(removed["order_id"])]
    if added is not None and len(added):
        orders = pd.concat([orders, added.astype({"hour": orders["hour"].dtype})], ignore_index=True)
    return orders


def _point(table: pd.DataFrame, numbers: pd.Series) -> pd.DataFrame:
    """Make a table point to the orders by their final numbers."""
    return table.assign(order_id=table["order_id"].map(numbers)) if "order_id" in table else table


def _cut(population: pd.DataFrame, departures: pd.DataFrame | None) -> pd.DataFrame:
    if departures is None or departures.empty:
        return population
    gone = population["customer_id"].map(departures.set_index("customer_id")["date"])
    end = population["lifetime_end"]
    return population.assign(lifetime_end=end.where(gone.isna() | (end <= gone), gone))


def _collect(parts: dict[str, list[pd.DataFrame]], made: dict[str, pd.DataFrame]) -> None:
    for name, table in made.items():
        parts.setdefault(name, []).append(table)


def _finish(config, parts: dict[str, list[pd.DataFrame]], orders, population) -> dict[str, pd.DataFrame]:
    block = block_of(population)
    tables = {name: pd.concat(made, ignore_index=True) for name, made in parts.items()}
    if "ciblage" in tables:
        tables["ciblage"] = measure(config, tables["ciblage"], orders, population)
        tables["contacts"] = _with_outcomes(tables["contacts"], tables["ciblage"])
    contacts = tables["contacts"].sort_values(["date", "customer_id", "reason"], kind="stable", ignore_index=True)
    contacts.insert(0, "contact_id", numbered("K", block, len(contacts)))
    tables["contacts"] = contacts
    tables["verite/ventes"] = orders[["order_id", "origin"]]
    return {name: _in_seconds(table) for name, table in tables.items() if block == 0 or name not in FIRM_LEVEL}


def _with_outcomes(contacts: pd.DataFrame, targets: pd.DataFrame) -> pd.DataFrame:
    """Say of each letter and call of a campaign whether its customer bought in the window of the campaign."""
    keys = ["campaign_id", "customer_id"]
    bought = contacts[keys].merge(targets[[*keys, "bought"]], on=keys, how="left")["bought"]
    said = bought.map({True: "commande", False: "sans suite"})
    return contacts.assign(outcome=contacts["outcome"].where(contacts["outcome"].notna(), said))


def _in_seconds(table: pd.DataFrame) -> pd.DataFrame:
    """Give all dates the unit of the package, which the writer turns into Parquet dates."""
    return table.astype({name: "datetime64[s]" for name in table.select_dtypes("datetime")})
