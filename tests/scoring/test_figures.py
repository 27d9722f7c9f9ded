"""Figures of scoring: what their titles state, and that they draw the data they are given."""

from datetime import date

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from grc_helpers.scoring import figures
from grc_helpers.scoring.decision import profit_curve
from grc_helpers.scoring.evaluation import calibration, gain_curve


@pytest.fixture(autouse=True)
def closed():
    yield
    plt.close("all")


def title(ax):
    return (ax.get_title(loc="left") or ax.get_title()).replace("\u202f", " ").replace("\u00a0", " ")


def test_gains_read_the_first_curve():
    y = np.r_[np.ones(10), np.zeros(90)]
    ax = figures.plot_gains({"parfait": gain_curve(y, y), "nul": gain_curve(y, np.zeros(100))}, share=0.05)
    assert title(ax) == "5 % des clients contactés : 50,0 % des oui touchés"
    assert [line.get_label() for line in ax.lines[:3]] == ["parfait", "nul", "au hasard (tapis de bombes)"]


@pytest.mark.parametrize(("stop", "told"), [(0.4, "Cibler rapporte 12 € de plus que"), (0.1, "Cibler coûte")])
def test_profit_says_what_targeting_brings_or_costs(stop, told):
    y = np.array([1, 1, 1, 1, 0, 0, 0, 0, 0, 0])
    curve = profit_curve(y, np.arange(10, 0, -1), cost=2 if stop == 0.4 else 0.1, margin=9)
    assert title(figures.plot_profit(curve, stop=stop, currency="EUR")).startswith(told)


def test_a_clue_tells_its_range_and_each_class_its_weight():
    table = pd.DataFrame({"customers": [10, 20], "yes_share": [0.05, 0.3], "woe": [-0.5, 0.6]}, index=["a", "b"])
    ax = figures.plot_clue(table, name="Contrat", mean=0.2)
    assert title(ax) == "« Contrat » : de 5,0 % à 30,0 % de oui selon la classe"
    assert any("poids 0,60" in text.get_text() for text in ax.texts)


def test_points_add_up_in_the_title():
    points = pd.DataFrame({"value": ["a", "b"], "points": [12, 30], "mean": [10.0, 8.4]}, index=["Contrat", "Âge"])
    assert title(figures.plot_points(points)) == "42 points, contre 18 en moyenne"


def test_calibration_draws_one_point_a_group():
    p = np.linspace(0.01, 0.9, 500)
    table = calibration(np.random.default_rng(0).random(500) < p, p)
    ax = figures.plot_calibration({"carte": table}, title="t")
    assert len(ax.lines[1].get_xdata()) == len(table)


def test_seeds_drift_and_weights_count():
    study = pd.DataFrame({"card": [0.7, 0.8, 0.6], "boosting": [0.75, 0.7, 0.5]}, index=[4, 5, 6])
    assert title(figures.plot_seeds(study)) == "La carte l'emporte dans 2 tirages sur 3"
    followed = pd.DataFrame(
        {"psi": [0.05, 0.3], "new_psi": [0.02, 0.01]}, index=[date(2024, 6, 30), date(2024, 12, 31)]
    )
    assert "1 fois sur 2" in title(figures.plot_drift(followed, watch=0.1, stop=0.25))
    draws = pd.DataFrame({"auc": [0.6, 0.7, 0.8, 0.9]})
    assert "battent 75 % des poids" in title(figures.plot_weights(draws, learnt=0.85, equal=0.8))
