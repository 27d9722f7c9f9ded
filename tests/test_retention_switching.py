"""Switching, shares in the long run, what shares are made of, cohorts projected, the cost of a departure."""

import ibis
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from grc_helpers import retention_cost as cost
from grc_helpers import retention_figures as figures
from grc_helpers import retention_series as series
from grc_helpers import retention_switching as switching
from grc_helpers.clv.formulas import customer_value
from grc_helpers.clv.shifted_beta_geometric import ShiftedBetaGeometric
from grc_helpers.data.loading import read_table
from grc_helpers.errors import GrcError
from grc_helpers.retention_claims import CLAIMS, claim

PANEL = pd.DataFrame({"id": list("aaaabbb"), "choice": ["x", "x", "y", "x", "y", "y", "x"]})


def test_passages_by_hand():
    counts, brands = switching.switching_counts(PANEL)
    assert brands == ["x", "y"]
    assert counts.tolist() == [[[1, 1], [1, 0]], [[0, 0], [1, 1]]]
    assert switching.switching_rates(counts.sum(axis=0)).tolist() == pytest.approx(
        np.array([[0.5, 0.5], [2 / 3, 1 / 3]])
    )


def test_a_panel_without_two_purchases_is_refused():
    with pytest.raises(GrcError, match="Aucun foyer n'achète deux fois"):
        switching.switching_counts(pd.DataFrame({"id": list("ab"), "choice": ["x", "y"]}))


def test_two_brands_in_the_long_run():
    """Share of the first: leaves of the second / both leaves."""
    shares = switching.steady_shares([[0.8, 0.2], [0.1, 0.9]])
    assert shares.tolist() == pytest.approx([1 / 3, 2 / 3])
    rates = switching.switching_rates(switching.switching_counts(read_table("cracker"))[0].sum(axis=0))
    assert np.linalg.matrix_power(rates, 400)[0] == pytest.approx(switching.steady_shares(rates))


@pytest.mark.parametrize(
    ("rates", "message"),
    [([[0.5, 0.6], [0.5, 0.5]], "la somme fait 1"), (np.eye(2), "n'échangent aucun client")],
)
def test_shares_that_do_not_exist_are_refused(rates, message):
    with pytest.raises(GrcError, match=message):
        switching.steady_shares(rates)


@pytest.fixture(scope="module")
def ordinary():
    """Return the counts of 3 000 households, 20 purchases each, all brands ordinary (Dirichlet, S = 2)."""
    rng, share = np.random.default_rng(5), np.array([0.5, 0.3, 0.15, 0.05])
    tastes = rng.dirichlet(2 * share, 3_000)
    bought = np.array([rng.choice(4, 20, p=taste) for taste in tastes])
    panel = pd.DataFrame({"id": np.repeat(np.arange(3_000), 20), "choice": np.array(list("abcd"))[bought.ravel()]})
    return panel


def test_ordinary_brands_have_no_excess_of_loyalty(ordinary):
    table = switching.equilibrium(ordinary, n_boot=300, seed=1)
    expected = (2 * table["share"] + 1) / 3
    assert table["kept"].tolist() == pytest.approx(expected.tolist(), abs=0.03)
    assert ((table["excess_low"] < 0) & (0 < table["excess_high"])).sum() >= 3
    assert table["excess"].abs().max() < 0.03
    assert table["steady"].tolist() == pytest.approx(table["share"].tolist(), abs=0.01)


def test_a_brand_that_holds_is_seen(ordinary):
    """Half of the households that would leave brand b buy it again: its excess is far from zero, the others' is not."""
    held = ordinary.copy()
    rng, before = np.random.default_rng(2), held.groupby("id")["choice"].shift()
    held.loc[(before == "b") & (rng.random(len(held)) < 0.5), "choice"] = "b"
    table = switching.equilibrium(held, n_boot=200, seed=1)
    assert table.loc["b", "excess_low"] > 0.03 and table.loc["b", "excess"] == table["excess"].max()


def test_a_rival_that_keeps_more_takes_share_and_lets_fewer_go():
    rates = np.array([[0.8, 0.2], [0.3, 0.7]])
    changed = switching.rival_keeps(rates, 1, 0.85)
    assert changed.tolist() == pytest.approx(np.array([[0.8, 0.2], [0.15, 0.85]]))
    table = switching.rival_scenarios(rates, ["us", "them"], rival="them", retentions=[0.7, 0.85])
    assert table["us"].tolist() == pytest.approx([0.6, 0.15 / 0.35])
    assert table["contacts"].tolist() == pytest.approx([1, 2])  # half as many leave
    with pytest.raises(GrcError, match="inférieure à 1"):
        switching.rival_keeps(rates, 1, 1.0)


