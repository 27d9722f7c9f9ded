"""Priorities, exchange, dates and fact sheets: by hand, and what is refused."""

from datetime import date

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from grc_helpers import strategy_evidence as evidence
from grc_helpers import strategy_figures as figures
from grc_helpers.data.loading import read_table
from grc_helpers.errors import GrcError
from grc_helpers.strategy_contacts import sent
from grc_helpers.strategy_exchange import equity, exchange
from grc_helpers.strategy_history import PROGRAMME, events
from grc_helpers.strategy_priorities import priorities, robustness

NOTES = {"grande": (5, 5), "facile": (3, 1), "moyenne": (4, 3)}


def test_priorities_by_hand():
    table = priorities(NOTES)
    assert table.index.tolist() == ["facile", "moyenne", "grande"]
    assert table["rank"].tolist() == [1, 2, 3] and table["rank_difference"].tolist() == [1, 2, 3]
    assert priorities({"b": (2, 2), "a": (2, 2), "c": (4, 4)}).index.tolist() == ["c", "a", "b"]


def test_robustness_is_a_share_and_adds_up_to_the_places():
    shaken = robustness(priorities(NOTES), first=2, draws=500, seed=1)
    assert shaken["among_first"].sum() == pytest.approx(2)
    assert (shaken["rank_low"] <= shaken["rank_high"]).all() and shaken["among_first"].idxmax() == "facile"
    twins = robustness(priorities({"a": (3, 3), "b": (3, 3)}), first=1, draws=4000, seed=1)
    assert twins["among_first"].between(0.47, 0.53).all()  # nothing tells them apart


@pytest.mark.parametrize(
    "notes", [{"a": (0, 3), "b": (1, 1)}, {"a": (3, 6), "b": (1, 1)}, {"a": (float("nan"), 1), "b": (1, 1)}]
)
def test_notes_out_of_scale_are_refused(notes):
    with pytest.raises(GrcError, match="(?s)de 1 à 5.*« a »"):
        priorities(notes)


def test_one_action_has_no_order():
    with pytest.raises(GrcError, match="au moins deux actions"):
        priorities({"seule": (3, 3)})


def frame(*rows, columns):
    return pd.DataFrame(rows, columns=["customer_id", *columns])


def test_exchange_by_hand():
    day, before = date(2025, 6, 1), date(2024, 6, 1)
    table = exchange(
        sales=frame(("a", day, 20.0), ("b", day, 30.0), ("a", before, 99.0), columns=["date", "amount"]),
        contacts=frame(
            *[("a", day, "sortant", "sans suite")] * 3,
            ("c", day, "sortant", None),
            ("a", day, "entrant", "répondu"),
            ("b", day, "entrant", "sans suite"),
            columns=["date", "direction", "outcome"],
        ),
        coupons=frame(("b", day, 5.0), ("a", None, 5.0), columns=["redeemed_on", "value"]),
        points=frame(("a", day, "utilisés", -150), ("a", day, "gagnés", 90), columns=["date", "event", "points"]),
        service=frame(("b", day, True), ("a", day, False), columns=["date", "resolved"]),
        given=frame(("a", day, True), ("b", day, False), columns=["date", "given"]),
        start=date(2025, 1, 1),
        end=date(2025, 12, 31),
        point_value=0.04,
    )
    names = ["money", "messages", "data", "dialogue", "services", "advantages"]
    assert table.loc["a", names].tolist() == [20, 3, 1, 1, 0, 6]
    assert table.loc["b", names].tolist() == [30, 0, 0, 0, 1, 5]
    assert table.loc["c", names].tolist() == [0, 1, 0, 0, 0, 0]
    cells = equity(table, many=1)
    assert cells["customers"].tolist() == [0, 1, 1, 1] and cells["share"].sum() == pytest.approx(1)
    assert cells.loc[("forte", "quelque chose"), "money"] == 20


def test_every_date_has_a_source_and_a_date_of_it():
    dated = events()
    assert dated["year"].is_monotonic_increasing and dated["source"].str.contains(r"\b(?:19|20)\d\d\b").all()
    assert set(dated["kind"]) == {PROGRAMME, "idée et outils de la GRC"}


def test_culture_notes_by_hand():
    rows = [("x", "x", 4.0), ("x", "y", 2.0), ("x", "z", 3.0), ("y", "x", 1.0), ("y", "y", 2.0)]
    grades = pd.DataFrame(rows, columns=["department", "rater", "score"]).assign(date="2025", dimension="culture")
    old = grades.assign(date="2023", score=5.0)
    table = evidence.culture_notes(pd.concat([old, grades, grades.assign(dimension="moyens", score=5.0)]))
    assert table.index.tolist() == ["y", "x"] and table["kindness"].tolist() == [1.0, 1.5]


def test_mass_mailings_are_told_from_personal_messages():
    mass = pd.DataFrame({"customer_id": range(60), "date": "2024-01-01", "reason": "offre"})
    alone = pd.DataFrame({"customer_id": range(20), "date": "2024-01-02", "reason": "offre"})
    assert evidence.personal_share(sent(pd.concat([mass, alone], ignore_index=True))).startswith("25,0\u202f%")


def test_a_bare_log_says_what_it_does_not_note():
    sheet = evidence.relation_sheet(pd.DataFrame({"customer_id": ["a", "a"], "date": ["2024-01-01", "2025-06-01"]}))
    said = sheet.set_index("Mot de la définition")[evidence.SEEN]
    assert said["Interactive"] == "le sens des contacts n'est pas noté" and said["Durable"].startswith("100")


def test_the_sheets_of_the_house_have_a_text_for_each_point():
    seen = evidence.house_evidence(lambda name: read_table("cafes_merle", f"{name}.parquet"))
    assert (
        len(evidence.goals_sheet(seen, attrition="…")) == 4
        and len(evidence.aims_sheet(seen, attrition="…", spend="…")) == 4
    )
    sheet = evidence.stakes_sheet(seen, attrition="…", personal="…", contradictions="…")
    assert len(sheet) == 10 and sheet.map(len).gt(0).all(axis=None)
    assert sheet.iloc[:, 0].str.split(" · ").str[0].value_counts().tolist() == [2] * 5


def test_heat_map_of_names_that_are_no_formulas():
    ax = plt.subplots()[1]
    shared = pd.DataFrame(
        [[np.nan, 0.25], [0.5, np.nan]], index=["5 $ ou 10 $", "b" * 60], columns=["5 $ ou 10 $", "b" * 60]
    )
    said = figures.plot_overlaps(ax, shared, days=30)
    assert "50\u202f%" in (ax.get_title() or ax.get_title(loc="left")) and "30 jours" in said
    ax.figure.canvas.draw()
    assert {text.get_text() for text in ax.texts} == {"", "25\u202f%", "50\u202f%"}
    plt.close(ax.figure)
