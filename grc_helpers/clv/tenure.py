"""Do sales rise with the length of the relationship, or do only good customers last? Selection against effect."""

from __future__ import annotations

import numpy as np
import pandas as pd

STILL = {"card_effect": 0.0, "december_peak": 0.0, "cancellation_drop": 0.0}  # what else moves a rate with time
LEAST = 30  # customers seen again under which nothing is said


def ages(who: np.ndarray, age: np.ndarray, lived: np.ndarray, *, length: float, periods: int) -> np.ndarray:
    """Count each customer's repeat purchases by period of its age.

    Parameters
    ----------
    who : array of int
        Customer of each repeat purchase, 0 to n − 1.
    age : array
        Time since that customer's first purchase.
    lived : array, (n,)
        Time between each customer's first purchase and the end of the observation.
    length : float
        Of a period.
    periods : int
        How many are compared; customers must have been seen for one more.

    Returns
    -------
    array, (customers seen that long, periods + 1)
    """
    counts = np.zeros((len(lived), periods + 1))
    inside = age < (periods + 1) * length
    np.add.at(counts, (who[inside], (age[inside] / length).astype(int)), 1)
    return counts[lived >= (periods + 1) * length]


def by_duration(counts: np.ndarray) -> pd.DataFrame:
    """Return what customers bought by how long they lasted: the comparison that firms make.

    Returns
    -------
    DataFrame, one row a duration
        ``duration``, in periods: 0 for who never bought again, k for who bought for the last time in period k;
        ``customers``; ``purchases``, per customer over all the periods, with its 95 % interval ``low``, ``high``
        (normal); ``first``, purchases of the first period alone.
    """
    numbers = np.arange(1, counts.shape[1] + 1)
    last = np.max(np.where(counts > 0, numbers, 0), axis=1)
    rows = []
    for duration in np.unique(last):
        chosen = counts[last == duration]
        found = _mean(chosen.sum(axis=1)) | {"first": chosen[:, 0].mean()}
        rows.append({"duration": int(duration)} | found)
    return pd.DataFrame(rows)


def same_customers(counts: np.ndarray) -> pd.DataFrame:
    """Follow the customers who are seen again after the last period compared: whoever leaves is out from the start.

    They were customers throughout, and the later purchase is not counted: who keeps its rate shows a flat line.

    Returns
    -------
    DataFrame, one row a period compared
        ``period`` (1, 2…), ``customers``, ``purchases`` per customer with ``low``, ``high`` (95 %, normal).
    """
    kept = counts[counts[:, -1] > 0][:, :-1]
    return pd.DataFrame([{"period": k + 1} | _mean(made) for k, made in enumerate(kept.T)])


def change(counts: np.ndarray, *, n_boot: int, seed: int) -> tuple[float, float, float]:
    """Return the change of the same customers' purchases from the first period to the last, with its interval."""
    kept, rng = counts[counts[:, -1] > 0][:, :-1], np.random.default_rng(seed)
    draws = [kept[rng.integers(len(kept), size=len(kept))].mean(axis=0) for _ in range(n_boot)]
    low, high = np.quantile([drawn[-1] / drawn[0] - 1 for drawn in draws], [0.025, 0.975])
    mean = kept.mean(axis=0)
    return float(mean[-1] / mean[0] - 1), float(low), float(high)


def _mean(values: np.ndarray) -> dict[str, float]:
    """Return how many values there are, their mean, and its 95 % interval (normal)."""
    mean = values.mean() if len(values) else np.nan
    reach = 1.96 * values.std(ddof=1) / np.sqrt(len(values)) if len(values) > 1 else np.nan
    return {"customers": len(values), "purchases": mean, "low": mean - reach, "high": mean + reach}


def observed(data, *, periods: int = 4) -> tuple[np.ndarray | None, float]:
    """Count repeat purchases by age on transactions; a period is a fifth of the time since half the customers came.

    Returns
    -------
    counts : array or None
        As :func:`ages`; None when fewer than 30 customers are seen again at the end, or time is too short.
    weeks : float
        Length of a period.
    """
    from grc_helpers.data.warehouse import collect

    days = collect(data.table.filter(data.table.date <= data.observation_end).select("customer_id", "date").distinct())
    codes, _ = pd.factorize(days["customer_id"])
    by_customer = days.groupby(codes)["date"]
    age = (days["date"] - by_customer.transform("min")).dt.days.to_numpy() / 7
    lived = (pd.Timestamp(data.observation_end) - by_customer.min()).dt.days.to_numpy() / 7
    length = float(np.floor(np.median(lived) / (periods + 1)))
    if length < 1:
        return None, length
    counts = ages(codes[age > 0], age[age > 0], lived, length=length, periods=periods)
    return (counts if (counts[:, -1] > 0).sum() >= LEAST else None), length


def simulated(effects, *, seed: int, customers: int = 5_000, length: float = 26.0, periods: int = 4):
    """Count repeat purchases by age in firms like Cafés Merle whose causal effect of a year of tenure is known.

    Parameters
    ----------
    effects : sequence of float
        What a year of tenure adds to the rate of purchase: 0, 0.1… (at most 0.1). Nothing else
        moves a rate with time there: no loyalty card, no December, no cancellation.
    seed, customers : int
    length : float
        Weeks.

    Returns
    -------
    dict of float to array
        :func:`ages` by effect. One random stream: what differs is the effect.
    """
    from grc_helpers.data.simulator.clock import HORIZON
    from grc_helpers.data.simulator.config import SimulationConfig
    from grc_helpers.data.simulator.process import draw_process
    from grc_helpers.data.simulator.traits import make_traits

    found = {}
    for effect in effects:
        config = SimulationConfig(seed=seed, customers=customers, tenure_effect=effect, **STILL)
        traits = make_traits(config, 0)
        process = draw_process(config, traits)
        start = traits["acquired_time"].to_numpy()
        age = (process.time - start[process.row]) / 7
        repeat = age > 0
        lived = (HORIZON - start) / 7
        found[effect] = ages(process.row[repeat], age[repeat], lived, length=length, periods=periods)
    return found
