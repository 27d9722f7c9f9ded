"""Loading: the course's data sets, users' files, and every message that refuses one."""

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from grc_helpers import load as lazy_load
from grc_helpers.data.cards import read_card
from grc_helpers.data.loading import Counts, is_path, load, load_first, read_table
from grc_helpers.errors import GrcError

CANONICAL = ["customer_id", "date", "amount_cents"]
HEADER = "customer_id,date,amount\n"


@pytest.fixture
def read(tmp_path, load_with):
    """Write a file in a folder with a space, an accent and brackets, and load it."""

    def read(content: str | bytes | pa.Table, name: str | None = None):
        path = tmp_path / "mes données [1]" / (name or ("v.parquet" if isinstance(content, pa.Table) else "v.csv"))
        path.parent.mkdir(exist_ok=True)
        if isinstance(content, pa.Table):
            pq.write_table(content, path)
        else:
            path.write_bytes(content.encode() if isinstance(content, str) else content)
        return load_with(path)

    return read


def parquet(**columns) -> pa.Table:
    return pa.table({"customer_id": ["a"], "date": [date(2024, 1, 31)], "amount": [12.5]} | columns)


# The course's data sets


def test_cdnow(connection):
    """Fader & Hardie (2013): 69 659 transactions of 23 570 customers from 1997-01-01 to 1998-06-30."""
    cdnow = load("cdnow", connection=connection)
    assert list(cdnow.table.columns) == [*CANONICAL, "number_of_cds"]
    assert (cdnow.name, cdnow.kind, cdnow.nature, cdnow.currency) == ("cdnow", "transactions", "réelle", "USD")
    assert (cdnow.observation_start, cdnow.observation_end) == (date(1997, 1, 1), date(1998, 6, 30))
    assert cdnow.card == read_card("cdnow") and cdnow.title == cdnow.card.title
    counts = cdnow.counts()
    assert (counts.rows, counts.customers) == (69659, 23570)
    rows = read_table("cdnow", "transactions.parquet")
    days = rows.groupby(["customer_id", "date"])["dollar_value"].sum()
    zero, negative = (rows["dollar_value"] == 0).sum(), (rows["dollar_value"] < 0).sum()
    assert (counts.days, counts.zero_rows, counts.negative_rows) == (rows["date"].nunique(), zero, negative)
    assert counts.non_positive_days == (days <= 0).sum()
    assert cdnow.table.amount_cents.sum().to_pyarrow().as_py() == 250031563


def test_complete_journey(connection):
    journey = load("complete_journey", connection=connection)
    assert list(journey.table.columns)[:4] == [*CANONICAL, "order_id"]
    assert (journey.counts().rows, journey.counts().customers) == (1469307, 2469)
    assert journey.table.amount_cents.sum().to_pyarrow().as_py() == 459603958
    assert journey.table.order_id.nunique().to_pyarrow().as_py() == 155848


def test_the_package_offers_load():
    assert lazy_load is load


def test_a_table_is_read_as_it_is():
    champagne, sample = read_table("champagne"), read_table("cdnow", "sample.parquet")
    assert champagne["households"].sum() == 568
    assert sample["customer_id"].str.len().eq(5).all()
    assert pd.api.types.is_datetime64_any_dtype(read_table("cdnow")["date"])


def test_an_unknown_name_is_refused_with_a_suggestion():
    with pytest.raises(GrcError, match="« cdnw » n'existe pas(.|\n)*« cdnow »"):
        load("cdnw")


def test_a_data_set_without_transactions_says_how_to_read_it():
    with pytest.raises(
        GrcError, match='« champagne » ne contient pas de transactions(.|\n)*read_table\\("champagne"\\)'
    ):
        load("champagne")


def test_an_unknown_kind_is_refused_with_a_suggestion():
    with pytest.raises(GrcError, match="« contrats » n'existe pas(.|\n)*« contracts » \\?(.|\n)*survey \\(des"):
        load("cdnow", kind="contrats")


def test_a_kind_that_the_data_set_does_not_have_is_refused_with_the_one_it_has():
    with pytest.raises(GrcError, match='« cdnow » ne contient pas de réponses d\'enquête(.|\n)*kind="transactions"'):
        load("cdnow", kind="survey")


