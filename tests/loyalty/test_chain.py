"""From satisfaction to profit, complaints, tenure, measures: by hand, and against truths that are known."""

import numpy as np
import pandas as pd
import pytest

from grc_helpers.errors import GrcError
from grc_helpers.loyalty import chain, complaints, levels, measures, readings, recovery, sheets, tenure

DAY = pd.Timestamp("2025-01-01")


def orders(rows):
    """Return orders from (customer, day, margin)."""
    frame = pd.DataFrame(rows, columns=["customer_id", "day", "margin"])
    dated = frame.assign(date=DAY + pd.to_timedelta(frame["day"], unit="D"), order_id=range(len(frame)))
    return dated.drop(columns="day")


BOUGHT = orders([("a", -10, 5.0), ("a", 0, 5.0), ("a", 30, 7.0), ("a", 91, 9.0), ("b", -400, 1.0), ("b", 92, 3.0)])
ASKED = pd.DataFrame({"customer_id": ["a", "b"], "date": DAY, "recommend": [10, 3]}, index=[7, 8])


def test_windows_count_their_own_days():
    after = chain.in_window(ASKED, BOUGHT, first=1, last=91)
    assert list(after["orders"]) == [2, 0] and list(after["margin"]) == [16.0, 0.0] and list(after.index) == [7, 8]
    assert list(chain.in_window(ASKED, BOUGHT, first=-364, last=0)["orders"]) == [2, 0]


def test_respondents_are_followed_until_their_time_is_over():
    followed = chain.follow(ASKED, BOUGHT, days=91, end=DAY + pd.Timedelta(days=91))
    assert list(followed["kept"]) == [True, False] and list(followed["margin_before"]) == [10.0, 0.0]
    gone = chain.leaving_table(followed, mark="recommend")
    assert list(gone["gone"].dropna()) == [1.0, 0.0] and list(gone["part_of_gone"]) == [1.0, 0.0, 0.0]
    with pytest.raises(GrcError, match="Aucune réponse n'est suivie pendant 92 jours"):
        chain.follow(ASKED, BOUGHT, days=92, end=DAY + pd.Timedelta(days=91))


SCALES = ["before", "during", "after"]


def chain_world(rng, size=900, noise=0.75):
    """Return respondents whose links are known: +5 points of buying again, 80 a year if they do, nothing more."""
    z = rng.standard_normal(size)
    before = rng.poisson(4, size)
    kept = rng.random(size) < 0.6 + 0.05 * z
    margin = np.where(kept, 80 + 30 * rng.standard_normal(size), 0.0)
    scales = {name: z + noise * rng.standard_normal(size) for name in SCALES}
    return pd.DataFrame(scales).assign(orders_before=before, margin_before=20.0 * before, kept=kept, margin=margin)


def test_the_links_of_a_known_chain_are_found_and_the_noise_of_the_index_is_mended():
    seen = 5 / np.sqrt(1 + 0.75**2 / 3)  # what the noisy index shows of the five points
    rng, truth, found, held = np.random.default_rng(6), np.array([seen, 5, 80, 0.8 * seen, 0]), [], []
    for world in range(80):
        linked = chain.links(chain_world(rng), scales=SCALES, n_boot=100, seed=world)
        found.append(linked["link_value"].to_numpy())
        held.append((linked["low"] <= truth) & (truth <= linked["high"]))
    error = np.mean(found, axis=0) - truth
    assert (np.abs(error) < 3.5 * np.std(found, axis=0) / np.sqrt(80)).all()
    assert (np.mean(held, axis=0) > 0.86).all()  # 0.95 less four standard errors of 80 firms, with 100 drawings


def test_each_mark_alone_against_buying_again():
    rng, errors, held = np.random.default_rng(7), [], []
    for _ in range(100):
        world = chain_world(rng, noise=0.0).assign(nothing=rng.standard_normal(900))
        found = chain.one_links(world, {"before": "Note", "nothing": "Rien"})
        errors.append(found["link_value"] - [5, 0])
        held.append((found["low"] <= [5, 0]) & ([5, 0] <= found["high"]))
    assert (np.abs(np.mean(errors, axis=0)) < 3.5 * np.std(errors, axis=0) / np.sqrt(100)).all()
    assert np.mean(held) > 0.90
    assert "note" in readings.links_reading(
        pd.DataFrame({"link_value": [5.0], "low": [3.0], "high": [7.0]}, index=["Note"])
    )
    assert "2 essais à la fois" in readings.links_reading(found.assign(low=-9.0, high=9.0))


