"""A coupon sent by lot: what it adds, what it only brings forward, and what it pays for nothing.

During its validity the coupon raises the intensity of purchases; a share of these purchases is taken from the weeks
that follow (a peak, then a trough); and it is also used for purchases that were to be made anyway (an « aubaine »).
"""

import numpy as np
import pandas as pd

from grc_helpers.data.simulator.config import SimulationConfig
from grc_helpers.data.simulator.events import DAY, active, contact_rows, known, more_orders, numbered
from grc_helpers.data.simulator.process import block_of
from grc_helpers.data.simulator.streams import stream

COUPON = "BON-2024"


def make_coupons(config: SimulationConfig, population: pd.DataFrame, orders: pd.DataFrame) -> dict:
    """Send the coupon and follow its use.

    Returns
    -------
    dict of pandas.DataFrame
        campagnes, ciblage, contacts, coupons (coupon_id, customer_id, issued, valid_until, value_cents, redeemed_on,
        order_id), verite/coupons (coupon_id, customer_id, use: ajouté | avancé | aubaine | None), +ventes, -ventes.
    """
    if not config.coupon_lift:
        return {}
    issued = pd.Timestamp(config.coupon_date)
    until = issued + config.coupon_days * DAY
    rng = stream(config.seed, "coupons", block_of(population))
    sent_u, lift_u, displaced_u, use_u = rng.random((4, len(population)))
    eligible = known(population, config.coupon_date)
    sent = eligible & (sent_u < config.coupon_sent)
    chance = -np.expm1(-config.coupon_lift * population["rate"].to_numpy() * config.coupon_days / 7)
    caused = sent & active(population, issued) & (lift_u < chance)
    added = more_orders(config, population, orders, origin="bon", row=np.flatnonzero(caused), since=issued, until=until)
    taken = _first(
        orders, caused & (displaced_u < config.coupon_displaced), until, until + config.coupon_trough_days * DAY
    )
    planned = _first(orders, sent & ~caused & (use_u < config.coupon_subsidised), issued, until)

    at = np.flatnonzero(sent)
    ids = population["customer_id"].to_numpy()
    used = pd.concat([added.set_index("row"), planned])[["order_id", "date"]].reindex(at)
    use = np.select(
        [np.isin(at, taken.index), caused[at], np.isin(at, planned.index)], ["avancé", "ajouté", "aubaine"], ""
    )
    coupon_id = numbered("B", block_of(population), at)
    group = np.where(sent[eligible], "traité", "témoin")
    targets = pd.DataFrame({"campaign_id": COUPON, "customer_id": ids[eligible], "group": group})
    net = np.where(caused, 1, 0)
    net[taken.index] = 0
    campaign = {
        "campaign_id": COUPON, "name": "Bon de réduction de rentrée", "launch": issued, "days": config.coupon_days,
        "channel": "courrier", "assignment": "tirage au sort", "unit_cost_cents": round(100 * config.coupon_cost),
    }  # fmt: skip
    return {
        "campagnes": pd.DataFrame([campaign]),
        "ciblage": targets.assign(observed_from=issued, observed_until=until),
        "contacts": contact_rows(
            ids[at], issued, "courrier", "marketing", "courrier d'offre", campaign_id=COUPON, cost=config.coupon_cost
        ),
        "coupons": pd.DataFrame(
            {
                "coupon_id": coupon_id,
                "customer_id": ids[at],
                "issued": issued,
                "valid_until": until - DAY,
                "value_cents": round(100 * config.coupon_value),
                "redeemed_on": used["date"].to_numpy(),
                "order_id": used["order_id"].to_numpy(),
            }
        ),
        "verite/coupons": pd.DataFrame(
            {"coupon_id": coupon_id, "customer_id": ids[at], "use": np.where(use == "", None, use)}
        ),
        "verite/ciblage": targets[["campaign_id", "customer_id"]].assign(
            propensity=config.coupon_sent, caused_orders=net[eligible]
        ),
        "+ventes": added,
        "-ventes": taken[["order_id"]],
    }


def _first(orders: pd.DataFrame, who: np.ndarray, since: pd.Timestamp, until: pd.Timestamp) -> pd.DataFrame:
    """Return the first order of each of these customers in ``since ≤ date < until``, indexed by customer row."""
    kept = orders[(orders["date"] >= since) & (orders["date"] < until) & who[orders["row"]]]
    return kept.sort_values(["date", "hour"], kind="stable").drop_duplicates("row").set_index("row")
