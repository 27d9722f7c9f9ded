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
from grc_helpers.strategy_culture import complacency, culture_notes, culture_sheet
from grc_helpers.strategy_exchange import attention_balance, equity, exchange, exchange_summary
from grc_helpers.strategy_history import PROGRAMME, empty_slides, events, stages
from grc_helpers.strategy_priorities import priorities, priority_sheet, robustness

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


def test_nothing_is_ranked_before_the_reader_has_noted_two_actions():
    for notes in ({}, {"facile": (3, 1)}):
        sheet = priority_sheet(["grande", "facile"], notes, first=1, seed=1)
        assert sheet["Action"].tolist() == ["grande", "facile"]
        assert set(sheet["Impact, effort"]) == {"à noter"} and set(sheet.iloc[:, 2:].to_numpy().ravel()) == {"–"}
    sheet = priority_sheet(["grande", "facile", "autre"], NOTES, first=1, seed=1)
    assert sheet["Action"].tolist() == ["facile", "moyenne", "grande", "autre"]
    assert sheet["Rang"].tolist() == ["1", "2", "3", "–"]


def test_attention_is_paid_customer_by_customer():
    """30 messages of a minute are half an hour: worth 5 at 10 an hour, 10 at 20."""
    table = pd.DataFrame({"messages": [30, 30, 0], "advantages": [6.0, 0.0, 0.0]})
    found = attention_balance(table, minutes=1, hourly=(10, 20))
    assert found["exchange_balance"].tolist() == pytest.approx([(1 - 5) / 3, (-4 - 10) / 3])
    assert found["exchange_median"].tolist() == [0, -4] and found["giving_more"].tolist() == pytest.approx(
        [1 / 3, 2 / 3]
    )


def frame(*rows, columns):
    return pd.DataFrame(rows, columns=["customer_id", *columns])


def test_exchange_by_hand():
    day, before = date(2025, 6, 1), date(2024, 6, 1)
    tables = {
        "ventes": frame(("a", day, 20.0), ("b", day, 30.0), ("a", before, 99.0), columns=["date", "amount"]),
        "contacts": frame(
            *[("a", day, "sortant", "sans suite")] * 3,
            ("c", day, "sortant", None),
            ("a", day, "entrant", "répondu"),
            ("b", day, "entrant", "résolu"),
            ("a", day, "entrant", "sans suite"),
            columns=["date", "direction", "outcome"],
        ),
        "coupons": frame(("b", day, 5.0), ("a", None, 5.0), columns=["redeemed_on", "value"]),
        "carte_points": frame(
            ("a", day, "utilisés", -150), ("a", day, "gagnés", 90), columns=["date", "event", "points"]
        ),
        "journal_collecte": frame(("a", day, True), ("b", day, False), columns=["date", "given"]),
    }
    table = exchange(tables.__getitem__, year=2025, point_value=0.04)
    names = ["money", "messages", "data", "dialogue", "services", "advantages"]
    assert table.loc["a", names].tolist() == [20, 3, 1, 1, 0, 6]
    assert table.loc["b", names].tolist() == [30, 0, 0, 0, 1, 5]
    assert table.loc["c", names].tolist() == [0, 1, 0, 0, 0, 0]
    assert exchange_summary(table)["Clients concernés"].tolist() == pytest.approx([2 / 3, 2 / 3, *[1 / 3] * 3, 2 / 3])
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
    table = culture_notes(pd.concat([old, grades, grades.assign(dimension="moyens", score=5.0)]))
    assert table.index.tolist() == ["y", "x"] and table["kindness"].tolist() == [1.0, 1.5]
    excess = pd.DataFrame({"excess_ratio": [1.5, 1.2], "excess_ratio_low": [1.1, 0.9]}, index=["arôme", "prix"])
    said = culture_sheet(table, excess, "bureau et particulier").iloc[:, -1].tolist()
    assert "arôme (× 1,5)" in said[0] and "prix" not in said[0]  # 0.9: no more than chance
    assert said[1:3] == ["rien : à demander", "bureau et particulier"] and "de 1,0 à 2,5 sur 5" in said[3]


