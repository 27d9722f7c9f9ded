"""Reading and checking a user's file, beside reading the same file without a look: time, processor, peak of memory.

The text has the dialect that costs most: Windows-1252, « ; », decimal comma with spaces for thousands, dates with a
time, orders, two more columns; the Parquet has its own types. Each runs once, in a process of its own.
"""

import time
from dataclasses import dataclass
from pathlib import Path

import pyarrow.parquet as pq

from benchmarks.bench_warehouse import alone, peak_of_process
from benchmarks.transactions import CACHE, SEED, transactions_file


@dataclass
class Measure:
    """Seconds by the clock and of all the processors, most millions of bytes, rows and cents that were read."""

    wall: float
    processor: float
    peak: float
    rows: int
    cents: int


def export_file(n_rows: int) -> Path:
    """Return a CSV made from the benchmarks' transactions, made once and kept in ``.cache``."""
    path = CACHE / f"export_{n_rows}_{SEED}.csv"
    if not path.exists():
        source = pq.ParquetFile(transactions_file(n_rows))
        partial = path.with_suffix(".partial")
        with partial.open("w", encoding="cp1252", newline="") as file:
            file.write("N° client;Date;N° commande;Magasin;Article;Montant TTC\r\n")
            number = 0
            for batch in source.iter_batches(100_000):
                for row in batch.to_pylist():
                    number += 1
                    amount = f"{row['amount']:,.2f}".replace(",", "\u00a0").replace(".", ",")
                    when = f"{row['date']:%d/%m/%Y} {number % 24:02d}:{number % 60:02d}"
                    file.write(f"{row['customer_id']};{when};K{number:08d};Orléans;thé {number % 97};{amount}\r\n")
        partial.replace(path)
    return path


def checked(path: Path) -> tuple[int, int]:
    """Load a file as a chapter does; return its rows and its cents."""
    from grc_helpers.data.loading import load

    reading = load(path).reading
    return reading.rows_kept, reading.total_cents


def plain(path: Path) -> tuple[int, int]:
    """Load the same with pandas, told everything that the check finds by itself; nothing is checked."""
    import pandas as pd

    if path.suffix == ".parquet":
        amounts = pd.read_parquet(path)["amount"]
    else:
        table = pd.read_csv(path, sep=";", encoding="cp1252", dtype="str")
        pd.to_datetime(table["Date"], format="%d/%m/%Y %H:%M")
        text = table["Montant TTC"].str.replace("\u00a0", "").str.replace(",", ".")  # read_csv takes no such space
        amounts = text.astype("float64")
    return len(amounts), int((amounts * 100).round().sum())


def measure(function, path: Path) -> Measure:
    """Read a file once."""
    wall, processor = time.perf_counter(), time.process_time()
    rows, cents = function(path)
    return Measure(time.perf_counter() - wall, time.process_time() - processor, peak_of_process(), rows, cents)


def run(n_rows: int = 2_000_000) -> None:
    """Measure, compare what was read, and print one table."""
    from rich.console import Console

    files = {"CSV français": export_file(n_rows), "Parquet typé": transactions_file(n_rows)}
    measures = {
        (file, label): alone(measure, function, path)
        for file, path in files.items()
        for label, function in (("cahier, contrôlé", checked), ("pandas, tel quel", plain))
    }
    read = {(found.rows, found.cents) for found in measures.values()}
    if len(read) > 1:
        raise AssertionError(f"the readers disagree: {measures}")
    console = Console(width=120, highlight=False)
    console.print(_table(n_rows, files, measures))
    console.print("Mêmes lignes et même somme pour tous. pandas reçoit tout ce que le contrôle trouve seul :")
    console.print("encodage, séparateur, marque décimale, milliers, ordre des dates, identifiants en texte.")


def _table(n_rows: int, files: dict[str, Path], measures: dict):
    from rich.table import Table

    from grc_helpers.style import number

    table = Table(title=f"Lire et contrôler {number(n_rows)} lignes")
    for heading in ("fichier", "outil", "taille (Mo)", "durée (s)", "processeur (s)", "mémoire (Mo)"):
        table.add_column(heading, justify="left" if heading in ("fichier", "outil") else "right")
    for (file, label), found in measures.items():
        size = number(files[file].stat().st_size / 1e6)
        table.add_row(file, label, size, number(found.wall, 1), number(found.processor, 1), number(found.peak))
    return table