@pytest.mark.parametrize("name", ["catsup", "cracker"])
def test_parfitt_and_collins_multiply_to_the_share(name):
    panel = read_table(name)
    table = switching.parfitt_collins(panel)
    product = table["penetration"] * table["repeat_rate"] * table["buying_index"]
    assert product.tolist() == pytest.approx(table["share"].tolist())
    assert table["share"].to_dict() == pytest.approx(panel["choice"].value_counts(normalize=True).to_dict())


def test_parfitt_and_collins_by_hand():
    table = switching.parfitt_collins(PANEL.iloc[:6])  # a: x x y x; b: y y
    assert table.loc["x", ["penetration", "repeat_rate", "buying_index"]].tolist() == pytest.approx([0.5, 0.75, 4 / 3])


def test_independent_brands_lie_on_the_line_of_double_jeopardy():
    """Poisson purchases of each brand, same rate for all its buyers: w(1 − b) is one for all small brands."""
    rng, homes = np.random.default_rng(4), 20_000
    taste = rng.gamma(0.8, 1 / 0.8, homes)  # heavy and light buyers of the category
    parts = []
    for name, mean in {"big": 0.8, "middle": 0.3, "small": 0.1}.items():
        own = rng.gamma(0.5 * mean, 1 / 0.5, homes) * taste
        parts.append(pd.DataFrame({"home": np.repeat(np.arange(homes), rng.poisson(own)), "maker": name}))
    table = switching.double_jeopardy(pd.concat(parts), household="home", brand="maker", population=homes, top=3)
    assert table.index.tolist() == ["big", "middle", "small"]
    assert table["frequency"].is_monotonic_decreasing
    assert (table["frequency"] / table["expected"]).tolist() == pytest.approx([1, 1, 1], abs=0.12)


def test_duplication_by_hand():
    bought = pd.DataFrame({"home": [1, 1, 2, 3, 3], "maker": ["x", "y", "x", "x", "y"]})
    found = switching.duplication(bought, household="home", brand="maker", brands=["x", "y"], population=4)
    assert found.loc["x", "y"] == pytest.approx(2 / 3) and found.loc["y", "x"] == 1 and np.isnan(found.loc["x", "x"])
    assert found.loc["D"].tolist() == pytest.approx([1 / 0.75, (2 / 3) / 0.5])


GOODS = pd.DataFrame(
    [["1", "A", "7", "National"], ["2", "A", "8", "Private"], ["3", "B", "7", "National"]],
    columns=["product_id", "product_category", "manufacturer_id", "brand"],
)
LINES = pd.DataFrame(
    [["h", "t1", "1"], ["h", "t1", "1"], ["h", "t1", "2"], ["h", "t2", "1"], ["k", "t3", "2"], ["k", "t3", "3"]],
    columns=["customer_id", "order_id", "product_id"],
)


def test_occasions_of_a_category_by_hand():
    found = switching.category_purchases(ibis.memtable(LINES), GOODS, category="A")
    expected = [["h", "t1", "MDD"], ["h", "t1", "n° 7"], ["h", "t2", "n° 7"], ["k", "t3", "MDD"]]
    assert found.to_numpy().tolist() == expected


def test_jeopardy_by_category_by_hand():
    """Three makers of one category: 3, 2 and 1 buyers, who buy it 3, 2 and 1 times; the other category is too small."""
    goods = pd.DataFrame({"product_id": list("abcd"), "manufacturer_id": list("1234"), "brand": "National"})
    goods["product_category"] = ["A", "A", "A", "B"]
    rows = [(f"h{home}", f"{home}{maker}{k}", maker) for maker, n in (("a", 3), ("b", 2), ("c", 1), ("d", 2))
            for home in range(n) for k in range(n)]  # fmt: skip
    lines = ibis.memtable(pd.DataFrame(rows, columns=["customer_id", "order_id", "product_id"]))
    found = switching.jeopardy_by_category(lines, goods, at_least=3, buyers=1)
    assert found.to_dict() == {"A": pytest.approx(1.0)}


# Cohorts (O7)


@pytest.mark.parametrize("segment", series.SERIES)
def test_fader_hardie_2007_years_held_out(segment):
    """Estimates as published; on years 8 to 12 the sBG beats every curve, the best fit to the past included."""
    model = series.fit_cohort(series.SERIES[segment][: series.SEEN])
    assert model.params_.to_dict() == pytest.approx(series.ESTIMATES[segment], abs=6e-4)
    judged = series.judge(series.project(series.SERIES[segment]))
    assert judged["held_out_error"].idxmin() == "sBG" and judged.loc["sBG", "held_out_error"] < 0.015
    assert judged["held_out_error"].drop("sBG").min() > 0.07
    assert judged.loc["Quadratique", "last_year"] > 0.7  # a parabola turns up: customers would come back to life


