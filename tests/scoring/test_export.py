"""A card that leaves: SQL equal to Python on awkward rows, three files or none."""

import numpy as np
import pandas as pd
import pytest

from grc_helpers.errors import GrcError
from grc_helpers.scoring.card import Scorecard
from grc_helpers.scoring.export import card_sheet, card_sql, export_card, sql_gap


@pytest.fixture(scope="module")
def learnt():
    rng = np.random.default_rng(2)
    X = pd.DataFrame(
        {'le "vrai" âge': rng.integers(18, 90, 3000) * 1.0, "rue": rng.choice(["l'été", "hiver", None], 3000)}
    )
    X["montant"] = np.round(rng.gamma(2, 0.1, 3000), 2)
    odds = -2 + 0.03 * (X['le "vrai" âge'] - 50) + (X["rue"] == "l'été") + 3 * X["montant"]
    y = (rng.random(3000) < 1 / (1 + np.exp(-odds))).astype(int)
    X.iloc[::11, 0] = np.nan
    return Scorecard().fit(X, y), X, y


def test_the_sql_gives_the_same_score_and_probability(learnt):
    card, X, _ = learnt
    assert len(card.clues_) == 3 and sql_gap(card, X) == (0, pytest.approx(0, abs=1e-9))


def test_and_on_what_was_never_seen(learnt):
    card, X, _ = learnt
    strange = X.head(6).copy()
    strange["rue"] = ["jamais vue", None, "autres", "manquant", "l'été", "hiver"]
    strange["montant"] = [np.nan, -5.0, 1e9, *card.maker_.cuts_["montant"][:1], 0.0, np.nan]
    assert sql_gap(card, strange) == (0, pytest.approx(0, abs=1e-9))


def test_the_sql_takes_whole_and_boolean_columns():
    rng = np.random.default_rng(0)
    X = pd.DataFrame({"n": rng.integers(0, 9, 900), "yes": rng.random(900) < 0.5})
    y = (rng.random(900) < 0.1 + 0.08 * X["n"] * X["yes"]).astype(int)
    card = Scorecard().fit(X.astype(float), y)
    import duckdb

    with duckdb.connect() as connection:
        connection.register("clients", X.assign(customer_id=np.arange(900)))
        found = connection.execute(card_sql(card) + " ORDER BY customer_id").fetchdf()
    assert found["score"].tolist() == card.totals(X.astype(float)).tolist()


def test_three_files_that_tell_the_card_again(learnt, tmp_path):
    card, X, _ = learnt
    sheet = card_sheet(
        card, day="2026-11-27", source="essai", learnt=card.totals(X), performance={"AUC": "0,70\n-- DROP TABLE"}
    )
    assert {"Date", "Données", "AUC", "Dérive à surveiller", "Carte à réapprendre"} <= set(sheet["item"])
    files = export_card(card, sheet, tmp_path / "carte.csv")
    assert [file.name for file in files] == ["carte.csv", "carte_fiche.csv", "carte.sql"]
    points = pd.read_csv(files[0], sep=";", decimal=",", encoding="utf-8-sig")
    assert points["points"].tolist() == card.card_["points"].tolist()
    text = files[2].read_text(encoding="utf-8")
    assert text.startswith("-- Date : 2026-11-27") and "DROP TABLE" not in text and card_sql(card) in text
    before = files[0].read_bytes()
    files[2].unlink()
    with pytest.raises(GrcError, match="existent déjà(?s:.*)carte.csv, carte_fiche.csv"):
        export_card(card, sheet, files[0])
    assert files[0].read_bytes() == before and not files[2].exists()
