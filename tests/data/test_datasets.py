"""What the data sets hold: published counts, and the defects that the cards tell."""

from datetime import date
from pathlib import Path

import duckdb
import pandas as pd
import pytest

DATASETS = Path(__file__).resolve().parents[2] / "datasets"
CDNOW = DATASETS / "cdnow" / "transactions.parquet"
SAMPLE = DATASETS / "cdnow" / "sample.parquet"
TRANSACTIONS = DATASETS / "complete_journey" / "transactions.parquet"
CATSUP = DATASETS / "catsup" / "catsup.parquet"
CRACKER = DATASETS / "cracker" / "cracker.parquet"


def one(query: str):
    """Return the only row of a query."""
    (row,) = duckdb.sql(query).fetchall()
    return row


def journey(name: str) -> str:
    return f"'{DATASETS / 'complete_journey' / name}.parquet'"


# CDNOW


def test_cdnow_counts_fader_hardie_2013():
    rows, customers, cds, dollars, first, last = one(
        f"SELECT count(*), count(DISTINCT customer_id), sum(number_of_cds), sum(CAST(dollar_value AS DECIMAL(12, 2))), "
        f"min(date), max(date) FROM '{CDNOW}'"
    )
    assert (rows, customers, cds, float(dollars)) == (69_659, 23_570, 167_881, 2_500_315.63)
    assert (first, last) == (date(1997, 1, 1), date(1998, 6, 30))


def test_cdnow_is_one_cohort_of_the_first_quarter_of_1997():
    start, end = one(f"SELECT min(d), max(d) FROM (SELECT min(date) d FROM '{CDNOW}' GROUP BY customer_id)")
    assert (start, end) == (date(1997, 1, 1), date(1997, 3, 25))


def test_cdnow_sample_of_2357_of_whom_1411_do_not_buy_again_in_calibration():
    rows, customers, once = one(
        f"WITH days AS (SELECT DISTINCT customer_id, date FROM '{CDNOW}' SEMI JOIN '{SAMPLE}' USING (customer_id) "
        f"WHERE date <= '1997-09-30'), n AS (SELECT count(*) AS n FROM days GROUP BY customer_id) "
        f"SELECT (SELECT count(*) FROM '{CDNOW}' SEMI JOIN '{SAMPLE}' USING (customer_id)), count(*), "
        f"count(*) FILTER (n = 1) FROM n"
    )
    assert (rows, customers, once) == (6_919, 2_357, 1_411)


def test_cdnow_published_summary_follows_from_the_log():
    wrong, count = one(
        f"WITH days AS (SELECT customer_id, date, sum(dollar_value) AS v FROM '{CDNOW}' WHERE date <= '1997-09-30' "
        f"GROUP BY ALL), ranked AS (SELECT *, row_number() OVER (PARTITION BY customer_id ORDER BY date) AS k "
        f"FROM days), "
        f"base AS (SELECT customer_id, count(*) - 1 AS x, (max(date) - min(date)) / 7 AS t_x, "
        f"(DATE '1997-09-30' - min(date)) / 7 AS T, coalesce(avg(v) FILTER (k > 1), 0) AS zbar "
        f"FROM ranked GROUP BY customer_id) "
        f"SELECT count(*) FILTER (s.x <> b.x OR abs(s.t_x - b.t_x) > .0051 OR abs(s.T - b.T) > .0051 "
        f"OR abs(s.zbar - b.zbar) > .0051), count(*) FROM '{SAMPLE}' s JOIN base b USING (customer_id)"
    )
    assert (wrong, count) == (0, 2_357)


def test_cdnow_first_customers_of_the_paper():
    sample = pd.read_parquet(SAMPLE).head(2)
    assert sample["customer_id"].tolist() == ["00004", "00021"]
    assert sample[["x", "t_x", "T"]].to_numpy().tolist() == [[2, 30.43, 38.86], [1, 1.71, 38.86]]


def test_cdnow_defects_of_the_card():
    zero, zero_customers, negative, days, repeated = one(
        f"SELECT count(*) FILTER (dollar_value = 0), count(DISTINCT customer_id) FILTER (dollar_value = 0), "
        f"count(*) FILTER (dollar_value < 0), "
        f"(SELECT count(*) FROM (SELECT DISTINCT customer_id, date FROM '{CDNOW}')), "
        f"count(*) - (SELECT count(*) FROM (SELECT DISTINCT * FROM '{CDNOW}')) FROM '{CDNOW}'"
    )
    assert (zero, zero_customers, negative, days, repeated) == (80, 80, 0, 67_591, 255)


# Complete Journey


