"""PrefixSpan against the paper and against brute force; discriminating patterns against a known truth."""

from itertools import combinations, product

import numpy as np
import pandas as pd
import pytest

from grc_helpers.data.loading import load
from grc_helpers.data.simulator.truth import read_truth
from grc_helpers.errors import GrcError
from grc_helpers.patterns.journeys import merle_windows, precision_and_recall, windows_before
from grc_helpers.patterns.sequences import contains, discriminating, prefix_span, shown
from grc_helpers.patterns.toys import PEI

# The sequential patterns that the paper lists, prefix by prefix; parentheses: one step.
PUBLISHED = """
a aa ab a(bc) a(bc)a aba abc (ab) (ab)c (ab)d (ab)f (ab)dc ac aca acb acc ad adc af
b ba bc (bc) (bc)a bd bdc bf
c ca cb cc
d db dc dcb
e ea eab eac eacb eb ebc ec ecb ef efb efc efcb
f fb fbc fc fcb
"""


def written(text):
    """Turn « a(bc)a » into (('a',), ('b', 'c'), ('a',))."""
    steps, inside = [], None
    for sign in text:
        if sign == "(":
            inside = []
        elif sign == ")":
            steps.append(tuple(inside))
            inside = None
        elif inside is None:
            steps.append((sign,))
        else:
            inside.append(sign)
    return tuple(steps)


def test_pei_2001():
    """O13: the toy, minimum support 2: every pattern, and the supports of the six items."""
    found = prefix_span(PEI, min_count=2, max_items=9)
    assert set(found) == {written(text) for text in PUBLISHED.split()}
    assert [found[((item,),)] for item in "abcdef"] == [4, 4, 4, 3, 3, 3]
    assert found[written("(ab)c")] == 2


def every_pattern(items, size):
    """Return every pattern of at most ``size`` items."""
    steps = [part for n in range(1, size + 1) for part in combinations(items, n)]
    found = []
    for length in range(1, size + 1):
        found += [steps_ for steps_ in product(steps, repeat=length) if sum(map(len, steps_)) <= size]
    return found


def inside(sequence, pattern):
    """Tell by exhaustion whether a sequence holds a pattern."""
    places = combinations(range(len(sequence)), len(pattern))
    return any(all(set(part) <= set(sequence[k]) for k, part in zip(where, pattern, strict=True)) for where in places)


@pytest.mark.parametrize("seed", range(6))
def test_prefixspan_equals_brute_force(seed):
    rng = np.random.default_rng(seed)
    world = [
        [tuple(rng.choice(list("abcd"), size=rng.integers(1, 4), replace=False)) for _ in range(rng.integers(1, 6))]
        for _ in range(12)
    ]
    expected = {}
    for pattern in every_pattern("abcd", 3):
        count = sum(inside(sequence, pattern) for sequence in world)
        assert count == sum(contains(sequence, pattern) for sequence in world)
        if count >= 3:
            expected[pattern] = count
    assert prefix_span(world, min_count=3, max_items=3) == expected


def test_prefixspan_edges():
    assert prefix_span([], min_count=1) == {} == prefix_span([[], []], min_count=1)
    assert prefix_span([[(1,)], [(1,)]], min_count=2) == {((1,),): 2}
    with pytest.raises(GrcError, match="au moins 1"):
        prefix_span([[(1,)]], min_count=0)
    assert shown((("achat", "panne"), ("appel",))) == "achat + panne → appel"


def test_the_sequence_of_the_simulated_firm_is_found():
    """Known truth: two tickets, then a call, before a share of the cancellations; nothing else differs."""
    windows = merle_windows(load("cafes_merle"), seed=1)
    found = discriminating(windows["sequence"].tolist(), windows["left"], n_permutations=200, seed=1)
    pattern = (("panne",), ("panne",), ("question sur le contrat",))
    row = found[found["pattern"] == pattern].iloc[0]
    assert row["p_value"] < 0.01 and row["share_others"] < 0.02
    truth = windows["contract_id"].map(read_truth("cafes_merle", "contrats").set_index("contract_id")["sequence"])
    alert = windows["sequence"].map(lambda steps: contains(steps, pattern))
    score = precision_and_recall(alert, truth)
    assert score["precision"] > 0.95 and score["recall"] > 0.8


def test_false_alarms_of_the_permutation_test():
    """No link at all: the adjusted test declares one in about 5 % of the worlds, whatever the number of patterns."""
    rng, alarms = np.random.default_rng(11), 0
    for seed in range(60):
        world = [[(int(x),) for x in rng.integers(0, 6, size=rng.integers(1, 6))] for _ in range(80)]
        group = rng.random(80) < 0.3
        found = discriminating(world, group, min_share=0.2, max_items=2, n_permutations=99, seed=seed)
        alarms += (found["p_value"] <= 0.05).any()
    assert alarms <= 9  # binomial(60, .05): 9 or fewer with probability .999


def test_one_group_only_is_refused():
    with pytest.raises(GrcError, match="deux groupes"):
        discriminating([[("a",)], [("b",)]], [True, True], seed=0)


def test_windows_before_a_reference_day():
    contracts = pd.DataFrame(
        {
            "contract_id": ["K1", "K2", "K3"],
            "customer_id": ["1", "2", "3"],
            "start": pd.to_datetime(["2024-01-01", "2024-01-01", "2024-12-01"]),
            "end": pd.to_datetime(["2024-07-01", None, None]),
        }
    )
    events = pd.DataFrame(
        {
            "customer_id": ["1", "1", "1", "1", "2"],
            "date": pd.to_datetime(["2024-07-01", "2024-06-30", "2024-04-02", "2024-04-01", "2023-01-01"]),
            "event": ["le jour même", "veille", "au bord", "trop tôt", "avant"],
        }
    )
    found = windows_before(events, contracts, observation_end="2024-12-31", seed=1).set_index("contract_id")
    assert found["left"].to_dict() == {"K1": True, "K2": False}  # K3 is younger than the window
    assert found.loc["K1", "sequence"] == [("au bord",), ("veille",)] and found.loc["K2", "sequence"] == []
