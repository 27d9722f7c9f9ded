"""Shuffled baskets: the same sizes and the same frequencies, but no link; what is « discovered » there is false.

Two items that are never linked still meet more often than « chance » says when baskets differ in size: a full trolley
holds everything. Independence is thus the wrong yardstick; baskets shuffled with their sizes are a better one (Gionis,
Mannila, Mielikäinen & Tsaparas 2007).
"""

import numpy as np
import pandas as pd
from scipy.sparse import csr_matrix
from scipy.stats import poisson

from grc_helpers.patterns.baskets import Baskets
from grc_helpers.patterns.rules import measured, significant


def shuffled(baskets: Baskets, *, seed: int, rounds: int = 12) -> Baskets:
    """Return baskets of the same sizes whose items are dealt again at random, each as often as before.

    Notes
    -----
    The items are permuted over all the places. A basket that gets an item twice has the second one exchanged with a
    place drawn at random, ``rounds`` times; what is still double then is dropped (less than 1 % of the places in
    ordinary data).
    """
    rng, rows = np.random.default_rng(seed), baskets.rows
    width = baskets.matrix.shape[1]
    items = rng.permutation(baskets.matrix.indices).astype(np.int64)
    for _ in range(rounds):
        again = _repeated(rows * width + items)
        if not len(again):
            break
        other = rng.permutation(len(items))[: len(again)]
        places = np.unique(np.concatenate([again, other]))
        items[places] = items[rng.permutation(places)]
    keep = np.ones(len(items), dtype=bool)
    keep[_repeated(rows * width + items)] = False
    data = np.ones(keep.sum(), dtype=np.int32)
    matrix = csr_matrix((data, (rows[keep], items[keep])), shape=baskets.matrix.shape)
    matrix.sort_indices()
    return Baskets(matrix, baskets.items, baskets.customers)


def _repeated(keys: np.ndarray) -> np.ndarray:
    """Return the places whose key was seen at an earlier place."""
    order = np.argsort(keys, kind="stable")
    ordered = keys[order]
    return order[1:][ordered[1:] == ordered[:-1]]


def all_pairs(baskets: Baskets, *, least: float = 5.0) -> pd.DataFrame:
    """Return every pair of items, met or not, that independence would put in ``least`` baskets or more.

    Returns
    -------
    DataFrame
        first, second, n_both, n_first, n_second; what is expected, not what is observed, selects the pairs.
    """
    joint = (baskets.matrix.T @ baskets.matrix).toarray()
    count = joint.diagonal()
    a, b = np.triu_indices(len(count), k=1)
    kept = count[a] * (count[b] / baskets.matrix.shape[0]) >= least
    a, b = a[kept], b[kept]
    return pd.DataFrame(
        {
            "first": baskets.items[a],
            "second": baskets.items[b],
            "n_both": joint[a, b],
            "n_first": count[a],
            "n_second": count[b],
        }
    )


def expected_pairs(baskets: Baskets, *, seed: int, n_shuffles: int = 3, least: float = 5.0) -> pd.DataFrame:
    """Return `all_pairs` with ``expected``: the mean number of joint baskets over shuffled worlds."""
    pairs = all_pairs(baskets, least=least)
    places = [pd.Index(baskets.items).get_indexer(pairs[name]) for name in ("first", "second")]
    total = np.zeros(len(pairs))
    for k in range(n_shuffles):
        matrix = shuffled(baskets, seed=seed + k).matrix
        total += (matrix.T @ matrix).toarray()[places[0], places[1]]
    return pairs.assign(expected=np.maximum(total / n_shuffles, 1 / n_shuffles))


def discoveries(pairs: pd.DataFrame, *, n_baskets: int, expected: np.ndarray, rate: float = 0.05) -> pd.Series:
    """Count the pairs « linked » by four rules, ever stricter.

    Parameters
    ----------
    pairs : DataFrame
        `all_pairs` of real or of shuffled baskets.
    expected : array, shape (n_pairs,)
        Joint baskets in shuffled worlds.
    rate : float
        Level of a test, and rate of false discoveries.

    Returns
    -------
    Series
        Number of pairs with a lift above 1; whose independence is rejected; the same with false discoveries held
        (Benjamini–Hochberg); with more joint baskets than shuffled worlds give (Poisson), false discoveries held.
    """
    table = measured(pairs, n_baskets=n_baskets)
    surplus = surplus_p_values(table["n_both"], expected)
    return pd.Series(
        {
            "Lift supérieur à 1": int((table["lift"] > 1).sum()),
            "Test d'indépendance, un par un": int((table["p_value"] < rate).sum()),
            "Test d'indépendance, fausses découvertes tenues": int(significant(table["p_value"], rate=rate).sum()),
            "Plus qu'en paniers mélangés, fausses découvertes tenues": int(significant(surplus, rate=rate).sum()),
        }
    )


def surplus_p_values(observed, expected) -> np.ndarray:
    """Return the probability of at least the observed joint baskets, if shuffled worlds were all there is (Poisson)."""
    return poisson.sf(np.asarray(observed) - 1, np.asarray(expected))


def real_and_shuffled(baskets: Baskets, *, seed: int, n_shuffles: int = 3, rate: float = 0.05) -> pd.DataFrame:
    """Count the `discoveries` in real baskets and in one more shuffled world, which had no part in what is expected.

    Returns
    -------
    DataFrame
        Indexed by rule; columns « Vrais paniers », « Paniers mélangés »; ``attrs["tested"]``: the number of pairs.
    """
    pairs = expected_pairs(baskets, seed=seed + 1, n_shuffles=n_shuffles)
    other = shuffled(baskets, seed=seed)
    places = [pd.Index(baskets.items).get_indexer(pairs[name]) for name in ("first", "second")]
    joint = (other.matrix.T @ other.matrix).toarray()
    count = joint.diagonal()
    false = pairs.assign(n_both=joint[tuple(places)], n_first=count[places[0]], n_second=count[places[1]])
    n, expected = baskets.matrix.shape[0], pairs["expected"]
    found = pd.DataFrame(
        {
            "Vrais paniers": discoveries(pairs, n_baskets=n, expected=expected, rate=rate),
            "Paniers mélangés": discoveries(false, n_baskets=n, expected=expected, rate=rate),
        }
    ).rename_axis("rule")
    found.attrs["tested"] = len(pairs)
    return found
