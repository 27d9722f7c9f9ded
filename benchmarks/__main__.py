"""Run every benchmark: ``python -m benchmarks [--quick]``."""

import argparse

from benchmarks import bench_warehouse


def main() -> None:
    """Read the command line and print the tables."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Mesures comparées du cahier GRC.")
    parser.add_argument("--quick", action="store_true", help="petite taille : 200 000 lignes au lieu de 10 millions")
    arguments = parser.parse_args()
    bench_warehouse.run(n_rows=200_000 if arguments.quick else 10_000_000)


if __name__ == "__main__":
    main()
