"""Answers of notebook 07 found by hand."""

import pandas as pd


def status(rendered):
    return rendered.record["status"]


def test_answers_by_hand_on_a_small_file(tmp_path):
    """Sixty customers, one purchase of 100 a month; twenty of them stop after June."""
    from grc_helpers import open_chapter

    months = pd.date_range("2024-01-15", periods=12, freq="MS") + pd.Timedelta(days=2)
    lines = [
        (f"{k:02d}", day + pd.Timedelta(days=k % 9), 90 + k % 21)
        for k in range(60)
        for place, day in enumerate(months)
        if k < 40 or place < 6
    ]
    file = tmp_path / "ventes.csv"
    pd.DataFrame(lines, columns=["customer_id", "date", "amount"]).to_csv(file, index=False)
    chapter = open_chapter("07", dataset=str(file), n_missions=2, n_segments=2, fixed_cost=1000.0, contact_cost=1.0)
    assert status(chapter.check("07.1", 40 / 60)) == "right"
    assert "entre 0 et 1" in chapter.check("07.1", 100 * 40 / 60).text
    assert status(chapter.check("07.2", 5.161 / 1.1291)) == "right"
    assert "la chance d'une année" in chapter.check("07.2", 5.0).text
    # The forty buy twelve times, for 90 + 381/40 on average, in the 344 days from the first purchase to the last.
    margin = 0.3 * 12 * (90 + 381 / 40) * 365.25 / 344
    assert status(chapter.check("07.3", 2 * 1000 / (0.05 * margin - 1))) == "right"
    assert "doubl" in chapter.check("07.3", 1000 / (0.05 * margin - 1)).text
