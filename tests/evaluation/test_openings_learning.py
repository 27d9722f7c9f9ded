"""Reading behind opening; what learning costs, checked by hand and by formula."""

import numpy as np
import pandas as pd
import pytest

from grc_helpers.errors import GrcError
from grc_helpers.evaluation import claims, learning, openings


def test_the_correction_undoes_what_machines_do():
    read, prefetch, blocked, fetched = 0.3, 0.25, 0.2, 0.9
    honest = 1 - prefetch - blocked
    measured = honest * read + prefetch * (read + fetched * (1 - read))
    assert openings.corrected_rate(measured, prefetch=prefetch, blocked=blocked, fetched=fetched) == pytest.approx(read)
    assert openings.corrected_rate(0.4, prefetch=0, blocked=0) == pytest.approx(0.4)


def test_no_signal_no_rate():
    with pytest.raises(GrcError, match="ne disent plus rien"):
        openings.corrected_rate(0.9, prefetch=0.8, blocked=0.3, fetched=1.0)


def test_rates_count_each_email_and_draw_customers():
    emails = pd.DataFrame(
        {
            "email_id": list("abcd"), "customer_id": list("XXYZ"), "opened": [True, True, False, False],
            "clicked": [True, False, False, False],
        }
    )  # fmt: skip
    truth = pd.DataFrame({"email_id": list("dcba"), "read": [True, False, False, True], "mail_program": "fidèle"})
    table = openings.reading_rates(emails, truth, prefetch=0.0, blocked=0.0)
    assert table.loc["Ouvertures mesurées", "share"] == 0.5 == table.loc["Ouvertures corrigées", "share"]
    assert table.loc["Clics", "share"] == 0.25 and table.loc["Lectures vraies (simulateur)", "share"] == 0.5
    assert openings.by_program(emails, truth).loc["dit vrai", "sent"] == 4


COMMON = {"contacts": 1000, "value": 2.0, "n_runs": 4000, "seed": 11}


def test_without_a_trial_the_regret_is_that_of_a_version_drawn_by_lot():
    gaps = max(learning.RATES) - np.array(learning.RATES)
    runs = learning.simulate_year("Sans essai", change=None, **COMMON)
    year = 12 * 1000 * 2.0 * gaps
    assert set(np.round(runs[:, -1], 6)) == set(np.round(year, 6))
    assert runs[:, -1].mean() == pytest.approx(year.mean(), abs=4 * year.std() / np.sqrt(4000))
    assert np.allclose(np.diff(runs, axis=1), runs[:, :1])


def test_one_trial_pays_the_first_month_the_mean_gap():
    gaps = max(learning.RATES) - np.array(learning.RATES)
    runs = learning.simulate_year("Un essai, le premier mois", change=None, **COMMON)
    assert runs[:, 0].mean() == pytest.approx(1000 * 2.0 * gaps.mean(), rel=0.01)
    huge = learning.simulate_year(
        "Un essai, le premier mois", change=None, **COMMON | {"contacts": 400_000, "n_runs": 50}
    )
    assert np.allclose(huge[:, -1], huge[:, 0])  # with enough contacts the best is found, and nothing more is lost


def test_the_permanent_trial_never_pays_less_than_its_share():
    gaps = max(learning.RATES) - np.array(learning.RATES)
    huge = learning.simulate_year("Essai permanent", change=6, **COMMON | {"contacts": 400_000, "n_runs": 50})
    monthly = np.diff(huge, axis=1)[:, [0, 1, 2, 3, 4, 7, 8, 9, 10]]  # all but the month when tastes move
    paid = learning.TEST_SHARE * 400_000 * 2.0 * gaps.mean()
    assert np.allclose(monthly, paid, rtol=0.05) and monthly.mean() == pytest.approx(paid, rel=0.005)


def test_all_policies_meet_the_same_worlds_and_the_loop_wins_when_tastes_move():
    years = learning.compare_years(contacts=2000, value=12.0, n_runs=400, change=6, seed=5)
    table = learning.year_table(years).set_index(["world", "policy"])
    moving = table.loc["Goûts qui changent", "year_regret"]
    assert moving.idxmin() == "Apprentissage chaque mois" and moving.idxmax() == "Sans essai"
    assert np.isnan(table.loc[("Goûts stables", "Sans essai"), "beats_none"])
    assert (table["regret_low"] < table["year_regret"]).all() and (table["year_regret"] < table["regret_high"]).all()


@pytest.mark.parametrize(
    ("policy", "contacts", "message"),
    [("Sans essai", 3, "un contact par version"), ("Au flair", 100, "n'est pas une façon de décider")],
)
def test_bad_policies_are_refused(policy, contacts, message):
    with pytest.raises(GrcError, match=message):
        learning.simulate_year(policy, change=None, **COMMON | {"contacts": contacts})


def test_crossing_levers_measures_each_with_all_the_contacts():
    """Errors of an effect: √(2pq ÷ (n/4)) one at a time, √(pq ÷ (n/4)) crossed (Box, Hunter & Hunter 1978), about."""
    table = learning.compare_designs(contacts=8000, n_runs=4000, seed=3, effects=(0.0, 0.0, 0.0), base=0.05)
    wanted = 100 * np.sqrt(0.05 * 0.95 * np.array([2 / 2000, 1 / 2000]))
    assert table["effect_error"].to_numpy() == pytest.approx(wanted, rel=0.03)
    assert list(table["design_groups"]) == [4, 8]


def test_extra_costs_compare_the_loop_with_one_trial():
    rows = [("Stable", policy, cost) for policy, cost in zip(learning.POLICIES, (9, 2, 5, 3), strict=True)]
    rows += [("Bouge", policy, cost) for policy, cost in zip(learning.POLICIES, (9, 8, 5, 4), strict=True)]
    table = pd.DataFrame(rows, columns=["world", "policy", "year_regret"])
    assert learning.extra_costs(table) == (1, 4)


def test_a_cost_is_written_with_its_sign():
    said = [claims.more_or_less(amount, "EUR").replace("\u202f", " ").replace("\u00a0", " ") for amount in (12, -12)]
    assert said == ["12 € de plus", "12 € de moins"]
