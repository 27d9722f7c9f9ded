"""What the typed tables hold, in pandera's words: transactions and customers, as methods take them from `collect`.

pandera takes about a second to import: it is imported here only when a table is checked.
"""

from functools import cache
from typing import TYPE_CHECKING

from grc_helpers.data.refusals import SHOWN
from grc_helpers.errors import GrcError
from grc_helpers.style import number

if TYPE_CHECKING:
    import pandas as pd


@cache
def schema(kind: str):
    """Return the pandera schema of a typed table.

    Parameters
    ----------
    kind : {"transactions", "customers"}
        One row a purchase line (customer_id, date, amount, order_id if there is one), or one row a customer
        (what `warehouse.customer_base` gives). Other columns are allowed.
    """
    import pandera.pandas as pa

    identifier = pa.Column(str, pa.Check.str_length(min_value=1))
    day = pa.Column("datetime64[ns]", coerce=True)
    count, age = pa.Column("int64", pa.Check.ge(0)), pa.Column(float, pa.Check.ge(0), coerce=True)
    money = pa.Column(float, coerce=True)
    schemas = {
        "transactions": pa.DataFrameSchema(
            {
                "customer_id": identifier,
                "date": day,
                "amount": money,
                "order_id": pa.Column(str, pa.Check.str_length(min_value=1), required=False),
            },
            name="transactions",
        ),
        "customers": pa.DataFrameSchema(
            {
                "customer_id": identifier,
                "first_purchase": day,
                "last_purchase": day,
                "frequency": count,
                "recency": age,
                "T": age,
                "monetary_value": money,
                "n_orders": pa.Column("int64", pa.Check.ge(1)),
                "total_spend": money,
                "days_since_last": count,
            },
            checks=[
                pa.Check(
                    lambda table: table["first_purchase"] <= table["last_purchase"],
                    name="premier achat avant le dernier",
                ),
                pa.Check(lambda table: table["recency"] <= table["T"], name="recency ≤ T"),
            ],
            unique=["customer_id"],
            name="customers",
        ),
    }
    return schemas[kind]


def validated(table: "pd.DataFrame", kind: str) -> "pd.DataFrame":
    """Return a table, coerced to its schema.

    Parameters
    ----------
    table : pandas.DataFrame
        The table; it is not changed.
    kind : {"transactions", "customers"}
        Which schema.

    Raises
    ------
    GrcError
        With each column that does not hold, how many rows and the first ones (counted from 0).
    """
    from pandera.errors import SchemaErrors

    try:
        return schema(kind).validate(table, lazy=True)
    except SchemaErrors as error:
        cases = error.failure_cases
    problems = []
    for (column, check), found in cases.groupby(["column", "check"], dropna=False, sort=False):
        rows = found["index"].dropna().drop_duplicates()
        listed = (
            f" : {number(len(rows))}, lignes {', '.join(str(int(row)) for row in rows[:SHOWN])}" if len(rows) else ""
        )
        name = found["failure_case"].iloc[0] if check == "column_in_dataframe" else column
        problems.append(f"« {name} » ({check}){listed}")
    raise GrcError(
        f"La table « {kind} » n'a pas la forme attendue.",
        where="\n     ".join(problems),
        todo="passez-la par load() et customer_base(), ou donnez-lui ces colonnes",
    )