def test_links_by_kind_find_a_gap_that_is_known_and_say_when_a_kind_is_too_small():
    rng, errors, held, truth = np.random.default_rng(8), [], [], np.array([5.0, -5.0, 10.0])
    kinds = pd.Series(pd.Categorical(["Particuliers"] * 800 + ["Bureaux"] * 400, ["Particuliers", "Bureaux"]))
    for _ in range(150):
        world = chain_world(rng, 1200, noise=0.0).assign(customer_id=np.arange(1200))
        world.loc[800:, "before"] *= -1  # satisfaction turns offices away
        found = chain.links_by_kind(world, kinds, "before", "Note")
        errors.append(found["link_value"] - truth)
        held.append((found["low"] <= truth) & (truth <= found["high"]))
    assert (np.abs(np.mean(errors, axis=0)) < 3.5 * np.std(errors, axis=0) / np.sqrt(150)).all()
    assert (np.mean(held, axis=0) > 0.89).all()  # 0.95 less 3.5 standard errors of 150 draws
    assert list(found.index) == ["Note, particuliers", "Note, bureaux", "Note, particuliers moins bureaux"]
    share = world["kept"][800:].mean()
    assert found["answers_wanted"].iloc[1] == chain.answers_needed(0.05, share=share)
    assert list(found["respondents"]) == [800, 400, 1200] and np.isnan(found["answers_wanted"].iloc[2])
    told = readings.kind_claim(found)
    assert told["count"] == "400" and "[" in told["gap"]


def test_the_scales_of_a_survey_are_averaged():
    answers = pd.DataFrame({"before_1": [1, 3], "before_2": [3, 3], "recommend": [9, 2]})
    assert list(chain.merle_answers(answers)["before"]) == [2.0, 3.0]


def test_the_effect_of_satisfaction_is_convex_and_averages_to_one():
    marks = 10 / (1 + np.exp(-(1 + 0.75 * np.random.default_rng(1).standard_normal(200_000))))
    factor = chain.leaving_factor(marks, effect=0.6)
    assert factor.mean() == pytest.approx(1, abs=0.002)
    low, middle, high = chain.leaving_factor([2, 6, 10], effect=0.6)
    assert low - middle < (middle - high) / 3
    assert chain.satisfaction_score(10 / (1 + np.exp(-1.75))) == pytest.approx(1)


def test_true_link_by_hand():
    one = pd.DataFrame({"rate": [0.2], "dropout": [0.1], "satisfaction": [10 / (1 + np.exp(-1.0))]})
    ends = [10 / (1 + np.exp(-(1 + 0.375 * sign))) for sign in (1, -1)]
    above, below = (np.exp(-0.2 * 0.1 * 10 * chain.leaving_factor(mark, effect=0.6)) for mark in ends)
    assert chain.true_link(one, effect=0.6, weeks=10) == pytest.approx(above - below)
    assert chain.true_link(one, effect=0.0, weeks=10) == 0


def test_departures_follow_the_risk_that_is_known():
    nature = pd.DataFrame(
        {
            "customer_id": ["a", "b"],
            "acquired": DAY - pd.Timedelta(days=500),
            "dropout": [0.1, 0.2],
            "satisfaction": [3.0, 9.0],
        }
    ).assign(lifetime_end=[pd.NaT, DAY])
    nature.loc[2] = ["c", DAY - pd.Timedelta(days=500), 0.3, 5.5, pd.NaT]
    bought = pd.concat([BOUGHT, orders([("c", 5, 1.0)])])
    found = chain.leaving_curve(nature, bought, set(), effect=0.6, bands=[0, 5, 10])
    assert list(found["departures"]) == [0, 1] and found["ratio"].iloc[1] == pytest.approx(1 / (2 * 0.2 + 0.3))
    # The truth of a band is the mean over its customers, not what its middle would give.
    weights = np.array([0.4, 0.3]) / 0.7
    assert found["satisfaction"].iloc[1] == pytest.approx(weights @ [9.0, 5.5])
    assert found["truth"].iloc[1] == pytest.approx(weights @ chain.leaving_factor([9.0, 5.5], effect=0.6))
    assert chain.leaving_curve(nature, BOUGHT, {"b"}, effect=0.6, bands=[0, 5, 10])["departures"].sum() == 0


def test_answers_needed_is_the_usual_rule():
    assert chain.answers_needed(0.05, share=0.5) == 784  # (2.8 × .5 ÷ .05)²


