"""What the data can say in the chapter's fact sheets and tables of inputs; texts, no score."""

from __future__ import annotations

import pandas as pd

from grc_helpers.business_case.case import NAMES, Programme
from grc_helpers.style import money, number, percent

SEEN = "Ce que les données montrent"
SHARES = ("persistence", "fading")
AMOUNTS = ("margin", "investment", "yearly_cost")


def written(name: str, value: float, currency: str) -> str:
    """Write the value of an input with its unit."""
    if name in SHARES:
        return percent(value)
    return money(value, currency) if name in AMOUNTS else number(value, 4)


def inputs_table(programme: Programme, *, currency: str) -> pd.DataFrame:
    """Return the inputs of a business case as texts: central value, range, where each comes from."""
    rows = [
        (NAMES[name], written(name, one.central, currency),
         f"{written(name, one.low, currency)} à {written(name, one.high, currency)}", programme.sources.get(name, ""))
        for name, one in programme.inputs.items()
    ]  # fmt: skip
    rows += [
        ("Clients invités", number(programme.members), "–", programme.sources.get("members", "")),
        ("Récompenses payées par nouveau client ajouté", number(programme.paid, 2), "–",
         programme.sources.get("paid", "")),
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["Entrée", "Valeur", "De … à …", "D'où elle vient"])


def tools_sheet(contacts: pd.DataFrame, sales: pd.DataFrame, tickets: pd.DataFrame, *, since) -> pd.DataFrame:
    """Return S4's six kinds of tools, each with what the simulated firm's last year shows of the need.

    Parameters
    ----------
    contacts : DataFrame
        ``date``, ``channel``, ``direction``.
    sales : DataFrame
        ``date``, ``channel``, ``amount``.
    tickets : DataFrame
        ``date``, ``resolved``.
    """
    since = pd.Timestamp(since)
    contacts, sales, tickets = (table[table["date"] >= since] for table in (contacts, sales, tickets))
    count = contacts.groupby(["direction", "channel"]).size()
    part = sales.groupby("channel")["amount"].sum() / sales["amount"].sum()

    def contacts_by(direction, *names):
        return number(sum(int(count.get((direction, name), 0)) for name in names))

    rows = [
        ("Automatisation des forces de ventes", f"visites : {contacts_by('sortant', 'visite')} ; "
         f"ventes des commerciaux : {percent(part.get('commercial', 0))} du CA"),
        ("Centres d'appels", f"appels reçus : {contacts_by('entrant', 'téléphone')} ; "
         f"ventes au téléphone : {percent(part.get('téléphone', 0))} du CA"),
        ("Automatisation du marketing", f"e-mails, courriers envoyés : {contacts_by('sortant', 'e-mail', 'courrier')}"),
        ("Personnalisation et commerce électronique", f"ventes sur le site : {percent(part.get('web', 0))} du CA"),
        ("La gestion des services", f"demandes : {number(len(tickets))}, "
         f"résolues : {percent(tickets['resolved'].mean())}"),
        ("Les offres globales : suites intégrées", f"canaux de vente à réunir : {sales['channel'].nunique()}"),
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["Outil", SEEN])


def history_sheet() -> pd.DataFrame:
    """Return what S2 says of the vendors, and what is missing to check it."""
    rows = [
        ("« forte percée des éditeurs d'ERP »", "aucun nom, aucune part de marché, aucune date"),
        ("« apparition de nouveaux challengers »", "aucun nom ; ce sont eux que le quadrant oublie plus loin"),
        ("« Consolidation en : avec une forte croissance des Outils améliorant la connaissance client » [sic]",
         "l'année manque dans le document"),
        ("« éditeurs de CRM Front-Office », « de Business Intelligence », « d'ERP »", "aucun nom, aucune part"),
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["Ce que dit S2 (marché français, vers 2001)", "Ce qui manque"])


def actors_sheet() -> pd.DataFrame:
    """Return the four types of Gartner's quadrant, those that S2 names and the one that it forgets."""
    rows = [
        ("Leaders", "forte", "forte", "oui"),
        ("Visionnaires", "forte", "faible", "oui"),
        ("Acteurs de niches", "faible", "faible", "oui"),
        ("Challengers", "faible", "forte", "non : oubli du document"),
    ]
    return pd.DataFrame(rows, columns=["Type", "Compréhension", "Capacité", "Nommé par S2"])


def raci_sheet(contacts: pd.DataFrame, *, year: int) -> pd.DataFrame:
    """Return the steps of S3's process, each with who is seen to act in the contact log of a year."""
    part = contacts[contacts["date"].dt.year == year]
    count = part.groupby(["direction", "function"]).size()

    def said(direction, function):
        return f"{number(int(count.get((direction, function), 0)))} contacts {direction}s de la fonction {function}"

    rows = [
        ("Faire connaître (marketing)", said("sortant", "marketing")),
        ("Transformer le prospect en client (vente)", said("sortant", "vente")),
        ("Suivre la livraison et la satisfaction", said("entrant", "service")),
        ("Relancer", "relances non distinguées dans le journal"),
        ("Interpréter les données (BI)", "aucune trace dans le journal"),
    ]
    return pd.DataFrame(rows, columns=["Activité", SEEN])


def maturity_sheet(table: pd.DataFrame) -> pd.DataFrame:
    """Return the five difficulties of S0 as a grid, with what the simulated firm's departments say of one another."""
    said = [
        f"{number(row['last_grade'], 1)} sur 5 selon les autres services ({number(row['own_grade'], 1)} selon soi) ; "
        f"au plus bas : {row['weakest_one']}"
        for _name, row in table.iterrows()
    ]
    return pd.DataFrame({"Dimension": list(table.index), SEEN: said})


def actions_table(actions: dict[str, tuple[float, float]], *, seed: int) -> pd.DataFrame:
    """Return a reader's actions by impact ÷ effort, with the share of draws where each stays among the first two.

    Parameters
    ----------
    actions : dict of str to (impact, effort)
        From 1 to 5 (see ``strategy_priorities``); the draws move each by a point at most.
    """
    from grc_helpers.strategy_priorities import priorities, robustness

    table = priorities(actions)
    table = table.join(robustness(table, first=2, seed=seed))[["rank", "among_first"]]
    return table.assign(among_first=table["among_first"].map(percent)).rename(
        columns={"among_first": "Reste parmi les deux premières"}
    )
