"""The whole firm: block after block, each maker in its turn, into a folder with its card."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pandas as pd

from grc_helpers.data.simulator.baskets import make_lines
from grc_helpers.data.simulator.campaigns import gift_lines, gift_product
from grc_helpers.data.simulator.card import make_card
from grc_helpers.data.simulator.config import BLOCK, SimulationConfig
from grc_helpers.data.simulator.contracts import make_contracts
from grc_helpers.data.simulator.costs import make_channel_costs, make_service_costs
from grc_helpers.data.simulator.effects import make_effects, web_displacement
from grc_helpers.data.simulator.marketing import make_marketing
from grc_helpers.data.simulator.population import make_population
from grc_helpers.data.simulator.products import make_products
from grc_helpers.data.simulator.purchases import make_orders
from grc_helpers.data.simulator.source_files import make_sources
from grc_helpers.data.simulator.writing import SOURCES, FolderWriter, SourceFile

SEEN = ["customer_id", "kind", "birth_year", "household_size", "zone", "distance_km", "acquired", "acquisition_channel"]
SEEN += ["acquisition_cost_cents", "card_from", "web_user", "discount_rate", "rep_id", "consent_email", "consent_phone"]
FAST, SMALL = 3, 19  # zstd levels: large runs, and those of a course
Tables = dict[str, pd.DataFrame | SourceFile]
Maker = Callable[[SimulationConfig, pd.DataFrame, pd.DataFrame, Mapping[str, pd.DataFrame]], Tables]


def service_costs(config, population, orders, made) -> Tables:
    """Make the cost to serve of each customer, from the sales, the tickets and the contacts made so far."""
    return {"couts_service": make_service_costs(config, population, orders, made["lignes"], made)}


def displacement(config, population, orders, made) -> Tables:
    """Make the truth on what the web shop displaces."""
    return {"verite/cannibalisation": web_displacement(config, population, orders)}


def identities(config, population, orders, made) -> Tables:
    """Make the files of the firm before its step 1, and the truth on who is behind each record."""
    return make_sources(config, population, orders)


# What comes after the sales: (French name of the step, maker); each one sees the tables made before it.
MAKERS: tuple[tuple[str, Maker], ...] = (
    ("coûts de service", service_costs),
    ("cannibalisation", displacement),
    ("fichiers sources", identities),
)


def simulate(config: SimulationConfig, out: Path, progress: Callable[[int, int, str], None] = lambda *_: None) -> Path:
    """Write the simulated firm into a new folder.

    Parameters
    ----------
    config : SimulationConfig
    out : Path
        Folder to be made; its name is that of the data set.
    progress : callable, optional
        Called with (steps done, steps in all, French name of the step under way).

    Returns
    -------
    Path
        The folder, with its card README.md, its tables, ``sources`` and ``verite``.

    Raises
    ------
    GrcError
        The folder exists, or cannot be written.
    """
    makers = MAKERS if config.tables == "toutes" else ()
    steps = config.blocks * (1 + len(makers)) + 1
    with FolderWriter(out, level=SMALL if config.customers <= BLOCK else FAST) as writer:
        for name, frame in firm_tables(config).items():
            writer.add(name, frame)
        for block in range(config.blocks):
            done = block * (1 + len(makers))
            progress(done, steps, "clients et ventes")
            population, orders, made = sales_tables(config, block)
            _write(writer, made)
            for number, (label, maker) in enumerate(makers):
                progress(done + 1 + number, steps, label)
                tables = maker(config, population, orders, made)
                made |= tables
                _write(writer, tables)
        progress(steps - 1, steps, "carte")
        folder = writer.finish(make_card(config, writer.out.name, writer.close_tables()))
    progress(steps, steps, "terminé")
    return folder


def _write(writer: FolderWriter, tables: Tables) -> None:
    for name, frame in tables.items():
        if isinstance(frame, SourceFile):
            writer.add_source(name.removeprefix(f"{SOURCES}/"), frame)
        else:
            writer.add(name, frame)


def firm_tables(config: SimulationConfig) -> Tables:
    """Make the tables that no customer changes: catalogue, prices, costs of channels, effects."""
    products = make_products()
    for name, box in gift_product(config).items():
        products[name] = pd.concat([products[name], box], ignore_index=True)
    return products | {"couts_canaux": make_channel_costs(config)} | make_effects(config)


def sales_tables(config: SimulationConfig, block: int) -> tuple[pd.DataFrame, pd.DataFrame, Tables]:
    """Make customers, sales, lines and contracts of a block; return (population, orders, tables)."""
    population = make_population(config, block)
    few = config.tables != "toutes"
    orders, population, tables = make_marketing(config, population, make_orders(config, population), only_sales=few)
    contracts = make_contracts(config, population)
    boxes = orders["origin"] == "coffret"
    lines = pd.concat([make_lines(config, population, orders[~boxes]), gift_lines(config, orders[boxes])])
    tables |= {
        "ventes": orders.drop(columns=["row", "origin"]),
        "lignes": lines.sort_values("order_id", kind="stable", ignore_index=True),
        "clients": _seen(population),
        "contrats": contracts.drop(columns="sequence"),
        "verite/clients": population.drop(columns="acquired_time"),
        "verite/contrats": contracts[["contract_id", "customer_id", "sequence"]],
    }
    return population, orders, tables


def _seen(population: pd.DataFrame) -> pd.DataFrame:
    """Return what the firm knows of identified customers; age and household by card or account only."""
    known = population["card_from"].notna() | population["web_user"]
    return population[SEEN].assign(
        birth_year=population["birth_year"].where(known), household_size=population["household_size"].where(known)
    )
