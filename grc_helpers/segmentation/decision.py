"""What a segmentation is worth for a decision: whom to treat, how many segments to keep, how small a niche may be."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from grc_helpers.segmentation.approaches import Clusters
from grc_helpers.segmentation.judging import bootstrap_stability, explained, out_of_sample
from grc_helpers.style import number


@dataclass(frozen=True)
class Action:
    """An action offered to a segment: it raises margin by a supposed share, and costs.

    Attributes
    ----------
    effect : float
        Share by which the action raises a customer's margin of a half-year (supposed).
    cost : float
        Cost of the action for one customer and half-year, in currency units.
    segment_cost : float
        Cost of keeping one segment apart (an offer, a message, a follow-up), per half-year.
    """

    effect: float
    cost: float
    segment_cost: float

    def gain(self, margin):
        """Return what treating customers of this margin brings, before the cost of segments."""
        return self.effect * margin - self.cost


def plan_action(goal: pd.Series, *, effect: float, cost: float, segment_cost: float) -> Action:
    """Return the action, where a cost of 0 is replaced by a neutral one.

    The neutral cost makes the action just worth it for the average customer (there segments matter most); that of a
    segment is one hundredth of what the action would bring in margin if all received it.
    """
    return Action(effect, cost or effect * goal.mean(), segment_cost or 0.01 * effect * goal.sum())


def decision_gain(predictions: pd.DataFrame, action: Action) -> pd.Series:
    """Return what each customer brings when segments whose predicted gain is positive are treated."""
    treated = action.gain(predictions["predicted"]) > 0
    return action.gain(predictions["goal"]).where(treated, 0.0)


def gain_interval(predictions: pd.DataFrame, action: Action, *, n_boot: int, seed: int) -> tuple[float, float, float]:
    """Return the gain of deciding by segment, over deciding for all alike, per half-year, with its 95 % interval.

    The base is the better of treating everyone or no one. One segment more than one costs ``segment_cost``.
    """
    alike = max(0.0, float(action.gain(predictions["mean"].mean()) > 0))
    extra = (decision_gain(predictions, action) - alike * action.gain(predictions["goal"])).to_numpy()
    n, cost = len(extra), action.segment_cost * (predictions["segment"].nunique() - 1)
    weights = np.random.default_rng(seed).multinomial(n, np.full(n, 1 / n), n_boot)
    low, high = np.quantile(weights @ extra, [0.025, 0.975])
    return float(extra.sum() - cost), float(low - cost), float(high - cost)


def number_of_segments(
    prepared: np.ndarray,
    goal: pd.Series,
    action: Action,
    *,
    seed: int,
    most: int = 8,
    n_pairs: int = 6,
    method="kmeans",
) -> pd.DataFrame:
    """Compare numbers of segments by silhouette, by stability and by what they are worth for the decision.

    Parameters
    ----------
    prepared : array, shape (customers, variables)
        Criteria on one scale.

    Returns
    -------
    DataFrame, one row a number of segments, from 1
        ``k``, ``silhouette``, ``stability`` (both NaN for 1), ``explained`` (out of sample), ``gain`` (currency units,
        net of the cost of segments, over deciding for all alike), ``low``, ``high`` (95 % interval).
    """
    from sklearn.metrics import silhouette_score

    table, rows = pd.DataFrame(prepared, index=goal.index), []
    size = min(1000, len(table))
    for k in range(1, most + 1):
        segmenter = Clusters(method, k, 3, seed)
        predictions = out_of_sample(segmenter, table, goal, seed=seed)
        gain, low, high = gain_interval(predictions, action, n_boot=200, seed=seed) if k > 1 else (0.0, 0.0, 0.0)
        row = {
            "k": k,
            "explained": explained(predictions, n_boot=2, seed=seed)[0],
            "gain": gain,
            "low": low,
            "high": high,
        }
        if k > 1:
            labels = segmenter.fit(table).labels_
            row["silhouette"] = silhouette_score(prepared, labels, sample_size=size, random_state=seed)
            row["stability"] = bootstrap_stability(segmenter, table, n_pairs=n_pairs, seed=seed)[0]
        rows.append(row)
    return pd.DataFrame(rows)[["k", "silhouette", "stability", "explained", "gain", "low", "high"]]


def choices(table: pd.DataFrame) -> dict[str, int]:
    """Return the number of segments that each of three criteria prefers, in a table of :func:`number_of_segments`."""
    return {column: int(table.loc[table[column].idxmax(), "k"]) for column in ("silhouette", "stability", "gain")}


def smallest_size(gain_per_customer, action: Action):
    """Return how many customers a segment needs to pay for itself: fixed cost ÷ gain per customer (inf when none)."""
    gain = np.asarray(gain_per_customer, dtype=float)
    with np.errstate(divide="ignore"):
        return np.where(gain > 0, np.ceil(action.segment_cost / np.where(gain > 0, gain, 1.0)), np.inf)


def tell_best_niche(table: pd.DataFrame) -> str:
    """Say in French how large the segment of largest gain per customer is, and how large it should be."""
    top = table.loc[table["gain"].idxmax()]
    told = f"Le segment {top['segment']} gagne le plus par client ; il compte {number(top['customers'])} clients"
    if np.isinf(top["smallest"]):
        return f"{told}, et aucune taille n'y suffirait."
    return f"{told} et devrait en compter au moins {number(top['smallest'])}."


def niches(labels, goal: pd.Series, action: Action, *, seed: int) -> pd.DataFrame:
    """Find profitable segments on half of the customers, then check them on the other half.

    Parameters
    ----------
    labels : array
        Segment of each customer.

    Returns
    -------
    DataFrame, one row a segment
        ``segment`` (1: the most profitable), ``customers``, ``goal`` (mean per customer), ``gain_found``
        and ``gain_checked`` (gain per customer on each half),
        ``smallest`` (customers needed, by the gain of all), ``net`` (gain of the whole segment, fixed cost paid).
    """
    frame = pd.DataFrame({"segment": np.asarray(labels), "goal": goal.to_numpy(), "gain": action.gain(goal.to_numpy())})
    half = np.random.default_rng(seed).permutation(len(frame)) % 2 == 0
    order = frame.groupby("segment")["goal"].mean().sort_values(ascending=False).index
    frame["segment"] = frame["segment"].map({label: str(place) for place, label in enumerate(order, start=1)})
    out = frame.groupby("segment").agg(customers=("goal", "size"), goal=("goal", "mean"), gain=("gain", "mean"))
    out["gain_found"] = frame[half].groupby("segment")["gain"].mean()
    out["gain_checked"] = frame[~half].groupby("segment")["gain"].mean()
    out["smallest"] = smallest_size(out["gain"], action)
    out["net"] = out["gain"] * out["customers"] - action.segment_cost
    return out.reset_index()
