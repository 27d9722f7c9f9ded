"""Answers of notebook 02 found by hand, on a small file of sales and on a contact log."""

import pandas as pd
import pytest

from grc_helpers import open_chapter


def status(rendered):
    return rendered.record["status"]


@pytest.fixture
def chapter(tmp_path):
    """Ninety days: of four buyers of days 31 to 60, one comes back; the last thirty days have three buyers."""
    days = ["2024-01-01", "2024-01-02", *["2024-02-10"] * 4, *["2024-03-15"] * 3, "2024-03-30"]
    table = pd.DataFrame({"client": [*"ax", *"abcd", *"aef", "f"], "date": days, "montant": "10"})
    table.to_csv(tmp_path / "ventes.csv", index=False)
    return open_chapter("02", dataset=str(tmp_path / "ventes.csv"), discount_rate=0.10)


def test_answers_by_hand_on_a_small_file(chapter):
    assert status(chapter.check("02.1", 104)) == "right"  # S&H stamps, 1896
    assert "C'est l'année" in chapter.check("02.1", 1896).text
    assert "en France" in chapter.check("02.1", 46).text  # Fnac, 1954
    assert "idée" in chapter.check("02.1", 17).text  # Berry, 1983
    assert status(chapter.check("02.3", 1 / 4)) == "right"
    assert "attrition" in chapter.check("02.3", 3 / 4).text
    assert "recrues comprises" in chapter.check("02.3", 1 / 3).text
    assert "périodes 0 et 1" in chapter.check("02.3", 1 / 2).text


def test_the_ceiling_is_a_sum_that_a_spreadsheet_can_do(chapter):
    kept = sum(0.15 * 11 * (0.76 ** (k / 52) - 0.70 ** (k / 52)) / 1.1 ** ((k + 1) / 52) for k in range(104))
    assert status(chapter.check("02.2", kept)) == "right"
    assert "rajoutez" in chapter.check("02.2", kept - 4.8).text


def test_a_contact_log_is_answered_on_the_sales_of_the_course(tmp_path):
    (tmp_path / "journal.csv").write_text(
        "client,date,canal\na,2024-01-31,e-mail\nb,2024-03-31,appel\n", encoding="utf-8"
    )
    chapter, course = (
        open_chapter("02", dataset=str(tmp_path / "journal.csv")),
        open_chapter("02", dataset="cafes_merle"),
    )
    assert (chapter.data.kind, course.data.kind) == ("contacts", "transactions")
    from grc_helpers.classroom.answers.ch02 import came_back

    assert came_back(chapter) == came_back(course)
