"""Contacts by channel: what they cost, whom they reach, what comes of them, and which customers they share."""

from __future__ import annotations

import numpy as np
import pandas as pd
from statsmodels.stats.proportion import proportion_confint

from grc_helpers.errors import GrcError

MOST_CHANNELS = 12  # beyond, tables are no longer read, nor exact Shapley values worked out
OUTCOMES = ("outcome", "issue", "suite", "resultat", "résultat", "statut", "result")


def read_contacts(data, *, outcome: str = "", useful: str = "") -> pd.DataFrame:
    """Return the contacts of a data set as pandas, one row a contact with a channel.

    Parameters
    ----------
    data : Dataset
        Of kind "contacts".
    outcome : str
        Column that says what came of a contact; empty: the first of ``OUTCOMES`` that the table has.
    useful : str
        The outcomes that count as useful, separated by commas.

    Returns
    -------
    DataFrame
        ``customer_id``, ``date``, ``channel`` and, if the source has them, ``direction``, ``reason``, ``cost``
        (currency units), ``outcome`` (text or missing) and ``is_useful`` (bool).

    Raises
    ------
    GrcError
        The outcome asked for is no column.
    """
    table = data.table
    names = {name.casefold(): name for name in table.columns}
    if outcome and outcome.casefold() not in names:
        raise GrcError(
            f"La colonne « {outcome} » n'existe pas.",
            where=f"réglage outcome_column ; colonnes : {', '.join(table.columns)}",
            todo="donnez le nom de la colonne qui dit la suite de chaque contact, ou laissez vide",
        )
    column = next((names[name] for name in (outcome.casefold(), *OUTCOMES) if name in names), None)
    kept = [name for name in ("customer_id", "date", "channel", "direction", "reason", "cost_cents") if name in names]
    frame = table.select(*dict.fromkeys([*kept, *([column] if column else [])])).to_pandas()
    frame["date"] = pd.to_datetime(frame["date"])
    if "cost_cents" in frame:
        frame["cost"] = frame.pop("cost_cents").astype(float) / 100
    if column:
        frame = frame.rename(columns={column: "outcome"})
        said = frame["outcome"].astype("str").str.strip()
        frame["outcome"] = said.where(frame["outcome"].notna() & said.ne(""))
        wanted = {word.strip().casefold() for word in useful.split(",") if word.strip()}
        frame["is_useful"] = frame["outcome"].str.casefold().isin(wanted)
    if "direction" in frame:
        frame["direction"] = frame["direction"].astype("str").where(frame["direction"].notna(), "non précisé")
    if "channel" in frame:
        named = frame["channel"].notna() & frame["channel"].astype("str").str.strip().ne("")
        frame = frame[named].assign(channel=lambda rows: rows["channel"].astype("str").str.strip())
    return frame.sort_values(["date", "customer_id"], kind="stable", ignore_index=True)


def lacking(contacts: pd.DataFrame, *needed: str) -> str:
    """Say in French what contacts lack for an analysis; empty if nothing.

    Parameters
    ----------
    needed : str
        Among "channel" (one at least), "channels" (two at least), "few" (not too many), "direction", "cost",
        "outcome", "useful" (some useful outcome), "overlap" (a customer met by two channels).
    """
    has = set(contacts.columns)
    channels = contacts["channel"].nunique() if "channel" in has else 0
    shared = channels > 1 and contacts.groupby("customer_id")["channel"].nunique().max() > 1
    met = ", ".join(map(str, contacts["outcome"].value_counts().index[:6])) if "outcome" in has else ""
    words = f"une suite dite utile (réglage useful_outcomes ; suites du fichier : {met or 'aucune'})"
    tests = {
        "channel": (channels > 0, "une colonne « canal » remplie"),
        "channels": (channels > 1, "deux canaux au moins"),
        "direction": ("direction" in has, "une colonne « sens » (entrant ou sortant)"),
        "cost": ("cost" in has, "une colonne « coût »"),
        "few": (
            channels <= MOST_CHANNELS,
            f"moins de canaux : {MOST_CHANNELS} au plus, et le fichier en a {channels} (regroupez-les)",
        ),
        "overlap": (bool(shared), "un client au moins rencontré par deux canaux"),
        "outcome": ("outcome" in has, "une colonne qui dit la suite de chaque contact (réglage outcome_column)"),
        "useful": ("outcome" not in has or bool(contacts["is_useful"].any()), words),
    }
    return " ; ".join(text for name, (met_, text) in tests.items() if name in needed and not met_)


