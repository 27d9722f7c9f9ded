"""The same firm whatever the channel: counts by hand, and truths of the simulated firm found again."""

import pandas as pd
import pytest

from grc_helpers.channels import coherence
from grc_helpers.data.simulator.truth import read_truth


def dates(frame, *columns):
    return frame.assign(**{name: pd.to_datetime(frame[name]) for name in columns})


def test_questions_asked_again_by_hand():
    rows = [("a", "2025-01-01", "boutique", "port", "oui"), ("a", "2025-01-10", "e-mail", "port", "non"),
            ("a", "2025-03-10", "e-mail", "port", "non"), ("a", "2025-01-02", "e-mail", "retour", "non"),
            ("b", "2025-01-02", "e-mail", "port", "oui"), ("b", "2025-01-03", "e-mail", "port", "oui")]  # fmt: skip
    contacts = dates(pd.DataFrame(rows, columns=["customer_id", "date", "channel", "subject", "answer"]), "date")
    again = coherence.repeated_questions(contacts, days=30)
    assert again[["customer_id", "elsewhere", "contradiction"]].to_numpy().tolist() == [
        ["a", True, True],
        ["b", False, False],
    ]


def test_contradictions_are_found_near_the_truth(merle):
    again = coherence.repeated_questions(merle.contacts)
    found = coherence.rates(again["contradiction"], again["elsewhere"])
    truth = read_truth("cafes_merle", "reponses").groupby("elsewhere")["contradiction"].mean()
    assert abs(found.loc[True, "share"] - truth[True]) < 0.05 and abs(found.loc[False, "share"] - truth[False]) < 0.06


def test_a_change_of_channel_costs_what_the_simulator_says_by_step_and_seems_to_help_by_journey(merle):
    steps = coherence.step_abandonment(merle.journeys)
    gap = steps.loc["canal changé", "share"] - steps.loc["même canal", "share"]
    effects = read_truth("cafes_merle", "effets").set_index("name")["value"]
    assert gap == pytest.approx(float(effects["channel_break"]), abs=0.03)
    journeys = coherence.journey_breaks(merle.journeys)
    by_journey = coherence.rates(journeys["abandoned"], journeys["breaks"])["share"]
    assert by_journey[0] > by_journey[1] > by_journey[2]


def test_breaks_by_hand():
    rows = [("j", 1, "web", False), ("j", 2, "boutique", False), ("j", 3, "boutique", True), ("k", 1, "web", True)]
    journeys = pd.DataFrame(rows, columns=["journey_id", "step", "channel", "abandoned"])
    table = coherence.journey_breaks(journeys)
    assert table["breaks"].tolist() == [1, 0] and table["abandoned"].tolist() == [True, True]
    assert coherence.step_abandonment(journeys)["n"].to_dict() == {"même canal": 1, "canal changé": 1}


def test_the_graph_of_journeys_by_hand():
    rows = [("j", 1, "web", False),
            ("j", 2, "boutique", False), ("j", 3, "boutique", True), ("k", 1, "boutique", False),
            ("k", 2, "boutique", False), ("l", 2, "boutique", True), ("l", 1, "web", False)]  # fmt: skip
    table = coherence.transitions(pd.DataFrame(rows, columns=["journey_id", "step", "channel", "abandoned"]))
    assert table.set_index(["previous", "channel"])[["n", "hits", "share"]].T.to_dict("list") == {
        ("boutique", "boutique"): [2, 1, 0.5],
        ("web", "boutique"): [2, 1, 0.5],
    }


def test_arrows_add_up_to_the_steps_after_a_change_or_not(merle):
    moves, steps = coherence.transitions(merle.journeys), coherence.step_abandonment(merle.journeys)
    changed = (moves["previous"] != moves["channel"]).map({True: "canal changé", False: "même canal"})
    assert moves.groupby(changed)[["n", "hits"]].sum().sort_index().equals(steps[["n", "hits"]].sort_index())


def test_price_parity_by_hand():
    rows = [(f"P{k}", channel, 2025, price) for k in range(5) for channel, price in (("boutique", 10.0), ("web", 9.8))]
    prices = pd.DataFrame(rows, columns=["product_id", "channel", "year", "price"])
    prices.loc[(prices["product_id"] == "P0") & (prices["channel"] == "web"), "price"] = 12.0
    summary, odd = coherence.price_parity(prices, reference="boutique", year=2025, tolerance=0.03)
    assert summary.loc["web", ["products", "outside", "dearer"]].tolist() == [5, 1, 1]
    assert summary.loc["web", "median_gap"] == pytest.approx(-0.02)
    assert odd["product_id"].tolist() == ["P0"] and odd["gap"].tolist() == pytest.approx([0.2])
    none = coherence.price_parity(prices, reference="boutique", year=2025, tolerance=0.5)[1]
    assert none.empty and list(none) == list(odd)


def test_delays_and_blind_contacts_by_hand():
    changes = [
        ("a", "adresse", "site", "2025-01-01", "2025-01-05", False),
        ("a", "adresse", "site", "2025-12-30", None, True),
        ("b", "e-mail", "site", "2025-01-01", "2025-01-03", False),
    ]
    log = pd.DataFrame(changes, columns=["customer_id", "field", "channel", "date", "visible", "conflict"])
    log = dates(log, "date", "visible")
    table = coherence.synchronisation(log, end="2025-12-31")
    assert table.loc["site", ["updates", "stale_days", "conflicts"]].tolist() == [3, 8, 1]
    rows = [("a", "2025-01-01"), ("a", "2025-01-05"), ("a", "2025-12-31"), ("b", "2025-01-02"), ("a", "2025-01-02")]
    sent = pd.DataFrame(rows, columns=["customer_id", "date"]).assign(channel="courrier", cost=1.0)
    sent["direction"] = ["sortant"] * 4 + ["entrant"]
    blind = coherence.stale_contacts(dates(sent, "date"), log, fields={"courrier": ("adresse",)})
    assert blind["date"].dt.day.tolist() == [1, 31]  # seen on the 5th; b changed an e-mail, which a letter does not use
    twice = pd.concat([log, log[log["customer_id"] == "a"]])
    assert len(coherence.stale_contacts(dates(sent, "date"), twice, fields={"courrier": ("adresse",)})) == 2


def test_assortment_and_single_view_by_hand():
    sales = dates(pd.DataFrame({"order_id": ["1", "2"], "channel": ["web", "boutique"], "date": "2025-01-01"}), "date")
    lines = pd.DataFrame({"order_id": ["1", "2", "2"], "product_id": ["A", "A", "B"]})
    assert coherence.assortment(lines, sales, year=2025).to_dict() == {"boutique": 1.0, "web": 0.5}
    met = pd.Series(list("abcd"))
    view = coherence.single_view(met=met, troubled={"un": pd.Series(["a", "z"]), "deux": pd.Series(["a", "b"])})
    assert view["share"].tolist() == [0.75, 0.5, 0.5]
