"""The contract on answers to a survey: scales are stated or written in the names, and every answer is on its scale."""
# ruff: noqa: E501 (the tables of cases)

from datetime import date

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from grc_helpers.data.loading import load
from grc_helpers.data.schemas import validated
from grc_helpers.data.warehouse import collect

DAY = date(2024, 1, 31)


@pytest.fixture
def read(read):
    def survey(content, name="v.csv", **options):
        return read(content, name, kind="survey", **options)

    return survey


# What they are, their bytes, their scales in the loaded table, their rows.
READ = {
    "a recommendation": ("client;NPS\na;10\nb;0\n", {"recommendation": (0, 10)}, [("a", 10.0), ("b", 0.0)]),
    "a scale in the name": ("client;Satisfaction (1 à 5)\na;4\n", {"satisfaction": (1, 5)}, [("a", 4.0)]),
    "a scale in the name, in English": (
        "customer_id,Satisfaction [1 to 7]\na,4\n",
        {"satisfaction": (1, 7)},
        [("a", 4.0)],
    ),
    "a question of its own": ("client;Accueil (0-4)\na;4\n", {"Accueil (0-4)": (0, 4)}, [("a", 4.0)]),
    "no answer": (
        "client;NPS;Accueil (1-5)\na;;3\nb;NA;4\n",
        {"recommendation": (0, 10), "Accueil (1-5)": (1, 5)},
        [("a", None, 3.0), ("b", None, 4.0)],
    ),
    "halves": ("client;Accueil (1-5)\na;3,5\nb;4\n", {"Accueil (1-5)": (1, 5)}, [("a", 3.5), ("b", 4.0)]),
    "anonymous": (
        "NPS;Accueil (1-5)\n7;3\n\n8;4\n",
        {"recommendation": (0, 10), "Accueil (1-5)": (1, 5)},
        [("L2", 7.0, 3.0), ("L4", 8.0, 4.0)],
    ),
    "answers of a tablet": (
        "Répondant\tRecommandation\n007\t9\n".encode("utf-16"),
        {"recommendation": (0, 10)},
        [("007", 9.0)],
    ),
}


@pytest.mark.parametrize("case", READ)
def test_an_odd_file_is_read(read, rows, case):
    content, scales, expected = READ[case]
    dataset = read(content)
    assert dataset.scales == scales
    assert rows(dataset, "customer_id", *scales) == expected


