"""The firm that a plan is for, from its raw files: one record a person, its sales, its trials, who may be reached."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from grc_helpers.identity import evaluation, tables
from grc_helpers.identity.clusters import cluster
from grc_helpers.identity.firm import Firm, read_firm
from grc_helpers.identity.golden import account_map, golden_of, golden_records, golden_sales
from grc_helpers.identity.linkage import link

TRIALS = ("campagnes", "ciblage", "coupons", "parrainages", "produits", "couts_canaux")


@dataclass(frozen=True)
class GoldenFirm:
    """A firm whose records have been united.

    Attributes
    ----------
    source : Firm
        Its files.
    sales : DataFrame
        ``order_id``, ``customer_id`` (golden), ``date``, ``amount``.
    people : DataFrame, indexed by golden customer who has bought
        ``name``, ``office`` (bool), ``web_since`` (day of the account on the site, if any), ``letter`` (a postal
        address is known), ``call`` (a number is known, and the last word on calls is yes).
    tables : dict of str to DataFrame
        Campaigns and their targets, vouchers, referrals… under golden customers.
    accounts : Series
        Golden customer of each record, by its key.
    """

    source: Firm
    sales: pd.DataFrame = field(repr=False)
    people: pd.DataFrame = field(repr=False)
    tables: dict[str, pd.DataFrame] = field(repr=False)
    accounts: pd.Series = field(repr=False)

    @property
    def end(self) -> pd.Timestamp:
        """Day of the plan: the day after the last sale."""
        return pd.Timestamp(self.sales["date"].max()).normalize() + pd.Timedelta(days=1)

    def with_account(self, day) -> pd.Index:
        """Return the customers who had an account on the site before a day."""
        return self.people.index[self.people["web_since"] < pd.Timestamp(day)]

    def transactions(self):
        """Return the sales as the warehouse takes them (an Ibis table)."""
        return as_transactions(self.sales)

    def clean(self) -> pd.Series:
        """Return the firm's own customer of each golden one, by the orders that they share: to judge by the truth."""
        golden, clean = (
            sales.set_index("order_id")["customer_id"] for sales in (self.sales, self.source.table("ventes"))
        )
        return golden_of(golden, clean)


def as_transactions(sales: pd.DataFrame):
    """Return sales (``customer_id``, ``date``, ``amount``, ``order_id``) as canonical transactions (an Ibis table)."""
    import ibis

    kept = (
        sales[["order_id", "customer_id"]]
        .astype(object)
        .assign(
            date=pd.to_datetime(sales["date"]).dt.date, amount_cents=np.round(100 * sales["amount"]).astype("int64")
        )
    )
    return ibis.memtable(kept)


def read_golden_firm(dataset: str, *, wrong: float, missed: float, seed: int) -> GoldenFirm:
    """Read the raw files of a firm and unite its records, as the chapter on identification does.

    Parameters
    ----------
    dataset : str
        A firm that has source files; else the firm of the course stands in.
    wrong, missed : float
        Cost of two persons taken for one, and of a person left in two.
    seed : int
        Of the linkage.
    """
    firm = read_firm(dataset)
    pairs = link(firm.records, seed=seed).pairs
    groups = cluster(firm.records, pairs, threshold=evaluation.best_threshold(wrong=wrong, missed=missed))
    golden = golden_records(firm.records, groups)
    accounts = account_map(firm.records, golden, groups)
    sales = golden_sales(firm.sales, accounts)
    people = reachable(golden, accounts, firm, customers=pd.Index(sales["customer_id"].unique()).sort_values())
    return GoldenFirm(firm, sales, people, trial_tables(firm, sales), accounts)


def reachable(golden: pd.DataFrame, accounts: pd.Series, firm: Firm, *, customers: pd.Index) -> pd.DataFrame:
    """Return what a plan needs to know of each golden customer (see ``GoldenFirm.people``)."""
    records = golden.set_index("golden_id").reindex(customers)
    words = tables.last_words(firm.consents, accounts, customers)
    sites = firm.records[firm.records["source"] == "comptes_web"]
    since = pd.to_datetime(sites["created"]).groupby(sites["record_key"].map(accounts)).min()
    full = (records["given_name"].fillna("") + " " + records["family_name"].fillna("")).str.strip()
    phone = records["mobile"].notna() | records["landline"].notna()
    return pd.DataFrame(
        {
            "name": records["company"].fillna(full),
            "office": records["company"].notna(),
            "web_since": since.reindex(customers).to_numpy(),
            "letter": (records["street"].notna() & records["postcode"].notna()).to_numpy(),
            "call": (phone & words["téléphone"].eq("oui")).to_numpy(),
        },
        index=customers.rename("customer_id"),
    )


def trial_tables(firm: Firm, sales: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Return the tables of campaigns with golden customers in place of the firm's own numbers."""
    found = {name: firm.table(name) for name in TRIALS}
    clean, golden = (table.set_index("order_id")["customer_id"] for table in (firm.table("ventes"), sales))
    known = golden_of(clean, golden)
    for name in ("ciblage", "coupons", "parrainages"):
        here = found[name].columns.intersection(["customer_id", "sponsor_id"])
        found[name] = found[name].assign(**{column: found[name][column].map(known) for column in here})
    return found
