"""What the command line refuses, in French, before anything runs; and what it says of itself."""

import errno
import subprocess
import sys

import pytest

from grc_helpers.classroom import report
from grc_helpers.classroom.cli_french import translate
from grc_helpers.classroom.versions import LIBRARIES
from grc_helpers.errors import obstacle


@pytest.fixture
def refused(grc, monkeypatch, tmp_path):
    """Return a function that gives why a report is refused, after checking that nothing ran."""

    def nothing_runs(*arguments, **options):
        raise AssertionError("something ran")

    monkeypatch.setattr(report, "make_reports", nothing_runs)
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str) -> str:
        status, said = grc("report", *arguments)
        assert status == 2
        assert not (tmp_path / "rapports").exists()
        assert "Traceback" not in said
        return said

    return run


@pytest.mark.parametrize(
    ("assignment", "expected"),
    [
        ("n_client=300", "paramètre inconnu « n_client » ; vouliez-vous dire « n_clients » ?"),
        ("n_clients=beaucoup", "cahier 90 : « n_clients » attend un nombre entier, pas « beaucoup » ;"),
        ("part=0,3", "écrivez 0.3 (point décimal)"),
        ("part=nan", "cahier 90 : « part » vaut nan ; minimum : 0"),
        ("n_clients=9", "cahier 90 : « n_clients » vaut 9 ; minimum : 10"),
        ("n_clients=5001", "cahier 90 : « n_clients » vaut 5001 ; maximum : 5000"),
        ("moteur=pandas", "valeurs possibles : duckdb, spark"),
        ("detail=peut-être", "« detail » attend True ou False"),
        ("05:part=0.3", "« 05:part=0.3 » vise le cahier 05, qui n'est pas demandé"),
        ("91:part=0.3", "paramètre inconnu « part » ; connus : seuil"),
        ("part", "« part » n'a pas la forme nom=valeur"),
    ],
)
def test_a_wrong_parameter_is_refused_before_anything_runs(refused, assignment, expected):
    said = refused("90", "91", "-p", assignment)
    assert expected in said
    assert "rien n'a été exécuté" in said


def test_every_wrong_parameter_is_told_at_once(refused):
    said = refused("-p", "part=2", "-p", "n_clients=1", "-p", "seuille=3")
    assert "3 paramètres à corriger" in said
    assert all(wrong in said for wrong in ("« part » vaut 2", "« n_clients » vaut 1", "« seuille »"))


def test_a_name_goes_where_it_is_known(grc, small_home):
    jobs = report.plan(
        [], dataset=None, assignments=["part=0.3", "91:seuil=0.7"], level="complet", out=small_home, pdf=False
    )
    values = {job.spec.number: job.values for job in jobs}
    assert values["90"]["part"] == 0.3 and values["90"]["n_clients"] == 200
    assert values["91"] == {"seuil": 0.7} and values["92"] == {"seuil": 0.5}


def test_text_that_looks_like_a_number_stays_text(grc, small_home):
    (job,) = report.plan(
        ["90"], dataset=None, assignments=["code_magasin=00042"], level="complet", out=small_home, pdf=False
    )
    assert job.values["code_magasin"] == "00042"


def test_a_notebook_is_named_by_number_slug_or_path(grc, small_home, monkeypatch):
    monkeypatch.chdir(small_home / "notebooks")
    found = {report.choose(name) for name in ("90", "90_essai", "90_essai.ipynb", "textes/90_essai.md")}
    assert [path.name for _, path in found] == ["90_essai.ipynb"]


def test_a_file_is_found_from_the_folder_where_the_command_is_given(small_home, monkeypatch):
    monkeypatch.chdir(small_home)
    assert report.absolute("ventes.csv") == str(small_home / "ventes.csv")
    assert report.absolute("notebooks/../ventes.csv") == str(small_home / "ventes.csv")
    assert report.absolute("cdnow") == "cdnow"


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["77"], "Aucun cahier ne s'appelle « 77 »."),
        (["--jobs", "0"], "L'option « --jobs » attend un nombre entier, 1 ou plus."),
        (["--jobs", "deux"], "L'option « --jobs » attend un nombre entier."),
        (["--pfd"], "L'option « --pfd » n'existe pas"),
        (
            ["--level", "moyen"],
            "L'option « --level » n'accepte pas « moyen » ; valeurs possibles : 'socle', 'complet'.",
        ),
        (["--dataset", "absent.csv"], "absent.csv"),
    ],
)
def test_a_command_that_cannot_be_read_is_refused_in_french(refused, arguments, expected):
    assert expected in refused(*arguments)


def test_a_file_that_cannot_be_read_is_refused_before_anything_runs(refused, tmp_path):
    (tmp_path / "ventes.csv").write_text("customer_id,date,amount\nA1,2024-01-05,12.505\n", encoding="utf-8")
    assert "décimales" in refused("90", "--dataset", "ventes.csv")


def test_a_notebook_that_is_not_built_is_refused(refused, small_home):
    built, aside = small_home / "notebooks" / "92_lent.ipynb", small_home / "92.aside"
    built.rename(aside)
    try:
        assert "grc notebooks" in refused("92")
    finally:
        aside.rename(built)


def test_a_folder_that_cannot_be_written_is_refused_before_anything_runs(grc, tmp_path):
    (tmp_path / "rapports").write_text("un fichier")
    status, said = grc("report", "90", "--out", str(tmp_path / "rapports"))
    assert status == 2
    assert "rien n'a été exécuté" in said and "--out DOSSIER" in said


def test_an_unknown_command_is_refused_with_a_suggestion(grc):
    status, said = grc("raport")
    assert status == 2
    assert "La commande « raport » n'existe pas" in said


def test_help_is_offered_for_the_command_that_was_wrong(grc):
    assert "Aide : grc check --help" in grc("check", "a.csv", "b.csv")[1]


def test_obstacles_are_told_in_french():
    assert obstacle(PermissionError(errno.EACCES, "Permission denied")) == "écriture refusée"
    assert obstacle(OSError(errno.EIO, "Input/output error")) == "Input/output error"


def test_version_names_the_workbook_python_and_the_libraries(grc):
    status, said = grc("--version")
    assert status == 0
    assert said.splitlines()[0].startswith("Cahier GRC ")
    assert f"Python {sys.version.split()[0]}" in said
    assert all(library in said for library in LIBRARIES)


@pytest.mark.parametrize(
    "arguments", [[], ["--help"], ["report", "--help"], ["edition", "-h"], ["lab", "-h"], ["check", "-h"]]
)
def test_help_is_in_french(grc, arguments):
    status, said = grc(*arguments)
    assert status == 0
    assert "Montre cette aide." in said
    english = ("Show this", "Commands", "default:", "[required]", "COMMAND", "<", "Usage:")
    assert not any(word in said.replace("COMMANDE", "") for word in english)


def test_messages_of_typer_are_translated():
    said = translate("No such command 'x'. Did you mean 'y'?")
    assert said == "La commande « x » n'existe pas. Vouliez-vous dire « y » ?"
    assert translate("Got unexpected extra argument(s) (b c)") == "Argument en trop : b c"
    assert translate("Missing argument 'NOM'.") == "Il manque l'argument « NOM »."


def test_the_command_line_starts_without_its_heavy_libraries():
    code = "import sys, grc_helpers.classroom.cli; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert not {"papermill", "nbconvert", "ibis", "pandas", "weasyprint", "matplotlib"} & set(loaded)
