"""Answers of notebook 06 found by hand."""

import pandas as pd


def status(rendered):
    return rendered.record["status"]


def test_answers_by_hand_on_a_small_file(tmp_path):
    """Sixteen customers order once, sixteen twice…, at 10 each; then for 100, 200, 300 or 400, give or take 20."""
    from grc_helpers import open_chapter

    days = ["2024-01-01", "2024-02-01", "2024-03-01", "2024-04-01"]
    sales = []
    for k in range(64):
        group = 1 + k % 4
        sales += [(f"C{k:02d}", day, 10) for day in days[:group]]
        sales += [(f"C{k:02d}", "2024-12-29", 100 * group + (20 if k < 32 else -20))]
    file = tmp_path / "ventes.csv"
    pd.DataFrame(sales, columns=["client", "date", "montant"]).to_csv(file, index=False)
    chapter = open_chapter(
        "06",
        dataset=str(file),
        margin_rate=0.5,
        cost_per_order=0.0,
        action_effect=0.1,
        action_cost=5.0,
        segment_cost=101.0,
    )
    # Profits 50 × group ± 10: between 50² × 1.25 = 3125, within 100.
    assert status(chapter.check("06.1", 3125 / 3225)) == "right"
    # Spend is ten times the orders: the same slices.
    assert status(chapter.check("06.2", 1.0)) == "right"
    # Mean profit 125; twice that brings .1 × 250 − 5 = 20 a customer: 101 ÷ 20 = 5.05, so six.
    assert status(chapter.check("06.3", 6)) == "right"
    assert status(chapter.check("06.3", 5)) == "wrong"
