"""Contracts: sBG renewals, penalty and sequence before a cancellation are found again."""

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import minimize
from scipy.special import betaln

from grc_helpers.data.simulator.clock import HORIZON
from grc_helpers.data.simulator.contracts import DROP_DAYS, PENALTY_QUARTERS, QUARTER, make_contracts, make_precursors
from grc_helpers.data.simulator.draws import as_days

BLOCKS = range(6)


@pytest.fixture(scope="module")
def contracts(world):
    """Return a function that gives the contracts of several blocks."""

    def contracts(**settings) -> pd.DataFrame:
        made = [world(customers=60_000, tables="coeur", block=block, **settings) for block in BLOCKS]
        return pd.concat([make_contracts(one.config, one.population) for one in made], ignore_index=True)

    return contracts


def sbg(table: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Fit the shifted-beta-geometric; return log parameters and their standard errors (Hessian)."""
    ended, renewals = table["end"].notna().to_numpy(), table["renewals"].to_numpy()

    def loss(logs):
        alpha, beta = np.exp(logs)
        leaves = betaln(alpha + 1, beta + renewals) - betaln(alpha, beta)
        stays = betaln(alpha, beta + renewals) - betaln(alpha, beta)
        return -np.where(ended, leaves, stays).sum()

    best = minimize(loss, [0.0, 2.0], method="BFGS", options={"gtol": 1e-4})
    step = 1e-3 * np.eye(2)
    hessian = [[(loss(best.x + a + b) - loss(best.x + a - b) - loss(best.x - a + b) + loss(best.x - a - b)) / 4e-6
                for b in step] for a in step]  # fmt: skip
    return best.x, np.sqrt(np.diag(np.linalg.inv(hessian)))


def test_sbg_is_recovered_without_penalty(world, contracts):
    free = contracts()
    free = free[~free["penalty"]]
    assert len(free) > 2_000 and free["end"].notna().sum() > 500
    logs, errors = sbg(free)
    config = world(customers=60_000, tables="coeur", block=0).config
    assert (errors < 0.3).all()
    assert (np.abs(logs - np.log([config.contract_alpha, config.contract_beta])) < 4 * errors).all()


def quarterly(table: pd.DataFrame) -> pd.DataFrame:
    """Return chances to cancel and cancellations, by quarter and penalty."""
    rows = []
    for quarter in range(10):
        chance = (table["renewals"] > quarter) | (table["end"].notna() & (table["renewals"] == quarter))
        gone = table["end"].notna() & (table["renewals"] == quarter)
        for penalty in (False, True):
            mine = table["penalty"] == penalty
            rows.append((quarter, penalty, (chance & mine).sum(), (gone & mine).sum()))
    return pd.DataFrame(rows, columns=["quarter", "penalty", "chances", "gone"])


def test_the_penalty_keeps_the_share_stated_during_a_year_then_they_leave(world, contracts):
    table = quarterly(contracts())
    first = table[table["quarter"] == 0].set_index("penalty")
    kept = 1 - (first.loc[True, "gone"] / first.loc[True, "chances"]) / (
        first.loc[False, "gone"] / first.loc[False, "chances"]
    )
    error = (1 - kept) * np.sqrt((1 / first["gone"]).sum())
    assert error < 0.07
    assert kept == pytest.approx(0.6, abs=4 * error)
    after = table[table["quarter"] >= PENALTY_QUARTERS].groupby("penalty")[["chances", "gone"]].sum()
    rate = after["gone"] / after["chances"]
    assert rate[True] > rate[False]  # held back, not loyal: those whom the penalty kept leave when it ends


def test_without_effect_the_penalty_changes_nothing(contracts):
    table = quarterly(contracts(penalty_effect=0.0)).groupby("penalty")[["chances", "gone"]].sum()
    rate, error = table["gone"] / table["chances"], np.sqrt(1 / table["gone"]).mean() * 1.5
    assert rate[True] / rate[False] == pytest.approx(1, abs=4 * error)


def test_dates_renewals_and_ids_agree(world):
    made = world(customers=10_000)
    table = make_contracts(made.config, made.population)
    ended = table["end"].notna()
    days = as_days(table["end"]) - as_days(table["start"])
    assert (days[ended] == QUARTER * (table.loc[ended, "renewals"] + 1)).all()
    running = np.floor((HORIZON - 1 - as_days(table["start"])) / QUARTER)
    assert (table.loc[~ended, "renewals"] == running[~ended]).all()
    assert table["contract_id"].is_unique and not table.loc[~ended, "sequence"].any()
    assert set(table["customer_id"]) == set(
        made.population.loc[made.population["contract_from"].notna(), "customer_id"]
    )
    assert 0.45 < table["penalty"].mean() < 0.55


def test_the_sequence_comes_in_order_before_the_end(world):
    made = world(customers=10_000)
    table = make_contracts(made.config, made.population)
    chosen = table[table["sequence"]].set_index("customer_id")
    share = len(chosen) / table["end"].notna().sum()
    assert share == pytest.approx(made.config.sequence_share, abs=4 * 0.5 / np.sqrt(table["end"].notna().sum()))
    events = make_precursors(made.config, table)
    assert set(events["customer_id"]) == set(chosen.index)
    assert events.groupby("customer_id")["event"].agg(" ".join).eq("ticket ticket appel").all()
    lead = events["customer_id"].map(chosen["end"]) - events["date"]
    assert lead.dt.days.between(25, 76).all()


def test_purchases_fall_by_half_at_the_end_of_the_sequence(world, exposure):
    parts = []
    for block in BLOCKS:
        made = world(customers=60_000, tables="coeur", block=block)
        table = make_contracts(made.config, made.population).set_index("customer_id")
        ends = as_days(made.population["customer_id"].map(table.loc[table["sequence"], "end"]))
        parts.append(exposure(made, ends - DROP_DAYS)[~np.isnan(ends)])
    total = pd.concat(parts).sum()
    fall = total["after"] / total["expected_after"]
    card = 1 + made.config.card_effect  # most of them are offices, which have no card: the truth lies between
    assert 0.5 - 4 * 0.5 / np.sqrt(total["after"]) < fall < 0.5 * card + 4 * 0.5 / np.sqrt(total["after"])
