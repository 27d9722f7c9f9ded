"""Answers of notebook 16 found by hand, on a trial of one's own."""

import pandas as pd


def status(rendered):
    return rendered.record["status"]


def test_answers_by_hand_on_a_small_trial(tmp_path):
    """Forty customers; in the window the treated order twice each, the control once and a half on average."""
    from grc_helpers import open_chapter

    people = [f"C{k:02}" for k in range(40)]
    sales = [(who, day, 10) for who in people for day in ("2024-01-10", "2024-03-02")]
    sales += [(who, "2024-03-05", 10) for k, who in enumerate(people) if k < 20 or k % 2]
    sales.append(("late", "2024-12-31", 5))
    pd.DataFrame(sales, columns=["client", "date", "montant"]).to_csv(tmp_path / "ventes.csv", index=False)
    trial = pd.DataFrame({"client": people, "date": "2024-03-01", "groupe": ["traité"] * 20 + ["témoin"] * 20})
    trial.to_csv(tmp_path / "essai.csv", index=False)
    chapter = open_chapter(
        "16", dataset=str(tmp_path / "ventes.csv"), trial=str(tmp_path / "essai.csv"), window_days=10, margin_rate=0.5
    )
    assert status(chapter.check("16.1", 0.03)) == "right"
    assert "faciale" in chapter.check("16.1", 0.05).text
    assert status(chapter.check("16.2", 0.02 / 0.48)) == "right"
    assert "laissent m − d" in chapter.check("16.2", 0.04).text
    assert status(chapter.check("16.3", 0.5 / 1.5)) == "right"
    assert "les témoins, pas les traités" in chapter.check("16.3", 0.25).text
