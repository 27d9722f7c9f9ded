"""One version of an offer, four, k, or one each: what each number finds, what it costs, which base pays for it."""

from datetime import date

import numpy as np
import pandas as pd
from scipy.sparse import csr_matrix

from grc_helpers.patterns.prediction import Split, top_items
from grc_helpers.personalisation.lists import credibility, mean_interval, personal_scores, popularity

VERSIONS = (1, 2, 4, 8, 16, 32)
EACH = "une par client"


def version_curve(split: Split, *, k: int, seed: int, versions=VERSIONS) -> pd.DataFrame:
    """Return how many of the items proposed each number of versions sells, on orders that it has not seen.

    A version is a list of k items: the best-sellers of a group of customers (k-means on the square roots of their
    shrunk habits). New customers get the best-sellers of all.

    Returns
    -------
    DataFrame
        versions (label), n_versions (inf: one each), right_items (items of the list in the next order, mean),
        extra_items (over one version) and its 95 % interval ``extra_items_low, extra_items_high`` (paired), customers.
    """
    from sklearn.cluster import KMeans

    known = split.n_orders > 0
    history = split.history.toarray()
    popular, habits = popularity(split), personal_scores(split)
    weight = credibility(split.history, split.n_orders)
    sought = split.target.toarray() > 0
    one = _found(np.tile(popular, (len(known), 1)), sought, k)
    rows = []
    for count in versions:
        if count > known.sum() // 5:
            break
        score = np.tile(popular, (len(known), 1))
        if count > 1:
            group = KMeans(count, n_init=1, random_state=seed).fit_predict(np.sqrt(habits[known]))
            sizes = np.bincount(group, weights=split.n_orders[known], minlength=count)
            sums = np.zeros((count, history.shape[1]))
            np.add.at(sums, group, history[known])
            # A small group's list leans on the best-sellers of all, as a customer's habits do.
            score[known] = ((sums + weight * popular) / (sizes[:, None] + weight))[group]
        rows.append((str(count), float(count), _found(score, sought, k)))
    rows.append((EACH, np.inf, _found(habits, sought, k)))
    table = [(label, n, found.mean(), *mean_interval(found - one), len(found)) for label, n, found in rows]
    return pd.DataFrame(
        table,
        columns=[
            "versions",
            "n_versions",
            "right_items",
            "extra_items",
            "extra_items_low",
            "extra_items_high",
            "customers",
        ],
    )


def _found(score: np.ndarray, sought: np.ndarray, k: int) -> np.ndarray:
    return np.take_along_axis(sought, top_items(score, k=k), axis=1).sum(axis=1).astype(float)


def version_economics(
    curve: pd.DataFrame,
    *,
    base_size: int,
    sends: int,
    caused: float,
    margin: float,
    cost_version: float,
    cost_engine: float,
    cost_customer: float,
) -> pd.DataFrame:
    """Turn the curve into a year's profit against one version for all.

    Parameters
    ----------
    curve : DataFrame
        `version_curve`.
    base_size, sends : int
        Customers who would get the offer, offers a year.
    caused : float
        Share of the items rightly proposed that are a sale more (the others would have been bought anyway).
    margin : float
        Margin of one item.
    cost_version : float
        Cost a year of one version more.
    cost_engine, cost_customer : float
        One version each: fixed cost a year of the engine, and cost a year of a customer (data, consent, control).

    Returns
    -------
    DataFrame
        versions, earned, cost, profit (of the year, over one version), profit_low, profit_high (interval of the gain
        alone), break_even_size: customers from which it pays (NaN: never).
    """
    each = np.isinf(curve["n_versions"])
    fixed = np.where(each, cost_engine, cost_version * (curve["n_versions"].where(~each, 1) - 1))
    own = np.where(each, cost_customer, 0.0)
    per_gain = sends * caused * margin
    earned, cost = base_size * per_gain * curve["extra_items"], fixed + base_size * own
    unit = per_gain * curve["extra_items"] - own
    size = np.where(fixed + own == 0, 0.0, np.where(unit > 0, fixed / np.where(unit > 0, unit, 1), np.nan))
    bounds = {f"profit_{end}": base_size * per_gain * curve[f"extra_items_{end}"] - cost for end in ("low", "high")}
    return pd.DataFrame(
        {
            "versions": curve["versions"],
            "earned": earned,
            "cost": cost,
            "profit": earned - cost,
            **bounds,
            "break_even_size": size,
        }
    )


def profits_by_size(curve: pd.DataFrame, **economics) -> dict[str, pd.Series]:
    """Return the year's profit over one version, by size of base, of each other number of versions.

    Parameters
    ----------
    **economics
        Options of `version_economics`, without base_size.

    Returns
    -------
    dict of str to Series
        « 2 versions »… → profit, indexed by size (1 000 to ten million).
    """
    sizes = np.unique(np.round(np.logspace(3, 7, 161)).astype(int))
    tables = {
        size: version_economics(curve, base_size=size, **economics).set_index("versions")["profit"] for size in sizes
    }
    profit = pd.DataFrame(tables).T
    return {label if label == EACH else f"{label} versions": profit[label] for label in profit if label != "1"}


def typed_split(
    *, n_types: int, n_customers: int, n_items: int, seed: int, n_orders: int = 15, basket: int = 3
) -> Split:
    """Draw customers of a few types, each with its own favourite items: the right number of versions is known.

    Returns
    -------
    Split
        ``n_orders`` orders of ``basket`` items known of each customer, and one more to find.
    """
    rng = np.random.default_rng(seed)
    taste = np.full((n_types, n_items), 1.0)
    width = n_items // n_types
    for kind in range(n_types):
        taste[kind, kind * width : kind * width + min(5, width)] = 12.0
    chance = taste / taste.sum(axis=1, keepdims=True)
    kind = rng.integers(n_types, size=n_customers)
    # The items of largest log(chance) + Gumbel noise are a draw without replacement.
    noise = rng.gumbel(size=(n_customers, n_orders + 1, n_items))
    drawn = np.argsort(-(np.log(chance[kind])[:, None, :] + noise), axis=2)[:, :, :basket]
    held = np.zeros((n_customers, n_orders + 1, n_items))
    np.put_along_axis(held, drawn, 1.0, axis=2)
    history, last = csr_matrix(held[:, :-1].sum(axis=1)), csr_matrix(held[:, -2])
    items = np.array([f"produit {place}" for place in range(n_items)])
    moves = np.zeros((n_items, n_items))
    known = np.full(n_customers, n_orders)
    return Split(items, history, known, last, csr_matrix(held[:, -1]), moves, date(2025, 1, 1))
