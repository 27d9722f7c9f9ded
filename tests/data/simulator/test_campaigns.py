"""Campaigns: the trial finds the effect, the raw comparison its known bias; capacity and consent are respected."""

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression

from grc_helpers.data.simulator.campaigns import GIFT, SPRING, WELCOME
from grc_helpers.data.simulator.events import active


def first_gift_day(config):
    return pd.Timestamp(config.gift_launch) + pd.Timedelta(days=2)


def targets(firm, campaign):
    tables = firm.tables
    table = tables["ciblage"].merge(tables["verite/ciblage"], on=["campaign_id", "customer_id"])
    table = table[table["campaign_id"] == campaign].merge(tables["verite/uplift"], on="customer_id")
    return table.assign(treated=table["group"] == "traité")


def difference(table, column):
    """Return the difference of means between treated and control, and its standard error."""
    one, zero = table[table["treated"]][column], table[~table["treated"]][column]
    return one.mean() - zero.mean(), np.sqrt(one.var() / len(one) + zero.var() / len(zero))


def test_kinds_of_customers_have_the_stated_shares(firm):
    here = firm()
    config = here.config
    kinds = here.tables["verite/uplift"]["uplift_type"][active(here.population, first_gift_day(config))]
    stated = {
        "persuadable": config.gift_persuadable,
        "acquis": config.gift_sure,
        "à laisser tranquille": config.gift_disturbed,
    }
    for kind, share in stated.items():
        assert (kinds == kind).mean() == pytest.approx(share, abs=4 * np.sqrt(share * (1 - share) / len(kinds)))


def test_the_trial_of_the_box_finds_the_mean_uplift_and_the_raw_rate_does_not(firm):
    table = targets(firm(), GIFT)
    truth = table["uplift"].mean()
    effect, error = difference(table, "bought")
    assert abs(effect - truth) < 4 * error < truth
    # The raw rate of the treated also counts those who buy anyway; it forgets those whom the offer puts off.
    bias = (table["uplift_type"].isin(["acquis", "à laisser tranquille"])).mean()
    raw = table.loc[table["treated"], "bought"].mean()
    assert raw == pytest.approx(truth + bias, abs=4 * np.sqrt(raw * (1 - raw) / table["treated"].sum()))
    assert bias > 4 * error


def test_what_each_kind_does_is_what_its_name_says(firm):
    table = targets(firm(), GIFT)
    rates = table.groupby(["uplift_type", "treated"])["bought"].mean()
    assert rates.to_dict() == {
        ("acquis", False): 1, ("acquis", True): 1, ("perdu", False): 0, ("perdu", True): 0,
        ("persuadable", False): 0, ("persuadable", True): 1,
        ("à laisser tranquille", False): 1, ("à laisser tranquille", True): 0,
    }  # fmt: skip


def test_uplift_can_be_learned_and_response_is_another_thing(firm):
    here = firm()
    table = targets(here, GIFT)
    share = here.config.gift_treated
    y = table["bought"] * (table["treated"] - share) / (share * (1 - share))  # mean given x: the uplift given x
    x = table["expected_uplift"]
    slope = np.cov(x, y)[0, 1] / x.var()
    error = (y - y.mean() - slope * (x - x.mean())).std() / (x.std() * np.sqrt(len(x)))
    assert abs(slope - 1) < 4 * error < 1
    # Those who buy most respond most (they buy anyway), and yet gain least from the offer.
    before = here.orders[here.orders["date"] < pd.Timestamp(here.config.gift_launch)]
    frequency = table["customer_id"].map(before["customer_id"].value_counts())
    best = frequency > frequency[frequency > 1].quantile(0.8)
    alive = active(here.population, first_gift_day(here.config))
    alive = table["customer_id"].isin(here.population["customer_id"][alive])
    treated = table[table["treated"] & alive]
    assert treated.loc[best, "bought"].mean() > treated.loc[~best, "bought"].mean() + 0.05
    assert x[best & alive].mean() < x[~best & alive].mean() - 0.02


def spent_before(here, ids, launch):
    since = here.orders[(here.orders["date"] >= launch - pd.Timedelta(days=365)) & (here.orders["date"] < launch)]
    return ids.map(since.groupby("customer_id")["amount_cents"].sum() / 100).fillna(0)


