"""What data can say of a strategy's goals, stakes and culture: texts for fact sheets, never a score."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from grc_helpers.strategy_contacts import sent
from grc_helpers.style import money, number, percent

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
        Keys: image, attachment, information, known, recruitment, services, both, wallet, rivals, cheap, budget.
    """
    clients, survey, wallet = read("clients"), read("enquete_satisfaction"), read("enquete_part_client")
    contacts, contracts, image = read("contacts"), read("contrats"), read("image_marque")
    own = image[image["brand"] == "Cafés Merle"]
    asked = image["customer_id"].nunique()
    cited = own.groupby("attribute")["customer_id"].nunique().sort_values(ascending=False) / asked
    attached = survey.filter(like="attachment_").mean(axis=1)
    questions = contacts[(contacts["direction"] == "entrant") & (contacts["reason"] == "question")]
    known = clients["birth_year"].notna()
    recruited = clients.groupby("acquisition_channel")["acquisition_cost"].mean().sort_values()
    both = (clients["card_from"].notna() & clients["web_user"]).mean()
    share = wallet["declared_share"]
    rivals = wallet["main_competitor"].value_counts()
    unit = contacts[contacts["direction"] == "sortant"].groupby("channel")["cost"].mean().sort_values()
    paid = contacts[pd.to_datetime(contacts["date"]).dt.year == 2025].groupby("function")["cost"].sum()
    asking, holders = questions["customer_id"].nunique(), contracts["customer_id"].nunique()
    costs = ", ".join(f"{name} {money(cost, 'EUR')}" for name, cost in paid.items() if cost)
    return {
        "image": f"{number(asked)} clients interrogés ; première qualité citée : {cited.index[0]} "
        f"({percent(cited.iloc[0], 0)})",
        "attachment": f"{number(len(attached))} réponses ; moyenne {_mean(attached)} sur 7",
        "information": f"{number(len(questions))} questions posées en trois ans par {number(asking)} clients",
        "known": f"année de naissance connue pour {percent(known.mean(), 0)} des clients, sorte de client pour tous",
        "recruitment": f"coût moyen d'un client : {_from_to(recruited)}",
        "services": f"{number(holders)} clients ont eu un contrat d'entretien ({percent(holders / len(clients), 0)})",
        "both": f"{percent(both, 0)} des clients ont la carte et un compte web : eux seuls se suivent des deux côtés",
        "wallet": f"part déclarée : {percent(share.mean(), 0)} ({number(len(share))} réponses ; on se dit "
        "volontiers fidèle)",
        "rivals": f"concurrent le plus cité : {rivals.index[0]} ({percent(rivals.iloc[0] / len(wallet), 0)} des "
        "réponses)",
        "cheap": f"coût moyen d'un contact : {_from_to(unit)}",
        "budget": f"contacts payés en 2025 : {costs}",
    }


def goals_sheet(seen: dict[str, str], *, attrition: str) -> pd.DataFrame:
    """Return the four goals of the course (S0) with an indicator, its source, and what the data say."""
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
        ("Réduire le taux d'attrition", "clients perdus ÷ clients de la période d'avant", "ventes", attrition),
        (
            "Être la meilleure source d'information",
            "questions posées, réponses justes",
            "journal de contacts",
            seen["information"],
        ),
    ]
    return pd.DataFrame(rows, columns=["But", "Indicateur", "Source", SEEN])


def aims_sheet(seen: dict[str, str], *, attrition: str, spend: str) -> pd.DataFrame:
    """Return the four objectives of GRC (S4) with an indicator and what the data say."""
    rows = [
        ("Objectif fidélisation", "attrition", attrition),
        ("Identifier les segments de marché", "champs connus, et pour qui", seen["known"]),
        ("Faire fructifier la valeur-client", "dépense par client", spend),
        ("Optimiser sa prospection commerciale", "coût d'un client recruté, par mode", seen["recruitment"]),
    ]
    return pd.DataFrame(rows, columns=["Objectif", "Indicateur", SEEN])


