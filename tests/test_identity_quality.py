"""Audit, price of data, duplicates and privacy, on cases small enough to count by hand, and on known truths."""

from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grc_helpers.errors import GrcError
from grc_helpers.identity.audit import coverage, knowledge, profile, quality, register, repeated, sales_quality
from grc_helpers.identity.collection import field_value, fit_opt_in, merge_or_restart, reward_curve
from grc_helpers.identity.duplicates import (
    last_word,
    lifetime_value,
    missed_best,
    picture,
    portraits,
    unheard_refusals,
)
from grc_helpers.identity.linkage import Linkage
from grc_helpers.identity.privacy import anonymity, bare_hash, crowd_sizes, suppress, unmask
from grc_helpers.identity.registry import source
from grc_helpers.identity.standard import standardise


@pytest.fixture
def tables():
    names = [source("service").key, *source("service").columns.values()]
    rows = [
        ("S1", "Claire MARTIN", "", "06 39 98 00 01", "a@b.example", "49000", "01/02/2025"),
        ("S2", "Paul ROY", "", "00 00 00 00 00", "", "49000", "01/02/2023"),
        ("S3", "Claire MARTIN", "", "+33639980001", "pas d'e-mail", "", "03/04/2025"),
        ("S4", "Luc PETIT", "", "", "", "49100", "03/04/2025"),
    ]
    table = pd.DataFrame(rows, columns=names, dtype=object)
    table.attrs["format"] = "CSV"
    return {"service": table}


# Audit


def test_filled_is_not_valid(tables):
    found = profile(tables, standardise(tables)).set_index("field")
    assert found.loc["portable", ["filled", "valid", "distinct"]].tolist() == pytest.approx([0.75, 2 / 3, 1])
    assert found.loc["e-mail", ["filled", "valid"]].tolist() == pytest.approx([0.5, 0.5])
    assert "adresse" not in found.index


def test_five_measures_by_hand(tables):
    row = quality(tables, standardise(tables), end=date(2025, 12, 31)).loc["Service après-vente"]
    assert row["Unicité"] == 0.75 and row["Fraîcheur"] == 0.75 and row["Cohérence"] == 1
    assert 0 < row["Validité"] < 1 and 0 < row["Complétude"] < 1


def test_the_register_and_the_map_name_sources_in_french(tables):
    records = standardise(tables)
    assert register(tables, records).loc["Service après-vente", ["Fiches", "Dates"]].tolist() == [
        4,
        "01/02/2023 – 03/04/2025",
    ]
    assert coverage(records).loc["Service après-vente", "portable"] == 0.5
    assert repeated(records).tolist() == [False, False, True, False]


# The price of data


def opt_in_log(size: int, seed: int) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    log = pd.DataFrame({"reward": rng.choice([0, 2, 5, 10], size), "minutes": rng.choice([1, 3, 5], size)})
    log["sensitive"] = rng.random(size) < 0.5
    logit = -1.5 + 0.25 * log["reward"] - 0.2 * log["minutes"] - 0.8 * log["sensitive"]
    return log.assign(given=rng.random(size) < 1 / (1 + np.exp(-logit)))


def test_opt_in_logit_finds_its_truth():
    inside = 0
    for seed in range(20):
        c = fit_opt_in(opt_in_log(3_000, seed)).coefficients.loc["reward"]
        inside += c["low"] <= 0.25 <= c["high"]
    assert inside >= 17
    fit = fit_opt_in(opt_in_log(40_000, 99))
    assert fit.price_of("minutes") == pytest.approx(0.8, abs=0.12)
    assert fit.price_of("sensitive") == pytest.approx(3.2, abs=0.4)


