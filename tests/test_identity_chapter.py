"""What the chapter on identification shows: tables, sentences and figures, from small cases worked out by hand."""

import numpy as np
import pandas as pd
import pytest

from grc_helpers.identity import (
    audit,
    collection,
    data_map,
    evaluation,
    figures,
    ideas,
    law,
    sentences,
    star,
    tables,
    timeline,
    weights,
)
from grc_helpers.identity.firm import read_firm
from grc_helpers.identity.registry import sources_dir
from grc_helpers.style import STYLE


@pytest.fixture(autouse=True)
def close_figures():
    import matplotlib

    matplotlib.use("agg")
    with matplotlib.rc_context(STYLE):
        yield
    import matplotlib.pyplot as plt

    plt.close("all")


# Intervals and calibration

TRUTH = pd.Series([f"p{k // 2}" for k in range(400)], index=[f"r{k}" for k in range(400)])


def pairs_found(n_true: int, n_false: int) -> pd.DataFrame:
    """Return the first true pairs, and false ones between the last persons, all of them sure."""
    true = [(f"r{2 * k}", f"r{2 * k + 1}") for k in range(n_true)]
    false = [(f"r{399 - 2 * k}", f"r{397 - 2 * k}") for k in range(0, 2 * n_false, 2)]
    return pd.DataFrame(true + false, columns=["left", "right"]).assign(weight=5.0, probability=0.9)


def test_the_interval_of_f1_holds_the_estimate_and_shrinks_to_it_when_all_is_found():
    some = pairs_found(180, 10)
    scores = evaluation.link_scores(some, TRUTH, threshold=2)
    low, high = evaluation.link_interval(some, TRUTH, threshold=2, seed=1)
    assert scores.f1 == pytest.approx(2 * 180 / (190 + 200)) and low < scores.f1 < high and high - low < 0.12
    assert evaluation.link_interval(pairs_found(200, 0), TRUTH, threshold=2, seed=1) == (1.0, 1.0)


def test_pairs_and_groups_have_the_same_interval_when_groups_are_the_pairs():
    some = pairs_found(150, 0)
    groups = pd.Series(TRUTH.index, index=TRUTH.index)
    groups[some["right"]] = some["left"].to_numpy()
    by_pairs = evaluation.link_interval(some, TRUTH, threshold=2, seed=4, n_boot=2000)
    by_groups = evaluation.f1_interval(groups, TRUTH, seed=4, n_boot=2000)
    assert by_pairs == pytest.approx(by_groups, abs=0.01)


def test_calibration_by_hand():
    told = evaluation.calibration(pairs_found(180, 10), TRUTH, threshold=2)
    assert told["expected"] == pytest.approx(0.1)
    assert told["real"] == pytest.approx(10 / 190) and told["unseen"] == pytest.approx(0.1)


# Tables


def test_the_most_widespread_mobile_is_that_of_most_sources():
    rows = [("a", "1"), ("a", "1"), ("a", "1"), ("a", "2"), ("b", "2"), ("c", None)]
    records = pd.DataFrame(rows, columns=["source", "mobile"])
    assert tables.most_spread(records)["mobile"].tolist() == ["2", "2"]


def test_the_nine_sources_of_the_course():
    held = pd.DataFrame({"Sorte (S0)": ["SAV", "force de vente, centre d'appels"]})
    missing = audit.missing_kinds(held)
    assert len(missing) == 6 and "courrier" in missing and "SAV" not in missing and "centre d'appels" not in missing


def test_what_a_renamed_key_answers():
    message = tables.renamed_key(sources_dir("cafes_merle"))
    assert "Il manque des colonnes dont la clé à la source « Comptes du site »" in message
    assert "absentes : « compte »" in message and "\n" not in message


