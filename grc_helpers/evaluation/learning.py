"""Twelve months of measuring and deciding, against deciding once: what not learning costs, in money."""

from __future__ import annotations

import numpy as np
import pandas as pd

from grc_helpers.errors import GrcError

MONTHS = 12
EFFECTS = (0.010, 0.006, -0.004)  # what channel, offer and message add to the answer rate: typed in
BASE_RATE = 0.04
RATES = (0.02, 0.03, 0.04, 0.05)  # answers to four versions of a message, typed in: the truth of this small world
POLICIES = ("Sans essai", "Un essai, le premier mois", "Essai permanent", "Apprentissage chaque mois")
TEST_SHARE = 0.2  # contacts that the permanent trial keeps for comparing
MEMORY = 0.5  # what a month's results still weigh a month later, for the loop that learns


def true_rates(rates, *, n_runs: int, change: int | None, rng: np.random.Generator) -> np.ndarray:
    """Return the answer rate of each version, each month, in each world, shape (n_runs, MONTHS, versions).

    The versions are shuffled in each world, for nobody knows beforehand which one is good; from month ``change`` on
    (counted from 0) they are shuffled again: tastes moved, a competitor copied the best one.
    """
    base = np.tile(np.asarray(rates, dtype=float), (n_runs, 1))
    worlds = np.repeat(rng.permuted(base, axis=1)[:, None, :], MONTHS, axis=1)
    if change is not None:
        worlds[:, change:] = rng.permuted(base, axis=1)[:, None, :]
    return worlds


def simulate_year(
    policy: str,
    *,
    contacts: int,
    value: float,
    rates=RATES,
    n_runs: int,
    change: int | None,
    seed: int,
) -> np.ndarray:
    """Return the cumulated regret of a policy, in money, shape (n_runs, MONTHS).

    The regret of a month is ``contacts × value × (best rate − mean rate of what was sent)``: what a firm that knew
    everything would have earned more, on average.

    Parameters
    ----------
    policy : str
        One of POLICIES. Without a trial, the first version is kept all year. With one trial, the first month is shared
        equally and its best version is kept. The permanent trial gives TEST_SHARE of each month to all the versions
        equally, and the rest to the best of the last month. The loop shares the contacts of a month as the chances that
        each version is the best (Thompson 1933), from past results that weigh MEMORY less each month.
    contacts : int
        Contacts a month.
    value : float
        What an answer brings.
    change : int or None
        Month (from 0) when tastes move; None: never.

    Raises
    ------
    GrcError
        Fewer contacts a month than versions, or an unknown policy.
    """
    if policy not in POLICIES:
        raise GrcError(
            f"« {policy} » n'est pas une façon de décider.", todo=f"choisissez parmi : {', '.join(POLICIES)}"
        )
    versions = len(rates)
    if contacts < versions:
        raise GrcError(
            "Il faut au moins un contact par version et par mois.",
            where=f"{contacts} contacts, {versions} versions",
            todo="augmentez les contacts du mois",
        )
    rng = np.random.default_rng(seed)
    truth = true_rates(rates, n_runs=n_runs, change=change, rng=rng)
    wins, shows = np.zeros((2, n_runs, versions))
    regret = np.empty((n_runs, MONTHS))
    for month in range(MONTHS):
        share = _shares(policy, month, wins, shows, rng)
        sent = rng.multinomial(contacts, share)
        won = rng.binomial(sent, truth[:, month])
        regret[:, month] = value * (contacts * truth[:, month].max(axis=1) - (sent * truth[:, month]).sum(axis=1))
        fades = {"Apprentissage chaque mois": MEMORY, "Essai permanent": 0.0}.get(policy, 1.0)
        wins, shows = fades * wins + won, fades * shows + sent
    return regret.cumsum(axis=1)


def _shares(policy: str, month: int, wins: np.ndarray, shows: np.ndarray, rng) -> np.ndarray:
    """Return the share of the month's contacts that each version gets, shape (n_runs, versions)."""
    n_runs, versions = wins.shape
    if policy == "Sans essai":
        return np.eye(versions)[np.zeros(n_runs, dtype=int)]
    equal = np.full((n_runs, versions), 1 / versions)
    if month == 0:
        return equal
    best = np.eye(versions)[(wins / np.maximum(shows, 1)).argmax(axis=1)]
    if policy == "Un essai, le premier mois":
        return best
    if policy == "Essai permanent":
        return TEST_SHARE * equal + (1 - TEST_SHARE) * best
    drawn = rng.beta(1 + wins, 1 + np.maximum(shows - wins, 0), size=(200, n_runs, versions)).argmax(axis=2)
    return np.stack([(drawn == k).mean(axis=0) for k in range(versions)], axis=1)