def test_complete_journey_counts():
    households, baskets, rows, sales = one(
        f"SELECT count(DISTINCT household_id), count(DISTINCT basket_id), count(*), "
        f"sum(CAST(sales_value AS DECIMAL(12, 2))) FROM '{TRANSACTIONS}'"
    )
    assert (households, baskets, rows, float(sales)) == (2_469, 155_848, 1_469_307, 4_596_039.58)


def test_complete_journey_792_of_6589_targeted_pairs_redeem_a_coupon():
    pairs, redeemed, strangers = one(
        f"SELECT count(*), count(*) FILTER (r.household_id IS NOT NULL), (SELECT count(*) FROM "
        f"{journey('coupon_redemptions')} ANTI JOIN {journey('campaigns')} USING (household_id, campaign_id)) "
        f"FROM {journey('campaigns')} c LEFT JOIN (SELECT DISTINCT household_id, campaign_id "
        f"FROM {journey('coupon_redemptions')}) r USING (household_id, campaign_id)"
    )
    assert (pairs, redeemed, strangers) == (6_589, 792, 0)


def test_complete_journey_times_are_those_of_the_store():
    """Weeks run from Monday to Sunday, and stores are quietest before dawn, only on the store's clock."""
    first, last, weeks, dawn = one(
        f"SELECT min(transaction_date), max(transaction_date), "
        f"count(DISTINCT week - datediff('week', DATE '2016-12-26', transaction_date)), "
        f"avg((hour(transaction_timestamp) BETWEEN 1 AND 5)::INT) FROM '{TRANSACTIONS}'"
    )
    assert (first, last) == (date(2017, 1, 1), date(2017, 12, 31))
    assert weeks == 1 and dawn < 0.02
    disagree, christmas = one(
        f"SELECT count(*) FILTER (CAST(transaction_timestamp AS DATE) <> transaction_date), "
        f"count(*) FILTER (transaction_date = '2017-12-25') FROM '{TRANSACTIONS}'"
    )
    assert (disagree, christmas) == (0, 0)


def test_complete_journey_lines_have_a_key_and_baskets_one_owner():
    keys, mixed = one(
        f"SELECT count(*), count(*) FILTER (n > 1) FROM (SELECT basket_id, product_id, count(*) AS n "
        f"FROM '{TRANSACTIONS}' GROUP BY ALL)"
    )
    assert (keys, mixed) == (1_469_307, 0)
    (shared,) = one(
        f"SELECT count(*) FROM (SELECT basket_id FROM '{TRANSACTIONS}' GROUP BY basket_id "
        f"HAVING count(DISTINCT (household_id, store_id, transaction_timestamp)) > 1)"
    )
    assert shared == 0


def test_complete_journey_defects_of_the_card():
    zero, no_quantity, negative, unknown = one(
        f"SELECT count(*) FILTER (sales_value = 0), count(*) FILTER (sales_value = 0 AND quantity = 0), "
        f"count(*) FILTER (sales_value < 0), (SELECT count(*) FROM '{TRANSACTIONS}' ANTI JOIN {journey('products')} "
        f"USING (product_id)) FROM '{TRANSACTIONS}'"
    )
    assert (zero, no_quantity, negative, unknown) == (11_226, 8_820, 0, 4_836)
    described, their_sales, in_january, in_december = one(
        f"WITH h AS (SELECT household_id IN (SELECT household_id FROM {journey('demographics')}) AS known, "
        f"sum(sales_value) AS s, min(transaction_date) AS f, max(transaction_date) AS l FROM '{TRANSACTIONS}' "
        f"GROUP BY household_id) "
        f"SELECT count(*) FILTER (known), sum(s) FILTER (known) / sum(s), avg((f < '2017-02-01')::INT), "
        f"avg((l >= '2017-12-01')::INT) FROM h"
    )
    assert described == 801
    assert [round(100 * share, 1) for share in (their_sales, in_january, in_december)] == [57.1, 80.3, 83.5]


def test_complete_journey_campaigns_are_targeted():
    groups = duckdb.sql(
        f"SELECT targeted, count(*), round(avg(s)) FROM (SELECT household_id IN (SELECT household_id FROM "
        f"{journey('campaigns')}) AS targeted, sum(sales_value) AS s FROM '{TRANSACTIONS}' GROUP BY household_id) "
        f"GROUP BY ALL ORDER BY ALL"
    ).fetchall()
    assert groups == [(False, 910, 593), (True, 1_559, 2_602)]


# The others


