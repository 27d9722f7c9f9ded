"""How long a large French export takes to check, and how much memory: ``python -m benchmarks.bench_contract``.

The file has the dialect that costs most: Windows-1252, « ; », decimal comma with spaces for thousands, dates with a
time, orders, two more columns. It is checked in a process of its own, whose peak of resident memory is read.
"""

import resource
import subprocess
import sys
import time

import pyarrow.parquet as pq

from benchmarks.transactions import CACHE, SEED, transactions_file

CHECK = "from grc_helpers.classroom.cli import main; import sys; sys.exit(main(['check', sys.argv[1]]))"
MEGABYTE = 1024  # ru_maxrss counts kilobytes on Linux


def export_file(n_rows: int):
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


def run(n_rows: int = 2_000_000) -> None:
    """Check the file and print the seconds, the peak of memory, and the size."""
    path = export_file(n_rows)
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", CHECK, str(path)], check=True)
    seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / MEGABYTE
    print(f"\n{n_rows:,} rows, {path.stat().st_size / 1e6:.0f} MB: {seconds:.1f} s, peak {peak:.0f} MB")


if __name__ == "__main__":
    run(int(sys.argv[1]) if len(sys.argv) > 1 else 2_000_000)
