"""Personalise: a list for each customer against the same best-sellers for all, on orders that neither has seen."""

import numpy as np
import pandas as pd
from scipy.sparse import csr_matrix

from grc_helpers.patterns.prediction import Split, hits, scores, top_items

BEST_SELLERS, PERSONAL = "meilleures ventes", "personnelle"
METHODS = (PERSONAL, "Markov", "voisins", "factorisation")
MOST = 1e6  # a weight beyond which nothing of the customer's own shows


def mean_interval(values: np.ndarray) -> tuple[float, float, float]:
    """Return a mean and its 95 % interval (normal), NaN left out."""
    values = values[~np.isnan(values)]
    if len(values) < 2:
        return (float(values.mean()) if len(values) else np.nan, np.nan, np.nan)
    half = 1.96 * values.std(ddof=1) / np.sqrt(len(values))
    return float(values.mean()), float(values.mean() - half), float(values.mean() + half)


def credibility(history: csr_matrix, n_orders: np.ndarray) -> float:
    """Return K, the number of orders from which a customer's own habits weigh as much as everyone's.

    A share seen in n orders is believed for n / (n + K), and the share of all customers for the rest. K is the chance
    that makes the shares of one customer vary, divided by the variance between customers, summed over items (Bühlmann
    1967): small where customers differ much, a million (« never ») where they do not differ beyond chance.

    Parameters
    ----------
    history : csr_matrix, shape (n_customers, n_items)
        Orders that hold the item.
    n_orders : ndarray, shape (n_customers,)
    """
    keep = np.asarray(n_orders) >= 2
    if keep.sum() < 2:
        return MOST
    counts, n = history[keep].toarray(), np.asarray(n_orders)[keep][:, None]
    share = counts / n
    squared = (counts * (counts - 1) / (n * (n - 1))).mean(axis=0).sum()
    apart = ((share.sum(axis=0) ** 2 - (share**2).sum(axis=0)) / (len(n) * (len(n) - 1))).sum()
    differ = squared - apart
    return float(np.clip((share.mean(axis=0).sum() - squared) / differ, 0, MOST)) if differ > 0 else MOST


def popularity(split: Split) -> np.ndarray:
    """Return the share of all the orders known that hold each item."""
    return np.asarray(split.history.sum(axis=0)).ravel() / max(split.n_orders.sum(), 1)


def personal_scores(split: Split) -> np.ndarray:
    """Return each customer's share of orders with each item, leaning on everyone's by `credibility`."""
    weight = credibility(split.history, split.n_orders)
    return (split.history.toarray() + weight * popularity(split)) / (split.n_orders[:, None] + weight)


def list_scores(split: Split, model: str, *, seed: int = 0) -> np.ndarray:
    """Return each item's score for each customer: the best-sellers, `personal_scores`, or a method of notebook 09."""
    if model == PERSONAL:
        return personal_scores(split)
    return scores(split, "popularité" if model == BEST_SELLERS else model, seed=seed)


def list_hits(split: Split, score: np.ndarray, *, k: int, new_only: bool = False) -> np.ndarray:
    """Return, for each customer, the share of the items of the next order that the list holds (NaN: nothing to find).

    Parameters
    ----------
    split : Split
        `grc_helpers.patterns.prediction.time_split`.
    score : ndarray, shape (n_customers, n_items)
    new_only : bool
        Only items never bought by the customer are proposed and looked for.
    """
    if not new_only:
        return hits(top_items(score, k=k), split.target)
    target = csr_matrix(split.target.toarray() * (split.history.toarray() == 0))
    return hits(top_items(score, k=k, without=split.history), target)


def compare_lists(split: Split, *, k: int, seed: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Compare each method with the best-sellers, customer by customer.

    Returns
    -------
    gains : DataFrame
        wanted (« Tous les produits », « Jamais achetés »), model, hit (share found), gain over the best-sellers and its
        95 % interval ``gain_low, gain_high`` (paired: the same customers). Of what they never bought, a personal list
        says nothing: it is not there.
    lists : DataFrame
        Indexed by model, best-sellers first, all items: hit, any_hit (share of the customers of whom at least one item
        is found), diversity (share of two customers' lists that differs, couples drawn at random), reached (share of
        the items in the list of one customer in a hundred at least).
    """
    rows, lists = [], {}
    couples = np.random.default_rng(seed).permutation(len(split.n_orders))
    couples = couples[: len(couples) // 2 * 2].reshape(-1, 2)
    common = {}
    for model in (BEST_SELLERS, *METHODS):
        score = list_scores(split, model, seed=seed)
        found = {new: list_hits(split, score, k=k, new_only=new) for new in (False, True)}
        common = common or found
        for wanted, new in (("Tous les produits", False), ("Jamais achetés", True)):
            if model != BEST_SELLERS and not (new and model == PERSONAL):
                rows.append((wanted, model, np.nanmean(found[new]), *mean_interval(found[new] - common[new])))
        proposed = np.zeros_like(score)
        np.put_along_axis(proposed, top_items(score, k=k), 1.0, axis=1)
        alike = (proposed[couples[:, 0]] * proposed[couples[:, 1]]).sum(axis=1).mean() / k
        reached = float((proposed.mean(axis=0) >= 0.01).mean())
        lists[model] = (np.nanmean(found[False]), float((found[False] > 0).mean()), 1 - alike, reached)
    gains = pd.DataFrame(rows, columns=["wanted", "model", "hit", "gain", "gain_low", "gain_high"])
    table = pd.DataFrame.from_dict(lists, orient="index", columns=["hit", "any_hit", "diversity", "reached"])
    return gains, table.rename_axis("model")


def learning_curve(world: pd.DataFrame, *, n_items: int, k: int, depths=(1, 5, 20)) -> pd.DataFrame:
    """Judge the personal list where each customer's true tastes are known (see ``differences.taste_world``).

    The last order of each customer is to be found. The ideal list holds the k items of highest true chance.

    Parameters
    ----------
    world : DataFrame
        customer_id (0…), order (0…), item (0…), one item an order; ``world.attrs["tastes"]`` the true tastes.
    depths : sequence of int
        Numbers of orders known.

    Returns
    -------
    DataFrame
        depth, best_sellers, personal, ideal: chances that the list holds the next item, computed with the true tastes;
        advantage: personal − best_sellers, and its interval ``advantage_low, advantage_high``.
    """
    tastes, last = world.attrs["tastes"], world["order"].max() + 1
    n = len(tastes)
    popular = np.bincount(world["item"], minlength=n_items) / len(world)
    weight = credibility(_counts(world, n, n_items), np.full(n, last))
    ideal = np.sort(tastes, axis=1)[:, -k:].sum(axis=1)
    common = np.take_along_axis(tastes, top_items(np.tile(popular, (n, 1)), k=k), axis=1).sum(axis=1)
    rows = []
    for depth in depths:
        history = _counts(world[world["order"] >= last - depth], n, n_items)
        top = top_items((history.toarray() + weight * popular) / (depth + weight), k=k)
        own = np.take_along_axis(tastes, top, axis=1).sum(axis=1)
        rows.append((depth, common.mean(), own.mean(), ideal.mean(), *mean_interval(own - common)))
    return pd.DataFrame(
        rows, columns=["depth", "best_sellers", "personal", "ideal", "advantage", "advantage_low", "advantage_high"]
    )


def _counts(rows: pd.DataFrame, n: int, n_items: int) -> csr_matrix:
    return csr_matrix((np.ones(len(rows)), (rows["customer_id"], rows["item"])), shape=(n, n_items))
