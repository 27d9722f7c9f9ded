"""Predictions, offers, causes and the cube: by hand, by a known truth, and errors shown."""

from datetime import date

import ibis
import numpy as np
import pandas as pd
import pytest
from scipy.sparse import csr_matrix

from grc_helpers.data.loading import load, read_table
from grc_helpers.data.product_lines import product_lines
from grc_helpers.data.warehouse import collect
from grc_helpers.errors import GrcError
from grc_helpers.patterns.causality import METHODS, recovery
from grc_helpers.patterns.cube import monthly, sales_cube, top_cells
from grc_helpers.patterns.offers import bundles, item_margins, next_best_offers, offers_of_last_period, tell_obvious
from grc_helpers.patterns.prediction import (
    MODELS,
    evaluated,
    hit_by_history,
    hits,
    next_items,
    order_table,
    scores,
    split_day,
    time_split,
    top_items,
)
from grc_helpers.patterns.story import diapers_and_beer
from grc_helpers.patterns.upselling import (
    net_migration,
    product_ranges,
    range_moves,
    response_and_uplift,
    unit_prices,
    uplift_gap,
)

ORDERS = pd.DataFrame(
    [
        *(("1", "2025-01-01", 0, item) for item in "ab"),
        *(("1", "2025-02-01", 1, item) for item in "c"),
        *(("1", "2025-03-01", 2, item) for item in "ad"),
        *(("2", "2025-01-05", 0, item) for item in "a"),
        *(("2", "2025-02-05", 1, item) for item in "c"),
        *(("2", "2025-03-05", 2, item) for item in "c"),
        *(("3", "2025-03-07", 0, item) for item in "b"),
        *(("4", "2025-01-07", 0, item) for item in "d"),
    ],
    columns=["customer_id", "date", "order", "item"],
).assign(date=lambda table: pd.to_datetime(table["date"]))


def test_split_and_scores_by_hand():
    split = time_split(ORDERS, day=date(2025, 3, 1))
    assert split.items.tolist() == list("abcd") and split.n_orders.tolist() == [2, 2, 0]
    assert split.history.toarray().tolist() == [[1, 1, 1, 0], [1, 0, 1, 0], [0, 0, 0, 0]]
    assert split.last.toarray().tolist() == [[0, 0, 1, 0], [0, 0, 1, 0], [0, 0, 0, 0]]
    assert split.target.toarray().tolist() == [[1, 0, 0, 1], [0, 0, 1, 0], [0, 1, 0, 0]]
    assert split.moves.tolist() == [[0, 0, 1, 0], [0, 0, 1, 0], [0, 0, 0, 0], [0, 0, 0, 0]]
    top = top_items(scores(split, "habitudes"), k=2)
    assert top.tolist() == [[0, 2], [0, 2], [0, 2]]
    assert hits(top, split.target).tolist() == [0.5, 1.0, 0.0]
    unseen = top_items(scores(split, "popularité"), k=1, without=split.history)
    assert unseen[0, 0] == 3  # the only item that customer 1 does not know


def test_what_follows_by_hand():
    found = next_items(ORDERS, min_count=1).set_index(["first", "second"])
    assert found.loc[("a", "c"), "confidence"] == 1.0 and found.loc[("a", "c"), "n_both"] == 2
    assert found.loc[("a", "c"), "lift"] == pytest.approx(1 / (3 / 4))  # 3 of the 4 following orders hold c
    assert found.loc[("c", "c"), "confidence"] == 0.5


def test_the_future_is_never_looked_at():
    """Changing every later order but the first one's contents changes no score."""
    split = time_split(ORDERS, day=date(2025, 3, 1))
    other = time_split(
        ORDERS.assign(item=ORDERS["item"].where(ORDERS["date"] < "2025-03-01", "b")),
        day=date(2025, 3, 1),
        items=split.items,
    )
    for model in MODELS:
        assert np.allclose(scores(split, model), scores(other, model))


