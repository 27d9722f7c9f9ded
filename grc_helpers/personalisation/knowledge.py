"""What personal data add: the same customers, with more and more of their history, or of their record, known."""

import numpy as np
import pandas as pd
from scipy.sparse import csr_matrix

from grc_helpers.data.loading import read_table
from grc_helpers.patterns.prediction import Split, hits, top_items
from grc_helpers.personalisation.lists import credibility, mean_interval, popularity

DEPTHS = (0, 1, 2, 4, 8, 16, 32, 64)


def history_curve(orders: pd.DataFrame, split: Split, *, k: int, depths=DEPTHS, least: int = 100) -> pd.DataFrame:
    """Return what a list finds when only the last n orders of the *same* customers are known.

    Comparing customers with few and many orders would compare different customers. Here they all have at least as many
    orders as the largest depth that ``least`` customers reach (a third of them if they are fewer).

    Parameters
    ----------
    orders : DataFrame
        `order_table`, from which ``split`` was made.

    Returns
    -------
    DataFrame
        depth, hit, gain over no history and its interval ``gain_low, gain_high`` (paired), per_order (gain of each
        order added since the row before), customers.
    """
    least = min(least, max(2, int((split.n_orders > 0).sum()) // 3))
    depths = [depth for depth in depths if (split.n_orders >= depth).sum() >= least]
    chosen = split.n_orders >= depths[-1]
    people = np.sort(orders.loc[orders["date"] >= pd.Timestamp(split.day), "customer_id"].unique())[chosen]
    before = orders[orders["date"] < pd.Timestamp(split.day)]
    before = before[before["customer_id"].isin(people)]
    last = before.groupby("customer_id")["order"].transform("max") - before["order"]
    row, column = pd.Index(people).get_indexer(before["customer_id"]), pd.Index(split.items).get_indexer(before["item"])
    popular, weight = popularity(split), credibility(split.history, split.n_orders)
    target, found = split.target[np.flatnonzero(chosen)], {}
    for depth in depths:
        kept = (last < depth).to_numpy()
        shape = (len(people), len(split.items))
        history = csr_matrix((np.ones(kept.sum()), (row[kept], column[kept])), shape=shape).toarray()
        found[depth] = hits(top_items((history + weight * popular) / (depth + weight), k=k), target)
    rows = [(depth, found[depth].mean(), *mean_interval(found[depth] - found[0]), len(people)) for depth in depths]
    table = pd.DataFrame(rows, columns=["depth", "hit", "gain", "gain_low", "gain_high", "customers"])
    return table.assign(per_order=table["gain"].diff() / table["depth"].diff())


def fields_curve(
    split: Split, people: np.ndarray, fields: pd.DataFrame, *, k: int, seed: int, penalty: float = 50.0
) -> pd.DataFrame:
    """Return what a list finds when 0, 1, 2… fields of the record are known, without and with the purchases.

    Customers whose record is filled are cut into five; the habits of the record's groups are learnt on four fifths
    (ridge regression of the share of orders that hold each item, on the fields' modalities) and judged on the last.

    Parameters
    ----------
    people : ndarray of str
        Customers of the split, in its order.
    fields : DataFrame
        Indexed by customer_id; one text column a field, added in this order.

    Returns
    -------
    DataFrame
        known (label), n_fields, hit, gain over no field and its interval, customers; the last row adds the purchases
        alone (« achats seuls »).
    """
    from sklearn.linear_model import Ridge
    from sklearn.model_selection import KFold

    place = np.flatnonzero(np.isin(people, fields.index) & (split.n_orders > 0))
    record = fields.loc[people[place]].astype(str)
    history, n_orders = split.history[place].toarray(), split.n_orders[place][:, None]
    share, target = history / n_orders, split.target[place]
    found = {}
    for count in range(len(fields.columns) + 1):
        design = pd.get_dummies(record.iloc[:, :count]).to_numpy(float) if count else None
        score = np.empty_like(share)
        for train, test in KFold(5, shuffle=True, random_state=seed).split(share):
            base = share[train].mean(axis=0)
            score[test] = base
            if design is not None:
                model = Ridge(alpha=penalty).fit(design[train], share[train] - base)
                score[test] += model.predict(design[test])
        name = "aucune donnée" if not count else f"+ {fields.columns[count - 1]}"
        found[name, count] = hits(top_items(score, k=k), target)
    weight = credibility(split.history, split.n_orders)
    own = (history + weight * popularity(split)) / (n_orders + weight)
    found["achats seuls", -1] = hits(top_items(own, k=k), target)
    none = found["aucune donnée", 0]
    rows = [
        (name, count, value.mean(), *mean_interval(value - none), len(value)) for (name, count), value in found.items()
    ]
    return pd.DataFrame(rows, columns=["known", "n_fields", "hit", "gain", "gain_low", "gain_high", "customers"])


def people_of(orders: pd.DataFrame, split: Split) -> np.ndarray:
    """Return the customers of a split, in its order."""
    return np.sort(orders.loc[orders["date"] >= pd.Timestamp(split.day), "customer_id"].unique())


def demographic_fields() -> pd.DataFrame:
    """Return the records of the 801 households of Complete Journey that have one, fields in French, widest first."""
    names = {
        "household_comp": "composition du foyer",
        "age": "âge",
        "income": "revenu",
        "household_size": "taille du foyer",
        "kids_count": "enfants",
        "marital_status": "état civil",
        "home_ownership": "logement",
    }
    table = read_table("complete_journey", "demographics.parquet").set_index("household_id")
    return table[list(names)].rename(columns=names).rename_axis("customer_id")
