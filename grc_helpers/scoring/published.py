"""Published results on Caravan, and the same computations on our table."""

from __future__ import annotations

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

COIL_OWNERS, COIL_PICKED, COIL_CUSTOMERS = 238, 800, 4000  # van der Putten, de Ruiter & van Someren (2000)
COIL = {
    "Au hasard": 42,
    "k plus proches voisins (référence)": 94,
    "Bayes naïf (référence)": 102,
    "Réseau de neurones (référence)": 109,
    "Modèle linéaire (référence)": 118,
    "Vainqueur : Bayes naïf (C. Elkan)": 121,
}
FIRST = 1000  # customers who judge in the book, in the order of the table


def islr_results(X: pd.DataFrame, y: pd.Series) -> dict[str, float]:
    """Redo the Caravan lab of James, Witten, Hastie & Tibshirani (2013), section 4.6.6.

    Columns are standardised on all customers, the first thousand judge, the others learn.

    Parameters
    ----------
    X, y
        The 85 columns and the answer, in the order of the table.

    Returns
    -------
    dict
        knn_error (one neighbour), knn_said and knn_right (customers told to buy; those who do), logit_said_half,
        logit_right_half (probability above 0.5), logit_said_quarter, logit_right_quarter (above 0.25).
    """
    from sklearn.linear_model import LogisticRegression
    from sklearn.neighbors import KNeighborsClassifier
    from sklearn.preprocessing import StandardScaler

    scaled, y = StandardScaler().fit_transform(X), y.to_numpy()
    test, train = slice(0, FIRST), slice(FIRST, None)
    with threadpool_limits(1):
        near = KNeighborsClassifier(1).fit(scaled[train], y[train]).predict(scaled[test]).astype(bool)
        logit = LogisticRegression(C=1e10, solver="newton-cholesky", tol=1e-8).fit(scaled[train], y[train])
        probability = logit.predict_proba(scaled[test])[:, 1]
    found = {"knn_error": (near != y[test]).mean(), "knn_said": near.sum(), "knn_right": y[test][near].sum()}
    for name, limit in {"half": 0.5, "quarter": 0.25}.items():
        said = probability > limit
        found |= {f"logit_said_{name}": said.sum(), f"logit_right_{name}": y[test][said].sum()}
    return {name: float(value) for name, value in found.items()}


def coil_first_fifth(X: pd.DataFrame, y: pd.Series, *, seed: int) -> tuple[float, float, float]:
    """Return the share of owners in the first fifth of a card's score, by cross-validation, with its 95 % interval.

    The challenge judged on 4 000 other customers, which are not in the table: the shares compare, they cannot be equal.
    """
    from sklearn.model_selection import StratifiedKFold, cross_val_predict

    from grc_helpers.scoring.card import Scorecard
    from grc_helpers.scoring.evaluation import capture

    folds = StratifiedKFold(5, shuffle=True, random_state=seed)
    with threadpool_limits(1):
        announced = cross_val_predict(Scorecard(), X, y, cv=folds, method="predict_proba")[:, 1]
    return capture(y, announced, share=COIL_PICKED / COIL_CUSTOMERS)


def coil_table(ours: tuple[float, float, float]) -> pd.DataFrame:
    """Return the challenge's results and ours, as shares of the owners and as owners among the 800.

    Returns
    -------
    DataFrame indexed by method
        found_in_800 (owners; NaN for ours, who are other customers), reached_share.
    """
    rows = {name: (count, count / COIL_OWNERS) for name, count in COIL.items()}
    rows["Notre carte, validation croisée, autres clients"] = (np.nan, ours[0])
    return pd.DataFrame.from_dict(rows, orient="index", columns=["found_in_800", "reached_share"]).rename_axis(
        "Méthode"
    )
