"""From pairs to persons: records are united from the surest pair to the least sure, but for those that contradict."""

from difflib import SequenceMatcher
from functools import cache

import pandas as pd

ALIKE = 0.6  # of two spellings of one given name


def cluster(records: pd.DataFrame, pairs: pd.DataFrame, *, threshold: float, veto: bool = True) -> pd.Series:
    """Unite the records of each person.

    Pairs are taken by decreasing weight; one is left out when it would put together two records that contradict each
    other: another given name, or another birth date (not a slip of the same). Without ``veto`` the groups are the
    connected components of the pairs.

    Parameters
    ----------
    records : pandas.DataFrame
        What `standard.standardise` returns.
    pairs : pandas.DataFrame
        left, right, weight (bits).
    threshold : float
        Least weight of a pair.
    veto : bool
        Keep contradictions apart.

    Returns
    -------
    pandas.Series
        By record_id, in the order of the records: the group, named after its first record.
    """
    facts = dict(
        zip(
            records["record_id"],
            zip(
                records["given_name"], records["family_name"], records["birth_date"], records["birth_year"], strict=True
            ),
            strict=True,
        )
    )
    group = {record: record for record in facts}
    members = {record: [record] for record in facts}

    def root(record: str) -> str:
        while group[record] != record:
            group[record] = group[group[record]]
            record = group[record]
        return record

    kept = pairs[pairs["weight"] >= threshold].sort_values(["weight", "left", "right"], ascending=[False, True, True])
    for left, right in zip(kept["left"], kept["right"], strict=True):
        one, two = root(left), root(right)
        if one == two:
            continue
        if veto and any(contradict(facts[a], facts[b]) for a in members[one] for b in members[two]):
            continue
        group[two] = one
        members[one] += members.pop(two)
    first = {}
    return pd.Series(
        [first.setdefault(root(record), record) for record in records["record_id"]],
        index=records["record_id"],
        name="group",
    )


def contradict(one: tuple, two: tuple) -> bool:
    """Tell whether two records (given name, family name, birth date, birth year) cannot be of one person."""
    (given, family, birth, year), (other_given, other_family, other_birth, other_year) = one, two
    if birth and other_birth:
        if sum(a != b for a, b in zip(birth, other_birth, strict=True)) > 2 and year != other_year:
            return True
    elif year and other_year and sum(a != b for a, b in zip(year, other_year, strict=True)) > 1:
        return True
    if not given or not other_given or given == other_family or family == other_given:
        return False
    short = min(len(given), len(other_given)) <= 3
    return not short and given[:3] != other_given[:3] and not _alike(*sorted((given, other_given)))


@cache
def _alike(one: str, two: str) -> bool:
    return SequenceMatcher(None, one, two, autojunk=False).ratio() >= ALIKE
