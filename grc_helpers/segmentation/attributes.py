"""What is known of customers besides their purchases: columns found, sorted, or set aside with the reason."""

from __future__ import annotations

import re
from dataclasses import dataclass

import ibis
import numpy as np
import pandas as pd
from ibis import _

from grc_helpers.errors import GrcError

CANONICAL = {"customer_id", "date", "amount_cents", "order_id", "hour"}
NEED = re.compile(r"cat[ée]gor|rayon|produit|product|famille|type|department|besoin", re.I)
CHANNEL = re.compile(r"canal|channel|magasin|boutique|shop|store", re.I)
REACH = re.compile(r"consent|opt.?in|joignable", re.I)
MOST_CLASSES = 20
NUMERIC_FROM = 12  # numeric columns with more values than that are cut, not taken as classes
MOST_MISSING = 0.95
DEPARTMENTS = {
    "GROCERY": "épicerie",
    "DRUG GM": "bazar et parapharmacie",
    "PRODUCE": "fruits et légumes",
    "MEAT": "viande",
    "MEAT-PCKGD": "viande emballée",
    "DELI": "traiteur",
    "FUEL": "carburant",
    "PASTRY": "pâtisserie",
}


@dataclass(frozen=True)
class Attributes:
    """Attributes of customers.

    Attributes
    ----------
    values : DataFrame indexed by customer_id
        Criteria: numbers as float, classes as text; missing values stay missing.
    aside : DataFrame
        ``column``, ``why``: what cannot serve as a criterion.
    reach : Series or None
        Whether each customer accepts messages, or is known to receive some.
    """

    values: pd.DataFrame
    aside: pd.DataFrame
    reach: pd.Series | None


def run(table: ibis.Table) -> pd.DataFrame:
    """Run an expression and bring its result to pandas (amounts stay in cents)."""
    return table.to_pyarrow().to_pandas(date_as_object=False)


def customer_attributes(data, customers: pd.Index, *, told=()) -> Attributes:
    """Return what is known of customers: the course's own tables, or the columns of a file that do not vary.

    Parameters
    ----------
    data : Dataset
    customers : Index of customer_id
    told : iterable of str
        Columns that serve otherwise (what is bought, where).
    """
    from grc_helpers.data.loading import read_table

    if data.name == "complete_journey":
        known = read_table("complete_journey", "demographics.parquet").set_index("household_id")
        sent = set(read_table("complete_journey", "campaigns.parquet")["household_id"])
        reach = pd.Series(customers.isin(sent), index=customers)
        return _sorted(known.reindex(customers), reach)
    if data.name == "cafes_merle":
        table = read_table("cafes_merle", "clients.parquet").set_index("customer_id").reindex(customers)
        known = table[["kind", "birth_year", "household_size", "zone", "distance_km", "acquisition_channel"]]
        return _sorted(known, table["consent_email"] | table["consent_phone"])
    extra = [column for column in data.table.columns if column not in CANONICAL]
    if not extra:
        return _sorted(pd.DataFrame(index=customers), None)
    steady = data.table.group_by("customer_id").agg(
        **{f"n{k}": _[column].cast("string").nullif("").nunique() for k, column in enumerate(extra)},
        **{f"v{k}": _[column].cast("string").max() for k, column in enumerate(extra)},
    )
    found = run(steady).set_index("customer_id").reindex(customers)
    fixed = [k for k in range(len(extra)) if found[f"n{k}"].max() <= 1]
    known = found[[f"v{k}" for k in fixed]].set_axis([extra[k] for k in fixed], axis=1)
    consents = [column for column in known if REACH.search(column)]
    reach = known[consents[0]].str.lower().isin(["1", "oui", "true", "vrai", "yes", "o"]) if consents else None
    moving = [column for k, column in enumerate(extra) if k not in fixed and column not in told]
    return _sorted(known.drop(columns=consents), reach, moving)


def _sorted(known: pd.DataFrame, reach: pd.Series | None, moving=()) -> Attributes:
    values, aside = {}, [(column, "change d'un achat à l'autre") for column in moving]
    for column in known:
        given = known[column].replace("", pd.NA)
        numbers = pd.to_numeric(given.astype("string").str.replace(",", ".", regex=False), errors="coerce")
        numeric = given.notna().any() and numbers.notna().sum() == given.notna().sum()
        why = _unfit(given, numeric)
        if why:
            aside.append((column, why))
        else:
            values[column] = numbers.astype(float) if numeric and given.nunique() > NUMERIC_FROM else _classes(given)
    frame = pd.DataFrame(values, index=known.index)
    return Attributes(frame, pd.DataFrame(aside, columns=["column", "why"]), reach)


