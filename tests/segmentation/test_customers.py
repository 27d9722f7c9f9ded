"""Customers of a half-year: what is read, what is set aside, what is refused."""

from types import SimpleNamespace

import ibis
import numpy as np
import pandas as pd
import pytest

from grc_helpers.data.loading import load
from grc_helpers.errors import GrcError
from grc_helpers.segmentation.customers import describe_customers
from grc_helpers.segmentation.naming import tell_criteria

MODEL = {"margin_rate": 0.5, "cost_per_order": 1.0, "seed": 1}


def test_each_column_has_its_family_or_a_reason(shop_customers):
    families = shop_customers.families
    assert families["profil"] == ["sorte", "age"]
    assert {"need: thé", "need: café", "orders", "silence"} <= set(families["comportement"])
    assert {"channel: site", "channel: magasin", "weekend"} <= set(families["situation"])
    why = shop_customers.aside.set_index("column")["why"]
    assert "100 modalités" in why["ville"] and "une seule valeur" in why["pays"] and "aucune valeur" in why["note"]
    assert shop_customers.reach.mean() == pytest.approx(0.5, abs=0.02)


def test_sums_by_hand(shop_file, shop_customers):
    """Against pandas: the first half-year's spend and orders, the second's profit."""
    sales = pd.read_csv(shop_file, parse_dates=["date"])
    first, second, end = (pd.Timestamp(day) for day in shop_customers.cuts)
    one = sales[(sales["date"] >= first) & (sales["date"] < second)].groupby("client")
    two = sales[(sales["date"] >= second) & (sales["date"] < end)].groupby("client")
    assert shop_customers.now["spend"].to_dict() == pytest.approx(one["montant"].sum().to_dict())
    assert shop_customers.now["orders"].to_dict() == one["date"].nunique().to_dict()
    profit = (0.5 * two["montant"].sum() - two["date"].nunique()).reindex(shop_customers.now.index).fillna(0)
    assert shop_customers.goal.to_dict() == pytest.approx(profit.to_dict())
    tea = sales[(sales["rayon"] == "thé") & (sales["date"] >= first) & (sales["date"] < second)]
    share = (tea.groupby("client")["montant"].sum() / one["montant"].sum()).fillna(0)
    assert shop_customers.now["need: thé"].to_dict() == pytest.approx(share.to_dict())


def test_odd_and_even_weeks_make_the_half_year(shop_customers):
    both = shop_customers.odd["spend"] + shop_customers.even["spend"]
    assert both.to_dict() == pytest.approx(shop_customers.now.loc[both.index, "spend"].to_dict())


def test_nothing_of_the_second_half_enters_the_first(shop_data, shop_customers):
    later = ibis.literal(shop_customers.cuts[1])
    lines = shop_data.table
    dearer = lines.mutate(amount_cents=(lines.date >= later).ifelse(lines.amount_cents * 7 + 1, lines.amount_cents))
    changed = SimpleNamespace(**(vars(shop_data) | {"table": dearer}))
    seen = describe_customers(changed, **MODEL)
    pd.testing.assert_frame_equal(seen.now, shop_customers.now)
    assert seen.goal.mean() > 5 * shop_customers.goal.mean()


def test_many_customers_are_drawn_by_the_seed(shop_data):
    drawn = [describe_customers(shop_data, **(MODEL | {"seed": seed}), most=60) for seed in (1, 1, 2)]
    assert len(drawn[0].now) == 60 and drawn[0].total > 60
    assert drawn[0].now.index.equals(drawn[1].now.index) and not drawn[0].now.index.equals(drawn[2].now.index)


def test_an_unknown_column_is_refused(shop_data):
    with pytest.raises(GrcError, match="« gamme » n'existe pas(?s:.*)need_column(?s:.*)rayon"):
        describe_customers(shop_data, **MODEL, need_column="gamme")


def test_a_column_may_be_named_as_in_the_file_or_as_it_was_read(shop_data, shop_customers):
    for name in ("rayon", "category"):
        seen = describe_customers(shop_data, **MODEL, need_column=name, channel_column="canal")
        pd.testing.assert_frame_equal(seen.now, shop_customers.now)


def written(tmp_path, frame):
    frame.to_csv(tmp_path / "ventes.csv", index=False)
    return load(tmp_path / "ventes.csv")


def test_ten_customers_are_refused(tmp_path):
    rng = np.random.default_rng(1)
    days = pd.Timestamp("2024-01-01") + pd.to_timedelta(np.arange(0, 364, 4), unit="D")
    sales = pd.DataFrame(
        {"client": [f"C{k % 10}" for k in range(len(days))], "date": days, "montant": rng.integers(1, 9, len(days))}
    )
    with pytest.raises(GrcError, match="Trop peu de clients(?s:.*)10 clients(?s:.*)au moins 50"):
        describe_customers(written(tmp_path, sales), **MODEL)


def test_customers_who_all_bring_the_same_are_refused(tmp_path):
    days = ["2024-01-01", "2024-03-05", "2024-09-05", "2024-12-29"]
    sales = pd.DataFrame(
        [(f"C{k:02d}", day, 10) for k in range(60) for day in days], columns=["client", "date", "montant"]
    )
    with pytest.raises(GrcError, match="la même chose(?s:.*)deux semestres"):
        describe_customers(written(tmp_path, sales), **MODEL)


def test_returns_do_not_make_shares_outside_zero_and_one(tmp_path):
    rng = np.random.default_rng(1)
    days = pd.Timestamp("2024-01-01") + pd.to_timedelta(rng.integers(0, 364, 800), unit="D")
    sales = pd.DataFrame({"client": [f"C{k % 71}" for k in range(800)], "date": days, "rayon": ["x", "y"] * 400})
    sales["montant"] = np.round(rng.normal(5, 20, 800), 2)
    seen = describe_customers(written(tmp_path, sales), **MODEL)
    shares = seen.now.filter(regex="need|weekend")
    assert shares.shape[1] == 3 and shares.min().min() >= 0 and shares.max().max() <= 1


def test_customers_who_cost_more_than_they_bring_are_refused(shop_data):
    with pytest.raises(
        GrcError, match="coûtent plus qu'ils ne rapportent(?s:.*)−(?s:.*)par client(?s:.*)cost_per_order"
    ):
        describe_customers(shop_data, seed=1, margin_rate=0.01, cost_per_order=100.0)


def test_an_attribute_told_on_some_lines_only_is_one_and_one_that_moves_is_set_aside(tmp_path, shop_file):
    sales = pd.read_csv(shop_file)
    sales["sorte"] = sales["sorte"].where(np.arange(len(sales)) % 3 > 0, "")
    sales["vendeur"] = np.where(np.arange(len(sales)) % 2, "Ana", "Luc")
    seen = describe_customers(written(tmp_path, sales), **MODEL)
    assert "sorte" in seen.families["profil"] and set(seen.now["sorte"].dropna()) == {"entreprise", "particulier"}
    why = seen.aside.set_index("column")["why"]
    assert why["vendeur"] == "change d'un achat à l'autre" and "rayon" not in why and "canal" not in why
    told = tell_criteria(seen.families, seen.aside)
    assert told.startswith("Critères lus : sorte, ") and "vendeur (change d'un achat à l'autre)" in told
