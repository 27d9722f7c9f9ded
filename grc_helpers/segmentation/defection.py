"""What a segmentation adds to a forecast of defection."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.stats import rankdata
from sklearn.base import clone
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold

from grc_helpers.errors import GrcError
from grc_helpers.segmentation.approaches import one_thread, prepare, unsupervised, usable
from grc_helpers.segmentation.customers import Customers
from grc_helpers.segmentation.judging import FOLDS

FORECASTS = {
    "segments": "le segment seul",
    "variables": "les critères",
    "both": "les critères et le segment",
    "added": "apport du segment aux critères",
}
LEAST = 30  # customers of each outcome


def defection_gain(customers: Customers, *, k: int, n_boot: int, seed: int) -> pd.DataFrame:
    """Compare forecasts of who buys nothing in the next half-year: by segments, by variables, by both.

    The segments (k-means) and the logistic regression are learnt on four fifths of the customers, the forecast made for
    the last fifth, in turn.

    Returns
    -------
    DataFrame indexed by ``segments``, ``variables``, ``both``, ``added``
        ``auc`` (the last row: both − variables), ``low``, ``high`` (95 % interval, customers drawn again).

    Raises
    ------
    GrcError
        Fewer than thirty customers who left, or who stayed.
    """
    gone = customers.gone
    if min(gone.sum(), (~gone).sum()) < LEAST:
        raise GrcError(
            "Trop peu de départs, ou de clients restés, pour juger une prévision de défection.",
            where=f"{gone.sum()} clients sans achat au second semestre, sur {len(gone)}",
            todo=f"il faut au moins {LEAST} clients de chaque sorte : prenez une base plus grande",
        )
    columns = usable(customers.columns("comportement", "situation"), customers.now)
    risk = {name: pd.Series(np.nan, index=gone.index) for name in ("segments", "variables", "both")}
    for train, test in StratifiedKFold(FOLDS, shuffle=True, random_state=seed).split(customers.now, gone):
        learn, new = customers.now.iloc[train], customers.now.iloc[test]
        segmenter = clone(unsupervised(columns, customers.now, k=k, seed=seed)).fit(learn)
        variables = prepare(usable(columns, learn), learn).fit(learn)
        tables = []
        for frame in (learn, new):
            dummies = np.eye(k)[segmenter.predict(frame)]
            numbers = variables.transform(frame)
            tables.append({"segments": dummies, "variables": numbers, "both": np.hstack([numbers, dummies])})
        for name in risk:
            with one_thread():
                model = LogisticRegression(max_iter=500).fit(tables[0][name], gone.iloc[train])
            risk[name].iloc[test] = model.predict_proba(tables[1][name])[:, 1]
    return _intervals(pd.DataFrame(risk), gone, n_boot=n_boot, seed=seed)


def _intervals(risk: pd.DataFrame, gone: pd.Series, *, n_boot: int, seed: int) -> pd.DataFrame:
    left, forecasts = gone.to_numpy(), risk.to_numpy()

    def aucs(rows) -> np.ndarray:
        alone, cases, both = concordance(left[rows], forecasts[rows])
        return np.array([alone, cases, both, both - cases])

    rng = np.random.default_rng(seed)
    draws = [rng.integers(0, len(left), len(left)) for _ in range(n_boot)]
    low, high = np.quantile([aucs(rows) for rows in draws if 0 < left[rows].sum() < len(rows)], [0.025, 0.975], axis=0)
    table = {"auc": aucs(np.arange(len(left))), "low": low, "high": high}
    return pd.DataFrame(table, index=[*risk.columns, "added"])


def concordance(left: np.ndarray, forecasts: np.ndarray) -> np.ndarray:
    """Return the AUC of each column: the chance that who left was given a larger risk (ties count for half).

    Mann and Whitney's statistic, from ranks.
    """
    ranks, positive = rankdata(forecasts, axis=0), left.sum()
    return (ranks[left].sum(axis=0) - positive * (positive + 1) / 2) / (positive * (len(left) - positive))
