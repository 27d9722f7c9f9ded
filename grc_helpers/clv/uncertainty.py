"""What the inputs' uncertainty does to a customer's value: ranges, groups of unlike customers, rates that move."""

from __future__ import annotations

import numpy as np
import pandas as pd

from grc_helpers.clv.formulas import cash_flows, check_rates
from grc_helpers.errors import GrcError


def draw_inputs(ranges: dict[str, tuple[float, float, float]], *, n: int, seed: int) -> pd.DataFrame:
    """Draw inputs at random from triangular laws: low, most likely, high, as a manager can state them.

    Parameters
    ----------
    ranges : dict of str to (float, float, float)
        One entry an input; the three may be equal (the input is then certain). Inputs are independent.
    n, seed : int
        Number of draws, seed.

    Returns
    -------
    DataFrame, n rows
        One column an input.

    Raises
    ------
    GrcError
        When low, most likely and high are not in order.
    """
    rng, draws = np.random.default_rng(seed), {}
    for name, (low, mode, high) in ranges.items():
        if not low <= mode <= high:
            raise GrcError(
                f"Les bornes de « {name} » ne sont pas dans l'ordre.",
                where=f"{low:g}, {mode:g}, {high:g}",
                todo="donnez la plus basse, la plus probable, la plus haute",
            )
        draws[name] = rng.triangular(low, mode, high, n) if low < high else np.full(n, float(mode))
    return pd.DataFrame(draws)


def mixed_retention(shares, retentions, *, steps: int) -> np.ndarray:
    """Return the retention that a firm observes, period after period, on a mixture of unlike customers.

    S_k = Σ_j share_j · r_j^k and r_k = S_{k+1}/S_k: it rises although nobody changes, as the less faithful leave first.

    Parameters
    ----------
    shares, retentions : sequences of floats
        Share of each group among the customers acquired, and its constant retention.
    steps : int
        How many retentions to return.

    References
    ----------
    Fader, P. S. & Hardie, B. G. S. (2010). Customer-base valuation in a contractual setting: the perils of ignoring
    heterogeneity. *Marketing Science* 29(1).
    """
    shares, retentions = np.asarray(shares, dtype=float), np.asarray(retentions, dtype=float)
    check_rates(retention=np.concatenate([shares, retentions]))
    if shares.shape != retentions.shape or not np.isclose(shares.sum(), 1):
        raise GrcError(
            "Les parts des groupes doivent faire 1, avec un taux de rétention par groupe.",
            where=f"{len(shares)} part(s) de somme {shares.sum():g}, {len(retentions)} taux",
        )
    survival = shares @ retentions[:, None] ** np.arange(steps + 1)
    # A cohort that has entirely left keeps nobody.
    return np.divide(survival[1:], survival[:-1], out=np.zeros(steps), where=survival[:-1] > 0)


def rate_paths(
    mean: float, *, spread: float, persistence: float, periods: int, n: int, seed: int, floor: float = 0.0
) -> np.ndarray:
    """Draw discount rates that wander around their mean: i_t = mean + persistence·(i_{t−1} − mean) + noise.

    Parameters
    ----------
    mean, spread : float
        Mean and standard deviation of the rate in the long run.
    persistence : float
        0 to 1 (not included): how much of a deviation is left one period later.
    periods, n, seed : int
    floor : float
        No rate is lower.

    Returns
    -------
    ndarray, (n, periods)
        Rates; the first is the mean's, as today's rate is known.
    """
    if not 0 <= persistence < 1:
        raise GrcError(f"Persistance impossible : {persistence:g}.", todo="donnez un nombre de 0 à moins de 1")
    rng = np.random.default_rng(seed)
    noise = rng.normal(0.0, spread * np.sqrt(1 - persistence**2), (n, periods))
    rates = np.full((n, periods), float(mean))
    for t in range(1, periods):
        rates[:, t] = mean + persistence * (rates[:, t - 1] - mean) + noise[:, t]
    return np.maximum(rates, floor)


def value_under_rates(margin: float, retention, rates: np.ndarray) -> np.ndarray:
    """Return a customer's value under each path of rates, margins at the start of periods.

    Parameters
    ----------
    margin : float
    retention : float or sequence
        As in :func:`grc_helpers.clv.formulas.cash_flows`.
    rates : ndarray, (n, periods)
        ``rates[:, t]`` leads from period t to period t + 1.
    """
    expected = cash_flows(margin, retention, 0.0, periods=rates.shape[1])["expected_margin"].to_numpy()
    factors = np.cumprod(1 / (1 + rates[:, :-1]), axis=1)
    return expected[0] + factors @ expected[1:]
