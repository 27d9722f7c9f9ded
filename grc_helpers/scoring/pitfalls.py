"""What makes a score hard: each trap shown failing, then mended."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

from grc_helpers.scoring.card import Scorecard
from grc_helpers.scoring.evaluation import auc_interval, banded, calibration_error, capture, psi, score_bands
from grc_helpers.scoring.rivals import boosting
from grc_helpers.scoring.snapshots import days_since_last_at, snapshot
from grc_helpers.scoring.tables import ScoringTable, scoring_table, split
from grc_helpers.style import number, percent

BIRTH, HALF_YEARS = date(2023, 6, 30), (date(2023, 12, 31), date(2024, 6, 30), date(2024, 12, 31), date(2025, 6, 30))


def leakage(data, traits: pd.DataFrame, *, cut: date, judge_share: float, seed: int) -> dict[str, float]:
    """Let the recency be counted at the end of the file instead of on the day of the score.

    Returns
    -------
    dict
        promised (AUC announced with the leak), in_use (AUC of the same card once it only has what is known on the day),
        mended (AUC of a card learnt without the leak). All on customers who did not learn.
    """
    table = scoring_table(snapshot(data, cut=cut, traits=traits))
    learn, judge = split(table, judge_share=judge_share, seed=seed)
    leaky = table.X.assign(days_since_last=days_since_last_at(data, data.observation_end, table.customer_id))
    wrong = Scorecard().fit(leaky.loc[learn], table.y[learn])
    right = Scorecard().fit(table.X.loc[learn], table.y[learn])
    scores = {"promised": wrong.totals(leaky.loc[judge]), "in_use": wrong.totals(table.X.loc[judge])}
    scores["mended"] = right.totals(table.X.loc[judge])
    return {name: auc_interval(table.y[judge], score)[0] for name, score in scores.items()}


def rare_event(y, probability) -> dict[str, float]:
    """Judge the same score by the share of right answers at one half, then by what its first fifth finds.

    Returns
    -------
    dict
        accuracy (right answers when « yes » is said above one half), lazy (when « no » is said to all), seen (share of
        the 1s that get a « yes »), first_fifth (share of the 1s among the 20 % best).
    """
    y, said = np.asarray(y), np.asarray(probability) > 0.5
    found = {"accuracy": (said == y).mean(), "lazy": max(y.mean(), 1 - y.mean()), "seen": said[y == 1].mean()}
    return found | {"first_fifth": capture(y, probability, share=0.2)[0]}


def distorted(table: ScoringTable, *, learn: pd.Index, judge: pd.Index, seed: int) -> dict[str, np.ndarray]:
    """Give rare answers more weight, which distorts probabilities, then recalibrate (Platt 1999).

    Returns
    -------
    dict of array
        weighted and mended: the probabilities announced to the customers who judge.
    """
    from sklearn.calibration import CalibratedClassifierCV

    heavy = boosting(seed=seed).set_params(histgradientboostingclassifier__class_weight="balanced")
    X, y = table.X.loc[learn], table.y[learn]
    with threadpool_limits(1):
        mended = CalibratedClassifierCV(heavy, method="sigmoid", cv=3).fit(X, y)
        models = {"weighted": heavy.fit(X, y), "mended": mended}
        return {name: model.predict_proba(table.X.loc[judge])[:, 1] for name, model in models.items()}


def missing_values(prospects: pd.DataFrame, *, cut: str) -> dict[str, float]:
    """Drop the prospects whose row is incomplete, then give « missing » a class of its own.

    Learnt on first contacts before the cut, judged on the later ones; a prospect that the first card cannot read comes
    last.

    Returns
    -------
    dict
        dropped (AUC), mended (AUC), unread (share of prospects left unread), unread_response, read_response.
    """
    early = prospects["first_contact"] < pd.Timestamp(cut)
    past, late = (
        scoring_table(part.drop(columns=["first_contact", "became"])) for part in (prospects[early], prospects[~early])
    )
    whole, read = past.X.notna().all(axis=1), late.X.notna().all(axis=1)
    dropped = Scorecard().fit(past.X[whole], past.y[whole]).totals(late.X).where(read, -1)
    kept = Scorecard().fit(past.X, past.y).totals(late.X)
    found = {name: auc_interval(late.y, score)[0] for name, score in {"dropped": dropped, "mended": kept}.items()}
    return found | {
        "unread": (~read).mean(),
        "unread_response": late.y[~read].mean(),
        "read_response": late.y[read].mean(),
    }


def drift(data, traits: pd.DataFrame) -> pd.DataFrame:
    """Use a card learnt six months after the file opens, half-year after half-year, beside one learnt anew each time.

    The new card is learnt on the half-year before, whose answers are known by then.

    Returns
    -------
    DataFrame indexed by day
        psi (of the first card's score against the day it was learnt), calibration (announced over observed), auc, and
        the same of the new card: new_psi, new_calibration, new_auc.
    """
    days = (BIRTH, *HALF_YEARS)
    tables = {day: scoring_table(snapshot(data, cut=day, traits=traits)) for day in days}
    cards = {day: Scorecard().fit(table.X, table.y) for day, table in tables.items()}
    rows = {}
    for before, day in zip(days, days[1:], strict=False):
        old, new = (_followed(cards[learnt], tables[learnt], tables[day]) for learnt in (BIRTH, before))
        rows[day] = (*old, *new)
    columns = ["psi", "calibration", "auc", "new_psi", "new_calibration", "new_auc"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns)


def five_traps(
    *, leak: dict, rare: dict, distortion: dict[str, float], holes: dict, aged: pd.DataFrame
) -> pd.DataFrame:
    """Return the traps as a table to be read: what is measured, before and after mending.

    Parameters
    ----------
    leak, rare, holes : dict
        Of `leakage`, `rare_event`, `missing_values`.
    distortion : dict
        Announced over observed, for each of `distorted`.
    aged : DataFrame
        Of `drift`; its last row is told.

    Returns
    -------
    DataFrame
        Piège, Mesure, Avant, Après.
    """
    told = {
        name: percent(value, 0) for part in (leak, rare, holes, dict(aged.iloc[-1])) for name, value in part.items()
    }
    hidden = f"{told['accuracy']} de bonnes réponses, {told['seen']} des oui reconnus"
    rows = [
        ("Fuite (Merle, simulés)", "AUC promise, puis à l'usage", f"{told['promised']}, puis {told['in_use']}")
        + (f"{percent(leak['mended'], 0)} : indices arrêtés au jour du score",),
        (
            "Événement rare (jeu étudié)",
            "Oui reconnus",
            hidden,
            f"{told['first_fifth']} des oui dans le meilleur cinquième",
        ),
        (
            "Probabilités (jeu étudié)",
            "Annoncé ÷ observé",
            number(distortion["weighted"], 2),
            f"{number(distortion['mended'], 2)} : recalibré",
        ),
        ("Manquants (prospects Merle, simulés)", "AUC", f"{told['dropped']} : lignes incomplètes jetées")
        + (f"{percent(holes['mended'], 0)} : « manquant » est une classe",),
        (
            "Dérive (Merle, simulés)",
            "AUC, la dernière fois",
            f"{told['auc']} : carte de 2023",
            f"{told['new_auc']} : réapprise",
        ),
    ]
    return pd.DataFrame(rows, columns=["Piège", "Mesure", "Avant", "Après"])


def _followed(card: Scorecard, then: ScoringTable, now: ScoringTable) -> tuple[float, float, float]:
    scores = [card.totals(table.X) for table in (then, now)]
    bounds = score_bands(scores[0])
    moved = psi(*(banded(score, bounds) for score in scores))
    return moved, calibration_error(now.y, card.predict_proba(now.X)[:, 1]), auc_interval(now.y, scores[1])[0]