def world(*, habit, seed=0, n=400):
    """Draw customers who order two of ten items a fortnight, from tastes of their own or from the same for all."""
    rng, rows = np.random.default_rng(seed), []
    common = rng.dirichlet(np.full(10, 1.0))
    for k in range(n):
        taste = rng.dirichlet(np.full(10, 0.15)) + 1e-6 if habit else common
        for order in range(12):
            for item in rng.choice(10, size=2, replace=False, p=taste / taste.sum()):
                rows.append((f"{k:04d}", pd.Timestamp("2025-01-01") + pd.Timedelta(days=14 * order), order, f"i{item}"))
    return pd.DataFrame(rows, columns=["customer_id", "date", "order", "item"])


def test_habits_win_where_tastes_differ_and_bring_nothing_where_they_do_not():
    strong = evaluated(time_split(world(habit=True), day=date(2025, 5, 1)), k=2, n_boot=50)
    assert strong.loc["habitudes", "hit_low"] > strong.loc["popularité", "hit_high"] + 0.2
    assert strong.loc["popularité", "diversity"] == 0 < strong.loc["habitudes", "diversity_low"]
    assert strong.loc["popularité", "coverage"] == pytest.approx(0.2)
    same = evaluated(time_split(world(habit=False), day=date(2025, 5, 1)), k=2, n_boot=50)
    assert abs(same.loc["habitudes", "hit"] - same.loc["popularité", "hit"]) < 0.06


def test_interval_of_hit_covers():
    """The mean hit of independent customers lies within its interval 95 times in a hundred."""
    rng, inside = np.random.default_rng(2), 0
    for _ in range(300):
        target = csr_matrix((rng.random((200, 4)) < 0.5).astype(float))
        found = hits(np.tile([0, 1], (200, 1)), target)
        found = found[~np.isnan(found)]
        inside += abs(found.mean() - 0.5) <= 1.96 * found.std(ddof=1) / np.sqrt(len(found))
    assert 0.91 <= inside / 300 <= 0.98


def test_a_new_customer_gets_the_popularity():
    split = time_split(ORDERS, day=date(2025, 3, 1))
    for model in MODELS:
        assert np.argsort(-scores(split, model)[2], kind="stable").tolist() == [0, 2, 1, 3]
    table = hit_by_history(split, k=1)
    assert table["orders"].tolist() == ["aucune", "2 à 4"] and table["customers"].tolist() == [1, 2]


def test_one_side_empty_is_refused():
    with pytest.raises(GrcError, match="des deux côtés"):
        time_split(ORDERS, day=date(2024, 1, 1))
    assert split_day(date(2025, 1, 1), date(2025, 1, 10), share=0.2) == date(2025, 1, 9)


def test_orders_of_a_file_are_numbered(tmp_path):
    path = tmp_path / "ventes.csv"
    path.write_text(
        "Client;Date;Montant;Commande;Produit\n1;31/01/2025;5,00;B;thé\n1;30/01/2025;5,00;A;café\n"
        "1;31/01/2025;5,00;C;thé\n1;31/01/2025;5,00;C;thé\n",
        encoding="utf-8",
    )
    table = order_table(product_lines(load(path)))
    assert table[["order", "item"]].values.tolist() == [[0, "café"], [1, "thé"], [2, "thé"]]


def test_bundle_by_hand():
    """100 baskets with both, 300 with tea only, 200 with a cup only; 10 % off 10 + 20; margins 4 and 8."""
    pairs = pd.DataFrame({"first": ["thé"], "second": ["tasse"], "n_both": [100], "n_first": [400], "n_second": [300]})
    margins = pd.DataFrame({"price": [10.0, 20.0], "margin": [4.0, 8.0]}, index=["thé", "tasse"])
    found = bundles(pairs, margins, discount=0.10, conversion=0.5, cannibalisation=0.25).iloc[0]
    unit = 300 * (0.75 * 8 - 3) + 200 * (0.75 * 4 - 3)  # 900
    assert (found["given"], found["reach"], found["added"]) == (300.0, 500, unit / 2)
    assert found["gain"] == 150.0 and found["break_even"] == pytest.approx(1 / 3)
    dear = bundles(pairs, margins, discount=0.5, conversion=0.5, cannibalisation=0.25).iloc[0]
    assert np.isnan(dear["break_even"]) and dear["gain"] < 0
    with pytest.raises(GrcError, match="entre 0 et 1"):
        bundles(pairs, margins, discount=1.5, conversion=0.5, cannibalisation=0)


