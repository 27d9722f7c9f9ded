"""From segments to a policy: attractiveness, accessibility, strategies, smallest profitable size, type of relation."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pandas as pd

from grc_helpers.style import number, percent

YEAR = 365.25
RELATIONS = {  # attractive, accessible: relation, channel, offer
    (True, True): (
        "Partenaire : reconnaître et développer",
        "le point d'achat, un interlocuteur",
        "avantages réservés, nouveautés",
    ),
    (True, False): (
        "Reconquête : reprendre contact en personne",
        "courrier ou appel",
        "une raison de revenir, puis un essai mesuré",
    ),
    (False, True): (
        "Service simple : laisser acheter, bien servir",
        "libre-service, site",
        "information ; pas de remise générale",
    ),
    (False, False): ("Veille : ne rien dépenser, rester joignable", "aucun contact payant", "aucune"),
}


def segment_table(
    orders: pd.DataFrame, labels: pd.Series, *, start: date, end: date, margin_rate: float, recent_days: int = 91
) -> pd.DataFrame:
    """Describe segments in the figures of a policy, per year where it says so.

    Parameters
    ----------
    orders : DataFrame
        customer_id, date, amount.
    labels : Series indexed by customer_id
    start, end : date
        Days of observation.
    margin_rate : float
        Gross margin, as a share of sales.

    Returns
    -------
    DataFrame indexed by segment, the largest first
        customers, customer_share, sales_share, margin_year, margin_customer (a year), growth (sales of the last half of
        the observation over those of the first, minus 1), active (share of customers who came in the last
        ``recent_days``), orders_year (orders a customer and year).
    """
    years = max(((end - start).days + 1) / YEAR, 1 / YEAR)
    segment = orders["customer_id"].map(labels)
    day = pd.to_datetime(orders["date"])
    late = day > pd.Timestamp(start + (end - start) / 2)
    recent = orders.loc[day > pd.Timestamp(end - timedelta(days=recent_days)), "customer_id"].unique()
    sales = orders["amount"].groupby(segment).sum()
    halves = (
        orders["amount"]
        .groupby([segment, late])
        .sum()
        .unstack(fill_value=0.0)
        .reindex(columns=[False, True], fill_value=0.0)
    )
    customers = labels.value_counts().sort_index()
    table = pd.DataFrame({"customers": customers, "customer_share": customers / customers.sum()})
    table["sales_share"] = sales / sales.sum()
    table["margin_year"] = margin_rate * sales / years
    table["margin_customer"] = table["margin_year"] / customers
    table["growth"] = (halves[True] / halves[False].where(halves[False] > 0) - 1).fillna(0.0)
    reached = pd.Series(labels.index.isin(recent), index=labels.index)
    table["active"] = reached.groupby(labels).mean()
    table["orders_year"] = segment.value_counts() / customers / years
    return table.sort_values("customers", ascending=False, kind="stable").rename_axis("segment")


def scale(values: pd.Series) -> pd.Series:
    """Return values from 0 (the lowest segment) to 1 (the highest); all at one half when they are equal."""
    spread = values.max() - values.min()
    return (values - values.min()) / spread if spread > 0 else pd.Series(0.5, values.index)


def weighted_score(table: pd.DataFrame, weights: dict[str, float]) -> pd.Series:
    """Return the weighted mean of scaled columns, from 0 to 100."""
    total = sum(weights.values())
    return 100 * sum(weight * scale(table[name]) for name, weight in weights.items()) / total


def rank_sensitivity(table: pd.DataFrame, criteria: list[str], *, draws: int, seed: int) -> pd.DataFrame:
    """Draw the weights at random, all mixes as likely as one another, and count the ranks.

    Returns
    -------
    DataFrame indexed by segment, columns 1, 2, …
        Share of the draws (Dirichlet(1, …, 1)) in which the segment has each rank.
    """
    scaled = np.column_stack([scale(table[name]) for name in criteria])
    scores = np.random.default_rng(seed).dirichlet(np.ones(len(criteria)), draws) @ scaled.T
    ranks = (-scores).argsort(axis=1, kind="stable").argsort(axis=1) + 1
    places = range(1, len(table) + 1)
    return pd.DataFrame({place: (ranks == place).mean(axis=0) for place in places}, index=table.index)


def minimum_size(margin_customer, *, lift: float, contact_cost: float, fixed_cost: float):
    """Return how many customers an offer needs to pay: fixed cost / (lift × margin − contact cost); ∞ if never."""
    gain = lift * np.asarray(margin_customer, dtype=float) - contact_cost
    with np.errstate(divide="ignore"):
        return np.where(gain > 0, fixed_cost / np.where(gain > 0, gain, 1), np.inf)


def offer_profit(table: pd.DataFrame, *, lift: float, contact_cost: float, fixed_cost: float) -> pd.Series:
    """Return, for each segment, what an offer of its own brings in a year: lift × margin − contacts − fixed cost."""
    return lift * table["margin_year"] - contact_cost * table["customers"] - fixed_cost


def niche_of(table: pd.DataFrame, *, lift: float, contact_cost: float, fixed_cost: float):
    """Return the smallest segment to which a specialised offer brings a profit; if none, the one that loses least."""
    profit = offer_profit(table, lift=lift, contact_cost=contact_cost, fixed_cost=fixed_cost)
    paying = table.loc[profit > 0, "customers"]
    return paying.idxmin() if len(paying) else profit.idxmax()


def strategies(
    table: pd.DataFrame, lifts: dict[str, float], *, contact_cost: float, fixed_cost: float, niche=None
) -> pd.DataFrame:
    """Compare S0's four strategies by expected profit.

    Parameters
    ----------
    table : DataFrame indexed by segment
        customers, margin_year.
    lifts : dict
        Rise of the yearly margin, as a share, under an offer « générique » (the same for all), « adaptée » (to one
        segment among others), « spécialisée » (the firm does nothing else). Assumptions, to be measured by a test.
    niche : optional
        Segment of the niche; :func:`niche_of` when left out.

    Returns
    -------
    DataFrame indexed by strategy
        targets (segments aimed at), offers, customers, gain, cost, profit. Concentration aims at the segment whose
        adapted offer earns most.
    """
    costs = {"contact_cost": contact_cost, "fixed_cost": fixed_cost}
    niche = niche_of(table, lift=lifts["spécialisée"], **costs) if niche is None else niche
    plans = {
        "Indifférenciation": (list(table.index), "générique", 1),
        "Différenciation": (list(table.index), "adaptée", len(table)),
        "Concentration": ([offer_profit(table, lift=lifts["adaptée"], **costs).idxmax()], "adaptée", 1),
        "Niche": ([niche], "spécialisée", 1),
    }
    rows = {}
    for name, (targets, kind, offers) in plans.items():
        chosen = table.loc[targets]
        gain, people = lifts[kind] * chosen["margin_year"].sum(), int(chosen["customers"].sum())
        cost = contact_cost * people + offers * fixed_cost
        told = "tous" if len(targets) == len(table) else str(targets[0])
        row = {"targets": told, "offers": offers, "customers": people, "gain": gain, "cost": cost}
        rows[name] = row | {"profit": gain - cost}
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("strategy")


def break_even_ratio(table: pd.DataFrame, *, lift: float, fixed_cost: float) -> float:
    """Return the share of the adapted rise from which one offer for all earns more than one offer a segment.

    Both reach all customers, so that contacts cancel: ratio·L·M − F = L·M − k·F, with L the adapted rise, M the margin
    of all, F the fixed cost of an offer and k segments: 1 − (k − 1)·F / (L·M). Below 0, one offer always earns more.
    """
    return float(1 - (len(table) - 1) * fixed_cost / (lift * table["margin_year"].sum()))


def tell_break_even(even: float, assumed: float) -> str:
    """Say where undifferentiated and differentiated targeting break even, and on which side the assumption is."""
    if even <= 0:
        return (
            "L'offre unique l'emporte sur une offre par segment, quelle que soit sa hausse : les coûts fixes décident."
        )
    side = "au-dessus : l'offre unique l'emporte" if assumed > even else "au-dessous : une offre par segment l'emporte"
    side = "au point d'équilibre" if abs(assumed - even) < 5e-4 else side
    return (
        f"Indifférenciation contre différenciation : équilibre à {percent(even)} de la hausse adaptée ; supposé : "
        f"{percent(assumed)}, {side}."
    )


def profit_by_cost(
    table: pd.DataFrame, lifts: dict[str, float], *, contact_cost: float, fixed_costs, here: float
) -> pd.DataFrame:
    """Return each strategy's profit for several fixed costs of an offer (rows); the niche is that of ``here``."""
    niche = niche_of(table, lift=lifts["spécialisée"], contact_cost=contact_cost, fixed_cost=here)
    options = {"contact_cost": contact_cost, "niche": niche}
    profits = {cost: strategies(table, lifts, fixed_cost=cost, **options)["profit"] for cost in fixed_costs}
    return pd.DataFrame(profits).T.rename_axis("fixed_cost")


