"""Answers of notebook 11 found by hand, and on files that cannot feed them."""

import pytest

from grc_helpers.errors import GrcError

MAILS = ((1, "07"), (2, "07"), (2, "09"), (3, "09"))


def status(rendered):
    return rendered.record["status"]


def opened(tmp_path, text, **values):
    from grc_helpers import open_chapter

    file = tmp_path / "contacts.csv"
    file.write_text(text, encoding="utf-8")
    return open_chapter("11", dataset=str(file), **values)


def test_one_channel_by_hand(tmp_path):
    rows = ["client;date;canal", "1;2025-01-06;appel", *(f"{who};2025-01-{day};mail" for who, day in MAILS)]
    chapter = opened(tmp_path, "\n".join(rows))
    assert status(chapter.check("11.1", 2 / 3)) == "right"
    for wrong, words in ((1 / 3, "plusieurs canaux"), (3 / 5, "part des contacts"), (200 / 3, "pourcentage")):
        shown = chapter.check("11.1", wrong)
        assert status(shown) == "wrong" and words in shown.text


def test_without_channels_the_exercise_says_what_is_missing(tmp_path):
    chapter = opened(tmp_path, "client;date\n1;2025-01-06\n2;2025-01-07\n")
    assert status(chapter.check("11.1", None)) == "blank"
    with pytest.raises(GrcError, match=r"n'a pas de réponse sur ce jeu(?s:.*)canal"):
        chapter.check("11.1", 0.5)


def test_call_against_letter_follows_the_settings(tmp_path):
    chapter = opened(tmp_path, "client;date;canal\n1;2025-01-06;appel\n", lift_call=0.04, lift_mail=0.02)
    assert status(chapter.check("11.3", (4.80 - 0.95) / 0.02)) == "right"
    assert "Comparez-les" in chapter.check("11.3", 4.80 / 0.04).text
