"""Reading a trial, refusing what is none, and the difference with the control group."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from grc_helpers.campaigns import design, effects, trials
from grc_helpers.data.loading import load
from grc_helpers.errors import GrcError


def contacts(tmp_path, rows, columns=("client", "date", "groupe")):
    path = tmp_path / "essai.csv"
    pd.DataFrame(rows, columns=list(columns)).to_csv(path, index=False, sep=";")
    return load(path, kind="contacts")


def many(n=30, groups=("traité", "témoin")):
    return [(f"C{k:03}", "15/03/2024", groups[k % len(groups)]) for k in range(n * len(groups))]


def test_a_trial_is_read_with_its_words_and_costs(tmp_path):
    trial = trials.read_trial(contacts(tmp_path, many(groups=("Traité", "TEMOIN"))), unit_cost=2.0)
    assert len(trial) == 60 and trial["treated"].sum() == 30 and trial["cost"].sum() == 60
    assert (trial["since"] == pd.Timestamp("2024-03-15")).all()
    again = trials.read_trial(contacts(tmp_path, many(groups=("1", "0"))), unit_cost=0.0)
    assert again["treated"].tolist() == trial["treated"].tolist()


def refused(tmp_path, message, rows, columns=("client", "date", "groupe"), **options):
    with pytest.raises(GrcError, match=message):
        trials.read_trial(contacts(tmp_path, rows, columns), unit_cost=1.0, **options)


def test_what_is_no_trial_is_refused(tmp_path):
    refused(
        tmp_path, "pas de groupe témoin", [(row[0], row[1], "papier") for row in many()], ("client", "date", "support")
    )
    refused(tmp_path, "pas de groupe témoin", many(groups=("traité",)))
    refused(tmp_path, "au moins 20 clients", many(3))
    refused(tmp_path, "ne sait pas lire", [*many(), ("X", "15/03/2024", "peut-être")])
    refused(tmp_path, "à la fois traités et témoins", [*many(), ("C000", "15/03/2024", "témoin")])


def test_several_campaigns_ask_which(tmp_path):
    rows = [(*row, campaign) for campaign in ("A", "B") for row in many()]
    columns = ("client", "date", "groupe", "campagne")
    refused(tmp_path, "plusieurs campagnes", rows, columns)
    refused(tmp_path, "n'est pas dans l'essai", rows, columns, campaign="Z")
    assert len(trials.read_trial(contacts(tmp_path, rows, columns), campaign="B", unit_cost=1.0)) == 60


def test_a_campaign_without_dates_is_refused_when_read(tmp_path):
    with pytest.raises(GrcError, match="date"):
        contacts(tmp_path, [(row[0], row[2]) for row in many()], ("client", "groupe"))


def test_sales_must_cover_the_trial(sales):
    daily = sales([("A", "2024-03-06", 1)])
    trial = pd.DataFrame(
        {"customer_id": ["A"], "treated": [True], "since": [pd.Timestamp("2024-03-05")], "cost": [0.0]}
    )
    bounds = {"start": pd.Timestamp("2024-01-01"), "end": pd.Timestamp("2024-03-31")}
    trials.check_sales(daily, trial, days=27, **bounds)
    with pytest.raises(GrcError, match="ne couvrent pas"):
        trials.check_sales(daily, trial, days=28, **bounds)
    with pytest.raises(GrcError, match="Aucun client"):
        trials.check_sales(daily.assign(customer_id="B"), trial, days=5, **bounds)


def test_outcomes_count_from_the_day_itself_to_the_last_one_excluded(sales):
    rows = [
        ("A", "2024-03-04", 1),
        ("A", "2024-03-05", 10),
        ("A", "2024-03-07", 100),
        ("A", "2024-03-08", 1000),
        ("Z", "2024-03-06", 5),
    ]
    trial = pd.DataFrame({"customer_id": ["B", "A"], "since": pd.Timestamp("2024-03-05")})
    found = trials.outcomes(sales(rows), trial, start=0, stop=3)
    assert found["amount"].tolist() == [0, 110] and found["orders"].tolist() == [0, 2]
    assert trials.outcomes(sales(rows), trial, start=-1, stop=0)["amount"].tolist() == [0, 1]


def test_orders_are_orders_where_the_file_has_them_and_days_elsewhere(tmp_path):
    path = tmp_path / "ventes.csv"
    rows = [("A", "2024-03-05", 10.5, "1"), ("A", "2024-03-05", 4.5, "1"), ("A", "2024-03-05", 5, "2")]
    for columns, orders in ((["client", "date", "montant", "commande"], 2), (["client", "date", "montant"], 1)):
        pd.DataFrame([row[: len(columns)] for row in rows], columns=columns).to_csv(path, index=False)
        daily = trials.daily_sales(load(path).table)
        assert daily["amount"].tolist() == [20.0] and daily["orders"].tolist() == [orders]


def test_difference_is_welch_and_strata_weigh_by_their_treated(rng):
    values, treated = rng.gamma(1, 5, 300), rng.random(300) < 0.4
    found = effects.difference(values, treated)
    assert found["p"] == stats.ttest_ind(values[treated], values[~treated], equal_var=False).pvalue
    assert found["low"] < found["effect"] < found["high"]
    # Two blocks, one where everybody buys and most are treated: the raw difference is wrong, the one by block is not.
    block = np.repeat([0, 1], [100, 100])
    treated = np.r_[np.arange(100) < 80, np.arange(100) < 20]
    noise = rng.normal(0, 1e-3, 200)
    blocked = effects.difference(10 * (block == 0) + 1.0 * treated + noise, treated, strata=block)
    assert (
        blocked["effect"] == pytest.approx(1, abs=1e-3)
        and effects.difference(10 * (block == 0) + 1.0 * treated, treated)["effect"] > 6
    )


def test_the_decision_needs_the_whole_interval_on_one_side():
    assert [effects.decide(*pair) for pair in ((0.1, 2), (-2, -0.1), (-1, 1))] == ["go", "no go", "prolonger l'essai"]


def test_three_readings_by_hand(sales):
    trial = pd.DataFrame(
        {"customer_id": list("ABCD"), "treated": [True, True, False, False], "since": pd.Timestamp("2024-03-01")}
    )
    trial["cost"] = 1.5 * trial["treated"]
    daily = sales(
        [
            ("A", "2024-03-02", 40),
            ("B", "2024-03-03", 20),
            ("C", "2024-03-02", 10),
            ("D", "2024-03-02", 30),
            ("D", "2024-03-20", 20),
        ]
    )
    net = effects.three_readings(daily, trial, window=10, days=30, margin_rate=0.5)["net_value"]
    assert net.tolist() == [15 - 1.5, 5 - 1.5, 0 - 1.5]


def test_the_voucher_brings_orders_forward_and_its_trial_sees_it(merle):
    trial = trials.campaign_trial(merle("ciblage"), "BON-2024", unit_cost=0.95, vouchers=merle("coupons"))
    redeemed = merle("coupons")["redeemed_on"].notna().sum()
    assert trial["cost"].sum() == pytest.approx(0.95 * trial["treated"].sum() + 5 * redeemed)
    table = effects.effect_table(merle("daily"), trial, window=21)
    before, during = table.iloc[0], table.iloc[1]
    assert before["low"] < 0 < before["high"]
    assert during["low"] < merle("verite/coupons")["use"].isin(["ajouté", "avancé"]).mean() < during["high"]
    path = effects.cumulative_effect(merle("daily"), trial, window=21, days=77)
    assert path["effect"].loc[21] == pytest.approx(during["effect"]) and list(path.index)[-1] == 77


def test_sample_size_is_the_textbook_one_and_goes_with_the_square(rng):
    # n by group = 2 (z.975 + z.80)² (s / d)²: 15.7 for d = s (Lehr's 16).
    assert design.customers_needed(1.0, spread=1.0) == pytest.approx(2 * 15.7, abs=1)
    assert design.customers_needed(0.1, spread=1.0) == pytest.approx(
        4 * design.customers_needed(0.2, spread=1.0), rel=0.01
    )
    n = design.customers_needed(0.3, spread=2.0, share=0.7)
    assert design.smallest_gain(spread=2.0, n=n, share=0.7) == pytest.approx(0.3, rel=0.01)
    assert design.power_curve([0.3], spread=2.0, n=n, share=0.7)[0] == pytest.approx(0.8, abs=0.01)
    treated = np.arange(n) < 0.7 * n
    seen = [effects.difference(rng.normal(0, 2, n) + 0.3 * treated, treated)["p"] < 0.05 for _ in range(400)]
    assert np.mean(seen) == pytest.approx(0.8, abs=0.08)


def test_one_look_keeps_its_5_percent_and_many_do_not():
    table = design.peeking(20, n=2000, trials=4000, seed=1)
    assert table["at_once"].iloc[-1] == pytest.approx(0.05, abs=4 * np.sqrt(0.05 * 0.95 / 4000))
    # Armitage, McPherson & Rowe (1969): 24.8 % after twenty looks at the 5 % level.
    assert table["false_alarms"].iloc[-1] == pytest.approx(0.248, abs=0.03)
    assert (
        table["false_alarms"].iloc[4] == pytest.approx(0.142, abs=0.025)
        and table["false_alarms"].is_monotonic_increasing
    )
