"""Pairs, rules and shuffled baskets: published results, an independent count, a known truth, errors shown."""

from itertools import combinations

import ibis
import numpy as np
import pandas as pd
import pytest

from grc_helpers.data.loading import load
from grc_helpers.data.warehouse import collect, connect
from grc_helpers.errors import GrcError
from grc_helpers.patterns.baskets import basket_items, basket_matrix
from grc_helpers.patterns.pairs import min_count, pair_counts
from grc_helpers.patterns.rules import (
    both_ways,
    clustered_lift_of,
    itemsets,
    log_lift_variance,
    measured,
    pruned,
    rules_of,
    significant,
    strongest,
    wilson,
)
from grc_helpers.patterns.shuffling import real_and_shuffled, shuffled
from grc_helpers.patterns.toys import AGRAWAL, TAN, toy_baskets
from grc_helpers.patterns.truth import lifts_against_truth


def lines(baskets, *, amount=100):
    """Return an Ibis table of lines from lists of items."""
    rows = [(f"O{k:05d}", f"C{k % 50:03d}", item, amount) for k, basket in enumerate(baskets) for item in basket]
    frame = pd.DataFrame(rows, columns=["order_id", "customer_id", "product", "amount_cents"])
    return ibis.memtable(frame.assign(date=pd.Timestamp("2025-01-01")))


def test_agrawal_srikant_1994():
    """O11: the frequent itemsets of the toy, minimum support 2; L3 = {2 3 5}: 2."""
    found = itemsets(toy_baskets(AGRAWAL), min_support=0.5, max_len=4)
    counts = {"".join(group): round(4 * share) for group, share in found.itertuples(index=False)}
    assert counts == {"1": 2, "2": 3, "3": 3, "5": 3, "13": 2, "23": 2, "25": 3, "35": 2, "235": 2}


def test_tan_steinbach_kumar_2005():
    """O12: {milk, diaper} → beer has support .4 and confidence .67."""
    rules = rules_of(itemsets(toy_baskets(TAN), min_support=0.2, max_len=3))
    rule = rules[(rules["left"] == ("couches", "lait")) & (rules["then"] == "bière")].iloc[0]
    assert round(rule["support"], 2) == 0.40 and round(rule["confidence"], 2) == 0.67
    assert rule["lift"] == pytest.approx(2 / 3 / 0.6)


@pytest.fixture(scope="module")
def baskets():
    rng = np.random.default_rng(1)
    names = [f"p{k:02d}" for k in range(25)]
    return [list(rng.choice(names, size=rng.integers(1, 7), replace=False)) for _ in range(600)]


def test_pairs_of_the_warehouse_equal_a_plain_count(baskets):
    items = basket_items(lines(baskets, amount=0))
    n, least = min_count(items, min_support=0.02)
    assert (n, least) == (600, 12)
    found = collect(pair_counts(items, min_count=least))
    counts, single = {}, {}
    for basket in baskets:
        for item in basket:
            single[item] = single.get(item, 0) + 1
        for pair in combinations(sorted(basket), 2):
            counts[pair] = counts.get(pair, 0) + 1
    expected = {pair: (c, single[pair[0]], single[pair[1]]) for pair, c in counts.items() if c >= least}
    rows = found[["first", "second", "n_both", "n_first", "n_second"]].itertuples(index=False)
    assert {(a, b): (both, first, second) for a, b, both, first, second in rows} == expected


def test_returns_and_repeats_are_not_in_the_basket():
    frame = pd.DataFrame(
        {
            "order_id": ["A", "A", "A", "A"],
            "customer_id": "1",
            "product": ["thé", "thé", "café", "tasse"],
            "amount_cents": [100, 100, 0, -100],
            "date": pd.Timestamp("2025-01-01"),
        }
    )
    assert sorted(collect(basket_items(ibis.memtable(frame)))["item"]) == ["café", "thé"]


def test_matrix_does_not_depend_on_the_order_of_rows(baskets):
    first = basket_matrix(basket_items(lines(baskets)))
    second = basket_matrix(basket_items(lines([basket[::-1] for basket in baskets])))
    assert (first.matrix != second.matrix).nnz == 0 and first.items.tolist() == second.items.tolist()
    assert basket_matrix(basket_items(lines(baskets)), max_baskets=100).matrix.shape[0] == 100


