"""Run the benchmarks: ``python -m benchmarks [--quick] [--only lecture|table|clv]``."""

import argparse

from benchmarks import bench_clv, bench_contract, bench_warehouse

CUSTOMERS_PER_ROW = 10  # the made-up customers have ten rows each


def main() -> None:
    """Read the command line and print the tables."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Mesures comparées du cahier GRC.")
    parser.add_argument("--quick", action="store_true", help="petite taille : 200 000 lignes au lieu de 10 millions")
    parser.add_argument(
        "--only",
        choices=("lecture", "table", "clv"),
        help="un seul sujet : lecture d'un fichier, table client ou valeur client",
    )
    arguments = parser.parse_args()
    n_rows = 200_000 if arguments.quick else 10_000_000
    if arguments.only in (None, "lecture"):
        bench_contract.run(n_rows if arguments.quick else 2_000_000)
    if arguments.only in (None, "table"):
        bench_warehouse.run(n_rows=n_rows)
    if arguments.only in (None, "clv"):
        bench_clv.run(n_rows // CUSTOMERS_PER_ROW)


if __name__ == "__main__":
    main()
