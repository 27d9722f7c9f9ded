"""RFM and life cycles: scores, ties, rules, validity, states: hand-made cases, invariants, recovery of known truths."""

import math
from datetime import date, timedelta
from types import SimpleNamespace

import ibis
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grc_helpers.errors import GrcError
from grc_helpers.lifecycle import (
    described_homes,
    explained_share,
    household_stage,
    life_states,
    observed_states,
    recovery,
    simulate_chain,
    snapshot_dates,
    snapshots,
    stage_spend,
    state_counts,
    transition_counts,
    transition_shares,
    two_steps,
)
from grc_helpers.rfm import (
    CONVENTIONS,
    OUTSIDE,
    assign_segments,
    cell_agreement,
    oriented,
    parse_cuts,
    possible_scores,
    rankings,
    rfm_scores,
    rule_gaps,
    segment_rules,
    tie_lottery,
    tied_scores,
)
from grc_helpers.rfm_simulation import (
    captured_share,
    future_by_silence,
    rankings_capture,
    simulate_buyers,
    simulated_customers,
)
from grc_helpers.rfm_validity import (
    bootstrap_mean,
    calibration_end,
    compare_rankings,
    concordance,
    concordance_gap,
    gain_curve,
    gain_curves,
    gains,
    learned_mean,
    mean_by,
    past_and_future,
    response_by,
    segment_results,
    wilson,
)

CUTS = {"r": (30, 90, 180, 365), "f": (2, 3, 5, 10), "m": (25, 50, 100, 250)}
measures = st.lists(st.tuples(st.integers(0, 30), st.integers(1, 6), st.integers(-20, 300)), min_size=1, max_size=150)


def base(rows) -> pd.DataFrame:
    """Return a customer table from (days since last, orders, total)."""
    table = pd.DataFrame(rows, columns=["days_since_last", "n_orders", "total_spend"])
    return table.assign(customer_id=[f"{k:04d}" for k in range(len(table))])


# Scores


def test_scores_by_hand_with_ties_kept_together():
    # Ten customers, six of whom ordered once: nobody is below them (1); 60 % are below the next (1 + floor(3) = 4).
    assert tied_scores([1, 1, 1, 1, 1, 1, 2, 2, 3, 9]).tolist() == [1, 1, 1, 1, 1, 1, 4, 4, 5, 5]


def test_the_recent_the_frequent_and_the_big_spender_are_fives():
    customers = base([(10 * k, 10 - k, 100 - 10 * k) for k in range(10)])
    for convention in ("ex_aequo", "independants"):
        scores = rfm_scores(customers, convention=convention)
        assert scores["cell"].tolist() == ["555", "555", "444", "444", "333", "333", "222", "222", "111", "111"]


def test_fixed_cuts_by_hand():
    customers = base([(30, 10, 250), (31, 9, 249.99), (90, 5, 100), (365, 2, 25), (366, 1, 24.99), (0, 1, -5)])
    scores = rfm_scores(customers, convention="bornes", cuts=CUTS)
    assert scores["cell"].tolist() == ["555", "444", "444", "222", "111", "511"]


def test_nested_scores_by_hand():
    # Two recencies of five customers each: frequency is cut within each, so the best of each gets F5.
    customers = base([(d, f, 10) for d in (1, 2, 3, 4, 5) for f in (1, 2, 3, 4, 5)])
    scores = rfm_scores(customers, convention="imbriques")
    assert scores["r"].tolist() == [5] * 5 + [4] * 5 + [3] * 5 + [2] * 5 + [1] * 5
    assert scores["f"].tolist() == [1, 2, 3, 4, 5] * 5


@given(measures)
def test_equal_customers_get_equal_scores_when_ties_stay_together(rows):
    customers = base(rows)
    scores = rfm_scores(customers)
    assert (
        scores.groupby([customers[c] for c in ("days_since_last", "n_orders", "total_spend")])["cell"].nunique().max()
        == 1
    )