@pytest.mark.parametrize("segment", series.SERIES)
def test_one_retention_rate_is_wrong_on_both_sides(segment):
    table = series.lifetime_table(series.SERIES[segment])
    first, _, last, seen = table["limited_years"]
    assert first < seen < last
    assert seen == pytest.approx(sum(series.SERIES[segment][:-1]) / 100)


def test_residual_lifetimes_differ_by_one_period_of_discount():
    table = series.residual_table(ShiftedBetaGeometric().with_params([0.764, 1.296]), ages=[0, 1, 4], rate=0.10)
    assert (100 * table["derl_before"]).tolist() == pytest.approx([288, 394, 568], abs=0.5)  # Fader & Hardie (2015)
    assert (table["derl_before"] / table["derl_after"]).tolist() == pytest.approx([1.1] * 3)
    assert table.loc[0, "derl_shifted"] == pytest.approx(table.loc[1, "derl_before"])


def simulated(alpha, beta, n=4_000, dates=8, seed=1):
    rng = np.random.default_rng(seed)
    theta = rng.beta(alpha, beta, n) if beta else np.full(n, alpha)
    life = rng.geometric(theta)
    met = np.minimum(life, dates)
    return pd.DataFrame({"T": met, "frequency": np.where(life <= dates, met - 1, met)})


def test_contracts_of_unlike_customers_get_the_sbg():
    model, remark = series.fit_contracts(simulated(0.9, 9))
    assert remark == "" and model.summary()["low"].le([0.9, 9]).all() and model.summary()["high"].ge([0.9, 9]).all()


def test_contracts_of_like_customers_get_one_rate():
    table = simulated(0.2, None)
    model, remark = series.fit_contracts(table)
    rate = table["frequency"].sum() / table["T"].sum()
    assert "un seul taux de renouvellement" in remark
    assert model.retention([1, 5]).tolist() == pytest.approx([rate, rate])


@pytest.mark.parametrize("frequency", [[3, 3], [0, 0]])
def test_no_model_without_renewals_and_departures(frequency):
    model, remark = series.fit_contracts(
        pd.DataFrame({"T": [3, 3] if frequency[0] else [1, 1], "frequency": frequency})
    )
    assert model is None and "period_days" in remark


# Cost


def test_what_a_departure_costs():
    assert cost.loss_of_customer(100, 80, 30, limited=False) == 100
    assert cost.loss_of_customer(100, 80, 30, limited=True) == 50
    assert cost.loss_of_customer(100, 80, [80, 200], limited=True).tolist() == [100, 100]  # nobody is recruited
    costs, losses = cost.loss_curves({"residual": 100, "newcomer": 80}, cost=150)
    assert costs[-1] > 150 and (losses["sa place est reprise"] <= losses["on recrute sans limite"]).all()


def test_values_of_contracts_with_one_rate():
    """All alike: keeping one is worth a new one, by the usual formula."""
    value = cost.contract_values(
        series.OneRate(0.8), pd.DataFrame({"T": [3, 2], "frequency": [3, 1]}), margin=10, rate=0.1
    )
    assert value["newcomer"] == pytest.approx(customer_value(10, 0.8, 0.1))
    assert value["residual"] == pytest.approx(value["newcomer"])


def test_one_rate_is_the_limit_of_the_sbg():
    limit, one = ShiftedBetaGeometric().with_params([200, 800]), series.OneRate(0.8)
    for when in ("before", "after"):
        assert one.derl([0, 3], rate=0.1, when=when).tolist() == pytest.approx(
            limit.derl([0, 3], rate=0.1, when=when), rel=0.01
        )
    assert one.discounted_lifetime(rate=0.1) == pytest.approx(limit.discounted_lifetime(rate=0.1), rel=0.01)


def test_who_renewed_is_worth_more_than_a_newcomer():
    unlike = ShiftedBetaGeometric().with_params([0.7, 1.2])
    value = cost.contract_values(unlike, pd.DataFrame({"T": [3], "frequency": [3]}), margin=10, rate=0.1)
    assert value["residual"] > 1.3 * value["newcomer"]


def test_two_firms_with_one_share():
    table = cost.two_firms({"A": 0.9, "B": 0.6}, customers=1000, margin=10, discount_rate=0.1, cost=5)
    assert (table["at_start"] == table["at_end"]).all()
    assert table["departed"].tolist() == [100, 400] and table["acquisition_budget"].tolist() == [500, 2000]
    assert table["renewed_share"].tolist() == pytest.approx([0.9**5, 0.6**5])
    assert table["base_value"].tolist() == pytest.approx([1000 * 10 * 1.1 / 0.2, 1000 * 10 * 1.1 / 0.5])


def test_flows_of_a_panel_balance():
    counts, brands = switching.switching_counts(PANEL)
    flows = cost.panel_flows(counts.sum(axis=0), brands)
    assert flows["departed"].tolist() == pytest.approx([1 / 5, 2 / 5]) and flows["balance"].sum() == pytest.approx(0)


