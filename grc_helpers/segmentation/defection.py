"""What a segmentation adds to a forecast of defection."""

from __future__ import annotations

import numpy as np
import pandas as pd
from sklearn.base import clone
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import StratifiedKFold
from sklearn.pipeline import make_pipeline

from grc_helpers.errors import GrcError
from grc_helpers.segmentation.approaches import prepare, unsupervised, usable
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
            model = make_pipeline(LogisticRegression(max_iter=500)).fit(tables[0][name], gone.iloc[train])
            risk[name].iloc[test] = model.predict_proba(tables[1][name])[:, 1]
    return _intervals(pd.DataFrame(risk), gone, n_boot=n_boot, seed=seed)


def _intervals(risk: pd.DataFrame, gone: pd.Series, *, n_boot: int, seed: int) -> pd.DataFrame:
    def aucs(rows) -> pd.Series:
        found = pd.Series({name: roc_auc_score(gone.to_numpy()[rows], risk[name].to_numpy()[rows]) for name in risk})
        return pd.concat([found, pd.Series({"added": found["both"] - found["variables"]})])

    rng = np.random.default_rng(seed)
    draws = [rng.integers(0, len(gone), len(gone)) for _ in range(n_boot)]
    drawn = pd.DataFrame([aucs(rows) for rows in draws if 0 < gone.to_numpy()[rows].sum() < len(rows)])
    low, high = drawn.quantile(0.025), drawn.quantile(0.975)
    return pd.DataFrame({"auc": aucs(np.arange(len(gone))), "low": low, "high": high})
