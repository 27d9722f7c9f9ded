"""The calculated probability of defection, three ways: learnt from answers, from lifetimes, from purchases."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

from grc_helpers.scoring.evaluation import auc_interval, calibration_error


def chance_of_silence(customers: pd.DataFrame, model, *, t: float) -> pd.Series:
    """Return P(no purchase in the next ``t``) of a fitted BG/NBD.

    A customer alive at T stays silent for t with probability ((α + T) / (α + T + t))^(r + x): in the BG/NBD one leaves
    after a purchase only. Fader, Hardie & Lee (2005).

    Parameters
    ----------
    customers : DataFrame
        frequency, recency, T, in the model's unit of time.
    model : BgNbd
        Fitted.
    t : float
    """
    r, alpha = model.params_["r"], model.params_["alpha"]
    silent = ((alpha + customers["T"]) / (alpha + customers["T"] + t)) ** (r + customers["frequency"])
    return (1 - model.p_alive(customers) * (1 - silent)).rename("silence")


def purchases_then_silence(data, *, cut: date, end: date) -> tuple[pd.DataFrame, pd.Series]:
    """Return the customer table on a day (durations in weeks), and who then bought nothing until ``end``."""
    from datetime import timedelta

    from grc_helpers.data.warehouse import collect, customer_base, period_spend

    known = collect(customer_base(data.table, observation_end=cut, unit="week")).sort_values("customer_id")
    after = collect(period_spend(data.table, cuts=[cut + timedelta(days=1), end + timedelta(days=1)]))
    return known.reset_index(drop=True), (~known["customer_id"].isin(after["customer_id"])).astype(int).reset_index(
        drop=True
    )


def contract_risk(contracts: pd.DataFrame, *, cut: date, horizon: int) -> pd.DataFrame:
    """Foresee which running contracts end within a horizon, by the survival curve of contracts (Kaplan & Meier 1958).

    The curve is learnt from what is known on the day of the cut. P(end within h | age a) = 1 − S(a + h) / S(a).

    Parameters
    ----------
    contracts : DataFrame
        start_date, end_date (NaT: running).
    cut : date
        Last day that is known.
    horizon : int
        Days.

    Returns
    -------
    DataFrame, one row a contract that runs on the day of the cut, and that the curve can follow to the horizon
        age (days), probability, outcome (1 when it ended in the horizon).
    """
    from statsmodels.duration.survfunc import SurvfuncRight

    day, known = pd.Timestamp(cut), contracts[contracts["start_date"] <= pd.Timestamp(cut)]
    ended = known["end_date"] <= day
    age = (known["end_date"].where(ended, day) - known["start_date"]).dt.days.clip(lower=1)
    curve = SurvfuncRight(age, ended.astype(int))
    times, survival = np.r_[0, curve.surv_times], np.r_[1.0, curve.surv_prob]
    running = age[~ended & (age + horizon <= age.max())]
    at = [survival[np.searchsorted(times, running + ahead, side="right") - 1] for ahead in (0, horizon)]
    outcome = known.loc[running.index, "end_date"] <= day + pd.Timedelta(days=horizon)
    return pd.DataFrame({"age": running, "probability": 1 - at[1] / at[0], "outcome": outcome.astype(int)})


def judged(y, probability) -> dict[str, float]:
    """Return how a probability of defection does: customers, yes_share, auc and interval, calibration, profit.

    ``calibration`` is the mean announced over the share observed. ``profit`` is what choosing whom to hold back brings
    a customer, in costs of a contact, when a departure foreseen is worth 1 / (mean rate): acting on everybody then
    brings nothing, and all of it comes from the ranking.
    """
    y, probability = np.asarray(y), np.asarray(probability, dtype=float)
    auc, low, high = auc_interval(y, probability)
    chosen = probability >= y.mean()
    profit = float((chosen * (y / y.mean() - 1)).mean())
    found = {"customers": len(y), "yes_share": y.mean(), "auc": auc, "auc_low": low, "auc_high": high}
    return found | {"calibration": calibration_error(y, probability), "profit_per_contact": profit}


def defection_table(telecom, cdnow, merle, contracts: pd.DataFrame, *, judge_share: float, seed: int) -> pd.DataFrame:
    """Judge each way to a probability of defection on customers or on days that it has not seen.

    Parameters
    ----------
    telecom : ScoringTable
    cdnow, merle : Dataset
        Transactions.
    contracts : DataFrame
        Of the simulated firm (see `contract_risk`).

    Returns
    -------
    DataFrame indexed by (data and way)
        The measures of `judged`.
    """
    from grc_helpers.scoring.card import Scorecard
    from grc_helpers.scoring.rivals import boosting
    from grc_helpers.scoring.tables import split

    learn, judge = split(telecom, judge_share=judge_share, seed=seed)
    rows, truth = {}, telecom.y[judge]
    for name, model in {"carte de score": Scorecard(), "boosting": boosting(seed=seed)}.items():
        with threadpool_limits(1):
            model.fit(telecom.X.loc[learn], telecom.y[learn])
            rows[f"Télécom (fictif) : {name}"] = judged(truth, model.predict_proba(telecom.X.loc[judge])[:, 1])
    middle = date(1997, 9, 30)
    rows |= _two_ways("CDNOW (réel)", cdnow, middle, cdnow.observation_end, judge_share, seed)
    rows |= _two_ways("Merle (simulé)", merle, date(2024, 12, 31), merle.observation_end, judge_share, seed)
    risk = contract_risk(contracts, cut=date(2024, 12, 31), horizon=365)
    rows["Contrats Merle (simulés) : survie"] = judged(risk["outcome"], risk["probability"])
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("Données et méthode")


def _two_ways(title: str, data, cut: date, end: date, judge_share: float, seed: int) -> dict[str, dict]:
    """Judge BG/NBD, which needs no answer, and a card, which learns from those of the other customers."""
    from sklearn.model_selection import train_test_split

    from grc_helpers.clv.bg_nbd import BgNbd
    from grc_helpers.scoring.card import Scorecard

    known, gone = purchases_then_silence(data, cut=cut, end=end)
    weeks = (end - cut).days / 7
    silence = chance_of_silence(known, BgNbd().fit(known), t=weeks)
    learn, judge = train_test_split(known.index, test_size=judge_share, stratify=gone, random_state=seed)
    clues = known[["frequency", "recency", "T", "days_since_last", "monetary_value"]].astype(float)
    card = Scorecard().fit(clues.loc[learn], gone[learn])
    return {
        f"{title} : BG/NBD": judged(gone[judge], silence[judge]),
        f"{title} : carte de score": judged(gone[judge], card.predict_proba(clues.loc[judge])[:, 1]),
    }