def stakes_sheet(seen: dict[str, str], *, attrition: str, personal: str, contradictions: str) -> pd.DataFrame:
    """Return the five stakes of the course, each with its two parts (S0), and what the data say of each part."""
    rows = [
        ("Services · proposer de nouveaux services", seen["services"]),
        ("Services · personnaliser la relation", personal),
        ("Multicanal · intégrer les données clients", seen["both"]),
        ("Multicanal · créer une entreprise homogène", contradictions),
        ("Ventes · développer la part de client", seen["wallet"]),
        ("Ventes · fidéliser dans le temps", attrition),
        ("Compétitivité · préserver ses parts de marché", "rien : le marché total n'est pas dans les données"),
        ("Compétitivité · empêcher les concurrents de recruter", seen["rivals"]),
        ("Productivité · automatiser", seen["cheap"]),
        ("Productivité · optimiser", seen["budget"]),
    ]
    return pd.DataFrame(rows, columns=["Enjeu · sous-enjeu", SEEN])


def relation_sheet(log: pd.DataFrame) -> pd.DataFrame:
    """Return the words of the definitions of relational marketing (S2, S4), each with a count from a contact log."""
    outgoing = sent(log)
    days = pd.to_datetime(log["date"])
    span = days.groupby(log["customer_id"]).agg(lambda d: (d.max() - d.min()).days)
    both = "direction" in log
    incoming = log[log["direction"] == "entrant"] if both else log.iloc[:0]
    ratio = f"{number(100 * len(incoming) / len(outgoing), 1)} contacts reçus pour 100 envoyés"
    answered = log["outcome"].value_counts() if "outcome" in log else pd.Series(dtype=int)
    left = int(answered.get("désabonnement", 0))
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
        ("Attitudes positives", "S4", f"{number(left)} désabonnements ; l'attitude se demande, elle ne se compte pas"),
        ("Durable", "S4", f"{percent((span > 365).mean())} des clients ont des contacts espacés de plus d'un an"),
    ]
    return pd.DataFrame(rows, columns=["Mot de la définition", "Source", SEEN])


def personal_share(outgoing: pd.DataFrame) -> str:
    """Say which share of the contacts sent was no mass mailing (fewer than 50 customers, same day, same reason)."""
    keys = ["date", *(name for name in ("reason", "channel") if name in outgoing)]
    crowd = outgoing.groupby(keys, dropna=False)["customer_id"].transform("size")
    return f"{percent((crowd < CROWD).mean())} des envois touchent moins de {CROWD} clients à la fois"


def culture_notes(grades: pd.DataFrame) -> pd.DataFrame:
    """Return, for each department, the grade that it gives its own culture and the mean of the others' grades.

    Parameters
    ----------
    grades : DataFrame
        date, department, dimension, rater, score; the last date is read.
    """
    last = grades[(grades["date"] == grades["date"].max()) & (grades["dimension"] == "culture")]
    own = last["department"] == last["rater"]
    table = pd.DataFrame(
        {
            "own": last[own].groupby("department")["score"].mean(),
            "others": last[~own].groupby("department")["score"].mean(),
        }
    )
    return table.assign(kindness=table["own"] - table["others"]).sort_values("others")


def _from_to(costs: pd.Series) -> str:
    """Write the smallest and the largest of sorted costs, and what each is the cost of."""
    low, high = (f"{money(costs.iloc[k], 'EUR', 2)} ({costs.index[k]})" for k in (0, -1))
    return f"de {low} à {high}"


def _mean(values: pd.Series) -> str:
    """Write a mean with its 95 % interval."""
    half = Z * values.std(ddof=1) / np.sqrt(values.notna().sum())
    return f"{number(values.mean(), 2)} [{number(values.mean() - half, 2)} ; {number(values.mean() + half, 2)}]"
