"""What cells displayed, made safe: customers' values stay text, identifiers become pseudonyms."""

import pandas as pd
import pytest
from bs4 import BeautifulSoup
from nbformat.v4 import new_output

from grc_helpers.classroom import display, verdicts
from grc_helpers.classroom.outputs import to_html
from grc_helpers.classroom.pseudonyms import PATTERN, pseudonym

KEY = "00" * 32
DOT = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="


def shown(value) -> list[str]:
    bundle = value if isinstance(value, dict) else value._repr_mimebundle_()
    return to_html([new_output("display_data", bundle)], KEY)


def page(value) -> BeautifulSoup:
    return BeautifulSoup("".join(shown(value)), "html.parser")


@pytest.mark.parametrize(
    "value", ["<script>alert('x')</script>", "<img src=x onerror=alert(1)>", '<a href="https://example.org">x</a>']
)
def test_a_value_that_looks_like_html_stays_text(value):
    soup = page(display.table(pd.DataFrame({"ville": [value]}), caption="Villes"))
    assert soup.td.get_text() == value
    assert not soup.find_all(["script", "img", "a"])


@pytest.mark.parametrize(
    "html",
    ["<script>alert(1)</script>", "<img src='https://example.org/x.png'>", "<iframe src='x'></iframe>", "<svg/>"],
)
def test_html_that_nobody_escaped_does_not_act(html):
    soup = page({"text/html": f"<div>{html}</div>"})
    assert [tag.name for tag in soup.find_all()] == ["div"]


def test_events_and_styles_of_a_tag_are_dropped():
    soup = page({"text/html": '<p onclick="x()" style="background:url(//a.b)" class="grc-finding">Dit</p>'})
    assert soup.p.attrs == {"class": ["grc-finding"]}


@pytest.mark.parametrize("heading", ["client", "Client", "customer_id"])
def test_identifiers_become_pseudonyms_whatever_made_the_table(heading):
    frame = pd.DataFrame({heading: ["00017", "00042"], "n": [3, 4]})
    for table in (display.table(frame, caption="Clients"), {"text/html": frame.to_html(index=False)}):
        cells = [row.find("td").get_text() for row in page(table).select("tbody tr")]
        assert cells == [pseudonym("00017", KEY), pseudonym("00042", KEY)]
        assert all(PATTERN.fullmatch(cell) for cell in cells)


def test_a_pseudonym_is_not_disguised_twice():
    frame = pd.DataFrame({"client": [pseudonym("00017", KEY)]})
    assert page(display.table(frame, caption="Clients")).td.get_text() == pseudonym("00017", KEY)


@pytest.mark.parametrize(
    ("texts", "numeric"),
    [
        (["1\u202f234,5\u202f€", "–"], True),
        (["67,8\u202f%", "−3,0\u202f%"], True),
        (["12\u202fUSD", "7"], True),
        (["Nîmes", "12"], False),
        (["", ""], False),
        (["67,8\u202f% [66,1\u202f; 69,5]\u202f%"], False),
    ],
)
def test_columns_of_numbers_are_aligned_right(texts, numeric):
    soup = page({"text/html": pd.DataFrame({"x": texts, "nom": ["a"] * len(texts)}).to_html(index=False)})
    first = soup.select_one("tbody td")
    assert (first.get("class") == ["number"]) is numeric
    assert (soup.th.get("class") == ["number"]) is numeric


def test_an_interval_stays_on_one_line_and_a_hostile_one_stays_text():
    table = page(display.table(pd.DataFrame({"part": ["67,8 % [66,1 % ; 69,5 %]", "[<b>1 ; 2]"]}), caption="Parts"))
    kept = [span.get_text() for span in table.find_all("span", class_="interval")]
    assert kept == ["[66,1 % ; 69,5 %]"] and "[<b>1 ; 2]" in table.get_text() and not table.find("b")


def test_a_table_keeps_its_caption_and_says_what_its_headings_head():
    table = page(display.table(pd.DataFrame({"ville": ["Nîmes"], "n": [3]}), caption="Trois villes", note="Lu ainsi."))
    assert table.caption.get_text() == "Trois villes"
    assert [head["scope"] for head in table.find_all("th")] == ["col", "col"]
    assert table.find(class_="grc-note").get_text() == "Lu ainsi."
    assert not table.find("style") and not table.find(id=True)


def test_a_figure_takes_its_words_its_size_and_its_caption():
    image = new_output(
        "display_data", {"image/png": DOT}, metadata={"image/png": {"alt": 'Une "courbe"', "width": 720, "height": 400}}
    )
    caption = new_output("display_data", {"text/html": '<p class="grc-caption"><small>Une courbe</small></p>'})
    (html,) = to_html([image, caption], KEY)
    figure = BeautifulSoup(html, "html.parser").figure
    assert (figure.img["alt"], figure.img["width"], figure.img["height"]) == ('Une "courbe"', "720", "400")
    assert figure.figcaption.get_text() == "Une courbe"


def test_a_verdict_shows_its_outcome_and_the_labels_of_its_lines():
    soup = page(
        verdicts.judge(
            "E9",
            claim="20 % des clients font 80 % du CA & plus",
            source="S2",
            data="CDNOW",
            nature="réelle",
            estimate=0.678,
            low=0.661,
            high=0.695,
            tolerance=(0.75, 0.85),
        )
    )
    assert soup.div["class"] == ["grc-verdict", "not-found"]
    assert soup.find(class_="badge").get_text() == verdicts.NOT_FOUND
    labels = [label.get_text().split("\u00a0:")[0] for label in soup.find_all(class_="label")]
    assert labels == ["Affirmation (S2)", "Données", "Mesure", "Pourquoi"]
    assert "du CA & plus" in soup.get_text()


def test_warnings_errors_and_the_cover_are_left_out_and_prints_are_kept():
    outputs = [
        new_output("stream", name="stderr", text="FutureWarning"),
        new_output("error", ename="E", evalue="v", traceback=["t"]),
        new_output("display_data", {"text/html": "x", display.MIME: {"type": "cover"}}),
        new_output("stream", name="stdout", text="\x1b[31m3 < 4\x1b[0m\n"),
        new_output("execute_result", {"text/plain": "'tout'"}, execution_count=1),
    ]
    assert to_html(outputs, KEY) == ["<pre>3 &lt; 4</pre>", "<pre>&#x27;tout&#x27;</pre>"]


def test_links_lead_where_the_page_says_and_nowhere_else():
    bundle = {"text/html": '<a href="04_x.ipynb" title="Titre" onclick="x()">x</a><a href="https://a.org">y</a>'}
    output = new_output("display_data", bundle)
    (html,) = to_html([output], KEY, lambda link, title: {"04_x.ipynbTitre": "04_x.html"}.get(link + title))
    first, second = BeautifulSoup(html, "html.parser").find_all("a")
    assert (first.attrs, second.attrs) == ({"href": "04_x.html", "title": "Titre"}, {})
    assert not any(link.attrs for link in BeautifulSoup(to_html([output], KEY)[0], "html.parser").find_all("a"))


def test_without_a_key_identifiers_stay_as_they_are():
    bundle = {"text/html": pd.DataFrame({"customer_id": ["00017"]}).to_html()}
    (html,) = to_html([new_output("display_data", bundle)], "")
    assert "00017" in html and not PATTERN.search(html)
