"""Showing customers without showing anyone: who stands out in a table, cells too small to be shown, masks that hold.

References
----------
Sweeney, L. (2002), "k-anonymity: A Model for Protecting Privacy", International Journal of Uncertainty, Fuzziness and
Knowledge-Based Systems 10(5).
"""

import hashlib
from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd

from grc_helpers.errors import GrcError


def crowd_sizes(table: pd.DataFrame, quasi: Sequence[str]) -> pd.Series:
    """Return, for each row, how many rows have the same values in the columns that others may know.

    The table is k-anonymous when the smallest is at least k.
    """
    unknown = [name for name in quasi if name not in table.columns]
    if unknown:
        raise GrcError(
            "Des colonnes à croiser n'existent pas dans la table.",
            where=", ".join(f"« {name} »" for name in unknown),
            todo="choisissez parmi : " + ", ".join(map(str, table.columns)),
        )
    keys = [table[name].astype(object).where(table[name].notna(), "") for name in quasi]
    return table.groupby(keys)[quasi[0]].transform("size") if len(table) else pd.Series(dtype=int)


def anonymity(table: pd.DataFrame, quasi: Sequence[str], *, k: int = 5) -> tuple[int, float, float]:
    """Return the smallest crowd, the share of rows that stand alone, and the share in crowds smaller than k."""
    sizes = crowd_sizes(table, quasi)
    return int(sizes.min()), float((sizes == 1).mean()), float((sizes < k).mean())


def suppress(counts: pd.DataFrame, *, k: int = 5) -> pd.DataFrame:
    """Hide the counts of a table that are too small, and what would let them be found again.

    A cell between 1 and k − 1 is hidden; when it is the only one hidden in its row or its column, the smallest other
    cell of that row or column that is not 0 is hidden too: margins would give the first one away.

    Parameters
    ----------
    counts : pandas.DataFrame
        Counts, without margins.
    k : int
        Smallest count that is shown.

    Returns
    -------
    pandas.DataFrame
        The counts as floats, NaN where hidden.
    """
    values = counts.to_numpy(dtype=float)
    hidden = (values > 0) & (values < k)
    for _ in range(values.size):
        alone = next(_lonely(values, hidden), None)
        if alone is None:
            break
        hidden[alone] = True
    return pd.DataFrame(np.where(hidden, np.nan, values), counts.index, counts.columns)


def _lonely(values: np.ndarray, hidden: np.ndarray):
    """Yield the cell to hide for each row or column that has one hidden cell only."""
    for lines, turned in ((hidden, False), (hidden.T, True)):
        grid = values.T if turned else values
        for place in np.flatnonzero(lines.sum(axis=1) == 1):
            open_cells = np.where(lines[place] | (grid[place] == 0), np.inf, grid[place])
            if np.isfinite(open_cells).any():
                other = int(open_cells.argmin())
                yield (other, place) if turned else (place, other)


def bare_hash(value: str) -> str:
    """Return the SHA-256 of a value: a mask without a key, that anyone can make again."""
    return hashlib.sha256(value.encode()).hexdigest()


def unmask(masks: Iterable[str], candidates: Iterable[str]) -> dict[str, str]:
    """Find the values behind bare hashes by trying candidates: what anyone can do who knows how values look."""
    wanted = set(masks)
    return {mask: value for value in candidates if (mask := bare_hash(value)) in wanted}
