"""Personal, semi-personal, mass: from which customer value each approach pays its cost."""

from datetime import timedelta

import numpy as np
import pandas as pd

from grc_helpers.data.loading import Dataset
from grc_helpers.data.warehouse import collect, period_spend
from grc_helpers.errors import GrcError
from grc_helpers.style import money, number, percent

NAMES = ("masse", "semi-personnalisée", "personnalisée")


def approach_table(costs, lifts, *, names=NAMES) -> pd.DataFrame:
    """Return the approaches, cheapest first: approach, cost (a year and customer), lift (share added to the margin).

    Raises
    ------
    GrcError
        An approach does not both cost and add more than the one before: no threshold parts them.
    """
    table = pd.DataFrame({"approach": list(names), "cost": list(costs), "lift": list(lifts)})
    wrong = (table[["cost", "lift"]].diff().iloc[1:] <= 0).any(axis=1)
    if wrong.any():
        here = table.loc[wrong.idxmax()]
        raise GrcError(
            f"L'approche « {here['approach']} » doit coûter plus et ajouter plus que celle qui la précède.",
            where=", ".join(
                f"{row.approach} : {number(row.cost, 2)} et {percent(row.lift)}" for row in table.itertuples()
            ),
            todo="corrigez les paramètres cost_… ou lift_…",
        )
    return table


def half_margins(data: Dataset, *, margin_rate: float) -> pd.DataFrame:
    """Return each customer's margin in each half of the period, by the year (365 days).

    Returns
    -------
    DataFrame
        Indexed by customer_id: first, second, whole; customers whose purchases of the first half are not positive are
        left out (their value is not known when one decides). Empty if the period is a single day.
    """
    start, end = data.observation_start, data.observation_end + timedelta(days=1)
    middle = start + (end - start) // 2
    if middle == start:
        return pd.DataFrame(columns=["first", "second", "whole"], dtype=float)
    spend = collect(period_spend(data.table, cuts=[start, middle, end])).set_index("customer_id")
    wide = spend.pivot(columns="period", values="spend").reindex(columns=[0, 1]).fillna(0.0)
    years = [max((b - a).days, 1) / 365 for a, b in ((start, middle), (middle, end))]
    first, second = (margin_rate * wide[half] / years[half] for half in (0, 1))
    whole = margin_rate * wide.sum(axis=1) / sum(years)
    return pd.DataFrame({"first": first, "second": second, "whole": whole})[lambda table: table["first"] > 0]


def thresholds(approaches: pd.DataFrame) -> pd.DataFrame:
    """Return the values from which each approach is the best: the upper envelope of the lines lift × value − cost.

    Parameters
    ----------
    approaches : DataFrame
        approach, cost, lift. Doing nothing (cost 0, lift 0) is always possible.

    Returns
    -------
    DataFrame
        approach, from_value, to_value (margin a year and customer), in rising order; an approach that is never the best
        is not there.
    """
    lines = [("aucune", 0.0, 0.0), *approaches[["approach", "cost", "lift"]].itertuples(index=False, name=None)]
    here, start, rows = 0, 0.0, []
    while True:
        steeper = [
            (line[1] - lines[here][1]) / (line[2] - lines[here][2]) if line[2] > lines[here][2] else np.inf
            for line in lines
        ]
        steeper = [value if value >= start else start for value in steeper]
        crossing = min(steeper)
        later = [place for place, value in enumerate(steeper) if value == crossing and lines[place][2] > lines[here][2]]
        if not np.isfinite(crossing) or not later:
            break
        if crossing > start:
            rows.append((lines[here][0], start, crossing))
        here, start = max(later, key=lambda place: lines[place][2]), crossing
    rows.append((lines[here][0], start, np.inf))
    return pd.DataFrame(rows, columns=["approach", "from_value", "to_value"])


def choose(values: pd.Series, approaches: pd.DataFrame) -> pd.Series:
    """Return the best approach for each customer (« aucune » if none pays)."""
    return pd.Series(_names(approaches)[_profits(values, approaches).argmax(axis=1)], index=values.index)


def policy_profits(decided: pd.Series, realised: pd.Series, approaches: pd.DataFrame) -> pd.DataFrame:
    """Return the gain of one approach for all, of a mix decided on a value, and of the mix that hindsight chooses.

    Parameters
    ----------
    decided, realised : Series
        Margin a year of each customer, when one decides and afterwards; same index.

    Returns
    -------
    DataFrame
        policy, gain (of all customers, a year), gain_per_customer.
    """
    after = _profits(realised, approaches)
    names = _names(approaches)
    rows = [(f"{name} pour tous", after[:, place].sum()) for place, name in enumerate(names) if name != "aucune"]
    chosen = _profits(decided, approaches).argmax(axis=1)
    rows.append(("selon la valeur connue", after[np.arange(len(after)), chosen].sum()))
    rows.append(("si l'on avait connu la suite", after.max(axis=1).sum()))
    table = pd.DataFrame(rows, columns=["policy", "gain"])
    return table.assign(gain_per_customer=table["gain"] / len(after))


def sensitivity(approaches: pd.DataFrame, *, currency: str, factors=(0.5, 1.0, 1.5)) -> str:
    """Say from which value the dearest approach is the best, if it added less or more than supposed."""
    last, texts = approaches.iloc[-1], []
    for factor in factors:
        lifts = [*approaches["lift"].iloc[:-1], factor * last["lift"]]
        zones = thresholds(approaches.assign(lift=lifts)).set_index("approach")["from_value"]
        start = f"dès {money(zones[last['approach']], currency)}" if last["approach"] in zones else "jamais"
        texts.append(f"{start} si elle ajoute {percent(factor * last['lift'], 0)}")
    return f"L'approche {last['approach']} est la meilleure : " + " ; ".join(texts) + "."


def _names(approaches: pd.DataFrame) -> np.ndarray:
    return np.array(["aucune", *approaches["approach"]], dtype=object)


def _profits(values: pd.Series, approaches: pd.DataFrame) -> np.ndarray:
    lines = np.outer(values, approaches["lift"]) - approaches["cost"].to_numpy()
    return np.column_stack([np.zeros(len(values)), lines])
