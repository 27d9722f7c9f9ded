"""The contract on logs of contacts: what is read, with its counts, and what is refused, with its message."""
# ruff: noqa: E501 (the tables of cases)

from datetime import date

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from grc_helpers.data.loading import load
from grc_helpers.data.schemas import validated
from grc_helpers.data.warehouse import collect

F = "client;date;canal;sens\n"
DAY = date(2024, 1, 31)
COLUMNS = ("customer_id", "date", "channel", "direction")


@pytest.fixture
def read(read):
    def contacts(content, name="v.csv", **options):
        return read(content, name, kind="contacts", **options)

    return contacts


READ = {
    "outgoing": (F + "a;31/01/2024;e-mail;sortant\n", [("a", DAY, "e-mail", "sortant")]),
    "incoming, in English": (
        "customer_id,date,channel,direction\na,2024-01-31,phone,Inbound\n",
        [("a", DAY, "phone", "entrant")],
    ),
    "other words": (
        F + "a;31/01/2024;mail;REÇU\nb;31/01/2024;mail;émis\n",
        [("a", DAY, "mail", "entrant"), ("b", DAY, "mail", "sortant")],
    ),
    "neither channel nor direction in a row": (F + "a;31/01/2024;;\n", [("a", DAY, None, None)]),
    "other names": (
        "Code client;Date du contact;Canal de contact;Sens de l'appel\n007;31/01/2024 9h05;boutique;entrant\n",
        [("007", DAY, "boutique", "entrant")],
    ),
    "titles above": ("Journal\n\n" + F + "a;31/01/2024;e-mail;sortant\n", [("a", DAY, "e-mail", "sortant")]),
}


@pytest.mark.parametrize("case", READ)
def test_an_odd_file_is_read(read, rows, case):
    content, expected = READ[case]
    assert rows(read(content), *COLUMNS) == expected


REFUSED = {
    "no date": ("client;canal\na;e-mail\n", ["manque des colonnes", ": date.", "client et date"]),
    "no client": (F + ";31/01/2024;e-mail;sortant\n", ["clients vides : 1, ligne 2"]),
    "a damaged client": (F + "1,2E+05;31/01/2024;e-mail;sortant\n", ["abîmés par un tableur : 1, ligne 2"]),
    "an empty date": (F + "a;;e-mail;sortant\nb;31/01/2024;e-mail;\n", ["dates vides ou illisibles : 1, ligne 2"]),
    "ambiguous dates": (F + "a;03/04/2024;e-mail;sortant\n", ["dans les deux ordres", "ligne 2"]),
    "a direction that is none": (
        F + "a;31/01/2024;e-mail;latéral\nb;31/01/2024;e-mail;\n",
        ["« sens », sens qui ne sont ni entrant ni sortant : 1, ligne 2 (« latéral »)", "écrivez entrant ou sortant"],
    ),
    "two channels": (
        F.replace("sens", "média") + "a;31/01/2024;e-mail;x\n",
        ["même rôle", "canal : « canal », « média »"],
    ),
    "a cost that is none": (
        F.replace("sens", "coût") + "a;31/01/2024;e-mail;gratuit\n",
        ["coûts illisibles : 1, ligne 2 (« gratuit »)", "écrivez les coûts comme"],
    ),
    "a negative cost": (
        F.replace("sens", "coût") + "a;31/01/2024;e-mail;-0,50\n",
        ["coûts négatifs : 1, ligne 2 (« -0,50 »)"],
    ),
    "a cost too fine": (
        F.replace("sens", "coût") + "a;31/01/2024;e-mail;0,025\nb;31/01/2024;e-mail;0,5\n",
        ["coûts à plus de deux décimales : 1, ligne 2 (« 0,025 »)", "regles.decimales=arrondir"],
    ),
    "a number taken": (
        "n° contact;client;date\n1;a;31/01/2024\n1;b;31/01/2024\n",
        ["identifiants déjà pris par une autre ligne : 1, ligne 3 (« 1 »)"],
    ),
    "a number that is missing": ("n° contact;client;date\n;a;31/01/2024\n", ["numéros de contact vides : 1, ligne 2"]),
    "names only": (F, ["ne contient aucun contact"]),
    "too many values": (F + "a;31/01/2024;e-mail;sortant;x\n", ["trop de valeurs : 1, ligne 2"]),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_bad_file_is_refused(refusal, case):
    content, expected = REFUSED[case]
    message = refusal(content)
    assert [part for part in expected if part not in message] == [], message


FULL = """Date;Client;Canal;Sens;Fonction;Motif;Campagne;Coût;Agent
31/01/2024;a;e-mail;sortant;marketing;offre;P24;0,05;x
01/02/2024;b;téléphone;entrant;service;panne;;4,50;y
01/02/2024;b;téléphone;oblique;service;panne;;;y
05/03/2025;c;e-mail;sortant;marketing;offre;P25;0,05;x
"""


def test_every_rule_is_counted_with_its_lines(read, rows):
    dataset = read(FULL, regles__sens_illisibles="vider", lecture__fin="2024-12-31")
    found = {item.rule: (item.tally.rows, item.tally.lines, item.excluded) for item in dataset.reading.findings}
    assert found == {"sens_illisibles": (1, (4,), 0), "hors_periode": (1, (5,), 1)}
    columns = ("direction", "function", "reason", "campaign_id", "cost_cents", "Agent")
    assert rows(dataset, *columns) == [
        ("sortant", "marketing", "offre", "P24", 5, "x"),
        ("entrant", "service", "panne", None, 450, "y"),
        (None, "service", "panne", None, None, "y"),
    ]
    reading = dataset.reading
    assert (reading.rows_read, reading.rows_kept, reading.customers, reading.total_cents) == (4, 3, 2, 455)
    assert "Contacts sans coût : 1, gardés ; le coût total ne les compte pas." in reading.notes
    assert (reading.start, dataset.observation_end) == (DAY, date(2024, 12, 31))
    table = validated(collect(dataset.table), "contacts")
    assert table["cost"].sum() == pytest.approx(4.55)


def test_a_row_whose_direction_is_unknown_can_be_excluded(read, rows):
    dataset = read(FULL, regles__sens_illisibles="exclure")
    assert [row[0] for row in rows(dataset, "customer_id")] == ["a", "b", "c"]
    assert dataset.reading.finding("sens_illisibles").excluded == 1


def test_the_columns_that_are_missing_are_said(read):
    reading = read("client;date;canal\na;31/01/2024;e-mail\n").reading
    assert (
        "Colonnes absentes : sens, fonction, motif, campagne, coût ; ce qui en dépend ne pourra pas être étudié."
        in (reading.notes)
    )


def test_parquet_with_its_own_types(tmp_path, load_with, rows):
    table = {"customer_id": [1, 2], "date": pa.array([DAY] * 2), "channel": ["web", None], "cost": [0.1 + 0.2, None]}
    pq.write_table(pa.table(table), tmp_path / "v.parquet")
    dataset = load_with(tmp_path / "v.parquet", kind="contacts")
    assert rows(dataset, "customer_id", "channel", "cost_cents") == [("1", "web", 30), ("2", None, None)]


def test_the_course_s_firm_has_contacts(connection):
    dataset = load("cafes_merle", kind="contacts", connection=connection)
    table = validated(collect(dataset.table), "contacts")
    assert (
        dataset.observation_start <= table["date"].min().date() <= table["date"].max().date() <= dataset.observation_end
    )
    assert {"function", "reason"} <= set(table.columns) and len(table) > 1000
