"""The audit of the sources: what each one holds, and how good it is, field by field and as a whole."""

from datetime import date

import pandas as pd

from grc_helpers.identity.registry import FIELDS, source
from grc_helpers.style import percent

IDENTITY = ("given_name", "family_name", "street", "postcode", "mobile", "landline", "email", "birth_date")
RAW = {"mobile": ("mobile", "phone"), "landline": ("phone",), "family_name": ("family_name", "full_name")}
RAW |= {"given_name": ("given_name", "full_name")}
LABELS = FIELDS | {"landline": "fixe"}
FRESH_DAYS = 365
NINE = ("questionnaires", "livraison", "internet", "SAV", "force de vente", "courrier", "cartes", "centre d'appels")
NINE += ("bases de données externes",)


def register(tables: dict[str, pd.DataFrame], records: pd.DataFrame) -> pd.DataFrame:
    """Return the map of the sources: kind (of the course's nine), owner, format, records, key, first and last day."""
    rows = []
    for name, table in tables.items():
        item, mine = source(name), records[records["source"] == name]
        first, last = mine["created"].min(), mine["updated"].max()
        days = f"{first:%d/%m/%Y} – {last:%d/%m/%Y}"
        rows.append((item.label, item.kind, item.owner, table.attrs["format"], len(table), item.key, days))
    names = ["Source", "Sorte (S0)", "Service", "Format", "Fiches", "Clé", "Dates"]
    return pd.DataFrame(rows, columns=names).set_index("Source")


def missing_kinds(held: pd.DataFrame) -> list[str]:
    """Return which of the nine sources of the course (S0) no file of the register is."""
    return [kind for kind in NINE if not held["Sorte (S0)"].str.contains(kind, regex=False).any()]


def coverage(records: pd.DataFrame, *, by: str = "source") -> pd.DataFrame:
    """Return the share of the records that have each field of identity, by source (French labels).

    Parameters
    ----------
    records : pandas.DataFrame
        What `standard.standardise` returns.
    by : str
        Column that groups the records.
    """
    held = records[list(IDENTITY)].notna().groupby(records[by], sort=False).mean()
    if by == "source":
        held.index = pd.Index([source(name).label for name in held.index], name="Source")
    return held.rename(columns=LABELS)


def profile(
    tables: dict[str, pd.DataFrame], records: pd.DataFrame, *, fields: tuple[str, ...] = IDENTITY
) -> pd.DataFrame:
    """Return one row a source and field: filled, valid, distinct.

    Parameters
    ----------
    tables, records : dict of pandas.DataFrame, pandas.DataFrame
        The files as they are, and their records once standardised.
    fields : tuple of str
        Columns of the records.

    Returns
    -------
    pandas.DataFrame
        source, field (French), filled (share of the records where the file has something), valid (share of the filled
        ones that could be read), distinct (different values, once standardised).
    """
    rows = []
    for name, table in tables.items():
        item, mine = source(name), records[records["source"] == name]
        for field in fields:
            columns = [item.columns[raw] for raw in RAW.get(field, (field,)) if raw in item.columns]
            if not columns:
                continue
            filled = table[columns].ne("").any(axis=1).to_numpy()
            read = mine[field].notna()
            if field in ("mobile", "landline"):  # one column holds both kinds of number
                read = mine["mobile"].notna() | mine["landline"].notna()
            elif field == "birth_date":
                read = mine["birth_year"].notna()
            valid = float(read.to_numpy()[filled].mean()) if filled.any() else float("nan")
            rows.append((item.label, LABELS[field], float(filled.mean()), valid, int(mine[field].nunique())))
    return pd.DataFrame(rows, columns=["source", "field", "filled", "valid", "distinct"])


def quality(tables: dict[str, pd.DataFrame], records: pd.DataFrame, *, end: date) -> pd.DataFrame:
    """Return five measures a source, all shares between 0 and 1.

    Returns
    -------
    pandas.DataFrame
        By source: Complétude (mean share filled of the fields of identity that the file has), Unicité (records that
        repeat neither e-mail, nor mobile, nor name and address of another of the same file), Validité (mean share of
        the filled values that can be read), Fraîcheur (records brought up to date in the last year), Cohérence (made
        before they are changed, postcode and commune that go together).
    """
    known = profile(tables, records).groupby("source", sort=False)
    usual = records.dropna(subset=["postcode", "city"]).groupby("postcode")["city"].agg(lambda city: city.mode()[0])
    rows = {}
    for name in tables:
        item, mine = source(name), records[records["source"] == name]
        fresh = (pd.Timestamp(end) - mine["updated"]).dt.days <= FRESH_DAYS
        away = mine["city"].notna() & mine["postcode"].notna() & (mine["city"] != mine["postcode"].map(usual))
        rows[item.label] = (
            1 - repeated(mine).mean(),
            fresh.mean(),
            ((mine["created"] <= mine["updated"]) & ~away).mean(),
        )
    table = pd.DataFrame.from_dict(rows, orient="index", columns=["Unicité", "Fraîcheur", "Cohérence"])
    table["Complétude"], table["Validité"] = known["filled"].mean(), known["valid"].mean()
    return table[["Complétude", "Unicité", "Validité", "Fraîcheur", "Cohérence"]].rename_axis("Source")


