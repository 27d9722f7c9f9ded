"""A page that learns: which content to show to a visitor, and what learning costs (cumulative regret)."""

import numpy as np
import pandas as pd

from grc_helpers.style import number

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


def arms_regret(rates, *, policy: str, n_visits: int, n_runs: int, seed: int) -> np.ndarray:
    """Return the cumulative regret of one page for all, shape (n_runs, n_visits): the textbook bandit.

    Parameters
    ----------
    rates : sequence of float
        Click rate of each content.
    policy : {"UCB1", "Thompson", "Au hasard"}
        UCB1 (Auer, Cesa-Bianchi & Fischer 2002) shows the content of highest mean + √(2 ln t / n).
    """
    rng = np.random.default_rng(seed)
    truth = np.asarray(rates, dtype=float)
    wins, shows, run = np.zeros((n_runs, len(truth))), np.zeros((n_runs, len(truth))), np.arange(n_runs)
    lost = np.empty((n_visits, n_runs))
    for visit in range(n_visits):
        if policy == "Thompson":
            shown = rng.beta(1 + wins, 1 + shows - wins).argmax(axis=1)
        elif policy == "UCB1" and visit >= len(truth):
            shown = (wins / shows + np.sqrt(2 * np.log(visit) / shows)).argmax(axis=1)
        elif policy == "UCB1":
            shown = np.full(n_runs, visit)
        else:
            shown = rng.integers(len(truth), size=n_runs)
        shows[run, shown] += 1
        wins[run, shown] += rng.random(n_runs) < truth[shown]
        lost[visit] = truth.max() - truth[shown]
    return lost.cumsum(axis=0).T


def ucb1_bound(rates, n_visits: int) -> float:
    """Return the bound of UCB1's mean regret: 8 Σ ln n / Δ + (1 + π²/3) Σ Δ (Auer, Cesa-Bianchi & Fischer 2002)."""
    gaps = max(rates) - np.asarray(rates, dtype=float)
    gaps = gaps[gaps > 0]
    return float(8 * np.sum(np.log(n_visits) / gaps) + (1 + np.pi**2 / 3) * gaps.sum())


def lai_robbins_slope(rates) -> float:
    """Return the least growth of regret by ln n of any consistent policy: Σ Δ / KL(rate, best) (Lai & Robbins 1985)."""
    p, best = np.asarray(rates, dtype=float), max(rates)
    p = p[p < best]
    divergence = p * np.log(p / best) + (1 - p) * np.log((1 - p) / (1 - best))
    return float(np.sum((best - p) / divergence))


def theory_table(rates, *, n_visits: int, n_runs: int, seed: int) -> pd.DataFrame:
    """Set simulated regrets beside what theory says.

    Returns
    -------
    DataFrame
        Indexed by « Politique »: regret (mean, after all visits), regret_low, regret_high (95 % interval of the mean),
        slope (regret gained over the second half of the visits, by unit of ln n), theory (text).
    """
    half = n_visits // 2
    theory = {
        "Thompson": f"plancher de pente : {number(lai_robbins_slope(rates), 1)}",
        "UCB1": f"borne du regret : {number(ucb1_bound(rates, n_visits))}",
        "Au hasard": f"regret exact : {number(n_visits * (max(rates) - np.mean(rates)))}",
    }
    rows = []
    for place, (policy, text) in enumerate(theory.items()):
        runs = arms_regret(rates, policy=policy, n_visits=n_visits, n_runs=n_runs, seed=seed + place)
        end, error = runs[:, -1].mean(), 1.96 * runs[:, -1].std(ddof=1) / np.sqrt(n_runs)
        slope = (runs[:, -1] - runs[:, half - 1]).mean() / np.log(n_visits / half)
        rows.append((policy, end, end - error, end + error, slope, text))
    columns = ["Politique", "regret", "regret_low", "regret_high", "slope", "theory"]
    return pd.DataFrame(rows, columns=columns).set_index("Politique")