def test_the_last_word_by_customer_and_its_shares():
    rows = [("1", "oui", "2024-01-01"), ("2", "non", "2024-06-01"), ("3", "oui", "2024-01-01")]
    consents = pd.DataFrame(rows, columns=["record_key", "answer", "date"]).assign(channel="e-mail")
    accounts = pd.Series(["A", "A", "B"], index=["1", "2", "3"])
    words = tables.last_words(consents, accounts, pd.Index(["A", "B", "C", "D"]))
    assert words["e-mail"].fillna("–").tolist() == ["non", "oui", "–", "–"]
    assert tables.consent_shares(words).loc["e-mail"].tolist() == [0.25, 0.25, 0.5]


def test_each_record_teaches_something():
    fields = dict.fromkeys(audit.IDENTITY)
    one, two = (
        fields | {"family_name": "X", "given_name": "A"},
        fields | {"family_name": "Y", "email": "m", "street": "s"},
    )
    rows = [one | {"records": 1}, one | {"records": 1, "mobile": "06"}, two | {"records": 7}]
    golden = pd.DataFrame(rows).assign(customer=True)
    table = tables.learning(pd.concat([golden, golden.assign(customer=False)]), most=3)
    assert table.index.tolist() == ["1", "3 et plus"] and table["Clients"].tolist() == [2, 1]
    assert table["Champs connus, sur huit"].tolist() == [2.5, 3.0] and table["Gagnés"].iloc[1] == 0.5
    assert table["Joignables"].tolist() == [0.5, 1.0]


def test_wilson_intervals_narrow_with_the_number_of_firms():
    table = tables.wilson((0.09,), (100, 1000))
    assert table.loc["100"].str.replace("\u202f", " ").tolist() == ["[5 ; 16] %"]  # (5, 16): Wilson by hand
    assert table.index.tolist() == ["100", "1\u202f000"]


def test_a_field_counted_twice_makes_more_pairs_look_sure_and_fewer_of_them_true():
    m, u, prior = np.array([0.95, 0.85, 0.70, 0.90]), np.array([0.05, 0.10, 0.02, 0.20]), 0.08
    true, agree = weights.trial(m, u, prior=prior, pairs=40_000, seed=3)
    assert true.mean() == pytest.approx(prior, abs=4 * np.sqrt(prior * (1 - prior) / 40_000))
    assert agree[true].mean(axis=0) == pytest.approx(m, abs=0.03)
    assert agree[~true].mean(axis=0) == pytest.approx(u, abs=0.01)
    once, twice = tables.counted_twice(agree, true, m, u, prior).itertuples(index=False)
    assert twice[1] > once[1] and twice[2] < once[2]
    assert once[2] > 0.99  # at 99 % and more, the weights of independent fields keep their word


def test_febrl_names_its_persons():
    truth = tables.febrl_truth(pd.DataFrame({"rec_id": ["rec-12-org"]}), pd.DataFrame({"rec_id": ["rec-12-dup-0"]}))
    assert truth.to_dict() == {"rec-12-org": "12", "rec-12-dup-0": "12"}


def test_ideas_are_ranked_and_a_dominated_one_never_comes_first():
    marks = pd.DataFrame({"a": [5, 1, 3], "b": [1, 1, 4]}, index=["x", "y", "z"])
    ranked = ideas.rank_ideas(marks, {"a": 0.5, "b": 0.5}, n_draws=2000, seed=1)
    assert ranked.index.tolist() == ["z", "x", "y"] and ranked["Note"].tolist() == [3.5, 3.0, 1.0]
    assert ranked.loc["y", "Première dans"] == 0
    # x wins when 5a + b > 3a + 4b, that is when the weight of a passes 3/5
    assert ranked.loc["x", "Première dans"] == pytest.approx(0.4, abs=0.04)


