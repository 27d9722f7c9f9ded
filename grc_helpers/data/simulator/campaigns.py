"""Three campaigns: the Christmas box (drawn by lot), the spring offer (targeted), the welcome call (by lot, capacity).

The box. Each customer is of one of four kinds, which the offer reveals to nobody: persuadable (buys only if asked),
« acquis » (buys anyway), « perdu » (never buys), « à laisser tranquille » (buys only if left alone). The kind depends
on what the firm can see, so an uplift model can learn it. The spring offer goes to those who spent most in the last
twelve months: its raw effect is biased upwards, and what it really adds is known.
"""

import numpy as np
import pandas as pd
from scipy.special import softmax

from grc_helpers.data.simulator.clock import HORIZON
from grc_helpers.data.simulator.config import START, SimulationConfig
from grc_helpers.data.simulator.events import (
    DAY,
    active,
    cents,
    contact_rows,
    in_window,
    known,
    more_orders,
    rate_score,
    standard,
    with_mean,
)
from grc_helpers.data.simulator.process import block_of
from grc_helpers.data.simulator.products import CHANNELS, YEARS
from grc_helpers.data.simulator.streams import stream

GIFT, SPRING, WELCOME = "NOEL-2024", "PRINTEMPS-2025", "BIENVENUE"
GIFT_PRODUCT = "P00"
KINDS = ("perdu", "persuadable", "acquis", "à laisser tranquille")
END_DAY = np.datetime64(START) + np.timedelta64(int(HORIZON), "D")


def gift_kinds(config: SimulationConfig, population: pd.DataFrame) -> pd.DataFrame:
    """Draw what each customer would do with and without the offer of the box.

    Returns
    -------
    pandas.DataFrame
        customer_id, uplift_type, uplift (−1, 0 or 1), expected_uplift (given what the firm can see). Who has left is
        « perdu »; among the others the shares are those of the settings.
    """
    here = active(population, pd.Timestamp(config.gift_launch) + 2 * DAY)  # the first day when the box is sold
    age = np.nan_to_num(2024 - population["birth_year"].astype("float").to_numpy(), nan=60)
    web = population["preferred_channel"].eq("web").to_numpy()
    family = population["household_size"].astype("float").fillna(1).to_numpy() >= 3
    contract = (population["contract_from"] < pd.Timestamp(config.gift_launch)).to_numpy()
    score = np.zeros((len(population), 4))
    score[:, 1] = 1.1 * web + 0.8 * family + 0.6 * (age < 45)
    score[:, 2] = 1.2 * rate_score(population) + 0.4 * contract
    score[:, 3] = 1.3 * contract + 0.9 * (age > 65)
    chance = np.zeros_like(score)
    chance[:, 0] = 1.0
    chance[here] = _with_shares(score[here], (config.gift_persuadable, config.gift_sure, config.gift_disturbed))
    drawn = stream(config.seed, "campagnes/coffret/genre", block_of(population)).random(len(population))
    kind = (drawn[:, None] > np.cumsum(chance, axis=1)[:, :3]).sum(axis=1)
    return pd.DataFrame(
        {
            "customer_id": population["customer_id"],
            "uplift_type": np.array(KINDS, dtype=object)[kind],
            "uplift": np.array([0, 1, 0, -1])[kind],
            "expected_uplift": chance[:, 1] - chance[:, 3],
        }
    )


def _with_shares(score: np.ndarray, shares: tuple[float, ...]) -> np.ndarray:
    """Return softmax probabilities whose means are these shares (the first column takes the rest)."""
    target = np.log(np.maximum(np.array([1 - sum(shares), *shares]), 1e-300))
    offset = target
    for _ in range(60):
        mean = softmax(score + offset, axis=1).mean(axis=0)
        offset = offset + target - np.log(np.maximum(mean, 1e-300))
    return softmax(score + offset, axis=1)


