"""A world where a link is not an effect: who gets the offer buys more anyway, and only lots drawn tell the effect.

Customers have an engagement that the firm measures and another that it does not. Both raise the chance of buying, and
the firm sends its offer to the engaged. The true effect of the offer is known: it was typed in.
"""

import numpy as np
import pandas as pd

METHODS = ("Corrélation brute", "Ajustée de ce qui est mesuré", "Ajustée de tout", "Essai tiré au sort")


def confounded_world(n: int, *, effect: float, seed: int, hidden: float = 1.0) -> pd.DataFrame:
    """Draw customers, who is sent the offer (by the firm, and by lot), and who buys in each case.

    Parameters
    ----------
    n : int
        Customers.
    effect : float
        True effect of the offer on the chance of buying (added to it).
    hidden : float
        Weight of the engagement that is not measured (0: everything is measured).

    Returns
    -------
    DataFrame
        measured, unmeasured (standard normal), offered (the firm's choice), bought; drawn (by lot), bought_drawn.
    """
    rng = np.random.default_rng(seed)
    seen, unseen = rng.standard_normal((2, n))
    chance = np.clip(0.30 + 0.06 * np.clip(seen, -2, 2) + 0.06 * hidden * np.clip(unseen, -2, 2), 0.02, 0.98 - effect)
    offered = rng.random(n) < 1 / (1 + np.exp(-(seen + hidden * unseen)))
    drawn, luck = rng.random(n) < 0.5, rng.random((2, n))
    return pd.DataFrame(
        {
            "measured": seen,
            "unmeasured": unseen,
            "offered": offered,
            "bought": luck[0] < chance + effect * offered,
            "drawn": drawn,
            "bought_drawn": luck[1] < chance + effect * drawn,
        }
    )


def estimates(world: pd.DataFrame) -> pd.DataFrame:
    """Estimate the effect of the offer in four ways.

    Returns
    -------
    DataFrame
        Indexed by method: estimate, low, high (95 %; linear regression, variance robust to unequal spreads, HC0).
    """
    clipped = {name: np.clip(world[name].to_numpy(), -2, 2) for name in ("measured", "unmeasured")}
    offered, bought = world["offered"].to_numpy(float), world["bought"].to_numpy(float)
    rows = {
        METHODS[0]: _slope(bought, offered),
        METHODS[1]: _slope(bought, offered, clipped["measured"]),
        METHODS[2]: _slope(bought, offered, clipped["measured"], clipped["unmeasured"]),
        METHODS[3]: _slope(world["bought_drawn"].to_numpy(float), world["drawn"].to_numpy(float)),
    }
    return pd.DataFrame.from_dict(rows, orient="index", columns=["estimate", "low", "high"]).rename_axis("method")


def _slope(outcome: np.ndarray, treated: np.ndarray, *adjust: np.ndarray) -> tuple[float, float, float]:
    x = np.column_stack([treated, np.ones(len(treated)), *adjust])
    inverse = np.linalg.inv(x.T @ x)
    beta = inverse @ (x.T @ outcome)
    rest = (outcome - x @ beta)[:, None] * x
    half = 1.96 * np.sqrt((inverse @ (rest.T @ rest) @ inverse)[0, 0])
    return float(beta[0]), float(beta[0] - half), float(beta[0] + half)


def recovery(*, effect: float, n: int = 4_000, n_worlds: int = 200, seed: int, hidden: float = 1.0) -> pd.DataFrame:
    """Repeat the world and say how far each method is from the truth, and how often its interval holds it.

    Returns
    -------
    DataFrame
        Indexed by method: truth, mean (of the estimates), bias, coverage (share of the 95 % intervals that hold the
        truth), false_alarms (share that exclude 0: an error when the truth is 0).
    """
    drawn = [estimates(confounded_world(n, effect=effect, seed=seed + k, hidden=hidden)) for k in range(n_worlds)]
    value = np.stack([table.to_numpy() for table in drawn])
    mean = value[:, :, 0].mean(axis=0)
    return pd.DataFrame(
        {
            "truth": effect,
            "mean": mean,
            "bias": mean - effect,
            "coverage": ((value[:, :, 1] <= effect) & (effect <= value[:, :, 2])).mean(axis=0),
            "false_alarms": ((value[:, :, 1] > 0) | (value[:, :, 2] < 0)).mean(axis=0),
        },
        index=pd.Index(METHODS, name="method"),
    )