@given(measures)
def test_a_score_says_how_many_do_strictly_worse(rows):
    customers = base(rows)
    scores, values = rfm_scores(customers), oriented(customers)
    for key in "rfm":
        below = np.array([(values[key] < value).mean() for value in values[key]])
        assert (below >= (scores[key] - 1) * 0.2 - 1e-12).all() and (below < scores[key] * 0.2 + 1e-12).all()


@given(measures, st.sampled_from([name for name in CONVENTIONS if name != "imbriques"]))
def test_a_better_customer_never_has_a_lower_score(rows, convention):
    customers = base(rows)
    scores, values = rfm_scores(customers, convention=convention, cuts=CUTS), oriented(customers)
    for key in "rfm":
        best = scores[key].groupby(values[key]).agg(["min", "max"]).sort_index()
        assert (best["min"].iloc[1:].to_numpy() >= best["max"].iloc[:-1].to_numpy()).all()


@given(measures, st.integers(0, 5))
def test_quintiles_have_equal_sizes_whatever_the_order_of_ties(rows, seed):
    scores = rfm_scores(base(rows), convention="independants", ties_seed=seed)
    for key in "rfm":
        sizes = scores[key].value_counts().reindex(range(1, 6), fill_value=0)
        assert sizes.max() - sizes.min() <= 1


@given(measures, st.integers(0, 5))
def test_every_order_of_ties_stays_between_the_possible_scores(rows, seed):
    customers = base(rows)
    scores = rfm_scores(customers, convention="independants", ties_seed=seed)
    for key in "rfm":
        low, high = possible_scores(oriented(customers)[key])
        assert ((low <= scores[key]) & (scores[key] <= high)).all()


@given(measures, st.randoms(use_true_random=False), st.sampled_from(list(CONVENTIONS)))
def test_the_order_of_the_file_does_not_matter(rows, random, convention):
    customers = base(rows)
    shuffled = customers.loc[random.sample(list(customers.index), len(customers))]
    first, second = (rfm_scores(c, convention=convention, cuts=CUTS)["cell"] for c in (customers, shuffled))
    assert first.equals(second.loc[first.index])


def test_without_ties_the_order_of_ties_decides_nothing():
    rng = np.random.default_rng(3)
    customers = base(np.column_stack([rng.permutation(200), rng.permutation(200), rng.permutation(200)]))
    for convention in ("independants", "imbriques"):
        a, b = (rfm_scores(customers, convention=convention, ties_seed=seed)["cell"] for seed in (1, 2))
        assert a.equals(b)
    assert rfm_scores(customers, convention="independants").equals(rfm_scores(customers))


def test_nested_cells_are_of_equal_size():
    rng = np.random.default_rng(4)
    customers = base(np.column_stack([rng.integers(0, 90, 1250), rng.integers(1, 5, 1250), rng.integers(0, 99, 1250)]))
    assert rfm_scores(customers, convention="imbriques")["cell"].value_counts().tolist() == [10] * 125


def test_cdnow_independent_and_nested_quintiles_agree_on_one_customer_in_eighteen():
    """Some 5.5 % of the same cells; half of the customers bought once, so quintiles of frequency are arbitrary."""
    from grc_helpers.data.loading import load
    from grc_helpers.data.warehouse import collect, customer_base

    data = load("cdnow")
    customers = collect(customer_base(data.table, observation_end=data.observation_end))
    cells = {name: rfm_scores(customers, convention=name)["cell"] for name in ("independants", "imbriques")}
    assert cell_agreement(cells).loc["independants", "imbriques"] == pytest.approx(0.055, abs=0.002)
    low, high = possible_scores(customers["n_orders"])
    # By hand: quintiles end after 20, 40, 60 and 80 % of customers; those who bought once are the first 51.1 %.
    once = customers["n_orders"] == 1
    assert low[once].max() == 1 and high[once].min() == 3 and (low != high).mean() > once.mean()


def test_the_lottery_of_ties_needs_ties():
    distinct = base([(k, k + 1, 7 * k) for k in range(40)])
    alike = base([(1, 1, 1)] * 40)
    for convention in ("independants", "imbriques"):
        assert tie_lottery(distinct, convention=convention, seed=1) == 0
        assert tie_lottery(alike, convention=convention, seed=1) > 0.5


