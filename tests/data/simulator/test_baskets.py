"""Baskets: lines add up to sales, and the association of each pair of categories is the one stated."""

import numpy as np
import pandas as pd
import pytest

from grc_helpers.data.simulator.baskets import ADDED, MAIN_BY_NEED, make_lines, pair_truth
from grc_helpers.data.simulator.products import CATALOGUE, CATEGORIES, MAINS, MARGINS, make_products, price_cents


@pytest.fixture(scope="module")
def baskets(world):
    """Return orders, and their lines with the products' columns."""
    made = world(customers=10_000)
    lines = make_lines(made.config, made.population, made.orders)
    return made.orders, lines.merge(make_products()["produits"], on="product_id", validate="many_to_one")


def test_probabilities_are_probabilities():
    assert all(sum(shares) == pytest.approx(1) for shares in MAIN_BY_NEED.values())
    assert set(ADDED) == set(MAINS) == set(CATEGORIES[:4])
    assert all(ADDED[name][place] == 0 for place, name in enumerate(MAINS))


def test_lines_add_up_to_the_amount_of_their_order_to_the_cent(baskets):
    orders, lines = baskets
    total = lines.groupby("order_id")["amount_cents"].sum()
    assert (total.reindex(orders["order_id"]).to_numpy() == orders["amount_cents"].to_numpy()).all()
    assert len(total) == len(orders) and 1.4 < len(lines) / len(orders) < 1.8
    assert not lines.duplicated(["order_id", "category"]).any()
    assert (lines[["amount_cents", "cost_cents", "quantity"]] > 0).mean().min() > 0.999
    assert (lines["discount_cents"] >= 0).all() and (lines["amount_cents"] > 0).all()


def test_amount_discount_and_quantity_agree_with_the_price_list(baskets):
    orders, lines = baskets
    lines = lines.merge(orders[["order_id", "channel", "date"]], on="order_id")
    listed = make_products()["prix_canaux"].rename(columns={"price_cents": "listed"})
    lines = lines.assign(year=lines["date"].dt.year).merge(listed, on=["product_id", "channel", "year"])
    gross = lines["quantity"] * lines["listed"]
    assert np.allclose(gross, lines["amount_cents"] + lines["discount_cents"], atol=0.51)
    pieces = lines.loc[lines["unit"] == "pièce", "quantity"]
    assert (pieces == pieces.round()).all()


def test_only_offices_and_tiny_samples_get_discounts(world, baskets):
    _, lines = baskets
    people, orders = world(customers=10_000).population, world(customers=10_000).orders
    rate = people["discount_rate"].to_numpy()[orders["row"]]
    paid = lines.groupby("order_id")[["amount_cents", "discount_cents"]].sum().reindex(orders["order_id"])
    got = paid["discount_cents"].to_numpy() / paid.sum(axis=1).to_numpy()
    big = orders["amount_cents"].to_numpy() > 5_000
    assert np.abs(got - rate)[big].max() < 0.02
    assert paid["discount_cents"][rate == 0].sum() < 0.004 * paid["amount_cents"][rate == 0].sum()


def test_the_lift_of_every_pair_of_categories_is_recovered(baskets):
    """Under the model, the z of the 36 lifts are standard normal (delta method); the strongest pairs are clear."""
    _, lines = baskets
    table = pd.crosstab(lines["order_id"], lines["category"]).gt(0)
    truth, n = pair_truth(), len(table)
    share = table.mean()
    found = np.array(
        [(table[a] & table[b]).mean() / (share[a] * share[b]) for a, b in truth[["first", "second"]].to_numpy()]
    )
    error = truth["lift"] * np.sqrt(1 / (truth["support"] * n))
    z = ((found - truth["lift"]) / error).to_numpy()
    assert np.abs(z).max() < 4.5 and 0.4 < (z**2).mean() < 1.8
    by_pair = truth.assign(found=found).set_index(["first", "second"])
    assert by_pair.loc[("thé", "biscuits"), "found"] > 1.8
    assert by_pair.loc[("café d'origine", "filtres et entretien"), "found"] > 1.6
    assert by_pair.loc[("biscuits", "chocolat"), "found"] == pytest.approx(0.957, abs=0.12)  # hardly any association


def test_margins_are_those_of_the_categories(baskets):
    _, lines = baskets
    sums = lines[lines["discount_cents"] <= 5].groupby("category")[["amount_cents", "cost_cents"]].sum()
    margin = 1 - sums["cost_cents"] / sums["amount_cents"]
    assert margin.to_dict() == pytest.approx(MARGINS, abs=0.025)  # the price of the channel, not of the shop


def test_the_catalogue_is_complete_and_priced_in_each_channel():
    prices = price_cents()
    tables = make_products()
    assert prices.shape == (len(CATALOGUE), 4, 3) and (prices > 0).all()
    assert (np.diff(prices, axis=2) >= 0).all()  # prices rise each year
    assert len(tables["prix_canaux"]) == prices.size and tables["produits"]["product_id"].is_unique
    gap = prices[:, 1, 0] / prices[:, 0, 0]  # web against shop: 2 % less, but for a few mistakes to be found
    assert np.sum(np.abs(gap - 0.98) > 0.03) == 4
    for name in CATEGORIES[4:]:
        known = [price for _, category, _, price in CATALOGUE if category == name]
        assert known == sorted(known) and known[0] <= 90
