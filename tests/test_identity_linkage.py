"""Who is who: pairs weighed, threshold by cost, groups, golden records, on records whose owners are known."""

import socket

import numpy as np
import pandas as pd
import pytest

from grc_helpers.data.loading import read_table
from grc_helpers.data.simulator.config import SimulationConfig
from grc_helpers.data.simulator.population import make_population
from grc_helpers.data.simulator.purchases import make_orders
from grc_helpers.data.simulator.source_files import make_sources
from grc_helpers.data.simulator.writing import SourceFile
from grc_helpers.errors import GrcError
from grc_helpers.identity.clusters import cluster, contradict
from grc_helpers.identity.comparisons import FEBRL
from grc_helpers.identity.evaluation import (
    best_threshold,
    cost_curve,
    exact_pairs,
    f1_interval,
    link_scores,
    pair_scores,
    recall_by_error,
)
from grc_helpers.identity.golden import RULES, account_map, golden_of, golden_records, golden_sales, rules_table
from grc_helpers.identity.linkage import link
from grc_helpers.identity.reading import read_sources
from grc_helpers.identity.standard import standardise
from grc_helpers.identity.weights import to_probability

WRONG, MISSED = 12.0, 3.0


@pytest.fixture(scope="module")
def firm(tmp_path_factory):
    config = SimulationConfig(seed=8, customers=1_500)
    population = make_population(config, 0)
    made = make_sources(config, population, make_orders(config, population))
    folder = tmp_path_factory.mktemp("firme")
    for name, item in made.items():
        if isinstance(item, SourceFile):
            (folder / name.removeprefix("sources/")).write_bytes(item.encode(item.table))
    return made, standardise(read_sources(folder))


@pytest.fixture(scope="module")
def records(firm):
    return firm[1]


@pytest.fixture(scope="module")
def truth(firm):
    persons = firm[0]["verite/personnes"]
    return pd.Series(persons["person_id"].to_numpy(), index=persons["source"] + "/" + persons["record_key"])


@pytest.fixture(scope="module")
def linkage(records):
    """Link with the network cut: Splink must need none."""
    patch = pytest.MonkeyPatch()

    def refuse(*_):
        raise AssertionError("the network was asked for")

    patch.setattr(socket.socket, "connect", refuse)
    patch.setattr(socket, "getaddrinfo", refuse)
    made = link(records, seed=1)
    patch.undo()
    return made


@pytest.fixture(scope="module")
def groups(records, linkage):
    return cluster(records, linkage.pairs, threshold=best_threshold(wrong=WRONG, missed=MISSED))


def febrl_truth(*tables: pd.DataFrame) -> pd.Series:
    names = pd.concat(tables)["rec_id"]
    return pd.Series(names.str.extract(r"rec-(\d+)-")[0].to_numpy(), index=names)


def test_pairs_of_the_sources_f1_without_looking_at_the_truth(groups, truth):
    scores = pair_scores(groups, truth)
    assert scores.f1 >= 0.95 and scores.precision > 0.96 and scores.recall > 0.92


def test_febrl_1_pairs():
    table = read_table("febrl", "febrl1.parquet")
    found = link(table, FEBRL)
    scores = link_scores(found.pairs, febrl_truth(table), threshold=best_threshold(wrong=WRONG, missed=MISSED))
    assert scores.true == 500 and scores.f1 >= 0.95


def test_febrl_4_two_files():
    first, second = (read_table("febrl", f"febrl4{side}.parquet") for side in "ab")
    found = link([first, second], FEBRL)
    truth = febrl_truth(first, second)
    scores = link_scores(found.pairs, truth, threshold=best_threshold(wrong=WRONG, missed=MISSED))
    assert found.possible == 25_000_000 and found.compared < 100_000
    assert scores.true == 5_000 and scores.f1 >= 0.95