def test_agreement_is_one_with_oneself_and_symmetric():
    cells = {"a": pd.Series(["555", "111", "123"]), "b": pd.Series(["555", "112", "321"])}
    assert cell_agreement(cells).to_numpy().tolist() == [[1.0, 1 / 3], [1 / 3, 1.0]]


def test_rankings_put_the_better_first():
    customers = base([(1, 5, 90), (50, 1, 10)])
    for name, rank in rankings(customers, rfm_scores(customers)).items():
        assert rank.iloc[0] > rank.iloc[1], name


GOOD_CUTS = {"recency_cuts": " 7,14, 30.5,90 ", "frequency_cuts": "2, 3, 5, 10", "monetary_cuts": "25, 50, 100, 250"}


@pytest.mark.parametrize("name", GOOD_CUTS)
@pytest.mark.parametrize(
    "text", ["30, 90, 180", "30, 20, 40, 50", "30; 90; 180; 365", "a, b, c, d", "1, 2, 2, 3", "", "nan, 1, 2, 3"]
)
def test_wrong_cuts_are_refused_by_name(name, text):
    with pytest.raises(GrcError, match=f"{name}.*(?s:.*)quatre nombres croissants"):
        parse_cuts(**GOOD_CUTS | {name: text})


def test_cuts_are_read():
    assert parse_cuts(**GOOD_CUTS) == {"r": (7, 14, 30.5, 90), "f": (2, 3, 5, 10), "m": (25, 50, 100, 250)}


def test_an_unknown_convention_is_refused():
    with pytest.raises(GrcError, match="quintiles.*(?s:.*)imbriques"):
        rfm_scores(base([(1, 1, 1)]), convention="quintiles")


# Segments


def test_default_rules_name_every_cell_and_each_serves():
    assert rule_gaps(segment_rules()) == ([], [])


def test_the_first_rule_wins_and_holes_are_told():
    rules = segment_rules().loc[["Champions", "Fidèles"]]
    scores = pd.DataFrame({"r": [5, 3, 1], "f": [5, 5, 1], "m": [5, 5, 1]})
    assert assign_segments(scores, rules).tolist() == ["Champions", "Fidèles", OUTSIDE]
    outside, idle = rule_gaps(rules)
    assert len(outside) == 125 - 8 - 22 and "111" in outside and not idle


def test_a_rule_behind_a_wider_one_is_idle():
    rules = segment_rules()
    rules.loc["Champions", ["r_min", "f_min", "m_min"]] = 1
    assert rule_gaps(rules)[1] == [name for name in rules.index if name != "Champions"]


def test_rules_can_be_changed_without_changing_those_of_others():
    mine = segment_rules()
    mine.loc["Fidèles", "f_min"] = 1
    assert segment_rules().loc["Fidèles", "f_min"] == 4


# Validity


def test_wilson_by_its_formula_and_without_trials():
    low, high = wilson([1, 0, 3], [2, 0, 3])
    z = 1.959963984540054
    half = z * math.sqrt(0.25 / 2 + z * z / 16) / (1 + z * z / 2)
    assert (low[0], high[0]) == pytest.approx((0.5 - half, 0.5 + half))
    assert math.isnan(low[1]) and high[2] == pytest.approx(1)


@pytest.mark.parametrize(("successes", "total"), [(7, 40), (0, 5), (300, 1000)])
def test_wilson_equals_scipy(successes, total):
    from scipy.stats import binomtest

    known = binomtest(successes, total).proportion_ci(method="wilson")
    assert [float(end) for end in wilson(successes, total)] == pytest.approx([known.low, known.high])


def test_bootstrap_mean_covers_a_known_mean():
    rng, hits = np.random.default_rng(12), 0
    for world in range(120):
        low, high = bootstrap_mean(rng.exponential(3, 200), n_boot=200, seed=world)
        hits += low <= 3 <= high
    assert abs(hits / 120 - 0.95) < 4 * math.sqrt(0.95 * 0.05 / 120)


