"""Simulate, then recover: what an action plan announces, and what it would really earn, over simulated firms.

``python -m benchmarks.plan_recovery [--worlds 200] [--write]``. Each world is a firm of 2 500 customers with the
settings of the course's own and another seed; its records are taken as already united. ``--write`` makes the table that
the workbook shows (``grc_helpers/evaluation/plan_recovery.csv``).
"""

import numpy as np
import pandas as pd
from scipy.stats import binom, norm

from benchmarks.command import recover
from benchmarks.transactions import SEED
from grc_helpers.campaigns import trials
from grc_helpers.data.loading import read_table
from grc_helpers.data.simulator.campaigns import gift_product
from grc_helpers.data.simulator.config import SimulationConfig
from grc_helpers.data.simulator.marketing import make_marketing
from grc_helpers.data.simulator.population import make_population
from grc_helpers.data.simulator.purchases import make_orders
from grc_helpers.evaluation import plan_actions, plan_choice, plan_effects, plan_honest, plan_truth
from grc_helpers.evaluation.plan_customers import portrait, segments, value_bounds
from grc_helpers.evaluation.plan_firm import as_transactions
from grc_helpers.evaluation.plan_recovery import TABLE

LEVEL, RISK = 0.95, 0.05
FIRST = SEED + 30_001  # seed of the first firm
# Sound: valued by figures that did not choose, for customers drawn at random in each segment. The biggest buyers of a
# segment are not, and the plan kept was chosen by the figures that value it, drawn towards one another.
FIGURES = {
    "Plan retenu : gain annoncé": False,
    "Parrainage aux plus gros : gain annoncé": False,
    "Bon aux plus gros : gain annoncé": False,
    "Plan choisi sur les effets bruts : gain annoncé": False,
    "Plan choisi sur une moitié : gain annoncé par cette moitié": False,
    "Plan choisi sur une moitié : gain estimé par l'autre": True,
}
MARGIN, RATE, BUDGET, CONTROL, DRAWS = 0.42, 0.10, 3_000.0, 0.10, 1_000


