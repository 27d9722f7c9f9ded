"""The warehouse as a star: two tables of facts, five of dimensions, the history of addresses kept; and tests of it.

Keys of the dimensions (``cle_…``) are numbers of the warehouse's own. A customer has one row for each address
(« type 2 »): the facts point to the one that held on their day.
"""

from collections.abc import Mapping

import pandas as pd

from grc_helpers.identity.golden import ADDRESS

ALWAYS = pd.Timestamp("1900-01-01")
FOREVER = pd.Timestamp("9999-12-31")

TABLES = {
    "dim_temps": """
        CREATE TABLE dim_temps AS
        SELECT CAST(strftime(jour, '%Y%m%d') AS INTEGER) AS cle_temps, CAST(jour AS DATE) AS jour,
               year(jour) AS annee, month(jour) AS mois, isodow(jour) AS jour_semaine
        FROM (SELECT unnest(generate_series((SELECT min(date) FROM jours), (SELECT max(date) FROM jours),
                                            INTERVAL 1 DAY)) AS jour)""",
    "dim_produit": """
        CREATE TABLE dim_produit AS
        SELECT row_number() OVER (ORDER BY product_id) AS cle_produit, product_id, name AS nom,
               category AS categorie
        FROM produits""",
    "dim_canal": """
        CREATE TABLE dim_canal AS
        SELECT row_number() OVER (ORDER BY channel) AS cle_canal, channel AS canal
        FROM (SELECT channel FROM ventes UNION SELECT channel FROM contacts)""",
    "dim_campagne": """
        CREATE TABLE dim_campagne AS
        SELECT 0 AS cle_campagne, '' AS campaign_id, 'hors campagne' AS nom
        UNION ALL
        SELECT row_number() OVER (ORDER BY campaign_id), campaign_id, name FROM campagnes""",
    "dim_client": """
        CREATE TABLE dim_client AS
        SELECT row_number() OVER (ORDER BY customer_id, valid_from) AS cle_client, *
        FROM versions""",
    "fait_ventes": """
        CREATE TABLE fait_ventes AS
        SELECT l.order_id, c.cle_client, p.cle_produit, t.cle_temps, k.cle_canal,
               l.quantity AS quantite,
               CAST(round(100 * l.amount) AS BIGINT) AS montant_centimes
        FROM lignes l
        JOIN ventes v USING (order_id)
        LEFT JOIN dim_client c ON c.customer_id = v.customer_id
             AND v.date >= c.valid_from AND v.date < c.valid_to
        LEFT JOIN dim_produit p USING (product_id)
        LEFT JOIN dim_temps t ON t.jour = v.date
        LEFT JOIN dim_canal k ON k.canal = v.channel""",
    "fait_contacts": """
        CREATE TABLE fait_contacts AS
        SELECT f.contact_id, c.cle_client, t.cle_temps, k.cle_canal, coalesce(g.cle_campagne, 0) AS cle_campagne,
               f.direction AS sens, f.function AS fonction, f.reason AS motif,
               CAST(round(100 * coalesce(f.cost, 0)) AS BIGINT) AS cout_centimes
        FROM contacts f
        LEFT JOIN dim_client c ON c.customer_id = f.customer_id
             AND f.date >= c.valid_from AND f.date < c.valid_to
        LEFT JOIN dim_temps t ON t.jour = f.date
        LEFT JOIN dim_canal k ON k.canal = f.channel
        LEFT JOIN dim_campagne g ON g.campaign_id = f.campaign_id""",
}
KEYS = {"dim_temps": "cle_temps", "dim_produit": "cle_produit", "dim_canal": "cle_canal"}
KEYS |= {"dim_campagne": "cle_campagne", "dim_client": "cle_client"}
POINTS_TO = {"fait_ventes": ("dim_client", "dim_produit", "dim_temps", "dim_canal")}
POINTS_TO |= {"fait_contacts": ("dim_client", "dim_temps", "dim_canal", "dim_campagne")}


