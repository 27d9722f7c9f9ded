"""What the typed tables hold, in pandera's words: each kind, and customers, as methods take them from `collect`.

pandera takes about a second to import: it is imported here only when a table is checked.
"""

from functools import cache
from typing import TYPE_CHECKING

from grc_helpers.data.refusals import SHOWN
from grc_helpers.errors import GrcError
from grc_helpers.style import number

if TYPE_CHECKING:
    import pandas as pd

# What pandera's checks find, in French, by how their names begin.
CHECKS = {
    "column_in_dataframe": "colonne absente",
    "not_nullable": "valeurs manquantes",
    "str_length": "textes vides",
    "field_uniqueness": "valeurs répétées",
    "multiple_fields_uniqueness": "valeurs répétées",
    "greater_than_or_equal_to": "valeurs trop petites",
    "isin": "valeurs inconnues",
    "dtype": "mauvais type",
    "coerce_dtype": "mauvais type",
}


@cache
def schema(kind: str):
    """Return the pandera schema of a typed table.

    Parameters
    ----------
    kind : {"transactions", "contracts", "contacts", "target", "survey", "customers"}
        A table that `loading.load` gives, collected; or one row a customer, as `warehouse.customer_base` gives. Other
        columns are allowed.
    """
    import pandera.pandas as pa

    identifier = pa.Column(str, pa.Check.str_length(min_value=1))
    number = pa.Column(str, pa.Check.str_length(min_value=1), required=False)
    label = pa.Column(str, nullable=True, required=False)
    day = pa.Column("datetime64[ns]", coerce=True)
    count, age = pa.Column("int64", pa.Check.ge(0)), pa.Column(float, pa.Check.ge(0), coerce=True)
    money = pa.Column(float, coerce=True)
    price = pa.Column(float, nullable=True, coerce=True, required=False)
    schemas = {
        "transactions": pa.DataFrameSchema(
            {"customer_id": identifier, "date": day, "amount": money, "order_id": number},
            name="transactions",
        ),
        "contracts": pa.DataFrameSchema(
            {
                "contract_id": number,
                "customer_id": identifier,
                "start_date": day,
                "end_date": pa.Column("datetime64[ns]", nullable=True, coerce=True),
                "contract_type": label,
                "amount": price,
            },
            checks=pa.Check(
                lambda table: ~(table["end_date"] < table["start_date"]), name="début avant la fin, s'il y en a une"
            ),
            unique=["contract_id"],
            name="contracts",
        ),
        "contacts": pa.DataFrameSchema(
            {
                "contact_id": number,
                "customer_id": identifier,
                "date": day,
                "channel": label,
                "direction": pa.Column(str, pa.Check.isin(["entrant", "sortant"]), nullable=True, required=False),
                "function": label,
                "reason": label,
                "campaign_id": label,
                "cost": price,
            },
            name="contacts",
        ),
        "target": pa.DataFrameSchema(
            {"customer_id": identifier, "outcome": pa.Column("int64", pa.Check.isin([0, 1]))},
            checks=pa.Check(lambda table: table["outcome"].nunique() == 2, name="deux réponses"),
            unique=["customer_id"],
            name="target",
        ),
        "survey": pa.DataFrameSchema(
            {
                "customer_id": identifier,
                "date": pa.Column("datetime64[ns]", coerce=True, required=False),
                "recommendation": price,
                "satisfaction": price,
            },
            name="survey",
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
    kind : str
        Which schema (see `schema`).

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
        s = "s" if len(rows) > 1 else ""
        listed = f" : {number(len(rows))}, ligne{s} {', '.join(str(int(row)) for row in rows[:SHOWN])}"
        name = found["failure_case"].iloc[0] if check == "column_in_dataframe" else column
        said = next((words for start, words in CHECKS.items() if str(check).startswith(start)), check)
        problems.append(f"« {name} », {said}" + (listed if len(rows) else ""))
    raise GrcError(
        f"La table « {kind} » n'a pas la forme attendue.",
        where="\n     ".join(problems),
        todo="passez-la par load() et customer_base(), ou donnez-lui ces colonnes",
    )
