"""Notebook 09: PrefixSpan beside the package ``prefixspan``, and pairs of products counted under a memory limit.

    python -m benchmarks.bench_patterns [--lines 5000000] [--peer FOLDER]

``prefixspan`` is not among the locked packages: install it in a folder of its own (``pip install prefixspan==0.5.2
--target FOLDER``) and name that folder. Without it, ours is timed alone.
"""

import argparse
import os
import resource
import statistics
import sys
import time
from pathlib import Path

import numpy as np

from benchmarks.transactions import CACHE, SEED
from grc_helpers.data.warehouse import connect
from grc_helpers.patterns.baskets import basket_items
from grc_helpers.patterns.pairs import min_count, pair_counts
from grc_helpers.patterns.sequences import prefix_span

RUNS, LIMIT = 5, "700MB"
SHAPES = (  # sequences, mean length, items, least number of sequences
    (5_000, 8, 50, 50),
    (1_000, 60, 30, 400),
    (20_000, 5, 1_000, 40),
    (50_000, 2, 200, 100),
    (200, 20, 20, 20),
    (100_000, 3, 5_000, 30),
)


def sequences(n: int, *, length: int, items: int, seed: int = SEED) -> list[list[int]]:
    """Draw n sequences of single items, popular and rare."""
    rng = np.random.default_rng(seed)
    weight = 1 / np.arange(1, items + 1)
    sizes = 1 + rng.poisson(length - 1, size=n)
    drawn = rng.choice(items, size=sizes.sum(), p=weight / weight.sum())
    return [part.tolist() for part in np.split(drawn, np.cumsum(sizes)[:-1])]


def ours(world: list[list[tuple[int]]], least: int, longest: int) -> dict:
    """Mine with the workbook's PrefixSpan: every item is a step."""
    return prefix_span(world, min_count=least, max_items=longest)


def peer(world: list[list[int]], least: int, longest: int) -> list:
    """Mine with the package."""
    from prefixspan import PrefixSpan

    miner = PrefixSpan(world)
    miner.maxlen = longest
    return miner.frequent(least)


def same(found: dict, others: list) -> bool:
    """Tell whether the two found the same patterns, as often."""
    flat = {tuple(step[0] for step in pattern): count for pattern, count in found.items()}
    return flat == {tuple(pattern): count for count, pattern in others}


def timed(function, *arguments) -> tuple[float, dict]:
    """Return the processor time of a run, and its result."""
    start = time.process_time()
    result = function(*arguments)
    return time.process_time() - start, result


def race(folder: str | None) -> None:
    """Time both by turns in one process, each on its own form of the same data; what they find must be the same."""
    if folder:
        sys.path.append(folder)
    for n, length, items, least in SHAPES:
        world = sequences(n, length=length, items=items)
        steps = [[(item,) for item in one] for one in world]
        contestants = {"cahier": (ours, steps)} | ({"prefixspan": (peer, world)} if folder else {})
        results = {name: timed(function, data, least, 4)[1] for name, (function, data) in contestants.items()}
        assert not folder or same(results["cahier"], results["prefixspan"])
        times = {name: [] for name in contestants}
        for _ in range(RUNS):
            for name, (function, data) in contestants.items():
                times[name].append(timed(function, data, least, 4)[0])
        middle = {name: statistics.median(values) for name, values in times.items()}
        shown = " ; ".join(f"{name} {seconds:.2f} s" for name, seconds in middle.items())
        ratio = f" ; rapport {middle['prefixspan'] / middle['cahier']:.2f}" if folder else ""
        print(f"{n} suites de {length}, {items} produits, {len(results['cahier'])} motifs : {shown}{ratio}")


def lines_file(n_lines: int) -> Path:
    """Return a Parquet file of lines of orders, ten a basket, 20 000 products of which a few are popular."""
    path = CACHE / f"lines_{n_lines}_{SEED}.parquet"
    if path.exists():
        return path
    path.parent.mkdir(parents=True, exist_ok=True)
    connection = connect()
    product = f"'P' || (floor(power(hash(k, {SEED}) / 18446744073709551616.0, 3) * 20000))::INT"
    query = f"SELECT 'O' || (k // 10) AS order_id, 'C' || (k // 500) AS customer_id, {product} AS product, "
    query += f"DATE '2024-01-01' + (k % 365)::INT AS date, 250::BIGINT AS amount_cents FROM range({n_lines}) AS t(k)"
    connection.raw_sql(f"COPY ({query}) TO '{path}' (FORMAT parquet)")
    return path


def count_pairs(n_lines: int) -> None:
    """Count the pairs at 0.2 % support under a memory limit, and print time and peak memory."""
    path = lines_file(n_lines)
    start, connection = time.time(), connect(memory=LIMIT)
    items = basket_items(connection.read_parquet(str(path)))
    baskets, least = min_count(items, min_support=0.002)
    found = pair_counts(items, min_count=least).count().to_pyarrow().as_py()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    spent = f"{time.time() - start:.1f} s, {time.process_time():.0f} s de processeur"
    print(f"{n_lines} lignes, {baskets} paniers, support 0,2 % : {found} paires ; {spent} ; {peak:.0f} Mo au plus")


def main() -> None:
    """Read the command line and print the figures."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.bench_patterns")
    parser.add_argument("--lines", type=int, default=5_000_000, help="lignes de commande pour le compte des paires")
    parser.add_argument("--peer", default=os.environ.get("PREFIXSPAN"), help="dossier où prefixspan est installé")
    arguments = parser.parse_args()
    count_pairs(arguments.lines)
    race(arguments.peer)


if __name__ == "__main__":
    main()
