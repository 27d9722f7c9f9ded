"""Flows that close on the change of sales; views that answer one another."""

import numpy as np
import pandas as pd
import pytest

from grc_helpers.evaluation import flows, views


@pytest.fixture
def moved():
    rows = [("new", 2, 5), ("back", 2, 7), ("up", 1, 10), ("up", 2, 20), ("same", 1, 10), ("same", 2, 10.5),
            ("down", 1, 10), ("down", 2, 4), ("gone", 1, 8), ("old", 0, 3), ("back", 0, 1)]  # fmt: skip
    spend = pd.DataFrame(rows, columns=["customer_id", "period", "spend"])
    first = pd.Series("2022-05-01", index=spend["customer_id"].unique())
    first["new"] = "2024-01-01"
    return flows.customer_flows(spend, first, start="2024-01-01")


def test_each_customer_has_its_flow(moved):
    assert moved["flow_kind"].to_dict() == {
        "new": "Acquis", "back": "Revenus", "up": "Développés", "same": "Maintenus", "down": "Réduits",
        "gone": "Perdus",
    }  # fmt: skip


def test_flows_add_up_to_the_change(moved):
    table = flows.flow_table(moved)
    assert list(table.index) == [*flows.FLOWS, "Total"] and table.loc["Total", "customers"] == 6
    assert table.loc["Total", "sales_change"] == pytest.approx(46.5 - 38)
    assert table.drop(index="Total")["sales_change"].sum() == pytest.approx(8.5)
    change, low, high = flows.change_interval(moved)
    assert change == pytest.approx(8.5) and high - change == pytest.approx(
        1.96 * np.sqrt(25 + 49 + 100 + 0.25 + 36 + 64)
    )
    assert change - low == pytest.approx(high - change)


def test_tiers_rank_what_was_spent_before():
    n = 100
    spend = pd.DataFrame({"before": np.arange(1.0, n + 1), "after": 0.0, "flow_kind": "Perdus"})
    spend.loc[95:, "flow_kind"] = "Développés"
    table = flows.flows_by_tier(spend)
    assert list(table["customers"]) == [5, 15, 80] and list(table["tier_lost"]) == [0, 1, 1]
    assert table["tier_developed"].iloc[0] == 1 and table["sales_before"].iloc[0] == 96 + 97 + 98 + 99 + 100


def test_the_interval_of_the_change_covers_fresh_firms():
    """Customers come in Poisson numbers, each with a change of mean one: the truth is known."""
    rng, inside, runs, mean = np.random.default_rng(4), 0, 2000, 300
    for size in rng.poisson(mean, runs):
        change = 1 + rng.gamma(2.0, 1.0, size) - 2
        _, low, high = flows.change_interval(pd.DataFrame({"before": 0.0, "after": change}))
        inside += low <= mean <= high
    assert abs(inside / runs - 0.95) < 3.5 * np.sqrt(0.95 * 0.05 / runs)


def daily(rows):
    table = pd.DataFrame(rows, columns=["customer_id", "date", "amount"])
    return table.assign(date=pd.to_datetime(table["date"]))


def test_history_counts_back_from_the_end_and_compares_with_a_year_before():
    end = pd.Timestamp("2024-12-31")
    rows = [("A", end, 10), ("B", end - pd.Timedelta(days=90), 5), ("A", end - pd.Timedelta(days=91), 7),
            ("A", end - pd.Timedelta(days=364), 3)]  # fmt: skip
    table = views.history(daily(rows), start=end - pd.Timedelta(days=454), end=end)
    assert list(table["sales"]) == [3, 0, 0, 7, 15] and list(table["buyers"]) == [1, 0, 0, 1, 2]
    assert table["year_before"].iloc[-1] == 3 and table["year_before"].iloc[:4].isna().all()


def test_relations_follow_customers_and_split_the_change():
    cuts = ["2022-01-01", "2023-01-01", "2024-01-01", "2025-01-01"]
    rows = [("A", "2023-05-01", "web", 10), ("A", "2024-05-01", "boutique", 12), ("B", "2023-05-01", "web", 4),
            ("B", "2024-05-01", "web", 6), ("C", "2023-05-01", "boutique", 8), ("D", "2024-05-01", "web", 9),
            ("E", "2022-05-01", "web", 100)]  # fmt: skip
    sales = pd.DataFrame(rows, columns=["customer_id", "date", "element", "amount"])
    moves, change = views.relations(sales.assign(date=pd.to_datetime(sales["date"])), cuts=cuts, least=1)
    assert moves.loc["web", "boutique"] == 0.5 == moves.loc["web", "web"] and moves.loc["boutique", "parti"] == 1
    assert np.allclose(moves.sum(axis=1), 1)
    assert change.loc["web", "sales_change"] == 1 and change.loc["web", "from_kept"] == -8
    assert change.loc["web", "from_flows"] == 9 and change.loc["boutique", "from_flows"] == -8
    assert change["sales_change"].sum() == 27 - 22


def test_small_elements_are_put_together():
    rows = [(f"C{k}", day, f"rayon {k}", 10 - k) for k in range(9) for day in ("2023-05-01", "2024-05-01")]
    sales = pd.DataFrame(rows, columns=["customer_id", "date", "element", "amount"])
    moves, change = views.relations(
        sales.assign(date=pd.to_datetime(sales["date"])),
        cuts=["2022-01-01", "2023-01-01", "2024-01-01", "2025-01-01"],
        least=2,
    )
    assert len(change) == views.MOST + 1 and change.loc["autres", "sales_before"] == 4 + 3 + 2
    assert list(moves.index) == ["autres"] and moves.loc["autres", "autres"] == 1


def test_sales_without_channel_nor_product_have_no_market():
    from grc_helpers.data.loading import load

    assert views.market_elements(load("cdnow")) is None
    assert views.market_elements(load("cafes_merle"))[1] == "canaux"


def test_a_column_called_canal_is_the_channel_of_a_users_file(tmp_path):
    from grc_helpers.data.loading import load

    rows = [("A", "2024-01-02", 3, "site"), ("B", "2024-01-13", 4, "boutique")]
    path = tmp_path / "ventes.csv"
    pd.DataFrame(rows, columns=["client", "date", "montant", "Canal"]).to_csv(path, index=False)
    table, what = views.market_elements(load(path))
    assert what == "canaux" and sorted(table["element"]) == ["boutique", "site"]


def test_competitors_of_a_survey():
    wallet = pd.DataFrame(
        {
            "customer_id": list("AB"),
            "declared_share": [0.5, 0.75],
            "declared_category": [100.0, 200.0],
            "main_competitor": "Z",
        }
    )
    assert views.competitors(wallet).loc["Z"].tolist() == [2, 0.625, 50]


def test_a_small_flow_is_not_written_on_the_figure(moved):
    import matplotlib.pyplot as plt

    from grc_helpers.evaluation.figures import plot_flows

    fig, ax = plt.subplots()
    alt = plot_flows(ax, flows.flow_table(moved), smallest=5)
    said = " ".join([alt, ax.get_title(loc="left"), ax.get_title(), *(text.get_text() for text in ax.texts)])
    plt.close(fig)
    assert "moins de 5" in said and "Acquis : 1" not in said and "clients)" not in said
    fig, ax = plt.subplots()
    assert "acquis 1 ;" in plot_flows(ax, flows.flow_table(moved))
    plt.close(fig)
