"""Step 1 as a whole: from the files of the firm to its customers, for the chapters that come after."""

from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from grc_helpers.identity.clusters import cluster
from grc_helpers.identity.evaluation import best_threshold
from grc_helpers.identity.golden import account_map, golden_records, golden_sales
from grc_helpers.identity.linkage import Linkage, link
from grc_helpers.identity.reading import read_sales, read_sources
from grc_helpers.identity.standard import standardise


@dataclass(frozen=True)
class Identified:
    """What step 1 gives.

    Attributes
    ----------
    tables : dict of str to pandas.DataFrame
        The files as they are.
    records : pandas.DataFrame
        The records of all the files, standardised.
    linkage : Linkage
    threshold : float
        Weight from which two records are united.
    groups : pandas.Series
        By record_id: the group.
    golden : pandas.DataFrame
        One record a person.
    accounts : pandas.Series
        golden_id by record_key.
    before, after : pandas.DataFrame
        Sales under the accounts, then under the golden customers (customer_id).
    """

    tables: dict[str, pd.DataFrame] = field(repr=False)
    records: pd.DataFrame = field(repr=False)
    linkage: Linkage = field(repr=False)
    threshold: float
    groups: pd.Series = field(repr=False)
    golden: pd.DataFrame = field(repr=False)
    accounts: pd.Series = field(repr=False)
    before: pd.DataFrame = field(repr=False)
    after: pd.DataFrame = field(repr=False)


def identify(folder: Path, *, wrong: float, missed: float, seed: int) -> Identified:
    """Read, standardise, link, unite, and put the sales under the persons.

    Parameters
    ----------
    folder : Path
        The sources (see `registry.sources_dir`), with ventes_comptes.parquet.
    wrong, missed : float
        Cost of two persons united, of one person left in two: they give the threshold.
    seed : int
        Seed of the linkage.
    """
    tables = read_sources(folder)
    records = standardise(tables)
    linkage = link(records, seed=seed)
    threshold = best_threshold(wrong=wrong, missed=missed)
    groups = cluster(records, linkage.pairs, threshold=threshold)
    golden = golden_records(records, groups)
    accounts = account_map(records, golden, groups)
    sales = read_sales(folder)
    before = sales.rename(columns={"account_id": "customer_id"})
    after = golden_sales(sales, accounts)
    return Identified(tables, records, linkage, threshold, groups, golden, accounts, before, after)
