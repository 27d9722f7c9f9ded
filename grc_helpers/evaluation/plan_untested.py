"""A plan where nothing was ever tried: what an effect must be to pay, whom to try first, and how many it takes."""

from __future__ import annotations

import numpy as np
import pandas as pd

from grc_helpers.campaigns.design import customers_needed, smallest_gain
from grc_helpers.errors import GrcError
from grc_helpers.evaluation.plan_customers import GONE, in_order
from grc_helpers.style import number

FIRST, SMALL, NEVER = "essayer d'abord", "trop peu de clients", "ne pas essayer"
MOST_LIFT = 0.5
CHANNEL = "à choisir"


def break_even(
    people: pd.DataFrame, segment: pd.Series, margin: pd.Series, *, cost: float, target: float
) -> pd.DataFrame:
    """Say, by segment, what a contact must add to pay, and whether a trial could see it.

    Parameters
    ----------
    people : DataFrame
        ``value``: margin of the next twelve months, by customer.
    segment : Series
        By customer.
    margin : Series
        Margin of each customer in the last days, as many as a trial would last.
    cost : float
        Of a contact.
    target : float
        Rise of the margin (share) that a trial should be able to see; the rise that pays, where it is larger.

    Returns
    -------
    DataFrame, one row a segment
        ``customers``, ``value`` (mean), ``at_stake`` (sum), ``needed`` (rise of the margin of the trial that pays for
        the contact; infinite where nothing was bought), ``visible`` (smallest rise that a trial with the whole segment,
        half of it control, sees four times in five), ``trial_size`` (customers, both groups, who show the target),
        ``advice``: try first; too few customers (the target would not be seen); do not try (a contact would have to add
        more than half of what they buy, or the customers are probably gone).
    """
    if not cost > 0:
        raise GrcError(
            "Le coût d'un contact doit être positif.",
            where=f"coût : {number(cost, 2)}",
            todo="donnez le coût d'un envoi ou d'un appel ; gratuit, il serait toujours rentable",
        )
    margin = margin.reindex(people.index).fillna(0.0)
    rows = {}
    for name in in_order(segment.unique()):
        here = segment.index[segment == name]
        mean, spread, n = margin[here].mean(), margin[here].std(ddof=1), len(here)
        needed = cost / mean if mean > 0 else np.inf
        seen = smallest_gain(spread=spread, n=n, share=0.5) / mean if mean > 0 and n >= 4 and spread > 0 else np.inf
        aim = max(needed, target) * mean
        size = customers_needed(aim, spread=spread) if spread > 0 and mean > 0 else 0
        value = people.loc[here, "value"]
        advice = NEVER if needed > MOST_LIFT or name.startswith(GONE) else FIRST if size <= n else SMALL
        rows[name] = (n, value.mean(), value.sum(), needed, seen, size, advice)
    names = ["customers", "value", "at_stake", "needed", "visible", "trial_size", "advice"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=names).rename_axis("segment")


def trial_list(
    table: pd.DataFrame, people: pd.DataFrame, segment: pd.Series, *, cost: float, budget: float, seed: int
) -> pd.DataFrame:
    """Draw the first trial that a budget allows: half to contact, half control, in the segment where most is at stake.

    Segments to try are taken by the money at stake; each takes the customers that show the target; who cannot be
    paid for is not drawn.

    Returns
    -------
    DataFrame, one row a customer drawn
        ``customer_id``, ``segment``, ``value``, ``action``, ``channel``, ``group``, ``cost``, ``needed`` (rise that
        pays), ``reason``.
    """
    if not budget > 0:
        raise GrcError(
            "Un essai demande un budget positif.",
            where=f"budget : {number(budget, 2)}",
            todo="donnez un montant au-dessus de zéro",
        )
    rng, parts, left = np.random.default_rng(seed), [], budget
    for name, row in table[table["advice"] == FIRST].sort_values("at_stake", ascending=False, kind="stable").iterrows():
        half = int(np.ceil(row["trial_size"] / 2))
        if half * cost > left:
            continue
        left -= half * cost
        drawn = rng.permutation(segment.index[segment == name].sort_values())[: 2 * half]
        parts.append(
            pd.DataFrame(
                {
                    "customer_id": drawn,
                    "segment": name,
                    "value": people.loc[drawn, "value"].to_numpy(),
                    "action": "contact à essayer",
                    "channel": CHANNEL,
                    "group": ["à contacter"] * half + ["témoin"] * (len(drawn) - half),
                    "cost": [cost] * half + [0.0] * (len(drawn) - half),
                    "needed": row["needed"],
                    "reason": "Retour inconnu : aucun essai. Un contact se rembourse s'il ajoute "
                    f"{number(100 * row['needed'], 1)} % aux achats de l'essai.",
                }
            )  # fmt: skip
        )
    names = ["customer_id", "segment", "value", "action", "channel", "group", "cost", "needed", "reason"]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=names)
