"""Simulate, then recover: bias and coverage of the estimators of effects of campaigns, over simulated firms.

``python -m benchmarks.campaign_recovery [--worlds 400] [--write]``. Each world is a firm of 5 000 customers with the
settings of the course's own and another seed. ``--write`` makes the table that the workbook shows
(``grc_helpers/campaigns/recovery.csv``).
"""

import numpy as np
import pandas as pd
from scipy.stats import binom, norm

from benchmarks.command import recover
from benchmarks.transactions import SEED
from grc_helpers.campaigns import effects, observed, rewards, trials, uplift
from grc_helpers.campaigns.recovery import TABLE
from grc_helpers.data.simulator.config import SimulationConfig
from grc_helpers.data.simulator.contracts import make_contracts
from grc_helpers.data.simulator.marketing import make_marketing
from grc_helpers.data.simulator.population import make_population
from grc_helpers.data.simulator.purchases import make_orders
from grc_helpers.data.simulator.simulate import _seen

LEVEL, RISK = 0.95, 0.05
FIRST = SEED + 10_001  # seed of the first firm
FIGURES = {  # figure: whether its assumptions hold in the simulated firm
    "Bon, 21 jours : témoin tiré au sort": True,
    "Bon, 77 jours : témoin tiré au sort": True,
    "Bon, 21 jours : différence de différences": True,
    "Coffret : témoin tiré au sort": True,
    "Appel de bienvenue : tirage par mois": True,
    "Offre ciblée : écart brut": False,
    "Offre ciblée : différence de différences, un an avant": False,
    "Offre ciblée : différence de différences, juste avant": False,
    "Offre ciblée : à dépense passée égale, 20 tranches": False,
    "Offre ciblée : à dépense passée égale, 100 tranches": False,
    "Club : membres contre autres": False,
    "Club : saut au seuil": True,
    "Parrainage : témoin tiré au sort": True,
    "Coffret : profit par client, 40 % ciblés par uplift": True,
    "Récompense : meilleur budget du groupe 2": True,
}


def make_world(seed: int, customers: int = 5_000):
    """Return the tables of a firm, its orders by customer and day, and its configuration."""
    config = SimulationConfig(seed=seed, customers=customers)
    latent = make_population(config)
    orders, population, tables = make_marketing(config, latent, make_orders(config, latent))
    tables |= {"clients": _seen(population), "contrats": make_contracts(config, population)}
    daily = orders.groupby(["customer_id", "date"], as_index=False)["amount_cents"].agg(orders="size", amount="sum")
    return tables, daily.assign(amount=daily["amount"] / 100), config


