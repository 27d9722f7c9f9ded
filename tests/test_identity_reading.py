"""Reading the firm's files: six formats, and in French what is wrong with a bad one."""

from dataclasses import replace

import pandas as pd
import pytest

from grc_helpers.data.refusals import FileRefused
from grc_helpers.errors import GrcError
from grc_helpers.identity.reading import read_log, read_source, read_sources
from grc_helpers.identity.registry import SOURCES, Source, has_sources, source, sources_dir
from grc_helpers.identity.standard import address, cut_name, day, email, fold, phone, standardise

WEB = Source("essai", "Essai", "essai.csv", "site", "internet", "compte", {"given_name": "prenom", "email": "mel"}, ",")


def refusal(tmp_path, content: bytes, item: Source = WEB, **options) -> str:
    path = tmp_path / item.file
    path.write_bytes(content)
    with pytest.raises(FileRefused) as error:
        read_source(path, item, **options)
    return str(error.value)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    from grc_helpers.data.simulator.config import SimulationConfig
    from grc_helpers.data.simulator.population import make_population
    from grc_helpers.data.simulator.purchases import make_orders
    from grc_helpers.data.simulator.source_files import make_sources
    from grc_helpers.data.simulator.writing import SourceFile

    config = SimulationConfig(seed=3, customers=800)
    population = make_population(config, 0)
    folder = tmp_path_factory.mktemp("firme")
    for name, made in make_sources(config, population, make_orders(config, population)).items():
        if isinstance(made, SourceFile):
            (folder / name.removeprefix("sources/")).write_bytes(made.encode(made.table))
    return folder


def test_the_six_files_are_read_whatever_their_format(folder):
    tables = read_sources(folder)
    assert list(tables) == [item.name for item in SOURCES] and all(len(table) for table in tables.values())
    formats = [table.attrs["format"] for table in tables.values()]
    assert formats[0] == "CSV, point-virgule, Windows occidental (cp1252)" and formats[2].startswith("Excel, 2 lignes")
    assert formats[3] == "CSV, tabulation, UTF-8 avec marque d'ordre (BOM)" and formats[5] == "Parquet"
    assert not any(table.isna().any(axis=None) for table in tables.values())


def test_a_missing_file(tmp_path):
    with pytest.raises(FileRefused, match="La source « Essai » est introuvable"):
        read_source(tmp_path / "essai.csv", WEB)


def test_a_missing_key_column(tmp_path):
    message = refusal(tmp_path, b"numero,prenom,mel\n1,Ana,a@b.fr\n")
    assert "Il manque des colonnes dont la clé à la source « Essai » (essai.csv)." in message
    assert "absentes : « compte » ; présentes : numero, prenom, mel" in message


def test_a_missing_field_names_it(tmp_path):
    assert "absentes : « mel »" in refusal(tmp_path, b"compte,prenom\n1,Ana\n")


def test_a_wrong_encoding_says_the_line(tmp_path):
    text = "compte,prenom,mel\n1,Ana,a@b.fr\n2,Chloé,c@d.fr\n".encode("cp1252")
    message = refusal(tmp_path, text, encoding="utf-8")
    assert "n'est pas écrit en UTF-8 de bout en bout" in message and "ligne 3" in message


def test_two_encodings_in_one_file(tmp_path):
    text = b"compte,prenom,mel\n1," + "Zoé".encode() + b",a@b.fr\n2," + "Zoé".encode("cp1252") + b",c@d.fr\n"
    assert "mélange deux encodages" in refusal(tmp_path, text)


@pytest.mark.parametrize("content", [b"", b"compte,prenom,mel\n"])
def test_an_empty_source(tmp_path, content):
    message = refusal(tmp_path, content)
    assert "est vide" in message or "Il manque des colonnes" in message


def test_an_empty_source_with_its_columns_says_that_no_record_is_there(tmp_path):
    message = refusal(tmp_path, b"compte,prenom,mel\n")
    assert "La source « Essai » (essai.csv) est vide." in message and "mais aucune fiche" in message


def test_a_file_that_is_no_parquet(tmp_path):
    message = refusal(tmp_path, b"compte,prenom,mel\n", replace(WEB, file="essai.parquet"))
    assert "« essai.parquet » n'a pas pu être lu" in message and "son extension dit bien son format" in message


def test_a_file_that_is_no_workbook(tmp_path):
    assert "« essai.xlsx » n'a pas pu être lu" in refusal(tmp_path, b"compte", replace(WEB, file="essai.xlsx"))


def test_a_parquet_that_calls_itself_csv(tmp_path, folder):
    content = (folder / "fichier_externe.parquet").read_bytes()
    assert "n'est pas un texte : c'est un fichier Parquet" in refusal(tmp_path, content)


