"""The lines of the orders: which categories go together is stated, hence the lift of each pair is known.

Each basket has one main category, drawn by the customer's need, then each other category is added with a probability
that depends on the main one only: associations are those of the table ``ADDED``, and nothing else.
"""

import numpy as np
import pandas as pd

from grc_helpers.data.simulator.config import SimulationConfig
from grc_helpers.data.simulator.process import block_of
from grc_helpers.data.simulator.products import (
    CATALOGUE,
    CATEGORIES,
    CHANNELS,
    MAINS,
    YEARS,
    cost_cents,
    price_cents,
    product_ids,
)
from grc_helpers.data.simulator.streams import stream
from grc_helpers.data.simulator.traits import NEEDS

MAIN_BY_NEED = {  # probability of each main category
    "goût": (0.32, 0.42, 0.16, 0.10),
    "prix": (0.62, 0.10, 0.13, 0.15),
    "praticité": (0.24, 0.10, 0.10, 0.56),
    "éthique": (0.22, 0.40, 0.28, 0.10),
}
ADDED = {  # probability that each category is added, by main category (columns: CATEGORIES)
    "café d'assemblage": (0.00, 0.06, 0.05, 0.03, 0.09, 0.08, 0.07, 0.03, 0.05),
    "café d'origine": (0.06, 0.00, 0.05, 0.03, 0.09, 0.08, 0.21, 0.09, 0.05),
    "thé": (0.06, 0.06, 0.00, 0.03, 0.27, 0.08, 0.02, 0.03, 0.12),
    "capsules": (0.06, 0.06, 0.05, 0.00, 0.09, 0.16, 0.12, 0.03, 0.05),
}
BY_CATEGORY = [np.flatnonzero([row[1] == name for row in CATALOGUE]) for name in CATEGORIES]  # by rising price
WEIGHED = np.array([row[2] == "kg" for row in CATALOGUE])


def pair_truth() -> pd.DataFrame:
    """Return the true support and lift of each pair of categories.

    Returns
    -------
    pandas.DataFrame
        first, second (categories), support, lift: ``P(A and B) / (P(A) P(B))``.
    """
    need = np.array(list(NEEDS.values()))
    share = need / need.sum() @ np.array(list(MAIN_BY_NEED.values()))
    within = np.array([ADDED[name] for name in MAINS])
    within[np.arange(len(MAINS)), np.arange(len(MAINS))] = 1.0
    alone = share @ within
    both = np.einsum("m,mj,mk->jk", share, within, within)
    rows = [
        (CATEGORIES[j], CATEGORIES[k], both[j, k], both[j, k] / (alone[j] * alone[k]))
        for j in range(len(CATEGORIES))
        for k in range(j + 1, len(CATEGORIES))
    ]
    return pd.DataFrame(rows, columns=["first", "second", "support", "lift"])


def make_lines(config: SimulationConfig, population: pd.DataFrame, orders: pd.DataFrame) -> pd.DataFrame:
    """Return the lines of the orders of a block; those of an order add up to its amount, to the cent.

    Returns
    -------
    pandas.DataFrame
        order_id, product_id, quantity (kg or pieces), amount_cents (paid), discount_cents (off the list price),
        cost_cents (of the goods).
    """
    rng = stream(config.seed, "lignes", block_of(population))
    main = _mains(population, orders, rng)
    added = rng.random((len(orders), len(CATEGORIES))) < np.array([ADDED[name] for name in MAINS])[main]
    order, category = np.nonzero(added)
    amounts, keep = orders["amount_cents"].to_numpy(), 1 - population["discount_rate"].to_numpy()[orders["row"]]
    channel = pd.Categorical(orders["channel"], categories=CHANNELS).codes
    year = orders["date"].dt.year.to_numpy() - YEARS[0]
    prices = price_cents()[:, channel, year]  # product, order

    target = _targets(order, amounts, rng)
    product = _products(category, target / keep[order], prices[:, order], rng)
    price = prices[product, order]
    units = target / keep[order] / price
    units = np.where(WEIGHED[product], np.maximum(units, 0.001), np.maximum(np.floor(units), 1))
    paid = np.clip(np.round(units * price * keep[order]), 1, np.maximum(target, 1)).astype("int64")
    rest = amounts - np.bincount(order, weights=paid, minlength=len(orders)).astype("int64")
    main_product = _products(main, rest, prices, rng)

    order = np.concatenate([np.arange(len(orders)), order])
    product, paid = np.concatenate([main_product, product]), np.concatenate([rest, paid])
    price = prices[product, order]
    quantity = _quantities(product, np.concatenate([rest / keep, units * price[len(orders) :]]), price)
    lines = pd.DataFrame(
        {
            "order_id": orders["order_id"].to_numpy()[order],
            "product_id": product_ids()[product],
            "quantity": quantity,
            "amount_cents": paid,
            "discount_cents": np.round(quantity * price).astype("int64") - paid,
            "cost_cents": np.round(quantity * cost_cents()[product, year[order]]).astype("int64"),
        }
    )
    return lines.iloc[np.argsort(order, kind="stable")].reset_index(drop=True)


def _mains(population: pd.DataFrame, orders: pd.DataFrame, rng: np.random.Generator) -> np.ndarray:
    """Draw the main category of each order (its place in MAINS)."""
    needs = pd.Categorical(population["need"], categories=list(NEEDS)).codes[orders["row"]]
    bounds = np.cumsum(list(MAIN_BY_NEED.values()), axis=1)[needs]
    return np.minimum((rng.random(len(orders))[:, None] >= bounds).sum(axis=1), len(MAINS) - 1)


def _targets(order: np.ndarray, amounts: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return what is spent on each added category, at most, in cents; something always remains for the main one."""
    weight = rng.uniform(0.5, 1.0, len(order))
    count = np.bincount(order, minlength=len(amounts))
    total = np.bincount(order, weights=weight, minlength=len(amounts))
    share = (1 - 0.62**count) * 0.9
    return np.floor(amounts[order] * share[order] * weight / total[order])


def _products(category: np.ndarray, listed: np.ndarray, prices: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Choose a product: any main one, else one of the two dearest that the target affords (or the cheapest)."""
    uniform, product = rng.random(len(category)), np.empty(len(category), dtype=int)
    for number, rows in enumerate(BY_CATEGORY):
        mine = category == number
        if number < len(MAINS):
            place = (uniform[mine] * len(rows)).astype(int)
        else:
            affordable = (prices[rows][:, mine] <= listed[mine]).sum(axis=0)
            place = np.maximum(affordable - 1 - (uniform[mine] < 0.4), 0)
        product[mine] = rows[place]
    return product


def _quantities(product: np.ndarray, listed: np.ndarray, price: np.ndarray) -> np.ndarray:
    """Return the quantity whose list price is at least ``listed``: to the gram, or to the piece."""
    step = np.where(WEIGHED[product], 1000.0, 1.0)
    return np.maximum(np.ceil(np.round(listed / price * step, 6)), 1) / step
