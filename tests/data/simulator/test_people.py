"""The persons behind the customers: households, changes, and identities that reach no one."""

import numpy as np
import pandas as pd
import pytest

from grc_helpers.data.simulator.config import SimulationConfig
from grc_helpers.data.simulator.people import ADDRESS, make_people
from grc_helpers.data.simulator.population import make_population

CONFIG = SimulationConfig(seed=7, customers=12_000)


@pytest.fixture(scope="module")
def population() -> pd.DataFrame:
    return make_population(CONFIG, 0)


@pytest.fixture(scope="module")
def people(population) -> pd.DataFrame:
    return make_people(CONFIG, population)


def close(share: float, expected: float, size: int) -> bool:
    """Tell whether a share is within four standard errors of what is expected."""
    return abs(share - expected) < 4 * np.sqrt(expected * (1 - expected) / size)


def test_one_person_a_customer_whatever_is_made_beside(population, people):
    assert people["customer_id"].tolist() == population["customer_id"].tolist()
    assert people["birth_date"].dt.year.dropna().tolist() == population["birth_year"].dropna().tolist()
    assert (people["company"] != "").equals(population["kind"] == "bureau")
    assert not people[["given_name", "family_name", "street", "postcode", "email"]].eq("").any(axis=None)
    pd.testing.assert_frame_equal(make_people(CONFIG, population), people)


def test_another_setting_leaves_the_rest_as_it_is(population, people):
    config = SimulationConfig(seed=7, customers=12_000, move_share=0.5)
    others = make_people(config, population)
    same = ["given_name", "family_name", "mobile", "landline", "email", *ADDRESS]
    pd.testing.assert_frame_equal(others[same], people[same])
    assert others["moved"].notna().sum() > 3 * people["moved"].notna().sum()


def test_another_block_has_other_persons(people):
    other = make_people(CONFIG, make_population(CONFIG, 1), block=1)
    both = pd.concat([people, other])
    assert not other["customer_id"].isin(people["customer_id"]).any()
    assert close((people["sex"] == "F").mean(), (other["sex"] == "F").mean(), len(other))
    assert both.duplicated(["given_name", "family_name", "birth_date", "street"]).sum() == 0


def test_no_address_reaches_anyone(people):
    """ARCEP keeps 02 61 91 and 06 39 98 for works of fiction; RFC 2606 keeps .example."""
    assert people["mobile"].str.fullmatch(r"(063998\d{4})?").all()
    assert people["landline"].str.fullmatch(r"(026191\d{4})?").all()
    assert people["email"].str.endswith(".example").all()
    assert people["second_email"].str.fullmatch(r"|.+\.example").all()


def test_telephones_and_emails_are_of_one_person_or_one_household(people):
    mobile = people.loc[people["mobile"] != "", "mobile"]
    assert mobile.is_unique
    shared = people[people["email"].duplicated(keep=False)]
    assert len(shared) and shared["relation"].eq("couple").all()
    assert (people.loc[shared["relative"], "email"].to_numpy() == shared["email"].to_numpy()).all()
    second = people.loc[people["second_email"] != "", "second_email"]
    assert second.is_unique and not second.isin(people["email"]).any()


def test_couples_share_an_address_and_often_a_name(population, people):
    couples = people[people["relation"] == "couple"]
    other = people.loc[couples["relative"]]
    for name in [*ADDRESS, "landline", "moved"]:
        assert couples[name].reset_index(drop=True).equals(other[name].reset_index(drop=True))
    assert (couples["sex"].to_numpy() != other["sex"].to_numpy()).all()
    assert (population.loc[couples.index, "household_size"] > 1).all()
    alike = (couples["family_name"].to_numpy() == other["family_name"].to_numpy()) & (couples.index < other.index)
    assert close(alike.sum() / (len(couples) / 2), 0.75, len(couples) // 2)


def test_a_child_is_of_another_generation_and_some_sons_are_namesakes(people):
    children = people[people["relation"] == "enfant"]
    parents = people.loc[children["relative"]]
    gap = children["birth_date"].dt.year.to_numpy() - parents["birth_date"].dt.year.to_numpy()
    assert gap.min() >= 20 and gap.max() <= 42
    names = ["given_name", "family_name"]
    namesakes = (children[names].to_numpy() == parents[names].to_numpy()).all(axis=1)
    assert 0 < namesakes.mean() < 0.2
    assert (children["sex"].to_numpy() == parents["sex"].to_numpy())[namesakes].all()


def test_moves_and_changes_of_name_have_the_stated_shares_and_depend_on_no_purchase(population, people):
    persons = people["kind"] == "particulier"
    alone = persons & people["relation"].eq("")
    assert close(people.loc[alone, "moved"].notna().mean(), CONFIG.move_share, alone.sum())
    women = persons & people["sex"].eq("F")
    assert close(people.loc[women, "renamed"].notna().mean(), CONFIG.rename_share, women.sum())
    assert people.loc[people["renamed"].notna(), "sex"].eq("F").all()
    moved = people["moved"].notna()
    rate = population["rate"]
    error = rate.std() / np.sqrt(moved.sum())
    assert abs(rate[moved].mean() - rate[alone].mean()) < 4 * error
    assert (people.loc[moved, "former_street"] != "").all() and (people.loc[~moved, "former_street"] == "").all()


def test_half_of_the_emails_say_the_name(people):
    persons = people[people["kind"] == "particulier"]
    name = persons["former_name"].where(persons["former_name"] != "", persons["family_name"])
    plain = name.str.normalize("NFKD").str.replace(r"[^A-Za-z]", "", regex=True).str.lower()
    says = [family in address.split("@")[0] for family, address in zip(plain, persons["email"], strict=True)]
    assert close(np.mean(says), 0.5, len(persons))
