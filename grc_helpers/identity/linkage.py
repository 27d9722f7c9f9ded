"""Linking records with Splink on DuckDB: the weight of every pair that is worth comparing, and why.

Nothing leaves the machine: Splink works inside the engine, and fetches its example data only if asked.
"""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd
import pyarrow as pa

from grc_helpers.errors import GrcError
from grc_helpers.identity.comparisons import CUSTOMERS, Specification
from grc_helpers.identity.weights import prior_weight

FLOOR = -10.0  # bits: pairs under it are left out
SAMPLE = 400_000  # pairs drawn at random to see how often strangers agree


@dataclass(frozen=True)
class Linkage:
    """Pairs of records, weighed.

    Attributes
    ----------
    pairs : pandas.DataFrame
        left, right (keys, left < right), weight (bits), probability; then by comparison its level (−1: absent) and
        ``… (poids)``, its weight in bits. Heaviest first; ties by keys.
    parameters : pandas.DataFrame
        comparison, level, label, m, u, weight.
    prior : float
        Probability that two records drawn at random are of one person.
    compared : int
        Pairs that share a block.
    possible : int
        Pairs in all.
    """

    pairs: pd.DataFrame
    parameters: pd.DataFrame
    prior: float
    compared: int
    possible: int

    def waterfall(self, left: str, right: str) -> pd.DataFrame:
        """Return what makes the weight of one pair.

        Returns
        -------
        pandas.DataFrame
            step (« départ », each comparison, « total »), label (what was seen), weight, cumulative; bits.

        Raises
        ------
        GrcError
            The pair was not kept: no common block, or a weight under −10 bits.
        """
        left, right = sorted((left, right))
        found = self.pairs[(self.pairs["left"] == left) & (self.pairs["right"] == right)]
        if found.empty:
            raise GrcError(
                f"La paire « {left} », « {right} » n'a pas été pesée.",
                where="les deux fiches n'ont rien en commun qui mérite de les comparer",
                todo="choisissez une paire de la table des paires",
            )
        row, steps = found.iloc[0], [("départ", "deux fiches tirées au hasard", prior_weight(self.prior))]
        labels = self.parameters.set_index(["comparison", "level"])["label"]
        for name in self.parameters["comparison"].unique():
            level = row[name]
            steps.append((name, "absent" if level < 0 else labels[(name, level)], row[f"{name} (poids)"]))
        table = pd.DataFrame(steps, columns=["step", "label", "weight"])
        table["cumulative"] = table["weight"].cumsum()
        last = table["cumulative"].iloc[-1]
        total = pd.DataFrame([("total", "somme des poids", last, last)], columns=table.columns)
        return pd.concat([table, total], ignore_index=True)


def link(
    records: pd.DataFrame | Iterable[pd.DataFrame],
    specification: Specification = CUSTOMERS,
    *,
    seed: int = 2026,
    threads: int = 2,
) -> Linkage:
    """Weigh the pairs of records that share a block.

    Parameters
    ----------
    records : pandas.DataFrame, or two of them
        One table, in which duplicates are looked for; or two, whose records are looked for in each other.
    specification : Specification
        What is compared, and how.
    seed : int
        Seed of the sample of pairs that tells how often strangers agree.
    threads : int
        Threads of the engine; the result does not depend on it.

    Notes
    -----
    The same records, linked again in the same way, give the same object: do not change it.
    """
    tables = [records] if isinstance(records, pd.DataFrame) else list(records)
    return _linked(tuple(_packed(table, specification) for table in tables), specification, seed, threads)


def _packed(table: pd.DataFrame, specification: Specification) -> bytes:
    """Return the columns that the specification names, as bytes that can be compared."""
    used = pa.Table.from_pandas(table[_used_columns(table, specification)], preserve_index=False)
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, used.schema) as stream:
        stream.write_table(used)
    return sink.getvalue().to_pybytes()


@lru_cache(maxsize=4)
def _linked(packed: tuple[bytes, ...], specification: Specification, seed: int, threads: int) -> Linkage:
    from splink import block_on

    tables = [pa.ipc.open_stream(content).read_all() for content in packed]
    linker = _linker(tables, specification, threads)
    linker.training.estimate_u_using_random_sampling(
        max_pairs=SAMPLE, seed=seed, min_count_per_level=None, num_chunks=1
    )
    sure = [block_on(*rule) for rule in specification.sure]
    linker.training.estimate_probability_two_random_records_match(sure, recall=specification.recall)
    for rule in specification.training:
        linker.training.estimate_parameters_using_expectation_maximisation(block_on(*rule))
    blocked = linker.inference.compute_blocked_pairs_for_predict()
    compared = blocked.as_duckdbpyrelation().aggregate("count(*)").fetchall()[0][0]
    predicted = linker.inference.predict(threshold_match_weight=FLOOR, warning_mode="never").as_pandas_dataframe()
    model = linker.misc.save_model_to_json()
    sizes = [table.num_rows for table in tables]
    possible = sizes[0] * sizes[1] if len(sizes) == 2 else sizes[0] * (sizes[0] - 1) // 2
    return Linkage(
        pairs=_pairs(predicted, specification),
        parameters=_parameters(model, specification),
        prior=model["probability_two_random_records_match"],
        compared=int(compared),
        possible=possible,
    )


