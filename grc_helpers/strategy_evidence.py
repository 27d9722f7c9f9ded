"""What data can say of a strategy's goals and stakes: texts for fact sheets, never a score."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
from statsmodels.stats.proportion import proportion_confint

from grc_helpers.strategy_contacts import REPEATED, coherence, sent
from grc_helpers.style import interval, money, number, percent

SEEN = "Ce que disent les données"
Z = 1.959964
CROWD = 50  # the same message, on the same day, to so many customers is a mass mailing


def house_evidence(read: Callable[[str], pd.DataFrame]) -> dict[str, str]:
    """Return what the tables of the simulated firm say, one sentence a point.

    Parameters
    ----------
    read : callable
        From the name of a table of the firm, without extension, to the table.

    Returns
    -------
    dict of str to str
        Keys: image, attachment, information, known, kinds, recruitment, converted, services, personal, both, same,
        wallet, rivals, cheap, budget.
    """
    clients, survey, wallet = read("clients"), read("enquete_satisfaction"), read("enquete_part_client")
    contacts, contracts, image = read("contacts"), read("contrats"), read("image_marque")
    own = image[image["brand"] == "Cafés Merle"]
    asked = image["customer_id"].nunique()
    cited = own.groupby("attribute")["customer_id"].nunique().sort_values(ascending=False) / asked
    attached = survey.filter(like="attachment_").mean(axis=1).groupby(survey["customer_id"]).mean()
    questions = contacts[(contacts["direction"] == "entrant") & (contacts["reason"] == "question")]
    known = clients["birth_year"].notna()
    converted = read("prospects")["converted"].notna().mean()
    kinds = clients["kind"].value_counts(normalize=True)
    recruited = clients.groupby("acquisition_channel")["acquisition_cost"].mean().sort_values()
    both = (clients["card_from"].notna() & clients["web_user"]).mean()
    rivals = wallet["main_competitor"].value_counts()
    outgoing = sent(contacts)
    unit = outgoing.groupby("channel")["cost"].mean().sort_values()
    paid = contacts[pd.to_datetime(contacts["date"]).dt.year == 2025].groupby("function")["cost"].sum()
    asking, holders = questions["customer_id"].nunique(), contracts["customer_id"].nunique()
    costs = ", ".join(f"{name} {money(cost, 'EUR')}" for name, cost in paid.items() if cost)
    same = coherence(contacts, offers="", complaints="").loc[REPEATED]
    return {
        "image": f"{number(asked)} clients interrogés ; première qualité citée : {cited.index[0]} "
        f"({percent(cited.iloc[0], 0)})",
        "attachment": f"{number(len(attached))} clients ont répondu ; moyenne {_mean(attached)} sur 7",
        "information": f"{number(len(questions))} questions de {number(asking)} clients en trois ans ; reposées, "
        f"{percent(same['share'], 0)} ont une autre réponse",
        "known": f"année de naissance connue pour {percent(known.mean(), 0)} des clients",
        "kinds": "sorte connue pour tous : " + ", ".join(f"{name} {percent(part, 0)}" for name, part in kinds.items()),
        "recruitment": f"coût moyen d'un client : {_from_to(recruited)}",
        "converted": f"{percent(converted)} des prospects connus sont devenus clients",
        "services": f"{number(holders)} clients ont eu un contrat d'entretien ({percent(holders / len(clients), 0)})",
        "personal": personal_share(outgoing),
        "both": f"{percent(both, 0)} des clients ont la carte et un compte web : eux seuls se suivent des deux côtés",
        "same": f"{percent(same['share'])} {interval(same['low'], same['high'])} des questions reposées reçoivent une "
        "autre réponse",
        "wallet": f"part déclarée : {_wallet(wallet)}",
        "rivals": f"concurrent le plus cité : {rivals.index[0]} ({percent(rivals.iloc[0] / len(wallet), 0)} des "
        "réponses)",
        "cheap": f"coût moyen d'un contact : {_from_to(unit)}",
        "budget": f"contacts payés en 2025 : {costs}",
    }


def other_objectives(read: Callable[[str], pd.DataFrame]) -> pd.DataFrame:
    """Return the objectives of S0 that sales alone do not tell: what the simulated firm's other tables say, 95 %.

    Notes
    -----
    Share of customer: declared in a survey. Duration: customers whose first purchase falls in the first year and who
    still buy in the last one (Wilson). Profit: margin minus cost of service, a buyer of the last year. Return: margin
    that the voucher drawn at random added in its three weeks, minus its cost, over its cost (difference of two means).
    """
    sales = read("ventes")
    year = pd.to_datetime(sales["date"]).dt.year
    first, last = int(year.min()), int(year.max())
    buyers = [set(sales.loc[year == when, "customer_id"]) for when in (first, last)]
    stayed, recruited = len(buyers[0] & buyers[1]), len(buyers[0])
    low, high = proportion_confint(stayed, recruited, method="wilson")
    lines = read("lignes")
    margin = (lines["amount"] - lines["cost"]).groupby(lines["order_id"]).sum().reindex(sales["order_id"]).to_numpy()
    served = read("couts_service").query("year == @last").set_index("customer_id")["service_cost"]
    profit = pd.Series(margin, index=sales["customer_id"])[(year == last).to_numpy()].groupby(level=0).sum()
    profit = profit - served.reindex(profit.index).fillna(0)
    cost = float(read("campagnes").set_index("campaign_id").loc["BON-2024", "unit_cost"])
    drawn = read("ciblage").query("campaign_id == 'BON-2024'").groupby("group")["margin"].agg(["mean", "var", "size"])
    added = drawn.loc["traité", "mean"] - drawn.loc["témoin", "mean"]
    half = Z * np.sqrt((drawn["var"] / drawn["size"]).sum())
    returns = [(value - cost) / cost for value in (added, added - half, added + half)]
    rows = [
        ("Part de client", _wallet(read("enquete_part_client")), "les achats faits ailleurs : un panel (cahier 16)"),
        (
            "Durée de la relation",
            f"{percent(stayed / recruited)} {interval(low, high)} des acheteurs de {first} achètent encore en {last}",
            "la date du vrai premier achat, et la fin (cahier 13)",
        ),
        (
            "Rentabilité",
            f"marge moins service : {_mean(profit)} € par acheteur de {last}",
            "la marge et le coût de service (cahiers 04 et 12)",
        ),
        (
            "ROI du programme",
            f"bon de 2024, tiré au sort : {percent(returns[0], 0)} {interval(*returns[1:], 0)} à trois semaines",
            "son coût, un groupe témoin, et l'après (cahiers 16 et 17)",
        ),
    ]
    return pd.DataFrame(rows, columns=["Objectif de S0", "Cafés Merle (simulé)", "Ce qu'il faut"])


def goals_sheet(seen: dict[str, str]) -> pd.DataFrame:
    """Return the four goals of the course (S0) with an indicator, its source, and what the data say.

    ``seen`` is what `house_evidence` returns, and ``attrition`` (``strategy.realised_in_words``).
    """
    rows = [
        (
            "Enrichir les valeurs de marque",
            "qualités que les clients associent à la marque",
            "enquête d'image",
            seen["image"],
        ),
        (
            "Créer un attachement émotionnel",
            "quatre questions, de 1 à 7",
            "enquête de satisfaction",
            seen["attachment"],
        ),
        ("Réduire le taux d'attrition", "clients perdus ÷ clients de la période d'avant", "ventes", seen["attrition"]),
        (
            "Être la meilleure source d'information",
            "questions posées, réponses concordantes",
            "journal de contacts",
            seen["information"],
        ),
    ]
    return pd.DataFrame(rows, columns=["But", "Indicateur", "Source", SEEN])


def aims_sheet(seen: dict[str, str]) -> pd.DataFrame:
    """Return the tree of the four objectives of GRC (S4): two branches each, an indicator a branch.

    ``seen`` is what `house_evidence` returns, and the four indicators of ``strategy.realised_in_words``.
    """
    rows = [
        ("Fidélisation · garder", "attrition", seen["attrition"]),
        ("Fidélisation · faire revenir", "commandes par client", seen["orders"]),
        ("Segments de marché · connaître", "champs connus", seen["known"]),
        ("Segments de marché · distinguer", "sortes de clients", seen["kinds"]),
        ("Valeur-client · dépense", "dépense par client", seen["spend"]),
        ("Valeur-client · panier", "montant d'une commande", seen["basket"]),
        ("Prospection · moins cher", "coût d'un client, par mode de recrutement", seen["recruitment"]),
        ("Prospection · plus juste", "prospects devenus clients", seen["converted"]),
    ]
    return pd.DataFrame(rows, columns=["Objectif · branche", "Indicateur", SEEN])


def stakes_sheet(seen: dict[str, str]) -> pd.DataFrame:
    """Return the five stakes of the course, each with its two parts (S0), and what the data say of each part."""
    rows = [
        ("Services · proposer de nouveaux services", seen["services"]),
        ("Services · personnaliser la relation", seen["personal"]),
        ("Multicanal · intégrer les données clients", seen["both"]),
        ("Multicanal · créer une entreprise homogène", seen["same"]),
        ("Ventes · développer la part de client", seen["wallet"]),
        ("Ventes · fidéliser dans le temps", seen["attrition"]),
        ("Compétitivité · préserver ses parts de marché", "rien : le marché total n'est pas dans les données"),
        ("Compétitivité · empêcher les concurrents de recruter", seen["rivals"]),
        ("Productivité · automatiser", seen["cheap"]),
        ("Productivité · optimiser", seen["budget"]),
    ]
    return pd.DataFrame(rows, columns=["Enjeu · sous-enjeu", SEEN])


def relation_sheet(log: pd.DataFrame) -> pd.DataFrame:
    """Return the words of the definitions of relational marketing (S2, S4), each with a count from a contact log."""
    outgoing = sent(log)
    reached = outgoing["customer_id"].nunique()
    both = "direction" in log
    incoming = log[log["direction"] == "entrant"] if both else log.iloc[:0]
    ratio = f"{number(100 * len(incoming) / len(outgoing), 1)} contacts reçus pour 100 envoyés"
    left = log.loc[log["outcome"] == "désabonnement", "customer_id"].nunique() if "outcome" in log else None
    service = (log["function"] == "service").mean() if "function" in log else np.nan
    rows = [
        ("L'individu : le connaître", "S2", f"{number(log['customer_id'].nunique())} clients nommés dans le journal"),
        (
            "La relation : plus que la vente",
            "S2",
            "la fonction n'est pas notée" if np.isnan(service) else f"{percent(service)} des contacts sont du service",
        ),
        ("Individualisée", "S4", personal_share(outgoing)),
        ("Interactive", "S4", ratio if both else "le sens des contacts n'est pas noté"),
        (
            "Attitudes positives",
            "S4",
            "rien : l'attitude se demande, elle ne se compte pas"
            + ("" if left is None else f" ; {percent(left / reached)} des clients joints se sont désabonnés"),
        ),
        ("Durable", "S4", _lasting(log, incoming if both else log, both)),
    ]
    return pd.DataFrame(rows, columns=["Mot de la définition", "Source", SEEN])


def _lasting(log: pd.DataFrame, alive: pd.DataFrame, both: bool) -> str:
    """Say how many customers known for over a year still have a contact (of their own, if known) in the last year."""
    days, own = pd.to_datetime(log["date"]), pd.to_datetime(alive["date"])
    since = days.max() - pd.Timedelta(days=365)
    old = set(log.loc[days < since, "customer_id"])
    if not old:
        return "le journal ne couvre pas plus d'un an"
    share = len(old & set(alive.loc[own >= since, "customer_id"])) / len(old)
    return f"{percent(share)} des clients connus depuis plus d'un an " + (
        "nous ont contactés dans l'année" if both else "ont eu un contact dans l'année"
    )


def personal_share(outgoing: pd.DataFrame) -> str:
    """Say which share of the contacts sent was no mass mailing (fewer than 50 customers, same day, same reason)."""
    keys = ["date", *(name for name in ("reason", "channel") if name in outgoing)]
    crowd = outgoing.groupby(keys, dropna=False)["customer_id"].transform("size")
    return f"{percent((crowd < CROWD).mean())} des envois touchent moins de {CROWD} clients à la fois"


def _wallet(answers: pd.DataFrame) -> str:
    """Write the mean share that customers say they give the firm."""
    share = answers["declared_share"]
    half = Z * share.std(ddof=1) / np.sqrt(len(share))
    between = interval(share.mean() - half, share.mean() + half, 0)
    return f"{percent(share.mean(), 0)} {between} ({number(len(share))} réponses ; on se dit volontiers fidèle)"


def _from_to(costs: pd.Series) -> str:
    """Write the smallest and the largest of sorted costs, and what each is the cost of."""
    low, high = (f"{money(costs.iloc[k], 'EUR', 2)} ({costs.index[k]})" for k in (0, -1))
    return f"de {low} à {high}"


def _mean(values: pd.Series) -> str:
    """Write a mean with its 95 % interval."""
    half = Z * values.std(ddof=1) / np.sqrt(values.notna().sum())
    return f"{number(values.mean(), 2)} [{number(values.mean() - half, 2)} ; {number(values.mean() + half, 2)}]"
