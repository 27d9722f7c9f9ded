"""Loyalty status: exclusive, shared, switcher; what chance alone would make of it."""

from __future__ import annotations

import numpy as np
import pandas as pd

EXCLUSIVE, SHARED, SWITCHER, UNKNOWN = "exclusif", "partagé", "changeur", "trop peu d'achats"
STATUSES = (EXCLUSIVE, SHARED, SWITCHER)


def brand_counts(purchases: pd.DataFrame, *, customer: str, brand: str) -> pd.DataFrame:
    """Count each customer's purchases of each brand: customers as rows, brands as columns."""
    return purchases.groupby([customer, brand]).size().unstack(fill_value=0)


def loyalty_status(counts: pd.DataFrame, *, shared: float = 2 / 3, minimum: int = 3) -> pd.DataFrame:
    """Classify customers by the share of their purchases that their first brand gets.

    Parameters
    ----------
    counts : DataFrame
        From :func:`brand_counts`.
    shared : float
        From this share on (and below 1) a customer is « partagé »; below, « changeur ».
    minimum : int
        Fewer purchases say nothing: « trop peu d'achats ».

    Returns
    -------
    DataFrame indexed by customer
        purchases, brand (the first one), top_share, status.
    """
    total, top = counts.sum(axis=1), counts.max(axis=1)
    share = top / total
    status = np.select([total < minimum, top == total, share >= shared], [UNKNOWN, EXCLUSIVE, SHARED], SWITCHER)
    return pd.DataFrame({"purchases": total, "brand": counts.idxmax(axis=1), "top_share": share, "status": status})


def exclusive_by_chance(counts: pd.DataFrame) -> float:
    """Return the share of exclusive customers expected if everyone drew each purchase at the market's shares.

    mean over customers of Σ_b p_b^n, with p_b the brand's share of all purchases and n the customer's purchases.
    """
    shares = counts.sum() / counts.to_numpy().sum()
    return float(np.mean([(shares**n).sum() for n in counts.sum(axis=1)]))


def switching_parameter(counts: pd.DataFrame) -> float:
    """Return S of the Dirichlet law of brand shares, by moments (Goodhardt, Ehrenberg & Chatfield 1984).

    Two purchases of a customer are of the same brand with probability q = (1 + S Σ p²) / (1 + S): S = (1−q)/(q−Σp²).
    S near 0: everyone keeps to a brand; S large: everyone draws at the market's shares.
    """
    total, shares = counts.sum(axis=1), (counts.sum() / counts.to_numpy().sum()).to_numpy()
    twice = total >= 2
    same = (counts * (counts - 1)).sum(axis=1)[twice].sum() / (total * (total - 1))[twice].sum()
    market = float((shares**2).sum())
    return float((1 - same) / (same - market)) if same > market else float("inf")


def half_to_half(purchases: pd.DataFrame, *, customer: str, brand: str, order: str, minimum: int = 3) -> pd.DataFrame:
    """Cross the statuses of the first and second halves of each customer's purchases (rows: first half)."""
    ranked = purchases.sort_values([customer, order])
    place = ranked.groupby(customer).cumcount()
    late = place >= ranked.groupby(customer)[customer].transform("size") // 2
    first, second = (
        loyalty_status(brand_counts(part, customer=customer, brand=brand), minimum=minimum)["status"]
        for part in (ranked[~late], ranked[late])
    )
    both = pd.concat({"first": first, "second": second}, axis=1).dropna()
    both = both[(both != UNKNOWN).all(axis=1)]
    return pd.crosstab(both["first"], both["second"]).reindex(index=STATUSES, columns=STATUSES, fill_value=0)


def simulate_exclusives(
    shares: pd.Series,
    *,
    switching: float,
    purchases: tuple[int, ...] = (3, 5, 10, 20, 40),
    seed: int,
    true: float = 0.9,
) -> pd.DataFrame:
    """Simulate customers whose true brand shares are known, and see who looks exclusive after n purchases.

    Parameters
    ----------
    shares : Series
        Market shares of the brands.
    switching : float
        S of :func:`switching_parameter`.
    true : float
        From this true share of the first brand on, a customer really is faithful.

    Returns
    -------
    DataFrame indexed by purchases
        exclusive: share who look exclusive; really: share of those whose true share reaches ``true``; faithful: share
        of all customers who do.
    """
    rng, n = np.random.default_rng(seed), 4000
    truth = rng.dirichlet(np.maximum(switching * shares.to_numpy(), 1e-3), n)
    best, rows = truth.max(axis=1), {}
    for number in purchases:
        looks = rng.multinomial(number, truth / truth.sum(axis=1, keepdims=True)).max(axis=1) == number
        really = (best[looks] >= true).mean() if looks.any() else float("nan")
        rows[number] = {"exclusive": looks.mean(), "really": really, "faithful": (best >= true).mean()}
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("purchases")


def panel_counts(name: str, brand=None) -> pd.DataFrame:
    """Return the purchases by household and brand of a course panel; ``brand`` turns its products into brands."""
    from grc_helpers.data.loading import read_table

    panel = read_table(name)
    panel["brand"] = panel["choice"] if brand is None else brand(panel["choice"])
    return brand_counts(panel, customer="id", brand="brand")


def panel_halves(name: str) -> pd.DataFrame:
    """Return :func:`half_to_half` of a course panel."""
    from grc_helpers.data.loading import read_table

    return half_to_half(read_table(name), customer="id", brand="choice", order="occasion")


def status_shares(counts: pd.DataFrame) -> pd.Series:
    """Return the share of each status, of those who bought enough."""
    status = loyalty_status(counts)["status"]
    return status[status != UNKNOWN].value_counts(normalize=True).reindex(STATUSES, fill_value=0.0)
