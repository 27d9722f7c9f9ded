"""The warehouse of golden customers: keys hold, nothing is lost, addresses have a history; the view all round."""

import pandas as pd
import pytest

from grc_helpers.data.warehouse import connect
from grc_helpers.identity.golden import golden_records
from grc_helpers.identity.star import ALWAYS, FOREVER, TABLES, address_history, ask, build, integrity
from grc_helpers.identity.timeline import contradictions, events, views


def record(record_id: str, updated: str, number: str | None, street: str | None, **fields) -> dict:
    base = dict.fromkeys(["title", "company", "birth_date", "complement", "landline", "email", "mobile"])
    base |= {"given_name": "ANA", "family_name": "ROY", "postcode": "49000", "city": "ANGERS"}
    return base | {"record_id": record_id, "updated": updated, "number": number, "street": street} | fields


@pytest.fixture
def people():
    records = pd.DataFrame(
        [
            record("caisse_carte/1", "2023-02-01", "3", "RUE FOCH"),
            record("comptes_web/2", "2024-05-01", "3", "RUE FOHC"),
            record("telephone_crm/3", "2025-01-10", "8", "AVENUE PASTEUR", postcode="49100"),
            record("caisse_carte/4", "2023-03-01", None, None, given_name="LUC"),
        ]
    )
    records["updated"] = records["created"] = pd.to_datetime(records["updated"])
    records["source"], records["record_key"] = records["record_id"].str.split("/").str[0], list("1234")
    groups = pd.Series(["a", "a", "a", "b"], index=records["record_id"])
    return records, groups, golden_records(records, groups)


@pytest.fixture
def tables(people):
    sales = pd.DataFrame(
        {
            "order_id": ["V1", "V2", "V3"],
            "customer_id": ["G000001", "G000001", "G000002"],
            "date": pd.to_datetime(["2023-02-01", "2025-01-10", "2024-03-03"]),
            "channel": ["boutique", "téléphone", "boutique"],
            "amount": [10.10, 5.0, 7.0],
        }
    )
    lines = pd.DataFrame(
        {"order_id": ["V1", "V1", "V2", "V3"], "product_id": ["P1", "P2", "P1", "P1"], "quantity": 1.0}
    ).assign(amount=[4.05, 6.05, 5.0, 7.0])
    contacts = pd.DataFrame({"contact_id": ["K1"], "customer_id": ["G000002"], "date": pd.to_datetime(["2025-06-01"])})
    contacts = contacts.assign(channel="e-mail", direction="sortant", function="marketing", reason="offre", cost=0.01)
    return {
        "ventes": sales,
        "lignes": lines,
        "contacts": contacts.assign(campaign_id="C1"),
        "produits": pd.DataFrame(
            {"product_id": ["P1", "P2"], "name": ["Moka", "Tasse"], "category": ["café", "objet"]}
        ),
        "campagnes": pd.DataFrame({"campaign_id": ["C1"], "name": ["Rentrée"]}),
        "versions": address_history(*people),
    }


def test_a_move_makes_a_version_a_slip_does_not(tables):
    versions = tables["versions"]
    ana = versions[versions["customer_id"] == "G000001"]
    assert ana["street"].tolist() == ["RUE FOCH", "AVENUE PASTEUR"]
    assert ana["valid_from"].tolist() == [ALWAYS, pd.Timestamp("2025-01-10")]
    assert ana["valid_to"].tolist() == [pd.Timestamp("2025-01-10"), FOREVER]
    luc = versions[versions["customer_id"] == "G000002"]
    assert len(luc) == 1 and luc["current"].all() and luc["street"].isna().all() and luc["postcode"].eq("49000").all()


