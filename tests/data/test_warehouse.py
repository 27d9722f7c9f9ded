"""Warehouse: equal to lifetimes on CDNOW, right on examples done by hand, within the limits that it was given."""

import subprocess
import sys
import warnings
from datetime import date
from pathlib import Path

import ibis
import pandas as pd
import pytest
from lifetimes.utils import summary_data_from_transaction_data

from grc_helpers.data.loading import load, read_table
from grc_helpers.data.warehouse import cohorts, collect, connect, customer_base, period_spend, value_tiers
from grc_helpers.errors import GrcError

ROOT = Path(__file__).resolve().parents[2]
CONVENTIONS = {
    "days": ({"period": "day", "unit": "day"}, {"freq": "D"}),
    "days / 7": ({"period": "day", "unit": "week"}, {"freq": "D", "freq_multiplier": 7}),
    "weeks": ({"period": "week", "unit": "week"}, {"freq": "W"}),
}
each_convention = pytest.mark.parametrize(("ours", "theirs"), CONVENTIONS.values(), ids=CONVENTIONS)
SUMMARY = ["frequency", "recency", "T", "monetary_value"]


@pytest.fixture(scope="module")
def cdnow():
    return load("cdnow", connection=connect(threads=2))


@pytest.fixture(scope="module")
def cdnow_rows():
    return read_table("cdnow", "transactions.parquet")


def lifetimes_summary(rows: pd.DataFrame, end: date, **options) -> pd.DataFrame:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # an archived library on a recent pandas
        summary = summary_data_from_transaction_data(
            rows, "customer_id", "date", "dollar_value", observation_period_end=pd.Timestamp(end), **options
        )
    return summary.sort_index()


def transactions(rows: list[tuple]) -> ibis.Table:
    """Return transactions from (customer, ISO day, amount in cents[, order])."""
    names = ["customer_id", "date", "amount_cents", "order_id"][: len(rows[0])]
    frame = pd.DataFrame(rows, columns=names)
    return ibis.memtable(frame.assign(date=[date.fromisoformat(day) for day in frame["date"]]))


def base(rows: list[tuple], end: str, **options) -> pd.DataFrame:
    table = customer_base(transactions(rows), observation_end=date.fromisoformat(end), **options)
    return collect(table).set_index("customer_id")


# Customer table: the reference implementation


@each_convention
@pytest.mark.parametrize("end", [date(1998, 6, 30), date(1997, 9, 28)], ids=["end of the data", "inside the data"])
def test_equals_lifetimes_on_every_customer_of_cdnow(cdnow, cdnow_rows, end, ours, theirs):
    expected = lifetimes_summary(cdnow_rows, end, **theirs)
    found = collect(customer_base(cdnow.table, observation_end=end, **ours)).set_index("customer_id")
    assert len(expected) == 23570
    pd.testing.assert_frame_equal(
        found[SUMMARY], expected[SUMMARY], check_dtype=False, check_names=False, check_index_type=False, rtol=1e-12
    )


def test_weeks_never_look_beyond_the_end_of_observation(cdnow, cdnow_rows):
    """Lifetimes keeps the whole week that holds the end, a Tuesday here: cut by hand, it agrees with us."""
    end, (ours, theirs) = date(1997, 9, 30), CONVENTIONS["weeks"]
    found = collect(customer_base(cdnow.table, observation_end=end, **ours)).set_index("customer_id")[SUMMARY]
    ahead = lifetimes_summary(cdnow_rows, end, **theirs)[SUMMARY]
    seen = lifetimes_summary(cdnow_rows[cdnow_rows["date"] <= pd.Timestamp(end)], end, **theirs)[SUMMARY]
    pd.testing.assert_frame_equal(found, seen, check_dtype=False, check_names=False, check_index_type=False)
    assert (found["frequency"] < ahead["frequency"]).sum() > 100


def test_calibration_summary_of_the_cdnow_sample_fader_hardie_lee_2005(cdnow):
    """Fader, Hardie & Lee (2005) publish x, t_x and T, in weeks of seven days, of 2 357 customers to 1997-09-30."""
    published = read_table("cdnow", "sample.parquet").set_index("customer_id")
    table = customer_base(cdnow.table, observation_end=date(1997, 9, 30), unit="week")
    found = collect(table).set_index("customer_id").loc[published.index]
    assert len(published) == 2357
    assert (found["frequency"] == published["x"]).all()
    assert (found["recency"] - published["t_x"]).abs().max() < 0.00501
    assert (found["T"] - published["T"]).abs().max() < 0.00501
    assert (found["monetary_value"] - published["zbar"]).abs().max() < 0.00501