def test_cdnow_is_cut_into_39_and_39_weeks():
    start, end = date(1997, 1, 1), date(1998, 6, 30)
    cut = calibration_end(start, end, 0.5)
    assert cut == date(1997, 9, 30) and (cut - start).days + 1 == 39 * 7 == (end - cut).days


def test_past_and_future_do_not_mix_and_returns_are_no_response():
    lines = [
        ("a", date(2024, 1, 1), 1000),
        ("a", date(2024, 1, 11), 500),  # first day of the future
        ("b", date(2024, 1, 10), 700),  # last day of the past
        ("b", date(2024, 1, 20), -200),  # a return after it
        ("c", date(2024, 1, 15), 900),  # unknown at the end of the past
    ]
    table = ibis.memtable(pd.DataFrame(lines, columns=["customer_id", "date", "amount_cents"]))
    data = SimpleNamespace(table=table, observation_start=date(2024, 1, 1), observation_end=date(2024, 1, 20))
    known = past_and_future(data, share=0.5).set_index("customer_id")
    assert known["total_spend"].to_dict() == {"a": 10.0, "b": 7.0}
    assert known["future_spend"].to_dict() == {"a": 5.0, "b": -2.0}
    assert known["response"].to_dict() == {"a": True, "b": False}
    assert known["days_since_last"].to_dict() == {"a": 9, "b": 0}


def test_response_and_means_by_group():
    customers = pd.DataFrame({"response": [True, False, True, True], "profit": [1.0, -1.0, 4.0, 6.0]})
    groups = pd.Series(["x", "x", "y", "y"])
    table = response_by(groups, customers)
    assert table["response"].to_dict() == {"x": 0.5, "y": 1.0} and table["customers"].sum() == 4
    assert (table["low"] <= table["response"]).all() and (table["response"] <= table["high"] + 1e-12).all()
    means = mean_by(groups, customers["profit"], n_boot=200, seed=1)
    assert means["mean"].to_dict() == {"x": 0.0, "y": 5.0}
    assert means.loc["y", "mean_low"] == 4.0 and means.loc["y", "mean_high"] == 6.0


def test_concordance_by_hand():
    # Pairs (buyer, other): (3, 1) right, (3, 2) right, (2, 1) right, (2, 2) a tie: 3.5 of 4.
    assert concordance([3, 2, 1, 2], [True, True, False, False], n_boot=100, seed=1)[0] == pytest.approx(3.5 / 4)


@given(st.lists(st.tuples(st.integers(0, 5), st.booleans()), min_size=2, max_size=60))
def test_concordance_of_the_opposite_order_is_the_complement(rows):
    score, response = np.array(rows).T
    here, there = (concordance(s, response.astype(bool), n_boot=100, seed=1)[0] for s in (score, -score))
    if 0 < response.sum() < len(response):
        assert here + there == pytest.approx(1)
    else:
        assert math.isnan(here) and math.isnan(there)


def test_concordance_gap_by_hand_and_against_oneself():
    # Buyers score 3 and 2, others 1 and 2: 3.5 pairs of 4. The rival ranks them all alike: 2 of 4.
    response = [True, True, False, False]
    assert concordance_gap([3, 2, 1, 2], [0] * 4, response, n_boot=100, seed=1)[0] == pytest.approx(1.5 / 4)
    assert concordance_gap([3, 2, 1, 2], [3, 2, 1, 2], response, n_boot=100, seed=1) == (0, 0, 0)
    assert all(map(math.isnan, concordance_gap([1, 2], [2, 1], [True, True], n_boot=100, seed=1)))


def test_concordance_gap_interval_covers_a_known_difference():
    """Buyers N(1, 1), others N(0, 1) against pure noise: Φ(1/√2) − 1/2, over 120 worlds, within four errors of 95 %."""
    exact, rng, hits = 0.5 * math.erf(0.5), np.random.default_rng(9), 0
    for world in range(120):
        score = np.concatenate([rng.normal(1, 1, 80), rng.normal(0, 1, 80)])
        _, low, high = concordance_gap(score, rng.normal(size=160), np.arange(160) < 80, n_boot=150, seed=world)
        hits += low <= exact <= high
    assert abs(hits / 120 - 0.95) < 4 * math.sqrt(0.95 * 0.05 / 120)