def units(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table of the simulator with its cents as currency units."""
    cents = [name for name in table if name.endswith("_cents")]
    return table.drop(columns=cents).assign(**{name.removesuffix("_cents"): table[name] / 100 for name in cents})


def make_firm(seed: int, customers: int = 2_500) -> dict:
    """Return what a plan reads of a firm, and the truth: sales, tables, people, latent customers, configuration."""
    config = SimulationConfig(seed=seed, customers=customers)
    latent = make_population(config)
    orders, population, tables = make_marketing(config, latent, make_orders(config, latent))
    known = {name: units(tables[name]) for name in ("campagnes", "ciblage", "coupons", "parrainages")}
    known |= {"produits": units(gift_product(config)["produits"])}
    known |= {"couts_canaux": read_table("cafes_merle", "couts_canaux.parquet")}
    indexed = population.set_index("customer_id")
    people = pd.DataFrame({"letter": True, "call": indexed["consent_phone"], "office": indexed["kind"].eq("bureau")})
    sales = orders[["order_id", "customer_id", "date"]].assign(amount=orders["amount_cents"] / 100)
    web = indexed.index[indexed["web_user"].astype(bool)]
    return {"config": config, "latent": population, "sales": sales, "tables": known, "people": people, "web": web,
            "truth": tables["verite/parrainages"]}  # fmt: skip


def evidence(firm: dict, *, seed: int) -> dict:
    """Return what a plan is chosen from: actions, segments, lots, gains and their draws, and the true gains."""
    transactions = as_transactions(firm["sales"])
    daily = trials.daily_sales(transactions)
    end = daily["date"].max() + pd.Timedelta(days=1)
    opening = pd.Timestamp(firm["config"].web_opening)
    rates = {"margin_rate": MARGIN, "discount_rate": RATE}
    actions = plan_actions.firm_actions(firm["tables"], daily, **rates)
    now = portrait(transactions, day=end, **rates)
    bounds = value_bounds(now)
    before = plan_actions.eves(
        actions, transactions, bounds=bounds, accounts=lambda day: firm["web"] if day > opening else [], **rates
    )
    tables = {action.name: plan_effects.measured(action.trial, before[action.name]) for action in actions}
    segment = segments(now, bounds=bounds, web=firm["web"])
    found = plan_effects.gains(tables, segment.unique(), draws=DRAWS, seed=seed)
    eligible = plan_actions.eligible(firm["people"], actions)
    lots = plan_choice.make_lots(now.assign(segment=segment), eligible)
    names = dict(zip(firm["tables"]["campagnes"]["campaign_id"], firm["tables"]["campagnes"]["name"], strict=True))
    referral = next(action for action in actions if action.name == names["PARRAINAGE"])
    named = firm["tables"]["parrainages"].merge(firm["truth"], on="customer_id")
    worth = plan_actions.first_year_worth(firm["tables"]["parrainages"], daily, days=referral.days, **rates)
    costs = plan_actions.channel_costs(firm["tables"]["couts_canaux"])
    truth = plan_truth.true_gains(
        firm["latent"], named, firm["config"], day=end, worth=worth, letter=float(costs.loc["courrier", "unit_cost"]),
        invited=pd.Index(referral.trial.loc[referral.trial["treated"], "customer_id"]), names=names,
    )  # fmt: skip
    terms = {
        "budget": BUDGET, "capacity": costs["capacity_week"].to_dict(), "control_share": CONTROL,
        "channels": {action.name: action.channel for action in actions},
    }  # fmt: skip
    return {"actions": actions, "before": before, "now": now, "found": found, "lots": lots, "truth": truth,
            "terms": terms, "names": names}  # fmt: skip


def one_world(seed: int) -> list[tuple]:
    """Return (figure, truth, estimate, low, high) for every figure."""
    known = evidence(make_firm(seed), seed=seed)
    found, lots, truth, terms = (known[name] for name in ("found", "lots", "truth", "terms"))
    same = pd.Series(truth.index, truth.index)
    rows = []

    def note(true, value, low, high):
        rows.append((list(FIGURES)[len(rows)], float(true), value, low, high))

    def judge(plan):
        said = plan_choice.value_of(plan, lots, found)
        note(plan_truth.true_value(plan, truth, same), said["net_value"], said["low"], said["high"])

    best = plan_choice.choose(lots, found, **terms)["contacts"]
    plan = plan_choice.name_customers(lots, best, control_share=CONTROL, seed=seed)
    judge(plan_choice.within(plan, lots, found, budget=BUDGET))
    biggest = known["now"]["spent"].sort_values(ascending=False, kind="stable").index
    for campaign in ("PARRAINAGE", "BON-2024"):
        action = known["names"][campaign]
        most = terms["capacity"][terms["channels"][action]]
        judge(plan_choice.one_action_for(biggest, lots, found, action=action, budget=BUDGET, most=most))
    raw = plan_choice.choose(lots, found, by="raw", **terms)
    plan = plan_choice.name_customers(lots, raw["contacts"], control_share=CONTROL, seed=seed)
    note(plan_truth.true_value(plan, truth, same), raw["gain"], np.nan, np.nan)
    half = plan_honest.cross_fitted(
        {action.name: action.trial for action in known["actions"]}, known["before"], lots, seed=seed, **terms
    )
    plans = [plan_choice.name_customers(lots, each, control_share=CONTROL, seed=seed) for each in half["plans"]]
    true = np.mean([plan_truth.true_value(each, truth, same) for each in plans])
    note(true, half["promised"], np.nan, np.nan)
    note(true, half["honest"], half["low"], half["high"])
    return rows


def summarise(draws: pd.DataFrame) -> pd.DataFrame:
    """Return one row a figure: bias, coverage, and the bands that so many draws allow (see ``read_recovery``)."""
    each, rows = 1 - (1 - RISK) ** (1 / len(FIGURES)), []
    for figure, table in draws.groupby("figure", sort=False):
        n, error = len(table), table["estimate"] - table["truth"]
        low, high = binom.ppf([each / 2, 1 - each / 2], n, LEVEL) / n
        held = (table["low"] <= table["truth"]) & (table["truth"] <= table["high"])
        rows.append(
            {
                "figure": figure, "sound": FIGURES[figure], "worlds": n, "truth": table["truth"].mean(),
                "mean_estimate": table["estimate"].mean(), "bias": error.mean(),
                "bias_band": norm.isf(each / 2) * error.std() / np.sqrt(n), "spread": error.std(),
                "coverage": held.mean() if table["low"].notna().all() else np.nan,
                "coverage_low": low, "coverage_high": high,
            }
        )  # fmt: skip
    return pd.DataFrame(rows)


def main() -> None:
    """Draw the worlds, show the table, write it if asked."""
    packages = ("numpy", "scikit-learn", "scipy")
    recover("benchmarks.plan_recovery", one_world, summarise, table=TABLE, first=FIRST, worlds=200, packages=packages)


if __name__ == "__main__":
    main()
