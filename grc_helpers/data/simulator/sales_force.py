"""Sales reps, their portfolios, their visits, their departures (what a departure loses is in `process` and `reps`)."""

import numpy as np
import pandas as pd

from grc_helpers.data.simulator.clock import HORIZON
from grc_helpers.data.simulator.config import START, SimulationConfig
from grc_helpers.data.simulator.costs import VISIT_CENTS
from grc_helpers.data.simulator.draws import as_dates, as_days
from grc_helpers.data.simulator.events import contact_rows
from grc_helpers.data.simulator.process import block_of
from grc_helpers.data.simulator.reps import make_reps
from grc_helpers.data.simulator.streams import stream

PATIENCE = 150  # days without an order after which a rep visits no more
FOLLOWS = 7  # days after a visit during which an order is put to its account


def make_sales_force(config: SimulationConfig, population: pd.DataFrame, orders: pd.DataFrame) -> dict:
    """Write reps and portfolios, and draw the visits.

    Returns
    -------
    dict of pandas.DataFrame
        commerciaux (rep_id, hired, left, shared_base), portefeuilles (rep_id, customer_id, since, until (NaT: still)),
        contacts (visits).
    """
    block = block_of(population)
    reps = make_reps(config, block)
    hired = stream(config.seed, "commerciaux/arrivee", block).integers(200, 3000, len(reps))
    portfolios = _portfolios(population, reps)
    return {
        "commerciaux": pd.DataFrame(
            {
                "rep_id": reps["rep_id"],
                "hired": (np.datetime64(START) - hired.astype("timedelta64[D]")).astype("datetime64[s]"),
                "left": reps["left"],
                "shared_base": reps["shared_base"],
            }
        ),
        "portefeuilles": portfolios,
        "contacts": _visits(config, population, orders, portfolios, block),
    }


def _portfolios(population: pd.DataFrame, reps: pd.DataFrame) -> pd.DataFrame:
    """Return who followed each office, and when: the rep, then the successor from the day when the rep left."""
    offices = population[population["rep_id"].notna()][["customer_id", "rep_id", "acquired"]]
    table = offices.merge(reps[["rep_id", "left", "successor_id"]], on="rep_id")
    first = table[table["left"].isna() | (table["left"] > table["acquired"])]
    first = first.assign(since=first["acquired"], until=first["left"])
    then = table[table["left"].notna()]
    since = then[["left", "acquired"]].max(axis=1)
    then = then.assign(rep_id=then["successor_id"], since=since, until=pd.NaT)
    both = pd.concat([first, then.astype({"until": "datetime64[s]"})])[["rep_id", "customer_id", "since", "until"]]
    return both.sort_values(["customer_id", "since"], kind="stable", ignore_index=True)


def _visits(config, population, orders, portfolios, block) -> pd.DataFrame:
    """Draw the visits: a Poisson process, more for those who ask for more, until the office is silent for too long."""
    rng = stream(config.seed, "commerciaux/visites", block)
    ids = pd.Index(population["customer_id"])
    row = ids.get_indexer(portfolios["customer_id"])
    bought = np.zeros(len(population))
    np.maximum.at(bought, orders["row"].to_numpy(), as_days(orders["date"]))
    since = as_days(portfolios["since"])
    until = np.minimum(np.nan_to_num(as_days(portfolios["until"]), nan=HORIZON), bought[row] + PATIENCE)
    length = np.maximum(np.minimum(until, HORIZON) - since, 0)
    count = rng.poisson(length * population["service_load"].to_numpy()[row] / config.visit_days)
    place = np.repeat(np.arange(len(portfolios)), count)
    day = np.floor(since[place] + rng.random(len(place)) * length[place])
    weekend = (START.weekday() + day.astype(int)) % 7
    day = np.minimum(np.where(weekend > 4, day + 7 - weekend, day), HORIZON - 1)
    visits = pd.DataFrame({"row": row[place], "date": as_dates(day)}).sort_values("date", kind="stable")
    nearest = orders[["row", "date"]].assign(ordered=orders["date"]).sort_values("date", kind="stable")
    visits = pd.merge_asof(
        visits, nearest, on="date", by="row", direction="forward", tolerance=pd.Timedelta(days=FOLLOWS)
    )
    outcome = np.where(visits["ordered"].notna(), "commande", "sans suite")
    return contact_rows(
        ids.to_numpy()[visits["row"]],
        visits["date"],
        "visite",
        "vente",
        "visite",
        cost=VISIT_CENTS / 100,
        outcome=outcome,
    )
