"""Small groups: hidden in the report of a reader's own file, with what would give them away; elsewhere shown."""

from types import SimpleNamespace

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grc_helpers.classroom import display
from grc_helpers.classroom.chapter import Chapter
from grc_helpers.classroom.report import plan
from grc_helpers.classroom.small_groups import VARIABLE, hidden_cells, smallest_group

TIERS = pd.DataFrame(
    {
        "customers": [3, 9, 48],
        "customer_share": [0.05, 0.15, 0.8],
        "total_spend": [900.0, 300.0, 200.0],
        "average_basket": [90.0, 30.0, 10.0],
    },
    index=pd.Index(["Bons", "Standards", "Petits"], name="Palier"),
)


def lines(frame, **options) -> list[list[str]]:
    """Return the words of each line of a table."""
    shown = display.table(frame, caption="Essai", **options)
    return [line.split() for line in shown.text.splitlines()[2:]]


def test_a_small_group_is_hidden_with_its_numbers_and_the_next_one_that_a_total_would_give_away():
    bons, standards, petits, *note = lines(TIERS, smallest=5)
    assert bons == ["Bons"] + ["caché"] * 4
    assert standards[:2] == ["Standards", "caché"] and "48" in petits and "caché" not in petits
    assert "moins de 5 clients" in " ".join(note[0])


def test_two_small_groups_hide_each_other():
    frame = TIERS.assign(customers=[2, 3, 48])
    assert hidden_cells(frame, smallest=5)["customers"].tolist() == [True, True, False]


def test_an_empty_group_tells_of_nobody():
    assert not hidden_cells(TIERS.assign(customers=[0, 12, 48]), smallest=5).any(axis=None)


def test_ordinary_tables_are_left_alone():
    each = pd.DataFrame({"customer_id": ["a", "b"], "n_orders": [1, 2], "total_spend": [10.0, 3.0]})
    means = pd.DataFrame({"measure": ["Gini", "Clients"], "found": [0.5, 3.0]})
    shares = pd.DataFrame({"Clients": [0.3, 0.7], "Part": [0.1, 0.9]})  # no whole numbers: no counts
    for frame in (each, means, shares, TIERS.assign(customers=[5, 9, 48])):
        assert not hidden_cells(frame, smallest=5).any(axis=None)
        assert "caché" not in display.table(frame, caption="Essai", smallest=5).text


def test_a_table_of_counts_says_so_and_hides_in_both_directions():
    counts = pd.DataFrame({"31/12/24": [2, 30, 40], "31/01/25": [9, 20, 43]}, index=["Nouveau", "Actif", "Perdu"])
    assert not hidden_cells(counts, smallest=5).any(axis=None)
    hidden = hidden_cells(counts, smallest=5, people=True)
    assert hidden.loc["Nouveau"].all() and hidden.sum().eq(2).all()  # no cell is alone, in its row or its column


@given(st.lists(st.integers(0, 60), min_size=2, max_size=8), st.integers(2, 10))
def test_no_hidden_count_is_found_from_the_total(counts, smallest):
    frame = pd.DataFrame({"Clients": counts})
    hidden = hidden_cells(frame, smallest=smallest)["Clients"]
    assert all(hidden[(frame["Clients"] > 0) & (frame["Clients"] < smallest)])
    others = (frame["Clients"] > 0).sum()
    assert hidden.sum() != 1 or others == 1


def test_only_reports_of_a_readers_own_file_hide(monkeypatch):
    monkeypatch.delenv(VARIABLE, raising=False)
    assert smallest_group("vôtre") == 0
    monkeypatch.setenv(VARIABLE, "5")
    assert smallest_group("vôtre") == 5 and smallest_group("réelle") == smallest_group("fictive") == 0


@pytest.mark.parametrize(("nature", "shown"), [("vôtre", "caché"), ("réelle", "900")])
def test_a_chapter_knows_whose_data_it_shows(monkeypatch, nature, shown):
    monkeypatch.setenv(VARIABLE, "5")
    chapter = Chapter(None, None, SimpleNamespace(nature=nature, currency="EUR", card=None), None)
    text = chapter.table(TIERS, caption="Les trois paliers").text
    assert shown in text and ("caché" in text) == (nature == "vôtre")
    course = SimpleNamespace(nature="fictive", currency="EUR")
    assert "caché" not in chapter.table(TIERS, caption="Un jeu du cours", data=course).text


def test_asked_otherwise_a_report_masks_nothing(small_home, monkeypatch):
    monkeypatch.setenv("GRC_HOME", str(small_home))
    options = {"dataset": None, "assignments": [], "level": "complet", "out": small_home, "pdf": False}
    (masked,), (plain,) = plan(["90"], **options), plan(["90"], **options, unmasked=True)
    assert masked.smallest == 5 and len(bytes.fromhex(masked.key)) == 32
    assert (plain.smallest, plain.key) == (0, "")