def test_wa_churn_counts_and_churn_by_contract():
    table = pd.read_parquet(DATASETS / "telecom" / "telecom.parquet")
    churned = table["churn"].eq("Yes")
    assert (len(table), churned.sum(), table["customer_id"].is_unique) == (7_043, 1_869, True)
    by_contract = churned.groupby(table["contract"]).mean().round(4)
    assert by_contract.to_dict() == {"Month-to-month": 0.4271, "One year": 0.1127, "Two year": 0.0283}
    assert (table["total_charges"].isna() == (table["tenure"] == 0)).all() and table["tenure"].eq(0).sum() == 11


def test_donations_of_11104_donors_over_six_years():
    table = pd.read_csv(DATASETS / "donations" / "donations.csv")
    assert table["weights"].sum() == 11_104 and set(table["periods"]) == {6}
    assert (table["frequency"] <= table["recency"]).all() and not table.duplicated(["frequency", "recency"]).any()


def test_champagne_568_households():
    table = pd.read_csv(DATASETS / "champagne" / "champagne.csv")
    assert table["bottles"].tolist() == list(range(9))
    assert table["households"].tolist() == [400, 60, 30, 20, 8, 8, 9, 6, 27]


def test_published_balance_sheets_add_up():
    """Totals that the reports print: Microsoft's assets and equity, LinkedIn's price and its identified intangibles."""
    folder = DATASETS / "bilans"
    microsoft = pd.read_csv(folder / "microsoft_2023.csv").groupby("family")["amount"].sum()
    assert microsoft.drop("dettes").sum() == 411_976 and microsoft.sum() == 206_223
    linkedin = pd.read_csv(folder / "linkedin_2016.csv")
    assert linkedin["amount"].sum() == 27_009
    assert linkedin.loc[~linkedin["family"].isin(["comptable", "reste"]), "amount"].sum() == 7_887
    sheets = pd.read_csv(folder / "bilans.csv").set_index("firm")
    equity = sheets["assets"] - sheets["debts"]
    printed = {"Apple": 62.146, "Microsoft": 206.223, "Coca-Cola": 27.480, "LVMH": 62.701, "JPMorgan Chase": 327.878}
    assert equity.round(1).to_dict() == pytest.approx(printed, abs=0.1)


def test_caravan_is_the_tic_benchmark():
    table = pd.read_parquet(DATASETS / "caravan" / "caravan.parquet")
    assert (len(table), table["Purchase"].eq("Yes").sum(), table.shape[1]) == (5_822, 348, 87)
    assert len(table.loc[:, "MOSTYPE":"MKOOPKLA"].drop_duplicates()) == 1_734


def test_forbes_2000_firms_and_the_five_missing_profits():
    table = pd.read_parquet(DATASETS / "forbes2000" / "forbes2000.parquet")
    assert table["rank"].tolist() == list(range(1, 2_001)) and table["name"].is_unique
    missing = table.loc[table["profits"].isna(), "name"].tolist()
    assert missing == ["AMP", "HHG", "NTL", "US Airways Group", "Laidlaw International"]


@pytest.mark.parametrize(("path", "households", "rows"), [(CATSUP, 300, 2_798), (CRACKER, 136, 3_292)])
def test_household_panels(path, households, rows):
    table = pd.read_parquet(path)
    assert (table["id"].nunique(), len(table)) == (households, rows)
    assert table.groupby("id")["occasion"].agg(lambda rank: rank.tolist() == list(range(1, len(rank) + 1))).all()
    brands = {name.removeprefix("price.") for name in table if name.startswith("price.")}
    assert set(table["choice"]) == brands and len(brands) == 4
    prices = table[[f"price.{brand}" for brand in brands]]
    assert (prices == prices.round(2)).all(axis=None)


def test_cracker_nabisco_has_no_price_on_three_rows():
    assert pd.read_parquet(CRACKER)["price.nabisco"].eq(0).sum() == 3


def test_febrl_1_has_500_originals_with_one_duplicate_each():
    records = pd.read_parquet(DATASETS / "febrl" / "febrl1.parquet")
    names = records["rec_id"].str.extract(r"^rec-(\d+)-(org|dup-0)$")
    assert len(records) == 1_000 and records["rec_id"].is_unique and names.notna().all(axis=None)
    assert names.groupby(0)[1].agg(set).map({"org", "dup-0"}.__eq__).all() and names[0].nunique() == 500


def test_febrl_4_has_5000_persons_once_in_each_file():
    first, second = (pd.read_parquet(DATASETS / "febrl" / f"febrl4{side}.parquet") for side in "ab")
    assert set(first["rec_id"]) == {f"rec-{k}-org" for k in range(5_000)}
    assert set(second["rec_id"]) == {f"rec-{k}-dup-0" for k in range(5_000)}
    assert not first.drop(columns="rec_id").eq("").any(axis=None) and first["given_name"].isna().any()