def tickets(rng, size=400):
    """Return complaints whose levers add 18 and 8 points, good customers being solved first."""
    pace = rng.standard_normal(size)
    solved = rng.random(size) < 1 / (1 + np.exp(-pace))
    gesture, wait = rng.random(size) < 0.5, rng.integers(0, 10, size)
    chance = 0.5 + 0.18 * solved + 0.08 * gesture - 0.01 * wait + 0.06 * pace
    return pd.DataFrame(
        {"resolved": solved, "gesture": gesture, "wait": wait, "back": rng.random(size) < chance, "pace": pace}
    )


def test_recovery_effects_find_their_truth_and_comparing_alone_flatters():
    rng, truth = np.random.default_rng(9), np.array([0.18, 0.08, -0.01])
    both, alone, held = [], [], []
    for _ in range(200):
        rows = tickets(rng)
        found = complaints.recovery_effects(rows)
        both.append(found["effect"] - truth)
        alone.append(complaints.recovery_effects(rows, adjusted=False)["effect"]["resolved"] - 0.18)
        held.append((found["effect_low"] <= truth) & (truth <= found["effect_high"]))
    assert (np.abs(np.mean(both, axis=0)) < 3.5 * np.std(both, axis=0) / np.sqrt(200)).all()
    assert np.mean(held) > 0.92 and np.mean(alone) > 0.03


def test_ceiling_is_customers_kept_times_their_value_and_its_interval_holds_both_doubts():
    rng, held, value = np.random.default_rng(3), [], 50 * 2 / 1.1**0.5
    for world in range(100):
        rows = tickets(rng).assign(customer_id=np.arange(400))
        rows["margin"] = np.where(rows["back"], rng.gamma(2, 25, 400), 0.0)
        options = {"days": 182.5, "retention": 0.0, "discount_rate": 0.1}
        found = complaints.ceiling(rows, n_boot=100, seed=world, **options)
        held.append((found["ceiling_low"] <= 0.18 * value, 0.18 * value <= found["ceiling_high"]))
    effects, worth = complaints.recovery_effects(rows)["effect"], complaints.kept_value(rows, **options)
    assert found["ceiling"].to_numpy() == pytest.approx((effects * worth).to_numpy())
    assert np.mean([low["resolved"] and high["resolved"] for low, high in held]) > 0.86
    assert found.loc["gesture", "label"] == "Geste commercial"


def test_tickets_are_followed_from_their_closing():
    rows = pd.DataFrame(
        {"customer_id": ["a", "b", "b"], "order_id": ["x", "y", "z"], "type": ["réclamation", "réclamation", "panne"],
         "closed": [DAY, DAY, DAY], "resolved": [True, False, True], "compensation": [10.0, 0, 0],
         "delay_days": [2.0, 30, 1], "cost": 12.5}
    )  # fmt: skip
    told = complaints.follow_tickets(rows, BOUGHT, kind="réclamation", days=91, end=DAY + pd.Timedelta(days=365))
    assert (
        list(told["back"]) == [True, False] and list(told["wait"]) == [2, 10] and list(told["gesture"]) == [True, False]
    )
    assert told["pace"].iloc[1] == pytest.approx(np.log(2 / (400 / 7 + 8)))
    assert complaints.kept_value(told, days=91, retention=0.0, discount_rate=0.1) == pytest.approx(
        16 * 365 / 91 / 1.1**0.5
    )
    assert complaints.ticket_table(rows).loc["Réclamation", "late"] == 0.5
    assert complaints.yearly_retention(BOUGHT, end=DAY + pd.Timedelta(days=300)) == 1.0


def test_second_year_against_first_on_customers_who_stayed():
    bought = orders(
        [("a", 0, 0), ("a", 100, 0), ("a", 400, 0), ("a", 500, 0), ("a", 800, 0), ("b", 0, 0), ("b", 50, 0)]
    )
    acquired = pd.Series(DAY, index=["a", "b"])
    gap, _, _, count = tenure.same_customers(bought, acquired, end=DAY + pd.Timedelta(days=900), n_boot=10, seed=1)
    assert (gap, count) == (1.0, 1)  # two against one; b, who left, is not compared


def test_the_most_assiduous_against_the_least():
    homes = pd.DataFrame({"group": [5, 1], "paid": [9.0, 10], "listed": [10.0, 10], "discount": [1.0, 3]})
    dearer, cheaper = tenure.assiduity_gaps(homes.assign(before=10.0), n_boot=5, seed=1)
    assert dearer["estimate"] == pytest.approx(-0.1) and cheaper["estimate"] == pytest.approx(-0.2)
    assert cheaper["low"] == cheaper["high"] == pytest.approx(-0.2)  # one household a group