REFUSED = {
    "no scale": (
        "client;Satisfaction\na;4\n",
        [
            "L'échelle des réponses n'est pas dite",
            "« Satisfaction »",
            '--set "echelles.Satisfaction=1-5"',
            "« Satisfaction (1 à 5) »",
        ],
    ),
    "no question": ("client;âge\na;4\n", ["pour aucune question", "« client », « âge »"]),
    "sales": (
        "client;date;montant\na;31/01/2024;4\n",
        ["pour aucune question", "si le fichier contient des ventes : --kind transactions"],
    ),
    "off the scale": (
        "client;NPS\na;10\nb;11\nc;-1\n",
        ["« NPS », réponses hors de l'échelle, de 0 à 10 : 2, lignes 3, 4 (« 11 »)", "regles.hors_echelle=vider"],
    ),
    "not a number": (
        "client;Accueil (1-5)\na;bien\nb;4\n",
        [
            "« Accueil (1-5) », réponses qui ne sont pas des nombres : 1, ligne 2 (« bien »)",
            "regles.reponses_illisibles=vider",
        ],
    ),
    "a date that is none": ("client;date;NPS\na;hier;4\n", ["dates vides ou illisibles : 1, ligne 2 (« hier »)"]),
    "no client in a row": ("client;NPS\n;4\nb;5\n", ["clients vides : 1, ligne 2"]),
    "two recommendations": (
        "client;NPS;Recommandation\na;4;5\n",
        ["même rôle", "recommandation : « NPS », « Recommandation »"],
    ),
    "nobody answered": (
        "client;NPS\na;\nb;\n",
        ["ne contient aucune réponse", "2 lignes dans le fichier, toutes exclues"],
    ),
    "marks that differ": ("client;Accueil (1-5)\na;3,5\nb;2.5\n", ["réponses qui ne sont pas des nombres : 1, ligne"]),
    "a damaged identifier": ("client;NPS\n1,2E+05;4\n", ["abîmés par un tableur"]),
    "empty": ("", ["une question au moins, avec son échelle"]),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_bad_file_is_refused(refusal, case):
    content, expected = REFUSED[case]
    message = refusal(content)
    assert [part for part in expected if part not in message] == [], message


TEXT = """Horodateur;N° client;NPS;Satisfaction;Accueil (1 à 5);Âge;Commentaire
31/01/2024 10:00;a;10;5;4;34;très bien
01/02/2024 10:00;b;11;x;3;;
02/02/2024 10:00;c;;;;51;
03/02/2024 10:00;d;6;;2;28;moyen
"""
STATED = {"echelles.Satisfaction": "1-5"}


def test_every_rule_is_counted_with_its_lines(read, rows):
    dataset = read(TEXT, **STATED, regles__hors_echelle="vider", regles__reponses_illisibles="vider")
    found = {item.rule: (item.tally.rows, item.tally.lines, item.excluded) for item in dataset.reading.findings}
    assert found == {"reponses_illisibles": (1, (3,), 0), "hors_echelle": (1, (3,), 0), "sans_reponse": (1, (4,), 1)}
    assert rows(dataset, "customer_id", "recommendation", "satisfaction", "Accueil (1 à 5)") == [
        ("a", 10.0, 5.0, 4.0),
        ("b", None, None, 3.0),
        ("d", 6.0, None, 2.0),
    ]
    reading = dataset.reading
    assert (reading.rows_read, reading.rows_kept, reading.customers) == (4, 3, 3)
    assert "3 répondants ; réponses à « NPS » (2), « Satisfaction » (1), « Accueil (1 à 5) » (3)." in reading.gist
    assert (reading.start, dataset.observation_end) == (DAY, date(2024, 2, 3))
    table = validated(collect(dataset.table), "survey")
    assert table["recommendation"].mean() == 8


def test_rows_with_a_wrong_answer_can_be_excluded(read, rows):
    dataset = read(TEXT, **STATED, regles__hors_echelle="exclure", regles__reponses_illisibles="exclure")
    assert rows(dataset, "customer_id") == [("a",), ("d",)]
    assert dataset.reading.rows_read == 4 == 2 + sum(item.excluded for item in dataset.reading.findings)


def test_those_who_answered_nothing_can_be_kept(read, rows):
    dataset = read("client;NPS\na;10\nb;\n", regles__sans_reponse="garder")
    assert rows(dataset, "customer_id", "recommendation") == [("a", 10.0), ("b", None)]


def test_numbers_without_a_scale_are_no_questions_and_it_is_said(read):
    dataset = read("client;NPS;Âge;Q2\na;10;34;3\nb;9;51;4\n")
    note = next(note for note in dataset.reading.notes if "sans échelle" in note)
    assert "« Âge », « Q2 »" in note and '--set "echelles.Âge=1-5"' in note
    assert str(dataset.table.schema()["Âge"]) == "int64" and list(dataset.scales) == ["recommendation"]


def test_anonymous_answers_are_said_to_be(read):
    assert any("Réponses anonymes" in note for note in read("NPS\n10\n9\n").reading.notes)


@pytest.mark.parametrize("scale", ["5", "5-1", "1-1", "de 1 à 5", "1..5", ""])
def test_a_scale_is_two_numbers(read, scale):
    from grc_helpers.errors import GrcError

    with pytest.raises(GrcError, match="échelle d'une question(.|\n)*par exemple 1-5 ou 0-10"):
        read("client;Q\na;4\n", **{"echelles.Q": scale})


def test_a_stated_question_must_be_in_the_file(refusal):
    message = refusal("client;NPS\na;4\n", **{"echelles.Q9": "1-5"})
    assert "annoncées ne sont pas dans le fichier « v.csv » : « Q9 »" in message


def test_a_question_cannot_be_the_client_too(refusal):
    message = refusal("client;Q\na;4\n", **{"echelles.Q": "1-5", "colonnes.client": "Q"})
    assert "une échelle et un autre rôle : « Q »" in message


def test_scales_are_kept_in_the_side_file(tmp_path, read, rows):
    from grc_helpers.data.settings import side_path, side_text

    first = read('client;"Q ""1"" = ?"\na;4\n', **{'echelles.Q "1" = ?': "0-10"})
    path = tmp_path / "v.csv"
    side_path(path).write_text(side_text(path.name, first.reading.settings, "survey"), encoding="utf-8")
    again = read(path.read_bytes())
    assert again.scales == first.scales == {'Q "1" = ?': (0, 10)}


def test_a_workbook(tmp_path, load_with, rows):
    book = openpyxl.Workbook()
    book.active.append(["Client", "NPS", "Accueil (1 à 5)"])
    book.active.append(["a", 10, 4.5])
    book.active.append(["b", None, "3,5"])
    book.save(tmp_path / "v.xlsx")
    dataset = load_with(tmp_path / "v.xlsx", kind="survey")
    assert rows(dataset, "recommendation", "Accueil (1 à 5)") == [(10.0, 4.5), (None, 3.5)]


def test_the_course_s_firm_has_a_survey(connection):
    """Two waves, 26 grades from 1 to 7 and a recommendation from 0 to 10."""
    dataset = load("cafes_merle", kind="survey", connection=connection)
    table = validated(collect(dataset.table), "survey")
    scales = list(dataset.scales.values())
    assert (scales.count((1, 7)), scales.count((0, 10)), dataset.scales["recommendation"]) == (26, 1, (0, 10))
    for name, (low, high) in dataset.scales.items():
        assert table[name].between(low, high).all() and table[name].dtype == float


def test_parquet_with_its_own_types(tmp_path, load_with, rows, refusal):
    table = {"customer_id": [1, 2], "nps": pa.array([10, None], pa.int8()), "date": pa.array([DAY] * 2)}
    pq.write_table(pa.table(table), tmp_path / "v.parquet")
    assert rows(
        load_with(tmp_path / "v.parquet", kind="survey", **{"regles.sans_reponse": "garder"}), "date", "recommendation"
    ) == [
        (DAY, 10.0),
        (DAY, None),
    ]
