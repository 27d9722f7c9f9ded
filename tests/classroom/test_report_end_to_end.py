"""`grc report` as its users meet it: pages parsed, failures told, nothing half written, nothing left running."""

import os
import re
import signal
import sys
import time
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from grc_helpers.classroom.pdf import printer
from grc_helpers.classroom.pseudonyms import PATTERN, pseudonym, report_key
from grc_helpers.classroom.spec import list_specs
from grc_helpers.errors import GrcError

ROOT = Path(__file__).resolve().parents[2]
# A TeX command, or a dollar that opens something (an amount's dollar follows its number).
LEFTOVER = re.compile(r"\\[a-zA-Z]+|(?:^|[ \n(])\$(?=[^\s.,;:!?)])")


def can_print() -> bool:
    try:
        return bool(printer())
    except GrcError:
        return False


@pytest.fixture(scope="module")
def made(small_home, start):
    """Run the command once, on one notebook that goes well, one that fails and one that is too slow."""
    out = small_home / "rapports"
    out.mkdir()
    for slug in ("91_echec", "92_lent"):
        (out / f"{slug}.html").write_text("ancienne page", encoding="utf-8")
    stored = {path: path.read_bytes() for path in (small_home / "notebooks").glob("*.ipynb")}
    options = ["--dataset", "ventes.csv", "-p", "90:n_clients=300", "--jobs", "2", *(["--pdf"] if can_print() else [])]
    process = start(small_home, "report", "90", "91", "92", *options)
    said, complained = process.communicate(timeout=300)
    return {"status": process.returncode, "said": said, "complained": complained, "out": out, "stored": stored}


@pytest.fixture(scope="module")
def html(made):
    return (made["out"] / "90_essai.html").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def soup(html):
    return BeautifulSoup(html, "html.parser")


def test_what_failed_is_told_and_the_rest_is_written(made):
    assert made["status"] == 1
    assert "✔ 90 Essayer le rapport : rapports/90_essai.html" in made["said"].replace("\\", "/")
    assert "✘ 91 Échouer au bon endroit : cellule de code 3 (« panier = 1 / (seuil - seuil) »)" in made["complained"]
    assert "ZeroDivisionError" in made["complained"]
    assert "✘ 92 Dépasser la limite : cellule de code 2 (« import time ») : la limite de 1" in made["complained"]
    assert "Traceback" not in made["said"] + made["complained"]


def test_a_page_that_could_not_be_made_anew_stays_and_nothing_else_is_left(made):
    assert (made["out"] / "91_echec.html").read_text(encoding="utf-8") == "ancienne page"
    expected = {"90_essai.html", "91_echec.html", "92_lent.html", "index.html"}
    assert set(os.listdir(made["out"])) == expected | ({"90_essai.pdf"} if can_print() else set())


def test_the_notebooks_themselves_are_left_alone(made):
    assert {path: path.read_bytes() for path in made["stored"]} == made["stored"]
    assert set(os.listdir(next(iter(made["stored"])).parent)) == {path.name for path in made["stored"]} | {"textes"}


def test_a_page_needs_no_network_and_no_script(html, soup):
    assert "://" not in html and "@import" not in html
    assert not re.search(r"url\((?!data:)", html)
    assert not soup.find_all(["script", "link", "iframe", "object", "embed"])
    assert all(image["src"].startswith("data:image/png;base64,") for image in soup.find_all("img"))
    # Inside the page, or to the page of another notebook beside it.
    assert all(re.fullmatch(r"#.*|\d\d_\w+\.html", link["href"]) for link in soup.find_all("a"))


def test_a_page_is_french_and_its_headings_are_in_order(soup):
    assert soup.html["lang"] == "fr"
    depths = [int(head.name[1]) for head in soup.find_all(re.compile("^h[1-6]$"))]
    assert depths[0] == 1 and depths.count(1) == 1
    assert all(after <= before + 1 for before, after in zip(depths, depths[1:], strict=False))
    anchors = [tag["id"] for tag in soup.find_all(id=True)]
    assert len(anchors) == len(set(anchors))
    inside = {link["href"] for link in soup.find_all("a") if link["href"].startswith("#")}
    assert inside and {link.removeprefix("#") for link in inside} <= set(anchors)


def test_formulas_are_drawn_with_their_words(soup):
    assert len(soup.find_all("svg")) >= 5
    assert all(svg["role"] == "img" and svg["aria-label"].strip() for svg in soup.find_all("svg"))
    text = soup.body.get_text()
    assert not LEFTOVER.search(text)
    assert "12 $ et un autre 15 $" in text


def test_figures_have_french_words(soup):
    assert [image["alt"] for image in soup.find_all("img")] == [
        "Courbe de Lorenz\u00a0: 20\u202f% des clients font 75\u202f% des ventes."
    ]


def test_no_code_no_answer_and_no_check_is_shown(html, soup):
    for hidden in ("SECRET_CODE_OF_THE_LESSON", "SOLUTION", "import pandas", "def ", "Changez les réglages"):
        assert hidden not in html
    assert "Combien de clients sont importants" in soup.get_text()


