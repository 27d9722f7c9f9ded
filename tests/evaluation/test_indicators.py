"""Each indicator against its definition, on sales typed in."""

import numpy as np
import pandas as pd
import pytest

from grc_helpers.errors import GrcError
from grc_helpers.evaluation import firm, indicators


def sales_file(tmp_path, rows):
    path = tmp_path / "ventes.csv"
    pd.DataFrame(rows, columns=["client", "date", "montant"]).to_csv(path, index=False)
    return path


@pytest.fixture
def board(tmp_path):
    """Ten customers buy 10 a year, five of them 50 more in December 2023; one leaves after 2022."""
    from grc_helpers import strategy
    from grc_helpers.data.loading import load
    from grc_helpers.data.warehouse import collect, customer_base, period_spend

    rows = [(f"C{k}", f"{year}-03-01", 10) for k in range(10) for year in (2021, 2022, 2023) if (k, year) != (9, 2023)]
    rows += [(f"C{k}", "2023-12-31", 50) for k in range(5)] + [("C0", "2021-01-01", 10)]
    data = load(sales_file(tmp_path, rows))
    cuts = strategy.three_periods(data.observation_start, data.observation_end)
    spend = collect(period_spend(data.table, cuts=cuts))
    base = collect(customer_base(data.table, observation_end=data.observation_end))
    return indicators.sales_indicators(data, base, spend, silence_days=300).set_index("indicator")


def test_each_indicator_follows_its_formula(board):
    value = board["value"]
    assert value["Clients actifs"] == 9
    assert value["CA par client, moyenne"] == pytest.approx((9 * 10 + 5 * 50) / 9)
    assert value["CA par client, médiane"] == 60
    assert value["Fréquence"] == pytest.approx(14 / 9)
    assert value["Panier moyen"] == pytest.approx(340 / 14)
    assert value["Attrition d'une période à l'autre"] == pytest.approx(1 / 10)
    assert value["Attrition au silence de 300 jours"] == pytest.approx(5 / 10)
    ages = [1094] + [1035] * 4 + [730] * 4 + [365]  # days from first to last purchase
    assert value["Durée observée"] == pytest.approx(np.mean(ages) / (365.25 / 12), rel=1e-3)
    assert value["Clients fidèles"] == 5 and value["Part de clients fidèles"] == pytest.approx(5 / 9)
    assert value["CA des fidèles"] == pytest.approx(300 / 340)


def test_every_estimate_has_its_interval_around_it(board):
    estimated = board.dropna(subset="low")
    assert len(estimated) == 10 and (estimated["low"] <= estimated["value"]).all()
    assert (estimated["value"] <= estimated["high"]).all()


def test_words_carry_formula_unit_source_and_interval(board):
    words = indicators.in_words(board.reset_index(), currency="EUR").set_index("Indicateur")
    assert words.loc["Panier moyen", "Formule"] == "CA ÷ commandes" and words.loc["Panier moyen", "Unité"] == "EUR"
    assert "« montant »" in words.loc["Panier moyen", "Source"]
    assert words["Valeur et intervalle à 95 %"]["Clients actifs"] == "9"
    assert "[" in words["Valeur et intervalle à 95 %"]["Panier moyen"]


def test_a_ratio_of_equal_customers_has_no_spread_and_nothing_to_divide_by_is_said():
    assert indicators.ratio_interval([2, 4], [1, 2]) == (2, 2, 2)
    with pytest.raises(GrcError, match="base positive"):
        indicators.ratio_interval([0, 0], [0, 0])


def test_a_ratio_of_ones_is_a_mean():
    values = np.array([1.0, 2.0, 6.0])
    ratio, low, high = indicators.ratio_interval(values, np.ones(3))
    assert ratio == 3 and high - ratio == pytest.approx(1.959964 * values.std() / np.sqrt(3)) and low < ratio


def test_the_interval_of_a_median_holds_it_ninety_five_times_in_a_hundred():
    rng, inside, runs = np.random.default_rng(7), 0, 2000
    for values in rng.lognormal(size=(runs, 51)):
        _, low, high = indicators.median_interval(values)
        inside += low <= 1 <= high
    assert 0.95 - 3.5 * np.sqrt(0.05 * 0.95 / runs) <= inside / runs <= 0.98  # exact law: 0.951 or more, discrete


def test_winsorised_brings_down_the_top_only():
    values = np.append(np.ones(99), 1000.0)
    assert indicators.winsorised(values, top=0.02).max() == pytest.approx(1.0) and len(values) == 100
    assert (indicators.winsorised([3, 4, 5], top=0.0) == [3, 4, 5]).all()


def test_cohorts_are_followed_as_long_and_small_ones_left_out():
    days = pd.to_datetime(["2023-01-10", "2023-02-10", "2023-05-10", "2023-08-01", "2023-12-20"])
    rows = [(f"C{k}", day, 10.0) for k, day in enumerate(days.repeat(20))]
    rows += [("C0", pd.Timestamp("2023-02-01"), 5.0), ("C0", pd.Timestamp("2023-11-01"), 99.0), ("late", days[2], 1.0)]
    daily = pd.DataFrame(rows, columns=["customer_id", "date", "amount"])
    table = indicators.spend_by_cohort(daily, end="2023-12-31", days=91)
    assert list(table.index) == ["2023 T1", "2023 T2", "2023 T3"] and list(table["customers"]) == [40, 21, 20]
    assert table.loc["2023 T1", "mean"] == pytest.approx((400 + 5) / 40)
    assert table.loc["2023 T2", "median"] == 10


