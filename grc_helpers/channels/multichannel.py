"""Do customers of several channels spend more? Four designs, from the raw gap to matched before-and-after."""

from __future__ import annotations

import numpy as np
import pandas as pd

from grc_helpers.errors import GrcError

BINS = [-1, 0, 1, 2, 3, 4, 6, 9, 14, np.inf]
RAW, MATCHED, BEFORE_AFTER, DIFFERENCES = (
    "Écart brut",
    "Appariement sur le passé",
    "Avant et après, adoptants seuls",
    "Double différence appariée",
)


def spending(sales: pd.DataFrame, *, start, end) -> pd.DataFrame:
    """Return, per customer, orders, amount and number of channels between two days (both included)."""
    inside = sales[sales["date"].between(pd.Timestamp(start), pd.Timestamp(end))]
    groups = inside.groupby("customer_id")
    return groups.agg(orders=("order_id", "nunique"), spent=("amount", "sum"), channels=("channel", "nunique"))


def raw_gap(sales: pd.DataFrame, *, start, end) -> dict:
    """Return by how much the customers of two channels or more spend more than those of one, as a share.

    Returns
    -------
    dict
        ``estimate``, ``low``, ``high`` (ratio of means − 1; 95 %, normal on the logarithm), ``several``, ``one``
        (customers).

    Raises
    ------
    GrcError
        Fewer than two customers on either side.
    """
    table = spending(sales, start=start, end=end)
    several, one = (table.loc[side, "spent"] for side in (table["channels"] > 1, table["channels"] == 1))
    if min(len(several), len(one)) < 2:
        raise GrcError(
            "On ne peut pas comparer clients d'un canal et clients de plusieurs.",
            where=f"{len(several)} clients de plusieurs canaux, {len(one)} clients d'un seul",
            todo="donnez des achats sur plusieurs canaux, ou une période plus longue",
        )
    sides = [(side, pd.Series(1.0, side.index), side - side.mean(), None) for side in (several, one)]
    return _ratio(*sides) | {"several": len(several), "one": len(one)}


def matched_gap(sales: pd.DataFrame, customers: pd.DataFrame, *, start, end) -> dict:
    """Compare the same groups, given the kind, the zone and the number of orders before ``start``.

    The customers of one channel are weighted so that their past is that of the others; those without a twin are left
    out.
    """
    table = spending(sales, start=start, end=end)
    past = sales[sales["date"] < pd.Timestamp(start)].groupby("customer_id").size()
    table["past"] = pd.cut(past.reindex(table.index).fillna(0), BINS, labels=False)
    table = table.join(customers.set_index("customer_id")[["kind", "zone"]])
    return _stratified(table, table["channels"] > 1, ["past", "kind", "zone"], "spent")


def adoption_panel(sales: pd.DataFrame, customers: pd.DataFrame, *, days: int) -> pd.DataFrame:
    """Return adoptions and purchases to compare them with, and the orders of the days before and after each.

    An adoption is a customer's first purchase outside the usual channel (that of the first order). It is compared with
    the purchases of whoever has used one channel so far, later adopters included: both have just bought, so both were
    still customers, and nobody is chosen on what comes next.

    Parameters
    ----------
    days : int
        Length of each side; purchases with a shorter past or future are left out.

    Returns
    -------
    DataFrame, one row a purchase
        ``customer_id``, ``adopter``, ``date``, ``before``, ``after`` (orders), ``kind``, ``zone``.
    """
    orders = sales.sort_values(["customer_id", "date", "order_id"], ignore_index=True)
    first = orders.groupby("customer_id").agg(usual=("channel", "first"), since=("date", "first"))
    orders = orders.join(first, on="customer_id")
    orders["adopter"] = orders["channel"] != orders["usual"]
    seen_other = orders.groupby("customer_id")["adopter"].cumsum()
    _count_near(orders, days)
    width, last = pd.Timedelta(days=days), orders["date"].max()
    fits = (orders["date"] - width >= orders["since"]) & (orders["date"] + width <= last)
    panel = orders[fits & ((seen_other == 0) | (orders["adopter"] & (seen_other == 1)))]
    panel = panel[["customer_id", "adopter", "date", "before", "after"]]
    return panel.merge(customers[["customer_id", "kind", "zone"]], on="customer_id")


