"""Which channel for which segment: thresholds of value, an optimal plan, its dual prices, the size of a team."""

from __future__ import annotations

import numpy as np
import pandas as pd

from grc_helpers.errors import GrcError
from grc_helpers.style import number

SEGMENTS = ["Grands bureaux", "Autres bureaux", "Bons", "Standards", "Petits"]


def customer_segments(orders: pd.DataFrame, customers: pd.DataFrame, *, year: int, shares=(0.05, 0.15)) -> pd.DataFrame:
    """Cut the buyers of a year into offices (large: one in five, by margin) and three tiers of the others.

    Parameters
    ----------
    orders : DataFrame
        ``customer_id``, ``date``, ``margin`` (gross).
    customers : DataFrame
        ``customer_id``, ``kind`` (« bureau » or « particulier »).
    shares : (float, float)
        Shares of the best and of the standard individuals; the rest are small.

    Returns
    -------
    DataFrame indexed by customer_id
        ``margin`` (gross, of the year), ``kind``, ``segment``.
    """
    orders = orders[orders["date"].dt.year == year]
    people = orders.groupby("customer_id").agg(margin=("margin", "sum"))
    people = people.join(customers.set_index("customer_id")["kind"]).sort_values(
        "margin", ascending=False, kind="stable"
    )
    office = people["kind"].eq("bureau")
    ones = pd.Series(1.0, people.index).groupby(office)
    place = ones.cumsum() / ones.transform("size")
    cuts = [office & (place <= 0.2), office, place <= shares[0], place <= sum(shares)]
    return people.assign(segment=np.select(cuts, SEGMENTS[:-1], SEGMENTS[-1]))


def value_segments(orders: pd.DataFrame, customers: pd.DataFrame, *, year: int, shares=(0.05, 0.15)) -> pd.DataFrame:
    """Return the segments of :func:`customer_segments`, by segment: ``customers``, ``margin`` (a customer, a year)."""
    people = customer_segments(orders, customers, year=year, shares=shares)
    table = people.groupby("segment").agg(customers=("margin", "size"), margin=("margin", "mean"))
    return table.reindex(SEGMENTS).dropna()


def share_by_segment(flags: pd.DataFrame, people: pd.Series) -> pd.DataFrame:
    """Return segment × channel: the share of each segment's customers for whom a channel's flag is true.

    Parameters
    ----------
    flags : DataFrame of bool indexed by customer_id
        One column a channel; customers that it does not name count as false.
    people : Series indexed by customer_id
        Segment of each customer.
    """
    known = flags.reindex(people.index, fill_value=False).astype(float)
    return known.groupby(people).mean().reindex([name for name in SEGMENTS if name in set(people)])


def thresholds(channels: pd.DataFrame) -> pd.Series:
    """Return, by channel, the yearly margin from which a contact pays: its cost / the share that it adds."""
    return (channels["unit_cost"] / channels["lift"]).rename("threshold").sort_values()


def best_channel(channels: pd.DataFrame, margins) -> pd.DataFrame:
    """Return, for each yearly margin of a customer, what a contact earns by each channel, and the best one.

    Returns
    -------
    DataFrame indexed by margin
        One column a channel (``lift × margin − cost``), and ``best`` (empty: every contact loses).
    """
    gains = np.outer(np.asarray(margins, float), channels["lift"]) - channels["unit_cost"].to_numpy()
    table = pd.DataFrame(gains, index=pd.Index(margins, name="margin"), columns=channels.index)
    return table.assign(best=table.idxmax(axis=1).where(table.max(axis=1) > 0, ""))


def firm_channels(costs: pd.DataFrame, *, year: int, lifts: dict[str, float], most: dict[str, int]) -> pd.DataFrame:
    """Return the contact channels of the firm as :func:`plan` takes them.

    Parameters
    ----------
    costs : DataFrame
        ``channel``, ``role``, ``year``, ``unit_cost``, ``capacity_week``, ``reach``.
    lifts, most : dict by channel
        Share of a customer's yearly margin that a contact adds; contacts that a customer accepts in the year.

    Returns
    -------
    DataFrame indexed by channel
        ``unit_cost``, ``capacity`` (of the year), ``reach``, ``lift``, ``most``.
    """
    own = costs[(costs["role"] == "contact") & (costs["year"] == year)].set_index("channel").loc[list(lifts)]
    table = own[["unit_cost", "reach"]].assign(capacity=52 * own["capacity_week"])
    return table.assign(lift=pd.Series(lifts), most=pd.Series(most))


