"""An executed notebook as a page: prose, headings, cover."""

import json
import re
from datetime import date
from html import unescape
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from grc_helpers.classroom import display
from grc_helpers.classroom.prose import Outline, markdown_to_html
from grc_helpers.classroom.render import SUMMARY, css_string, french_date, french_value, render
from grc_helpers.classroom.spec import NotebookSpec, Parameter

KEY = "00" * 32
COVER = {"type": "cover", "number": "93", "title": "T", "dataset": "Essai & fils", "nature": "fictive"}
COVER |= {"currency": "EUR", "n_customers": 1234, "n_rows": 5678, "start": "1997-01-01", "end": "1998-06-30"}


def cell(source, level=""):
    return new_markdown_cell(source, metadata={"grc": {"level": level}} if level else {})


def make_page(cells, tmp_path, *, level="complet", title='Le "titre" & <sa> suite', values=None):
    parameters = {
        "dataset": Parameter("dataset", "str", "cdnow", "jeu de données"),
        "part": Parameter("part", "float", 0.2, "part : une fraction"),
    }
    spec = NotebookSpec("93", "93_essai", title, ("transactions",), 30, tmp_path / "t" / "93_essai.md", parameters)
    chosen = {"dataset": "cdnow", "part": 0.25} | (values or {})
    return render(
        new_notebook(cells=cells),
        spec,
        chosen,
        level=level,
        key=KEY,
        today=date(2026, 11, 1),
        folder=tmp_path,
        pdf=False,
    )


def prose(source, tmp_path=Path(".")):
    return BeautifulSoup(markdown_to_html(source, Outline(), tmp_path), "html.parser")


def test_headings_start_under_the_title_and_never_jump(tmp_path):
    cells = [cell("# Titre\n\n## Un"), cell("#### Détail\n\n### Suite\n\n# Un autre titre\n\n## Deux")]
    soup = BeautifulSoup(make_page(cells, tmp_path), "html.parser")
    assert len(soup.find_all("h1")) == 1
    assert [(head.name, head.get_text()) for head in soup.main.find_all(re.compile("^h"))] == [
        ("h2", "Un"),
        ("h3", "Détail"),
        ("h3", "Suite"),
        ("h2", "Deux"),
    ]


def test_two_headings_alike_have_two_anchors(tmp_path):
    soup = prose("## À retenir\n\n## À retenir\n\n## Quoi ?")
    assert [head["id"] for head in soup.find_all("h2")] == ["a-retenir", "a-retenir-2", "quoi"]


def test_the_contents_lead_to_the_sections_and_say_their_level(tmp_path):
    cells = [cell("## Un $x^2$", "socle"), cell("## Approfondissement : deux", "approfondissement"), cell("## Trois")]
    soup = BeautifulSoup(make_page(cells, tmp_path), "html.parser")
    lines = [line.get_text(" ", strip=True) for line in soup.nav.find_all("li")]
    assert lines == ["Un socle", "Deux approfondissement", "Trois"]
    targets = [link["href"].removeprefix("#") for link in soup.nav.find_all("a")]
    assert targets == [head["id"] for head in soup.main.find_all("h2")]
    assert [mark.get_text() for mark in soup.main.select("h2 .study")] == ["approfondissement"]


def test_formulas_are_drawn_and_money_stays(tmp_path):
    soup = prose(
        "Un $\\frac{k}{n}$, un panier à 12 \\$ et un à 15 \\$.\n\n$$\nx\n$$\n\n\\begin{align}a &= b\\end{align}"
    )
    assert [svg["aria-label"] for svg in soup.find_all("svg")] == [
        r"\frac{k}{n}",
        "x",
        r"\begin{align}a &= b\end{align}",
    ]
    assert len(soup.find_all(class_="formula-block")) == 2
    assert "12 $ et un à 15 $" in soup.get_text()


def test_addresses_are_written_out_not_linked():
    soup = prose("[La note](https://www.brucehardie.com/notes/), <https://example.org/a>, [plus bas](#suite).")
    assert soup.get_text().strip() == "La note (www.brucehardie.com/notes), example.org/a, plus bas."
    assert [link["href"] for link in soup.find_all("a")] == ["#suite"]


def test_a_local_image_goes_into_the_page(tmp_path):
    (tmp_path / "point.png").write_bytes(b"\x89PNG")
    image = prose("![Un point](point.png)", tmp_path).img
    assert image["src"].startswith("data:image/png;base64,") and image["alt"] == "Un point"


def test_the_cover_says_data_date_parameters_and_versions(tmp_path):
    shown = new_output("display_data", {"text/html": "<div>couverture</div>", display.MIME: COVER})
    page = make_page([cell("# T"), new_code_cell("secret()", outputs=[shown])], tmp_path)
    soup = BeautifulSoup(page, "html.parser")
    facts = dict(
        zip(*([tag.get_text() for tag in soup.select(f".cover {name}")] for name in ("dt", "dd")), strict=True)
    )
    assert facts["Données"] == "Essai & fils" and facts["Nature"] == "fictive"
    assert facts["Clients"] == "1\u202f234"
    assert facts["Période"] == "du 1er janvier 1997 au 30 juin 1998"
    assert facts["Rapport du"] == "1er novembre 2026"
    rows = [[td.get_text() for td in row.find_all("td")] for row in soup.select(".cover tbody tr")]
    assert rows == [["dataset", "cdnow", "jeu de données"], ["part", "0,25", "part\u00a0: une fraction"]]
    assert "pandas" in soup.find(class_="cover").get_text() and "Python" in soup.find(class_="cover").get_text()
    assert "couverture" not in page and "secret()" not in page


def test_the_level_is_said(tmp_path):
    assert "socle seulement" in make_page([], tmp_path, level="socle")
    assert "socle et approfondissement" in make_page([], tmp_path)


def test_a_title_with_signs_harms_neither_the_page_nor_its_style(tmp_path):
    page = make_page([], tmp_path)
    soup = BeautifulSoup(page, "html.parser")
    assert soup.h1.get_text() == 'Le "titre" & <sa> suite'
    assert "<sa>" not in page
    assert css_string('a"</style>\\b') == '"a\\22 \\3c \\2f style\\3e \\5c b"'


def test_a_page_says_what_an_index_needs(tmp_path):
    figure = {"type": "key_figure", "label": 'Part "des" 20 %', "text": "67,8 %", "value": 0.678}
    outputs = [new_output("display_data", {"text/html": "x", display.MIME: record}) for record in (COVER, figure)]
    summary = json.loads(unescape(SUMMARY.search(make_page([new_code_cell("", outputs=outputs)], tmp_path))[1]))
    assert (summary["slug"], summary["dataset"], summary["date"]) == ("93_essai", "Essai & fils", "2026-11-01")
    assert summary["records"] == [figure]


@pytest.mark.parametrize(
    ("value", "expected"),
    [(True, "oui"), (False, "non"), (2.0, "2"), (0.05, "0,05"), (2026, "2026"), ("", "–"), ("00123", "00123")],
)
def test_values_are_written_in_french(value, expected):
    assert french_value(value) == expected


def test_of_a_users_file_only_the_name_is_shown(tmp_path):
    page = make_page([], tmp_path, values={"dataset": str(tmp_path / "ventes.csv")})
    assert "ventes.csv" in page and str(tmp_path) not in page


@pytest.mark.parametrize(
    ("day", "expected"), [(date(2026, 2, 1), "1er février 2026"), (date(2026, 8, 22), "22 août 2026")]
)
def test_dates_are_written_in_french(day, expected):
    assert french_date(day) == expected
