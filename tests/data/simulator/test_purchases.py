"""Sales: the parameters of the literature's models are found again; so is each effect, by the right estimator only."""

import warnings

import numpy as np
import pandas as pd
import pytest
from lifetimes import BetaGeoFitter, GammaGammaFitter, ParetoNBDFitter
from scipy import stats

from grc_helpers.data.simulator.draws import as_days
from grc_helpers.data.simulator.effects import web_displacement
from grc_helpers.data.simulator.process import retention_factor
from grc_helpers.data.simulator.reps import make_reps

SEEDS = range(8)
ALONE = {"satisfaction_effect": 0.0, "rep_departure_effect": 0.0, "cancellation_drop": 0.0}


def assert_recovered(estimates: list, truth: list[float], *, spread: float) -> None:
    """Check estimates of independent replications against the truth.

    The standard error is that of the mean of the replications' logarithms; one right simulator in some 2 000 is
    refused (Student, 7 degrees of freedom, |t| < 6). ``spread`` bounds that standard error, hence the bias that passes.
    """
    logs = np.log(np.array(estimates) / np.array(truth))
    error = logs.std(axis=0, ddof=1) / np.sqrt(len(logs))
    assert (error < spread).all(), error
    assert (np.abs(logs.mean(axis=0)) < 6 * error).all(), (logs.mean(axis=0), error)


def fitted(fitter, *columns) -> np.ndarray:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return fitter.fit(*columns).params_.to_numpy()


def test_bg_nbd_is_recovered(world, summary):
    made = [world(pure=True, customers=4_000, seed=seed) for seed in SEEDS]
    found = [fitted(BetaGeoFitter(), *summary(one.orders).to_numpy().T) for one in made]
    config = made[0].config
    truth = [config.rate_r, config.rate_alpha, config.dropout_a, config.dropout_b]
    assert_recovered(found, truth, spread=0.07)


@pytest.mark.complet
def test_pareto_nbd_is_recovered(world, summary):
    made = [world(pure=True, customers=4_000, seed=seed, process="Pareto/NBD") for seed in SEEDS]
    found = [fitted(ParetoNBDFitter(), *summary(one.orders).to_numpy().T) for one in made]
    config = made[0].config
    assert_recovered(found, [config.rate_r, config.rate_alpha, config.death_s, config.death_beta], spread=0.09)


def test_pareto_lifetimes_are_those_of_the_law(world):
    """Deaths before the end of the period: as many as the Lomax law of lifetimes says, early and late."""
    made = world(pure=True, customers=10_000, process="Pareto/NBD")
    config, people = made.config, made.population
    lived = as_days(people["lifetime_end"]) - people["acquired_time"].to_numpy()
    seen = 1096 - people["acquired_time"].to_numpy()
    for limit in (100, 300, 1096):
        chance = 1 - (1 + np.minimum(seen, limit) / 7 / config.death_beta) ** -config.death_s
        error = np.sqrt((chance * (1 - chance)).sum())
        assert (lived < np.minimum(seen, limit)).sum() == pytest.approx(chance.sum(), abs=4 * error + 20)  # whole days


def test_gamma_gamma_is_recovered(world):
    made = [world(pure=True, customers=4_000, seed=seed) for seed in SEEDS]
    found = []
    for one in made:
        repeat = one.orders[one.orders.duplicated("customer_id")]
        spend = repeat.groupby("customer_id")["amount_cents"].agg(["size", "mean"])
        found.append(fitted(GammaGammaFitter(), spend["size"], spend["mean"] / 100))
    config = made[0].config
    assert_recovered(found, [config.spend_p, config.spend_q, config.spend_gamma], spread=0.08)


def test_about_ten_purchases_a_customer_with_plausible_amounts(world):
    orders = world(customers=10_000).orders
    assert 8.5 < len(orders) / 10_000 < 11.5
    euros = orders["amount_cents"] / 100
    assert 20 < euros.median() < 27 and 28 < euros.mean() < 38 and euros.min() >= 0.5
    assert euros.between(5, 150).mean() > 0.95


def test_the_rhythm_of_the_week_leaves_weekly_counts_nbd(world):
    """The clock has mean one a week: without dropout, counts of a customer in whole weeks stay NBD(r, α)."""
    immortal = {"dropout_a": 0.05, "dropout_b": 500.0}
    seasonal = world(customers=10_000, december_peak=0.0, card_effect=0.0, **immortal, **ALONE)
    config, weeks = seasonal.config, 20
    law = stats.nbinom(config.rate_r, config.rate_alpha / (config.rate_alpha + weeks))
    for one in (world(pure=True, customers=10_000, **immortal), seasonal):
        old = one.population["acquired"] < "2025-06-02"
        seen = one.orders[one.orders["date"].between("2025-06-02", "2025-10-19")]
        count = seen.groupby("row").size().reindex(np.flatnonzero(old), fill_value=0)
        observed = np.bincount(np.minimum(count, 11), minlength=12)
        expected = np.append(law.pmf(np.arange(11)), law.sf(10)) * len(count)
        assert stats.chisquare(observed, expected).pvalue > 1e-4


