"""Read the columns that a model needs from a customer table, and refuse what it could not mean."""

from __future__ import annotations

import numpy as np
import pandas as pd

from grc_helpers.errors import GrcError
from grc_helpers.style import number

SHOWN = 5  # rows named in a message
CUSTOMER_TABLE = "donnez la table client : customer_base() la calcule depuis les achats"


def histories(customers: pd.DataFrame, *, discrete: bool = False) -> dict[str, np.ndarray]:
    """Return frequency, recency and T of each customer, checked.

    Parameters
    ----------
    customers : DataFrame
        ``frequency`` (repeat purchases, whole), ``recency`` (age at the last one, 0 if there is none) and ``T`` (age),
        in one unit of time.
    discrete : bool
        True where time is a number of occasions: recency and T are whole then.

    Raises
    ------
    GrcError
        What is wrong, how many customers, the first ones.
    """
    columns = numbers(customers, ("frequency", "recency", "T"))
    x, recency, age = columns["frequency"], columns["recency"], columns["T"]
    _whole(customers, x, "frequency", "le nombre de réachats")
    whose = "« recency » est l'âge au dernier achat, pas le temps écoulé depuis (days_since_last)"
    refuse(customers, recency > age, "Des clients ont acheté après la fin de l'observation (recency > T).", whose)
    refuse(customers, (x == 0) & (recency != 0), "Des clients sans réachat ont une « recency » non nulle.", whose)
    refuse(customers, (x > 0) & (recency == 0), "Des clients ont racheté à l'âge zéro (recency = 0).", whose)
    if discrete:
        _whole(customers, recency, "recency", "le rang de la dernière occasion saisie")
        _whole(customers, age, "T", "le nombre d'occasions")
        refuse(customers, x > recency, "Des clients ont plus d'achats que d'occasions (frequency > recency).", whose)
    return columns


def numbers(customers: pd.DataFrame, names: tuple[str, ...]) -> dict[str, np.ndarray]:
    """Return columns as floats; they must exist, be finite and not negative."""
    missing = [name for name in names if name not in customers.columns]
    if missing:
        raise GrcError(
            "Il manque des colonnes à la table client.",
            where=f"{', '.join(missing)} ; trouvées : {', '.join(map(str, customers.columns))}",
            todo=CUSTOMER_TABLE,
        )
    if len(customers) == 0:
        raise GrcError("La table client est vide.", todo=CUSTOMER_TABLE)
    columns = {}
    for name in names:
        try:
            columns[name] = customers[name].to_numpy(dtype=float)
        except (TypeError, ValueError) as error:
            raise GrcError(f"La colonne « {name} » n'est pas faite de nombres.", todo=CUSTOMER_TABLE) from error
        refuse(customers, ~np.isfinite(columns[name]), f"Des valeurs de « {name} » manquent ou sont infinies.")
        refuse(customers, columns[name] < 0, f"Des valeurs de « {name} » sont négatives.")
    return columns


def weights_of(customers: pd.DataFrame, sample_weight) -> np.ndarray | None:
    """Return the number of customers that each row stands for, or None when it is one."""
    if sample_weight is None:
        return None
    weight = np.asarray(sample_weight, dtype=float)
    if weight.shape != (len(customers),):
        raise GrcError(
            "Il faut un poids par ligne de la table client.",
            where=f"{number(weight.size)} poids pour {number(len(customers))} lignes",
        )
    refuse(customers, ~np.isfinite(weight) | (weight < 0), "Des poids manquent, sont infinis ou négatifs.")
    if weight.sum() == 0:
        raise GrcError("Tous les poids sont nuls.", todo="donnez le nombre de clients que représente chaque ligne")
    return weight


def refuse(customers: pd.DataFrame, wrong: np.ndarray, what: str, todo: str = CUSTOMER_TABLE) -> None:
    """Raise GrcError if any row is wrong: how many, and the first ones."""
    if wrong.any():
        labels = ", ".join(str(label) for label in customers.index[wrong][:SHOWN])
        raise GrcError(what, where=f"{number(int(wrong.sum()))} ligne(s) ; premières : {labels}", todo=todo)


def _whole(customers: pd.DataFrame, values: np.ndarray, name: str, meaning: str) -> None:
    refuse(customers, values != np.rint(values), f"« {name} » n'est pas entier ; c'est {meaning}.")
