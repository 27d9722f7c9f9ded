"""The page of verdicts: read from executed notebooks, honest about those that are missing, built once."""

import nbformat
import pytest
from bs4 import BeautifulSoup
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from grc_helpers.classroom import build, gathered, verdicts
from grc_helpers.classroom.spec import find_spec, read_spec

TEXT = """---
kernelspec: {{name: python3, display_name: Python 3, language: python}}
grc: {{number: "{number}", title: Titre {number}, kinds: []}}
---

# Titre

```{{code-cell}} ipython3
---
tags: [parameters]
---
seed: int = 1  # graine
```
"""


def verdict(notion="L10", **options):
    return verdicts.undecidable(
        notion, claim="« X <b> »", source="S0", data="D", nature="fictive", why="w", needed="n", **options
    )


def stored(home, number, shown, *, executed=True):
    """Write the text and the notebook of a chapter that shows objects under a section."""
    (home / "notebooks" / "textes" / f"{number}_essai.md").write_text(TEXT.format(number=number), encoding="utf-8")
    cells = [new_markdown_cell("## 3. Une section", id="abc")]
    outputs = (
        [new_output("execute_result", one._repr_mimebundle_(), execution_count=1) for one in shown] if executed else []
    )
    cells.append(new_code_cell("x", outputs=outputs))
    nbformat.write(new_notebook(cells=cells), home / "notebooks" / f"{number}_essai.ipynb")


@pytest.fixture
def course(workbook):
    (workbook / "notebooks" / "textes" / "90_essai.md").unlink()
    read_spec.cache_clear()
    oracle = verdicts.oracle("O15", label="NPS", published=10, ours=12, tolerance=0.5, decimals=0)
    stored(workbook, "01", [verdict(), oracle])
    stored(workbook, "02", [verdict()], executed=False)
    stored(workbook, "18", [verdict(), verdict()])
    (workbook / "notebooks" / "textes" / "03_essai.md").write_text(TEXT.format(number="03"), encoding="utf-8")
    yield workbook
    read_spec.cache_clear()


def test_records_are_read_with_their_section_and_the_asking_notebook_gives_its_own(course):
    notebooks, records = gathered.gather("18", own=[verdict("C13")])
    assert list(records["number"]) == ["01", "01", "18"] and list(records["name"]) == ["L10", "O15", "C13"]
    assert records["cell"].tolist() == ["abc", "abc", ""] and not records["agrees"].iloc[1]
    status = notebooks.set_index("number")["status"]
    assert status["01"] == gathered.READ and status["02"] == gathered.EMPTY
    assert status["03"] == status["17"] == gathered.ABSENT


def test_counts_by_notebook_and_their_total(course):
    table = gathered.by_notebook(*gathered.gather("18", own=[verdict("C13")])).set_index("book_number")
    assert table.loc["01", verdicts.UNDECIDABLE] == 1 and table.loc["01", ["oracles", "agreeing"]].tolist() == [1, 0]
    assert table.loc["", verdicts.UNDECIDABLE] == 2 and table.loc["02", verdicts.UNDECIDABLE] == 0


def test_what_is_missing_is_said(course):
    said = gathered.in_words(*gathered.gather("18", own=[]))
    assert "Résultats publiés recalculés : 1, dont 0 retrouvés" in said
    assert "sans résultat" in said and "02" in said and "absent" in said and "17" in said


def test_the_page_links_to_sections_and_escapes(course):
    notebooks, records = gathered.gather("18", own=[verdict("C13")])
    soup = BeautifulSoup(gathered.page(notebooks, records, "verdict").html, "html.parser")
    links = {link["href"]: link.get("title", "") for link in soup.find_all("a")}
    assert links["01_essai.ipynb#cell-id=abc"] == "3. Une section" and "18_essai.ipynb" in links
    assert not soup.find("b") and "« X <b> »" in soup.get_text().replace("\u00a0", " ")
    assert "non" in gathered.page(notebooks, records, "oracle").text


def test_the_course_links_lead_to_real_sections():
    notebooks, records = gathered.gather("18")
    for row in records.itertuples():
        cells = {cell.id: cell.source for cell in nbformat.read(find_spec(row.number).path, as_version=4).cells}
        assert f"## {row.section}" in cells[row.cell]
    assert len(records) > 70


def test_a_notebook_that_gathers_depends_on_all_others_but_not_on_a_stale_self(course):
    from pathlib import Path

    spec = find_spec("18")
    build._remember(spec, [Path(gathered.__file__)])
    assert build._is_current(spec)
    stored(course, "01", [verdict(), verdict()])
    assert not build._is_current(spec)
    build._remember(spec, [Path(gathered.__file__)])
    stored(course, "17", [verdict()])
    assert not build._is_current(spec)
