"""A page that learns: which content to show to a visitor, and what learning costs (cumulative regret)."""

import numpy as np
import pandas as pd

RULES = ("Au hasard", "Test A/B puis le meilleur", "Règle du marketing", "Bandit pour tous", "Bandit par profil")


def profile_world() -> pd.DataFrame:
    """Return a site's true click rates, by visitors' profile and content: known, since typed in."""
    return pd.DataFrame(
        [[0.12, 0.06, 0.05, 0.07], [0.05, 0.13, 0.06, 0.07], [0.04, 0.05, 0.05, 0.09]],
        index=pd.Index(["amateurs", "économes", "pressés"], name="Profil"),
        columns=["origines", "promotions", "dosettes", "livraison"],
    )


def simulate_site(
    rates: pd.DataFrame,
    *,
    policy: str,
    n_visits: int,
    recognised: float,
    n_runs: int,
    seed: int,
    rule: tuple[int, ...] = (),
    explore: float = 0.1,
) -> np.ndarray:
    """Return the cumulative regret of a policy, shape (n_runs, n_visits).

    The regret of a visit is the click rate of the content that is best for the visitor's profile, minus the rate of the
    one shown: what a firm that knew everything, and recognised everyone, would have earned more (in expected clicks).

    Parameters
    ----------
    rates : DataFrame
        Click rates, profiles × contents; visitors are of each profile in equal numbers.
    policy : str
        One of ``RULES``. A bandit is Thompson sampling with uniform priors (Beta(1, 1)); the rule shows, to a known
        profile, the content of ``rule``, and the first to others; the A/B test uses the first ``explore`` of visits.
    recognised : float
        Chance that a visitor is recognised; otherwise the profile is unknown to the policy.
    """
    rng = np.random.default_rng(seed)
    truth = rates.to_numpy()
    n_profiles, n_contents = truth.shape
    profile = rng.integers(n_profiles, size=(n_visits, n_runs))
    known = rng.random((n_visits, n_runs)) < recognised
    luck, run = rng.random((n_visits, n_runs)), np.arange(n_runs)
    # One row of memory for each profile, one more for visitors who are not recognised.
    cell = np.where(known, profile, n_profiles) if policy in RULES[2::2] else np.full(profile.shape, n_profiles)
    wins, shows = np.zeros((2, n_runs, n_profiles + 1, n_contents))
    regret = np.empty((n_visits, n_runs))
    for visit in range(n_visits):
        here = cell[visit]
        if policy == "Au hasard" or (policy == RULES[1] and visit < explore * n_visits):
            shown = rng.integers(n_contents, size=n_runs)
        elif policy == RULES[1]:
            shown = (wins[:, n_profiles] / np.maximum(shows[:, n_profiles], 1)).argmax(axis=1)
        elif policy == RULES[2]:
            shown = np.array([*rule, 0])[here]
        else:
            won, lost = wins[run, here], (shows - wins)[run, here]
            shown = rng.beta(1 + won, 1 + lost).argmax(axis=1)
        chance = truth[profile[visit], shown]
        regret[visit] = truth[profile[visit]].max(axis=1) - chance
        if policy != RULES[1] or visit < explore * n_visits:
            shows[run, here, shown] += 1
            wins[run, here, shown] += luck[visit] < chance
    return regret.cumsum(axis=0).T


def compare_policies(
    rates: pd.DataFrame, *, n_visits: int, recognised: float, n_runs: int, seed: int, rule
) -> dict[str, np.ndarray]:
    """Return each policy's cumulative regrets (see `simulate_site`)."""
    common = {"n_visits": n_visits, "recognised": recognised, "n_runs": n_runs, "rule": tuple(rule)}
    return {
        policy: simulate_site(rates, policy=policy, seed=seed + place, **common) for place, policy in enumerate(RULES)
    }


def regret_by_recognition(rates: pd.DataFrame, *, parts, n_visits: int, n_runs: int, seed: int) -> pd.Series:
    """Return the mean regret, after all visits, of « Bandit par profil », by the share of visitors recognised."""
    common = {"policy": RULES[4], "n_visits": n_visits, "n_runs": n_runs, "seed": seed}
    lost = [simulate_site(rates, recognised=part, **common)[:, -1].mean() for part in parts]
    return pd.Series(lost, index=pd.Index(parts, name="recognised"))
