"""Probabilities of defection, on models whose truth is known."""

import numpy as np
import pandas as pd
import pytest

from grc_helpers.clv.bg_nbd import BgNbd
from grc_helpers.scoring.defection import chance_of_silence, contract_risk, judged


def test_a_new_customer_stays_silent_as_fader_hardie_lee_2005_equation_8_says():
    model = BgNbd().with_params((0.243, 4.414, 0.793, 2.426))  # their estimates on CDNOW
    new = pd.DataFrame({"frequency": [0.0], "recency": [0.0], "T": [0.0]})
    for t in (1.0, 10.0, 39.0):
        assert chance_of_silence(new, model, t=t)[0] == pytest.approx(float(model.pmf(0, t=t)))


def test_chance_of_silence_is_calibrated_on_simulated_customers():
    rng, n = np.random.default_rng(4), 20_000
    r, alpha, a, b, now, ahead = 1.2, 7.2, 0.7, 9.0, 52.0, 26.0
    rate, leave = rng.gamma(r, 1 / alpha, n), rng.beta(a, b, n)
    rows = np.zeros((n, 3))
    for i in range(n):
        day, last, count, future = 0.0, 0.0, 0, False
        while True:
            if day > 0 and rng.random() < leave[i]:
                break
            day += rng.exponential(1 / rate[i])
            if day > now + ahead:
                break
            if day > now:
                future = True
                break
            last, count = day, count + 1
        rows[i] = count, last, not future
    customers = pd.DataFrame({"frequency": rows[:, 0], "recency": rows[:, 1], "T": now})
    silence = chance_of_silence(customers, BgNbd().with_params((r, alpha, a, b)), t=ahead)
    found = pd.DataFrame({"p": silence, "silent": rows[:, 2]}).groupby(pd.qcut(silence, 5, labels=False)).mean()
    assert found["p"].sub(found["silent"]).abs().max() < 0.025


def test_contract_risk_by_hand():
    """Ten contracts of 100 days: two ended at 50 days; S(50) = 0.8. Those aged 40 have a risk of 1 − 0.8 / 1."""
    start = pd.to_datetime(["2024-01-01"] * 10 + ["2024-03-01"] * 5)
    end = pd.Series([pd.NaT] * 15)
    end[[0, 1]] = pd.Timestamp("2024-02-20")
    end[12] = pd.Timestamp("2024-04-15")  # after the cut: not known yet
    found = contract_risk(
        pd.DataFrame({"start_date": start, "end_date": end}), cut=pd.Timestamp("2024-04-10").date(), horizon=20
    )
    assert set(found["age"]) == {40}  # the curve stops at 100 days: it says nothing of the older ones at 120
    young = found
    assert len(young) == 5 and young["probability"].to_numpy() == pytest.approx(0.2)
    assert young["outcome"].sum() == 1


def test_survival_foresees_how_many_leave_when_all_are_alike():
    rng = np.random.default_rng(0)
    start = pd.Timestamp("2022-01-01") + pd.to_timedelta(rng.integers(0, 700, 4000), "D")
    end = start + pd.to_timedelta(np.ceil(rng.exponential(800, 4000)), "D")
    found = contract_risk(
        pd.DataFrame({"start_date": start, "end_date": end}), cut=pd.Timestamp("2024-01-01").date(), horizon=182
    )
    true = 1 - np.exp(-182 / 800)
    assert found["probability"].mean() == pytest.approx(true, abs=0.03)
    measures = judged(found["outcome"], found["probability"])
    assert (
        measures["calibration"] == pytest.approx(1, abs=0.12)
        and measures["auc_low"] < 0.5 < measures["auc_high"] + 0.03
    )


def test_acting_on_everybody_brings_nothing_and_knowing_brings_all():
    y = np.array([1, 0, 0, 0])
    assert judged(y, np.full(4, 0.25))["profit_per_contact"] == 0
    assert judged(y, y)["profit_per_contact"] == 0.75  # one contact, worth four, costs one: (4 − 1) / 4