def test_claims_are_whole():
    for notion, parts in CLAIMS.items():
        assert parts["source"] in {"S0", "S1", "S2"} and "«" in parts["claim"], notion
    assert "jusqu'à 12 €" in claim("K8", ceiling="12 €")["why"]


def test_a_departure_is_priced_from_the_contracts():
    """Half renew each year, at 120 a year, a margin of a half: a newcomer is worth 60 × (1 + d)/(1 + d − r)."""
    alike = pd.DataFrame({"days": [365, 730, 1095] * 30, "left": True, "amount": 120.0})
    found = cost.departure(alike, period_days=365, margin_rate=0.5, discount_rate=0.25)
    rate, kept = 1.25 ** (365 / 365.25) - 1, 0.5
    assert found.fee == 120 and "un seul taux" in found.remark
    assert found.value["newcomer"] == pytest.approx(60 * (1 + rate) / (1 + rate - kept))


def test_a_departure_that_cannot_be_priced_says_why():
    free = pd.DataFrame({"days": [365, 730] * 30, "left": True, "amount": 0.0})
    settings = {"period_days": 365, "margin_rate": 0.5, "discount_rate": 0.1}
    found = cost.departure(free, **settings)
    assert found.value is None and not found.remark
    stays = cost.departure(free.assign(left=False, amount=10.0), **settings)
    assert stays.value is None and "period_days" in stays.remark


def test_the_next_purchases_by_hand():
    """Hidden: y x. Before: x x y x, passages xx, xy, yx; the last brand is x, three purchases out of four."""
    found = cost.shared_loyalty(pd.DataFrame({"id": "a", "choice": list("xxyxyx")}), ahead=2).loc["x"]
    assert found["households"] == 1 and found["came"] == 1 and np.isnan(found["low"])
    # P(x→x) = 1/2, P(y→x) = 1: lost at the first change, 1/2 + 1/4; with returns, 1/2 + (1/4 + 1/2).
    assert found[["if_lost", "if_chain", "if_share"]].tolist() == pytest.approx([0.75, 1.25, 1.5])


def test_a_chain_forecasts_households_that_are_a_chain():
    """2 000 households with the same passages: the chain forecasts what came, « lost » too little."""
    rng, rates = np.random.default_rng(3), np.array([[0.7, 0.2, 0.1], [0.3, 0.6, 0.1], [0.3, 0.2, 0.5]])
    state, bought = rng.integers(3, size=2_000), []
    for _ in range(30):
        bought.append(state)
        state = (rng.random(2_000)[:, None] > rates.cumsum(axis=1)[state]).sum(axis=1)
    panel = pd.DataFrame(
        {"id": np.repeat(np.arange(2_000), 30), "choice": np.array(list("abc"))[np.array(bought).T.ravel()]}
    )
    found = cost.shared_loyalty(panel, ahead=10)
    assert found["households"].sum() == 2_000
    assert found["if_chain"].tolist() == pytest.approx(found["came"].tolist(), abs=0.3)
    assert (found["if_lost"] < found["low"]).all()


def test_own_shares_forecast_households_that_keep_theirs():
    """Households that draw each purchase from their own tastes: many purchases seen, the own share is right."""
    tastes = np.random.default_rng(8).dirichlet([1.0, 0.6, 0.4], 2_000).cumsum(axis=1)
    drawn = np.random.default_rng(9).random((2_000, 60, 1)) > tastes[:, None, :]
    panel = pd.DataFrame(
        {"id": np.repeat(np.arange(2_000), 60), "choice": np.array(list("abc"))[drawn.sum(axis=2).ravel()]}
    )
    found = cost.shared_loyalty(panel, ahead=10)
    assert found["if_share"].tolist() == pytest.approx(found["came"].tolist(), abs=0.35)
    assert (found["if_chain"] < found["low"]).all()  # one matrix for all forgets that households differ


def test_a_panel_too_short_to_hide_purchases_is_refused():
    with pytest.raises(GrcError, match="n'achète assez.\n.*12 achats"):
        cost.shared_loyalty(PANEL, ahead=10)


@pytest.mark.parametrize("price", [60.0, 0.0])
def test_the_cost_of_a_customer_won_follows_the_rival_s_retention(price):
    table = switching.rival_scenarios([[0.8, 0.2], [0.3, 0.7]], ["us", "them"], rival="them", retentions=[0.7, 0.85])
    _, axes = plt.subplots(1, 2)
    said = figures.plot_rival(axes, table, rival="them", brands=["us", "them"], cost=price, currency="EUR")
    assert axes[1].lines[0].get_ydata().tolist() == pytest.approx([price, 2 * price])  # half as many leave
    assert axes[0].lines[0].get_ydata()[0] == pytest.approx(0.6) and ("120" in said) == (price > 0)