# Customer table: by hand


def test_customer_table_by_hand():
    rows = [("a", "2024-01-01", 1000), ("a", "2024-01-11", 500), ("a", "2024-01-11", 700), ("a", "2024-01-31", 300)]
    found = base([*rows, ("b", "2024-01-31", 250)], "2024-02-10", unit="day")
    a, b = found.loc["a"], found.loc["b"]
    assert (a["first_purchase"], a["last_purchase"]) == (pd.Timestamp("2024-01-01"), pd.Timestamp("2024-01-31"))
    assert (a["frequency"], a["recency"], a["T"], a["days_since_last"], a["n_orders"]) == (2, 30, 40, 10, 3)
    assert (a["monetary_value"], a["total_spend"]) == (7.5, 25.0)  # (12 + 3) / 2, the first day apart
    assert (b["frequency"], b["recency"], b["T"], b["monetary_value"], b["total_spend"]) == (0, 0, 10, 0, 2.5)


def test_days_that_net_to_zero_or_less_are_purchase_days():
    rows = [("a", "2024-01-01", 1000), ("a", "2024-01-02", -400), ("a", "2024-01-03", 0), ("a", "2024-01-04", 700)]
    a = base(rows, "2024-01-04").loc["a"]
    assert (a["frequency"], a["monetary_value"], a["total_spend"]) == (3, 1.0, 13.0)  # (−4 + 0 + 7) / 3


def test_a_first_purchase_of_nothing_is_still_the_first():
    a = base([("a", "2024-01-01", 0), ("a", "2024-01-08", 500)], "2024-01-08").loc["a"]
    assert (a["frequency"], a["recency"], a["monetary_value"]) == (1, 7, 5.0)


@pytest.mark.parametrize(
    ("days", "frequency", "recency"),
    [
        (("2024-01-07", "2024-01-08"), 1, 1),  # Sunday and Monday: two weeks, one day apart
        (("2024-01-08", "2024-01-14"), 0, 0),  # Monday and Sunday: one week
        (("2024-12-30", "2025-01-01"), 0, 0),  # the first ISO week of 2025 starts in 2024
    ],
)
def test_weeks_start_on_monday_across_years(days, frequency, recency):
    a = base([("a", day, 100) for day in days], "2025-01-05", period="week", unit="week").loc["a"]
    assert (a["frequency"], a["recency"]) == (frequency, recency)
    assert (a["first_purchase"], a["last_purchase"]) == tuple(pd.Timestamp(day) for day in days)


def test_purchases_after_the_end_are_left_out():
    rows = [("a", "2024-01-01", 100), ("a", "2024-01-10", 900), ("b", "2024-01-11", 500)]
    found = base(rows, "2024-01-10")
    assert list(found.index) == ["a"] and found.loc["a", "total_spend"] == 10.0
    assert base(rows, "2023-12-31").empty


def test_orders_are_distinct_numbers_or_else_days():
    rows = [("a", "2024-01-01", 100), ("a", "2024-01-01", 100), ("a", "2024-01-02", 100), ("a", "2024-01-03", 100)]
    numbered = [(*row, order) for row, order in zip(rows, ("x", "y", "y", "z"), strict=True)]
    for period in ("day", "week"):
        assert base(rows, "2024-01-31", period=period).loc["a", "n_orders"] == 3
        assert base(numbered, "2024-01-31", period=period).loc["a", "n_orders"] == 3
    assert base(numbered, "2024-01-31").loc["a", "total_spend"] == 4.0


def test_orders_of_complete_journey_are_its_baskets():
    """155 848 baskets, 4 596 039.58 dollars, 2 469 households."""
    journey = load("complete_journey")
    customers = collect(customer_base(journey.table, observation_end=journey.observation_end))
    assert len(customers) == 2469 and customers["n_orders"].sum() == 155848
    assert customers["total_spend"].sum() == pytest.approx(4596039.58, abs=0.001)


@pytest.mark.parametrize("option", ["period", "unit"])
def test_an_unknown_period_or_unit_is_refused(option):
    with pytest.raises(GrcError, match=f"« month » ne convient pas pour « {option} »(.|\n)*day, week"):
        base([("a", "2024-01-01", 100)], "2024-01-31", **{option: "month"})


# Spend by period


