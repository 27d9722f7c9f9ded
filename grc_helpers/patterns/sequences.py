"""What follows what: frequent sequences of itemsets (PrefixSpan), and those that tell two groups apart.

A sequence is a list of steps; a step is a set of items that come together (a basket). A pattern ``((a,), (b, c))`` is
in a sequence when a later step than one that holds a holds both b and c; other steps may come between.
"""

from bisect import bisect_right
from collections import Counter, defaultdict
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
    A pattern grows by one item at its end: as a new step, or inside its last step. Nothing is copied: for each sequence
    that holds a pattern, only the step where it first ends is kept (pseudo-projection).
    """
    if min_count < 1 or max_items < 1:
        raise GrcError("Le support minimal et la longueur des motifs sont au moins 1.", todo="relevez-les")
    counts = Counter(item for sequence in sequences for item in set().union(*sequence))
    kept = {item for item, count in counts.items() if count >= min_count}
    ahead = [_look_ahead(sequence, kept) for sequence in sequences]
    widest = max((len(step) for sequence in sequences for step in sequence), default=0)
    clean = [[sorted(kept.intersection(step)) for step in sequence] for sequence in sequences] if widest > 1 else []
    found: dict[Pattern, int] = {}

    def grow(pattern: Pattern, ends: list[tuple[int, int]], size: int) -> None:
        longer = []
        if pattern and len(pattern[-1]) < widest:
            inside = defaultdict(list)
            for k, last in ends:
                for item, step in _joining(clean[k], pattern[-1], last).items():
                    inside[item].append((k, step))
            longer += [((*pattern[:-1], (*pattern[-1], item)), inside[item]) for item in sorted(inside)]
        if size + 1 == max_items:  # nothing grows from these: counting is enough
            number = Counter(chain.from_iterable([ahead[k][last + 1] for k, last in ends]))
            found.update(((*pattern, (item,)), number[item]) for item in sorted(number) if number[item] >= min_count)
        else:
            after = defaultdict(list)
            for k, last in ends:
                for item, step in ahead[k][last + 1].items():
                    after[item].append((k, step))
            longer += [((*pattern, (item,)), after[item]) for item in sorted(after)]
        for candidate, where in longer:
            if len(where) >= min_count:
                found[candidate] = len(where)
                if size + 1 < max_items:
                    grow(candidate, where, size + 1)

    grow((), [(k, -1) for k in range(len(ahead))], 0)
    return found


def _look_ahead(steps: Sequence, kept: set) -> list[dict]:
    """Return, for each place, the first step from there on that holds each item worth keeping."""
    table: list[dict] = [{}]
    for place in range(len(steps) - 1, -1, -1):
        held = dict.fromkeys(kept.intersection(steps[place]), place)
        table.append(table[-1] | held if held else table[-1])
    table.reverse()
    return table


def _joining(steps: list[list], held: tuple, last: int) -> dict:
    """Return the first step, from a step on, where each greater item is together with those held."""
    first: dict = {}
    for place in range(last, len(steps)):
        step = steps[place]
        if len(step) > len(held) and step[-1] > held[-1] and set(held).issubset(step):
            for item in step[bisect_right(step, held[-1]) :]:
                first.setdefault(item, place)
    return first


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