def test_saturday_is_the_best_day_and_shops_close_on_sunday(world):
    orders = world(customers=10_000).orders
    day = orders["date"].dt.day_of_week
    assert day.value_counts().idxmax() == 5
    assert set(orders.loc[day == 6, "channel"]) == {"web"}
    december = orders["date"].dt.month == 12
    assert world(customers=10_000, pure=True).orders["date"].dt.day_of_week.value_counts(normalize=True).min() > 0.13
    assert (
        len(orders[december & (orders["date"].dt.year == 2025)]) > 1.08 * len(orders[orders["date"].dt.month == 11]) / 3
    )


def test_channels_open_when_they_open(world):
    made = world(customers=10_000)
    orders, people = made.orders, made.population
    web = orders["channel"] == "web"
    zone = people["zone"].to_numpy()[orders["row"]]
    county = zone == "Maine-et-Loire"
    assert str(orders.loc[web, "date"].min().date()) >= "2024-03-04"
    assert str(orders.loc[web & county, "date"].min().date()) >= "2025-01-06"
    assert set(orders["channel"]) == {"boutique", "web", "téléphone", "commercial"}
    assert (orders["shop"].notna() == (orders["channel"] == "boutique")).all()
    assert orders["hour"].between(7, 23).all()
    assert orders["order_id"].is_unique and orders["date"].is_monotonic_increasing
    first = orders.groupby("row")["date"].min()
    assert (first.to_numpy() == people["acquired"].to_numpy()).all()


# Effects: the right estimator, and the bias of the naive one


@pytest.mark.parametrize(
    ("name", "column", "effect"),
    [
        ("card_effect", "card_from", 0.06),
        ("card_effect", "card_from", 0.0),
        ("multichannel_effect", "second_channel_from", 0.10),
        ("multichannel_effect", "second_channel_from", 0.0),
    ],
)
def test_an_effect_on_frequency_is_recovered_with_the_true_selection(world, exposure, name, column, effect):
    others = {"card_effect": 0.0, "multichannel_effect": 0.0} | {name: effect}
    blocks = [world(customers=40_000, block=block, **ALONE | others) for block in range(3)]
    tables = [exposure(made, as_days(made.population[column]))[made.population[column].notna()] for made in blocks]
    total = pd.concat(tables).sum()
    error = 1 / np.sqrt(total["after"])
    assert error < 0.01
    assert total["after"] / total["expected_after"] == pytest.approx(1 + effect, abs=4 * error)
    if name == "card_effect":  # before against after: who joins has survived so far, hence has bought less than λ says
        naive = total["after"] / total["expected_after"] / (total["before"] / total["expected_before"])
        assert naive > 1 + effect + 3 * error


def active_in_2025(made) -> pd.DataFrame:
    spend = made.orders[made.orders["date"] >= "2025-01-01"].groupby("row")["amount_cents"].sum()
    people = made.population.loc[spend.index]
    known = people["acquired"] < "2024-07-01"
    multi = people["second_channel_from"] < "2025-01-01"
    return pd.DataFrame({"spend": spend, "multi": multi})[known]


@pytest.mark.parametrize("effect", [0.0, 0.10])
def test_multichannel_the_naive_gap_is_selection(world, effect):
    """Customers of two channels spend some 25 % more even when the second channel changes nothing."""
    blocks = [world(customers=40_000, block=block, multichannel_effect=effect) for block in range(4)]
    table = pd.concat([active_in_2025(made) for made in blocks])
    mean = table.groupby("multi")["spend"].mean()
    gap = mean[True] / mean[False] - 1
    error = (table.groupby("multi")["spend"].sem() / mean).pow(2).sum() ** 0.5 * (1 + gap)
    assert gap - 3 * error > effect and 0.15 < gap - effect < 0.6


@pytest.mark.parametrize("effect", [0.0, 0.10])
def test_multichannel_a_panel_with_control_recovers_the_effect(world, effect):
    """First half of 2024 against that of 2025: adopters of the months between against those who have not adopted."""
    sums = np.zeros((2, 2))
    for block in range(4):
        made = world(customers=40_000, block=block, multichannel_effect=effect)
        orders, people = made.orders, made.population
        alive = orders.loc[orders["date"] >= "2025-07-01", "row"].unique()
        people = people[(people["acquired"] < "2024-01-01") & people.index.isin(alive)]
        halves = [
            orders[orders["date"].between(f"{year}-01-01", f"{year}-06-30")].groupby("row").size()
            for year in (2024, 2025)
        ]
        counts = pd.concat(halves, axis=1).reindex(people.index).fillna(0)
        date = people["second_channel_from"]
        adopters, control = date.between("2024-07-01", "2024-12-31"), date.isna() | (date > "2025-06-30")
        sums += [counts[adopters].sum(), counts[control].sum()]
    estimate = np.log(sums[0, 1] / sums[0, 0]) - np.log(sums[1, 1] / sums[1, 0])
    error = np.sqrt((1 / sums).sum())
    assert error < 0.03
    assert estimate == pytest.approx(np.log(1 + effect), abs=3.5 * error)


