"""Six rules of credit: by hand, known properties, and what they refuse."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grc_helpers.channels import attribution as a
from grc_helpers.errors import GrcError


def made(*journeys):
    """Return paths from (channels in order, value); contacts are a week apart."""
    rows = [
        (k, channel, 7 * (len(names) - 1 - place), value)
        for k, (names, value) in enumerate(journeys)
        for place, channel in enumerate(names)
    ]
    return pd.DataFrame(rows, columns=["path", "channel", "lag", "value"])


def test_positions_by_hand():
    table = a.position_credits(made(("abc", 6.0), ("b", 1.0), ("ca", 0.0)), half_life=7.0)
    assert table[a.LAST].to_dict() == {"a": 0, "b": 1, "c": 6} and table[a.FIRST].to_dict() == {"a": 6, "b": 1, "c": 0}
    assert table[a.LINEAR].to_dict() == {"a": 2, "b": 3, "c": 2}
    assert table[a.DECAY].tolist() == pytest.approx([6 / 7, 1 + 12 / 7, 24 / 7])  # 1 : 2 : 4


def test_markov_by_hand():
    """Three paths: 1 → 2 → 3 → conversion, 1 → nothing, 2 → 3 → nothing; removing 2 or 3 loses all, 1 loses half."""
    paths = made((("c1", "c2", "c3"), 1.0), (("c1",), 0.0), (("c2", "c3"), 0.0))
    assert a.markov_removal(paths).tolist() == pytest.approx([0.2, 0.4, 0.4])


def test_a_channel_that_no_conversion_touches_has_no_credit():
    table = a.all_credits(made(("ab", 1.0), ("d", 0.0), ("dd", 0.0)))
    assert table.loc["d"].tolist() == pytest.approx([0.0] * 6)


def test_shapley_1953_glove_game():
    """One left glove, two right ones: the left one has 2/3, each right one 1/6 (as a game on sets of channels)."""
    # v = 1 for {L, R1}, {L, R2}, {L, R1, R2}: in carriers, 1 on {L, R1}, 1 on {L, R2}, −1 on the three.
    found = a.shapley(made((("L", "R1"), 1.0), (("L", "R2"), 1.0)))
    together = a.shapley(made((("L", "R1", "R2"), 1.0)))
    assert (found - together).tolist() == pytest.approx([2 / 3, 1 / 6, 1 / 6])


journeys = st.lists(
    st.tuples(st.lists(st.sampled_from("abcd"), min_size=1, max_size=5), st.sampled_from([0.0, 1.0, 2.5])),
    min_size=2,
    max_size=12,
)


@settings(max_examples=30, deadline=None)
@given(journeys)
def test_every_rule_shares_the_whole_value_and_shapley_splits_a_path_evenly_between_its_channels(some):
    paths = made(*some)
    if paths["channel"].nunique() < 2 or not paths["value"].any():
        return
    table = a.all_credits(paths)
    total = sum(value for _, value in some)
    assert table.sum().tolist() == pytest.approx([total] * 6)
    assert (table > -1e-9).all(axis=None)
    even = pd.Series(0.0, table.index)
    for names, value in some:
        even[sorted(set(names))] += value / len(set(names))
    assert table[a.SHAPLEY].tolist() == pytest.approx(even.tolist())


def test_contacts_are_cut_into_paths_by_silence_and_by_sale():
    rows = [("x", "2025-01-01", "e", None), ("x", "2025-01-05", "c", "Vente"), ("x", "2025-01-06", "e", "rien"),
            ("x", "2025-03-30", "e", None), ("y", "2025-03-31", "v", "vente")]  # fmt: skip
    contacts = pd.DataFrame(rows, columns=["customer_id", "date", "channel", "outcome"])
    paths = a.contact_paths(contacts.assign(date=pd.to_datetime(contacts["date"])), converting="vente", days=30)
    assert paths["path"].tolist() == [1, 1, 2, 3, 4]
    assert paths["lag"].tolist() == [4, 0, 0, 0, 0] and paths["value"].tolist() == [1, 1, 0, 0, 1]


@pytest.mark.parametrize(
    ("paths", "words"),
    [
        (made(("aa", 1.0), ("a", 0.0)), "1 canal"),
        (made(("ab", 0.0)), "0 parcours qui aboutissent"),
        (made((tuple(f"c{k}" for k in range(13)), 1.0)), "2 puissance 13 coalitions(?s:.*)13 canaux(?s:.*)regroupez"),
    ],
)
def test_refusals(paths, words):
    with pytest.raises(GrcError, match=words):
        a.all_credits(paths)
