"""The answers on record: who was asked, when, and how far they are what the person wants."""

import numpy as np
import pandas as pd
import pytest

from grc_helpers.data.simulator.config import END, SimulationConfig
from grc_helpers.data.simulator.consent import ASKED, SLIP, WITHDRAWN, make_consents
from grc_helpers.data.simulator.population import make_population
from grc_helpers.data.simulator.purchases import make_orders
from grc_helpers.data.simulator.sources import make_records

CONFIG = SimulationConfig(seed=5, customers=6_000)


@pytest.fixture(scope="module")
def firm():
    population = make_population(CONFIG, 0)
    return population, make_records(CONFIG, population, make_orders(CONFIG, population))


@pytest.fixture(scope="module")
def consents(firm) -> pd.DataFrame:
    return make_consents(CONFIG, *firm)


def test_only_the_files_that_ask_have_answers_and_only_under_known_keys(firm, consents):
    assert set(consents["source"]) == set(ASKED)
    assert consents["record_key"].isin(firm[1]["record_key"]).all()
    assert consents["date"].is_monotonic_increasing and consents["date"].max() <= pd.Timestamp(END)


def test_the_till_asks_only_those_who_fill_the_form_of_the_card(firm, consents):
    till = consents[consents["source"] == "caisse_carte"]
    card = firm[1].set_index("record_key")["card"]
    assert card[till["record_key"]].all()


def test_the_telephone_is_asked_since_the_law(consents):
    phone = consents[consents["channel"] == "téléphone"]
    assert phone["date"].min() >= pd.Timestamp(CONFIG.phone_consent_from)
    later = SimulationConfig(seed=5, customers=6_000, phone_consent_from=END)
    assert CONFIG.phone_consent_from.year == 2025 and later.phone_consent_from == END


@pytest.mark.parametrize(("channel", "wish"), [("e-mail", "consent_email"), ("téléphone", "consent_phone")])
def test_nineteen_answers_in_twenty_are_what_the_person_wants(firm, consents, channel, wish):
    population, records = firm
    asked = consents[consents["channel"].eq(channel) & consents["how"].ne("lien de désinscription")]
    person = records.set_index("record_key")["person_id"][asked["record_key"]]
    wanted = population.set_index("customer_id")[wish][person].to_numpy(dtype=bool)
    right = (asked["answer"].eq("oui").to_numpy() == wanted).mean()
    assert abs(right - (1 - SLIP)) < 4 * np.sqrt(SLIP * (1 - SLIP) / len(asked))


def test_some_take_their_agreement_back_later(consents):
    left = consents[consents["how"] == "lien de désinscription"]
    first = consents[consents["how"] != "lien de désinscription"]
    given = first[first["channel"].eq("e-mail") & first["answer"].eq("oui")].set_index("record_key")["date"]
    assert left["answer"].eq("non").all() and left["record_key"].is_unique
    assert (left["date"].to_numpy() >= given[left["record_key"]].to_numpy()).all()
    assert abs(len(left) / len(given) - WITHDRAWN) < 4 * np.sqrt(WITHDRAWN * (1 - WITHDRAWN) / len(given))


def test_records_of_one_person_may_contradict_each_other(firm, consents):
    person = firm[1].set_index("record_key")["person_id"]
    email = consents[consents["channel"] == "e-mail"].drop_duplicates("record_key", keep="last")
    answers = email.groupby(person[email["record_key"]].to_numpy())["answer"].agg(["nunique", "size"])
    assert (answers.loc[answers["size"] > 1, "nunique"] == 2).mean() > 0.05