def test_same_seed_same_pairs_whatever_the_threads(records, linkage):
    assert link(records.copy(), seed=1) is linkage  # kept
    again = link(records, seed=1, threads=1)
    pd.testing.assert_frame_equal(again.pairs, linkage.pairs, atol=2e-6, rtol=0)


def test_blocks_leave_most_pairs_out_and_few_true_ones(linkage, truth, records):
    assert linkage.compared < 0.005 * linkage.possible
    assert link_scores(linkage.pairs, truth, threshold=-10).recall > 0.95


def test_the_waterfall_adds_up_to_the_weight(linkage):
    for place in (0, len(linkage.pairs) // 2, len(linkage.pairs) - 1):
        row = linkage.pairs.iloc[place]
        steps = linkage.waterfall(row["right"], row["left"])
        assert steps["step"].iloc[[0, -1]].tolist() == ["départ", "total"]
        assert steps["weight"].iloc[:-1].sum() == pytest.approx(row["weight"], abs=1e-4)
        assert to_probability(row["weight"]) == pytest.approx(row["probability"], abs=1e-6)


def test_a_pair_that_was_not_weighed_is_named(linkage):
    with pytest.raises(GrcError, match="« a », « b » n'a pas été pesée"):
        linkage.waterfall("b", "a")


def test_records_without_key_are_refused():
    with pytest.raises(GrcError, match="pas de colonne « rec_id »"):
        link(pd.DataFrame({"surname": ["a"]}), FEBRL)


def test_rare_names_weigh_more_than_common_ones(linkage, records):
    same = linkage.pairs[linkage.pairs["nom"] == linkage.pairs["nom"].max()]
    name = same["left"].map(records.set_index("record_id")["family_name"])
    common = records["family_name"].value_counts()
    times = name.map(common)
    assert np.corrcoef(np.log(times), same["nom (poids)"])[0, 1] < -0.95


# Threshold


def test_the_threshold_is_where_both_mistakes_cost_the_same():
    assert to_probability(best_threshold(wrong=12, missed=3)) == pytest.approx(0.8)
    assert best_threshold(wrong=1, missed=1) == 0


def test_costs_by_threshold_are_least_where_probabilities_say(linkage):
    grid = np.arange(-8.0, 12.0, 0.5)
    curve = cost_curve(linkage.pairs, grid, wrong=WRONG, missed=MISSED)
    assert abs(curve.loc[curve["cost"].idxmin(), "threshold"] - best_threshold(wrong=WRONG, missed=MISSED)) <= 0.5
    assert curve["wrong"].is_monotonic_decreasing and curve["missed"].is_monotonic_increasing


def test_true_costs_count_pairs(linkage, truth):
    row = cost_curve(linkage.pairs, np.array([2.0]), wrong=1, missed=0, truth=truth).iloc[0]
    scores = link_scores(linkage.pairs, truth, threshold=2.0)
    assert row["wrong"] == row["cost"] == scores.united - scores.both


# Scores


def test_scores_of_groups_by_hand():
    groups = pd.Series(list("aaabb"), index=list("12345"))
    truth = pd.Series(list("xxyyy"), index=list("12345"))
    scores = pair_scores(groups, truth)
    assert (scores.united, scores.true, scores.both) == (4, 4, 2)
    assert scores.precision == scores.recall == scores.f1 == 0.5


def test_the_interval_of_f1_holds_it_and_has_no_width_when_all_is_right(groups, truth):
    low, high = f1_interval(groups, truth, seed=1)
    assert low < pair_scores(groups, truth).f1 < high < low + 0.05
    assert f1_interval(truth, truth, seed=1) == (1.0, 1.0)


def test_recall_by_kind_of_mistake_by_hand():
    index = list("1234")
    table = recall_by_error(
        pd.Series(list("aabc"), index=index),
        pd.Series(list("xxxx"), index=index),
        pd.Series(["", "", "f|g", "f"], index=index),
    )
    assert table.set_index("error").loc["f"].tolist() == [5, 0, 0.0]
    assert table.set_index("error").loc["sans faute", "recall"] == 1.0


# Groups


def test_groups_without_veto_are_the_connected_components():
    records = pd.DataFrame({"record_id": list("abcd")}).assign(given_name=None, family_name=None)
    records = records.assign(birth_date=None, birth_year=None)
    pairs = pd.DataFrame({"left": ["a", "b"], "right": ["b", "c"], "weight": [5.0, 3.0]})
    assert cluster(records, pairs, threshold=2).tolist() == ["a", "a", "a", "d"]
    assert cluster(records, pairs, threshold=4).tolist() == ["a", "a", "c", "d"]


@pytest.mark.parametrize(
    ("one", "two", "expected"),
    [
        (("CLAIRE", "MARTIN", None, None), ("PAUL", "MARTIN", None, None), True),
        (("CLAIRE", "MARTIN", None, None), ("CLAIER", "MARTIN", None, None), False),
        (("ALEXANDRE", "MARTIN", None, None), ("ALEX", "MARTIN", None, None), False),
        (("C", "MARTIN", None, None), ("PAUL", "MARTIN", None, None), False),
        (("MARTIN", "CLAIRE", None, None), ("CLAIRE", "MARTIN", None, None), False),
        (("PAUL", "MARTIN", "1950-03-02", "1950"), ("PAUL", "MARTIN", "1978-11-20", "1978"), True),
        (("PAUL", "MARTIN", "1950-03-02", "1950"), ("PAUL", "MARTIN", "1950-02-03", "1950"), False),
        (("PAUL", "MARTIN", "1950-03-02", "1950"), ("PAUL", "MARTIN", None, "1978"), True),
        ((None, "MARTIN", None, None), ("PAUL", "MARTIN", None, None), False),
    ],
)
def test_records_that_contradict_each_other(one, two, expected):
    assert contradict(one, two) is contradict(two, one) is expected


def test_the_veto_buys_precision(records, linkage, truth, groups):
    with_veto = pair_scores(groups, truth)
    without = pair_scores(cluster(records, linkage.pairs, threshold=2.0, veto=False), truth)
    assert with_veto.precision > without.precision + 0.01 and with_veto.f1 > without.f1


# Golden records


def test_golden_records_by_hand():
    base = dict.fromkeys(["title", "company", "birth_date", "number", "street", "complement", "city", "landline"])
    rows = [
        base | {"record_id": "s/1", "given_name": "ALEX", "family_name": "MARTIN", "email": "old@x.example"},
        base | {"record_id": "s/2", "given_name": "ALEXANDRE", "family_name": "MARTNI", "email": None},
        base | {"record_id": "t/3", "given_name": "ALEXANDRE", "family_name": "MARTIN", "email": "new@x.example"},
    ]
    table = pd.DataFrame(rows).assign(
        source=["s", "s", "t"],
        created=pd.to_datetime(["2023-01-01", "2023-06-01", "2024-01-01"]),
        updated=pd.to_datetime(["2023-01-01", "2025-06-01", "2024-01-01"]),
        mobile=["0600000001", None, None],
        postcode=["49000", "49100", "49000"],
    )
    table.loc[0, ["number", "street"]] = ["3", "RUE FOCH"]
    (golden,) = golden_records(table, pd.Series("s/1", index=table["record_id"])).to_dict("records")
    assert (golden["given_name"], golden["family_name"]) == ("ALEXANDRE", "MARTIN")
    assert (golden["email"], golden["mobile"]) == ("new@x.example", "0600000001")
    assert (golden["number"], golden["street"], golden["postcode"]) == ("3", "RUE FOCH", "49000")
    assert (golden["records"], golden["sources"], golden["customer"]) == (3, 2, True)
    assert golden["created"] == pd.Timestamp("2023-01-01") and golden["updated"] == pd.Timestamp("2025-06-01")


@pytest.mark.parametrize(
    "names, kept",
    [
        (["ANOUK", "ANOUK", "ANOOUK"], "ANOUK"),  # the longest is a slip
        (["J", "J", "JEAN"], "JEAN"),
        (["ALEX", "ALEX", "ALEXANDRE", "ALEXANDRA", "ALEXANDRE"], "ALEXANDRE"),
    ],
)
def test_a_first_name_is_neither_cut_short_nor_the_longest_slip(names, kept):
    fields = [field for rule in RULES for field in rule.fields]
    day = pd.Timestamp("2024-01-01")
    table = pd.DataFrame({field: [None] * len(names) for field in fields} | {"given_name": names, "source": "s"})
    table = table.assign(record_id=[f"s/{k}" for k in range(len(names))], created=day, updated=day)
    (golden,) = golden_records(table, pd.Series("s/0", index=table["record_id"])).to_dict("records")
    assert golden["given_name"] == kept


def test_a_person_of_the_bought_file_alone_is_no_customer(records, groups):
    golden = golden_records(records, groups)
    alone = records.groupby(groups.to_numpy())["source"].agg(lambda sources: set(sources) == {"fichier_externe"})
    assert (~golden["customer"]).sum() == alone.sum() > 50
    assert golden["golden_id"].is_unique and len(golden) == groups.nunique()


def test_sales_keep_their_total_under_golden_customers(firm, records, groups):
    sales = firm[0]["sources/ventes_comptes"]
    accounts = account_map(records, golden_records(records, groups), groups)
    after = golden_sales(sales, accounts)
    assert after["customer_id"].notna().all() and after["amount_cents"].sum() == sales["amount_cents"].sum()
    customers = firm[0]["verite/personnes"]["customer_id"].nunique()
    assert abs(after["customer_id"].nunique() / customers - 1) < 0.06 < sales["account_id"].nunique() / customers - 1


def test_numbers_of_other_tables_meet_golden_ones_by_their_orders():
    clean = pd.Series(["M1", "M1", "M1", "M2"], index=["V1", "V2", "V3", "V4"])
    found = golden_of(clean, pd.Series(["G1", "G1", "G2", "G2"], index=clean.index))
    assert found.to_dict() == {"M1": "G1", "M2": "G2"}


def test_every_field_has_one_rule():
    fields = [name for rule in RULES for name in rule.fields]
    assert len(fields) == len(set(fields)) and len(rules_table()) == len(RULES)


def test_exact_rules_by_hand():
    records = pd.DataFrame({"record_id": list("dcba"), "email": ["m", None, "m", None], "mobile": ["1", "2", "1", "2"]})
    assert exact_pairs(records, ("email",))[["left", "right"]].to_numpy().tolist() == [["b", "d"]]
    both = exact_pairs(records, ("email",), ("mobile",))
    assert both[["left", "right"]].to_numpy().tolist() == [["a", "c"], ["b", "d"]]


def test_sales_are_written_for_the_next_chapters_and_never_over(tmp_path):
    from grc_helpers import load
    from grc_helpers.identity.golden import write_sales

    sales = pd.DataFrame({"customer_id": ["a", "b"], "date": pd.to_datetime(["2024-01-02", "2024-02-03"])})
    sales = sales.assign(amount=[10.5, 20.0], order_id=["V1", "V2"], channel="web")
    assert write_sales(tmp_path, {"ventes_dorees": sales}) == ["ventes_dorees.parquet"]
    data = load(tmp_path / "ventes_dorees.parquet")
    assert (data.counts().rows, data.counts().customers) == (2, 2) and data.table.columns[:4] == (
        "customer_id",
        "date",
        "amount_cents",
        "order_id",
    )
    with pytest.raises(GrcError, match="contient déjà ventes_dorees.parquet"):
        write_sales(tmp_path, {"ventes_dorees": sales})
    with pytest.raises(GrcError, match="n'existe pas"):
        write_sales(tmp_path / "absent", {"ventes_dorees": sales})