def test_marks_are_derived_from_what_was_measured():
    worth = pd.DataFrame({"Champ": ["nom", "portable", "ville"], "Pour 1 000 paires qui l'ont": [200.0, 50.0, -10.0]})
    interest = ideas.interest_marks(worth, {"a": "nom", "b": "portable", "c": "ville"})
    assert interest.to_dict() == {"a": 5, "b": 2, "c": 1}
    terms = pd.Series({"const": 0.0, "reward": 0.0, "minutes": 0.0, "sensitive": -np.log(3)})
    fit = collection.OptIn(terms.to_frame("estimate"), 100)
    # A reward changes nothing, so that none is best: half accept, one in four a sensitive question
    paid, marks = ideas.cost_marks(fit, {"a": (1, False), "b": (1, True)}, np.array([0.0, 5.0]), worth=10, asking=1)
    assert paid.to_dict() == pytest.approx({"a": 2, "b": 4}) and marks.to_dict() == pytest.approx({"a": 4.2, "b": 3.4})


# The map of the data


def test_the_map_names_the_three_families_and_only_places_that_the_star_has():
    firm = read_firm("cafes_merle")
    table = data_map.data_map(firm).set_index("Donnée")
    assert list(dict.fromkeys(table["Répond à"].str.split(" : ").str[0])) == ["pratique", "vente", "satisfaction"]
    assert set(data_map.PLACES) == set(table.index) and table["Manque"].between(0, 1).all()
    columns = {audit.LABELS.get(name, name) for name in ("given_name", "family_name", "company", "street", "postcode")}
    assert set(table.index[table["Étoile"] == "client"]) == columns  # of dim_client, see `star.address_history`
    places = set(table["Étoile"]) - {"client", "aucune"}
    assert places <= {name.split("_", 1)[1] for name in star.TABLES}
    mine = firm.tables["enquete"][data_map.SCORE]
    assert table.loc["note de satisfaction", "Remplie"] == pytest.approx((mine != "").mean())
    assert table.loc["secteur d'activité", ["Mieux tenue par", "Manque"]].tolist() == ["aucun fichier", 1.0]
    assert "secteur d'activité" in data_map.tell_map(table.reset_index()).split(".")[0]


def test_the_sheet_of_services_has_no_mark_of_its_own():
    held = pd.DataFrame({"nom": [1.0, 0.5], "e-mail": [0.0, 0.25]}, index=["Caisse et carte", "Comptes du site"])
    known = pd.DataFrame([("boutiques", 3, 1, 0.75), ("site", 2, 0, 0.5), ("tous ensemble", 4, 0, 1.0)])
    sheet = data_map.sharing_sheet(held, known, tables.SERVICES)
    assert sheet["Service"].tolist() == ["Boutiques", "Site"]
    assert [cell.replace("\u202f", " ") for cell in sheet.iloc[:, 1]] == ["nom 100 %", "nom 50 %, e-mail 25 %"]
    assert sheet.iloc[0, 2].replace("\u202f", " ") == "3 (75 % de tous), dont 1 connus de lui seul"


def test_the_rules_of_law_are_dated():
    rules = law.rules().set_index("Règle")
    assert rules["Date"].str.contains(r"20\d\d").all() and rules["Texte"].str.contains(r"art\.|délib\.").all()
    assert "11 août 2026" in rules.loc["Prospection par téléphone", "Date"]
    assert "2026-042" in rules.loc["Pixels dans les e-mails", "Texte"]


# The busiest customer, and sentences


def test_the_busiest_customer_is_private_and_known_to_three_sources():
    golden = pd.DataFrame({"golden_id": list("abcd"), "company": [None, "SARL", None, None], "sources": [3, 3, 2, 3]})
    calls = pd.DataFrame({"customer_id": list("abbbccccdd"), "function": "service"})
    orders = pd.Series(10, index=list("abcd"))
    assert timeline.busiest(calls, golden, orders) == "d"
    assert timeline.busiest(calls, golden, orders.replace(10, 30).where(orders.index != "a", 10)) == "a"