def test_obvious_bundles_are_told_by_what_marks_the_losers():
    """Gains fall with the lift in one case; in the other they fall with the baskets in common, and lift helps."""
    order = np.arange(20.0)
    tied = pd.DataFrame({"lift": 1 + order, "n_both": np.tile([3, 5], 10), "gain": 15.5 - order})
    said = tell_obvious(tied)
    assert "lift \N{MINUS SIGN}1,00" in said and "Lots perdants : 100,0\u202f% du dixième" in said
    assert "20,0\u202f% de tous" in said and "reconnaissent à leur lift." in said
    common = pd.DataFrame({"lift": 20 - order, "n_both": 1 + order, "gain": 15.5 - order})
    said = tell_obvious(common)
    assert "lift +1,00, paniers communs \N{MINUS SIGN}1,00" in said and "0,0\u202f% du dixième" in said
    assert "leurs paniers communs, plus qu'à leur lift" in said
    assert "Ni l'un ni l'autre" in tell_obvious(common.assign(n_both=20 - order))
    assert "trop peu" in tell_obvious(common.head(9))


def test_margins_come_from_costs_where_there_are_some():
    margins = item_margins(product_lines(load("cafes_merle")), level="category", margin_rate=0.9)
    rate = margins["margin"] / margins["price"]
    assert 0.25 < rate["accessoires"] < 0.40 and 0.5 < rate["thé"] < 0.65


def test_chances_are_calibrated_and_margin_is_chosen():
    orders = world(habit=True, seed=3, n=800)
    split = time_split(orders, day=date(2025, 5, 1))
    margins = pd.DataFrame({"margin": np.linspace(1, 10, 10)}, index=split.items)
    found = offers_of_last_period(orders, split, margins, start=date(2025, 1, 1))
    promised, margin = found.loc["probabilité × marge", ["promised", "margin"]]
    assert promised == found["promised"].max() and found.loc["probabilité", "share"] >= 0.8 * found["share"].max()
    half = found.loc["probabilité × marge", "margin_high"] - margin
    assert abs(promised - margin) < max(3 * half, 0.1)
    chance = np.tile([0.5, 0.4, 0, 0, 0, 0, 0, 0, 0, 0], (len(split.n_orders), 1))
    assert next_best_offers(split, chance, np.ones(10)).shape == (3, 5)


def test_recovery_of_a_known_effect():
    """Only the trial, or an adjustment for everything, is unbiased and covers; both worlds."""
    for effect in (0.0, 0.05):
        table = recovery(effect=effect, n=2_000, n_worlds=150, seed=4)
        assert table.loc[list(METHODS[2:]), "bias"].abs().max() < 0.006
        assert table.loc[list(METHODS[2:]), "coverage"].min() > 0.89
        assert table.loc[METHODS[0], "bias"] > 0.06 and 0.03 < table.loc[METHODS[1], "bias"] < 0.07
    nothing_hidden = recovery(effect=0.0, n=2_000, n_worlds=100, seed=5, hidden=0.0)
    assert abs(nothing_hidden.loc[METHODS[1], "bias"]) < 0.006