def test_gaps_of_ratios_by_hand_and_their_coverage():
    top, bottom = pd.DataFrame({"x": [3.0, 3], "n": [1.0, 2]}), pd.DataFrame({"x": [2.0], "n": [2.0]})
    assert tenure.ratio_gap(top, bottom, n_boot=5, seed=1)[0] == pytest.approx(1.0)
    assert tenure.share_gap(top, bottom, n_boot=5, seed=1)[0] == pytest.approx(1.0)
    rng, held = np.random.default_rng(2), []
    for draw in range(200):
        parts = [pd.DataFrame({"x": rng.gamma(2, size=120) * (1 + more), "n": 2.0}) for more in (0.1, 0.0)]
        _, low, high = tenure.ratio_gap(*parts, n_boot=150, seed=draw)
        held.append(low <= 0.1 <= high)
    assert np.mean(held) > 0.89


def test_three_measures_and_their_agreement():
    wallet = pd.DataFrame({"customer_id": ["a", "b"], "date": DAY, "declared_share": [0.3, 0.9]})
    flags = measures.three_measures(wallet, BOUGHT, days=91, loyal_share=0.5)
    assert flags.to_numpy().tolist() == [[True, True, False], [False, False, True]]
    found = measures.agreement(flags)
    assert list(found["loyal"]) == [0.5, 0.5, 0.5] and found.loc["Réachat", "Rétention"] == 1.0


def test_definitions_on_four_customers():
    people = pd.DataFrame(
        {
            "days": [4, 2, 1, 0],
            "sales": [70.0, 20, 10, 0],
            "quarters": [4, 1, 1, 0],
            "days_before": [1, 0, 1, 2],
            "last": [5, 200, 30, 400],
        }
    )
    found = measures.definitions(people)
    assert list(found["customers"]) == [2, 2, 1, 2, 0]
    assert found["sales_share"].iloc[0] == pytest.approx(0.9) and found["customer_share"].iloc[0] == pytest.approx(
        2 / 3
    )
    assert len(measures.definitions(people.drop(columns="days_before"))) == 4


def test_the_year_of_a_customer_is_counted_by_days_and_quarters():
    import ibis

    days = ["2025-12-31", "2025-12-31", "2025-06-01", "2025-01-01", "2024-12-31", "2025-12-30"]
    rows = pd.DataFrame({"customer_id": list("aaaaab"), "date": pd.to_datetime(days)})
    rows = rows.assign(amount_cents=[100, 200, 300, 400, 500, -100])
    table = ibis.memtable(rows.assign(date=rows["date"].dt.date))
    end = pd.Timestamp("2025-12-31").date()
    found = measures.yearly_table(table, start=pd.Timestamp("2023-01-01").date(), end=end).set_index("customer_id")
    assert found.loc["a"].to_dict() == {"days": 3, "sales": 10.0, "quarters": 2, "days_before": 1, "last": 0}
    assert list(found.index) == ["a"]  # b only returned something
    assert "days_before" not in measures.yearly_table(table, start=pd.Timestamp("2025-01-01").date(), end=end)
    short = measures.yearly_table(table, start=pd.Timestamp("2025-06-01").date(), end=end)
    assert "quarters" not in short and len(measures.definitions(short)) == 3
    with pytest.raises(GrcError, match="Aucun achat positif"):
        measures.definitions(short.assign(days=0))


def test_shared_loyalty_by_hand():
    panel = pd.DataFrame({"id": [1, 1, 2, 2, 2, 3, 3, 3], "choice": list("aa") + list("aab") + list("abc")})
    found = measures.shared_loyalty(panel, loyal_share=0.5)
    assert list(found["households"]) == [1, 1, 1] and list(found["brands_bought"]) == [1, 2, 3]


def test_concentration_and_economic_value():
    equal = levels.concentration(pd.Series([10.0] * 4 + [0.0]))
    assert (equal["accounts"], equal["hhi"], equal["equivalent"], equal["five"]) == (4, 0.25, 4, 1)
    assert levels.concentration(pd.Series([97.0, 1, 1, 1]))["equivalent"] < 1.1
    with pytest.raises(GrcError, match="Aucun compte"):
        levels.concentration(pd.Series([0.0]))
    value = levels.economic_value(100, sales_gain=10, cost_cut=20, time_saved=5, switching=15)
    assert value["amount"].iloc[-1] == 120
    with pytest.raises(GrcError, match="doit être positif"):
        levels.economic_value(0, sales_gain=0, cost_cut=0, time_saved=0, switching=0)


