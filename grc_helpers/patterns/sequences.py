"""What follows what: frequent sequences of itemsets (PrefixSpan), and those that tell two groups apart.

A sequence is a list of steps; a step is a set of items that come together (a basket). A pattern ``((a,), (b, c))`` is
in a sequence when a later step than one that holds a holds both b and c; other steps may come between.
"""

from collections.abc import Sequence
from itertools import chain

import numpy as np
import pandas as pd

from grc_helpers.errors import GrcError

Pattern = tuple[tuple, ...]


def prefix_span(sequences: Sequence[Sequence], *, min_count: int, max_items: int = 4) -> dict[Pattern, int]:
    """Return the patterns that at least ``min_count`` sequences hold, with their number (Pei et al. 2001).

    Parameters
    ----------
    sequences : list of list of iterable
        Sequences of steps; the items of one step are distinct and can be sorted.
    min_count : int
        At least 1.
    max_items : int
        Most items in a pattern, all steps together.

    Returns
    -------
    dict of tuple of tuple to int
        In the order of growth: each pattern comes after its prefix.

    Notes
    -----
    A pattern grows by one item at its end: as a new step, or inside its last step. Nothing is copied: all items lie in
    one array, and of a pattern only the places of its last item are kept (pseudo-projection), every one that comes
    after the first end of its other steps.
    """
    if min_count < 1 or max_items < 1:
        raise GrcError("Le support minimal et la longueur des motifs sont au moins 1.", todo="relevez-les")
    names, code, owner, step_end, end, before = _in_one_array(sequences)
    found: dict[Pattern, int] = {}

    def extend(places, count, size: int, longer) -> None:
        """Keep the frequent items among those of some places, and grow the patterns they make."""
        frequent = np.flatnonzero(count >= min_count)
        if not len(frequent):
            return
        if size == max_items:  # nothing grows from these: counting is enough
            found.update((longer(names[k]), int(count[k])) for k in frequent)
            return
        places = places[(count >= min_count)[code[places]]]
        places = places[np.argsort(code[places], kind="stable")]
        starts = np.searchsorted(code[places], frequent)
        for k, at in zip(frequent, np.split(places, starts[1:]), strict=True):
            found[longer(names[k])] = int(count[k])
            grow(longer(names[k]), at, size + 1)

    def grow(pattern: Pattern, at: np.ndarray, size: int) -> None:
        joined = _ranges(at + 1, step_end[at])
        if len(joined):
            once = np.unique(owner[joined] * len(names) + code[joined]) % len(names)
            extend(joined, np.bincount(once), size, lambda item: (*pattern[:-1], (*pattern[-1], item)))
        first = at[np.flatnonzero(np.diff(owner[at], prepend=-1))]
        later = _ranges(step_end[first], end[first])
        once = later[before[later] < np.repeat(step_end[first], end[first] - step_end[first])]
        extend(later, np.bincount(code[once]), size, lambda item: (*pattern, (item,)))

    extend(np.arange(len(code)), np.bincount(code[before < 0]), 1, lambda item: ((item,),))
    return found


def _in_one_array(sequences: Sequence[Sequence]) -> tuple:
    """Return the items in order; then, for each place: item, sequence, step's end, sequence's end, last place."""
    steps = list(chain.from_iterable(sequences))
    items = list(chain.from_iterable(steps))
    names = sorted(set(items))
    rank = {item: k for k, item in enumerate(names)}
    code = np.fromiter(map(rank.__getitem__, items), dtype=np.int64, count=len(items))
    widths = np.fromiter(map(len, steps), dtype=np.int64, count=len(steps))
    lengths = np.fromiter(map(len, sequences), dtype=np.int64, count=len(sequences))
    owner = np.repeat(np.repeat(np.arange(len(sequences)), lengths), widths)
    step_end = np.repeat(np.cumsum(widths), widths)
    code = code[np.lexsort((code, step_end))]  # in a step, by rank
    order = np.lexsort((code, owner))
    same = (np.diff(code[order], prepend=-1) == 0) & (np.diff(owner[order], prepend=-1) == 0)
    before = np.full(len(code), -1)
    before[order[same]] = order[np.flatnonzero(same) - 1]
    return names, code, owner, step_end, np.searchsorted(owner, owner, side="right"), before


def _ranges(start: np.ndarray, stop: np.ndarray) -> np.ndarray:
    """Return the integers from each start to its stop, one range after the other."""
    size = stop - start
    return np.arange(size.sum()) + np.repeat(start - (np.cumsum(size) - size), size)


def contains(sequence: Sequence, pattern: Pattern) -> bool:
    """Tell whether a sequence holds a pattern: each step is sought as early as possible, after the one before."""
    steps = iter(sequence)
    return all(any(set(part).issubset(step) for step in steps) for part in pattern)


def shown(pattern: Pattern) -> str:
    """Write a pattern: « panne → panne → question + achat »."""
    return " → ".join(" + ".join(map(str, step)) for step in pattern)


def discriminating(
    sequences: Sequence[Sequence],
    group: Sequence[bool],
    *,
    min_share: float = 0.1,
    max_items: int = 3,
    n_permutations: int = 500,
    seed: int,
) -> pd.DataFrame:
    """Return the patterns more frequent in one group than in the other, with a test that knows how many it made.

    Parameters
    ----------
    sequences : list of list of iterable
    group : sequence of bool
        True for the group of interest (who left).
    min_share : float
        Least share of the group of interest that holds a pattern; patterns are sought in the whole, labels unseen.
    n_permutations : int
        The labels are dealt again at random this many times.

    Returns
    -------
    DataFrame
        pattern, share_group, share_others, difference, z (the difference over its standard error if labels meant
        nothing), p_value (adjusted: the share of the permutations whose *largest* z, over all patterns, reaches this
        one; Westfall & Young 1993); by falling z.
    """
    group = np.asarray(group, dtype=bool)
    if not 0 < group.sum() < len(group):
        raise GrcError("Il faut deux groupes à comparer.", where=f"{group.sum()} séquences sur {len(group)} d'un côté")
    patterns = list(prefix_span(sequences, min_count=max(1, int(min_share * group.sum())), max_items=max_items))
    held = np.array([[contains(sequence, pattern) for sequence in sequences] for pattern in patterns], dtype=float)
    total, inside, n = held.sum(axis=1), held @ group, len(group)
    rate = total / n
    error = np.sqrt(np.maximum(rate * (1 - rate), 1e-12) * (1 / group.sum() + 1 / (n - group.sum())))

    def statistic(count):
        return (count / group.sum() - (total[:, None] - count) / (n - group.sum())) / error[:, None]

    rng = np.random.default_rng(seed)
    labels = np.array([rng.permutation(group) for _ in range(n_permutations)], dtype=float)
    largest = statistic(held @ labels.T).max(axis=0)
    z = statistic(inside[:, None])[:, 0]
    table = pd.DataFrame(
        {
            "pattern": patterns,
            "share_group": inside / group.sum(),
            "share_others": (total - inside) / (n - group.sum()),
            "z": z,
            "p_value": (1 + (largest[None, :] >= z[:, None]).sum(axis=1)) / (1 + n_permutations),
        }
    )
    table.insert(3, "difference", table["share_group"] - table["share_others"])
    return table.sort_values("z", ascending=False, kind="stable", ignore_index=True)
