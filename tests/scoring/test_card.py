"""Classes, weights of evidence and the card: by hand, on invariants, and on a known truth."""

import numpy as np
import pandas as pd
import pytest

from grc_helpers.scoring.card import Scorecard
from grc_helpers.scoring.classes import PRIOR, ClassMaker, WoeEncoder, information_values, warn_of_leaks, weigh


def two_classes(n=100_000):
    """Ten per cent of the 1s and five per cent of the 0s are in class « a »."""
    classes = pd.Series(pd.Categorical(["a"] * (n // 10 + n // 20) + ["b"] * (2 * n - n // 10 - n // 20)))
    y = np.r_[np.ones(n // 10), np.zeros(n // 20), np.ones(n - n // 10), np.zeros(n - n // 20)].astype(int)
    return classes, y


def test_weight_of_evidence_by_hand():
    table = weigh(*two_classes())
    assert table.loc["a", "woe"] == pytest.approx(np.log(2), abs=1e-3)
    by_hand = (0.10 - 0.05) * np.log(2) + (0.90 - 0.95) * np.log(0.90 / 0.95)
    assert information_values({"clue": table})["clue"] == pytest.approx(by_hand, abs=1e-4)
    assert table["customers"].tolist() == [15_000, 185_000] and table["events"].sum() == 100_000


def test_ten_average_customers_make_a_nearly_empty_class_weigh_little():
    classes = pd.Series(pd.Categorical(["rare"] + ["usual"] * 999))
    y = np.r_[1, np.arange(999) % 10 == 0].astype(int)
    mean = y.mean()
    ones, zeros = 1 + PRIOR * mean, PRIOR * (1 - mean)
    total = (y.sum() + 2 * PRIOR * mean, (1 - y).sum() + 2 * PRIOR * (1 - mean))
    assert weigh(classes, y).loc["rare", "woe"] == pytest.approx(np.log((ones / total[0]) / (zeros / total[1])))


def test_a_value_on_a_bound_is_in_the_lower_class():
    X = pd.DataFrame({"x": [0.0, 1.0, 2.0, 3.0] * 50})
    maker = ClassMaker(min_share=0.1).fit(X, [0, 0, 1, 1] * 50)
    assert maker.cuts_["x"].tolist() == [1.5] and maker.labels_["x"] == ["1 ou moins", "2 ou plus", "manquant"]
    got = maker.transform(pd.DataFrame({"x": [1.5, 1.5000001, np.nan]}))["x"]
    assert got.tolist() == ["1 ou moins", "2 ou plus", "manquant"]


def test_two_hundred_towns_and_reserved_names():
    rng = np.random.default_rng(0)
    towns = np.where(rng.random(4000) < 0.3, "Angers", [f"Ville {k}" for k in rng.integers(0, 199, 4000)])
    X = pd.DataFrame({"town": towns, "word": rng.choice(["autres", "manquant", None], 4000)})
    maker = ClassMaker().fit(X, rng.integers(0, 2, 4000))
    assert maker.kept_["town"] == ["Angers"] and maker.labels_["town"] == ["Angers", "autres", "manquant"]
    assert sorted(maker.labels_["word"]) == ["autres", "autres (valeur)", "manquant", "manquant (valeur)"]
    assert set(maker.transform(X)["word"]) == {"autres (valeur)", "manquant (valeur)", "manquant"}


def test_a_class_that_nobody_was_in_weighs_nothing():
    X = pd.DataFrame({"x": ["a", "b"] * 50})
    maker = ClassMaker().fit(X, [0, 1] * 50)
    encoder = WoeEncoder().fit(maker.transform(X), [0, 1] * 50)
    assert encoder.transform(maker.transform(pd.DataFrame({"x": ["nouveau", None]})))["x"].tolist() == [0.0, 0.0]


def simulated(n, seed=0):
    """Two independent clues with known effects on the log-odds, one twin, one of no use, some holes."""
    rng = np.random.default_rng(seed)
    X = pd.DataFrame({"tier": rng.choice(["a", "b", "c"], n), "member": rng.integers(0, 2, n).astype(float)})
    effects = X["tier"].map({"a": 0.0, "b": 0.7, "c": 1.5}) + 0.9 * X["member"]
    y = (rng.random(n) < 1 / (1 + np.exp(3 - effects))).astype(int)
    X["twin"], X["noise"] = X["tier"].str.upper(), rng.normal(size=n)
    return X.mask(rng.random(X.shape) < 0.02), y, effects


def test_the_card_finds_true_effects():
    X, y, _ = simulated(60_000)
    card = Scorecard(max_correlation=0.6).fit(X, y)
    points = card.card_.set_index(["clue", "class"])["points"] / card.factor
    assert sorted(card.clues_) == ["member", "tier"] or sorted(card.clues_) == ["member", "twin"]
    clue = "tier" if "tier" in card.clues_ else "twin"
    named = (lambda name: name) if clue == "tier" else str.upper
    steps = [points[clue, named(name)] - points[clue, named("a")] for name in ("b", "c")]
    assert steps == pytest.approx([0.7, 1.5], abs=0.1)
    assert points["member", "1"] - points["member", "0"] == pytest.approx(0.9, abs=0.1)


def test_points_add_up_by_hand_and_twenty_more_double_the_odds():
    X, y, _ = simulated(4000)
    card = Scorecard().fit(X, y)
    classes = card.maker_.transform(X[card.clues_])
    lookup = card.card_.set_index(["clue", "class"])["points"].to_dict()
    by_hand = [sum(lookup[clue, classes.loc[i, clue]] for clue in card.clues_) for i in X.index[:200]]
    assert card.totals(X).iloc[:200].tolist() == by_hand
    assert card.card_.groupby("clue")["points"].min().eq(0).all() and card.card_["points"].dtype == int
    totals, p = card.totals(X), card.predict_proba(X)[:, 1]
    odds = pd.Series(p / (1 - p)).groupby(totals.to_numpy()).first()
    low, high = odds.index[0], odds.index[-1]
    assert odds[high] / odds[low] == pytest.approx(2 ** ((high - low) / 20))
    assert p.mean() == pytest.approx(y.mean(), abs=1e-9)
    assert (card.predict(X) == (p > 0.5)).all()


def test_noise_alone_gives_a_card_that_separates_nobody():
    from grc_helpers.scoring.evaluation import auc_interval

    rng = np.random.default_rng(3)
    X, y = pd.DataFrame(rng.normal(size=(3000, 5)), columns=list("abcde")), rng.integers(0, 2, 3000)
    card = Scorecard().fit(X[:1500], y[:1500])
    _, low, high = auc_interval(y[1500:], card.totals(X[1500:]))
    assert len(card.clues_) >= 1 and low < 0.5 < high


def test_the_card_is_a_scikit_learn_classifier():
    from sklearn.base import clone
    from sklearn.model_selection import cross_val_score

    X, y, _ = simulated(1500)
    assert clone(Scorecard(max_clues=3)).max_clues == 3
    assert cross_val_score(Scorecard(), X, y, cv=3, scoring="roc_auc").min() > 0.6


def test_a_clue_that_knows_the_answer_is_named():
    values = pd.Series({"letter": 5.2, "age": 0.3})
    names = {"letter": "Date de la lettre", "age": "Âge"}
    assert (
        warn_of_leaks(values, names).endswith("(section 7) : Date de la lettre.")
        and warn_of_leaks(values[1:], names) == ""
    )
