"""Answers of notebook 05 found by hand."""

import pandas as pd
import pytest

from grc_helpers.errors import GrcError


def status(rendered):
    return rendered.record["status"]


def test_an_exercise_without_an_answer_says_what_is_missing(tmp_path):
    from grc_helpers import open_chapter

    lines = [(f"{k:02d}", f"2024-01-{1 + k % 28:02d}", 10) for k in range(40)]
    file = tmp_path / "ventes.csv"
    pd.DataFrame(lines, columns=["customer_id", "date", "amount"]).to_csv(file, index=False)
    chapter = open_chapter("05", dataset=str(file))
    for identifier, missing in (("05.2", "rachètent dans la seconde période"), ("05.3", "clients actifs")):
        assert status(chapter.check(identifier, None)) == "blank"
        with pytest.raises(GrcError, match=f"n'a pas de réponse sur ce jeu(?s:.*){missing}(?s:.*)jeu du cours"):
            chapter.check(identifier, 0.5)


def test_answers_by_hand_on_a_small_file(tmp_path):
    """Forty customers; on day 1 each buys for 10, ten buy again each quarter: every answer is known beforehand."""
    from grc_helpers import open_chapter

    days = pd.to_datetime(["2024-01-01", "2024-04-10", "2024-07-20", "2024-10-20", "2024-12-29"])
    lines = [(f"{k:02d}", days[0], 10) for k in range(40)]
    lines += [(f"{k:02d}", day, 20) for k in range(10) for day in days[1:]]
    file = tmp_path / "ventes.csv"
    pd.DataFrame(lines, columns=["customer_id", "date", "amount"]).to_csv(file, index=False)
    chapter = open_chapter("05", dataset=str(file), contact_cost=3.0, margin_rate=0.5)
    # Thirty of forty share the longest recency, ten the shortest: a quintile ends inside each block.
    assert status(chapter.check("05.1", 1.0)) == "right"
    # After 182 days the ten buy three times for 20: a response is worth 0.5 × 60 = 30; at a cost of 6, one in five.
    assert status(chapter.check("05.2", 0.2)) == "right"
    # The ten are active at each step after the first; nobody leaves.
    assert status(chapter.check("05.3", 0.0)) == "right"
