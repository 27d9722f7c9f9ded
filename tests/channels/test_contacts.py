"""Contacts by channel: counted by hand, and what a poor file cannot feed."""

import pandas as pd
import pytest

from grc_helpers.channels.contacts import (
    channel_map,
    conversions,
    coverage,
    frontier,
    frontier_note,
    lacking,
    read_contacts,
)
from grc_helpers.data.loading import load
from grc_helpers.errors import GrcError

ROWS = [
    ("a", "2025-01-06", "appel", "sortant", 4.0, "vente"),
    ("a", "2025-01-07", "mail", "sortant", 1.0, "rien"),
    ("b", "2025-01-08", "mail", "sortant", 1.0, None),
    ("b", "2025-01-20", "mail", "sortant", 1.0, "vente"),
    ("c", "2025-01-21", "mail", "sortant", 1.0, "rien"),
]


@pytest.fixture
def contacts():
    frame = pd.DataFrame(ROWS, columns=["customer_id", "date", "channel", "direction", "cost", "outcome"])
    return frame.assign(date=pd.to_datetime(frame["date"]), is_useful=frame["outcome"].eq("vente"))


def test_the_map_by_hand(contacts):
    table = channel_map(contacts)
    assert table.index.tolist() == ["mail", "appel"]
    assert table.loc["mail", ["contacts", "customers", "peak_week", "total_cost"]].tolist() == [4, 3, 2, 4.0]
    assert table.loc["appel", "touched"] == pytest.approx(1 / 3)
    assert table.loc["mail", "per_customer"] == pytest.approx(4 / 3)


def test_cost_of_a_useful_contact_is_all_that_was_spent_over_what_was_useful(contacts):
    table = conversions(contacts).set_index("channel")
    assert table.loc["mail", ["contacts", "unknown", "useful"]].tolist() == [4, 1, 1]
    assert table.loc["mail", "cost_per_useful"] == 4.0 and table.loc["appel", "cost_per_useful"] == 4.0
    assert table.loc["mail", "low"] < 0.25 < table.loc["mail", "high"]
    useless = conversions(contacts.assign(is_useful=False)).set_index("channel")
    assert useless["cost_per_useful"].isna().all()


def test_a_channel_is_on_the_frontier_unless_another_beats_it():
    table = pd.DataFrame({"cost_per_contact": [1.0, 2.0, 2.0, 5.0], "rate": [0.1, 0.3, 0.2, 0.3]}, index=list("abcd"))
    assert frontier(table).tolist() == [True, True, False, False]
    assert frontier(pd.concat([table.loc[["a"]]] * 2)).all()  # twins do not beat each other


def test_the_frontier_is_told_among_outgoing_channels_with_a_cost(contacts):
    table = conversions(contacts)
    assert frontier_note(table) == "Canaux sortants sur la frontière coût-réponse : appel, mail."
    assert frontier_note(table.drop(columns="direction")) == "" == frontier_note(table.assign(cost_per_contact=0.0))


def test_overlap_by_hand(contacts):
    overlap, sets = coverage(contacts)
    assert overlap.loc["appel", "mail"] == 1 and overlap.loc["mail", "appel"] == pytest.approx(1 / 3)
    assert sets.to_dict() == {"mail": 2, "appel + mail": 1}


@pytest.mark.parametrize(
    ("drop", "needed", "words"),
    [
        ("channel", "channel", "une colonne « canal »"),
        ("direction", "direction", "une colonne « sens »"),
        ("cost", "cost", "une colonne « coût »"),
        ("outcome", "outcome", "réglage outcome_column"),
    ],
)
def test_what_is_lacking_is_said(contacts, drop, needed, words):
    assert lacking(contacts, needed) == ""
    assert words in lacking(contacts.drop(columns=drop), needed)


def test_outcomes_that_are_never_met_are_told_with_those_that_are(contacts):
    assert "suites du fichier : vente, rien" in lacking(contacts.assign(is_useful=False), "useful")
    assert lacking(contacts.drop(columns="outcome"), "outcome", "useful").count("suite") == 1  # said once


def test_too_many_channels_are_refused_in_words(contacts):
    many = pd.concat([contacts.assign(channel=f"c{k}") for k in range(13)])
    assert "12 au plus, et le fichier en a 13" in lacking(many, "few") and lacking(contacts, "few") == ""


def test_one_channel_and_no_customer_with_two(contacts):
    mails = contacts[contacts["channel"] == "mail"]
    assert lacking(mails, "channels") == "deux canaux au moins"
    apart = pd.concat([mails, contacts.head(1).assign(customer_id="z")])
    assert lacking(apart, "channels") == "" and "rencontré par deux canaux" in lacking(apart, "overlap")


def test_a_users_file_is_read_with_its_own_outcomes(tmp_path):
    file = tmp_path / "contacts.csv"
    lines = ["client;date;canal;sens;coût;résultat", "1;2025-01-06;appel;sortant;4,50;Vente",
    "2;2025-01-07;mail;entrant;0;",
             "2;2025-01-08;;entrant;0;vente", "3;2025-01-09;mail;;0;"]  # fmt: skip
    file.write_text("\n".join(lines), encoding="utf-8")
    contacts = read_contacts(load(file, kind="contacts"), useful="vente, devis")
    assert contacts["channel"].tolist() == ["appel", "mail", "mail"]  # a contact without a channel is left out
    assert contacts["direction"].tolist() == ["sortant", "entrant", "non précisé"]
    assert contacts["outcome"].isna().tolist() == [False, True, True]
    assert contacts["is_useful"].tolist() == [True, False, False] and contacts["cost"].sum() == 4.5
    with pytest.raises(GrcError, match=r"« effet » n'existe pas(?s:.*)résultat(?s:.*)laissez vide"):
        read_contacts(load(file, kind="contacts"), outcome="effet")
