"""The view all round of one customer: what every service knows of a person, in the order of time."""

from collections.abc import Mapping

import pandas as pd

LANES = ("boutique", "web", "téléphone", "commercial", "e-mail", "courrier")
ANSWER = {"oui": "accepte", "non": "refuse"}


def busiest(contacts: pd.DataFrame, golden: pd.DataFrame, orders: pd.Series) -> str:
    """Return the private customer, of three sources and 8 to 25 orders, who called on the service most.

    Parameters
    ----------
    contacts : pandas.DataFrame
        customer_id (the golden one), function.
    golden : pandas.DataFrame
        Golden records.
    orders : pandas.Series
        Number of orders by golden_id.
    """
    calls = contacts[contacts["function"] == "service"].groupby("customer_id").size()
    some = golden[golden["company"].isna() & (golden["sources"] > 2) & golden["golden_id"].map(orders).between(8, 25)]
    return calls.reindex(some["golden_id"]).sort_values(ascending=False, kind="stable").index[0]


def events(
    golden_id: str,
    *,
    records: pd.DataFrame,
    sales: pd.DataFrame,
    contacts: pd.DataFrame,
    consents: pd.DataFrame,
    owners: pd.Series,
) -> pd.DataFrame:
    """Return what is known of one golden customer.

    Parameters
    ----------
    golden_id : str
    records : pandas.DataFrame
        Standardised records.
    sales, contacts : pandas.DataFrame
        With the golden customer_id.
    consents : pandas.DataFrame
        record_key, channel, answer, date.
    owners : pandas.Series
        golden_id by record_key.

    Returns
    -------
    pandas.DataFrame
        date, service (fiche | vente | marketing | service | accord), channel, what (French), amount; by date.
    """
    mine = records[records["record_key"].map(owners) == golden_id]
    made = pd.DataFrame(
        {"date": mine["created"], "service": "fiche", "channel": mine["source"], "what": "fiche " + mine["record_key"]}
    )
    bought = sales[sales["customer_id"] == golden_id]
    bought = bought.assign(service="vente", what="achat")[["date", "service", "channel", "what", "amount"]]
    heard = contacts[contacts["customer_id"] == golden_id]
    heard = heard.assign(service=heard["function"], what=heard["reason"])[["date", "service", "channel", "what"]]
    said = consents[consents["record_key"].isin(set(mine["record_key"]))]
    said = said.assign(service="accord", what=said["answer"].map(ANSWER) + " " + said["channel"], channel=said["how"])
    parts: list[pd.DataFrame] = [made, bought, heard, said[["date", "service", "channel", "what"]]]
    table = pd.concat([part.assign(date=pd.to_datetime(part["date"])) for part in parts])
    return table.sort_values(["date", "service", "what"], kind="stable", ignore_index=True)


def views(sets: Mapping[str, set[str]]) -> pd.DataFrame:
    """Return what each service knows alone, and what all know together.

    Parameters
    ----------
    sets : mapping
        Customers that each service knows, by its French name.

    Returns
    -------
    pandas.DataFrame
        service, known, only (known to it alone), share (of all); the last row is « tous ensemble ».
    """
    everyone = set().union(*sets.values())
    rows = []
    for name, known in sets.items():
        others = set().union(*(other for key, other in sets.items() if key != name))
        rows.append((name, len(known), len(known - others), len(known) / len(everyone)))
    rows.append(("tous ensemble", len(everyone), 0, 1.0))
    return pd.DataFrame(rows, columns=["service", "known", "only", "share"])


def contradictions(contacts: pd.DataFrame) -> pd.DataFrame:
    """Return the subjects on which a customer was given two answers.

    Parameters
    ----------
    contacts : pandas.DataFrame
        customer_id, date, channel, subject, answer (None: nothing was asked).

    Returns
    -------
    pandas.DataFrame
        subject, asked (customers who asked at least twice), contradicted (who were given different answers), share.
    """
    asked = contacts.dropna(subset=["subject", "answer"]).groupby(["subject", "customer_id"])["answer"]
    each = asked.agg(["size", "nunique"]).query("size > 1")
    table = each.groupby("subject").agg(asked=("size", "size"), contradicted=("nunique", lambda n: int((n > 1).sum())))
    return table.assign(share=table["contradicted"] / table["asked"]).reset_index()
