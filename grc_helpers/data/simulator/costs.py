"""What channels cost, and what serving each customer costs: some large customers lose money."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from grc_helpers.data.simulator.config import SimulationConfig
from grc_helpers.data.simulator.process import block_of
from grc_helpers.data.simulator.products import YEARS
from grc_helpers.data.simulator.streams import stream

ORDER_CENTS = {"boutique": 110, "web": 190, "téléphone": 420, "commercial": 900}  # to take and prepare an order
DELIVERY_CENTS, KM_CENTS, PARCEL_CENTS, ROUND_KM = 620, 28, 950, 60  # our own round up to 60 km, a parcel beyond
TICKET_CENTS, VISIT_CENTS = 1250, 5500
FIRM = 5_000  # customers that these fixed costs and capacities are made for; they follow the number of customers
CHANNEL_COSTS = (  # channel, role, fixed cost in 2023 (EUR), cost per order or contact (EUR), capacity a week, reach
    ("boutique", "vente", 54_000, 1.10, 500, 0.62),
    ("web", "vente", 19_000, 1.90, 2000, 0.97),
    ("téléphone", "vente", 9_500, 4.20, 90, 1.00),
    ("commercial", "vente", 29_000, 9.00, 40, 0.08),
    ("e-mail", "contact", 2_400, 0.02, 100_000, 0.58),
    ("SMS", "contact", 400, 0.07, 20_000, 0.31),
    ("courrier", "contact", 800, 0.95, 4_000, 0.98),
    ("appel", "contact", 3_200, 4.80, 150, 0.31),
    ("visite", "contact", 4_000, 55.00, 30, 0.08),
)
INFLATION = (1.0, 1.035, 1.06)
WEB_BEFORE_OPENING = 0.35  # the web shop is paid for while it is being built


def make_channel_costs(config: SimulationConfig) -> pd.DataFrame:
    """Return ``couts_canaux``: channel, role, year, fixed_cost_cents, unit_cost_cents, capacity_week, reach."""
    rows, size = [], config.customers / FIRM
    for year, rise in zip(YEARS, INFLATION, strict=True):
        for channel, role, fixed, unit, capacity, reach in CHANNEL_COSTS:
            part = WEB_BEFORE_OPENING if channel == "web" and year == YEARS[0] else 1.0
            fixed_cents = 100 * round(fixed * rise * part * size)
            rows.append((channel, role, year, fixed_cents, round(100 * unit), round(capacity * size), reach))
    names = ["channel", "role", "year", "fixed_cost_cents", "unit_cost_cents", "capacity_week", "reach"]
    return pd.DataFrame(rows, columns=names)


def make_service_costs(
    config: SimulationConfig,
    population: pd.DataFrame,
    orders: pd.DataFrame,
    lines: pd.DataFrame,
    others: Mapping[str, pd.DataFrame],
) -> pd.DataFrame:
    """Return ``couts_service``: what serving each customer took and cost, by year.

    Parameters
    ----------
    others : mapping
        ``tickets`` (customer_id, date) and ``contacts`` (customer_id, date, channel), where they exist; a contact whose
        channel is "visite" is a visit.

    Returns
    -------
    pandas.DataFrame
        customer_id, year, orders, deliveries, tickets, visits, discount_cents (already out of the amounts),
        handling_cost_cents, delivery_cost_cents, ticket_cost_cents, visit_cost_cents, service_cost_cents (their sum).
    """
    keys = ["customer_id", "year"]
    year = orders["date"].dt.year
    deliveries, cost = _deliveries(config, population, orders)
    discount = lines.groupby("order_id")["discount_cents"].sum().reindex(orders["order_id"]).to_numpy()
    work = pd.DataFrame(
        {
            "customer_id": orders["customer_id"],
            "year": year,
            "orders": 1,
            "deliveries": deliveries,
            "discount_cents": discount,
            "handling_cost_cents": orders["channel"].map(ORDER_CENTS),
            "delivery_cost_cents": cost,
        }
    )
    table = work.groupby(keys).sum()
    contacts = others.get("contacts")
    visits = contacts[contacts["channel"] == "visite"] if contacts is not None else None
    for name, frame in (("tickets", others.get("tickets")), ("visits", visits)):
        table = table.join(_count(frame, name), how="outer")
    table = table.fillna(0).astype("int64")
    table["ticket_cost_cents"] = table["tickets"] * TICKET_CENTS
    table["visit_cost_cents"] = table["visits"] * VISIT_CENTS
    parts = ["handling_cost_cents", "delivery_cost_cents", "ticket_cost_cents", "visit_cost_cents"]
    table["service_cost_cents"] = table[parts].sum(axis=1)
    columns = ["orders", "deliveries", "tickets", "visits", "discount_cents", *parts, "service_cost_cents"]
    return table[columns].reset_index().astype({"year": "int64"})


def _count(frame: pd.DataFrame | None, name: str) -> pd.Series:
    """Count the rows of a table by customer and year."""
    if frame is None:
        index = pd.MultiIndex.from_arrays([[], []], names=["customer_id", "year"])
        return pd.Series([], index=index, name=name, dtype="int64")
    return frame.groupby(["customer_id", frame["date"].dt.year.rename("year")]).size().rename(name)


def _deliveries(config, population, orders) -> tuple[np.ndarray, np.ndarray]:
    """Draw the number of deliveries of each order, and what they cost in cents."""
    rng = stream(config.seed, "couts/livraisons", block_of(population))
    row, channel = orders["row"].to_numpy(), orders["channel"].to_numpy()
    office = population["kind"].eq("bureau").to_numpy()[row]
    km = population["distance_km"].to_numpy()[row]
    collected = (channel == "boutique") | ((channel == "web") & ~office & (km <= 12) & (rng.random(len(row)) < 0.45))
    split = rng.poisson(np.where(office, 0.8, 0.05) * population["service_load"].to_numpy()[row])
    count = np.where(collected, 0, 1 + split)
    each = np.where(km <= ROUND_KM, DELIVERY_CENTS + KM_CENTS * km, PARCEL_CENTS)
    return count, np.round(count * each).astype("int64")
