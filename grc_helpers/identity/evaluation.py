"""Judging a linkage: the threshold that costs ask for, before any truth; then pairs found, lost and wrong."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from grc_helpers.identity.weights import prior_weight


@dataclass(frozen=True)
class PairScores:
    """Pairs of records: how many are united, how many should be, how many are both.

    Attributes
    ----------
    precision, recall, f1 : float
        Share of the united pairs that are true, of the true pairs that are united, and their harmonic mean.
    """

    united: int
    true: int
    both: int

    @property
    def precision(self) -> float:
        """Return the share of the united pairs that are true."""
        return self.both / self.united if self.united else float("nan")

    @property
    def recall(self) -> float:
        """Return the share of the true pairs that are united."""
        return self.both / self.true if self.true else float("nan")

    @property
    def f1(self) -> float:
        """Return the harmonic mean of precision and recall."""
        return 2 * self.both / (self.united + self.true) if self.united + self.true else float("nan")


def best_threshold(*, wrong: float, missed: float) -> float:
    """Return the weight, in bits, from which uniting a pair costs less than leaving it apart.

    Uniting two persons costs ``wrong``, leaving a person in two costs ``missed``: unite when p·missed ≥ (1 − p)·wrong,
    that is from p = wrong / (wrong + missed). No truth is needed, only probabilities that mean what they say.
    """
    return prior_weight(wrong / (wrong + missed))


def exact_pairs(records: pd.DataFrame, *rules: tuple[str, ...]) -> pd.DataFrame:
    """Return the pairs of records that have the same values in all the columns of one of the rules.

    Returns
    -------
    pandas.DataFrame
        left, right (record_id, left < right), weight (1: these rules do not weigh); each pair once.
    """
    found = []
    for rule in rules:
        held = records.dropna(subset=list(rule))[["record_id", *rule]]
        pairs = held.merge(held, on=list(rule), suffixes=("_l", "_r"))
        found.append(pairs.loc[pairs["record_id_l"] < pairs["record_id_r"], ["record_id_l", "record_id_r"]])
    pairs = pd.concat(found).drop_duplicates().set_axis(["left", "right"], axis=1).assign(weight=1.0)
    return pairs.sort_values(["left", "right"], ignore_index=True)


def pair_scores(groups: pd.Series, truth: pd.Series) -> PairScores:
    """Compare the groups to the true persons (both by record, in any order)."""
    both = pd.DataFrame({"group": groups, "person": truth.reindex(groups.index)})
    return PairScores(
        _pairs(both.groupby("group").size()),
        _pairs(both.groupby("person").size()),
        _pairs(both.groupby(["group", "person"]).size()),
    )


def f1_interval(groups: pd.Series, truth: pd.Series, *, seed: int, n_boot: int = 500) -> tuple[float, float]:
    """Return the 95 % interval of F1 on pairs, by drawing whole knots of groups and persons that share records."""
    group, person = pd.factorize(groups)[0], pd.factorize(truth.reindex(groups.index))[0]
    knot = pd.Series(_knots(len(group), (group, person)))
    pairs = np.zeros((knot.max() + 1, 3))
    for place, keys in enumerate(([group], [person], [group, person])):
        sizes = knot.groupby([knot, *keys]).size()
        np.add.at(pairs[:, place], sizes.index.get_level_values(0), sizes * (sizes - 1) / 2)
    return _interval(pairs, seed=seed, n_boot=n_boot)


def link_interval(
    pairs: pd.DataFrame, truth: pd.Series, *, threshold: float, seed: int, n_boot: int = 500
) -> tuple[float, float]:
    """Return the 95 % interval of F1 on pairs taken one by one (see `link_scores`), by drawing whole knots."""
    place = pd.Series(np.arange(len(truth)), index=truth.index)
    kept = pairs[pairs["weight"] >= threshold]
    left, right = place.loc[kept["left"]].to_numpy(), place.loc[kept["right"]].to_numpy()
    person = pd.factorize(truth)[0]
    knot = _knots(len(truth), (person,), links=(left, right))
    counts = np.zeros((knot.max() + 1, 3))
    np.add.at(counts[:, 0], knot[left], 1)
    np.add.at(counts[:, 2], knot[left], person[left] == person[right])
    sizes = pd.Series(knot).groupby([knot, person]).size()
    np.add.at(counts[:, 1], sizes.index.get_level_values(0), sizes * (sizes - 1) / 2)
    return _interval(counts, seed=seed, n_boot=n_boot)


def _knots(n: int, labels: tuple[np.ndarray, ...], links: tuple[np.ndarray, np.ndarray] | None = None) -> np.ndarray:
    """Return a number by record, the same for records that a label or a link joins, step by step."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    starts, ends, size = [], [], n
    for label in labels:
        starts.append(np.arange(n))
        ends.append(size + label)
        size += label.max() + 1
    if links:
        starts.append(links[0])
        ends.append(links[1])
    start, end = np.concatenate(starts), np.concatenate(ends)
    found = connected_components(coo_array((np.ones(len(start)), (start, end)), shape=(size, size)), directed=False)
    return pd.factorize(found[1][:n])[0]