def make_gift(config: SimulationConfig, population: pd.DataFrame, orders: pd.DataFrame) -> dict:
    """Offer the Christmas box to customers drawn by lot.

    Returns
    -------
    dict of pandas.DataFrame
        campagnes, ciblage (see `measure`), contacts, verite/uplift, verite/ciblage, +ventes.
    """
    kinds = gift_kinds(config, population)
    if not (config.gift_persuadable or config.gift_sure or config.gift_disturbed):
        return {"verite/uplift": kinds}
    at = np.flatnonzero(known(population, config.gift_launch))
    treated = (
        stream(config.seed, "campagnes/coffret/tirage", block_of(population)).random(len(population))[at]
        < config.gift_treated
    )
    kind = kinds["uplift_type"].to_numpy()[at]
    buys = (kind == "acquis") | (kind == "persuadable") & treated | (kind == KINDS[3]) & ~treated
    launch = pd.Timestamp(config.gift_launch)
    until = launch + pd.Timedelta(days=config.gift_days + 1)
    added = more_orders(
        config, population, orders, origin="coffret", row=at[buys], since=launch + 2 * DAY, until=until,
        price=config.gift_price,
    )  # fmt: skip
    caused = np.where(treated, kinds["uplift"].to_numpy()[at], 0)
    return _campaign(config, "gift", GIFT, "Coffret de Noël", "courrier", "tirage au sort") | {
        **_targets(GIFT, population, at, treated, launch, until, config.gift_treated, caused),
        "contacts": _sent(population, at[treated], launch, "courrier", "courrier d'offre", GIFT, config.gift_cost),
        "verite/uplift": kinds,
        "+ventes": added,
    }


def gift_product(config: SimulationConfig) -> dict[str, pd.DataFrame]:
    """Return the box as a row of ``produits``, and its price in each channel and year as rows of ``prix_canaux``."""
    row = {"product_id": GIFT_PRODUCT, "name": "Coffret de Noël", "category": "coffret", "unit": "pièce"}
    price = round(100 * config.gift_price)
    product = pd.DataFrame([row | {"price_cents": price, "margin_rate": config.gift_margin / config.gift_price}])
    places = pd.MultiIndex.from_product([CHANNELS, YEARS], names=["channel", "year"]).to_frame(index=False)
    places.insert(0, "product_id", GIFT_PRODUCT)
    return {"produits": product, "prix_canaux": places.assign(price_cents=price)}


def gift_lines(config: SimulationConfig, orders: pd.DataFrame) -> pd.DataFrame:
    """Return the lines of the orders of the box: one piece each (columns: see `baskets.make_lines`)."""
    return pd.DataFrame(
        {
            "order_id": orders["order_id"],
            "product_id": GIFT_PRODUCT,
            "quantity": 1.0,
            "amount_cents": orders["amount_cents"],
            "discount_cents": 0,
            "cost_cents": round(100 * (config.gift_price - config.gift_margin)),
        }
    )


def make_spring(config: SimulationConfig, population: pd.DataFrame, orders: pd.DataFrame) -> dict:
    """Send the spring offer to those who spent most in the twelve months before, more or less.

    Returns
    -------
    dict of pandas.DataFrame
        campagnes, ciblage (see `measure`), contacts, verite/ciblage, +ventes.
    """
    if not config.value_effect:
        return {}
    launch = pd.Timestamp(config.value_launch)
    until = launch + config.value_days * DAY
    at = np.flatnonzero(known(population, config.value_launch))
    _, spent = in_window(orders, len(population), launch - 365 * DAY, launch)
    propensity = with_mean(config.value_selectivity * standard(np.log1p(spent[at] / 100)), config.value_share)
    rng = stream(config.seed, "campagnes/printemps", block_of(population))
    treated = rng.random(len(at)) < propensity
    caused = treated & active(population, launch + 2 * DAY)[at] & (rng.random(len(at)) < config.value_effect)
    added = more_orders(
        config, population, orders, origin="printemps", row=at[caused], since=launch + 2 * DAY, until=until
    )
    return _campaign(config, "value", SPRING, "Offre de printemps", "courrier", "dépense des douze derniers mois") | {
        **_targets(SPRING, population, at, treated, launch, until, propensity, caused),
        "contacts": _sent(population, at[treated], launch, "courrier", "courrier d'offre", SPRING, config.value_cost),
        "+ventes": added,
    }