def test_a_row_cut_wrong(tmp_path):
    message = refusal(tmp_path, b"compte,prenom,mel\n1,Ana,a@b.fr\n2,Martin, Ana,c@d.fr\n")
    assert "1 ligne : 3 ; 3 valeurs attendues" in message


def test_a_repeated_key_and_an_empty_one(tmp_path):
    message = refusal(tmp_path, b"compte,prenom,mel\n1,Ana,a@b.fr\n2,Zo,c@d.fr\n1,Ana,a@b.fr\n")
    assert "clés répétées : 2 fiches, n° 1, 3" in message
    assert "clés vides : 1 fiche, n° 2" in refusal(tmp_path, b"compte,prenom,mel\n1,Ana,a@b.fr\n,Zo,c@d.fr\n")


def test_an_unknown_source_and_a_data_set_without_sources():
    with pytest.raises(GrcError, match="La source « caise » n'est pas au registre"):
        source("caise")
    with pytest.raises(GrcError, match="Le jeu « cdnow » n'a pas de fichiers sources"):
        sources_dir("cdnow")


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (None, "Le journal « ventes.parquet » est introuvable"),
        ("date,amount\n", "« ventes.parquet » n'a pas pu être lu"),
        (["date"], "Il manque des colonnes au journal « ventes.parquet »"),
        (["date", "amount"], "Le journal « ventes.parquet » est vide"),
    ],
)
def test_a_bad_log_is_refused(tmp_path, content, told):
    path = tmp_path / "ventes.parquet"
    if isinstance(content, str):
        path.write_text(content, encoding="utf-8")
    elif content:
        pd.DataFrame(columns=content).to_parquet(path)
    with pytest.raises(FileRefused, match=told):
        read_log(path, ("date", "amount"))


def test_a_firm_that_lost_a_source_is_not_taken_for_a_file_of_sales(tmp_path):
    (tmp_path / "sources").mkdir()
    assert has_sources(tmp_path) and not has_sources(tmp_path / "sources") and not has_sources("cdnow")
    with pytest.raises(FileRefused, match="La source « Caisse et carte » est introuvable"):
        read_sources(sources_dir(tmp_path))


# Standardising


def test_the_same_thing_is_written_in_the_same_way():
    assert fold("  Jean-Noël d'Œuvre ") == "JEAN NOEL D OEUVRE"
    assert {phone(text) for text in ("06.39.98.00.01", "+33639980001", "0033 6 39 98 00 01", "639980001")} == {
        "0639980001"
    }
    assert phone("12") == phone("") == ""
    assert email("Zoé.Martin@Boîte.example") == "zoe.martin@boite.example" and email("zoe(at)x") == ""
    assert day("03/04/2025") == day("2025-04-03") == "2025-04-03" and day("1980") == day("31/02/2020") == ""
    assert address("12 bis, av. du Gal de Gaulle") == ("12 BIS", "AVENUE DU GENERAL DE GAULLE")
    assert address("3 R ST AUBIN") == ("3", "RUE SAINT AUBIN") and address("bd Foch") == ("", "BOULEVARD FOCH")


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Mme Claire MARTIN", ("F", "CLAIRE", "MARTIN")),
        ("MARTIN Claire", ("", "CLAIRE", "MARTIN")),
        ("Claire Martin", ("", "CLAIRE", "MARTIN")),
        ("Mme Martin", ("F", "", "MARTIN")),
        ("Le Goff", ("", "", "LE GOFF")),
        ("J. Martin", ("", "J", "MARTIN")),
        ("M. DA SILVA J.-P.", ("M", "J P", "DA SILVA")),
        ("", ("", "", "")),
    ],
)
def test_names_in_one_field_are_cut(text, parts):
    assert cut_name(text, {"CLAIRE"}) == parts


def test_records_of_all_the_files_have_the_same_columns(folder):
    records = standardise(read_sources(folder))
    assert records["record_id"].is_unique and records["created"].notna().all()
    assert set(records["title"].dropna()) == {"M", "F"}
    assert records["mobile"].dropna().str.fullmatch(r"0[67]\d{8}").all()
    assert records["landline"].dropna().str.fullmatch(r"0[1-5]\d{8}").all()
    assert records["postcode"].dropna().str.fullmatch(r"\d{5}").all()
    assert not records.drop(columns=["created", "updated"]).eq("").any(axis=None)


def test_names_clearly_exchanged_are_put_back():
    import pandas as pd

    rows = [("Claire", "Martin")] * 5 + [("Paul", "Durand")] * 5 + [("Martin", "Claire")]
    table = pd.DataFrame(rows, columns=["Prénom", "Nom (facultatif)"])
    table["Réponse"] = [f"R{k}" for k in range(len(table))]
    for name in set(source("enquete").columns.values()) - set(table.columns):
        table[name] = ""
    last = standardise({"enquete": table}).iloc[-1]
    assert (last["given_name"], last["family_name"]) == ("CLAIRE", "MARTIN")
