"""The index of a folder of reports."""

import json
from datetime import date
from html import escape

import pytest
from bs4 import BeautifulSoup

from grc_helpers.classroom.index import Failure, read_summaries, write_index

VERDICT = {"type": "verdict", "notion": "E9", "claim": "20 % font 80 %", "source": "S2", "data": "CDNOW"}
VERDICT |= {"nature": "réelle", "estimate": 0.678, "low": 0.661, "high": 0.695, "tolerance": [0.75, 0.85]}
VERDICT |= {"outcome": "non retrouvé sur ces données", "why": "L'intervalle est hors de la plage."}
UNDECIDED = {
    "type": "verdict",
    "notion": "E10",
    "claim": "<b>x</b>",
    "source": "S4",
    "data": "Essai",
    "nature": "fictive",
}
UNDECIDED |= {"outcome": "indécidable ici", "why": "Les coûts manquent."}
FIGURE = {"type": "key_figure", "label": "Part", "text": "67,8 %", "value": 0.678, "low": 0.6, "high": 0.7}
ORACLE = {"type": "oracle", "id": "O2", "label": "Gini", "published": 0.63, "ours": 0.634, "difference": 0.004}
MISSING = {"type": "not_applicable", "section": "Remises", "missing": "une colonne de remises"}


def put(folder, slug, records, **more):
    summary = {"number": slug[:2], "slug": slug, "title": f"Cahier {slug}", "level": "complet", "date": "2026-11-22"}
    summary |= {"pdf": False, "dataset": "CDNOW", "nature": "réelle", "records": records} | more
    head = f'<meta name="grc-report" content="{escape(json.dumps(summary))}">'
    (folder / f"{slug}.html").write_text(f"<html><head>{head}</head></html>", encoding="utf-8")


@pytest.fixture
def soup(tmp_path):
    put(tmp_path, "05_rfm", [UNDECIDED, MISSING], level="socle", pdf=True)
    put(tmp_path, "04_valeur", [VERDICT, FIGURE, ORACLE | {"agrees": True}])
    (tmp_path / "99_autre.html").write_text("<html></html>")
    path = write_index(tmp_path, [Failure("05_rfm", "05", "RFM", "cellule <7> : raté")], today=date(2026, 11, 23))
    return BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")


def test_every_report_of_the_folder_is_listed_in_the_order_of_the_course(soup):
    assert [link["href"] for link in soup.select(".cards h3 a")] == ["04_valeur.html", "05_rfm.html"]
    first, second = soup.select(".cards > li")
    assert "67,8\u202f%" in first.get_text() and "22 novembre 2026" in first.get_text()
    assert second.find("a", href="05_rfm.pdf") and not first.find("a", href="04_valeur.pdf")
    assert "socle seulement" in second.get_text()


def test_a_failure_comes_first_and_the_older_page_is_said_to_be_older(soup):
    assert "Cahier 05, RFM" in soup.find(class_="failure").get_text()
    assert soup.find(class_="failure").pre.get_text() == "cellule <7> : raté"
    older = [card.h3.get_text() for card in soup.select(".cards > li") if "Rapport précédent" in card.get_text()]
    assert older == ["05 · Cahier 05_rfm"]


def test_all_verdicts_are_in_one_table(soup):
    rows = [
        [cell.get_text(" ", strip=True) for cell in row.find_all("td")]
        for row in soup.select("table")[0].select("tbody tr")
    ]
    assert rows[0][:5] == [
        "04",
        "20\u202f% font 80\u202f% (S2, E9)",
        "CDNOW (réelle)",
        "67,8\u202f% [66,1\u202f; 69,5]\u202f%",
        "[75\u202f; 85]\u202f%",
    ]
    assert rows[0][5].startswith("non retrouvé sur ces données")
    assert rows[1][1] == "<b>x</b> (S4, E10)" and rows[1][3] == "–"


def test_published_results_and_missing_sections_are_told(soup):
    oracle = [cell.get_text(strip=True) for cell in soup.select("table")[1].select("tbody td")]
    assert oracle == ["04", "Gini(O2)", "0,630", "0,634", "0,004", "retrouvé"]
    assert "Remises\u00a0: il manque une colonne de remises" in soup.get_text()


def test_the_index_stands_alone(soup, tmp_path):
    text = (tmp_path / "index.html").read_text(encoding="utf-8")
    assert "://" not in text and "<script" not in text
    assert soup.html["lang"] == "fr" and len(soup.find_all("h1")) == 1


def test_an_empty_folder_has_an_index_too(tmp_path):
    path = write_index(tmp_path / "rapports", [], today=date(2026, 11, 23))
    assert "Aucun rapport" in path.read_text(encoding="utf-8")
    assert read_summaries(tmp_path / "rapports") == []
