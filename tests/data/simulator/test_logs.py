"""Logs: opt-in by logit, funnel of collection, maturity and indulgence, journeys, synchronisation, trial of budgets."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy.optimize import curve_fit

from grc_helpers.data.simulator.events import rate_score
from grc_helpers.data.simulator.logs import ABANDON, conflict_chance


@pytest.fixture(scope="module")
def collected(firm):
    here = firm()
    table = here.tables["journal_collecte"]
    return table.assign(
        score=table["customer_id"].map(
            dict(zip(here.population["customer_id"], rate_score(here.population), strict=True))
        )
    )


def fit_logit(table, *more):
    columns = [table["reward_cents"] / 100, table["minutes"], table["sensitive"], *more]
    design = sm.add_constant(np.column_stack(columns).astype(float))
    return sm.Logit(table["given"].to_numpy().astype(float), design).fit(disp=0)


def test_opt_in_follows_the_stated_logit(firm, collected):
    config = firm().config
    fit = fit_logit(collected, collected["score"])
    stated = [config.optin_base, config.optin_reward, config.optin_effort, config.optin_sensitive, config.optin_rate]
    assert (np.abs(fit.params - stated) < 4 * fit.bse).all()
    assert (4 * fit.bse < np.abs(stated)).all()


def test_reward_seems_worth_more_when_it_favoured_good_customers(firm, collected):
    stated = firm().config.optin_reward
    usage = fit_logit(collected[collected["phase"] == "usage"])
    assert usage.params[1] - stated > 4 * usage.bse[1]
    # Drawn by lot, it needs no adjustment, but for the attenuation of a logit that leaves out a cause:
    # 1 / sqrt(1 + 0.346 σ²) (Zeger, Liang & Albert 1988).
    trial = fit_logit(collected[collected["phase"] == "essai"])
    expected = stated / np.sqrt(1 + 0.346 * firm().config.optin_rate ** 2)
    assert abs(trial.params[1] - expected) < 4 * trial.bse[1] < stated


def test_from_collected_to_used(firm, collected):
    config = firm().config
    early = collected[collected["date"] < pd.Timestamp("2025-05-01")]  # time enough to see what became of them
    given = early[early["given"]]
    shared = given["shared_on"].notna()
    used = given.loc[shared, "used_on"].notna()
    for values, share in ((shared, config.collected_shared), (used, config.shared_used)):
        assert values.mean() == pytest.approx(share, abs=4 * np.sqrt(share * (1 - share) / len(values)))
    assert not collected.loc[~collected["given"], "shared_on"].notna().any()
    assert (given["used_on"].dropna() >= given["shared_on"][given["used_on"].notna()]).all()
    # Including what is too recent lowers the rate.
    late = collected[(collected["date"] >= pd.Timestamp("2025-12-01")) & collected["given"]]
    assert late["used_on"].notna().mean() < config.collected_shared * config.shared_used / 2


def test_a_department_grades_itself_too_high_by_the_stated_amount(firm):
    tables, config = firm().tables, firm().config
    grades = tables["maturite"].assign(year=lambda t: t["date"].dt.year)
    grades = grades.merge(tables["verite/maturite"], on=["year", "department", "dimension"])
    own = (grades["rater"] == grades["department"]).to_numpy()
    dummies = pd.get_dummies(grades["rater"], drop_first=True, dtype=float)
    fit = sm.OLS(
        (grades["score"] - grades["level"]).to_numpy(), sm.add_constant(np.column_stack([own, dummies]).astype(float))
    ).fit()
    assert abs(fit.params[1] - config.self_rating) < 4 * fit.bse[1] < config.self_rating
    others = grades[~own].groupby(["department", "dimension", "year"])["score"].mean()
    level = grades.groupby(["department", "dimension", "year"])["level"].first()
    gap = others - level
    assert abs(gap.mean()) < 0.1  # four other graders, whose indulgences add up to about nothing
    raw = (grades.loc[own, "score"] - grades.loc[own, "level"]).mean()
    assert raw > config.self_rating / 2 + abs(gap.mean())


def journeys(table):
    table = table.sort_values(["journey_id", "step"])
    moved = (table["channel"] != table.groupby("journey_id")["channel"].shift()) & (table["step"] > 1)
    return table.assign(moved=moved)


def test_each_change_of_channel_adds_the_stated_share_of_abandons(firm):
    table = journeys(firm().tables["parcours"])
    fit = sm.OLS(table["abandoned"].to_numpy(float), sm.add_constant(table["moved"].to_numpy(float))).fit(
        cov_type="HC1"
    )
    stated = firm().config.channel_break
    assert abs(fit.params[0] - ABANDON) < 4 * fit.bse[0]
    assert abs(fit.params[1] - stated) < 4 * fit.bse[1] < stated
    # By journey, those that gave up early had no time to change: the raw comparison hides the effect.
    whole = table.groupby("journey_id").agg(moved=("moved", "any"), abandoned=("abandoned", "any"))
    raw = whole.groupby("moved")["abandoned"].mean()
    assert raw[True] - raw[False] < stated - 4 * fit.bse[1]
    assert not table.groupby("journey_id")["abandoned"].shift(fill_value=False).any()


def test_a_change_meets_another_one_when_files_are_slow_to_agree(firm):
    table = firm().tables["journal_synchro"].sort_values(["customer_id", "date"])
    second = table["customer_id"].eq(table["customer_id"].shift())
    gap = (table["date"] - table["date"].shift()).dt.days
    for days in (1, 3, 6):
        rows = table[second & (gap == days)]
        chance = conflict_chance(days)
        assert rows["conflict"].mean() == pytest.approx(chance, abs=4 * np.sqrt(chance * (1 - chance) / len(rows)))
    assert not table.loc[~second, "conflict"].any()


def test_the_trial_of_budgets_finds_the_curves_and_shares_of_sales_do_not_give_the_optimum(firm):
    tables = firm().tables
    curves = tables["verite/courbes_reponse"].set_index("tier")
    best = {}
    for tier, part in tables["essai_budget"].groupby("tier"):
        spent, margin = part["budget_cents"] / 100, part["extra_margin_cents"] / 100
        found, covariance = curve_fit(lambda b, p, s: p * -np.expm1(-b / s), spent, margin, p0=[1000, 400])
        truth = curves.loc[tier, ["plateau", "scale"]].to_numpy(float)
        error = np.sqrt(np.diag(covariance))
        assert (np.abs(found - truth) < 4 * error).all() and (4 * error < truth).all()
        best[tier] = (truth[1] * np.log(truth[0] / truth[1]), found[1] * np.log(found[0] / found[1]))
        average = margin[spent > 0].sum() / spent.sum()
        marginal = truth[0] / truth[1] * np.exp(-1600 / truth[1])
        assert average > marginal  # the average euro brings more than the last one
    for truth, found in best.values():
        assert found == pytest.approx(truth, rel=0.35)