@pytest.mark.parametrize("currency", ["€", "eur", "EURO", "E1R"])
def test_a_currency_is_an_iso_code(currency):
    with pytest.raises(GrcError, match="n'est pas un code de monnaie(.|\n)*EUR, CHF ou USD"):
        load("cdnow", currency=currency)


def test_the_card_s_currency_stands(connection):
    assert load("cdnow", connection=connection, currency="EUR").currency == "USD"


# A user's CSV


def test_a_user_s_data_set_can_stand_beside_the_course_s(read, connection):
    own = read("customer_id,date,amount\nA,2022-01-01,1\n")
    assert own.reading is not None
    assert len(dict.fromkeys([own, load("cdnow", connection=connection), own])) == 2


def test_csv(read, rows):
    dataset = read(
        "\ufeff"
        + HEADER.replace("\n", "\r\n")
        + "007,2024-01-31,12.50\r\n\r\n 8 ,2024-02-29, -3\r\né,2024-01-01,+0.5\r\n",
        "été.csv",
    )
    assert rows(dataset) == [
        ("007", date(2024, 1, 31), 1250),
        ("8", date(2024, 2, 29), -300),
        ("é", date(2024, 1, 1), 50),
    ]
    assert (dataset.name, dataset.title, dataset.nature) == ("été", "Votre fichier été.csv", "vôtre")
    assert (dataset.observation_start, dataset.observation_end) == (date(2024, 1, 1), date(2024, 2, 29))
    assert (dataset.currency, dataset.kind, dataset.card) == ("EUR", "transactions", None)
    assert dataset.table.schema()["amount_cents"].is_int64() and dataset.table.schema()["date"].is_date()


def test_csv_counts_returns_and_free_orders(read):
    lines = ["a,2024-01-01,10", "a,2024-01-01,-10", "a,2024-01-02,0", "b,2024-01-02,-1", "b,2024-01-03,7"]
    counts = read(HEADER + "\n".join(lines)).counts()
    assert counts == Counts(rows=5, customers=2, days=3, negative_rows=2, zero_rows=1, non_positive_days=3)


def test_csv_keeps_other_columns_as_text_and_takes_orders(read, rows):
    dataset = read("note,date,order_id,amount,customer_id\n01,2024-01-31,X1,1,a\n,2024-01-31,X2,2,a\n")
    assert list(dataset.table.columns) == [*CANONICAL, "order_id", "note"]
    assert rows(dataset, *dataset.table.columns)[0] == ("a", date(2024, 1, 31), 100, "X1", "01")


def test_csv_is_read_once_and_for_all(read, tmp_path, rows):
    dataset = read(HEADER + "a,2024-01-31,1\n")
    (tmp_path / "mes données [1]" / "v.csv").unlink()
    assert rows(dataset) == [("a", date(2024, 1, 31), 100)]


def test_csv_amounts_are_exact_to_the_cent(read, rows):
    amounts = [f"{cents // 100}.{cents % 100:02d}" for cents in range(0, 200_000, 7)] + ["999999999999.99"]
    dataset = read(HEADER + "".join(f"a,2024-01-31,{amount}\n" for amount in amounts))
    assert [row[2] for row in rows(dataset)] == [int(amount.replace(".", "")) for amount in amounts]


def test_csv_refuses_values_with_their_column_count_and_lines(refusal):
    lines = ["a,hier,1.5", "", '"b\nc",2024-02-30,1.234', " ,2024-01-31,1e3", "d,2024-01-31,", "e,2024-01-31,12 x"]
    assert refusal(HEADER + "\n".join(lines) + "\n") == (
        "Le fichier « v.csv » contient des lignes qui ne se lisent pas sans deviner : rien n'est chargé.\n"
        "Où : colonne « customer_id », clients vides : 1, ligne 6\n"
        "     colonne « date », dates vides ou illisibles : 2, lignes 2, 4 (« hier »)\n"
        "     colonne « amount », montants vides ou illisibles : 3, lignes 6, 7, 8 (« 1e3 »)\n"
        "     colonne « amount », montants à plus de deux décimales : 1, ligne 4 (« 1.234 »)\n"
        "À faire : donnez un client à chaque ligne, ou excluez ces lignes : --set regles.clients_vides=exclure ;\n"
        "          écrivez les dates comme 31/01/2025 ou 2025-01-31, "
        "ou excluez ces lignes : --set regles.dates_illisibles=exclure ;\n"
        "          écrivez les montants comme 1234,56 ou 1234.56, d'une seule façon, "
        "ou excluez ces lignes : --set regles.montants_illisibles=exclure ;\n"
        "          arrondissez les montants au centime (ou --set regles.decimales=arrondir)"
    )