def test_every_ranking_is_compared_and_the_gap_is_that_of_the_two():
    past = base([(k, 1 + k % 4, 10 * k) for k in range(60)]).assign(response=lambda t: t["days_since_last"] < 20)
    found = compare_rankings({"ventes": past}, convention="ex_aequo", cuts=CUTS, n_boot=100, seed=1)["ventes"]
    assert found["Récence seule"][0] == 1  # recency decides the response here
    gap = found["R + F + M moins la récence"]
    assert gap[0] == pytest.approx(found["R + F + M"][0] - 1) and gap[1] <= gap[0] <= gap[2] <= 0


def test_nobody_known_is_no_error():
    """A file of one day: nobody is known before, so everything is empty, not broken."""
    lines = [(f"{k}", date(2024, 1, 1), 1000) for k in range(5)]
    table = ibis.memtable(pd.DataFrame(lines, columns=["customer_id", "date", "amount_cents"]))
    data = SimpleNamespace(table=table, observation_start=date(2024, 1, 1), observation_end=date(2024, 1, 1))
    past = past_and_future(data, share=0.5)
    scores = rfm_scores(past)
    past = past.assign(segment=assign_segments(scores, segment_rules()), profit=past["future_spend"])
    assert past.empty and past["future_spend"].dtype == float and scores.columns.tolist() == ["r", "f", "m", "cell"]
    assert segment_results(past, n_boot=100, seed=1).empty
    assert [len(curve) for curve in gain_curves(past, past["future_spend"]).values()] == [1, 1, 1]
    assert gains(past["profit"], {"x": past["profit"] > 0}, n_boot=100, seed=1)["gain_low"].isna().all()


def test_results_of_segments_by_hand():
    past = pd.DataFrame({"segment": ["x", "x", "y"], "response": [True, False, True], "profit": [3.0, -1.0, 5.0]})
    table = segment_results(past, n_boot=100, seed=1)
    assert table["customers"].to_dict() == {"x": 2, "y": 1} and table["response"].to_dict() == {"x": 0.5, "y": 1.0}
    assert table["profit_mean"].to_dict() == {"x": 1.0, "y": 5.0} and table.loc["y", "profit_mean_low"] == 5.0


def test_concordance_interval_covers_a_known_area():
    """Buyers N(1, 1), others N(0, 1): the area is Φ(1/√2)."""
    exact, rng, hits = 0.5 * (1 + math.erf(0.5)), np.random.default_rng(8), 0
    for world in range(120):
        score = np.concatenate([rng.normal(1, 1, 100), rng.normal(0, 1, 100)])
        _, low, high = concordance(score, np.arange(200) < 100, n_boot=200, seed=world)
        hits += low <= exact <= high
    assert abs(hits / 120 - 0.95) < 4 * math.sqrt(0.95 * 0.05 / 120)


def test_what_is_learned_comes_from_those_tested_only():
    cells = pd.Series(["a", "a", "b", "b", "c"])
    tested = np.array([True, False, True, True, False])
    learned = learned_mean(pd.Series([1.0, 100.0, 2.0, 4.0, 100.0]), cells, tested)
    assert learned.tolist() == pytest.approx([1, 1, 3, 3, 7 / 3])  # nobody tested in c: the mean of the three


def test_gain_curve_by_hand_and_its_end_does_not_depend_on_the_order():
    profit = np.array([5.0, -1.0, 3.0, -2.0])
    curve = gain_curve([4, 1, 3, 1], profit)
    assert curve["contacted_share"].tolist() == [0, 0.25, 0.5, 1.0] and curve["profit"].tolist() == [0, 5, 8, 5]
    assert gain_curve([0, 0, 0, 0], profit)["profit"].tolist() == [0, 5]


