"""What the chapter shows: French headings, a format for each number, figures that say their finding."""

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest

from grc_helpers.channels import figures, firm, policy, profit, views
from grc_helpers.style import STYLE

mpl.use("Agg")


@pytest.fixture(scope="module")
def channels(merle):
    lifts = {"e-mail": 0.001, "courrier": 0.014, "appel": 0.04, "visite": 0.15}
    return policy.firm_channels(merle.costs, year=2025, lifts=lifts, most=dict.fromkeys(lifts, 2))


def test_the_web_shop_adds_what_its_account_says_only_when_nothing_is_displaced(merle):
    orders = profit.channel_orders(merle.sales, merle.lines, merle.service, merle.contacts, year=2025)
    account = profit.profit_and_loss(orders, merle.costs[merle.costs["year"] == 2025], visits=0.0)
    web = views.web_shop(account, orders)
    assert web["sales"] * web["margin_rate"] == pytest.approx(account.loc[["Ventes", "Coût des produits"], "web"].sum())
    table = views.added_by_web(web, {"rien": 0.0, "trop": 1.7})
    assert table["Marge ajoutée"].iloc[1] == 0 and table.index[1].startswith("trop : 170")
    assert (table["Marge ajoutée"] - table["Coûts ajoutés"]).tolist() == pytest.approx(
        table["Résultat ajouté"].tolist()
    )


def test_gains_say_none_when_every_contact_loses(channels):
    poor = pd.DataFrame(
        {"customers": [5, 5], "margin": [1.0, 1000.0]}, index=pd.Index(["Pauvres", "Riches"], name="segment")
    )
    assert views.gains(poor, channels)["Meilleur canal"].tolist() == ["aucun", "visite"]


def test_approaches_share_the_plan_between_three(channels):
    segments = pd.DataFrame({"customers": [10]}, index=["Bons"])
    contacts = pd.DataFrame([[20.0, 10.0, 5.0, 5.0]], index=["Bons"], columns=channels.index)
    assert views.approaches(contacts, segments).loc["Bons"].tolist() == [1.0, 1.0, 2.0]


def test_every_number_with_a_french_heading_has_a_format(merle, channels):
    segments = policy.value_segments(merle.sales, merle.customers, year=2025)
    terms = {"reach": policy.reach_by_segment(segments, channels), "budget": 5000.0}
    tables = [
        views.cost_map(merle, year=2025),
        views.trials(merle),
        *views.parity(merle, year=2025, tolerance=0.03),
        views.delays(merle.updates, end=firm.END),
        views.recovery(),
        views.sensitivity(segments, channels, (0.5, 1), **terms),
    ]
    known = {*channels.index, "low", "high", "lift_low", "lift_high", "median_days", "late_days", "coverage"}
    for table in tables:
        numbers = table.select_dtypes("number").columns
        assert set(numbers) <= known | set(views.FORMATS), set(numbers) - known - set(views.FORMATS)


def test_figures_tell_their_finding(channels):
    mpl.rcParams.update(STYLE)
    table = pd.DataFrame({"touched": [0.2, 0.8], "cost_per_contact": [0.0, 2.0]}, index=["appel", "mail"])
    ax = figures.plot_map(table, currency="EUR")
    assert "mail" in ax.get_title(loc="left")
    assert [text.get_text().count("le contact") for text in ax.texts] == [0, 1]  # no price where none is known
    scale = policy.best_channel(channels, np.arange(0.0, 600.0, 10.0))
    ax = figures.plot_thresholds(scale, segments=pd.Series({"Bons": 400.0}), currency="EUR", title="t")
    assert [line.get_ydata()[-1] for line in ax.lines[:4]] == pytest.approx(scale[channels.index].iloc[-1].tolist())
    steps = pd.DataFrame(
        {"rate": [np.nan, 0.5, 0.2], "since_start": [1, 0.5, 0.1]}, index=["Contact", "Offre", "Achat"]
    )
    assert "achat" in figures.plot_funnel(steps).get_title(loc="left")