def make_welcome(config: SimulationConfig, population: pd.DataFrame, orders: pd.DataFrame) -> dict:
    """Call some new customers, by lot among those of the month who agree to be called, within the monthly capacity.

    Returns
    -------
    dict of pandas.DataFrame
        campagnes, ciblage (see `measure`), contacts, verite/ciblage, +ventes.
    """
    if not config.welcome_effect:
        return {}
    rng = stream(config.seed, "campagnes/bienvenue", block_of(population))
    call = population["acquired"].to_numpy() + rng.integers(5, 11, len(population)).astype("timedelta64[D]")
    call = call - np.maximum(pd.Series(call).dt.day_of_week.to_numpy() - 4, 0).astype("timedelta64[D]")  # to Friday
    until = call + np.timedelta64(config.welcome_days, "D")
    able = (population["kind"] == "particulier") & population["consent_phone"]
    able &= population["acquired"] >= pd.Timestamp(config.welcome_start)
    at = np.flatnonzero(able.to_numpy() & (until <= END_DAY))
    month = pd.Series(population["acquired"].to_numpy()[at].astype("datetime64[M]").astype(int))
    place = pd.Series(rng.random(len(at))).groupby(month).rank(method="first").to_numpy()
    size = month.map(month.value_counts()).to_numpy()
    seats = np.minimum(round(config.welcome_capacity * len(population) / 1000), size // 2)
    treated = place <= seats
    caused = treated & active(population, pd.Series(call))[at] & (rng.random(len(at)) < config.welcome_effect)
    row, after = at[caused], call + np.timedelta64(1, "D")
    added = more_orders(config, population, orders, origin="bienvenue", row=row, since=after[row], until=until[row])
    return _campaign(config, "welcome", WELCOME, "Appel de bienvenue", "appel", "tirage au sort, chaque mois") | {
        **_targets(WELCOME, population, at, treated, after[at], until[at], seats / size, caused),
        "contacts": _sent(
            population, at[treated], call[at[treated]], "appel", "appel de bienvenue", WELCOME, config.welcome_cost
        ),
        "+ventes": added,
    }


def measure(
    config: SimulationConfig, targets: pd.DataFrame, orders: pd.DataFrame, population: pd.DataFrame
) -> pd.DataFrame:
    """Add what each target bought in the window of its campaign: bought, orders, amount_cents, margin_cents.

    The margin is before the cost of the contact. For the box only the box counts; for the others, every order.
    """
    row = pd.Index(population["customer_id"]).get_indexer(targets["customer_id"])
    place = pd.Series(row, index=targets.index)
    parts = []
    for campaign, part in targets.groupby("campaign_id", sort=False):
        bought = orders[orders["origin"] == "coffret"] if campaign == GIFT else orders
        since, until = (np.full(len(population), np.datetime64("NaT"), dtype="datetime64[s]") for _ in range(2))
        since[place[part.index]], until[place[part.index]] = part["observed_from"], part["observed_until"]
        count, amount = (found[place[part.index]] for found in in_window(bought, len(population), since, until))
        margin = count * config.gift_margin if campaign == GIFT else amount / 100 * config.campaign_margin_rate
        parts.append(part.assign(bought=count > 0, orders=count, amount_cents=amount, margin_cents=cents(margin)))
    return pd.concat(parts)


def _campaign(config, prefix: str, campaign: str, name: str, channel: str, assignment: str) -> dict:
    row = {
        "campaign_id": campaign,
        "name": name,
        "launch": pd.Timestamp(getattr(config, "welcome_start" if prefix == "welcome" else f"{prefix}_launch")),
        "days": getattr(config, f"{prefix}_days"),
        "channel": channel,
        "assignment": assignment,
        "unit_cost_cents": round(100 * getattr(config, f"{prefix}_cost")),
    }
    return {"campagnes": pd.DataFrame([row])}


def _targets(campaign, population, at, treated, since, until, propensity, caused) -> dict:
    ids = population["customer_id"].to_numpy()[at]
    table = pd.DataFrame({"campaign_id": campaign, "customer_id": ids, "group": np.where(treated, "traité", "témoin")})
    table["observed_from"], table["observed_until"] = since, until
    truth = table[["campaign_id", "customer_id"]].assign(
        propensity=propensity, caused_orders=np.asarray(caused, dtype=int)
    )
    return {"ciblage": table, "verite/ciblage": truth}


def _sent(population, row: np.ndarray, day, channel: str, reason: str, campaign: str, cost: float) -> pd.DataFrame:
    ids = population["customer_id"].to_numpy()[row]
    return contact_rows(ids, day, channel, "marketing", reason, campaign_id=campaign, cost=cost)