@pytest.mark.parametrize(
    "day", ["", "2024-1-32", "2024-13-01", "2023-02-29", "2024-02-31 10:00:00", "20240132", "hier"]
)
def test_csv_refuses_what_is_not_a_day(refusal, day):
    assert "dates vides ou illisibles : 1, ligne 2" in refusal(HEADER + f"a,{day},1\n")


@pytest.mark.parametrize(
    "amount", ["", '"12,5,0"', "12 34.50", "1e3", "NaN", "inf", ".5", "5.", "--1", "1234567890123"]
)
def test_csv_refuses_what_is_not_a_plain_amount(refusal, amount):
    assert "montants vides ou illisibles : 1, ligne 2" in refusal(HEADER + f"a,2024-01-31,{amount}\n")


@pytest.mark.parametrize("amount", ["1.2345", "1234.567", "0.001"])
def test_csv_refuses_more_than_two_decimals(refusal, amount):
    assert "plus de deux décimales : 1, ligne 2" in refusal(HEADER + f"a,2024-01-31,{amount}\n")


def test_csv_shows_the_first_five_lines_of_many(refusal):
    message = refusal(HEADER + "a,32/01/2024,1\n" * 1200)
    assert "dates vides ou illisibles : 1\u202f200, lignes 2, 3, 4, 5, 6… (« 32/01/2024 »)" in message


def test_csv_names_lines_of_a_large_file(refusal):
    lines = [f"c{i},2024-01-31,1.00" for i in range(200_000)]
    lines[150_000], lines[199_999] = "c,2024-01-32,1", "c,2024-01-31,x"
    message = refusal(HEADER + "\n".join(lines))
    assert "ligne 150002 (« 2024-01-32 »)" in message and "ligne 200001 (« x »)" in message


def test_csv_refuses_lines_with_a_decimal_comma_or_too_short(refusal):
    message = refusal(HEADER + "a,2024-01-31,1\na,2024-01-31,12,50\na,2024-01-31\n")
    assert "trop de valeurs : 1, ligne 3\n     pas assez de valeurs : 1, ligne 4" in message
    assert "mettez entre guillemets les textes et les montants qui contiennent le séparateur" in message


def test_csv_refuses_open_quotes(refusal):
    assert "guillemets mal fermés : 1, ligne 3" in refusal(HEADER + 'a,2024-01-31,1\nb,"2024"-01-31,1\n')


def test_csv_refuses_another_encoding_even_in_a_column_of_no_use(refusal):
    message = refusal("customer_id,date,amount,note\na,2024-01-31,1,x\na,2024-01-31,1,été\n".encode("mac-roman"))
    assert "L'encodage du fichier « v.csv » est incertain" in message and "lignes en cause : 1, ligne 3" in message


def test_csv_refuses_another_separator(refusal):
    message = refusal((HEADER + "a,2024-01-31,1\n").replace(",", "~"))
    assert "Il manque des colonnes au fichier « v.csv » : client, date, montant" in message
    assert "ligne 1 : « customer_id~date~amount »" in message


def test_csv_refuses_missing_columns(refusal):
    message = refusal("qui,date,amount\na,2024-01-31,1\n")
    assert "« v.csv » : client." in message and "ligne 1 : « qui », « date », « amount »" in message


@pytest.mark.parametrize("header", ["customer_id,date,amount,x,X", "customer_id,date,amount,amount_cents"])
def test_csv_refuses_names_that_clash(refusal, header):
    message = refusal(f"{header}\na,2024-01-31,1\n")
    assert "ambigus" in message and f"en double ou réservé : {header.split(',')[-1].lower()}" in message


