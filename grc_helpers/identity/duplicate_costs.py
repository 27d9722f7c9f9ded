"""What a base with duplicates costs in a year: the wrong decisions it leads to, counted and priced one by one.

A decision is counted under an *owner* of each record: the person that the linkage found, or the true one, so that the
same table says what the linkage finds and what there was to find. Unit costs are the firm's own.
"""

from dataclasses import dataclass

import pandas as pd

from grc_helpers.identity.duplicates import unheard_refusals
from grc_helpers.identity.golden import BOUGHT
from grc_helpers.identity.timeline import contradictions

ADDRESS = {"courrier": ["street"], "e-mail": ["email"], "appel": ["mobile", "landline"]}
SILENT_DAYS = 365


@dataclass(frozen=True)
class Prices:
    """Unit costs, in the firm's currency.

    Attributes
    ----------
    letter, email : float
        One message.
    request : float
        One request that the service handles.
    club_spend : float
        Spending of a year that opens the club.
    club_margin : float
        Margin that the club brings in a year, for one member.
    """

    letter: float
    email: float
    request: float
    club_spend: float
    club_margin: float


def firm_prices(channels: pd.DataFrame, tickets: pd.DataFrame, lines: pd.DataFrame, effects: pd.Series) -> Prices:
    """Read the unit costs in the tables of the simulated firm.

    Parameters
    ----------
    channels : pandas.DataFrame
        role, channel, year, unit_cost; the last year's are taken.
    tickets : pandas.DataFrame
        cost of each request.
    lines : pandas.DataFrame
        order_id, amount, cost: they give the mean margin of an order.
    effects : pandas.Series
        Settings of the simulation by name: club_threshold, club_effect (orders that the club adds in a year).
    """
    now = channels[(channels["role"] == "contact") & (channels["year"] == channels["year"].max())]
    unit = now.set_index("channel")["unit_cost"]
    margin = float((lines["amount"] - lines["cost"]).sum() / lines["order_id"].nunique())
    threshold, added = float(effects["club_threshold"]), float(effects["club_effect"])
    return Prices(unit["courrier"], unit["e-mail"], float(tickets["cost"].mean()), threshold, added * margin)


def messages_twice(contacts: pd.DataFrame, records: pd.DataFrame, owners: pd.Series) -> pd.DataFrame:
    """Count the messages too many if each record with an address were written to.

    Parameters
    ----------
    contacts : pandas.DataFrame
        customer_id (an owner), date, channel, direction, cost.
    records : pandas.DataFrame
        Standardised records.
    owners : pandas.Series
        Owner by record_key.

    Returns
    -------
    pandas.DataFrame
        The outgoing contacts, with extra (records that have the address on that day, but for one).
    """
    own = records[records["source"] != BOUGHT].assign(owner=lambda table: table["record_key"].map(owners))
    sent, parts = contacts[contacts["direction"] == "sortant"], []
    for channel, fields in ADDRESS.items():
        held = own[own[fields].notna().any(axis=1)]
        mine = sent.loc[sent["channel"] == channel].reset_index(drop=True)
        both = (
            mine[["customer_id", "date"]]
            .reset_index()
            .merge(held[["owner", "created"]], left_on="customer_id", right_on="owner")
        )
        there = both[both["created"] <= both["date"]].groupby("index").size()
        parts.append(mine.assign(extra=(there.reindex(mine.index).fillna(0) - 1).clip(lower=0)))
    return pd.concat(parts, ignore_index=True)


def silent_accounts(sales: pd.DataFrame, owners: pd.Series, *, end: pd.Timestamp) -> int:
    """Count the accounts that look lost though their owner has bought, under another account, in the last year."""
    last = sales.groupby("account_id")["date"].max()
    owner = pd.Series(last.index.map(owners), index=last.index)
    silent, active = (end - last).dt.days > SILENT_DAYS, (end - last.groupby(owner).max()).dt.days <= SILENT_DAYS
    return int((silent & owner.map(active).fillna(False).astype(bool)).sum())


