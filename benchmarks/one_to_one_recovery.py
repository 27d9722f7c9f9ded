"""Simulate, then recover: bias and coverage of the estimates of the chapter on one-to-one, in worlds of known truth.

``python -m benchmarks.one_to_one_recovery [--worlds 400] [--write]``. ``--write`` makes the table that the workbook
shows (``grc_helpers/personalisation/recovery.csv``).
"""

from datetime import date
from functools import cache

import numpy as np
import pandas as pd
from scipy.sparse import csr_matrix
from scipy.stats import binom, norm

from benchmarks.command import recover
from benchmarks.transactions import SEED
from grc_helpers.data.loading import read_table
from grc_helpers.data.simulator.truth import read_truth
from grc_helpers.patterns.prediction import Split
from grc_helpers.personalisation import contacts, differences, lists, pressure, services
from grc_helpers.personalisation.recovery import TABLE

LEVEL, RISK = 0.95, 0.05
FIRST = SEED + 20_001  # seed of the first world
FIGURES = {  # figure: whether its assumptions hold in these worlds
    "Goûts, part personnelle : tous ont les mêmes": True,
    "Goûts, part personnelle : un peu divers": True,
    "Goûts, part personnelle : divers": True,
    "Liste personnelle : gain, goûts divers": True,
    "Contacts : part utile, clients inégaux": True,
    "Campagne : effet d'une offre, témoin tiré au sort": True,
    "E-mails : fatigue, jugée sur les clics": True,
    "E-mails : valeur d'un abonné, 3 par mois": True,
    "Service sans effet : ajusté, tout est vu": True,
    "Service qui retient : ajusté, tout est vu": True,
    "E-mails : fatigue, jugée sur les ouvertures": False,
    "Service sans effet : écart brut": False,
    "Service sans effet : ajusté, une cause cachée": False,
}
OPENS = {"prefetch": 0.3, "prefetch_open": 0.92, "blocked": 0.18}


@cache
def given() -> tuple[pd.DataFrame, dict, dict]:
    """Return the subscribers, and the firm's settings: read and click apart, then the rates of `yearly_value`."""
    effects = read_truth("cafes_merle", "effets")
    rates, setting = pressure.true_rates(effects), effects.set_index("name")["value"]
    sent = {name: rates[name] for name in ("fatigue", "leave", "leave_growth")}
    sent |= {"read": float(setting["email_read"]), "click": float(setting["email_click"]), **OPENS}
    return services.service_table(read_table("telecom")), sent, rates


def tastes(seed: int):
    """Yield (truth, estimate, low, high) of the share of tastes that is personal, in three worlds of 300 customers."""
    for concentration in (np.inf, 50.0, 5.0):
        truth = differences.true_personal_share(concentration=concentration, n_items=30)
        world = differences.taste_world(concentration=concentration, n_customers=300, n_orders=8, n_items=30, seed=seed)
        yield truth, *differences.personal_share(world)[:3]


def list_gain(seed: int, n: int = 300, items: int = 30, known: int = 6) -> tuple[float, ...]:
    """Return the gain of the personal list on the next order, and its truth for the lists as they were made."""
    world = differences.taste_world(concentration=5.0, n_customers=n, n_orders=known + 1, n_items=items, seed=seed)
    held = [
        csr_matrix((np.ones(len(rows)), (rows["customer_id"], rows["item"])), shape=(n, items))
        for rows in (world[world["order"] < known], world[world["order"] == known - 1], world[world["order"] == known])
    ]
    orders = np.full(n, known)
    split = Split(np.arange(items), held[0], orders, held[1], held[2], np.zeros((items, items)), date(2025, 1, 1))
    sure = Split(np.arange(items), held[0], orders, held[1], None, split.moves, split.day)
    own, all_the_same = lists.personal_scores(sure), np.tile(lists.popularity(sure), (n, 1))
    found = lists.list_hits(split, own, k=5) - lists.list_hits(split, all_the_same, k=5)
    chance = [
        np.take_along_axis(world.attrs["tastes"], lists.top_items(score, k=5), axis=1).sum(axis=1)
        for score in (own, all_the_same)
    ]
    return float((chance[0] - chance[1]).mean()), *lists.mean_interval(found)


