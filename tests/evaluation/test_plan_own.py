"""A firm's own files: the plan that its trial allows, its hand-over; what is said when there is no trial."""

import numpy as np
import pandas as pd
import pytest

from grc_helpers.campaigns import trials
from grc_helpers.data.loading import load
from grc_helpers.errors import GrcError
from grc_helpers.evaluation import plan_handover, plan_sentences, plan_tables, plan_words
from grc_helpers.evaluation.plan_own import own_plan
from tests.evaluation.test_plan_customers import sales

RATES = {"margin_rate": 0.5, "discount_rate": 0.10}
LAUNCH = pd.Timestamp("2025-08-14")


def write_files(folder, *, effect: float, control: bool = True) -> tuple[str, str]:
    """Write French sales and a trial: the treated spend ``effect`` euros more, if they bought in the last 200 days."""
    lines = sales(900)[["customer_id", "date", "amount"]]
    past = lines[lines["date"] < LAUNCH]
    known = np.sort(past["customer_id"].unique())
    rng = np.random.default_rng(5)
    treated = rng.random(len(known)) < 0.5 if control else np.ones(len(known), bool)
    recent = past.loc[past["date"] >= LAUNCH - pd.Timedelta(days=200), "customer_id"].unique()
    more = known[treated & np.isin(known, recent)]
    added = pd.DataFrame({"customer_id": more, "date": LAUNCH + pd.Timedelta(days=5), "amount": effect})
    table = pd.concat([lines, added] if effect else [lines])
    table["amount"] = table["amount"].map("{:.2f}".format).str.replace(".", ",")
    table["date"] = table["date"].dt.strftime("%d/%m/%Y")
    table.to_csv(folder / "ventes.csv", sep=";", index=False, header=["client", "date", "montant"])
    groups = pd.DataFrame(
        {"client": known, "date": LAUNCH.strftime("%d/%m/%Y"), "groupe": np.where(treated, "traité", "témoin")}
    )
    groups.to_csv(folder / "essai.csv", sep=";", index=False)
    return str(folder / "ventes.csv"), str(folder / "essai.csv")


def plan(files, **more):
    data = load(files[0])
    essay = trials.read_trial(load(files[1], kind="contacts"), unit_cost=1.0)
    terms = {"days": 56, "budget": 300.0, "control_share": 0.1, "seed": 1, "draws": 1_000} | more
    return data, own_plan(data, essay, name="Relance", **terms, **RATES)


def test_an_action_that_pays_is_planned_within_the_budget(tmp_path):
    data, own = plan(write_files(tmp_path, effect=30.0))
    value = own["value"]
    assert value["contacts"] > 50 and value["cost"] <= 300 + 1e-6 and value["low"] > 0
    contacted = own["named"].index[own["named"]["group"] == "à contacter"]
    truth = (15 * (own["people"].loc[contacted, "days_since_last"] <= 200) - 1).sum()
    assert value["low"] < truth < value["high"]
    assert "Relance" in plan_sentences.own_plan(own, currency="EUR")
    terms = plan_handover.terms_in_words(rates=RATES, control_share=0.1, model="BG/NBD")
    handed = plan_handover.measured(
        own, data=data, day="2026-01-01", currency="EUR", budget=300, terms=terms, source="essai"
    )
    assert len(handed["customers"]) == len(own["people"]) and "Raison" in handed["customers"]
    assert handed["customers"]["Coût"].sum() == pytest.approx(value["cost"], abs=0.01 * len(own["people"]))
    assert set(handed["customers"]["Groupe"]) == {"à contacter", "témoin", "–"}


def test_an_action_that_changes_nothing_is_hardly_planned(tmp_path):
    _, own = plan(write_files(tmp_path, effect=0.0))
    _, good = plan(write_files(tmp_path, effect=30.0))
    assert own["value"]["net_value"] < 0.2 * good["value"]["net_value"]


def test_no_control_group_is_refused(tmp_path):
    with pytest.raises(GrcError, match="pas de groupe témoin"):
        plan(write_files(tmp_path, effect=1.0, control=False))


