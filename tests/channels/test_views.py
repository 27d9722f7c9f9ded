"""What the chapter shows: French headings, a format for each number, figures that say their finding."""

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest

from grc_helpers.channels import coherence, figures, firm, policy, profit, views
from grc_helpers.data.simulator.truth import read_truth
from grc_helpers.style import STYLE, money, percent

mpl.use("Agg")


@pytest.fixture(scope="module")
def channels(merle):
    lifts = {"e-mail": 0.001, "courrier": 0.014, "appel": 0.04, "visite": 0.15}
    return policy.firm_channels(merle.costs, year=2025, lifts=lifts, most=dict.fromkeys(lifts, 2))


def test_the_web_shop_adds_what_its_account_says_when_nothing_is_displaced(merle):
    orders = profit.channel_orders(merle.sales, merle.lines, merle.service, merle.contacts, year=2025)
    account = profit.profit_and_loss(orders, merle.costs[merle.costs["year"] == 2025], visits=0.0)
    table = views.added_by_web(views.web_shop(account, orders), {"rien": 0.0, "tout": 1.0, "trop": 1.7})
    own = account.drop(index=["Résultat", "Service après-vente", "Contacts sortants"])["web"].sum()
    assert table["Résultat ajouté"].iloc[0] == pytest.approx(own)
    assert table["Marge ajoutée"].iloc[2] == 0 and table.index[2].startswith("trop : 170")
    assert table.iloc[1].tolist() == pytest.approx(table.iloc[2].tolist())


def test_what_the_accounts_leave_out_completes_them(merle):
    year = merle.costs[merle.costs["year"] == 2025]
    orders = profit.channel_orders(merle.sales, merle.lines, merle.service, merle.contacts, year=2025)
    account = profit.profit_and_loss(orders, year, visits=0.0)
    said = views.left_out(merle, account, year=2025)
    assert money(year.loc[year["role"] == "contact", "fixed_cost"].sum(), "EUR") in said
    buyers = merle.sales.loc[merle.sales["date"].dt.year == 2025, "customer_id"]
    sent = merle.contacts[(merle.contacts["direction"] == "sortant") & (merle.contacts["date"].dt.year == 2025)]
    idle = sent[~sent["customer_id"].isin(buyers) & (sent["channel"] != "visite")]
    assert f"contacts ({money(idle['cost'].sum(), 'EUR')})" in said


def test_a_voucher_used_is_paid_by_the_campaign(merle):
    rows = merle.targets[merle.targets["campaign_id"] == "BON-2024"]
    margin, treated = rows.groupby("group")["margin"].mean(), (rows["group"] == "traité").sum()
    paid = merle.coupons.loc[merle.coupons["redeemed_on"].notna(), "value"].sum() / treated
    cost = merle.campaigns.set_index("campaign_id").loc["BON-2024", "unit_cost"]
    gain = views.trials(merle).loc["Bon de réduction de rentrée (courrier)", "Gain par contact"]
    assert gain == pytest.approx(margin["traité"] - margin["témoin"] - paid - cost) and paid > 0.5


def test_measured_lifts_are_shares_of_a_year(merle):
    """The gift box's margin, over what a customer left without it brings in the 365 days that follow."""
    rows = merle.targets[merle.targets["campaign_id"] == "NOEL-2024"]
    margin, start = rows.groupby("group")["margin"].mean(), rows["observed_from"].iloc[0]
    control = rows.loc[rows["group"] == "témoin", "customer_id"]
    days = (merle.sales["date"] - start).dt.days
    year = merle.sales[days.between(0, 364) & merle.sales["customer_id"].isin(control)]["margin"].sum() / len(control)
    share = percent((margin["traité"] - margin["témoin"]) / year)
    assert f"coffret de Noël {share} [" in views.measured_lifts(merle)


