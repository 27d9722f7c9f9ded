"""What segments add to a forecast of defection that recency, frequency and amount already make."""

from __future__ import annotations

import numpy as np
import pandas as pd


def past_figures(orders: pd.DataFrame, *, end) -> pd.DataFrame:
    """Return each customer's recency (days at ``end``), logarithms of orders and of mean amount."""
    groups = orders.groupby("customer_id")
    days = (pd.Timestamp(end) - pd.to_datetime(groups["date"].max())).dt.days
    return pd.DataFrame(
        {"recency": np.log1p(days), "orders": np.log(groups.size()), "amount": np.log(groups["amount"].mean())}
    )


def gain_in_auc(
    past: pd.DataFrame, segments: pd.Series, left: pd.Series, *, n_boot: int, seed: int
) -> dict[str, float] | None:
    """Compare two logistic regressions out of sample, without and with the segments.

    Half of the customers, drawn at random, teach both models; the other half judge them by AUC. The interval is that of
    a bootstrap of the judges.

    Parameters
    ----------
    past : DataFrame
        From :func:`past_figures`.
    segments, left : Series
        Segment known on the same day; True if the customer bought nothing afterwards.

    Returns
    -------
    dict
        without, with, gain, low, high, customers, left (share); None with fewer than 30 customers of either kind.
    """
    from sklearn.linear_model import LogisticRegression
    from sklearn.metrics import roc_auc_score
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    y = left.reindex(past.index).astype(int).to_numpy()
    if min(y.sum(), len(y) - y.sum()) < 30:
        return None
    rng = np.random.default_rng(seed)
    teach = rng.permutation(len(y)) < len(y) // 2
    dummies = pd.get_dummies(segments.reindex(past.index), prefix="s").astype(float).iloc[:, 1:]
    scores = []
    for table in (past, past.join(dummies)):
        model = make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000)).fit(table[teach], y[teach])
        scores.append(model.predict_proba(table[~teach])[:, 1])
    judged, draws = y[~teach], []
    while len(draws) < n_boot:
        rows = rng.integers(0, len(judged), len(judged))
        if 0 < judged[rows].sum() < len(judged):
            draws.append(roc_auc_score(judged[rows], scores[1][rows]) - roc_auc_score(judged[rows], scores[0][rows]))
    without, with_ = (roc_auc_score(judged, score) for score in scores)
    low, high = np.quantile(draws, [0.025, 0.975])
    return {
        "without": float(without),
        "with": float(with_),
        "gain": float(with_ - without),
        "low": float(low),
        "high": float(high),
        "customers": len(y),
        "left": float(y.mean()),
    }


def segments_against_history(
    purchases, found: pd.DataFrame, *, start, end, category, n_missions: int, n_segments: int, seed: int, n_boot: int
) -> dict[str, float] | None:
    """Judge what segments, as known at two thirds of the observation, add to a forecast (:func:`gain_in_auc`).

    Customers are those with an order before the cut; left: no order after it. None where segments cannot be built.
    """
    from grc_helpers.behaviour.criteria import behaviour_of
    from grc_helpers.behaviour.segments import MixedClassification
    from grc_helpers.errors import GrcError

    cut = start + (end - start) * 2 // 3
    try:
        before = behaviour_of(
            purchases, found, start=start, end=cut, category=category, n_missions=n_missions, seed=seed
        )
        labels = MixedClassification(n_segments, seed=seed).fit(before.table).labels_
    except GrcError:
        return None
    past = past_figures(before.orders, end=cut)
    after = found.loc[pd.to_datetime(found["date"]) > pd.Timestamp(cut), "customer_id"].unique()
    left = pd.Series(~past.index.isin(after), index=past.index)
    return gain_in_auc(past, labels, left, n_boot=n_boot, seed=seed)