def reach_by_segment(segments: pd.DataFrame, channels: pd.DataFrame) -> pd.DataFrame:
    """Return the share of each segment that a channel can touch, as :func:`plan` takes it.

    Parameters
    ----------
    segments : DataFrame indexed by segment
        A column named after a channel is its measured share (see :func:`share_by_segment`).
    channels : DataFrame indexed by channel
        ``reach``: the same share in every segment, where none was measured.
    """
    table = pd.DataFrame([channels["reach"]] * len(segments), segments.index)
    measured = [name for name in channels.index if name in segments]
    return table.assign(**segments[measured])


def plan(
    segments: pd.DataFrame,
    channels: pd.DataFrame,
    *,
    budget: float,
    minimum: float = 0.0,
    reach: pd.DataFrame | None = None,
) -> dict:
    """Return the plan of contacts that earns most, by linear programming.

    ``max Σ (lift·margin − cost)·x`` with ``x`` contacts of a segment by a channel, under: budget; capacity of each
    channel;
    ``x ≤ customers × reach × most`` (one segment, one channel); ``Σ x ≥ minimum × customers`` (service of a segment).

    Parameters
    ----------
    segments : DataFrame indexed by segment
        ``customers``, ``margin`` (of a customer and a year, currency units).
    channels : DataFrame indexed by channel
        ``unit_cost``, ``capacity`` (contacts of the period), ``reach`` (share of the customers), ``lift`` (share of
        the yearly margin that a contact adds) and ``most`` (contacts a customer accepts in the period).
    budget : float
        Of the period.
    minimum : float
        Contacts that each customer of a segment has at least, on average.
    reach : DataFrame, optional
        Segment × channel, where the reach depends on the segment.

    Returns
    -------
    dict
        ``contacts`` (segment × channel), ``gain``, ``spent``, ``prices`` (Series: what one more unit of a constraint
        would earn; by channel, for the budget, and minus what a contact of minimum service costs by segment).

    Raises
    ------
    GrcError
        No plan meets the constraints: it says which ones, and by how much.
    """
    from scipy.optimize import linprog

    problem = _problem(segments, channels, budget=budget, minimum=minimum, reach=reach)
    names, upper = problem["names"], problem["upper"]
    solved = linprog(
        -problem["gain"], A_ub=problem["left"], b_ub=problem["right"], bounds=np.c_[np.zeros(len(upper)), upper]
    )
    if solved.status == 2:
        raise _infeasible(problem)
    x = pd.DataFrame(solved.x.reshape(len(segments), -1), segments.index, channels.index)
    prices = pd.Series(-solved.ineqlin.marginals, names)
    prices[prices.index.str.startswith("service")] *= -1
    spent = float((x * channels["unit_cost"]).to_numpy().sum())
    return {"contacts": x, "gain": float(-solved.fun), "spent": spent, "prices": prices + 0.0}


def _problem(segments, channels, *, budget, minimum, reach) -> dict:
    size, width = len(segments), len(channels)
    reach = pd.DataFrame([channels["reach"]] * size, segments.index) if reach is None else reach[channels.index]
    gain = np.outer(segments["margin"], channels["lift"]) - channels["unit_cost"].to_numpy()
    per_channel = np.tile(np.eye(width), size)
    per_segment = np.kron(np.eye(size), np.ones(width))
    left = np.vstack([np.tile(channels["unit_cost"], size), per_channel, -per_segment])
    right = np.r_[budget, channels["capacity"], -minimum * segments["customers"]]
    names = [
        "budget",
        *(f"capacité : {name}" for name in channels.index),
        *(f"service : {name}" for name in segments.index),
    ]
    upper = (reach.to_numpy() * np.outer(segments["customers"], channels["most"])).ravel()
    return {"gain": gain.ravel(), "left": left, "right": right, "names": names, "upper": upper}


