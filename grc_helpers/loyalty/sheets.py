"""Fact sheets: the ten steps of loyalty, the three communications, partner accounts; texts, no score."""

from __future__ import annotations

import pandas as pd

from grc_helpers.loyalty.levels import concentration
from grc_helpers.loyalty.questions import share_interval
from grc_helpers.style import interval, money, number, percent

# Which way a contact goes: to the customer, from the customer, or both at once (S4, slide 29).
WAYS = {
    "Descendante (unité commerciale ⇒ client)": ("e-mail d'offre", "courrier d'offre", "appel de bienvenue"),
    "Ascendante (client ⇒ unité commerciale)": ("question", "réclamation", "panne de machine"),
    "Interactive (rencontre, invitation)": ("visite", "invitation à parrainer"),
}
ANSWERED = ("commande", "clic", "filleul", "répondu", "résolu")


def communication_table(contacts: pd.DataFrame) -> pd.DataFrame:
    """Return, for each way and reason of contact, how many, the share that had a follow-up, and what one costs.

    Parameters
    ----------
    contacts : DataFrame
        ``reason``, ``outcome``, ``cost``.

    Returns
    -------
    DataFrame, one row a reason
        ``way``, ``contacts``, ``response``, ``response_low``, ``response_high``, ``unit_cost``.
    """
    rows = []
    for way, reasons in WAYS.items():
        for reason in reasons:
            part = contacts[contacts["reason"] == reason]
            if len(part):
                share = share_interval(part["outcome"].isin(ANSWERED).sum(), len(part))
                rows.append((way, reason.capitalize(), len(part), *share, part["cost"].mean()))
    names = ["way", "reason", "contacts", "response", "response_low", "response_high", "unit_cost"]
    return pd.DataFrame(rows, columns=names)


def communication_sheet(table: pd.DataFrame, *, currency: str) -> pd.DataFrame:
    """Return the sheet of the three communications (columns « Communication », « Ce que le journal contient »)."""
    rows = []
    for way, part in table.groupby("way", sort=False):
        said = " ; ".join(
            f"{row.reason.lower()} : {number(row.contacts)} contacts, suite {percent(row.response)} "
            f"{interval(row.response_low, row.response_high)}{_cost(row.unit_cost, currency)}"
            for row in part.itertuples()
        )
        rows.append((way, said))
    rows.append(
        ("Associations de consommateurs", "aucune trace dans le journal : à compléter (qui, quand, à quel sujet)")
    )
    return pd.DataFrame(rows, columns=["Communication", "Ce que le journal contient"])


def _cost(amount: float, currency: str) -> str:
    """Write the cost of a contact; those that the log gives for nothing are paid for elsewhere."""
    return f", {money(amount, currency, 2)} l'un" if amount else ", coût non noté dans ce journal"


