"""Market: what customers say they spend elsewhere against what they spend; prospects follow the stated logit."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy.special import expit, logit

from grc_helpers.data.simulator.market import COMPETITORS, STAGES

ASKED = {"benefit_respondents": 1.0}


@pytest.fixture(scope="module")
def survey(firm):
    here = firm(**ASKED)
    return here.tables["enquete_part_client"].merge(here.population, on="customer_id")


def test_declared_share_is_too_high_by_a_known_amount(firm, survey):
    config = firm(**ASKED).config
    true, declared = survey["share_of_wallet"], survey["declared_share"]
    nodes, weights = np.polynomial.hermite_e.hermegauss(60)
    shifted = logit(true.to_numpy())[:, None] + config.share_inflation + config.share_error * nodes
    expected = (expit(shifted) * weights).sum(axis=1) / weights.sum()
    error = (declared - expected).std() / np.sqrt(len(survey))
    assert declared.mean() == pytest.approx(expected.mean(), abs=4 * error)
    assert declared.mean() - true.mean() > 10 * error


def test_own_sales_over_declared_spending_give_the_share(survey):
    """The firm knows what it sold; what is spent in all is declared without bias: the ratio of sums is consistent."""
    own = 100 * survey["share_of_wallet"] * survey["category_spend_year"]
    declared, true = survey["declared_category_cents"], 100 * survey["category_spend_year"]
    found, truth = own.sum() / declared.sum(), own.sum() / true.sum()
    gap = declared - true
    error = truth * gap.std() * np.sqrt(len(survey)) / true.sum()
    assert abs(found - truth) < 4 * error < 0.1 * truth


def test_truth_adds_up_to_the_category(firm):
    here = firm()
    spend = here.tables["verite/concurrents"]
    assert set(spend["competitor"]) == set(COMPETITORS)
    elsewhere = spend.groupby("customer_id")["spend_cents"].sum().to_numpy() / 100
    people = here.population
    expected = people["category_spend_year"] * (1 - people["share_of_wallet"])
    assert np.abs(elsewhere - expected).max() < 0.02
    main = here.tables["enquete_part_client"].set_index("customer_id")["main_competitor"]
    largest = spend.sort_values("spend_cents").drop_duplicates("customer_id", keep="last").set_index("customer_id")
    assert (largest.loc[main.index, "competitor"] == main).all()


@pytest.fixture(scope="module")
def prospects(firm):
    return firm().tables["prospects"]


def test_conversion_follows_the_stated_logit(firm, prospects):
    config = firm().config
    x = np.column_stack([prospects["kind"] == "bureau", np.log(prospects["distance_km"])]).astype(float)
    y = prospects["converted"].notna().to_numpy().astype(float)
    assert y.mean() == pytest.approx(config.prospect_conversion, abs=0.001)
    fit = sm.Logit(y, sm.add_constant(x)).fit(disp=0)
    stated = np.array([config.prospect_office, config.prospect_distance])
    assert (np.abs(fit.params[1:] - stated) < 4 * fit.bse[1:]).all()
    assert (4 * fit.bse[1:] < np.abs(stated)).all()


def test_looking_at_customers_alone_does_not_tell_who_converts(firm, prospects):
    """Most converted prospects are households; yet a household converts less than an office of the same place."""
    won = prospects[prospects["converted"].notna()]
    assert (won["kind"] == "particulier").mean() > 0.5
    rates = prospects.groupby("kind")["converted"].apply(lambda dates: dates.notna().mean())
    assert rates["bureau"] > rates["particulier"]


def test_stages_follow_each_other(firm, prospects):
    dates = prospects[["first_contact", "meeting", "offer", "converted"]]
    for earlier, later in zip(dates.columns, dates.columns[1:], strict=False):
        both = dates[[earlier, later]].dropna()
        assert (both[earlier] <= both[later]).all()
        assert dates.loc[dates[later].notna(), earlier].notna().all()
    lost = prospects[prospects["converted"].isna()]
    meets = lost["meeting"].notna()
    offers = lost.loc[meets, "offer"].notna()
    for values, share in ((meets, STAGES["meeting"]), (offers, STAGES["offer"])):
        assert values.mean() == pytest.approx(share, abs=4 * np.sqrt(share * (1 - share) / len(values)))
    acquired = firm().population.set_index("customer_id")["acquired"]
    won = prospects.dropna(subset="customer_id")
    assert (won["customer_id"].map(acquired) == won["converted"]).all()
    assert dates.max(axis=None) <= pd.Timestamp("2025-12-31")
