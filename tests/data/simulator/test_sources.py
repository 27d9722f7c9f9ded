"""The firm's files before its step 1: who is where, what is wrong in them, and that they can be read back."""

import io

import numpy as np
import openpyxl
import pandas as pd
import pyarrow.parquet as pq
import pytest

from grc_helpers.data.simulator.config import SimulationConfig
from grc_helpers.data.simulator.mistakes import typo, wrong_date, wrong_digit, wrong_email
from grc_helpers.data.simulator.people import make_people
from grc_helpers.data.simulator.population import make_population
from grc_helpers.data.simulator.purchases import make_orders
from grc_helpers.data.simulator.source_files import encode, make_sources
from grc_helpers.data.simulator.sources import CHANNELS, SOURCES, WRONG, make_records
from grc_helpers.data.simulator.writing import SourceFile

CONFIG = SimulationConfig(seed=11, customers=3_000)


def world(config):
    population = make_population(config, 0)
    return population, make_orders(config, population)


@pytest.fixture(scope="module")
def firm():
    return world(CONFIG)


@pytest.fixture(scope="module")
def records(firm) -> pd.DataFrame:
    return make_records(CONFIG, *firm)


@pytest.fixture(scope="module")
def tables(firm) -> dict[str, pd.DataFrame]:
    return make_sources(CONFIG, *firm)


def test_same_seed_same_files(firm, tables):
    again = make_sources(CONFIG, *firm)
    files = {name: file for name, file in tables.items() if isinstance(file, SourceFile)}
    for name in set(tables) - set(files):
        pd.testing.assert_frame_equal(again[name], tables[name])
    assert len(files) == len(SOURCES)
    assert all(file.encode(file.table) == again[name].encode(again[name].table) for name, file in files.items())


def test_every_order_is_under_a_record_of_its_customer_made_before_it(firm, tables, records):
    orders, sales = firm[1], tables["sources/ventes_comptes"]
    made = sales.merge(records, left_on="account_id", right_on="record_key", how="left", validate="many_to_one")
    assert sales["order_id"].tolist() == orders["order_id"].tolist()
    assert made["person_id"].tolist() == orders["customer_id"].tolist()
    assert (made["created"] <= made["date"]).all()
    assert made["source"].tolist() == orders["channel"].map(CHANNELS).tolist()
    assert np.allclose(sales["amount_cents"].sum(), orders["amount_cents"].sum())


def test_keys_are_unique_and_say_nothing_of_the_customer(tables, records):
    assert records["record_key"].is_unique
    for file, made in tables.items():
        if file.startswith("sources/"):
            text = (made.table if isinstance(made, SourceFile) else made).astype(str)
            assert not text.apply(lambda column: column.str.fullmatch(r"M\d{7}")).any(axis=None), file
    rank = records[records["source"] == "caisse_carte"]["person_id"].rank()
    assert abs(np.corrcoef(rank, np.arange(len(rank)))[0, 1]) < 0.1


def test_truth_names_the_person_behind_every_record(firm, tables):
    truth, population = tables["verite/personnes"], firm[0]
    customers = truth["customer_id"].dropna()
    assert truth["person_id"].notna().all() and set(customers) <= set(population["customer_id"])
    strangers = truth[truth["customer_id"].isna()]
    assert set(strangers["source"]) == {"fichier_externe"} and strangers["person_id"].str.startswith("X").all()
    assert len(tables["verite/identites"]) == len(population)


def test_a_record_without_mistake_says_who_the_person_is(firm, records):
    people = make_people(CONFIG, firm[0]).set_index("customer_id")
    clean = records[records["errors"].eq("") & records["person_id"].str.startswith("M")]
    who = people.loc[clean["person_id"]].reset_index()
    for name in ("given_name", "family_name", "street", "postcode", "mobile", "landline", "email"):
        given = clean[name].reset_index(drop=True)
        assert (given.eq("") | given.eq(who[name])).all(), name
    assert len(clean) > 0.6 * len(records)


def test_an_old_address_is_the_one_before_the_move(firm, records):
    people = make_people(CONFIG, firm[0]).set_index("customer_id")
    old = records[records["errors"].eq("ancienne adresse") & records["person_id"].str.startswith("M")]
    who = people.loc[old["person_id"]].reset_index()
    assert len(old) > 50 and (old["updated"].to_numpy() < who["moved"].to_numpy()).all()
    assert (old["street"].eq("").to_numpy() | (old["street"].to_numpy() == who["former_street"].to_numpy())).all()