def test_csv_refuses_values_in_a_column_without_a_name(refusal):
    assert "valeurs dans une colonne sans nom : 1, ligne 2" in refusal("," + HEADER + "0,a,2024-01-31,1\n")


def test_csv_refuses_an_empty_file(refusal):
    assert "« v.csv » est vide" in refusal("") and "« v.csv » est vide" in refusal("\n\n")
    assert "ne contient aucune transaction" in refusal(HEADER)


def test_csv_refuses_empty_order_numbers(refusal):
    message = refusal("customer_id,date,amount,order_id\na,2024-01-31,1,X\na,2024-01-31,1,\n")
    assert "colonne « order_id », numéros de commande vides : 1, ligne 3" in message


# A user's Parquet file


@pytest.mark.parametrize(
    "columns",
    [
        {},
        {"date": pa.array([datetime(2024, 1, 31, 23, 59)])},
        {"date": ["2024-01-31"]},
        {"amount": ["12.50"]},
        {"amount": pa.array([Decimal("12.500")], pa.decimal128(12, 3))},
    ],
    ids=["plain", "timestamp", "day as text", "amount as text", "decimal"],
)
def test_parquet_types(read, columns, rows):
    assert rows(read(parquet(**columns))) == [("a", date(2024, 1, 31), 1250)]


def test_parquet_identifiers_may_be_integers_and_other_columns_keep_their_type(read, rows):
    dataset = read(parquet(customer_id=[42], order_id=[7], amount=[12], weight=[1.5]))
    assert rows(dataset, *dataset.table.columns) == [("42", date(2024, 1, 31), 1200, "7", 1.5)]


def test_parquet_amounts_are_exact_to_the_cent(read, rows):
    cents = [*range(0, 300_000, 7), 99999999999999]
    dataset = read(
        pa.table({"customer_id": ["a"], "date": [date(2024, 1, 31)]}).join(
            pa.table({"customer_id": ["a"] * len(cents), "amount": [c / 100 for c in cents]}), "customer_id"
        )
    )
    assert sorted(row[2] for row in rows(dataset)) == cents
    assert rows(read(parquet(amount=[0.1 + 0.2]))) == [("a", date(2024, 1, 31), 30)]


def test_parquet_amounts_may_be_of_single_precision(read, rows):
    assert rows(read(parquet(amount=pa.array([1234.56], pa.float32())))) == [("a", date(2024, 1, 31), 123456)]


@pytest.mark.parametrize("amount", [None, float("nan"), float("inf"), 1e12])
def test_parquet_refuses_what_is_not_an_amount(refusal, amount):
    message = refusal(parquet(amount=pa.array([amount], pa.float64())))
    assert "montants vides ou illisibles : 1, ligne 1" in message


def test_parquet_refuses_values_with_their_column_count_and_rows(refusal):
    good, bad = ["a", "b"], [None, " "]
    message = refusal(
        pa.table(
            {
                "customer_id": good + bad,
                "date": [date(2024, 1, 31), None, None, None],
                "amount": [1.005, 2, 3.14159, 4],
            }
        )
    )
    assert "colonne « customer_id », clients vides : 2, lignes 3, 4" in message
    assert "colonne « date », dates vides ou illisibles : 3, lignes 2, 3, 4" in message
    assert "montants à plus de deux décimales : 2, lignes 1, 3 (« 1.005 »)" in message


@pytest.mark.parametrize(
    ("columns", "where"),
    [
        (
            {"customer_id": [1.0]},
            "« customer_id » contient des nombres à virgule (type float64), on attend des entiers ou du texte",
        ),
        ({"date": [20240131]}, "« date » contient des entiers (type int64), on attend des dates ou du texte"),
        ({"amount": [True]}, "« amount » contient oui ou non (type boolean), on attend des nombres ou du texte"),
    ],
)
def test_parquet_refuses_other_types(refusal, columns, where):
    assert where in refusal(parquet(**columns))


def test_parquet_refuses_missing_columns_and_no_rows(refusal):
    assert "« v.parquet » : montant." in refusal(parquet().drop_columns("amount"))
    assert "ne contient aucune transaction" in refusal(parquet().slice(0, 0))


def test_parquet_that_is_not_parquet(refusal):
    assert "« v.parquet » n'a pas pu être lu" in refusal("x" * 100, "v.parquet")


