"""Life cycles: states of the relationship and how customers move between them; stages of a household's life."""

from __future__ import annotations

from datetime import date, timedelta

import ibis
import numpy as np
import pandas as pd
from ibis import _

from grc_helpers.errors import GrcError
from grc_helpers.rfm_validity import mean_by, wilson

STATES = ("Nouveau", "Actif", "Dormant", "Perdu")
STAGES = ("Jeune sans enfant", "Avec enfant", "Âge moyen sans enfant", "Aîné sans enfant")


def snapshot_dates(start: date, end: date, *, step: int, most: int = 8) -> list[date]:
    """Return up to ``most`` dates, ``step`` days apart, the last one being ``end``.

    Each of the others has a whole step of observation before it; ``end`` is always there. Eight fit in a page's table.
    """
    count = max(1, min(((end - start).days + 1) // step, most))
    return [end - timedelta(days=step * k) for k in reversed(range(count))]


def snapshots(transactions: ibis.Table, dates: list[date]) -> ibis.Table:
    """Say, at each date, when every customer already known had bought first and last.

    Parameters
    ----------
    transactions : ibis.Table
        Canonical transactions.
    dates : list of date

    Returns
    -------
    ibis.Table
        customer_id, snapshot, first_purchase, last_purchase; a row only for customers known at that date.
    """
    days = transactions.select("customer_id", "date").distinct()
    return ibis.union(
        *(
            days.filter(_.date <= day)
            .group_by("customer_id")
            .agg(first_purchase=_.date.min(), last_purchase=_.date.max())
            .mutate(snapshot=ibis.literal(day))
            for day in dates
        )
    )


def life_states(seen: pd.DataFrame, *, new_days: int, active_days: int, lost_days: int) -> pd.DataFrame:
    """Return the state of each customer at each date.

    Nouveau: first purchase within ``new_days``. Actif: else, last purchase within ``active_days``. Dormant: else,
    within ``lost_days``. Perdu: the rest. A window of n days holds the date and the n − 1 days before it.

    Parameters
    ----------
    seen : DataFrame
        customer_id, snapshot, first_purchase, last_purchase (:func:`snapshots`, collected).

    Returns
    -------
    DataFrame
        One row a customer, one column a date, in order; missing before the first purchase.
    """
    if lost_days <= active_days:
        raise GrcError(
            "Un client doit être dormant avant d'être perdu.",
            where=f"active_days = {active_days}, lost_days = {lost_days}",
            todo="donnez à lost_days une valeur plus grande que active_days",
        )
    age, silence = ((seen["snapshot"] - seen[k]).dt.days for k in ("first_purchase", "last_purchase"))
    conditions = [age < new_days, silence < active_days, silence < lost_days]
    states = np.select(conditions, STATES[:3], default=STATES[3])
    return seen.assign(state=states).pivot(index="customer_id", columns="snapshot", values="state")


def observed_states(data, *, new_days: int, active_days: int, lost_days: int) -> pd.DataFrame:
    """Return the state of each customer of a data set, every ``active_days`` back from its last day.

    Parameters
    ----------
    data : Dataset
    new_days, active_days, lost_days : int
        As :func:`life_states`, whose table it returns.
    """
    from grc_helpers.data.warehouse import collect

    dates = snapshot_dates(data.observation_start, data.observation_end, step=active_days)
    seen = collect(snapshots(data.table, dates))
    return life_states(seen, new_days=new_days, active_days=active_days, lost_days=lost_days)


def state_counts(states: pd.DataFrame) -> pd.DataFrame:
    """Return how many customers are in each state (rows) at each date (columns, written as 31/12/24)."""
    counts = states.apply(lambda column: column.value_counts()).reindex(list(STATES)).fillna(0).astype(int)
    return counts.rename(columns=lambda day: f"{day:%d/%m/%y}").rename_axis("État")


def transition_counts(states: pd.DataFrame, *, steps: int = 1) -> pd.DataFrame:
    """Count the moves from one column of states to the one ``steps`` later, over all customers and dates.

    Returns
    -------
    DataFrame
        States before as rows, after as columns, both in the order of STATES.
    """
    pairs = zip(states.columns, states.columns[steps:], strict=False)
    none = pd.DataFrame(columns=["before", "after"], dtype=object)
    moves = pd.concat([none, *(states[[a, b]].dropna().set_axis(none.columns, axis=1) for a, b in pairs)])
    return pd.crosstab(moves["before"], moves["after"]).reindex(index=list(STATES), columns=list(STATES), fill_value=0)


def simulate_chain(matrix: np.ndarray, start: np.ndarray, *, n: int, steps: int, seed: int) -> pd.DataFrame:
    """Simulate customers who follow a Markov chain: the next state depends on the present one only.

    Parameters
    ----------
    matrix : array, shape (4, 4)
        Probabilities from each state (row) to each (column), in the order of STATES.
    start : array, shape (4,)
        Probabilities of the first state.

    Returns
    -------
    DataFrame, n rows, ``steps`` + 1 columns of states
    """
    rng, cumulative = np.random.default_rng(seed), np.cumsum(matrix, axis=1)
    path = [rng.choice(len(STATES), n, p=start)]
    for _step in range(steps):
        path.append((rng.random((n, 1)) > cumulative[path[-1]]).sum(axis=1).clip(max=len(STATES) - 1))
    return pd.DataFrame({k: np.array(STATES)[state] for k, state in enumerate(path)})


def transition_shares(counts: pd.DataFrame) -> pd.DataFrame:
    """Return the share of each move seen, among the moves from the same state, with Wilson's 95 % interval.

    Parameters
    ----------
    counts : DataFrame
        :func:`transition_counts`.

    Returns
    -------
    DataFrame indexed by move ("Actif → Dormant")
        moves (how many), share, low, high; moves never seen are left out.
    """
    seen = counts.stack()
    seen = seen[seen > 0]
    totals = counts.sum(axis=1).loc[seen.index.get_level_values(0)].to_numpy()
    low, high = wilson(seen, totals)
    table = pd.DataFrame({"moves": seen, "share": seen / totals, "low": low, "high": high})
    return table.set_axis([f"{before} → {after}" for before, after in seen.index])


def recovery(
    matrix: np.ndarray, *, n: int, steps: int, runs: int, seed: int, start: int = 0
) -> tuple[np.ndarray, np.ndarray]:
    """Estimate a known matrix from simulated chains, and say how often its intervals hold the truth.

    Parameters
    ----------
    matrix : array, shape (4, 4)
        The truth.
    n, steps, runs : int
        Customers of a chain, steps that each makes, chains.
    start : int
        Rank of everyone's first state in STATES.

    Returns
    -------
    mean, coverage : arrays, shape (4, 4)
        Mean of the estimates; share of the runs whose Wilson interval holds the true probability.
    """
    first = np.eye(len(STATES))[start]
    counts = np.array(
        [transition_counts(simulate_chain(matrix, first, n=n, steps=steps, seed=seed + k)) for k in range(runs)]
    )
    totals = np.broadcast_to(counts.sum(axis=2, keepdims=True), counts.shape)
    low, high = wilson(counts, totals)
    return (counts / totals).mean(axis=0), ((low <= matrix) & (matrix <= high)).mean(axis=0)


def household_stage(homes: pd.DataFrame) -> pd.Series:
    """Return the stage of each household's life, from who lives there and the estimated age of its head.

    With a child at home: ``Avec enfant`` whatever the age. Without: young (under 35), middle (35–54), elder (55 on):
    a short form of Wells & Gubar's stages (1966).

    Parameters
    ----------
    homes : DataFrame
        household_comp and age, as in Complete Journey.
    """
    without = homes["household_comp"].str.contains("No Kids")
    young, elder = homes["age"].isin(["19-24", "25-34"]), homes["age"].isin(["55-64", "65+"])
    names = np.select([~without, young, elder], [STAGES[1], STAGES[0], STAGES[3]], default=STAGES[2])
    return pd.Series(pd.Categorical(names, STAGES), index=homes.index, name="stage")


def described_homes(journey) -> pd.DataFrame:
    """Return the customer table of Complete Journey, with each home's description and ``stage`` where it has them.

    Parameters
    ----------
    journey : Dataset
        Complete Journey.
    """
    from grc_helpers.data.loading import read_table
    from grc_helpers.data.warehouse import collect, customer_base

    homes = read_table("complete_journey", "demographics.parquet").rename(columns={"household_id": "customer_id"})
    everyone = collect(customer_base(journey.table, observation_end=journey.observation_end))
    return everyone.merge(homes.assign(stage=household_stage(homes)), on="customer_id", how="left")


def stage_spend(homes: pd.DataFrame, *, n_boot: int, seed: int) -> pd.DataFrame:
    """Return, for each stage, its households and their mean spend: households, spend_mean, and its bootstrap interval.

    Parameters
    ----------
    homes : DataFrame
        :func:`described_homes`.
    """
    spend = mean_by(homes["stage"], homes["total_spend"], n_boot=n_boot, seed=seed).add_prefix("spend_")
    return homes["stage"].value_counts(sort=False).to_frame("households").join(spend).rename_axis("Stade du foyer")


def two_steps(states: pd.DataFrame, state: str = "Actif") -> tuple[float, float, float, float]:
    """Return the share of customers in ``state`` who are in it two steps later: as a chain would have it, and as seen.

    Parameters
    ----------
    states : DataFrame
        :func:`life_states`.

    Returns
    -------
    forecast, share, low, high
        The square of the matrix of one step; what was seen, with Wilson's interval. NaN when nobody can be followed.
    """
    counts, twice = (transition_counts(states, steps=steps).loc[:, list(STATES)] for steps in (1, 2))
    chances = counts.div(counts.sum(axis=1), axis=0).fillna(0)
    total = twice.loc[state].sum()
    low, high = wilson(twice.loc[state, state], total)
    share = twice.loc[state, state] / total if total else np.nan
    return float((chances @ chances).loc[state, state]), float(share), float(low), float(high)


def explained_share(values: pd.Series, groups: pd.Series) -> float:
    """Return the share of the variance of ``values`` that lies between groups (η², from 0 to 1)."""
    between = values.groupby(groups, observed=True).transform("mean")
    return float(between.var(ddof=0) / values.var(ddof=0))
