"""What duplicates cost: letters sent twice, refusals not heard, and a picture of the customers that is wrong."""

import pandas as pd

from grc_helpers.data.warehouse import collect, customer_base
from grc_helpers.value_tiers import gini, top_share


def reach(records: pd.DataFrame, groups: pd.Series) -> pd.DataFrame:
    """Count addresses before and after uniting the records, by way of writing.

    Parameters
    ----------
    records : pandas.DataFrame
        Records of the firm's own files.
    groups : pandas.Series
        By record_id: the group.

    Returns
    -------
    pandas.DataFrame
        way (courrier | e-mail | SMS), records (that have the address), persons, surplus (messages too many each
        time).
    """
    group = records["record_id"].map(groups)
    rows = []
    for way, field in (("courrier", "street"), ("e-mail", "email"), ("SMS", "mobile")):
        held = records[field].notna()
        rows.append((way, int(held.sum()), int(group[held].nunique())))
    table = pd.DataFrame(rows, columns=["way", "records", "persons"])
    return table.assign(surplus=table["records"] - table["persons"])


def mailing_cost(reached: pd.DataFrame, unit_cost: dict[str, float], per_year: dict[str, int]) -> pd.DataFrame:
    """Return what the surplus costs in a year: unit cost × surplus × mailings."""
    table = reached.assign(unit_cost=reached["way"].map(unit_cost), per_year=reached["way"].map(per_year))
    return table.assign(yearly_cost=table["surplus"] * table["unit_cost"] * table["per_year"])


def last_word(consents: pd.DataFrame, owner: pd.Series) -> pd.DataFrame:
    """Return the last answer of each owner (person, or record), by channel.

    Parameters
    ----------
    consents : pandas.DataFrame
        record_key, channel, answer (oui | non), date.
    owner : pandas.Series
        Owner by record_key. On one day, a refusal wins.

    Returns
    -------
    pandas.DataFrame
        owner, channel, answer, date.
    """
    table = consents.assign(owner=consents["record_key"].map(owner), refused=consents["answer"].eq("non"))
    table = table.sort_values(["date", "refused"], kind="stable").drop_duplicates(["owner", "channel"], keep="last")
    return table[["owner", "channel", "answer", "date"]].sort_values(["owner", "channel"], ignore_index=True)


def unheard_refusals(consents: pd.DataFrame, owner: pd.Series, channel: str) -> int:
    """Count the persons whose last word is no, but who have a record that still says yes."""
    mine = consents[consents["channel"] == channel]
    by_record = last_word(mine, pd.Series(mine["record_key"].unique(), index=mine["record_key"].unique()))
    agreed = by_record.loc[by_record["answer"] == "oui", "owner"].map(owner)
    word = last_word(mine, owner)
    return int(word.loc[word["answer"] == "non", "owner"].isin(set(agreed)).sum())


def picture(sales, *, observation_end) -> dict[str, float]:
    """Return what a base of customers looks like.

    Parameters
    ----------
    sales : ibis.Table
        Canonical transactions.
    observation_end : date

    Returns
    -------
    dict
        customers, orders_per_customer, spend_per_customer, came_back (share seen on two days or more),
        median_days_since_last, top_5 (share of sales of the 5 % largest), gini.
    """
    base = collect(customer_base(sales, observation_end=observation_end))
    return {
        "customers": len(base),
        "orders_per_customer": float(base["n_orders"].mean()),
        "spend_per_customer": float(base["total_spend"].mean()),
        "came_back": float((base["frequency"] > 0).mean()),
        "median_days_since_last": float(base["days_since_last"].median()),
        "top_5": top_share(base["total_spend"], 0.05),
        "gini": gini(base["total_spend"].clip(lower=0)),
    }


def missed_best(best_before: set[str], accounts: pd.Series, best_after: set[str]) -> float:
    """Return the share of the best customers none of whose accounts was among the best.

    Parameters
    ----------
    best_before : set of str
        Accounts of the best tier, before.
    accounts : pandas.Series
        Person by account.
    best_after : set of str
        Persons of the best tier, after.
    """
    seen = set(accounts.reindex(list(best_before)).dropna())
    return len(best_after - seen) / len(best_after) if best_after else float("nan")