def channel_map(contacts: pd.DataFrame) -> pd.DataFrame:
    """Return, by channel, the volume, the customers reached, the cost and the busiest week.

    Returns
    -------
    DataFrame indexed by channel, most contacts first
        ``contacts``, ``customers``, ``touched`` (share of the customers met at least once), ``per_customer``,
        ``peak_week`` (contacts of the busiest week) and, with costs, ``cost_per_contact``, ``total_cost``.
    """
    groups = contacts.groupby("channel")
    table = groups.agg(contacts=("customer_id", "size"), customers=("customer_id", "nunique"))
    table["touched"] = table["customers"] / contacts["customer_id"].nunique()
    table["per_customer"] = table["contacts"] / table["customers"]
    weeks = contacts.groupby(["channel", pd.Grouper(key="date", freq="W")]).size()
    table["peak_week"] = weeks.groupby(level="channel").max()
    if "cost" in contacts:
        table["cost_per_contact"], table["total_cost"] = groups["cost"].mean(), groups["cost"].sum()
    return table.sort_values("contacts", ascending=False)


def conversions(contacts: pd.DataFrame, *, by: tuple[str, ...] = ("direction", "channel")) -> pd.DataFrame:
    """Return the share of useful contacts with its 95 % interval (Wilson), and what a useful contact costs.

    A contact without a known outcome counts as not useful: ``unknown`` says how many there are.

    Returns
    -------
    DataFrame, one row a group
        The columns of ``by``, ``contacts``, ``unknown``, ``useful``, ``rate``, ``low``, ``high`` and, with costs,
        ``cost_per_contact``, ``cost_per_useful`` (total cost / useful contacts; missing without any, or where nothing
        is charged).
    """
    groups = contacts.groupby([name for name in by if name in contacts])
    table = groups.agg(
        contacts=("is_useful", "size"),
        unknown=("outcome", lambda values: values.isna().sum()),
        useful=("is_useful", "sum"),
    )
    table["rate"] = table["useful"] / table["contacts"]
    table["low"], table["high"] = proportion_confint(table["useful"], table["contacts"], method="wilson")
    if "cost" in contacts:
        table["cost_per_contact"] = groups["cost"].mean()
        charged = groups["cost"].sum().where(lambda costs: costs > 0)
        table["cost_per_useful"] = charged / table["useful"].where(table["useful"] > 0)
    return table.reset_index()


def frontier(table: pd.DataFrame) -> pd.Series:
    """Tell which channels no other one beats: at most as dear a contact, at least as good a rate, one of them strictly.

    Parameters
    ----------
    table : DataFrame
        ``cost_per_contact`` and ``rate``.
    """
    cost, rate = table["cost_per_contact"].to_numpy(), table["rate"].to_numpy()
    beaten = (cost[None] <= cost[:, None]) & (rate[None] >= rate[:, None])
    strictly = (cost[None] < cost[:, None]) | (rate[None] > rate[:, None])
    return pd.Series(~(beaten & strictly).any(axis=1), table.index)


def frontier_note(table: pd.DataFrame) -> str:
    """Say which outgoing channels of :func:`conversions` are on the frontier; empty without costs or directions.

    A channel whose contacts are charged nothing says nothing of its cost: it is left out.
    """
    if "cost_per_contact" not in table or "direction" not in table:
        return ""
    sent = table[(table["direction"] == "sortant") & (table["cost_per_contact"] > 0)]
    best = sent.loc[frontier(sent), "channel"].tolist()
    return f"Canaux sortants sur la frontière coût-réponse : {', '.join(best)}." if best else ""


def coverage(contacts: pd.DataFrame) -> tuple[pd.DataFrame, pd.Series]:
    """Return who is reached by which channels: overlap of each pair, and customers by set of channels.

    Returns
    -------
    overlap : DataFrame
        Channel × channel: of the row's customers, the share met by the column's channel too.
    sets : Series
        Customers by exact set of channels (``"e-mail + visite"``), largest first.
    """
    met = pd.crosstab(contacts["customer_id"], contacts["channel"]).gt(0)
    both = met.astype(float).T @ met.astype(float)
    overlap = both.div(np.diag(both), axis=0)
    labels = met.apply(lambda row: " + ".join(met.columns[row]), axis=1)
    return overlap, labels.value_counts().rename("customers").rename_axis("channels")
