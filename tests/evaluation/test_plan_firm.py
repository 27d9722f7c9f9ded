"""From the raw files of the simulated firm to its trials; and the laws of the simulator against what it drew."""

import numpy as np
import pandas as pd
import pytest

from grc_helpers.campaigns.trials import daily_sales
from grc_helpers.data.loading import read_table
from grc_helpers.data.simulator.config import SimulationConfig
from grc_helpers.data.simulator.truth import read_truth
from grc_helpers.errors import GrcError
from grc_helpers.evaluation import plan_actions, plan_truth
from grc_helpers.evaluation.plan_firm import read_golden_firm

NAMES = {"BON-2024": "Bon de réduction de rentrée", "NOEL-2024": "Coffret de Noël", "BIENVENUE": "Appel de bienvenue",
         "PARRAINAGE": "Parrainage"}  # fmt: skip


@pytest.fixture(scope="module")
def firm():
    return read_golden_firm("cafes_merle", wrong=12.0, missed=3.0, seed=2026)


@pytest.fixture(scope="module")
def actions(firm):
    daily = daily_sales(firm.transactions())
    return plan_actions.firm_actions(firm.tables, daily, margin_rate=0.42, discount_rate=0.10)


@pytest.fixture(scope="module")
def truth():
    referrals = read_table("cafes_merle", "parrainages.parquet").merge(
        read_truth("cafes_merle", "parrainages"), on="customer_id"
    )
    targets = read_table("cafes_merle", "ciblage.parquet")
    invited = targets.loc[(targets["campaign_id"] == "PARRAINAGE") & (targets["group"] == "traité"), "customer_id"]
    terms = {"worth": 90.0, "letter": 0.95, "invited": pd.Index(invited), "names": NAMES}

    def gains(day):
        return plan_truth.true_gains(
            read_truth("cafes_merle", "clients"), referrals, plan_truth.config_of(read_truth("cafes_merle", "effets")),
            day=day, **terms,
        )  # fmt: skip

    return gains


def test_uniting_records_loses_no_sale_and_names_who_can_be_reached(firm):
    raw = read_table("cafes_merle", "ventes.parquet")
    assert firm.sales["amount"].sum() == pytest.approx(raw["amount"].sum()) and len(firm.sales) == len(raw)
    assert set(firm.sales["customer_id"]) == set(firm.people.index)
    assert firm.end == pd.Timestamp("2026-01-01")
    assert firm.clean().reindex(firm.people.index).notna().all()


def test_nobody_is_called_whose_last_word_is_no_or_missing(firm):
    """The raw answers, read again without the chapter's function: a record that said no, last, is not called."""
    answers = pd.read_parquet(firm.source.folder / "consentements.parquet").query("channel == 'téléphone'")
    owner = firm.accounts.reindex(answers["record_key"]).to_numpy()
    latest = answers.assign(owner=owner, yes=answers["answer"].eq("oui")).groupby(["owner", "date"])["yes"].all()
    last = latest.groupby(level="owner").last()
    assert last.reindex(firm.people.index[firm.people["call"]]).eq(True).all()
    assert firm.people["call"].sum() > 100


def test_only_actions_drawn_by_lot_are_kept_and_nobody_is_in_both_groups(actions):
    assert [action.name for action in actions] == list(NAMES.values())  # the spring offer was targeted
    for action in actions:
        assert action.trial["customer_id"].is_unique and action.trial["treated"].any()
        assert (action.trial.loc[~action.trial["treated"], "cost"] == 0).all()
    assert sum(action.aside for action in actions) > 0


def test_referral_is_paid_by_its_channel_when_noted_as_free(actions):
    referral = actions[-1].trial
    assert referral.loc[referral["treated"], "cost"].min() == pytest.approx(0.95)


def test_who_may_have_what(firm, actions):
    able = plan_actions.eligible(firm.people, actions)
    invited = actions[-1].trial.loc[actions[-1].trial["treated"], "customer_id"]
    assert not able.loc[able.index.isin(invited), "Parrainage"].any()
    assert not able.loc[firm.people["office"], "Appel de bienvenue"].any()
    assert able["Coffret de Noël"].equals(firm.people["letter"].rename("Coffret de Noël"))


def test_the_configuration_is_read_back_from_the_table_of_settings():
    assert plan_truth.config_of(read_truth("cafes_merle", "effets")) == SimulationConfig()


def test_the_laws_of_the_simulator_agree_with_what_it_drew(truth):
    """Expected gains against the realised ones of the trials' own customers, on the days of the trials."""
    targets, orders = read_truth("cafes_merle", "ciblage"), read_table("cafes_merle", "ventes.parquet")["amount"]
    named = read_truth("cafes_merle", "coupons")
    groups = read_table("cafes_merle", "ciblage.parquet").set_index(["campaign_id", "customer_id"])["group"]

    def treated(campaign):
        mine = groups[campaign]
        return mine.index[mine == "traité"]

    caused = targets.set_index(["campaign_id", "customer_id"])["caused_orders"]
    used = named["use"].notna().mean()
    real = 0.42 * orders.mean() * caused["BON-2024"][treated("BON-2024")].mean() - 5 * used - 0.95
    law = truth("2024-09-09")["Bon de réduction de rentrée"][treated("BON-2024")].mean()
    assert law == pytest.approx(real, abs=4 * 14 * np.sqrt(0.06 / 2301))  # 0.06: share of customers it moves

    box = read_truth("cafes_merle", "uplift").set_index("customer_id")["uplift"][treated("NOEL-2024")]
    law = truth("2024-11-20")["Coffret de Noël"][treated("NOEL-2024")].mean()
    assert law == pytest.approx(13.5 * box.mean() - 0.95, abs=4 * 13.5 * box.std() / np.sqrt(len(box)))

    brought = read_truth("cafes_merle", "parrainages")["incremental"]
    table = read_table("cafes_merle", "parrainages.parquet")
    paid = table["reward"].sum()
    n = len(treated("PARRAINAGE"))
    law = truth("2024-02-05")["Parrainage"][treated("PARRAINAGE")].mean()
    assert law == pytest.approx((90 * brought.sum() - paid) / n - 0.95, abs=4 * 90 * np.sqrt(brought.sum()) / n)


def test_no_followed_referral_is_refused():
    named = pd.DataFrame({"customer_id": ["a"], "sponsor_id": ["b"]})
    daily = pd.DataFrame({"customer_id": ["a"], "date": [pd.Timestamp("2025-12-01")], "amount": [9.0]})
    with pytest.raises(GrcError, match="suivi un an"):
        plan_actions.first_year_worth(named, daily, margin_rate=0.4, discount_rate=0.1, days=100)
