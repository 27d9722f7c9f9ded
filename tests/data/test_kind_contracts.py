"""The contract on files of contracts: what is read, with its counts, and what is refused, with its message."""
# ruff: noqa: E501 (the tables of cases)

from datetime import date, datetime

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from grc_helpers.data.loading import load
from grc_helpers.data.schemas import validated
from grc_helpers.data.warehouse import collect
from grc_helpers.errors import GrcError

F = "contrat;client;début;fin\n"
START, END = date(2023, 1, 31), date(2023, 12, 31)
SPANS = ("customer_id", "start_date", "end_date")


@pytest.fixture
def read(read):
    def contracts(content, name="v.csv", **options):
        return read(content, name, kind="contracts", **options)

    return contracts


# What they are, their bytes, customer, start and end of each row.
READ = {
    "ended": (F + "1;a;31/01/2023;31/12/2023\n", [("a", START, END)]),
    "running: an empty end": (F + "1;a;31/01/2023;\n", [("a", START, None)]),
    "running: a word": (
        F + "1;a;31/01/2023;En cours\n2;b;31/01/2023;actif\n",
        [("a", START, None), ("b", START, None)],
    ),
    "running: a year that never comes": (
        F + "1;a;31/01/2023;31/12/9999\n2;b;31/01/2023;2999-12-31 00:00\n",
        [("a", START, None), ("b", START, None)],
    ),
    "English names": ("contract_id,customer_id,start_date,end_date\n1,a,2023-01-31,2023-12-31\n", [("a", START, END)]),
    "other French names": (
        "N° d'abonnement;Code client;Date de souscription;Date de résiliation\n1;a;31/01/2023;31/12/2023\n",
        [("a", START, END)],
    ),
    "without a number of contract": ("client;date de début;date de fin\na;31/01/2023;\n", [("a", START, None)]),
    "an order proved by the other column": (F + "1;a;03/04/2023;31/12/2023\n", [("a", date(2023, 4, 3), END)]),
    "one day": (F + "1;a;31/01/2023;31/01/2023\n", [("a", START, START)]),
    "a total": (F + "1;a;31/01/2023;\nTotal;;;1\n", [("a", START, None)]),
    "cp1252, tabs, hours": (
        (F + "é1;é;31/01/2023 10:30;31/12/2023 23:59\n").replace(";", "\t").encode("cp1252"),
        [("é", START, END)],
    ),
}


@pytest.mark.parametrize("case", READ)
def test_an_odd_file_is_read(read, rows, case):
    content, expected = READ[case]
    dataset = read(content)
    assert rows(dataset, *SPANS) == expected
    assert dataset.kind == dataset.reading.kind == "contracts"
    assert (dataset.counts().rows, dataset.counts().days) == (len(expected), None)


