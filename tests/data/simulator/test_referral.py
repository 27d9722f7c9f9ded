"""Referral: invitation by lot finds the customers who would not have come; counting all those referred does not."""

import numpy as np
import pytest

from grc_helpers.data.simulator.events import satisfaction_score
from grc_helpers.data.simulator.referral import REFERRAL


@pytest.fixture(scope="module")
def counts(firm):
    tables = firm().tables
    table = tables["ciblage"]
    table = table[table["campaign_id"] == REFERRAL]
    brought = tables["parrainages"]["sponsor_id"].value_counts()
    return table.assign(brought=table["customer_id"].map(brought).fillna(0))


def test_invitation_by_lot_finds_the_incremental_customers_and_counting_does_not(firm, counts):
    truth = firm().tables["verite/parrainages"]["incremental"].sum()
    invited = counts["group"] == "traité"
    one, zero = counts.loc[invited, "brought"], counts.loc[~invited, "brought"]
    found = (one.mean() - zero.mean()) * invited.sum()
    error = np.sqrt(one.var() / len(one) + zero.var() / len(zero)) * invited.sum()
    assert abs(found - truth) < 4 * error < truth
    paid = (firm().tables["parrainages"]["reward_cents"] > 0).sum()
    assert paid == one.sum()
    others = (~firm().tables["verite/parrainages"]["incremental"]).sum()
    assert paid - truth == pytest.approx(others * invited.mean(), abs=4 * np.sqrt(others / 4))
    assert paid - truth > 4 * np.sqrt(others / 4)


def test_the_share_that_would_not_have_come_is_the_stated_one(firm):
    here = firm()
    share, n = here.config.referral_incremental, len(here.tables["parrainages"])
    found = here.tables["verite/parrainages"]["incremental"].mean()
    assert found == pytest.approx(share, abs=4 * np.sqrt(share * (1 - share) / n))


def test_sponsors_are_customers_who_still_buy_and_satisfied_ones_more_often(firm, counts):
    here = firm()
    people = here.population.set_index("customer_id")
    table = here.tables["parrainages"]
    sponsor = people.loc[table["sponsor_id"]]
    assert (sponsor["acquired"].to_numpy() < table["date"].to_numpy()).all()
    ended = sponsor["lifetime_end"].to_numpy()
    assert (np.isnat(ended) | (ended > table["date"].to_numpy())).all()
    new = people.loc[table["customer_id"]]
    assert new["acquisition_channel"].eq("bouche-à-oreille").all()
    assert table["customer_id"].is_unique
    score = satisfaction_score(people)
    drawn = score[people.index.get_indexer(table["sponsor_id"])]
    base = score[people.index.get_indexer(counts["customer_id"])]
    # Tilting a standard normal by exp(b z) moves its mean by b; those who stay are a little more satisfied already.
    assert drawn.mean() - base.mean() > here.config.referral_satisfaction - 4 / np.sqrt(len(drawn))
