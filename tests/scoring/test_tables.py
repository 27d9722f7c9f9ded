"""The table that a score is learnt from: what it refuses, what it sets aside."""

import numpy as np
import pandas as pd
import pytest

from grc_helpers.errors import GrcError
from grc_helpers.scoring.tables import marks_sheet, scoring_table, split


def rows(n=200, **columns):
    answers = {"customer_id": [f"C{i}" for i in range(n)], "outcome": np.arange(n) % 2}
    return pd.DataFrame(answers | columns)


def test_one_answer_only_is_refused():
    with pytest.raises(GrcError, match=r"qu'une réponse(?s:.*)200 clients ont tous « oui \(1\) »"):
        scoring_table(rows(age=np.arange(200)).assign(outcome=1))


def test_ten_customers_are_refused():
    with pytest.raises(GrcError, match="Trop peu de clients(?s:.*)5 oui et 5 non(?s:.*)au moins 30 oui"):
        scoring_table(rows(10, age=np.arange(10)))


def test_nothing_that_varies_is_refused_with_the_reasons():
    with pytest.raises(GrcError, match="Aucune colonne(?s:.*)pays : une seule valeur ; vide : vide"):
        scoring_table(rows(pays="France", vide=np.nan))


def test_what_cannot_be_a_clue_is_set_aside_and_said():
    given = rows(
        age=np.arange(200) % 50,
        pays="France",
        vide=np.nan,
        code=[f"X{i}" for i in range(200)],
        jour=pd.Timestamp("2024-01-01") + pd.to_timedelta(np.arange(200) % 30, "D"),
        carte=np.arange(200) % 3 == 0,
    )
    table = scoring_table(given)
    reasons = dict(zip(table.set_aside["column"], table.set_aside["reason"], strict=True))
    assert list(table.X) == ["age", "carte"] and table.X.dtypes.astype(str).tolist() == ["float64", "float64"]
    assert {name: reason.split(" ")[0] for name, reason in reasons.items()} == {
        "pays": "une",
        "vide": "vide",
        "code": "presque",
        "jour": "date",
    }


def test_a_constant_with_holes_is_a_clue_for_its_holes():
    table = scoring_table(rows(tel=np.where(np.arange(200) % 4 == 0, np.nan, 1.0)))
    assert list(table.X) == ["tel"]


def test_numbers_that_are_labels_become_text():
    table = scoring_table(rows(kind=[1, 2, None, 40] * 50, age=np.arange(200)), labels="kind, absent")
    assert table.X["kind"].head(4).tolist() == ["1", "2", None, "40"] and table.X["age"].dtype == "float64"


def test_those_who_judge_have_the_same_share_and_do_not_learn():
    table = scoring_table(rows(1000, age=np.arange(1000)).assign(outcome=(np.arange(1000) % 10 == 0).astype(int)))
    learn, judge = split(table, judge_share=0.4, seed=1)
    assert len(judge) == 400 and not set(learn) & set(judge)
    assert table.y[judge].mean() == table.y[learn].mean() == 0.1


@pytest.mark.parametrize("day", ["03/02/2024", "2024-02-03", "3.2.24", "2024-02-03 10:00"])
def test_a_date_typed_as_text_is_set_aside_with_its_remedy(day):
    days = [day if k % 4 else None for k in range(200)]
    table = scoring_table(rows(entree=days, code=["12/A", "1-2"] * 100, age=np.arange(200)))
    assert list(table.X) == ["code", "age"]
    assert table.set_aside.set_index("column").loc["entree", "reason"].startswith("date écrite en texte : calculez")


def test_a_committee_sheet_by_hand():
    """With equal weights the order is a, b, c, d (7, 6, 5, 0); with three quarters on the first: b, a, c, d."""
    marks = pd.DataFrame({"achats": [6.0, 9.0, 5.0, 0.0], "âge": [8.0, 3.0, 5.0, 0.0]}, index=list("abcd"))
    sheet = marks_sheet(marks, [3, 1], places=(0, 1 / 3, 1))
    assert sheet["Poids"].tolist()[:2] == ["75,0\u202f%", "25,0\u202f%"] and set(sheet["Poids"][2:]) == {""}
    assert sheet["Client A"].tolist() == ["6,0", "8,0", "6,50", "2", "7,00", "1"]
    assert sheet["Client B"].tolist() == ["9,0", "3,0", "7,50", "1", "6,00", "2"]
    assert sheet["Client C"].tolist() == ["0,0", "0,0", "0,00", "4", "0,00", "4"]
