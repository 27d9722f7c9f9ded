"""Service: what resolution and gestures save, what the raw comparison adds, contradictory answers."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

BUSY = {"incident_rate": 0.12, "coupon_lift": 0.0, "resolution_priority": 1.5}


@pytest.fixture(scope="module")
def here(firm):
    return firm(**BUSY)


@pytest.fixture(scope="module")
def incidents(here):
    return here.tables["verite/incidents"]


@pytest.fixture(scope="module")
def complaints(here, incidents):
    """Complaints with 180 days to watch, and whether any order follows: what the firm sees."""
    table = incidents[incidents["complaint"] & (incidents["closed"] < pd.Timestamp("2025-07-01"))]
    for name, orders in (("silent", here.orders.query("origin == 'base'")), ("silent_anyway", here.base)):
        days = table.merge(orders[["customer_id", "date"]], on="customer_id")
        after = days[(days["date"] > days["closed"]) & (days["date"] <= days["closed"] + pd.Timedelta(days=180))]
        keys = pd.MultiIndex.from_frame(after[["customer_id", "closed"]])
        table = table.assign(**{name: ~pd.MultiIndex.from_frame(table[["customer_id", "closed"]]).isin(keys)})
    return table


def linear(y, *columns):
    design = sm.add_constant(np.column_stack([np.asarray(column, dtype=float) for column in columns]))
    return sm.OLS(np.asarray(y, dtype=float), design).fit(cov_type="HC1")


def test_regression_finds_what_resolution_gesture_and_delay_do(here, incidents):
    config, spoken = here.config, incidents[incidents["complaint"]]
    fit = linear(spoken["left"], np.minimum(spoken["delay"], 10), spoken["resolved"], spoken["gesture"])
    truth = [config.loss_complaint, config.loss_delay, -config.recovery_resolution, -config.recovery_compensation]
    assert (np.abs(fit.params - truth) < 4 * fit.bse).all()
    assert (4 * fit.bse[[0, 2]] < np.abs(truth)[[0, 2]]).all()
    quiet = incidents[~incidents["complaint"]]["left"]
    share = config.loss_silent
    assert quiet.mean() == pytest.approx(share, abs=4 * np.sqrt(share * (1 - share) / len(quiet)))


def test_the_raw_gap_in_silence_adds_the_priority_given_to_good_customers(complaints):
    solved = complaints["resolved"]
    raw = complaints.loc[~solved, "silent"].mean() - complaints.loc[solved, "silent"].mean()
    anyway = complaints.loc[~solved, "silent_anyway"].mean() - complaints.loc[solved, "silent_anyway"].mean()
    lost = complaints["silent"] & ~complaints["silent_anyway"]
    true = lost[~solved].mean() - lost[solved].mean()
    groups = [complaints.loc[flag, "silent_anyway"] for flag in (solved, ~solved)]
    error = np.sqrt(sum(part.mean() * (1 - part.mean()) / len(part) for part in groups))
    assert raw == pytest.approx(true + anyway)  # the known bias: who would have been silent anyway
    assert anyway > 4 * error


def test_the_gesture_drawn_by_lot_needs_no_adjustment(here, complaints):
    gesture = complaints["gesture"]
    groups = [complaints.loc[flag, "silent"] for flag in (~gesture, gesture)]
    found = groups[0].mean() - groups[1].mean()
    error = np.sqrt(sum(part.mean() * (1 - part.mean()) / len(part) for part in groups))
    lost = complaints["silent"] & ~complaints["silent_anyway"]
    assert abs(found - (lost[~gesture].mean() - lost[gesture].mean())) < 4 * error
    rate = complaints["resolved"][gesture].mean() - complaints["resolved"][~gesture].mean()
    assert abs(rate) < 4 * np.sqrt(0.25 * (1 / gesture.sum() + 1 / (~gesture).sum()))


def test_who_leaves_buys_nothing_more_and_the_frame_knows_it(here):
    gone = here.tables["verite/departs"].set_index("customer_id")["date"]
    last = here.orders.groupby("customer_id")["date"].max()
    assert (last[gone.index] <= gone).all()
    end = here.population.set_index("customer_id")["lifetime_end"]
    assert (end[gone.index] <= gone).all()
    others = here.base[~here.base["customer_id"].isin(gone.index)]
    kept = here.orders.query("origin == 'base'")
    left = kept[~kept["customer_id"].isin(gone.index)]
    assert left["amount_cents"].sum() == others["amount_cents"].sum()


def test_incidents_follow_the_quality_and_few_complain(here, incidents):
    config = here.config
    share = config.complaint_share
    said = incidents["complaint"].mean()
    assert said == pytest.approx(share, abs=4 * np.sqrt(share * (1 - share) / len(incidents)))
    quality = here.population.set_index("customer_id")["perceived_quality"]
    quality = (quality - quality.mean()) / quality.std(ddof=0)
    kept = here.orders[here.orders["origin"] == "base"]
    rows = kept["order_id"].isin(incidents["order_id"])
    fit = sm.GLM(
        rows.astype(float), sm.add_constant(kept["customer_id"].map(quality).to_numpy()), family=sm.families.Poisson()
    ).fit(cov_type="HC1")
    assert abs(fit.params.iloc[1] + config.incident_quality) < 4 * fit.bse.iloc[1] < config.incident_quality
    tickets = here.tables["tickets"].query("type == 'réclamation'")
    assert tickets["order_id"].isin(incidents.loc[incidents["complaint"], "order_id"]).all()


def pairs(contacts):
    """Return questions asked twice within a week on one subject: same or other channel, same or other answer."""
    asked = contacts[(contacts["reason"] == "question") & (contacts["direction"] == "entrant")]
    both = asked.merge(asked, on=["customer_id", "subject"], suffixes=("", "_2"))
    near = (both["date_2"] > both["date"]) & (both["date_2"] <= both["date"] + pd.Timedelta(days=5))
    both = both[near]
    return both.assign(elsewhere=both["channel"] != both["channel_2"], differs=both["answer"] != both["answer_2"])


def test_contradictions_are_found_between_channels_and_diluted_when_all_pairs_are_mixed(firm):
    config = firm(question_rate=0.2).config
    tables = firm(question_rate=0.2).tables
    table = pairs(tables["contacts"])
    other = table[table["elsewhere"]]
    # Chance pairs: two different questions of one customer on one subject in one week, whose answers are drawn apart.
    noise = 1 - len(tables["verite/reponses"]) / len(table)
    error = np.sqrt(0.25 / len(other))
    truth = config.contradiction_elsewhere
    assert other["differs"].mean() == pytest.approx(truth, abs=4 * error + max(noise, 0) * 2 / 3)
    truth_table = tables["verite/reponses"]
    asked = truth_table.groupby("elsewhere")["contradiction"].agg(["mean", "size"])
    for elsewhere, stated in ((True, config.contradiction_elsewhere), (False, config.contradiction_same)):
        spread = np.sqrt(stated * (1 - stated) / asked.loc[elsewhere, "size"])
        assert asked.loc[elsewhere, "mean"] == pytest.approx(stated, abs=4 * spread)
    assert truth_table["contradiction"].mean() < truth - 4 * error


def test_tickets_have_an_owner_a_delay_and_a_cost(here):
    tickets = here.tables["tickets"]
    assert tickets["ticket_id"].is_unique and tickets["customer_id"].isin(here.population["customer_id"]).all()
    done = tickets.dropna(subset="closed")
    assert ((done["closed"] - done["date"]).dt.days == done["delay_days"]).all()
    assert not tickets.loc[tickets["closed"].isna(), "resolved"].any()
    assert tickets["cost_cents"].eq(1250).all()
    assert set(tickets["type"]) == {"réclamation", "question", "panne"}
