"""Answers of notebook 17 found by hand, on sales of one's own."""

import math

import pandas as pd


def status(rendered):
    return rendered.record["status"]


def test_answers_by_hand_on_two_small_periods(tmp_path):
    """Twenty customers buy once for 10, then ten of them twice for 12 each: 200, then 240; baskets 10, then 12."""
    from grc_helpers import open_chapter

    rows = [(f"C{k:02}", "2024-01-01", 10) for k in range(20)]
    rows += [(f"C{k:02}", day, 12) for k in range(10) for day in ("2024-01-12", "2024-01-20")]
    pd.DataFrame(rows, columns=["client", "date", "montant"]).to_csv(tmp_path / "ventes.csv", index=False)
    chapter = open_chapter("17", dataset=str(tmp_path / "ventes.csv"), discount_rate=0.25, sending_cost=1.0)
    expected = -12_000 + 5_000 * (0.8 + 0.64 + 0.512)
    assert status(chapter.check("17.1", expected)) == "right"
    assert "pas actualisées" in chapter.check("17.1", 3_000).text
    basket = 40 / math.log(240 / 200) * math.log(12 / 10)
    assert status(chapter.check("17.2", basket)) == "right"
    assert "toute la variation" not in chapter.check("17.2", basket).text
    assert status(chapter.check("17.3", 6_000 / 2)) == "right"
    assert "retranchez-le" in chapter.check("17.3", 2_000).text
