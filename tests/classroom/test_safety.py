"""A report made from a user's file: no raw identifier anywhere, and nothing that the file holds acts or is typeset."""

import csv
import random
import re
import shutil
import subprocess
import sys
from datetime import date, timedelta
from html import unescape
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from grc_helpers.classroom.pseudonyms import PATTERN, pseudonym, report_key
from grc_helpers.classroom.spec import list_specs

ROOT = Path(__file__).resolve().parents[2]
BROWSER = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
MARK = "Zq"  # in every identifier, and nowhere else in a report but in the bytes of its pictures
# HTML, formulas of a spreadsheet, TeX, Markdown, templates, ends of attributes and of comments, text turned around.
ATTACKS = [
    '<script>window.acted="{id}";alert("{id}")</script>',
    "<img src=x onerror=\"window.acted='{id}'\">",
    '"><svg onload=alert("{id}")>',
    "' onmouseover='alert(1)' x='{id}",
    "</title><script>alert('{id}')</script>",
    "</style><script>alert('{id}')</script>",
    "--><b>{id}",
    "&lt;b&gt;{id}",
    '=HYPERLINK("http://{id}.example/","{id}")',
    "+1{id}",
    "-2{id}",
    "@SUM({id})",
    "a;=1+1{id}",
    r"$\frac{1}{{id}}$",
    r"\[{id}\]",
    r"\({id}\)",
    "$${id}$$",
    "[{id}](javascript:alert(4))",
    "![{id}](http://{id}.example/a.png)",
    "`{id}`",
    "**{id}**",
    "{{7*7}}{id}",
    "${7*7}{id}",
    "%s{id}",
    "é\u202e{id}",
    "{id}\nligne",
]
SHOWN = r"ventes $\frac{1}{2}$ \[x\] [a](javascript:b) =1+1 & __o__"
NAME = SHOWN.replace("\\", "") if sys.platform == "win32" else SHOWN + ' <img src=x onerror=alert(1)> "y" <script>'
HEADINGS = ["N° client", "Date", "Montant TTC", '<img src=x onerror="alert(2)">', r"$\alpha$", "=1+1"]
NEEDS_BROWSER = pytest.mark.skipif(not BROWSER, reason="pas de Chromium : apt install chromium")


def identifiers() -> list[str]:
    """Return identifiers that attack, and quiet ones; the marks tell where one leaks."""
    attacks = [attack.replace("{id}", f"{MARK}{n:03}") for n, attack in enumerate(ATTACKS)]
    return attacks + [f"{MARK}{n:03}-CONFIDENTIEL" for n in range(100, 220)]


@pytest.fixture(scope="module")
def sales(tmp_path_factory):
    """Return a file of two years of sales whose biggest customers, whom tables show, are those that attack."""
    path, lot = tmp_path_factory.mktemp("boutique") / f"{NAME}.csv", random.Random(1)
    with path.open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file, delimiter=";")
        rows.writerow(HEADINGS)
        for place, customer in enumerate(identifiers()):
            attacks = place < len(ATTACKS)
            for _ in range(14 if attacks else lot.randint(1, 12)):
                day = date(2023, 1, 1) + timedelta(days=lot.randint(0, 729))
                amount = lot.lognormvariate(3, 0.6) * (10 if attacks else 1)
                written = f"{amount:.2f}".replace(".", ",")
                rows.writerow([customer, f"{day:%d/%m/%Y}", written, "<b>x</b>", "$x$", "=2"])
    return path


def make(start, sales, out, *options):
    """Run the command; return what it wrote."""
    process = start(ROOT, "report", "--dataset", str(sales), "--out", str(out), *options)
    said, complained = process.communicate(timeout=1800)
    assert process.returncode == 0, complained
    assert MARK not in said + complained
    return sorted(out.glob("*.html"))


def without_pictures(html: str) -> str:
    """Return a page without the bytes of its pictures."""
    return re.sub(r"data:image/png;base64,[A-Za-z0-9+/=]+", "data:", html)


def plain(text: str) -> str:
    """Return a text with ordinary spaces."""
    return re.sub(r"[\u00a0\u202f]", " ", text)


def check_page(path: Path) -> BeautifulSoup:
    """Check that a page shows the file's name as it is, no identifier, and no tag that came from the file."""
    html = without_pictures(path.read_text(encoding="utf-8"))
    assert MARK not in html and MARK not in unescape(unescape(html))
    soup = BeautifulSoup(html, "html.parser")
    assert not soup.find_all(["script", "iframe", "object", "embed", "link", "base", "form"])
    assert not [name for tag in soup.find_all() for name in tag.attrs if name.startswith("on")]
    assert all(image["src"] == "data:" and len(image["alt"]) > 20 for image in soup.find_all("img"))
    assert all(re.fullmatch(r"#.*|\d\d_\w+\.(html|pdf)(#.*)?", link["href"]) for link in soup.select("a[href]"))
    assert f"{NAME}.csv" in plain(soup.body.get_text())
    return soup


