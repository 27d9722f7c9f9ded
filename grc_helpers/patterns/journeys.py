"""Sequences of events drawn from tables: what came before a contract was cancelled, and before an ordinary day."""

import numpy as np
import pandas as pd

from grc_helpers.data.loading import Dataset, read_table

WINDOW = 90  # days looked at before the end of a contract


def windows_before(
    events: pd.DataFrame, contracts: pd.DataFrame, *, observation_end, days: int = WINDOW, seed: int
) -> pd.DataFrame:
    """Return the events that precede each end of a contract, and as many days of a contract that goes on.

    Parameters
    ----------
    events : DataFrame
        customer_id, date, event.
    contracts : DataFrame
        contract_id, customer_id, start, end (NaT: it runs). A contract that is younger than the window is left out.
    observation_end : date
    seed : int
        A contract that runs is looked at on a day of its life drawn at random: the window must not depend on what
        happened.

    Returns
    -------
    DataFrame
        One row a contract: contract_id, left (bool), sequence (list of one-event steps, by date; the day of the
        reference is excluded).
    """
    rng = np.random.default_rng(seed)
    table = contracts.sort_values("contract_id", ignore_index=True)
    close = table["end"].fillna(pd.Timestamp(observation_end) + pd.Timedelta(days=1))
    age = (close - table["start"]).dt.days
    table, close, age = table[age >= days], close[age >= days], age[age >= days]
    drawn = pd.to_timedelta(np.floor(rng.random(len(table)) * (age - days + 1)), unit="D")
    reference = table["end"].fillna(table["start"] + pd.Timedelta(days=days) + drawn)
    table = table.assign(reference=reference, left=table["end"].notna())
    near = events.merge(table[["customer_id", "contract_id", "reference"]], on="customer_id")
    gap = (near["reference"] - near["date"]).dt.days
    near = near[(gap > 0) & (gap <= days)].sort_values(["contract_id", "date", "event"])
    steps = near.groupby("contract_id")["event"].agg(lambda names: [(name,) for name in names])
    return (
        table[["contract_id", "left"]]
        .assign(sequence=[steps.get(name, []) for name in table["contract_id"]])
        .reset_index(drop=True)
    )


def merle_events(orders: pd.DataFrame, contacts: pd.DataFrame) -> pd.DataFrame:
    """Return what the simulated firm sees of its customers: purchases, and contacts that came from them.

    A question about the end of the contract is told from the others: the firm notes the subject.
    """
    said = contacts[contacts["direction"] == "entrant"]
    about = said["subject"].eq("fin du contrat")
    names = said["reason"].replace({"panne de machine": "panne"}).where(~about, "question sur le contrat")
    parts = [
        orders[["customer_id", "date"]].assign(event="achat"),
        said[["customer_id", "date"]].assign(event=names),
    ]
    return pd.concat(parts, ignore_index=True)


def merle_windows(firm: Dataset, *, seed: int) -> pd.DataFrame:
    """Return `windows_before` for the maintenance contracts of the simulated firm."""
    sales, contacts, contracts = (
        read_table(firm.name, f"{name}.parquet") for name in ("ventes", "contacts", "contrats")
    )
    return windows_before(merle_events(sales, contacts), contracts, observation_end=firm.observation_end, seed=seed)


def precision_and_recall(alert: pd.Series, truth: pd.Series) -> dict[str, float]:
    """Return how many alerts are right (precision), and how many cases get one (recall); counts too."""
    right, alerts, cases = int((alert & truth).sum()), int(alert.sum()), int(truth.sum())
    share = {
        "precision": right / alerts if alerts else float("nan"),
        "recall": right / cases if cases else float("nan"),
    }
    return share | {"right": right, "alerts": alerts, "cases": cases}