def _classes(given: pd.Series) -> pd.Series:
    """Write classes as text (2, not 2.0); missing ones stay missing."""
    written = given.map(lambda value: f"{value:g}" if isinstance(value, float) else str(value), na_action="ignore")
    return written.astype(object).where(given.notna(), np.nan)


def _unfit(given: pd.Series, numeric: bool) -> str:
    missing, classes = given.isna().mean(), given.nunique()
    if missing == 1:
        return "aucune valeur"
    if classes == 1:
        return "une seule valeur : elle ne distingue personne"
    if missing > MOST_MISSING:
        return f"inconnue pour plus de {MOST_MISSING:.0%} des clients".replace("%", " %")
    if not numeric and classes > MOST_CLASSES:
        return f"{classes} modalités : trop de classes, trop peu de clients dans chacune"
    return ""


def names_in_file(data) -> dict[str, str]:
    """Return, for each column that was given a standard name when read, the name that it has in the user's file."""
    return dict(data.reading.names) if data.reading else {}


def find_mixes(data, *, need: str = "", channel: str = "") -> tuple[ibis.Table, dict[str, str]]:
    """Find the columns that say what is bought and where.

    Parameters
    ----------
    data : Dataset
    need, channel : str
        Names of the columns, as in the file or as read; found by their names when empty.

    Returns
    -------
    table : ibis.Table
        The transactions, with those columns (and ``hour`` if the purchases have one).
    mixes : dict
        ``"need"`` and ``"channel"`` to the column's name; only those that there are.

    Raises
    ------
    GrcError
        A column that the file does not have.
    """
    table, mixes, own = data.table, {}, names_in_file(data)
    read_as = {given: column for column, given in own.items()}
    if data.name == "complete_journey":
        table = _with_departments(table, data)
        mixes["need"] = "department"
    elif data.name == "cafes_merle":
        table = _with_categories(table, data)
        mixes = {"need": "category", "channel": "channel"}
    free = [column for column in table.columns if column not in CANONICAL]
    for role, stated, pattern in (("need", need, NEED), ("channel", channel, CHANNEL)):
        stated = read_as.get(stated, stated)
        if stated and stated not in free:
            raise GrcError(
                f"La colonne « {stated} » n'existe pas dans ces transactions.",
                where=f"réglage « {role}_column »",
                todo="colonnes disponibles : " + (", ".join(own.get(column, column) for column in free) or "aucune"),
            )
        named = [stated] if stated else [column for column in free if pattern.search(column)]
        named = [column for column in named if column not in mixes.values()] if not stated else named
        if stated or (role not in mixes and data.card is None):
            mixes |= {role: next((column for column in named if stated or _varies(table, column)), "")}
    return table, {role: column for role, column in mixes.items() if column}


def _varies(table: ibis.Table, column: str) -> bool:
    """Tell whether a column varies within customers and has few enough kinds to be a mix."""
    kinds = table[column].nunique().to_pyarrow().as_py()
    varies = table.group_by("customer_id").agg(n=_[column].nunique()).n.max().to_pyarrow().as_py()
    return 2 <= kinds <= 500 and varies > 1


def _with_departments(table: ibis.Table, data) -> ibis.Table:
    from grc_helpers.data.loading import read_table

    products = read_table("complete_journey", "products.parquet")[["product_id", "department"]]
    products["department"] = products["department"].map(DEPARTMENTS).fillna("autres")
    joined = table.left_join(ibis.memtable(products), "product_id")
    return joined.mutate(hour=_.transaction_timestamp.hour())


def _with_categories(table: ibis.Table, data) -> ibis.Table:
    """Give each sale of Cafés Merle the category on which most was spent."""
    from grc_helpers.data.loading import read_table

    lines, products = read_table("cafes_merle", "lignes.parquet"), read_table("cafes_merle", "produits.parquet")
    lines = lines.merge(products[["product_id", "category"]], on="product_id")
    totals = lines.groupby(["order_id", "category"], as_index=False)["amount"].sum()
    main = totals.sort_values(["order_id", "amount", "category"]).drop_duplicates("order_id", keep="last")
    return table.left_join(ibis.memtable(main[["order_id", "category"]]), "order_id")