def test_facts_point_to_the_version_of_their_day(tables):
    connection = connect(threads=1)
    rows = build(connection, tables)
    assert list(rows) == list(TABLES) and (rows["fait_ventes"], rows["fait_contacts"], rows["dim_client"]) == (4, 1, 3)
    sql = "SELECT street FROM fait_ventes JOIN dim_client USING (cle_client) WHERE order_id = '{}' LIMIT 1"
    street = [connection.raw_sql(sql.format(order)).fetchall()[0][0] for order in ("V1", "V2")]
    assert street == ["RUE FOCH", "AVENUE PASTEUR"]
    assert ask(connection, "SELECT sum(montant_centimes) FROM fait_ventes") == 2210
    assert rows["dim_temps"] == (pd.Timestamp("2025-06-01") - pd.Timestamp("2023-02-01")).days + 1


def test_a_sound_warehouse_has_no_fault_and_is_built_again(tables):
    connection = connect(threads=1)
    build(connection, tables)
    build(connection, tables)
    assert integrity(connection)["faults"].eq(0).all()


FAULTS = {
    "DELETE FROM dim_produit WHERE product_id = 'P2'": "lignes de fait_ventes sans dim_produit",
    "INSERT INTO dim_canal SELECT * FROM dim_canal LIMIT 1": "clés répétées ou vides dans dim_canal",
    "UPDATE fait_ventes SET montant_centimes = montant_centimes + 1": "centimes d'écart avec les lignes de vente",
    "DELETE FROM fait_contacts": "contacts perdus ou répétés",
    "UPDATE dim_client SET valid_to = DATE '2025-02-01'": "périodes d'un client qui se chevauchent",
    "UPDATE dim_client SET current = false": "clients sans version en cours, ou avec plusieurs",
}


@pytest.mark.parametrize("damage", FAULTS)
def test_each_fault_is_found(tables, damage):
    connection = connect(threads=1)
    build(connection, tables)
    connection.raw_sql(damage)
    faults = integrity(connection).set_index("test")["faults"]
    assert faults[FAULTS[damage]] > 0


def test_a_sale_of_an_unknown_customer_is_seen(tables):
    tables["ventes"].loc[0, "customer_id"] = "G999999"
    connection = connect(threads=1)
    build(connection, tables)
    assert integrity(connection).set_index("test").loc["lignes de fait_ventes sans dim_client", "faults"] == 2


# The view all round


def test_events_of_one_customer_in_the_order_of_time(people, tables):
    records, groups, golden = people
    owners = pd.Series(["G000001", "G000001", "G000001", "G000002"], index=records["record_key"])
    consents = pd.DataFrame({"record_key": ["2", "4"], "channel": "e-mail", "answer": ["oui", "non"], "how": "site"})
    consents["date"] = pd.to_datetime(["2024-05-01", "2024-05-02"])
    found = events(
        "G000001",
        records=records,
        sales=tables["ventes"],
        contacts=tables["contacts"],
        consents=consents,
        owners=owners,
    )
    assert found["date"].is_monotonic_increasing
    assert found["service"].value_counts().to_dict() == {"fiche": 3, "vente": 2, "accord": 1}
    assert found.loc[found["service"] == "accord", "what"].item() == "accepte e-mail"
    assert found["amount"].sum() == pytest.approx(15.10)


def test_what_services_know_alone_and_together():
    table = views({"vente": {"a", "b", "c"}, "service": {"c", "d"}}).set_index("service")
    assert table.loc["vente", ["known", "only"]].tolist() == [3, 2]
    assert table.loc["tous ensemble", "known"] == 4 and table.loc["service", "share"] == 0.5


def test_contradictions_need_two_different_answers_to_one_question():
    rows = [("a", "délai", "deux jours"), ("a", "délai", "cinq jours"), ("b", "délai", "x"), ("b", "délai", "x")]
    rows += [("c", "délai", "x"), ("a", None, None)]
    table = contradictions(pd.DataFrame(rows, columns=["customer_id", "subject", "answer"]))
    assert table.to_dict("records") == [{"subject": "délai", "asked": 2, "contradicted": 1, "share": 0.5}]