@given(st.lists(st.floats(-50, 50), min_size=1, max_size=40))
def test_no_order_beats_that_of_profit_itself(profit):
    values = np.array(profit)
    best, other = gain_curve(values, values), gain_curve(np.arange(len(values)), values)
    shares = np.linspace(0, 1, 11)
    ours, theirs = (np.interp(shares, c["contacted_share"], c["profit"]) for c in (best, other))
    assert (ours >= theirs - 1e-6).all()


def test_gains_against_contacting_everyone():
    profit = pd.Series([5.0, -1.0, 3.0, -3.0])
    table = gains(profit, {"all": profit > -9, "right": profit > 0, "none": profit > 9}, n_boot=100, seed=1)
    assert table["gain_per_customer"].to_dict() == {"all": 0.0, "right": 1.0, "none": -1.0}
    assert table["contacted_share"].to_dict() == {"all": 1.0, "right": 0.5, "none": 0.0}


# Customers whose future is known


def test_simulated_buyers_have_the_rates_they_were_given():
    """Nobody leaves: mean repeats r/α × weeks seen; the truth is then λ × 39, of mean 39 r/α."""
    lines, truth = simulate_buyers(40_000, seed=2, law=(2.0, 10.0, 1e-3, 1e6))
    per_week = 2.0 / 10.0
    repeats = len(lines) / 40_000 - 1
    assert repeats == pytest.approx(per_week * (39 - 6), rel=0.02)
    assert truth.mean() == pytest.approx(39 * per_week, rel=0.02)


def test_simulated_future_is_what_happens_next():
    """Two worlds of the same customers: what a longer one shows after week 39 has the mean of the truth."""
    n, law = 30_000, (0.553, 10.578, 0.606, 11.669)
    lines, truth = simulate_buyers(n, seed=3, law=law)
    # E[future] = E[λ] ∫ E[exp(−μ t)] dt over t from 39 − first to 78 − first, first uniform on 0…12 (Pareto survival).
    r, alpha, s, beta = law
    first = (np.arange(2000) + 0.5) / 2000 * 12
    survived = beta**s / (s - 1) * ((beta + 39 - first) ** (1 - s) - (beta + 78 - first) ** (1 - s))
    assert truth.mean() == pytest.approx(r / alpha * survived.mean(), rel=0.05)
    assert lines["date"].max() < date(1997, 1, 1) + timedelta(days=7 * 39) and lines["customer_id"].nunique() == n
    assert (lines["amount_cents"] >= 0).all()


def test_captured_share_by_hand():
    truth = pd.Series([4.0, 3.0, 2.0, 1.0], index=list("abcd"))
    assert captured_share(truth, truth, 0.25) == pytest.approx(0.4)
    assert captured_share(truth, truth * 0, 0.25) == pytest.approx(0.25)


def test_the_truth_holds_the_most_and_every_convention_is_ranked():
    world = simulated_customers(3_000, seed=4)
    held = rankings_capture(world, cuts=CUTS)["share"]
    assert held.idxmax() == "La vérité" and (held > 0.2).all()
    assert sum(name.startswith("R + F + M, ") for name in held.index) == len(CONVENTIONS) and len(held) == 8


def test_future_by_silence_by_hand():
    customers = pd.DataFrame(
        {"days_since_last": [27, 28, 27, 200], "n_orders": [1, 1, 9, 12], "truth": [1.0, 2.0, 3.0, 4.0]}
    )
    grid = future_by_silence(customers, least=1)
    assert grid.loc["moins de 4", ["1", "5 à 9"]].tolist() == [1.0, 3.0] and grid.loc["4 à 12", "1"] == 2.0
    assert grid.loc["26 et plus", "10 et plus"] == 4.0 and grid.notna().to_numpy().sum() == 4
    assert future_by_silence(customers, least=2).isna().all(axis=None)


# Life cycles

DAY = date(2024, 12, 31)
WINDOWS = {"new_days": 30, "active_days": 30, "lost_days": 90}


