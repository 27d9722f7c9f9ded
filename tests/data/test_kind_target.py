"""The contract on files that hold an answer to predict: the outcome, and predictors whose type is told, never guessed."""
# ruff: noqa: E501 (the tables of cases)

from datetime import date, datetime

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from grc_helpers.data.loading import load, read_table
from grc_helpers.data.schemas import validated
from grc_helpers.data.warehouse import collect

F = "client;cible\n"


@pytest.fixture
def read(read):
    def target(content, name="v.csv", **options):
        return read(content, name, kind="target", **options)

    return target


READ = {
    "oui, non": (F + "a;oui\nb;Non\n", [("a", 1), ("b", 0)]),
    "1, 0": (F + "a;1\nb;0\n", [("a", 1), ("b", 0)]),
    "yes, no": ("customer_id,churn\na,Yes\nb,No\n", [("a", 1), ("b", 0)]),
    "true, false": ("customer_id,target\na,TRUE\nb,false\n", [("a", 1), ("b", 0)]),
    "vrai, faux": (F + "a; VRAI \nb;faux\n", [("a", 1), ("b", 0)]),
    "a French name": ("N° client;Résilié\n007;oui\n008;non\n", [("007", 1), ("008", 0)]),
    "another tier": ("client;cible;churn\na;oui;non\nb;non;non\n", [("a", 1), ("b", 0)]),
}


@pytest.mark.parametrize("case", READ)
def test_an_odd_file_is_read(read, rows, case):
    content, expected = READ[case]
    dataset = read(content)
    assert rows(dataset, "customer_id", "outcome") == expected
    assert (dataset.observation_start, dataset.observation_end) == (None, None)


REFUSED = {
    "no outcome": ("client;âge\na;31\n", ["manque des colonnes", ": cible.", "--set colonnes.cible=NOM"]),
    "two outcomes": ("client;churn;réponse\na;1;0\n", ["même rôle", "cible : « churn », « réponse »"]),
    "an empty outcome": (
        F + "a;oui\nb;\nc;non\n",
        ["« cible », cibles vides : 1, ligne 3", "regles.cibles_vides=exclure"],
    ),
    "neither yes nor no": (
        F + "a;oui\nb;peut-être\nc;non\n",
        ["cibles qui ne sont ni oui ni non : 1, ligne 3 (« peut-être »)"],
    ),
    "words that say neither": (
        F + "a;Parti\nb;Resté\nc;Resté\n",
        [
            "valeurs qui ne disent ni oui ni non, « Resté » (2 lignes), « Parti » (1 ligne) : 3, lignes 2, 3, 4",
            '--set lecture.oui="Parti"',
        ],
    ),
    "one answer only": (F + "a;oui\nb;oui\n", ["n'a qu'une valeur : oui", "2 lignes"]),
    "a customer twice": (
        F + "a;oui\nb;non\na;non\n",
        [
            "« client », identifiants déjà pris par une autre ligne : 1, ligne 4 (« a »)",
            "regles.identifiants_repetes=retirer",
        ],
    ),
    "no customer": (F + ";oui\nb;non\n", ["clients vides : 1, ligne 2"]),
    "numbers that read in two ways": (
        "client;cible;revenu\na;oui;1,234\nb;non;5,678\n",
        ["« revenu », nombres qui se lisent de deux façons", ": 2, lignes 2, 3 (« 1,234 »)", "lecture.decimale"],
    ),
    "a reserved name": ("client;churn;outcome;cible\na;1;2;0\n", ["ambigus", "réservé : churn"]),
    "names only": (F, ["ne contient aucun client"]),
    "too few values": (F + "a;oui\nb\n", ["pas assez de valeurs : 1, ligne 3"]),
}
REFUSED["a reserved name"] = ("client;cible;outcome\na;1;2\nb;0;2\n", ["ambigus", "réservé : outcome"])


@pytest.mark.parametrize("case", REFUSED)
def test_a_bad_file_is_refused(refusal, case):
    content, expected = REFUSED[case]
    options = {"colonnes__cible": "cible"} if case == "a reserved name" else {}
    message = refusal(content, **options)
    assert [part for part in expected if part not in message] == [], message


def test_the_value_that_means_yes_can_be_stated(read, refusal, rows):
    text = "client;statut\na;résilié\nb;actif\nc;suspendu\nd;\n"
    options = {"colonnes__cible": "statut", "lecture__oui": "résilié"}
    dataset = read(text, **options, regles__cibles_vides="exclure")
    assert rows(dataset, "customer_id", "outcome") == [("a", 1), ("b", 0), ("c", 0)]
    said = "« statut » : oui = « résilié », non = « actif » (1 ligne), « suspendu » (1 ligne)"
    assert ("Cible", said) in dataset.reading.facts
    assert dataset.reading.finding("cibles_vides").excluded == 1
    assert dataset.names["outcome"] == "statut"
    assert "aucune n'est « parti »" in refusal(text, **options | {"lecture__oui": "parti"})


def test_the_first_of_equal_customers_can_be_kept(read, rows):
    dataset = read(F + "a;oui\nb;non\na;non\n", regles__identifiants_repetes="retirer")
    assert rows(dataset, "customer_id", "outcome") == [("a", 1), ("b", 0)]
    found = dataset.reading.finding("identifiants_repetes")
    assert (found.tally.rows, found.tally.lines, found.excluded, found.action) == (1, (4,), 1, "retirés")


