"""What sales say of opinions, the best of several ways, delays: by hand, on cases of round numbers."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from grc_helpers.business_case import case, cashflows, choice, positioning, project, project_figures, risk, sheets
from grc_helpers.campaigns.rewards import referral_effect


def buyers(second_years: list[float]) -> pd.DataFrame:
    """Return customers who spend 100 in their first year and the amounts given in their second."""
    rows = []
    for k, spent in enumerate(second_years):
        rows += [(f"c{k}", "2022-01-01", 60.0), (f"c{k}", "2022-12-31", 40.0), (f"c{k}", "2023-01-01", spent)]
    rows.append(("late", "2023-06-01", 1_000.0))  # not seen for two years
    table = pd.DataFrame(rows, columns=["customer_id", "date", "amount"])
    return table.assign(date=pd.to_datetime(table["date"]), orders=1)


def test_the_second_year_is_a_share_of_the_first():
    share, count = choice.second_year(buyers([0.0] * 15 + [100.0] * 15), end="2023-12-31")
    assert (share, count) == (pytest.approx(0.5), 30)
    share, count = choice.second_year(buyers([50.0] * 19), end="2023-12-31")
    assert np.isnan(share) and count == 19
    assert np.isnan(choice.second_year(buyers([50.0] * 30), end="2023-12-30")[0])  # a day short


def test_opinions_are_told_with_what_the_data_say(programme):
    said = choice.tell_opinions(programme(), buyers([40.0] * 25), (0.08, 0.07), end="2023-12-31").replace("\u202f", " ")
    assert "25 clients suivis deux ans laissent la deuxième année 40 % de la première ; le dossier suppose 50 %" in said
    assert "0,080 client dans sa première moitié, 0,070 dans la seconde ; le dossier suppose 30 % de moins" in said
    assert "Trop peu" in choice.tell_opinions(programme(), buyers([40.0] * 3), (0.08, 0.07), end="2023-12-31")


def test_the_halves_of_a_trial_average_to_the_whole():
    trial = pd.DataFrame({"customer_id": list("abcd"), "treated": [True, True, False, False]})
    trial["since"] = pd.Timestamp("2024-01-01")
    days = ["2024-01-05", "2024-02-01", "2024-12-30", "2024-12-31", "2025-06-01"]
    named = pd.DataFrame({"sponsor_id": ["a", "a", "c", "b", "b"], "date": pd.to_datetime(days), "reward": 10.0})
    first, second = choice.effect_by_half(named, trial, days=730)  # the second half starts on 31 December 2024
    assert (first, second) == (pytest.approx(2 / 2 - 1 / 2), pytest.approx(2 / 2))
    whole = referral_effect(named, trial)["effect"]
    assert (first + second) / 2 == pytest.approx(whole * 365 / 730)


@pytest.mark.parametrize(("target", "rate"), [(0.0, 0.1), (5_000.0, 0.1), (-3_000.0, 0.0)])
def test_the_share_needed_gives_the_value_asked_for(target, rate, programme):
    one = programme()
    share = choice.share_needed(one, target, rate)
    assert float(one.value(rate, added=share * one.inputs["added"].central)) == pytest.approx(target, abs=1e-6)


def test_the_best_of_quote_tool_and_nothing_is_told(programme):
    quote, shares = programme(investment=1e6), {"Outil": 0.5, "Autre": 0.1}
    options = {
        name: case.with_tool(quote, setup_cost=0.0, running_cost=0.0, share=share) for name, share in shares.items()
    }
    said = choice.tell_choice(quote, options, shares, rate=0.1, currency="EUR")
    assert "le mieux est de choisir « Outil »" in said and "tient 0" in said  # free: any effect pays
    dear = {"Outil": case.with_tool(quote, setup_cost=1e6, running_cost=0.0, share=0.5)}
    said = choice.tell_choice(quote, dear, shares, rate=0.1, currency="EUR")
    assert "le mieux est de ne rien faire" in said and "même en tenant tout l'effet" in said
    good = choice.tell_choice(programme(investment=0.0), dear, shares, rate=0.1, currency="EUR")
    assert "le mieux est de payer le devis" in good


def test_settings_make_the_case(programme):
    daily = buyers([50.0] * 30)
    settings = SimpleNamespace(
        margin_rate=0.5, members=0, persistence=0.5, fading=0.3, investment=1.0, yearly_cost=1.0, reward=10.0, years=3
    )
    effect = {"effect": 0.1, "low": 0.05, "high": 0.15, "invited": 0.2}
    one = case.programme_of(daily, effect, "essai", end="2023-12-31", settings=settings)
    assert one.members == 31 and one.sources["members"] == "vos clients actifs depuis un an" and one.years == 3
    settings.members = 7
    assert case.programme_of(daily, effect, "essai", end="2023-12-31", settings=settings).members == 7


def test_the_return_on_costs_by_hand():
    """Pay 100 now, then 10 a year of costs and 5 of rewards against 121 of margin: at 10 %, one year."""
    lines = {
        "investment": np.array([-100.0, 0]), "margin": np.array([0, 143.0]), "rewards": np.array([0, -5.5]),
        "yearly_cost": np.array([0, -11.0]),
    }  # fmt: skip
    lines["flow"] = sum(lines.values())
    assert cashflows.return_on_costs(lines, 0.1) == pytest.approx((130 - 5 - 10 - 100) / 115)
    free = {name: np.zeros(2) for name in lines}
    assert np.isnan(cashflows.return_on_costs(free, 0.1))


def test_options_are_compared_on_the_same_draws(programme):
    one = programme()
    table = risk.compare({"a": one, "b": one}, case.CORRELATIONS, rate=0.1, n=2_000, seed=1)
    assert table.loc["a"].equals(table.loc["b"])
    values = one.value(0.1, **risk.draw_correlated(one.inputs, case.CORRELATIONS, n=2_000, seed=1))
    assert table.loc["a", "value_lost"] == (values < 0).mean()
    assert table.loc["a", "value_worst"] <= table.loc["a", "value_expected"] == values.mean()


def test_the_expected_value_is_a_line_in_the_effect(programme):
    one = programme()
    base, full = risk.line_in(one, "added", rate=0.1, n=500, seed=3)
    others = {name: law for name, law in one.inputs.items() if name != "added"}
    drawn = risk.draw_correlated(others, {}, n=500, seed=3)
    assert base + 0.3 * (full - base) == pytest.approx(one.value(0.1, **drawn, added=0.3).mean())


def test_waiting_is_told_against_deciding_now():
    gained = risk.tell_waiting(-50.0, 11.0, 0.1, "EUR").replace("\u202f", " ")
    assert "au plus 10 € de mieux que décider maintenant, avant le coût" in gained
    assert "n'apporterait rien" in risk.tell_waiting(-1e6, 0.0, 0.1, "EUR")
    lost = risk.tell_waiting(110.0, 0.0, 0.1, "EUR").replace("\u202f", " ")
    assert "10 € de moins que décider maintenant, même si l'essai ne coûtait rien" in lost


def test_a_delay_after_paying_costs_more_than_one_before():
    said = project.tell_delays(110.0, 1_100.0, 0.1, weeks=52, currency="EUR").replace("\u202f", " ")
    assert "de −10 € ; payer" in said and said.endswith("de −110 €.")


def test_the_nearest_brand_is_the_nearest():
    brands = pd.DataFrame({"axis_1": [0.0, 3.0, 0.0], "axis_2": [0.0, 0.0, -2.0]}, index=["Nous", "Loin", "Près"])
    assert positioning.nearest_brand(brands, "Nous") == "Près"


def test_a_tie_of_the_weakest_is_told():
    import matplotlib.pyplot as plt

    fig, ax = plt.subplots(subplot_kw={"projection": "polar"})
    grades = pd.Series({"savoir-faire": 3.0, "formation": 2.91, "processus": 3.0, "moyens": 2.94, "culture": 4.0})
    project_figures.plot_maturity(ax, {"Nous": grades})
    assert "Au plus bas : formation et moyens (2,9" in (ax.get_title() or ax.get_title(loc="left"))
    plt.close(fig)


def test_actions_are_ranked_by_impact_over_effort():
    table = sheets.actions_table({"lourd": (3, 5), "léger": (5, 1), "moyen": (4, 2)}, seed=1)
    assert list(table.index) == ["léger", "moyen", "lourd"] and list(table["rank"]) == [1, 2, 3]
