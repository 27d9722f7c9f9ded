"""Risk: laws and correlations are those asked for; a test's worth is that of simulated decisions."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from grc_helpers.business_case import case, risk
from grc_helpers.business_case.risk import Uncertain
from grc_helpers.errors import GrcError


def test_draws_keep_their_laws_and_their_correlation():
    inputs = {"a": Uncertain(1.0, 2.0, 6.0), "b": Uncertain(80.0, 100.0, 120.0, "normal"), "c": Uncertain(3, 3, 3)}
    draws = risk.draw_correlated(inputs, {("a", "b"): 0.6}, n=100_000, seed=1)
    assert stats.kstest(draws["a"], stats.triang(0.2, 1, 5).cdf).pvalue > 1e-3
    assert stats.kstest(draws["b"], stats.norm(100, 20 / stats.norm.ppf(0.975)).cdf).pvalue > 1e-3
    assert (draws["c"] == 3).all()
    # Spearman's correlation of a Gaussian copula: 6/π·arcsin(ρ/2)
    assert stats.spearmanr(draws["a"], draws["b"])[0] == pytest.approx(6 / np.pi * np.arcsin(0.3), abs=0.01)
    assert draws.equals(risk.draw_correlated(inputs, {("a", "b"): 0.6}, n=100_000, seed=1))


@given(st.floats(0, 10), st.floats(0, 10), st.floats(0, 10))
def test_quantiles_rise_and_stay_in_bounds(x, y, z):
    low, central, high = sorted((x, y, z))
    got = Uncertain(low, central, high).quantile(np.linspace(0.01, 0.99, 9))
    assert (np.diff(got) >= -1e-9).all() and low - 1e-9 <= got.min() and got.max() <= high + 1e-9


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: Uncertain(2.0, 1.0, 3.0), "(?s)pas dans l'ordre.*basse 2, centrale 1"),
        (
            lambda: risk.draw_correlated({"a": Uncertain(0, 1, 2)}, {("a", "x"): 0.5}, n=10, seed=1),
            "entrées inconnues : « a » et « x »",
        ),
        (
            lambda: risk.draw_correlated(
                {name: Uncertain(0, 1, 2) for name in "abc"},
                {("a", "b"): 0.9, ("b", "c"): 0.9, ("a", "c"): -0.9}, n=10, seed=1,
            ),
            "(?s)se contredisent.*rapprochez-les de zéro",
        ),
        (
            lambda: risk.trial_value(
                [100], mean=1, error=0, spread=1, base=0, slope=1, delay_rate=0.1, unit_cost=0
            ),
            "rien à apprendre",
        ),
        (
            lambda: risk.trial_value([1], mean=1, error=1, spread=1, base=0, slope=1, delay_rate=0.1, unit_cost=0),
            "au moins deux clients, pas 1",
        ),
    ],
)  # fmt: skip
def test_what_is_refused(call, message):
    with pytest.raises(GrcError, match=message):
        call()


def test_the_tornado_sorts_by_width_and_centres():
    inputs = {"a": Uncertain(0.0, 1.0, 2.0), "b": Uncertain(0.0, 10.0, 20.0), "c": Uncertain(5, 5, 5)}
    table = risk.tornado(lambda a, b, c: a - b + c, inputs)
    assert list(table.index) == ["b", "a", "c"]
    low, high = stats.triang.ppf([0.05, 0.95], 0.5, 0, 20)
    assert table.loc["b"].tolist() == pytest.approx([low, high, 1 - low + 5, 1 - high + 5])
    assert table.loc["c", "value_low"] == table.loc["c", "value_high"] == -4


def test_the_share_of_losses_covers_the_truth():
    """Normal values: P(loss) = Φ(−mean/sd) is known; 400 sets of draws, exact binomial band at 99.9 %."""
    truth, inside = stats.norm.cdf(-0.5), 0
    for seed in range(400):
        _share, low, high = risk.loss_share(np.random.default_rng(seed).normal(0.5, 1, 500))
        inside += low <= truth <= high
    low, high = stats.binom.ppf([0.0005, 0.9995], 400, 0.95)
    assert low <= inside <= high


def test_perfect_information_of_a_normal_value_has_its_closed_form():
    """E[max(V, 0)] − max(E V, 0) with V normal; the input that makes V is worth it all, the other nothing."""
    rng, n = np.random.default_rng(3), 200_000
    x, noise = rng.normal(0, 1, n), rng.normal(0, 1e-6, n)
    values = -0.3 + 2 * x + noise
    import pandas as pd

    perfect, single = risk.information_values(values, pd.DataFrame({"x": x, "y": rng.normal(0, 1, n)}))
    expected = risk.positive_part(-0.3, 2.0)
    assert perfect == pytest.approx(expected, rel=0.02)
    assert single["x"] == pytest.approx(expected, rel=0.02) and single["y"] == pytest.approx(0, abs=0.005)


def test_partial_information_of_a_sum_has_its_closed_form():
    """V = x + y, both normal: knowing x leaves E[V | x] = x, so EVPPI(x) = E[max(x, 0)] − 0."""
    rng, n = np.random.default_rng(4), 300_000
    import pandas as pd

    x, y = rng.normal(0, 1, n), rng.normal(0, 2, n)
    perfect, single = risk.information_values(x + y, pd.DataFrame({"x": x, "y": y}))
    assert single["x"] == pytest.approx(1 / np.sqrt(2 * np.pi), rel=0.03)
    assert single["y"] == pytest.approx(2 / np.sqrt(2 * np.pi), rel=0.03)
    assert perfect == pytest.approx(np.sqrt(5) / np.sqrt(2 * np.pi), rel=0.02)


@given(mean=st.floats(-5, 5), error=st.floats(0.01, 5))
def test_the_positive_part_is_the_integral(mean, error):
    from scipy.integrate import quad

    top = max(mean, 0) + 9 * error
    area = quad(lambda v: v * stats.norm.pdf(v, mean, error), 0, top, points=[max(mean, 0)], limit=200)[0]
    assert risk.positive_part(mean, error) == pytest.approx(area, abs=1e-5)


TERMS = {"mean": 0.06, "error": 0.03, "spread": 0.35, "base": -80_000.0, "slope": 1_000_000.0}


def test_a_trial_is_worth_what_simulated_decisions_earn():
    """Truth drawn from the opinion, trial drawn from the truth, launch if the posterior mean pays: mean gain."""
    rng, n = np.random.default_rng(5), 400_000
    row = risk.trial_value([600], **TERMS, delay_rate=0.0, unit_cost=0.0).iloc[0]
    truth = rng.normal(TERMS["mean"], TERMS["error"], n)
    noise = 2 * TERMS["spread"] / np.sqrt(600)
    found = rng.normal(truth, noise)
    posterior = (TERMS["mean"] / TERMS["error"] ** 2 + found / noise**2) / (1 / TERMS["error"] ** 2 + 1 / noise**2)
    gain = np.where(TERMS["base"] + TERMS["slope"] * posterior > 0, TERMS["base"] + TERMS["slope"] * truth, 0)
    error = gain.std() / np.sqrt(n)
    assert row["information"] == pytest.approx(gain.mean(), abs=4 * error) and row["decide_now"] == 0
    assert row["trial_error"] == pytest.approx(noise)


@settings(max_examples=50)
@given(mean=st.floats(-0.1, 0.3), error=st.floats(0.001, 0.1), base=st.floats(-2e5, 2e5), slope=st.floats(-2e6, 2e6))
def test_information_is_never_harmful_and_grows_to_perfect(mean, error, base, slope):
    terms = {"mean": mean, "error": error, "spread": 0.3, "base": base, "slope": slope}
    table = risk.trial_value([2, 50, 500, 10**9], **terms, delay_rate=0.0, unit_cost=0.0)
    worth, scale = table["information"].to_numpy(), 1 + abs(base) + abs(slope)
    assert (worth >= -1e-9 * scale).all() and (np.diff(worth) >= -1e-9 * scale).all()
    perfect = risk.positive_part(base + slope * mean, abs(slope) * error) - max(base + slope * mean, 0)
    assert worth[-1] == pytest.approx(perfect, abs=1e-3 * scale * error)


def test_waiting_and_paying_are_subtracted():
    free = risk.trial_value([600], **TERMS, delay_rate=0.0, unit_cost=0.0).iloc[0]
    paid = risk.trial_value([600], **TERMS, delay_rate=0.10, unit_cost=2.0).iloc[0]
    assert paid["test_value"] == pytest.approx(free["test_value"] / 1.1 - 1_200)


def test_inputs_come_from_data_or_say_that_they_do_not():
    trial = {"effect": 0.2, "low": 0.1, "high": 0.3, "invited": 0.5}
    used, source = case.effect_in_use(trial, days=730, rate=0.0, low=0.0, high=0.0)
    assert used == pytest.approx({"effect": 0.1, "low": 0.05, "high": 0.15, "invited": 0.25}) and "fictif" in source
    used, source = case.effect_in_use(trial, days=730, rate=0.04, low=0.0, high=0.08)
    assert used["invited"] == pytest.approx(0.04 * 2.5) and "vos réglages" in source
    with pytest.raises(GrcError, match="(?s)sort de son intervalle.*added_rate 0.5"):
        case.effect_in_use(trial, days=730, rate=0.5, low=0.0, high=0.1)


def test_the_margin_of_a_first_year_or_the_pace_of_the_file():
    import pandas as pd

    days = pd.date_range("2023-01-01", periods=60, freq="12D")
    rows = [(f"c{k}", day, 10.0 + k) for k in range(30) for day in days]
    daily = pd.DataFrame(rows, columns=["customer_id", "date", "amount"]).assign(orders=1)
    margin, said = case.first_years(daily, end="2024-12-31", margin_rate=0.5)
    assert "30 clients suivis un an" in said
    # a purchase every twelve days: 31 of them fall in the first 365 days
    assert margin.central == pytest.approx(np.mean([0.5 * 31 * (10 + k) for k in range(30)]))
    short = daily[daily["date"] >= "2024-12-01"]
    margin, said = case.first_years(short, end="2024-12-31", margin_rate=0.5)
    # one purchase in 23 days: too short a file to be stretched to a year
    assert "fichier de 23 jours, sans le prolonger" in said
    assert margin.central == pytest.approx(np.mean([0.5 * (10 + k) for k in range(30)]))
    quarter = daily[daily["date"] >= "2024-09-20"]
    margin, said = case.first_years(quarter, end="2024-12-31", margin_rate=0.5)
    span = (pd.Timestamp("2024-12-31") - quarter["date"].min()).days + 1
    each = quarter.groupby("customer_id")["amount"].sum().mean()
    assert f"fichier de {span} jours porté à un an" in said and margin.central == pytest.approx(0.5 * each * 365 / span)
    assert case.active_customers(daily, end="2024-12-31") == 30
    with pytest.raises(GrcError, match="aucune marge"):
        case.first_years(daily.assign(amount=-1.0), end="2024-12-31", margin_rate=0.5)


def test_a_tool_keeps_up_part_of_the_effect(programme):
    one = programme()
    tool = case.with_tool(one, setup_cost=1_000.0, running_cost=500.0, share=0.5)
    same = one.value(0.1, added=0.05, investment=1_000.0, yearly_cost=500.0)
    assert float(tool.value(0.1)) == pytest.approx(float(same))
