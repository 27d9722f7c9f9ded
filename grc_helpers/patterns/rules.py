"""Association rules: support, confidence and lift with their intervals, many tests at once, and what is redundant.

A rule « X → y » is read: among the baskets that hold X, which share also hold y (confidence), and how many times more
often than in all the baskets (lift)?
"""

import warnings

import numpy as np
import pandas as pd
from scipy.stats import hypergeom, norm

from grc_helpers.errors import GrcError
from grc_helpers.patterns.baskets import Baskets


def measured(pairs: pd.DataFrame, *, n_baskets: int, level: float = 0.95) -> pd.DataFrame:
    """Add support, confidence and lift to counted pairs, with intervals that take baskets as independent.

    Parameters
    ----------
    pairs : DataFrame
        n_both, n_first, n_second (baskets), for instance of `pairs.pair_counts`.
    n_baskets : int
    level : float
        Of the intervals.

    Returns
    -------
    DataFrame
        The pairs with support = n_both / n; confidence (of second, given first) and its Wilson interval
        ``confidence_low, confidence_high``; lift = n · n_both / (n_first · n_second) and its interval
        ``lift_low, lift_high`` on the log scale (delta method); p_value: probability of at least n_both joint baskets
        if the two items were independent (hypergeometric, one-sided).
    """
    z, table = norm.ppf((1 + level) / 2), pairs.copy()
    both, first, second = (table[name].to_numpy(dtype=float) for name in ("n_both", "n_first", "n_second"))
    table["support"], table["confidence"] = both / n_baskets, both / first
    table["confidence_low"], table["confidence_high"] = wilson(both, first, z)
    table["lift"] = lift = n_baskets * both / (first * second)
    spread = np.exp(z * np.sqrt(log_lift_variance(both, first, second, n_baskets)))
    table["lift_low"], table["lift_high"] = lift / spread, np.where(both > 0, lift, np.nan) * spread
    table["p_value"] = hypergeom.sf(both - 1, n_baskets, first, second)
    return table


def wilson(count: np.ndarray, total: np.ndarray, z: float = 1.959964) -> tuple[np.ndarray, np.ndarray]:
    """Return Wilson's interval of a share (Wilson 1927), counts given."""
    share, shrink = count / total, 1 + z**2 / total
    middle = (share + z**2 / (2 * total)) / shrink
    half = z * np.sqrt(share * (1 - share) / total + z**2 / (4 * total**2)) / shrink
    return middle - half, middle + half


def log_lift_variance(both, first, second, n):
    """Return the variance of log(lift) when baskets are independent (delta method on the four cells of the table)."""
    p, a, b = both / n, first / n, second / n
    with np.errstate(divide="ignore"):  # a pair never seen together has no interval
        inner = 1 / p - 2 * (1 / a + 1 / b) + p * (1 / a + 1 / b) ** 2 + (a - p) / a**2 + (b - p) / b**2
    return np.maximum(inner - 1, 0) / n


def clustered_lift(baskets: Baskets, first: str, second: str, *, level: float = 0.95) -> tuple[float, float, float]:
    """Return a pair's lift and an interval that takes customers, not baskets, as independent.

    Notes
    -----
    The same customer fills many baskets, which look alike. The influence of customer h on log(lift) is
    ``both_h/both − first_h/first − second_h/second + n_h/n``, where ``_h`` counts its baskets; the variance is the sum
    of its squares (cluster-robust linearisation). A pair never seen together has a lift of 0 and no interval.
    """
    place = {name: k for k, name in enumerate(baskets.items)}
    a, b = (baskets.matrix[:, place[name]].toarray().ravel() for name in (first, second))
    return clustered_lift_of(a, b, baskets.customers, level=level)


def clustered_lift_of(a, b, customers, *, level: float = 0.95) -> tuple[float, float, float]:
    """Return the same from two 0/1 columns, a row a basket, and the code of each basket's customer."""
    n, both = len(a), a * b
    if not both.sum():
        return 0.0, np.nan, np.nan
    value = n * both.sum() / (a.sum() * b.sum())
    weight = both / both.sum() - a / a.sum() - b / b.sum() + 1 / n
    spread = np.exp(norm.ppf((1 + level) / 2) * np.sqrt((np.bincount(customers, weights=weight) ** 2).sum()))
    return float(value), float(value / spread), float(value * spread)