def test_a_trial_without_dates_is_refused(tmp_path):
    files = write_files(tmp_path, effect=1.0)
    pd.read_csv(files[1], sep=";").drop(columns="date").to_csv(files[1], sep=";", index=False)
    with pytest.raises(GrcError, match=r"(?i)date"):
        plan(files)


def test_a_trial_that_sales_do_not_cover_is_refused(tmp_path):
    with pytest.raises(GrcError, match="ne couvrent pas tout l'essai"):
        plan(write_files(tmp_path, effect=1.0), days=366)


def test_a_budget_of_zero_is_refused(tmp_path):
    with pytest.raises(GrcError, match="budget positif"):
        plan(write_files(tmp_path, effect=30.0), budget=0)


def test_what_is_said_without_a_trial():
    assert "premier essai" in plan_sentences.own_plan(None, currency="EUR")
    nobody = pd.DataFrame(columns=["group", "segment", "cost"])
    for advice, missing in (("essayer d'abord", "plus d'argent"), ("trop peu de clients", "plus de clients")):
        said = plan_sentences.first_trial(nobody, pd.DataFrame({"advice": [advice]}), currency="EUR")
        assert "Ne rien faire" in said and missing in said.replace("\u00a0", " ")
    assert plan_sentences.chances(1.0) == "plus de 99,9 %" and plan_sentences.chances(0.0) == "moins de 0,1 %"


def test_a_doubtful_difference_is_said_so():
    values = pd.DataFrame({"chance": [0.9]}, index=["Le plan"])
    gaps = pd.DataFrame({"net_value": [5.0, 9.0], "low": [-1.0, 2.0], "high": [11.0, 16.0]}, index=["A", "B"])
    said = plan_sentences.compared(values, gaps, control=7.0, currency="EUR")
    assert said.count("non tranché") == 1 and said.index("non tranché") < said.index("« B »")


def test_plans_are_compared_draw_by_draw():
    """Two plans that share their doubts differ without doubt."""
    shape = {"index": pd.Index(["A"], name="segment"), "columns": ["x"]}
    draws = np.random.default_rng(1).normal(5, 3, (2_000, 1, 1))
    found = {"draws": draws, "worth": pd.DataFrame(draws.mean(axis=0), **shape), "unit": pd.Series({"x": 0.0})}
    found["variable"] = pd.DataFrame([[0.0]], **shape)
    lots = pd.DataFrame({"segment": "A", "able": "x", "band": 10, "p_alive": 1.0, "p_lot": 1.0}, index=list("abcd"))
    named = pd.DataFrame({"segment": "A", "action": "x", "group": "à contacter"}, index=list("abcd"))
    values, gaps = plan_tables.value_table({"all": named, "same": named, "half": named.iloc[:2]}, lots, found)
    assert gaps.loc["same"].tolist() == [0, 0, 0]
    assert gaps.loc["half", "net_value"] == pytest.approx(values.loc["all", "net_value"] / 2)


def test_the_control_group_costs_what_it_would_have_earned():
    shape = {"index": pd.Index(["A"], name="segment"), "columns": ["x"]}
    found = {"draws": np.full((9, 1, 1), 5.0), "worth": pd.DataFrame([[5.0]], **shape), "unit": pd.Series({"x": 1.0})}
    found["variable"] = pd.DataFrame([[0.0]], **shape)
    lots = pd.DataFrame({"segment": "A", "able": "x", "band": 10, "p_alive": 0.5, "p_lot": 0.5}, index=list("abc"))
    named = pd.DataFrame(
        {"segment": "A", "action": "x", "group": ["à contacter", "témoin", "témoin"]}, index=list("abc")
    )
    assert plan_tables.control_price(named, lots, found) == pytest.approx(2 * (2.5 - 1))


def test_between_is_written_in_french():
    assert plan_words.between(-1.234, 5).replace("\u202f", " ") == "[−1,23 ; 5,00]"
