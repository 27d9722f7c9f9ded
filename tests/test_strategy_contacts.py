"""Pressure, overlaps and contradictions counted by hand; the simulated firm's contradictions found again."""

import numpy as np
import pandas as pd
import pytest
from statsmodels.stats.proportion import proportion_confint

from grc_helpers import strategy_contacts as contacts
from grc_helpers.errors import GrcError

WORDS = {"offers": "offre", "complaints": "réclamation"}


def log(*rows):
    columns = ["customer_id", "date", "direction", "channel", "reason", "campaign_id"]
    return pd.DataFrame(rows, columns=columns).assign(date=lambda d: pd.to_datetime(d["date"]).dt.date)


SMALL = log(
    ("a", "2024-01-01", "sortant", "e-mail", "offre", "X"),
    ("a", "2024-01-20", "sortant", "courrier", "offre", "Y"),
    ("a", "2024-01-25", "sortant", "courrier", "offre", "Y"),
    ("a", "2024-03-30", "sortant", "e-mail", "enquête", None),
    ("b", "2024-01-01", "sortant", "e-mail", "offre", "X"),
    ("b", "2024-02-15", "sortant", "e-mail", "enquête", None),
    ("b", "2023-12-20", "entrant", "téléphone", "réclamation", None),
    ("c", "2024-05-01", "sortant", "e-mail", "enquête", None),
    ("c", "2024-05-02", "entrant", "téléphone", "réclamation", None),
)


def test_pressure_by_hand():
    table = contacts.pressure(contacts.sent(SMALL))
    assert table.index.tolist() == ["2024 T1", "2024 T2"]
    assert table.loc["2024 T1"].tolist() == [0, 0.5, 0.5, 0, 0]  # b two, a four
    assert table.loc["2024 T2"].tolist() == [1, 0, 0, 0, 0]
    assert np.allclose(table.sum(axis=1), 1)


def test_overlaps_by_hand():
    shared = contacts.overlaps(contacts.sent(SMALL), days=45)
    assert shared.loc["offre", "enquête"] == 0.5  # b at 45 days, a at 65
    assert shared.loc["enquête", "offre"] == pytest.approx(1 / 3)
    assert np.isnan(np.diag(shared)).all()
    assert contacts.overlaps(contacts.sent(SMALL), days=44).loc["offre", "enquête"] == 0


def test_faults_by_hand():
    table = contacts.coherence(SMALL, days=30, **WORDS)
    pairs = {name: tuple(row) for name, row in table[["cases", "out_of"]].iterrows()}
    assert pairs == {
        "Offre qui en suit une autre, d'une autre campagne": (1, 2),
        "… et par un autre canal": (1, 2),
        "Réclamation suivie d'une offre": (1, 2),
        "… précédée d'une offre, pour comparer": (0, 2),
    }
    assert contacts.coherence(SMALL, days=18, **WORDS)["cases"].tolist() == [0, 0, 1, 0]


def test_issues_of_a_series_are_one_campaign():
    names = {"X": "INFO-2024-01", "Y": "INFO-2024-02"}
    series = contacts.coherence(SMALL.assign(campaign_id=SMALL["campaign_id"].map(names)), **WORDS)
    assert series["cases"].tolist()[:2] == [0, 0]
    for one, other in (("BON-2024", "NOEL-2024"), ("Campagne 1", "Campagne 2"), ("2024-01", "2024-02")):
        named = SMALL.assign(campaign_id=SMALL["campaign_id"].map({"X": one, "Y": other}))
        assert contacts.coherence(named, **WORDS)["cases"].tolist()[:2] == [1, 1]


@pytest.mark.parametrize(("a", "b", "customers"), [(2, 3, 60), (1, 9, 100), (5, 5, 300)])
def test_share_over_customers_covers_where_independent_cases_would_not(a, b, customers):
    """Customers differ (Beta) and count several times (1 + Poisson(4)); three settings, one Šidák band at 95 %."""
    rng, inside, naive, draws = np.random.default_rng(a), 0, 0, 1000
    for _ in range(draws):
        size = 1 + rng.poisson(4, customers)
        flags = pd.DataFrame({"customer_id": np.repeat(np.arange(customers), size)})
        flags["found"] = rng.random(len(flags)) < np.repeat(rng.beta(a, b, customers), size)
        cases, out_of, _, low, high = contacts.share_over_customers(flags)
        inside += low <= a / (a + b) <= high
        bounds = proportion_confint(cases, out_of, method="wilson")
        naive += bounds[0] <= a / (a + b) <= bounds[1]
    half = 2.388 * np.sqrt(0.95 * 0.05 / draws)  # Šidák, three settings
    assert abs(inside / draws - 0.95) < half and naive / draws < 0.95 - half


def test_share_over_customers_at_the_ends():
    none = pd.DataFrame({"customer_id": ["a", "a", "b"], "found": False})
    cases, out_of, share, low, high = contacts.share_over_customers(none)
    assert (cases, out_of, share) == (0, 3, 0) and low == pytest.approx(0, abs=1e-12) and 0.5 < high < 1
    assert contacts.share_over_customers(none.assign(found=True))[3:] == pytest.approx((1 - high, 1))
    single = contacts.share_over_customers(none.iloc[:2].assign(found=[True, False]))
    assert 0 < single[3] < 0.5 < single[4] < 1


def test_a_question_asked_again_within_a_week():
    rows = [
        ("a", "2024-01-01", "oui"),
        ("a", "2024-01-05", "non"),
        ("a", "2024-03-01", "oui"),
        ("b", "2024-01-05", "oui"),
    ]
    asked = pd.DataFrame(rows, columns=["customer_id", "date", "answer"]).assign(subject="délai")
    table = contacts.coherence(asked, **WORDS)
    assert table.loc[contacts.REPEATED, ["cases", "out_of"]].tolist() == [1, 1]


def test_the_contradictions_of_the_simulated_firm_are_found_again():
    from grc_helpers.data.loading import read_table
    from grc_helpers.data.simulator.truth import read_truth

    found = contacts.coherence(read_table("cafes_merle", "contacts.parquet"), **WORDS).loc[contacts.REPEATED]
    assert found["low"] < read_truth("cafes_merle", "reponses")["contradiction"].mean() < found["high"]


def test_a_log_with_dates_only():
    bare = SMALL[["customer_id", "date"]]
    sent = contacts.sent(bare)
    assert len(sent) == len(bare)
    assert contacts.action_names(sent)[1] == "contact" and contacts.overlaps(sent).shape == (1, 1)
    assert contacts.coherence(bare, **WORDS).empty


def test_words_are_words_not_patterns():
    odd = SMALL.assign(reason=SMALL["reason"].str.replace("offre", "(offre"))
    assert contacts.coherence(odd, offers="(offre", complaints="réclamation")["out_of"].tolist() == [2, 2, 2, 2]
    assert contacts.coherence(SMALL, offers=" , ", complaints="").empty


def test_a_log_without_anything_sent_is_refused():
    with pytest.raises(GrcError, match="aucun contact envoyé"):
        contacts.sent(SMALL[SMALL["direction"] == "entrant"])