def check_in_browser(paths: list[Path]) -> None:
    """Open pages as a reader does; check that nothing runs, nothing is asked for, and names stay as typed."""
    from playwright.sync_api import sync_playwright

    happened = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=BROWSER, args=["--no-sandbox"])
        page = browser.new_page()
        page.on("dialog", lambda dialog: (happened.append(("dialog", dialog.message)), dialog.dismiss()))
        page.on("request", lambda request: happened.append(("request", request.url)))
        page.on("pageerror", lambda error: happened.append(("error", str(error))))
        page.on("console", lambda line: happened.append(("console", line.text)))
        for path in paths:
            happened.clear()
            page.goto(path.as_uri())
            for image in page.locator("img, td, th, p").all()[:40]:
                image.dispatch_event("mouseover")
            asked = [what for what in happened if not what[1].startswith("data:")]
            assert asked == [("request", path.as_uri())], path.name
            assert page.evaluate("window.acted") is None
            assert page.evaluate("document.querySelectorAll('script, mjx-container, .MathJax').length") == 0
            assert f"{NAME}.csv" in plain(page.evaluate("document.body.textContent"))
        browser.close()


def text_of_pdf(path: Path) -> str:
    return subprocess.run(["pdftotext", str(path), "-"], capture_output=True, text=True, check=True).stdout


def formulas_in(path: Path) -> list[str]:
    """Return the cells of an exported table that a spreadsheet would run, whatever its list separator."""
    found = []
    for separator in ";,\t":
        with path.open(encoding="utf-8-sig", newline="") as file:
            found += [cell for row in csv.reader(file, delimiter=separator) for cell in row]
    return [cell for cell in found if cell.strip().startswith(("=", "+", "-", "@"))]


@pytest.fixture(scope="module")
def core(start, sales, tmp_path_factory):
    """Return the pages of notebook 00's core, and of their index."""
    return make(start, sales, tmp_path_factory.mktemp("socle"), "00", "--level", "socle")


@pytest.fixture(scope="module")
def everything(start, sales, tmp_path_factory):
    """Return the folder of every notebook's report and PDF, with the tables that some export."""
    out = tmp_path_factory.mktemp("complet")
    exports = [f"{number}:export={out / number}.csv" for number in ("00", "05")]
    make(start, sales, out, "--pdf", *(word for export in exports for word in ("-p", export)))
    return out


def test_the_core_of_notebook_00_shows_the_file_as_it_is_and_no_identifier(core):
    soups = [check_page(page) for page in core]
    disguised = {cell.get_text() for cell in soups[0].select("td") if PATTERN.fullmatch(cell.get_text())}
    known = {pseudonym(customer.strip(), report_key(ROOT / ".cache")) for customer in identifiers()}
    assert len(disguised) >= 8 and disguised <= known


@NEEDS_BROWSER
def test_nothing_happens_when_the_pages_of_notebook_00_are_opened(core):
    check_in_browser(core)


@pytest.mark.complet
def test_no_page_shows_an_identifier(everything):
    pages = sorted(everything.glob("*.html"))
    assert len(pages) == len(list_specs()) + 1
    for page in pages:
        check_page(page)


@pytest.mark.complet
@NEEDS_BROWSER
def test_nothing_happens_when_pages_are_opened(everything):
    check_in_browser(sorted(everything.glob("*.html")))


@pytest.mark.complet
@pytest.mark.skipif(not shutil.which("pdftotext"), reason="pas de pdftotext : apt install poppler-utils")
def test_no_pdf_shows_an_identifier(everything):
    pages = sorted(everything.glob("*.pdf"))
    assert len(pages) == len(list_specs())
    for page in pages:
        text = text_of_pdf(page)
        assert MARK not in text and len(text) > 2000


@pytest.mark.complet
@pytest.mark.parametrize("number", ["00", "05"])
def test_no_exported_cell_is_a_formula(everything, number):
    path = everything / f"{number}.csv"
    assert MARK in path.read_text(encoding="utf-8-sig")  # a list to work with: identifiers as they are
    assert formulas_in(path) == []


def test_the_fiche_of_a_file_is_inert(start, sales, tmp_path):
    page = tmp_path / "fiche.html"
    process = start(ROOT, "check", str(sales), "--html", str(page))
    said, complained = process.communicate(timeout=120)
    assert process.returncode == 0 and MARK not in said + complained
    check_page(page)
    if BROWSER:
        check_in_browser([page])


@pytest.mark.parametrize("accepted", [True, False])
def test_a_file_does_not_command_the_terminal(start, tmp_path, accepted):
    path = tmp_path / "ventes.csv"
    heading = "Montant \x1b[31mTTC\x1b]0;titre\x07"
    lines = ["Client,Date,Autre" + ("" if accepted else "s"), *(f"\x1b[2JA{n},2024-01-1{n},3.50" for n in range(4))]
    path.write_text("\n".join([lines[0].replace("Autre", heading), *lines[1:]]), encoding="utf-8")
    options = ["--set", f"colonnes.montant={heading}"] if accepted else []
    process = start(ROOT, "check", str(path), *options)
    said, complained = process.communicate(timeout=120)
    assert process.returncode == (0 if accepted else 1), said + complained
    assert "\x1b" not in said + complained and "\x07" not in said + complained
    assert "TTC" in said + complained
