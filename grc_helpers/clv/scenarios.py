"""The course's seven difficulties of customer value, each as a change of one example's result."""

from __future__ import annotations

import pandas as pd

from grc_helpers.clv.formulas import cash_flows, customer_value
from grc_helpers.clv.markov import chain_value
from grc_helpers.clv.uncertainty import mixed_retention

# Long enough for what lies beyond to be nothing, at any rate that a chapter takes.
PERIODS = 600


def shared_loyalty_value(
    margin: float, retention: float, discount_rate: float, *, kept: float, share: float, back: float
) -> float:
    """Return the value of a customer who may leave only in part, and come back (three states: ours, shared, gone).

    Parameters
    ----------
    kept : float
        Share of the leavers who stay as shared customers.
    share : float
        Margin of a shared customer, as a share of a full one's.
    back : float
        Share of the shared customers who come back each period; as many are lost as full customers leave.
    """
    leave = 1 - retention
    transition = [
        [retention, leave * kept, leave * (1 - kept)],
        [back, (1 - back) * retention, (1 - back) * leave],
        [0, 0, 1],
    ]
    return float(chain_value(transition, [margin, share * margin, 0.0], discount_rate)[0])


def seven_difficulties(margin: float, retention: float, discount_rate: float) -> pd.DataFrame:
    """Return the value of an example's customer when each difficulty of S4 is taken into account, one at a time.

    The hypotheses are ours, in the column that states them: they show a direction and an order of magnitude.

    Parameters
    ----------
    margin, retention, discount_rate : float
        Per period, first margin now.

    Returns
    -------
    DataFrame, seven rows
        ``notion``, ``difficulty`` (S4's words, shortened), ``hypothesis``, ``value``, ``change`` (relative).
    """
    base = customer_value(margin, retention, discount_rate)
    spread = min(0.10, 1 - retention, retention)

    def total(kept) -> float:
        return float(cash_flows(margin, kept, discount_rate, periods=PERIODS)["present_value"].sum())

    steps = range(1, PERIODS)
    rows = [
        ("J8a", "Coûts et marges réels", "servir coûte 10 % de la marge de plus que prévu",
         customer_value(0.9 * margin, retention, discount_rate)),
        ("J8b", "Fidélité et attrition", "moitié de clients plus fidèles de 10 points, moitié moins fidèles",
         total(mixed_retention([0.5, 0.5], [retention + spread, retention - spread], steps=PERIODS - 1))),
        ("J8c", "Consommation moyenne", "la marge baisse de 3 % par an",
         customer_value(margin, retention, discount_rate, growth=-0.03)),
        ("J8d", "Modes de recrutement", "venus d'une promotion : 10 points de rétention et 20 % de marge en moins",
         customer_value(0.8 * margin, max(retention - 0.10, 0), discount_rate)),
        ("J8e", "Concurrence", "la rétention perd 2 points par an pendant 5 ans",
         total([max(retention - 0.02 * min(k, 5), 0) for k in steps])),
        ("J8f", "Fidélité partagée", "un partant sur deux garde 40 % de ses achats, puis un sur cinq revient",
         shared_loyalty_value(margin, retention, discount_rate, kept=0.5, share=0.4, back=0.2)),
        ("J8g", "Environnement", "une crise la 3ᵉ année : trois clients sur dix de plus s'en vont, cette année-là",
         total([retention * (0.7 if k == 3 else 1) for k in steps])),
    ]  # fmt: skip
    table = pd.DataFrame(rows, columns=["notion", "difficulty", "hypothesis", "value"])
    return table.assign(change=table["value"] / base - 1)