def test_an_office_is_asked_what_the_three_levers_of_the_course_would_bring_it():
    asked = {"extra_sales": 100.0, "own_margin": 0.3, "cost_cut": 35.0, "hours_saved": 6, "hour_cost": 20.0}
    asked |= {"rival_price": 20.5, "switching": 60.0}
    value = levels.office_value(10, **asked)["amount"]
    assert list(value) == [205, 30, 35, 120, -60, 330]
    note = readings.assumed_note(asked, currency="EUR").replace("\u202f", " ").replace("\xa0", " ")
    assert "concurrent à 20,50 € le kilo" in note and "garde 30 %" in note and "6 heures gagnées à 20 €" in note
    text = readings.worth_reading(value.to_frame(), 305.0, currency="EUR").replace("\u202f", " ").replace("\xa0", " ")
    assert "il lui reste 25,00 € d'avantage" in text and "compte pour 30,00 €" in text and "serait de −5,00 €" in text
    assert "le concurrent lui vaut mieux" in readings.worth_reading(value.to_frame(), 400.0, currency="EUR")


def test_levels_are_counted_within_each_kind():
    kinds = levels.kinds_of(pd.DataFrame({"customer_id": list("abcd"), "kind": ["bureau"] * 2 + ["particulier"] * 2}))
    reached = pd.Series([levels.LEVELS[k] for k in (2, 3, 0, 2)], index=list("abcd"))
    found = levels.levels_by_kind(kinds, reached)
    assert list(found["customers"]) == [1, 0, 2, 1, 3]
    assert list(found["Bureaux"]) == [0, 0, 0.5, 0.5, 1] and list(found["Particuliers"]) == [0.5, 0, 0.5, 0, 0.5]
    assert found.loc[levels.SOLVED, "Bureaux bas"] < 1 == found.loc[levels.SOLVED, "Bureaux haut"]
    assert readings.solved_claim(found)["offices"].startswith("100")


def test_levels_follow_their_traces():
    clients = pd.DataFrame(
        {
            "customer_id": list("abcd"),
            "kind": ["bureau", "bureau", "particulier", "particulier"],
            "card_from": [None, None, DAY, None],
        }
    )
    contracts = pd.DataFrame({"customer_id": ["a", "b", "d"], "end": [pd.NaT, pd.NaT, DAY]})
    contacts = pd.DataFrame({"customer_id": ["a"], "date": [DAY], "channel": ["visite"]})
    found = levels.levels_reached(clients, contracts, contacts, end=DAY + pd.Timedelta(days=30))
    assert [level[0] for level in found] == ["4", "3", "2", "1"]


def test_the_log_is_sorted_by_the_way_of_its_contacts():
    log = pd.DataFrame(
        {
            "reason": ["question", "question", "visite"],
            "outcome": ["répondu", None, "commande"],
            "cost": [0.0, 0.0, 55.0],
        }
    )
    found = sheets.communication_table(log).set_index("reason")
    assert found.loc["Question", "response"] == 0.5 and found.loc["Visite", "way"].startswith("Interactive")
    assert "coût non noté" in sheets.communication_sheet(found.reset_index(), currency="EUR").iloc[0, 1]


def test_the_stored_recovery_stays_inside_the_bands_of_chance():
    found = recovery.read_recovery().set_index("figure")
    # These biases are explained in the chapter: who answers, who is served first, who slows down before cancelling.
    fooled = found.index.str.contains("spontanées|comparée seule|à rythme égal|Ancienneté")
    kept = found[~fooled]
    assert (kept["bias"].abs() <= kept["bias_band"]).all()
    assert ((kept["coverage"] >= kept["coverage_low"]) & (kept["coverage"] <= kept["coverage_high"])).all()
    assert found.loc[found.index.str.contains("Ancienneté"), "bias"].abs().iloc[0] < 1.5
    flattered = found[found.index.str.contains("comparée seule")].iloc[0]
    assert flattered["bias"] > found[found.index.str.contains("à rythme égal")]["bias"].iloc[0] > 0
    assert found["worlds"].min() >= 100
    assert recovery.truth_of("Premier maillon") == found["truth"].filter(like="bruit de l'indice ôté").iloc[0]
