"""The files of the firm before its step 1, and the truth behind them; the same bytes for the same records."""

import io
import zipfile
from datetime import datetime
from functools import partial

import pandas as pd

from grc_helpers.data.simulator.config import SimulationConfig
from grc_helpers.data.simulator.consent import make_consents
from grc_helpers.data.simulator.people import make_people
from grc_helpers.data.simulator.process import block_of
from grc_helpers.data.simulator.source_layouts import lay_out
from grc_helpers.data.simulator.sources import keyed_orders, make_records
from grc_helpers.data.simulator.writing import SOURCES, SourceFile

FILES = {  # name of the file, how a text file is written, French note
    "caisse_carte": ("caisse_carte.csv", {"sep": ";", "encoding": "cp1252"}, "CSV, point-virgule, Windows (cp1252)"),
    "comptes_web": ("comptes_web.csv", {"sep": ",", "encoding": "utf-8"}, "CSV, virgule, UTF-8"),
    "telephone_crm": ("telephone_crm.xlsx", {}, "Excel, lignes de titre"),
    "enquete": ("enquete.csv", {"sep": "\t", "encoding": "utf-8-sig"}, "CSV, tabulation, UTF-8 avec marque d'ordre"),
    "service": ("service.csv", {"sep": ";", "encoding": "cp1252"}, "CSV, point-virgule, Windows (cp1252)"),
    "fichier_externe": ("fichier_externe.parquet", {}, "Parquet"),
}
CRM_TITLES = ("Cafés Merle : clients suivis par téléphone et par les commerciaux", "Export du 05/01/2026", None)
STAMP = (2026, 1, 5, 8, 0, 0)


def make_sources(
    config: SimulationConfig, population: pd.DataFrame, orders: pd.DataFrame
) -> dict[str, pd.DataFrame | SourceFile]:
    """Return the tables of a block by their place in the folder of the firm.

    Parameters
    ----------
    population, orders : pandas.DataFrame
        The LATENT frame and the final orders of the block.

    Returns
    -------
    dict of str to pandas.DataFrame or SourceFile
        The six files of the firm (sources/caisse_carte.csv…); the orders as the firm has them, under the key of an
        account (sources/ventes_comptes); the consents (sources/consentements); and the truth: the person behind each
        record (verite/personnes), who each customer is (verite/identites).
    """
    block = block_of(population)
    records = make_records(config, population, orders)
    account = keyed_orders(orders, records)
    spent = (orders["amount_cents"] / 100).groupby(account).sum()
    raw = lay_out(config, records, spent, block)
    files = {
        f"{SOURCES}/{file}": SourceFile(raw[name], partial(encode, name), note)
        for name, (file, _, note) in FILES.items()
    }
    sales = orders[["order_id", "date", "hour", "amount_cents", "channel", "shop"]]
    sales.insert(1, "account_id", account)
    persons = records[["source", "record_key", "person_id", "errors"]]
    customer = persons["person_id"].where(persons["person_id"].str.startswith("M"))
    people = make_people(config, population, block=block).drop(columns=["relative"])
    return files | {
        f"{SOURCES}/ventes_comptes": sales,
        f"{SOURCES}/consentements": make_consents(config, population, records),
        "verite/personnes": persons.assign(customer_id=customer),
        "verite/identites": people.replace("", None),
    }


def encode(source: str, table: pd.DataFrame) -> bytes:
    """Return the bytes of a source ("caisse_carte"…)."""
    if source == "telephone_crm":
        return _workbook(table)
    buffer = io.BytesIO()
    if source == "fichier_externe":
        import pyarrow as pa
        import pyarrow.parquet as pq

        plain = pa.Table.from_pandas(table, preserve_index=False).replace_schema_metadata()
        pq.write_table(plain, buffer, compression="zstd", compression_level=19)
        return buffer.getvalue()
    options = FILES[source][1]
    table.to_csv(buffer, index=False, lineterminator="\r\n" if options["encoding"] == "cp1252" else "\n", **options)
    return buffer.getvalue()


def _workbook(table: pd.DataFrame) -> bytes:
    """Write an Excel workbook with title rows; its dates of making are fixed, so that its bytes are."""
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Clients"
    for title in CRM_TITLES:
        sheet.append([title] if title else [])
    sheet.append(list(table.columns))
    for row in table.itertuples(index=False):
        sheet.append([None if value is None or value == "" or value is pd.NaT else value for value in row])
    for column in ("J", "K"):
        for cell in sheet[column][len(CRM_TITLES) + 1 :]:
            cell.number_format = "DD/MM/YYYY"
    book.properties.created = book.properties.modified = datetime(*STAMP)
    draft, final = io.BytesIO(), io.BytesIO()
    book.save(draft)
    with zipfile.ZipFile(draft) as old, zipfile.ZipFile(final, "w", zipfile.ZIP_DEFLATED) as new:
        for item in old.infolist():
            content = old.read(item)
            if item.filename == "docProps/core.xml":  # openpyxl writes the time of saving
                now, fixed = book.properties.modified, datetime(*STAMP)
                content = content.replace(f"{now:%Y-%m-%dT%H:%M:%SZ}".encode(), f"{fixed:%Y-%m-%dT%H:%M:%SZ}".encode())
            new.writestr(zipfile.ZipInfo(item.filename, STAMP), content, zipfile.ZIP_DEFLATED)
    return final.getvalue()