REFUSED = {
    "no end column": (
        "client;début\na;31/01/2023\n",
        ["manque des colonnes", ": fin.", "client, début et fin", "--set colonnes.fin=NOM"],
    ),
    "two starts": (
        "client;date de début;date d'effet;fin\na;1;2;\n",
        ["même rôle", "début : « date de début », « date d'effet »", "--set colonnes.debut="],
    ),
    "no start": (F + "1;a;;31/12/2023\n2;b;31/01/2023;\n", ["« début », dates vides ou illisibles : 1, ligne 2"]),
    "an end that is no date": (
        F + "1;a;31/01/2023;bientôt\n",
        ["« fin », dates illisibles : 1, ligne 2 (« bientôt »)", "laissez vide la fin"],
    ),
    "ends before it starts": (
        F + "1;a;31/12/2023;31/01/2023\n",
        ["fins avant le début : 1, ligne 2 (« 31/01/2023 »)", "regles.fins_avant_debut=exclure"],
    ),
    "a number taken": (
        F + "1;a;31/01/2023;\n1;b;31/01/2023;\n2;c;31/01/2023;\n1;d;31/01/2023;\n",
        ["« contrat », identifiants déjà pris par une autre ligne : 2, lignes 3, 5 (« 1 »)"],
    ),
    "no number": (F + ";a;31/01/2023;\n", ["numéros de contrat vides : 1, ligne 2"]),
    "no client": (F + "1; ;31/01/2023;\n", ["clients vides : 1, ligne 2"]),
    "ambiguous in both columns": (
        F + "1;a;03/04/2023;05/06/2023\n",
        ["« début », dates qui se lisent dans les deux ordres", "« fin », dates qui se lisent", "lecture.ordre_dates"],
    ),
    "orders that differ": (F + "1;a;31/01/2023;12/31/2023\n", ["les unes disent jour/mois et les autres mois/jour"]),
    "an amount that is none": (
        F.replace("\n", ";tarif\n") + "1;a;31/01/2023;;offert\n",
        ["montants illisibles : 1, ligne 2 (« offert »)"],
    ),
    "two currencies": (
        F.replace("\n", ";tarif\n") + "1;a;31/01/2023;;10 €\n2;b;31/01/2023;;9 CHF\n3;c;31/01/2023;;\n",
        ["plusieurs monnaies, CHF (1 ligne), € (1 ligne)"],
    ),
    "names only": (F, ["ne contient aucun contrat"]),
    "empty": ("", ["il doit nommer les colonnes (client, début, fin), puis donner un contrat par ligne"]),
    "sales": (
        "client;date;montant\na;31/01/2023;1\n",
        [": début, fin.", "si le fichier contient des ventes : --kind transactions"],
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_bad_file_is_refused(refusal, case):
    content, expected = REFUSED[case]
    message = refusal(content)
    assert [part for part in expected if part not in message] == [], message


def test_what_ends_after_the_period_was_running_in_it(read, refusal, rows):
    text = F + "1;a;31/01/2023;31/12/2023\n2;b;31/01/2023;30/06/2024\n3;c;15/02/2024;\n4;d;31/01/2023;\n"
    dataset = read(text, lecture__fin="2023-12-31")
    assert rows(dataset, *SPANS) == [("a", START, END), ("b", START, None), ("d", START, None)]
    found = {item.rule: (item.tally.rows, item.tally.lines, item.excluded) for item in dataset.reading.findings}
    assert found == {"hors_periode": (1, (4,), 1), "fins_futures": (1, (3,), 0)}
    assert (dataset.observation_end, dataset.reading.rows_read, dataset.reading.rows_kept) == (END, 4, 3)
    assert "contrats : 2 en cours et 1 fini" in dataset.reading.gist
    message = refusal(text, lecture__fin="2023-12-31", regles__fins_futures="refuser")
    assert "fins après la période observée : 1, ligne 3 (« 30/06/2024 »)" in message


def test_what_began_before_the_period_is_kept(read, rows):
    dataset = read(F + "1;a;31/01/2023;\n2;b;31/12/2023;\n", lecture__debut="2023-06-01")
    assert rows(dataset, "customer_id") == [("a",), ("b",)]
    assert dataset.observation_start == date(2023, 6, 1)


def test_the_end_of_observation_that_nothing_states_is_said(read):
    reading = read(F + "1;a;31/01/2023;\n2;a;15/02/2023;31/12/2023\n").reading
    assert any("La période observée finit le 31/12/2023, dernier jour écrit" in note for note in reading.notes)
    assert "Clients qui ont plusieurs contrats : 1." in reading.notes
    stated = read(F + "1;a;31/01/2023;\n", lecture__fin="2024-01-31").reading
    assert not any("La période observée finit" in note for note in stated.notes)
    assert any("Aucun contrat n'est fini" in note for note in stated.notes)


def test_amounts_types_and_other_columns_are_kept(read, rows):
    content = "client;début;fin;formule;tarif;ville\na;31/01/2023;;Confort;1 234,50 €;Lyon\nb;31/01/2023;;;;Nice\n"
    dataset = read(content)
    assert list(dataset.table.columns) == [*SPANS, "contract_type", "amount_cents", "ville"]
    assert rows(dataset, "contract_type", "amount_cents", "ville") == [
        ("Confort", 123450, "Lyon"),
        (None, None, "Nice"),
    ]
    assert dataset.names == {"customer_id": "client", "start_date": "début", "end_date": "fin"} | {
        "contract_type": "formule",
        "amount_cents": "tarif",
    }
    table = validated(collect(dataset.table), "contracts")
    assert table["amount"].tolist()[0] == 1234.5 and table["end_date"].isna().all()


def test_words_and_far_years_are_counted_in_the_fiche(read):
    reading = read(F + "1;a;31/01/2023;en cours\n2;b;31/01/2023;31/12/9999\n3;c;31/01/2023;\n").reading
    assert ("En cours", "fins écrites « en cours », 31/12/9999 ou de même, lues comme vides : 2") in reading.facts


def test_a_workbook(tmp_path, load_with, rows):
    book = openpyxl.Workbook()
    for row in (["N° contrat", "Client", "Date de début", "Date de fin", "Prix"],):
        book.active.append(row)
    book.active.append([1, 17, datetime(2023, 1, 31), datetime(2023, 12, 31), 12.5])
    book.active.append([2, 18, datetime(2023, 1, 31), None, None])
    book.active.append([3, 19, datetime(2023, 1, 31), datetime(9999, 12, 31), 9])
    book.save(tmp_path / "v.xlsx")
    dataset = load_with(tmp_path / "v.xlsx", kind="contracts")
    spans = [("17", START, END), ("18", START, None), ("19", START, None)]
    assert rows(dataset, *SPANS) == spans and rows(dataset, "amount_cents") == [(1250,), (None,), (900,)]


def test_parquet_with_its_own_types(tmp_path, load_with, rows):
    ends = pa.array([END, None, date(9999, 12, 31)], pa.date32())
    table = {"customer_id": [17, 18, 19], "start_date": pa.array([START] * 3), "end_date": ends, "fee": [1.5, None, 0]}
    pq.write_table(pa.table(table), tmp_path / "v.parquet")
    dataset = load_with(tmp_path / "v.parquet", kind="contracts")
    assert rows(dataset, *SPANS) == [("17", START, END), ("18", START, None), ("19", START, None)]
    assert rows(dataset, "amount_cents") == [(150,), (None,), (0,)]


def test_parquet_where_nothing_has_ended(tmp_path, load_with, rows):
    """pandas writes a column of None as a column without a type."""
    table = {"customer_id": ["a"], "start_date": pa.array([START]), "end_date": pa.nulls(1)}
    pq.write_table(pa.table(table), tmp_path / "v.parquet")
    assert rows(load_with(tmp_path / "v.parquet", kind="contracts"), *SPANS) == [("a", START, None)]


def test_the_course_s_telecom_keeps_its_durations(connection):
    """Counted from the source: 7 043 subscribers, 1 869 of them gone; tenure is 0 to 72 months, 32,4 on average."""
    dataset = load("telecom", kind="contracts", connection=connection)
    table = validated(collect(dataset.table), "contracts")
    assert (len(table), table["end_date"].notna().sum(), table["end_date"].nunique()) == (7043, 1869, 1)
    end = dataset.observation_end
    months = 12 * (end.year - table["start_date"].dt.year) + end.month - table["start_date"].dt.month
    assert (months.min(), months.max(), round(months.mean(), 2)) == (0, 72, 32.37)
    assert list(table.columns[:5]) == [*SPANS, "contract_type", "amount"]


def test_a_data_set_without_contracts_is_refused(connection):
    with pytest.raises(GrcError, match="« cdnow » ne contient pas de contrats"):
        load("cdnow", kind="contracts", connection=connection)