def test_a_year_of_tenure_raises_frequency_when_told_to(world, exposure):
    made = world(customers=10_000, tenure_effect=0.1, card_effect=0.0, **ALONE)
    old = exposure(made, made.population["acquired_time"].to_numpy() + 365.25)
    young_ratio = old["before"].sum() / old["expected_before"].sum()
    old_ratio = old["after"].sum() / old["expected_after"].sum()
    assert 1.03 < young_ratio < 1.07 < 1.12 < old_ratio < 1.25


def test_web_cannibalisation_by_zones_that_open_later(world):
    """Difference in differences of sales outside the web, Angers against the county, the year before and after."""
    lost, web, displaced, truth = 0.0, 0, 0.0, 0
    for block in range(6):
        made = world(customers=60_000, tables="coeur", block=block, rate_distance_correlation=0.0)
        orders = made.orders.assign(zone=made.population["zone"].to_numpy()[made.orders["row"]])
        orders = orders[orders["zone"] != "France"]
        near = orders["zone"] != "Maine-et-Loire"
        year = orders["date"].dt.year.where(orders["date"].dt.month >= 7)
        sales = orders[orders["channel"] != "web"].groupby([near, year]).size()
        lost += sales[True, 2023] * sales[False, 2024] / sales[False, 2023] - sales[True, 2024]
        web += ((orders["channel"] == "web") & near & (year == 2024)).sum()
        told = web_displacement(made.config, made.population, made.orders)
        told = told[told["zone"].isin(["Angers centre", "agglomération"]) & told["quarter"].isin(["2024Q3", "2024Q4"])]
        displaced, truth = displaced + told["displaced_orders"].sum(), truth + told["web_orders"].sum()
    assert truth == web and 0.7 < displaced / web < 0.9
    assert lost / web == pytest.approx(displaced / web, abs=4 * 0.2 / np.sqrt(6))  # 0.2: spread from block to block
    assert lost / web > 0.4


def test_satisfaction_has_a_convex_effect_on_retention(world):
    made = world(customers=10_000)
    satisfaction = np.linspace(0, 10, 11)
    factor = retention_factor(made.config, satisfaction)
    assert (np.diff(factor) < 0).all() and (np.diff(factor, 2) < 0).all()  # retention = 1 − dropout: convex
    assert factor[0] - factor[-1] == pytest.approx(made.config.satisfaction_effect)
    people = world(customers=40_000, block=1).population
    assert retention_factor(made.config, people["satisfaction"].to_numpy()).mean() == pytest.approx(1, abs=0.01)


def test_satisfied_customers_leave_less_after_each_purchase(world):
    """Deaths per repeat purchase, satisfied against not: the ratio is that of the retention factors."""
    deaths, chances, expected = np.zeros(2), np.zeros(2), np.zeros(2)
    for block in range(3):
        made = world(customers=40_000, block=block, rep_departure_effect=0.0)
        people = made.population
        repeats = made.orders.groupby("row").size().reindex(range(len(people))) - 1
        happy = (people["satisfaction"] > 8).astype(int)
        p = people["dropout"] * retention_factor(made.config, people["satisfaction"].to_numpy())
        for group in (0, 1):
            mine = happy == group
            deaths[group] += people.loc[mine, "lifetime_end"].notna().sum()
            chances[group] += repeats[mine].sum()
            expected[group] += (repeats * p)[mine].sum()
    assert np.allclose(deaths, expected, atol=4 * np.sqrt(expected).max())
    assert deaths[1] / chances[1] < 0.92 * deaths[0] / chances[0]


def test_offices_leave_with_a_rep_whose_notes_are_not_shared(world):
    lost, exposed, kept = 0, 0, 0
    for block in range(6):
        made = world(customers=60_000, tables="coeur", block=block)
        reps = make_reps(made.config, block).set_index("rep_id")
        offices = made.population.dropna(subset=["rep_id"])
        left = offices["rep_id"].map(reps["left"])
        there = left.notna() & (offices["acquired"] < left)
        there &= offices["lifetime_end"].isna() | (offices["lifetime_end"] >= left)
        soon = offices["lifetime_end"] <= left + pd.Timedelta(days=61)
        shared = offices["rep_id"].map(reps["shared_base"])
        lost, exposed = lost + (soon & there & ~shared).sum(), exposed + (there & ~shared).sum()
        kept += (soon & there & shared).sum() / (there & shared).sum() / 6
    base = kept  # those who would have left anyway
    expected = base + (1 - base) * made.config.rep_departure_effect
    assert exposed > 300
    assert lost / exposed == pytest.approx(expected, abs=4 * np.sqrt(expected * (1 - expected) / exposed))