def compare_years(*, contacts: int, value: float, n_runs: int, change: int, seed: int) -> dict[str, dict]:
    """Return the cumulated regrets of each policy, in a world that stays and in one that changes.

    Returns
    -------
    dict
        {« Goûts stables », « Goûts qui changent »} → {policy: array (n_runs, MONTHS)}; the worlds are the same for all.
    """
    worlds = {"Goûts stables": None, "Goûts qui changent": change}
    common = {"contacts": contacts, "value": value, "n_runs": n_runs, "seed": seed}
    return {
        name: {policy: simulate_year(policy, change=when, **common) for policy in POLICIES}
        for name, when in worlds.items()
    }


def year_table(years: dict[str, dict]) -> pd.DataFrame:
    """Return the regret of the year of each policy in each world, and how often it beats no trial at all.

    Returns
    -------
    DataFrame, one row a world and a policy
        ``world``, ``policy``, ``year_regret`` with ``regret_low`` and ``regret_high`` (95 % interval of the mean),
        ``worst_regret`` (exceeded in one world in twenty), ``beats_none`` (share of the worlds).
    """
    rows = []
    for world, policies in years.items():
        none = policies[POLICIES[0]][:, -1]
        for policy, runs in policies.items():
            end = runs[:, -1]
            reach = 1.96 * end.std(ddof=1) / np.sqrt(len(end))
            beats = np.nan if policy == POLICIES[0] else (end < none).mean()
            rows.append(
                [world, policy, end.mean(), end.mean() - reach, end.mean() + reach, np.quantile(end, 0.95), beats]
            )
    names = ["world", "policy", "year_regret", "regret_low", "regret_high", "worst_regret", "beats_none"]
    return pd.DataFrame(rows, columns=names)


def extra_costs(table: pd.DataFrame) -> tuple[float, float]:
    """Return what learning each month costs more than one trial when tastes stay, and one trial more when they move."""
    cost = table.set_index(["world", "policy"])["year_regret"]
    stable, moving = (cost[world, POLICIES[3]] - cost[world, POLICIES[1]] for world in table["world"].unique())
    return float(stable), float(-moving)


def compare_designs(*, contacts: int, n_runs: int, seed: int, effects=EFFECTS, base: float = BASE_RATE) -> pd.DataFrame:
    """Compare two designs of a trial of three levers with the same contacts: one lever at a time, and all crossed.

    Parameters
    ----------
    contacts : int
        Contacts of the trial, shared equally by its groups: four (none changed, then each lever alone), or the eight
        combinations.
    n_runs, seed : int
        Trials simulated, seed.
    effects, base : sequence of float, float
        What each lever adds to the answer rate, without interaction; answer rate when none is changed.

    Returns
    -------
    DataFrame indexed by design
        ``design_groups``, ``effect_error`` (points: root mean square error of an effect), ``found_best`` (share of the
        trials whose signs of effects are all right: the best combination is chosen).
    """
    rng, true = np.random.default_rng(seed), np.asarray(effects)
    crossed = np.array([[(k >> j) & 1 for j in range(len(true))] for k in range(2 ** len(true))])
    alone = np.vstack([np.zeros(len(true), dtype=int), np.eye(len(true), dtype=int)])
    rows = {}
    for name, plan in (("Un levier à la fois", alone), ("Plan factoriel", crossed)):
        size = contacts // len(plan)
        seen = rng.binomial(size, base + plan @ true, size=(n_runs, len(plan))) / size
        design = np.column_stack([np.ones(len(plan)), plan])
        found = seen @ np.linalg.pinv(design).T[:, 1:]
        error, right = np.sqrt(((found - true) ** 2).mean()), ((found > 0) == (true > 0)).all(axis=1).mean()
        rows[name] = [len(plan), 100 * error, right]
    return pd.DataFrame.from_dict(
        rows, orient="index", columns=["design_groups", "effect_error", "found_best"]
    ).rename_axis("trial_design")