@pytest.mark.parametrize("label", ["faute dans le nom", "nom et prénom échangés", "prénom abrégé"])
def test_mistakes_have_the_stated_rates(records, label):
    """A mistake needs a field to be in, so that the rates are bounds; names are nearly always there."""
    for source, share in WRONG[label].items():
        mine = records[records["source"] == source]
        found = mine["errors"].str.contains(label).mean()
        assert found <= share + 4 * np.sqrt(share * (1 - share) / len(mine)) + 1e-9, source
        if label == "faute dans le nom":
            assert found >= 0.8 * share - 4 * np.sqrt(share * (1 - share) / len(mine)), source


def test_without_errors_nor_duplicates_the_files_are_clean(firm):
    config = SimulationConfig(seed=11, customers=3_000, source_errors=0.0, source_duplicates=0.0)
    records = make_records(config, *firm)
    assert not records.duplicated(["source", "person_id"]).any()
    labels = set(records["errors"].str.split("|").explode()) - {""}
    assert labels == {"ancienne adresse", "ancien nom"}


def test_more_errors_leave_the_persons_and_the_files_as_they_are(firm, records):
    config = SimulationConfig(seed=11, customers=3_000, source_errors=3.0)
    more = make_records(config, *firm)
    keys = ["source", "person_id", "created"]
    pd.testing.assert_frame_equal(
        more[keys].sort_values(keys, ignore_index=True), records[keys].sort_values(keys, ignore_index=True)
    )
    assert more["errors"].str.count("faute").sum() > 2 * records["errors"].str.count("faute").sum()


def test_duplicates_in_a_file_are_later_records(records):
    counts = records[records["source"].isin(set(CHANNELS.values()))].groupby(["source", "person_id"])
    twice = counts["created"].agg(["size", "min", "max"]).query("size > 1")
    assert len(twice) > 100 and twice["size"].max() == 2 and (twice["min"] < twice["max"]).all()


# The files


def test_the_till_writes_windows_semicolons_and_french_numbers(tables):
    content = encode("caisse_carte", tables["sources/caisse_carte.csv"].table)
    with pytest.raises(UnicodeDecodeError):
        content.decode("utf-8")
    table = pd.read_csv(io.BytesIO(content), sep=";", encoding="cp1252", dtype=str, keep_default_na=False)
    assert table["Créée le"].str.fullmatch(r"\d\d/\d\d/20\d\d").all()
    assert table["Cumul achats"].str.fullmatch(r"\d+,\d\d").all()
    sales = tables["sources/ventes_comptes"]
    till = sales.loc[sales["channel"] == "boutique", "amount_cents"].sum() / 100
    assert round(table["Cumul achats"].str.replace(",", ".").astype(float).sum() - till, 2) == 0


def test_the_web_shop_writes_utf8_commas_and_iso_dates(tables):
    content = encode("comptes_web", tables["sources/comptes_web.csv"].table)
    table = pd.read_csv(io.BytesIO(content), dtype=str, keep_default_na=False)
    assert table["cree_le"].str.fullmatch(r"\d{4}-\d\d-\d\d").all() and "é" in content.decode("utf-8")
    assert table["telephone"].str.startswith("+33").any() and table["email"].str.contains("@").all()


def test_the_office_writes_a_workbook_with_titles_where_numbers_lose_their_zero(tables):
    content = encode("telephone_crm", tables["sources/telephone_crm.xlsx"].table)
    rows = list(openpyxl.load_workbook(io.BytesIO(content)).active.iter_rows(values_only=True))
    assert rows[0][0].startswith("Cafés Merle") and rows[3][0] == "Réf."
    landline = [row[6] for row in rows[4:]]
    lost = [number for number in landline if isinstance(number, int)]
    assert lost and all(100_000_000 < number < 1_000_000_000 for number in lost)
    assert len(rows) - 4 == len(tables["sources/telephone_crm.xlsx"].table)


def test_the_survey_has_a_byte_order_mark_and_the_bought_file_is_parquet_in_capitals(tables, tmp_path):
    assert encode("enquete", tables["sources/enquete.csv"].table).startswith(b"\xef\xbb\xbfR\xc3\xa9ponse\t")
    path = tmp_path / "x.parquet"
    path.write_bytes(encode("fichier_externe", tables["sources/fichier_externe.parquet"].table))
    bought = pq.read_table(path).to_pandas()
    names = bought["nom"].dropna()
    assert (names == names.str.upper()).all() and names.str.fullmatch(r"[A-Z0-9 ]+").all()


# The mistakes


def test_slips_change_a_text_but_little():
    rng = np.random.default_rng(0)
    for _ in range(300):
        assert abs(len(typo(rng)("Martin")) - 6) <= 1
        digits = wrong_digit(rng)("0639980123")
        assert len(digits) == 10 and digits.startswith("06") and digits != "0639980123"
        assert wrong_email(rng)("jean.martin@fibre.example").count("@") == 1
        date = wrong_date(rng)("1980-04-23")
        assert date != "1980-04-23" and pd.Timestamp(date)
    assert typo(rng)("Li") == "Li"