def steps_sheet(firm: dict[str, pd.DataFrame], scores: pd.DataFrame, loyal: pd.DataFrame, *, end) -> pd.DataFrame:
    """Return the ten steps of S4, each with the data that feed it and an indicator measured on the simulated firm.

    Parameters
    ----------
    firm : dict of DataFrame
        ``prospects``, ``sales``, ``contacts``, ``sent``, ``benefits``, ``clients``, ``lines``, ``coupons``.
    scores : DataFrame
        Marks of the satisfaction survey, out of 10.
    loyal : DataFrame
        What ``measures.definitions`` returns.

    Returns
    -------
    DataFrame
        ``Étape``, ``Données``, ``Indicateur mesuré``.
    """
    sales, clients, contacts = firm["sales"], firm["clients"], firm["contacts"]
    active = sales.loc[sales["date"] > pd.Timestamp(end) - pd.Timedelta(days=365), "customer_id"].nunique()
    first = sales.sort_values("date").groupby("customer_id")["date"].agg(["first", "size"])
    due = first[first["first"] <= pd.Timestamp(end) - pd.Timedelta(days=365)]
    welcome = contacts[contacts["reason"] == "appel de bienvenue"]
    inbound = (contacts["direction"] == "entrant").sum()
    gap = scores["perceived"] - scores["expected"]
    used = firm["coupons"]["redeemed_on"].notna()
    known = clients["birth_year"].notna().sum()
    first_row, lines, replied = loyal.iloc[0], firm["lines"], firm["sent"]["answered"].mean()
    lowered = lines["discount"].sum() / (lines["amount"] + lines["discount"]).sum()
    rows = [
        ("Connaître son marché et les attentes des prospects", "prospects, enquête d'avantages",
         f"prospects convertis : {percent(firm['prospects']['converted'].notna().mean())}"),
        ("Proposer le produit adapté dès le premier achat", "ventes",
         f"recrutés qui ont racheté : {percent((due['size'] > 1).mean())}"),
        ("Accueillir, féliciter et réassurer après l'achat", "contacts",
         f"appels de bienvenue : {number(len(welcome))} pour {number(len(clients))} clients"),
        ("Ouvrir le dialogue", "contacts",
         f"contacts entrants : {number(inbound / active / 3, 2)} par client actif et par an"),
        ("Écouter et recueillir les éléments clés", "clients, enquêtes",
         f"année de naissance connue : {percent(known / len(clients))} ; réponses à l'enquête : {percent(replied)}"),
        ("Segmenter la base clients", "enquête d'avantages (cahiers 04 à 07)",
         f"clients dont le besoin est interrogé : {percent(len(firm['benefits']) / len(clients))}"),
        ("Personnaliser et adapter les offres", "lignes de vente (cahier 10)",
         f"remise moyenne sur le prix affiché : {percent(lowered)}"),
        ("Valider le couple qualité attendue / perçue", "enquête de satisfaction",
         f"écart moyen : {number(gap.mean(), 2)} point sur 10"),
        ("Récompenser", "bons, carte (cahier 16)", f"bons utilisés : {percent(used.mean())}"),
        ("Évaluer la pertinence des actions (clients fidèles, CA)", "ventes",
         f"« {loyal.index[0].lower()} » : {number(first_row['customers'])} clients, "
         f"{percent(first_row['sales_share'])} du CA"),
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["Étape", "Données", "Indicateur mesuré"])


def account_sheet(firm, offices: set, *, end, currency: str) -> pd.DataFrame:
    """Return the sheet of partner accounts of the simulated firm, each office under the rep who follows it today."""
    sales, portfolios = firm.last_year_sales(end), firm["portfolios"]
    today = portfolios[portfolios["until"].isna()].drop_duplicates("customer_id", keep="last")
    reps = today.set_index("customer_id")["rep_id"]
    return partner_sheet(sales[sales.index.isin(offices)], sales.sum(), reps, currency=currency)


def partner_sheet(offices: pd.Series, everyone: float, reps: pd.Series, *, currency: str) -> pd.DataFrame:
    """Return the sheet of partner accounts: what the sales of offices say of the risk of leaning on a few.

    Parameters
    ----------
    offices : Series
        Sales of the last year by office.
    everyone : float
        Sales of the last year, all customers.
    reps : Series
        The rep who follows each office.
    """
    found = concentration(offices)
    by_rep = offices.groupby(reps.reindex(offices.index)).sum().sort_values(ascending=False)
    total = offices.sum()
    rows = [
        ("Poids des bureaux",
         f"{number(found['accounts'])} bureaux, {money(total, currency)}, {percent(total / everyone)} du CA"),
        ("Premier compte",
         f"{percent(found['first'])} du CA des bureaux, {percent(found['first'] * total / everyone)} de tout le CA"),
        ("Cinq et dix premiers", f"{percent(found['five'])} et {percent(found['ten'])} du CA des bureaux"),
        ("Indice de concentration",
         f"{number(found['hhi'], 4)} : comme {number(found['equivalent'])} comptes de même taille"),
        ("Dépendance à un commercial",
         f"le premier portefeuille porte {percent(by_rep.iloc[0] / total)} du CA des bureaux, "
         f"sur {number(len(by_rep))} commerciaux"),
        ("Équipe de direction rencontrée", "aucune trace dans les fichiers"),
        ("Projets communs (marchés, produits)", "aucune trace dans les fichiers"),
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["Point", "Ce que disent les données"])
