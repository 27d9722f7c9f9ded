"""The same customer table, from the same Parquet file to the same pandas frame, made by ours and by each peer.

Each function takes the path and returns one row a customer, sorted by customer, with the columns of ``COLUMNS``;
lifetimes makes four of them only. Libraries are imported inside, so that each one's memory is measured alone.
"""

from pathlib import Path

from benchmarks.transactions import END

COLUMNS = (
    "customer_id first_purchase last_purchase frequency recency T monetary_value n_orders total_spend days_since_last"
).split()
MEMORY = "700MB"  # the workbook's own limit, not imported: it would bring Ibis
SUMMARY = ["customer_id", "frequency", "recency", "T", "monetary_value"]

HAND_SQL = """
WITH days AS (
    SELECT customer_id, date, CAST(SUM(CAST(ROUND(amount * 100) AS BIGINT)) AS BIGINT) AS cents
    FROM read_parquet(?) WHERE date <= ? GROUP BY customer_id, date
), customers AS (
    SELECT customer_id, MIN(date) AS first_purchase, MAX(date) AS last_purchase, COUNT(*) AS n_days,
           CAST(SUM(cents) AS BIGINT) AS cents, ARG_MIN(cents, date) AS first_cents
    FROM days GROUP BY customer_id
)
SELECT customer_id, first_purchase, last_purchase, n_days - 1 AS frequency,
       CAST(last_purchase - first_purchase AS DOUBLE) AS recency, CAST(? - first_purchase AS DOUBLE) AS "T",
       CASE WHEN n_days > 1 THEN (cents - first_cents) / 100 / (n_days - 1) ELSE 0 END AS monetary_value,
       n_days AS n_orders, cents / 100 AS total_spend, ? - last_purchase AS days_since_last
FROM customers ORDER BY customer_id
"""


def ours(path: Path):
    """Load as a chapter does, checks included, then the customer table."""
    from grc_helpers.data.loading import load
    from grc_helpers.data.warehouse import collect, customer_base

    return collect(customer_base(load(path).table, observation_end=END))


def ours_loaded(path: Path):
    """Return a function that makes the customer table of rows already loaded, grouping them.

    Loading keeps the customers of its file: the filter, which keeps every row, is there so that nothing is reused.
    """
    from grc_helpers.data.loading import load
    from grc_helpers.data.warehouse import collect, customer_base

    table = load(path).table
    table = table.filter(table.date <= END)
    return lambda: collect(customer_base(table, observation_end=END))


def hand_sql(path: Path):
    """Give DuckDB the SQL by hand, under the same limits."""
    import duckdb

    connection = duckdb.connect(config={"memory_limit": MEMORY})
    connection.execute("SET enable_progress_bar = false")
    return connection.execute(HAND_SQL, [str(path), END, END, END]).df()


def plain_pandas(path: Path):
    """Group by day, then by customer, in pandas."""
    import pandas as pd

    rows = pd.read_parquet(path)
    rows["date"] = pd.to_datetime(rows["date"])
    rows["cents"] = (rows["amount"] * 100).round().astype("int64")
    days = rows[rows["date"] <= pd.Timestamp(END)].groupby(["customer_id", "date"], as_index=False)["cents"].sum()
    table = days.groupby("customer_id", as_index=False).agg(
        first_purchase=("date", "first"),
        last_purchase=("date", "last"),
        n_orders=("date", "size"),
        cents=("cents", "sum"),
        first_cents=("cents", "first"),
    )
    end, repeats = pd.Timestamp(END), table["n_orders"] - 1
    table["frequency"] = repeats
    table["recency"] = (table["last_purchase"] - table["first_purchase"]).dt.days.astype("float64")
    table["T"] = (end - table["first_purchase"]).dt.days.astype("float64")
    table["monetary_value"] = ((table["cents"] - table["first_cents"]) / 100 / repeats).where(repeats > 0, 0.0)
    table["total_spend"] = table["cents"] / 100
    table["days_since_last"] = (end - table["last_purchase"]).dt.days
    return table[COLUMNS]


def lifetimes(path: Path):
    """Give lifetimes its own job: frequency, recency, T and monetary_value."""
    import warnings

    import pandas as pd

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # an archived library on a recent pandas
        from lifetimes.utils import summary_data_from_transaction_data

        rows = pd.read_parquet(path)
        rows["date"] = pd.to_datetime(rows["date"])
        table = summary_data_from_transaction_data(
            rows, "customer_id", "date", "amount", observation_period_end=pd.Timestamp(END)
        )
    return table.sort_index().rename_axis("customer_id").reset_index()[SUMMARY]
