"""Answers of notebook 09 found by hand."""

import pandas as pd
import pytest

from grc_helpers.errors import GrcError


def status(rendered):
    return rendered.record["status"]


def write(path, baskets):
    """Write one order a basket; tea costs 10, a cup 20, coffee 30."""
    price = {"thé": 10, "tasse": 20, "café": 30}
    rows = [
        (f"C{k % 7}", f"2024-{1 + k % 9:02d}-15", price[item], f"O{k}", item)
        for k, held in enumerate(baskets)
        for item in held
    ]
    pd.DataFrame(rows, columns=["client", "date", "montant", "commande", "produit"]).to_csv(path, index=False)
    return str(path)


def test_answers_by_hand_on_a_small_file(tmp_path):
    """20 baskets: 4 with tea and a cup, 6 with tea only, 2 with a cup only, 8 with coffee only."""
    from grc_helpers import open_chapter

    baskets = [["thé", "tasse"]] * 4 + [["thé"]] * 6 + [["tasse"]] * 2 + [["café"]] * 8
    file = write(tmp_path / "ventes.csv", baskets)
    chapter = open_chapter("09", dataset=file, margin_rate=0.5, cannibalisation=0.2, discount=0.3)
    assert status(chapter.check("09.1", 20 * 4 / (10 * 6))) == "right"
    assert "confiance" in chapter.check("09.1", 0.4).text and "support" in chapter.check("09.1", 0.2).text
    assert status(chapter.check("09.2", 0.05)) == "right"  # one pair
    cut = 0.05 * 30
    needed = 4 * cut / (6 * (0.8 * 10 - cut) + 2 * (0.8 * 5 - cut))
    assert status(chapter.check("09.3", needed)) == "right"
    assert "cannibalisation" in chapter.check("09.3", 4 * cut / (6 * (10 - cut) + 2 * (5 - cut))).text


def test_one_product_is_refused_with_what_to_do(tmp_path):
    from grc_helpers import open_chapter

    chapter = open_chapter("09", dataset=write(tmp_path / "ventes.csv", [["thé"]] * 5))
    with pytest.raises(GrcError, match="au moins deux produits"):
        chapter.check("09.1", 1.0)