def test_reward_curve_is_worth_what_it_says():
    fit = fit_opt_in(opt_in_log(5_000, 1))
    curve = reward_curve(fit, np.arange(0, 13.0), worth=15, asking=0.4, minutes=3, sensitive=False)
    row = curve.iloc[4]
    assert row["profit"] == pytest.approx(row["given"] * 11 - 0.4)
    assert row["cost_per_field"] == pytest.approx(4 + 0.4 / row["given"])
    assert curve["given"].is_monotonic_increasing and 0 < curve["profit"].idxmax() < 12


def test_a_field_is_worth_the_decisions_that_it_changes():
    pairs = pd.DataFrame(
        {"probability": [0.99, 0.02], "weight": np.log2([99, 2 / 98]), "nom": [1, 0], "ville": [1, -1]}
    )
    pairs["nom (poids)"], pairs["ville (poids)"] = [8.0, -8.0], [0.1, 0.0]
    parameters = pd.DataFrame({"comparison": ["nom", "ville"]})
    table = field_value(Linkage(pairs, parameters, 0.1, 2, 2), wrong=4, missed=1).set_index("field")
    assert table.loc["ville", "saved"] == 0 and table.loc["ville", "present"] == 0.5
    assert table.loc["nom", "saved"] == pytest.approx((0.99 - 0.04) + (0.98 * 4 - 0.02))


def test_uniting_or_starting_anew_by_hand():
    table = merge_or_restart(records=100, found=98, wrong=2, review=0.5, collect=4, error=10, reach=0.3)
    assert table["cost"].tolist() == [120, 400] and table["persons"].tolist() == [98, 30]


# Duplicates


def test_the_last_word_counts_and_a_refusal_wins_on_one_day():
    rows = [
        ("1", "oui", "2024-01-01"),
        ("2", "non", "2024-05-01"),
        ("3", "non", "2024-01-01"),
        ("4", "oui", "2024-01-01"),
    ]
    consents = pd.DataFrame(rows, columns=["record_key", "answer", "date"]).assign(channel="e-mail")
    consents["date"] = pd.to_datetime(consents["date"])
    owner = pd.Series(["A", "A", "B", "B"], index=list("1234"))
    assert last_word(consents, owner)["answer"].tolist() == ["non", "non"]
    assert unheard_refusals(consents, owner, "e-mail") == 2
    assert unheard_refusals(consents, pd.Series(list("1234"), index=list("1234")), "e-mail") == 0


def test_splitting_customers_makes_them_look_small_and_unfaithful():
    import ibis

    days = [date(2024, 1, 5), date(2024, 6, 5)] * 10
    sales = pd.DataFrame({"customer_id": [f"c{k // 2}" for k in range(20)], "date": days, "amount_cents": 1000})
    split = sales.assign(customer_id=[f"c{k}" for k in range(20)])
    end, rates = date(2024, 12, 31), {"margin_rate": 0.5, "discount_rate": 0.1}
    whole, cut = (picture(ibis.memtable(table), observation_end=end, **rates) for table in (sales, split))
    assert (whole["customers"], cut["customers"]) == (10, 20)
    assert (whole["came_back"], cut["came_back"]) == (1, 0)
    assert cut["spend_per_customer"] == whole["spend_per_customer"] / 2
    shown = sales.assign(date=pd.to_datetime(sales["date"]), amount=10.0, order_id=[f"V{k}" for k in range(20)])
    both = portraits({"whole": shown, "cut": shown.assign(customer_id=shown["order_id"])}, **rates)
    assert "Valeur vie d'un client" not in both.index  # nobody had bought the year before
    assert both.loc["Clients"].tolist() == [10, 20] and both.loc["Commandes par client"].tolist() == [2, 1]


