"""Answers of notebook 13 found by hand, on contracts and on sales."""

import pandas as pd
import pytest

from grc_helpers import open_chapter


def status(rendered):
    return rendered.record["status"]


@pytest.fixture
def chapter(tmp_path):
    """Ten contracts, renewed every 100 days: three end at 100 days, two at 200, one runs since 50 days."""
    starts = ["2024-01-01"] * 9 + ["2024-11-11"]
    ends = ["2024-04-10"] * 3 + ["2024-07-19"] * 2 + [""] * 5
    table = pd.DataFrame({"client": range(10), "début": starts, "fin": ends, "montant": "30"})
    table.to_csv(tmp_path / "contrats.csv", index=False)
    (tmp_path / "contrats.csv.grc.toml").write_text("[lecture]\nfin = 2024-12-31\n", encoding="utf-8")
    return open_chapter("13", dataset=str(tmp_path / "contrats.csv"), period_days=100, discount_rate=0.25)


def test_answers_by_hand_on_a_small_file(chapter):
    assert chapter.data.kind == "contracts"
    assert status(chapter.check("13.1", 6 / 9 * 4 / 6)) == "right"  # the young contract is at risk at neither age
    assert "jeunes compris" in chapter.check("13.1", 0.5).text
    assert "trop jeunes" in chapter.check("13.1", 0.4).text
    assert status(chapter.check("13.2", 1 / 3)) == "right"
    assert "rivale" in chapter.check("13.2", 2 / 3).text
    assert status(chapter.check("13.3", 100 * 0.75 / 0.5)) == "right"
    assert "veille" in chapter.check("13.3", 187.5).text


def test_sales_are_answered_on_the_contracts_of_the_course(tmp_path):
    (tmp_path / "ventes.csv").write_text("client,date,montant\na,2024-01-31,5\na,2024-03-31,5\n", encoding="utf-8")
    chapter = open_chapter("13", dataset=str(tmp_path / "ventes.csv"))
    course = open_chapter("13", dataset="cafes_merle")
    assert (chapter.data.kind, course.data.kind) == ("transactions", "contracts")
    answer = course.check("13.1", 0.5)
    assert status(answer) == "wrong"
    from grc_helpers.classroom.answers.ch13 import running

    assert running(chapter) == running(course)
