"""Fact sheets: the reader's answers in place, one document, nothing overwritten, nothing that acts."""

import pandas as pd
import pytest

from grc_helpers.classroom.fiches import BLANK, make_fiche, to_rendered, write_fiches
from grc_helpers.errors import GrcError

GOALS = pd.DataFrame({"But": ["Réduire l'attrition", "Attachement"], "Ce que disent les données": ["12 % par an", "–"]})


def fiche(answers=None, **changes):
    sheet = {"title": "Des buts", "source": "S0", "table": GOALS, "question": "Lequel d'abord ?"} | changes
    return make_fiche("C1", blank="Votre cible", answers=answers or {}, **sheet)


def test_answers_take_their_place_and_the_rest_stays_to_be_filled():
    sheet = fiche({"Réduire l'attrition": "8 % en deux ans"})
    assert sheet.table["Votre cible"].tolist() == ["8 % en deux ans", BLANK]
    shown = to_rendered(sheet)
    assert shown.record == {"type": "fiche", "notion": "C1", "title": "Des buts", "to_fill": 1}
    assert "Lequel d'abord" in shown.text and "12\u202f% par an" in shown.html


def test_an_answer_to_no_point_is_refused_with_the_nearest():
    with pytest.raises(GrcError, match="(?s)n'a pas de ligne « Attachment ».*vouliez-vous dire « Attachement »"):
        fiche({"Attachment": "fort"})


def test_the_table_given_is_left_as_it_was():
    before = GOALS.copy()
    fiche({"Attachement": "fort"})
    pd.testing.assert_frame_equal(GOALS, before)


def test_one_document_in_which_nothing_acts(tmp_path):
    hostile = "<script>alert(1)</script>"
    sheets = [fiche({"Attachement": hostile}), fiche(title=hostile, question=hostile)]
    text = write_fiches(sheets, tmp_path / "fiches.html", title=hostile).read_text(encoding="utf-8")
    assert "<script" not in text and text.count("<section>") == 2 and "&lt;script&gt;" in text


@pytest.mark.parametrize(("name", "message"), [("deja.html", "existe déjà"), ("fiches.csv", "un fichier .html")])
def test_what_is_refused(tmp_path, name, message):
    (tmp_path / "deja.html").write_text("à moi")
    with pytest.raises(GrcError, match=message):
        write_fiches([fiche()], tmp_path / name, title="x")
    assert (tmp_path / "deja.html").read_text() == "à moi"
    with pytest.raises(GrcError, match="pas encore de fiche"):
        write_fiches([], tmp_path / "autre.html", title="x")