def test_the_lifetime_value_that_a_base_tells_by_hand_and_what_a_second_account_takes_away():
    import ibis

    def value(rows) -> float:
        table = ibis.memtable(pd.DataFrame(rows, columns=["customer_id", "date", "amount_cents", "order_id"]))
        return lifetime_value(table, observation_end=date(2024, 12, 31), margin_rate=0.5, discount_rate=0.1)

    before = [(name, date(2023, 5, 5), 1000, f"{name}1") for name in "abcd"]
    after = [(name, date(2024, 5, 5), 10000, f"{name}2") for name in "abc"]
    assert value(before + after) == pytest.approx(50 * 0.75 / (1.1 - 0.75))  # three of four came back, margin 50
    split = [("a'" if name == "a" else name, *rest) for name, *rest in after]
    assert value(before + split) == pytest.approx(50 * 0.5 / (1.1 - 0.5))
    assert np.isnan(value(after))


def test_a_file_of_sales_is_measured_by_hand(tmp_path):
    from grc_helpers.data.loading import load

    rows = ["client;date;montant;produit"]
    rows += [f"C{k};{day};{k},50;{what}" for k, day, what in ((1, "23/01/2023", "Moka"), (2, "14/12/2024", ""))]
    rows += ["C3;15/12/2024;;Tasse", "C3;16/12/2024;7,00;Tasse"]
    path = tmp_path / "ventes.csv"
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    measures, worst = sales_quality(load(path, options={"regles.montants_illisibles": "exclure"}))
    assert measures["Validité"] == 0.75 and measures["Fraîcheur"] == pytest.approx(2 / 3)
    assert measures["Complétude"] == pytest.approx((3 + 2 / 3) / 4)  # three columns full, one product of three missing
    assert measures[["Unicité", "Cohérence"]].isna().all() and worst.startswith("produit (66,7")


def test_best_customers_that_nobody_saw():
    accounts = pd.Series(["A", "A", "B", "C"], index=["1", "2", "3", "4"])
    before = pd.DataFrame({"customer_id": ["1", "2", "3", "4"], "amount": [6.0, 5.0, 9.0, 7.0]})
    after = before.assign(customer_id=before["customer_id"].map(accounts))
    assert missed_best(before, after, accounts, share=0.34) == 1.0
    assert missed_best(before, after, accounts, share=0.99) == 0.0


def test_what_is_known_of_buyers_by_hand():
    golden = pd.DataFrame({"golden_id": list("abcd"), "given_name": ["A", None, "C", "D"], "family_name": "X"})
    golden = golden.assign(email=["m", "m", None, "m"], mobile=None)
    table = knowledge(golden, pd.Series({"a": 3, "b": 3, "c": 3}), {"a", "d"})
    assert table["customers"].tolist() == [3, 2, 1, 1, 1]


# Privacy


def test_crowds_by_hand():
    table = pd.DataFrame({"year": [1980, 1980, 1991, None], "zone": ["a", "a", "a", "b"]})
    assert crowd_sizes(table, ["year", "zone"]).tolist() == [2, 2, 1, 1]
    assert anonymity(table, ["year", "zone"], k=2) == (1, 0.5, 0.5)
    with pytest.raises(GrcError, match="« age »"):
        crowd_sizes(table, ["age"])


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.lists(st.integers(0, 30), min_size=3, max_size=3), min_size=2, max_size=5),
    st.integers(2, 8),
)
def test_no_small_count_is_shown_nor_can_be_subtracted(rows, k):
    counts = pd.DataFrame(rows)
    shown = suppress(counts, k=k)
    kept = shown.notna()
    assert (shown[kept].fillna(-1) == counts.where(kept, -1)).all(axis=None)
    assert not ((counts > 0) & (counts < k) & kept).any(axis=None)
    for axis in (0, 1):
        hidden = (~kept).sum(axis=axis)
        others = (kept & (counts > 0)).sum(axis=axis)
        assert not ((hidden == 1) & (others > 0)).any()


def test_a_bare_hash_of_a_telephone_is_no_mask():
    phones = ["0639980123", "0639984567"]
    found = unmask([bare_hash(phone) for phone in phones], (f"063998{k:04d}" for k in range(10_000)))
    assert set(found.values()) == set(phones)