def _linker(tables: list[pa.Table], specification: Specification, threads: int):
    """Set Splink up on an engine of its own."""
    import duckdb
    import splink.comparison_level_library as levels
    import splink.comparison_library as library
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on

    comparisons = []
    for place, (_, frequency, given) in enumerate(specification.comparisons):
        made = []
        for rank, (condition, label, *stated) in enumerate(given):
            level = levels.CustomLevel(condition or "ELSE", label_for_charts=label)
            if stated:
                level.configure(m_probability=stated[0], fix_m_probability=True)
            if rank == 0:
                level.configure(is_null_level=True)
            elif rank == 1 and frequency:
                level.configure(tf_adjustment_column=frequency)
            made.append(level)
        comparisons.append(library.CustomComparison(output_column_name=f"c{place}", comparison_levels=made))
    settings = SettingsCreator(
        link_type="dedupe_only" if len(tables) == 1 else "link_only",
        unique_id_column_name=specification.key,
        comparisons=comparisons,
        blocking_rules_to_generate_predictions=[block_on(*rule) for rule in specification.blocks],
        retain_matching_columns=True,  # the levels come with them
        retain_intermediate_calculation_columns=True,
    )
    connection = duckdb.connect(config={"threads": threads, "autoinstall_known_extensions": False})
    connection.execute("SET enable_progress_bar = false")
    engine = DuckDBAPI(connection)
    registered = [engine.register(table, dataset_display_name=f"fiches_{place}") for place, table in enumerate(tables)]
    logging.getLogger("splink").setLevel(logging.ERROR)
    return Linker(registered if len(tables) > 1 else registered[0], settings, log_level=None)


def _used_columns(table: pd.DataFrame, specification: Specification) -> list[str]:
    """Return the columns that the specification names, in the table's order; refuse a table that lacks one."""
    conditions = [level[0] for _, _, given in specification.comparisons for level in given]
    text = " ".join([*conditions, *(part for rule in specification.blocks for part in rule)])
    used = [name for name in table.columns if name == specification.key or _names(text, name)]
    if specification.key not in used:
        raise GrcError(
            f"Les fiches n'ont pas de colonne « {specification.key} » : rien ne les distingue.",
            where="colonnes : " + ", ".join(map(str, table.columns)),
            todo="donnez à chaque fiche une clé",
        )
    return used


def _names(text: str, column: str) -> bool:
    import re

    return re.search(rf"\b{column}(_l|_r)?\b", text) is not None


def _pairs(predicted: pd.DataFrame, specification: Specification) -> pd.DataFrame:
    left, right = predicted[f"{specification.key}_l"], predicted[f"{specification.key}_r"]
    pairs = pd.DataFrame(
        {
            "left": np.where(left < right, left, right),
            "right": np.where(left < right, right, left),
            "weight": predicted["match_weight"].round(6),
            "probability": predicted["match_probability"].round(9),
        }
    )
    for place, (name, frequency, _) in enumerate(specification.comparisons):
        pairs[name] = predicted[f"gamma_c{place}"].astype("int8")
        rare = predicted[f"mw_tf_adj_c{place}"] if frequency else 0.0
        pairs[f"{name} (poids)"] = (predicted[f"mw_c{place}"] + rare).round(6)
    return pairs.sort_values(["weight", "left", "right"], ascending=[False, True, True], ignore_index=True)


def _parameters(model: dict, specification: Specification) -> pd.DataFrame:
    rows = []
    for (name, _, given), comparison in zip(specification.comparisons, model["comparisons"], strict=True):
        top = len(given) - 2
        for place, level in enumerate(comparison["comparison_levels"][1:]):
            m, u = level.get("m_probability", np.nan), level.get("u_probability", np.nan)
            rows.append((name, top - place, given[place + 1][1], m, u, np.log2(m / u) if m and u else np.nan))
    return pd.DataFrame(rows, columns=["comparison", "level", "label", "m", "u", "weight"])