def relation_plan(
    table: pd.DataFrame, attractiveness: pd.Series, accessibility: pd.Series, *, lift: float
) -> pd.DataFrame:
    """Choose a type of relation for each segment: above or below 50 on each scale.

    Returns
    -------
    DataFrame indexed by segment
        relation, channel, offer, ceiling (most that may be spent a customer and year: lift × margin; nothing where the
        relation is to watch only).
    """
    rows = {
        segment: RELATIONS[bool(attractiveness[segment] >= 50), bool(accessibility[segment] >= 50)]
        for segment in table.index
    }
    plan = pd.DataFrame.from_dict(rows, orient="index", columns=["relation", "channel", "offer"])
    watched = (attractiveness < 50) & (accessibility < 50)
    return plan.assign(ceiling=(lift * table["margin_customer"]).mask(watched, 0.0)).rename_axis("segment")


def card(facts: pd.Series, plan: pd.Series, *, money) -> pd.DataFrame:
    """Return one segment's card: size, value, traits, what to do (two columns of text).

    Parameters
    ----------
    facts : Series
        A line of :func:`segment_table`, with ``traits``.
    plan : Series
        The same segment's line of :func:`relation_plan`.
    money : callable
        Writes an amount in the currency of the data.
    """
    rows = {
        "Taille": f"{number(facts['customers'])} clients ({percent(facts['customer_share'], 0)} de la base)",
        "Valeur": f"{percent(facts['sales_share'], 0)} du CA ; {money(facts['margin_customer'])} de marge par client",
        "Traits": facts["traits"],
        "Relation": plan["relation"],
        "Canal": plan["channel"],
        "Offre": plan["offer"],
        "Plafond": f"{money(plan['ceiling'], 2)} par client et par an",
        "Budget": f"{money(plan['ceiling'] * facts['customers'])} par an au plus, pour tout le segment",
    }
    return pd.DataFrame({"Rubrique": list(rows), "Contenu": list(rows.values())})