def test_customers_values_stay_text_and_identifiers_are_disguised(html, soup, small_home):
    text = soup.get_text()
    assert "<script>alert('x')</script>" in text and "<b>Gap</b> & co" in text
    assert "00017" not in html and "alert('id')" not in html and "alert(&#x27;id" not in html
    tables = [
        table for table in soup.find_all("table") if table.find("th", string=re.compile("client|customer_id", re.I))
    ]
    disguised = [
        cell.get_text() for table in tables for cell in table.find_all("td") if PATTERN.fullmatch(cell.get_text())
    ]
    assert len(disguised) == 4
    assert disguised[0] == disguised[3] == pseudonym("00017", report_key(small_home / ".cache"))


def test_small_groups_are_hidden_and_it_is_said(soup):
    (table,) = [table for table in soup.find_all("table") if "Trois paliers" in table.get_text()]
    rows = [[cell.get_text() for cell in row.find_all("td")] for row in table.select("tbody tr")]
    assert [row[1] for row in rows] == ["caché", "75", "caché"] and rows[2] == ["Rares", "caché", "caché"]
    assert "groupe de moins de 5 clients" in soup.get_text()


def test_the_users_file_is_read_from_another_folder_and_only_its_name_is_shown(html, soup, small_home):
    assert "fichier lisible d'ici" in soup.get_text()
    values = [[cell.get_text() for cell in row.find_all("td")][:2] for row in soup.select(".cover tbody tr")]
    assert ["dataset", "ventes.csv"] in values and ["n_clients", "300"] in values
    assert str(small_home) not in html


def test_the_index_tells_key_figures_verdicts_and_failures(made):
    index = BeautifulSoup((made["out"] / "index.html").read_text(encoding="utf-8"), "html.parser")
    text = index.get_text(" ", strip=True)
    assert "Part des 20\u202f% premiers" in text and "non retrouvé sur ces données" in text and "retrouvé" in text
    assert [block.strong.get_text()[:9] for block in index.find_all(class_="failure")] == ["Cahier 91", "Cahier 92"]


@pytest.mark.skipif(not can_print(), reason="ni Pango ni Chromium : apt install libpango-1.0-0 libpangoft2-1.0-0")
def test_the_pdf_comes_from_the_page(made):
    assert (made["out"] / "90_essai.pdf").read_bytes().startswith(b"%PDF-")


def check_page(html):
    soup = BeautifulSoup(html, "html.parser")
    test_a_page_needs_no_network_and_no_script(html, soup)
    test_a_page_is_french_and_its_headings_are_in_order(soup)
    assert all(len(image["alt"]) > 20 for image in soup.find_all("img"))
    assert all(svg["aria-label"].strip() for svg in soup.find_all("svg"))
    assert not LEFTOVER.search(soup.body.get_text())
    assert "BEGIN SOLUTION" not in html and "open_chapter" not in html
    return soup


def report_chapter(start, number, out, *options):
    process = start(ROOT, "report", number, "--out", str(out), *options)
    said, complained = process.communicate(timeout=300)
    assert process.returncode == 0, complained
    (page,) = out.glob(f"{number}_*.html")
    return check_page(page.read_text(encoding="utf-8"))


def test_the_core_of_a_chapter_stands_alone(start, tmp_path):
    soup = report_chapter(start, "04", tmp_path, "--level", "socle", "-p", "n_boot=100")
    assert soup.nav.find_all(class_="study") and not soup.nav.find_all(class_="approfondissement")
    assert "socle seulement" in soup.find(class_="cover").get_text()
    assert soup.main.find_all(class_="grc-verdict") and len(soup.main.find_all("figure")) >= 3


@pytest.mark.complet
@pytest.mark.parametrize("number", [spec.number for spec in list_specs()])
def test_every_chapter_has_its_report(start, tmp_path, number):
    soup = report_chapter(start, number, tmp_path, *(["--pdf"] if can_print() else []))
    assert soup.main.find_all("figure") and soup.main.find_all("table")


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def wait_until(condition, seconds: float) -> bool:
    limit = time.monotonic() + seconds
    while not condition() and time.monotonic() < limit:
        time.sleep(0.05)
    return condition()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows n'a pas ces signaux")
@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL], ids=lambda sent: sent.name)
def test_a_killed_report_leaves_the_former_page_and_no_process(small_home, start, tmp_path, sent):
    witness, out, scratch = tmp_path / "temoin", tmp_path / "rapports", tmp_path / "t"
    out.mkdir()
    scratch.mkdir()
    (out / "93_long.html").write_text("ancienne page", encoding="utf-8")
    process = start(small_home, "report", "93", "--out", str(out), "-p", f"temoin={witness}", TMPDIR=str(scratch))
    assert wait_until(lambda: witness.exists() and witness.read_text(), 120), "the kernel never started"
    if sent == signal.SIGINT:  # a terminal sends Ctrl-C to every process of the command
        os.killpg(process.pid, sent)
    else:
        process.send_signal(sent)
    said, complained = process.communicate(timeout=60)
    kernel = int(witness.read_text())
    assert wait_until(lambda: not is_alive(kernel), 30), "the kernel outlived its report"
    assert wait_until(lambda: not os.listdir(scratch), 10), "scratch files are left"
    assert os.listdir(out) == ["93_long.html"]
    assert (out / "93_long.html").read_text(encoding="utf-8") == "ancienne page"
    if sent != signal.SIGKILL:
        assert process.returncode == 130
        assert "Interrompu" in complained and "Traceback" not in complained
