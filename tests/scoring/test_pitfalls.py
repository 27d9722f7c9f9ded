"""The traps fail and are mended, on the simulated firm; truths that its settings state are found."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from grc_helpers import load
from grc_helpers.data.loading import read_table
from grc_helpers.data.simulator.truth import read_truth
from grc_helpers.scoring import pitfalls, potential
from grc_helpers.scoring.snapshots import days_since_last_at, snapshot
from grc_helpers.scoring.tables import scoring_table, split


@pytest.fixture(scope="module")
def merle():
    return load("cafes_merle")


@pytest.fixture(scope="module")
def traits():
    return read_table("cafes_merle", "clients.parquet")[["customer_id", "kind", "distance_km"]]


@pytest.fixture(scope="module")
def prospects():
    return potential.prospect_table(read_table("cafes_merle", "prospects.parquet"))


def test_a_snapshot_knows_nothing_of_what_follows(merle):
    sales = merle.table.to_pandas()
    sales["date"] = pd.to_datetime(sales["date"])
    found = snapshot(merle, cut=date(2024, 12, 31)).set_index("customer_id")
    before = sales[sales["date"] <= "2024-12-31"]
    last = (pd.Timestamp("2024-12-31") - before.groupby("customer_id")["date"].max()).dt.days
    assert set(found.index) == set(last[last < 365].index) and found["days_since_last"].eq(last[found.index]).all()
    after = sales[(sales["date"] > "2024-12-31") & (sales["date"] <= "2025-07-01")]
    assert found["outcome"].eq(~found.index.isin(after["customer_id"])).all()
    half = before[before["date"] > "2024-07-02"].groupby("customer_id")["amount_cents"].sum() / 100
    assert np.allclose(found["recent_spend"], half.reindex(found.index).fillna(0))


def test_recency_from_the_future_promises_much_and_holds_nothing(merle, traits):
    found = pitfalls.leakage(merle, traits, cut=date(2024, 12, 31), judge_share=0.4, seed=1)
    assert found["promised"] > 0.93 and found["in_use"] < found["mended"] - 0.1 and 0.7 < found["mended"] < 0.9
    customers = pd.Series(["M0000001", "absent"])
    assert np.isnan(days_since_last_at(merle, merle.observation_end, customers)[1])


def test_drift_shows_and_learning_again_helps(merle, traits):
    found = pitfalls.drift(merle, traits)
    later = found.iloc[1:]
    assert (later["psi"] > later["new_psi"]).all() and (later["new_auc"] > later["auc"]).all()


def test_accuracy_hides_that_nobody_is_seen():
    y = np.r_[np.ones(5), np.zeros(95)].astype(int)
    found = pitfalls.rare_event(y, np.linspace(0.4, 0.01, 100))
    assert found == {"accuracy": 0.95, "lazy": 0.95, "seen": 0, "first_fifth": 1}


def test_weights_distort_probabilities_and_calibration_mends_them():
    from grc_helpers.scoring.evaluation import calibration_error

    rng = np.random.default_rng(0)
    x = rng.normal(size=4000)
    y = (rng.random(4000) < 1 / (1 + np.exp(3 - x))).astype(int)
    table = scoring_table(pd.DataFrame({"customer_id": np.arange(4000).astype(str), "outcome": y, "x": x}))
    learn, judge = split(table, judge_share=0.4, seed=1)
    found = pitfalls.distorted(table, learn=learn, judge=judge, seed=1)
    assert calibration_error(table.y[judge], found["weighted"]) > 2
    assert calibration_error(table.y[judge], found["mended"]) == pytest.approx(1, abs=0.15)


def test_dropping_incomplete_rows_drops_the_best_prospects(prospects):
    found = pitfalls.missing_values(prospects, cut="2025-01-01")
    assert found["unread_response"] > found["read_response"] and found["mended"] > found["dropped"] + 0.03


def test_the_settings_of_conversion_are_found_again(prospects):
    true = read_truth("cafes_merle", "effets").set_index("name")["value"]
    slopes = potential.true_slopes(prospects)
    for name, setting in {"kind": "prospect_office", "distance": "prospect_distance"}.items():
        assert slopes.loc[name, "low"] <= float(true[setting]) <= slopes.loc[name, "high"]


def test_prospects_are_known_by_what_precedes_the_answer(prospects):
    assert not {"meeting", "offer", "converted", "became_on"} & set(prospects.columns)
    lists = potential.prospect_lists(prospects, {"oracle": prospects["outcome"]}, pd.Series(dtype=float), share=0.1)
    assert lists.loc["oracle", "yes_share"] == 1 and lists.loc["Tous", "lift"] == 1


def test_a_heap_of_clues_comes_nearer_to_the_true_potential_than_sales(merle, traits):
    asked = read_table("cafes_merle", "enquete_part_client.parquet").groupby("customer_id")["declared_category"].last()
    truth = read_truth("cafes_merle", "clients").set_index("customer_id")["category_spend_year"]
    scores = potential.potential_scores(potential.potential_clues(merle, traits, cut=merle.observation_end), asked)
    found = potential.against_truth(scores, truth)
    assert not set(scores.index) & set(asked.index)
    assert found.loc[["heap", "learnt"], "low"].min() > found.loc["spend", "high"]
    perfect = potential.against_truth(truth.to_frame("itself"), truth)
    assert perfect.loc["itself", "rho"] == pytest.approx(1) and perfect.loc["itself", "found_share"] == 1