def _interval(pairs: np.ndarray, *, seed: int, n_boot: int) -> tuple[float, float]:
    """Return the bounds of F1 from the pairs (united, true, both) of each knot."""
    rng = np.random.default_rng(seed)
    drawn = np.array([rng.multinomial(len(pairs), np.full(len(pairs), 1 / len(pairs))) @ pairs for _ in range(n_boot)])
    low, high = np.quantile(2 * drawn[:, 2] / (drawn[:, 0] + drawn[:, 1]), [0.025, 0.975])
    return float(low), float(high)


def calibration(pairs: pd.DataFrame, truth: pd.Series, *, threshold: float) -> dict[str, float]:
    """Return what the model expects above the threshold, what is there, and what it could not weigh.

    Returns
    -------
    dict
        expected, real (share of false pairs above the threshold), unseen (share of the true pairs that are not among
        the pairs weighed).
    """
    true = truth.reindex(pairs["left"]).to_numpy() == truth.reindex(pairs["right"]).to_numpy()
    above = (pairs["weight"] >= threshold).to_numpy()
    expected, real = 1 - pairs["probability"][above].mean(), 1 - true[above].mean()
    return {"expected": expected, "real": real, "unseen": 1 - true.sum() / _pairs(truth.value_counts())}


def link_scores(pairs: pd.DataFrame, truth: pd.Series, *, threshold: float) -> PairScores:
    """Compare the pairs from a threshold on, taken one by one, to the true persons."""
    kept = pairs[pairs["weight"] >= threshold]
    both = truth.reindex(kept["left"]).to_numpy() == truth.reindex(kept["right"]).to_numpy()
    return PairScores(len(kept), _pairs(truth.groupby(truth).size()), int(both.sum()))


def cost_curve(
    pairs: pd.DataFrame, thresholds: np.ndarray, *, wrong: float, missed: float, truth: pd.Series | None = None
) -> pd.DataFrame:
    """Return what each threshold costs, over the pairs weighed.

    Parameters
    ----------
    pairs : pandas.DataFrame
        left, right, weight, probability.
    thresholds : array
        Weights, in bits.
    wrong, missed : float
        Cost of two persons united, of one person left in two.
    truth : pandas.Series, optional
        True person by record; without it the model's probabilities are believed.

    Returns
    -------
    pandas.DataFrame
        threshold, wrong (pairs), missed (pairs), cost.
    """
    if truth is None:
        true = pairs["probability"].to_numpy()
    else:
        true = (truth.reindex(pairs["left"]).to_numpy() == truth.reindex(pairs["right"]).to_numpy()).astype(float)
    order = np.argsort(-pairs["weight"].to_numpy(), kind="stable")
    weight, true = pairs["weight"].to_numpy()[order], true[order]
    kept = np.searchsorted(-weight, -np.asarray(thresholds), side="right")
    found = np.concatenate([[0.0], np.cumsum(true)])
    errors, lost = kept - found[kept], found[-1] - found[kept]
    cost = errors * wrong + lost * missed
    return pd.DataFrame({"threshold": thresholds, "wrong": errors, "missed": lost, "cost": cost})


def recall_by_error(groups: pd.Series, truth: pd.Series, errors: pd.Series) -> pd.DataFrame:
    """Return the share of true pairs found by kind of mistake in either record.

    Parameters
    ----------
    groups, truth, errors : pandas.Series
        By record: group found, true person, and mistakes (French labels joined by « | », "" for none).

    Returns
    -------
    pandas.DataFrame
        error (« sans faute » when neither record has any), pairs, found, recall; most pairs first.
    """
    table = pd.DataFrame(
        {"group": groups, "person": truth.reindex(groups.index), "error": errors.reindex(groups.index)}
    )
    table["place"] = np.arange(len(table))
    pairs = table.merge(table, on="person", suffixes=("", "_other"))
    pairs = pairs[pairs["place"] < pairs["place_other"]]
    found = pairs["group"] == pairs["group_other"]
    labels = (pairs["error"] + "|" + pairs["error_other"]).str.strip("|").replace("", "sans faute")
    each = labels.str.split("|").map(lambda words: sorted(set(words) - {""}))
    long = pd.DataFrame({"error": each, "found": found}).explode("error")
    counts = long.groupby("error")["found"].agg(pairs="size", found="sum").reset_index()
    counts["recall"] = counts["found"] / counts["pairs"]
    return counts.sort_values(["pairs", "error"], ascending=[False, True], ignore_index=True)


def _pairs(sizes: pd.Series) -> int:
    return int((sizes * (sizes - 1) // 2).sum())
