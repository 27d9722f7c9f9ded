"""The simulated firm as the chapter on identification reads it: its files, its tables, and the truth to judge by."""

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import pandas as pd

from grc_helpers.data.loading import read_table
from grc_helpers.data.simulator.truth import read_truth
from grc_helpers.identity.golden import golden_of
from grc_helpers.identity.reading import read_consents, read_sales, read_sources
from grc_helpers.identity.registry import has_sources, sources_dir
from grc_helpers.identity.standard import standardise

EXAMPLE = "cafes_merle"


@dataclass(frozen=True)
class Firm:
    """A firm that has sources.

    Attributes
    ----------
    name : str
        Data set of the course, or folder.
    own : bool
        Whether it is the data set that was asked for (else the firm of the course stands in).
    folder : Path
        The sources.
    tables : dict of str to pandas.DataFrame
        The files as they are.
    records : pandas.DataFrame
        The records of all the files, standardised.
    sales : pandas.DataFrame
        Sales under accounts: order_id, account_id, date, amount, channel.
    """

    name: str
    own: bool
    folder: Path
    tables: dict[str, pd.DataFrame] = field(repr=False)
    records: pd.DataFrame = field(repr=False)
    sales: pd.DataFrame = field(repr=False)

    @cached_property
    def persons(self) -> pd.DataFrame:
        """The truth: source, record_key, person_id and errors of each record."""
        return read_truth(self.name, "personnes")

    @cached_property
    def truth(self) -> pd.Series:
        """True person by record_id."""
        return pd.Series(self.persons["person_id"].to_numpy(), index=self._record_ids())

    @cached_property
    def errors(self) -> pd.Series:
        """Mistakes that the simulator made, by record_id."""
        return pd.Series(self.persons["errors"].to_numpy(), index=self._record_ids())

    @cached_property
    def effects(self) -> pd.Series:
        """Settings of the simulation, by name."""
        return read_truth(self.name, "effets").set_index("name")["value"]

    @cached_property
    def consents(self) -> pd.DataFrame:
        """Answers: record_key, channel, answer, date, how."""
        return read_consents(self.folder)

    def table(self, name: str) -> pd.DataFrame:
        """Return a table of the firm's data set."""
        return read_table(self.name, f"{name}.parquet")

    def under(self, after: pd.DataFrame, table: pd.DataFrame) -> pd.DataFrame:
        """Return a table of the firm's with golden customers in place of its own numbers (by the orders in common).

        Parameters
        ----------
        after : pandas.DataFrame
            Sales under golden customers.
        table : pandas.DataFrame
            With customer_id.
        """
        clean, golden = (sales.set_index("order_id")["customer_id"] for sales in (self.table("ventes"), after))
        return table.assign(customer_id=table["customer_id"].map(golden_of(clean, golden)))

    def contacts(self, after: pd.DataFrame | None = None) -> pd.DataFrame:
        """Return the log of contacts, under true customers, or under the golden ones of these sales."""
        log = self.table("contacts").assign(date=lambda table: pd.to_datetime(table["date"]))
        return log if after is None else self.under(after, log)

    def stock(self, after: pd.DataFrame, versions: pd.DataFrame) -> dict[str, pd.DataFrame]:
        """Return what `star.build` takes, from the sales under golden customers and the versions of these."""
        sales = after[["order_id", "customer_id", "date", "channel"]]
        rest = {name: self.table(name) for name in ("lignes", "produits", "campagnes")}
        return {"ventes": sales, "contacts": self.contacts(after), "versions": versions, **rest}

    def _record_ids(self) -> pd.Series:
        return self.persons["source"] + "/" + self.persons["record_key"]


def read_firm(dataset: str | Path) -> Firm:
    """Read the sources of a data set, or those of the course's firm when it has none."""
    own = has_sources(dataset)
    name = str(dataset) if own else EXAMPLE
    folder = sources_dir(name)
    tables = read_sources(folder)
    return Firm(name, own, folder, tables, standardise(tables), read_sales(folder))
