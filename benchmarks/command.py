"""The command line that the benchmarks of recovery share: draw worlds, estimate on each, sum up, write the table."""

import argparse
import multiprocessing
from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path

import pandas as pd


def recover(
    name: str,
    one_world: Callable[[int], list[tuple]],
    summarise: Callable[[pd.DataFrame], pd.DataFrame],
    *,
    table: Path,
    first: int,
    worlds: int,
    packages: Sequence[str],
) -> None:
    """Read the command line, draw the worlds in two processes, show their summary, and write it if asked.

    Parameters
    ----------
    name : str
        Module of the benchmark, as ``python -m`` takes it.
    one_world : callable
        From a seed to rows (figure, truth, estimate, low, high).
    summarise : callable
        From all these rows to one row a figure.
    table : Path
        Where ``--write`` puts the summary, below a line that says how it was made and with which ``packages``.
    first, worlds : int
        Seed of the first world; number of worlds unless ``--worlds`` tells another.
    """
    parser = argparse.ArgumentParser(prog=f"python -m {name}", description="Simuler, puis retrouver.")
    parser.add_argument("--worlds", type=int, default=worlds, help="nombre de mondes simulés")
    parser.add_argument("--write", action="store_true", help="écrit la table que montre le cahier")
    arguments = parser.parse_args()
    seeds = range(first, first + arguments.worlds)
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        rows = [row for world in pool.imap(one_world, seeds, chunksize=4) for row in world]
    summary = summarise(pd.DataFrame(rows, columns=["figure", "truth", "estimate", "low", "high"]))
    if arguments.write:
        versions = ", ".join(f"{package} {version(package)}" for package in packages)
        made = f"# python -m {name} --worlds {arguments.worlds} --write ; {versions}\n"
        table.write_text(made + summary.to_csv(index=False, float_format="%.6g"), encoding="utf-8")
    print(summary.round(4).to_string())
