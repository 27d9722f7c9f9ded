"""How the conclusions move with the seed."""

from __future__ import annotations

import numpy as np
import pandas as pd

from grc_helpers.segmentation.approaches import Clusters
from grc_helpers.segmentation.decision import Action, gain_interval
from grc_helpers.segmentation.judging import agreement, explained, out_of_sample


def seed_sensitivity(
    prepared: np.ndarray, goal: pd.Series, action: Action, *, k: int, seed: int, n_seeds: int = 6, most: int = 6
) -> pd.DataFrame:
    """Do everything again with other seeds: one start of k-means, other folds.

    Returns
    -------
    DataFrame, one row a seed, the first being ``seed``
        ``seed``, ``agreement`` (adjusted Rand index with the segments of the first seed), ``explained`` (out of sample,
        ``k`` segments), ``best_k`` (2 to ``most``, by gain), ``gain`` (of ``k`` segments).
    """
    table, rows, first = pd.DataFrame(prepared, index=goal.index), [], None
    for one in range(seed, seed + n_seeds):
        labels = Clusters("kmeans", k, 1, one).fit(table).labels_
        first = labels if first is None else first
        told = {n: out_of_sample(Clusters("kmeans", n, 1, one), table, goal, seed=one) for n in range(2, most + 1)}
        gains = {n: gain_interval(frame, action, n_boot=2, seed=one)[0] for n, frame in told.items()}
        own = told[k] if k in told else out_of_sample(Clusters("kmeans", k, 1, one), table, goal, seed=one)
        rows.append(
            {
                "seed": one,
                "agreement": agreement(first, labels),
                "explained": explained(own, n_boot=2, seed=one)[0],
                "best_k": max(gains, key=gains.get),
                "gain": gain_interval(own, action, n_boot=2, seed=one)[0],
            }
        )
    return pd.DataFrame(rows)