def seen(rows):
    """Return snapshots from (customer, days since first, days since last)."""
    return pd.DataFrame(
        [(c, pd.Timestamp(DAY) - pd.Timedelta(days=a), pd.Timestamp(DAY) - pd.Timedelta(days=b)) for c, a, b in rows],
        columns=["customer_id", "first_purchase", "last_purchase"],
    ).assign(snapshot=pd.Timestamp(DAY))


def test_states_at_the_edges_of_the_windows():
    rows = [("a", 29, 29), ("b", 30, 29), ("c", 30, 30), ("d", 300, 89), ("e", 300, 90)]
    states = life_states(seen(rows), **WINDOWS).iloc[:, 0]
    assert states.to_dict() == {"a": "Nouveau", "b": "Actif", "c": "Dormant", "d": "Dormant", "e": "Perdu"}


def test_windows_in_the_wrong_order_are_refused():
    with pytest.raises(GrcError, match="active_days = 90, lost_days = 90"):
        life_states(seen([("a", 1, 1)]), new_days=30, active_days=90, lost_days=90)


def test_snapshot_dates_have_a_whole_step_behind_them():
    assert snapshot_dates(date(1997, 1, 1), date(1998, 6, 30), step=91)[0] == date(1997, 4, 1)
    assert len(snapshot_dates(date(1997, 1, 1), date(1998, 6, 30), step=91)) == 6
    assert snapshot_dates(date(2024, 1, 1), date(2024, 1, 10), step=11) == [date(2024, 1, 10)]
    assert len(snapshot_dates(date(2014, 1, 1), date(2024, 1, 10), step=7)) == 8


def test_snapshots_never_look_ahead():
    lines = [("a", date(2024, 1, 5)), ("a", date(2024, 2, 5)), ("b", date(2024, 2, 1))]
    table = ibis.memtable(pd.DataFrame(lines, columns=["customer_id", "date"]))
    found = snapshots(table, [date(2024, 1, 31), date(2024, 2, 5)]).execute().sort_values(["snapshot", "customer_id"])
    assert found["customer_id"].tolist() == ["a", "a", "b"]
    assert pd.to_datetime(found["last_purchase"]).dt.date.tolist() == [
        date(2024, 1, 5),
        date(2024, 2, 5),
        date(2024, 2, 1),
    ]


def test_moves_are_counted_once_a_step():
    states = pd.DataFrame([["Nouveau", "Actif", "Actif"], [np.nan, "Nouveau", "Dormant"]], index=["a", "b"])
    counts = transition_counts(states)
    assert counts.to_numpy().sum() == 3 and counts.loc["Nouveau", "Actif"] == counts.loc["Actif", "Actif"] == 1
    assert transition_counts(states, steps=2).loc["Nouveau", "Actif"] == 1
    shares = transition_shares(counts)
    assert shares["share"].to_dict() == {"Nouveau → Actif": 0.5, "Nouveau → Dormant": 0.5, "Actif → Actif": 1.0}


def test_states_of_a_data_set_are_counted_at_each_date():
    lines = [("a", date(2024, 1, 1)), ("a", date(2024, 3, 1)), ("b", date(2024, 2, 20))]
    table = ibis.memtable(pd.DataFrame(lines, columns=["customer_id", "date"]))
    data = SimpleNamespace(table=table, observation_start=date(2024, 1, 1), observation_end=date(2024, 3, 1))
    states = observed_states(data, **WINDOWS)
    # Thirty days before 1 March is 31 January: a is 30 days old and silent; on 1 March a is back and b is new.
    assert states.loc["a"].tolist() == ["Dormant", "Actif"] and states.loc["b"].tolist()[1] == "Nouveau"
    counts = state_counts(states)
    assert counts.columns.tolist() == ["31/01/24", "01/03/24"] and counts["01/03/24"].tolist() == [1, 1, 0, 0]


def test_complete_journey_keeps_the_homes_that_nobody_described():
    from grc_helpers.data.loading import load

    homes = described_homes(load("complete_journey"))
    assert len(homes) == 2469 and homes["stage"].notna().sum() == 801  # the card's counts