def strongest(pairs: pd.DataFrame, baskets: Baskets, *, n: int = 8) -> pd.DataFrame:
    """Return the n pairs of highest lift, with the interval of `clustered_lift`: cluster_low, cluster_high."""
    order = pairs.sort_values(["lift", "first", "second"], ascending=[False, True, True])
    top = order[order["first"].isin(baskets.items) & order["second"].isin(baskets.items)].head(n)
    bounds = [clustered_lift(baskets, *names)[1:] for names in zip(top["first"], top["second"], strict=True)]
    return top.assign(cluster_low=[low for low, _ in bounds], cluster_high=[high for _, high in bounds]).reset_index(
        drop=True
    )


def significant(p_values, *, rate: float = 0.05) -> np.ndarray:
    """Return which tests pass when the false discoveries are held under a rate (Benjamini & Hochberg 1995)."""
    from statsmodels.stats.multitest import multipletests

    return multipletests(p_values, alpha=rate, method="fdr_bh")[0] if len(p_values) else np.zeros(0, dtype=bool)


def both_ways(pairs: pd.DataFrame) -> pd.DataFrame:
    """Return each pair as two rules: first → second, and second → first."""
    turned = pairs.rename(columns={"first": "second", "second": "first", "n_first": "n_second", "n_second": "n_first"})
    return pd.concat([pairs, turned[pairs.columns]], ignore_index=True)


def itemsets(baskets: Baskets, *, min_support: float, max_len: int = 3) -> pd.DataFrame:
    """Return the frequent itemsets up to a stated length (Apriori, mlxtend, on the frequent items only).

    Returns
    -------
    DataFrame
        itemset (tuple of str, sorted), support; by length, then support, then name.

    Raises
    ------
    GrcError
        A length beyond 5: their number explodes, and nobody reads them.
    """
    with warnings.catch_warnings():  # mlxtend, once imported, shows every other library's deprecations
        from mlxtend.frequent_patterns import apriori

    if not 1 <= max_len <= 5:
        raise GrcError("La longueur des groupes doit être entre 1 et 5.", where=f"max_len = {max_len}")
    found = apriori(
        baskets.frequent(min_support), min_support=min_support, max_len=max_len, use_colnames=True, low_memory=True
    )
    found = found.assign(itemset=[tuple(sorted(group)) for group in found["itemsets"]])[["itemset", "support"]]
    order = found.assign(length=found["itemset"].str.len()).sort_values(
        ["length", "support", "itemset"], ascending=[True, False, True]
    )
    return order.drop(columns="length").reset_index(drop=True)


def rules_of(sets: pd.DataFrame) -> pd.DataFrame:
    """Return every rule with one item on the right, from frequent itemsets.

    Returns
    -------
    DataFrame
        left (tuple), then (str), support, confidence, lift, improvement: confidence minus that of the best simpler
        rule with the same right side (Bayardo, Agrawal & Gunopulos 1999), the bare share of ``then`` included.
    """
    support = dict(zip(sets["itemset"], sets["support"], strict=True))
    rows = []
    for whole in support:
        for then in whole if len(whole) > 1 else ():
            given = tuple(item for item in whole if item != then)
            rows.append((given, then, support[whole], support[whole] / support[given]))
    rules = pd.DataFrame(rows, columns=["left", "then", "support", "confidence"])
    known = {(given, then): value for given, then, _, value in rows}
    known |= {((), group[0]): share for group, share in support.items() if len(group) == 1}
    rules["lift"] = rules["confidence"] / rules["then"].map(lambda item: support[(item,)])
    rules["improvement"] = [
        value - max(known[simpler, then] for simpler in _simpler(given))
        for given, then, value in zip(rules["left"], rules["then"], rules["confidence"], strict=True)
    ]
    return rules


def _simpler(given: tuple[str, ...]) -> list[tuple[str, ...]]:
    """Return every proper subset of the left side."""
    from itertools import combinations

    return [part for size in range(len(given)) for part in combinations(given, size)]


def pruned(rules: pd.DataFrame, *, min_improvement: float = 0.02) -> pd.DataFrame:
    """Keep the rules that a simpler one does not already say: a better confidence by ``min_improvement``, at least."""
    return rules[rules["improvement"] >= min_improvement].reset_index(drop=True)