# Which file


def test_an_unknown_format_is_refused(refusal):
    assert "« v.ods » n'est pas reconnu.\nOù : extension « .ods »" in refusal("x", "v.ods")
    assert "aucune extension" in refusal("x", "ventes")


def test_a_missing_file_is_refused_with_a_suggestion(tmp_path):
    (tmp_path / "ventes.csv").write_text("", encoding="utf-8")
    with pytest.raises(GrcError, match="vente.csv » est introuvable(.|\n)*vouliez-vous dire « .*ventes.csv »"):
        load(tmp_path / "vente.csv")
    with pytest.raises(GrcError, match="introuvable(.|\n)*vérifiez le chemin"):
        load(tmp_path / "rien" / "achats.csv")


def test_paths_and_names_are_told_apart(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "ventes").write_text("", encoding="utf-8")
    (tmp_path / "cdnow").mkdir()
    assert all(is_path(path) for path in ("a.csv", "A.PARQUET", "dossier/a", Path("cdnow"), "ventes"))
    assert not is_path("cdnow")


def test_a_file_is_found_from_its_folder_and_from_home(tmp_path, monkeypatch, connection):
    (tmp_path / "ventes.csv").write_text(HEADER + "a,2024-01-31,1\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    for path in ("ventes.csv", "./ventes.csv", "~/ventes.csv"):
        assert load(path, connection=connection).counts().rows == 1


# One of several kinds

BOTH = ("contracts", "transactions")


@pytest.mark.parametrize(
    ("source", "kinds", "found"),
    [
        ("cafes_merle", BOTH, "contracts"),
        ("cafes_merle", BOTH[::-1], "transactions"),
        ("telecom", BOTH, "contracts"),
        ("cdnow", BOTH, "transactions"),
    ],
)
def test_a_course_data_set_is_the_first_kind_that_it_has(connection, source, kinds, found):
    assert load_first(source, kinds=kinds, connection=connection).kind == found


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (HEADER + "a,2024-01-31,5\n", "transactions"),
        ("client;début;fin;montant\na;31/01/2024;;5\n", "contracts"),
    ],
)
def test_a_file_is_the_first_kind_whose_columns_it_has(connection, tmp_path, content, found):
    (tmp_path / "v.csv").write_text(content, encoding="utf-8")
    assert load_first(tmp_path / "v.csv", kinds=BOTH, connection=connection).kind == found


def test_a_file_of_no_kind_is_told_what_each_needs(connection, tmp_path):
    (tmp_path / "v.csv").write_text("nom,ville\na,Angers\n", encoding="utf-8")
    with pytest.raises(GrcError) as refusal:
        load_first(tmp_path / "v.csv", kinds=BOTH, connection=connection)
    said = str(refusal.value)
    assert "Il manque des colonnes au fichier « v.csv » : client, début, fin." in said
    assert said.endswith("ou bien, pour des ventes : client, date, montant")


def test_a_bad_row_of_a_kind_is_refused_as_such(connection, tmp_path):
    """Its columns are those of contracts: it is not tried as sales."""
    (tmp_path / "v.csv").write_text("client;début;fin;date;montant\na;hier;;2024-01-31;5\n", encoding="utf-8")
    with pytest.raises(GrcError, match="début"):
        load_first(tmp_path / "v.csv", kinds=BOTH, connection=connection)


def test_a_data_set_of_no_kind_says_which_it_has(connection):
    with pytest.raises(GrcError, match="catsup.*ne contient pas de contrats"):
        load_first("catsup", kinds=BOTH, connection=connection)


def test_a_refusal_says_which_command_takes_the_setting(connection, tmp_path):
    (tmp_path / "v.csv").write_text("client,date,montant\nA,01/02/2024,10.5\nB,03/04/2024,12\n", encoding="utf-8")
    with pytest.raises(GrcError, match=r"--set lecture.ordre_dates=.*« grc check FICHIER --set … --save »"):
        load_first(tmp_path / "v.csv", kinds=BOTH, connection=connection)
    with pytest.raises(GrcError) as refusal:
        load_first(tmp_path / "absent.csv", kinds=BOTH, connection=connection)
    assert "grc check" not in str(refusal.value)