def test_one_date_has_no_move():
    states = pd.DataFrame({"now": ["Nouveau", "Actif"]})
    counts = transition_counts(states)
    assert counts.to_numpy().tolist() == [[0] * 4] * 4 and transition_shares(counts).empty
    assert all(map(math.isnan, two_steps(states)[1:]))


def test_two_steps_by_hand():
    # One step: of 4 moves from Actif, 3 stay; squared with Dormant → Actif 1 of 1: 9/16 + 1/4. Two steps: 1 of 2.
    states = pd.DataFrame([["Actif"] * 3, ["Actif", "Actif", "Dormant"], ["Dormant", "Actif", np.nan]])
    forecast, share, low, high = two_steps(states)
    assert (forecast, share) == pytest.approx((9 / 16 + 1 / 4, 1 / 2)) and low < share < high


KNOWN = np.array([[0, 0.40, 0.60, 0], [0, 0.60, 0.40, 0], [0, 0.15, 0.50, 0.35], [0, 0.05, 0, 0.95]])


def test_a_known_chain_is_recovered():
    """Every probability within five standard errors, from one long simulation; impossible moves never happen."""
    counts = transition_counts(simulate_chain(KNOWN, np.full(4, 0.25), n=20_000, steps=4, seed=6)).to_numpy()
    totals = counts.sum(axis=1, keepdims=True)
    assert (np.abs(counts / totals - KNOWN) <= 5 * np.sqrt(KNOWN * (1 - KNOWN) / totals)).all()


def test_intervals_hold_the_known_matrix():
    """Coverage over 120 chains at 95 %: within four standard errors, for each move."""
    mean, coverage = recovery(KNOWN, n=300, steps=4, runs=120, seed=1)
    assert (np.abs(coverage[KNOWN > 0] - 0.95) < 4 * math.sqrt(0.95 * 0.05 / 120)).all()
    assert np.abs(mean - KNOWN).max() < 0.02


def test_a_chain_forecasts_two_steps_as_its_square_but_a_mixture_does_not():
    loyal, passing = KNOWN.copy(), KNOWN.copy()
    loyal[1], passing[1] = [0, 0.95, 0.05, 0], [0, 0.10, 0.90, 0]
    start = np.array([0, 1.0, 0, 0])
    for worlds, remembers in (([KNOWN, KNOWN], False), ([loyal, passing], True)):
        states = pd.concat([simulate_chain(m, start, n=8000, steps=2, seed=k) for k, m in enumerate(worlds)])
        once = transition_counts(states)
        chances = once.div(once.sum(axis=1), axis=0).fillna(0)
        twice = transition_shares(transition_counts(states, steps=2)).loc["Actif → Actif"]
        assert (twice["low"] > (chances @ chances).loc["Actif", "Actif"]) == remembers


def test_stages_of_a_household():
    homes = pd.DataFrame(
        {
            "household_comp": ["1 Adult No Kids", "2 Adults Kids", "2 Adults No Kids", "2 Adults No Kids"],
            "age": ["25-34", "65+", "45-54", "65+"],
        }
    )
    stages = household_stage(homes)
    assert stages.tolist() == ["Jeune sans enfant", "Avec enfant", "Âge moyen sans enfant", "Aîné sans enfant"]


def test_spend_of_stages_by_hand():
    homes = pd.DataFrame({"stage": pd.Categorical(["a", "b", "a"], ["b", "a"]), "total_spend": [1.0, 5.0, 3.0]})
    table = stage_spend(homes, n_boot=100, seed=1)
    assert table.index.tolist() == ["b", "a"] and table["households"].tolist() == [1, 2]
    assert table["spend_mean"].tolist() == [5.0, 2.0] and table.loc["b", "spend_mean_high"] == 5.0


def test_explained_share_by_hand():
    # Group means 1 and 3 around 2: variance between 1, total (4 + 0 + 0 + 4) / 4 = 2.
    assert explained_share(pd.Series([0.0, 2.0, 2.0, 4.0]), pd.Series(["x", "x", "y", "y"])) == pytest.approx(0.5)