def test_period_spend_counts_from_each_cut_to_the_day_before_the_next():
    days = ["2023-12-31", "2024-01-01", "2024-06-30", "2024-07-01", "2024-12-31", "2025-01-01"]
    rows = [("a", day, 100 * 2**i) for i, day in enumerate(days)]
    found = collect(period_spend(transactions(rows), cuts=[date(2024, 1, 1), date(2024, 7, 1), date(2025, 1, 1)]))
    assert found.to_dict("list") == {
        "customer_id": ["a", "a"],
        "period": [0, 1],
        "spend": [6.0, 24.0],
        "n_orders": [2, 2],
    }


def test_period_spend_counts_orders_once():
    rows = [("a", "2024-01-01", 100, "x"), ("a", "2024-01-02", 100, "x"), ("b", "2024-01-01", 100, "y")]
    found = collect(period_spend(transactions(rows), cuts=[date(2024, 1, 1), date(2024, 7, 1)]))
    assert found["n_orders"].tolist() == [1, 1]


@pytest.mark.parametrize("cuts", [[], [date(2024, 1, 1)], [date(2024, 1, 1)] * 2, [date(2024, 2, 1), date(2024, 1, 1)]])
def test_period_spend_refuses_cuts_that_do_not_increase(cuts):
    with pytest.raises(GrcError, match="au moins deux, et croissantes"):
        period_spend(transactions([("a", "2024-01-01", 100)]), cuts=cuts)


# Tiers


@pytest.mark.parametrize(
    ("name", "published"), [("cdnow", (0.367, 0.311, 0.322)), ("complete_journey", (0.216, 0.330, 0.455))]
)
def test_share_of_sales_of_the_5_15_80_tiers(name, published):
    dataset = load(name)
    tiers = collect(value_tiers(customer_base(dataset.table, observation_end=dataset.observation_end)))
    sales = tiers.groupby("tier")["total_spend"].sum()
    # Published to a tenth of a per cent, with tier sizes rounded another way: one household more or less in a tier.
    assert (sales / sales.sum()).tolist() == pytest.approx(published, abs=0.0015)


def test_tier_sizes_round_halves_up(cdnow):
    tiers = collect(value_tiers(customer_base(cdnow.table, observation_end=cdnow.observation_end)))
    assert tiers["tier"].value_counts().to_dict() == {1: 1179, 2: 4714 - 1179, 3: 23570 - 4714}  # 5 % is 1 178.5


def test_ties_are_broken_by_customer():
    rows = [(customer, "2024-01-01", 100) for customer in "dbeca"]
    tiers = collect(
        value_tiers(customer_base(transactions(rows), observation_end=date(2024, 1, 31)), shares=(0.4, 0.6))
    )
    assert dict(zip(tiers["customer_id"], tiers["rank"], strict=True)) == dict(zip("abcde", range(1, 6), strict=True))
    assert tiers["tier"].tolist() == [1, 1, 2, 2, 2]


def test_tiers_rank_by_any_column():
    customers = ibis.memtable({"customer_id": ["a", "b", "c", "d"], "profit": [-5.0, 3.0, 12.0, 0.0]})
    tiers = collect(value_tiers(customers, by="profit", shares=(0.25, 0.25, 0.5))).set_index("customer_id")
    assert tiers["rank"].to_dict() == {"a": 4, "b": 2, "c": 1, "d": 3}
    assert tiers["tier"].to_dict() == {"a": 3, "b": 2, "c": 1, "d": 3}


@pytest.mark.parametrize("shares", [(0.05, 0.15, 0.70), (0.5, 0.5, 0.0), (1.2, -0.2), ()])
def test_tier_shares_must_sum_to_one(shares):
    customers = ibis.memtable({"customer_id": ["a"], "total_spend_cents": [1]})
    with pytest.raises(GrcError, match="positives et de somme 1(.|\n)*somme"):
        value_tiers(customers, shares=shares)


def test_tiers_name_the_columns_when_one_is_unknown():
    with pytest.raises(GrcError, match="« profit » ne convient pas pour « by »(.|\n)*customer_id, total_spend_cents"):
        value_tiers(ibis.memtable({"customer_id": ["a"], "total_spend_cents": [1]}), by="profit")


# Cohorts


def test_cohorts_by_hand():
    rows = [("a", "2024-01-31", 100), ("a", "2024-02-01", 200), ("a", "2025-01-01", 400), ("b", "2024-01-01", 800)]
    rows += [("c", "2024-02-29", 1600), ("c", "2024-02-01", 3200), ("d", "2025-02-01", 6400)]
    found = collect(cohorts(transactions(rows), observation_end=date(2025, 1, 31)))
    january, february = pd.Timestamp("2024-01-01"), pd.Timestamp("2024-02-01")
    assert list(found.itertuples(index=False, name=None)) == [
        (january, 0, 2, 9.0),
        (january, 1, 1, 2.0),
        (january, 12, 1, 4.0),
        (february, 0, 1, 48.0),
    ]


