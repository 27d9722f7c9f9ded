"""Objectives by hand, the coverage of their intervals, and what is refused."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from grc_helpers import strategy
from grc_helpers.errors import GrcError


def spend(*rows):
    return pd.DataFrame(rows, columns=["customer_id", "period", "spend", "n_orders"])


SMALL = spend(
    *[("a", 0, 5.0, 1), ("a", 1, 10.0, 1), ("a", 2, 20.0, 1)],
    *[("b", 1, 30.0, 3), ("b", 2, 40.0, 1), ("c", 1, 20.0, 2), ("d", 0, 5.0, 1), ("d", 2, 60.0, 4)],
)


def test_three_periods_of_a_year_at_most_that_end_with_the_observation():
    assert strategy.three_periods(date(2020, 1, 1), date(2023, 12, 31)) == [
        *(date(2021, 1, 1), date(2022, 1, 1), date(2023, 1, 1), date(2024, 1, 1)),
    ]
    assert strategy.three_periods(date(2024, 1, 1), date(2024, 1, 30)) == [
        *(date(2024, 1, 1), date(2024, 1, 11), date(2024, 1, 21), date(2024, 1, 31)),
    ]
    with pytest.raises(GrcError, match="(?s)au moins 30 jours.*29 jours"):
        strategy.three_periods(date(2024, 1, 1), date(2024, 1, 29))


def test_objectives_by_hand():
    table = strategy.objectives(SMALL, {"spend": 0.10, "orders": 0.0, "basket": 0.0, "attrition": -0.10})
    assert table["baseline"].tolist() == pytest.approx([20, 2, 10, 0.5])  # d, of two before, did not come
    assert table["target"].tolist() == pytest.approx([22, 2, 10, 0.4])
    assert table["realised"].tolist() == pytest.approx([40, 2, 20, 1 / 3])  # c, of three, did not come
    assert table.loc["spend", "gap"] == pytest.approx(18)
    # Spend a buyer: deviations −20, 0, 20 over three buyers.
    assert table.loc["spend", "high"] - 40 == pytest.approx(1.959964 * np.sqrt(800) / 3)
    assert table.loc["attrition", ["low", "high"]].between(0, 1).all()
    assert table["outcome"].tolist() == [strategy.UNSURE] * 2 + [strategy.REACHED, strategy.UNSURE]


def test_the_side_of_the_target_that_is_good_depends_on_the_indicator():
    many = pd.concat([SMALL.assign(customer_id=SMALL["customer_id"] + str(k)) for k in range(200)])
    table = strategy.objectives(many, {"spend": 0.1, "basket": 2.0, "attrition": -0.1})
    assert table["outcome"].tolist() == [strategy.REACHED, strategy.MISSED, strategy.REACHED]
    assert strategy.objectives(many, {"attrition": -0.3})["outcome"].item() == strategy.MISSED


def test_intervals_cover_the_truth_as_often_as_they_say():
    """Buyers spend an exponential amount of mean 50 over 1 + Poisson(1) orders: 50 a buyer, 2 orders, 25 a basket."""
    rng, inside = np.random.default_rng(3), []
    for _ in range(400):
        n = 150
        now = pd.DataFrame({"customer_id": range(n), "period": 2, "spend": rng.exponential(50, n)})
        before = now.assign(customer_id=range(n, 2 * n), period=1)
        there = pd.concat([before, now]).assign(n_orders=lambda d: 1 + rng.poisson(1, len(d)))
        there = pd.concat([there, before.assign(period=0, n_orders=1)])
        table = strategy.objectives(there, {"spend": 0.0, "orders": 0.0, "basket": 0.0})
        inside.append((table["low"] <= [50, 2, 25]) & (table["high"] >= [50, 2, 25]))
    covered = np.mean(inside, axis=0)
    assert ((covered > 0.90) & (covered < 0.98)).all()  # 95 % ± 3 standard errors, and the skew of small samples


def test_margin_of_error_is_relative_but_for_attrition():
    table = strategy.objectives(SMALL, {"spend": 0.0, "attrition": 0.0})
    half = (table["high"] - table["low"]) / 2
    assert strategy.half_intervals(table).tolist() == pytest.approx([half["spend"] / 40, half["attrition"]])


def test_a_gap_as_large_as_the_margin_of_error_is_seen_one_time_in_two():
    """Buyers spend 10 ± 1 (normal law), and one margin of error more in the last period: the target was 10."""
    rng, outcomes, n = np.random.default_rng(5), [], 200
    before = pd.DataFrame({"customer_id": range(n), "period": 1, "spend": 10.0, "n_orders": 1})
    for _ in range(400):
        now = before.assign(period=2, spend=rng.normal(10 + 1.959964 / np.sqrt(n), 1, n))
        table = strategy.objectives(pd.concat([before.assign(period=0), before, now]), {"spend": 0.0})
        outcomes.append(table.loc["spend", "outcome"] == strategy.REACHED)
    assert np.mean(outcomes) == pytest.approx(0.5, abs=1.96 * np.sqrt(0.25 / 400))


def test_in_words_each_in_its_unit():
    words = strategy.objectives_in_words(strategy.objectives(SMALL, {"spend": 0.1, "attrition": -0.1}), currency="EUR")
    assert words["Cible"].tolist() == ["22,00\u202f€", "40,0\u202f%"]
    assert words["Écart à la cible"].tolist() == ["18,00\u202f€", "−6,7\u202fpoints"]
    said = strategy.realised_in_words(strategy.objectives(SMALL, {"spend": 0.1}), currency="EUR", title="Moi")
    assert said["spend"].startswith("« Moi » : 40,00\u202f€ [")


def test_what_is_refused():
    with pytest.raises(GrcError, match="(?s)« roi » n'est pas un indicateur.*spend"):
        strategy.objectives(SMALL, {"roi": 0.1})
    with pytest.raises(GrcError, match="(?s)trois périodes avec des ventes.*période 2 : aucun acheteur"):
        strategy.objectives(SMALL[SMALL["period"] < 2], {"spend": 0.1})
    with pytest.raises(GrcError, match="période 0 : aucun acheteur"):
        strategy.objectives(SMALL[SMALL["period"] > 0], {"spend": 0.1})