def _infeasible(problem: dict) -> GrcError:
    """Say which constraint, eased alone, would make a plan possible, and by how much; all of them if none would."""
    from scipy.optimize import linprog

    left, right, names, size = problem["left"], problem["right"], problem["names"], len(problem["gain"])
    service = np.array([name.startswith("service") for name in names])
    sides = {name: (np.eye(len(names))[k], 1.0) for k, name in enumerate(names) if not service[k]}
    sides["service minimum"] = (np.where(service, -right, 0.0), 100.0)
    alone = []
    for name, (slack, unit) in sides.items():
        bounds = [*((0, top) for top in problem["upper"]), (0, None)]
        eased = linprog(np.r_[np.zeros(size), 1.0], A_ub=np.c_[left, -slack], b_ub=right, bounds=bounds)
        if eased.status == 0:
            gap = eased.x[-1] * unit
            alone.append(
                f"{name} ({'à baisser de' if unit > 1 else 'il manque'} {number(gap, 1, '%' if unit > 1 else '')})"
            )
    return GrcError(
        "Aucun plan ne respecte toutes les contraintes.",
        where="il suffirait de desserrer l'une de celles-ci : " + " ; ".join(alone),
        todo="baissez le service minimum, augmentez le budget ou la capacité, ou ouvrez un canal de plus",
    )


def budget_curve(segments: pd.DataFrame, channels: pd.DataFrame, budgets, **terms) -> pd.DataFrame:
    """Return the gain and the price of a last euro for several budgets; infeasible ones are left empty.

    Returns
    -------
    DataFrame indexed by budget
        ``gain``, ``price`` (what one more euro would earn).
    """
    lines = {}
    for budget in budgets:
        try:
            found = plan(segments, channels, budget=budget, **terms)
            lines[budget] = (found["gain"], found["prices"]["budget"])
        except GrcError:
            lines[budget] = (np.nan, np.nan)
    return pd.DataFrame.from_dict(lines, orient="index", columns=["gain", "price"]).rename_axis("budget")


def workload(segments: pd.DataFrame, *, hours_per_week: float, weeks: int, selling_share: float) -> pd.DataFrame:
    """Return how many full-time sellers each segment needs: customers × visits × length / hours that a seller can sell.

    Parameters
    ----------
    segments : DataFrame indexed by segment
        ``customers``, ``visits`` (a year and a customer), ``hours`` (of a visit, travel included).
    hours_per_week, weeks, selling_share : float
        Of a seller: worked hours, weeks of the year, share of the time with customers.

    Returns
    -------
    DataFrame
        ``customers``, ``visits``, ``hours``, ``load`` (hours a year), ``fte``.

    References
    ----------
    Talley, W. J. (1961). How to design sales territories. *Journal of Marketing* 25(3).
    """
    load = segments["customers"] * segments["visits"] * segments["hours"]
    return segments.assign(load=load, fte=load / (hours_per_week * weeks * selling_share))


def whole_sellers(segments: pd.DataFrame, *, capacity_hours: float, seller_cost: float, most: int) -> dict:
    """Return how many sellers to hire, and whom they see, when only whole sellers can be hired (mixed integer).

    ``max Σ gain·visits − cost·n`` with ``Σ hours·visits ≤ capacity·n``, ``visits ≤ customers × visits wanted``, ``n``
    whole.

    Parameters
    ----------
    segments : DataFrame indexed by segment
        ``customers``, ``visits`` (wanted, a customer), ``hours`` (of a visit), ``gain`` (margin that a visit adds).
    capacity_hours : float
        Hours that a seller can give to visits in the period.
    seller_cost : float
        Of the period.
    most : int
        Sellers, at most.

    Returns
    -------
    dict
        ``sellers``, ``visits`` (Series by segment), ``gain`` (net of the sellers' cost).
    """
    from scipy.optimize import Bounds, LinearConstraint, milp

    wanted = (segments["customers"] * segments["visits"]).to_numpy(float)
    cost = np.r_[-segments["gain"].to_numpy(float), seller_cost]
    hours = LinearConstraint(np.r_[segments["hours"].to_numpy(float), -capacity_hours][None], ub=0.0)
    integrality = np.r_[np.zeros(len(wanted)), 1]
    solved = milp(cost, constraints=hours, integrality=integrality, bounds=Bounds(0, np.r_[wanted, most]))
    visits = pd.Series(solved.x[:-1], segments.index, name="visits_made")
    return {"sellers": round(solved.x[-1]), "visits": visits, "gain": float(-solved.fun)}