def _count_near(orders: pd.DataFrame, days: int) -> None:
    """Add to orders sorted by customer and date how many others of the customer come in the days before and after."""
    customer = orders["customer_id"].astype("category").cat.codes.to_numpy().astype(np.int64)
    day = (orders["date"] - orders["date"].min()).dt.days.to_numpy()
    key = customer * 100_000 + day
    place = {shift: np.searchsorted(key, key + shift) for shift in (-days, 0, 1, days + 1)}
    orders["before"], orders["after"] = place[0] - place[-days], place[days + 1] - place[1]


def before_after(panel: pd.DataFrame) -> dict:
    """Return the change of the adopters' orders, nobody to compare with (paired: the same customers twice)."""
    mine = panel[panel["adopter"]]
    before, after = mine["before"].mean(), mine["after"].mean()
    error = np.std(mine["after"] / after - mine["before"] / before, ddof=1) / np.sqrt(len(mine))
    return _from_log(np.log(after / before), error)


def matched_differences(panel: pd.DataFrame) -> dict:
    """Compare the orders after, between adopters and others of the same quarter, kind and number of orders before.

    As the past is the same on both sides, the gap after is the difference of the differences.
    """
    table = panel.assign(
        quarter=panel["date"].dt.to_period("Q").astype(str), past=pd.cut(panel["before"], BINS, labels=False)
    )
    return _stratified(table, table["adopter"], ["past", "kind", "quarter"], "after", cluster="customer_id")


def designs(sales: pd.DataFrame, customers: pd.DataFrame, *, start, end, days: int = 182) -> pd.DataFrame:
    """Return what the four designs find on the same sales.

    Returns
    -------
    DataFrame indexed by design
        ``estimate``, ``low``, ``high``: by how much more, as a share.
    """
    panel = adoption_panel(sales, customers, days=days)
    found = {
        RAW: raw_gap(sales, start=start, end=end),
        MATCHED: matched_gap(sales, customers, start=start, end=end),
        BEFORE_AFTER: before_after(panel),
        DIFFERENCES: matched_differences(panel),
    }
    return pd.DataFrame(found).T[["estimate", "low", "high"]].astype(float).rename_axis("design")


def _stratified(table: pd.DataFrame, treated: pd.Series, strata: list[str], value: str, *, cluster: str = "") -> dict:
    """Weight the untreated so that they have the strata of the treated, and compare the means."""
    cell = table.groupby(strata, dropna=False).ngroup()
    ours, theirs = cell[treated].value_counts(), cell[~treated].value_counts()
    kept = cell.isin(ours.index.intersection(theirs.index))
    mine, other = treated & kept, ~treated & kept
    if mine.sum() < 2:
        raise GrcError("Aucun client de plusieurs canaux n'a de jumeau.", todo="élargissez la période ou les classes")
    weights = pd.Series(1.0, table.index)
    weights[other] = (ours / theirs).reindex(cell[other]).to_numpy()
    sides = []
    for side in (mine, other):
        values, stratum = table.loc[side, value].astype(float), cell[side]
        # Strata of one have no spread of their own: the gap to the whole mean stands in for it.
        alone = stratum.groupby(stratum).transform("size") == 1
        middle = values.groupby(stratum).transform("mean").where(~alone, np.average(values, weights=weights[side]))
        sides.append((values, weights[side], values - middle, table.loc[side, cluster] if cluster else None))
    return _ratio(*sides)


def _ratio(top, bottom) -> dict:
    """Return a ratio of weighted means − 1, and its interval by the delta method on the logarithm.

    Each side: values, weights, residuals, and which of them belong together (the purchases of a customer): their errors
    are added first.
    """
    errors, means = [], []
    for values, weights, residuals, group in (top, bottom):
        mean, scores = np.average(values, weights=weights), weights * residuals
        scores = scores if group is None else scores.groupby(group).sum()
        errors.append(np.sum(np.square(scores)) / (weights.sum() * mean) ** 2)
        means.append(mean)
    return _from_log(np.log(means[0] / means[1]), np.sqrt(sum(errors)))


def _from_log(gap: float, error: float) -> dict:
    low, high = np.exp(gap - 1.96 * error), np.exp(gap + 1.96 * error)
    return {"estimate": np.exp(gap) - 1, "low": low - 1, "high": high - 1}
