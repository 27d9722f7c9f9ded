"""What a new channel takes from the others: difference-in-differences between zones, rate of displaced sales."""

from __future__ import annotations

import numpy as np
import pandas as pd

from grc_helpers.errors import GrcError

QUARTER = 91  # days


def by_quarter(sales: pd.DataFrame, *, opening, new: str = "web") -> pd.DataFrame:
    """Return orders by group and quarter of 91 days counted from the opening, the new channel apart.

    A quarter of the calendar would mix days before the opening and after it. Quarters that the sales do not cover
    whole are left out.

    Parameters
    ----------
    sales : DataFrame
        ``date``, ``channel``, ``group``.

    Returns
    -------
    DataFrame
        ``group``, ``quarter`` (first day), ``old``, ``new`` (orders).
    """
    opening, first, last = pd.Timestamp(opening), sales["date"].min(), sales["date"].max()
    quarter = opening + ((sales["date"] - opening).dt.days // QUARTER) * pd.Timedelta(days=QUARTER)
    frame = sales.assign(quarter=quarter, new=sales["channel"].eq(new))
    frame = frame[(quarter >= first) & (quarter + pd.Timedelta(days=QUARTER - 1) <= last)]
    table = frame.groupby(["group", "quarter"])["new"].agg(["sum", "size"]).reset_index()
    return table.assign(new=table["sum"], old=table["size"] - table["sum"])[["group", "quarter", "old", "new"]]


def displacement(
    sales: pd.DataFrame, *, before: tuple, after: tuple, new: str = "web", n_boot: int = 500, seed: int = 2026
) -> dict:
    """Estimate what the new channel takes from the others, the zones not yet opened telling what would have happened.

    Without the opening, the old channels of the opened zones would have changed as those of the others did:
    ``expected = opened before × others after / others before``; ``displaced = expected − opened after``;
    ``rate = displaced / sales of the new channel``.

    Parameters
    ----------
    sales : DataFrame
        ``customer_id``, ``date``, ``channel``, ``opened`` (bool: the zone has the new channel in ``after``).
    before, after : (date, date)
        First and last day of each period, of the same season.
    n_boot, seed : int
        Customers drawn with replacement (Poisson weights), for the 95 % intervals.

    Returns
    -------
    dict
        ``expected``, ``observed``, ``new_orders``, ``displaced``, ``rate``, ``rate_low``, ``rate_high``, and
        ``change`` (observed / expected − 1), ``change_low``, ``change_high``; rates are NaN without new sales.

    Raises
    ------
    GrcError
        No order of the old channels in one of the four cells.
    """
    old = sales["channel"] != new
    when = [sales["date"].between(pd.Timestamp(start), pd.Timestamp(end)) for start, end in (before, after)]
    opened = sales["opened"]
    cells = {
        "opened_before": old & when[0] & opened, "opened_after": old & when[1] & opened,
        "others_before": old & when[0] & ~opened, "others_after": old & when[1] & ~opened,
        "new": ~old & when[1] & opened,
    }  # fmt: skip
    who = sales["customer_id"].astype("category").cat.codes.to_numpy()
    counts = np.stack([np.bincount(who[cell], minlength=who.max() + 1) for cell in cells.values()], axis=1)
    if empty := [name for name, total in zip(cells, counts.sum(axis=0), strict=True) if not total and name != "new"]:
        raise GrcError(
            "La double différence demande des ventes avant et après, dans les deux groupes de zones.",
            where=f"cases vides : {', '.join(empty)}",
            todo="choisissez deux périodes et un groupe de zones où le canal n'est pas encore ouvert",
        )
    weights = np.random.default_rng(seed).poisson(1.0, (n_boot, len(counts)))
    drawn = _displaced(weights @ counts)
    found = {name: float(values[0]) for name, values in _displaced(counts.sum(axis=0)[None]).items()}
    for name in ("rate", "change"):
        known = name == "change" or found["new_orders"] > 0
        low, high = np.nanquantile(drawn[name], [0.025, 0.975]) if known else (np.nan, np.nan)
        found |= {f"{name}_low": float(low), f"{name}_high": float(high)}
    return found


def _displaced(cells: np.ndarray) -> dict[str, np.ndarray]:
    opened_before, opened_after, others_before, others_after, new = cells.T.astype(float)
    with np.errstate(divide="ignore", invalid="ignore"):
        expected = opened_before * others_after / others_before
        displaced = expected - opened_after
        rate = np.where(new > 0, displaced / new, np.nan)
    return {
        "expected": expected, "observed": opened_after, "new_orders": new, "displaced": displaced, "rate": rate,
        "change": opened_after / expected - 1,
    }  # fmt: skip


def true_rate(truth: pd.DataFrame, *, zones, quarters) -> float:
    """Return the share of the new channel's orders that the others would have made, where it is known."""
    kept = truth[truth["zone"].isin(list(zones)) & truth["quarter"].isin(list(quarters))]
    return float(kept["displaced_orders"].sum() / kept["web_orders"].sum())


def added_result(
    *, displaced: float, margin: float, handling: float, fixed: float, handling_elsewhere: float
) -> dict[str, float]:
    """Return what a new channel adds to the firm's result, against what its own account shows.

    A displaced order would have been made elsewhere: neither its margin nor what it would have cost there is new.
    ``added = own − displaced × elsewhere``, with ``own = margin − handling − fixed`` and ``elsewhere = margin −
    handling_elsewhere``.

    Parameters
    ----------
    displaced : float
        Share of its orders that the others would have made.
    margin, handling, fixed : float
        Of the new channel: gross margin, taking and delivering its orders, fixed costs.
    handling_elsewhere : float
        What the same orders would have cost elsewhere.

    Returns
    -------
    dict
        ``synergy`` (margin of the added sales), ``costs`` (what comes on top of the others' costs), ``added``.
    """
    synergy = (1 - displaced) * margin
    costs = fixed + handling - displaced * handling_elsewhere
    return {"synergy": synergy, "costs": costs, "added": synergy - costs}
