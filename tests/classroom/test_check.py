"""``grc check`` and ``grc template`` as their users meet them."""

import tomllib
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from grc_helpers.data.kinds import KINDS

ROOT = Path(__file__).resolve().parents[2]
GOOD = "client;date;montant\n00017;31/01/2025;49,90\n00017;14/02/2025;-10,00\nTotal;;39,90\n"
AMBIGUOUS = "client;date;montant\na;03/04/2025;1,00\n"


@pytest.fixture
def check(grc, tmp_path, monkeypatch):
    """Return a function that writes a file, checks it, and gives the status and what was said, with plain spaces."""
    monkeypatch.chdir(tmp_path)

    def check(content: str | None, *options: str, name: str = "ventes.csv") -> tuple[int, str]:
        if content is not None:
            Path(name).write_text(content, encoding="utf-8")
        status, said = grc("check", name, *options)
        assert "Traceback" not in said
        return status, " ".join(said.replace("\u202f", " ").replace("\u00a0", " ").split())

    return check


def test_a_file_that_reads_is_accepted_with_its_fiche(check):
    status, said = check(GOOD)
    assert status == 0
    expected = ["ventes.csv : accepté", "point-virgule", "virgule décimale (prouvée par 2 lignes)", "EUR (par défaut"]
    expected += ["Lignes de total 1 exclues 4", "Montants négatifs (retours) 1 gardés 3", "À savoir : Un seul client"]
    expected += [
        "Lignes gardées : 2 sur 3 ; 1 client ; 2 jours avec achats, du 31/01/2025 au 14/02/2025 ; 39,90 € au total."
    ]
    assert [part for part in expected if part not in said] == [], said


def test_a_file_that_does_not_read_is_refused_with_what_was_detected(check):
    status, said = check(AMBIGUOUS, "--save")
    assert status == 1
    expected = [
        "ventes.csv : refusé",
        "point-virgule",
        "dans les deux ordres",
        "ligne 2",
        "lecture.ordre_dates=jour-mois",
    ]
    assert [part for part in expected if part not in said] == [], said
    assert not Path("ventes.csv.grc.toml").exists()


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (["--kind", "contrat"], "vouliez-vous dire « contracts » ?"),
        (["--set", "lecture.ordre=jour-mois"], "vouliez-vous dire « lecture.ordre_dates » ?"),
        (["--set", "jour-mois"], "n'a pas la forme NOM=VALEUR"),
        (["--set", "lecture.fin=31/12/2025"], "une date comme 2025-12-31"),
        (["--savee"], "L'option « --savee » n'existe pas"),
    ],
)
def test_a_wrong_command_is_neither_accepted_nor_refused(check, options, expected):
    status, said = check(GOOD, *options)
    assert (status, expected in said) == (2, True), said


def test_a_missing_file_is_a_wrong_command(check):
    status, said = check(None)
    assert status == 2 and "« ventes.csv » est introuvable" in said


def test_a_wrong_side_file_is_a_wrong_command(check):
    Path("ventes.csv.grc.toml").write_text("[regles]\nretours = 3\n", encoding="utf-8")
    status, said = check(GOOD)
    assert status == 2 and "ventes.csv.grc.toml" in said


def test_what_is_stated_can_be_saved_once(check):
    options = ["--set", "lecture.ordre_dates=jour-mois", "--set", "regles.retours=compenser", "--save"]
    assert check(AMBIGUOUS, *options)[0] == 0
    saved = tomllib.loads(Path("ventes.csv.grc.toml").read_text(encoding="utf-8"))
    assert saved["lecture"]["ordre_dates"] == "jour-mois" and saved["regles"]["retours"] == "compenser"
    assert saved["colonnes"] == {"client": "client", "date": "date", "montant": "montant"}
    status, said = check(None)
    assert status == 0 and "jour/mois/année (indiqué)" in said
    assert check(None, "--save")[0] == 0


def test_a_side_file_that_was_changed_is_not_replaced_in_silence(check):
    side = Path("ventes.csv.grc.toml")
    assert check(GOOD, "--save")[0] == 0
    side.write_text(side.read_text(encoding="utf-8") + "# ma remarque\n", encoding="utf-8")
    status, said = check(None, "--save")
    assert status == 2 and "il n'a pas été remplacé" in said and "--force" in said
    status, said = check(None, "--save", "--set", "regles.retours=refuser", "--set", "regles.retours=compenser")
    assert status == 2 and "regles.retours : garder → compenser" in said
    assert "# ma remarque" in side.read_text(encoding="utf-8")
    assert check(None, "--save", "--force")[0] == 0
    assert "# ma remarque" not in side.read_text(encoding="utf-8")


@pytest.mark.parametrize("content", [GOOD, AMBIGUOUS])
def test_the_fiche_is_a_page_too(check, content):
    status, said = check(
        content.replace("montant\n", "montant;<b>x</b>\n").replace("0\n", "0;<script>\n"), "--html", "fiche.html"
    )
    html = Path("fiche.html").read_text(encoding="utf-8")
    soup = BeautifulSoup(html, "html.parser")
    assert soup.html["lang"] == "fr" and "://" not in html and not soup.find_all(["script", "link"])
    assert ("Fichier accepté." if status == 0 else "Fichier refusé") in soup.get_text()
    assert "point-virgule" in soup.get_text() and "fiche.html" in said


def test_words_of_the_file_do_nothing_in_the_page(check):
    check(
        "client;date;montant\n<img src=x onerror=alert(1)>;<b>hier</b>;1\n[red]a;31/01/2025;1\n", "--html", "fiche.html"
    )
    soup = BeautifulSoup(Path("fiche.html").read_text(encoding="utf-8"), "html.parser")
    assert "<b>hier</b>" in soup.get_text() and not soup.find_all(["img", "b"])


@pytest.mark.parametrize("kind", KINDS)
def test_the_template_of_each_kind_is_accepted_as_it_is(grc, tmp_path, monkeypatch, kind):
    monkeypatch.chdir(tmp_path)
    status, said = grc("template", kind)
    assert status == 0 and f'grc check "modele_{kind}.csv"' in said
    status, said = grc("check", f"modele_{kind}.csv", "--kind", kind, "--save")
    lines = Path(f"modele_{kind}.csv").read_text(encoding="utf-8-sig").splitlines()
    assert status == 0 and f"Lignes gardées : {len(lines) - 1} sur {len(lines) - 1}" in said.replace("\u00a0", " ")
    assert grc("check", f"modele_{kind}.csv", "--kind", kind)[0] == 0


def test_a_template_is_never_written_over_a_file(grc, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert grc("template")[0] == 0
    status, said = grc("template")
    assert status == 2 and "existe déjà" in said
    assert grc("template", "--out", "autre.csv")[0] == 0
    status, said = grc("template", "enquete")
    assert status == 2 and "survey (des réponses à une enquête)" in said


def test_the_sample_of_the_workbook_is_accepted(grc):
    status, said = grc("check", str(ROOT / "exemples" / "ventes_exemple.csv"))
    assert status == 0 and "700 clients" in said
