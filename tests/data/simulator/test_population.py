"""The customers: marginals are those of the models, correlations and selections those that are stated."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from grc_helpers.data.simulator.draws import as_days
from grc_helpers.data.simulator.traits import ACQUISITION, NEEDS

SAFE = 1e-4  # a right simulator fails one of these tests with this probability


def test_latent_marginals_are_exact(world):
    config, people = (made := world(customers=10_000)).config, made.population
    laws = {
        "rate": stats.gamma(config.rate_r, scale=1 / config.rate_alpha),
        "dropout": stats.beta(config.dropout_a, config.dropout_b),
        "theta": stats.beta(config.contract_alpha, config.contract_beta),
    }
    for name, law in laws.items():
        assert stats.kstest(people[name], law.cdf).pvalue > SAFE, name
    nu = config.spend_p / people["spend_mean"]
    assert stats.kstest(nu, stats.gamma(config.spend_q, scale=1 / config.spend_gamma).cdf).pvalue > SAFE
    pareto = world(customers=10_000, process="Pareto/NBD")
    law = stats.gamma(pareto.config.death_s, scale=1 / pareto.config.death_beta)
    assert stats.kstest(pareto.population["dropout"], law.cdf).pvalue > SAFE


def rank_correlation(correlation: float) -> float:
    """Return the Spearman correlation that a Gaussian copula gives."""
    return 6 / np.pi * np.arcsin(correlation / 2)


@pytest.mark.parametrize("correlation", [0.0, 0.5])
def test_correlations_are_those_of_the_copula(world, correlation):
    made = world(customers=10_000, rate_spend_correlation=correlation)
    people, config = made.population, made.config
    found = stats.spearmanr(people["rate"], people["spend_mean"])[0]
    assert found == pytest.approx(rank_correlation(correlation), abs=0.04)
    found = stats.spearmanr(people["rate"], people["distance_km"])[0]
    assert found == pytest.approx(rank_correlation(config.rate_distance_correlation), abs=0.04)


def test_gamma_gamma_needs_independence_and_has_it(world):
    people = world(customers=10_000).population
    assert abs(stats.spearmanr(people["rate"], people["spend_mean"])[0]) < 4 / np.sqrt(10_000)
    rates = people.groupby("kind")["rate"]
    assert stats.ks_2samp(*(rate for _, rate in rates)).pvalue > SAFE


def test_offices_are_eight_percent_with_bigger_baskets(world):
    people = world(customers=10_000).population
    office = people["kind"] == "bureau"
    assert office.sum() == 800
    medians = people.groupby(office)["spend_mean"].median()
    assert medians[True] > 2.5 * medians[False]
    assert people.loc[office, ["birth_year", "sex", "household_size", "card_from"]].isna().all(axis=None)
    assert people.loc[office, "rep_id"].notna().all() and people.loc[~office, "rep_id"].isna().all()
    assert (
        people.loc[~office, "discount_rate"].eq(0).all() and people.loc[office, "discount_rate"].between(0, 0.35).all()
    )


def test_shares_of_needs_and_of_modes_of_acquisition(world):
    people = world(customers=10_000).population
    need = people["need"].value_counts(normalize=True)
    assert need.to_dict() == pytest.approx(NEEDS, abs=4 * 0.5 / 100)
    usual = people[(people["kind"] == "particulier") & ~people["web_incremental"]]
    found = usual["acquisition_channel"].value_counts(normalize=True)
    assert found.to_dict() == pytest.approx({name: row[0] for name, row in ACQUISITION.items()}, abs=0.025)


def test_selection_the_card_and_a_second_channel_attract_those_who_buy_most(world):
    people = world(customers=10_000).population
    people = people[people["kind"] == "particulier"]
    for date in ("card_from", "second_channel_from"):
        took = people[date].notna()
        assert 0.15 < took.mean() < 0.6, date
        assert (
            stats.mannwhitneyu(people.loc[took, "rate"], people.loc[~took, "rate"], alternative="greater").pvalue < SAFE
        )
    card = people["card_from"].notna()
    assert people.loc[card, "distance_km"].median() < people.loc[~card, "distance_km"].median()


def test_nobody_joins_before_arriving_or_after_leaving(world):
    people = world(customers=10_000).population
    last = people["lifetime_end"].fillna(pd.Timestamp("2025-12-31"))
    for date in ("card_from", "second_channel_from", "contract_from"):
        known = people[date].notna()
        assert people.loc[known, date].ge(people.loc[known, "acquired"]).all(), date
        assert people.loc[known, date].le(last[known]).all(), date
    web = people["second_channel_from"].notna() & people["second_channel"].eq("web")
    assert people.loc[web, "second_channel_from"].ge(people.loc[web, "web_open_from"]).all()
    new = people["web_incremental"]
    assert 0.02 < new.mean() < 0.15 and people.loc[new, "acquired"].ge(people.loc[new, "web_open_from"]).all()


def test_dates_are_whole_days_and_satisfaction_lies_between_0_and_10(world):
    people = world(customers=10_000).population
    dates = people.select_dtypes("datetime")
    assert len(dates.columns) == 6 and all(
        (day == day.dt.normalize()).all() for day in (dates[n].dropna() for n in dates)
    )
    assert people["satisfaction"].between(0, 10).all() and 6 < people["satisfaction"].mean() < 8
    gap = people["perceived_quality"] - people["expected_quality"]
    assert stats.spearmanr(gap, people["satisfaction"])[0] > 0.6
    assert as_days(people["acquired"]).min() >= 0


def test_share_of_wallet_is_own_spend_over_the_category(world):
    people = world(customers=10_000).population
    own = 52.18 * people["rate"] * people["spend_mean"]
    assert np.allclose(own / people["category_spend_year"], people["share_of_wallet"])