def test_who_may_be_called():
    words = pd.Series(["oui", "non", None, None], index=list("abcd"))
    said = sentences.callable_customers(words, pd.Series(["c", "b"]))
    assert "75,0\u202f%" in said and said.count("25,0\u202f%") == 2  # b said no: its contract does not count here


@pytest.mark.parametrize(("true", "word"), [(0.2, "le contient"), (0.9, "le manque")])
def test_an_interval_that_misses_its_truth_says_so(true, word):
    fit = collection.OptIn(pd.DataFrame({"estimate": [0.2], "low": [0.1], "high": [0.3]}, index=["reward"]), 10)
    assert word in sentences.reward_effect(fit, true)


def test_bare_hashes_are_found_again():
    said = sentences.unmasked(["0639980001", "0650000000"], {"x", "y"}, tried=range(39_980_000, 39_981_000))
    assert "50\u202f% des 2 portables" in said


# Figures: their titles and their sentences


def test_the_field_held_worst_is_in_the_title():
    shares = pd.DataFrame({"nom": [0.9, 1.0], "fixe": [0.2, 0.0]}, index=["Caisse", "Site"])
    ax = figures.plot_coverage(shares)
    assert "« fixe », 20\u202f% au mieux" in ax.get_title(loc="left")
    assert "Caisse : nom 90\u202f%, fixe 20\u202f%. Site : nom 100\u202f%." in figures.tell_coverage(shares)


def test_the_threshold_is_told_as_a_probability():
    costs = pd.DataFrame({"threshold": [0.0, 2.0], "cost": [30.0, 10.0]})
    ax = figures.plot_costs(costs, costs, threshold=2.0, currency="EUR")
    assert ax.get_title(loc="left") == "À ces coûts, la barre se place à 80\u202f%"


def test_the_waterfall_ends_at_the_total():
    steps = pd.DataFrame({"step": ["départ", "nom", "e-mail", "total"], "label": ["x", "identique", "absent", "y"]})
    steps = steps.assign(weight=[-3.0, 5.0, 0.0, 2.0], cumulative=[-3.0, 2.0, 2.0, 2.0])
    ax = figures.plot_waterfall(steps)
    assert ax.get_title(loc="left") == "2,0 bits : probabilité 80,0\u202f%" and len(ax.patches) == 3


def test_the_timeline_tells_visits_apart():
    rows = [("2024-01-01", "vente", "boutique", 12.0), ("2024-02-01", "vente", "visite", np.nan)]
    rows += [("2024-03-01", "service", "appel", np.nan), ("2024-03-02", "accord", "site", np.nan)]
    found = pd.DataFrame(rows, columns=["date", "service", "channel", "amount"])
    found["date"] = pd.to_datetime(found["date"])
    ax = figures.plot_timeline(found)
    assert ax.get_title(loc="left") == "Un client, 3 canaux, 4 traces"
    assert "visite 1" in figures.tell_timeline(found)


def test_the_best_reward_is_the_top_of_the_curve():
    curve = pd.DataFrame({"reward": [0.0, 5.0, 9.0], "given": [0.1, 0.3, 0.4], "profit": [1.0, 2.6, 2.0]})
    curve = curve.assign(cost_per_field=[1.0, 6.0, 10.0])
    assert "5,0\u202f€" in figures.plot_rewards(curve, currency="EUR").get_title(loc="left")
    assert "30\u202f% acceptent" in figures.tell_rewards(curve, currency="EUR")


# The firm


def test_a_file_of_sales_has_no_sources_and_the_firm_of_the_course_stands_in(tmp_path):
    (tmp_path / "ventes.csv").write_text("customer_id,date,amount\na,2024-01-31,12.5\n", encoding="utf-8")
    firm = read_firm(tmp_path / "ventes.csv")
    assert (firm.own, firm.name) == (False, "cafes_merle") and len(firm.tables) == 6
    assert firm.truth.index.is_unique and set(firm.truth.index) == set(firm.records["record_id"])