def test_every_level_of_the_cube_equals_a_plain_sum():
    frame = pd.DataFrame(
        {
            "order_id": ["A", "A", "B", "C"],
            "customer_id": ["1", "1", "1", "2"],
            "date": pd.to_datetime(["2025-01-03", "2025-01-03", "2025-02-01", "2025-02-02"]),
            "product": ["thé", "café", "thé", "thé"],
            "amount_cents": [100, 200, 300, 400],
        }
    )
    cube = collect(sales_cube(ibis.memtable(frame)))
    assert len(cube) == 3 + 2 + 2 + 1
    months, items = monthly(cube), top_cells(cube)
    assert months["sales"].tolist() == [3.0, 7.0] and months["average_basket"].tolist() == [3.0, 3.5]
    assert items["sales"].to_dict() == {"thé": 8.0, "café": 2.0} and items["sales_share"].sum() == 1
    assert items["n_customers"].to_dict() == {"thé": 2, "café": 1}


def test_beer_and_diapers_in_complete_journey():
    """oracles.md: lift .999, 144 joint baskets of 155 848."""
    lines, products = (read_table("complete_journey", f"{name}.parquet") for name in ("transactions", "products"))
    found = diapers_and_beer(lines, products).iloc[0]
    assert (found["baskets"], found["n_both"]) == (155_848, 144) and round(found["lift"], 3) == 0.999
    assert found["lift_low"] < 0.85 and found["lift_high"] > 1.15


def test_ranges_and_their_moves_by_hand():
    products = pd.DataFrame(
        {"product_id": list("abc"), "product_category": "COFFEE", "package_size": ["10 OZ", "10 OZ", "12 CT"]}
    )
    lines = pd.DataFrame(
        {
            "household_id": ["1", "1", "2", "2", "3", "1"],
            "transaction_date": pd.to_datetime(["2025-01-01", "2025-08-01"] * 2 + ["2025-01-01", "2025-01-02"]),
            "product_id": ["a", "b", "b", "a", "a", "c"],
            "quantity": [1, 2, 1, 1, 1, 1],
            "sales_value": [1.0, 8.0, 4.0, 0.5, 1.0, 9.0],
            "retail_disc": [0.0, 0.0, 0.0, 0.5, 0.0, 0.0],
        }
    )
    coffee = unit_prices(lines, products, category="COFFEE")
    assert len(coffee) == 5 and set(coffee["list_price"]) == {0.1, 0.4}  # 12 CT is no weight
    ranges = product_ranges(coffee)
    moves = range_moves(coffee, ranges, cut="2025-07-01")
    assert ranges["a"] == "entrée" and ranges["b"] == "haut" and len(moves) == 2
    net = net_migration(moves)
    assert (net["up"], net["down"], net["net"]) == (1, 1, 0.0)


def test_uplift_of_a_trial_by_hand():
    trial = pd.DataFrame({"treated": [True] * 4 + [False] * 4, "bought": [1, 1, 1, 0, 1, 0, 0, 0], "margin": 0.0})
    trial["bought"], trial["margin"] = trial["bought"].astype(bool), trial["bought"] * 8.0
    found = response_and_uplift(trial, {"tous": pd.Series([True] * 8)}, cost=1.0).iloc[0]
    assert (found["control"], found["response"], found["uplift"], found["gain"]) == (0.25, 0.75, 0.5, 3.0)
    assert found["uplift"] - found["uplift_low"] == pytest.approx(1.96 * np.sqrt(2 * 0.25 / 4))


def test_uplifts_are_compared_with_the_uncertainty_of_both():
    """Two groups of 400: 20 % buy; the offer adds 30 points in one, none in the other."""
    treated = np.tile([True, False], 400)
    share = np.where(treated & (np.arange(800) < 400), 0.5, 0.2)
    trial = pd.DataFrame({"treated": treated, "bought": np.arange(800) // 2 % 10 < 10 * share, "margin": 0.0})
    inside = pd.Series(np.arange(800) < 400)
    effects = response_and_uplift(trial, {"touché": inside, "autre": ~inside}, cost=0.0)
    gap, low, high = uplift_gap(effects, "touché", "autre")
    error = np.sqrt((0.5 * 0.5 + 3 * 0.2 * 0.8) / 200)  # four shares, 200 customers each
    assert gap == pytest.approx(0.3) and (high - low) / 2 == pytest.approx(1.96 * error, rel=0.01)
