"""What follows what: frequent sequences of itemsets (PrefixSpan), and those that tell two groups apart.

A sequence is a list of steps; a step is a set of items that come together (a basket). A pattern ``((a,), (b, c))`` is
in a sequence when a later step than one that holds a holds both b and c; other steps may come between.
"""

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Sequence

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
    A pattern grows by one item at its end: as a new step, or inside its last step. For each sequence only two places
    are kept (pseudo-projection): ``before``, where all but the last step first ends, and ``last``, where the whole
    pattern first does.
    """
    if min_count < 1 or max_items < 1:
        raise GrcError("Le support minimal et la longueur des motifs sont au moins 1.", todo="relevez-les")
    counts = Counter(item for sequence in sequences for item in {item for step in sequence for item in step})
    kept = {item for item, count in counts.items() if count >= min_count}
    steps = [[step for raw in sequence if (step := tuple(sorted(kept.intersection(raw))))] for sequence in sequences]
    widest = max((len(step) for sequence in steps for step in sequence), default=0)
    later: list[dict] = [{} for _ in steps]  # first place of each item after a place, computed when first needed
    found: dict[Pattern, int] = {}

    def first_places(k: int, place: int) -> list:
        if place not in later[k]:
            first: dict = {}
            for j in range(place + 1, len(steps[k])):
                for item in steps[k][j]:
                    first.setdefault(item, j)
            later[k][place] = list(first.items())
        return later[k][place]

    def grow(pattern: Pattern, places: list[tuple[int, int, int]], size: int) -> None:
        new_step, same_step = defaultdict(list), defaultdict(list)
        for k, _, last in places:
            for item, j in first_places(k, last):
                new_step[item].append((k, last, j))
        if pattern and len(pattern[-1]) < widest:
            inside = set(pattern[-1])
            for k, before, last in places:
                seen = set()
                for j in range(last, len(steps[k])):
                    if inside.issubset(steps[k][j]):
                        for item in steps[k][j][bisect_right(steps[k][j], pattern[-1][-1]) :]:
                            if item not in seen:
                                seen.add(item)
                                same_step[item].append((k, before, j))
        longer = [(pattern[:-1] + ((*pattern[-1], item),), new) for item, new in sorted(same_step.items())]
        longer += [((*pattern, (item,)), new) for item, new in sorted(new_step.items())]
        for candidate, new in longer:
            if len(new) >= min_count:
                found[candidate] = len(new)
                if size + 1 < max_items:
                    grow(candidate, new, size + 1)

    grow((), [(k, -1, -1) for k in range(len(steps))], 0)
    return found


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