def test_new_questions_are_told_from_questions_asked_again(merle):
    again = coherence.repeated_questions(merle.contacts, days=30)
    truth = read_truth("cafes_merle", "reponses")
    table = views.repeated_answers(again, truth)
    assert table["Questions reposées"].sum() == len(again)
    found = set(zip(truth["customer_id"], truth["date"].astype(str), truth["subject"], strict=True))
    pairs = zip(again["customer_id"], again["date"].dt.strftime("%Y-%m-%d"), again["subject"], strict=True)
    assert table["Questions nouvelles"].sum() == sum(pair not in found for pair in pairs) > 0


def test_gains_say_none_when_every_contact_loses(channels):
    poor = pd.DataFrame(
        {"customers": [5, 5], "margin": [1.0, 1000.0]}, index=pd.Index(["Pauvres", "Riches"], name="segment")
    )
    assert views.gains(poor, channels)["Meilleur canal"].tolist() == ["aucun", "visite"]


def test_segments_touched_and_touchable_equal_a_plain_count(merle):
    people = policy.customer_segments(merle.sales, merle.customers, year=2025)["segment"]
    reach = policy.share_by_segment(firm.touchable(merle.customers), people)
    table = views.touched(merle, reach, year=2025)
    good = set(people.index[people == "Bons"])
    called = merle.contacts.query("channel == 'appel' and direction == 'sortant'")
    called = set(called.loc[called["date"].dt.year == 2025, "customer_id"]) & good
    agreed = set(merle.customers.loc[merle.customers["consent_phone"], "customer_id"]) & good
    said = f"{percent(len(called) / len(good), 0)} sur {percent(len(agreed) / len(good), 0)}"
    assert table.loc["Bons", "appel"] == said and 0 < len(called) < len(agreed)
    offices = people.str.contains("bureaux")
    visited = merle.contacts.loc[merle.contacts["channel"] == "visite", "customer_id"]
    assert set(visited) & set(people.index) <= set(people.index[offices])
    assert (reach["visite"] == reach.index.str.contains("bureaux")).all()


def test_the_nearest_design_is_told_world_by_world():
    near = pd.DataFrame({"estimate": [0.5, 0.04]}, index=["Écart brut", "Double différence appariée"])
    far = pd.DataFrame({"estimate": [0.08, 0.4]}, index=["Écart brut", "Double différence appariée"])
    said = views.nearest({"a": near, "b": far}, [0.0, 0.10])
    here, mean = said.split("En moyenne")
    assert "sans effet, « Double différence appariée » (à 4,0" in here
    assert "avec un effet de 10\u202f%, « Écart brut » (à 2,0" in here
    assert mean.count("Double différence appariée") == 2  # of these two, in the stored worlds


def test_arrows_differ_only_beyond_chance():
    moves = pd.DataFrame({"previous": ["a", "b", "a"], "channel": ["b", "a", "a"], "n": [200, 200, 500]})
    assert "ne diffèrent pas" in views.arrows(moves.assign(hits=[40, 44, 490]))
    assert "les 2 flèches qui changent de canal diffèrent" in views.arrows(moves.assign(hits=[40, 90, 50]))


def test_every_number_with_a_french_heading_has_a_format(merle, channels):
    tables = [
        views.cost_map(merle, year=2025),
        views.trials(merle),
        views.parity(merle, year=2025, tolerance=0.03)[0],
        views.delays(merle.updates, end=firm.END),
        views.recovery(),
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
    moves = pd.DataFrame([("a", "a", 50, 0.1), ("a", "b", 9, 0.5)], columns=["previous", "channel", "n", "share"])
    stops = pd.DataFrame({"share": [0.1, 0.5], "low": 0.05, "high": 0.6}, index=["même canal", "canal changé"])
    left = figures.plot_breaks(moves, stops, title="t").axes[0]
    assert [text.get_text().split("\n")[1] for text in left.texts] == ["sur 50", "sur 9"]
    steps = pd.DataFrame(
        {"rate": [np.nan, 0.5, 0.2], "since_start": [1, 0.5, 0.1]}, index=["Contact", "Offre", "Achat"]
    )
    assert "achat" in figures.plot_funnel(steps).get_title(loc="left")
