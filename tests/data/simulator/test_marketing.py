"""Marketing as a whole: same seed, same tables; nothing under `pure`; labels; tables that hold together."""

import numpy as np
import pandas as pd
import pytest

from grc_helpers.data.simulator.campaigns import GIFT_PRODUCT
from grc_helpers.data.simulator.config import SimulationConfig
from grc_helpers.data.simulator.labels_marketing import LABELS
from grc_helpers.data.simulator.marketing import make_marketing
from grc_helpers.data.simulator.population import make_population
from grc_helpers.data.simulator.purchases import make_orders
from grc_helpers.data.simulator.simulate import simulate
from grc_helpers.data.simulator.truth import read_truth

SMALL = {"customers": 900, "seed": 3}


def made(block=0, **settings):
    config = SimulationConfig(**settings)
    population = make_population(config, block)
    return make_marketing(config, population, make_orders(config, population))


def test_no_effect_on_sales_under_pure(firm):
    config = firm().config.pure()
    population = make_population(config)
    base = make_orders(config, population)
    orders, after, _ = make_marketing(config, population, base)
    pd.testing.assert_frame_equal(orders.drop(columns="origin"), base)
    assert orders["origin"].eq("base").all()
    assert after["lifetime_end"].equals(population["lifetime_end"])


def test_same_seed_same_tables_and_tables_can_be_left_out():
    one, two = made(**SMALL), made(**SMALL)
    assert one[2].keys() == two[2].keys()
    for name, table in one[2].items():
        pd.testing.assert_frame_equal(table, two[2][name])
    config = SimulationConfig(**SMALL)
    population = make_population(config)
    alone = make_marketing(config, population, make_orders(config, population), only_sales=True)
    pd.testing.assert_frame_equal(alone[0], one[0])
    assert alone[2] == {}


@pytest.mark.parametrize(
    ("setting", "value", "changed"),
    [
        ("email_click", 0.5, {"emails", "contacts"}),
        ("optin_reward", 0.5, {"journal_collecte"}),
        ("survey_drift", 0.3, {"enquete_satisfaction", "verite/enquete"}),
        ("points_use", 0.1, {"carte_points"}),
        ("prospect_office", 0.1, {"prospects"}),
        ("referral_reward", 20.0, {"parrainages"}),
    ],
)
def test_a_setting_of_one_table_moves_no_other(setting, value, changed):
    before, after = made(**SMALL)[2], made(**SMALL, **{setting: value})[2]
    moved = {name for name in before if not before[name].equals(after[name])}
    assert moved == changed


def test_each_written_column_has_its_label(firm):
    tables = {name: table for name, table in firm().tables.items() if not name.startswith("verite/")}
    assert tables.keys() == LABELS.keys()
    for name, table in tables.items():
        columns = [column.removesuffix("_cents") for column in table.columns]
        assert columns == list(LABELS[name]), name


def test_tables_point_to_customers_and_orders_that_exist(firm):
    here = firm()
    customers, orders = set(here.population["customer_id"]), here.orders.set_index("order_id")["customer_id"]
    for name, table in here.tables.items():
        for column in {"customer_id", "sponsor_id"} & set(table):
            assert table[column].dropna().isin(customers).all(), name
        if "order_id" in table:
            known = table["order_id"].dropna()
            assert known.isin(orders.index).all() and len(known) > 0, name
            if "customer_id" in table:
                assert (orders[known].to_numpy() == table.loc[known.index, "customer_id"].to_numpy()).all(), name
    assert here.orders["order_id"].is_unique
    assert here.orders["order_id"].tolist() == here.tables["verite/ventes"]["order_id"].tolist()