def test_weighting_finds_the_effect_of_the_targeted_offer_and_the_raw_gap_its_known_bias(firm):
    here = firm()
    table = targets(here, SPRING)
    treated, orders = table["treated"], table["orders"]
    truth = table.loc[treated, "caused_orders"].mean()
    raw, error = difference(table, "orders")
    without = orders - table["caused_orders"]  # what each would have ordered without the offer: known here only
    bias = without[treated].mean() - without[~treated].mean()
    assert raw == pytest.approx(truth + bias) and bias > 10 * error
    assert raw > 3 * truth
    x = np.log1p(spent_before(here, table["customer_id"], pd.Timestamp(here.config.value_launch))).to_numpy()[:, None]
    score = LogisticRegression(C=1e6).fit(x, treated).predict_proba(x)[:, 1]
    odds = (score / (1 - score))[~treated]
    control = np.average(orders[~treated], weights=odds)
    spread = (odds**2 * (orders[~treated] - control) ** 2).sum() / odds.sum() ** 2
    error = np.sqrt(orders[treated].var() / treated.sum() + spread)
    assert abs(orders[treated].mean() - control - truth) < 4 * error < bias / 2
    assert truth == pytest.approx(here.config.value_effect * alive_share(here, table[treated]), abs=0.03)


def alive_share(here, table):
    alive = active(here.population, pd.Timestamp(here.config.value_launch) + pd.Timedelta(days=2))
    return table["customer_id"].isin(here.population["customer_id"][alive]).mean()


def test_the_welcome_call_respects_capacity_and_consent_and_its_trial_finds_its_effect(firm):
    here = firm(welcome_effect=0.6)
    table = targets(here, WELCOME)
    people = here.population.set_index("customer_id").loc[table["customer_id"]]
    assert people["consent_phone"].all() and (people["kind"] == "particulier").all()
    month = people["acquired"].dt.to_period("M").to_numpy()
    calls = table.groupby(month)["treated"].sum()
    assert calls.max() <= round(here.config.welcome_capacity * here.config.customers / 1000)
    effects = [(*difference(part, "orders"), part["treated"].sum()) for _, part in table.groupby(month)]
    effect, error, weight = np.array(effects).T
    found, error = np.average(effect, weights=weight), np.sqrt((weight**2 * error**2).sum()) / weight.sum()
    truth = table.loc[table["treated"], "caused_orders"].mean()
    assert abs(found - truth) < 4 * error < truth


def test_outcomes_are_those_of_the_sales(firm):
    here = firm()
    table = targets(here, SPRING)
    first, last = table["observed_from"].iloc[0], table["observed_until"].iloc[0]
    window = here.orders[(here.orders["date"] >= first) & (here.orders["date"] < last)]
    cents = window.groupby("customer_id")["amount_cents"].sum().reindex(table["customer_id"]).fillna(0)
    assert (table["amount_cents"].to_numpy() == cents.to_numpy()).all()
    assert (table["bought"] == (table["orders"] > 0)).all()
    box = here.orders[here.orders["origin"] == "coffret"]
    assert box["amount_cents"].eq(100 * here.config.gift_price).all()
    assert set(box["customer_id"]) == set(targets(here, GIFT).query("bought")["customer_id"])
    assert not (here.orders["date"].dt.day_of_week == 6)[here.orders["channel"] != "web"].any()


def test_each_letter_and_call_is_in_the_contact_log_with_its_cost(firm):
    here = firm()
    contacts = here.tables["contacts"]
    for campaign, cost in ((GIFT, 0.95), (SPRING, 2.4), (WELCOME, 4.8)):
        log = contacts[contacts["campaign_id"] == campaign]
        treated = here.tables["ciblage"].query("campaign_id == @campaign and group == 'traité'")
        assert sorted(log["customer_id"]) == sorted(treated["customer_id"])
        assert log["cost_cents"].eq(round(100 * cost)).all()
        assert (log["outcome"] == "commande").sum() == treated["bought"].sum()
    assert contacts["contact_id"].is_unique
