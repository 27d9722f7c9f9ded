"""Coupons: the trial finds what they add, and what they only bring forward; their use rate says neither."""

import numpy as np
import pandas as pd
import pytest

from grc_helpers.data.simulator.coupons import COUPON

STRONG = {"coupon_lift": 2.0, "coupon_displaced": 0.6}


@pytest.fixture(scope="module")
def here(firm):
    return firm(**STRONG)


def follow(here):
    """Return who was in the trial, the orders of each during and after the coupon, and its use."""
    table = here.tables["ciblage"]
    table = table[table["campaign_id"] == COUPON]
    issued = pd.Timestamp(here.config.coupon_date)
    until = issued + pd.Timedelta(days=here.config.coupon_days)
    trough = until + pd.Timedelta(days=here.config.coupon_trough_days)
    # Outcomes without the box and the rest, drawn later: what the coupon itself does.
    orders = here.orders[here.orders["origin"].isin(["base", "bon"])]
    for name, since, before in (("peak", issued, until), ("trough", until, trough)):
        window = orders[(orders["date"] >= since) & (orders["date"] < before)]
        table = table.assign(**{name: table["customer_id"].map(window["customer_id"].value_counts()).fillna(0)})
    return table.merge(here.tables["verite/coupons"], on="customer_id", how="left")


@pytest.fixture(scope="module")
def sent(here):
    return follow(here)


def difference(table, values):
    treated = table["group"] == "traité"
    one, zero = values[treated], values[~treated]
    return one.mean() - zero.mean(), np.sqrt(one.var() / len(one) + zero.var() / len(zero))


def test_the_trial_finds_the_peak_the_trough_and_what_is_left(sent):
    treated = sent["group"] == "traité"
    added = sent.loc[treated, "use"].eq("ajouté").mean()
    forward = sent.loc[treated, "use"].eq("avancé").mean()
    for values, truth in (
        (sent["peak"], added + forward),
        (sent["trough"], -forward),
        (sent["peak"] + sent["trough"], added),
    ):
        effect, error = difference(sent, values)
        assert abs(effect - truth) < 4 * error
        assert 3 * error < abs(truth)


def test_the_use_rate_overstates_by_windfalls_and_purchases_brought_forward(firm):
    here = firm()
    sent = follow(here)
    use = here.tables["coupons"]["redeemed_on"].notna().mean()
    kinds = here.tables["verite/coupons"]["use"].value_counts() / len(here.tables["coupons"])
    assert use == pytest.approx(kinds.sum())
    effect, error = difference(sent, sent["peak"] + sent["trough"])
    assert use - effect == pytest.approx(kinds["aubaine"] + kinds["avancé"], abs=4 * error)
    effect, error = difference(sent, sent["peak"])
    assert use - effect == pytest.approx(kinds["aubaine"], abs=4 * error)
    assert use - effect > 3 * error


def test_a_share_of_what_is_added_is_taken_from_the_following_weeks(here):
    kinds = here.tables["verite/coupons"]["use"].value_counts()
    caused = kinds["avancé"] + kinds["ajouté"]
    # Only someone who buys in the eight weeks after has a purchase to bring forward.
    assert kinds["avancé"] < here.config.coupon_displaced * caused
    assert kinds["avancé"] > 0.3 * here.config.coupon_displaced * caused


def test_a_coupon_is_used_once_in_time_for_an_order_of_its_customer(here):
    coupons = here.tables["coupons"]
    used = coupons.dropna(subset="redeemed_on").merge(here.orders, on="order_id", suffixes=("", "_order"))
    assert len(used) == coupons["redeemed_on"].notna().sum() > 300
    assert (used["customer_id"] == used["customer_id_order"]).all()
    assert (used["redeemed_on"] == used["date"]).all()
    assert ((used["date"] >= used["issued"]) & (used["date"] <= used["valid_until"])).all()
    assert used["order_id"].is_unique and coupons["coupon_id"].is_unique


def test_the_coupon_changes_no_order_before_it_nor_after_its_trough(firm):
    with_coupon, without = firm(coupon_lift=2.0), firm(coupon_lift=0.0)
    last = pd.Timestamp(with_coupon.config.coupon_date) + pd.Timedelta(days=21 + 56)
    for keep in (lambda d: d < pd.Timestamp(with_coupon.config.coupon_date), lambda d: d >= last):
        one, zero = (h.orders[(h.orders["origin"] == "base") & keep(h.orders["date"])] for h in (with_coupon, without))
        assert one["amount_cents"].tolist() == zero["amount_cents"].tolist()