PREDICTORS = """client;cible;entier;décimal;espacé;code;postal;oui_non;jour;jour_français;texte;presque;vide;manque;science
a;oui;12;1,5;1 234,50;00123;75001;oui;2020-01-31;31/01/2020;rouge;1;;3;1,5e-3
b;non;-3;2;2 000,00;45678;01000;non;2021-02-28;28/02/2021;bleu;2;;NA;2e3
c;non;0;-0,25;3;99999;13001;oui;;01/03/2021;rouge;douze;;n/a;
"""


def test_types_are_given_only_where_every_value_has_them(read):
    dataset = read(PREDICTORS)
    types = {name: str(kind) for name, kind in dataset.table.schema().items()}
    numbers = {"entier": "int64", "décimal": "float64", "espacé": "float64", "manque": "int64", "science": "float64"}
    texts = dict.fromkeys(["code", "postal", "jour_français", "texte", "presque", "vide"], "string")
    roles = {"customer_id": "string", "outcome": "int64"}
    assert types == roles | numbers | texts | {"oui_non": "boolean", "jour": "date"}
    row = dataset.table.to_pyarrow().to_pylist()[1]
    assert row == {
        "customer_id": "b",
        "outcome": 0,
        "entier": -3,
        "décimal": 2.0,
        "espacé": 2000.0,
        "code": "45678",
        "postal": "01000",
        "oui_non": False,
        "jour": date(2021, 2, 28),
        "jour_français": "28/02/2021",
        "texte": "bleu",
        "presque": "2",
        "vide": None,
        "manque": None,
        "science": 2000.0,
    }


def test_types_are_told_in_the_fiche(read):
    reading = read(PREDICTORS).reading
    facts = dict(reading.facts)
    assert facts["Variables"] == (
        "nombres entiers : entier, manque ; nombres : décimal, espacé, science ; dates : jour ; oui ou non : oui_non ; "
        "textes : code, postal, jour_français, texte, presque, vide"
    )
    assert facts["Nombres"] == "virgule décimale"
    missing = "Valeurs manquantes, laissées vides : « jour » (1), « vide » (3), « manque » (2), « science » (1)."
    assert missing in reading.notes


def test_a_column_of_numbers_with_a_few_others_is_pointed_to(read):
    lines = [f"c{i};{'oui' if i % 2 else 'non'};{i}" for i in range(50)] + ["z;oui;douze ans"]
    reading = read("client;cible;âge\n" + "\n".join(lines)).reading
    assert "Colonne « âge » : des nombres, sauf dans 1 ligne ; elle reste en texte." in reading.notes


def test_a_text_of_its_own_on_each_row_is_pointed_to(read):
    lines = [f"c{i};{'oui' if i % 2 else 'non'};c{i}@x.fr" for i in range(50)]
    reading = read("client;cible;e-mail\n" + "\n".join(lines)).reading
    assert "Colonne « e-mail » : 50 textes différents ; un nom plutôt qu'une catégorie." in reading.notes


def test_a_workbook_keeps_numbers_and_dates(tmp_path, load_with):
    book = openpyxl.Workbook()
    book.active.append(["Client", "Cible", "Âge", "Note", "Vu le", "Ville", "Actif"])
    book.active.append([17, 1, 34, 4.25, datetime(2024, 1, 31), "Lyon", True])
    book.active.append([18, 0, None, 5, datetime(2024, 3, 5), None, False])
    book.save(tmp_path / "v.xlsx")
    table = load_with(tmp_path / "v.xlsx", kind="target").table.to_pyarrow().to_pylist()
    first = {"customer_id": "17", "outcome": 1, "Âge": 34, "Note": 4.25, "Vu le": date(2024, 1, 31), "Ville": "Lyon"}
    assert table[0] == first | {"Actif": True}
    second = {"customer_id": "18", "outcome": 0, "Âge": None, "Note": 5.0, "Vu le": date(2024, 3, 5), "Ville": None}
    assert table[1] == second | {"Actif": False}


def test_parquet_keeps_its_types_and_reads_its_texts(tmp_path, load_with):
    table = {"customer_id": [1, 2], "churn": [True, False], "age": pa.array([1, None], pa.int32()), "fee": ["1.5", "2"]}
    pq.write_table(pa.table(table), tmp_path / "v.parquet")
    dataset = load_with(tmp_path / "v.parquet", kind="target")
    assert dataset.table.to_pyarrow().to_pylist() == [
        {"customer_id": "1", "outcome": 1, "age": 1, "fee": 1.5},
        {"customer_id": "2", "outcome": 0, "age": None, "fee": 2.0},
    ]


@pytest.mark.parametrize(
    ("name", "rows", "yes", "column"), [("telecom", 7043, 1869, "churn"), ("caravan", 5822, 348, "Purchase")]
)
def test_the_course_s_data_sets(connection, name, rows, yes, column):
    """Published counts: 1 869 of 7 043 subscribers gone; 348 of 5 822 customers insured."""
    dataset = load(name, kind="target", connection=connection)
    table = validated(collect(dataset.table), "target")
    assert (len(table), table["outcome"].sum(), dataset.names["outcome"]) == (rows, yes, column)
    raw = read_table(name)
    assert set(table.columns) == set(raw.columns) - {column} | {"outcome"}


def test_a_course_s_data_set_written_as_a_user_s_file_is_read_back_equal(tmp_path, load_with, connection):
    """86 columns in a French CSV: the same numbers."""
    raw = read_table("caravan")
    raw.to_csv(tmp_path / "caravan.csv", sep=";", index=False)
    mine = collect(load_with(tmp_path / "caravan.csv", kind="target").table)
    theirs = collect(load("caravan", kind="target", connection=connection).table)
    assert mine.astype("str").equals(theirs[mine.columns].astype("str"))
