"""Loyalty card: points balance, breakage, the club's threshold, and the card's effect under self-selection."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from grc_helpers.data.simulator.events import in_window
from grc_helpers.data.simulator.loyalty_card import CLUB_START


def test_the_ledger_balances(firm):
    here = firm()
    ledger = here.tables["carte_points"]
    config = here.config
    assert set(ledger["event"]) == {"gagnés", "utilisés", "expirés"}
    assert ledger.loc[ledger["event"] == "utilisés", "points"].eq(-config.points_threshold).all()
    # On one day, points expire before a voucher is used, and it is used before points are earned.
    rank = ledger["event"].map({"expirés": 0, "utilisés": 1, "gagnés": 2})
    ledger = ledger.assign(rank=rank).sort_values(["customer_id", "date", "rank"])
    assert (ledger.groupby("customer_id")["points"].cumsum() >= 0).all()
    earned = ledger[ledger["event"] == "gagnés"].merge(here.orders, on="order_id", suffixes=("", "_order"))
    assert (earned["points"] == earned["amount_cents"] // 100).all()
    start = here.population.set_index("customer_id")["card_from"]
    assert (earned["date"] >= earned["customer_id"].map(start)).all()
    with_card = here.orders[here.orders["date"] >= here.orders["customer_id"].map(start)]
    assert len(with_card) == len(earned)


def test_points_older_than_their_life_are_gone(firm):
    here = firm()
    ledger = here.tables["carte_points"]
    ledger = ledger.assign(month=ledger["date"].dt.to_period("M"))
    last = ledger["month"].max()
    earned = ledger[ledger["event"] == "gagnés"]
    recent = earned[earned["month"] > last - here.config.points_months]["points"].sum()
    assert 0 < ledger["points"].sum() <= recent


def test_breakage_of_old_points_is_found_and_the_raw_rate_understates_it(firm):
    """With a threshold of one point and sure use, points break if their owner is dormant or does not come back."""
    here = firm(points_threshold=1, points_use=1.0, points_per_euro=0.05)
    ledger, config = here.tables["carte_points"], here.config
    earned = ledger[ledger["event"] == "gagnés"]
    months = earned["date"].dt.to_period("M")
    ripe = earned[months <= pd.Period("2025-12", "M") - config.points_months]
    sleeping = here.tables["verite/carte"].set_index("customer_id")["dormant"]
    kept = ripe[~ripe["customer_id"].map(sleeping)]
    lost = ledger[ledger["event"] == "expirés"]
    dormant_lost = lost[lost["customer_id"].map(sleeping)]
    # Dormant holders: every point that is old enough has expired.
    assert -dormant_lost["points"].sum() == ripe["points"].sum() - kept["points"].sum()
    share = sleeping.mean()
    assert share == pytest.approx(config.points_dormant, abs=4 * np.sqrt(share * (1 - share) / len(sleeping)))
    # The raw rate counts, below the line, points that have not had time to expire.
    raw = -lost["points"].sum() / earned["points"].sum()
    by_age = -lost["points"].sum() / ripe["points"].sum()
    assert raw < 0.8 * by_age
    assert by_age > config.points_dormant / 2


def test_dormant_holders_never_use_points(firm):
    tables = firm().tables
    dormant = tables["verite/carte"].set_index("customer_id")["dormant"]
    used = tables["carte_points"].query("event == 'utilisés'")["customer_id"]
    assert len(used) > 1000 and not dormant[used.unique()].any()


def test_discontinuity_finds_the_effect_of_the_club_and_the_gap_of_means_does_not(firm):
    here = firm(club_effect=8.0, club_threshold=120.0)
    size = len(here.population)
    n_orders, _ = in_window(here.orders, size, CLUB_START, pd.Timestamp("2026-01-01"))
    _, spent = in_window(here.orders, size, pd.Timestamp("2024-01-01"), CLUB_START)
    caused = here.population["customer_id"].map(here.tables["verite/club"].set_index("customer_id")["caused_orders"])
    x = spent / 100 - here.config.club_threshold
    member = x >= 0
    assert (member == here.population["customer_id"].isin(here.tables["club"]["customer_id"])).all()
    near = np.abs(x) < 70
    design = np.column_stack([np.ones(near.sum()), member[near], x[near], x[near] * member[near]])
    fit = sm.OLS(n_orders[near], design).fit(cov_type="HC1")
    just_above = caused[(x >= 0) & (x < 70)]
    truth, spread = just_above.mean(), just_above.std() / np.sqrt(len(just_above))
    tolerance = 4 * np.hypot(fit.bse[1], spread)
    assert abs(fit.params[1] - truth) < tolerance < truth
    raw = n_orders[member].mean() - n_orders[(spent > 0) & ~member].mean()
    without = n_orders - caused.fillna(0)
    bias = without[member].mean() - without[(spent > 0) & ~member].mean()
    assert raw == pytest.approx(caused[member].mean() + bias) and bias > tolerance


def card_counts(here):
    """Return, for holders still alive at the end, orders and days before and after the card, first order left out."""
    people = here.latent[here.latent["card_from"].notna() & here.latent["lifetime_end"].isna()]
    since = (people["card_from"] - people["acquired"]).dt.days.to_numpy()
    people = people[(since > 60) & (people["card_from"] < pd.Timestamp("2025-10-01")).to_numpy()]
    repeat = here.base[
        here.base["date"] > here.base["customer_id"].map(here.latent.set_index("customer_id")["acquired"])
    ]
    after = repeat["date"] >= repeat["customer_id"].map(people.set_index("customer_id")["card_from"])
    known = repeat["customer_id"].isin(people["customer_id"])
    counts = [people["customer_id"].map(repeat[known & flag]["customer_id"].value_counts()) for flag in (~after, after)]
    before_days = (people["card_from"] - people["acquired"]).dt.days
    after_days = (pd.Timestamp("2026-01-01") - people["card_from"]).dt.days
    return counts[0].fillna(0).sum(), counts[1].fillna(0).sum(), people, before_days, after_days, counts


def test_comparing_each_holder_with_himself_finds_the_effect_of_the_card(firm):
    """Given a customer's total, the orders after the card are binomial: ratio of rates, free of who takes a card."""
    here = firm(card_effect=0.4, december_peak=0.0, satisfaction_effect=0.0)
    _, _, people, before_days, after_days, counts = card_counts(here)
    n_before, n_after = (part.fillna(0).to_numpy() for part in counts)
    total = n_before + n_after
    ratio = np.log(after_days / before_days).to_numpy()
    fit = sm.GLM(
        np.column_stack([n_after, n_before])[total > 0], np.ones((total > 0).sum()),
        family=sm.families.Binomial(), offset=ratio[total > 0],
    ).fit()  # fmt: skip
    truth = np.log1p(here.config.card_effect)
    assert abs(fit.params[0] - truth) < 4 * fit.bse[0] < truth


def test_holders_against_the_others_add_who_takes_a_card_to_what_the_card_does(firm):
    here = firm(card_effect=0.4, december_peak=0.0, satisfaction_effect=0.0)
    people = here.latent[here.latent["lifetime_end"].isna() & (here.latent["acquired"] < "2025-01-01")]
    people = people.set_index("customer_id")
    holder = people["card_from"] < "2025-01-01"
    people, holder = people[holder | people["card_from"].isna()], holder[holder | people["card_from"].isna()]
    year = here.base[here.base["date"] >= "2025-01-01"]["customer_id"].value_counts()
    count = year.reindex(people.index).fillna(0)
    one, zero = count[holder], count[~holder]
    raw = np.log(one.mean() / zero.mean())
    error = np.hypot(one.std() / one.mean() / np.sqrt(len(one)), zero.std() / zero.mean() / np.sqrt(len(zero)))
    truth = np.log1p(here.config.card_effect)
    # Among those still here, purchases of BG/NBD customers come at λ (1 − p): the bias is that of λ (1 − p).
    stays = people["rate"] * (1 - people["dropout"])
    bias = np.log(stays[holder].mean() / stays[~holder].mean())
    assert raw == pytest.approx(truth + bias, abs=4 * error)
    assert bias > 4 * error
