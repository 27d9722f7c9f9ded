"""The index of notions: every notion has a name, every link leads to a section that is there."""

import re
from functools import partial

import nbformat
import pytest
from bs4 import BeautifulSoup

from grc_helpers.classroom import notions
from grc_helpers.classroom.build import read_text
from grc_helpers.classroom.edition import strip
from grc_helpers.classroom.outputs import to_html
from grc_helpers.classroom.prose import Outline, markdown_to_html
from grc_helpers.classroom.render import page_address
from grc_helpers.classroom.spec import find_spec, list_specs

KEY = "00" * 32


@pytest.fixture(scope="module")
def links():
    return BeautifulSoup(notions.notion_index().html, "html.parser").find_all("a")


def test_names_are_those_of_the_inventory_in_order():
    themes, names = notions.read_names()
    assert list(themes) == list("ABCDEFGHIJKLMN") and len(names) == 244
    assert all(re.fullmatch(r"[A-N]\d{1,2}[a-g]?", notion) and name for notion, name in names.items())
    assert len(set(names.values())) >= 230  # a few notions meet twice in the course
    keys = [(notion[0], int(re.sub(r"\D", "", notion)), notion) for notion in names]
    assert keys == sorted(keys)


def test_every_treated_notion_has_a_name_and_a_section():
    names = notions.read_names()[1]
    rows = notions.treated_notions()
    assert rows and all(row["notion"] in names and row["section"] and row["level"] for row in rows)
    assert [row["notion"] for row in rows] == sorted((row["notion"] for row in rows), key=list(names).index)


@pytest.mark.parametrize("edition", [lambda notebook: notebook, strip], ids=["reference", "student"])
def test_links_lead_to_sections_of_the_notebooks(links, edition):
    for link in links:
        page, _, cell = link["href"].partition("#cell-id=")
        cells = edition(nbformat.read(find_spec(page.removesuffix(".ipynb")).path, as_version=4)).cells
        assert not cell or [c.source.partition("\n")[0] for c in cells if c.id == cell] == [f"## {link['title']}"]


def test_links_lead_to_sections_of_the_pages(links):
    anchors = {}
    for spec in list_specs():
        outline = Outline()
        for cell in read_text(spec.text).cells:
            if cell.cell_type == "markdown":
                markdown_to_html(cell.source, outline, spec.text.parent)
        anchors[spec.slug] = {heading.anchor for heading in outline.headings} | {"sommaire"}
    address = partial(page_address, here="00_bienvenue", pages=frozenset(anchors))
    for link in links:
        page, _, anchor = address(link["href"], link.get("title", "")).partition("#")
        assert not anchor or anchor in anchors[page.removesuffix(".html") or "00_bienvenue"]


def test_a_page_made_alone_has_no_link_to_pages_that_are_not_there():
    address = partial(page_address, here="00_bienvenue", pages=frozenset())
    bundle = notions.notion_index()._repr_mimebundle_()
    html = "".join(to_html([nbformat.v4.new_output("display_data", bundle)], KEY, address))
    targets = {link.get("href", "") for link in BeautifulSoup(html, "html.parser").find_all("a")}
    assert "" in targets and all(target.startswith("#") for target in targets - {""})


@pytest.mark.parametrize("link", ["https://a.org/04_x.ipynb", "../04_x.ipynb", "javascript:alert(1)", "", "04_x.html"])
def test_other_links_lead_nowhere(link):
    assert page_address(link, "Titre", here="00_bienvenue", pages=frozenset({"04_x"})) is None


def test_a_link_becomes_the_one_of_the_page():
    address = partial(page_address, here="00_bienvenue", pages=frozenset({"04_x"}))
    assert address("04_x.ipynb#cell-id=0a1b", "1. Étape : la fin") == "04_x.html#1-etape-la-fin"
    assert address("04_x.ipynb", "") == "04_x.html"
    assert address("00_bienvenue.ipynb#cell-id=0a1b", "1. Un") == "#1-un"


def test_notebooks_are_found_by_notion_and_by_step():
    assert notions.notebooks_on("B1") == "00, 18" and notions.notebooks_on("A0") == "–"
    assert notions.notebooks_on("E9", "B1").split(", ")[0] == "00"
    numbers = {spec.number for spec in list_specs()}
    steps = notions.step_notebooks()
    assert list(steps)[1:] == ["Identifier", "Segmenter", "Adapter", "Échanger", "Évaluer"]
    assert sorted(sum(steps.values(), [])) == sorted(numbers - {"00"})


def test_the_definition_of_the_course_leads_to_notions_that_have_a_name():
    source = "\n".join(cell.source for cell in read_text(find_spec("00").text).cells if cell.cell_type == "code")
    cited = re.findall(r'"([A-N]\d+)"', source[source.index("pieces = [") : source.index("chart = ")])
    assert len(cited) >= 12 and set(cited) <= set(notions.read_names()[1])
