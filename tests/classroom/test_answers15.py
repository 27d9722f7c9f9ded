"""Answers of notebook 15 found by hand, on a small survey and on sales; files that cannot feed it."""

import pandas as pd
import pytest

from grc_helpers import open_chapter
from grc_helpers.errors import GrcError


def status(rendered):
    return rendered.record["status"]


@pytest.fixture
def opened(tmp_path):
    """Return a function that opens the chapter on a file with these columns."""

    def open_(columns, name="enquete.csv"):
        pd.DataFrame(columns).to_csv(tmp_path / name, index=False)
        return open_chapter("15", dataset=str(tmp_path / name), discount_rate=0.25)

    return open_


def test_answers_by_hand_on_a_small_survey(opened):
    marks = [9] * 20 + [10] * 10 + [7] * 10 + [6] * 5 + [0] * 5 + [""] * 3
    chapter = opened({"client": range(53), "NPS": marks})
    assert chapter.data.kind == "survey"
    assert status(chapter.check("15.1", 40.0)) == "right"  # 30 promoters, 10 detractors, of 50
    assert "ôtez celle des détracteurs" in chapter.check("15.1", 60.0).text
    assert "neutres" in chapter.check("15.1", 20.0).text
    assert status(chapter.check("15.2", -4)) == "right"
    assert "représentent 600 clients" in chapter.check("15.2", (8000 - 1200) / 460).text
    assert status(chapter.check("15.3", 37.5)) == "right"  # .25 × 100 × .75 ÷ (1.25 − .75)
    assert "55 %" in chapter.check("15.3", 120.0).text.replace("\u202f", " ")


def test_sales_are_answered_on_the_survey_of_the_course(opened):
    chapter = opened({"client": ["a", "a"], "date": ["2024-01-31", "2024-03-31"], "montant": [5, 5]}, "ventes.csv")
    from grc_helpers.classroom.answers.ch15 import general_marks

    assert chapter.data.kind == "transactions" and len(general_marks(chapter)) == 1610


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        ({"client": [1, 2], "NPS": [11, 9]}, "réponses hors de l'échelle, de 0 à 10"),
        ({"client": [1, 2], "Satisfaction": [4, 5]}, "L'échelle des réponses n'est pas dite"),
        ({"a": [1], "b": [2]}, "pour aucune question"),
    ],
)
def test_files_that_cannot_feed_it_are_refused(opened, columns, expected):
    with pytest.raises(GrcError) as refusal:
        opened(columns)
    assert expected in str(refusal.value)