def useful_share(seed: int, n: int = 500, mean: float = 0.055) -> tuple[float, ...]:
    """Return the useful share of one channel's contacts, ten a customer, customers unequal (gamma)."""
    rng = np.random.default_rng(seed)
    useful = rng.random((n, 10)) < np.clip(mean * rng.gamma(2, 0.5, size=(n, 1)), 0, 1)
    rows = pd.DataFrame({"customer_id": np.repeat(np.arange(n), 10), "date": pd.Timestamp("2024-06-01")})
    rows = rows.assign(channel="e-mail", direction="sortant", cost=0.02)
    rows["outcome"] = np.where(useful.ravel(), "clic", "sans suite")
    costs = pd.DataFrame({"channel": ["e-mail"], "role": ["contact"], "year": [2024], "fixed_cost": [0.0]})
    row = contacts.cost_per_useful(rows, costs, incoming_cost=0.0, year=2024).iloc[0]
    return mean, row["useful_rate"], row["useful_low"], row["useful_high"]


def offer(seed: int, n: int = 1_000) -> tuple[float, ...]:
    """Return the effect of an offer drawn by lot: 20 % buy with it, 13 % without."""
    rng = np.random.default_rng(seed)
    rows = pd.DataFrame({"campaign_id": "a", "group": np.repeat(["traité", "témoin"], n)})
    rows["bought"] = rng.random(2 * n) < np.repeat([0.20, 0.13], n)
    campaign = pd.DataFrame({"campaign_id": ["a"], "name": ["a"], "channel": ["courrier"], "unit_cost": [1.0]})
    row = contacts.caused_orders(rows, campaign).iloc[0]
    return 0.07, row["uplift"], row["uplift_low"], row["uplift_high"]


def one_world(seed: int) -> list[tuple]:
    """Return (figure, truth, estimate, low, high) for every figure."""
    subscribers, sent, rates = given()
    found = [*tastes(seed), list_gain(seed), useful_share(seed), offer(seed)]
    trial = pressure.simulated_trial(n=2_000, seed=seed, **sent)
    found.append((rates["fatigue"], *pressure.fatigue_rate(trial)))
    money = {"click_value": 1.0, "cost": 0.02}
    curve = pressure.best_pressure(trial, seed=seed, **money)[1].set_index("pressure").loc[3]
    found.append((pressure.yearly_value([3], **rates, **money)[0], *curve[["value", "value_low", "value_high"]]))
    columns = [*services.BEFORE, *services.AFTER]
    fooled = [(rates["fatigue"], *pressure.fatigue_rate(trial, what="opened"))]
    for strength, hidden in ((0.0, 0.0), (-0.5, 0.0), (0.0, 1.0)):
        world, truth = services.planted_world(subscribers, strength=strength, hidden=hidden, seed=seed)
        row = truth, *services.adjusted_effects(world, ["service"], columns).loc["service"]
        (fooled if hidden else found).append(row)
        if strength == hidden == 0:
            fooled.append((truth, *services.raw_gap(world, "service")))
    return [(figure, *map(float, row)) for figure, row in zip(FIGURES, found + fooled, strict=True)]


def summarise(draws: pd.DataFrame) -> pd.DataFrame:
    """Return one row a figure: bias, coverage, and the bands that so many draws allow (see ``read_recovery``)."""
    each, rows = 1 - (1 - RISK) ** (1 / (2 * sum(FIGURES.values()))), []
    for figure, table in draws.groupby("figure", sort=False):
        n, error = len(table), table["estimate"] - table["truth"]
        low, high = binom.ppf([each / 2, 1 - each / 2], n, LEVEL) / n
        rows.append(
            {
                "figure": figure, "sound": FIGURES[figure], "worlds": n, "truth": table["truth"].mean(),
                "mean_estimate": table["estimate"].mean(), "bias": error.mean(),
                "bias_band": norm.isf(each / 2) * error.std() / np.sqrt(n),
                "coverage": ((table["low"] <= table["truth"]) & (table["truth"] <= table["high"])).mean(),
                "coverage_low": low, "coverage_high": high,
            }
        )  # fmt: skip
    return pd.DataFrame(rows)


def main() -> None:
    """Draw the worlds, show the table, write it if asked."""
    packages = ("numpy", "scipy", "statsmodels")
    recover(
        "benchmarks.one_to_one_recovery", one_world, summarise, table=TABLE, first=FIRST, worlds=400, packages=packages
    )


if __name__ == "__main__":
    main()
