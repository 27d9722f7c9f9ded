"""What duplicates cost: each wrong decision counted by hand, then against the true persons of a simulated firm."""

import pandas as pd
import pytest

from grc_helpers.identity.duplicate_costs import (
    Prices,
    firm_prices,
    known_prospects,
    messages_twice,
    missed_members,
    silent_accounts,
    yearly_costs,
)
from grc_helpers.identity.firm import read_firm
from grc_helpers.identity.tables import wrong_decisions

PRICES = Prices(letter=1.0, email=0.1, request=12.0, club_spend=100.0, club_margin=20.0)
OWNERS = pd.Series({"1": "A", "2": "A", "3": "B", "4": "A"})


def days(table: pd.DataFrame, *names: str) -> pd.DataFrame:
    return table.assign(**{name: pd.to_datetime(table[name]) for name in names})


@pytest.fixture
def records():
    rows = [
        ("caisse_carte", "1", "2023-01-01", "x", "m@x", None),
        ("comptes_web", "2", "2024-06-01", "x", "n@x", None),
        ("comptes_web", "3", "2023-01-01", None, "b@x", "06"),
        ("fichier_externe", "4", "2023-01-01", "x", None, None),
    ]
    names = ["source", "record_key", "created", "street", "email", "mobile"]
    return days(pd.DataFrame(rows, columns=names).assign(landline=None), "created")


@pytest.fixture
def contacts():
    rows = [
        ("A", "2024-01-02", "courrier", "sortant", "marketing", 1.0, None, None),
        ("A", "2025-01-01", "courrier", "sortant", "marketing", 2.0, None, None),
        ("B", "2025-01-01", "courrier", "sortant", "marketing", 2.0, None, None),
        ("A", "2025-06-04", "e-mail", "sortant", "marketing", 0.1, None, None),
        ("A", "2025-06-03", "visite", "sortant", "vente", 50.0, None, None),
        ("B", "2025-02-01", "e-mail", "entrant", "service", 0.0, "délai", "deux jours"),
        ("B", "2026-01-01", "téléphone", "entrant", "service", 0.0, "délai", "cinq jours"),
    ]
    names = ["customer_id", "date", "channel", "direction", "function", "cost", "subject", "answer"]
    return days(pd.DataFrame(rows, columns=names), "date")


@pytest.fixture
def sales():
    rows = [("1", "2024-01-02", 60.0), ("2", "2024-12-01", 60.0), ("2", "2025-12-30", 10.0), ("3", "2024-03-01", 120.0)]
    return days(pd.DataFrame(rows, columns=["account_id", "date", "amount"]), "date")


def test_a_message_goes_once_too_often_to_each_other_record_of_its_day(contacts, records):
    twice = messages_twice(contacts, records, OWNERS).set_index(["customer_id", "channel", "date"])["extra"]
    assert twice.tolist() == [0, 1, 0, 1]  # the bought file is no file to write from; B has no address
    assert messages_twice(contacts, records, pd.Series(list("1234"), index=list("1234")))["extra"].eq(0).all()


def test_an_account_looks_lost_when_its_owner_buys_under_another(sales):
    end = sales["date"].max()
    assert silent_accounts(sales, OWNERS, end=end) == 1  # not 3: its owner is lost indeed
    assert silent_accounts(sales, pd.Series(list("123"), index=list("123")), end=end) == 0


def test_prospects_who_are_customers(records):
    assert known_prospects(records, OWNERS) == 1
    assert known_prospects(records, OWNERS.replace({"A": "B"}).mask(OWNERS.index == "4", "C")) == 0


def test_members_missed_because_their_purchases_are_split(sales):
    assert missed_members(sales, OWNERS, year=2024, spend=100.0) == 1
    assert missed_members(sales, OWNERS, year=2024, spend=60.0) == 0  # one account alone is enough
    assert missed_members(sales, OWNERS, year=2025, spend=100.0) == 0


def test_the_costs_of_a_year_by_hand(records, sales, contacts):
    consents = [("1", "oui", "2024-01-01"), ("2", "non", "2024-07-01")]
    consents = days(pd.DataFrame(consents, columns=["record_key", "answer", "date"]).assign(channel="e-mail"), "date")
    table = yearly_costs(OWNERS, records=records, sales=sales, contacts=contacts, consents=consents, prices=PRICES)
    years = 730 / 365.25
    assert table["cases"].tolist() == pytest.approx([2 / years, 1, 1, 1 / years, 1 / years, 1 / years, 1])
    assert table["cost"].tolist() == pytest.approx(
        [(2.0 + 0.1) / years, 1.0, 1.0, 0.1 / years, 12 / years, 0.1 / years, 20]
    )
    assert table["unit"].iloc[4] == pytest.approx(12)


def test_prices_are_the_firms_own():
    channels = pd.DataFrame(
        {"role": "contact", "channel": ["courrier", "e-mail"] * 2, "year": [2024, 2024, 2025, 2025]}
    )
    lines = pd.DataFrame({"order_id": ["a", "a", "b"], "amount": [4.0, 6.0, 10.0], "cost": [1.0, 2.0, 5.0]})
    effects = pd.Series({"club_threshold": "300.0", "club_effect": "2.0"})
    prices = firm_prices(channels.assign(unit_cost=[1, 2, 3, 4]), pd.DataFrame({"cost": [12.0, 13.0]}), lines, effects)
    assert prices == Prices(letter=3, email=4, request=12.5, club_spend=300.0, club_margin=12.0)


def test_with_the_true_persons_found_and_true_are_the_same():
    firm = read_firm("cafes_merle")
    owners = firm.persons.set_index("record_key")["person_id"]
    orders = firm.sales.assign(customer_id=firm.sales["account_id"].map(owners))
    table = wrong_decisions(firm, owners, orders)
    assert table["Coût par an"].tolist() == pytest.approx(table["En vérité"].tolist())
    assert table["Coût par an"].iloc[:-1].sum() == pytest.approx(table["Coût par an"].iloc[-1])
    club = firm.table("club")  # under one account a person, nobody would have been missed
    spent = orders[orders["date"].dt.year == 2024].groupby("customer_id")["amount"].sum()
    assert set(club["customer_id"]) == set(spent[spent >= 300].index)