def test_nothing_is_dated_outside_the_period(firm):
    late = {("ciblage", "observed_until"), ("commerciaux", "hired"), ("prospects", "first_contact")}
    for name, table in firm().tables.items():
        if name.startswith("verite/"):
            continue
        for column in table.select_dtypes("datetime"):
            if (name, column) not in late:
                assert table[column].min() >= pd.Timestamp("2023-01-01"), (name, column)
                assert table[column].max() <= pd.Timestamp("2025-12-31"), (name, column)
            assert table[column].dtype == "datetime64[s]", (name, column)


def test_second_block_has_other_ids_and_no_table_of_the_firm():
    settings = {"customers": 10_400, "seed": 3}
    first, second = made(0, **settings)[2], made(1, **settings)[2]
    assert set(first) - set(second) >= {"campagnes", "maturite", "essai_budget"}
    keys = {"contacts": "contact_id", "tickets": "ticket_id", "emails": "email_id", "coupons": "coupon_id"}
    keys |= {
        "prospects": "prospect_id",
        "parcours": "journey_id",
        "journal_synchro": "update_id",
        "commerciaux": "rep_id",
    }
    for name, key in keys.items():
        assert not set(first[name][key]) & set(second[name][key]), name


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return simulate(SimulationConfig(customers=1200, seed=6), tmp_path_factory.mktemp("firms") / "merle")


def test_the_written_firm_has_all_the_tables_and_keeps_the_truth_apart(folder):
    written = {path.stem for path in folder.glob("*.parquet")}
    assert set(LABELS) <= written and not {"uplift", "ouvertures", "incidents"} & written
    uplift, clients = read_truth(folder, "uplift"), read_truth(folder, "clients")
    assert uplift["uplift_type"].tolist() == clients["uplift_type"].tolist()
    sales = pd.read_parquet(folder / "ventes.parquet")
    assert "origin" not in sales
    contacts = pd.read_parquet(folder / "contacts.parquet")
    assert {"marketing", "service", "vente"} == set(contacts["function"])
    assert contacts.loc[contacts["channel"] == "courrier", "cost"].isin([0.0, 0.95, 2.4]).all()


def test_lines_add_up_to_the_sales_and_the_box_is_one_line(folder):
    sales = pd.read_parquet(folder / "ventes.parquet").set_index("order_id")["amount"]
    lines = pd.read_parquet(folder / "lignes.parquet")
    assert np.allclose(lines.groupby("order_id")["amount"].sum()[sales.index], sales)
    origin = read_truth(folder, "ventes").set_index("order_id")["origin"]
    box = lines["product_id"] == GIFT_PRODUCT
    assert sorted(lines.loc[box, "order_id"]) == sorted(origin.index[origin == "coffret"])
    assert (lines.loc[box, ["quantity", "amount", "discount", "cost"]] == [1, 32.0, 0, 18.5]).all(axis=None)
    products = pd.read_parquet(folder / "produits.parquet").set_index("product_id")
    assert products.loc[GIFT_PRODUCT, "name"] == "Coffret de Noël" and products.index.is_unique
    assert lines["product_id"].isin(products.index).all()


def test_the_heart_of_the_firm_has_the_same_sales(folder, tmp_path):
    heart = simulate(SimulationConfig(customers=1200, seed=6, tables="coeur"), tmp_path / "coeur")
    assert not {"contacts", "emails"} & {path.stem for path in heart.glob("*.parquet")}
    for name in ("ventes", "lignes"):
        one, two = (pd.read_parquet(place / f"{name}.parquet") for place in (folder, heart))
        pd.testing.assert_frame_equal(one, two)


@pytest.mark.parametrize(
    "settings",
    [
        {"customers": 50, "seed": 5},
        {"customers": 200, "office_share": 0.0},
        {"customers": 200, "process": "Pareto/NBD"},
        {"customers": 200, "rate_alpha": 400.0},
    ],
)
def test_very_small_firms_are_made(settings):
    orders, population, tables = made(**settings)
    assert len(population) == settings["customers"] and len(orders) >= len(population)
    assert {"tickets", "contacts", "emails", "enquete_satisfaction", "prospects"} <= set(tables)