def test_cohorts_of_cdnow_lose_no_customer_and_no_dollar(cdnow):
    found = collect(cohorts(cdnow.table, observation_end=cdnow.observation_end))
    assert found.loc[found["age"] == 0, "n_active"].sum() == 23570
    assert found["spend"].sum() == pytest.approx(2500315.63, abs=0.001)
    assert sorted(found["cohort"].dt.strftime("%Y-%m").unique()) == ["1997-01", "1997-02", "1997-03"]


# Results


def test_collect_scales_cents_and_sorts_rows():
    table = ibis.memtable({"b": [2, 1, 1], "spend_cents": [5, 301, -299], "c": ["x", "y", "z"]})
    found = collect(table)
    assert found.to_dict("list") == {"b": [1, 1, 2], "spend": [-2.99, 3.01, 0.05], "c": ["z", "y", "x"]}
    assert collect(table.filter(table.b > 9)).columns.tolist() == ["b", "spend", "c"]


def test_collect_says_when_memory_is_short():
    rows = load("complete_journey", connection=connect(memory="5MB", threads=1)).table
    with pytest.raises(GrcError, match='La mémoire accordée(.|\n)*connect\\(memory="4GB"\\)'):
        collect(rows)


class SparkOptions(ibis.config.Config):
    """What a live Spark session sets; nothing here starts one."""

    treat_nan_as_null: bool = False


def test_the_same_expressions_are_written_for_spark(cdnow, monkeypatch):
    monkeypatch.setattr(ibis.options, "pyspark", SparkOptions())
    table, end = cdnow.table.drop("number_of_cds"), cdnow.observation_end
    numbered = table.mutate(order_id=table.customer_id)
    customers = customer_base(table, observation_end=end, period="week", unit="week")
    expressions = [
        customers,
        customer_base(numbered, observation_end=end),
        value_tiers(customers),
        cohorts(table, observation_end=end),
        period_spend(numbered, cuts=[date(1997, 1, 1), date(1997, 7, 1), date(1998, 1, 1)]),
    ]
    assert all("SELECT" in ibis.to_sql(expression, dialect="pyspark") for expression in expressions)


# Limits


def test_limits_are_those_of_the_connection():
    connection = connect(memory="300MB", threads=1)
    limit, threads, spill, downloads = connection.raw_sql(
        "SELECT current_setting('memory_limit'), current_setting('threads'), current_setting('temp_directory'), "
        "current_setting('autoinstall_known_extensions')"
    ).fetchone()
    assert (limit, threads, downloads) == ("286.1 MiB", 1, False)  # 300 million bytes
    assert not Path(spill).is_relative_to(Path.cwd())


def test_connections_do_not_share_their_limits_nor_their_spill():
    one, other = (
        connection.raw_sql("SELECT current_setting('threads'), current_setting('temp_directory')").fetchone()
        for connection in (connect(threads=1), connect(threads=2))
    )
    assert (one[0], other[0]) == (1, 2) and one[1] != other[1]


def test_no_progress_bar_reaches_the_outputs_of_a_notebook():
    """DuckDB turns its bar on where no script runs, as in a kernel or under ``python -c``."""
    code = (
        "from grc_helpers.data.warehouse import connect; "
        "print(connect().raw_sql(\"SELECT current_setting('enable_progress_bar')\").fetchone()[0])"
    )
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert answer.stdout.strip() == "False"


def test_a_kernel_without_ipywidgets_connects(tmp_path):
    """The lock without the test tools has none, and DuckDB then refuses the progress bar's setting in a kernel."""
    from nbclient import NotebookClient
    from nbformat.v4 import new_code_cell, new_notebook

    code = (
        f"import sys; sys.path.insert(0, {str(ROOT)!r}); sys.modules['ipywidgets'] = None\n"
        "from grc_helpers.data.warehouse import connect\n"
        "print(connect().raw_sql(\"SELECT current_setting('enable_progress_bar')\").fetchone()[0])"
    )
    notebook = new_notebook(cells=[new_code_cell(code)])
    NotebookClient(notebook, kernel_name="python3", timeout=60).execute(cwd=tmp_path)
    assert [output.text for output in notebook.cells[0].outputs] == ["False\n"]


@pytest.mark.parametrize("limits", [{"memory": "beaucoup"}, {"threads": 0}])
def test_limits_that_mean_nothing_are_refused(limits):
    with pytest.raises(GrcError, match="limites(.|\n)*2GB"):
        connect(**limits)
