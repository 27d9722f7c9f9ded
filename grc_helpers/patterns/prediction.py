"""The next product: five ways of ordering items for a customer, judged on orders that they have not seen.

History and future are parted by a day. A *hit* is counted on an item drawn at random from the customer's first order
after that day: ``hit@k`` is the chance that it is among the k items proposed, averaged over customers.
"""

from dataclasses import dataclass
from datetime import date, timedelta

import ibis
import numpy as np
import pandas as pd
from ibis import _
from scipy.sparse import csr_matrix

from grc_helpers.errors import GrcError
from grc_helpers.patterns.baskets import item_column

MODELS = ("popularité", "habitudes", "Markov", "voisins", "factorisation")
SHRINK = 5.0  # orders' worth of popularity added to a customer's habits


@dataclass(frozen=True)
class Split:
    """Histories and the order that follows them.

    Attributes
    ----------
    items : ndarray of str, shape (n_items,)
    history : csr_matrix, shape (n_customers, n_items)
        Number of orders before the split that hold the item.
    n_orders : ndarray, shape (n_customers,)
        Orders before the split (0: a new customer).
    last, target : csr_matrix of 0/1, shape (n_customers, n_items)
        The last order before the split, the first one after.
    moves : ndarray, shape (n_items, n_items)
        Share of the orders with a that are followed, before the split, by an order with b.
    day : date
        First day of the future.
    """

    items: np.ndarray
    history: csr_matrix
    n_orders: np.ndarray
    last: csr_matrix
    target: csr_matrix
    moves: np.ndarray
    day: date


def order_table(
    lines: ibis.Table, *, level: str = "category", max_customers: int = 4_000, max_items: int = 1_000
) -> pd.DataFrame:
    """Bring to memory who bought which item in which order, when.

    Parameters
    ----------
    lines : ibis.Table
        `grc_helpers.data.product_lines`.
    max_customers, max_items : int
        Bounds: the customers of smallest identifiers are a sample, rarer items are left out.

    Returns
    -------
    DataFrame
        customer_id, date, order (number of the order in the customer's life, from 0), item; distinct, ordered.
    """
    kept = lines.mutate(item=lines[item_column(lines, level)]).filter(_.amount_cents >= 0, _.item.notnull())
    frequent = kept.group_by("item").agg(n=_.count()).order_by(ibis.desc("n"), "item").limit(max_items).select("item")
    chosen = kept.select("customer_id").distinct().order_by("customer_id").limit(max_customers)
    rows = kept.semi_join(frequent, "item").semi_join(chosen, "customer_id")
    rank = ibis.dense_rank().over(group_by="customer_id", order_by=["date", "order_id"]).cast("int32")
    rows = rows.select("customer_id", "date", "order_id", "item").distinct().mutate(order=rank).drop("order_id")
    table = rows.to_pyarrow().to_pandas(date_as_object=False)
    return table.sort_values(["customer_id", "order", "item"], ignore_index=True)


def split_day(start: date, end: date, *, share: float = 0.2) -> date:
    """Return the first day of the last ``share`` of the period."""
    return end + timedelta(days=1) - timedelta(days=round(share * ((end - start).days + 1)))


def time_split(orders: pd.DataFrame, *, day: date, items: np.ndarray | None = None) -> Split:
    """Part histories from futures; only customers who buy after the day are kept.

    Parameters
    ----------
    orders : DataFrame
        `order_table`.
    day : date
        First day of the future.
    items : ndarray of str, optional
        The catalogue, sorted; the items of the orders when left out.

    Raises
    ------
    GrcError
        Nobody buys before the day, or nobody after.
    """
    past = orders["date"] < pd.Timestamp(day)
    future = orders[~past]
    first = future["order"].eq(future.groupby("customer_id")["order"].transform("min"))
    target, before = future[first], orders[past]
    if target.empty or before.empty:
        raise GrcError(
            "Il n'y a pas d'achat des deux côtés de la date de partage.",
            where=f"partage au {day:%d/%m/%Y}",
            todo="donnez un fichier qui couvre plusieurs mois",
        )
    items = np.sort(orders["item"].unique()) if items is None else items
    people = np.sort(target["customer_id"].unique())
    last = before[before["order"].eq(before.groupby("customer_id")["order"].transform("max"))]
    n_orders = before.groupby("customer_id")["order"].nunique().reindex(people, fill_value=0).to_numpy()
    build = [_matrix(table, people, items) for table in (before, last, target)]
    return Split(items, build[0], n_orders, build[1], build[2], _moves(before, items), day)


