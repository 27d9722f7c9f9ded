"""Differentiate: do customers differ in what they buy beyond chance, in which groups, and is that another axis?"""

import numpy as np
import pandas as pd
from scipy.sparse import csr_matrix

from grc_helpers.style import number

TIERS = ("Forts", "Moyens", "Petits")


def _profiles(orders: pd.DataFrame) -> tuple[csr_matrix, np.ndarray, np.ndarray, pd.Index, pd.Index]:
    """Return summed order profiles by customer (an order weighs 1), squared norms, numbers of orders, people, items."""
    row, people = pd.factorize(orders["customer_id"], sort=True)
    column, items = pd.factorize(orders["item"], sort=True)
    size = orders.groupby(["customer_id", "order"])["item"].transform("size").to_numpy()
    sums = csr_matrix((1 / size, (row, column)), shape=(len(people), len(items)))
    own = np.bincount(row, weights=1 / size**2, minlength=len(people))
    n = np.bincount(row, weights=1 / size, minlength=len(people)).round()
    return sums, own, n, pd.Index(people), pd.Index(items)


def personal_share(orders: pd.DataFrame) -> tuple[float, float, float, float, float]:
    """Measure how much of what a customer buys again is the customer's own, and not everyone's.

    Draw one item of an order, and one of another order: how often is it the same? *Within*: both orders are of one
    customer. *Between*: of two customers. If all had the same tastes, both chances would be equal; the share is
    1 − between / within, whatever the number of items (a difference of chances would shrink with it).

    Parameters
    ----------
    orders : DataFrame
        customer_id, order, item (distinct). Customers with one order are left out.

    Returns
    -------
    share, low, high, within, between : float
        The share, its 95 % interval (normal on the logarithm of the ratio of the two U-statistics, customers
        independent), and the two chances; NaN when no item is ever bought twice.

    Notes
    -----
    Each chance is unbiased, whatever the numbers of orders. For tastes drawn from a Dirichlet law of mean m and
    concentration a, between is Σ m² and within − between is Σ m(1 − m) / (a + 1).
    """
    sums, own, n, _, _ = _profiles(orders)
    keep = n >= 2
    sums, own, n = sums[keep], own[keep], n[keep]
    if len(n) < 2:
        return (np.nan,) * 5
    within = (np.asarray(sums.multiply(sums).sum(axis=1)).ravel() - own) / (n * (n - 1))
    profile = sums.multiply(1 / n[:, None]).tocsr()
    total, count = np.asarray(profile.sum(axis=0)).ravel(), len(n)
    norms = np.asarray(profile.multiply(profile).sum(axis=1)).ravel()
    with_others = (profile @ total - norms) / (count - 1)
    inside, outside = within.mean(), with_others.mean()
    if min(inside, outside) <= 0:
        return np.nan, np.nan, np.nan, float(inside), float(outside)
    half = 1.96 * (within / inside - 2 * with_others / outside).std(ddof=1) / np.sqrt(count)
    low, share, high = (1 - outside / inside * np.exp(-sign * half) for sign in (-1, 0, 1))
    return float(share), float(low), float(high), float(inside), float(outside)


def need_groups(orders: pd.DataFrame, *, n_groups: int, seed: int, least: int = 5) -> pd.Series:
    """Group customers by what they buy (k-means on the square roots of shares: Hellinger's distance).

    Parameters
    ----------
    least : int
        Customers with fewer orders are left out: their shares are too uncertain.

    Returns
    -------
    Series
        Indexed by customer_id: name of the group, after the item that it buys most in excess of the others.
    """
    from sklearn.cluster import KMeans

    sums, _, n, people, items = _profiles(orders)
    keep = n >= least
    profile = (sums[keep].toarray().T / n[keep]).T
    size = min(n_groups, len(np.unique(profile.round(9), axis=0)))
    group = KMeans(size, n_init=3, random_state=seed).fit_predict(np.sqrt(profile))
    names, taken = {}, set()
    for code in np.argsort(-np.bincount(group), kind="stable"):
        excess = profile[group == code].mean(axis=0) - profile.mean(axis=0)
        item = next(place for place in np.argsort(-excess, kind="stable") if place not in taken)
        taken.add(item)
        names[code] = f"plutôt {str(items[item]).lower()}"
    return pd.Series([names[code] for code in group], index=people[keep].rename("customer_id"), name="need")


def need_agreement(orders: pd.DataFrame, truth: pd.Series, *, n_groups: int, seed: int, least=(5, 20)) -> str:
    """Say how far `need_groups` agree (adjusted Rand index) with true needs, by the least number of orders known."""
    from sklearn.metrics import adjusted_rand_score

    texts = []
    for few in least:
        groups = need_groups(orders, n_groups=n_groups, seed=seed, least=few)
        index = adjusted_rand_score(groups, truth.reindex(groups.index))
        texts.append(f"{number(index, 2)} (au moins {few} commandes)")
    return " ; ".join(texts)


def value_groups(spend: pd.Series) -> pd.Series:
    """Cut customers by value: the first fifth (Forts), the next three tenths (Moyens), the last half (Petits)."""
    rank = spend.rank(ascending=False, method="first") / len(spend)
    return pd.cut(rank, [0, 0.2, 0.5, 1], labels=TIERS).astype(str).rename("Valeur")


def value_need_grid(spend: pd.Series, needs: pd.Series) -> tuple[pd.DataFrame, float]:
    """Cross value and need.

    Returns
    -------
    grid : DataFrame
        Rows: value groups; columns: needs, largest first; share of the turnover.
    index : float
        Adjusted Rand index of the two partitions (0: one says nothing of the other; 1: they are the same).
    """
    from sklearn.metrics import adjusted_rand_score

    known = spend.reindex(needs.index).fillna(0.0).clip(lower=0)
    value = value_groups(known)
    grid = known.groupby([value, needs]).sum().unstack(fill_value=0.0)
    grid = grid.reindex(index=[tier for tier in TIERS if tier in grid.index])
    grid = grid[grid.sum().sort_values(ascending=False).index] / known.sum()
    return grid, float(adjusted_rand_score(value, needs))


def true_personal_share(*, concentration: float, n_items: int) -> float:
    """Return what `personal_share` should find in a `taste_world`."""
    mean = zipf(n_items)
    own = float((mean * (1 - mean)).sum()) / (concentration + 1)
    return own / (own + float((mean**2).sum()))


def taste_world(*, concentration: float, n_customers: int, n_orders: int, n_items: int, seed: int) -> pd.DataFrame:
    """Draw orders of one item from tastes of a Dirichlet law (mean: falling as 1/rank; infinite: all have the same).

    Returns
    -------
    DataFrame
        customer_id, order, item; ``attrs["tastes"]``: true tastes, shape (n_customers, n_items).
    """
    rng = np.random.default_rng(seed)
    mean = zipf(n_items)
    tastes = np.tile(mean, (n_customers, 1))
    if np.isfinite(concentration):
        tastes = rng.dirichlet(concentration * mean, size=n_customers)
    drawn = (rng.random((n_customers, n_orders, 1)) > tastes.cumsum(axis=1)[:, None, :-1]).sum(axis=2)
    row, order = np.indices(drawn.shape).reshape(2, -1)
    world = pd.DataFrame({"customer_id": row, "order": order, "item": drawn.ravel()})
    world.attrs["tastes"] = tastes
    return world


def zipf(n_items: int) -> np.ndarray:
    """Return shares that fall as 1 / rank."""
    share = 1 / np.arange(1, n_items + 1)
    return share / share.sum()