def sales_quality(data) -> tuple[pd.Series, str]:
    """Return the measures of `quality` that a file of sales allows, and its column that is filled least.

    Parameters
    ----------
    data : Dataset
        Transactions.

    Returns
    -------
    measures : pandas.Series
        Complétude (mean share filled of its columns), Validité (lines kept of those read), Fraîcheur (customers who
        bought in the last year of the observation), as shares; Unicité and Cohérence do not apply (missing).
    worst : str
        Column of the file, and its share filled.
    """
    table = data.table
    full = {name: (table[name].cast("string").fill_null("").strip() != "").mean() for name in table.columns}
    filled = table.agg(**full).to_pandas().iloc[0].astype(float)
    last = table.group_by("customer_id").agg(day=table.date.max()).to_pandas()["day"]
    fresh = (pd.Timestamp(data.observation_end) - pd.to_datetime(last)).dt.days <= FRESH_DAYS
    read = data.reading.rows_kept / data.reading.rows_read if data.reading else 1.0
    measures = {"Complétude": filled.mean(), "Unicité": None, "Validité": read, "Fraîcheur": fresh.mean()}
    worst = data.names.get(filled.idxmin(), filled.idxmin())
    return pd.Series(measures | {"Cohérence": None}, dtype=float), f"{worst} ({percent(filled.min())})"


def repeated(records: pd.DataFrame) -> pd.Series:
    """Tell which records of one file repeat an earlier one: same e-mail, same mobile, or same name and address."""
    found = pd.Series(False, index=records.index)
    for columns in (["email"], ["mobile"], ["given_name", "family_name", "street", "number"]):
        complete = records[columns].notna().all(axis=1)
        found |= complete & records.duplicated(columns, keep="first")
    return found


def contract(tables: dict[str, pd.DataFrame], records: pd.DataFrame) -> pd.DataFrame:
    """Return what each source owes, rule by rule, and how many records fail.

    Returns
    -------
    pandas.DataFrame
        source, rule (French), faults, example (key of the first record at fault); only rules that some record breaks.
    """
    rows = []
    usual = records.dropna(subset=["postcode", "city"]).groupby("postcode")["city"].agg(lambda city: city.mode()[0])
    for name, table in tables.items():
        item, mine = source(name), records[records["source"] == name].reset_index(drop=True)
        held = {field: table[column].ne("").to_numpy() for field, column in item.columns.items()}
        phone = mine["mobile"].isna() & mine["landline"].isna()
        faults = {
            "e-mail lisible": held.get("email", False) & mine["email"].isna(),
            "téléphone à dix chiffres": held.get("phone", False) & phone,
            "naissance plausible": held.get("birth_date", False) & mine["birth_year"].isna(),
            "créée avant d'être modifiée": mine["created"] > mine["updated"],
            "code postal et commune d'accord": mine["city"].notna() & (mine["postcode"].map(usual) != mine["city"]),
            "ne répète pas une autre fiche": repeated(mine),
        }
        faults["code postal et commune d'accord"] &= mine["postcode"].notna()
        for rule, wrong in faults.items():
            if wrong.any():
                rows.append((item.label, rule, int(wrong.sum()), mine.loc[wrong, "record_key"].iloc[0]))
    return pd.DataFrame(rows, columns=["source", "rule", "faults", "example"])


def as_written(tables: dict[str, pd.DataFrame], records: pd.DataFrame) -> pd.DataFrame:
    """Return records as their files have them: source, key, name, address, phones, e-mail (French columns)."""
    rows = []
    for name, key in zip(records["source"], records["record_key"], strict=True):
        item = source(name)
        row = tables[name].loc[tables[name][item.key] == key].iloc[0]
        told = {field: row[column] for field, column in item.columns.items()}
        parts = [("given_name", "family_name", "full_name", "contact"), ("street", "postcode", "city")]
        parts += [("phone", "mobile"), ("email",)]
        rows.append([item.label, key, *(" ".join(filter(None, (told.get(field) for field in part))) for part in parts)])
    return pd.DataFrame(rows, columns=["Source", "Fiche", "Nom", "Adresse", "Téléphone", "E-mail"])


def knowledge(golden: pd.DataFrame, orders: pd.Series, asked: set[str]) -> pd.DataFrame:
    """Return how many buyers are known better and better: a complete name, a way to write, two orders, an opinion.

    Parameters
    ----------
    golden : pandas.DataFrame
        Golden records.
    orders : pandas.Series
        Number of orders by golden_id.
    asked : set of str
        golden_id of those who gave an opinion.

    Returns
    -------
    pandas.DataFrame
        who (French), customers, share; each row keeps only those of the row above.
    """
    buyers = golden[golden["golden_id"].isin(orders.index)].set_index("golden_id")
    tests = {
        "ont acheté": pd.Series(True, index=buyers.index),
        "et ont un nom complet": buyers[["given_name", "family_name"]].notna().all(axis=1),
        "et un e-mail ou un portable": buyers[["email", "mobile"]].notna().any(axis=1),
        "et au moins deux achats": orders.reindex(buyers.index) > 1,
        "et ont donné un avis": pd.Series(buyers.index.isin(asked), index=buyers.index),
    }
    kept, rows = pd.Series(True, index=buyers.index), []
    for who, test in tests.items():
        kept &= test
        rows.append((who, int(kept.sum()), float(kept.mean())))
    return pd.DataFrame(rows, columns=["who", "customers", "share"])