def _matrix(table: pd.DataFrame, people: np.ndarray, items: np.ndarray) -> csr_matrix:
    row = pd.Index(people).get_indexer(table["customer_id"])
    column = pd.Index(items).get_indexer(table["item"])
    keep = row >= 0
    shape = (len(people), len(items))
    return csr_matrix((np.ones(keep.sum()), (row[keep], column[keep])), shape=shape)


def _moves(before: pd.DataFrame, items: np.ndarray) -> np.ndarray:
    """Return the share of orders with a that the customer's next order, with b, follows."""
    joint, first, _ = _followed(before, items)
    return joint / np.maximum(first[:, None], 1)


def _followed(orders: pd.DataFrame, items: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Count couples of consecutive orders: with a then b; with a first; with b second."""
    who, rank = pd.factorize(orders["customer_id"])[0], orders["order"].to_numpy()
    places, row = np.unique(who * (rank.max(initial=0) + 2) + rank, return_inverse=True)
    column = pd.Index(items).get_indexer(orders["item"])
    matrix = csr_matrix((np.ones(len(orders)), (row, column)), shape=(len(places), len(items)))
    follows = np.flatnonzero(np.diff(places) == 1)  # the next number: the same customer's next order
    one, two = matrix[follows], matrix[follows + 1]
    return (one.T @ two).toarray(), np.asarray(one.sum(axis=0)).ravel(), np.asarray(two.sum(axis=0)).ravel()


def next_items(orders: pd.DataFrame, *, min_count: int) -> pd.DataFrame:
    """Return what is in the order that follows an item, and how many times more often than in any following order.

    Parameters
    ----------
    orders : DataFrame
        `order_table`.
    min_count : int
        Least number of couples of consecutive orders.

    Returns
    -------
    DataFrame
        first, second, n_both (couples: the first order holds ``first``, the second one ``second``), confidence, lift;
        by falling lift. Rows where both are the same item say how often it is bought again.
    """
    items = np.sort(orders["item"].unique())
    joint, first, second = _followed(orders, items)
    total = len(orders.drop_duplicates(["customer_id", "order"])) - orders["customer_id"].nunique()
    a, b = np.nonzero(joint >= max(min_count, 1))
    table = pd.DataFrame({"first": items[a], "second": items[b], "n_both": joint[a, b].astype(int)})
    table["confidence"] = joint[a, b] / first[a]
    table["lift"] = table["confidence"] / (second[b] / total) if len(table) else 0.0
    return table.sort_values(["lift", "first", "second"], ascending=[False, True, True], ignore_index=True)


def scores(split: Split, model: str, *, seed: int = 0, n_factors: int = 20) -> np.ndarray:
    """Return the score of each item for each customer, shape (n_customers, n_items): the higher, the sooner proposed.

    Parameters
    ----------
    model : {"popularité", "habitudes", "Markov", "voisins", "factorisation"}
        The same list for all; what the customer usually buys, shrunk to it; what follows the last order; what goes with
        the items of the history (cosine between items, over customers); a truncated SVD of log(1 + counts).

    Notes
    -----
    A customer without a history gets the popularity, whatever the model; it also breaks ties.
    """
    popular = np.asarray(split.history.sum(axis=0)).ravel() / max(split.n_orders.sum(), 1)
    if model == "popularité":
        return np.tile(popular, (len(split.n_orders), 1))
    if model == "habitudes":
        value = (split.history.toarray() + SHRINK * popular) / (split.n_orders[:, None] + SHRINK)
    elif model == "Markov":
        held = np.maximum(np.asarray(split.last.sum(axis=1)), 1)
        value = (split.last @ split.moves) / held
    else:
        value = _affinities(split.history, model, seed, n_factors)
    new = split.n_orders == 0
    value = np.where(new[:, None], popular, value)
    return value + 1e-9 * popular


def _affinities(history: csr_matrix, model: str, seed: int, n_factors: int) -> np.ndarray:
    weight = history.log1p()
    if model == "voisins":
        length = np.sqrt(np.asarray(weight.power(2).sum(axis=0))).ravel()
        close = (weight.T @ weight).toarray() / np.maximum(np.outer(length, length), 1e-12)
        np.fill_diagonal(close, 0.0)
        return weight @ close
    if model == "factorisation":
        from sklearn.decomposition import TruncatedSVD

        size = max(1, min(n_factors, min(weight.shape) - 1))
        svd = TruncatedSVD(size, random_state=seed, algorithm="randomized")
        return svd.fit_transform(weight) @ svd.components_
    raise GrcError(f"« {model} » n'est pas une méthode.", todo="choisissez parmi : " + ", ".join(MODELS))


def top_items(score: np.ndarray, *, k: int, without: csr_matrix | None = None) -> np.ndarray:
    """Return the k items of highest score of each customer, shape (n_customers, k), those of ``without`` set aside."""
    value = np.where(without.toarray() > 0, -np.inf, score) if without is not None else score
    return np.argsort(-value, axis=1, kind="stable")[:, :k]


def hits(top: np.ndarray, target: csr_matrix) -> np.ndarray:
    """Return, by customer, the share of the items of the order that were proposed (NaN: an order without any)."""
    held = target.toarray() > 0
    count = held.sum(axis=1)
    found = np.take_along_axis(held, top, axis=1).sum(axis=1)
    return np.where(count > 0, found / np.maximum(count, 1), np.nan)


def evaluated(split: Split, *, k: int = 5, new_only: bool = False, seed: int = 0, n_boot: int = 200) -> pd.DataFrame:
    """Compare the models on the order that they have not seen.

    Parameters
    ----------
    k : int
        Items proposed.
    new_only : bool
        Only items that the customer has never bought are proposed, and looked for.
    n_boot : int
        Draws of customers, for the interval of the coverage.

    Returns
    -------
    DataFrame
        Indexed by model: hit and its 95 % interval ``hit_low, hit_high`` (normal, customers independent); coverage: the
        share of the items proposed to one customer in a hundred at least, ``coverage_low, coverage_high`` (bootstrap);
        diversity: the mean share of two customers' lists that differs, ``diversity_low, diversity_high`` (disjoint
        couples drawn at random); customers.
    """
    rng, rows = np.random.default_rng(seed), {}
    seen = split.history if new_only else None
    target = csr_matrix(split.target.toarray() * (split.history.toarray() == 0)) if new_only else split.target
    n, width = split.target.shape
    k = min(k, width)
    couples = rng.permutation(n)[: n // 2 * 2].reshape(-1, 2)
    draws = rng.multinomial(n, np.full(n, 1 / n), size=n_boot)
    for model in MODELS:
        top = top_items(scores(split, model, seed=seed), k=k, without=seen)
        hit = hits(top, target)
        hit = hit[~np.isnan(hit)]
        proposed = np.zeros((n, width))
        np.put_along_axis(proposed, top, 1.0, axis=1)
        shares = (draws @ proposed >= 0.01 * n).mean(axis=1)
        apart = 1 - (proposed[couples[:, 0]] * proposed[couples[:, 1]]).sum(axis=1) / k
        rows[model] = (
            *_interval(hit),
            float((proposed.sum(axis=0) >= 0.01 * n).mean()),
            *np.quantile(shares, [0.025, 0.975]),
            *_interval(apart),
            len(hit),
        )
    names = [f"{name}{end}" for name in ("hit", "coverage", "diversity") for end in ("", "_low", "_high")]
    return pd.DataFrame.from_dict(rows, orient="index", columns=[*names, "customers"]).rename_axis("model")


def _interval(values: np.ndarray) -> tuple[float, float, float]:
    mean = float(values.mean()) if len(values) else np.nan
    half = 1.96 * float(values.std(ddof=1)) / np.sqrt(len(values)) if len(values) > 1 else np.nan
    return mean, *np.clip([mean - half, mean + half], 0, 1).tolist()  # of shares


def hit_by_history(split: Split, *, k: int = 5, seed: int = 0, models=("popularité", "habitudes")) -> pd.DataFrame:
    """Return hit@k by number of orders known: what a model is worth for a new customer.

    Returns
    -------
    DataFrame
        orders (label), customers, then for each model its hit and 95 % interval: ``m``, ``m_low``, ``m_high``.
    """
    bounds, labels = [-1, 0, 1, 4, 9, 19, np.inf], ["aucune", "1", "2 à 4", "5 à 9", "10 à 19", "20 et plus"]
    group = pd.cut(split.n_orders, bounds, labels=labels)
    rows = pd.DataFrame(
        {"orders": group, **{m: hits(top_items(scores(split, m, seed=seed), k=k), split.target) for m in models}}
    )
    out = []
    for name, part in rows.groupby("orders", observed=True):
        out.append((name, len(part), *[value for m in models for value in _interval(part[m].dropna().to_numpy())]))
    columns = ["orders", "customers", *[f"{m}{end}" for m in models for end in ("", "_low", "_high")]]
    return pd.DataFrame(out, columns=columns)