@pytest.mark.parametrize(
    ("baskets_", "said"),
    [
        ([["thé"], ["thé"]], "deux produits ; ces paniers en ont 1"),
        ([[f"p{k}"] for k in range(100)], "analysez les catégories"),
    ],
)
def test_one_product_or_none_frequent_is_refused(baskets_, said):
    with pytest.raises(GrcError) as error:
        min_count(basket_items(lines(baskets_)), min_support=0.05)
    assert said in str(error.value)


def test_empty_baskets_are_refused():
    with pytest.raises(GrcError, match="Aucun panier"):
        min_count(basket_items(lines([["thé"]], amount=-5)), min_support=0.05)


def test_a_hundred_thousand_products_in_bounded_memory():
    """Hardly any is frequent: what is joined is the frequent ones; too many frequent ones are refused with a remedy."""
    connection = connect(memory="300MB", threads=2)
    rows = ibis.range(400_000).unnest().name("k").as_table()
    pseudo = (rows.k * 7_919 + 13) % 100_003
    rare = rows.select(
        order_id=(rows.k // 4).cast("string"),
        customer_id=(rows.k // 40).cast("string"),
        product=ibis.ifelse(rows.k % 4 == 0, rows.k % 8, pseudo).cast("string"),
        amount_cents=ibis.literal(100),
    )
    items = basket_items(connection.create_table("rare", rare))
    n, least = min_count(items, min_support=0.002)
    found = collect(pair_counts(items, min_count=least))
    assert n == 100_000 and len(found) == 0
    with pytest.raises(GrcError, match="Trop de produits fréquents"):
        min_count(items, min_support=0.00002, max_items=5_000)


def test_hypergeometric_probability_and_wilson_by_hand():
    """Two of two draws out of 4 baskets, 2 marked: 1/6. Wilson's interval of 1/1 at 95 % begins at 1/(1 + z²)."""
    table = measured(pd.DataFrame({"n_both": [2], "n_first": [2], "n_second": [2]}), n_baskets=4)
    assert table["p_value"][0] == pytest.approx(1 / 6) and table["lift"][0] == 2
    assert wilson(np.array([1.0]), np.array([1.0]))[0][0] == pytest.approx(1 / (1 + 1.959964**2))


def test_coverage_of_the_lift_interval():
    """Independent baskets: 95 % of the intervals hold the true lift, 2."""
    rng, n, held = np.random.default_rng(3), 4_000, 0
    cells = np.array([0.06, 0.09, 0.14, 0.71])  # both, first only, second only: lift .06 / (.15 × .20) = 2
    for both, first, second, _ in rng.multinomial(n, cells, size=500):
        a, b = both + first, both + second
        half = 1.96 * np.sqrt(log_lift_variance(both, a, b, n))
        held += abs(np.log(n * both / (a * b) / 2)) <= half
    assert 0.925 <= held / 500 <= 0.975


def test_customers_who_repeat_themselves_need_the_clustered_interval():
    """Each customer fills 20 baskets alike: baskets are not witnesses of their own, the lift is 1."""
    rng, narrow, wide = np.random.default_rng(5), 0, 0
    for _ in range(200):
        tea, cup = rng.random((2, 150)) < 0.4
        customers = np.repeat(np.arange(150), 20)
        a, b = (np.repeat(np.where(taste, 0.8, 0.1), 20) > rng.random(3_000) for taste in (tea, cup))
        a, b = a.astype(int), b.astype(int)
        lift, low, high = clustered_lift_of(a, b, customers)
        half = 1.96 * np.sqrt(log_lift_variance((a * b).sum(), a.sum(), b.sum(), len(a)))
        narrow += abs(np.log(lift)) <= half
        wide += low <= 1 <= high
    assert narrow / 200 < 0.75 and 0.90 <= wide / 200 <= 0.99


def test_clustered_interval_is_the_plain_one_when_each_customer_has_one_basket(baskets):
    found = basket_matrix(basket_items(lines(baskets)))
    a, b = (found.matrix[:, k].toarray().ravel() for k in (0, 1))
    lift, low, high = clustered_lift_of(a, b, np.arange(len(a)))
    half = 1.959964 * np.sqrt(log_lift_variance((a * b).sum(), a.sum(), b.sum(), len(a)))
    assert np.log(high / lift) == pytest.approx(half, rel=1e-6) == np.log(lift / low)


def test_true_lifts_of_the_simulated_firm():
    known = lifts_against_truth(load("cafes_merle"))
    inside = (known["cluster_low"] <= known["truth"]) & (known["truth"] <= known["cluster_high"])
    assert len(known) == 36 and inside.mean() >= 0.88
    assert abs(np.log(known["lift"] / known["truth"]).mean()) < 0.03


def test_shuffled_baskets_keep_sizes_and_frequencies(baskets):
    real = basket_matrix(basket_items(lines(baskets)))
    other = shuffled(real, seed=2)
    lost = real.matrix.nnz - other.matrix.nnz
    assert other.matrix.max() == 1 and 0 <= lost <= 0.01 * real.matrix.nnz
    assert np.abs(real.matrix.sum(axis=1) - other.matrix.sum(axis=1)).sum() == lost
    assert np.abs(real.matrix.sum(axis=0) - other.matrix.sum(axis=0)).sum() == lost
    assert (shuffled(real, seed=2).matrix != other.matrix).nnz == 0
    assert (shuffled(real, seed=3).matrix != other.matrix).nnz > 0


def test_unlinked_baskets_of_unequal_sizes_deceive_independence_but_not_shuffling():
    rng = np.random.default_rng(8)
    weights = rng.dirichlet(np.full(40, 3.0))
    names = np.array([f"p{k:02d}" for k in range(40)])
    sizes = np.where(rng.random(4_000) < 0.7, 2, 14)
    world = [list(rng.choice(names, size=size, replace=False, p=weights)) for size in sizes]
    found = real_and_shuffled(basket_matrix(basket_items(lines(world))), seed=1, n_shuffles=10)
    tested = found.attrs["tested"]
    assert found["Vrais paniers"].iloc[2] > 0.5 * tested  # false, all of them
    assert found["Vrais paniers"].iloc[3] <= 0.02 * tested and found["Paniers mélangés"].iloc[3] <= 0.02 * tested


def test_a_planted_pair_is_found():
    rng = np.random.default_rng(9)
    names = [f"p{k:02d}" for k in range(30)]
    world = [list(rng.choice(names, size=rng.integers(2, 9), replace=False)) for _ in range(3_000)]
    world = [[*basket, "zz1", "zz2"] if rng.random() < 0.05 else basket for basket in world]
    items = basket_items(lines(world))
    pairs = measured(collect(pair_counts(items, min_count=20)), n_baskets=3_000)
    top = strongest(pairs, basket_matrix(items), n=1).iloc[0]
    assert (top["first"], top["second"]) == ("zz1", "zz2") and top["cluster_low"] > 5


def test_benjamini_hochberg_1995():
    """The 15 p-values of the paper's example, rate .05: the four smallest are rejected (Bonferroni: three)."""
    p = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459]
    p += [0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0000]
    assert significant(p, rate=0.05).sum() == 4
    assert len(significant([])) == 0


def test_redundant_rules_are_pruned():
    """c is in every basket that has a, b or not: « a and b → c » says no more than « a → c »."""
    rng = np.random.default_rng(4)
    world = []
    for _ in range(2_000):
        a, b, other = rng.random(3) < (0.4, 0.5, 0.2)
        world.append({name for name, held in (("a", a), ("b", b), ("c", a or other), ("d", True)) if held})
    rules = rules_of(itemsets(toy_baskets(world), min_support=0.02, max_len=3))
    kept = {(rule.left, rule.then) for rule in pruned(rules, min_improvement=0.05).itertuples()}
    assert (("a",), "c") in kept and (("a", "b"), "c") not in kept and (("a",), "d") not in kept
    assert len(both_ways(pd.DataFrame({"first": ["a"], "second": ["b"], "n_first": [1], "n_second": [2]}))) == 2


def test_the_length_of_itemsets_is_bounded():
    with pytest.raises(GrcError, match="entre 1 et 5"):
        itemsets(toy_baskets(AGRAWAL), min_support=0.5, max_len=9)