def one_world(seed: int) -> list[tuple]:
    """Return (figure, truth, estimate, low, high) for every figure."""
    tables, daily, config = make_world(seed)
    truth = tables["verite/ciblage"].set_index(["campaign_id", "customer_id"])["caused_orders"]

    def trial(campaign):
        found = trials.campaign_trial(tables["ciblage"], campaign, unit_cost=0.0)
        known = truth.xs(campaign) if campaign in truth.index.get_level_values(0) else truth.iloc[:0].droplevel(0)
        caused = known.reindex(found["customer_id"]).to_numpy()
        return found, caused[found["treated"].to_numpy()].mean()

    rows = []

    def note(true, found):
        rows.append((list(FIGURES)[len(rows)], float(true), found["effect"], found["low"], found["high"]))

    voucher, net = trial("BON-2024")
    use = tables["verite/coupons"]["use"].isin(["ajouté", "avancé"]).mean()
    during = trials.outcomes(daily, voucher, start=0, stop=21)["orders"]
    note(use, effects.difference(during, voucher["treated"]))
    note(net, effects.difference(trials.outcomes(daily, voucher, start=0, stop=77)["orders"], voucher["treated"]))
    before = trials.outcomes(daily, voucher, start=-21, stop=0)["orders"]
    note(use, observed.difference_in_differences(before, during, voucher["treated"]))

    box = tables["ciblage"][tables["ciblage"]["campaign_id"] == "NOEL-2024"]
    kinds = tables["verite/uplift"].set_index("customer_id")["uplift"].reindex(box["customer_id"]).to_numpy()
    treated, bought = box["group"].eq("traité").to_numpy(), box["bought"].astype(int).to_numpy()
    note(kinds.mean(), effects.difference(bought, treated))

    call, caused = trial("BIENVENUE")
    month = call["customer_id"].map(tables["clients"].set_index("customer_id")["acquired"]).dt.to_period("M")
    rest = trials.outcomes(daily, call, start=0, stop=45 - 1)["orders"]
    note(caused, effects.difference(rest, call["treated"], strata=month))

    spring, caused = trial("PRINTEMPS-2025")
    table = observed.targeted_offer(daily, spring, days=config.value_days)
    for _, row in table.iterrows():
        note(caused, row)

    spent = daily[daily["date"].dt.year == 2024].groupby("customer_id")["amount"].sum()
    later = pd.Series(observed.orders_between(daily, spent.index, since="2025-01-01", until="2026-01-01"), spent.index)
    club = tables["verite/club"].set_index("customer_id")["caused_orders"]
    note(club.mean(), effects.difference(later, spent >= config.club_threshold - 1e-6))
    inside = spent[spent >= config.club_threshold - 1e-6]
    distance = np.log(inside / config.club_threshold)
    weight = np.clip(1 - distance / np.log(2), 0, None)
    line = np.polyfit(distance, club.reindex(inside.index), 1, w=np.sqrt(weight))
    note(line[1], observed.discontinuity(spent, later, threshold=config.club_threshold, width=1.0))

    referral, _ = trial("PARRAINAGE")
    brought = tables["verite/parrainages"]["incremental"].sum() / referral["treated"].sum()
    note(brought, rewards.referral_effect(tables["parrainages"].rename(columns={"reward_cents": "reward"}), referral))

    known = uplift.known_before(
        tables["clients"], daily, tables["contrats"], ids=box["customer_id"].to_numpy(), launch=config.gift_launch
    )
    score = uplift.predict_uplift(known, bought, treated, method="deux modèles", seed=seed)
    terms = {"depth": 0.4, "margin": config.gift_margin, "cost": config.gift_cost}
    count = round(0.4 * len(score))
    first = np.argsort(-score, kind="stable")[:count]
    part = np.zeros(len(score))
    part[first] = terms["margin"] * uplift.transformed(bought, treated, 0.5)[first] - terms["cost"]
    effect, error = part.mean(), part.std(ddof=1) / np.sqrt(len(part))
    found = {"effect": effect, "low": effect - 1.96 * error, "high": effect + 1.96 * error}
    note(uplift.true_profit(score, kinds, **terms), found)

    budget = tables["essai_budget"]
    budget = budget[budget["tier"] == 2]
    fit = rewards.fit_response(budget["budget_cents"] / 100, budget["extra_margin_cents"] / 100)
    curve = tables["verite/courbes_reponse"].set_index("tier").loc[2]
    best = curve["scale"] * np.log(curve["plateau"] / curve["scale"])
    note(best, {"effect": fit["best"], "low": fit["best_low"], "high": fit["best_high"]})
    return rows


def summarise(draws: pd.DataFrame) -> pd.DataFrame:
    """Return one row a figure: bias, coverage, and the bands that so many draws allow (see ``read_recovery``)."""
    each, rows = 1 - (1 - RISK) ** (1 / len(FIGURES)), []
    for figure, table in draws.groupby("figure", sort=False):
        n, truth, spread = len(table), table["truth"].mean(), table["estimate"].std()
        low, high = binom.ppf([each / 2, 1 - each / 2], n, LEVEL) / n
        # The truth of each world is subtracted: what varies with the customers drawn is no error of the estimator.
        error = table["estimate"] - table["truth"]
        rows.append(
            {
                "figure": figure, "sound": FIGURES[figure], "worlds": n, "truth": truth,
                "mean_estimate": table["estimate"].mean(), "bias": error.mean(),
                "bias_band": norm.isf(each / 2) * error.std() / np.sqrt(n), "spread": spread,
                "coverage": ((table["low"] <= truth) & (truth <= table["high"])).mean(),
                "coverage_low": low, "coverage_high": high,
            }
        )  # fmt: skip
    return pd.DataFrame(rows)


def main() -> None:
    """Draw the worlds, show the table, write it if asked."""
    packages = ("numpy", "scikit-learn", "scipy")
    recover(
        "benchmarks.campaign_recovery", one_world, summarise, table=TABLE, first=FIRST, worlds=400, packages=packages
    )


if __name__ == "__main__":
    main()
