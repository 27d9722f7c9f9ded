"""Answers of notebook 12 found by hand."""

import pandas as pd


def status(rendered):
    return rendered.record["status"]


def test_answers_by_hand_on_a_small_file(tmp_path):
    """Ten customers buy for 100 on day 1, four of them for 300 more in the third month; a fifth of it is margin."""
    from grc_helpers import open_chapter

    lines = [(f"{k}", "2024-01-01", 100) for k in range(10)] + [(f"{k}", "2024-03-20", 300) for k in range(4)]
    lines.append(("late", "2024-12-31", 5000))
    file = tmp_path / "ventes.csv"
    pd.DataFrame(lines, columns=["customer_id", "date", "amount"]).to_csv(file, index=False)
    settings = {"margin": 50.0, "retention": 0.8, "discount_rate": 0.2, "acquisition_cost": 60.0, "margin_rate": 0.2}
    chapter = open_chapter("12", dataset=str(file), horizon_months=6, **settings)
    assert status(chapter.check("12.1", 50 * 1.2 / 0.5)) == "right"
    assert status(chapter.check("12.2", 1.2**0.25 - 1)) == "right"
    # 20 at once, then 60 (a little less, discounted) for four in ten: they alone reach 30.
    assert status(chapter.check("12.3", 0.4)) == "right"
    assert "chiffre d'affaires" in chapter.check("12.3", 1.0).text  # 100 of turnover would repay at once
    assert status(chapter.check("12.4", 6 * 0.4 / 0.05)) == "right"