def test_complacency_is_found_again_whoever_is_lenient():
    """Five departments grade one another on ten occasions; each is lenient in its way, and 0.8 kinder to itself."""
    rng, found = np.random.default_rng(7), []
    places = pd.MultiIndex.from_product(
        [range(2), range(5), range(5), range(5)], names=["date", "dimension", "department", "rater"]
    )
    for _ in range(1000):
        grades = places.to_frame(index=False)
        lenient, own = rng.normal(0, 0.5, 5), grades["department"] == grades["rater"]
        grades["score"] = 3 + lenient[grades["rater"]] + 0.8 * own + rng.normal(0, 0.35, len(grades))
        found.append(complacency(grades))
    mean, low, high = np.array(found).T
    assert mean.mean() == pytest.approx(0.8, abs=1.96 * mean.std() / np.sqrt(1000))
    assert np.mean((low <= 0.8) & (high >= 0.8)) == pytest.approx(0.95, abs=1.96 * np.sqrt(0.95 * 0.05 / 1000))


def test_stages_and_slides_make_nothing_up():
    told = stages().iloc[:, 1]
    assert told.str.contains("absent de la transcription").tolist() == [True] * 4 + [False] and len(empty_slides()) == 6


def test_other_objectives_by_hand():
    def sale(customer, day, order):
        return (customer, day, order)

    sales = frame(
        sale("a", "2023-02-01", 1), sale("b", "2023-03-01", 2), sale("a", "2025-01-01", 3), columns=["date", "order_id"]
    )
    sales = pd.concat([sales, frame(sale("c", "2025-02-01", 4), columns=["date", "order_id"])], ignore_index=True)
    trial = [("t", "traité", 5.0), ("u", "traité", 3.0), ("v", "témoin", 2.0), ("w", "témoin", 2.0)]
    tables = {
        "ventes": sales,
        "lignes": pd.DataFrame(
            {"order_id": [1, 2, 3, 3, 4], "amount": [9.0, 9, 20, 10, 30], "cost": [1.0, 1, 10, 5, 5]}
        ),
        "couts_service": frame(("a", 2025, 5.0), ("a", 2023, 99.0), columns=["year", "service_cost"]),
        "campagnes": pd.DataFrame({"campaign_id": ["BON-2024"], "unit_cost": [1.0]}),
        "ciblage": frame(*trial, columns=["group", "margin"]).assign(campaign_id="BON-2024"),
        "enquete_part_client": frame(("a", 0.4), ("b", 0.6), columns=["declared_share"]),
    }
    said = evidence.other_objectives(tables.__getitem__).iloc[:, 1].tolist()
    assert said[0].startswith("50\u202f%") and said[1].startswith("50,0\u202f%")
    assert "17,50 [" in said[2]  # a: 15 − 5 = 10; c: 25
    assert "100\u202f% [−96\u202f; 296]" in said[3]  # 2 added for 1; half-interval 1.96 × √(2 / 2)


def test_mass_mailings_are_told_from_personal_messages():
    mass = pd.DataFrame({"customer_id": range(60), "date": "2024-01-01", "reason": "offre"})
    alone = pd.DataFrame({"customer_id": range(20), "date": "2024-01-02", "reason": "offre"})
    assert evidence.personal_share(sent(pd.concat([mass, alone], ignore_index=True))).startswith("25,0\u202f%")


def test_a_bare_log_says_what_it_does_not_note():
    sheet = evidence.relation_sheet(pd.DataFrame({"customer_id": ["a", "a"], "date": ["2024-01-01", "2025-06-01"]}))
    said = sheet.set_index("Mot de la définition")[evidence.SEEN]
    assert said["Interactive"] == "le sens des contacts n'est pas noté" and said["Durable"].startswith("100")
    young = evidence.relation_sheet(pd.DataFrame({"customer_id": ["a"], "date": ["2024-01-01"]}))
    assert young[evidence.SEEN].iloc[-1] == "le journal ne couvre pas plus d'un an"


def test_lasting_counts_the_customers_own_contacts():
    rows = [("a", "2024-01-01", "sortant"), ("b", "2024-01-01", "entrant"), ("a", "2025-06-01", "entrant")]
    rows += [("b", "2025-06-01", "sortant"), ("c", "2025-06-01", "entrant")]
    log = pd.DataFrame(rows, columns=["customer_id", "date", "direction"])
    assert evidence.relation_sheet(log)[evidence.SEEN].iloc[-1].startswith("50,0\u202f% des clients connus")


def test_the_sheets_of_the_house_have_a_text_for_each_point():
    seen = evidence.house_evidence(lambda name: read_table("cafes_merle", f"{name}.parquet"))
    seen |= dict.fromkeys(["attrition", "spend", "orders", "basket"], "…")
    assert len(evidence.goals_sheet(seen)) == 4 and len(evidence.aims_sheet(seen)) == 8
    sheet = evidence.stakes_sheet(seen)
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
