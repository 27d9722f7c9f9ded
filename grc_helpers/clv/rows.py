"""Customers with the same history count once, with a weight: what makes the models fast on whole-day data."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

SAMPLE, CONTINUOUS = 2_000, 0.9  # a column of mostly distinct values in a sample is not worth collapsing


@dataclass(frozen=True)
class Rows:
    """Distinct histories.

    Attributes
    ----------
    x : array of float, shape (n,)
        Number of repeat purchases; ``x == levels[code]``.
    columns : tuple of arrays of float, shape (n,)
        The other statistics that the model needs, in its own order.
    weight : array of float, shape (n,)
        How many customers have this history.
    levels : array of float
        The distinct values of x: what depends on x alone is computed once for each.
    code : array of int
        Where each row's x is among the levels.
    """

    x: np.ndarray
    columns: tuple[np.ndarray, ...]
    weight: np.ndarray
    levels: np.ndarray
    code: np.ndarray

    def __len__(self) -> int:
        return len(self.x)

    @cached_property
    def n_customers(self) -> float:
        """Number of customers."""
        return float(self.weight.sum())

    @cached_property
    def level_weight(self) -> np.ndarray:
        """Number of customers at each level of x."""
        return np.bincount(self.code, weights=self.weight, minlength=len(self.levels))

    @cached_property
    def bought(self) -> np.ndarray:
        """Repeat purchases of all the customers of each row."""
        return self.weight * self.x

    @cached_property
    def sums(self) -> tuple[tuple[float, float], ...]:
        """For each column, its sum over repeat purchases, and over customers."""
        return tuple((float((self.bought * c).sum()), float((self.weight * c).sum())) for c in self.columns)

    def mean(self, values: np.ndarray) -> float:
        """Return the mean of a statistic over customers."""
        return float((self.weight * values).sum()) / self.n_customers

    def take(self, which: slice) -> Rows:
        """Return some of the rows (views, no copy)."""
        columns = tuple(column[which] for column in self.columns)
        return Rows(self.x[which], columns, self.weight[which], self.levels, self.code[which])

    def blocks(self, size: int):
        """Cut the rows into blocks that fit in the processor's cache."""
        return (self.take(slice(start, start + size)) for start in range(0, len(self), size))

    def with_weight(self, weight: np.ndarray) -> Rows:
        """Return the same histories, counted otherwise."""
        return Rows(self.x, self.columns, weight, self.levels, self.code)


def as_rows(x: np.ndarray, columns: tuple[np.ndarray, ...], weight: np.ndarray | None) -> Rows:
    """Make one row of each customer, in their order."""
    code, levels = coded(x)
    return Rows(x, columns, np.ones(len(x)) if weight is None else weight, levels, code)


def collapsed(x: np.ndarray, columns: tuple[np.ndarray, ...], weight: np.ndarray | None) -> Rows:
    """Make one row of the customers whose history is the same, in order of x, then of the columns.

    Where a column is continuous nothing would be gained: each customer keeps a row.
    """
    if any(_continuous(column) for column in columns):
        return as_rows(x, columns, weight)
    coded_columns = [coded(column) for column in (x, *columns)]
    sizes = [len(levels) for _, levels in coded_columns]
    if np.prod(sizes, dtype=float) > 2**62:
        return as_rows(x, columns, weight)
    key = np.zeros(len(x), dtype=np.int64)
    for (code, _), size in zip(coded_columns, sizes, strict=True):
        key *= size
        key += code
    key, count = _counted(key, weight)
    decoded = []
    for (_, levels), size in zip(reversed(coded_columns), reversed(sizes), strict=True):
        key, code = np.divmod(key, size)
        decoded.append((code, levels))
    code, levels = decoded[-1]
    values = [levels[code] for code, levels in reversed(decoded)]
    return Rows(values[0], tuple(values[1:]), count, levels, code)


def coded(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return (code, levels): the sorted distinct values, and where each value is among them."""
    top = values.max(initial=0)
    if 0 <= values.min(initial=0) and top <= len(values) + SAMPLE:
        whole = values.astype(np.int64)
        if (whole == values).all():  # whole days, counts: no need to sort or hash
            present = np.zeros(int(top) + 1, dtype=bool)
            present[whole] = True
            return (np.cumsum(present) - 1)[whole], np.flatnonzero(present).astype(float)
    code, levels = pd.factorize(values)
    order = np.argsort(levels, kind="stable")
    rank = np.empty(len(levels), dtype=np.int64)
    rank[order] = np.arange(len(levels))
    return rank[code], levels[order]


def distinct_pairs(first: np.ndarray, second: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the distinct pairs (two arrays), and where each row's pair is among them."""
    if _continuous(second):
        return first, second, np.arange(len(first))
    (code, levels), (other_code, other_levels) = coded(first), coded(second)
    width = len(other_levels)
    key = code * width + other_code
    if len(levels) * width > 4 * len(key) + 1_000:
        used, place = np.unique(key, return_inverse=True)
    else:
        used = np.flatnonzero(np.bincount(key, minlength=len(levels) * width))
        where = np.zeros(len(levels) * width, dtype=np.int64)
        where[used] = np.arange(len(used))
        place = where[key]
    return levels[used // width], other_levels[used % width], place


def _counted(key: np.ndarray, weight: np.ndarray | None) -> tuple[np.ndarray, np.ndarray]:
    """Return the distinct keys, sorted, and the customers of each."""
    if weight is not None:
        order = np.argsort(key, kind="stable")
        key, weight = key[order], weight[order]
    else:
        key.sort()
    starts = np.flatnonzero(np.concatenate(([True], key[1:] != key[:-1])))
    if weight is None:
        return key[starts], np.diff(starts, append=len(key)).astype(float)
    return key[starts], np.add.reduceat(weight, starts)


def _continuous(values: np.ndarray) -> bool:
    sample = values[:: max(1, len(values) // SAMPLE)]
    positive = sample[sample > 0]
    return len(values) > SAMPLE and len(np.unique(positive)) > CONTINUOUS * len(positive)
