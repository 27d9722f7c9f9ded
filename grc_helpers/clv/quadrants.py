"""Past contribution against future value: who is who, what to do, and what a policy brings."""

from __future__ import annotations

import numpy as np
import pandas as pd

from grc_helpers.errors import GrcError

# (past high, future high) to the name of the quadrant and the move that it calls for.
NAMES = {
    (True, True): ("Piliers", "récompenser et protéger"),
    (False, True): ("Prometteurs", "inciter à acheter davantage"),
    (True, False): ("Anciens bons", "remercier, tenter une reconquête bornée"),
    (False, False): ("Petits", "servir au moindre coût"),
}
ORDER = [name for name, _ in NAMES.values()]
MOVES = dict(NAMES.values())


def top(values: pd.Series, share: float) -> pd.Series:
    """Say who is in the top ``share`` of customers; ties are broken by their order in the table."""
    if not 0 < share < 1:
        raise GrcError(f"Part impossible : {share:g}.", todo="donnez une part entre 0 et 1, par exemple 0.2")
    count = max(1, round(share * len(values)))
    rank = values.rank(method="first", ascending=False)
    return rank <= count


def quadrants(past: pd.Series, future: pd.Series, *, share: float) -> pd.Series:
    """Return the quadrant of each customer: top ``share`` by the past, by the future, by both or by neither."""
    pairs = zip(top(past, share), top(future, share), strict=True)
    return pd.Series([NAMES[bool(a), bool(b)][0] for a, b in pairs], past.index, name="quadrant")


def misclassified(past: pd.Series, future: pd.Series, *, share: float, n_boot: int, seed: int):
    """Return the part of the best by the past who are not among the best by the future, with its bootstrap interval.

    Both groups have the same size: it is also the part of the best by the future that the past leaves out.
    """
    past, future, rng = past.to_numpy(), future.to_numpy(), np.random.default_rng(seed)

    def wrong(rows: np.ndarray) -> float:
        count = max(1, round(share * len(rows)))
        first, second = (np.argsort(-values[rows], kind="stable")[:count] for values in (past, future))
        return 1 - len(np.intersect1d(first, second, assume_unique=True)) / count

    everyone = np.arange(len(past))
    draws = [wrong(np.sort(rng.integers(len(past), size=len(past)))) for _ in range(n_boot)]
    low, high = np.quantile(draws, [0.025, 0.975])
    return wrong(everyone), float(low), float(high)


def quadrant_table(group: pd.Series, columns: dict[str, pd.Series], *, n_boot: int, seed: int) -> pd.DataFrame:
    """Return, by quadrant, its size and the mean of each column with its bootstrap interval.

    Returns
    -------
    DataFrame, one row a quadrant in the order of :data:`ORDER`
        ``customers``, ``share``; for each column its mean, ``…_low``, ``…_high``; ``action``, the move.
    """
    rng = np.random.default_rng(seed)
    rows = {}
    for name in ORDER:
        here = (group == name).to_numpy()
        row = {"customers": int(here.sum()), "share": here.mean()}
        for column, values in columns.items():
            kept = values.to_numpy(dtype=float)[here]
            low = high = np.nan
            if len(kept) >= 10:
                draws = [kept[rng.integers(len(kept), size=len(kept))].mean() for _ in range(n_boot)]
                low, high = np.quantile(draws, [0.025, 0.975])
            row |= {column: kept.mean() if len(kept) else np.nan, f"{column}_low": low, f"{column}_high": high}
        rows[name] = row | {"action": MOVES[name]}
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("Case")


def captured(actual: pd.Series, order: pd.Series, *, share: float) -> float:
    """Return the part of what came that the top ``share`` of an order holds; equal customers count alike."""
    steps = pd.DataFrame({"actual": actual, "order": order}).groupby("order")["actual"].agg(["size", "sum"])
    steps = steps.iloc[::-1].cumsum()
    if steps["sum"].iloc[-1] == 0:
        return np.nan
    return float(np.interp(share * len(actual), np.append(0, steps["size"]), np.append(0, steps["sum"]))
                 / steps["sum"].iloc[-1])  # fmt: skip


