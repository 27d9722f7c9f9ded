"""Answers of notebook 18 found by hand, on sales of one's own."""

import pandas as pd


def status(rendered):
    return rendered.record["status"]


def test_answers_by_hand_on_a_small_file(tmp_path):
    """Fifty customers buy in the first two years; ten of them stop, and five new ones come in the third."""
    from grc_helpers import open_chapter

    rows = [(f"C{k:02}", f"{year}-06-15", 10) for k in range(50) for year in (2021, 2022)]
    rows += [(f"C{k:02}", "2023-06-15", 10) for k in range(10, 55)] + [
        ("C20", "2021-01-01", 1),
        ("C20", "2023-12-31", 1),
    ]
    pd.DataFrame(rows, columns=["client", "date", "montant"]).to_csv(tmp_path / "ventes.csv", index=False)
    chapter = open_chapter("18", dataset=str(tmp_path / "ventes.csv"))
    assert status(chapter.check("18.1", 10 / 50)) == "right"
    assert "arrivés depuis" in chapter.check("18.1", 10 / 55).text
    assert "C'est le solde" in chapter.check("18.1", 5 / 50).text.replace("\u00a0", " ")
    assert status(chapter.check("18.2", 0.25 / 0.55)) == "right"
    assert status(chapter.check("18.3", 219.722)) == "right"
    assert "np.log10" in chapter.check("18.3", 95.424).text