def address_history(records: pd.DataFrame, groups: pd.Series, golden: pd.DataFrame) -> pd.DataFrame:
    """Return the versions of each customer: one row an address, from when to when it was known to hold.

    Parameters
    ----------
    records, groups, golden : pandas.DataFrame, pandas.Series, pandas.DataFrame
        Standardised records, their groups, and the golden records.

    Returns
    -------
    pandas.DataFrame
        customer_id (the golden one), given_name, family_name, company, number, street, complement, postcode, city,
        valid_from (included), valid_to (excluded), current (bool). A change is dated of the first record that has the
        new address. Two spellings of one street at the same number and postcode are one address.
    """
    name = golden.set_index("group")["golden_id"]
    seen = records[records["street"].notna() & records["postcode"].notna()]
    seen = seen.assign(customer_id=seen["record_id"].map(groups).map(name), place=_place(seen))
    seen = seen.sort_values(["customer_id", "updated", "record_id"], kind="stable")
    changes = seen[seen["place"] != seen.groupby("customer_id")["place"].shift()]
    changes = changes[["customer_id", "updated", *ADDRESS]].drop_duplicates(["customer_id", "updated"], keep="last")
    alone = golden.loc[~golden["golden_id"].isin(changes["customer_id"]), ["golden_id", *ADDRESS]]
    alone = alone.rename(columns={"golden_id": "customer_id"}).assign(updated=ALWAYS)
    versions = pd.concat([changes, alone]).sort_values(["customer_id", "updated"], kind="stable", ignore_index=True)
    by_customer = versions.groupby("customer_id")["updated"]
    versions["valid_from"] = versions["updated"].where(by_customer.cumcount() > 0, ALWAYS)
    versions["valid_to"] = by_customer.shift(-1).fillna(FOREVER)
    versions["current"] = versions["valid_to"] == FOREVER
    names = golden[["golden_id", "given_name", "family_name", "company"]].rename(columns={"golden_id": "customer_id"})
    versions = versions.merge(names, on="customer_id", validate="many_to_one")
    return versions[[*names.columns, *ADDRESS, "valid_from", "valid_to", "current"]]


def _place(records: pd.DataFrame) -> pd.Series:
    """Return what tells an address from another whatever the spelling: number, postcode, first letters of the name."""
    word = records["street"].str.split().str[-1].str[:2]
    return records["postcode"] + "/" + records["number"].fillna("") + "/" + word


def build(connection, tables: Mapping[str, pd.DataFrame]) -> dict[str, int]:
    """Build the warehouse in an engine.

    Parameters
    ----------
    connection : ibis.backends.duckdb.Backend
        See `warehouse.connect`; tables of the same names are replaced.
    tables : mapping
        ventes, lignes, contacts (with the golden customer_id), produits, campagnes, versions (see `address_history`).

    Returns
    -------
    dict
        Rows of each table.
    """
    days = pd.concat([tables["ventes"]["date"], tables["contacts"]["date"]])
    given = {**tables, "jours": pd.DataFrame({"date": days.drop_duplicates()})}
    for name, frame in given.items():
        texts = {column: "str" for column in frame if frame[column].dtype == object}  # a column may be empty
        connection.create_table(name, frame.astype(texts), overwrite=True, temp=True)
    rows = {}
    for name, statement in TABLES.items():
        connection.raw_sql(f"DROP TABLE IF EXISTS {name}")
        connection.raw_sql(statement)
        rows[name] = ask(connection, f"SELECT count(*) FROM {name}")
    return rows


def integrity(connection) -> pd.DataFrame:
    """Test the warehouse; every count of faults should be 0.

    Returns
    -------
    pandas.DataFrame
        test (French), faults.
    """
    tests = {}
    for table, key in KEYS.items():
        tests[f"clés répétées ou vides dans {table}"] = (
            f"SELECT count(*) - count(DISTINCT {key}) + count(*) FILTER ({key} IS NULL) FROM {table}"
        )
    for fact, dimensions in POINTS_TO.items():
        for table in dimensions:
            key = KEYS[table]
            tests[f"lignes de {fact} sans {table}"] = (
                f"SELECT count(*) FROM {fact} LEFT JOIN {table} USING ({key}) WHERE {table}.{key} IS NULL"
            )
    tests["périodes d'un client qui se chevauchent"] = (
        "SELECT count(*) FROM dim_client a JOIN dim_client b ON a.customer_id = b.customer_id "
        "AND a.cle_client < b.cle_client AND a.valid_to > b.valid_from"
    )
    tests["clients sans version en cours, ou avec plusieurs"] = (
        "SELECT count(*) FROM (SELECT customer_id FROM dim_client GROUP BY customer_id HAVING sum(current::INT) <> 1)"
    )
    tests["lignes de vente perdues ou répétées"] = (
        "SELECT abs((SELECT count(*) FROM fait_ventes) - (SELECT count(*) FROM lignes JOIN ventes USING (order_id)))"
    )
    tests["centimes d'écart avec les lignes de vente"] = (
        "SELECT abs((SELECT sum(montant_centimes) FROM fait_ventes) "
        "- (SELECT sum(CAST(round(100 * lignes.amount) AS BIGINT)) FROM lignes JOIN ventes USING (order_id)))"
    )
    tests["contacts perdus ou répétés"] = (
        "SELECT abs((SELECT count(*) FROM fait_contacts) - (SELECT count(*) FROM contacts))"
    )
    return pd.DataFrame([(test, ask(connection, sql)) for test, sql in tests.items()], columns=["test", "faults"])


def ask(connection, statement: str) -> int:
    """Return the only number that a statement gives."""
    return int(connection.raw_sql(statement).fetchall()[0][0])
