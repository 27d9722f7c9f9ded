"""User status: non-user, potential, first-time, regular, former user; and how customers pass from one to another."""

from __future__ import annotations

from datetime import date, timedelta

import pandas as pd

NON, POTENTIAL, FIRST, REGULAR, FORMER = "non-utilisateur", "potentiel", "premier achat", "régulier", "ex-utilisateur"
STATES = (NON, POTENTIAL, FIRST, REGULAR, FORMER)


def equal_windows(start: date, end: date, windows: int) -> list[date]:
    """Return the first day of each of equal windows, then the day after the last one (the first is the longest)."""
    days = ((end - start).days + 1) // windows
    return [start, *(end + timedelta(days=1 - days * k) for k in range(windows - 1, -1, -1))]


def window_purchases(lines, *, cuts: list[date], category: str | None) -> pd.DataFrame:
    """Say in which windows each customer came, and bought the category.

    Parameters
    ----------
    lines : ibis.Table
        ``Purchases.lines``.
    cuts : list of date
        From :func:`equal_windows`.
    category : str or None
        None: the whole offer is the category.

    Returns
    -------
    DataFrame
        customer_id, window (0, 1, …), bought (bool); a row only where the customer came.
    """
    import ibis

    from grc_helpers.data.warehouse import collect

    inside = lines.filter(lines.date >= cuts[0], lines.date < cuts[-1], lines.amount_cents > 0)
    window = sum(((inside.date >= cut).cast("int64") for cut in cuts[1:-1]), ibis.literal(0, type="int64"))
    wanted = inside.amount_cents > 0 if category is None else (inside.category == category).fill_null(False)
    visits = collect(inside.group_by("customer_id", window=window).agg(bought=wanted.cast("int64").max()))
    return visits.assign(bought=visits["bought"] > 0)


def user_states(visits: pd.DataFrame, *, windows: int) -> pd.DataFrame:
    """Give each known customer a status in each window but the first, which only says who had bought before.

    Parameters
    ----------
    visits : DataFrame
        From :func:`window_purchases`.

    Returns
    -------
    DataFrame indexed by customer_id
        One column a window from 1; missing before a customer's first visit. A customer who came without ever having
        bought is « potentiel »; who neither bought ever nor came, « non-utilisateur »; who bought before but not now,
        « ex-utilisateur » (which does not prove that he has gone).
    """
    came = visits.assign(there=True).pivot(index="customer_id", columns="window", values="there")
    bought = visits[visits["bought"]].assign(there=True).pivot(index="customer_id", columns="window", values="there")
    came = came.reindex(columns=range(windows)).notna()
    bought = bought.reindex(index=came.index, columns=range(windows)).notna()
    states = {}
    for window in range(1, windows):
        before, now = bought.iloc[:, :window].any(axis=1), bought[window]
        state = pd.Series(POTENTIAL, index=came.index, dtype=object).where(came[window], NON)
        state = state.mask(now & ~before, FIRST).mask(now & before, REGULAR).mask(before & ~now, FORMER)
        states[window] = state.where(came.iloc[:, : window + 1].any(axis=1))
    return pd.DataFrame(states)


def state_transitions(states: pd.DataFrame) -> pd.DataFrame:
    """Count passages from a window's status (rows) to the next one's (columns), all pairs of windows together."""
    pairs = [
        states[[a, b]].set_axis(["before", "after"], axis=1) for a, b in zip(states, states.columns[1:], strict=False)
    ]
    both = pd.concat(pairs).dropna() if pairs else pd.DataFrame({"before": [], "after": []})
    table = pd.crosstab(both["before"], both["after"])
    present = [state for state in STATES if state in table.index or state in table.columns]
    return table.reindex(index=present, columns=present, fill_value=0)


def passage(table: pd.DataFrame, before: str, after: tuple[str, ...]) -> tuple[float, float, float, int]:
    """Return the share of a status found in others at the next window, its 95 % interval (Wilson), and its size."""
    from scipy.stats import binomtest

    total = int(table.loc[before].sum()) if before in table.index else 0
    if not total:
        return float("nan"), float("nan"), float("nan"), 0
    moved = int(table.loc[before, [state for state in after if state in table.columns]].sum())
    low, high = binomtest(moved, total).proportion_ci(method="wilson")
    return moved / total, float(low), float(high), total