def captured_gap(actual: pd.Series, order: pd.Series, rival: pd.Series, *, share: float, n_boot: int, seed: int):
    """Return what ``order`` captures more than ``rival``, with the interval of the same customers drawn for both."""
    actual, order, rival = (values.reset_index(drop=True) for values in (actual, order, rival))
    rng = np.random.default_rng(seed)

    def gap(rows: np.ndarray) -> float:
        drawn = actual.iloc[rows]
        return captured(drawn, order.iloc[rows], share=share) - captured(drawn, rival.iloc[rows], share=share)

    draws = [gap(rng.integers(len(actual), size=len(actual))) for _ in range(n_boot)]
    low, high = np.nanquantile(draws, [0.025, 0.975])
    return gap(np.arange(len(actual))), float(low), float(high)


def profit_gap(
    actual: pd.Series, first: pd.Series, second: pd.Series, *, gain: float, cost: float, n_boot: int, seed: int
) -> tuple[float, float, float]:
    """Return what one policy earns more than another, and its interval: the same customers are drawn for both.

    Parameters
    ----------
    actual : Series
        Margin that came, by customer.
    first, second : Series of bool
        Who is treated under each (see :func:`policies`).
    gain, cost : float
        As in :func:`policies`.
    """
    apart = ((gain * actual - cost) * (first.astype(int) - second.astype(int))).to_numpy()
    rng = np.random.default_rng(seed)
    draws = [apart[rng.integers(len(apart), size=len(apart))].sum() for _ in range(n_boot)]
    low, high = np.quantile(draws, [0.025, 0.975])
    return float(apart.sum()), float(low), float(high)


def policies(past: pd.Series, forecast: pd.Series, *, share: float, gain: float, cost: float) -> dict[str, pd.Series]:
    """Return who is treated under each policy.

    Parameters
    ----------
    past, forecast : Series
        Margin of the past, and margin forecast over the period of the treatment.
    share : float
        Part of the customers that the two rankings treat.
    gain : float
        What a treatment adds to a customer's margin, as a share of it (supposed, the same for all).
    cost : float
        Of treating a customer, in currency units.
    """
    return {
        "Personne": pd.Series(False, past.index),
        "Tout le monde pareil": pd.Series(True, past.index),
        "Les meilleurs du passé": top(past, share),
        "Les meilleurs de l'avenir": top(forecast, share),
        "Qui le rembourse, selon le modèle": gain * forecast > cost,
    }


def policy_table(
    past: pd.Series, actual: pd.Series, chosen: dict[str, pd.Series], *, gain: float, cost: float, share: float,
    n_boot: int, seed: int,
) -> pd.DataFrame:  # fmt: skip
    """Return the profit of each policy on what customers really did, and how fairly it treats them.

    Profit is Σ (gain × margin that came − cost) over those treated: the gain is supposed, the margin is real.

    Returns
    -------
    DataFrame, one row a policy
        ``treated`` (share of the customers), ``profit`` with ``profit_low``, ``profit_high`` (bootstrap over
        customers), ``forgotten`` (share of the best by the past who get nothing), ``to_best`` (share of the spending
        that goes to them).
    """
    best, rng = top(past, share), np.random.default_rng(seed)
    size = len(past)
    rows = {}
    for name, treated in chosen.items():
        net = (gain * actual - cost).where(treated, 0.0).to_numpy()
        draws = [net[rng.integers(size, size=size)].sum() for _ in range(n_boot)]
        low, high = np.quantile(draws, [0.025, 0.975])
        rows[name] = {
            "treated": treated.mean(),
            "profit": net.sum(),
            "profit_low": low,
            "profit_high": high,
            "forgotten": 1 - treated[best].mean(),
            "to_best": best[treated].mean() if treated.any() else np.nan,
        }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("Politique")