def merle_like():
    customers = pd.DataFrame(
        {
            "customer_id": list("ABC"), "acquired": pd.to_datetime(["2023-02-01", "2025-02-01", "2025-06-01"]),
            "acquisition_cost": [100.0, 10.0, 20.0], "card_from": pd.to_datetime(["2024-01-01", None, None]),
        }
    )  # fmt: skip
    sales = pd.DataFrame(
        {
            "order_id": list("123"), "customer_id": list("AAB"), "amount": [30.0, 10.0, 20.0],
            "date": pd.to_datetime(["2025-03-01", "2025-04-01", "2025-05-01"]), "channel": ["web", "boutique", "web"],
        }
    )  # fmt: skip
    return customers, sales


def test_indicators_of_the_firm_follow_their_formulas():
    customers, sales = merle_like()
    wallet = pd.DataFrame({"customer_id": list("AB"), "declared_share": [0.9, 0.5], "declared_category": [80.0, 40.0]})
    truth = pd.Series({"A": 0.6, "B": 0.4})
    ledger = pd.DataFrame({"order_id": ["1", None]})
    table = firm.firm_indicators(customers, sales, ledger, wallet, truth, end="2025-12-31").set_index("indicator")
    value = table["value"]
    assert value["Taux d'encartement"] == 0.5 and value["CA encarté"] == 0.5
    assert value["PMG : panier moyen général"] == 20 and value["Panier moyen encarté"] == 30
    assert value["CAC"] == 15
    assert value["Part de client déclarée (taux de nourriture)"] == pytest.approx(0.7)
    assert value["Part de client calculée"] == pytest.approx(0.5) and value["Part de client vraie"] == 0.5


def test_an_order_is_followed_by_its_complaint_and_the_mark_of_the_next_survey():
    _, sales = merle_like()
    tickets = pd.DataFrame(
        {
            "order_id": ["1", "2", None], "type": ["réclamation", "question", "réclamation"],
            "delay_days": [4.0, 0.0, 1.0], "resolved": [True, True, False],
        }
    )  # fmt: skip
    answers = pd.DataFrame({"customer_id": ["A", "B"], "date": pd.to_datetime(["2025-04-15", "2025-06-15"])})
    table = firm.order_followup(sales, tickets, answers, pd.Series([4.0, 8.0]))
    assert table.loc["web", "complained"] == 0.5 and table.loc["boutique", "complained"] == 0
    assert table.loc["web", "solved"] == 1 and table.loc["web", "median_days"] == 4
    assert table.loc["boutique", "after_mark"] == 4 and table.loc["web", "after_mark"] == 8


@pytest.fixture
def mailing():
    contacts = pd.DataFrame(
        {"campaign_id": "X", "customer_id": [f"C{k}" for k in range(20)], "date": pd.Timestamp("2025-03-01")}
    )
    bought = [("C0", "2025-03-01"), ("C1", "2025-03-10"), ("C2", "2025-03-11"), ("C3", "2025-02-25")]
    return contacts, pd.DataFrame(bought, columns=["customer_id", "date"]).assign(
        date=lambda t: pd.to_datetime(t["date"])
    )


def test_conversion_counts_buyers_within_the_days(mailing):
    table = firm.conversion(*mailing, days=10, end="2025-12-31")
    assert table.loc["X", "contacted"] == 20 and table.loc["X", "transformed"] == pytest.approx(2 / 20)
    assert table.loc["X", "transformed_before"] == pytest.approx(1 / 20)


@pytest.mark.parametrize(("change", "end"), [({"date": pd.NaT}, "2025-12-31"), ({}, "2025-03-05")])
def test_a_campaign_without_dates_or_too_late_is_refused(mailing, change, end):
    contacts, bought = mailing
    with pytest.raises(GrcError, match="Aucune campagne ne se suit pendant 10 jours") as refusal:
        firm.conversion(contacts.assign(**change), bought, days=10, end=end)
    assert "sans date" in str(refusal.value) and "suivez moins de jours" in str(refusal.value)


def test_only_letters_of_campaigns_are_kept():
    contacts = pd.DataFrame({"channel": ["courrier", "courrier", "e-mail", None], "campaign_id": ["A", None, "A", "A"]})
    assert len(firm.letters_of(contacts)) == 1


def test_drift_is_told_with_its_interval():
    satisfied = pd.Series([True] * 60 + [False] * 40 + [True] * 60 + [False] * 40 + [True] * 10 + [False] * 90)
    waves = pd.Series(["2023"] * 100 + ["2024"] * 100 + ["2025"] * 100)
    assert "−50,0 points" in indicators.drift_in_words(satisfied, waves)
    assert "plus que le hasard" in indicators.drift_in_words(satisfied, waves)
    assert "le hasard peut le faire" in indicators.drift_in_words(satisfied[:200], waves[:200])
    assert "pas de dérive" in indicators.drift_in_words(satisfied[:100], waves[:100])


def test_shares_stay_between_zero_and_one():
    table = pd.DataFrame({"unit": ["share", "money"], "low": [-0.1, -3.0], "high": [1.2, 9.0]})
    assert indicators.bounded(table)[["low", "high"]].to_numpy().tolist() == [[0, 1], [-3, 9]]