def known_prospects(records: pd.DataFrame, owners: pd.Series) -> int:
    """Count the records of the bought file whose person was already in a file of the firm's own."""
    owner, bought = records["record_key"].map(owners), records["source"].eq(BOUGHT)
    return int((bought & owner.isin(set(owner[~bought]))).sum())


def missed_members(sales: pd.DataFrame, owners: pd.Series, *, year: int, spend: float) -> int:
    """Count the persons who spent enough in a year to enter the club, but under no single account."""
    mine = sales[sales["date"].dt.year == year]
    each = mine.groupby("account_id")["amount"].sum()
    owner = pd.Series(each.index.map(owners), index=each.index)
    sums = each.groupby(owner).agg(["sum", "max"])
    return int(((sums["sum"] >= spend) & (sums["max"] < spend)).sum())


def yearly_costs(
    owners: pd.Series,
    *,
    records: pd.DataFrame,
    sales: pd.DataFrame,
    contacts: pd.DataFrame,
    consents: pd.DataFrame,
    prices: Prices,
    club_year: int = 2024,
) -> pd.DataFrame:
    """Return the wrong decisions of a year and their cost, by the four reasons of the course (S1) and two more.

    Parameters
    ----------
    owners : pandas.Series
        Owner by record_key.
    records : pandas.DataFrame
        Standardised records.
    sales : pandas.DataFrame
        account_id (a record_key), date, amount.
    contacts : pandas.DataFrame
        customer_id (an owner), date, channel, direction, function, cost, subject, answer.
    consents : pandas.DataFrame
        record_key, channel, answer, date.
    prices : Prices
    club_year : int
        Year whose spending opens the club.

    Returns
    -------
    pandas.DataFrame
        reason, case (French), cases, unit (mean cost of a case), cost; by year.
    """
    years = (contacts["date"].max() - contacts["date"].min()).days / 365.25
    twice = messages_twice(contacts, records, owners)
    weeks = contacts[contacts["direction"] == "sortant"].groupby(["customer_id", pd.Grouper(key="date", freq="W")])
    both = weeks.agg(functions=("function", "nunique"), dearest=("cost", "max"), cost=("cost", "sum"))
    both = both[both["functions"] > 1]
    told = int(contradictions(contacts)["contradicted"].sum())
    emails = contacts[(contacts["channel"] == "e-mail") & (contacts["direction"] == "sortant")]
    refused = unheard_refusals(consents, owners, "e-mail") * len(emails) / years / emails["customer_id"].nunique()
    silent = silent_accounts(sales, owners, end=sales["date"].max())
    known = known_prospects(records, owners)
    missed = missed_members(sales, owners, year=club_year, spend=prices.club_spend)
    rows = [
        ("Doublons", "message envoyé à chaque fiche", twice["extra"].sum() / years,
         (twice["extra"] * twice["cost"]).sum() / years),
        ("Démarches vouées à l'échec", "relance d'un compte muet, client actif", silent, silent * prices.letter),
        ("Démarches vouées à l'échec", "offre de conquête à qui est déjà client", known, known * prices.letter),
        ("Manque de coordination", "deux services la même semaine", len(both) / years,
         (both["cost"] - both["dearest"]).sum() / years),
        ("Discours contradictoires", "question reposée, réponse différente", told / years,
         told * prices.request / years),
        ("Refus non entendus", "e-mail à qui a dit non sur une autre fiche", refused, refused * prices.email),
        ("Meilleurs clients manqués", "assez d'achats pour le club, sur deux comptes", missed,
         missed * prices.club_margin),
    ]  # fmt: skip
    table = pd.DataFrame(rows, columns=["reason", "case", "cases", "cost"])
    table.insert(3, "unit", table["cost"] / table["cases"].where(table["cases"] > 0))
    return table
